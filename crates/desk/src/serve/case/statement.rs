//! Statements at the composer: which fit, what taking one does, and where the draft at hand was taken from.

use axum::http::StatusCode;
use bedside_core::{
    label::{LabelKind, LabelTarget},
    policy::{Escalation, desk::DeskAction},
    statement::{StatementKind, Wanted, placeholders},
    triage::{Lang, Topic},
};
use bedside_flow::{ActError, library::InForce};
use bedside_store::{
    Tx,
    cases::CaseRow,
    drafts::{DraftRow, DraftState},
    incidents, labels, library,
};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop},
        form::Posted,
        names,
        refused::not_done,
        session::Signed,
    },
    again,
    compose::at_hand,
    reply::{Around, Stands},
    seen,
    view::Typed,
};
use crate::{
    page::case::{Library, Offer, Taken},
    text::undone_code,
};

/// Puts a statement into the draft. What was typed before can be had back.
pub(super) async fn post(state: &DeskState, posted: &Posted, case: &CaseRow) -> Answer {
    let Posted { who, fields } = posted;
    who.may(case.site, DeskAction::Draft)?;
    let mut typed = Typed::of(fields, case, who);
    let at_hand = at_hand(state, who, case).await?;
    if typed.draft != at_hand.version() || typed.seen != seen(case) {
        typed.is_late = true;
        return again(state, who, case, StatusCode::CONFLICT, &typed).await;
    }
    let statement = fields.get("statement").parse().map_err(|_| Stop::Unclear)?;
    match state.road.take_statement(who.person.id, case.id, statement).await {
        Ok((_, taken)) => {
            typed.before = Some(std::mem::take(&mut typed.text)).filter(|before| !before.trim().is_empty());
            typed.text = taken.text;
            typed.form = names::reply_form(taken.statement.form);
            again(state, who, case, StatusCode::OK, &typed).await
        }
        Err(ActError::Invalid(word)) => {
            typed.not_taken = Some(undone_code(&who.reader, word));
            again(state, who, case, StatusCode::UNPROCESSABLE_ENTITY, &typed).await
        }
        Err(error) => Err(not_done(&who.reader, Some(case.number), error)),
    }
}

/// What the page shows of the library.
pub(super) async fn library(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    (case, lang): (&CaseRow, &str),
    stands: &Stands,
    around: &Around<'_>,
    typed: Option<&Typed>,
) -> Result<Library, Stop> {
    let is_open = stands.draft.as_ref().is_none_or(|draft| {
        matches!(draft.state, DraftState::Open | DraftState::Withdrawn | DraftState::Sent)
            || (draft.state == DraftState::Approved && typed.is_some())
    });
    let writes = is_open && who.may(case.site, DeskAction::Draft).is_ok();
    let offers = if writes { offers(state, who, tx, case, lang, around).await? } else { Vec::new() };
    let taken = match &stands.draft {
        Some(draft) => {
            let text = typed.map(|typed| typed.text.as_str()).or(stands.text.as_deref());
            taken(state, who, tx, case, draft, text).await?
        }
        None => None,
    };
    Ok(Library { offers, taken, not: typed.and_then(|typed| typed.not_taken.clone()) })
}

async fn offers(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    lang: &str,
    around: &Around<'_>,
) -> Result<Vec<Offer>, Stop> {
    let Some(house) = who.house(case.site) else { return Ok(Vec::new()) };
    let found = around.subject.and_then(|post| post.signals.as_ref());
    let topics: Vec<Topic> = found.map(|found| found.topics.iter().map(|one| one.topic).collect()).unwrap_or_default();
    let Some(kind) = kind(tx, case, who).await? else { return Ok(Vec::new()) };
    let wanted = Wanted {
        kind,
        forms: around.permitted,
        topics: &topics,
        lang: Lang::from_tag(lang),
        law: house.site.jurisdiction,
        site: case.site,
    };
    let said = library::said_in(tx, case.id).await?;
    let all = state.road.statements_for(tx, &wanted).await?;
    Ok(all.into_iter().map(|one| offer(&one, said.contains(&one.row.id))).collect())
}

/// What kind may be said here: somebody in danger gets a crisis reply. While an incident lasts the library offers nothing: what may
/// leave then is approved for that very incident.
async fn kind(tx: &mut Tx, case: &CaseRow, who: &Signed) -> Result<Option<StatementKind>, Stop> {
    if case.decision.escalation.as_ref().is_some_and(Escalation::is_alarm) {
        return Ok(Some(StatementKind::Crisis));
    }
    let labels = labels::on(tx, case.site, case.author, case.thread, who.now).await?;
    let is_incident = labels.iter().any(|label| label.target == LabelTarget::Site && label.kind == LabelKind::Incident);
    let is_quiet = !is_incident && incidents::open(tx, case.site).await?.is_empty();
    Ok(is_quiet.then_some(StatementKind::Template))
}

fn offer(one: &InForce, said: bool) -> Offer {
    Offer {
        id: one.row.id.to_string(),
        number: one.row.number,
        title: one.statement.title.clone(),
        form: names::reply_form(one.statement.form),
        lang: one.statement.lang.as_str().to_owned(),
        text: one.text.clone(),
        said,
    }
}

/// Where a draft was taken from, whatever became of that version since.
pub(super) async fn taken(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    draft: &DraftRow,
    text: Option<&str>,
) -> Result<Option<Taken>, Stop> {
    let Some((id, version)) = draft.statement else { return Ok(None) };
    let Some(row) = library::version(tx, id, version).await? else { return Ok(None) };
    let Some(sealed) = state.store.open_statement(&row).await? else { return Ok(None) };
    let Some(house) = state.road.house(case.site) else { return Ok(None) };
    let statement = sealed.0.statement;
    let own = house.own_facts(house.site.jurisdiction);
    let text = text.filter(|_| who.sight(case.site) == super::super::eyes::Sight::Text).unwrap_or_default();
    Ok(Some(Taken {
        number: row.number,
        title: statement.title.clone(),
        is_changed: text.trim() != statement.filled(&own).trim(),
        said: draft.state != DraftState::Sent && library::was_said(tx, case.id, id, Some(draft.id)).await?,
        open: placeholders(text).into_iter().map(|place| place.name).collect(),
    }))
}
