//! Accesses: what a client was given of whom, kept for the audit trail that others read, and in the log.

use std::collections::BTreeMap;

use bedside_core::{
    code,
    exchange::AccessAct,
    id::{AccessId, AuthorId, PatientId, SiteId},
    log::{Actor, Code, Kind},
    time::Timestamp,
};
use bedside_store::{
    DataKey, Tx,
    emr::patient,
    exchange::{self, NewAccess, ResourceRow},
};

use crate::{FlowError, Road, audit::Audit, clock::ordered_seed};

/// The most patients that an entry of the log names; all are counted.
const NAMED: usize = 20;

/// What a client was given or sent.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Its slug, or that of the webhook.
    pub client: &'a str,
    /// Its sites.
    pub sites: &'a [SiteId],
    /// What was done.
    pub act: AccessAct,
    /// The type of resource that was asked for.
    pub kind: &'a str,
    /// What was given.
    pub given: &'a [ResourceRow],
    /// From where it was asked, or to where it was sent.
    pub address: &'a str,
    /// Ties it to other records of the same request.
    pub request: &'a str,
    /// The search, as it was asked.
    pub query: Option<&'a str>,
}

impl Road {
    /// Keeps what a client was given: for each patient, and once in the log.
    ///
    /// # Errors
    /// The store refuses: then nothing may be given.
    pub async fn note_access(&self, access: &Access<'_>) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.note_access_in(&mut tx, access, now).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn note_access_in(
        &self,
        tx: &mut Tx,
        access: &Access<'_>,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut whose: BTreeMap<(SiteId, PatientId), (AuthorId, Option<&ResourceRow>)> = BTreeMap::new();
        for row in access.given {
            let found = whose.entry((row.place.site, row.place.patient)).or_insert((row.place.author, Some(row)));
            if found.1.is_some_and(|first| first.id != row.id) {
                found.1 = None;
            }
        }
        let mut keys = BTreeMap::new();
        for (_, record) in whose.keys() {
            keys.insert(*record, self.key_of_record(tx, *record).await?);
        }
        let mut rows = Vec::new();
        for (place, ((site, record), (author, only))) in whose.iter().enumerate() {
            let key = keys.get(record).and_then(Option::as_ref);
            rows.push(NewAccess {
                whose: Some((*author, *record)),
                resource: only.map(|row| row.id.as_str()),
                query: access.query.zip(key),
                ..bare(access, AccessId::new(now, &ordered_seed(now, place)?), *site)
            });
        }
        if let (true, Some(site)) = (rows.is_empty(), access.sites.first()) {
            // Whoever looks for patients that they are shown nothing of is seen too.
            rows.push(bare(access, AccessId::new(now, &ordered_seed(now, 0)?), *site));
        }
        exchange::add_accesses(tx, &rows, now).await?;
        log(tx, access, &whose.keys().copied().collect::<Vec<_>>(), now).await
    }

    async fn key_of_record(&self, tx: &mut Tx, record: PatientId) -> Result<Option<DataKey>, FlowError> {
        let Some(row) = patient::by_id(tx, record).await? else { return Ok(None) };
        Ok(self.store.keys().by_id(row.key()).await?)
    }
}

fn bare<'a>(access: &Access<'a>, id: AccessId, site: SiteId) -> NewAccess<'a> {
    NewAccess {
        id,
        site,
        client: access.client,
        act: access.act,
        kind: access.kind,
        resource: None,
        whose: None,
        address: access.address,
        request: access.request,
        query: None,
    }
}

async fn log(tx: &mut Tx, access: &Access<'_>, whose: &[(SiteId, PatientId)], now: Timestamp) -> Result<(), FlowError> {
    let kind = match access.act {
        AccessAct::Read | AccessAct::Search => Kind::ExchangeRead,
        AccessAct::Disclose | AccessAct::Revoke => Kind::ExchangeSent,
    };
    let site = whose.first().map(|(site, _)| *site).or_else(|| access.sites.first().copied());
    let mut audit = Audit::at(now);
    audit.add(kind, Actor::System, site, None, |entry| {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let mut entry = entry
            .code(code!("act"), Code::new(access.act.as_str()).unwrap_or(code!("other")))
            .number(code!("resources"), count(access.given.len()))
            .number(code!("patients"), count(whose.len()));
        if let Ok(client) = Code::configured(access.client) {
            entry = entry.code(code!("client"), client);
        }
        if let Ok(kind) = Code::configured(&access.kind.to_ascii_lowercase()) {
            entry = entry.code(code!("what"), kind);
        }
        whose.iter().take(NAMED).fold(entry, |entry, (_, record)| entry.about(*record))
    })?;
    audit.write(tx).await
}
