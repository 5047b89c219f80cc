//! The slip: the decision in force with its reasons, what happens beside it, what was before.

use std::collections::HashMap;

use bedside_core::{
    id::PersonId,
    policy::{self, Explanation, NearSaid, RuleSaid, Speech, Wake, no_rule_permits},
};
use bedside_store::{
    StoreError, Tx,
    cases::{self, CaseRow, DecisionRow},
    posts::PostRow,
};

use super::super::{DeskState, eyes::Sight, names, session::Signed};
use crate::{
    look::part::Action,
    page::case::{
        Because, Beside, BesideKind, Close, Decision, Effect, Moment, Overridden, Part, Post, Resolved, Seen, Signal,
        Woken,
    },
    text::{escalation, wake},
};

/// The name under which the road keeps a person's decision among the rules that made it.
const PERSON: &str = "person";
/// The names under which it keeps why a post was left to a person without its words.
const UNREADABLE: &str = "post_unreadable";
const UNSORTED: &str = "post_unsorted";
/// The name under which it keeps that nobody looked in time.
const LOOK_UNOPENED: &str = "look_unopened";

/// What the case rests on.
pub(super) struct Told<'a> {
    /// The post that decides.
    pub subject: Option<&'a PostRow>,
    /// The thread as the page shows it, with its numbered marks.
    pub thread: &'a [Post],
}

/// The decision as the page shows it.
pub(super) async fn slip(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    told: Told<'_>,
    explanation: &Explanation,
    people: &HashMap<PersonId, String>,
) -> Result<Decision, StoreError> {
    let history = cases::decisions(tx, case.id).await?;
    let at = history.iter().position(|one| one.id == case.decision_id);
    let (before, current) = match at.and_then(|at| history.split_at_checked(at)) {
        Some((before, rest)) => (before, rest.first()),
        None => (history.as_slice(), None),
    };
    let decided_at = current.map_or(case.updated_at, |one| one.at);
    let has_error = explanation.rules.iter().find(|rule| rule.effect == policy::Effect::Errors);
    Ok(Decision {
        action: action(&case.decision),
        at: decided_at.as_micros(),
        until: case.hold_until.map(|at| at.as_micros()),
        strip_name: case.hold_until.map(|until| who.reader.brief(until.since(decided_at).as_micros())),
        moments: moments(who, case, told.subject),
        because: because(who, case, told.thread, explanation),
        beside: beside(who, case, told.thread, explanation, people),
        wakes_if: wakes_if(who, case),
        came_close: explanation.near.iter().map(|near| close(who, near)).collect(),
        woken: woken(before, current),
        overridden: overridden(state, who, case, before, current, people).await?,
        facts: explanation.facts.iter().filter_map(|fact| Some((fact.name.to_owned(), fact.value.clone()?))).collect(),
        rule_error: has_error.map(|rule| rule.rule.clone()),
    })
}

/// What the slip is headed by: what we say. Who is told stands beside it; only where nothing is said, it stands above.
fn action(decision: &policy::Decision) -> Action {
    match (&decision.speech, decision.escalation.is_some(), decision.moderation.is_some()) {
        (Speech::Silent | Speech::LeftToPerson, true, _) => Action::Escalate,
        (Speech::Silent | Speech::LeftToPerson, false, true) => Action::Report,
        (speech, ..) => names::speech_action(speech),
    }
}

fn moments(who: &Signed, case: &CaseRow, subject: Option<&PostRow>) -> Vec<Moment> {
    let r = &who.reader;
    let signals = subject.and_then(|post| post.signals.as_ref());
    let event = case.event_at.or(signals.and_then(|found| found.event_at));
    let what = if signals.is_some_and(|found| found.death) { r.t("strip-death") } else { r.t("strip-event") };
    let mut moments: Vec<Moment> = event.map(|at| Moment { at: at.as_micros(), what }).into_iter().collect();
    moments.push(Moment { at: case.posted_at.as_micros(), what: r.t("strip-post") });
    moments.retain(|moment| moment.at <= r.now);
    moments.sort_by_key(|moment| moment.at);
    moments
}

fn because(who: &Signed, case: &CaseRow, thread: &[Post], explanation: &Explanation) -> Vec<Because> {
    let speech = explanation.rules.iter().filter(|rule| !is_beside(rule) && rule.rule != PERSON);
    let mut because: Vec<Because> = speech.map(|rule| reason(who, thread, rule)).collect();
    let no_rule = |sentence| Because { sentence, rule: None, effect: Effect::Absent, seen: Vec::new(), source: None };
    if is_by_person(case) {
        because.insert(0, no_rule(who.reader.t("because-person")));
    } else if let Some(sentence) = without_words(who, case) {
        because.insert(0, no_rule(sentence));
    } else if because.is_empty() && case.decision.speech == Speech::Silent {
        because.push(no_rule(no_rule_permits(who.lang()).to_owned()));
    }
    because
}

/// Why a post whose words nobody sorted was left to a person.
fn without_words(who: &Signed, case: &CaseRow) -> Option<String> {
    case.decision.because.iter().find_map(|one| match one.rule.as_str() {
        UNREADABLE => Some(who.reader.t("because-unreadable")),
        UNSORTED => Some(who.reader.t("because-unsorted")),
        _ => None,
    })
}

fn is_by_person(case: &CaseRow) -> bool {
    case.decision.because.iter().any(|one| one.rule == PERSON)
}

/// Escalation and moderation stand beside speech.
fn is_beside(rule: &RuleSaid) -> bool {
    matches!(rule.action.as_str(), "escalate_now" | "remove_or_report")
}

/// Evidence shown beside one rule; more would hide the rule.
const SEEN: usize = 3;
/// Quotations longer than this say less than the mark in the text does.
const QUOTED_CHARS: usize = 60;
/// What stays true for the rest of a thread, so that its evidence may lie in an earlier post of the author.
const STAYS: [&str; 5] = ["death", "crisis_suicide", "medical_emergency", "threat", "safeguarding"];

/// The marks in the text that a rule's conditions ask for: those of the post decided on, and of earlier ones what stays true.
fn evidence(thread: &[Post], rule: &RuleSaid) -> Vec<Seen> {
    let subject = thread.iter().find(|post| post.part == Part::Subject);
    let asked = |signal: &Signal| {
        let stands_for = if signal.topic == "when" { "hours_since_event" } else { signal.topic.as_str() };
        rule.rests_on.iter().any(|name| name == stands_for)
    };
    let by_author = |post: &&Post| {
        subject.is_some_and(|subject| {
            post.part == Part::Subject || (post.name == subject.name && post.handle == subject.handle)
        })
    };
    let theirs = thread.iter().filter(|post| post.part != Part::Ours).filter(by_author);
    let marks = theirs.flat_map(|post| {
        let stays = |signal: &&Signal| post.part == Part::Subject || STAYS.contains(&signal.topic.as_str());
        post.signals.iter().filter(stays).map(move |signal| (post, signal))
    });
    let mut found: Vec<(&Post, &Signal)> = marks.filter(|(_, signal)| asked(signal)).collect();
    // The post decided on comes first.
    found.sort_by_key(|(post, signal)| (post.part != Part::Subject, signal.n));
    found.into_iter().take(SEEN).map(|(post, signal)| seen(post, signal)).collect()
}

fn seen(post: &Post, signal: &Signal) -> Seen {
    let quote: String = post.text.chars().skip(signal.start).take(signal.end.saturating_sub(signal.start)).collect();
    let quote = if quote.chars().count() > QUOTED_CHARS { String::new() } else { quote };
    Seen { n: signal.n, kind: signal.kind, quote }
}

fn reason(who: &Signed, thread: &[Post], rule: &RuleSaid) -> Because {
    let effect = match rule.effect {
        policy::Effect::Permits => Effect::Permits,
        policy::Effect::Forbids => Effect::Forbids,
        policy::Effect::Errors => Effect::Absent,
    };
    let source = Some(rule.source.clone()).filter(|source| !source.is_empty());
    Because {
        sentence: sentence(who, &rule.reason_de, &rule.reason_en, &rule.rule),
        rule: Some(rule.rule.clone()),
        effect,
        seen: evidence(thread, rule),
        source,
    }
}

/// The reason in the reader's language; a rule that is no longer known says only its name.
fn sentence(who: &Signed, de: &str, en: &str, rule: &str) -> String {
    if rule == LOOK_UNOPENED {
        return who.reader.t("because-look-unopened");
    }
    let words = if who.lang() == bedside_core::triage::Lang::De { de } else { en };
    if words.is_empty() { who.reader.say("rule-unknown", &[("rule", rule.into())]) } else { words.to_owned() }
}

fn beside(
    who: &Signed,
    case: &CaseRow,
    thread: &[Post],
    explanation: &Explanation,
    people: &HashMap<PersonId, String>,
) -> Vec<Beside> {
    let r = &who.reader;
    let rule_of = |action: &str| explanation.rules.iter().find(|rule| rule.action == action);
    let seen_of = |rule: Option<&RuleSaid>| rule.map(|rule| evidence(thread, rule)).unwrap_or_default();
    let mut all = Vec::new();
    if let Some(told) = &case.decision.escalation {
        let to: Vec<&str> = told.to.iter().map(String::as_str).collect();
        let rule = rule_of("escalate_now");
        let why = rule.map(|rule| sentence(who, &rule.reason_de, &rule.reason_en, &rule.rule)).unwrap_or_default();
        let taken = case.alarm_taken_by.map(|by| Resolved {
            by: names::person(r, people, by),
            at: case.alarm_taken_at.unwrap_or(case.updated_at).as_micros(),
        });
        let due = case.alarm_due_at.unwrap_or_else(|| case.updated_at.plus(told.within)).as_micros();
        let kind = BesideKind::Escalation { id: case.decision_id.to_string(), due, taken };
        let sentence = format!("{} {why}", escalation(r, &to, told.within.as_micros())).trim().to_owned();
        all.push(Beside { kind, sentence, rule: rule.map(|rule| rule.rule.clone()), seen: seen_of(rule) });
    }
    if case.decision.moderation.is_some() {
        let rule = rule_of("remove_or_report");
        let why = rule.map(|rule| sentence(who, &rule.reason_de, &rule.reason_en, &rule.rule)).unwrap_or_default();
        let sentence = format!("{} {why}", r.t("beside-report")).trim().to_owned();
        all.push(Beside {
            kind: BesideKind::Report,
            sentence,
            rule: rule.map(|rule| rule.rule.clone()),
            seen: seen_of(rule),
        });
    }
    all.extend(case.decision.obligations.iter().map(|duty| Beside {
        kind: BesideKind::Other,
        sentence: duty.text(who.lang()).to_owned(),
        rule: None,
        seen: Vec::new(),
    }));
    all
}

fn wakes_if(who: &Signed, case: &CaseRow) -> Vec<String> {
    let Speech::Hold(hold) = &case.decision.speech else {
        return Vec::new();
    };
    let word = |one: &Wake| match one {
        Wake::Time => None,
        Wake::AuthorWrites => Some("author_writes"),
        Wake::LabelChanges => Some("label_changes"),
        Wake::FactsChecked => Some("facts_checked"),
    };
    hold.wakes.iter().filter_map(word).map(|word| wake(&who.reader, word)).collect()
}

fn close(who: &Signed, near: &NearSaid) -> Close {
    let would = sentence(who, &near.reason_de, &near.reason_en, &near.rule);
    let missing = who.reader.say("close-missing", &[("what", near.failed.clone().into())]);
    Close { rule: near.rule.clone(), sentence: format!("{would} {missing}") }
}

/// The rules decided anew after a hold.
fn woken(before: &[DecisionRow], current: Option<&DecisionRow>) -> Option<Woken> {
    let (last, current) = (before.last()?, current?);
    let was_held = matches!(last.decision.speech, Speech::Hold(_));
    (was_held && current.by.is_none()).then(|| Woken { at: current.at.as_micros(), before: action(&last.decision) })
}

async fn overridden(
    state: &DeskState,
    who: &Signed,
    case: &CaseRow,
    before: &[DecisionRow],
    current: Option<&DecisionRow>,
    people: &HashMap<PersonId, String>,
) -> Result<Option<Overridden>, StoreError> {
    let Some((current, by)) = current.and_then(|row| Some((row, row.by?))) else {
        return Ok(None);
    };
    let masked = who.sight(case.site) != Sight::Text;
    let why = if masked { None } else { current.reason(&state.store).await? };
    let rules_said = before.iter().rev().find(|row| row.by.is_none());
    Ok(Some(Overridden {
        by: names::person(&who.reader, people, by),
        at: current.at.as_micros(),
        why: why.map_or_else(|| who.reader.t("row-masked"), |why| why.0),
        before: rules_said.map_or(Action::Person, |row| action(&row.decision)),
    }))
}
