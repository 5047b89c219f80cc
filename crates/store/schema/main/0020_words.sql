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

-- Posts of a house's own, planned for a later time: an outbox of their own, as they answer nothing. One is claimed when its time has
-- come; whatever stops it then keeps it back, and a person decides anew.
CREATE TABLE own_post (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    lang TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    commitment BYTES NOT NULL,
    cleared BYTES,
    approved BYTES,
    has_permission BOOLEAN NOT NULL,
    author_person TEXT NOT NULL REFERENCES person (id),
    approver TEXT,
    warned_by TEXT,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    planned_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    prepared_at BIGINT,
    attempts BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    receipt_key_id TEXT,
    receipt BYTES,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (approver IS NULL OR approver <> author_person),
    CHECK (state NOT IN ('approved', 'prepared', 'unsure', 'said') OR (approver IS NOT NULL AND approved = cleared))
);
CREATE INDEX own_post_due ON own_post (due_at) WHERE state IN ('approved', 'prepared', 'unsure');
CREATE INDEX own_post_site ON own_post (site_id, planned_at);
