//! The composer's acts: have the text checked, keep it, ask for approval. What was typed is never lost: a page that shows
//! why something can't be done shows the text too.

use axum::http::StatusCode;
use bedside_core::{id::DraftId, policy::desk::DeskAction};
use bedside_flow::ActError;
use bedside_store::{cases::CaseRow, drafts::DraftState, posts};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop},
        form::{Fields, Posted},
        names,
        refused::not_done,
        session::Signed,
    },
    again, back,
    reply::{Stands, checked, lang, mended},
    seen,
    view::Typed,
};

/// What the composer can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Look at the text, change nothing.
    Check,
    /// Keep the text.
    Draft,
    /// Keep it and ask a second person.
    Submit,
}

impl Verb {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "check" => Some(Self::Check),
            "draft" => Some(Self::Draft),
            "submit" => Some(Self::Submit),
            _ => None,
        }
    }
}

/// The draft at hand as the store has it, and the language of the reply.
struct AtHand {
    stands: Stands,
    lang: String,
}

pub(super) async fn post(state: &DeskState, posted: &Posted, case: &CaseRow, verb: Verb) -> Answer {
    let Posted { who, fields } = posted;
    who.may(case.site, DeskAction::Draft)?;
    let mut typed = Typed::of(fields, case, who);
    let at_hand = at_hand(state, who, case).await?;
    if !fields.get("repair").is_empty() {
        repair(state, who, case, &at_hand.lang, &mut typed, fields).await?;
        return again(state, who, case, StatusCode::OK, &typed).await;
    }
    if verb == Verb::Check {
        return again(state, who, case, StatusCode::OK, &typed).await;
    }
    let other_draft = typed.draft != at_hand.stands.version();
    if other_draft || typed.seen != seen(case) {
        typed.is_late = true;
        // The text is kept where that overwrites nobody's.
        if !other_draft && !typed.text.trim().is_empty() {
            keep(state, who, case, &at_hand, &typed).await?;
        }
        return again(state, who, case, StatusCode::CONFLICT, &typed).await;
    }
    let draft = keep(state, who, case, &at_hand, &typed).await?;
    if verb == Verb::Draft {
        return Ok(back(case, "#reply"));
    }
    match state.road.ask_approval(who.person.id, draft).await {
        Ok(()) => Ok(back(case, "#reply")),
        Err(ActError::Blocked(_)) => {
            again(state, who, case, StatusCode::UNPROCESSABLE_ENTITY, &Typed { ..typed }).await
        }
        Err(error) => Err(not_done(&who.reader, Some(case.number), error)),
    }
}

async fn at_hand(state: &DeskState, who: &Signed, case: &CaseRow) -> Result<AtHand, Stop> {
    let mut tx = state.store.begin_read().await?;
    let stands = Stands::of(state, who, &mut tx, case).await?;
    let subject = posts::by_id(&mut tx, case.post).await?;
    let lang = lang(who, case, stands.draft.as_ref(), subject.as_ref());
    Ok(AtHand { stands, lang })
}

/// Stores the text, unless the draft says the same already: writing withdraws what was asked for.
async fn keep(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    at_hand: &AtHand,
    typed: &Typed,
) -> Result<DraftId, Stop> {
    let form = names::speech_form(typed.form);
    if let (Some(draft), Some(text)) = (&at_hand.stands.draft, &at_hand.stands.text)
        && draft.state == DraftState::Open
        && draft.form == form
        && draft.post == case.post
        && *text == typed.text.trim()
    {
        return Ok(draft.id);
    }
    let written = state.road.write_draft(who.person.id, case.id, form, &at_hand.lang, &typed.text).await;
    written.map_err(|error| not_done(&who.reader, Some(case.number), error))
}

/// Mends one place of the text as the guard suggests, strikes it, or keeps it with a reason that colleagues see.
async fn repair(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    lang: &str,
    typed: &mut Typed,
    fields: &Fields,
) -> Result<(), Stop> {
    let (n, how) = fields.get("repair").split_once(':').ok_or(Stop::Unclear)?;
    let at: usize = n.parse().map_err(|_| Stop::Unclear)?;
    let Some(checked) = checked(state, who, case, lang, &typed.text).await? else {
        return Ok(());
    };
    // The text may have been changed since the page was made; then there may be no such place any more.
    let Some(finding) = at.checked_sub(1).and_then(|at| checked.check.findings.get(at)) else {
        return Ok(());
    };
    match (how, &finding.suggestion) {
        ("replace", Some(suggestion)) => typed.text = mended(&typed.text, suggestion.span, &suggestion.replace),
        ("strike", Some(suggestion)) if suggestion.span.end > suggestion.span.start => {
            typed.text = mended(&typed.text, suggestion.span, "")
        }
        ("strike", _) => typed.text = mended(&typed.text, finding.span, ""),
        ("keep", _) => {
            let reason = fields.line(&format!("keep-{at}"));
            if reason.is_empty() {
                return Ok(());
            }
            let words = finding.span.slice(&typed.text);
            let quote = who.reader.quote(words);
            let note = who.reader.say("note-kept", &[("quote", quote.into()), ("why", reason.into())]);
            let noted = state.road.note(who.person.id, case.id, &note).await;
            noted.map_err(|error| not_done(&who.reader, Some(case.number), error))?;
        }
        _ => return Err(Stop::Unclear),
    }
    Ok(())
}
