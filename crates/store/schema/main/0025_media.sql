-- What hangs on posts. Whoever reads these tables without the keys sees that there is something and how large it is; never what
-- it shows, what its author says of it, or where it lies. It goes with its post, and with the key of its post.
CREATE TABLE media (
    post_id TEXT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    channel_id TEXT NOT NULL REFERENCES channel (id),
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BYTES NOT NULL,
    state TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    picture BYTES,
    blurred BYTES,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- When a person first looked at it; who did is in the log alone.
    seen_at BIGINT,
    PRIMARY KEY (post_id, n),
    CHECK (state <> 'kept' OR (picture IS NOT NULL AND blurred IS NOT NULL))
);
CREATE INDEX media_due ON media (channel_id, due_at) WHERE state = 'wanted';
-- How many of a post's media nobody has looked at: a fact of the rules, so it is there with the post.
ALTER TABLE post ADD COLUMN media_unseen BIGINT NOT NULL DEFAULT 0;
