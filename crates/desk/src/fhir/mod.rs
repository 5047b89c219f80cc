//! Bedside's own FHIR server under `/fhir` (R4), and what it tells subscribers and webhooks: consented conversations, the
//! work on them, the consents themselves, and who was given what.
//!
//! Who asks is a program with a key of its own (SMART backend services). What it gets is asked of the store anew each time,
//! where the consents are looked at in SQL; nothing here remembers what somebody consented to.

mod answer;
mod around;
mod audit;
mod caller;
mod compose;
mod keep;
mod keys;
mod limit;
mod project;
mod read;
mod resource;
mod search;
mod statement;
mod subscription;
mod tell;
mod token;
mod topic;
mod whose;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use bedside_clinical::fhir::smart::{Jwks, Scopes};
use bedside_core::{exchange::Carry, fetch::FetchKeys, id::SiteId};
use bedside_flow::{Clock, Road};
use bedside_store::Store;
use tokio::sync::Notify;

pub use self::topic::Topic;
use self::{keys::KeyRing, limit::Limits};
use crate::serve::Network;

/// The most bytes a request may send: a Subscription is a hundredth of it.
const BODY_BYTES: usize = 64 * 1024;

/// What is set about the FHIR server.
#[derive(Debug, Clone, Default)]
pub struct FhirSettings {
    /// The address others use, without a path, such as `https://bedside.lindenhof.example`.
    pub public_url: String,
    /// This program's version.
    pub version: String,
    /// The proxies in front of it, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Who may come in.
    pub clients: Vec<Client>,
    /// Who is told without coming in.
    pub hooks: Vec<Hook>,
}

impl FhirSettings {
    /// The sites of which anybody may see or is told anything.
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        let of_clients = self.clients.iter().flat_map(|client| client.sites.iter().copied());
        of_clients.chain(self.hooks.iter().map(|hook| hook.site))
    }
}

/// A webhook: where it goes and its secret are known to who carries it.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Its short name.
    pub slug: String,
    /// Of whose conversations it is told.
    pub site: SiteId,
    /// Of what.
    pub events: Vec<Topic>,
    /// Whether it is told what was said, not only where to read it.
    pub content: bool,
    /// The receiver's host, as the audit trail names it.
    pub host: String,
}

/// A program that may come in.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its short name: letters, digits, `-`, `_`.
    pub slug: String,
    /// What it calls itself when it signs in.
    pub client_id: String,
    /// The name people see.
    pub name: String,
    /// Whose conversations it may see.
    pub sites: Vec<SiteId>,
    /// What it may do.
    pub scopes: Scopes,
    /// Its public keys.
    pub keys: ClientKeys,
}

/// Where a client's public keys are.
#[derive(Debug, Clone)]
pub enum ClientKeys {
    /// Here.
    Set(Jwks),
    /// At an address that the configuration names.
    At(String),
}

/// Everything a request needs. Cheap to clone.
#[derive(Clone)]
pub struct FhirState {
    store: Store,
    road: Arc<Road>,
    clock: Arc<dyn Clock>,
    settings: Arc<FhirSettings>,
    keys: Arc<KeyRing>,
    limits: Arc<Limits>,
    carry: Arc<dyn Carry>,
    work: Arc<Notify>,
    /// The server's address, without a slash at the end.
    base: Arc<str>,
}

impl std::fmt::Debug for FhirState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FhirState").field("base", &self.base).finish_non_exhaustive()
    }
}

impl FhirState {
    /// The state of a FHIR server on this road. `fetch` gets clients' keys; `carry` brings notifications to them.
    #[must_use]
    pub fn new(
        road: Arc<Road>,
        clock: Arc<dyn Clock>,
        settings: FhirSettings,
        fetch: Arc<dyn FetchKeys>,
        carry: Arc<dyn Carry>,
    ) -> Self {
        Self {
            store: road.store().clone(),
            base: format!("{}/fhir", settings.public_url.trim_end_matches('/')).into(),
            settings: Arc::new(settings),
            keys: Arc::new(KeyRing::new(fetch)),
            limits: Arc::default(),
            carry,
            work: Arc::default(),
            clock,
            road,
        }
    }

    fn client(&self, slug: &str) -> Option<&Client> {
        self.settings.clients.iter().find(|client| client.slug == slug)
    }

    fn hook(&self, slug: &str) -> Option<&Hook> {
        self.settings.hooks.iter().find(|hook| hook.slug == slug)
    }

    fn token_endpoint(&self) -> String {
        format!("{}/token", self.base)
    }
}

/// The routes under `/fhir`. Serve them with `into_make_service_with_connect_info::<SocketAddr>()`, so that failed
/// sign-ins can be counted per address.
pub fn router(state: FhirState) -> Router {
    let routes = Router::new()
        .route("/metadata", get(statement::capability))
        .route("/.well-known/smart-configuration", get(statement::smart_configuration))
        .route("/token", post(token::post))
        .route("/{kind}", get(search::get).post(subscription::create))
        .route("/{kind}/_search", post(search::post))
        .route("/{kind}/{id}", get(read::read).put(subscription::replace).delete(subscription::remove))
        .route("/{kind}/{id}/{operation}", get(subscription::operation).post(subscription::operation))
        .route("/{kind}/{id}/_history", get(read::history))
        .route("/{kind}/{id}/_history/{version}", get(read::vread))
        .fallback(answer::nothing_here);
    Router::new()
        .route("/fhir/", any(answer::nothing_here))
        .nest("/fhir", routes)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(state.clone(), around::around))
        .with_state(state)
}
