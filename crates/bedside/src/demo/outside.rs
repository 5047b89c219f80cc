//! What surrounds the house in the demo, on an address of its own on this machine: the record system's pages, the phone that alarms
//! reach, and the phone of a patient.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Form, Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use bedside_connect::{Secret, channel::webhook};
use bedside_core::time::Timestamp;
use bedside_desk::{
    page::outside::{Arrived, EmrPage, Listed, Phone, PhonePage, STYLE, emr as emr_page, phone as phone_page},
    serve::Tour,
    text::{Lang, Reader},
};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    emr::{self, Emr, Exchange, SignIn},
    kept::Kept,
    story::PETRA,
    traffic::{PATIENTS, Patient},
};
use crate::clock;

/// More alarms than a phone shows.
const MOST_SHOWN: usize = 30;

/// Everything outside.
pub struct Outside {
    /// The record system.
    pub emr: Emr,
    /// The desk's address.
    pub desk: String,
    /// The house's time zone.
    pub zone: TimeZone,
    /// What alarms are signed with.
    pub secret: Secret,
    /// The tour, which is told of alarms.
    pub tour: Arc<Tour>,
    /// What the patients' phones keep.
    pub kept: Arc<Kept>,
    /// The alarms that came, the oldest first.
    pub alarms: Mutex<Vec<Alarm>>,
}

/// An alarm as the phone got it.
#[derive(Debug, Clone)]
pub struct Alarm {
    at: Timestamp,
    text: String,
    link: Option<String>,
}

type Shared = State<Arc<Outside>>;
type Asked = Query<HashMap<String, String>>;

/// Its routes.
pub fn router(outside: Arc<Outside>) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/emr")))
        .route("/outside.css", get(style))
        .route("/emr", get(chart))
        .route("/phone/roth", get(on_call))
        .route("/phone/lenz", get(patient))
        .route("/phone/alarm", post(alarm))
        .route("/fhir/.well-known/smart-configuration", get(configuration))
        .route("/fhir/keys", get(keys))
        .route("/fhir/authorize", get(authorize))
        .route("/fhir/token", post(token))
        .route("/fhir/{kind}/{id}", get(resource))
        .layer(from_fn_with_state(Arc::clone(&outside), headers))
        .with_state(outside)
}

/// Nothing from elsewhere is loaded; a frame may hold the app, and on its way the sign-in.
async fn headers(State(outside): Shared, request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self' {}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        outside.desk
    );
    let all = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        all.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    all.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    all.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    all.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

fn reader(outside: &Outside, asked: &HashMap<String, String>, headers: &HeaderMap) -> Reader {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = asked.get("lang").and_then(|code| Lang::from_code(code)).unwrap_or_else(|| Lang::from_accept(accept));
    Reader::new(lang, clock::now().as_micros(), outside.zone.clone())
}

fn listed(one: &Patient) -> Listed {
    Listed {
        id: one.id.to_owned(),
        name: format!("{}, {}", one.family, one.given),
        born: one.born.to_owned(),
        number: one.number.to_owned(),
    }
}

async fn chart(State(outside): Shared, Query(asked): Asked, headers: HeaderMap) -> Html<String> {
    let reader = reader(&outside, &asked, &headers);
    let open = match asked.get("patient").and_then(|id| emr::patient(id)) {
        Some(who) => {
            let cards = outside.emr.cards(&who, reader.lang.code()).await.map_err(|fault| fault.to_string());
            Some((listed(&who), cards, outside.emr.launch(&who)))
        }
        None => None,
    };
    let patients = PATIENTS.iter().map(listed).collect();
    Html(emr_page(&EmrPage { reader, desk: outside.desk.clone(), patients, open }).into_string())
}

async fn on_call(State(outside): Shared, Query(asked): Asked, headers: HeaderMap) -> Html<String> {
    let alarms = outside.alarms.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let shown = |one: Alarm| Arrived { at: one.at.as_micros(), text: one.text, link: one.link };
    let messages = alarms.into_iter().rev().map(shown).collect();
    let owner = "Nele Roth".to_owned();
    let page = PhonePage {
        reader: reader(&outside, &asked, &headers),
        desk: outside.desk.clone(),
        owner,
        kind: Phone::OnCall,
        messages,
    };
    Html(phone_page(&page).into_string())
}

async fn patient(State(outside): Shared, Query(asked): Asked, headers: HeaderMap) -> Html<String> {
    let shown = |(text, at): (String, Timestamp)| {
        let link = text.split_whitespace().find(|word| word.starts_with(&outside.desk)).map(str::to_owned);
        Arrived { at: at.as_micros(), text, link }
    };
    let messages = outside.kept.heard(PETRA.handle).into_iter().map(shown).collect();
    let page = PhonePage {
        reader: reader(&outside, &asked, &headers),
        desk: outside.desk.clone(),
        owner: format!("{} {}", PETRA.patient.given, PETRA.patient.family),
        kind: Phone::Patient,
        messages,
    };
    Html(phone_page(&page).into_string())
}

/// Takes an alarm in, as any receiver does: its signature is looked at first (Standard Webhooks).
async fn alarm(State(outside): Shared, headers: HeaderMap, body: Bytes) -> StatusCode {
    let line = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = webhook::Headers {
        id: line("webhook-id"),
        timestamp: line("webhook-timestamp"),
        signature: line("webhook-signature"),
    };
    let now = clock::now();
    if webhook::verify(&outside.secret, signed, &body, now).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(told) = serde_json::from_slice::<Value>(&body) else { return StatusCode::BAD_REQUEST };
    let text = |at: &str| told.pointer(at).and_then(Value::as_str).map(str::to_owned);
    let one = Alarm { at: now, text: text("/data/text").unwrap_or_default(), link: text("/data/link") };
    if text("/type").as_deref() == Some("alarm.raised") {
        outside.tour.go_on(|places| places.alarmed = true);
        let places = outside.tour.places();
        if let Err(error) = outside.kept.change(|story| story.set_places(&places)) {
            tracing::warn!(error = format!("{error:#}"), "the demo can't note an alarm");
        }
    }
    let mut all = outside.alarms.lock().unwrap_or_else(PoisonError::into_inner);
    all.push(one);
    let over = all.len().saturating_sub(MOST_SHOWN);
    all.drain(..over);
    StatusCode::NO_CONTENT
}

async fn configuration(State(outside): Shared) -> Json<Value> {
    Json(outside.emr.configuration())
}

async fn keys(State(outside): Shared) -> Json<Value> {
    Json(outside.emr.keys())
}

async fn authorize(State(outside): Shared, Query(asked): Query<SignIn>) -> Response {
    match outside.emr.sign_in(asked) {
        Some(back) => Redirect::to(&back).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn token(State(outside): Shared, Form(asked): Form<Exchange>) -> Response {
    match outside.emr.token(&asked) {
        Some(given) => Json(given).into_response(),
        None => (StatusCode::BAD_REQUEST, Json(serde_json::json!({ "error": "invalid_grant" }))).into_response(),
    }
}

async fn resource(State(outside): Shared, Path((kind, id)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|line| line.strip_prefix("Bearer ")).unwrap_or_default();
    match outside.emr.resource(token, &kind, &id) {
        Some(found) => ([(header::CONTENT_TYPE, "application/fhir+json")], found.to_string()).into_response(),
        None => StatusCode::FORBIDDEN.into_response(),
    }
}
