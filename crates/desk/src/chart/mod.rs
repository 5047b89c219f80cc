//! In the chart: cards for the EMR (CDS Hooks 2.0), and an app that it opens for a patient (SMART App Launch 2.2). Both show
//! what of a patient's conversations their record may show, and nothing from the moment that link or consent ends: each
//! answer asks the store anew. A patient who has not consented, one who never wrote and one whom nobody knows look the same.

mod caller;
mod card;
mod cds;
mod launch;
pub mod page;
mod panel;
mod person;
mod session;
pub mod standing;
mod view;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn,
    routing::{get, post},
};
use bedside_clinical::fhir::smart::Jwks;
use bedside_core::{
    ehr::Ehr,
    fetch::FetchKeys,
    id::SiteId,
    site::Jurisdiction,
    time::{Span, Timestamp},
};

use serde_json::Value;

pub(crate) use self::view::{Framed, trouble_page};
use crate::{serve::DeskState, text::Lang};

/// The most that a call of an EMR may weigh: a Patient with a photograph in it.
const CALL_BYTES: usize = 1 << 20;
/// So long what an EMR said of its sign-in is believed.
const CONFIGURATION_HOLDS: Span = Span::minutes(5);

/// A chart: one EMR, for one site.
#[derive(Clone)]
pub struct Chart {
    /// Its short name.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// The site whose conversations it shows.
    pub site: SiteId,
    /// The language where a browser or a call names none of ours; `None`: the country's.
    pub lang: Option<Lang>,
    /// The app; `None`: it opens none.
    pub app: Option<App>,
    /// The calls for cards; `None`: it makes none.
    pub cds: Option<Cds>,
    /// The origins of the EMR's pages, which may hold the app in a frame.
    pub frames: Vec<String>,
}

/// The app as an EMR knows it.
#[derive(Clone)]
pub struct App {
    /// The address of its FHIR server: the `iss` of a launch.
    pub iss: String,
    /// Who we are there.
    pub client_id: String,
    /// What is asked for beside the launch itself; empty: what the app needs.
    pub scopes: Vec<String>,
    /// The way there.
    pub ehr: Arc<dyn Ehr>,
}

/// Who may call for cards.
#[derive(Clone)]
pub struct Cds {
    /// What the EMR's tokens say they are from.
    pub issuer: String,
    /// Where its keys are (`jku`); no other address is ever asked.
    pub keys: Vec<String>,
    /// The way there.
    pub fetch: Arc<dyn FetchKeys>,
}

/// Every chart that is configured.
#[derive(Default)]
pub struct Charts {
    all: Vec<Chart>,
    kept: Mutex<HashMap<String, (Timestamp, Arc<Jwks>)>>,
    told: Mutex<HashMap<String, (Timestamp, Value)>>,
}

impl Charts {
    /// These charts.
    #[must_use]
    pub fn new(all: Vec<Chart>) -> Self {
        Self { all, kept: Mutex::default(), told: Mutex::default() }
    }

    /// The names of a site's charts that call for cards.
    pub(crate) fn with_cards(&self, site: SiteId) -> Vec<&str> {
        let calling = self.all.iter().filter(|chart| chart.site == site && chart.cds.is_some());
        calling.map(|chart| chart.name.as_str()).collect()
    }

    /// What an EMR said of its sign-in, if that is not long ago: a launch that anybody can begin asks it no more often.
    fn configuration(&self, iss: &str, now: Timestamp) -> Option<Value> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(iss).filter(|(at, _)| now.since(*at) < CONFIGURATION_HOLDS).map(|(_, value)| value.clone())
    }

    fn keep_configuration(&self, iss: &str, value: Value, now: Timestamp) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(iss.to_owned(), (now, value));
    }
}

impl Chart {
    /// The language for somebody whose browser or program accepts these.
    fn lang_for(&self, accept: &str, jurisdiction: Jurisdiction) -> Lang {
        let country = match jurisdiction {
            Jurisdiction::De | Jurisdiction::At => Lang::De,
            Jurisdiction::Us | Jurisdiction::Uk => Lang::En,
        };
        Lang::accepted(accept).or(self.lang).unwrap_or(country)
    }
}

/// The routes of all charts.
pub(crate) fn routes() -> Router<DeskState> {
    let app = Router::new()
        .route("/chart", get(launch::front))
        .route("/chart/launch", get(launch::launch))
        .route("/chart/keys", get(launch::keys))
        .route("/chart/back", get(launch::back))
        .route("/chart/p/{id}", get(panel::list))
        .route("/chart/p/{id}/leave", post(panel::leave))
        .route("/chart/p/{id}/{number}", get(panel::talk))
        .route("/chart/p/{id}/{number}/{act}", get(panel::acted).post(panel::act));
    Router::new()
        .route("/cds-services", get(cds::discovery))
        .route("/cds-services/{id}", post(cds::call))
        .route("/cds-services/{id}/feedback", post(cds::feedback))
        .layer(DefaultBodyLimit::max(CALL_BYTES))
        .layer(from_fn(cds::cross_origin))
        .merge(app)
}
