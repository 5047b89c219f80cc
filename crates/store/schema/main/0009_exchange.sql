-- What others may read of consented conversations over FHIR, and who is told of it. Whoever reads these tables without the
-- keys sees ids, when and how much; never who or what.
CREATE TABLE exchange_resource (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    site_id TEXT NOT NULL REFERENCES site (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    patient_id TEXT NOT NULL REFERENCES patient (id),
    case_id TEXT REFERENCES cases (id),
    consent_id TEXT REFERENCES consent (id),
    needs_consent BOOLEAN NOT NULL,
    is_gone BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    same BYTES NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX exchange_resource_site ON exchange_resource (site_id, kind, at);
CREATE INDEX exchange_resource_patient ON exchange_resource (patient_id, kind);
CREATE INDEX exchange_resource_case ON exchange_resource (case_id) WHERE case_id IS NOT NULL;
-- Every version; what a consent no longer covers loses its content.
CREATE TABLE exchange_version (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author_key_id TEXT,
    patient_key_id TEXT,
    sealed BYTES,
    PRIMARY KEY (kind, id, version)
);
-- What happened, without a gap: numbered under a lock that is held until the commit.
CREATE TABLE exchange_event (
    n BIGINT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL
);
-- Who is told: a client's Subscription, or a configured webhook.
CREATE TABLE exchange_target (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    is_hook BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    key_id TEXT,
    sealed BYTES,
    heard BIGINT NOT NULL,
    events BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    failing_since BIGINT,
    last_ok_at BIGINT,
    end_at BIGINT,
    removed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX exchange_target_client ON exchange_target (client) WHERE removed_at IS NULL;
CREATE TABLE exchange_delivery (
    target_id TEXT NOT NULL REFERENCES exchange_target (id),
    number BIGINT NOT NULL,
    event_n BIGINT NOT NULL REFERENCES exchange_event (n),
    author_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (target_id, number)
);
CREATE INDEX exchange_delivery_waiting ON exchange_delivery (target_id, due_at) WHERE state = 'waiting';
CREATE INDEX exchange_delivery_author ON exchange_delivery (author_id) WHERE state = 'waiting';
CREATE INDEX exchange_delivery_settled ON exchange_delivery (settled_at) WHERE settled_at IS NOT NULL;
-- Who was given or sent what of whom.
CREATE TABLE exchange_access (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    client TEXT NOT NULL,
    act TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource_id TEXT,
    author_id TEXT,
    patient_id TEXT,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    key_id TEXT,
    query BYTES,
    at BIGINT NOT NULL
);
CREATE INDEX exchange_access_site ON exchange_access (site_id, at);
CREATE INDEX exchange_access_patient ON exchange_access (patient_id, at) WHERE patient_id IS NOT NULL;
-- Clients that signed in: tokens by their hash, and the ids of assertions, which count once.
CREATE TABLE exchange_token (
    token_hash BYTES PRIMARY KEY,
    client TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX exchange_token_end ON exchange_token (expires_at);
CREATE TABLE exchange_assertion (
    client TEXT NOT NULL,
    id_hash BYTES NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client, id_hash)
);
CREATE INDEX exchange_assertion_end ON exchange_assertion (expires_at);
