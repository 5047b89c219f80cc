-- Which statement of the library an incident's statement was chosen from, and which version; NULL: it was written for it.
ALTER TABLE incident_statement ADD COLUMN statement_id TEXT;
ALTER TABLE incident_statement ADD COLUMN statement_version BIGINT;

-- The decision that a kept case says was wrong.
ALTER TABLE policy_case ADD COLUMN decision_id TEXT;
CREATE INDEX policy_case_decision ON policy_case (decision_id);
-- What the house's own cases said under a version when somebody last ran them.
CREATE TABLE rules_case_run (
    version_id TEXT PRIMARY KEY REFERENCES rules_version (id),
    ran_at BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    right_ones BIGINT NOT NULL,
    harms BIGINT NOT NULL,
    erased BIGINT NOT NULL,
    newest TEXT NOT NULL
);

-- Letters to whoever owns a hold that ends soon: one for each hold and end. Neither address nor text is kept.
CREATE TABLE hold_letter (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    until_at BIGINT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    is_deputy BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    UNIQUE (case_id, until_at)
);
CREATE INDEX hold_letter_due ON hold_letter (due_at) WHERE state = 'waiting';
