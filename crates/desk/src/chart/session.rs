//! The two cookies of the app: one for the way to the sign-in and back, one for an opening. Each opening has an address of its
//! own and its cookie goes to that address alone, so that two charts that are open at once never show each other's patient.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use bedside_core::{
    id::ChartSessionId,
    time::{Span, Timestamp},
};
use bedside_store::{
    StoreError,
    chart::{self, SessionRow, SessionText},
};

use super::Chart;
use crate::serve::{DeskState, answer::Stop, token};

/// How long an opening lasts at most.
pub(super) const SESSION_HOLDS: Span = Span::minutes(30);
const LAUNCH_S: u32 = 600;

/// What a browser carries while its user signs in: a secret, which chart, and until when. The state, the nonce and the verifier
/// of PKCE are made of it with our key, so that nobody else can make them.
pub(super) struct LaunchCookie {
    value: String,
    chart: String,
    state: String,
}

impl LaunchCookie {
    /// Begins a launch.
    pub(super) fn begin(state: &DeskState, chart: &str, until: Timestamp) -> Result<Self, StoreError> {
        let value = format!("{}.{chart}.{}", token::fresh()?, until.as_micros() / 1_000_000);
        Ok(Self { state: made(state, "state", &value), chart: chart.to_owned(), value })
    }

    /// The launch that this browser began with that state; `None`: it did not, or it is over.
    pub(super) fn of(state: &DeskState, headers: &HeaderMap, asked: &str) -> Option<Self> {
        let value = read(headers, &launch_name(state, asked))?;
        let [_, chart, until] = value.split('.').collect::<Vec<_>>().try_into().ok()?;
        let until = Timestamp::from_micros(until.parse::<i64>().ok()?.checked_mul(1_000_000)?);
        let chart = chart.to_owned();
        let holds = token::same(asked, &made(state, "state", &value)) && until > state.clock.now();
        holds.then(|| Self { state: asked.to_owned(), chart, value })
    }

    pub(super) fn chart(&self) -> &str {
        &self.chart
    }

    pub(super) fn state(&self) -> &str {
        &self.state
    }

    pub(super) fn nonce(&self, state: &DeskState) -> String {
        made(state, "nonce", &self.value)
    }

    /// 64 characters, as RFC 7636 §4.1 wants 43 to 128.
    pub(super) fn verifier(&self, state: &DeskState) -> String {
        made(state, "verifier", &self.value) + &made(state, "verifier again", &self.value)
    }

    pub(super) fn set(&self, state: &DeskState) -> Option<HeaderValue> {
        line(state, &launch_name(state, &self.state), &self.value, "/chart/back", LAUNCH_S)
    }

    pub(super) fn clear(&self, state: &DeskState) -> Option<HeaderValue> {
        line(state, &launch_name(state, &self.state), "", "/chart/back", 0)
    }
}

fn made(state: &DeskState, what: &str, value: &str) -> String {
    token::hex(&state.store.lookup().hash(&["chart launch", what, value]))
}

/// Each launch has a cookie of its own: several may be on their way at once.
fn launch_name(state: &DeskState, asked: &str) -> String {
    let mark: String = asked.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    format!("{}bedside_launch_{mark}", prefix(state))
}

/// `__Secure-` makes browsers refuse it from an unsafe page (RFC 6265bis §4.1.3.1).
fn prefix(state: &DeskState) -> &'static str {
    if state.settings.secure_cookies { "__Secure-" } else { "" }
}

fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Over https the cookie also goes along within the EMR's frame, kept apart for each EMR's pages (CHIPS); over plain http, on
/// the machine itself, browsers allow that to nobody.
fn line(state: &DeskState, name: &str, value: &str, path: &str, age_s: u32) -> Option<HeaderValue> {
    let rest = if state.settings.secure_cookies { "SameSite=None; Secure; Partitioned" } else { "SameSite=Lax" };
    HeaderValue::from_str(&format!("{name}={value}; Path={path}; HttpOnly; Max-Age={age_s}; {rest}")).ok()
}

fn session_path(id: ChartSessionId) -> String {
    format!("/chart/p/{id}")
}

/// The cookie of an opening.
pub(super) fn session_cookie(state: &DeskState, id: ChartSessionId, secret: &str, holds: Span) -> Option<HeaderValue> {
    let age_s = u32::try_from(holds.as_seconds()).unwrap_or(0);
    line(state, &format!("{}bedside_chart", prefix(state)), secret, &session_path(id), age_s)
}

/// The header that takes it away.
pub(super) fn session_over(state: &DeskState, id: ChartSessionId) -> Option<HeaderValue> {
    line(state, &format!("{}bedside_chart", prefix(state)), "", &session_path(id), 0)
}

/// An opening with its chart, and who is shown to whom.
pub(super) struct Opened<'a> {
    /// The opening.
    pub session: SessionRow,
    /// Its chart.
    pub chart: &'a Chart,
    /// Names.
    pub text: SessionText,
}

/// The opening at this address, in the browser that it was made for; `None`: there is none, or it is over.
pub(super) async fn opened<'a>(state: &'a DeskState, parts: &Parts, id: &str) -> Result<Option<Opened<'a>>, Stop> {
    let Ok(id) = id.parse::<ChartSessionId>() else { return Ok(None) };
    let Some(secret) = read(&parts.headers, &format!("{}bedside_chart", prefix(state))) else { return Ok(None) };
    let mut tx = state.store.begin_read().await?;
    let found = chart::session(&mut tx, id, &token::hash(&secret), state.clock.now()).await?;
    let Some(session) = found else { return Ok(None) };
    let chart = state.charts.all.iter().find(|chart| chart.slug == session.chart && chart.site == session.site);
    let (Some(chart), Some(text)) = (chart, session.text(&state.store).await?) else { return Ok(None) };
    Ok(Some(Opened { session, chart, text: text.0 }))
}
