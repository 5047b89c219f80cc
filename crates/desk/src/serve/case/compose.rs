//! The composer's acts: have the text checked, keep it, ask for approval. What was typed is never lost: a page that shows
//! why something can't be done shows the text too.

use axum::http::StatusCode;
use bedside_core::{
    example::Found,
    guard::{Check, Finding, Kind},
    id::DraftId,
    policy::desk::DeskAction,
};
use bedside_flow::{ActError, Wrong};
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
    reply::{Stands, checked, lang, mended, struck},
    seen,
    view::Typed,
};
use crate::text::undone_code;

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
pub(super) struct AtHand {
    stands: Stands,
    pub(super) lang: String,
}

impl AtHand {
    /// Which text the draft is.
    pub(super) fn version(&self) -> String {
        self.stands.version()
    }
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

pub(super) async fn at_hand(state: &DeskState, who: &Signed, case: &CaseRow) -> Result<AtHand, Stop> {
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

/// Mends one place of the text as the guard suggests, strikes it, keeps it with a reason that colleagues see, or says that the
/// guard is wrong. Whatever is done, what was typed comes back.
async fn repair(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    lang: &str,
    typed: &mut Typed,
    fields: &Fields,
) -> Result<(), Stop> {
    let mut parts = fields.get("repair").splitn(3, ':');
    let (n, how, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let at: usize = n.parse().map_err(|_| Stop::Unclear)?;
    if how == "undo" {
        typed.text = fields.get("before").replace("\r\n", "\n");
        return Ok(());
    }
    let doing = Mending { state, who, case, lang };
    if how == "missing" {
        typed.missing = true;
        return Ok(());
    }
    if how == "missed" {
        return doing.missed(typed, fields).await;
    }
    let Some(checked) = checked(state, who, case, lang, &typed.text).await? else {
        return Ok(());
    };
    // The text may have been changed since the page was made; then there may be no such place any more.
    let Some(finding) = meant(&checked.check, at, kind) else {
        return Ok(());
    };
    let before = typed.text.clone();
    match (how, &finding.suggestion) {
        ("replace", Some(suggestion)) => typed.text = mended(&typed.text, suggestion.span, &suggestion.replace),
        ("strike", _) => typed.text = mended(&typed.text, struck(finding), ""),
        ("keep", _) => doing.keep(typed, finding, &fields.line(&format!("keep-{at}"))).await?,
        ("wrong", _) => doing.wrong(typed, finding, &fields.line(&format!("wrong-{at}"))).await?,
        _ => return Err(Stop::Unclear),
    }
    typed.before = Some(before).filter(|before| *before != typed.text);
    Ok(())
}

/// The finding that a button of the page means: the one of that number if it is of that kind, else the only one of the kind.
fn meant<'a>(check: &'a Check, at: usize, kind: Option<&str>) -> Option<&'a Finding> {
    let is_kind = |one: &&Finding| kind.is_none_or(|kind| one.kind.as_str() == kind);
    let by_number = at.checked_sub(1).and_then(|at| check.findings.get(at)).filter(is_kind);
    by_number.or_else(|| {
        let mut all = check.findings.iter().filter(is_kind);
        all.next().filter(|_| all.next().is_none())
    })
}

/// Something done about a finding in the draft at hand.
struct Mending<'a> {
    state: &'a DeskState,
    who: &'a Signed,
    case: &'a CaseRow,
    lang: &'a str,
}

impl Mending<'_> {
    async fn keep(&self, typed: &Typed, finding: &Finding, reason: &str) -> Result<(), Stop> {
        if reason.is_empty() {
            return Ok(());
        }
        let r = &self.who.reader;
        let quote = r.quote(finding.span.slice(&typed.text));
        let note = r.say("note-kept", &[("quote", quote.into()), ("why", reason.into())]);
        let noted = self.state.road.note(self.who.person.id, self.case.id, &note).await;
        noted.map_err(|error| not_done(r, Some(self.case.number), error))
    }

    async fn wrong(&self, typed: &mut Typed, finding: &Finding, comment: &str) -> Result<(), Stop> {
        let wrong = Wrong {
            post: self.case.post,
            found: Found::Guard(finding.kind),
            is_missing: false,
            draft: Some((self.lang, &typed.text)),
            span: Some(finding.span).filter(|span| span.start < span.end),
            words: "",
            right: "",
            comment,
        };
        let said = self.state.road.say_wrong(self.who.person.id, self.case.id, wrong).await;
        self.tell(typed, said.map(drop))
    }

    async fn missed(&self, typed: &mut Typed, fields: &Fields) -> Result<(), Stop> {
        let kind = Kind::from_word(fields.get("missed-kind")).ok_or(Stop::Unclear)?;
        let (words, comment) = (fields.line("missed-words"), fields.line("missed-comment"));
        let wrong = Wrong {
            post: self.case.post,
            found: Found::Guard(kind),
            is_missing: true,
            draft: Some((self.lang, &typed.text)),
            span: None,
            words: &words,
            right: "",
            comment: &comment,
        };
        let said = self.state.road.say_wrong(self.who.person.id, self.case.id, wrong).await;
        self.tell(typed, said.map(drop))
    }

    /// Says in the page what became of it: an error page would take what was typed away.
    fn tell(&self, typed: &mut Typed, done: Result<(), ActError>) -> Result<(), Stop> {
        let r = &self.who.reader;
        let told = match done {
            Ok(()) => r.t("mark-kept"),
            Err(ActError::Invalid(word)) => {
                typed.missing = true;
                undone_code(r, word)
            }
            Err(error) => return Err(not_done(r, Some(self.case.number), error)),
        };
        typed.told = Some(told);
        Ok(())
    }
}
