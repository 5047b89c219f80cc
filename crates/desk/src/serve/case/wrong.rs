//! "This was wrong": a page of its own that works without script, and the act.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use bedside_core::{policy::desk::DeskAction, triage::Lang};
use bedside_flow::{ActError, rules::Verdict};
use bedside_store::cases::CaseRow;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page_with},
        eyes::Sight,
        form::Posted,
        frame::frame,
        names,
        refused::not_done,
        session::Signed,
    },
    at_case, back, found,
};
use crate::{
    look::part::Action,
    page::wrong::{WrongDecision, wrong as wrong_page},
    text::undone_code,
};

/// The page.
pub(in super::super) async fn show(State(state): State<DeskState>, Path(number): Path<String>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    drop(tx);
    answer(&state, &who, &case, WrongDecision::default()).await
}

async fn answer(state: &DeskState, who: &Signed, case: &CaseRow, typed: WrongDecision) -> Answer {
    who.may(case.site, DeskAction::MarkWrong)?;
    if who.sight(case.site) == Sight::Nothing {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, &who.in_lists(), &mut tx).await?;
    let explained = state.road.explain(&mut tx, case).await?;
    let rules = explained.map(|explained| explained.explanation.rules).unwrap_or_default();
    let reason = |de: String, en: String| if who.lang() == Lang::De { de } else { en };
    let status = if typed.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = WrongDecision {
        case: case.number,
        decision: case.decision_id.to_string(),
        was: actions(case.decision.parts().into_iter()),
        because: rules
            .into_iter()
            .map(|rule| reason(rule.reason_de, rule.reason_en))
            .filter(|r| !r.is_empty())
            .collect(),
        ..typed
    };
    Ok(page_with(status, wrong_page(&frame, &view)))
}

fn actions<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<Action> {
    codes.filter_map(Action::from_code).collect()
}

/// Keeps it, with a note for colleagues, and leads back to the case.
pub(in super::super) async fn post(
    State(state): State<DeskState>,
    Path(number): Path<String>,
    posted: Posted,
) -> Answer {
    let Posted { who, fields } = posted;
    let mut tx = state.store.begin_read().await?;
    let case = found(&mut tx, &who, &number).await?;
    let who = at_case(&mut tx, who, &case).await?;
    drop(tx);
    let words = |name| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
    let reason = fields.line("reason");
    let decision = fields.get("decision").parse().map_err(|_| Stop::Unclear)?;
    let verdict = Verdict { decision, acceptable: words("right"), forbidden: words("harm"), why: &reason };
    match state.road.keep_wrong_decision(who.person.id, case.id, &verdict).await {
        Ok(_) => {}
        Err(ActError::Invalid(word) | ActError::Changed(word)) => {
            let typed = WrongDecision {
                right: actions(fields.all("right")),
                harm: actions(fields.all("harm")),
                reason: reason.clone(),
                error: Some(undone_code(&who.reader, word)),
                ..WrongDecision::default()
            };
            return answer(&state, &who, &case, typed).await;
        }
        Err(error) => return Err(not_done(&who.reader, Some(case.number), error)),
    }
    note(&state, &who, &case, &verdict).await?;
    Ok(back(&case, "?told=kept-wrong#side"))
}

/// Colleagues see it beside the case.
async fn note(state: &DeskState, who: &Signed, case: &CaseRow, verdict: &Verdict<'_>) -> Result<(), Stop> {
    let r = &who.reader;
    let is = names::action(&case.decision).word(r);
    let right = actions(verdict.acceptable.iter().map(String::as_str));
    let right = right.into_iter().map(|one| one.word(r)).collect::<Vec<_>>().join(", ");
    let said = [("is", is.into()), ("expected", right.into()), ("why", verdict.why.into())];
    let noted = state.road.wrong(who.person.id, case.id, &r.say("note-wrong", &said)).await;
    noted.map_err(|error| not_done(r, Some(case.number), error))
}
