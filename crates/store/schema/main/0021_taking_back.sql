-- A published reply that a person takes back: what became of it on its platform, and the privacy incident that it is until its
-- clock is ended. The reason is sealed under the thread's key.
CREATE TABLE privacy_incident (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    outbox_id TEXT NOT NULL UNIQUE REFERENCES outbox (id),
    clock_id TEXT REFERENCES clock (id),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    strangers TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    gone_at BIGINT
);
CREATE INDEX privacy_incident_due ON privacy_incident (due_at) WHERE gone_at IS NULL;
CREATE INDEX privacy_incident_case ON privacy_incident (case_id);
CREATE INDEX privacy_incident_site ON privacy_incident (site_id, asked_at);
