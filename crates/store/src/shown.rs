//! What the desk's pages ask across tables: many cases at once, counts, what is over. Reading only.

use std::collections::HashMap;

use bedside_core::{
    case::Queue,
    id::{CaseId, ChannelId, KeyId, NoteId, PersonId, SiteId},
    time::Timestamp,
};

use crate::{
    Phi, Store, StoreError, Tx, db::statements, drafts::DraftState, many::many_statements, outbox::OutboxState,
    value::args,
};

statements! {
    CASE_ENTRIES = "SELECT COUNT(*) FROM log_entry WHERE case_id = $1";
    CASE_PENDING = "SELECT body FROM log_pending WHERE case_id = $1 ORDER BY id DESC LIMIT 20";
    // Ids are born in order, so the newest posts lie at the end of the primary key, whatever the table's size.
    TAKEN_SINCE = "SELECT channel_id, SUM(CASE WHEN seen_at >= $1 AND standing = 'live' THEN 1 ELSE 0 END), MAX(seen_at) \
        FROM (SELECT channel_id, seen_at, standing FROM post ORDER BY id DESC LIMIT $2) AS t GROUP BY channel_id";
    SENT_SINCE = "SELECT channel_id, COUNT(*) FROM outbox WHERE state = 'confirmed' AND due_at >= $1 GROUP BY channel_id";
    NEWEST_POST = "SELECT MAX(seen_at) FROM post WHERE channel_id = $1";
    PAST_PAUSES = "SELECT id, key_id, sealed, paused_by, paused_at, resumed_at FROM pause WHERE resumed_at IS NOT NULL \
        AND (site_id IS NULL OR site_id = $1) ORDER BY paused_at DESC LIMIT $2";
    OPEN_INVITES = "SELECT person_id, expires_at FROM invite WHERE used_at IS NULL AND expires_at > $1";
    ANY_PASSWORD = "SELECT 1 FROM person WHERE password IS NOT NULL LIMIT 1";
}

many_statements! {
    REPLIES = "SELECT d.case_id, d.state, d.author_person, d.updated_at, o.state, o.due_at, o.updated_at FROM (", [1],
        ") AS v JOIN draft d ON d.case_id = v.column1 LEFT JOIN outbox o ON o.draft_id = d.id \
        WHERE d.state <> 'withdrawn' ORDER BY d.created_at, d.id";
    CASE_NUMBERS = "SELECT id, number, site_id, queue FROM cases WHERE id IN (SELECT column1 FROM (", [1], ") AS v)";
}

/// How far the latest answer to a case has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyState {
    /// Where the draft stands.
    pub draft: DraftState,
    /// Who wrote it.
    pub author: PersonId,
    /// When the draft last changed.
    pub written_at: Timestamp,
    /// Where its reply stands, when it may leave, when that last changed; `None`: not in the outbox.
    pub outbox: Option<(OutboxState, Timestamp, Timestamp)>,
}

/// The latest answer of each of these cases; cases without one are left out.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn replies(tx: &mut Tx, cases: &[CaseId]) -> Result<HashMap<CaseId, ReplyState>, StoreError> {
    let mut found = HashMap::new();
    for row in REPLIES.rows(tx, cases.iter().map(|id| args![*id]).collect()).await? {
        let state = row.opt_text(4)?.as_deref().and_then(OutboxState::from_word);
        let outbox = match (state, row.opt_time(5)?, row.opt_time(6)?) {
            (Some(state), Some(due), Some(at)) => Some((state, due, at)),
            _ => None,
        };
        let reply = ReplyState {
            draft: row.word(1, DraftState::from_word)?,
            author: row.id(2)?,
            written_at: row.time(3)?,
            outbox,
        };
        found.insert(row.id(0)?, reply);
    }
    Ok(found)
}

/// The numbers, sites and queues of cases.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn case_numbers(tx: &mut Tx, cases: &[CaseId]) -> Result<HashMap<CaseId, (i64, SiteId, Queue)>, StoreError> {
    let rows = CASE_NUMBERS.rows(tx, cases.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| Ok((row.id(0)?, (row.int(1)?, row.id(2)?, row.word(3, Queue::from_word)?)))).collect()
}

/// How many placed log entries speak of a case.
///
/// # Errors
/// The engine refuses.
pub async fn case_entries(tx: &mut Tx, case: CaseId) -> Result<u32, StoreError> {
    let row = tx.row(CASE_ENTRIES, args![case]).await?;
    row.map_or(Ok(0), |row| row.int(0)).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// The log entries about a case that still wait for their place, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn case_pending(tx: &mut Tx, case: CaseId) -> Result<Vec<Vec<u8>>, StoreError> {
    tx.rows(CASE_PENDING, args![case]).await?.iter().map(|row| row.bytes(0)).collect()
}

/// Posts of the newest that are looked at: more than any house gets in a day.
const NEWEST: u32 = 5_000;

/// Live posts first seen since `since` and when the newest post was first seen, per channel, among the newest 5,000 posts.
/// A channel that is not among them has brought none of these.
///
/// # Errors
/// The engine refuses.
pub async fn taken_since(tx: &mut Tx, since: Timestamp) -> Result<HashMap<ChannelId, (u32, Timestamp)>, StoreError> {
    let rows = tx.rows(TAKEN_SINCE, args![since, NEWEST]).await?;
    rows.iter().map(|row| Ok((row.id(0)?, (u32::try_from(row.int(1)?).unwrap_or(u32::MAX), row.time(2)?)))).collect()
}

/// Replies confirmed that were due since `since`, per channel.
///
/// # Errors
/// The engine refuses.
pub async fn sent_since(tx: &mut Tx, since: Timestamp) -> Result<HashMap<ChannelId, u32>, StoreError> {
    per_channel(&tx.rows(SENT_SINCE, args![since]).await?)
}

fn per_channel(rows: &[crate::db::Row]) -> Result<HashMap<ChannelId, u32>, StoreError> {
    rows.iter().map(|row| Ok((row.id(0)?, u32::try_from(row.int(1)?).unwrap_or(u32::MAX)))).collect()
}

/// When the newest post of a channel was first seen. Reads all of the channel's posts: for those that [`taken_since`]
/// doesn't find.
///
/// # Errors
/// The engine refuses.
pub async fn newest_post(tx: &mut Tx, channel: ChannelId) -> Result<Option<Timestamp>, StoreError> {
    tx.row(NEWEST_POST, args![channel]).await?.map_or(Ok(None), |row| row.opt_time(0))
}

/// A pause that is over.
#[derive(Debug, Clone)]
pub struct PastPause {
    /// Who paused.
    pub by: PersonId,
    /// From when.
    pub from: Timestamp,
    /// To when.
    pub to: Timestamp,
    id: NoteId,
    key: KeyId,
    sealed: Vec<u8>,
}

/// The last pauses of a site and of the group that are over, the newest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn past_pauses(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<PastPause>, StoreError> {
    let rows = tx.rows(PAST_PAUSES, args![site, most]).await?;
    rows.iter()
        .map(|row| {
            Ok(PastPause {
                id: row.id(0)?,
                key: row.id(1)?,
                sealed: row.bytes(2)?,
                by: row.id(3)?,
                from: row.time(4)?,
                to: row.time(5)?,
            })
        })
        .collect()
}

impl PastPause {
    /// Its id; a pause of the whole group is listed at each site.
    #[must_use]
    pub const fn id(&self) -> NoteId {
        self.id
    }

    /// The reason; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &format!("pause:{}", self.id), &self.sealed).await
    }
}

/// Until when each person's one-time link is open.
///
/// # Errors
/// The engine refuses.
pub async fn open_invites(tx: &mut Tx, now: Timestamp) -> Result<HashMap<PersonId, Timestamp>, StoreError> {
    tx.rows(OPEN_INVITES, args![now]).await?.iter().map(|row| Ok((row.id(0)?, row.time(1)?))).collect()
}

/// Whether anybody has ever set a password.
///
/// # Errors
/// The engine refuses.
pub async fn any_password(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(tx.row(ANY_PASSWORD, args![]).await?.is_some())
}
