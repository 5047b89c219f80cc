-- A house's own rules, in versions that never change. They are rules and hold nobody's words, so they are not sealed.
CREATE TABLE rules_version (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    number BIGINT NOT NULL,
    files TEXT NOT NULL,
    hash TEXT NOT NULL,
    based_on TEXT,
    written_by TEXT,
    why TEXT NOT NULL,
    salt BYTES NOT NULL,
    written_at BIGINT NOT NULL,
    dropped_at BIGINT,
    dropped_by TEXT,
    UNIQUE (site_id, number)
);
-- From when which version decides. Of those whose time has come the latest is in force; nothing is ever changed but that one
-- is taken back before its time.
CREATE TABLE rules_term (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    version_id TEXT NOT NULL REFERENCES rules_version (id),
    way TEXT NOT NULL,
    why TEXT NOT NULL,
    salt BYTES NOT NULL,
    set_by TEXT,
    set_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    replay_id TEXT,
    reached_at BIGINT,
    withdrawn_at BIGINT,
    withdrawn_by TEXT,
    anew_after TEXT NOT NULL,
    anew_done BOOLEAN NOT NULL
);
CREATE INDEX rules_term_site ON rules_term (site_id, from_at);
CREATE INDEX rules_term_due ON rules_term (from_at) WHERE reached_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX rules_term_anew ON rules_term (from_at) WHERE NOT anew_done;
-- Stored posts decided again under a version: how far, by whom, with what difference.
CREATE TABLE rules_replay (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    version_id TEXT NOT NULL REFERENCES rules_version (id),
    rules_before TEXT NOT NULL,
    rules_after TEXT NOT NULL,
    since BIGINT NOT NULL,
    state TEXT NOT NULL,
    total BIGINT NOT NULL,
    last_post TEXT,
    posts BIGINT NOT NULL,
    left_out BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    sums TEXT NOT NULL,
    asked_by TEXT,
    asked_at BIGINT NOT NULL,
    ended_at BIGINT,
    lease_by TEXT,
    lease_until BIGINT
);
CREATE INDEX rules_replay_version ON rules_replay (version_id, asked_at);
CREATE INDEX rules_replay_running ON rules_replay (asked_at) WHERE state = 'running';
CREATE TABLE rules_changed (
    replay_id TEXT NOT NULL REFERENCES rules_replay (id),
    post_id TEXT NOT NULL,
    case_number BIGINT,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (replay_id, post_id)
);
-- Decisions that a person said were wrong: the post with what the rules knew of it, sealed under the key of its author, so
-- that it goes with them.
CREATE TABLE policy_case (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    acceptable TEXT NOT NULL,
    forbidden TEXT NOT NULL,
    was TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    said_by TEXT NOT NULL REFERENCES person (id),
    said_at BIGINT NOT NULL,
    dropped_at BIGINT,
    dropped_by TEXT
);
CREATE INDEX policy_case_site ON policy_case (site_id, said_at);
