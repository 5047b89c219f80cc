//! Notes of the desk, the pause of all sending, import progress and leases.

use bedside_core::{
    id::{CaseId, KeyId, NoteId, PersonId, SiteId},
    time::{Span, Timestamp},
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

statements! {
    ADD_NOTE = "INSERT INTO note (id, case_id, key_id, sealed, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)";
    NOTES = "SELECT id, by_person, at, key_id, sealed FROM note WHERE case_id = $1 ORDER BY at, id LIMIT 200";
    PAUSE = "INSERT INTO pause (id, site_id, key_id, sealed, paused_by, paused_at) VALUES ($1, $2, $3, $4, $5, $6)";
    BRAKE = "INSERT INTO counter (name, value) VALUES ('brake', 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1";
    RESUME = "UPDATE pause SET resumed_by = $2, resumed_at = $3 WHERE id = $1 AND resumed_at IS NULL";
    PAUSES = "SELECT id, site_id, key_id, sealed, paused_by, paused_at FROM pause WHERE resumed_at IS NULL \
        AND (site_id IS NULL OR site_id = $1) ORDER BY paused_at";
    DECIDED_SINCE = "SELECT c.id FROM cases c JOIN decision d ON d.id = c.decision_id \
        WHERE c.queue IN ('now', 'waiting', 'silent') AND c.standing = 'live' AND d.at >= $1";
    DECIDED_SINCE_AT = "SELECT c.id FROM cases c JOIN decision d ON d.id = c.decision_id \
        WHERE c.queue IN ('now', 'waiting', 'silent') AND c.standing = 'live' AND d.at >= $1 AND c.site_id = $2";
    UNSETTLED = "SELECT c.id FROM cases c JOIN decision d ON d.id = c.decision_id \
        WHERE (c.queue IN ('now', 'waiting') OR (c.queue = 'silent' AND d.at >= $1)) AND c.standing = 'live'";
    UNSETTLED_AT = "SELECT c.id FROM cases c JOIN decision d ON d.id = c.decision_id \
        WHERE (c.queue IN ('now', 'waiting') OR (c.queue = 'silent' AND d.at >= $1)) AND c.standing = 'live' AND c.site_id = $2";
    LEASE = "INSERT INTO lease (name, held_by, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
        SET held_by = excluded.held_by, until = excluded.until WHERE lease.held_by = excluded.held_by OR lease.until < $4";
    RELEASE = "DELETE FROM lease WHERE name = $1 AND held_by = $2";
    IMPORT_AT = "SELECT position FROM import_run WHERE id = $1";
    SET_IMPORT = "INSERT INTO import_run (id, position, updated_at) VALUES ($1, $2, $3) ON CONFLICT (id) \
        DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at";
}

/// A note as stored.
#[derive(Debug, Clone)]
pub struct NoteRow {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

/// Adds a note to a case.
///
/// # Errors
/// The engine refuses.
pub async fn add_note(
    tx: &mut Tx,
    id: NoteId,
    case: CaseId,
    text: &str,
    key: &DataKey,
    by: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&format!("note:{id}"), text.as_bytes())?;
    tx.run(ADD_NOTE, args![id, case, key.id(), sealed, by, now]).await.map(drop)
}

/// The notes of a case, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn notes(tx: &mut Tx, case: CaseId) -> Result<Vec<NoteRow>, StoreError> {
    let rows = tx.rows(NOTES, args![case]).await?;
    rows.iter()
        .map(|row| {
            Ok(NoteRow { id: row.id(0)?, by: row.id(1)?, at: row.time(2)?, key: row.id(3)?, sealed: row.bytes(4)? })
        })
        .collect()
}

impl NoteRow {
    /// The text; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn text(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &format!("note:{}", self.id), &self.sealed).await
    }
}

/// A pause in force.
#[derive(Debug, Clone)]
pub struct PauseRow {
    /// Its id.
    pub id: NoteId,
    /// The site it stops; `None`: the whole group.
    pub site: Option<SiteId>,
    /// Who paused.
    pub by: PersonId,
    /// Since when.
    pub at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

impl PauseRow {
    /// The reason everybody sees; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &format!("pause:{}", self.id), &self.sealed).await
    }
}

/// Pauses a site, or the group.
///
/// # Errors
/// The engine refuses.
pub async fn pause(
    tx: &mut Tx,
    id: NoteId,
    site: Option<SiteId>,
    reason: &str,
    key: &DataKey,
    by: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&format!("pause:{id}"), reason.as_bytes())?;
    tx.run(PAUSE, args![id, site, key.id(), sealed, by, now]).await.map(drop)
}

/// Has claims and pauses take turns: whoever touches this row first is done before the next one looks. On an engine with
/// one writer they do so anyway.
///
/// # Errors
/// The engine refuses.
pub async fn at_the_brake(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run(BRAKE, args![]).await.map(drop)
}

/// Ends a pause; `false`: it had ended already.
///
/// # Errors
/// The engine refuses.
pub async fn resume(tx: &mut Tx, id: NoteId, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(RESUME, args![id, by, now]).await? > 0)
}

/// The pauses in force for a site, its own and the group's.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn pauses(tx: &mut Tx, site: SiteId) -> Result<Vec<PauseRow>, StoreError> {
    tx.rows(PAUSES, args![site]).await?.iter().map(read_pause).collect()
}

/// The open cases of a site, or of all, that were decided since `since`.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn decided_since(tx: &mut Tx, site: Option<SiteId>, since: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    let rows = match site {
        Some(site) => tx.rows(DECIDED_SINCE_AT, args![since, site]).await?,
        None => tx.rows(DECIDED_SINCE, args![since]).await?,
    };
    rows.iter().map(|row| row.id(0)).collect()
}

/// The cases of a site, or of all, that wait for somebody or something, and those that were decided to be silent since
/// `silent_since`: nobody is answered, held or called for what was settled before.
///
/// # Errors
/// As [`decided_since`].
pub async fn unsettled(tx: &mut Tx, site: Option<SiteId>, silent_since: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    let rows = match site {
        Some(site) => tx.rows(UNSETTLED_AT, args![silent_since, site]).await?,
        None => tx.rows(UNSETTLED, args![silent_since]).await?,
    };
    rows.iter().map(|row| row.id(0)).collect()
}

fn read_pause(row: &Row) -> Result<PauseRow, StoreError> {
    Ok(PauseRow {
        id: row.id(0)?,
        site: row.opt_id(1)?,
        key: row.id(2)?,
        sealed: row.bytes(3)?,
        by: row.id(4)?,
        at: row.time(5)?,
    })
}

/// Takes or renews a lease by name; `false`: somebody else has it.
///
/// # Errors
/// The engine refuses.
pub async fn lease(tx: &mut Tx, name: &str, by: &str, length: Span, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(LEASE, args![name, by, now.plus(length), now]).await? > 0)
}

/// Gives a lease back.
///
/// # Errors
/// The engine refuses.
pub async fn release(tx: &mut Tx, name: &str, by: &str) -> Result<(), StoreError> {
    tx.run(RELEASE, args![name, by]).await.map(drop)
}

/// How far an import came, in rows.
///
/// # Errors
/// The engine refuses.
pub async fn import_position(tx: &mut Tx, run: &str) -> Result<i64, StoreError> {
    tx.row(IMPORT_AT, args![run]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Notes how far an import came; in the transaction that stored the rows.
///
/// # Errors
/// The engine refuses.
pub async fn set_import_position(tx: &mut Tx, run: &str, position: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.run(SET_IMPORT, args![run, position, now]).await.map(drop)
}

impl Store {
    /// Opens a sealed text kept as plain UTF-8; `None`: its key was erased.
    pub(crate) async fn open_text(
        &self,
        key: KeyId,
        at: &str,
        sealed: &[u8],
    ) -> Result<Option<Phi<String>>, StoreError> {
        let Some(key) = self.keys.by_id(key).await? else {
            return Ok(None);
        };
        let plain = key.open(at, sealed)?;
        String::from_utf8(plain).map(|text| Some(Phi(text))).map_err(|_| StoreError::corrupt("UTF-8", at))
    }
}
