//! Documents as people see them: lists, the attempts at each, and what is done with a dead letter. Every act names the
//! revision it was made on, so that two people never undo each other's work unseen.

use bedside_core::{
    filing::Document,
    id::{CaseId, EmrLinkId, FilingId, KeyId, PatientId, PersonId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::filing::{FilingRow, FilingState, lane, lane_of, place, read, said_place, select};
use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{parse, write},
    value::args,
};

/// One try to bring a document into the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// Of which document.
    pub filing: FilingId,
    /// When it ended.
    pub at: Timestamp,
    /// Which one it was since the document was put in line, counted from 1.
    pub number: i64,
    /// Where the document was after it.
    pub state: FilingState,
    /// Why it failed, in a word of ours; empty: it went well.
    pub code: String,
    said: Option<(KeyId, Vec<u8>)>,
}

/// What a document was before it was mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionText {
    /// What it said.
    pub document: Document,
    /// The salt of the log's commitment to it.
    pub salt: [u8; 32],
    /// The salt of the log's commitment to what it was mended to.
    pub mended_salt: [u8; 32],
}

/// A version of a document that somebody mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Of which document.
    pub filing: FilingId,
    /// The revision it was.
    pub revision: i64,
    /// Who mended it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// Who dropped a document, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedRow {
    /// Who.
    pub by: PersonId,
    filing: FilingId,
    key: KeyId,
    sealed: Vec<u8>,
}

/// What of a link waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// How many documents.
    pub count: i64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
    /// How many of them stand behind a dead letter of the same patient.
    pub held_back: i64,
}

statements! {
    OF_LINK = select!("WHERE f.link_id = $1 ORDER BY f.id DESC LIMIT $2");
    OF_LINK_IN = select!("WHERE f.link_id = $1 AND f.state = $2 ORDER BY f.id DESC LIMIT $3");
    OF_CASE = select!("WHERE f.case_id = $1 ORDER BY f.id DESC LIMIT $2");
    BY_END = select!("WHERE f.link_id = $1 AND substr(f.id, 16) = $2 ORDER BY f.id DESC LIMIT $3");
    WAITING = "SELECT COUNT(*), MIN(f.created_at) FROM filing f WHERE f.link_id = $1 AND f.state = 'waiting'";
    HELD_BACK = concat!("SELECT COUNT(*) FROM filing f WHERE f.link_id = $1 AND f.state = 'waiting' AND EXISTS (SELECT 1 FROM filing b \
        WHERE b.link_id = f.link_id AND b.patient_id = f.patient_id AND b.state = 'dead' AND b.id < f.id AND ", lane!("b"), " = ",
        lane!("f"), ")");
    HOLDER = concat!(select!("WHERE f.link_id = $1 AND f.patient_id = $2 AND f.state = 'dead' AND f.id < $3 AND "), lane!("f"),
        " = $4 ORDER BY f.id LIMIT 1");
    ADD_ATTEMPT = "INSERT INTO filing_attempt (filing_id, at, n, state, code, said_key_id, said) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (filing_id, at, n) DO NOTHING";
    ATTEMPTS = "SELECT filing_id, at, n, state, code, said_key_id, said FROM filing_attempt WHERE filing_id = $1 \
        ORDER BY at DESC, n DESC LIMIT $2";
    VERSIONS = "SELECT filing_id, revision, by_person, at, key_id, sealed FROM filing_version WHERE filing_id = $1 ORDER BY revision";
    ADD_VERSION = "INSERT INTO filing_version (filing_id, revision, by_person, at, key_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)";
    MEND = "UPDATE filing SET key_id = $3, sealed = $4, revision = revision + 1 WHERE id = $1 AND revision = $2 AND state = 'dead'";
    AGAIN = "UPDATE filing SET state = 'waiting', code = '', due_at = $3, attempts = 0, settled_at = NULL, revision = revision + 1 \
        WHERE id = $1 AND revision = $2 AND state = 'dead'";
    DROP = "UPDATE filing SET state = 'dropped', code = 'person', settled_at = $3, dropped_by = $4, reason_key_id = $5, reason = $6, \
        revision = revision + 1 WHERE id = $1 AND revision = $2 AND state = 'dead'";
    DROPPED = "SELECT id, dropped_by, reason_key_id, reason FROM filing WHERE id = $1 AND dropped_by IS NOT NULL \
        AND reason_key_id IS NOT NULL";
}

many_statements! {
    OF_PATIENTS = "SELECT f.id, f.link_id, f.site_id, f.case_id, f.post_id, f.author_id, f.patient_id, f.act, f.state, f.code, \
        f.attempts, f.due_at, f.created_at, f.settled_at, f.key_id, f.sealed, f.said_key_id, f.said, f.revision FROM (", [1],
        ") AS v JOIN filing f ON f.patient_id = v.column1";
}

/// A link's newest documents, all or those in one state.
///
/// # Errors
/// The engine refuses.
pub async fn of_link(
    tx: &mut Tx,
    link: EmrLinkId,
    state: Option<FilingState>,
    most: u32,
) -> Result<Vec<FilingRow>, StoreError> {
    let rows = match state {
        None => tx.rows(OF_LINK, args![link, most]).await?,
        Some(state) => tx.rows(OF_LINK_IN, args![link, state.as_str(), most]).await?,
    };
    rows.iter().map(read).collect()
}

/// The documents of a case, on every link, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn of_case(tx: &mut Tx, case: CaseId, most: u32) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(OF_CASE, args![case, most]).await?.iter().map(read).collect()
}

/// The documents for these patients, on every link, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn of_patients(tx: &mut Tx, patients: &[PatientId]) -> Result<Vec<FilingRow>, StoreError> {
    let rows = OF_PATIENTS.rows(tx, patients.iter().map(|id| args![*id]).collect()).await?;
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|row| std::cmp::Reverse(row.id));
    Ok(found)
}

/// The documents of a link whose id ends like this one's: all but its time.
///
/// # Errors
/// The engine refuses.
pub async fn by_end(tx: &mut Tx, link: EmrLinkId, end: &str, most: u32) -> Result<Vec<FilingRow>, StoreError> {
    tx.rows(BY_END, args![link, end, most]).await?.iter().map(read).collect()
}

/// What of a link waits.
///
/// # Errors
/// The engine refuses.
pub async fn waiting(tx: &mut Tx, link: EmrLinkId) -> Result<Waiting, StoreError> {
    let Some(row) = tx.row(WAITING, args![link]).await? else { return Ok(Waiting::default()) };
    let held_back = tx.row(HELD_BACK, args![link]).await?.map_or(Ok(0), |row| row.int(0))?;
    Ok(Waiting { count: row.int(0)?, oldest: row.opt_time(1)?, held_back })
}

/// The dead letter of the same patient that holds a waiting document back.
///
/// # Errors
/// The engine refuses.
pub async fn holder(tx: &mut Tx, row: &FilingRow) -> Result<Option<FilingRow>, StoreError> {
    tx.row(HOLDER, args![row.link, row.patient, row.id, lane_of(row.act)]).await?.as_ref().map(read).transpose()
}

/// Notes an attempt; `said` is what the receiver answered, sealed already.
pub(super) async fn add_attempt(
    tx: &mut Tx,
    row: &FilingRow,
    (state, code): (FilingState, &str),
    said: (Option<KeyId>, Option<Vec<u8>>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let args = args![row.id, now, row.attempts + 1, state.as_str(), code, said.0, said.1];
    tx.run(ADD_ATTEMPT, args).await.map(drop)
}

/// The attempts at a document, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn attempts(tx: &mut Tx, id: FilingId, most: u32) -> Result<Vec<AttemptRow>, StoreError> {
    tx.rows(ATTEMPTS, args![id, most]).await?.iter().map(read_attempt).collect()
}

/// What a document was before each mending, the first version first.
///
/// # Errors
/// The engine refuses.
pub async fn versions(tx: &mut Tx, id: FilingId) -> Result<Vec<VersionRow>, StoreError> {
    tx.rows(VERSIONS, args![id]).await?.iter().map(read_version).collect()
}

/// Who dropped a document and why; `None`: nobody did.
///
/// # Errors
/// The engine refuses.
pub async fn dropped(tx: &mut Tx, id: FilingId) -> Result<Option<DroppedRow>, StoreError> {
    let row = tx.row(DROPPED, args![id]).await?;
    let read =
        |row: &Row| Ok(DroppedRow { filing: row.id(0)?, by: row.id(1)?, key: row.id(2)?, sealed: row.bytes(3)? });
    row.as_ref().map(read).transpose()
}

/// A document as the log's commitments have it: JSON, as it is sealed.
///
/// # Errors
/// It can't be written.
pub fn as_committed(document: &Document) -> Result<String, StoreError> {
    String::from_utf8(write(document)?).map_err(|_| StoreError::corrupt("a document that is text", ""))
}

/// Puts `after` in the place of what a dead letter says and keeps what it said. `false`: it is no dead letter any more, or
/// somebody else was quicker.
///
/// # Errors
/// The engine refuses.
pub async fn mend(
    tx: &mut Tx,
    row: &FilingRow,
    after: &Document,
    before: &VersionText,
    key: &DataKey,
    (by, now): (PersonId, Timestamp),
) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(row.id), &write(after)?)?;
    if tx.run(MEND, args![row.id, row.revision, key.id(), sealed]).await? == 0 {
        return Ok(false);
    }
    let kept = key.seal(&version_place(row.id, row.revision), &write(before)?)?;
    tx.run(ADD_VERSION, args![row.id, row.revision, by, now, key.id(), kept]).await?;
    Ok(true)
}

/// Has a dead letter sent again. `false`: it is none any more, or somebody else was quicker.
///
/// # Errors
/// The engine refuses.
pub async fn again(tx: &mut Tx, id: FilingId, revision: i64, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(AGAIN, args![id, revision, now]).await? > 0)
}

/// Drops a dead letter for a reason; what stands behind it goes on. `false` as for [`again`].
///
/// # Errors
/// The engine refuses.
pub async fn drop_letter(
    tx: &mut Tx,
    row: &FilingRow,
    (key, reason): (&DataKey, &str),
    (by, now): (PersonId, Timestamp),
) -> Result<bool, StoreError> {
    let sealed = key.seal(&reason_place(row.id), reason.as_bytes())?;
    Ok(tx.run(DROP, args![row.id, row.revision, now, by, key.id(), sealed]).await? > 0)
}

impl Store {
    /// Opens what the receiver answered to an attempt; `None`: nothing, or its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_attempt(&self, row: &AttemptRow) -> Result<Option<Phi<String>>, StoreError> {
        let Some((key, sealed)) = &row.said else { return Ok(None) };
        self.open_text(*key, &said_place(row.filing), sealed).await
    }

    /// Opens what a document said before it was mended; `None`: its key was erased.
    ///
    /// # Errors
    /// As [`Store::open_attempt`].
    pub async fn open_version(&self, row: &VersionRow) -> Result<Option<Phi<VersionText>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        Ok(Some(Phi(parse(&key.open(&version_place(row.filing, row.revision), &row.sealed)?)?)))
    }

    /// Opens why a document was dropped; `None`: its key was erased.
    ///
    /// # Errors
    /// As [`Store::open_attempt`].
    pub async fn open_drop_reason(&self, row: &DroppedRow) -> Result<Option<Phi<String>>, StoreError> {
        self.open_text(row.key, &reason_place(row.filing), &row.sealed).await
    }
}

fn version_place(id: FilingId, revision: i64) -> String {
    format!("filing_version:{id}:{revision}")
}

fn reason_place(id: FilingId) -> String {
    format!("filing_reason:{id}")
}

fn read_attempt(row: &Row) -> Result<AttemptRow, StoreError> {
    Ok(AttemptRow {
        filing: row.id(0)?,
        at: row.time(1)?,
        number: row.int(2)?,
        state: row.word(3, FilingState::from_word)?,
        code: row.text(4)?,
        said: row.opt_id(5)?.zip(row.opt_bytes(6)?),
    })
}

fn read_version(row: &Row) -> Result<VersionRow, StoreError> {
    Ok(VersionRow {
        filing: row.id(0)?,
        revision: row.int(1)?,
        by: row.id(2)?,
        at: row.time(3)?,
        key: row.id(4)?,
        sealed: row.bytes(5)?,
    })
}
