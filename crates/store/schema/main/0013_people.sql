-- Whose names changed since the list of the hospital's own people was made.
CREATE INDEX patient_updated ON patient (site_id, updated_at);
