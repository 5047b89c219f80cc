-- When content went because its time was over, or because its author was erased. The row stays with ids, times and words of
-- closed lists, so that log and balance stay true; what was sealed is gone from it.
ALTER TABLE author ADD COLUMN emptied_at BIGINT;
ALTER TABLE post ADD COLUMN emptied_at BIGINT;
ALTER TABLE cases ADD COLUMN emptied_at BIGINT;
ALTER TABLE policy_case ADD COLUMN emptied_at BIGINT;
ALTER TABLE example ADD COLUMN emptied_at BIGINT;
CREATE INDEX post_kept ON post (site_id, id) WHERE emptied_at IS NULL;
CREATE INDEX author_kept ON author (site_id, id) WHERE emptied_at IS NULL;
CREATE INDEX cases_closed ON cases (site_id, queue, updated_at);
-- From a post or a case to what hangs on it.
CREATE INDEX draft_post ON draft (post_id);
CREATE INDEX policy_case_post ON policy_case (post_id);
CREATE INDEX example_post ON example (post_id);
CREATE INDEX label_case ON label (case_id) WHERE case_id IS NOT NULL;
-- The nights of each house: one run for each, whatever process does it.
CREATE TABLE retention_night (
    site_id TEXT NOT NULL REFERENCES site (id),
    day TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (site_id, day)
);
