//! What a case has to do with the private door, what people at the desk do about it, and files handed in there.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::{
    id::{AuthorId, PersonId},
    letter::LetterKind,
    policy::desk::DeskAction,
    post::Visibility,
};
use bedside_flow::{LinkVerdict, door::consents};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    channels,
    door::{self, DoorPerson, LetterRow, LetterState, LinkRow},
    posts::{self, PostRow},
};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with},
        eyes::Sight,
        form::Fields,
        names,
        refused::not_done,
        session::Signed,
        token,
    },
    found, shown,
};
use crate::page::case::{Door, Link, case as case_page};

/// What the page shows of the door; `None`: nothing.
pub(super) async fn door(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    subject: Option<&PostRow>,
    people: &HashMap<PersonId, String>,
) -> Result<Option<Door>, Stop> {
    let private = is_private(state, case);
    let is_message = subject.is_some_and(|post| post.visibility == Visibility::Direct);
    let may_invite = !private && is_message && who.may(case.site, DeskAction::InviteToDoor).is_ok();
    let person = match door::by_door_author(tx, case.author).await? {
        Some(person) => Some(person),
        None => door::person(tx, case.author).await?,
    };
    let Some(person) = person else {
        return Ok(may_invite.then(|| Door { may_invite, ..Door::default() }));
    };
    let talk = match person.thread.filter(|_| !private) {
        Some(thread) => cases::by_thread(tx, thread).await?.map(|case| case.number),
        None => None,
    };
    let given = consents(tx, person.author).await?;
    Ok(Some(Door {
        private,
        same: if private { same(state, who, tx, case, &person).await? } else { None },
        talk,
        speaks_for: person.speaks_for.as_str().to_owned(),
        consents: given.open.iter().map(|row| (row.purpose.as_str().to_owned(), row.given_at.as_micros())).collect(),
        link: match door::links_of(tx, person.author).await?.into_iter().next() {
            Some(row) => Some(link(state, who, tx, case, &row, people).await?),
            None => None,
        },
        may_settle: who.may(case.site, DeskAction::ConfirmLink).is_ok(),
        may_invite,
        made: None,
    }))
}

/// Whether a case is a private conversation.
pub(super) fn is_private(state: &DeskState, case: &CaseRow) -> bool {
    state.road.door(case.site) == Some(case.channel)
}

/// The account that was proven, as it is known on its own channel.
async fn same(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    person: &DoorPerson,
) -> Result<Option<(String, String, Option<i64>)>, Stop> {
    let Some(account) = posts::author(tx, person.author).await? else { return Ok(None) };
    let channel = channels::all(tx).await?.into_iter().find(|row| row.id == account.channel).map(|row| row.name);
    let name = match who.sight(case.site) {
        Sight::Text => state.store.open_author(&account).await?.map(|text| names::handle(&text.0)),
        Sight::Covered | Sight::Masked | Sight::Nothing => None,
    };
    let name = name.unwrap_or_else(|| names::masked_name(&who.reader, person.author));
    let newest = newest_case(tx, person.author).await?;
    Ok(Some((name, channel.unwrap_or_default(), newest)))
}

async fn newest_case(tx: &mut Tx, author: AuthorId) -> Result<Option<i64>, Stop> {
    Ok(cases::newest_of_author(tx, author).await?.map(|case| case.number))
}

async fn link(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    row: &LinkRow,
    people: &HashMap<PersonId, String>,
) -> Result<Link, Stop> {
    let reads = who.sight(case.site) == Sight::Text;
    let claim = if reads { row.claim(&state.store).await? } else { None };
    let needs_representative = match &claim {
        Some(claim) => state.road.needs_representative(row, &claim.0)?,
        None => true,
    };
    let reason = if reads { row.reason(&state.store).await? } else { None };
    let reason = reason.map_or_else(|| who.reader.t("row-masked"), |reason| reason.0);
    let told = door::letters_of(tx, row.id).await?.into_iter().find(|one| one.kind == LetterKind::Linked);
    Ok(Link {
        told: told.map(|one| (told_word(&one).to_owned(), one.settled_at.unwrap_or(one.created_at).as_micros())),
        id: row.id.to_string(),
        level: row.level.as_str().to_owned(),
        at: row.claimed_at.as_micros(),
        known: reads && state.road.claimed_patient(tx, row).await?.is_some(),
        number: claim.as_ref().map(|claim| {
            let number = &claim.0.identifier;
            (number.kind.as_str().to_owned(), number.value.clone())
        }),
        birth: claim.as_ref().map(|claim| claim.0.birth_date.to_string()),
        needs_representative,
        settled: row.settled.as_ref().map(|settled| {
            let by = settled
                .by
                .map_or_else(|| who.reader.t("door-side-by-themselves"), |by| names::person(&who.reader, people, by));
            (settled.how.clone(), by, settled.at.as_micros(), reason)
        }),
    })
}

/// What became of the letter that tells of a link, in a word.
fn told_word(letter: &LetterRow) -> &'static str {
    match (letter.state, letter.code.as_str()) {
        (LetterState::Waiting, _) => "waiting",
        (LetterState::Sent | LetterState::Spent, _) => "sent",
        (LetterState::Unsent, "no_contact") => "forbidden",
        (LetterState::Unsent, "refused") => "refused",
        (LetterState::Unsent, _) => "no_address",
    }
}

/// Confirms or refuses the link.
pub(super) async fn settle(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    fields: &Fields,
    confirmed: bool,
) -> Result<(), Stop> {
    let link = fields.get("link").parse().map_err(|_| Stop::Unclear)?;
    let verdict = if confirmed {
        LinkVerdict::Confirmed { how: fields.get("how"), representative: fields.get("representative") == "yes" }
    } else {
        LinkVerdict::Refused
    };
    let reason = fields.line("reason");
    let done = state.road.settle_link(who.person.id, case.id, link, verdict, &reason).await;
    done.map_err(|error| not_done(&who.reader, Some(case.number), error))
}

/// Makes a one-time link and shows it, once.
pub(super) async fn invite(state: &DeskState, who: &Signed, case: &CaseRow) -> Answer {
    let secret = token::fresh()?;
    let made = state.road.invite_to_door(who.person.id, case.id, &token::hash(&secret)).await;
    made.map_err(|error| not_done(&who.reader, Some(case.number), error))?;
    let slug = who.house(case.site).map(|house| house.site.slug.clone()).unwrap_or_default();
    let address = state.settings.public_url.trim_end_matches('/');
    let mut tx = state.store.begin_read().await?;
    let (frame, mut view) = shown(state, who, &mut tx, case, None).await?;
    view.door.get_or_insert_default().made = Some(format!("{address}/door/{slug}/in?t={secret}"));
    Ok(page_with(StatusCode::OK, case_page(&frame, &view)))
}

/// A file handed in at the door, to be kept and never to be shown within a page of ours.
pub(in super::super) async fn file(
    State(state): State<DeskState>,
    Path((number, id)): Path<(String, String)>,
    who: Signed,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    who.may(case.site, DeskAction::ReadText)?;
    if super::at_case(&mut tx, who, &case).await?.sight(case.site) != Sight::Text {
        return Err(Stop::NOT_FOUND);
    }
    let files = door::files_in(&mut tx, case.thread).await?;
    let at = files.iter().position(|row| row.id.to_string() == id).ok_or(Stop::NOT_FOUND)?;
    let row = files.get(at).ok_or(Stop::NOT_FOUND)?;
    let bytes = door::file(&state.store, &mut tx, row).await?.ok_or(Stop::NOT_FOUND)?;
    let name = format!("attachment; filename=\"F-{}-{}.{}\"", case.number, at + 1, row.kind.as_str());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(row.kind.mime())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Stop::Unclear)?),
    ];
    Ok::<Response, Stop>((headers, bytes.0).into_response())
}
