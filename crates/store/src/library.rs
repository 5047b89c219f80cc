//! The library of statements: versions, sealed, with who wrote and who approved them, and until when they hold.

use bedside_core::{
    id::{CaseId, DraftId, KeyId, PersonId, StatementId},
    statement::{Statement, StatementState},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    posts::{parse, write},
    value::args,
};

/// Whose key seals the library.
pub const OWNER: &str = "library";

/// What is sealed of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// What it says and for what it is meant.
    pub statement: Statement,
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// Why it was sent back, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_back: Option<(PersonId, String)>,
}

/// A version of a statement as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StatementRow {
    /// The statement.
    pub id: StatementId,
    /// The number people say: S-12.
    pub number: i64,
    /// Who is told before it ends: its author, or who asked last.
    pub owner: PersonId,
    /// Counts its versions, from 1.
    pub version: u32,
    /// Where the version stands.
    pub state: StatementState,
    /// What the guard said when it was stored: `allow`, `warn` or `block`.
    pub verdict: String,
    /// The salted commitment of what it says.
    pub commitment: Vec<u8>,
    /// Who wrote it.
    pub author: PersonId,
    /// Who approved it. Never the author.
    pub approver: Option<PersonId>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// Until when it may be taken.
    pub expires_at: Timestamp,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the statement was taken out of use.
    pub retired_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
}

impl StatementRow {
    /// Whether it may be taken now.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.state == StatementState::Approved && self.retired_at.is_none() && self.expires_at > now
    }

    fn place(&self) -> String {
        place(self.id, self.version)
    }
}

/// A version to be stored.
#[derive(Debug)]
pub struct NewVersion<'a> {
    /// Which statement.
    pub id: StatementId,
    /// Which version.
    pub version: u32,
    /// What it says.
    pub sealed: &'a Sealed,
    /// The salted commitment of that.
    pub commitment: &'a [u8],
    /// What the guard said.
    pub verdict: &'a str,
    /// Who wrote it.
    pub author: PersonId,
    /// Until when it may be taken.
    pub expires_at: Timestamp,
}

macro_rules! columns {
    () => {
        "SELECT s.id, s.number, s.owner, s.retired_at, v.version, v.state, v.verdict, v.commitment, v.author_person, v.approver, \
         v.approved_at, v.expires_at, v.created_at, v.updated_at, v.key_id, v.sealed \
         FROM statement s JOIN statement_version v ON v.statement_id = s.id"
    };
}

statements! {
    NUMBER = "INSERT INTO counter (name, value) VALUES ('statement', 1) ON CONFLICT (name) \
        DO UPDATE SET value = counter.value + 1 RETURNING value";
    INSERT = "INSERT INTO statement (id, number, owner, created_at) VALUES ($1, $2, $3, $4)";
    INSERT_VERSION = "INSERT INTO statement_version (statement_id, version, state, verdict, key_id, sealed, commitment, \
        author_person, expires_at, created_at, updated_at) VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $9)";
    REWRITE = "UPDATE statement_version SET state = 'open', verdict = $3, key_id = $4, sealed = $5, commitment = $6, \
        expires_at = $7, updated_at = $8, approver = NULL, approved_at = NULL \
        WHERE statement_id = $1 AND version = $2 AND state IN ('open', 'asked')";
    SET_STATE = "UPDATE statement_version SET state = $3, approver = $4, approved_at = $5, updated_at = $6 \
        WHERE statement_id = $1 AND version = $2 AND state = $7";
    REPLACE = "UPDATE statement_version SET state = 'replaced', updated_at = $3 \
        WHERE statement_id = $1 AND version <> $2 AND state = 'approved'";
    SET_OWNER = "UPDATE statement SET owner = $2 WHERE id = $1";
    BRING_BACK = "UPDATE statement SET retired_at = NULL, retired_by = NULL WHERE id = $1";
    RETIRE = "UPDATE statement SET retired_at = $2, retired_by = $3 WHERE id = $1 AND retired_at IS NULL";
    // Changes nothing, but from here on nobody else changes the statement until this transaction ends.
    HOLD = "UPDATE statement SET owner = owner WHERE id = $1";
    CURRENT = concat!(columns!(), " WHERE v.state IN ('open', 'asked', 'approved') ORDER BY s.number, v.version LIMIT 2000");
    IN_FORCE = concat!(columns!(), " WHERE v.state = 'approved' AND v.expires_at > $1 AND s.retired_at IS NULL \
        ORDER BY s.number LIMIT 2000");
    DUE = concat!(columns!(), " WHERE s.retired_at IS NULL AND ((v.state = 'asked' AND v.author_person <> $1) \
        OR (v.state = 'approved' AND s.owner = $1 AND v.expires_at < $2)) ORDER BY v.expires_at LIMIT 200");
    VERSIONS = concat!(columns!(), " WHERE s.id = $1 ORDER BY v.version");
    BY_NUMBER = concat!(columns!(), " WHERE s.number = $1 ORDER BY v.version");
    VERSION = concat!(columns!(), " WHERE s.id = $1 AND v.version = $2");
    SAID = "SELECT 1 FROM draft WHERE case_id = $1 AND statement_id = $2 AND state = 'sent' AND id <> $3 LIMIT 1";
    SAID_IN = "SELECT DISTINCT statement_id FROM draft WHERE case_id = $1 AND statement_id IS NOT NULL AND state = 'sent'";
}

/// Begins a statement; gives the number people say.
///
/// # Errors
/// The engine refuses.
pub async fn begin(tx: &mut Tx, id: StatementId, owner: PersonId, now: Timestamp) -> Result<i64, StoreError> {
    let row = tx.row(NUMBER, args![]).await?.ok_or_else(|| StoreError::missing("counter", "statement"))?;
    let number = row.int(0)?;
    tx.run(INSERT, args![id, number, owner, now]).await?;
    Ok(number)
}

/// Stores a new version, in writing.
///
/// # Errors
/// The engine refuses, e.g. because there is one of that number.
pub async fn add_version(tx: &mut Tx, new: &NewVersion<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place(new.id, new.version), &write(new.sealed)?)?;
    let args =
        args![new.id, new.version, new.verdict, key.id(), sealed, new.commitment, new.author, new.expires_at, now];
    tx.run(INSERT_VERSION, args).await.map(drop)
}

/// Stores a changed version that is not approved yet; `false`: it is by now, or given up.
///
/// # Errors
/// The engine refuses.
pub async fn rewrite(tx: &mut Tx, new: &NewVersion<'_>, key: &DataKey, now: Timestamp) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(new.id, new.version), &write(new.sealed)?)?;
    let args = args![new.id, new.version, new.verdict, key.id(), sealed, new.commitment, new.expires_at, now];
    Ok(tx.run(REWRITE, args).await? > 0)
}

/// Moves a version from where it stood when it was read; `false`: somebody else was faster.
///
/// # Errors
/// The engine refuses, e.g. because the approver is the author.
pub async fn set_state(
    tx: &mut Tx,
    row: &StatementRow,
    to: StatementState,
    approver: Option<PersonId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let approved_at = approver.map(|_| now);
    let args = args![row.id, row.version, to.as_str(), approver, approved_at, now, row.state.as_str()];
    Ok(tx.run(SET_STATE, args).await? > 0)
}

/// A newly approved version takes the place of the one before.
///
/// # Errors
/// The engine refuses.
pub async fn replace_others(tx: &mut Tx, id: StatementId, version: u32, now: Timestamp) -> Result<(), StoreError> {
    tx.run(REPLACE, args![id, version, now]).await.map(drop)
}

/// Has a statement that was out of use be used again.
///
/// # Errors
/// The engine refuses.
pub async fn bring_back(tx: &mut Tx, id: StatementId) -> Result<(), StoreError> {
    tx.run(BRING_BACK, args![id]).await.map(drop)
}

/// Says who is told before it ends.
///
/// # Errors
/// The engine refuses.
pub async fn set_owner(tx: &mut Tx, id: StatementId, owner: PersonId) -> Result<(), StoreError> {
    tx.run(SET_OWNER, args![id, owner]).await.map(drop)
}

/// Takes a statement out of use; `false`: it is already.
///
/// # Errors
/// The engine refuses.
pub async fn retire(tx: &mut Tx, id: StatementId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(RETIRE, args![id, now, by]).await? > 0)
}

/// Every version that is in writing, asked for or approved, the oldest statement first; expired ones and those out of use too.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn current(tx: &mut Tx) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(CURRENT, args![]).await?.iter().map(read).collect()
}

/// Every version that may be taken now.
///
/// # Errors
/// As [`current`].
pub async fn in_force(tx: &mut Tx, now: Timestamp) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(IN_FORCE, args![now]).await?.iter().map(read).collect()
}

/// What may ask for a person: versions of others that wait for approval, and approved ones that the person answers for and that end
/// before `by` or have ended.
///
/// # Errors
/// As [`current`].
pub async fn due(tx: &mut Tx, person: PersonId, by: Timestamp) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(DUE, args![person, by]).await?.iter().map(read).collect()
}

/// Every version of a statement, the oldest first.
///
/// # Errors
/// As [`current`].
pub async fn versions(tx: &mut Tx, id: StatementId) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(VERSIONS, args![id]).await?.iter().map(read).collect()
}

/// The same for somebody who is about to change it: others who want to wait until `tx` ends.
///
/// # Errors
/// As [`current`].
pub async fn to_change(tx: &mut Tx, id: StatementId) -> Result<Vec<StatementRow>, StoreError> {
    tx.run(HOLD, args![id]).await?;
    versions(tx, id).await
}

/// Every version of the statement with this number.
///
/// # Errors
/// As [`current`].
pub async fn by_number(tx: &mut Tx, number: i64) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(BY_NUMBER, args![number]).await?.iter().map(read).collect()
}

/// One version.
///
/// # Errors
/// As [`current`].
pub async fn version(tx: &mut Tx, id: StatementId, version: u32) -> Result<Option<StatementRow>, StoreError> {
    tx.row(VERSION, args![id, version]).await?.as_ref().map(read).transpose()
}

/// Whether a reply of this case was taken from this statement, whatever its version, and is not the draft at hand.
///
/// # Errors
/// The engine refuses.
pub async fn was_said(
    tx: &mut Tx,
    case: CaseId,
    statement: StatementId,
    but: Option<DraftId>,
) -> Result<bool, StoreError> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    Ok(tx.row(SAID, args![case, statement, but]).await?.is_some())
}

/// The statements that replies of this case were taken from.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn said_in(tx: &mut Tx, case: CaseId) -> Result<Vec<StatementId>, StoreError> {
    tx.rows(SAID_IN, args![case]).await?.iter().map(|row| row.id(0)).collect()
}

impl Store {
    /// What a version says; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed or moved.
    pub async fn open_statement(&self, row: &StatementRow) -> Result<Option<Phi<Sealed>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        parse(&key.open(&row.place(), &row.sealed)?).map(Phi).map(Some)
    }
}

fn place(id: StatementId, version: u32) -> String {
    format!("statement:{id}:{version}")
}

fn read(row: &Row) -> Result<StatementRow, StoreError> {
    Ok(StatementRow {
        id: row.id(0)?,
        number: row.int(1)?,
        owner: row.id(2)?,
        retired_at: row.opt_time(3)?,
        version: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
        state: row.word(5, StatementState::from_word)?,
        verdict: row.text(6)?,
        commitment: row.bytes(7)?,
        author: row.id(8)?,
        approver: row.opt_id(9)?,
        approved_at: row.opt_time(10)?,
        expires_at: row.time(11)?,
        created_at: row.time(12)?,
        updated_at: row.time(13)?,
        key: row.id(14)?,
        sealed: row.bytes(15)?,
    })
}
