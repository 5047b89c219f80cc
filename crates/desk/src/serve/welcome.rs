//! The landing page of a one-time link. GET spends nothing; POST sets name and password, spends the link and signs in.

use axum::{extract::State, http::StatusCode};
use bedside_core::log::{Actor, Kind};
use bedside_flow::note_person;
use bedside_store::{
    Tx,
    people::{self, PersonRow},
    shown,
};

use super::{
    DeskState,
    answer::{Answer, Stop},
    form::Fields,
    gate::{AtGate, GatePosted},
    invite::FIRST_LOGIN,
    lockout::Try,
    password, session,
    sign_in::{enter_by_link, login},
    token,
};
use crate::{
    look::rail::encoded,
    page::welcome::{Purpose, Welcome, WelcomeError, welcome},
};

/// The page.
pub(super) async fn show(State(state): State<DeskState>, at: AtGate) -> Answer {
    let secret = at.asked("token").to_owned();
    let mut tx = state.store.begin_read().await?;
    let view = match invited(&mut tx, &secret, &at).await? {
        Some((person, purpose)) => view(secret, &person, purpose),
        None => spent(),
    };
    Ok(answer(at, StatusCode::OK, &view))
}

fn answer(mut at: AtGate, status: StatusCode, view: &Welcome) -> axum::response::Response {
    if !view.token.is_empty() {
        at.gate.keep = format!("token={}", encoded(&view.token));
    }
    let page = welcome(&at.gate, view);
    at.page(status, page)
}

fn spent() -> Welcome {
    let empty = String::new;
    Welcome { token: empty(), purpose: Purpose::Spent, name: empty(), email: empty(), email_fixed: true, error: None }
}

fn view(token: String, person: &PersonRow, purpose: Purpose) -> Welcome {
    let email_fixed = purpose != Purpose::FirstAdmin;
    let email = if email_fixed { person.login.clone() } else { String::new() };
    Welcome { token, purpose, name: person.name.clone(), email, email_fixed, error: None }
}

/// Whom the link is for, and what for; `None`: it is spent, over or unknown.
async fn invited(tx: &mut Tx, secret: &str, at: &AtGate) -> Result<Option<(PersonRow, Purpose)>, Stop> {
    let Some(id) = people::invited(tx, &token::hash(secret), at.now).await? else {
        return Ok(None);
    };
    let Some(person) = people::by_id(tx, id).await?.filter(|person| person.disabled_at.is_none()) else {
        return Ok(None);
    };
    let purpose = if person.login == FIRST_LOGIN && !shown::any_password(tx).await? {
        Purpose::FirstAdmin
    } else if person.password.is_none() {
        Purpose::Join
    } else {
        Purpose::Reset
    };
    Ok(Some((person, purpose)))
}

/// Sets the password.
pub(super) async fn post(State(state): State<DeskState>, posted: GatePosted) -> Answer {
    let GatePosted { at, fields } = posted;
    let secret = fields.line("token");
    let mut tx = state.store.begin_read().await?;
    let Some((person, purpose)) = invited(&mut tx, &secret, &at).await? else {
        return Ok(answer(at, StatusCode::GONE, &spent()));
    };
    let mut wanted = Wanted::of(&fields, &person, purpose);
    if wanted.error.is_none()
        && purpose == Purpose::FirstAdmin
        && people::by_login(&mut tx, &wanted.login).await?.is_some()
    {
        wanted.error = Some(WelcomeError::Email).filter(|_| wanted.login != person.login);
    }
    drop(tx);
    if let Some(error) = wanted.error {
        let view =
            Welcome { name: wanted.name, email: wanted.login, error: Some(error), ..view(secret, &person, purpose) };
        return Ok(answer(at, StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let kept = state.passwords.hash(fields.get("password")).await?;
    let lang = if purpose == Purpose::Reset { person.lang } else { at.gate.reader.lang.code().to_owned() };
    let person = PersonRow { name: wanted.name, lang, ..person };
    match settle(&state, &at, &secret, &person, &kept, &wanted.login).await? {
        Some(session) => enter_by_link(&state, &session, &person).await,
        None => Ok(answer(at, StatusCode::GONE, &spent())),
    }
}

/// Spends the link and stores the password in one transaction; gives the new session's token.
async fn settle(
    state: &DeskState,
    at: &AtGate,
    secret: &str,
    person: &PersonRow,
    password: &str,
    login: &str,
) -> Result<Option<String>, Stop> {
    let mut tx = state.store.begin().await?;
    let is_spent = !people::use_invite(&mut tx, &token::hash(secret), at.now).await?;
    if is_spent || !people::set_up(&mut tx, person.id, &person.name, password, &person.lang).await? {
        return Ok(None);
    }
    if login != person.login {
        people::set_login(&mut tx, person.id, login).await?;
    }
    note_person(&mut tx, Kind::PasswordSet, Actor::Person(person.id), person.id, at.now).await?;
    // A new password ends what the old one had opened.
    people::close_sessions(&mut tx, person.id).await?;
    Try::new(&state.store, login, at.address.as_deref()).remember(&mut tx, at.now).await?;
    let session = session::open(&mut tx, person.id, at.now).await?;
    tx.commit().await?;
    Ok(Some(session))
}

/// What somebody wants to be called and to sign in with.
struct Wanted {
    name: String,
    login: String,
    error: Option<WelcomeError>,
}

impl Wanted {
    fn of(fields: &Fields, person: &PersonRow, purpose: Purpose) -> Self {
        let name = if purpose == Purpose::Reset { person.name.clone() } else { fields.line("name") };
        let login = if purpose == Purpose::FirstAdmin { login(&fields.line("email")) } else { person.login.clone() };
        let password = fields.get("password");
        let error = if name.is_empty() {
            Some(WelcomeError::Name)
        } else if purpose == Purpose::FirstAdmin && !is_email(&login) {
            Some(WelcomeError::Email)
        } else {
            wrong(password, fields.get("again"), &login, &name)
        };
        Self { name, login, error }
    }
}

fn wrong(password: &str, again: &str, login: &str, name: &str) -> Option<WelcomeError> {
    let length = password.chars().count();
    if !(password::SHORTEST..=password::LONGEST).contains(&length) {
        Some(WelcomeError::Short)
    } else if password::is_common(password, login, name) {
        Some(WelcomeError::Common)
    } else {
        (password != again).then_some(WelcomeError::Differ)
    }
}

/// Something before and after one @, without spaces: enough to catch a slip; whether it is delivered is not ours to know.
pub(super) fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
    text.len() <= 254 && text.split_once('@').is_some_and(|(local, host)| plain(local) && plain(host))
}
