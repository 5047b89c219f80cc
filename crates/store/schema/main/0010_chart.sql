-- What is shown in the chart, and what comes back from there.
-- Ids of the tokens that EMRs have called with, until they expire: none counts twice.
CREATE TABLE chart_call (
    issuer TEXT NOT NULL,
    token_hash BYTES NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, token_hash)
);
CREATE INDEX chart_call_end ON chart_call (expires_at);
-- Cards that were shown, and what became of them: each outcome once, however often it is told.
CREATE TABLE chart_card (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    shown_at BIGINT NOT NULL
);
CREATE INDEX chart_card_case ON chart_card (case_id, shown_at);
CREATE TABLE chart_feedback (
    card_id TEXT NOT NULL REFERENCES chart_card (id),
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (card_id, outcome)
);
-- One opening of the app, bound to one patient; no token of the EMR is kept.
CREATE TABLE chart_session (
    id TEXT PRIMARY KEY,
    token_hash BYTES NOT NULL UNIQUE,
    chart TEXT NOT NULL,
    site_id TEXT NOT NULL REFERENCES site (id),
    patient_id TEXT,
    csrf TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX chart_session_end ON chart_session (expires_at);
-- What the care team wrote to the desk: notes, and suggestions for an answer, which only a person of the desk can make a
-- draft.
CREATE TABLE care_note (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    kind TEXT NOT NULL,
    lang TEXT NOT NULL,
    verdict TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    written_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT,
    settled_at BIGINT,
    draft_id TEXT,
    CHECK (state = 'open' OR settled_by IS NOT NULL)
);
CREATE INDEX care_note_case ON care_note (case_id, written_at);
