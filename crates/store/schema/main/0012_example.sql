-- What people at the desk say was found wrongly, or not at all. Text, place and verdict are sealed under the key of the post's
-- author, so that they go with it.
CREATE TABLE example (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    found TEXT NOT NULL,
    missing BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    said_by TEXT NOT NULL REFERENCES person (id),
    said_at BIGINT NOT NULL
);
CREATE INDEX example_site ON example (site_id, said_at);
-- Who has opened the texts of which case in full, and until when that holds.
CREATE TABLE full_view (
    person_id TEXT NOT NULL REFERENCES person (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    until BIGINT NOT NULL,
    PRIMARY KEY (person_id, case_id)
);
-- How the desk is for one person: distressing texts stay folded until they are opened; an alarm can be heard.
ALTER TABLE person ADD COLUMN softens BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE person ADD COLUMN sounds BOOLEAN NOT NULL DEFAULT FALSE;
-- By when somebody has to have opened a case whose post asks for a look now.
ALTER TABLE cases ADD COLUMN look_by BIGINT;
CREATE INDEX cases_look ON cases (site_id, look_by) WHERE look_by IS NOT NULL;
