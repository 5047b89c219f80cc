-- Documents on their way into patients' records.
CREATE TABLE filing (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES emr_link (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    patient_id TEXT NOT NULL REFERENCES patient (id),
    act TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    said_key_id TEXT,
    said BYTES,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    UNIQUE (link_id, case_id, post_id, act)
);
CREATE INDEX filing_due ON filing (link_id, state, due_at);
CREATE INDEX filing_author ON filing (author_id);
CREATE INDEX filing_patient ON filing (patient_id, created_at);
