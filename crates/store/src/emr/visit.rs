//! Visits: who is in the house, where, since when and until when.

use bedside_core::{
    emr::VisitClass,
    id::{KeyId, PatientId, SiteId, VisitId},
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

/// What is sealed of a visit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitText {
    /// Its number.
    #[serde(rename = "n", default)]
    pub number: String,
    /// The ward.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub ward: Option<String>,
}

/// A visit as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitRow {
    /// Its id.
    pub id: VisitId,
    /// Whose house.
    pub site: SiteId,
    /// Who visits.
    pub patient: PatientId,
    /// The keyed hash of its number.
    pub number_hash: Vec<u8>,
    /// What sort.
    pub class: VisitClass,
    /// Since when.
    pub admitted_at: Option<Timestamp>,
    /// Until when.
    pub discharged_at: Option<Timestamp>,
    /// Whether it never was.
    pub is_cancelled: bool,
    /// When the record spoke of it last.
    pub told_at: Timestamp,
    key: KeyId,
    sealed: Vec<u8>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.site_id, w.patient_id, w.number_hash, w.class, w.admitted_at, w.discharged_at, w.is_cancelled, \
             w.told_at, w.key_id, w.sealed FROM visit w ",
            $rest
        )
    };
}

statements! {
    UPSERT = "INSERT INTO visit (id, site_id, patient_id, number_hash, key_id, sealed, class, admitted_at, discharged_at, \
        is_cancelled, told_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (id) DO UPDATE SET patient_id = excluded.patient_id, number_hash = excluded.number_hash, \
        key_id = excluded.key_id, sealed = excluded.sealed, class = excluded.class, admitted_at = excluded.admitted_at, \
        discharged_at = excluded.discharged_at, is_cancelled = excluded.is_cancelled, told_at = excluded.told_at";
    BY_NUMBER = select!("WHERE w.site_id = $1 AND w.number_hash = $2");
    MOVE = "UPDATE visit SET patient_id = $2 WHERE id = $1";
}

many_statements! {
    BY_NUMBERS = "SELECT w.id, w.site_id, w.patient_id, w.number_hash, w.class, w.admitted_at, w.discharged_at, w.is_cancelled, \
        w.told_at, w.key_id, w.sealed FROM (", [2], ") AS v JOIN visit w ON w.site_id = v.column1 AND w.number_hash = v.column2";
    OF = "SELECT w.id, w.site_id, w.patient_id, w.number_hash, w.class, w.admitted_at, w.discharged_at, w.is_cancelled, \
        w.told_at, w.key_id, w.sealed FROM (", [1], ") AS v JOIN visit w ON w.patient_id = v.column1";
}

/// The keyed hash under which a visit is found: its number, or where it has none, its patient and class.
#[must_use]
pub fn number_hash(store: &Store, site: SiteId, parts: &[&str]) -> Vec<u8> {
    let site = site.to_string();
    let mut all = vec!["visit", site.as_str()];
    all.extend(parts);
    store.lookup.hash(&all)
}

/// The visit with this number.
///
/// # Errors
/// The engine refuses.
pub async fn by_number(tx: &mut Tx, site: SiteId, number_hash: &[u8]) -> Result<Option<VisitRow>, StoreError> {
    tx.row(BY_NUMBER, args![site, number_hash]).await?.as_ref().map(read).transpose()
}

/// The visits with numbers that have these hashes, each at a site; those that nobody knows are left out.
///
/// # Errors
/// The engine refuses.
pub async fn by_numbers(tx: &mut Tx, hashes: &[(SiteId, Vec<u8>)]) -> Result<Vec<VisitRow>, StoreError> {
    let rows = hashes.iter().map(|(site, hash)| args![*site, hash.as_slice()]).collect();
    BY_NUMBERS.rows(tx, rows).await?.iter().map(read).collect()
}

/// The visits of patients, in no order.
///
/// # Errors
/// The engine refuses.
pub async fn of(tx: &mut Tx, patients: &[PatientId]) -> Result<Vec<VisitRow>, StoreError> {
    let rows = patients.iter().map(|patient| args![*patient]).collect();
    OF.rows(tx, rows).await?.iter().map(read).collect()
}

/// Stores a visit, new or changed.
///
/// # Errors
/// The engine refuses.
pub async fn put(
    tx: &mut Tx,
    visit: &VisitRow,
    text: &VisitText,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let args = args![
        visit.id,
        visit.site,
        visit.patient,
        visit.number_hash.as_slice(),
        key.id(),
        key.seal(&place(visit.id), &write(text)?)?,
        visit.class.as_str(),
        visit.admitted_at,
        visit.discharged_at,
        visit.is_cancelled,
        visit.told_at,
        now
    ];
    tx.run(UPSERT, args).await.map(drop)
}

/// Gives a visit to another patient.
///
/// # Errors
/// The engine refuses.
pub async fn give(tx: &mut Tx, visit: VisitId, to: PatientId) -> Result<(), StoreError> {
    tx.run(MOVE, args![visit, to]).await.map(drop)
}

impl VisitRow {
    /// A visit that is not stored yet.
    #[must_use]
    pub const fn unstored(id: VisitId, site: SiteId, patient: PatientId, number_hash: Vec<u8>, key: &DataKey) -> Self {
        Self {
            id,
            site,
            patient,
            number_hash,
            class: VisitClass::Other,
            admitted_at: None,
            discharged_at: None,
            is_cancelled: false,
            told_at: Timestamp::from_micros(0),
            key: key.id(),
            sealed: Vec::new(),
        }
    }

    /// The id of the key that seals it.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }
}

impl Store {
    /// Opens what is sealed of a visit; `None`: its key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_visit(&self, row: &VisitRow) -> Result<Option<Phi<VisitText>>, StoreError> {
        let Some(key) = self.keys.by_id(row.key).await? else { return Ok(None) };
        Ok(Some(Phi(parse(&key.open(&place(row.id), &row.sealed)?)?)))
    }
}

fn place(id: VisitId) -> String {
    format!("visit:{id}")
}

fn read(row: &Row) -> Result<VisitRow, StoreError> {
    Ok(VisitRow {
        id: row.id(0)?,
        site: row.id(1)?,
        patient: row.id(2)?,
        number_hash: row.bytes(3)?,
        class: row.word(4, VisitClass::from_word)?,
        admitted_at: row.opt_time(5)?,
        discharged_at: row.opt_time(6)?,
        is_cancelled: row.flag(7)?,
        told_at: row.time(8)?,
        key: row.id(9)?,
        sealed: row.bytes(10)?,
    })
}
