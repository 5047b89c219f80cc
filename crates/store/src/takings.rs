//! Replies that a person takes back from their platform, each a privacy incident: tried until it is seen to be gone, and kept with
//! who asked, why, and what strangers could still see.

use bedside_core::{
    id::{CaseId, KeyId, NoteId, OutboxId, PersonId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// How far taking back has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakingState {
    /// Not confirmed yet: it may still stand there.
    Asked,
    /// Seen to be gone.
    Gone,
    /// The platform deletes nothing: its text was replaced, and that was seen.
    Emptied,
    /// It had never reached the platform, and never will.
    NeverOut,
}

impl TakingState {
    const ALL: [Self; 4] = [Self::Asked, Self::Gone, Self::Emptied, Self::NeverOut];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
            Self::Emptied => "emptied",
            Self::NeverOut => "never_out",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What somebody without an account sees of it, as asked of the server afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// Not asked, or the server shows strangers nothing at all.
    Unknown,
    /// Nothing.
    SeeNothing,
}

impl Strangers {
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::SeeNothing => "nothing",
        }
    }
    fn from_word(word: &str) -> Option<Self> {
        [Self::Unknown, Self::SeeNothing].into_iter().find(|one| one.as_str() == word)
    }
}

/// A reply being taken back, or taken back, as stored.
#[derive(Debug, Clone)]
pub struct TakingRow {
    /// Its id.
    pub id: NoteId,
    /// Whose.
    pub site: SiteId,
    /// The case of the reply.
    pub case: CaseId,
    /// The reply.
    pub reply: OutboxId,
    /// The clock of law that runs because of it; `None`: the house has none.
    pub clock: Option<NoteId>,
    /// Who asked.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// How far it has come.
    pub state: TakingState,
    /// Why it is not confirmed yet; empty: it was not tried, or it is.
    pub code: String,
    /// What strangers see.
    pub strangers: Strangers,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// When it was seen to be gone.
    pub gone_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
}

macro_rules! columns {
    () => {
        "id, site_id, case_id, outbox_id, clock_id, asked_by, asked_at, key_id, sealed, state, code, strangers, attempts, due_at, \
         gone_at FROM privacy_incident"
    };
}

statements! {
    INSERT = "INSERT INTO privacy_incident (id, site_id, case_id, outbox_id, clock_id, asked_by, asked_at, key_id, sealed, state, \
        code, strangers, attempts, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', '', 'unknown', 0, $7)";
    BY_ID = concat!("SELECT ", columns!(), " WHERE id = $1");
    BY_REPLY = concat!("SELECT ", columns!(), " WHERE outbox_id = $1");
    OF_SITE = concat!("SELECT ", columns!(), " WHERE site_id = $1 ORDER BY asked_at DESC, id DESC LIMIT $2");
    DUE = concat!("SELECT ", columns!(), " WHERE gone_at IS NULL AND due_at <= $1 AND (lease_until IS NULL OR lease_until < $1) \
        ORDER BY due_at, id LIMIT $2");
    UNCONFIRMED_OF = "SELECT COUNT(*) FROM privacy_incident WHERE case_id = $1 AND gone_at IS NULL";
    OPEN = "SELECT COUNT(*) FROM privacy_incident p WHERE p.site_id = $1 AND (p.gone_at IS NULL OR EXISTS \
        (SELECT 1 FROM clock k WHERE k.id = p.clock_id AND k.ended_at IS NULL))";
    LEASE = "UPDATE privacy_incident SET lease_by = $2, lease_until = $3 WHERE id = $1 AND gone_at IS NULL \
        AND (lease_until IS NULL OR lease_until < $4)";
    PUT_OFF = "UPDATE privacy_incident SET code = $3, due_at = $4, attempts = attempts + 1, lease_by = NULL, lease_until = NULL \
        WHERE id = $1 AND lease_by = $2 AND gone_at IS NULL";
    DONE = "UPDATE privacy_incident SET state = $2, strangers = $3, code = '', attempts = attempts + 1, gone_at = $4, lease_by = NULL, \
        lease_until = NULL WHERE id = $1 AND gone_at IS NULL";
}

/// A taking back that is asked for.
#[derive(Debug)]
pub struct NewTaking<'a> {
    /// Its id.
    pub id: NoteId,
    /// Whose.
    pub site: SiteId,
    /// The case of the reply.
    pub case: CaseId,
    /// The reply.
    pub reply: OutboxId,
    /// The clock that runs because of it.
    pub clock: Option<NoteId>,
    /// Who asks.
    pub by: PersonId,
    /// Why.
    pub reason: &'a str,
}

/// Keeps that a reply is to be taken back. It is due at once.
///
/// # Errors
/// The engine refuses, e.g. because this reply is being taken back already.
pub async fn ask(tx: &mut Tx, new: &NewTaking<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place(new.id), new.reason.as_bytes())?;
    let args = args![new.id, new.site, new.case, new.reply, new.clock, new.by, now, key.id(), sealed];
    tx.run(INSERT, args).await.map(drop)
}

/// One taking back.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: NoteId) -> Result<Option<TakingRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The taking back of a reply.
///
/// # Errors
/// As [`by_id`].
pub async fn of_reply(tx: &mut Tx, reply: OutboxId) -> Result<Option<TakingRow>, StoreError> {
    tx.row(BY_REPLY, args![reply]).await?.as_ref().map(read).transpose()
}

/// The newest of a site.
///
/// # Errors
/// As [`by_id`].
pub async fn of_site(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<TakingRow>, StoreError> {
    tx.rows(OF_SITE, args![site, most]).await?.iter().map(read).collect()
}

/// Those to be tried now that nobody is trying.
///
/// # Errors
/// As [`by_id`].
pub async fn due(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<TakingRow>, StoreError> {
    tx.rows(DUE, args![now, most]).await?.iter().map(read).collect()
}

/// Whether a reply of a case is not confirmed to be gone.
///
/// # Errors
/// The engine refuses.
pub async fn is_unconfirmed(tx: &mut Tx, case: CaseId) -> Result<bool, StoreError> {
    tx.row(UNCONFIRMED_OF, args![case]).await?.map_or(Ok(false), |row| Ok(row.int(0)? > 0))
}

/// How many of a site are open: not confirmed to be gone, or with a clock of law that nobody has ended.
///
/// # Errors
/// The engine refuses.
pub async fn open(tx: &mut Tx, site: SiteId) -> Result<u32, StoreError> {
    let row = tx.row(OPEN, args![site]).await?;
    row.map_or(Ok(0), |row| row.int(0)).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// Takes one for a process; `false`: another one has it, or it is done.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, id: NoteId, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![id, by, now.plus(length), now]).await? > 0)
}

/// Notes why it is not confirmed and when it is tried next, and gives the lease up.
///
/// # Errors
/// The engine refuses.
pub async fn put_off(tx: &mut Tx, (id, by): (NoteId, &str), code: &str, due_at: Timestamp) -> Result<(), StoreError> {
    tx.run(PUT_OFF, args![id, by, code, due_at]).await.map(drop)
}

/// Notes how it ended; `false`: it had.
///
/// # Errors
/// The engine refuses.
pub async fn done(
    tx: &mut Tx,
    id: NoteId,
    state: TakingState,
    strangers: Strangers,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.run(DONE, args![id, state.as_str(), strangers.as_str(), now]).await? > 0)
}

impl TakingRow {
    /// Why it was asked for; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &place(self.id), &self.sealed).await
    }
}

fn place(id: NoteId) -> String {
    format!("privacy_incident:{id}")
}

fn read(row: &Row) -> Result<TakingRow, StoreError> {
    Ok(TakingRow {
        id: row.id(0)?,
        site: row.id(1)?,
        case: row.id(2)?,
        reply: row.id(3)?,
        clock: row.opt_id(4)?,
        by: row.id(5)?,
        at: row.time(6)?,
        key: row.id(7)?,
        sealed: row.bytes(8)?,
        state: row.word(9, TakingState::from_word)?,
        code: row.text(10)?,
        strangers: row.word(11, Strangers::from_word)?,
        attempts: row.int(12)?,
        due_at: row.time(13)?,
        gone_at: row.opt_time(14)?,
    })
}
