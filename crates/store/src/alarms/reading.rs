//! Readings: a crisis reply that one person sent is read by a second one afterwards, within a time.

use bedside_core::{
    id::{CaseId, DraftId, PersonId, SiteId},
    time::Timestamp,
};

use crate::{
    StoreError, Tx,
    db::{Row, statements},
    value::args,
};

/// A crisis reply to be read by a second person, or that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRow {
    /// The reply's draft.
    pub draft: DraftId,
    /// Its case.
    pub case: CaseId,
    /// At which house.
    pub site: SiteId,
    /// The approved statement it was taken from, unchanged.
    pub statement: String,
    /// Who sent it.
    pub sent_by: PersonId,
    /// When.
    pub sent_at: Timestamp,
    /// By when somebody else must have read it.
    pub due_at: Timestamp,
    /// Who read it. Never the one who sent it.
    pub read_by: Option<PersonId>,
    /// When.
    pub read_at: Option<Timestamp>,
}

// One that came back from the outbox was not said, and there is nothing to read.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.draft_id, c.case_id, c.site_id, c.statement, c.sent_by, c.sent_at, c.due_at, c.read_by, c.read_at \
             FROM crisis_reading c JOIN draft d ON d.id = c.draft_id WHERE d.state IN ('approved', 'sent') AND ",
            $rest
        )
    };
}

statements! {
    ADD = "INSERT INTO crisis_reading (draft_id, case_id, site_id, statement, sent_by, sent_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_CASE = select!("c.case_id = $1 ORDER BY c.sent_at DESC LIMIT 20");
    OPEN = select!("c.site_id = $1 AND c.read_at IS NULL ORDER BY c.due_at LIMIT 50");
    READ = "UPDATE crisis_reading SET read_by = $2, read_at = $3 WHERE draft_id = $1 AND read_at IS NULL AND sent_by <> $2";
}

/// Puts a reply in line to be read.
///
/// # Errors
/// The engine refuses.
pub async fn add_reading(tx: &mut Tx, row: &ReadingRow) -> Result<(), StoreError> {
    let args = args![row.draft, row.case, row.site, &row.statement, row.sent_by, row.sent_at, row.due_at];
    tx.run(ADD, args).await.map(drop)
}

/// The crisis replies of a case, the newest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn readings_of(tx: &mut Tx, case: CaseId) -> Result<Vec<ReadingRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

/// What a second person has to read at a house, the most pressing first.
///
/// # Errors
/// As [`readings_of`].
pub async fn open_readings(tx: &mut Tx, site: SiteId) -> Result<Vec<ReadingRow>, StoreError> {
    tx.rows(OPEN, args![site]).await?.iter().map(read).collect()
}

/// A second person has read it. `false`: somebody had, or they sent it themselves.
///
/// # Errors
/// The engine refuses.
pub async fn note_read(tx: &mut Tx, draft: DraftId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(READ, args![draft, by, now]).await? > 0)
}

fn read(row: &Row) -> Result<ReadingRow, StoreError> {
    Ok(ReadingRow {
        draft: row.id(0)?,
        case: row.id(1)?,
        site: row.id(2)?,
        statement: row.text(3)?,
        sent_by: row.id(4)?,
        sent_at: row.time(5)?,
        due_at: row.time(6)?,
        read_by: row.opt_id(7)?,
        read_at: row.opt_time(8)?,
    })
}
