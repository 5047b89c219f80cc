//! The outbox: replies on their way out, each waiting → prepared → (unsure) → confirmed, or undone, returned, failed; a confirmed one may be
//! taken down.

use bedside_core::{
    channel::Receipt,
    id::{CaseId, ChannelId, DraftId, KeyId, OutboxId, PersonId, PostId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{parse, write},
    value::args,
};

/// Where a reply stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// In its undo window, or waiting for its turn.
    Waiting,
    /// Claimed, checked and about to be handed to the connector. Whoever finds it so after a crash reads back first.
    Prepared,
    /// Handed over, answer unclear: settled by reading back.
    Unsure,
    /// On the platform.
    Confirmed,
    /// Taken back by a person before it left.
    Undone,
    /// Given back to the desk: what was approved no longer holds.
    Returned,
    /// The platform refuses it.
    Failed,
    /// A person had it taken down; not confirmed yet. Nobody sends it any more, wherever it stood.
    TakingDown,
    /// It was on the platform, and a person took it down.
    TakenDown,
}

impl OutboxState {
    const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Prepared,
        Self::Unsure,
        Self::Confirmed,
        Self::Undone,
        Self::Returned,
        Self::Failed,
        Self::TakingDown,
        Self::TakenDown,
    ];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Prepared => "prepared",
            Self::Unsure => "unsure",
            Self::Confirmed => "confirmed",
            Self::Undone => "undone",
            Self::Returned => "returned",
            Self::Failed => "failed",
            Self::TakingDown => "taking_down",
            Self::TakenDown => "taken_down",
        }
    }
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A reply as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// Its id.
    pub id: OutboxId,
    /// Whose.
    pub site: SiteId,
    /// Where it goes.
    pub channel: ChannelId,
    /// The case it belongs to.
    pub case: CaseId,
    /// The draft whose text it carries.
    pub draft: DraftId,
    /// The post it answers.
    pub post: PostId,
    /// The version of that post when it was approved.
    pub post_version: i64,
    /// Who wrote it.
    pub author: PersonId,
    /// Who approved it.
    pub approver: PersonId,
    /// The commitment that the guard cleared.
    pub cleared: Vec<u8>,
    /// The commitment that was approved.
    pub approved: Vec<u8>,
    /// Where it stands.
    pub state: OutboxState,
    /// Why, where it stands still.
    pub code: String,
    /// When it may leave, or is tried again.
    pub due_at: Timestamp,
    /// When the first attempt with this text was prepared; it may have been heard.
    pub prepared_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    receipt: Option<(KeyId, Vec<u8>)>,
}

macro_rules! columns {
    () => {
        "id, site_id, channel_id, case_id, draft_id, post_id, post_version, author_person, approver, cleared, approved, \
         state, code, due_at, prepared_at, attempts, created_at, updated_at, receipt_key_id, receipt FROM outbox"
    };
}

/// What a pause holds back is not due; what may have left already is still looked for.
macro_rules! due {
    () => {
        " WHERE state IN ('waiting', 'prepared', 'unsure') AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) \
         AND (state <> 'waiting' OR NOT EXISTS (SELECT 1 FROM pause p WHERE p.resumed_at IS NULL \
         AND (p.site_id IS NULL OR p.site_id = outbox.site_id)))"
    };
}

statements! {
    INSERT = "INSERT INTO outbox (id, site_id, channel_id, case_id, draft_id, post_id, post_version, author_person, approver, \
        cleared, approved, state, code, due_at, attempts, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', '', $12, 0, $13, $13)";
    REQUEUE = "UPDATE outbox SET post_id = $2, post_version = $3, author_person = $4, approver = $5, approved = $7, \
        state = 'waiting', code = '', due_at = $8, attempts = 0, updated_at = $9, \
        prepared_at = CASE WHEN cleared = $6 THEN prepared_at ELSE NULL END, cleared = $6 \
        WHERE draft_id = $1 AND state IN ('undone', 'returned', 'failed')";
    BY_ID = concat!("SELECT ", columns!(), " WHERE id = $1");
    BY_DRAFT = concat!("SELECT ", columns!(), " WHERE draft_id = $1");
    OF_CASE = concat!("SELECT ", columns!(), " WHERE case_id = $1 ORDER BY created_at, id");
    LEAVING = concat!("SELECT ", columns!(), " WHERE site_id = $1 AND state IN ('waiting', 'prepared', 'unsure') ORDER BY due_at LIMIT 50");
    RECENT = concat!("SELECT ", columns!(), " WHERE site_id = $1 AND state IN ('confirmed', 'failed', 'returned') AND updated_at >= $2 \
        ORDER BY updated_at DESC LIMIT 10");
    DUE = concat!("SELECT ", columns!(), due!(), " AND channel_id = $2 ORDER BY due_at LIMIT $3");
    DUE_CHANNELS = concat!("SELECT DISTINCT channel_id FROM outbox", due!());
    LEAVING_NOW = "SELECT id, site_id FROM outbox WHERE state = 'prepared' AND lease_until > $1";
    NEXT_DUE = "SELECT MIN(due_at) FROM outbox WHERE state IN ('waiting', 'prepared', 'unsure')";
    LEASE = "UPDATE outbox SET lease_by = $2, lease_until = $3 WHERE id = $1 AND state = $4 AND due_at <= $5 \
        AND (lease_until IS NULL OR lease_until < $5)";
    PREPARED = "UPDATE outbox SET state = 'prepared', code = '', prepared_at = $2, attempts = attempts + 1, updated_at = $3 WHERE id = $1";
    SETTLE = "UPDATE outbox SET state = $2, code = $3, due_at = $4, updated_at = $5, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND lease_by = $6 AND state <> 'taking_down'";
    UNDO = "UPDATE outbox SET state = 'undone', code = $2, updated_at = $3, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND state = 'waiting'";
    // What a person has taken down meanwhile stays so; the receipt tells where it stands.
    CONFIRM = "UPDATE outbox SET state = CASE WHEN state = 'taking_down' THEN state ELSE 'confirmed' END, code = '', receipt_hash = $2, receipt_key_id = $3, receipt = $4, \
        updated_at = $5, said_at = COALESCE(said_at, $5), lease_by = NULL, lease_until = NULL WHERE id = $1";
    PUT_OFF = "UPDATE outbox SET code = $2, due_at = $3, attempts = attempts + 1, updated_at = $4, lease_by = NULL, \
        lease_until = NULL WHERE id = $1 AND lease_by = $5";
    THREAD_CHANGED = "SELECT 1 FROM post WHERE thread_id = $1 AND (edited_at > $2 OR deleted_at > $2) LIMIT 1";
    TAKE_DOWN = "UPDATE outbox SET state = 'taking_down', code = 'taking_down', updated_at = $2 \
        WHERE id = $1 AND state IN ('confirmed', 'prepared', 'unsure')";
    TAKEN_DOWN = "UPDATE outbox SET state = 'taken_down', code = $3, updated_at = $2, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND state = 'taking_down'";
    IN_HAND = "SELECT 1 FROM outbox WHERE id = $1 AND lease_until >= $2";
    ANSWERS = "SELECT COUNT(*) FROM outbox o JOIN cases c ON c.id = o.case_id WHERE c.thread_id = $1 AND o.state = 'confirmed'";
}

many_statements! {
    ANSWERED = "SELECT c.thread_id, o.updated_at FROM outbox o JOIN cases c ON c.id = o.case_id \
        WHERE o.state = 'confirmed' AND c.thread_id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// A reply to be queued.
#[derive(Debug)]
pub struct NewReply<'a> {
    /// Its id.
    pub id: OutboxId,
    /// Whose.
    pub site: SiteId,
    /// Where it goes.
    pub channel: ChannelId,
    /// The case it belongs to.
    pub case: CaseId,
    /// The draft whose text it carries.
    pub draft: DraftId,
    /// The post it answers, and its version.
    pub post: (PostId, i64),
    /// Who wrote it.
    pub author: PersonId,
    /// Who approved it.
    pub approver: PersonId,
    /// The commitment cleared.
    pub cleared: &'a [u8],
    /// The commitment approved; the table refuses another than the one cleared.
    pub approved: &'a [u8],
    /// When it may leave.
    pub due_at: Timestamp,
}

/// Queues a reply. A draft that came back before takes its old row, so that its idempotency key stays the same; where its
/// text is unchanged, so does the time it was first prepared, so that it is looked for before it is said again.
///
/// # Errors
/// The engine refuses, e.g. because the approver is the author.
pub async fn queue(tx: &mut Tx, reply: &NewReply<'_>, now: Timestamp) -> Result<OutboxId, StoreError> {
    let again = args![
        reply.draft,
        reply.post.0,
        reply.post.1,
        reply.author,
        reply.approver,
        reply.cleared,
        reply.approved,
        reply.due_at,
        now
    ];
    if tx.run(REQUEUE, again).await? > 0 {
        let row = by_draft(tx, reply.draft).await?;
        return row.map(|row| row.id).ok_or_else(|| StoreError::missing("reply of draft", reply.draft));
    }
    let args = args![
        reply.id,
        reply.site,
        reply.channel,
        reply.case,
        reply.draft,
        reply.post.0,
        reply.post.1,
        reply.author,
        reply.approver,
        reply.cleared,
        reply.approved,
        reply.due_at,
        now
    ];
    tx.run(INSERT, args).await?;
    Ok(reply.id)
}

/// One reply.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: OutboxId) -> Result<Option<OutboxRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The reply that carries a draft.
///
/// # Errors
/// As [`by_id`].
pub async fn by_draft(tx: &mut Tx, draft: DraftId) -> Result<Option<OutboxRow>, StoreError> {
    tx.row(BY_DRAFT, args![draft]).await?.as_ref().map(read).transpose()
}

/// The replies of a case, the oldest first.
///
/// # Errors
/// As [`by_id`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<OutboxRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

/// What is about to leave a site, the next first.
///
/// # Errors
/// As [`by_id`].
pub async fn leaving(tx: &mut Tx, site: SiteId) -> Result<Vec<OutboxRow>, StoreError> {
    tx.rows(LEAVING, args![site]).await?.iter().map(read).collect()
}

/// What left or came back since `since`, the latest first.
///
/// # Errors
/// As [`by_id`].
pub async fn recent(tx: &mut Tx, site: SiteId, since: Timestamp) -> Result<Vec<OutboxRow>, StoreError> {
    tx.rows(RECENT, args![site, since]).await?.iter().map(read).collect()
}

/// Replies of a channel that are due, that no pause holds back and that nobody is sending.
///
/// # Errors
/// As [`by_id`].
pub async fn due(tx: &mut Tx, channel: ChannelId, now: Timestamp, most: u32) -> Result<Vec<OutboxRow>, StoreError> {
    tx.rows(DUE, args![now, channel, most]).await?.iter().map(read).collect()
}

/// The channels that have such replies.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn due_channels(tx: &mut Tx, now: Timestamp) -> Result<Vec<ChannelId>, StoreError> {
    tx.rows(DUE_CHANNELS, args![now]).await?.iter().map(|row| row.id(0)).collect()
}

/// Replies of a site, or of all, that some process is handing over at this moment.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn leaving_now(tx: &mut Tx, site: Option<SiteId>, now: Timestamp) -> Result<Vec<OutboxId>, StoreError> {
    let rows = tx.rows(LEAVING_NOW, args![now]).await?;
    let all = rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect::<Result<Vec<(_, SiteId)>, StoreError>>()?;
    Ok(all.into_iter().filter(|(_, of)| site.is_none_or(|site| *of == site)).map(|(id, _)| id).collect())
}

/// When the next reply is due.
///
/// # Errors
/// The engine refuses.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.row(NEXT_DUE, args![]).await?.map_or(Ok(None), |row| row.opt_time(0))
}

/// Leases a reply that is still as `row` says; `false`: somebody was faster, or it was undone.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, row: &OutboxRow, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![row.id, by, now.plus(length), row.state.as_str(), now]).await? > 0)
}

/// Notes that the reply is about to be handed over. `prepared_at` stays that of the first attempt.
///
/// # Errors
/// The engine refuses.
pub async fn set_prepared(tx: &mut Tx, id: OutboxId, prepared_at: Timestamp, now: Timestamp) -> Result<(), StoreError> {
    tx.run(PREPARED, args![id, prepared_at, now]).await.map(drop)
}

/// Gives the lease that `by` has up with a state, a code for it, and when to look again; `false`: the reply was undone, or
/// another has taken it over meanwhile.
///
/// # Errors
/// The engine refuses.
pub async fn settle(
    tx: &mut Tx,
    (id, by): (OutboxId, &str),
    state: OutboxState,
    code: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(SETTLE, args![id, state.as_str(), code, due_at, now, by]).await? > 0)
}

/// Gives the lease that `by` has up for a reply that could not be tried, and counts that as an attempt; its state stays.
///
/// # Errors
/// The engine refuses.
pub async fn put_off(
    tx: &mut Tx,
    (id, by): (OutboxId, &str),
    code: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.run(PUT_OFF, args![id, code, due_at, now, by]).await.map(drop)
}

/// Whether any post of a thread was edited or deleted after `since`.
///
/// # Errors
/// The engine refuses.
pub async fn thread_changed(
    tx: &mut Tx,
    thread: bedside_core::id::ThreadId,
    since: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.row(THREAD_CHANGED, args![thread, since]).await?.is_some())
}

/// Takes a waiting reply back; `false`: it has left its window.
///
/// # Errors
/// The engine refuses.
pub async fn undo(tx: &mut Tx, id: OutboxId, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(UNDO, args![id, code, now]).await? > 0)
}

/// Notes that the reply is on the platform, with its receipt.
///
/// # Errors
/// The engine refuses.
pub async fn confirm(
    store: &Store,
    tx: &mut Tx,
    row: &OutboxRow,
    key: &DataKey,
    receipt: &Receipt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let hash = store.lookup().hash(&["post", &row.channel.to_string(), &receipt.external_id]);
    let sealed = key.seal(&place(row.id), &write(receipt)?)?;
    tx.run(CONFIRM, args![row.id, hash, key.id(), sealed, now]).await.map(drop)
}

/// Has a reply taken down that is on its platform, or that may be: from here on nobody sends it. `false`: it is neither.
///
/// # Errors
/// The engine refuses.
pub async fn take_down(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(TAKE_DOWN, args![id, now]).await? > 0)
}

/// Notes that such a reply is off its platform, with a word for how; `false`: it was not being taken down.
///
/// # Errors
/// The engine refuses.
pub async fn taken_down(tx: &mut Tx, id: OutboxId, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(TAKEN_DOWN, args![id, now, code]).await? > 0)
}

/// Whether a process may be handing a reply over at this moment, or may have been until just now.
///
/// # Errors
/// The engine refuses.
pub async fn is_in_hand(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.row(IN_HAND, args![id, now]).await?.is_some())
}

/// How many answers of ours a thread has.
///
/// # Errors
/// The engine refuses.
pub async fn answers_in(tx: &mut Tx, thread: bedside_core::id::ThreadId) -> Result<u32, StoreError> {
    let row = tx.row(ANSWERS, args![thread]).await?;
    row.map_or(Ok(0), |row| row.int(0)).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// When our answers in these threads were confirmed.
///
/// # Errors
/// The engine refuses.
pub async fn answered(
    tx: &mut Tx,
    threads: &[bedside_core::id::ThreadId],
) -> Result<Vec<(bedside_core::id::ThreadId, Timestamp)>, StoreError> {
    let rows = ANSWERED.rows(tx, threads.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.time(1)?))).collect()
}

impl Store {
    /// Opens a reply's receipt; `None`: there is none, or its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed receipt was changed.
    pub async fn open_receipt(&self, row: &OutboxRow) -> Result<Option<Phi<Receipt>>, StoreError> {
        let Some((key, sealed)) = &row.receipt else {
            return Ok(None);
        };
        let Some(key) = self.keys().by_id(*key).await? else {
            return Ok(None);
        };
        parse(&key.open(&place(row.id), sealed)?).map(Phi).map(Some)
    }
}

fn place(id: OutboxId) -> String {
    format!("receipt:{id}")
}

fn read(row: &Row) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: row.id(0)?,
        site: row.id(1)?,
        channel: row.id(2)?,
        case: row.id(3)?,
        draft: row.id(4)?,
        post: row.id(5)?,
        post_version: row.int(6)?,
        author: row.id(7)?,
        approver: row.id(8)?,
        cleared: row.bytes(9)?,
        approved: row.bytes(10)?,
        state: row.word(11, OutboxState::from_word)?,
        code: row.text(12)?,
        due_at: row.time(13)?,
        prepared_at: row.opt_time(14)?,
        attempts: row.int(15)?,
        created_at: row.time(16)?,
        updated_at: row.time(17)?,
        receipt: row.opt_id(18)?.zip(row.opt_bytes(19)?),
    })
}
