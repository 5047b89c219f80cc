//! Clocks of law or contract that run on cases. They are started, told of, and ended by a person with a reason; nothing stops them.

use std::collections::HashMap;

use bedside_core::{
    id::{CaseId, KeyId, NoteId, PersonId, PostId, SiteId},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

macro_rules! columns {
    () => {
        "k.id, k.site_id, k.case_id, k.post_id, k.kind, k.started_by, k.from_at, k.due_at, k.near_at, k.near_told_at, \
         k.late_told_at, k.ended_by, k.ended_at, k.key_id, k.sealed FROM clock k"
    };
}

statements! {
    START = "INSERT INTO clock (id, site_id, case_id, post_id, kind, started_by, from_at, due_at, near_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (case_id, kind, post_id) DO NOTHING";
    RUNS = "SELECT 1 FROM clock WHERE case_id = $1 AND kind = $2 AND ended_at IS NULL LIMIT 1";
    BY_ID = concat!("SELECT ", columns!(), " WHERE k.id = $1");
    OF_CASE = concat!("SELECT ", columns!(), " WHERE k.case_id = $1 ORDER BY k.due_at, k.id LIMIT 100");
    RINGING = concat!("SELECT ", columns!(), " WHERE k.ended_at IS NULL AND k.near_at <= $1 \
        AND (k.near_told_at IS NULL OR (k.late_told_at IS NULL AND k.due_at <= $1)) ORDER BY k.due_at, k.id LIMIT $2");
    TELL_NEAR = "UPDATE clock SET near_told_at = $2 WHERE id = $1 AND near_told_at IS NULL AND ended_at IS NULL";
    TELL_LATE = "UPDATE clock SET late_told_at = $2 WHERE id = $1 AND late_told_at IS NULL AND ended_at IS NULL";
    END = "UPDATE clock SET ended_by = $2, ended_at = $3, key_id = $4, sealed = $5 WHERE id = $1 AND ended_at IS NULL";
    REOPEN = "UPDATE clock SET started_by = $2, from_at = $3, due_at = $4, near_at = $5, near_told_at = NULL, late_told_at = NULL, \
        ended_by = NULL, ended_at = NULL, key_id = NULL, sealed = NULL WHERE id = $1 AND ended_at IS NOT NULL";
    SET_DUE = "UPDATE cases SET clock_due_at = (SELECT MIN(due_at) FROM clock WHERE case_id = $1 AND ended_at IS NULL) WHERE id = $1";
    LATE = "SELECT c.number FROM clock k JOIN cases c ON c.id = k.case_id WHERE k.site_id = $1 AND k.ended_at IS NULL \
        AND k.due_at <= $2 ORDER BY k.due_at LIMIT 100";
}

many_statements! {
    NEAREST = concat!("SELECT ", columns!(), " WHERE k.ended_at IS NULL AND k.case_id IN (SELECT column1 FROM ("), [1],
        ") AS v) ORDER BY k.due_at, k.id";
}

/// A clock as stored.
#[derive(Debug, Clone)]
pub struct ClockRow {
    /// Its id.
    pub id: NoteId,
    /// Whose.
    pub site: SiteId,
    /// The case it runs on.
    pub case: CaseId,
    /// The post that made it start.
    pub post: PostId,
    /// Its kind in the packs' `clocks.toml`.
    pub kind: String,
    /// Who started it: a person's id, `rule:ID` or `label:WORD`.
    pub started_by: String,
    /// From when it counts.
    pub from: Timestamp,
    /// When it is over.
    pub due: Timestamp,
    /// From when people are told that it ends soon.
    pub near: Timestamp,
    /// When they were.
    pub near_told: Option<Timestamp>,
    /// When it was told that it is late.
    pub late_told: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<PersonId>,
    /// When.
    pub ended_at: Option<Timestamp>,
    key: Option<KeyId>,
    sealed: Option<Vec<u8>>,
}

/// A clock to be started.
#[derive(Debug)]
pub struct NewClock<'a> {
    /// Its id.
    pub id: NoteId,
    /// Whose.
    pub site: SiteId,
    /// The case it runs on.
    pub case: CaseId,
    /// The post that makes it start.
    pub post: PostId,
    /// Its kind.
    pub kind: &'a str,
    /// Who starts it.
    pub started_by: String,
    /// From when it counts.
    pub from: Timestamp,
    /// When it is over.
    pub due: Timestamp,
    /// From when people are told.
    pub near: Timestamp,
}

/// Starts a clock; `false`: one of the kind runs on the case, or ran for this post already.
///
/// # Errors
/// The engine refuses.
pub async fn start(tx: &mut Tx, new: &NewClock<'_>) -> Result<bool, StoreError> {
    if tx.row(RUNS, args![new.case, new.kind]).await?.is_some() {
        return Ok(false);
    }
    let args = args![new.id, new.site, new.case, new.post, new.kind, &new.started_by, new.from, new.due, new.near];
    let is_new = tx.run(START, args).await? > 0;
    if is_new {
        tx.run(SET_DUE, args![new.case]).await?;
    }
    Ok(is_new)
}

/// Starts a clock that a person had ended once more, with times of its own: what it is for happened again. Why it was ended then is
/// not kept here any more.
///
/// # Errors
/// The engine refuses.
pub async fn reopen(
    tx: &mut Tx,
    clock: &ClockRow,
    started_by: &str,
    (from, due, near): (Timestamp, Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.run(REOPEN, args![clock.id, started_by, from, due, near]).await?;
    tx.run(SET_DUE, args![clock.case]).await.map(drop)
}

/// One clock.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn by_id(tx: &mut Tx, id: NoteId) -> Result<Option<ClockRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// Every clock of a case, the nearest end first.
///
/// # Errors
/// As [`by_id`].
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<ClockRow>, StoreError> {
    tx.rows(OF_CASE, args![case]).await?.iter().map(read).collect()
}

/// The clock that ends first on each of these cases; cases on which none runs are left out.
///
/// # Errors
/// As [`by_id`].
pub async fn nearest(tx: &mut Tx, cases: &[CaseId]) -> Result<HashMap<CaseId, ClockRow>, StoreError> {
    let mut found = HashMap::new();
    for row in NEAREST.rows(tx, cases.iter().map(|id| args![*id]).collect()).await? {
        let row = read(&row)?;
        found.entry(row.case).or_insert(row);
    }
    Ok(found)
}

/// Clocks that end soon or are late, of which people have not been told.
///
/// # Errors
/// As [`by_id`].
pub async fn ringing(tx: &mut Tx, now: Timestamp, most: u32) -> Result<Vec<ClockRow>, StoreError> {
    tx.rows(RINGING, args![now, most]).await?.iter().map(read).collect()
}

/// Notes that people were told: that it ends soon, or that it is late. `false`: they were before, or it has ended.
///
/// # Errors
/// The engine refuses.
pub async fn tell(tx: &mut Tx, id: NoteId, is_late: bool, now: Timestamp) -> Result<bool, StoreError> {
    let near = tx.run(TELL_NEAR, args![id, now]).await? > 0;
    if is_late { Ok(tx.run(TELL_LATE, args![id, now]).await? > 0) } else { Ok(near) }
}

/// Ends a clock for a reason; `false`: it had ended.
///
/// # Errors
/// The engine refuses.
pub async fn end(
    tx: &mut Tx,
    clock: &ClockRow,
    by: PersonId,
    reason: &str,
    key: &DataKey,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = key.seal(&place(clock.id), reason.as_bytes())?;
    let is_ended = tx.run(END, args![clock.id, by, now, key.id(), sealed]).await? > 0;
    tx.run(SET_DUE, args![clock.case]).await?;
    Ok(is_ended)
}

/// The numbers of cases of a site on which a clock is late, the longest first.
///
/// # Errors
/// The engine refuses.
pub async fn late(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Vec<i64>, StoreError> {
    tx.rows(LATE, args![site, now]).await?.iter().map(|row| row.int(0)).collect()
}

impl ClockRow {
    /// Why it was ended; `None`: it runs, or the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        match (self.key, &self.sealed) {
            (Some(key), Some(sealed)) => store.open_text(key, &place(self.id), sealed).await,
            _ => Ok(None),
        }
    }
}

fn place(id: NoteId) -> String {
    format!("clock:{id}")
}

fn read(row: &Row) -> Result<ClockRow, StoreError> {
    Ok(ClockRow {
        id: row.id(0)?,
        site: row.id(1)?,
        case: row.id(2)?,
        post: row.id(3)?,
        kind: row.text(4)?,
        started_by: row.text(5)?,
        from: row.time(6)?,
        due: row.time(7)?,
        near: row.time(8)?,
        near_told: row.opt_time(9)?,
        late_told: row.opt_time(10)?,
        ended_by: row.opt_id(11)?,
        ended_at: row.opt_time(12)?,
        key: row.opt_id(13)?,
        sealed: row.opt_bytes(14)?,
    })
}
