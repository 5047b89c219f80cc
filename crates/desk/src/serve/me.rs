//! The reader's own page: how the desk looks to them, where they are signed in, their password.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use bedside_core::log::{Actor, Kind};
use bedside_flow::note_person;
use bedside_store::people;

use super::{
    DeskState,
    answer::{Answer, Stop, page_with, see, with_cookie},
    cookie::Cookie,
    form::{Fields, Posted},
    frame::frame,
    lockout::Try,
    password,
    session::Signed,
    token,
};
use crate::{
    look::Theme,
    page::{
        error::Trouble,
        me::{Me, PasswordState, Session, me},
    },
    text::Lang,
};

pub(super) async fn show(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let told = asked.get("told").map(String::as_str);
    let password = if told == Some("password") { PasswordState::Changed } else { PasswordState::Fresh };
    answer(&state, &who, StatusCode::OK, told == Some("saved"), password).await
}

async fn answer(
    state: &DeskState,
    who: &Signed,
    status: StatusCode,
    saved: bool,
    password: PasswordState,
) -> Result<Response, Stop> {
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let r = &who.reader;
    let sessions = people::sessions(&mut tx, who.person.id, who.now).await?.into_iter().map(|session| Session {
        this: session.token_hash == who.session.token_hash,
        id: token::hex(&session.token_hash),
        browser: r.say("me-session-since", &[("at", r.moment(session.created_at.as_micros()).into())]),
        seen: session.seen_at.as_micros(),
    });
    let roles = who
        .houses
        .iter()
        .flat_map(|house| house.roles.iter().map(|role| (role.as_str().to_owned(), house.site.name.clone())));
    let view =
        Me { email: who.person.login.clone(), roles: roles.collect(), sessions: sessions.collect(), saved, password };
    Ok(page_with(status, me(&frame, &view)))
}

pub(super) async fn post(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    match fields.get("act") {
        "settings" => settings(&state, &who, &fields).await,
        "password" => change_password(&state, &who, &fields).await,
        "end" => end(&state, &who, fields.get("session")).await,
        _ => Err(Stop::Unclear),
    }
}

async fn settings(state: &DeskState, who: &Signed, fields: &Fields) -> Answer {
    let lang = Lang::from_code(fields.get("lang")).ok_or(Stop::Unclear)?;
    let theme = Theme::from_code(fields.get("theme"));
    let mut tx = state.store.begin().await?;
    let look = people::Look {
        lang: lang.code(),
        theme: theme.code(),
        keys_on: fields.get("keys") == "on",
        softens: fields.get("softens") == "on",
        sounds: fields.get("sounds") == "on",
    };
    people::set_look(&mut tx, who.person.id, &look).await?;
    tx.commit().await?;
    let there = with_cookie(see("/me?told=saved"), Cookie::Theme.set(theme.code(), &state.settings));
    Ok(with_cookie(there, Cookie::Lang.set(lang.code(), &state.settings)))
}

/// The old password is asked for, and counted like a sign-in: an open screen must not be enough to take an account over.
async fn change_password(state: &DeskState, who: &Signed, fields: &Fields) -> Answer {
    let attempt = Try::new(&state.store, &who.person.login, None);
    if let Some(until) = attempt.begin(&state.store, who.now).await? {
        return Err(Stop::Trouble(Trouble::TooMany { until: until.as_micros() }));
    }
    let (old, new) = (fields.get("old"), fields.get("password"));
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if old.chars().count() > password::LONGEST || !state.passwords.fits(old, who.person.password.as_deref()).await {
        return answer(state, who, wrong, false, PasswordState::Wrong).await;
    }
    let length = new.chars().count();
    if !(password::SHORTEST..=password::LONGEST).contains(&length) {
        return answer(state, who, wrong, false, PasswordState::Short).await;
    }
    if password::is_common(new, &who.person.login, &who.person.name) {
        return answer(state, who, wrong, false, PasswordState::Common).await;
    }
    let kept = state.passwords.hash(new).await?;
    let mut tx = state.store.begin().await?;
    if !people::set_password(&mut tx, who.person.id, &kept).await? {
        return Err(Stop::SignIn { next: None, expired: true });
    }
    attempt.forgive(&mut tx, who.now).await?;
    note_person(&mut tx, Kind::PasswordSet, Actor::Person(who.person.id), who.person.id, who.now).await?;
    people::close_sessions(&mut tx, who.person.id).await?;
    let session = super::session::open(&mut tx, who.person.id, who.now).await?;
    tx.commit().await?;
    Ok(with_cookie(see("/me?told=password"), Cookie::Session.set(&session, &state.settings)))
}

async fn end(state: &DeskState, who: &Signed, id: &str) -> Answer {
    let mut tx = state.store.begin().await?;
    let own = people::sessions(&mut tx, who.person.id, who.now).await?;
    let session = own.into_iter().find(|session| token::hex(&session.token_hash) == id).ok_or(Stop::NOT_FOUND)?;
    people::close_session(&mut tx, &session.token_hash).await?;
    tx.commit().await?;
    Ok(see("/me"))
}

/// The keys, and whether they are on.
pub(super) async fn keys(State(state): State<DeskState>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    Ok(super::answer::page(crate::page::keys::keys(&frame)))
}
