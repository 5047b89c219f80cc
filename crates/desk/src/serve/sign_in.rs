//! Sign-in and sign-out.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bedside_store::people::{self, PersonRow};

use super::{
    DeskState,
    answer::{Answer, Stop, safe_next, see, with_cookie},
    cookie::Cookie,
    form::Posted,
    gate::{AtGate, GatePosted},
    lockout::Try,
    password, session,
};
use crate::{
    look::rail::encoded,
    page::sign_in::{SignIn, SignInState, sign_in},
};

/// The page.
pub(super) async fn show(State(state): State<DeskState>, at: AtGate) -> Answer {
    if let Some(token) = Cookie::Session.read(&at.headers, &state.settings)
        && session::of_token(&state, &token, None).await?.is_some()
    {
        return Ok(see(safe_next(at.asked("next"))));
    }
    let seen = match at.asked("state") {
        "expired" => SignInState::Expired,
        "out" => SignInState::SignedOut,
        _ => SignInState::Fresh,
    };
    let next = Some(at.asked("next").to_owned()).filter(|next| !next.is_empty());
    Ok(answer(&state, at, StatusCode::OK, String::new(), next, seen))
}

fn answer(
    desk: &DeskState,
    mut at: AtGate,
    status: StatusCode,
    email: String,
    next: Option<String>,
    seen: SignInState,
) -> Response {
    at.gate.keep = next.as_deref().map(|next| format!("next={}", encoded(next))).unwrap_or_default();
    let page = sign_in(&at.gate, &SignIn { email, next, state: seen, tour: desk.tour.is_some() });
    at.page(status, page)
}

/// The login as it is compared: people type it with capitals and spaces.
pub(super) fn login(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// A try to sign in.
pub(super) async fn post(State(state): State<DeskState>, posted: GatePosted) -> Answer {
    let GatePosted { at, fields } = posted;
    let typed = fields.line("email");
    let next = Some(fields.line("next")).filter(|next| !next.is_empty());
    let attempt = Try::new(&state.store, &login(&typed), at.address.as_deref());
    if let Some(until) = attempt.begin(&state.store, at.now).await? {
        let seen = SignInState::Locked { until: until.as_micros() };
        return Ok(answer(&state, at, StatusCode::TOO_MANY_REQUESTS, typed, next, seen));
    }
    let person = people::by_login(&mut state.store.begin_read().await?, &login(&typed)).await?;
    let kept =
        person.as_ref().filter(|person| person.disabled_at.is_none()).and_then(|person| person.password.as_deref());
    let sent = fields.get("password");
    let fits = sent.chars().count() <= password::LONGEST && state.passwords.fits(sent, kept).await;
    if let Some(person) = person {
        if fits {
            return enter(&state, &at, &attempt, &person, next.as_deref()).await;
        }
        // Of a login that nobody has, nothing can be logged but the login itself; and that may be a password.
        // It is noted aside, so that the time of the answer doesn't tell whether the login exists.
        let road = std::sync::Arc::clone(&state.road);
        tokio::spawn(async move {
            if let Err(error) = road.note_sign_in(person.id, false).await {
                tracing::error!(%error, "a failed sign-in could not be noted");
            }
        });
    }
    Ok(answer(&state, at, StatusCode::FORBIDDEN, typed, next, SignInState::Wrong))
}

async fn enter(state: &DeskState, at: &AtGate, attempt: &Try, person: &PersonRow, next: Option<&str>) -> Answer {
    session::close(&state.store, &at.headers, &state.settings).await?;
    let mut tx = state.store.begin().await?;
    attempt.forgive(&mut tx, at.now).await?;
    let token = session::open(&mut tx, person.id, at.now).await?;
    tx.commit().await?;
    state.road.note_sign_in(person.id, true).await?;
    let there = see(safe_next(next.unwrap_or("/")));
    let there = with_cookie(there, Cookie::Session.set(&token, &state.settings));
    Ok(with_cookie(there, Cookie::Theme.set(theme(&person.theme), &state.settings)))
}

/// The theme's code, whatever the store holds: it goes into a header.
pub(super) fn theme(kept: &str) -> &'static str {
    crate::look::Theme::from_code(kept).code()
}

/// Ends the session.
pub(super) async fn out(State(state): State<DeskState>, headers: HeaderMap, _posted: Posted) -> Result<Response, Stop> {
    session::close(&state.store, &headers, &state.settings).await?;
    Ok(with_cookie(see("/sign-in?state=out"), Cookie::Session.clear(&state.settings)))
}

/// Opens a session for somebody who has just proven who they are by a one-time link.
pub(super) async fn enter_by_link(state: &DeskState, token: &str, person: &PersonRow) -> Answer {
    state.road.note_sign_in(person.id, true).await?;
    let there = with_cookie(see("/"), Cookie::Session.set(token, &state.settings));
    Ok(with_cookie(there, Cookie::Theme.set(theme(&person.theme), &state.settings)))
}
