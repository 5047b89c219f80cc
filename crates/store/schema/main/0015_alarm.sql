-- Alarms: who must know, who is called, and who said that they know. Neither text nor handle stands here; the number of the
-- case is looked up when a call leaves.
CREATE TABLE alarm (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    case_id TEXT REFERENCES cases (id),
    team TEXT NOT NULL,
    state TEXT NOT NULL,
    calls BIGINT NOT NULL,
    member TEXT,
    member_since BIGINT,
    is_exhausted BOOLEAN NOT NULL,
    due_at BIGINT,
    next_at BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    acknowledged_by TEXT,
    acknowledged_person TEXT,
    acknowledged_at BIGINT,
    ended_at BIGINT
);
-- One alarm at a time for one matter and team, however many processes raise it.
CREATE UNIQUE INDEX alarm_alive ON alarm (site_id, kind, subject, team) WHERE state <> 'ended';
CREATE INDEX alarm_next ON alarm (next_at) WHERE state = 'open';
CREATE INDEX alarm_case ON alarm (case_id, raised_at) WHERE case_id IS NOT NULL;
CREATE INDEX alarm_kind ON alarm (site_id, kind, raised_at);
CREATE TABLE alarm_call (
    id TEXT PRIMARY KEY,
    alarm_id TEXT NOT NULL REFERENCES alarm (id),
    member TEXT NOT NULL,
    way TEXT NOT NULL,
    number BIGINT NOT NULL,
    is_over BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX alarm_call_due ON alarm_call (due_at) WHERE state = 'waiting';
CREATE INDEX alarm_call_alarm ON alarm_call (alarm_id, created_at);
-- What is known of the way to each member: when a call last arrived, when a person last answered one.
CREATE TABLE alarm_path (
    site_id TEXT NOT NULL REFERENCES site (id),
    member TEXT NOT NULL,
    way TEXT NOT NULL,
    delivered_at BIGINT,
    acknowledged_at BIGINT,
    failing_since BIGINT,
    code TEXT NOT NULL,
    PRIMARY KEY (site_id, member, way)
);
-- The mail server, as the last letters and looks found it.
CREATE TABLE mail_server (
    name TEXT PRIMARY KEY,
    ok_at BIGINT,
    failing_since BIGINT,
    failed_at BIGINT,
    code TEXT NOT NULL
);
-- A crisis reply that one person sent: a second one reads it afterwards.
CREATE TABLE crisis_reading (
    draft_id TEXT PRIMARY KEY REFERENCES draft (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    statement TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    read_by TEXT,
    read_at BIGINT,
    CHECK (read_by IS NULL OR read_by <> sent_by)
);
CREATE INDEX crisis_reading_open ON crisis_reading (site_id, due_at) WHERE read_at IS NULL;
CREATE INDEX crisis_reading_case ON crisis_reading (case_id);
