//! The case: its page, and what people do on it.

mod acts;
mod bound;
mod called;
mod care;
mod compose;
mod crisis;
mod door;
mod mark;
mod media;
mod reply;
mod side;
mod slip;
mod statement;
mod suggest;
mod thread;
mod view;
mod wrong;

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use bedside_core::policy::desk::DeskAction;
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    examples,
};

use self::view::Typed;
pub(super) use self::{
    door::file,
    mark::{post as say_mark, show as mark},
    media::{blurred, picture},
    wrong::{post as say_wrong, show as wrong},
};
use super::{
    DeskState,
    answer::{Answer, Stop, page_with},
    eyes::Sight,
    form::Posted,
    frame::frame,
    names,
    session::Signed,
};
use crate::{
    look::{Leaving, LeavingState},
    page::case::{case as case_page, findings},
};

/// The case with this number, if the person sees cases of its site; else nothing is there.
async fn found(tx: &mut Tx, who: &Signed, number: &str) -> Result<CaseRow, Stop> {
    let number = number.parse().map_err(|_| Stop::NOT_FOUND)?;
    let case = cases::by_number(tx, number).await?.ok_or(Stop::NOT_FOUND)?;
    if who.sees(&case) { Ok(case) } else { Err(Stop::NOT_FOUND) }
}

/// The same person on the clock of the case's site; whoever has opened this case in full sees its texts, here and only here.
async fn at_case(tx: &mut Tx, who: Signed, case: &CaseRow) -> Result<Signed, Stop> {
    let who = who.on_the_clock_of(case.site);
    let is_covered = who.sight(case.site) == Sight::Covered;
    if is_covered && examples::is_full(tx, who.person.id, case.id, who.now).await? {
        return Ok(who.in_full(case.site));
    }
    Ok(who)
}

/// The page.
pub(super) async fn show(
    State(state): State<DeskState>,
    Path(number): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    let told = asked.get("told").map(String::as_str);
    note_reading(&state, &who, &case);
    let mut shown = shown(&state, &who, &mut tx, &case, None).await?;
    media::open(&mut shown.1.thread, asked.get("open").map(String::as_str));
    shown.1.told = match told {
        Some("marked") => Some(who.reader.t("mark-kept")),
        Some("kept-wrong") => Some(who.reader.t("wrong-kept")),
        _ => None,
    };
    if told == Some("undone") {
        shown.0.leaving.insert(0, undone(&case, &shown.1.author));
    }
    Ok(page_with(StatusCode::OK, case_page(&shown.0, &shown.1)))
}

/// The line that tells of a reply just called back.
fn undone(case: &CaseRow, to: &str) -> Leaving {
    Leaving { case: case.number, to: to.to_owned(), approved_by: None, state: LeavingState::Undone, may_undo: false }
}

type Shown = (crate::look::Frame, crate::page::case::Case);

async fn shown(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    typed: Option<&Typed>,
) -> Result<Shown, Stop> {
    let frame = frame(state, &who.in_lists(), tx).await?;
    let view = view::case(state, who, tx, case, typed).await?;
    Ok((frame, view))
}

/// The page again with what was typed kept in it.
async fn again(state: &DeskState, who: &Signed, case: &CaseRow, status: StatusCode, typed: &Typed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let (frame, view) = shown(state, who, &mut tx, case, Some(typed)).await?;
    Ok(page_with(status, case_page(&frame, &view)))
}

/// Notes that the case is open here, and read for the first time. Nobody waits for it.
fn note_reading(state: &DeskState, who: &Signed, case: &CaseRow) {
    if who.sight(case.site) != Sight::Text {
        return;
    }
    state.presence.reads(case.id, who.person.id, who.now);
    if case.opened_by.is_none() {
        let (road, by, id) = (Arc::clone(&state.road), who.person.id, case.id);
        tokio::spawn(async move {
            if let Err(error) = road.opened(by, id).await {
                tracing::warn!(%error, "that a case was opened could not be noted");
            }
        });
    }
}

/// What the guard says of a text while it is written: the parts of the page that show it.
pub(super) async fn find(State(state): State<DeskState>, Path(number): Path<String>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    who.may(case.site, DeskAction::Draft)?;
    state.presence.writes(case.id, who.person.id, who.now);
    let typed = Typed::of(&fields, &case, &who);
    let reply = reply::while_typing(&state, &who, &mut tx, &case, &typed).await?;
    Ok(page_with(StatusCode::OK, findings(&who.reader, case.number, &reply)))
}

/// An act on the case; the last part of the address says which.
pub(super) async fn act(
    State(state): State<DeskState>,
    Path((number, act)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &posted.who, &number).await?;
    let posted = Posted { who: at_case(&mut tx, posted.who, &case).await?, ..posted };
    drop(tx);
    if act == "invite" {
        return door::invite(&state, &posted.who, &case).await;
    }
    if act == "look" {
        return media::look(&state, &posted, &case).await;
    }
    if act == "statement" {
        return statement::post(&state, &posted, &case).await;
    }
    if act == "suggest" {
        return suggest::post(&state, &posted, &case).await;
    }
    match compose::Verb::from_word(&act) {
        Some(verb) => compose::post(&state, &posted, &case, verb).await,
        None => acts::post(&state, &posted, &case, &act).await,
    }
}

/// The address of an act, as it stands in the browser after a form was answered with a page, leads to the case.
pub(super) async fn acted(
    State(state): State<DeskState>,
    Path((number, _act)): Path<(String, String)>,
    who: Signed,
) -> Answer {
    let case = found(&mut state.store.begin_read().await?, &who, &number).await?;
    Ok(back(&case, ""))
}

/// To the case, at the part of the page that the act changed.
fn back(case: &CaseRow, part: &str) -> Response {
    super::answer::see(&format!("/case/{}{part}", case.number)).into_response()
}

/// What the page shows of the state it was made from; an act on an older state is refused.
fn seen(case: &CaseRow) -> String {
    case.updated_at.as_micros().to_string()
}

/// The queue a page leads back to.
fn queue(case: &CaseRow) -> crate::look::Queue {
    names::queue(case.queue)
}
