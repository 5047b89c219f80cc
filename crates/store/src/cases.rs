//! Cases: one per thread, with the decision in force, its queue and who has it.

use bedside_core::{
    case::{Queue, Rank},
    id::{AuthorId, CaseId, ChannelId, DecisionId, PersonId, PostId, SiteId, ThreadId},
    policy::{Decision, Known},
    post::Standing,
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx, alarms,
    balance::Counted,
    db::{Row, statements},
    many::many_statements,
    posts::{standing_from, standing_word},
    value::args,
};

/// A case as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// The number people say: F-2841.
    pub number: i64,
    /// Whose.
    pub site: SiteId,
    /// On which channel.
    pub channel: ChannelId,
    /// The thread it is about.
    pub thread: ThreadId,
    /// The post that decides: the author's latest.
    pub post: PostId,
    /// Who wrote that.
    pub author: AuthorId,
    /// Live, or history.
    pub standing: Standing,
    /// Where it lies.
    pub queue: Queue,
    /// How soon it needs somebody, within Now.
    pub rank: Rank,
    /// The decision in force.
    pub decision_id: DecisionId,
    /// What it says.
    pub decision: Decision,
    /// When a hold ends.
    pub hold_until: Option<Timestamp>,
    /// By when an escalation has to be taken.
    pub alarm_due_at: Option<Timestamp>,
    /// Who took it.
    pub alarm_taken_by: Option<PersonId>,
    /// When.
    pub alarm_taken_at: Option<Timestamp>,
    /// Who has the case.
    pub assignee: Option<PersonId>,
    /// When the event happened, as a person entered it.
    pub event_at: Option<Timestamp>,
    /// Whether a person says that facts are checked.
    pub facts_checked: Option<bool>,
    /// Why its reply came back from the outbox.
    pub returned_code: Option<String>,
    /// By when somebody has to have opened it, because its post asks for a look now; `None`: it does not, or somebody has
    /// taken it.
    pub look_by: Option<Timestamp>,
    /// Who first opened it; unread until then.
    pub opened_by: Option<PersonId>,
    /// When the deciding post was written.
    pub posted_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Its waiting: since when, whose, under which clocks.
    pub wait: Wait,
    /// What people entered of the matter.
    pub known: Known,
    /// Counts its changes; [`update`] refuses a case that somebody else changed since it was read.
    pub revision: i64,
}

/// What is kept of a case's waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wait {
    /// Since when it has been held without a break, by rules or by a person.
    pub held_since: Option<Timestamp>,
    /// Since when the house's own goal rests, because rules hold the case.
    pub rested_since: Option<Timestamp>,
    /// How long it rested before that, in all.
    pub rested_for: Span,
    /// Who was told that the hold ends soon.
    pub owner: Option<PersonId>,
    /// When they were told.
    pub told_at: Option<Timestamp>,
    /// The nearest clock of law or contract that runs on it; only [`crate::clocks`] writes it.
    pub clock_due_at: Option<Timestamp>,
    /// How loud that clock is by now; `None`: it is far off.
    pub clock_rank: Option<Rank>,
}

impl Wait {
    /// How long the house's own goal has rested by now: so much later it ends.
    #[must_use]
    pub fn rested(&self, now: Timestamp) -> Span {
        let since = self.rested_since.map_or(Span::ZERO, |since| now.since(since).max(Span::ZERO));
        Span::micros(self.rested_for.as_micros().saturating_add(since.as_micros()))
    }
}

macro_rules! columns {
    () => {
        "c.id, c.number, c.site_id, c.channel_id, c.thread_id, c.post_id, c.author_id, c.standing, c.queue, c.rank, \
         c.decision_id, c.decision, c.hold_until, c.alarm_due_at, c.alarm_taken_by, c.alarm_taken_at, c.assignee, \
         c.event_at, c.facts_checked, c.returned_code, c.opened_by, c.posted_at, c.updated_at, c.created_at, c.revision, c.look_by, \
         c.held_since, c.rested_since, c.rested_for, c.hold_owner, c.hold_told_at, c.clock_due_at, c.clock_rank, c.known"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM cases c WHERE c.id = $1");
    BY_THREAD = concat!("SELECT ", columns!(), " FROM cases c WHERE c.thread_id = $1");
    BY_NUMBER = concat!("SELECT ", columns!(), " FROM cases c WHERE c.number = $1");
    NEWEST_OF_AUTHOR = concat!("SELECT ", columns!(), " FROM cases c WHERE c.author_id = $1 ORDER BY c.posted_at DESC LIMIT 1");
    LIST = concat!("SELECT ", columns!(), " FROM cases c WHERE c.site_id = $1 AND c.queue = $2 \
        ORDER BY c.rank, c.posted_at DESC LIMIT $3");
    LIST_WAITING = concat!("SELECT ", columns!(), " FROM cases c WHERE c.site_id = $1 AND c.queue = 'waiting' \
        ORDER BY c.hold_until, c.posted_at DESC LIMIT $2");
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM cases WHERE site_id = $1 AND queue = $2 LIMIT $3) AS t";
    ALARMS = "SELECT number FROM cases WHERE site_id = $1 AND queue = 'now' AND rank = 0 AND alarm_taken_by IS NULL \
        ORDER BY posted_at DESC LIMIT 100";
    LOOKS = "SELECT number FROM cases WHERE site_id = $1 AND queue = 'now' AND rank = 2 AND opened_by IS NULL \
        ORDER BY posted_at DESC LIMIT 100";
    UNOPENED_LOOKS = concat!("SELECT ", columns!(), " FROM cases c WHERE c.site_id = $1 AND c.look_by <= $2 \
        AND c.opened_by IS NULL AND c.queue = 'now' ORDER BY c.look_by LIMIT $3");
    FAILED = "SELECT decision FROM cases WHERE site_id = $1 AND queue = 'now' AND rank <= 10 \
        AND decision LIKE '%\"effect\":\"errors\"%' LIMIT 50";
    ENDED_HOLDS = concat!("SELECT ", columns!(), " FROM cases c WHERE c.hold_until IS NOT NULL AND c.hold_until <= $1 \
        AND c.queue <> 'done' ORDER BY c.hold_until LIMIT $2");
    // Whose end is near enough to tell their owners; how near is told by how long they are.
    ENDING_HOLDS = concat!("SELECT ", columns!(), " FROM cases c WHERE c.hold_until IS NOT NULL AND c.hold_told_at IS NULL \
        AND c.hold_until > $1 AND c.hold_until <= $2 AND c.queue <> 'done' ORDER BY c.hold_until LIMIT $3");
    NUMBERS = "INSERT INTO counter (name, value) VALUES ('case', $1) ON CONFLICT (name) \
        DO UPDATE SET value = counter.value + excluded.value RETURNING value";
    UPDATE = "UPDATE cases SET post_id = $2, author_id = $3, standing = $4, queue = $5, rank = $6, decision_id = $7, \
        decision = $8, hold_until = $9, alarm_due_at = $10, alarm_taken_by = $11, alarm_taken_at = $12, assignee = $13, \
        event_at = $14, facts_checked = $15, returned_code = $16, opened_by = $17, posted_at = $18, updated_at = $19, look_by = $20, \
        held_since = $22, rested_since = $23, rested_for = $24, hold_owner = $25, hold_told_at = $26, clock_rank = $27, known = $28, \
        revision = revision + 1 \
        WHERE id = $1 AND revision = $21";
    // Changes nothing, but from here on nobody else changes the case until this transaction ends.
    HOLD = "UPDATE cases SET revision = revision WHERE id = $1";
    INSERT_BY_PERSON = "INSERT INTO decision (id, case_id, post_id, at, body, by_person, key_id, sealed, speech, reasons, within, \
        removes, site_id, standing) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
        (SELECT site_id FROM post WHERE id = $3), (SELECT standing FROM post WHERE id = $3))";
    DECISIONS = "SELECT id, post_id, at, body, by_person, key_id, sealed, wrong_at FROM decision WHERE case_id = $1 ORDER BY at, id LIMIT 50";
}

many_statements! {
    BY_THREADS = concat!("SELECT ", columns!(), " FROM cases c WHERE c.thread_id IN (SELECT column1 FROM ("), [1], ") AS v)";
    BY_IDS = concat!("SELECT ", columns!(), " FROM cases c WHERE c.id IN (SELECT column1 FROM ("), [1], ") AS v)";
    INSERT = "INSERT INTO cases (id, number, site_id, channel_id, thread_id, post_id, author_id, standing, queue, rank, \
        decision_id, decision, hold_until, alarm_due_at, posted_at, updated_at, created_at, look_by, \
        held_since, rested_since)", [20], "";
    // What the balance counts is told with it: whose post, live or imported, and whether it is the first decision about it.
    INSERT_DECISIONS = "INSERT INTO decision (id, case_id, post_id, at, body, speech, reasons, within, removes, site_id, standing, is_first) \
        SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column7, v.column8, v.column9, p.site_id, p.standing, \
        NOT EXISTS (SELECT 1 FROM decision e WHERE e.post_id = v.column3) FROM (", [9], ") AS v JOIN post p ON p.id = v.column3";
}

/// A decision that is kept: every one that a case ever had.
#[derive(Debug, Clone)]
pub struct DecisionRow {
    /// Its id.
    pub id: DecisionId,
    /// The post it was made about.
    pub post: PostId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub decision: Decision,
    /// The person who decided over the rules.
    pub by: Option<PersonId>,
    /// When a person said that it was wrong.
    pub wrong_at: Option<Timestamp>,
    sealed: Option<(bedside_core::id::KeyId, Vec<u8>)>,
}

/// One case.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// One case that this transaction is about to change: others who want to wait until it ends.
///
/// # Errors
/// As [`by_id`].
pub async fn to_change(tx: &mut Tx, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    tx.run(HOLD, args![id]).await?;
    by_id(tx, id).await
}

/// The case of a thread.
///
/// # Errors
/// As [`by_id`].
pub async fn by_thread(tx: &mut Tx, thread: ThreadId) -> Result<Option<CaseRow>, StoreError> {
    tx.row(BY_THREAD, args![thread]).await?.as_ref().map(read).transpose()
}

/// The case with this number.
///
/// # Errors
/// As [`by_id`].
pub async fn by_number(tx: &mut Tx, number: i64) -> Result<Option<CaseRow>, StoreError> {
    tx.row(BY_NUMBER, args![number]).await?.as_ref().map(read).transpose()
}

/// The newest case that an author's post decides about.
///
/// # Errors
/// As [`by_id`].
pub async fn newest_of_author(tx: &mut Tx, author: AuthorId) -> Result<Option<CaseRow>, StoreError> {
    tx.row(NEWEST_OF_AUTHOR, args![author]).await?.as_ref().map(read).transpose()
}

/// The cases of threads, in no order.
///
/// # Errors
/// As [`by_id`].
pub async fn by_threads(tx: &mut Tx, threads: &[ThreadId]) -> Result<Vec<CaseRow>, StoreError> {
    BY_THREADS.rows(tx, threads.iter().map(|id| args![*id]).collect()).await?.iter().map(read).collect()
}

/// The cases with these ids, in no order.
///
/// # Errors
/// As [`by_id`].
pub async fn by_ids(tx: &mut Tx, ids: &[CaseId]) -> Result<Vec<CaseRow>, StoreError> {
    BY_IDS.rows(tx, ids.iter().map(|id| args![*id]).collect()).await?.iter().map(read).collect()
}

/// A queue of a site: Now by rank, Waiting by what wakes first, the others the newest first.
///
/// # Errors
/// As [`by_id`].
pub async fn list(tx: &mut Tx, site: SiteId, queue: Queue, most: u32) -> Result<Vec<CaseRow>, StoreError> {
    let rows = match queue {
        Queue::Waiting => tx.rows(LIST_WAITING, args![site, most]).await?,
        Queue::Now | Queue::Silent | Queue::Done => tx.rows(LIST, args![site, queue.as_str(), most]).await?,
    };
    rows.iter().map(read).collect()
}

/// How many cases lie in a queue, counted up to `most`.
///
/// # Errors
/// The engine refuses.
pub async fn count(tx: &mut Tx, site: SiteId, queue: Queue, most: u32) -> Result<u32, StoreError> {
    let row = tx.row(COUNT, args![site, queue.as_str(), most]).await?;
    row.map_or(Ok(0), |row| row.int(0)).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// The numbers of cases with an alarm that nobody has taken, the newest 100.
///
/// # Errors
/// The engine refuses.
pub async fn open_alarms(tx: &mut Tx, site: SiteId) -> Result<Vec<i64>, StoreError> {
    tx.rows(ALARMS, args![site]).await?.iter().map(|row| row.int(0)).collect()
}

/// The numbers of cases that ask for a look now and that nobody has opened, the newest 100.
///
/// # Errors
/// The engine refuses.
pub async fn open_looks(tx: &mut Tx, site: SiteId) -> Result<Vec<i64>, StoreError> {
    tx.rows(LOOKS, args![site]).await?.iter().map(|row| row.int(0)).collect()
}

/// Cases that ask for a look and that nobody had opened when their time was over, the longest waiting first.
///
/// # Errors
/// As [`by_id`].
pub async fn unopened_looks(tx: &mut Tx, site: SiteId, now: Timestamp, most: u32) -> Result<Vec<CaseRow>, StoreError> {
    tx.rows(UNOPENED_LOOKS, args![site, now, most]).await?.iter().map(read).collect()
}

/// Decisions in force that a rule failed in: such a case lies in Now, among those for a person (rank 10) or before.
///
/// # Errors
/// As [`by_id`].
pub async fn with_failed_rules(tx: &mut Tx, site: SiteId) -> Result<Vec<Decision>, StoreError> {
    let rows = tx.rows(FAILED, args![site]).await?;
    rows.iter().map(|row| row.json(0)).collect()
}

/// Cases whose hold has ended, whichever queue they lie in: an escalation beside a hold puts it into Now.
///
/// # Errors
/// As [`by_id`].
pub async fn ended_holds(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<CaseRow>, StoreError> {
    tx.rows(ENDED_HOLDS, args![now, most]).await?.iter().map(read).collect()
}

/// Cases whose hold ends by `until` and of which nobody has been told, the soonest first.
///
/// # Errors
/// As [`by_id`].
pub async fn ending_holds(
    tx: &mut Tx,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<CaseRow>, StoreError> {
    tx.rows(ENDING_HOLDS, args![now, until, most]).await?.iter().map(read).collect()
}

/// Reserves `n` case numbers; gives the first.
///
/// # Errors
/// The engine refuses.
pub async fn reserve_numbers(tx: &mut Tx, n: u32) -> Result<i64, StoreError> {
    let row = tx.row(NUMBERS, args![n]).await?.ok_or_else(|| StoreError::missing("counter", "case"))?;
    Ok(row.int(0)? - i64::from(n) + 1)
}

/// Opens cases.
///
/// # Errors
/// The engine refuses.
pub async fn open(tx: &mut Tx, cases: &[CaseRow]) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(cases.len());
    for case in cases {
        rows.push(args![
            case.id,
            case.number,
            case.site,
            case.channel,
            case.thread,
            case.post,
            case.author,
            standing_word(case.standing),
            case.queue.as_str(),
            case.rank.0,
            case.decision_id,
            body(&case.decision)?,
            case.hold_until,
            case.alarm_due_at,
            case.posted_at,
            case.updated_at,
            case.created_at,
            case.look_by,
            case.wait.held_since,
            case.wait.rested_since
        ]);
    }
    INSERT.run(tx, rows).await?;
    for case in cases.iter().filter(|case| alarms::ringing(case).is_some()) {
        alarms::follow(tx, case).await?;
    }
    Ok(())
}

/// Stores a changed case, once per reading of it.
///
/// # Errors
/// The engine refuses, or [`StoreError::Changed`]: somebody else changed it since it was read; then it is read again and
/// what was to be done is done anew.
pub async fn update(tx: &mut Tx, case: &CaseRow) -> Result<(), StoreError> {
    let known = serde_json::to_string(&case.known).map_err(|_| StoreError::corrupt("what is known", ""))?;
    let args = args![
        case.id,
        case.post,
        case.author,
        standing_word(case.standing),
        case.queue.as_str(),
        case.rank.0,
        case.decision_id,
        body(&case.decision)?,
        case.hold_until,
        case.alarm_due_at,
        case.alarm_taken_by,
        case.alarm_taken_at,
        case.assignee,
        case.event_at,
        case.facts_checked,
        case.returned_code.as_deref(),
        case.opened_by,
        case.posted_at,
        case.updated_at,
        case.look_by,
        case.revision,
        case.wait.held_since,
        case.wait.rested_since,
        case.wait.rested_for.as_micros(),
        case.wait.owner,
        case.wait.told_at,
        case.wait.clock_rank.map(|rank| rank.0),
        known
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(StoreError::Changed { what: "case", id: case.id.to_string() }),
        // Whatever changes a case, its alarms are where it stands with the same commit.
        _ => alarms::follow(tx, case).await,
    }
}

/// Keeps decisions of the rules: id, case, post, when, what.
///
/// # Errors
/// The engine refuses.
pub async fn add_decisions(
    tx: &mut Tx,
    decisions: &[(DecisionId, CaseId, PostId, &Decision)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(decisions.len());
    for (id, case, post, decision) in decisions {
        let counted = Counted::of(decision);
        rows.push(args![
            *id,
            *case,
            *post,
            now,
            body(decision)?,
            counted.speech,
            counted.reasons,
            counted.within,
            counted.removes
        ]);
    }
    INSERT_DECISIONS.run(tx, rows).await.map(drop)
}

/// Keeps a decision that a person made over the rules, with the reason they gave.
///
/// # Errors
/// The engine refuses.
pub async fn add_decision_by(
    tx: &mut Tx,
    case: &CaseRow,
    by: PersonId,
    key: &DataKey,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(case.decision_id), reason.as_bytes())?;
    let counted = Counted::of(&case.decision);
    let args = args![
        case.decision_id,
        case.id,
        case.post,
        now,
        body(&case.decision)?,
        by,
        key.id(),
        sealed,
        counted.speech,
        counted.reasons,
        counted.within,
        counted.removes
    ];
    tx.run(INSERT_BY_PERSON, args).await.map(drop)
}

/// Every decision of a case, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn decisions(tx: &mut Tx, case: CaseId) -> Result<Vec<DecisionRow>, StoreError> {
    let rows = tx.rows(DECISIONS, args![case]).await?;
    rows.iter()
        .map(|row| {
            let sealed = row.opt_id(5)?.zip(row.opt_bytes(6)?);
            Ok(DecisionRow {
                id: row.id(0)?,
                post: row.id(1)?,
                at: row.time(2)?,
                decision: row.json(3)?,
                by: row.opt_id(4)?,
                wrong_at: row.opt_time(7)?,
                sealed,
            })
        })
        .collect()
}

impl DecisionRow {
    /// The reason that the person gave; `None`: the rules decided, or the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        let Some((key, sealed)) = &self.sealed else {
            return Ok(None);
        };
        store.open_text(*key, &place(self.id), sealed).await
    }
}

fn place(id: DecisionId) -> String {
    format!("decision:{id}")
}

fn body(decision: &Decision) -> Result<String, StoreError> {
    serde_json::to_string(decision).map_err(|_| StoreError::corrupt("a decision", ""))
}

fn read(row: &Row) -> Result<CaseRow, StoreError> {
    Ok(CaseRow {
        id: row.id(0)?,
        number: row.int(1)?,
        site: row.id(2)?,
        channel: row.id(3)?,
        thread: row.id(4)?,
        post: row.id(5)?,
        author: row.id(6)?,
        standing: row.word(7, standing_from)?,
        queue: row.word(8, Queue::from_word)?,
        rank: Rank(i16::try_from(row.int(9)?).unwrap_or(i16::MAX)),
        decision_id: row.id(10)?,
        decision: row.json(11)?,
        hold_until: row.opt_time(12)?,
        alarm_due_at: row.opt_time(13)?,
        alarm_taken_by: row.opt_id(14)?,
        alarm_taken_at: row.opt_time(15)?,
        assignee: row.opt_id(16)?,
        event_at: row.opt_time(17)?,
        facts_checked: row.opt_flag(18)?,
        returned_code: row.opt_text(19)?,
        opened_by: row.opt_id(20)?,
        posted_at: row.time(21)?,
        updated_at: row.time(22)?,
        created_at: row.time(23)?,
        revision: row.int(24)?,
        look_by: row.opt_time(25)?,
        wait: Wait {
            held_since: row.opt_time(26)?,
            rested_since: row.opt_time(27)?,
            rested_for: Span::micros(row.int(28)?),
            owner: row.opt_id(29)?,
            told_at: row.opt_time(30)?,
            clock_due_at: row.opt_time(31)?,
            clock_rank: row.opt_int(32)?.map(|rank| Rank(i16::try_from(rank).unwrap_or(i16::MAX))),
        },
        known: row.json(33)?,
    })
}
