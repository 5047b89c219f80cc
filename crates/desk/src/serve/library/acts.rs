//! What people do with a statement: each is one act of the road, answered by a redirect to it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use bedside_flow::ActError;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with, see},
        form::Posted,
        frame::frame,
        refused::not_done,
        session::Signed,
        token,
    },
    at_hand, edit, found, view,
};
use crate::{
    page::library::{self as pages, statement_href},
    text::undone_code,
};

/// An act on a statement; the last part of the address says which.
pub(in crate::serve) async fn act(
    State(state): State<DeskState>,
    Path((number, act)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let versions = found(&state, &posted.who, &mut tx, &number).await?;
    drop(tx);
    if act == "edit" {
        return edit::save(&state, &posted, Some(&versions)).await;
    }
    let Posted { who, fields } = &posted;
    let newest = at_hand(&versions).ok_or(Stop::NOT_FOUND)?;
    let (by, id) = (who.person.id, newest.row.id);
    // An act that means another text than the newest is refused by the road, which compares what was shown.
    let is_newest = token::hex(&newest.row.commitment) == fields.get("shown");
    let shown = if is_newest { newest.row.commitment.clone() } else { Vec::new() };
    let done = match act.as_str() {
        "ask" => state.road.ask_statement(by, id, &shown).await,
        "approve" => state.road.approve_statement(by, id, &shown, fields.has("warnings")).await,
        "back" => state.road.send_back_statement(by, id, &shown, fields.get("note")).await,
        "retire" => state.road.retire_statement(by, id).await,
        _ => return Err(Stop::NOT_FOUND),
    };
    let (status, word) = match done {
        Ok(()) => return Ok(see(&statement_href(newest.row.number))),
        Err(ActError::Invalid(word)) => (StatusCode::UNPROCESSABLE_ENTITY, word),
        Err(ActError::Changed(word)) => (StatusCode::CONFLICT, word),
        Err(ActError::Blocked(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "guard_blocks"),
        Err(error) => return Err(not_done(&who.reader, None, error)),
    };
    let mut tx = state.store.begin_read().await?;
    let versions = found(&state, who, &mut tx, &number).await?;
    let frame = frame(&state, who, &mut tx).await?;
    let told = Some(undone_code(&who.reader, word));
    let view = view::one(&state, who, &mut tx, &versions, told).await?;
    Ok(page_with(status, pages::one(&frame, &view)))
}

/// The form, and the addresses of acts as they stand in the browser after one was answered with a page.
pub(in crate::serve) async fn acted(
    State(state): State<DeskState>,
    Path((number, act)): Path<(String, String)>,
    who: Signed,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let versions = found(&state, &who, &mut tx, &number).await?;
    drop(tx);
    if act == "edit" {
        return edit::of(&state, &who, &versions).await;
    }
    let newest = at_hand(&versions).ok_or(Stop::NOT_FOUND)?;
    Ok(see(&statement_href(newest.row.number)))
}
