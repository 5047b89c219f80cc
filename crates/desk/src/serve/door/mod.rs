//! The private door over HTTP. Looking (GET) writes nothing and sets nothing, so that a link-preview bot leaves no trace and
//! spends nothing; only a button (POST) begins a visit. What is answered does not depend on whether an account or a patient
//! is known.

mod acts;
mod at;
mod multipart;

use axum::{
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use bedside_core::door::{LinkLevel, Purpose};
use bedside_flow::door::{Guest, Speaker, consents};
use bedside_store::{StoreError, channels, door};

use self::at::AtDoor;
pub(super) use self::at::trouble_page;
use super::{
    DeskState,
    answer::{Answer, Stop, page, page_with, see},
    token,
};
use crate::page::door::{self as pages, Allowed, CodeState, Knock, LinkState, Talk};
use crate::text::key;

/// The most bytes a message with a file may send: the file, and the rest of the form.
pub(super) const WRITE_BYTES: usize = bedside_core::door::FILE_BYTES + 256 * 1024;

/// The door without a house: with one house it is that house's, else a choice.
pub(super) async fn front(State(state): State<DeskState>, parts: Parts) -> Answer {
    let houses = state.road.houses();
    if let [only] = houses.as_slice() {
        return show_at(&state, &parts, &only.site.slug).await;
    }
    let names: Vec<_> = houses.iter().map(|house| (house.site.slug.clone(), house.site.name.clone())).collect();
    Ok(page(pages::houses(&at::frame_without_house(&state, &parts)?, &names)))
}

/// A house's door: the first page, the code, or the conversation.
pub(super) async fn show(State(state): State<DeskState>, Path(slug): Path<String>, parts: Parts) -> Answer {
    show_at(&state, &parts, &slug).await
}

async fn show_at(state: &DeskState, parts: &Parts, slug: &str) -> Answer {
    let at = AtDoor::of(state, parts, slug).await?;
    let Some(visit) = &at.visit else {
        return Ok(page(pages::knock(&at.frame()?, &knock(state, &at, Knock::default()).await?)));
    };
    let Some(guest) = Guest::of(visit) else {
        return Ok(page(pages::code(&at.frame()?, &waiting(state, &at).await?)));
    };
    let view = talk(state, &at, &guest).await?;
    if view.speaks_for.is_empty() || at.asked("for") == "ask" {
        let chosen = Some(view.speaks_for.as_str()).filter(|word| !word.is_empty());
        return Ok(page(pages::speaks_for(&at.frame()?, chosen, false)));
    }
    Ok(page(pages::talk(&at.frame()?, &view)))
}

/// The page behind a one-time link; looking spends nothing, and says nothing of whether it still holds.
pub(super) async fn pass(State(state): State<DeskState>, Path(slug): Path<String>, parts: Parts) -> Answer {
    let mut at = AtDoor::of(&state, &parts, &slug).await?;
    let token = at.asked("t").to_owned();
    // Our tokens hold letters, digits, - and _; anything else is no link of ours.
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Err(Stop::NOT_FOUND);
    }
    at.keep = format!("t={token}");
    at.page = "/in";
    Ok(page(pages::pass(&at.frame()?, &token)))
}

/// The page behind the link in a letter; looking undoes nothing, and says nothing of whether there is anything to undo.
pub(super) async fn undo(State(state): State<DeskState>, Path(slug): Path<String>, parts: Parts) -> Answer {
    let mut at = AtDoor::of(&state, &parts, &slug).await?;
    let (letter, word) = (at.asked("n").to_owned(), at.asked("t").to_owned());
    let is_ours = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_ours(&letter) || !is_ours(&word) {
        return Err(Stop::NOT_FOUND);
    }
    at.keep = format!("n={letter}&t={word}");
    at.page = "/undo";
    Ok(page(pages::undo(&at.frame()?, &letter, &word)))
}

/// An act of a visitor; the last part of the address says which.
pub(super) async fn act(
    State(state): State<DeskState>,
    Path((slug, act)): Path<(String, String)>,
    request: Request,
) -> Answer {
    acts::post(&state, &slug, &act, request).await
}

/// A message, perhaps with a file.
pub(super) async fn write(State(state): State<DeskState>, Path(slug): Path<String>, request: Request) -> Answer {
    acts::post(&state, &slug, "write", request).await
}

async fn knock(state: &DeskState, at: &AtDoor, typed: Knock) -> Result<Knock, Stop> {
    let mut tx = state.store.begin_read().await?;
    let rows = state.road.door_channels(&mut tx, at.site.id).await?;
    Ok(Knock { channels: rows.into_iter().map(|row| (row.id.to_string(), row.name)).collect(), ..typed })
}

/// The code of a visit that waits, and where to send it.
async fn waiting(state: &DeskState, at: &AtDoor) -> Result<CodeState, Stop> {
    let visit = at.visit.as_ref().ok_or(Stop::NOT_FOUND)?;
    let mut tx = state.store.begin_read().await?;
    let channel = channels::all(&mut tx).await?.into_iter().find(|row| Some(row.id) == visit.channel);
    // A code that was read is spent, however late the button is pressed.
    let holds = visit.proven_at.is_some() || visit.code_until.is_some_and(|until| until > at.now);
    Ok(CodeState {
        code: state.road.door_code(&visit.token_hash).to_string(),
        channel: channel.map(|row| row.name).unwrap_or_default(),
        until: visit.code_until.filter(|_| holds).map(|until| until.as_micros()),
        waiting: at.asked("told") == "waiting",
    })
}

/// The conversation as the page shows it.
async fn talk(state: &DeskState, at: &AtDoor, guest: &Guest) -> Result<Talk, Stop> {
    let mut tx = state.store.begin_read().await?;
    let talk = state.road.door_talk(&mut tx, guest).await?;
    let lines = talk.lines.into_iter().map(|line| pages::Line {
        ours: line.by == Speaker::House,
        at: line.at.as_micros(),
        text: line.text.map(|text| text.0),
        lang: line.lang,
        file: line.file.map(|(kind, size)| (kind.as_str().to_owned(), size)),
    });
    let told = match at.asked("told") {
        "sent" => Some(key!("door-told-sent")),
        "allowed" => Some(key!("door-told-allowed")),
        "revoked" => Some(key!("door-told-revoked")),
        "asked" => Some(key!("door-told-asked")),
        "unlinked" => Some(key!("door-told-unlinked")),
        "letter" => Some(key!("door-told-letter")),
        "linked" => Some(key!("door-told-linked")),
        _ => None,
    };
    Ok(Talk {
        lines: lines.collect(),
        speaks_for: talk.speaks_for.map(|word| word.as_str().to_owned()).unwrap_or_default(),
        text: String::new(),
        told: told.map(|key| at.reader.t(key)),
        error: None,
        allowed: Allowed { letters: state.road.writes_letters(), ..allowed(&mut tx, guest).await? },
    })
}

async fn allowed(tx: &mut bedside_store::Tx, guest: &Guest) -> Result<Allowed, Stop> {
    let given = consents(tx, guest.author).await?;
    let since = |purpose| given.to(purpose).map(|row| row.given_at.as_micros());
    let newest = door::links_of(tx, guest.author).await?.into_iter().next();
    let link = newest.and_then(|link| match link.level {
        LinkLevel::Claimed => Some(LinkState::Claimed(link.claimed_at.as_micros())),
        LinkLevel::Confirmed => {
            let at = link.settled.map_or(link.claimed_at, |settled| settled.at);
            Some(LinkState::Confirmed(at.as_micros()))
        }
        LinkLevel::Refused => Some(LinkState::Refused),
        LinkLevel::Undone => None,
    });
    let since = [since(Purpose::Link), since(Purpose::CareTeam), since(Purpose::Contact)];
    Ok(Allowed { since, link, letters: false, number: String::new() })
}

/// Back to the house's door, at a part of the page, with a word of what happened.
fn back(at: &AtDoor, told: &str, part: &str) -> Response {
    let told = if told.is_empty() { String::new() } else { format!("?told={told}") };
    see(&format!("/door/{}{told}{part}", at.site.slug)).into_response()
}

/// The conversation again, with what is wrong and what was typed.
async fn again(state: &DeskState, at: &AtDoor, guest: &Guest, error: String, typed: &Typed<'_>) -> Answer {
    let mut view = talk(state, at, guest).await?;
    view.error = Some(error);
    typed.text.clone_into(&mut view.text);
    typed.number.clone_into(&mut view.allowed.number);
    Ok(page_with(StatusCode::BAD_REQUEST, pages::talk(&at.frame()?, &view)))
}

/// What somebody typed, kept when the page is shown again.
#[derive(Default)]
struct Typed<'a> {
    text: &'a str,
    number: &'a str,
}

/// A secret for a browser and one for its forms.
fn secrets() -> Result<(String, String), StoreError> {
    Ok((token::fresh()?, token::fresh()?))
}
