//! The launch (SMART App Launch 2.2): to the EMR's sign-in and back, by the browser that began it. What the launch needs on
//! its way back lies in that browser alone, bound by our key; nothing is stored before somebody has signed in.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    read::{Patient, SmartConfiguration},
    smart::{Algorithm, Claims, Expected, Jwks, Rejected, Token, TokenResponse, challenge, fhir_user, verify},
    time::Instant,
};
use bedside_core::{channel::Fault, ehr::Grant, time::Span};
use bedside_flow::care::Opening;
use bedside_store::{
    chart::{CareUser, SessionText},
    random,
};
use serde_json::{Value, json};

use super::{
    App, Chart,
    cds::same_server,
    page::{self, Trouble},
    person,
    session::{LaunchCookie, SESSION_HOLDS, session_cookie},
    view::{framed, plain_frame, trouble},
};
use crate::{
    look::rail::encoded,
    serve::{
        DeskState,
        answer::{Answer, Stop, see, with_cookie},
        token,
    },
};

/// How far clocks may differ, in seconds.
const LEEWAY_SECONDS: i64 = 60;
/// What an id token may be signed with (OpenID Connect Core §15.1, SMART).
const ALGORITHMS: [Algorithm; 4] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::Rs384, Algorithm::Es384];

type Asked = Query<HashMap<String, String>>;

/// Where somebody begins who was not sent by the EMR: which chart?
pub(super) async fn front(State(state): State<DeskState>, headers: HeaderMap) -> Answer {
    let apps: Vec<(String, String)> = apps(&state).map(|(chart, app)| (chart.name.clone(), start(&app.iss))).collect();
    if apps.is_empty() {
        return Err(Stop::NOT_FOUND);
    }
    let frame = plain_frame(&state, &headers, None);
    Ok(framed(&state, None, axum::http::StatusCode::OK, page::front(&frame, &apps)))
}

/// The public keys of the apps, for the EMRs that know them by a key (SMART App Launch 2.2, client-confidential-asymmetric).
pub(super) async fn keys(State(state): State<DeskState>) -> Response {
    let keys: Vec<Value> = apps(&state).filter_map(|(_, app)| app.ehr.public_key()).collect();
    ([(header::CONTENT_TYPE, "application/json")], json!({ "keys": keys }).to_string()).into_response()
}

fn start(iss: &str) -> String {
    format!("/chart/launch?iss={}", encoded(iss))
}

fn apps(state: &DeskState) -> impl Iterator<Item = (&Chart, &App)> {
    state.charts.all.iter().filter_map(|chart| chart.app.as_ref().map(|app| (chart, app)))
}

/// A launch: by the EMR with `launch`, or on one's own without. Sends the browser to sign in where the configured EMR says.
pub(super) async fn launch(State(state): State<DeskState>, Query(asked): Asked, headers: HeaderMap) -> Answer {
    let iss = asked.get("iss").map_or("", String::as_str);
    let Some((chart, app)) = apps(&state).find(|(_, app)| same_server(&app.iss, iss)) else {
        tracing::warn!("a launch names an EMR that is not configured");
        return Ok(trouble(&state, &headers, None, Trouble::NotConfigured));
    };
    let configuration = match configuration(&state, app).await {
        Ok(found) => found,
        Err(fault) => return Ok(no_answer(&state, &headers, chart, &fault)),
    };
    let takes_s256 = configuration.code_challenge_methods.is_empty()
        || configuration.code_challenge_methods.iter().any(|method| method == "S256");
    let Some(endpoint) = configuration.authorization_endpoint.as_deref().filter(|_| takes_s256) else {
        tracing::warn!(chart = %chart.slug, "the EMR names no sign-in with PKCE S256");
        return Ok(trouble(&state, &headers, Some(chart), Trouble::NoAnswer));
    };
    let until = state.clock.now().plus(Span::minutes(10));
    let cookie = LaunchCookie::begin(&state, &chart.slug, until)?;
    let scope = scope(app, &configuration, asked.contains_key("launch"));
    let back = back_address(&state);
    let (nonce, verifier) = (cookie.nonce(&state), challenge(&cookie.verifier(&state)));
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", &app.client_id),
        ("redirect_uri", &back),
        ("scope", &scope),
        ("state", cookie.state()),
        ("aud", &app.iss),
        ("nonce", &nonce),
        ("code_challenge", &verifier),
        ("code_challenge_method", "S256"),
    ];
    if let Some(launch) = asked.get("launch") {
        query.push(("launch", launch));
    }
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mark = if endpoint.contains('?') { "&" } else { "?" };
    Ok(with_cookie(see(&format!("{endpoint}{mark}{}", query.join("&"))), cookie.set(&state)))
}

/// What is asked for: the launch itself, who reads, and the patient whose chart it is.
fn scope(app: &App, configuration: &SmartConfiguration, by_emr: bool) -> String {
    let launch = if by_emr { "launch" } else { "launch/patient" };
    let read = if configuration.has_scopes_v2() { "rs" } else { "read" };
    let (patient, user) = (format!("patient/Patient.{read}"), format!("user/Practitioner.{read}"));
    // Who reads may stay without a name; a server that knows no such scope must not refuse the launch for it.
    let known = &configuration.scopes;
    let has_user = known.is_empty() || known.iter().any(|scope| scope.starts_with("user/"));
    let by_itself = ["openid", "fhirUser", &patient].into_iter().chain(has_user.then_some(user.as_str()));
    let wanted: Vec<&str> = if app.scopes.is_empty() {
        by_itself.collect()
    } else {
        app.scopes.iter().map(String::as_str).filter(|scope| !scope.starts_with("launch")).collect()
    };
    [&[launch], wanted.as_slice()].concat().join(" ")
}

fn back_address(state: &DeskState) -> String {
    format!("{}/chart/back", state.settings.public_url.trim_end_matches('/'))
}

async fn configuration(state: &DeskState, app: &App) -> Result<SmartConfiguration, Fault> {
    let now = state.clock.now();
    if let Some(kept) = state.charts.configuration(&app.iss, now) {
        return Ok(SmartConfiguration::read(&kept));
    }
    let found = app.ehr.configuration().await?;
    let read = SmartConfiguration::read(&found);
    state.charts.keep_configuration(&app.iss, found, now);
    Ok(read)
}

fn no_answer(state: &DeskState, headers: &HeaderMap, chart: &Chart, fault: &Fault) -> Response {
    tracing::warn!(chart = %chart.slug, %fault, "the EMR of a launch does not answer as it should");
    trouble(state, headers, Some(chart), Trouble::NoAnswer)
}

/// Why a launch ends without a session.
enum Failed {
    Trouble(Trouble, &'static str),
    Ehr(Fault),
    Token(Rejected),
    Stop(Stop),
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Ehr(fault)
    }
}
impl From<Rejected> for Failed {
    fn from(why: Rejected) -> Self {
        Self::Token(why)
    }
}
impl<T: Into<Stop>> From<T> for Failed
where
    T: std::error::Error,
{
    fn from(error: T) -> Self {
        Self::Stop(error.into())
    }
}

/// The way back from the sign-in: by the browser that began, once, within ten minutes.
pub(super) async fn back(State(state): State<DeskState>, Query(asked): Asked, headers: HeaderMap) -> Answer {
    let given = |name: &str| asked.get(name).map_or("", String::as_str);
    let Some(cookie) = LaunchCookie::of(&state, &headers, given("state")) else {
        tracing::warn!("a sign-in came back to another browser than it began in, or too late");
        return Ok(trouble(&state, &headers, None, Trouble::Stale));
    };
    let Some((chart, app)) = apps(&state).find(|(chart, _)| chart.slug == cookie.chart()) else {
        return Ok(trouble(&state, &headers, None, Trouble::NotConfigured));
    };
    let answer = if given("error").is_empty() {
        signed_in(&state, (chart, app), &cookie, (given("code"), given("iss"))).await
    } else {
        Err(Failed::Trouble(Trouble::Denied, "the EMR refused the sign-in"))
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(Failed::Trouble(words, why)) => {
            tracing::warn!(chart = %chart.slug, why, "a launch ended");
            trouble(&state, &headers, Some(chart), words)
        }
        Err(Failed::Ehr(fault)) => no_answer(&state, &headers, chart, &fault),
        Err(Failed::Token(why)) => {
            tracing::warn!(chart = %chart.slug, %why, "an id token is not believed");
            trouble(&state, &headers, Some(chart), Trouble::NotBelieved)
        }
        Err(Failed::Stop(stop)) => return Err(stop),
    };
    Ok(with_cookie(answer, cookie.clear(&state)))
}

async fn signed_in(
    state: &DeskState,
    (chart, app): (&Chart, &App),
    cookie: &LaunchCookie,
    (code, from): (&str, &str),
) -> Result<Response, Failed> {
    let configuration = configuration(state, app).await?;
    // A code of one EMR is never handed to another (RFC 9207 §2.4).
    let issuer = configuration.issuer.as_deref().unwrap_or(&app.iss);
    if !from.is_empty() && !same_server(from, issuer) {
        return Err(Failed::Trouble(Trouble::NotBelieved, "the sign-in came back from another EMR"));
    }
    let endpoint = configuration.token_endpoint.as_deref();
    let endpoint = endpoint.ok_or(Failed::Trouble(Trouble::NoAnswer, "the EMR names no token endpoint"))?;
    let (verifier, back) = (cookie.verifier(state), back_address(state));
    let grant = Grant { endpoint, code, verifier: &verifier, redirect_uri: &back };
    let answer = app.ehr.token(grant).await?;
    let given = TokenResponse::read(&answer).ok_or(Failed::Trouble(Trouble::NoAnswer, "no bearer token came"))?;
    let claims = who(state, app, &configuration, &given, &cookie.nonce(state)).await?;
    let user = user(app, &given, &claims).await?;
    let id = given.patient.as_ref().ok_or(Failed::Trouble(Trouble::NoPatient, "the EMR named no patient"))?;
    let found = app.ehr.read(&given.access_token, "Patient", id.as_str()).await?;
    let patient = Patient::new(&found);
    let is_it =
        found.get("resourceType").and_then(Value::as_str) == Some("Patient") && patient.id() == Some(id.as_str());
    if !is_it {
        return Err(Failed::Trouble(Trouble::NotBelieved, "the EMR gave another patient than its token names"));
    }
    let house = state.road.house(chart.site).ok_or(Failed::Stop(Stop::NOT_FOUND))?;
    let known = {
        let mut tx = state.store.begin_read().await?;
        person::patient_of(state, &mut tx, &house.site, &patient).await?
    };
    let text = SessionText {
        patient: patient.names().into_iter().next().map(|name| name.value).unwrap_or_default(),
        born: patient.birth_date().unwrap_or_default().to_owned(),
        user,
    };
    let (secret, csrf) = (token::fresh()?, token::fresh()?);
    let holds = Span::seconds(given.expires_in_seconds.max(0)).min(SESSION_HOLDS);
    let opening = Opening {
        chart: &chart.slug,
        site: chart.site,
        patient: known,
        secrets: (&token::hash(&secret), &csrf),
        text: &text,
        expires_at: state.clock.now().plus(holds),
    };
    let session = state.road.open_chart(&opening).await?;
    let answer = see(&format!("/chart/p/{session}"));
    Ok(with_cookie(answer, session_cookie(state, session, &secret, holds)))
}

/// Verifies who signed in: the EMR says so with its key, to us, in answer to this very launch.
async fn who(
    state: &DeskState,
    app: &App,
    configuration: &SmartConfiguration,
    given: &TokenResponse,
    nonce: &str,
) -> Result<Claims, Failed> {
    let text = given.id_token.as_deref().ok_or(Failed::Trouble(Trouble::NotBelieved, "no id token came"))?;
    let address = configuration.jwks_uri.as_deref();
    let address = address.ok_or(Failed::Trouble(Trouble::NoAnswer, "the EMR names no keys (jwks_uri)"))?;
    let keys = Jwks::read(&app.ehr.keys(address).await?)
        .map_err(|_| Failed::Trouble(Trouble::NoAnswer, "the EMR's keys can't be read"))?;
    let expected = Expected {
        algorithms: &ALGORITHMS,
        now: Instant::from_micros(state.clock.now().as_micros()),
        leeway_seconds: LEEWAY_SECONDS,
        issuer: None,
        audiences: &[&app.client_id],
        most_seconds: None,
    };
    let claims = verify(&Token::parse(text)?, &keys, &expected)?;
    let issuer = configuration.issuer.as_deref().unwrap_or(&app.iss);
    if !claims.issuer.as_deref().is_some_and(|found| same_server(found, issuer)) {
        return Err(Rejected::Issuer.into());
    }
    let found = claims.all.get("nonce").and_then(Value::as_str).unwrap_or_default();
    if token::same(found, nonce) {
        Ok(claims)
    } else {
        Err(Failed::Trouble(Trouble::NotBelieved, "the id token answers another launch"))
    }
}

/// The member of the care team who signed in, by name as far as the EMR tells it.
async fn user(app: &App, given: &TokenResponse, claims: &Claims) -> Result<CareUser, Failed> {
    let (kind, id) = fhir_user(claims, app.iss.trim_end_matches('/'))
        .ok_or(Failed::Trouble(Trouble::NotStaff, "the id token names nobody (fhirUser)"))?;
    if !["Practitioner", "PractitionerRole"].contains(&kind.as_str()) {
        return Err(Failed::Trouble(Trouble::NotStaff, "whoever signed in is no member of staff"));
    }
    let claimed = claims.all.get("name").and_then(Value::as_str).map(str::to_owned);
    let name = match claimed.filter(|name| !name.trim().is_empty()) {
        Some(name) => Some(name),
        // Not every EMR lets an app read its staff; then the reference has to do.
        None => app.ehr.read(&given.access_token, &kind, id.as_str()).await.ok().and_then(|found| named(&found)),
    };
    let reference = format!("{}/{kind}/{id}", app.iss.trim_end_matches('/'));
    Ok(CareUser { name: line(&name.unwrap_or_else(|| format!("{kind}/{id}"))), reference, salt: random()? })
}

/// The name of a Practitioner, with what stands before it; of a PractitionerRole the name beside its practitioner.
fn named(found: &Value) -> Option<String> {
    if let Some(words) = found.pointer("/practitioner/display").and_then(Value::as_str) {
        return Some(words.to_owned());
    }
    let prefix = found.pointer("/name/0/prefix/0").and_then(Value::as_str);
    let name = Patient::new(found).names().into_iter().next()?.value;
    let whole = prefix.filter(|prefix| !name.contains(prefix)).map(|prefix| format!("{prefix} {name}"));
    Some(whole.unwrap_or(name)).filter(|name| !name.trim().is_empty())
}

/// One line of a hundred characters at most.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(100).collect()
}
