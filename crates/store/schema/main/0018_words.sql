-- The library of statements. What a version says is sealed: a statement on an incident is nobody's business before it is made.
CREATE TABLE statement (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    owner TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    retired_by TEXT,
    retired_at BIGINT
);
CREATE TABLE statement_version (
    statement_id TEXT NOT NULL REFERENCES statement (id),
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    verdict TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    commitment BYTES NOT NULL,
    author_person TEXT NOT NULL REFERENCES person (id),
    approver TEXT,
    approved_at BIGINT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (statement_id, version),
    CHECK (approver IS NULL OR approver <> author_person),
    CHECK (state NOT IN ('approved', 'replaced') OR approver IS NOT NULL)
);
CREATE INDEX statement_state ON statement_version (state, expires_at);
-- Which statement a draft was taken from: it stays with the draft when the words are changed, and with the reply that was sent.
ALTER TABLE draft ADD COLUMN statement_id TEXT;
ALTER TABLE draft ADD COLUMN statement_version BIGINT;

-- What the balance counts, beside the decision itself, so that no figure has to read a body.
ALTER TABLE decision ADD COLUMN site_id TEXT;
ALTER TABLE decision ADD COLUMN standing TEXT;
-- Whether it is the first one about its post.
ALTER TABLE decision ADD COLUMN is_first BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE decision ADD COLUMN speech TEXT NOT NULL DEFAULT '';
-- The rules that made speech so, by id, in order, separated by spaces.
ALTER TABLE decision ADD COLUMN reasons TEXT NOT NULL DEFAULT '';
-- Within how many microseconds somebody has to take the escalation; NULL: there is none.
ALTER TABLE decision ADD COLUMN within BIGINT;
ALTER TABLE decision ADD COLUMN removes BOOLEAN NOT NULL DEFAULT FALSE;
-- When a person said that the decision was wrong.
ALTER TABLE decision ADD COLUMN wrong_at BIGINT;
CREATE INDEX decision_first ON decision (at, site_id, standing, speech, reasons, within, removes) WHERE is_first;
CREATE INDEX decision_post ON decision (post_id, at);
CREATE INDEX decision_hold ON decision (at) WHERE speech = 'hold';
CREATE INDEX decision_alarm ON decision (at) WHERE within IS NOT NULL;
-- When a reply was first seen on its platform; a later take-down does not change it.
ALTER TABLE outbox ADD COLUMN said_at BIGINT;
CREATE INDEX outbox_said ON outbox (said_at) WHERE said_at IS NOT NULL;
CREATE INDEX outbox_post ON outbox (post_id);
