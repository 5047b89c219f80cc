//! A model that suggests drafts: when its button is there, what pressing it does, and which draft it wrote.

use axum::http::StatusCode;
use bedside_core::{
    log::{Kind, Subject},
    policy::desk::DeskAction,
    post::Visibility,
    suggest::may_be_asked,
};
use bedside_flow::Suggested;
use bedside_store::{
    cases::CaseRow,
    drafts::{DraftRow, DraftState},
};

use super::{
    super::{DeskState, answer::Answer, entry::Placed, form::Posted, names, refused::not_done},
    again, back,
    compose::at_hand,
    door::is_private,
    reply::{Around, Stands},
    view::Typed,
};
use crate::page::case::{ByModel, NotSuggested, Suggest};

/// Has the model write a draft in this person's name.
pub(super) async fn post(state: &DeskState, posted: &Posted, case: &CaseRow) -> Answer {
    let Posted { who, fields } = posted;
    who.may(case.site, DeskAction::Draft)?;
    let mut typed = Typed::of(fields, case, who);
    if !typed.text.trim().is_empty() {
        typed.not_suggested = Some(NotSuggested::TextThere);
        return again(state, who, case, StatusCode::CONFLICT, &typed).await;
    }
    let lang = at_hand(state, who, case).await?.lang;
    let form = names::speech_form(typed.form);
    let suggested = state.road.suggest_draft(who.person.id, case.id, form, &lang).await;
    let suggested = suggested.map_err(|error| not_done(&who.reader, Some(case.number), error))?;
    let (status, why) = match suggested {
        Suggested::Draft(_) => return Ok(back(case, "#reply")),
        Suggested::Refused(kinds) => {
            let kinds = kinds.into_iter().map(|kind| kind.as_str().to_owned()).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, NotSuggested::Refused(kinds))
        }
        Suggested::TooLong => (StatusCode::UNPROCESSABLE_ENTITY, NotSuggested::TooLong),
        Suggested::Unanswered => (StatusCode::BAD_GATEWAY, NotSuggested::Unanswered),
    };
    typed.not_suggested = Some(why);
    again(state, who, case, status, &typed).await
}

/// What the page shows of it.
pub(super) fn suggest(
    state: &DeskState,
    case: &CaseRow,
    stands: &Stands,
    around: &Around<'_>,
    typed: Option<&Typed>,
) -> Suggest {
    let is_free = stands.draft.as_ref().is_none_or(|draft| draft.state == DraftState::Sent);
    let is_open = around.subject.is_some_and(|post| {
        let decision = &case.decision;
        !matches!(post.visibility, Visibility::Direct | Visibility::Followers)
            && may_be_asked(post.signals.as_ref(), decision, decision).is_ok()
    });
    // What is shown is only offered; the road looks again when the button is pressed.
    let is_offered = is_free && is_open && !around.permitted.is_empty() && !is_private(state, case);
    Suggest {
        model: state.road.suggests().filter(|_| is_offered).map(|name| name.to_string()),
        by_model: stands.draft.as_ref().and_then(|draft| by_model(draft, around.entries)),
        not: typed.and_then(|typed| typed.not_suggested.clone()),
    }
}

/// The model that wrote a draft, as the log tells it, and whether it still stands as it was written.
fn by_model(draft: &DraftRow, entries: &[Placed]) -> Option<ByModel> {
    // Who changes somebody else's draft begins a new one for the same post; where its words came from stays true.
    let is_about = |subject: &Subject| match subject {
        Subject::Draft(id) => *id == draft.id,
        Subject::Post(id) => *id == draft.post,
        _ => false,
    };
    let is_its = |placed: &&Placed| {
        placed.entry.kind() == Kind::ModelAnswered
            && !placed.entry.commitments().is_empty()
            && placed.entry.subjects().iter().any(is_about)
    };
    let entry = &entries.iter().find(is_its)?.entry;
    let model = entry.codes().iter().find(|(key, _)| key.as_str() == "model").map(|(_, model)| model.to_string())?;
    let text = entry.commitments().iter().find(|(key, _)| key.as_str() == "text").map(|(_, text)| text);
    let is_changed = text.is_none_or(|text| text.as_bytes().as_slice() != draft.commitment.as_slice());
    Some(ByModel { model, is_changed })
}
