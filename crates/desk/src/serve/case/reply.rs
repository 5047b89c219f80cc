//! The reply to a case: the draft, what the guard says of it, the seats, and where it is on its way out.

use std::{collections::HashMap, time::Duration};

use bedside_core::{
    guard::{Check, Finding as Found, Settled, Severity},
    id::{PersonId, SiteId},
    log::{Actor, Kind},
    policy::{Speech, SpeechForm, desk::DeskAction},
    site::Jurisdiction,
    text::TextSpan,
    triage::Lang,
};
use bedside_flow::acts::Checked;
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    desk,
    drafts::{self, DraftRow, DraftState},
    outbox::{self, OutboxRow, OutboxState},
    posts::{self, PostRow},
};
use tokio::time::timeout;

use super::{
    super::{
        DeskState,
        answer::Stop,
        entry::{Placed, last_of},
        eyes::Sight,
        names,
        rows::first_lines,
        session::Signed,
        token,
    },
    door::is_private,
    statement, suggest,
    view::Typed,
};
use crate::page::case::{Finding, FindingWeight, Guard, Reply, ReplyForm, Returned, Seat, Second, Stage};

/// So long a page waits for what only the channel's server knows (its limits), then it goes without.
const PATIENCE: Duration = Duration::from_secs(2);

/// The draft a case has now, with its text and its reply.
pub(super) struct Stands {
    /// The draft.
    pub draft: Option<DraftRow>,
    /// Its text; `None`: not for this person, or erased.
    pub text: Option<String>,
    outbox: Option<OutboxRow>,
}

impl Stands {
    /// Reads the draft that a case has now. One that was sent counts until somebody writes again.
    pub(super) async fn of(state: &DeskState, who: &Signed, tx: &mut Tx, case: &CaseRow) -> Result<Self, StoreError> {
        let draft = drafts::latest(tx, case.id).await?;
        let draft = draft.filter(|draft| draft.state != DraftState::Sent || draft.post == case.post);
        let Some(draft) = draft else {
            return Ok(Self { draft: None, text: None, outbox: None });
        };
        let outbox = outbox::by_draft(tx, draft.id).await?;
        let text = if who.sight(case.site) == Sight::Text { state.store.open_draft(&draft).await? } else { None };
        Ok(Self { text: text.map(|text| text.0.text), outbox, draft: Some(draft) })
    }

    /// Which text it is: an act that means another one is refused.
    pub(super) fn version(&self) -> String {
        self.draft.as_ref().map(|draft| version(&draft.commitment)).unwrap_or_default()
    }
}

fn version(commitment: &[u8]) -> String {
    token::hex(commitment.get(..12).unwrap_or(commitment))
}

/// What else the reply is made of.
pub(super) struct Around<'a> {
    pub people: &'a HashMap<PersonId, String>,
    pub colleagues: &'a [(PersonId, String, bool)],
    pub permitted: &'a [SpeechForm],
    pub entries: &'a [Placed],
    pub subject: Option<&'a PostRow>,
    /// Whom it answers, as shown.
    pub to: String,
}

/// The reply as the page shows it.
pub(super) async fn reply(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    around: &Around<'_>,
    typed: Option<&Typed>,
) -> Result<Reply, Stop> {
    let stands = Stands::of(state, who, tx, case).await?;
    let form = typed.map(|typed| typed.form).unwrap_or_else(|| form(case, stands.draft.as_ref(), around.permitted));
    let at_door = is_private(state, case);
    let form = if at_door { privately(form) } else { form };
    let lang = lang(who, case, stands.draft.as_ref(), around.subject);
    let text = typed.map(|typed| typed.text.clone()).or_else(|| stands.text.clone()).unwrap_or_default();
    let (guard, length, limit) = looked_at(state, who, case, &lang, &text).await?;
    let stage = stage(state, who, tx, case, &stands, around.entries).await?;
    let hold = matches!(case.decision.speech, Speech::Hold(_)).then_some(case.hold_until).flatten();
    let library = statement::library(state, who, tx, (case, &lang), &stands, around, typed).await?;
    let author = stands.draft.as_ref().filter(|_| typed.is_none() || !matches!(stage, Stage::Writing));
    Ok(Reply {
        to: around.to.clone(),
        form,
        forms: if at_door { at_the_door(forms(form, around.permitted)) } else { forms(form, around.permitted) },
        text: if text.is_empty() && stands.draft.is_some() && stands.text.is_none() {
            who.reader.t("post-masked")
        } else {
            text
        },
        unsaved: typed.is_some_and(|typed| typed.text.trim() != stands.text.as_deref().unwrap_or_default().trim()),
        version: stands.version(),
        lang: Some(lang),
        length,
        limit,
        guard,
        not_before: hold.map(|at| at.as_micros()),
        permitted: around.permitted.contains(&names::speech_form(form)),
        author: author.map(|draft| Seat {
            name: names::person(&who.reader, around.people, draft.author),
            at: draft.updated_at.as_micros(),
        }),
        second: second(who, case, &stands, around),
        returned: returned(state, who, tx, case, &stands, around).await?,
        before: typed.and_then(|typed| typed.before.clone()),
        missing: typed.is_some_and(|typed| typed.missing),
        told: typed.and_then(|typed| typed.told.clone()),
        suggest: suggest::suggest(state, case, &stands, around, typed),
        library,
        stage,
    })
}

/// What guard, channel and rules say of a text while it is typed: nothing else of the reply is looked up.
pub(super) async fn while_typing(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    typed: &Typed,
) -> Result<Reply, Stop> {
    let subject = posts::by_id(tx, case.post).await?;
    let draft = drafts::latest(tx, case.id).await?;
    let lang = lang(who, case, draft.as_ref(), subject.as_ref());
    let permitted = state.road.explain(tx, case).await?.map(|explained| explained.permitted).unwrap_or_default();
    let (guard, length, limit) = looked_at(state, who, case, &lang, &typed.text).await?;
    let taken = match &draft {
        Some(draft) => statement::taken(state, who, tx, case, draft, Some(&typed.text)).await?,
        None => None,
    };
    Ok(Reply {
        to: String::new(),
        stage: Stage::Writing,
        form: typed.form,
        forms: vec![typed.form],
        text: typed.text.clone(),
        unsaved: true,
        version: String::new(),
        lang: Some(lang),
        length,
        limit,
        guard,
        not_before: None,
        permitted: permitted.contains(&names::speech_form(typed.form)),
        author: None,
        second: Second::Vacant { may: Vec::new() },
        returned: None,
        before: None,
        missing: false,
        told: None,
        suggest: crate::page::case::Suggest::default(),
        library: crate::page::case::Library { taken, ..crate::page::case::Library::default() },
    })
}

/// The form a reply begins with: the draft's, else the one decided. Where people decide, it is the invitation if that is
/// permitted: what is said in public about danger or grief is never chosen beforehand.
pub(super) fn form(case: &CaseRow, draft: Option<&DraftRow>, permitted: &[SpeechForm]) -> ReplyForm {
    let of_decision = match case.decision.speech {
        Speech::Permitted { form } => Some(form),
        Speech::Hold(_) | Speech::Silent | Speech::LeftToPerson => None,
    };
    let invitation = permitted.iter().copied().find(|form| *form == SpeechForm::InvitePrivate);
    let form = draft.map(|draft| draft.form).or(of_decision).or(invitation).or(permitted.first().copied());
    names::reply_form(form.unwrap_or(SpeechForm::InvitePrivate))
}

/// What is an invitation elsewhere is the answer itself at the private door.
const fn privately(form: ReplyForm) -> ReplyForm {
    match form {
        ReplyForm::Public | ReplyForm::Acknowledge => form,
        ReplyForm::Invite | ReplyForm::Private => ReplyForm::Private,
    }
}

/// The forms at the private door: nothing there is said in public.
fn at_the_door(forms: Vec<ReplyForm>) -> Vec<ReplyForm> {
    let mut forms: Vec<ReplyForm> = forms.into_iter().map(privately).collect();
    if forms.contains(&ReplyForm::Private) {
        forms.retain(|form| *form == ReplyForm::Private);
    }
    forms.dedup();
    forms
}

/// The forms that may be chosen: those permitted, and the one at hand.
fn forms(at_hand: ReplyForm, permitted: &[SpeechForm]) -> Vec<ReplyForm> {
    let all = if permitted.is_empty() { SpeechForm::ALL.to_vec() } else { permitted.to_vec() };
    let mut forms: Vec<ReplyForm> = all.into_iter().map(names::reply_form).collect();
    if !forms.contains(&at_hand) {
        forms.push(at_hand);
    }
    forms
}

/// The language of the reply: the draft's, else the post's, else the country's.
pub(super) fn lang(who: &Signed, case: &CaseRow, draft: Option<&DraftRow>, subject: Option<&PostRow>) -> String {
    let of_post =
        subject.and_then(|post| post.signals.as_ref()).map(|found| found.lang).filter(|lang| *lang != Lang::Unknown);
    let country = who.house(case.site).map(|house| house.site.jurisdiction);
    let of_country = match country {
        Some(Jurisdiction::De | Jurisdiction::At) | None => Lang::De,
        Some(Jurisdiction::Us | Jurisdiction::Uk) => Lang::En,
    };
    draft.map_or_else(|| of_post.unwrap_or(of_country).as_str().to_owned(), |draft| draft.lang.clone())
}

/// What guard and channel say of a text: findings, length, limit.
async fn looked_at(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    lang: &str,
    text: &str,
) -> Result<(Guard, u32, Option<u32>), Stop> {
    let unknown = (Guard::Unchecked, u32::try_from(text.chars().count()).unwrap_or(u32::MAX), None);
    if who.may(case.site, DeskAction::Draft).is_err() {
        return Ok(unknown);
    }
    let Some(checked) = checked(state, who, case, lang, text).await? else {
        return Ok(unknown);
    };
    // A channel that can only be read takes nothing, whatever its length.
    let limit = checked.limits.map(|limits| limits.max).filter(|max| *max > 0);
    if text.trim().is_empty() {
        return Ok((Guard::Unchecked, 0, limit));
    }
    let found = findings(who, text, &checked.check);
    let guard = if found.is_empty() { Guard::Clear(who.now.as_micros()) } else { Guard::Found(found) };
    Ok((guard, checked.length, limit))
}

/// Has the guard read a text; `None`: the case's post can't be read any more, or the channel does not answer.
pub(super) async fn checked(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    lang: &str,
    text: &str,
) -> Result<Option<Checked>, Stop> {
    match timeout(PATIENCE, state.road.check_text(who.person.id, case.id, lang, text)).await {
        Ok(Ok(checked)) => Ok(Some(checked)),
        Ok(Err(bedside_flow::ActError::Flow(error))) => Err(error.into()),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

fn findings(who: &Signed, text: &str, check: &Check) -> Vec<Finding> {
    let found = check.findings.iter().zip(1_u32..);
    found
        .map(|(one, n)| Finding {
            n,
            weight: match one.severity {
                Severity::Block => FindingWeight::Block,
                Severity::Warn => FindingWeight::Hint,
            },
            kind: one.kind.as_str().to_owned(),
            quote: first_lines(one.span.slice(text)),
            reason: one.reason(who.lang()).to_owned(),
            source: one.settled.as_ref().map(|rule| settled(who, rule)),
            start: place(one.span.start),
            end: place(one.span.end),
            suggestion: one.suggestion.as_ref().map(|repair| repair.replace.clone()).filter(|words| !words.is_empty()),
            at: places(one.suggestion.as_ref().map_or(one.span, |repair| repair.span)),
            strike: places(struck(one)),
        })
        .collect()
}

/// That the house settled a warning, why, who decided it and until when.
fn settled(who: &Signed, rule: &Settled) -> String {
    let until = rule.until.to_string();
    let told = [
        ("why", rule.reason(who.lang()).to_owned().into()),
        ("who", rule.set_by.clone().into()),
        ("until", until.into()),
    ];
    who.reader.say("guard-settled", &told)
}

/// What striking a finding takes out: what its repair takes out, else the words found.
pub(super) fn struck(one: &Found) -> TextSpan {
    let repair = one.suggestion.as_ref().map(|repair| repair.span);
    repair.filter(|span| span.start < span.end).unwrap_or(one.span)
}

fn places(span: TextSpan) -> (usize, usize) {
    (place(span.start), place(span.end))
}

fn place(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A text with the span taken out and `words` put there.
pub(super) fn mended(text: &str, span: TextSpan, words: &str) -> String {
    let before: String = text.chars().take(place(span.start)).collect();
    let after: String = text.chars().skip(place(span.end)).collect();
    if words.is_empty() && (before.is_empty() || before.ends_with(char::is_whitespace)) {
        return before + after.trim_start_matches(' ');
    }
    before + words + &after
}

async fn stage(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    stands: &Stands,
    entries: &[Placed],
) -> Result<Stage, StoreError> {
    let Some(draft) = &stands.draft else {
        return Ok(Stage::Writing);
    };
    let reply = match (draft.state, &stands.outbox) {
        (DraftState::Open | DraftState::Withdrawn, _) | (DraftState::Approved, None) => return Ok(Stage::Writing),
        (DraftState::Asked, _) => return Ok(Stage::Asked),
        (DraftState::Sent, None) => {
            return Ok(Stage::Sent { at: draft.updated_at.as_micros(), url: None, entry: None });
        }
        (DraftState::Approved | DraftState::Sent, Some(reply)) => reply,
    };
    Ok(match reply.state {
        OutboxState::Waiting if is_paused(tx, case.site).await? => Stage::Paused,
        OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure if !reply.code.is_empty() => Stage::Failed {
            reason: names::outbox_reason(&who.reader, &reply.code),
            next: Some(reply.due_at.as_micros()),
        },
        OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure => {
            Stage::Leaving { at: reply.due_at.as_micros() }
        }
        OutboxState::Confirmed => {
            let receipt = state.store.open_receipt(reply).await?.map(|receipt| receipt.0);
            let proof = entries.iter().find(|placed| placed.entry.kind() == Kind::Sent).and_then(|placed| placed.leaf);
            Stage::Sent {
                at: receipt.as_ref().map_or(reply.updated_at, |receipt| receipt.at).as_micros(),
                url: receipt.and_then(|receipt| receipt.url).filter(|url| names::is_web(url)),
                entry: proof.and_then(|leaf| i64::try_from(leaf).ok()),
            }
        }
        OutboxState::Failed
        | OutboxState::Returned
        | OutboxState::Undone
        | OutboxState::TakingDown
        | OutboxState::TakenDown => {
            Stage::Failed { reason: names::outbox_reason(&who.reader, &reply.code), next: None }
        }
    })
}

async fn is_paused(tx: &mut Tx, site: SiteId) -> Result<bool, StoreError> {
    Ok(!desk::pauses(tx, site).await?.is_empty())
}

fn second(who: &Signed, case: &CaseRow, stands: &Stands, around: &Around<'_>) -> Second {
    let vacant = |author: PersonId| Second::Vacant {
        may: around
            .colleagues
            .iter()
            .filter(|(id, _, may_approve)| *may_approve && *id != author)
            .map(|(_, name, _)| names::first_name(name))
            .collect(),
    };
    let Some(draft) = &stands.draft else {
        return vacant(who.person.id);
    };
    if let Some(approver) = draft.approver {
        let at =
            around.entries.iter().find(|placed| placed.entry.kind() == Kind::Approved).map(|placed| placed.entry.at());
        let name = names::person(&who.reader, around.people, approver);
        return Second::Approved(Seat { name, at: at.unwrap_or(draft.updated_at).as_micros() });
    }
    if draft.state != DraftState::Asked {
        return vacant(draft.author);
    }
    if draft.author == who.person.id {
        return Second::OwnDraft;
    }
    match who.may_approve(case.site, false) {
        Ok(()) => Second::Yours,
        Err(refusal) => Second::NotYours { why: refusal.reason(who.lang()).to_owned() },
    }
}

/// Why the reply is at the desk again: the outbox gave it back, a second person did, or somebody called it back.
async fn returned(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    stands: &Stands,
    around: &Around<'_>,
) -> Result<Option<Returned>, StoreError> {
    let r = &who.reader;
    if !stands.draft.as_ref().is_some_and(|draft| draft.state == DraftState::Open) {
        return Ok(None);
    }
    if let Some(code) = &case.returned_code {
        let kinds = [Kind::Returned, Kind::SendFailed];
        let at = last_of(around.entries, &kinds).map_or(case.updated_at, |(.., at)| at).as_micros();
        return Ok(Some(Returned::Refused { reason: names::outbox_reason(r, code), at }));
    }
    let kinds = [Kind::SentBack, Kind::Undone, Kind::ApprovalAsked, Kind::DraftWritten];
    let Some((kind, Actor::Person(by), at)) = last_of(around.entries, &kinds) else {
        return Ok(None);
    };
    let who_did = names::person(r, around.people, by);
    match kind {
        Kind::Undone => Ok(Some(Returned::Undone { by: who_did, at: at.as_micros() })),
        Kind::SentBack => {
            // The note is written in the same step, so it bears the same time.
            let note = desk::notes(tx, case.id).await?.into_iter().find(|note| note.by == by && note.at == at);
            let note = match note.filter(|_| who.sight(case.site) == Sight::Text) {
                Some(note) => note.text(&state.store).await?,
                None => None,
            };
            Ok(Some(Returned::SentBack {
                by: who_did,
                at: at.as_micros(),
                note: note.map(|note| note.0).unwrap_or_default(),
            }))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_mended_without_leaving_gaps() {
        let span = |start, end| TextSpan { start, end };
        assert_eq!(mended("Grüße, Anja, danke", span(7, 12), ""), "Grüße, danke");
        assert_eq!(mended("Danke Ihnen", span(6, 11), "allen"), "Danke allen");
        assert_eq!(mended("Anja dankt", span(0, 4), ""), "dankt");
        assert_eq!(mended("kurz", span(2, 90), ""), "ku");
    }
}
