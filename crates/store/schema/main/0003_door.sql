-- The private door. People who come there are not signed in: a visit is known by the hash of its cookie alone, an account
-- and a code by keyed hashes.
CREATE TABLE door_visit (
    token_hash BYTES PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    csrf TEXT NOT NULL,
    lang TEXT NOT NULL,
    channel_id TEXT REFERENCES channel (id),
    account_hash BYTES,
    name_hash BYTES,
    code_hash BYTES,
    code_until BIGINT,
    code_tries BIGINT NOT NULL,
    author_id TEXT REFERENCES author (id),
    proven_at BIGINT,
    entered_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX door_visit_code ON door_visit (channel_id, code_until) WHERE proven_at IS NULL;
CREATE INDEX door_visit_end ON door_visit (expires_at);
-- One-time links, sent over a private channel alone.
CREATE TABLE door_pass (
    token_hash BYTES PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
-- Posts that held nothing but a code: kept, and no matter for the desk.
CREATE TABLE door_code_post (
    post_id TEXT PRIMARY KEY REFERENCES post (id),
    at BIGINT NOT NULL
);
-- Who has a private conversation: the account proven, and what stands for it on the door's own channel.
CREATE TABLE door_person (
    author_id TEXT PRIMARY KEY REFERENCES author (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    speaks_for TEXT NOT NULL,
    door_author_id TEXT UNIQUE REFERENCES author (id),
    thread_id TEXT UNIQUE REFERENCES thread (id),
    created_at BIGINT NOT NULL
);
-- What the house has said there, by the row of the outbox: the same reply twice is one.
CREATE TABLE door_said (
    outbox_id TEXT PRIMARY KEY REFERENCES outbox (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    thread_id TEXT NOT NULL REFERENCES thread (id),
    lang TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    said_at BIGINT NOT NULL,
    taken_down_at BIGINT
);
CREATE INDEX door_said_thread ON door_said (thread_id, said_at);
-- Files, sealed as text is; each belongs to the message with that hash.
CREATE TABLE door_file (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL REFERENCES channel (id),
    post_hash BYTES NOT NULL,
    kind TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (channel_id, post_hash)
);

-- The link of an account to a record, and what was consented to.
CREATE TABLE link (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    patient_id TEXT,
    speaks_for TEXT NOT NULL,
    level TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    claimed_at BIGINT NOT NULL,
    settled_by TEXT,
    settled_how TEXT,
    settled_at BIGINT,
    reason_key_id TEXT,
    reason BYTES,
    undone_at BIGINT,
    CHECK (level <> 'confirmed' OR settled_how IS NOT NULL)
);
CREATE INDEX link_author ON link (author_id, claimed_at);
CREATE UNIQUE INDEX link_open ON link (author_id) WHERE level IN ('claimed', 'confirmed');
CREATE INDEX link_patient ON link (patient_id) WHERE level = 'confirmed';
CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    purpose TEXT NOT NULL,
    wording TEXT NOT NULL,
    lang TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX consent_author ON consent (author_id, given_at);
CREATE UNIQUE INDEX consent_open ON consent (author_id, purpose) WHERE revoked_at IS NULL;
-- From a person at the door to what their account has said in public.
CREATE INDEX cases_author ON cases (author_id, posted_at);
