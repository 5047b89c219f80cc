//! Somebody who writes, for the privacy officer: what is kept of them, handing it out, a legal hold, erasing. Who has no role at
//! their house is told that nothing is there.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse as _,
};
use bedside_core::{
    id::{AuthorId, LabelId},
    label::{LabelKind, LabelTarget},
    policy::desk::DeskAction,
};
use bedside_flow::{
    LabelOrder,
    keeping::{Erasure, Hold},
};
use bedside_store::{
    Tx, cases, channels,
    keeping::{self, Footprint},
    posts::{self, AuthorRow},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, page_with, see},
    form::Posted,
    frame::{frame, names},
    names as words,
    refused::not_done,
    session::Signed,
};
use crate::{
    page::{
        author::{
            Author, Erased, Held, author as author_page, author_href, erase as erase_page, erased as erased_page,
        },
        kept::person_page,
    },
    text::Reader,
};

/// The author of an address, at a house where this person may hand out and erase.
async fn of(who: &Signed, tx: &mut Tx, id: &str) -> Result<AuthorRow, Stop> {
    let id: AuthorId = id.parse().map_err(|_| Stop::NOT_FOUND)?;
    let row = posts::author(tx, id).await?.ok_or(Stop::NOT_FOUND)?;
    if who.house(row.site).is_none() {
        return Err(Stop::NOT_FOUND);
    }
    who.may(row.site, DeskAction::ExportPerson)?;
    Ok(row)
}

/// The page of somebody.
pub(super) async fn show(State(state): State<DeskState>, Path(id): Path<String>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = of(&who, &mut tx, &id).await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let view = view(&state, &who, &mut tx, &row).await?;
    Ok(page(author_page(&frame, &view)))
}

/// The second look before they are erased.
pub(super) async fn ask(State(state): State<DeskState>, Path(id): Path<String>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = of(&who, &mut tx, &id).await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let view = view(&state, &who, &mut tx, &row).await?;
    Ok(page(erase_page(&frame, &view)))
}

async fn view(state: &DeskState, who: &Signed, tx: &mut Tx, row: &AuthorRow) -> Result<Author, Stop> {
    let r = &who.reader;
    // Nothing of them is left that a page could name.
    let text = state.store.open_author(row).await?.ok_or(Stop::NOT_FOUND)?.0;
    let of = keeping::footprint(tx, row.id).await?;
    let people = names(tx).await?;
    let holds = state.road.holds_on(row.id).await?.into_iter().map(|hold| held(r, &people, hold)).collect();
    let own: Vec<_> = of.own.iter().map(|(case, _)| *case).collect();
    let mut listed = cases::by_ids(tx, &own).await?;
    listed.sort_by_key(|case| case.number);
    let all = channels::all(tx).await?;
    let mut named = Vec::new();
    for id in &of.authors {
        let at = posts::author(tx, *id).await?.map(|author| author.channel);
        named.extend(all.iter().filter(|channel| Some(channel.id) == at).map(|channel| channel.name.clone()));
    }
    Ok(Author {
        id: row.id.to_string(),
        handle: text.handle,
        name: text.name,
        channels: named,
        since: row.created_at.as_micros(),
        kept: kept(r, &of),
        may_hold: !listed.is_empty() && who.may(row.site, DeskAction::LegalLabel).is_ok(),
        cases: listed.iter().map(|case| (case.number, queue(r, case.queue))).collect(),
        holds,
        is_leaving: of.leaving > 0,
        stays: stays(r, (of.standing, of.filed, 0, of.elsewhere.len() as u64)),
        is_mistyped: false,
    })
}

fn queue(r: &Reader, queue: bedside_core::case::Queue) -> String {
    use bedside_core::case::Queue;
    match queue {
        Queue::Now => r.t("queue-now"),
        Queue::Waiting => r.t("queue-waiting"),
        Queue::Silent => r.t("queue-silent"),
        Queue::Done => r.t("queue-done"),
    }
}

fn held(r: &Reader, people: &std::collections::HashMap<bedside_core::id::PersonId, String>, hold: Hold) -> Held {
    Held {
        id: hold.label.to_string(),
        on: match hold.on {
            LabelTarget::Author => r.t("label-on-author"),
            LabelTarget::Thread => r.t("label-on-thread"),
            LabelTarget::Site => r.t("label-on-house"),
        },
        reason: hold.reason.unwrap_or_else(|| r.t("erased")),
        by: hold.by.parse().map_or_else(|_| hold.by.clone(), |id| words::person(r, people, id)),
        since: hold.since.as_micros(),
        until: hold.until.map(|at| at.as_micros()),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn kept(r: &Reader, of: &Footprint) -> Vec<(String, i64)> {
    vec![
        (r.t("author-posts"), count(of.posts.len())),
        (r.t("author-cases"), count(of.own.len())),
        (r.t("author-elsewhere"), count(of.elsewhere.len())),
    ]
}

/// What stays, and why: replies on platforms, documents in records, open cases, conversations of others.
fn stays(r: &Reader, (standing, filed, open, elsewhere): (u64, u64, u64, u64)) -> Vec<String> {
    let counted = [
        (standing, "author-stays-replies"),
        (filed, "author-stays-filed"),
        (open, "author-stays-open"),
        (elsewhere, "author-stays-elsewhere"),
    ];
    let mut lines = vec![r.t("author-stays-ids"), r.t("author-stays-hash")];
    for (n, key) in counted.into_iter().filter(|(n, _)| *n > 0) {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        lines.push(match key {
            "author-stays-replies" => r.say("author-stays-replies", &[("count", n.into())]),
            "author-stays-filed" => r.say("author-stays-filed", &[("count", n.into())]),
            "author-stays-open" => r.say("author-stays-open", &[("count", n.into())]),
            _ => r.say("author-stays-elsewhere", &[("count", n.into())]),
        });
    }
    lines
}

/// `json` and `page` hand out, `hold` and `release` set and remove a legal hold.
pub(super) async fn act(
    State(state): State<DeskState>,
    Path((id, act)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = of(&posted.who, &mut tx, &id).await?;
    drop(tx);
    match act.as_str() {
        "json" | "page" => hand_out(&state, &posted.who, &row, &act).await,
        "hold" => hold(&state, &posted, &row).await,
        "release" => release(&state, &posted, &row).await,
        _ => Err(Stop::NOT_FOUND),
    }
}

/// Erases them, where the handle was typed.
pub(super) async fn erase_posted(State(state): State<DeskState>, Path(id): Path<String>, posted: Posted) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let row = of(&posted.who, &mut tx, &id).await?;
    drop(tx);
    erase(&state, &posted, &row).await
}

async fn hand_out(state: &DeskState, who: &Signed, row: &AuthorRow, act: &str) -> Answer {
    let told = state.road.export_person(Some(who.person.id), row.id).await;
    let told = told.map_err(|error| not_done(&who.reader, None, error))?;
    let (body, kind, end) = if act == "json" {
        let body = serde_json::to_string_pretty(&told).map_err(|_| Stop::Unclear)?;
        (body, "application/json; charset=utf-8", "json")
    } else {
        (person_page(&told, who.reader.lang.code()), "text/html; charset=utf-8", "html")
    };
    let name = format!("attachment; filename=\"person-{}.{end}\"", row.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Stop::Unclear)?),
    ];
    Ok((headers, body).into_response())
}

async fn hold(state: &DeskState, posted: &Posted, row: &AuthorRow) -> Answer {
    let who = &posted.who;
    let mut tx = state.store.begin_read().await?;
    let case = cases::newest_of_author(&mut tx, row.id).await?.ok_or(Stop::NOT_FOUND)?;
    drop(tx);
    let reason = posted.fields.line("reason");
    let order =
        LabelOrder { target: LabelTarget::Author, kind: LabelKind::LegalHold, reason: &reason, expires_at: None };
    let set = state.road.label(who.person.id, case.id, order).await;
    set.map_err(|error| not_done(&who.reader, Some(case.number), error))?;
    Ok(see(&author_href(&row.id.to_string())))
}

async fn release(state: &DeskState, posted: &Posted, row: &AuthorRow) -> Answer {
    let who = &posted.who;
    let label: LabelId = posted.fields.get("label").parse().map_err(|_| Stop::Unclear)?;
    let holds = state.road.holds_on(row.id).await?;
    if holds.iter().all(|hold| hold.label != label) {
        return Err(Stop::NOT_FOUND);
    }
    let removed = state.road.unlabel(who.person.id, label).await;
    removed.map_err(|error| not_done(&who.reader, None, error))?;
    Ok(see(&author_href(&row.id.to_string())))
}

async fn erase(state: &DeskState, posted: &Posted, row: &AuthorRow) -> Answer {
    let who = &posted.who;
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let view = view(state, who, &mut tx, row).await?;
    drop(tx);
    let typed = posted.fields.line("handle");
    if typed.trim_start_matches('@').to_lowercase() != view.handle.to_lowercase() {
        let asked = Author { is_mistyped: true, ..view };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, erase_page(&frame, &asked)));
    }
    let went = state.road.erase_person(Some(who.person.id), row.id).await;
    let went = went.map_err(|error| not_done(&who.reader, None, error))?;
    // The queues as they are now.
    let frame = super::frame::frame(state, who, &mut state.store.begin_read().await?).await?;
    Ok(page(erased_page(&frame, &erased(&who.reader, &went))))
}

fn erased(r: &Reader, went: &Erasure) -> Erased {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Erased {
        went: vec![
            (r.t("author-posts"), number(went.posts)),
            (r.t("author-cases"), number(went.cases)),
            (r.t("author-keys"), number(went.keys)),
            (r.t("author-consents"), number(went.consents)),
        ],
        stays: stays(r, (went.standing, went.filed, went.open, went.elsewhere)),
    }
}
