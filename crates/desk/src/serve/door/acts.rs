//! What a visitor's buttons do.

use axum::{
    extract::Request,
    http::{StatusCode, header},
    response::IntoResponse as _,
};
use bedside_core::door::{IdentifierKind, Purpose, SpeaksFor, handle};
use bedside_flow::{
    ActError,
    door::{Claim, Guest, Knock as Knocking, Message},
};
use bedside_store::door as rows;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with, with_cookie},
        cookie::Cookie,
        form::{Fields, check_origin},
        lockout::DoorTry,
        token,
    },
    AtDoor, Typed, again, back, knock,
    multipart::Multipart,
    secrets,
};
use crate::{
    page::{
        door::{self as pages, Knock},
        error::Trouble,
    },
    text::{Lang, Reader, undone_code},
};

/// A form that was sent, with the file in it.
struct Sent {
    fields: Fields,
    file: Option<Vec<u8>>,
}

/// An act of somebody at the door.
pub(super) async fn post(state: &DeskState, slug: &str, act: &str, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    check_origin(&parts.headers, &state.settings)?;
    let mut at = AtDoor::of(state, &parts, slug).await?;
    let guest = at.visit.as_ref().and_then(Guest::of);
    // A large body is read from those alone who have come in.
    if act == "write" && guest.is_none() {
        return Ok(back(&at, "", ""));
    }
    let sent = read(state, Request::from_parts(parts, body)).await?;
    if !at.knows(sent.fields.get("csrf")) {
        return Err(Stop::Trouble(Trouble::Stale));
    }
    speak(state, &mut at, sent.fields.get("lang")).await?;
    match (act, guest) {
        ("code", _) => code(state, &at, &sent.fields).await,
        ("enter", _) => enter(state, &at).await,
        ("pass", _) => pass(state, &at, &sent.fields).await,
        ("undo-link", _) => undo(state, &at, &sent.fields).await,
        ("leave", _) => leave(state, &at).await,
        ("for", Some(guest)) => speaks_for(state, &at, &guest, &sent.fields).await,
        ("write", Some(guest)) => write(state, &at, &guest, &sent).await,
        ("consent", Some(guest)) => consent(state, &at, &guest, &sent.fields).await,
        ("revoke", Some(guest)) => revoke(state, &at, &guest, &sent.fields).await,
        ("link", Some(guest)) => link(state, &at, &guest, &sent.fields).await,
        ("letter", Some(guest)) => letter(state, &at, &guest).await,
        ("letter-code", Some(guest)) => letter_code(state, &at, &guest, &sent.fields).await,
        ("unlink", Some(guest)) => {
            state.road.door_unlink(&guest).await?;
            Ok(back(&at, "unlinked", "#link"))
        }
        ("for" | "consent" | "revoke" | "link" | "letter" | "letter-code" | "unlink", None) => Ok(back(&at, "", "")),
        _ => Err(Stop::NOT_FOUND),
    }
}

async fn read(state: &DeskState, request: Request) -> Result<Sent, Stop> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok(Sent { fields: Fields::read(request, state).await?, file: None });
    }
    let form = Multipart::read(request, state).await?;
    Ok(Sent { fields: Fields::of(form.fields), file: form.file })
}

/// The language of the page that sent the form stays the visitor's.
async fn speak(state: &DeskState, at: &mut AtDoor, code: &str) -> Result<(), Stop> {
    let Some(lang) = Lang::from_code(code) else { return Ok(()) };
    at.reader = Reader { lang, ..at.reader.clone() };
    if let Some(visit) = &mut at.visit
        && visit.lang != lang.code()
    {
        lang.code().clone_into(&mut visit.lang);
        let mut tx = state.store.begin().await?;
        rows::set_visit_lang(&mut tx, &visit.token_hash, lang.code()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Begins a visit that waits for a code.
async fn code(state: &DeskState, at: &AtDoor, fields: &Fields) -> Answer {
    let (typed, channel) = (fields.line("handle"), fields.get("channel").to_owned());
    let again = |knock: Knock| Knock { handle: typed.clone(), channel: channel.clone(), ..knock };
    if handle(&typed).is_empty() {
        let error = Some(at.reader.t("door-knock-handle-missing"));
        let view = knock(state, at, again(Knock { error, ..Knock::default() })).await?;
        return Ok(page_with(StatusCode::BAD_REQUEST, pages::knock(&at.frame()?, &view)));
    }
    let account = format!("{channel}:{}", handle(&typed));
    if let Some(until) =
        DoorTry::new(&state.store, Some(&account), at.address.as_deref()).begin(&state.store, at.now).await?
    {
        let view = knock(state, at, again(Knock { locked: Some(until.as_micros()), ..Knock::default() })).await?;
        return Ok(page_with(StatusCode::TOO_MANY_REQUESTS, pages::knock(&at.frame()?, &view)));
    }
    if let Some(visit) = &at.visit {
        state.road.door_leave(&visit.token_hash).await?;
    }
    let (secret, csrf) = secrets()?;
    let knocking = Knocking {
        site: at.site.id,
        channel: channel.parse().map_err(|_| Stop::Unclear)?,
        handle: &typed,
        token_hash: &token::hash(&secret),
        csrf: &csrf,
        lang: at.reader.lang.code(),
    };
    state.road.knock(&knocking).await?;
    Ok(with_cookie(back(at, "", ""), Cookie::Door.set(&secret, &state.settings)))
}

/// The button of who has sent the code: it spends what the account has sent, and nothing else does.
async fn enter(state: &DeskState, at: &AtDoor) -> Answer {
    let Some(visit) = &at.visit else { return Ok(back(at, "", "")) };
    let (secret, csrf) = secrets()?;
    if !state.road.door_enter(&visit.token_hash, (&token::hash(&secret), &csrf)).await? {
        return Ok(back(at, "waiting", ""));
    }
    Ok(with_cookie(back(at, "", ""), Cookie::Door.set(&secret, &state.settings)))
}

async fn pass(state: &DeskState, at: &AtDoor, fields: &Fields) -> Answer {
    if let Some(until) = DoorTry::new(&state.store, None, at.address.as_deref()).begin(&state.store, at.now).await? {
        let view = knock(state, at, Knock { locked: Some(until.as_micros()), ..Knock::default() }).await?;
        return Ok(page_with(StatusCode::TOO_MANY_REQUESTS, pages::knock(&at.frame()?, &view)));
    }
    let (secret, csrf) = secrets()?;
    let (pass, new) = (token::hash(fields.get("token")), token::hash(&secret));
    let is_in = state.road.door_enter_by_pass(at.site.id, &pass, (&new, &csrf), at.reader.lang.code()).await?;
    if !is_in {
        return Ok(page_with(StatusCode::GONE, pages::pass_gone(&at.frame()?)));
    }
    if let Some(visit) = &at.visit {
        state.road.door_leave(&visit.token_hash).await?;
    }
    Ok(with_cookie(back(at, "", ""), Cookie::Door.set(&secret, &state.settings)))
}

async fn leave(state: &DeskState, at: &AtDoor) -> Answer {
    if let Some(visit) = &at.visit {
        state.road.door_leave(&visit.token_hash).await?;
    }
    Ok(with_cookie(back(at, "", ""), Cookie::Door.clear(&state.settings)))
}

async fn speaks_for(state: &DeskState, at: &AtDoor, guest: &Guest, fields: &Fields) -> Answer {
    let Some(word) = SpeaksFor::from_word(fields.get("for")) else {
        return Ok(page_with(StatusCode::BAD_REQUEST, pages::speaks_for(&at.frame()?, None, true)));
    };
    state.road.door_speaks_for(guest, word).await?;
    Ok(back(at, "", ""))
}

async fn write(state: &DeskState, at: &AtDoor, guest: &Guest, sent: &Sent) -> Answer {
    let text = sent.fields.get("text").replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    let name = sent.fields.line("name");
    let message = Message { text: &text, name: &name, file: sent.file.as_deref() };
    match state.road.door_write(guest, &message).await {
        Ok(()) => Ok(back(at, "sent", "")),
        Err(error) => {
            let words = words(at, error)?;
            again(state, at, guest, words, &Typed { text: &text, number: "" }).await
        }
    }
}

async fn consent(state: &DeskState, at: &AtDoor, guest: &Guest, fields: &Fields) -> Answer {
    let ticked: Vec<Purpose> =
        Purpose::ALL.iter().copied().filter(|purpose| fields.get(purpose.as_str()) == "yes").collect();
    if ticked.is_empty() {
        return again(state, at, guest, at.reader.t("door-may-none"), &Typed::default()).await;
    }
    state.road.door_consent(guest, &ticked).await?;
    Ok(back(at, "allowed", "#may"))
}

async fn revoke(state: &DeskState, at: &AtDoor, guest: &Guest, fields: &Fields) -> Answer {
    let purpose = Purpose::from_word(fields.get("purpose")).ok_or(Stop::Unclear)?;
    // Without the consent to it there is no link: both end together.
    if purpose == Purpose::Link {
        state.road.door_unlink(guest).await?;
    } else {
        state.road.revoke(guest.site, guest.author, purpose).await?;
    }
    Ok(back(at, "revoked", "#may"))
}

async fn link(state: &DeskState, at: &AtDoor, guest: &Guest, fields: &Fields) -> Answer {
    let number = fields.line("number");
    let attempt = DoorTry::new(&state.store, Some(&format!("link:{}", guest.author)), at.address.as_deref());
    if let Some(until) = attempt.begin(&state.store, at.now).await? {
        let locked = at.reader.say("door-locked", &[("at", at.reader.clock(until.as_micros()).into())]);
        let view = again(state, at, guest, locked, &Typed { text: "", number: &number }).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, view).into_response());
    }
    let birth_date = fields.line("birth");
    let claim = Claim {
        kind: IdentifierKind::from_word(fields.get("kind")).ok_or(Stop::Unclear)?,
        number: &number,
        birth_date: &birth_date,
        words: &at.reader.t("door-link-asked"),
    };
    match state.road.door_claim(guest, &claim).await {
        Ok(_) => Ok(back(at, "asked", "#link")),
        Err(error) => {
            let words = words(at, error)?;
            again(state, at, guest, words, &Typed { text: "", number: &number }).await
        }
    }
}

/// Asks for a code to the contact in the record. What is said is the same whoever was claimed.
async fn letter(state: &DeskState, at: &AtDoor, guest: &Guest) -> Answer {
    match state.road.door_ask_letter(guest).await {
        Ok(()) => Ok(back(at, "letter", "#link")),
        Err(error) => again(state, at, guest, words(at, error)?, &Typed::default()).await,
    }
}

async fn letter_code(state: &DeskState, at: &AtDoor, guest: &Guest, fields: &Fields) -> Answer {
    let attempt = DoorTry::new(&state.store, Some(&format!("letter:{}", guest.author)), at.address.as_deref());
    if let Some(until) = attempt.begin(&state.store, at.now).await? {
        let locked = at.reader.say("door-locked", &[("at", at.reader.clock(until.as_micros()).into())]);
        let view = again(state, at, guest, locked, &Typed::default()).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, view).into_response());
    }
    let error = match state.road.door_confirm_by_letter(guest, &fields.line("code")).await {
        Ok(true) => return Ok(back(at, "linked", "#link")),
        Ok(false) => at.reader.t("door-letter-wrong"),
        Err(error) => words(at, error)?,
    };
    again(state, at, guest, error, &Typed::default()).await
}

/// Undoes a link by the letter that told of it.
async fn undo(state: &DeskState, at: &AtDoor, fields: &Fields) -> Answer {
    if let Some(until) = DoorTry::new(&state.store, None, at.address.as_deref()).begin(&state.store, at.now).await? {
        let view = knock(state, at, Knock { locked: Some(until.as_micros()), ..Knock::default() }).await?;
        return Ok(page_with(StatusCode::TOO_MANY_REQUESTS, pages::knock(&at.frame()?, &view)));
    }
    let is_undone = match fields.get("letter").parse() {
        Ok(id) => state.road.door_undo_by_letter(at.site.id, id, fields.get("word")).await?,
        Err(_) => false,
    };
    let status = if is_undone { StatusCode::OK } else { StatusCode::GONE };
    Ok(page_with(status, pages::undone(&at.frame()?, is_undone)))
}

/// Why an act was not done, in the visitor's language.
fn words(at: &AtDoor, error: ActError) -> Result<String, Stop> {
    match error {
        ActError::Invalid(word) | ActError::Changed(word) => Ok(undone_code(&at.reader, word)),
        other @ (ActError::Refused(_) | ActError::Blocked(_) | ActError::Gone | ActError::Flow(_)) => Err(other.into()),
    }
}
