//! In the chart: cards for the EMR (CDS Hooks 2.0), and an app that it opens for a patient (SMART App Launch 2.2). Both show
//! what of a patient's conversations their record may show, and nothing from the moment that link or consent ends: each
//! answer asks the store anew. A patient who has not consented, one who never wrote and one whom nobody knows look the same.

mod caller;
mod card;
mod cds;
mod person;
mod standing;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn,
    routing::{get, post},
};
use bedside_clinical::fhir::smart::Jwks;
use bedside_core::{ehr::Ehr, fetch::FetchKeys, id::SiteId, site::Jurisdiction, time::Timestamp};

use crate::{serve::DeskState, text::Lang};

/// The most that a call of an EMR may weigh: a Patient with a photograph in it.
const CALL_BYTES: usize = 1 << 20;

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
}

impl Charts {
    /// These charts.
    #[must_use]
    pub fn new(all: Vec<Chart>) -> Self {
        Self { all, kept: Mutex::default() }
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
    Router::new()
        .route("/cds-services", get(cds::discovery))
        .route("/cds-services/{id}", post(cds::call))
        .route("/cds-services/{id}/feedback", post(cds::feedback))
        .layer(DefaultBodyLimit::max(CALL_BYTES))
        .layer(from_fn(cds::cross_origin))
}
