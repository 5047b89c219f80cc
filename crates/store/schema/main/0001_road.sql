-- Houses and their channel accounts.
CREATE TABLE site (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    group_name TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    page_owner TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    deputy TEXT NOT NULL,
    cursor TEXT,
    health TEXT NOT NULL,
    health_code TEXT NOT NULL,
    health_since BIGINT NOT NULL,
    last_ok_at BIGINT,
    retry_at BIGINT,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL
);

-- What people write. Whoever reads these tables without the keys sees when, where and how much, never what or who.
CREATE TABLE author (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    ext_hash BYTES NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    is_bot BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (channel_id, ext_hash)
);
CREATE TABLE thread (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    root_hash BYTES NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (channel_id, root_hash)
);
CREATE TABLE post (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    thread_id TEXT NOT NULL REFERENCES thread (id),
    ext_hash BYTES NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    version BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    visibility TEXT NOT NULL,
    standing TEXT NOT NULL,
    addressed BOOLEAN NOT NULL,
    media_count BIGINT NOT NULL,
    signals TEXT,
    indexed BOOLEAN NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    UNIQUE (channel_id, ext_hash)
);
CREATE INDEX post_thread ON post (thread_id, written_at);
CREATE INDEX post_author ON post (author_id, written_at);
CREATE INDEX post_unindexed ON post (id) WHERE NOT indexed;

-- What is decided and done about a thread.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    thread_id TEXT NOT NULL UNIQUE REFERENCES thread (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    author_id TEXT NOT NULL REFERENCES author (id),
    standing TEXT NOT NULL,
    queue TEXT NOT NULL,
    rank BIGINT NOT NULL,
    decision_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    hold_until BIGINT,
    alarm_due_at BIGINT,
    alarm_taken_by TEXT,
    alarm_taken_at BIGINT,
    assignee TEXT,
    event_at BIGINT,
    facts_checked BOOLEAN,
    returned_code TEXT,
    opened_by TEXT,
    posted_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX cases_queue ON cases (site_id, queue, rank, posted_at DESC);
CREATE INDEX cases_hold ON cases (hold_until) WHERE hold_until IS NOT NULL;
CREATE TABLE decision (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    by_person TEXT,
    key_id TEXT,
    sealed BYTES
);
CREATE INDEX decision_case ON decision (case_id, at);
CREATE TABLE label (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    target TEXT NOT NULL,
    target_id TEXT NOT NULL,
    case_id TEXT,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    expires_at BIGINT,
    removed_at BIGINT,
    removed_by TEXT
);
CREATE INDEX label_target ON label (target_id) WHERE removed_at IS NULL;
CREATE INDEX label_expiry ON label (expires_at) WHERE removed_at IS NULL AND expires_at IS NOT NULL;
CREATE TABLE note (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    by_person TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX note_case ON note (case_id, at);

-- What people answer. The four-eyes rule is also a rule of the table.
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    form TEXT NOT NULL,
    lang TEXT NOT NULL,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    commitment BYTES NOT NULL,
    state TEXT NOT NULL,
    checks TEXT NOT NULL,
    verdict TEXT NOT NULL,
    cleared BYTES,
    approved BYTES,
    author_person TEXT NOT NULL,
    approver TEXT,
    warned_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (approver IS NULL OR approver <> author_person),
    CHECK (approved IS NULL OR cleared IS NOT NULL)
);
CREATE INDEX draft_case ON draft (case_id, created_at);
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    site_id TEXT NOT NULL REFERENCES site (id),
    channel_id TEXT NOT NULL REFERENCES channel (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    draft_id TEXT NOT NULL UNIQUE REFERENCES draft (id),
    post_id TEXT NOT NULL REFERENCES post (id),
    post_version BIGINT NOT NULL,
    author_person TEXT NOT NULL,
    approver TEXT NOT NULL,
    cleared BYTES NOT NULL,
    approved BYTES NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    prepared_at BIGINT,
    attempts BIGINT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    receipt_hash BYTES,
    receipt_key_id TEXT,
    receipt BYTES,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (approver <> author_person),
    CHECK (approved = cleared)
);
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_receipt ON outbox (channel_id, receipt_hash);

-- Work to be done, the brake, and the log.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL,
    lease_by TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX job_next ON job (state, kind, priority, run_at, id);
CREATE TABLE pause (
    id TEXT PRIMARY KEY,
    site_id TEXT,
    key_id TEXT NOT NULL,
    sealed BYTES NOT NULL,
    paused_by TEXT NOT NULL,
    paused_at BIGINT NOT NULL,
    resumed_by TEXT,
    resumed_at BIGINT
);
CREATE INDEX pause_open ON pause (paused_at) WHERE resumed_at IS NULL;
CREATE TABLE log_pending (
    id TEXT PRIMARY KEY,
    case_id TEXT,
    at BIGINT NOT NULL,
    body BYTES NOT NULL
);
CREATE TABLE log_entry (
    leaf BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT,
    at BIGINT NOT NULL,
    body BYTES NOT NULL
);
CREATE INDEX log_entry_case ON log_entry (case_id, leaf) WHERE case_id IS NOT NULL;
CREATE TABLE log_tile (
    level BIGINT NOT NULL,
    tile BIGINT NOT NULL,
    width BIGINT NOT NULL,
    body BYTES NOT NULL,
    PRIMARY KEY (level, tile)
);
CREATE TABLE log_checkpoint (
    size BIGINT PRIMARY KEY,
    note BYTES NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    held_by TEXT NOT NULL,
    until BIGINT NOT NULL
);

-- Import progress, so that a broken import goes on where it was.
CREATE TABLE import_run (
    id TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The people at the desk.
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT,
    lang TEXT NOT NULL,
    theme TEXT NOT NULL,
    keys_on BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE person_role (
    person_id TEXT NOT NULL REFERENCES person (id),
    site_id TEXT NOT NULL REFERENCES site (id),
    role TEXT NOT NULL,
    PRIMARY KEY (person_id, site_id, role)
);
CREATE TABLE invite (
    token_hash BYTES PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE session (
    token_hash BYTES PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE sign_in_attempt (
    name BYTES PRIMARY KEY,
    failures BIGINT NOT NULL,
    since BIGINT NOT NULL
);
