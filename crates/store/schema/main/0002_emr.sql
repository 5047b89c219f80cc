-- Links to the record's systems, and what came over them. Whoever reads these tables without the keys sees when and how
-- much, and which trigger events; never who.
CREATE TABLE emr_link (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    keep_days BIGINT NOT NULL,
    health TEXT NOT NULL,
    health_code TEXT NOT NULL,
    health_since BIGINT NOT NULL,
    last_ok_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE TABLE emr_message (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES emr_link (id),
    same BYTES NOT NULL,
    trigger_event TEXT NOT NULL,
    key_id TEXT NOT NULL,
    event BYTES NOT NULL,
    raw BYTES NOT NULL,
    flaws TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    patient_id TEXT,
    resent BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (link_id, same)
);
CREATE INDEX emr_message_new ON emr_message (id) WHERE state = 'new';
-- What somebody must look at is rare, and found among many.
CREATE INDEX emr_message_failed ON emr_message (link_id, id) WHERE state = 'failed';
CREATE INDEX emr_message_refused ON emr_message (link_id, id) WHERE state = 'refused';
CREATE INDEX emr_message_patient ON emr_message (patient_id, id) WHERE patient_id IS NOT NULL;
CREATE TABLE emr_count (
    link_id TEXT NOT NULL REFERENCES emr_link (id),
    day BIGINT NOT NULL,
    name TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (link_id, day, name)
);

-- The patient index: identities, merges that can be undone, visits, death, language. Nothing clinical.
CREATE TABLE patient (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    told_at BIGINT NOT NULL,
    is_dead BOOLEAN NOT NULL,
    died_at BIGINT,
    death_told_at BIGINT NOT NULL,
    merged_into TEXT REFERENCES patient (id),
    removed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX patient_merged ON patient (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE patient_identifier (
    site_id TEXT NOT NULL REFERENCES site (id),
    hash BYTES NOT NULL,
    value_hash BYTES NOT NULL,
    patient_id TEXT NOT NULL REFERENCES patient (id),
    PRIMARY KEY (site_id, hash)
);
CREATE INDEX patient_identifier_value ON patient_identifier (site_id, value_hash);
CREATE INDEX patient_identifier_patient ON patient_identifier (patient_id);
CREATE TABLE patient_merge (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    from_id TEXT NOT NULL REFERENCES patient (id),
    into_id TEXT NOT NULL REFERENCES patient (id),
    message_id TEXT,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT,
    CHECK (from_id <> into_id)
);
CREATE INDEX patient_merge_from ON patient_merge (from_id);
CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    patient_id TEXT NOT NULL REFERENCES patient (id),
    number_hash BYTES NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    class TEXT NOT NULL,
    admitted_at BIGINT,
    discharged_at BIGINT,
    is_cancelled BOOLEAN NOT NULL,
    told_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (site_id, number_hash)
);
CREATE INDEX visit_patient ON visit (patient_id);
