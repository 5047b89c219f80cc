-- What was found in a post names its words by list and place, so it is sealed as the text is.
ALTER TABLE post DROP COLUMN signals;
ALTER TABLE post ADD COLUMN signals BYTES;
