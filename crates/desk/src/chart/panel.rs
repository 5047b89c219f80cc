//! The app's pages and buttons. Every one asks the store which conversations the record may show at that moment.

use axum::{
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use bedside_core::{
    case::Queue,
    channel::ChannelKind,
    door::SpeaksFor,
    guard::{Check, Severity},
    policy::{Effect, Speech, no_rule_permits},
};
use bedside_flow::{
    ActError,
    chart::{Conversation, Whose},
};
use bedside_store::{
    Tx,
    cases::CaseRow,
    channels::{self, ChannelRow},
    chart::{self, CareKind},
    door, posts,
};

use super::{
    card,
    page::{self, CareLine, Found, Line, PanelFrame, Reason, Row, Talk, Trouble, Typed, Whose as Banner},
    session::{Opened, opened, session_over},
    view::{framed, reader, trouble},
};
use crate::{
    page::error::Trouble as DeskTrouble,
    serve::{
        DeskState,
        answer::{Answer, Stop, see, with_cookie},
        form::{Fields, check_origin},
        token,
    },
    text::{Reader, key, undone_code},
};

/// The name under which the road keeps a person's decision among the rules that made it.
const PERSON: &str = "person";

/// The patient's conversations.
pub(super) async fn list(State(state): State<DeskState>, Path(id): Path<String>, parts: Parts) -> Answer {
    let Some(opened) = opened(&state, &parts, &id).await? else {
        return Ok(trouble(&state, &parts.headers, None, Trouble::Over));
    };
    let frame = frame(&state, &parts, &opened);
    let mut tx = state.store.begin_read().await?;
    let all = conversations(&state, &mut tx, &opened).await?;
    let channels = channels::all(&mut tx).await?;
    let mut rows = Vec::new();
    for one in &all {
        rows.push(row(&state, &mut tx, &frame.reader, one, &channels).await?);
    }
    let since = all.iter().map(|one| one.seat.since.as_micros()).min();
    Ok(framed(&state, Some(opened.chart), StatusCode::OK, page::list(&frame, &rows, since)))
}

/// One conversation.
pub(super) async fn talk(
    State(state): State<DeskState>,
    Path((id, number)): Path<(String, String)>,
    parts: Parts,
) -> Answer {
    let Some(opened) = opened(&state, &parts, &id).await? else {
        return Ok(trouble(&state, &parts.headers, None, Trouble::Over));
    };
    let asked = parts.uri.query().unwrap_or_default();
    let told = match asked {
        "told=noted" => Some(key!("chart-told-noted")),
        "told=suggested" => Some(key!("chart-told-suggested")),
        _ => None,
    };
    let typed = Typed { told, ..Typed::default() };
    shown(&state, &parts, &opened, &number, StatusCode::OK, typed).await
}

async fn shown(
    state: &DeskState,
    parts: &Parts,
    opened: &Opened<'_>,
    number: &str,
    status: StatusCode,
    typed: Typed,
) -> Answer {
    let frame = frame(state, parts, opened);
    let mut tx = state.store.begin_read().await?;
    let Some(one) = conversation(state, &mut tx, opened, number).await? else {
        // Gone, taken back, or never there: the same.
        return Ok(framed(state, Some(opened.chart), StatusCode::NOT_FOUND, page::list(&frame, &[], None)));
    };
    let channels = channels::all(&mut tx).await?;
    let view = view(state, &mut tx, (&frame.reader, opened), &one, &channels, typed).await?;
    Ok(framed(state, Some(opened.chart), status, page::talk(&frame, &view)))
}

/// What somebody writes to the desk, and the end of an opening; the last part of the address says which.
pub(super) async fn act(
    State(state): State<DeskState>,
    Path((id, number, act)): Path<(String, String, String)>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let Some((opened, fields)) = posted(&state, &parts, &id, body).await? else {
        return Ok(trouble(&state, &parts.headers, None, Trouble::Over));
    };
    let mut tx = state.store.begin_read().await?;
    let Some(one) = conversation(&state, &mut tx, &opened, &number).await? else {
        let frame = frame(&state, &parts, &opened);
        return Ok(framed(&state, Some(opened.chart), StatusCode::NOT_FOUND, page::list(&frame, &[], None)));
    };
    let lang = lang_of(&state, &mut tx, &one.case).await?;
    drop(tx);
    let text = words(fields.get("text"));
    let (session, user, case) = (&opened.session, &opened.text.user, one.case.id);
    let done = match act.as_str() {
        "note" => state.road.care_note(session, user, case, &text).await.map(|_| "noted"),
        "suggest" => state.road.suggest(session, user, case, &lang, &text).await.map(|_| "suggested"),
        _ => return Err(Stop::NOT_FOUND),
    };
    let r = reader(&state, &parts.headers, Some(opened.chart));
    let typed = match done {
        Ok(told) => return Ok(see(&format!("/chart/p/{id}/{number}?told={told}#care"))),
        Err(ActError::Blocked(check)) => {
            Typed { found: found(&r, &text, &check), suggestion: text, ..Typed::default() }
        }
        Err(ActError::Invalid(word)) if act == "note" => {
            Typed { note: text, note_error: Some(undone_code(&r, word)), ..Typed::default() }
        }
        Err(ActError::Invalid(word)) => {
            Typed { suggestion: text, suggestion_error: Some(undone_code(&r, word)), ..Typed::default() }
        }
        Err(ActError::Gone) => Typed::default(),
        Err(other) => return Err(other.into()),
    };
    shown(&state, &parts, &opened, &number, StatusCode::UNPROCESSABLE_ENTITY, typed).await
}

/// Ends an opening.
pub(super) async fn leave(State(state): State<DeskState>, Path(id): Path<String>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let Some((opened, _)) = posted(&state, &parts, &id, body).await? else {
        return Ok(trouble(&state, &parts.headers, None, Trouble::Over));
    };
    state.road.close_chart(opened.session.id).await?;
    let answer = trouble(&state, &parts.headers, Some(opened.chart), Trouble::Over);
    Ok(with_cookie(answer, session_over(&state, opened.session.id)))
}

/// A form of this opening.
async fn posted<'a>(
    state: &'a DeskState,
    parts: &Parts,
    id: &str,
    body: axum::body::Body,
) -> Result<Option<(Opened<'a>, Fields)>, Stop> {
    check_origin(&parts.headers, &state.settings)?;
    let Some(opened) = opened(state, parts, id).await? else { return Ok(None) };
    let fields = Fields::read(Request::from_parts(parts.clone(), body), state).await?;
    if token::same(fields.get("csrf"), &opened.session.csrf) {
        Ok(Some((opened, fields)))
    } else {
        Err(Stop::Trouble(DeskTrouble::Stale))
    }
}

fn frame(state: &DeskState, parts: &Parts, opened: &Opened<'_>) -> PanelFrame {
    PanelFrame {
        reader: reader(state, &parts.headers, Some(opened.chart)),
        whose: Some(Banner {
            name: opened.text.patient.clone(),
            born: opened.text.born.clone(),
            user: opened.text.user.name.clone(),
            until: opened.session.expires_at.as_micros(),
            path: format!("/chart/p/{}", opened.session.id),
            csrf: opened.session.csrf.clone(),
        }),
    }
}

async fn conversations(state: &DeskState, tx: &mut Tx, opened: &Opened<'_>) -> Result<Vec<Conversation>, Stop> {
    let Some(patient) = opened.session.patient else { return Ok(Vec::new()) };
    Ok(state.road.conversations(tx, Whose::Patient(opened.session.site, patient)).await?)
}

async fn conversation(
    state: &DeskState,
    tx: &mut Tx,
    opened: &Opened<'_>,
    number: &str,
) -> Result<Option<Conversation>, Stop> {
    let all = conversations(state, tx, opened).await?;
    Ok(all.into_iter().find(|one| one.case.number.to_string() == number))
}

/// Where somebody wrote; the private door has no name of its own here.
fn place(r: &Reader, channels: &[ChannelRow], case: &CaseRow) -> (String, bool) {
    let row = channels.iter().find(|row| row.id == case.channel);
    match row.filter(|row| row.kind != ChannelKind::Door) {
        Some(row) => (row.name.clone(), false),
        None => (r.t("chart-door"), true),
    }
}

async fn row(
    state: &DeskState,
    tx: &mut Tx,
    r: &Reader,
    one: &Conversation,
    channels: &[ChannelRow],
) -> Result<Row, Stop> {
    let said = state.road.said(tx, &one.case).await?;
    let last = said.iter().rev().find(|said| !said.by_house);
    let (place, private) = place(r, channels, &one.case);
    Ok(Row {
        number: one.case.number,
        place,
        private,
        at: last.map_or(one.case.posted_at, |said| said.at).as_micros(),
        standing: card::standing(tx, one).await?,
        text: last.map(|said| said.text.clone()),
        lang: last.and_then(|said| said.lang.clone()),
    })
}

async fn view(
    state: &DeskState,
    tx: &mut Tx,
    (r, opened): (&Reader, &Opened<'_>),
    one: &Conversation,
    channels: &[ChannelRow],
    typed: Typed,
) -> Result<Talk, Stop> {
    let (place, private) = place(r, channels, &one.case);
    let house = state.road.house(opened.session.site).map(|house| house.site.name.clone()).unwrap_or_default();
    let said = state.road.said(tx, &one.case).await?;
    let lines = said.into_iter().map(|said| Line {
        ours: said.by_house,
        at: said.at.as_micros(),
        text: said.text,
        lang: said.lang,
        url: said.url.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    });
    Ok(Talk {
        number: one.case.number,
        place,
        private,
        house,
        writer: writer(tx, r, one).await?,
        since: one.seat.since.as_micros(),
        standing: card::standing(tx, one).await?,
        reasons: reasons(state, tx, r, &one.case).await?,
        lines: lines.collect(),
        care: care(state, tx, r, &one.case).await?,
        open: one.case.queue != Queue::Done,
        typed,
    })
}

/// Who writes: the patient, or somebody for them, as they said at the private door.
async fn writer(tx: &mut Tx, r: &Reader, one: &Conversation) -> Result<String, Stop> {
    let link = door::link_of(tx, one.seat.link).await?;
    Ok(match link.map_or(SpeaksFor::Myself, |link| link.speaks_for) {
        SpeaksFor::Myself => r.t("chart-writes-self"),
        SpeaksFor::Child => r.t("chart-writes-child"),
        SpeaksFor::Relative => r.t("chart-writes-relative"),
    })
}

/// Why it stands where it stands: the rules' own sentences, in the reader's language.
async fn reasons(state: &DeskState, tx: &mut Tx, r: &Reader, case: &CaseRow) -> Result<Vec<Reason>, Stop> {
    let Some(explained) = state.road.explain(tx, case).await? else { return Ok(Vec::new()) };
    let german = r.lang == crate::text::Lang::De;
    let mut reasons: Vec<Reason> = Vec::new();
    if case.decision.because.iter().any(|one| one.rule == PERSON) {
        reasons.push(Reason { words: r.t("because-person"), forbids: false, passed_on: false });
    }
    for rule in explained.explanation.rules.iter().filter(|rule| rule.rule != PERSON) {
        let words = if german { &rule.reason_de } else { &rule.reason_en };
        let one = Reason {
            words: words.clone(),
            forbids: rule.effect == Effect::Forbids,
            passed_on: matches!(rule.action.as_str(), "escalate_now" | "remove_or_report"),
        };
        if !words.is_empty() && !reasons.contains(&one) {
            reasons.push(one);
        }
    }
    if reasons.is_empty() && case.decision.speech == Speech::Silent {
        let lang = if german { bedside_core::triage::Lang::De } else { bedside_core::triage::Lang::En };
        reasons.push(Reason { words: no_rule_permits(lang).to_owned(), forbids: false, passed_on: false });
    }
    Ok(reasons)
}

/// What the care team has written here, and what became of it.
async fn care(state: &DeskState, tx: &mut Tx, r: &Reader, case: &CaseRow) -> Result<Vec<CareLine>, Stop> {
    let mut all = Vec::new();
    for row in chart::care_of(tx, case.id).await? {
        let text = row.text(&state.store).await?;
        all.push(CareLine {
            by: text.as_ref().map(|text| text.0.user.name.clone()).unwrap_or_default(),
            at: row.at.as_micros(),
            text: text.map_or_else(|| r.t("erased"), |text| text.0.text),
            suggestion: (row.kind == CareKind::Suggestion).then_some(row.state),
        });
    }
    Ok(all)
}

/// The language of an answer: that of the post it answers, else the country's.
async fn lang_of(state: &DeskState, tx: &mut Tx, case: &CaseRow) -> Result<String, Stop> {
    let post = posts::by_id(tx, case.post).await?;
    let of_post = post.and_then(|post| post.signals).map(|found| found.lang);
    let country = state.road.house(case.site).map(|house| house.site.jurisdiction);
    let of_country = match country {
        Some(bedside_core::site::Jurisdiction::Us | bedside_core::site::Jurisdiction::Uk) => "en",
        _ => "de",
    };
    let known = of_post.filter(|lang| *lang != bedside_core::triage::Lang::Unknown);
    Ok(known.map_or(of_country, |lang| lang.as_str()).to_owned())
}

fn found(r: &Reader, text: &str, check: &Check) -> Vec<Found> {
    let lang =
        if r.lang == crate::text::Lang::De { bedside_core::triage::Lang::De } else { bedside_core::triage::Lang::En };
    let one = |one: &bedside_core::guard::Finding| Found {
        kind: one.kind.as_str().to_owned(),
        quote: one.span.slice(text).chars().take(120).collect(),
        reason: one.reason(lang).to_owned(),
        blocks: one.severity == Severity::Block,
    };
    check.findings.iter().map(one).collect()
}

/// What was typed, with one kind of line end and no other control character.
fn words(typed: &str) -> String {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| *c == '\n' || !c.is_control()).take(8_000).collect()
}

/// A page that is asked for where only forms are sent leads to its conversation.
pub(super) async fn acted(Path((id, number, _act)): Path<(String, String, String)>) -> Response {
    see(&format!("/chart/p/{id}/{number}"))
}
