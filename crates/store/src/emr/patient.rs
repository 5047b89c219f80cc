//! The patient index: who is who under which identifiers, merges as a graph that can be undone, death.

use std::collections::{HashMap, HashSet};

use bedside_core::{
    emr::{Death, Identifier, Name},
    id::{EmrLinkId, EmrMessageId, KeyId, MergeId, PatientId, SiteId},
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

/// What is sealed of a patient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientText {
    /// Every identifier that was told.
    #[serde(rename = "i", default)]
    pub ids: Vec<Identifier>,
    /// The name.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Date of birth.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// Language.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Telephone numbers and e-mail addresses.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub contacts: Option<Vec<String>>,
}

/// A patient as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct PatientRow {
    /// Their id.
    pub id: PatientId,
    /// Whose.
    pub site: SiteId,
    /// When the record told what is known last; what was recorded before that changes nothing.
    pub told_at: Timestamp,
    /// A recorded death.
    pub death: Option<Death>,
    /// When the record spoke of death last.
    pub death_told_at: Timestamp,
    /// Under whom this record is kept now.
    pub merged_into: Option<PatientId>,
    /// When the record took it away.
    pub removed_at: Option<Timestamp>,
    key: KeyId,
    sealed: Vec<u8>,
    updated_at: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.site_id, p.told_at, p.is_dead, p.died_at, p.death_told_at, p.merged_into, p.removed_at, p.key_id, \
             p.sealed, p.updated_at FROM patient p ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO patient (id, site_id, key_id, sealed, told_at, is_dead, died_at, death_told_at, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    UPDATE = "UPDATE patient SET sealed = $2, told_at = $3, is_dead = $4, died_at = $5, death_told_at = $6, removed_at = $7, \
        updated_at = $8 WHERE id = $1";
    BY_ID = select!("WHERE p.id = $1");
    BY_HASH = select!("JOIN patient_identifier i ON i.patient_id = p.id WHERE i.site_id = $1 AND i.hash = $2");
    BY_VALUE = select!("JOIN patient_identifier i ON i.patient_id = p.id WHERE i.site_id = $1 AND i.value_hash = $2 \
        ORDER BY p.id LIMIT 20");
    PAGE = select!("WHERE p.site_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3");
    FIRST_PAGE = select!("WHERE p.site_id = $1 ORDER BY p.id LIMIT $2");
    CHANGED = select!("WHERE p.site_id = $1 AND p.updated_at > $2 ORDER BY p.updated_at LIMIT $3");
    NEWEST_CHANGE = "SELECT MAX(updated_at) FROM patient WHERE site_id = $1";
    MERGED_INTO = "SELECT id FROM patient WHERE merged_into = $1";
    SET_MERGED = "UPDATE patient SET merged_into = $2, updated_at = $3 WHERE id = $1";
    ADD_MERGE = "INSERT INTO patient_merge (id, site_id, from_id, into_id, message_id, at, told_link, told_by) VALUES ($1, $2, $3, $4, \
                 $5, $6, $7, $8)";
    TOLD_BY = "SELECT from_id, into_id FROM patient_merge WHERE told_by = $1 AND told_link = $2 AND undone_at IS NULL";
    END_MERGE = "UPDATE patient_merge SET undone_at = $3, undone_by = $4 WHERE from_id = $1 AND into_id = $2 AND undone_at IS NULL";
}

many_statements! {
    BY_HASHES = "SELECT p.id, p.site_id, p.told_at, p.is_dead, p.died_at, p.death_told_at, p.merged_into, p.removed_at, p.key_id, \
        p.sealed, p.updated_at, v.column2 FROM (", [2], ") AS v JOIN patient_identifier i ON i.site_id = v.column1 AND i.hash = v.column2 \
        JOIN patient p ON p.id = i.patient_id";
    KEPT_UNDER = "SELECT p.merged_into FROM (", [1], ") AS v JOIN patient p ON p.id = v.column1 WHERE p.merged_into IS NOT NULL";
    KEPT_BELOW = "SELECT p.id FROM (", [1], ") AS v JOIN patient p ON p.merged_into = v.column1";
    /// An identifier belongs to whom it was told of first, until a merge or a change of identifiers says otherwise.
    ADD_IDS = "INSERT INTO patient_identifier (site_id, hash, value_hash, patient_id)", [4],
        " ON CONFLICT (site_id, hash) DO NOTHING";
    MOVE_IDS = "INSERT INTO patient_identifier (site_id, hash, value_hash, patient_id)", [4],
        " ON CONFLICT (site_id, hash) DO UPDATE SET patient_id = excluded.patient_id";
}

/// The keyed hash under which an identifier is found.
#[must_use]
pub fn id_hash(store: &Store, site: SiteId, id: &Identifier) -> Vec<u8> {
    store.lookup.hash(&["patient", &site.to_string(), &id.authority, &id.value])
}

/// The keyed hash of a number alone, as a person would say it: without blanks, in capitals.
fn value_hash(store: &Store, site: SiteId, value: &str) -> Vec<u8> {
    let said: String = value.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    store.lookup.hash(&["patient value", &site.to_string(), &said])
}

/// The owner of a patient's data key: the identifier under which they were first told.
#[must_use]
pub fn key_owner(store: &Store, site: SiteId, id: &Identifier) -> String {
    id_hash(store, site, id).iter().fold(String::from("patient:"), |mut owner, byte| {
        owner.push_str(&format!("{byte:02x}"));
        owner
    })
}

/// The patient with this identifier; one without an authority is found where its value is known once at the site.
///
/// # Errors
/// The engine refuses.
pub async fn find(store: &Store, tx: &mut Tx, site: SiteId, id: &Identifier) -> Result<Option<PatientRow>, StoreError> {
    if let Some(row) = tx.row(BY_HASH, args![site, id_hash(store, site, id)]).await? {
        return read(&row).map(Some);
    }
    if !id.authority.is_empty() {
        return Ok(None);
    }
    let mut rows = by_value(store, tx, site, &id.value).await?;
    Ok(rows.pop().filter(|_| rows.is_empty()))
}

/// The patients with identifiers that have these hashes, each at a site; those that nobody has are left out.
///
/// # Errors
/// The engine refuses.
pub async fn find_all(tx: &mut Tx, hashes: &[(SiteId, Vec<u8>)]) -> Result<Vec<(Vec<u8>, PatientRow)>, StoreError> {
    let rows = hashes.iter().map(|(site, hash)| args![*site, hash.as_slice()]).collect();
    BY_HASHES.rows(tx, rows).await?.iter().map(|row| Ok((row.bytes(11)?, read(row)?))).collect()
}

/// The patients with this number, whoever gave it; at most 20.
///
/// # Errors
/// The engine refuses.
pub async fn by_value(store: &Store, tx: &mut Tx, site: SiteId, value: &str) -> Result<Vec<PatientRow>, StoreError> {
    tx.rows(BY_VALUE, args![site, value_hash(store, site, value)]).await?.iter().map(read).collect()
}

/// The patient with this id.
///
/// # Errors
/// The engine refuses.
pub async fn by_id(tx: &mut Tx, id: PatientId) -> Result<Option<PatientRow>, StoreError> {
    tx.row(BY_ID, args![id]).await?.as_ref().map(read).transpose()
}

/// The patients of a site after one of them, by id; those whom the record took away too.
///
/// # Errors
/// The engine refuses.
pub async fn page(
    tx: &mut Tx,
    site: SiteId,
    after: Option<PatientId>,
    most: u32,
) -> Result<Vec<PatientRow>, StoreError> {
    let rows = match after {
        Some(after) => tx.rows(PAGE, args![site, after, most]).await?,
        None => tx.rows(FIRST_PAGE, args![site, most]).await?,
    };
    rows.iter().map(read).collect()
}

/// The patients of a site of whom something changed after `since`, the longest ago first.
///
/// # Errors
/// The engine refuses.
pub async fn changed(tx: &mut Tx, site: SiteId, since: Timestamp, most: u32) -> Result<Vec<PatientRow>, StoreError> {
    tx.rows(CHANGED, args![site, since, most]).await?.iter().map(read).collect()
}

/// When something changed of a patient of the site last; `None`: it has none.
///
/// # Errors
/// The engine refuses.
pub async fn newest_change(tx: &mut Tx, site: SiteId) -> Result<Option<Timestamp>, StoreError> {
    tx.row(NEWEST_CHANGE, args![site]).await?.map_or(Ok(None), |row| row.opt_time(0))
}

/// Stores a new patient.
///
/// # Errors
/// The engine refuses.
pub async fn insert(
    tx: &mut Tx,
    patient: &PatientRow,
    text: &PatientText,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(patient.id), &write(text)?)?;
    let args = args![
        patient.id,
        patient.site,
        key.id(),
        sealed,
        patient.told_at,
        patient.death.is_some(),
        patient.death.and_then(|death| death.at),
        patient.death_told_at,
        now
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Stores what changed about a patient.
///
/// # Errors
/// The engine refuses.
pub async fn update(
    tx: &mut Tx,
    patient: &PatientRow,
    text: &PatientText,
    key: &DataKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(patient.id), &write(text)?)?;
    let args = args![
        patient.id,
        sealed,
        patient.told_at,
        patient.death.is_some(),
        patient.death.and_then(|death| death.at),
        patient.death_told_at,
        patient.removed_at,
        now
    ];
    tx.run(UPDATE, args).await.map(drop)
}

/// Whether identifiers that belong to another go over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// They stay where they are.
    Keep,
    /// They go to the one named now.
    Move,
}

/// Notes identifiers of a patient.
///
/// # Errors
/// The engine refuses.
pub async fn add_ids(
    store: &Store,
    tx: &mut Tx,
    (site, patient): (SiteId, PatientId),
    ids: &[Identifier],
    belonging: Belonging,
) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let hash = id_hash(store, site, id);
        if seen.insert(hash.clone()) {
            rows.push(args![site, hash, value_hash(store, site, &id.value), patient]);
        }
    }
    match belonging {
        Belonging::Keep => ADD_IDS.run(tx, rows).await.map(drop),
        Belonging::Move => MOVE_IDS.run(tx, rows).await.map(drop),
    }
}

/// Under whom a record is kept after all merges: the end of the chain, in at most as many steps as there are records.
///
/// # Errors
/// The engine refuses.
pub async fn survivor(tx: &mut Tx, patient: PatientRow) -> Result<PatientRow, StoreError> {
    let mut seen = HashSet::from([patient.id]);
    let mut at = patient;
    while let Some(next) = at.merged_into {
        if !seen.insert(next) {
            break;
        }
        let Some(row) = by_id(tx, next).await? else { break };
        at = row;
    }
    Ok(at)
}

/// Every record that is kept under `survivor`, itself included.
///
/// # Errors
/// The engine refuses.
pub async fn family(tx: &mut Tx, survivor: PatientId) -> Result<Vec<PatientId>, StoreError> {
    let mut all = vec![survivor];
    let mut seen = HashSet::from([survivor]);
    let mut next = 0;
    while let Some(one) = all.get(next).copied() {
        next += 1;
        for row in tx.rows(MERGED_INTO, args![one]).await? {
            let id = row.id(0)?;
            if seen.insert(id) {
                all.push(id);
            }
        }
    }
    Ok(all)
}

/// Every record of the families that these belong to, those that were named first: a family's each generation is asked for at
/// once, however many there are. Records that are not there are left out of the families, not of what is given back.
///
/// # Errors
/// The engine refuses.
pub async fn families(tx: &mut Tx, of: &HashSet<PatientId>) -> Result<Vec<PatientId>, StoreError> {
    let mut all: Vec<PatientId> = of.iter().copied().collect();
    all.sort_unstable();
    let mut seen = of.clone();
    // Up to whom each is kept under, then down to all that are kept under one of those.
    for step in [KEPT_UNDER, KEPT_BELOW] {
        let mut next = all.clone();
        while !next.is_empty() {
            let rows = step.rows(tx, next.into_iter().map(|id| args![id]).collect()).await?;
            let found: Vec<PatientId> = rows.iter().map(|row| row.id(0)).collect::<Result<_, _>>()?;
            next = found.into_iter().filter(|id| seen.insert(*id)).collect();
            all.extend(&next);
        }
    }
    Ok(all)
}

/// By what two records became one.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// The merge's id.
    pub id: MergeId,
    /// The message that told of it.
    pub message: Option<EmrMessageId>,
    /// The record that says so, on which link; `None`: a message of its own did.
    pub told_by: Option<(EmrLinkId, PatientId)>,
}

/// Keeps `from` under `into` from now on. Where `into` was kept under `from`, directly or by others, that chain is
/// opened at `into` first, so that the graph never has a circle and the newest word holds. `false`: it was so already.
///
/// # Errors
/// The engine refuses.
pub async fn merge(
    tx: &mut Tx,
    from: &PatientRow,
    into: &PatientRow,
    edge: &Edge,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if from.id == into.id || from.merged_into == Some(into.id) {
        return Ok(false);
    }
    let family = family(tx, from.id).await?;
    if let Some(over) = into.merged_into.filter(|_| family.contains(&into.id)) {
        unmerge(tx, into.id, over, "newer_merge", now).await?;
    }
    if let Some(over) = from.merged_into {
        unmerge(tx, from.id, over, "newer_merge", now).await?;
    }
    let (link, teller) = edge.told_by.unzip();
    tx.run(ADD_MERGE, args![edge.id, from.site, from.id, into.id, edge.message, now, link, teller]).await?;
    tx.run(SET_MERGED, args![from.id, into.id, now]).await?;
    Ok(true)
}

/// The merges that hold now and that a record on a link told of: who was merged, into whom.
///
/// # Errors
/// The engine refuses.
pub async fn told_by(
    tx: &mut Tx,
    (link, teller): (EmrLinkId, PatientId),
) -> Result<Vec<(PatientId, PatientId)>, StoreError> {
    tx.rows(TOLD_BY, args![teller, link]).await?.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// Undoes the merge of `from` into `into`: each stands for itself again. `false`: there is none.
///
/// # Errors
/// The engine refuses.
pub async fn unmerge(
    tx: &mut Tx,
    from: PatientId,
    into: PatientId,
    by: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = tx.run(END_MERGE, args![from, into, now, by]).await? > 0;
    if ended {
        tx.run(SET_MERGED, args![from, None::<PatientId>, now]).await?;
    }
    Ok(ended)
}

impl PatientRow {
    /// A patient that is not stored yet; its text is handed to [`insert`].
    #[must_use]
    pub const fn unstored(id: PatientId, site: SiteId, key: &DataKey) -> Self {
        Self {
            id,
            site,
            told_at: Timestamp::from_micros(0),
            death: None,
            death_told_at: Timestamp::from_micros(0),
            merged_into: None,
            removed_at: None,
            key: key.id(),
            sealed: Vec::new(),
            updated_at: Timestamp::from_micros(0),
        }
    }

    /// When something changed of them last.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The id of the key that seals them.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }
}

impl Store {
    /// Opens what is known of patients; one whose key was erased or damaged is not among them.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_patients(&self, rows: &[PatientRow]) -> Result<HashMap<PatientId, Phi<PatientText>>, StoreError> {
        let keys = self.keys.each_by_id(&rows.iter().map(|row| row.key).collect::<Vec<_>>()).await?;
        let mut opened = HashMap::with_capacity(rows.len());
        for row in rows {
            if let Some(Ok(key)) = keys.get(&row.key) {
                opened.insert(row.id, Phi(parse(&key.open(&place(row.id), &row.sealed)?)?));
            }
        }
        Ok(opened)
    }
}

fn place(id: PatientId) -> String {
    format!("patient:{id}")
}

fn read(row: &Row) -> Result<PatientRow, StoreError> {
    let died_at = row.opt_time(4)?;
    Ok(PatientRow {
        id: row.id(0)?,
        site: row.id(1)?,
        told_at: row.time(2)?,
        death: row.flag(3)?.then_some(Death { at: died_at }),
        death_told_at: row.time(5)?,
        merged_into: row.opt_id(6)?,
        removed_at: row.opt_time(7)?,
        key: row.id(8)?,
        sealed: row.bytes(9)?,
        updated_at: row.time(10)?,
    })
}
