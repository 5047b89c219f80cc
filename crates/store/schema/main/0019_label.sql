-- Whether a rule set a label before, or a person took one away: asked for before a rule sets it once more.
CREATE INDEX label_ever ON label (target_id, kind);
