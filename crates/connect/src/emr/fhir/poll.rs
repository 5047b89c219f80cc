//! Changed patients: asked for again and again, because a Subscription dies quietly. Where there is one, it only makes us ask
//! sooner: what a notification says is never believed, what the server answers is.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bedside_clinical::fhir::{
    Instant, Resource,
    read::{Bundle, plan::Merges},
};
use bedside_core::{
    emr::{PollEmr, PollTurn},
    id::EmrLinkId,
    time::{Span, Timestamp},
};
use futures_util::future::join_all;
use serde_json::Value;
use tokio::sync::{Mutex, Notify, watch};

use super::{Client, Systems, Trouble, event, subscribe::Subscriber};
use crate::{Clock, http::Http};

/// What was asked for before is asked for again over this stretch: a change may become visible after one that is later.
const OVERLAP: Span = Span::minutes(2);
/// Patients on a page.
const PAGE: &str = "100";

/// How a server's changed patients are asked for.
#[derive(Clone)]
pub struct PollConfig {
    /// The link's id in the store.
    pub id: EmrLinkId,
    /// Its short name, for the program's own log.
    pub slug: String,
    /// What FHIR calls the identifiers of the patient index.
    pub systems: Systems,
    /// How often.
    pub every: Duration,
    /// Whether every patient is read at the first time.
    pub all: bool,
    /// Told when the server says that something changed.
    pub wake: Arc<Notify>,
    /// What time it is.
    pub clock: Clock,
}

/// Asks for changed patients.
pub struct Poller {
    config: PollConfig,
    client: Arc<Client>,
    subscriber: Option<Subscriber>,
    /// Versions that were told within the overlap, so that they are not told each time.
    told: Mutex<HashMap<String, String>>,
}

impl std::fmt::Debug for Poller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Poller").field("slug", &self.config.slug).finish_non_exhaustive()
    }
}

impl Poller {
    /// A poller; where it has a subscriber, the server is asked to tell of changes too.
    #[must_use]
    pub fn new(config: PollConfig, client: Arc<Client>, subscriber: Option<Subscriber>) -> Self {
        Self { config, client, subscriber, told: Mutex::default() }
    }

    /// Asks until told to stop.
    pub async fn run(self, take: Arc<dyn PollEmr>, mut stopping: watch::Receiver<bool>) {
        while !*stopping.borrow() {
            match self.poll(&*take).await {
                Ok(0) => {}
                Ok(patients) => tracing::debug!(link = %self.config.slug, patients, "changed patients were read"),
                Err(trouble) => {
                    tracing::warn!(link = %self.config.slug, %trouble, "changed patients can't be read, asking again");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(self.config.every) => {}
                () = self.config.wake.notified() => {}
                changed = stopping.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Asks once, over all pages; gives how many patients were told.
    ///
    /// # Errors
    /// The server does not answer, or what it tells could not be stored; the same is asked for again the next time.
    pub async fn poll(&self, take: &dyn PollEmr) -> Result<usize, Trouble> {
        let id = self.config.id;
        let stored = |error: bedside_core::channel::NotTaken| Trouble::stopped("not_stored", error.0);
        let since = match take.poll_turn(id).await.map_err(stored)? {
            PollTurn::Others => return Ok(0),
            PollTurn::Since(until) => Some(until),
            PollTurn::First if self.config.all => None,
            PollTurn::First => {
                let now = (self.config.clock)();
                take.polled(id, Ok(now)).await.map_err(stored)?;
                Some(now)
            }
        };
        let outcome = self.read(take, since).await;
        if let Err(trouble) = &outcome {
            take.polled(id, Err(code_of(trouble))).await.map_err(stored)?;
        }
        outcome
    }

    async fn read(&self, take: &dyn PollEmr, since: Option<Timestamp>) -> Result<usize, Trouble> {
        self.subscribe().await;
        let from = since.map(|since| since.minus(OVERLAP));
        let after = from.map(|from| format!("ge{}", Instant::from_micros(from.as_micros())));
        let mut query = vec![("_sort", "_lastUpdated"), ("_count", PAGE)];
        query.extend(after.as_deref().map(|after| ("_lastUpdated", after)));
        let mut page = self.client.ask(|http| http.get(&["Patient"]).query(&query)).await?.value.unwrap_or_default();
        let mut until = since.unwrap_or_else(|| Timestamp::from_micros(0));
        let mut told = 0;
        loop {
            let bundle = Bundle::new(&page);
            if bundle.kind() != Some("searchset") {
                return Err(Trouble::unexpected("asking for changed patients", &page));
            }
            let patients: Vec<&Value> =
                bundle.matches().filter(|one| one.get("resourceType").is_some_and(|kind| kind == "Patient")).collect();
            told += self.tell(take, &patients, from).await?;
            let is_sorted = patients.is_sorted_by_key(|one| updated(one));
            let newest = patients.iter().filter_map(|one| updated(one)).max();
            until = until.max(newest.unwrap_or(until));
            let next = bundle.next().map(str::to_owned);
            // In order of change a page is known for good; otherwise only all of them are.
            if is_sorted || next.is_none() {
                let noted = take.polled(self.config.id, Ok(until)).await;
                noted.map_err(|error| Trouble::stopped("not_stored", error.0))?;
            }
            let Some(next) = next else { break };
            let follow = |http: &Http| {
                http.at(reqwest::Method::GET, &next).unwrap_or_else(|| http.get(&["Patient"]).query(&query))
            };
            if self.client.is_elsewhere(&next) {
                return Err(Trouble::not_fhir("its next page lies on another host"));
            }
            page = self.client.ask(follow).await?.value.unwrap_or_default();
        }
        self.forget(until).await;
        Ok(told)
    }

    /// Tells of patients in their order; gives of how many.
    async fn tell(&self, take: &dyn PollEmr, patients: &[&Value], from: Option<Timestamp>) -> Result<usize, Trouble> {
        let mut messages = Vec::new();
        let mut versions = Vec::new();
        for patient in patients {
            // A server that doesn't know the parameter gives everybody each time.
            if from.zip(updated(patient)).is_some_and(|(from, at)| at < from) {
                continue;
            }
            let (id, version) = version(patient);
            if version.as_ref().is_some_and(|version| versions.contains(&(id.clone(), version.clone()))) {
                continue;
            }
            if let (Some(version), Some(told)) = (&version, self.told.lock().await.get(&id))
                && version == told
            {
                continue;
            }
            messages.push(event::received(&self.client, &self.config.systems, patient).await?);
            versions.extend(version.map(|version| (id, version)));
        }
        // Polled in their order, so that they are put in line in their order, and stored in few commits.
        let taken = join_all(messages.into_iter().map(|message| take.take_emr(self.config.id, message))).await;
        let count = taken.len();
        for one in taken {
            one.map_err(|error| Trouble::stopped("not_stored", error.0))?;
        }
        self.told.lock().await.extend(versions);
        Ok(count)
    }

    /// What lies before the overlap is not asked for again.
    async fn forget(&self, until: Timestamp) {
        let before = Instant::from_micros(until.minus(OVERLAP).minus(OVERLAP).as_micros());
        let mut told = self.told.lock().await;
        told.retain(|_, version| {
            version.split_once(' ').and_then(|(at, _)| Instant::parse(at)).is_none_or(|at| at > before)
        });
    }

    /// Has the server tell of changes, where it can. That it can't is no fault: it is asked all the same.
    async fn subscribe(&self) {
        let Some(subscriber) = &self.subscriber else { return };
        let Ok(server) = self.client.server().await else { return };
        let done = match server.plan.merges.way {
            Merges::IsikTopic | Merges::Criteria => subscriber.keep(&self.client, &server, (self.config.clock)()).await,
            Merges::Poll | Merges::OnRead => return,
        };
        if let Err(trouble) = done {
            tracing::info!(link = %self.config.slug, %trouble, "no Subscription came about; patients are asked for");
        }
    }
}

/// When it was last changed.
fn updated(patient: &Value) -> Option<Timestamp> {
    let at = patient.pointer("/meta/lastUpdated").and_then(Value::as_str).and_then(Instant::parse)?;
    Some(Timestamp::from_micros(at.as_micros()))
}

/// Its id, and its version together with when that came to be; `None`: the server says neither.
fn version(patient: &Value) -> (String, Option<String>) {
    let text = |pointer: &str| patient.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let known = !text("/meta/versionId").is_empty() && !text("/meta/lastUpdated").is_empty();
    let version = known.then(|| format!("{} {}", text("/meta/lastUpdated"), text("/meta/versionId")));
    (Resource::new(patient.clone()).ok().and_then(|one| one.id()).map(|id| id.to_string()).unwrap_or_default(), version)
}

/// A word of ours for the link's health.
fn code_of(trouble: &Trouble) -> &'static str {
    trouble.clone().filing_fault().code
}
