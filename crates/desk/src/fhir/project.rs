//! Keeps what others may read up to date: after each change that the road tells of, and once in a while all of it. What is
//! kept here permits nothing; it is only what there would be to show.

use std::collections::{BTreeSet, HashMap, HashSet};

use bedside_clinical::fhir::data::Reference;
use bedside_core::{
    exchange::ResourceKind,
    id::{AuthorId, CaseId, ChannelId, PatientId, SiteId},
};
use bedside_flow::{
    FlowError, House, Tick,
    chart::{Conversation, Whose},
};
use bedside_store::{
    Tx, channels, door,
    exchange::{self, Composed, Held, Linked},
};

use super::{FhirState, compose::Composer, whose};

/// The most of a site that is looked at in one go.
const MOST: u32 = 50_000;

/// What is to be looked at anew.
#[derive(Debug, Default)]
pub(super) struct Pending {
    sites: BTreeSet<SiteId>,
    cases: BTreeSet<(SiteId, CaseId)>,
}

impl Pending {
    pub(super) fn all(state: &FhirState) -> Self {
        Self { sites: state.settings.sites().collect(), cases: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, tick: Tick, state: &FhirState) {
        use bedside_flow::Change;
        if !state.settings.sites().any(|site| site == tick.site) {
            return;
        }
        match (tick.change, tick.case) {
            (Change::Consent, _) => drop(self.sites.insert(tick.site)),
            (Change::Opened | Change::Changed | Change::Alarm | Change::Outbox, Some(case)) => {
                self.cases.insert((tick.site, case));
            }
            // Without a case nothing of a conversation changed.
            _ => {}
        }
    }
}

/// What was found in one look.
struct Look {
    composed: Vec<Composed>,
    /// The conversations that were looked at: what else is kept of them is over.
    cases: HashSet<CaseId>,
    held: Vec<Held>,
}

/// Brings what is pending up to date.
pub(super) async fn bring_up(state: &FhirState, pending: &mut Pending) -> Result<(), FlowError> {
    while let Some(site) = pending.sites.pop_first() {
        if let Err(error) = site_anew(state, site).await {
            pending.sites.insert(site);
            return Err(error);
        }
        pending.cases.retain(|(of, _)| *of != site);
    }
    while let Some((site, case)) = pending.cases.pop_first() {
        if let Err(error) = case_anew(state, site, case).await {
            pending.cases.insert((site, case));
            return Err(error);
        }
    }
    Ok(())
}

async fn site_anew(state: &FhirState, site: SiteId) -> Result<(), FlowError> {
    let Some(house) = state.road.house(site) else { return Ok(()) };
    // First what must be heard within a second.
    end_consents(state, house).await?;
    let mut tx = state.store.begin_read().await?;
    let conversations = state.road.conversations(&mut tx, Whose::Site(site)).await?;
    let linked = exchange::linked_of_site(&mut tx, site, MOST).await?;
    let held = exchange::held_of_site(&mut tx, site, MOST).await?;
    let look = look(state, &mut tx, house, &conversations, &linked, held).await?;
    drop(tx);
    settle(state, look).await
}

async fn case_anew(state: &FhirState, site: SiteId, case: CaseId) -> Result<(), FlowError> {
    let Some(house) = state.road.house(site) else { return Ok(()) };
    let mut tx = state.store.begin_read().await?;
    let own = state.road.conversations(&mut tx, Whose::Case(case)).await?;
    let Some(seat) = own.first().map(|one| one.seat) else {
        let held = exchange::held_of_case(&mut tx, case).await?;
        drop(tx);
        let look = Look { composed: Vec::new(), cases: HashSet::from([case]), held };
        return settle(state, look).await;
    };
    // With a link, all conversations of the account come to be shown at once.
    let mut conversations = state.road.conversations(&mut tx, Whose::Patient(site, seat.patient)).await?;
    conversations.retain(|one| one.seat.author == seat.author);
    let linked = exchange::linked_of_author(&mut tx, seat.author).await?;
    let held = exchange::held_of_authors(&mut tx, &[seat.author]).await?;
    let look = look(state, &mut tx, house, &conversations, &linked, held).await?;
    drop(tx);
    settle(state, look).await
}

async fn look(
    state: &FhirState,
    tx: &mut Tx,
    house: &House,
    conversations: &[Conversation],
    linked: &[Linked],
    held: Vec<Held>,
) -> Result<Look, FlowError> {
    let composer = Composer::new(house, &state.settings.public_url, state.clock.now());
    let names: HashMap<ChannelId, String> =
        channels::all(tx).await?.into_iter().map(|channel| (channel.id, channel.name)).collect();
    let mut patients: HashMap<PatientId, Option<Reference>> = HashMap::new();
    let mut composed = Vec::new();
    for one in conversations {
        let Some(patient) = known(state, tx, house, &mut patients, one.patient).await? else { continue };
        let said = state.road.said(tx, &one.case).await?;
        let channel = names.get(&one.case.channel).map_or("", String::as_str);
        composed.extend(composer.conversation(one, &said, channel, &patient));
    }
    for one in linked {
        let Some(patient) = known(state, tx, house, &mut patients, one.patient).await? else { continue };
        for row in door::consents_open(tx, one.author).await? {
            composed.push(composer.consent(one, &row, &patient));
        }
    }
    Ok(Look { composed, cases: conversations.iter().map(|one| one.case.id).collect(), held })
}

async fn known(
    state: &FhirState,
    tx: &mut Tx,
    house: &House,
    patients: &mut HashMap<PatientId, Option<Reference>>,
    record: PatientId,
) -> Result<Option<Reference>, FlowError> {
    if let Some(known) = patients.get(&record) {
        return Ok(known.clone());
    }
    let found = whose::reference(state, tx, house, record).await?;
    Ok(patients.entry(record).or_insert(found).clone())
}

/// Keeps what says something new, and takes away what is over.
async fn settle(state: &FhirState, look: Look) -> Result<(), FlowError> {
    let Look { composed, cases, held } = look;
    let still: HashSet<(ResourceKind, &str)> = composed.iter().map(|one| (one.kind, one.id.as_str())).collect();
    let is_over = |one: &Held| {
        // That a consent ended stays told.
        one.needs_consent
            && !still.contains(&(one.kind, one.id.as_str()))
            && (!one.is_permitted || one.place.case.is_none_or(|case| cases.contains(&case)))
    };
    let over: Vec<Held> = held.into_iter().filter(|one| is_over(one)).collect();
    let written = state.road.write_exchange(&composed).await?;
    let retired = state.road.retire_exchange(&over).await?;
    if written + retired > 0 {
        tracing::debug!(written, retired, "what others may read was brought up to date");
    }
    Ok(())
}

/// Consents that are kept as active and are over become inactive, which is told.
async fn end_consents(state: &FhirState, house: &House) -> Result<(), FlowError> {
    let mut tx = state.store.begin_read().await?;
    let ended = exchange::ended_consents(&mut tx, house.site.id, MOST).await?;
    let composer = Composer::new(house, &state.settings.public_url, state.clock.now());
    let mut rows: HashMap<AuthorId, Vec<door::ConsentRow>> = HashMap::new();
    let mut composed = Vec::new();
    for one in &ended {
        let Some(consent) = one.place.consent else { continue };
        if !exchange::is_over(&mut tx, consent).await? {
            // It stands, and is merely not shown: another that is needed is missing.
            continue;
        }
        let author = one.place.author;
        if let std::collections::hash_map::Entry::Vacant(vacant) = rows.entry(author) {
            vacant.insert(door::consents(&mut tx, author).await?);
        }
        let row = rows.get(&author).and_then(|all| all.iter().find(|row| row.id == consent));
        let Some(patient) = whose::reference(state, &mut tx, house, one.place.patient).await? else { continue };
        let Some(row) = row else { continue };
        let at = row.revoked_at.unwrap_or_else(|| state.clock.now());
        composed.push(composer.ended(row, one.place, at, &patient));
    }
    drop(tx);
    state.road.write_exchange(&composed).await?;
    Ok(())
}
