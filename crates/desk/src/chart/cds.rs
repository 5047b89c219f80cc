//! CDS Hooks 2.0: what is offered, the cards of a chart that is opened, and what became of them.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    cds::{Card, Fault, Feedback, FeedbackOutcome, Request as Call, Service, answer, discovery as services},
    read::Patient,
};
use bedside_core::{
    id::{CardId, CaseId, PatientId},
    time::Timestamp,
};
use bedside_flow::{FlowError, chart::Whose};
use bedside_store::{channels, chart::FeedbackRow};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::{
    Chart,
    caller::{Denied, caller},
    card::{self, REASON_CODES},
    person,
};
use crate::{serve::DeskState, text::Reader};

/// The one service, and what the EMR sends along.
const ID: &str = "patient-view";
const PATIENT: &str = "patient";
/// So long "no cards" takes at least: longer than looking for somebody, far below the half second that EMRs wait.
const NOTHING_AFTER: Duration = Duration::from_millis(40);

/// Why a call is not answered.
enum Stopped {
    Denied(Denied),
    Fault(Fault),
    NotFound,
    OtherPatient,
    Broken(String),
}

impl From<Denied> for Stopped {
    fn from(why: Denied) -> Self {
        Self::Denied(why)
    }
}
impl From<Fault> for Stopped {
    fn from(why: Fault) -> Self {
        Self::Fault(why)
    }
}
impl From<FlowError> for Stopped {
    fn from(why: FlowError) -> Self {
        Self::Broken(why.to_string())
    }
}
impl From<bedside_store::StoreError> for Stopped {
    fn from(why: bedside_store::StoreError) -> Self {
        Self::Broken(why.to_string())
    }
}

type Answer = Result<Response, Response>;

/// The services there are: none, where no EMR is set up to call them.
pub(super) async fn discovery(State(state): State<DeskState>) -> Response {
    let any = state.charts.all.iter().any(|chart| chart.cds.is_some());
    let all: Vec<Service> = any.then(service).into_iter().collect();
    reply(StatusCode::OK, &services(&all))
}

fn service() -> Service {
    Service {
        id: ID.to_owned(),
        hook: "patient-view",
        title: "Social media contacts / Kontakte in sozialen Medien".to_owned(),
        description: "Tells that a patient who consents wrote to the hospital on social media or at its private door, and \
            where that stands. Without consent: no card."
            .to_owned(),
        prefetch: vec![(PATIENT.to_owned(), "Patient/{{context.patientId}}".to_owned())],
        usage_requirements: Some(
            "The issuer of the EMR's tokens and the address of its keys (jku) are configured; the Patient holds an identifier \
             whose system is configured for the site."
                .to_owned(),
        ),
    }
}

/// The cards of a chart that is opened.
pub(super) async fn call(
    State(state): State<DeskState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let begun = Instant::now();
    let cards = cards(&state, &id, &headers, &body).await.map_err(stopped)?;
    if cards.is_empty() {
        // Nobody known is found sooner than somebody who has not consented: neither is answered before this.
        sleep_until(begun + NOTHING_AFTER).await;
    }
    Ok(reply(StatusCode::OK, &answer(&cards)))
}

async fn cards(state: &DeskState, id: &str, headers: &HeaderMap, body: &[u8]) -> Result<Vec<Card>, Stopped> {
    if id != ID {
        return Err(Stopped::NotFound);
    }
    let charts = caller(state, headers, &[address(state, "")]).await?;
    let call = Call::read(body, &service())?;
    let patient = patient(&charts, &call).await?;
    if !call.is_about(&patient) {
        return Err(Stopped::OtherPatient);
    }
    let mut cards = Vec::new();
    for chart in charts {
        cards.extend(cards_of(state, chart, headers, &patient).await?);
    }
    Ok(cards)
}

/// The Patient that came along, or that the EMR lends a token for: at its configured server, never at another.
async fn patient(charts: &[&Chart], call: &Call) -> Result<Value, Fault> {
    if let Ok(found) = call.prefetched(PATIENT) {
        return Ok(found.clone());
    }
    let lent = call.authorization.as_ref().zip(call.fhir_server.as_deref()).ok_or(Fault::Prefetch)?;
    let apps = charts.iter().filter_map(|chart| chart.app.as_ref());
    let app = apps.into_iter().find(|app| same_server(&app.iss, lent.1)).ok_or(Fault::Prefetch)?;
    app.ehr.read(&lent.0.access_token, "Patient", call.patient.as_str()).await.map_err(|_| Fault::Prefetch)
}

/// Whether two addresses name one server.
pub(super) fn same_server(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// What one site's index and conversations give. Whether nobody is known, or somebody who has not consented, both are asked for
/// conversations.
async fn cards_of(
    state: &DeskState,
    chart: &Chart,
    headers: &HeaderMap,
    patient: &Value,
) -> Result<Vec<Card>, Stopped> {
    let Some(house) = state.road.house(chart.site) else { return Ok(Vec::new()) };
    let mut tx = state.store.begin_read().await?;
    let found = person::patient_of(state, &mut tx, &house.site, &Patient::new(patient)).await?;
    let asked = found.unwrap_or(PatientId::from_uuid(Uuid::nil()));
    let conversations = state.road.conversations(&mut tx, Whose::Patient(chart.site, asked)).await?;
    let told = card::told(state, &mut tx, conversations).await?;
    let channels = channels::all(&mut tx).await?;
    drop(tx);
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = chart.lang_for(accept, house.site.jurisdiction);
    let zone = TimeZone::get(&house.site.time_zone).unwrap_or(TimeZone::UTC);
    let reader = Reader::new(lang, state.clock.now().as_micros(), zone);
    let mut cards = Vec::new();
    let mut shown: Vec<(CardId, CaseId)> = Vec::new();
    for one in &told {
        let (id, card) = card::card(state, chart, (&house.site, &reader), one, &channels)?;
        shown.push((id, one.conversation.case.id));
        cards.push(card);
    }
    if !shown.is_empty() {
        state.road.cards_shown(chart.site, asked, &shown).await?;
    }
    Ok(cards)
}

/// What became of cards. The same feedback again is no news, and neither is one about a card that nobody was shown.
pub(super) async fn feedback(
    State(state): State<DeskState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    kept(&state, &id, &headers, &body).await.map(|()| reply(StatusCode::OK, &json!({}))).map_err(stopped)
}

async fn kept(state: &DeskState, id: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), Stopped> {
    if id != ID {
        return Err(Stopped::NotFound);
    }
    // The standard says "the endpoint being called"; some EMRs name the service for its feedback, too.
    let charts = caller(state, headers, &[address(state, "/feedback"), address(state, "")]).await?;
    for one in Feedback::read(body)? {
        let row = FeedbackRow {
            outcome: match &one.outcome {
                FeedbackOutcome::Accepted => "accepted",
                FeedbackOutcome::Overridden { .. } => "overridden",
            }
            .to_owned(),
            reason: reason(&one.outcome),
            at: Timestamp::from_micros(one.at.as_micros()),
        };
        for chart in &charts {
            state.road.card_feedback(chart.site, CardId::from_uuid(one.card), &row).await?;
        }
    }
    Ok(())
}

/// The reason, if it is one that we offered. A comment in free words is not kept: it may name people, and nobody here is its
/// addressee.
fn reason(outcome: &FeedbackOutcome) -> String {
    let FeedbackOutcome::Overridden { reason: Some((_, code)), .. } = outcome else { return String::new() };
    REASON_CODES.into_iter().find(|known| known == code).unwrap_or_default().to_owned()
}

fn address(state: &DeskState, rest: &str) -> String {
    format!("{}/cds-services/{ID}{rest}", state.settings.public_url.trim_end_matches('/'))
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Why not, in a word for the EMR's engineers; a forger learns no more than that.
fn stopped(why: Stopped) -> Response {
    let said = |status, word: &str, words: &str| reply(status, &json!({ "error": word, "error_description": words }));
    match why {
        Stopped::Denied(Denied::Unbelieved(word)) => {
            tracing::warn!(reason = word, "a call for cards was refused");
            let mut answer = said(StatusCode::UNAUTHORIZED, word, "the call's token is not accepted");
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            answer
        }
        Stopped::Denied(Denied::NoKeys) => {
            said(StatusCode::SERVICE_UNAVAILABLE, "keys_unavailable", "the keys of the caller can't be fetched now")
        }
        Stopped::Denied(Denied::Broken(error)) => broken(&error.to_string()),
        Stopped::Fault(fault) => {
            let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::BAD_REQUEST);
            said(status, "bad_request", &fault.to_string())
        }
        Stopped::NotFound => said(StatusCode::NOT_FOUND, "not_found", "there is no such service"),
        Stopped::OtherPatient => {
            tracing::warn!("a call for cards brought another patient along than its chart's");
            said(StatusCode::BAD_REQUEST, "patient_mismatch", "the prefetched Patient is not context.patientId")
        }
        Stopped::Broken(error) => broken(&error),
    }
}

fn broken(error: &str) -> Response {
    tracing::error!(error, "a call for cards could not be answered");
    reply(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "internal" }))
}

/// Answers the browsers of EMRs whose pages call by themselves (CDS Hooks 2.0 §5.2). Any origin may: what lets in is the token,
/// which no browser adds by itself.
pub(super) async fn cross_origin(request: Request, next: Next) -> Response {
    let mut answer = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Accept, Accept-Language"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
