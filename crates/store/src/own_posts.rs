//! Posts of a house's own that are planned for a later time: written → approved → prepared → (unsure) → said; or kept back when its
//! time has come and something stands against it, until a person decides anew.

use bedside_core::{
    channel::Receipt,
    id::{ChannelId, KeyId, OwnPostId, PersonId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    drafts::DraftText,
    posts::{parse, write},
    value::args,
};

/// Where such a post stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPostState {
    /// A second person is asked.
    Asked,
    /// Approved, and waiting for its time.
    Approved,
    /// Claimed, checked and about to be handed over.
    Prepared,
    /// Handed over, answer unclear: settled by reading back.
    Unsure,
    /// On the platform.
    Said,
    /// Kept back when its time had come: a person decides anew.
    Back,
    /// Withdrawn by a person.
    Withdrawn,
}

impl OwnPostState {
    const ALL: [Self; 7] =
        [Self::Asked, Self::Approved, Self::Prepared, Self::Unsure, Self::Said, Self::Back, Self::Withdrawn];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Prepared => "prepared",
            Self::Unsure => "unsure",
            Self::Said => "said",
            Self::Back => "back",
            Self::Withdrawn => "withdrawn",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A planned post as stored.
#[derive(Debug, Clone)]
pub struct OwnPostRow {
    /// Its id.
    pub id: OwnPostId,
    /// Whose.
    pub site: SiteId,
    /// Where it goes.
    pub channel: ChannelId,
    /// The language it is written in: `de` or `en`.
    pub lang: String,
    /// The salted commitment of the text.
    pub commitment: Vec<u8>,
    /// The commitment that the guard cleared.
    pub cleared: Option<Vec<u8>>,
    /// The commitment that was approved.
    pub approved: Option<Vec<u8>>,
    /// The author says that nobody appears in it without a written permission for this use.
    pub has_permission: bool,
    /// Who wrote it.
    pub author: PersonId,
    /// Who approved it. Never the author.
    pub approver: Option<PersonId>,
    /// The second person who took the guard's warnings on their name.
    pub warned_by: Option<PersonId>,
    /// Where it stands.
    pub state: OwnPostState,
    /// Why, where it was kept back; else empty, or why it is tried again.
    pub code: String,
    /// When it is to leave.
    pub planned_at: Timestamp,
    /// When it is claimed, or tried again.
    pub due_at: Timestamp,
    /// When the first attempt with this text was prepared; it may have been heard.
    pub prepared_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
    receipt: Option<(KeyId, Vec<u8>)>,
}

macro_rules! columns {
    () => {
        "o.id, o.site_id, o.channel_id, o.lang, o.commitment, o.cleared, o.approved, o.has_permission, o.author_person, \
         o.approver, o.warned_by, o.state, o.code, o.planned_at, o.due_at, o.prepared_at, o.attempts, o.created_at, \
         o.updated_at, o.key_id, o.sealed, o.receipt_key_id, o.receipt FROM own_post o"
    };
}

statements! {
    INSERT = "INSERT INTO own_post (id, site_id, channel_id, lang, key_id, sealed, commitment, cleared, has_permission, \
        author_person, state, code, planned_at, due_at, attempts, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'asked', '', $11, $11, 0, $12, $12)";
    // What was ever handed over is changed no more: it may stand on the platform.
    REWRITE = "UPDATE own_post SET channel_id = $2, lang = $3, key_id = $4, sealed = $5, commitment = $6, cleared = $7, \
        has_permission = $8, author_person = $9, approved = NULL, approver = NULL, warned_by = NULL, state = 'asked', \
        code = '', planned_at = $10, due_at = $10, attempts = 0, updated_at = $11 \
        WHERE id = $1 AND state IN ('asked', 'approved', 'back') AND prepared_at IS NULL AND lease_until IS NULL";
    APPROVE = "UPDATE own_post SET state = 'approved', approved = $2, approver = $3, warned_by = $4, updated_at = $5 \
        WHERE id = $1 AND state = 'asked' AND commitment = $2 AND cleared = $2";
    WITHDRAW = "UPDATE own_post SET state = 'withdrawn', updated_at = $2 WHERE id = $1 AND state IN ('asked', 'approved', 'back') \
        AND lease_until IS NULL";
    BY_ID = concat!("SELECT ", columns!(), " WHERE o.id = $1");
    PLANNED = concat!("SELECT ", columns!(), " WHERE o.site_id = $1 AND o.state IN ('asked', 'approved', 'prepared', 'unsure', 'back') \
        ORDER BY o.planned_at, o.id LIMIT 100");
    RECENT = concat!("SELECT ", columns!(), " WHERE o.site_id = $1 AND o.state IN ('said', 'withdrawn') ORDER BY o.updated_at DESC LIMIT $2");
    DUE = concat!("SELECT ", columns!(), " WHERE o.state IN ('approved', 'prepared', 'unsure') AND o.due_at <= $1 \
        AND (o.lease_until IS NULL OR o.lease_until < $1) ORDER BY o.due_at, o.id LIMIT $2");
    LEASE = "UPDATE own_post SET lease_by = $2, lease_until = $3 WHERE id = $1 AND state = $4 AND due_at <= $5 \
        AND (lease_until IS NULL OR lease_until < $5)";
    PREPARED = "UPDATE own_post SET state = 'prepared', code = '', prepared_at = $2, attempts = attempts + 1, updated_at = $3 \
        WHERE id = $1 AND lease_by = $4";
    SETTLE = "UPDATE own_post SET state = $2, code = $3, due_at = $4, updated_at = $5, attempts = $6, lease_by = NULL, \
        lease_until = NULL WHERE id = $1 AND lease_by = $7";
    KEEP_BACK = "UPDATE own_post SET state = 'back', code = $2, approved = NULL, approver = NULL, warned_by = NULL, \
        prepared_at = $5, updated_at = $3, lease_by = NULL, lease_until = NULL WHERE id = $1 AND lease_by = $4";
    SAID = "UPDATE own_post SET state = 'said', code = '', receipt_key_id = $2, receipt = $3, updated_at = $4, lease_by = NULL, \
        lease_until = NULL WHERE id = $1";
    LEAVING_NOW = "SELECT id, site_id FROM own_post WHERE state = 'prepared' AND lease_until > $1";
    // A case that is open and whose decision obliges to it; decisions are JSON as text on both engines.
    STOPPED_BY = "SELECT number FROM cases WHERE site_id = $1 AND queue <> 'done' AND standing = 'live' \
        AND decision LIKE '%\"pause_scheduled_posts\"%' ORDER BY number LIMIT 1";
}

/// A planned post to be stored, cleared by the guard.
#[derive(Debug)]
pub struct NewOwnPost<'a> {
    /// Its id.
    pub id: OwnPostId,
    /// Whose.
    pub site: SiteId,
    /// Where it goes.
    pub channel: ChannelId,
    /// Its language.
    pub lang: &'a str,
    /// Its text with the salt of its commitment.
    pub text: &'a DraftText,
    /// The commitment that the guard cleared.
    pub cleared: &'a [u8],
    /// As [`OwnPostRow::has_permission`].
    pub has_permission: bool,
    /// Who wrote it.
    pub author: PersonId,
    /// When it is to leave.
    pub planned_at: Timestamp,
}

/// Stores a new one; a second person is asked with that.
///
/// # Errors
/// The engine refuses.
pub async fn add(tx: &mut Tx, new: &NewOwnPost<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place(new.id), &write(new.text)?)?;
    let args = args![
        new.id,
        new.site,
        new.channel,
        new.lang,
        key.id(),
        sealed,
        new.cleared,
        new.cleared,
        new.has_permission,
        new.author,
        new.planned_at,
        now
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Stores it changed; what was approved is withdrawn with that. `false`: it is leaving, has left, or is withdrawn.
///
/// # Errors
/// The engine refuses.
pub async fn rewrite(tx: &mut Tx, new: &NewOwnPost<'_>, key: &DataKey, now: Timestamp) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(new.id), &write(new.text)?)?;
    let args = args![
        new.id,
        new.channel,
        new.lang,
        key.id(),
        sealed,
        new.cleared,
        new.cleared,
        new.has_permission,
        new.author,
        new.planned_at,
        now
    ];
    Ok(tx.run(REWRITE, args).await? > 0)
}

/// A second person approves the text with this commitment; `false`: it is another by now, or nobody is asked.
///
/// # Errors
/// The engine refuses, e.g. because the approver is the author.
pub async fn approve(
    tx: &mut Tx,
    id: OwnPostId,
    commitment: &[u8],
    by: PersonId,
    warned_by: Option<PersonId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(APPROVE, args![id, commitment, by, warned_by, now]).await? > 0)
}

/// Withdraws one; `false`: it is leaving or has left.
///
/// # Errors
/// The engine refuses.
pub async fn withdraw(tx: &mut Tx, id: OwnPostId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(WITHDRAW, args![id, now]).await? > 0)
}

/// One of them.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: OwnPostId) -> Result<Option<OwnPostRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// What is planned at a house or was kept back, the next first.
///
/// # Errors
/// As [`by_id`].
pub async fn planned(tx: &mut Tx, site: SiteId) -> Result<Vec<OwnPostRow>, StoreError> {
    tx.rows(PLANNED, args![site]).await?.iter().map(read).collect()
}

/// What was said or withdrawn, the latest first.
///
/// # Errors
/// As [`by_id`].
pub async fn recent(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<OwnPostRow>, StoreError> {
    tx.rows(RECENT, args![site, most]).await?.iter().map(read).collect()
}

/// Those whose time has come and that nobody is sending.
///
/// # Errors
/// As [`by_id`].
pub async fn due(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<OwnPostRow>, StoreError> {
    tx.rows(DUE, args![now, most]).await?.iter().map(read).collect()
}

/// Leases one that is still as `row` says; `false`: somebody was faster, or it was changed.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, row: &OwnPostRow, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![row.id, by, now.plus(length), row.state.as_str(), now]).await? > 0)
}

/// Notes that it is about to be handed over. `prepared_at` stays that of the first attempt.
///
/// # Errors
/// The engine refuses.
pub async fn set_prepared(
    tx: &mut Tx,
    (id, by): (OwnPostId, &str),
    prepared_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(PREPARED, args![id, prepared_at, now, by]).await? > 0)
}

/// Gives the lease up with a state, a code and when to look again.
///
/// # Errors
/// The engine refuses.
pub async fn settle(
    tx: &mut Tx,
    (row, by): (&OwnPostRow, &str),
    (state, code): (OwnPostState, &str),
    due_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(SETTLE, args![row.id, state.as_str(), code, due_at, now, row.attempts, by]).await? > 0)
}

/// Keeps one back: its approval is gone, and a person decides anew. `prepared_at`: when a first attempt was prepared that may have been
/// heard; `None`: none was.
///
/// # Errors
/// The engine refuses.
pub async fn keep_back(
    tx: &mut Tx,
    (id, by): (OwnPostId, &str),
    code: &str,
    prepared_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(KEEP_BACK, args![id, code, now, by, prepared_at]).await? > 0)
}

/// Notes that it is on the platform.
///
/// # Errors
/// The engine refuses.
pub async fn said(
    tx: &mut Tx,
    id: OwnPostId,
    key: &DataKey,
    receipt: &Receipt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&receipt_place(id), &write(receipt)?)?;
    tx.run(SAID, args![id, key.id(), sealed, now]).await.map(drop)
}

/// Those of a site, or of all, that some process is handing over at this moment.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn leaving_now(tx: &mut Tx, site: Option<SiteId>, now: Timestamp) -> Result<Vec<OwnPostId>, StoreError> {
    let rows = tx.rows(LEAVING_NOW, args![now]).await?;
    let all = rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect::<Result<Vec<(_, SiteId)>, StoreError>>()?;
    Ok(all.into_iter().filter(|(_, of)| site.is_none_or(|site| *of == site)).map(|(id, _)| id).collect())
}

/// The number of an open case whose decision obliges to stop scheduled posts; `None`: there is none at this house.
///
/// # Errors
/// The engine refuses.
pub async fn stopped_by(tx: &mut Tx, site: SiteId) -> Result<Option<i64>, StoreError> {
    tx.row(STOPPED_BY, args![site]).await?.map(|row| row.int(0)).transpose()
}

impl Store {
    /// What it says, with the salt of its commitment; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed or moved.
    pub async fn open_own_post(&self, row: &OwnPostRow) -> Result<Option<Phi<DraftText>>, StoreError> {
        let Some(key) = self.keys().by_id(row.key).await? else { return Ok(None) };
        parse(&key.open(&place(row.id), &row.sealed)?).map(Phi).map(Some)
    }

    /// Where it stands on its platform; `None`: nowhere, or the key was erased.
    ///
    /// # Errors
    /// As [`Store::open_own_post`].
    pub async fn open_own_receipt(&self, row: &OwnPostRow) -> Result<Option<Phi<Receipt>>, StoreError> {
        let Some((key, sealed)) = &row.receipt else { return Ok(None) };
        let Some(key) = self.keys().by_id(*key).await? else { return Ok(None) };
        parse(&key.open(&receipt_place(row.id), sealed)?).map(Phi).map(Some)
    }
}

fn place(id: OwnPostId) -> String {
    format!("own_post:{id}")
}

fn receipt_place(id: OwnPostId) -> String {
    format!("own_receipt:{id}")
}

fn read(row: &Row) -> Result<OwnPostRow, StoreError> {
    Ok(OwnPostRow {
        id: row.id(0)?,
        site: row.id(1)?,
        channel: row.id(2)?,
        lang: row.text(3)?,
        commitment: row.bytes(4)?,
        cleared: row.opt_bytes(5)?,
        approved: row.opt_bytes(6)?,
        has_permission: row.flag(7)?,
        author: row.id(8)?,
        approver: row.opt_id(9)?,
        warned_by: row.opt_id(10)?,
        state: row.word(11, OwnPostState::from_word)?,
        code: row.text(12)?,
        planned_at: row.time(13)?,
        due_at: row.time(14)?,
        prepared_at: row.opt_time(15)?,
        attempts: row.int(16)?,
        created_at: row.time(17)?,
        updated_at: row.time(18)?,
        key: row.id(19)?,
        sealed: row.bytes(20)?,
        receipt: row.opt_id(21)?.zip(row.opt_bytes(22)?),
    })
}
