//! Links of accounts to records: claimed by the person, settled by a member of staff or by a letter, undone by the person.

use std::collections::HashMap;

use bedside_core::{
    door::{Day, Identifier, LinkLevel, SpeaksFor},
    id::{AuthorId, KeyId, LinkId, PatientId, PersonId, SiteId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    posts::{parse, write},
    value::args,
};

/// What is sealed of a claim: by what the person names the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimText {
    /// The number they give.
    #[serde(rename = "i")]
    pub identifier: Identifier,
    /// The day of birth they give.
    #[serde(rename = "b")]
    pub birth_date: Day,
}

/// A link as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRow {
    /// Its id.
    pub id: LinkId,
    /// At which site.
    pub site: SiteId,
    /// The proven account.
    pub author: AuthorId,
    /// The patient of the index; `None`: not confirmed, or the index doesn't know them.
    pub patient: Option<PatientId>,
    /// For whom the person wrote when they claimed it.
    pub speaks_for: SpeaksFor,
    /// How far it has come.
    pub level: LinkLevel,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// Who confirmed or refused it, how, and when.
    pub settled: Option<Settled>,
    /// When the person undid it.
    pub undone_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
    reason: Option<(KeyId, Vec<u8>)>,
}

/// How a link was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who; `None`: the person, by the code that came to the contact in the record.
    pub by: Option<PersonId>,
    /// How they made sure: a word of ours.
    pub how: String,
    /// When.
    pub at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, site_id, author_id, patient_id, speaks_for, level, claimed_at, settled_by, settled_how, settled_at, undone_at, \
         key_id, sealed, reason_key_id, reason FROM link"
    };
}

statements! {
    ADD = "INSERT INTO link (id, site_id, author_id, speaks_for, level, key_id, sealed, claimed_at) \
        VALUES ($1, $2, $3, $4, 'claimed', $5, $6, $7)";
    BY_ID = concat!("SELECT ", columns!(), " WHERE id = $1");
    OF_AUTHOR = concat!("SELECT ", columns!(), " WHERE author_id = $1 ORDER BY claimed_at DESC, id DESC LIMIT 20");
    SETTLE = "UPDATE link SET level = $2, patient_id = $3, settled_by = $4, settled_how = $5, settled_at = $6, \
        reason_key_id = $7, reason = $8 WHERE id = $1 AND level = 'claimed'";
    UNMATCHED = concat!("SELECT ", columns!(), " WHERE level = 'confirmed' AND patient_id IS NULL ORDER BY claimed_at DESC LIMIT 100");
    SET_PATIENT = "UPDATE link SET patient_id = $2 WHERE id = $1 AND level = 'confirmed' AND patient_id IS NULL";
    UNDO = "UPDATE link SET level = 'undone', undone_at = $2 WHERE author_id = $1 AND level IN ('claimed', 'confirmed') \
        RETURNING id";
}

many_statements! {
    // An author of the door's channel stands for the account that was proven there.
    LINKED = "SELECT v.column1, l.patient_id FROM (", [1],
        ") AS v JOIN link l ON l.author_id = COALESCE((SELECT p.author_id FROM door_person p WHERE p.door_author_id = v.column1), \
        v.column1) JOIN consent c ON c.author_id = l.author_id AND c.purpose = 'link' AND c.revoked_at IS NULL \
        WHERE l.level = 'confirmed' AND l.patient_id IS NOT NULL";
    LINKED_TO = "SELECT l.site_id, l.author_id FROM (", [1],
        ") AS v JOIN link l ON l.patient_id = v.column1 WHERE l.level = 'confirmed'";
}

/// Keeps a claim.
///
/// # Errors
/// The engine refuses, e.g. because an earlier link of the account was not undone.
pub async fn add_link(
    tx: &mut Tx,
    id: LinkId,
    (site, author): (SiteId, AuthorId),
    speaks_for: SpeaksFor,
    claim: &ClaimText,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(id), &write(claim)?)?;
    tx.run(ADD, args![id, site, author, speaks_for.as_str(), key.id(), sealed, now]).await.map(drop)
}

/// One link.
///
/// # Errors
/// The engine refuses, or the row is not ours.
pub async fn link_of(tx: &mut Tx, id: LinkId) -> Result<Option<LinkRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The links of an account, the newest first.
///
/// # Errors
/// As [`link_of`].
pub async fn links_of(tx: &mut Tx, author: AuthorId) -> Result<Vec<LinkRow>, StoreError> {
    tx.rows(OF_AUTHOR, args![author]).await?.iter().map(read).collect()
}

/// Settles a claim: confirmed (with the patient, where the index knows them) or refused. `false`: it is none any more.
///
/// # Errors
/// The engine refuses.
pub async fn settle_link(
    tx: &mut Tx,
    id: LinkId,
    level: LinkLevel,
    patient: Option<PatientId>,
    settled: &Settled,
    (key, reason): (&DataKey, &str),
) -> Result<bool, StoreError> {
    let sealed = key.seal(&reason_place(id), reason.as_bytes())?;
    let args = args![id, level.as_str(), patient, settled.by, &settled.how, settled.at, key.id(), sealed];
    Ok(tx.run(SETTLE, args).await? > 0)
}

/// Confirmed links whose patient the index did not know when they were confirmed, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn unmatched_links(tx: &mut Tx) -> Result<Vec<LinkRow>, StoreError> {
    tx.rows(UNMATCHED, args![]).await?.iter().map(read).collect()
}

/// Names the patient of a confirmed link that had none. `false`: it has one, or is no more.
///
/// # Errors
/// The engine refuses.
pub async fn match_link(tx: &mut Tx, id: LinkId, patient: PatientId) -> Result<bool, StoreError> {
    Ok(tx.run(SET_PATIENT, args![id, patient]).await? > 0)
}

/// Undoes what an account claimed or has confirmed. Gives what was undone.
///
/// # Errors
/// The engine refuses.
pub async fn undo_links(tx: &mut Tx, author: AuthorId, now: Timestamp) -> Result<Vec<LinkId>, StoreError> {
    tx.rows(UNDO, args![author, now]).await?.iter().map(|row| row.id(0)).collect()
}

/// The patients of those authors whose link is confirmed and consented to; the others are left out.
///
/// # Errors
/// The engine refuses.
pub async fn linked(tx: &mut Tx, authors: &[AuthorId]) -> Result<HashMap<AuthorId, PatientId>, StoreError> {
    let rows = LINKED.rows(tx, authors.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// The accounts with a confirmed link to one of these patients, each with its site.
///
/// # Errors
/// The engine refuses.
pub async fn linked_to(tx: &mut Tx, patients: &[PatientId]) -> Result<Vec<(SiteId, AuthorId)>, StoreError> {
    let rows = LINKED_TO.rows(tx, patients.iter().map(|id| args![*id]).collect()).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

impl LinkRow {
    /// What the person gave; `None`: the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed.
    pub async fn claim(&self, store: &Store) -> Result<Option<Phi<ClaimText>>, StoreError> {
        let Some(key) = store.keys().by_id(self.key).await? else { return Ok(None) };
        parse(&key.open(&place(self.id), &self.sealed)?).map(Phi).map(Some)
    }

    /// Why it was confirmed or refused; `None`: it is not settled, or the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or the sealed text was changed.
    pub async fn reason(&self, store: &Store) -> Result<Option<Phi<String>>, StoreError> {
        let Some((key, sealed)) = &self.reason else { return Ok(None) };
        store.open_text(*key, &reason_place(self.id), sealed).await
    }
}

fn place(id: LinkId) -> String {
    format!("link:{id}")
}

fn reason_place(id: LinkId) -> String {
    format!("link-reason:{id}")
}

fn read(row: &Row) -> Result<LinkRow, StoreError> {
    let settled = match (row.opt_id(7)?, row.opt_text(8)?, row.opt_time(9)?) {
        (by, Some(how), Some(at)) => Some(Settled { by, how, at }),
        _ => None,
    };
    Ok(LinkRow {
        id: row.id(0)?,
        site: row.id(1)?,
        author: row.id(2)?,
        patient: row.opt_id(3)?,
        speaks_for: row.word(4, SpeaksFor::from_word)?,
        level: row.word(5, LinkLevel::from_word)?,
        claimed_at: row.time(6)?,
        settled,
        undone_at: row.opt_time(10)?,
        key: row.id(11)?,
        sealed: row.bytes(12)?,
        reason: row.opt_id(13)?.zip(row.opt_bytes(14)?),
    })
}
