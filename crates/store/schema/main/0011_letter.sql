-- Letters to the contact that a patient's record holds. Neither address nor text is kept: both are looked up and composed
-- when a letter leaves.
CREATE TABLE letter (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    link_id TEXT NOT NULL REFERENCES link (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    kind TEXT NOT NULL,
    lang TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    patient_id TEXT,
    tries BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX letter_due ON letter (due_at) WHERE state = 'waiting';
CREATE INDEX letter_link ON letter (link_id, created_at);
