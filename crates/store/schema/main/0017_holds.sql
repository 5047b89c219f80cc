-- Holds: since when without a break, how long the house's own goal has rested, whose it is, and who was told that it ends.
ALTER TABLE cases ADD COLUMN held_since BIGINT;
ALTER TABLE cases ADD COLUMN rested_since BIGINT;
ALTER TABLE cases ADD COLUMN rested_for BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN hold_owner TEXT;
ALTER TABLE cases ADD COLUMN hold_told_at BIGINT;
-- What people entered of the matter, in words of closed lists.
ALTER TABLE cases ADD COLUMN known TEXT NOT NULL DEFAULT '{}';
-- The nearest clock of law or contract that runs, and how loud it is by now.
ALTER TABLE cases ADD COLUMN clock_due_at BIGINT;
ALTER TABLE cases ADD COLUMN clock_rank BIGINT;
CREATE INDEX cases_hold_told ON cases (hold_until) WHERE hold_until IS NOT NULL AND hold_told_at IS NULL;

-- Clocks of law or contract. One of a kind per post: what a person ended does not start again by itself.
CREATE TABLE clock (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    kind TEXT NOT NULL,
    started_by TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    near_at BIGINT NOT NULL,
    near_told_at BIGINT,
    late_told_at BIGINT,
    ended_by TEXT,
    ended_at BIGINT,
    key_id TEXT,
    sealed BYTES,
    UNIQUE (case_id, kind, post_id)
);
CREATE INDEX clock_open ON clock (near_at) WHERE ended_at IS NULL;

-- Abusive posts of an author; what fades is computed when it is asked for.
CREATE TABLE strike (
    post_id TEXT PRIMARY KEY REFERENCES post (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    at BIGINT NOT NULL,
    waived_by TEXT,
    waived_at BIGINT
);
CREATE INDEX strike_author ON strike (author_id, at);

-- Incident mode: a switch for a site, or for the group where none is named. The statement is written and approved by two.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    site_id TEXT REFERENCES site (id),
    kind TEXT NOT NULL,
    stage TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    begun_by TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_by TEXT,
    ended_at BIGINT,
    end_key_id TEXT,
    end_sealed BYTES
);
CREATE INDEX incident_open ON incident (begun_at) WHERE ended_at IS NULL;
CREATE TABLE incident_statement (
    id TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incident (id),
    lang TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    withdrawn_at BIGINT,
    CHECK (approved_by IS NULL OR approved_by <> written_by)
);
CREATE INDEX incident_statement_of ON incident_statement (incident_id, lang, written_at);
