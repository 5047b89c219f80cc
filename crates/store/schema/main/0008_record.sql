-- What a link to a FHIR server has read of changed patients, as the server counts time; and documents by what is done with
-- them, so that what was told of consents and work is found among many conversations.
ALTER TABLE emr_link ADD COLUMN polled_at BIGINT;
CREATE INDEX filing_act ON filing (link_id, substr(act, 1, 4));
