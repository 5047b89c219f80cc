//! `bedside serve`: the desk, the channels and the road between them in one process, until it is told to stop.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    serve::{Listener as _, ListenerExt as _},
};
use bedside_connect::{
    Secret,
    channel::{Inward, bluesky::Bluesky, mastodon::Mastodon},
};
use bedside_core::{
    channel::{Channel, ChannelKind},
    id::ChannelId,
    log::unverified_text,
    time::Timestamp,
};
use bedside_desk::{
    DeskSettings, DeskState,
    chart::Charts,
    fhir::{FhirSettings, FhirState},
    serve::first_admin_link,
};
use bedside_flow::{Road, Settings, SystemClock};
use bedside_store::{Store, channels, log};
use jiff::tz::TimeZone;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::{
    alarm, audit,
    cli::Common,
    clock,
    config::{Account, Channel as Configured, Config, Exchange, Mail, Problems, Server},
    hooks::{self, Hooks},
    keys::{KeyFrom, Surroundings},
    metrics, own_people,
    place::Place,
    record,
    say::{self, Tongue},
    settle, signals,
    tls::Door,
};

/// How long pages that are being served may take once everything stops. Streams of live events never end by themselves.
const LAST_PAGES: Duration = Duration::from_secs(2);
/// How long the steps in hand may take: longer than any request to a platform.
const LAST_STEPS: Duration = Duration::from_secs(25);
/// The log's name where no host name is configured (RFC 2606: no such host exists).
const NO_HOST: &str = "bedside.invalid";

/// Serves until a signal says stop.
///
/// # Errors
/// The configuration, the data or the address can't be used.
pub async fn serve(common: &Common, around: &Surroundings, tongue: Tongue) -> Result<()> {
    let config = Config::load(common.config.as_deref())?;
    let clock = clock::system();
    let accounts = config.accounts(&clock)?;
    let (hooks_of_alarms, heart) = alarm::ways(&config)?;
    let overlays = settle::overlays(&config)?;
    let place = Place::of(&config, common)?;
    let entry = Entry::open(&config.server).await?;
    let metrics = metrics::listen(config.server.metrics_listen).await?;
    let opened = place.clone().open(&config, around, clock::now()).await?;
    tell_of_key(&opened.key, tongue);
    let people = own_people::kept(&config, around, &place, &opened.key)?;
    let store = opened.store;
    let houses = settle::houses(&store, &config, &overlays, settle::Import::New, tongue, clock::now()).await?;
    let ids = settle::accounts(&store, &config, clock::now()).await?;
    config.known_teams(houses.iter())?;
    audit::rules_loaded(&store, &houses, clock::now()).await?;
    let address = address(&config.server, &entry)?;
    let smtp = config.mail.as_ref().map(Mail::smtp).transpose().map_err(|problem| Problems(vec![problem]))?;
    let settings = Settings {
        undo: config.undo_window,
        checks_per_hour: config.checks_per_hour.unwrap_or(Settings::default().checks_per_hour),
        log_origin: log_origin(&store, &config).await?,
        retention: config.retention.clone(),
        door_base: config.mail.as_ref().and_then(|mail| mail.door_url.clone()).unwrap_or_else(|| address.clone()),
        ..Settings::default()
    };
    let road = Arc::new(Road::new(store.clone(), Arc::new(SystemClock), houses, settings)?);
    road.keep_people(people);
    if let Some(smtp) = smtp {
        road.connect_post(Arc::new(smtp));
    }
    alarm::connect(&road, &config, &address, hooks_of_alarms);
    if let Some(heart) = heart {
        road.set_heartbeat(heart);
    }
    connect_models(&road, &config)?;
    let mut hook_accounts = HashMap::new();
    for (channel, account) in accounts {
        let Some(id) = ids.get(&channel.slug) else { continue };
        if let Some(secret) = connect(&road, *id, account)? {
            hook_accounts.insert(channel.slug.clone(), hook(channel, *id, secret));
        }
    }
    connect_imports(&road).await?;
    let links = record::links(&road, &config).await?;
    road.open_doors().await?;
    let hooks = Hooks { take: Arc::clone(&road) as _, clock, accounts: Arc::new(hook_accounts), wakes: links.wakes() };
    let desk = DeskState::new(Arc::clone(&road), Arc::new(SystemClock), desk_settings(&config.server, &address)?);
    let desk = desk.with_charts(charts(&road, &config)?);
    let fhir = fhir(&road, &config, &address)?;
    let routes = bedside_desk::router(desk).merge(hooks::router(hooks)).merge(bedside_desk::fhir::router(fhir.clone()));
    greet(&store, &config, &address, tongue).await?;
    if let Some(metrics) = metrics {
        let routes = metrics::router(Arc::clone(&road));
        // Ends with the process: whoever asks for figures while it stops learns that from the silence.
        tokio::spawn(async move { axum::serve(metrics, routes).await });
    }
    run(road, links, Some(fhir), routes, entry).await;
    store.close().await;
    Ok(())
}

/// The operator's own models, where there are any.
fn connect_models(road: &Road, config: &Config) -> Result<()> {
    if let Some(at) = &config.second_opinion {
        road.connect_second_opinion(at.open().map_err(|problem| Problems(vec![problem]))?);
    }
    if let Some(at) = &config.suggest {
        road.connect_suggest(Arc::new(at.open(&clock::system()).map_err(|problem| Problems(vec![problem]))?));
    }
    Ok(())
}

/// The FHIR server with its clients and webhooks.
fn fhir(road: &Arc<Road>, config: &Config, address: &str) -> Result<FhirState> {
    let sites = road.houses().into_iter().map(|house| (house.site.slug.clone(), house.site.id)).collect();
    let Exchange { clients, hooks, fetch, carrier } = config.exchange(&sites, &clock::system())?;
    let settings = FhirSettings {
        public_url: address.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        clients,
        hooks,
    };
    Ok(FhirState::new(Arc::clone(road), Arc::new(SystemClock), settings, Arc::new(fetch), Arc::new(carrier)))
}

/// The charts that show conversations, each with the way to its EMR.
///
/// # Errors
/// A chart's site is not there, or one of its secrets can't be read.
pub fn charts(road: &Road, config: &Config) -> Result<Charts> {
    let mut charts = Vec::new();
    for chart in &config.charts {
        let site = road.houses().into_iter().find(|house| house.site.slug == chart.site).map(|house| house.site.id);
        let site = site.with_context(|| format!("chart {}: no site {}", chart.slug, chart.site))?;
        charts.push(chart.open(site, &clock::system()).map_err(|problem| Problems(vec![problem]))?);
    }
    Ok(Charts::new(charts))
}

/// Binds the desk's address.
///
/// # Errors
/// It is taken, or not this machine's.
async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} can't be listened on; is Bedside running already? [server] listen in bedside.toml names another"
        )
    })
}

/// Where the desk is entered.
pub enum Entry {
    /// Plain HTTP: from this machine, or behind a proxy.
    Plain(TcpListener),
    /// Under a certificate of the house's own.
    Tls(Door),
}

impl Entry {
    /// Binds the desk's address.
    ///
    /// # Errors
    /// It is taken or not this machine's, or the certificate can't be used.
    pub async fn open(server: &Server) -> Result<Self> {
        let listener = listen(server.listen).await?;
        let Some(files) = &server.tls else { return Ok(Self::Plain(listener)) };
        Ok(Self::Tls(Door::open(listener, files.clone())?))
    }

    fn address(&self) -> Result<String> {
        match self {
            Self::Plain(listener) => Ok(format!("http://{}", listener.local_addr()?)),
            Self::Tls(door) => Ok(format!("https://{}", door.local_addr()?)),
        }
    }

    /// Serves until everything stops.
    fn serve(self, routes: Router, mut stopping: watch::Receiver<bool>) -> JoinHandle<std::io::Result<()>> {
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        let stop = async move { wait(&mut stopping).await };
        match self {
            Self::Plain(listener) => {
                tokio::spawn(axum::serve(listener, service).with_graceful_shutdown(stop).into_future())
            }
            // Tapped for nothing but that axum tells the address of what is tapped.
            Self::Tls(door) => {
                tokio::spawn(axum::serve(door.tap_io(|_| ()), service).with_graceful_shutdown(stop).into_future())
            }
        }
    }
}

/// Runs road and desk until a signal says stop, then ends in order: no new requests, the steps in hand, the pages in hand.
pub async fn run(road: Arc<Road>, links: record::Links, fhir: Option<FhirState>, routes: Router, entry: Entry) {
    let stop = signals::stop();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Bedside is running");
    rebuild_lost_index(road.store().clone());
    let mut tasks = JoinSet::new();
    let pages = entry.serve(routes, stop.clone());
    let mut taking = JoinSet::new();
    links.start(&mut taking, &road, &stop);
    if let Some(fhir) = fhir {
        taking.spawn(fhir.run(stop.clone()));
    }
    tasks.spawn(road.run(stop.clone()));
    wait(&mut stop.clone()).await;
    tracing::info!("stopping: the steps in hand are finished");
    // What a sender was promised is stored before the road ends.
    while taking.join_next().await.is_some() {}
    if timeout(LAST_STEPS, tasks.join_next()).await.is_err() {
        tracing::warn!("a step did not end in time; it is taken up again at the next start");
    }
    let abort = pages.abort_handle();
    if timeout(LAST_PAGES, pages).await.is_err() {
        abort.abort();
    }
}

async fn wait(stopping: &mut watch::Receiver<bool>) {
    // Nobody left to say stop: then nobody will.
    let _said = stopping.wait_for(|stop| *stop).await;
}

/// A search index that is new beside old posts was lost, or is left out of the backup that was restored.
fn rebuild_lost_index(store: Store) {
    if !store.search().is_new() {
        return;
    }
    tokio::spawn(async move {
        match store.rebuild_search().await {
            Ok(0) => {}
            Ok(posts) => tracing::info!(posts, "the search index was missing and is built anew"),
            Err(error) => tracing::error!(%error, "the search index can't be built anew"),
        }
    });
}

/// Connects an account; a webhook's secret is given back, for its route.
fn connect(road: &Road, id: ChannelId, account: Account) -> Result<Option<Secret>> {
    let (channel, secret): (Arc<dyn Channel>, _) = match account {
        Account::Bluesky(config) => (Arc::new(Bluesky::new(id, &config, clock::system())?), None),
        Account::Mastodon(config) => (Arc::new(Mastodon::new(id, &config, clock::system())?), None),
        Account::Webhook(secret) => (Arc::new(Inward::new(id, ChannelKind::Webhook)), Some(secret)),
    };
    road.connect(channel);
    Ok(secret)
}

/// Accounts that imports have made: nothing is read there, and a reply is refused instead of waiting for ever.
async fn connect_imports(road: &Road) -> Result<()> {
    let mut tx = road.store().begin_read().await?;
    for row in channels::all(&mut tx).await? {
        if row.kind == ChannelKind::Import {
            road.connect(Arc::new(Inward::new(row.id, row.kind)));
        }
    }
    Ok(())
}

fn hook(channel: &Configured, id: ChannelId, secret: Secret) -> hooks::Account {
    hooks::Account { id, site: channel.site.clone(), secret }
}

/// A log keeps the name it was first signed under: another one would be another log.
///
/// # Errors
/// The store can't be read.
pub async fn log_origin(store: &Store, config: &Config) -> Result<String> {
    let newest = log::newest_checkpoint(&mut store.begin_read().await?).await?;
    let signed = newest.and_then(|(_, note, _)| Some(unverified_text(&note).ok()?.lines().next()?.to_owned()));
    let host =
        config.server.public_url.as_deref().and_then(|url| url.split_once("://")).map_or(NO_HOST, |(_, host)| host);
    Ok(signed.unwrap_or_else(|| format!("{host}/log")))
}

/// Where people reach the desk.
///
/// # Errors
/// The system doesn't tell where it listens.
pub fn address(server: &Server, entry: &Entry) -> Result<String> {
    match &server.public_url {
        Some(url) => Ok(url.clone()),
        None => entry.address(),
    }
}

/// What the desk is told.
///
/// # Errors
/// A trusted proxy is no address; the configuration was checked, so that is a fault of ours.
pub fn desk_settings(server: &Server, address: &str) -> Result<DeskSettings> {
    Ok(DeskSettings {
        public_url: address.to_owned(),
        secure_cookies: address.starts_with("https://"),
        trusted_proxies: server.trusted_proxies.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        zone: TimeZone::system(),
    })
}

/// Says where a key lies that was made just now, and what it is worth.
pub fn tell_of_key(key: &KeyFrom, tongue: Tongue) {
    let KeyFrom::Made(file) = key else { return };
    say::note(&match tongue {
        Tongue::De => format!(
            "Erster Start: Der Hauptschlüssel wurde angelegt und liegt in {}.\nSichern Sie ihn getrennt von den Daten: Ohne \
             ihn kann niemand je wieder einen Text lesen.",
            file.display()
        ),
        Tongue::En => format!(
            "First start: the master key was made and lies in {}.\nBack it up apart from the data: without it nobody can ever \
             read a text again.",
            file.display()
        ),
    });
}

/// Says where the desk is, and how the first person comes in.
async fn greet(store: &Store, config: &Config, address: &str, tongue: Tongue) -> Result<()> {
    let first = first_admin_link(store, clock::now()).await?;
    say::result(&match tongue {
        Tongue::De => format!("Bedside läuft: {address}"),
        Tongue::En => format!("Bedside is running: {address}"),
    });
    if let Some(path) = first {
        say::result(&match tongue {
            Tongue::De => format!("Erste Anmeldung (gilt einmal, 72 Stunden lang): {address}{path}"),
            Tongue::En => format!("First sign-in (works once, for 72 hours): {address}{path}"),
        });
    }
    if config.channels.is_empty() {
        say::note(tongue.pick(
            "Noch ist kein Kanal eingerichtet: bedside.example.toml zeigt, wie; `bedside demo` zeigt Bedside bei der Arbeit.",
            "No channel is set up yet: bedside.example.toml shows how; `bedside demo` shows Bedside at work.",
        ));
    }
    Ok(())
}

/// A road for commands that work without a desk.
///
/// # Errors
/// The rules or the desk's permissions can't be read.
pub async fn quiet_road(store: &Store, config: &Config, tongue: Tongue, now: Timestamp) -> Result<Road> {
    let overlays = settle::overlays(config)?;
    let houses = settle::houses(store, config, &overlays, settle::Import::Nothing, tongue, now).await?;
    let settings = Settings {
        undo: config.undo_window,
        log_origin: log_origin(store, config).await?,
        retention: config.retention.clone(),
        ..Settings::default()
    };
    Ok(Road::new(store.clone(), Arc::new(SystemClock), houses, settings)?)
}
