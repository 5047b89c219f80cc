//! Who was given or sent what of whom: one row per access and patient, from which AuditEvents are made.

use bedside_core::{
    exchange::AccessAct,
    id::{AccessId, AuthorId, KeyId, PatientId, SiteId},
    time::Timestamp,
};

use crate::{
    DataKey, Phi, Store, StoreError, Tx,
    db::{Row, statements},
    many::many_statements,
    value::args,
};

/// An access to be kept.
#[derive(Debug, Clone)]
pub struct NewAccess<'a> {
    /// Its id.
    pub id: AccessId,
    /// Whose house.
    pub site: SiteId,
    /// The client's id, or the webhook's slug.
    pub client: &'a str,
    /// What was done.
    pub act: AccessAct,
    /// The type of what was given.
    pub kind: &'a str,
    /// Its id, where it was one.
    pub resource: Option<&'a str>,
    /// Whose account and record.
    pub whose: Option<(AuthorId, PatientId)>,
    /// From where it was asked, or to where it was sent: a network address, or the host of a receiver.
    pub address: &'a str,
    /// Ties it to other records of the same request.
    pub request: &'a str,
    /// The search, and what seals it.
    pub query: Option<(&'a str, &'a DataKey)>,
}

/// An access as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Its id.
    pub id: AccessId,
    /// Whose house.
    pub site: SiteId,
    /// The client's id, or the webhook's slug.
    pub client: String,
    /// What was done.
    pub act: AccessAct,
    /// The type of what was given.
    pub kind: String,
    /// Its id, where it was one.
    pub resource: Option<String>,
    /// Whose record; `None`: nobody's, or the consents are not in force any more, so that it is not told.
    pub patient: Option<PatientId>,
    /// From where it was asked, or to where it was sent.
    pub address: String,
    /// Ties it to other records of the same request.
    pub request: String,
    /// When.
    pub at: Timestamp,
    query: Option<(KeyId, Vec<u8>)>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.site_id, a.client, a.act, a.kind, a.resource_id, a.patient_id, a.address, a.request_id, a.at, a.key_id, \
             a.query, EXISTS (SELECT 1 FROM link l \
             JOIN consent k ON k.author_id = l.author_id AND k.purpose = 'link' AND k.revoked_at IS NULL \
             JOIN consent t ON t.author_id = l.author_id AND t.purpose = 'care_team' AND t.revoked_at IS NULL \
             WHERE l.author_id = a.author_id AND l.patient_id = a.patient_id AND l.level = 'confirmed') AS permitted \
             FROM exchange_access a ",
            $rest
        )
    };
}

statements! {
    OF_SITE = select!("WHERE a.site_id = $1 AND a.at >= $2 AND a.at < $3 ORDER BY a.at DESC, a.id DESC LIMIT $4");
    ONE = select!("WHERE a.id = $1");
}

many_statements! {
    ADD = "INSERT INTO exchange_access (id, site_id, client, act, kind, resource_id, author_id, patient_id, address, request_id, \
        key_id, query, at)", [13], "";
}

/// Keeps accesses.
///
/// # Errors
/// The engine refuses, or the system gives no randomness.
pub async fn add_accesses(tx: &mut Tx, accesses: &[NewAccess<'_>], now: Timestamp) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(accesses.len());
    for one in accesses {
        let sealed =
            one.query.map(|(text, key)| Ok::<_, StoreError>((key.id(), key.seal(&place(one.id), text.as_bytes())?)));
        let (key, sealed) = sealed.transpose()?.unzip();
        let (author, patient) = one.whose.unzip();
        rows.push(args![
            one.id,
            one.site,
            one.client,
            one.act.as_str(),
            one.kind,
            one.resource,
            author,
            patient,
            one.address,
            one.request,
            key,
            sealed,
            now
        ]);
    }
    ADD.run(tx, rows).await.map(drop)
}

/// Accesses at a site in a time (from, and before), the newest first.
///
/// # Errors
/// The engine refuses.
pub async fn accesses(
    tx: &mut Tx,
    site: SiteId,
    (from, until): (Timestamp, Timestamp),
    most: u32,
) -> Result<Vec<AccessRow>, StoreError> {
    tx.rows(OF_SITE, args![site, from, until, most]).await?.iter().map(read).collect()
}

/// One access.
///
/// # Errors
/// The engine refuses.
pub async fn access(tx: &mut Tx, id: AccessId) -> Result<Option<AccessRow>, StoreError> {
    tx.row(ONE, args![id]).await?.as_ref().map(read).transpose()
}

impl Store {
    /// Opens the search of an access; `None`: it was none, or the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or what is sealed was changed or moved.
    pub async fn open_query(&self, row: &AccessRow) -> Result<Option<Phi<String>>, StoreError> {
        let Some((key, sealed)) = &row.query else { return Ok(None) };
        self.open_text(*key, &place(row.id), sealed).await
    }
}

fn place(id: AccessId) -> String {
    format!("exchange_access:{id}")
}

fn read(row: &Row) -> Result<AccessRow, StoreError> {
    let is_permitted = row.flag(12)?;
    Ok(AccessRow {
        id: row.id(0)?,
        site: row.id(1)?,
        client: row.text(2)?,
        act: row.word(3, AccessAct::from_word)?,
        kind: row.text(4)?,
        resource: row.opt_text(5)?,
        patient: row.opt_id(6)?.filter(|_| is_permitted),
        address: row.text(7)?,
        request: row.text(8)?,
        at: row.time(9)?,
        query: row.opt_id(10)?.zip(row.opt_bytes(11)?).filter(|_| is_permitted),
    })
}
