//! "This is wrong", and "something is missing here": a page of its own that works without script, and the act.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use bedside_core::{
    example::Found,
    id::PostId,
    policy::desk::DeskAction,
    text::TextSpan,
    triage::{SignalKind, Topic, Urgency},
};
use bedside_flow::{ActError, Wrong};
use bedside_store::{cases::CaseRow, posts};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with},
        eyes::Sight,
        form::{Fields, Posted},
        frame::frame,
        refused::not_done,
        session::Signed,
    },
    at_case, back, found,
};
use crate::{
    page::mark::{Mark, mark as mark_page},
    text::{Reader, topic, undone_code, urgency_word},
};

/// What is told of a finding, by the page's address and again by its form.
struct Told {
    post: PostId,
    found: Option<Found>,
    span: Option<TextSpan>,
    is_missing: bool,
}

impl Told {
    fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Stop> {
        let number = |name| get(name).and_then(|value| value.parse::<u32>().ok());
        let span = number("start").zip(number("end")).map(|(start, end)| TextSpan { start, end });
        Ok(Self {
            post: get("post").and_then(|id| id.parse().ok()).ok_or(Stop::NOT_FOUND)?,
            found: get("found").and_then(Found::from_word),
            span: span.filter(|span| span.start < span.end),
            is_missing: get("missing") == Some("1"),
        })
    }
}

/// The page.
pub(in super::super) async fn show(
    State(state): State<DeskState>,
    Path(number): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let told = Told::of(|name| asked.get(name).map(String::as_str))?;
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    drop(tx);
    answer(&state, &who, &case, &told, None).await
}

async fn answer(state: &DeskState, who: &Signed, case: &CaseRow, told: &Told, error: Option<String>) -> Answer {
    who.may(case.site, DeskAction::MarkWrong)?;
    if who.sight(case.site) != Sight::Text || (told.found.is_none() && !told.is_missing) {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let post = posts::by_id(&mut tx, told.post).await?.filter(|post| post.thread == case.thread);
    let post = post.ok_or(Stop::NOT_FOUND)?;
    let opened = state.store.open_posts(std::slice::from_ref(&post)).await?;
    let (text, _) = opened.into_iter().find_map(posts::Opened::text).ok_or(Stop::NOT_FOUND)?;
    let frame = frame(state, &who.in_lists(), &mut tx).await?;
    let r = &who.reader;
    let lang = post.signals.as_ref().map(|found| found.lang.as_str()).filter(|lang| *lang != "und");
    let view = Mark {
        case: case.number,
        post: told.post.to_string(),
        found: told.found.map(Found::word),
        name: told.found.map(|found| name(r, found)).unwrap_or_default(),
        span: told.span.map(|span| (span.start, span.end)),
        quote: told.span.map(|span| span.slice(&text.0.text).to_owned()).unwrap_or_default(),
        text: text.0.text,
        lang: lang.map(str::to_owned),
        choices: choices(r, told),
        is_missing: told.is_missing,
        error,
    };
    let status = if view.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page_with(status, mark_page(&frame, &view)))
}

/// Keeps what is said, and leads back to the thread.
pub(in super::super) async fn post(
    State(state): State<DeskState>,
    Path(number): Path<String>,
    posted: Posted,
) -> Answer {
    let Posted { who, fields } = posted;
    let mut told = Told::of(|name| Some(fields.get(name)).filter(|value| !value.is_empty()))?;
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    drop(tx);
    who.may(case.site, DeskAction::MarkWrong)?;
    if told.is_missing {
        told.found = Found::from_word(fields.get("what"));
    }
    let Some(said) = told.found else {
        let error = who.reader.t("mark-what-missing");
        return answer(&state, &who, &case, &told, Some(error)).await;
    };
    match state.road.say_wrong(who.person.id, case.id, wrong(&told, said, &fields)).await {
        Ok(_) => Ok(back(&case, "?told=marked#thread")),
        Err(ActError::Invalid(word)) => {
            let error = undone_code(&who.reader, word);
            let told = Told { found: told.found.filter(|_| !told.is_missing), ..told };
            answer(&state, &who, &case, &told, Some(error)).await
        }
        Err(error) => Err(not_done(&who.reader, Some(case.number), error)),
    }
}

fn wrong<'a>(told: &Told, found: Found, fields: &'a Fields) -> Wrong<'a> {
    Wrong {
        post: told.post,
        found,
        is_missing: told.is_missing,
        draft: None,
        span: told.span.filter(|_| !told.is_missing),
        words: fields.get("words"),
        right: fields.get("right"),
        comment: fields.get("comment"),
    }
}

fn name(r: &Reader, found: Found) -> String {
    match found {
        Found::Urgency(urgency) => urgency_word(r, urgency.as_str()),
        Found::Topic(_) | Found::Signal(_) | Found::Guard(_) => topic(r, found.words().1),
    }
}

/// What would have been right, or what is missing: value and words.
fn choices(r: &Reader, told: &Told) -> Vec<(String, String)> {
    let topics = || Topic::ALL.iter().map(|one| one.as_str());
    let named = |word: &str| (word.to_owned(), topic(r, word));
    match (told.is_missing, told.found) {
        (true, _) => {
            let topics = Topic::ALL.iter().map(|one| Found::Topic(*one));
            let signals =
                SignalKind::ALL.iter().filter(|kind| **kind != SignalKind::Topic).map(|one| Found::Signal(*one));
            let urgency = [Urgency::Page, Urgency::LookNow].map(Found::Urgency);
            urgency.into_iter().chain(topics).chain(signals).map(|one| (one.word(), name(r, one))).collect()
        }
        (false, Some(Found::Topic(_))) => topics().map(named).collect(),
        (false, Some(Found::Urgency(_))) => {
            Urgency::ALL.iter().map(|one| (one.as_str().to_owned(), urgency_word(r, one.as_str()))).collect()
        }
        (false, _) => Vec::new(),
    }
}
