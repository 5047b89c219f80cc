//! Apply: brings stored messages into the patient index, in the order they came, by one leased process at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use bedside_core::{
    code,
    emr::{Change, EmrEvent},
    id::{EmrLinkId, EmrMessageId, PatientId, SiteId},
    log::{Actor, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    DataKey, Tx, desk,
    emr::{
        link,
        message::{self, MessageRow, MessageState},
        patient,
    },
};

use super::{ahead::Ahead, index::Failed};
use crate::{FlowError, Road, audit::Audit};

const LEASE: &str = "emr";
/// Messages in one transaction: some milliseconds, because a sender that waits for its acknowledgement waits for it to end.
const MOST: u32 = 64;
/// How long the lease outlives its last use: who dies must not keep the next one from going on.
const LENGTH: Span = Span::seconds(2);

/// A message with what it says.
struct Opened {
    row: MessageRow,
    event: Option<EmrEvent>,
}

/// What one batch needs and what it has touched.
pub(super) struct Batch {
    pub(super) now: Timestamp,
    pub(super) site: SiteId,
    pub(super) message: EmrMessageId,
    pub(super) link: EmrLinkId,
    pub(super) keys: HashMap<String, DataKey>,
    pub(super) ahead: Ahead,
    pub(super) audit: Audit,
    /// Patients whose facts are other than before.
    pub(super) touched: HashSet<PatientId>,
}

impl Road {
    /// Brings the next messages into the patient index. Gives how many; 0 also where another process has the lease.
    ///
    /// # Errors
    /// The store refuses; the messages wait.
    pub async fn apply_emr_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut peek = self.store.begin_read().await?;
        let most = MOST;
        let rows = message::new(&mut peek, most).await?;
        drop(peek);
        if rows.is_empty() {
            return Ok(0);
        }
        let sites = self.link_sites().await?;
        let opened = self.open_messages(rows).await?;
        let keys = self.patient_keys(&opened, &sites, now).await?;

        let mut tx = self.store.begin().await?;
        if !desk::lease(&mut tx, LEASE, &self.node, LENGTH, now).await? {
            return Ok(0);
        }
        // Another process may have applied some of them since they were read.
        let waiting: HashSet<EmrMessageId> = message::new_ids(&mut tx, most).await?.into_iter().collect();
        let Some(first) = opened.first() else { return Ok(0) };
        let (site, message, link) = (site_of(&sites, &first.row)?, first.row.id, first.row.link);
        let ahead = self.read_ahead(&mut tx, &opened, &sites).await?;
        let mut batch = Batch { now, site, message, link, keys, ahead, audit: Audit::at(now), touched: HashSet::new() };
        let mut outcomes = Vec::with_capacity(opened.len());
        for one in opened.iter().filter(|one| waiting.contains(&one.row.id)) {
            batch.site = site_of(&sites, &one.row)?;
            (batch.message, batch.link) = (one.row.id, one.row.link);
            let (state, code, patient) = self.apply_one(&mut tx, &mut batch, one).await?;
            outcomes.push((one.row.id, state, code, patient));
        }
        let done = outcomes.len();
        message::done(&mut tx, &outcomes).await?;
        self.count(&mut tx, &opened, &outcomes, now).await?;
        for link in opened.iter().map(|one| one.row.link).collect::<HashSet<_>>() {
            link::set_ok(&mut tx, link, now).await?;
        }
        note(&mut batch.audit, &sites, &opened, &outcomes)?;
        self.patients_changed(&mut tx, &batch.touched, now).await?;
        batch.audit.write(&mut tx).await?;
        tx.commit().await?;
        if !batch.touched.is_empty() {
            self.facts.notify_one();
        }
        Ok(done)
    }

    async fn open_messages(&self, rows: Vec<MessageRow>) -> Result<Vec<Opened>, FlowError> {
        let mut opened = Vec::with_capacity(rows.len());
        for row in rows {
            // What can't be opened any more must not stop those behind it.
            let event = self.store.open_message(&row).await.ok().flatten().and_then(|text| text.0.event);
            opened.push(Opened { row, event });
        }
        Ok(opened)
    }

    async fn read_ahead(
        &self,
        tx: &mut Tx,
        opened: &[Opened],
        sites: &HashMap<EmrLinkId, SiteId>,
    ) -> Result<Ahead, FlowError> {
        let events = opened.iter().filter_map(|one| Some((*sites.get(&one.row.link)?, one.event.as_ref()?)));
        Ok(Ahead::read(&self.store, tx, events.map(|(site, event)| (site, &event.change))).await?)
    }

    /// The keys that new patients of these messages would get, durable before the transaction begins.
    async fn patient_keys(
        &self,
        opened: &[Opened],
        sites: &HashMap<EmrLinkId, SiteId>,
        now: Timestamp,
    ) -> Result<HashMap<String, DataKey>, FlowError> {
        let mut owners = Vec::new();
        for one in opened {
            let Some(event) = &one.event else { continue };
            let site = site_of(sites, &one.row)?;
            let people = event.change.people().into_iter();
            owners.extend(people.filter_map(|id| id.first()).map(|id| patient::key_owner(&self.store, site, id)));
        }
        Ok(self.store.keys().ensure(&owners, now).await?)
    }

    async fn apply_one(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        one: &Opened,
    ) -> Result<(MessageState, &'static str, Option<PatientId>), FlowError> {
        let Some(event) = &one.event else { return Ok((MessageState::Failed, "unreadable", None)) };
        if event.change == Change::Nothing {
            return Ok((MessageState::Nothing, "", None));
        }
        let recorded = event.recorded_at.unwrap_or(one.row.received_at);
        match self.apply_change(tx, batch, &event.change, recorded).await {
            Ok(patient) => Ok((MessageState::Applied, "", patient)),
            Err(Failed::Because(code)) => Ok((MessageState::Failed, code, None)),
            Err(Failed::Flow(error)) => Err(error),
        }
    }

    /// Which site each link belongs to.
    pub(crate) async fn link_sites(&self) -> Result<HashMap<EmrLinkId, SiteId>, FlowError> {
        let links = link::all(&mut self.store.begin_read().await?).await?;
        Ok(links.into_iter().map(|link| (link.id, link.site)).collect())
    }

    async fn count(
        &self,
        tx: &mut Tx,
        opened: &[Opened],
        outcomes: &[(EmrMessageId, MessageState, &'static str, Option<PatientId>)],
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let mut counts: BTreeMap<(EmrLinkId, &str), i64> = BTreeMap::new();
        for one in opened {
            let Some((_, state, ..)) = outcomes.iter().find(|(id, ..)| *id == one.row.id) else { continue };
            *counts.entry((one.row.link, state.as_str())).or_default() += 1;
            *counts.entry((one.row.link, one.row.trigger.as_str())).or_default() += 1;
            for flaw in &one.row.flaws {
                *counts.entry((one.row.link, flaw.as_str())).or_default() += 1;
            }
        }
        Ok(link::count(tx, counts.into_iter().map(|((link, name), n)| (link, name, n)), now).await?)
    }
}

fn site_of(sites: &HashMap<EmrLinkId, SiteId>, row: &MessageRow) -> Result<SiteId, FlowError> {
    sites.get(&row.link).copied().ok_or_else(|| FlowError::NoSite(format!("link {}", row.link)))
}

/// One entry per link and batch: how many messages, and what became of them.
fn note(
    audit: &mut Audit,
    sites: &HashMap<EmrLinkId, SiteId>,
    opened: &[Opened],
    outcomes: &[(EmrMessageId, MessageState, &'static str, Option<PatientId>)],
) -> Result<(), FlowError> {
    let mut links: BTreeMap<EmrLinkId, [i64; 3]> = BTreeMap::new();
    for one in opened {
        let Some((_, state, ..)) = outcomes.iter().find(|(id, ..)| *id == one.row.id) else { continue };
        let [applied, nothing, failed] = links.entry(one.row.link).or_default();
        match state {
            MessageState::Applied => *applied += 1,
            MessageState::Failed => *failed += 1,
            MessageState::Nothing | MessageState::New | MessageState::Refused => *nothing += 1,
        }
    }
    for (link, [applied, nothing, failed]) in links {
        audit.add(Kind::EmrTaken, Actor::System, sites.get(&link).copied(), None, |entry| {
            let entry = entry.about(link).number(code!("applied"), applied);
            entry.number(code!("nothing"), nothing).number(code!("failed"), failed)
        })?;
    }
    Ok(())
}
