//! Incident mode: what is switched on for a site or the group, and the statements written for it.

use bedside_core::{
    id::{KeyId, NoteId, PersonId, SiteId, StatementId},
    incident::Stage,
    policy::IncidentKind,
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    value::args,
};

macro_rules! columns {
    () => {
        "id, site_id, kind, stage, key_id, sealed, begun_by, begun_at, ended_by, ended_at, end_key_id, end_sealed FROM incident"
    };
}

macro_rules! statement_columns {
    () => {
        "id, incident_id, lang, key_id, sealed, written_by, written_at, approved_by, approved_at, statement_id, statement_version \
         FROM incident_statement"
    };
}

statements! {
    BEGIN = "INSERT INTO incident (id, site_id, kind, stage, key_id, sealed, begun_by, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OPEN = concat!("SELECT ", columns!(), " WHERE ended_at IS NULL AND (site_id IS NULL OR site_id = $1) ORDER BY begun_at, id");
    PAST = concat!("SELECT ", columns!(), " WHERE ended_at IS NOT NULL AND (site_id IS NULL OR site_id = $1) ORDER BY begun_at DESC LIMIT $2");
    SET_STAGE = "UPDATE incident SET stage = $2 WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE incident SET ended_by = $2, ended_at = $3, end_key_id = $4, end_sealed = $5 WHERE id = $1 AND ended_at IS NULL";
    WRITE = "INSERT INTO incident_statement (id, incident_id, lang, key_id, sealed, written_by, written_at, statement_id, \
        statement_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    TEXT = concat!("SELECT ", statement_columns!(), " WHERE id = $1 AND withdrawn_at IS NULL");
    TEXTS = concat!("SELECT ", statement_columns!(), " WHERE incident_id = $1 AND withdrawn_at IS NULL ORDER BY written_at DESC, id DESC LIMIT 50");
    APPROVE = "UPDATE incident_statement SET approved_by = $2, approved_at = $3 WHERE id = $1 AND approved_by IS NULL AND withdrawn_at IS NULL";
    // One approved statement per language: the newer takes the older's place.
    REPLACE = "UPDATE incident_statement SET withdrawn_at = $3 WHERE incident_id = $1 AND lang = $2 AND id <> $4 AND withdrawn_at IS NULL";
    WITHDRAW = "UPDATE incident_statement SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL";
    APPROVED = "SELECT 1 FROM incident_statement WHERE incident_id = $1 AND approved_at IS NOT NULL AND withdrawn_at IS NULL LIMIT 1";
}

/// An incident as stored.
#[derive(Debug, Clone)]
pub struct IncidentRow {
    /// Its id.
    pub id: NoteId,
    /// The site; `None`: the whole group.
    pub site: Option<SiteId>,
    /// What kind.
    pub kind: IncidentKind,
    /// Where it stands.
    pub stage: Stage,
    /// Who switched it on.
    pub begun_by: PersonId,
    /// When.
    pub begun_at: Timestamp,
    /// Who switched it off.
    pub ended_by: Option<PersonId>,
    /// When.
    pub ended_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
    ended: Option<(KeyId, Vec<u8>)>,
}

/// A statement for an incident.
#[derive(Debug, Clone)]
pub struct StatementRow {
    /// Its id.
    pub id: NoteId,
    /// For which incident.
    pub incident: NoteId,
    /// Its language: `de` or `en`.
    pub lang: String,
    /// Who wrote it.
    pub written_by: PersonId,
    /// When.
    pub written_at: Timestamp,
    /// The second person, who approved it.
    pub approved_by: Option<PersonId>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// The statement of the library that it was chosen from, and which version: its text then has the placeholders of that one.
    pub from: Option<(StatementId, u32)>,
    key: KeyId,
    sealed: Vec<u8>,
}

/// What is switched on.
#[derive(Debug)]
pub struct NewIncident<'a> {
    /// Its id.
    pub id: NoteId,
    /// The site; `None`: the whole group.
    pub site: Option<SiteId>,
    /// What kind.
    pub kind: IncidentKind,
    /// Where it stands.
    pub stage: Stage,
    /// Why.
    pub reason: &'a str,
    /// By whom.
    pub by: PersonId,
}

/// Switches incident mode on.
///
/// # Errors
/// The engine refuses.
pub async fn begin(tx: &mut Tx, new: &NewIncident<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place("incident", new.id), new.reason.as_bytes())?;
    let args = args![new.id, new.site, new.kind.as_str(), new.stage.as_str(), key.id(), sealed, new.by, now];
    tx.run(BEGIN, args).await.map(drop)
}

/// The incidents of a site, its own and the group's, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn open(tx: &mut Tx, site: SiteId) -> Result<Vec<IncidentRow>, StoreError> {
    tx.rows(OPEN, args![site]).await?.iter().map(read).collect()
}

/// The incidents of a site that are over, the newest first.
///
/// # Errors
/// As [`open`].
pub async fn past(tx: &mut Tx, site: SiteId, most: u32) -> Result<Vec<IncidentRow>, StoreError> {
    tx.rows(PAST, args![site, most]).await?.iter().map(read).collect()
}

/// Sets where an incident stands; `false`: it is over.
///
/// # Errors
/// The engine refuses.
pub async fn set_stage(tx: &mut Tx, id: NoteId, stage: Stage) -> Result<bool, StoreError> {
    Ok(tx.run(SET_STAGE, args![id, stage.as_str()]).await? > 0)
}

/// Switches incident mode off; `false`: it was off.
///
/// # Errors
/// The engine refuses.
pub async fn end(
    tx: &mut Tx,
    id: NoteId,
    by: PersonId,
    reason: &str,
    key: &DataKey,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = key.seal(&place("incident-end", id), reason.as_bytes())?;
    Ok(tx.run(END, args![id, by, now, key.id(), sealed]).await? > 0)
}

/// A statement to be stored.
#[derive(Debug)]
pub struct NewStatement<'a> {
    /// Its id.
    pub id: NoteId,
    /// For which incident.
    pub incident: NoteId,
    /// Its language: `de` or `en`.
    pub lang: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The statement of the library that it was chosen from, and which version.
    pub from: Option<(StatementId, u32)>,
    /// Who wrote or chose it.
    pub by: PersonId,
}

/// Stores a statement, not approved yet.
///
/// # Errors
/// The engine refuses.
pub async fn write(tx: &mut Tx, new: &NewStatement<'_>, key: &DataKey, now: Timestamp) -> Result<(), StoreError> {
    let sealed = key.seal(&place("statement", new.id), new.text.as_bytes())?;
    let (from, version) = (new.from.map(|(id, _)| id), new.from.map(|(_, version)| i64::from(version)));
    tx.run(WRITE, args![new.id, new.incident, new.lang, key.id(), sealed, new.by, now, from, version]).await.map(drop)
}

/// A statement that is not withdrawn.
///
/// # Errors
/// As [`open`].
pub async fn statement(tx: &mut Tx, id: NoteId) -> Result<Option<StatementRow>, StoreError> {
    tx.row(TEXT, args![id]).await?.as_ref().map(read_statement).transpose()
}

/// The statements of an incident that are not withdrawn, the newest first.
///
/// # Errors
/// As [`open`].
pub async fn statements(tx: &mut Tx, incident: NoteId) -> Result<Vec<StatementRow>, StoreError> {
    tx.rows(TEXTS, args![incident]).await?.iter().map(read_statement).collect()
}

/// Approves a statement and withdraws the others of its language; `false`: it was approved, or withdrawn.
///
/// # Errors
/// The engine refuses, also where the approver wrote it.
pub async fn approve(tx: &mut Tx, row: &StatementRow, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    if tx.run(APPROVE, args![row.id, by, now]).await? == 0 {
        return Ok(false);
    }
    tx.run(REPLACE, args![row.incident, &row.lang, now, row.id]).await?;
    Ok(true)
}

/// Withdraws a statement; `false`: it was.
///
/// # Errors
/// The engine refuses.
pub async fn withdraw(tx: &mut Tx, id: NoteId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(WITHDRAW, args![id, now]).await? > 0)
}

/// Whether an incident has an approved statement.
///
/// # Errors
/// The engine refuses.
pub async fn is_approved(tx: &mut Tx, incident: NoteId) -> Result<bool, StoreError> {
    Ok(tx.row(APPROVED, args![incident]).await?.is_some())
}

impl IncidentRow {
    /// Why it was switched on; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &place("incident", self.id), &self.sealed).await
    }

    /// Why it was switched off; `None`: it is on, or the key was erased.
    ///
    /// # Errors
    /// As [`Self::reason`].
    pub async fn end_reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        match &self.ended {
            Some((key, sealed)) => store.open_text(*key, &place("incident-end", self.id), sealed).await,
            None => Ok(None),
        }
    }
}

impl StatementRow {
    /// Its text; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn text(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        store.open_text(self.key, &place("statement", self.id), &self.sealed).await
    }
}

fn place(what: &str, id: NoteId) -> String {
    format!("{what}:{id}")
}

fn read(row: &Row) -> Result<IncidentRow, StoreError> {
    Ok(IncidentRow {
        id: row.id(0)?,
        site: row.opt_id(1)?,
        kind: row.word(2, IncidentKind::from_word)?,
        stage: row.word(3, Stage::from_word)?,
        key: row.id(4)?,
        sealed: row.bytes(5)?,
        begun_by: row.id(6)?,
        begun_at: row.time(7)?,
        ended_by: row.opt_id(8)?,
        ended_at: row.opt_time(9)?,
        ended: row.opt_id(10)?.zip(row.opt_bytes(11)?),
    })
}

fn read_statement(row: &Row) -> Result<StatementRow, StoreError> {
    Ok(StatementRow {
        id: row.id(0)?,
        incident: row.id(1)?,
        lang: row.text(2)?,
        key: row.id(3)?,
        sealed: row.bytes(4)?,
        written_by: row.id(5)?,
        written_at: row.time(6)?,
        approved_by: row.opt_id(7)?,
        approved_at: row.opt_time(8)?,
        from: row.opt_id(9)?.zip(row.opt_int(10)?.and_then(|version| u32::try_from(version).ok())),
    })
}
