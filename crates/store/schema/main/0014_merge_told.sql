-- Whose record on which link said that two are one: what it says no more has ended. Empty for a merge by a message of its own.
ALTER TABLE patient_merge ADD COLUMN told_link TEXT;
ALTER TABLE patient_merge ADD COLUMN told_by TEXT;
CREATE INDEX patient_merge_told ON patient_merge (told_by) WHERE told_by IS NOT NULL AND undone_at IS NULL;
