//! Resources in versions, and the events that new versions are.

use bedside_core::{
    exchange::ResourceKind,
    id::{AuthorId, CaseId, ConsentId, KeyId, PatientId, SiteId},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// Where a resource comes from: on what its being shown hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Whose house.
    pub site: SiteId,
    /// The proven account.
    pub author: AuthorId,
    /// The patient the link was confirmed for; merges are not followed.
    pub patient: PatientId,
    /// The conversation; `None`: it is about none.
    pub case: Option<CaseId>,
    /// The consent that it tells of.
    pub consent: Option<ConsentId>,
}

/// A resource put together, to be kept if it says something new.
#[derive(Clone)]
pub struct Composed {
    /// Its type.
    pub kind: ResourceKind,
    /// Its id: the same for the same thing, always.
    pub id: String,
    /// Where it comes from.
    pub place: Place,
    /// Whether it may be shown only as long as the consents are in force. Without it: what tells that a consent ended.
    pub needs_consent: bool,
    /// As JSON, without version and time.
    pub content: Vec<u8>,
    /// What of it makes a new version when it changes.
    pub telling: Vec<u8>,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.id)
    }
}

/// A resource as stored, at one version.
#[derive(Debug, Clone)]
pub struct ResourceRow {
    /// Its type.
    pub kind: ResourceKind,
    /// Its id.
    pub id: String,
    /// Where it comes from.
    pub place: Place,
    /// Which version this is.
    pub version: i64,
    /// Since when.
    pub at: Timestamp,
    /// Whether it was taken away.
    pub is_gone: bool,
    /// Whether the consents that it needs are in force now.
    pub is_permitted: bool,
    sealed: Option<Sealed>,
}

#[derive(Debug, Clone)]
struct Sealed {
    author_key: KeyId,
    patient_key: KeyId,
    bytes: Vec<u8>,
}

/// Something that happened: a new version.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number, one more than that of the event before.
    pub n: i64,
    /// The version it brought. `is_permitted` says whether it may be told now.
    pub row: ResourceRow,
    /// Whether it tells that a consent ended.
    pub is_revocation: bool,
}

/// Which resources are looked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// At which site.
    pub site: SiteId,
    /// Of which type.
    pub kind: ResourceKind,
    /// Of these patients alone.
    pub patients: Option<&'a [PatientId]>,
    /// Changed in this time: from, and before.
    pub changed: (Timestamp, Timestamp),
    /// At most so many.
    pub most: u32,
}

/// Whether what `r` is may be shown now: see the module.
macro_rules! permitted {
    () => {
        "(NOT r.needs_consent OR EXISTS (SELECT 1 FROM link l \
         JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
         JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
         WHERE l.author_id = r.author_id AND l.patient_id = r.patient_id AND l.level = 'confirmed' \
         AND (r.case_id IS NULL OR EXISTS (SELECT 1 FROM cases c WHERE c.id = r.case_id AND c.posted_at >= t.given_at)) \
         AND (r.consent_id IS NULL OR EXISTS (SELECT 1 FROM consent o WHERE o.id = r.consent_id AND o.revoked_at IS NULL))))"
    };
}
pub(super) use permitted;

macro_rules! columns {
    () => {
        concat!(
            "r.kind, r.id, r.site_id, r.author_id, r.patient_id, r.case_id, r.consent_id, v.version, v.at, r.is_gone, ",
            permitted!(),
            " AS permitted, v.author_key_id, v.patient_key_id, v.sealed"
        )
    };
}

/// At the newest version.
macro_rules! newest {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM exchange_resource r JOIN exchange_version v ON v.kind = r.kind AND v.id = r.id AND v.version = r.version ",
            $rest
        )
    };
}

macro_rules! any_version {
    ($rest:expr) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM exchange_resource r JOIN exchange_version v ON v.kind = r.kind AND v.id = r.id ",
            $rest
        )
    };
}

statements! {
    HEAD = newest!("WHERE r.kind = $1 AND r.id = $2");
    SEARCH = newest!(concat!("WHERE r.site_id = $1 AND r.kind = $2 AND r.at >= $3 AND r.at < $4 AND NOT r.is_gone AND ",
        permitted!(), " ORDER BY r.at DESC, r.id LIMIT $5"));
    VERSION = any_version!("WHERE r.kind = $1 AND r.id = $2 AND v.version = $3");
    HISTORY = any_version!("WHERE r.kind = $1 AND r.id = $2 ORDER BY v.version DESC LIMIT $3");
    KNOWN = "SELECT version, same, is_gone, needs_consent FROM exchange_resource WHERE kind = $1 AND id = $2";
    PUT = "INSERT INTO exchange_resource (kind, id, site_id, author_id, patient_id, case_id, consent_id, needs_consent, is_gone, \
        version, same, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $10, $11) ON CONFLICT (kind, id) DO UPDATE SET \
        author_id = excluded.author_id, patient_id = excluded.patient_id, case_id = excluded.case_id, \
        consent_id = excluded.consent_id, needs_consent = excluded.needs_consent, is_gone = FALSE, version = excluded.version, \
        same = excluded.same, at = excluded.at";
    ADD_VERSION = "INSERT INTO exchange_version (kind, id, version, at, author_key_id, patient_key_id, sealed) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EMPTY = "UPDATE exchange_version SET author_key_id = NULL, patient_key_id = NULL, sealed = NULL WHERE kind = $1 AND id = $2 \
        AND version < $3";
    END = "UPDATE exchange_resource SET is_gone = TRUE, version = version + 1, at = $3 WHERE kind = $1 AND id = $2 AND NOT is_gone \
        RETURNING version";
    COUNT_EVENT = "INSERT INTO counter (name, value) VALUES ('exchange', 1) ON CONFLICT (name) DO UPDATE \
        SET value = counter.value + 1 RETURNING value";
    ADD_EVENT = "INSERT INTO exchange_event (n, site_id, author_id, kind, id, version, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EVENTS = concat!("SELECT ", columns!(), ", e.n, r.needs_consent FROM exchange_event e \
        JOIN exchange_resource r ON r.kind = e.kind AND r.id = e.id \
        JOIN exchange_version v ON v.kind = e.kind AND v.id = e.id AND v.version = e.version WHERE e.n > $1 ORDER BY e.n LIMIT $2");
    NEWEST_EVENT = "SELECT COALESCE(MAX(n), 0) FROM exchange_event";
}

many_statements! {
    BY_IDS = "SELECT s.* FROM (", [2], concat!(") AS w JOIN (", newest!(""), ") AS s ON s.kind = w.column1 AND s.id = w.column2");
    OF_PATIENTS = "SELECT s.* FROM (", [3], concat!(") AS w JOIN (", newest!(concat!("WHERE NOT r.is_gone AND ", permitted!())),
        ") AS s ON s.patient_id = w.column1 AND s.site_id = w.column2 AND s.kind = w.column3");
}

/// The newest version of a resource.
///
/// # Errors
/// The engine refuses.
pub async fn head(tx: &mut Tx, kind: ResourceKind, id: &str) -> Result<Option<ResourceRow>, StoreError> {
    tx.row(HEAD, args![kind.as_str(), id]).await?.as_ref().map(read).transpose()
}

/// One version of a resource. `is_gone` and `is_permitted` are those of the resource.
///
/// # Errors
/// The engine refuses.
pub async fn version(
    tx: &mut Tx,
    kind: ResourceKind,
    id: &str,
    version: i64,
) -> Result<Option<ResourceRow>, StoreError> {
    tx.row(VERSION, args![kind.as_str(), id, version]).await?.as_ref().map(read).transpose()
}

/// The versions of a resource, the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn history(tx: &mut Tx, kind: ResourceKind, id: &str, most: u32) -> Result<Vec<ResourceRow>, StoreError> {
    tx.rows(HISTORY, args![kind.as_str(), id, most]).await?.iter().map(read).collect()
}

/// What may be shown now of what is looked for; the last changed first.
///
/// # Errors
/// The engine refuses.
pub async fn search(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Vec<ResourceRow>, StoreError> {
    let (from, until) = wanted.changed;
    let rows = match wanted.patients {
        None => tx.rows(SEARCH, args![wanted.site, wanted.kind.as_str(), from, until, wanted.most]).await?,
        Some(patients) => {
            let values = patients.iter().map(|patient| args![*patient, wanted.site, wanted.kind.as_str()]);
            OF_PATIENTS.rows(tx, values.collect()).await?
        }
    };
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    found.retain(|row| row.at >= from && row.at < until);
    Ok(found)
}

/// Those of these resources that there are, at their newest version.
///
/// # Errors
/// The engine refuses.
pub async fn by_ids(tx: &mut Tx, ids: &[(ResourceKind, String)]) -> Result<Vec<ResourceRow>, StoreError> {
    let rows = BY_IDS.rows(tx, ids.iter().map(|(kind, id)| args![kind.as_str(), id]).collect()).await?;
    rows.iter().map(read).collect()
}

/// Keeps a resource as a new version with its event. `false`: it says nothing new.
///
/// # Errors
/// The engine refuses, or the system gives no randomness.
pub async fn write(
    store: &Store,
    tx: &mut Tx,
    composed: &Composed,
    (author_key, patient_key): (&DataKey, &DataKey),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Composed { kind, id, place, needs_consent, content, telling } = composed;
    let same = store.lookup().hash_bytes(&[b"exchange", kind.as_str().as_bytes(), id.as_bytes(), telling]);
    let known = tx.row(KNOWN, args![kind.as_str(), id]).await?;
    let mut version = 1;
    if let Some(row) = known {
        if !row.flag(2)? && row.bytes(1)? == same && row.flag(3)? == *needs_consent {
            return Ok(false);
        }
        version = row.int(0)? + 1;
    }
    let at = sealed_at(*kind, id, version);
    let sealed = patient_key.seal(&at, &author_key.seal(&at, content)?)?;
    let keep = args![
        kind.as_str(),
        id,
        place.site,
        place.author,
        place.patient,
        place.case,
        place.consent,
        *needs_consent,
        version,
        same,
        now
    ];
    tx.run(PUT, keep).await?;
    tx.run(ADD_VERSION, args![kind.as_str(), id, version, now, author_key.id(), patient_key.id(), sealed]).await?;
    if !needs_consent {
        tx.run(EMPTY, args![kind.as_str(), id, version]).await?;
    }
    let n = tx.row(COUNT_EVENT, args![]).await?.ok_or_else(|| StoreError::missing("counter", "exchange"))?.int(0)?;
    tx.run(ADD_EVENT, args![n, place.site, place.author, kind.as_str(), id, version, now]).await?;
    Ok(true)
}

/// Takes a resource away, and the content of every version of it. `false`: it is gone already.
///
/// # Errors
/// The engine refuses.
pub async fn retire(tx: &mut Tx, kind: ResourceKind, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let Some(row) = tx.row(END, args![kind.as_str(), id, now]).await? else { return Ok(false) };
    let version = row.int(0)?;
    let none: Option<&str> = None;
    tx.run(ADD_VERSION, args![kind.as_str(), id, version, now, none, none, None::<Vec<u8>>]).await?;
    tx.run(EMPTY, args![kind.as_str(), id, version]).await?;
    Ok(true)
}

/// What happened after the event `n`, in order.
///
/// # Errors
/// The engine refuses.
pub async fn events_after(tx: &mut Tx, n: i64, most: u32) -> Result<Vec<Event>, StoreError> {
    tx.rows(EVENTS, args![n, most]).await?.iter().map(|row| read_event(row, 14)).collect()
}

/// The number of the newest event.
///
/// # Errors
/// The engine refuses.
pub(super) async fn newest_event(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.row(NEWEST_EVENT, args![]).await?.map_or(Ok(0), |row| row.int(0))
}

impl Store {
    /// Opens what a resource says; `None`: it was taken away, or a key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_resource(&self, row: &ResourceRow) -> Result<Option<Phi<Vec<u8>>>, StoreError> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        let Some(patient) = self.keys.by_id(sealed.patient_key).await? else { return Ok(None) };
        let Some(author) = self.keys.by_id(sealed.author_key).await? else { return Ok(None) };
        let at = sealed_at(row.kind, &row.id, row.version);
        author.open(&at, &patient.open(&at, &sealed.bytes)?).map(Phi).map(Some)
    }
}

fn sealed_at(kind: ResourceKind, id: &str, version: i64) -> String {
    format!("exchange:{}/{id}/{version}", kind.as_str())
}

pub(super) fn place_of(row: &Row) -> Result<Place, StoreError> {
    Ok(Place {
        site: row.id(2)?,
        author: row.id(3)?,
        patient: row.id(4)?,
        case: row.opt_id(5)?,
        consent: row.opt_id(6)?,
    })
}

fn read(row: &Row) -> Result<ResourceRow, StoreError> {
    let sealed = match (row.opt_id(11)?, row.opt_id(12)?, row.opt_bytes(13)?) {
        (Some(author_key), Some(patient_key), Some(bytes)) => Some(Sealed { author_key, patient_key, bytes }),
        _ => None,
    };
    Ok(ResourceRow {
        kind: row.word(0, ResourceKind::from_word)?,
        id: row.text(1)?,
        place: place_of(row)?,
        version: row.int(7)?,
        at: row.time(8)?,
        is_gone: row.flag(9)?,
        is_permitted: row.flag(10)?,
        sealed,
    })
}

/// An event whose number and whether its resource needs consent stand from `column` on.
pub(super) fn read_event(row: &Row, column: usize) -> Result<Event, StoreError> {
    let mut told = read(row)?;
    // A version whose content was taken away has nothing to tell any more.
    told.is_permitted = told.is_permitted && !told.is_gone && told.sealed.is_some();
    Ok(Event { n: row.int(column)?, row: told, is_revocation: !row.flag(column + 1)? })
}

/// The columns that [`read_event`] reads, with the tables that they come from.
macro_rules! event_columns {
    () => {
        concat!(
            "r.kind, r.id, r.site_id, r.author_id, r.patient_id, r.case_id, r.consent_id, v.version, v.at, r.is_gone, ",
            crate::exchange::resource::permitted!(),
            " AS permitted, v.author_key_id, v.patient_key_id, v.sealed, e.n, r.needs_consent"
        )
    };
}
pub(super) use event_columns;
