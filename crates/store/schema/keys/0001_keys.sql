-- The key store. Backed up apart from the data, so that a key erased here is erased from old data backups too.
CREATE TABLE master (
    id TEXT PRIMARY KEY,
    check_value BYTES NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE data_key (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL UNIQUE,
    wrapped BYTES NOT NULL,
    master_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE named_key (
    name TEXT PRIMARY KEY,
    wrapped BYTES NOT NULL,
    created_at BIGINT NOT NULL
);
