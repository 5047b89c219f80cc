-- What became of each attempt to bring a document into a record, and what people did with those that could not be brought.
ALTER TABLE filing ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE filing ADD COLUMN dropped_by TEXT REFERENCES person (id);
ALTER TABLE filing ADD COLUMN reason_key_id TEXT;
ALTER TABLE filing ADD COLUMN reason BYTES;
CREATE INDEX filing_case ON filing (case_id);
-- The end of a document's id is what its receiver knows it by (MSH-10).
CREATE INDEX filing_control ON filing (link_id, substr(id, 16));
CREATE TABLE filing_attempt (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    at BIGINT NOT NULL,
    n BIGINT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    said_key_id TEXT,
    said BYTES,
    PRIMARY KEY (filing_id, at, n)
);
-- What a document said before somebody mended it, with the salts of the log's commitments to both.
CREATE TABLE filing_version (
    filing_id TEXT NOT NULL REFERENCES filing (id),
    revision BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    by_person TEXT NOT NULL REFERENCES person (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (filing_id, revision)
);
