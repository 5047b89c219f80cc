-- Counts the changes of a case, so that nobody writes back what somebody else changed meanwhile.
ALTER TABLE cases ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_case ON outbox (case_id);
-- A post of somebody else in a thread whose case was about another: it is heard when that case is closed.
ALTER TABLE post ADD COLUMN passed_over BOOLEAN NOT NULL DEFAULT FALSE;
