//! Wires the record's systems to the road: links that listen for HL7 v2, links that documents go over, and FHIR servers that
//! are asked for changed patients.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use bedside_connect::{
    Secret,
    emr::{
        fhir::{self, PollConfig, Poller, Subscriber},
        hl7v2,
    },
};
use bedside_core::{filing::File, id::EmrLinkId};
use bedside_flow::Road;
use bedside_store::Engine;
use tokio::{
    net::TcpListener,
    runtime::Builder,
    sync::{Notify, watch},
    task::JoinSet,
};

use crate::{
    clock,
    config::{Config, Fhir, Poll, Problems},
    hooks::Wake,
    settle,
};

/// Links that bring something in, ready to be started: what can't be listened on is said before anything starts.
#[derive(Default)]
pub struct Links {
    hl7: Vec<(hl7v2::Config, TcpListener)>,
    polls: Vec<Poller>,
    wakes: HashMap<String, Wake>,
}

impl Links {
    /// Who may make which link's server be asked sooner.
    pub fn wakes(&self) -> Arc<HashMap<String, Wake>> {
        Arc::new(self.wakes.clone())
    }

    /// Where messages of HL7 v2 are listened for, in the configuration's order.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.hl7.iter().filter_map(|(_, listener)| listener.local_addr().ok()).collect()
    }

    /// Starts them.
    pub fn start(self, tasks: &mut JoinSet<()>, road: &Arc<Road>, stop: &watch::Receiver<bool>) {
        match road.store().engine() {
            Engine::Sqlite => apart(self.hl7, tasks, road, stop),
            // Its connections belong to the threads that opened them, and a server's answer takes longer than theirs.
            Engine::Postgres => {
                for (link, listener) in self.hl7 {
                    tasks.spawn(hl7v2::listen(link, listener, Arc::clone(road) as _, stop.clone()));
                }
            }
        }
        for poller in self.polls {
            tasks.spawn(poller.run(Arc::clone(road) as _, stop.clone()));
        }
    }
}

/// Has the links listen on a thread of their own. A sender waits for each answer, so that every hand-over between threads is time
/// lost: among many threads one that finds work wakes another one to look for more, and that costs as much as the commit.
fn apart(
    links: Vec<(hl7v2::Config, TcpListener)>,
    tasks: &mut JoinSet<()>,
    road: &Arc<Road>,
    stop: &watch::Receiver<bool>,
) {
    if links.is_empty() {
        return;
    }
    let (road, stop) = (Arc::clone(road), stop.clone());
    tasks.spawn_blocking(move || {
        let ended = Builder::new_current_thread().enable_all().build().and_then(|runtime| {
            runtime.block_on(async move {
                let mut lines = JoinSet::new();
                for (link, listener) in links {
                    let listener = TcpListener::from_std(listener.into_std()?)?;
                    lines.spawn(hl7v2::listen(link, listener, Arc::clone(&road) as _, stop.clone()));
                }
                while lines.join_next().await.is_some() {}
                Ok(())
            })
        });
        if let Err(error) = ended {
            tracing::error!(%error, "the record's links can't listen");
        }
    });
}

/// Connects every configured link.
///
/// # Errors
/// An address can't be listened on, or a key, password or certificate can't be read.
pub async fn links(road: &Road, config: &Config) -> Result<Links> {
    let ids = settle::links(road.store(), config, clock::now()).await?;
    let mut links = Links::default();
    connect(road, config, &ids, &mut links)?;
    for link in &config.hl7 {
        let Some(id) = ids.get(&link.slug) else { continue };
        let listener = TcpListener::bind(link.listen).await.with_context(|| {
            format!("link {}: {} can't be listened on; is it taken, or another machine's?", link.slug, link.listen)
        })?;
        tracing::info!(link = %link.slug, address = %listener.local_addr()?, "listening for HL7 messages");
        links.hl7.push((link.listener(*id, clock::system()).map_err(|problem| Problems(vec![problem]))?, listener));
    }
    Ok(links)
}

/// Connects the systems that take documents. An HL7 v2 link that a FHIR link names takes what that one can't.
fn connect(road: &Road, config: &Config, ids: &HashMap<String, EmrLinkId>, links: &mut Links) -> Result<()> {
    let mut detours: HashMap<&str, Arc<dyn File>> = HashMap::new();
    for link in &config.hl7_out {
        let Some(id) = ids.get(&link.slug) else { continue };
        let sender = link.sender(*id, clock::system()).map_err(|problem| Problems(vec![problem]))?;
        let sender: Arc<dyn File> = Arc::new(sender);
        if config.fhir.iter().any(|fhir| fhir.hl7.as_ref() == Some(&link.slug)) {
            detours.insert(&link.slug, sender);
        } else {
            road.connect_record(sender);
        }
    }
    let base = config.server.public_url.clone().unwrap_or_default();
    for link in &config.fhir {
        let Some(id) = ids.get(&link.slug) else { continue };
        let client = Arc::new(link.client(clock::system()).map_err(|problem| Problems(vec![problem]))?);
        if let Poll::Every(every) = link.poll {
            let every = Duration::from_micros(u64::try_from(every.as_micros()).unwrap_or(0));
            links.add_poll(road, config, link, (*id, every), Arc::clone(&client));
        }
        let hl7 = link.hl7.as_deref().and_then(|slug| detours.get(slug)).cloned();
        let settings = link.settings(*id, base.clone(), config, hl7);
        road.connect_record(Arc::new(fhir::Link::new(settings, client)));
    }
    Ok(())
}

impl Links {
    fn add_poll(
        &mut self,
        road: &Road,
        config: &Config,
        link: &Fhir,
        (id, every): (EmrLinkId, Duration),
        client: Arc<fhir::Client>,
    ) {
        let wake = Arc::new(Notify::new());
        let poll = PollConfig {
            id,
            slug: link.slug.clone(),
            systems: link.systems(config),
            every,
            all: link.all_patients,
            wake: Arc::clone(&wake),
            clock: clock::system(),
        };
        let subscriber = config.server.public_url.as_ref().filter(|_| link.subscribes).map(|base| {
            // Derived, so that every process of the installation knows it and none has to keep it.
            let hash = road.store().lookup().hash(&["fhir", "subscription", &link.slug]);
            let secret: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let secret = Secret::new(&secret);
            self.wakes.insert(link.slug.clone(), Wake { secret: secret.clone(), wake });
            Subscriber::new(base, &link.slug, secret)
        });
        self.polls.push(Poller::new(poll, client, subscriber));
    }
}
