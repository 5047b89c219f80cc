//! From what the rules say to one decision: (escalation?, moderation?, speech). Safe at every doubt: no speech.

use cedar_policy::Context;

use super::{
    annotation::{HoldFrom, Leaves},
    decision::{
        Because, Decision, Effect, Escalation, Forbid, Hold, Mark, Moderation, Speech, SpeechForm, Start, Wake, Yields,
    },
    facts::Facts,
    obligation::Obligation,
    rules::{Act, Heard, Rule, Rules},
    seen,
};
use crate::time::{Span, Timestamp};

/// What the rules leave of speech, with the rules that did it.
struct Spoken<'r> {
    speech: Speech,
    because: Vec<(&'r Rule, Effect, &'static str)>,
}

impl Rules {
    /// Decides. Pure: the same facts and rules give the same decision.
    ///
    /// - A form is permitted if a rule permits it and none forbids it; the most helpful permitted form is chosen.
    /// - Of the forbids, one that leaves to a person beats silence, silence beats a hold, the latest hold wins.
    /// - Where it is left to a person, the forbids that leave no choice stand beside it with the forms they keep back.
    /// - Nothing permits and nothing forbids: silence, with the nearest permits.
    /// - A rule that can't be evaluated: nothing is said or removed, a person decides, and the rule is named.
    ///   Escalations stand all the same.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let context = self.vocabulary.context(&seen::facts(facts));
        let heard = context.as_ref().and_then(|context| self.hear(context));
        match (context, heard) {
            (Some(context), Some(heard)) => self.compose(facts, &context, &heard),
            _ => self.unreadable(),
        }
    }

    fn compose(&self, facts: &Facts, context: &Context, heard: &[Heard<'_>]) -> Decision {
        let mut because: Vec<Because> = Vec::new();
        let mut acting: Vec<&Rule> = Vec::new();
        let failed = heard.iter().any(|one| !one.errors.is_empty());
        let escalation = escalation(heard, &mut acting, &mut because);
        let moderation = moderation(heard, failed, &mut acting, &mut because);
        let forms = forms(heard);
        let spoken = if failed { left_by_errors(heard) } else { speak(facts, &forms) };
        acting.extend(spoken.because.iter().map(|(rule, ..)| *rule));
        because.extend(spoken.because.iter().map(|(rule, effect, action)| said(rule, *effect, action)));
        let fired = fired(heard);
        let near = if spoken.because.is_empty() { self.near(context) } else { Vec::new() };
        Decision {
            escalation,
            moderation,
            speech: spoken.speech,
            obligations: obligations(&acting, &fired),
            because,
            forbids: forbids(facts, &forms),
            marks: marks(&fired),
            starts: starts(&fired),
            near,
            rules_version: self.version().to_owned(),
        }
    }

    /// Facts that Cedar can't hold. It never happens while the schema's test is green.
    fn unreadable(&self) -> Decision {
        let because = Because { rule: "facts".to_owned(), effect: Effect::Errors, action: "left_to_person".to_owned() };
        Decision {
            escalation: None,
            moderation: None,
            speech: Speech::LeftToPerson,
            obligations: Vec::new(),
            because: vec![because],
            forbids: Vec::new(),
            marks: Vec::new(),
            starts: Vec::new(),
            near: Vec::new(),
            rules_version: self.version().to_owned(),
        }
    }
}

fn said(rule: &Rule, effect: Effect, action: &str) -> Because {
    Because { rule: rule.notes.id.clone(), effect, action: action.to_owned() }
}

/// What the rules that decided oblige to, and of every other that applies what limits the text: a stronger rule that leaves it
/// to a person must not let out what a weaker one keeps to the approved words.
fn obligations(acting: &[&Rule], fired: &[&Rule]) -> Vec<Obligation> {
    let mut all: Vec<Obligation> = Vec::new();
    let limits = fired.iter().flat_map(|rule| &rule.notes.obliges).filter(|one| one.limits_text());
    add_new(&mut all, acting.iter().flat_map(|rule| &rule.notes.obliges).chain(limits));
    all
}

fn add_new<'o>(all: &mut Vec<Obligation>, more: impl Iterator<Item = &'o Obligation>) {
    for obligation in more {
        if !all.contains(obligation) {
            all.push(obligation.clone());
        }
    }
}

/// Every rule that applies, whether or not it had a say in the end.
fn fired<'r>(heard: &[Heard<'r>]) -> Vec<&'r Rule> {
    distinct(heard.iter().flat_map(|one| one.permits.iter().chain(&one.forbids).copied()))
}

fn marks(fired: &[&Rule]) -> Vec<Mark> {
    let mut all: Vec<Mark> = Vec::new();
    for rule in fired {
        for (label, on, lasts) in rule.notes.labels.iter().copied() {
            match all.iter_mut().find(|known| known.label == label && known.on == on) {
                Some(known) => known.lasts = known.lasts.max(lasts),
                None => all.push(Mark { label, on, lasts, rule: rule.notes.id.clone() }),
            }
        }
    }
    all
}

fn starts(fired: &[&Rule]) -> Vec<Start> {
    let mut all: Vec<Start> = Vec::new();
    for rule in fired {
        for clock in &rule.notes.clocks {
            if all.iter().all(|known| known.clock != *clock) {
                all.push(Start { clock: clock.clone(), rule: rule.notes.id.clone() });
            }
        }
    }
    all
}

/// All roles, the shortest time.
fn escalation<'r>(heard: &[Heard<'r>], acting: &mut Vec<&'r Rule>, because: &mut Vec<Because>) -> Option<Escalation> {
    let mut all: Option<Escalation> = None;
    for rule in heard.iter().filter(|one| one.act == Act::EscalateNow).flat_map(|one| one.permits.iter().copied()) {
        acting.push(rule);
        because.push(said(rule, Effect::Permits, Act::EscalateNow.as_str()));
        let Some(alarm) = &rule.notes.alarm else { continue };
        let told = all.get_or_insert(Escalation { to: Vec::new(), within: alarm.within, obliges: Vec::new() });
        told.within = told.within.min(alarm.within);
        add_new(&mut told.obliges, rule.notes.obliges.iter());
        for team in &alarm.to {
            if !told.to.contains(team) {
                told.to.push(team.clone());
            }
        }
    }
    all
}

fn moderation<'r>(
    heard: &[Heard<'r>],
    failed: bool,
    acting: &mut Vec<&'r Rule>,
    because: &mut Vec<Because>,
) -> Option<Moderation> {
    let one = heard.iter().find(|one| one.act == Act::RemoveOrReport).filter(|_| !failed)?;
    because.extend(one.forbids.iter().map(|rule| said(rule, Effect::Forbids, one.act.as_str())));
    because.extend(one.permits.iter().map(|rule| said(rule, Effect::Permits, one.act.as_str())));
    acting.extend(&one.permits);
    (!one.permits.is_empty()).then_some(Moderation::RemoveOrReport)
}

fn left_by_errors<'r>(heard: &[Heard<'r>]) -> Spoken<'r> {
    let errors = distinct(heard.iter().flat_map(|one| one.errors.iter().copied()));
    let because = errors.into_iter().map(|rule| (rule, Effect::Errors, "left_to_person")).collect();
    Spoken { speech: Speech::LeftToPerson, because }
}

/// What was heard on each form of speech, the most helpful first.
type Forms<'a, 'r> = [(SpeechForm, &'a Heard<'r>)];

fn forms<'a, 'r>(heard: &'a [Heard<'r>]) -> Vec<(SpeechForm, &'a Heard<'r>)> {
    let form = |act| match act {
        Act::Speak(form) => Some(form),
        Act::EscalateNow | Act::RemoveOrReport => None,
    };
    heard.iter().filter_map(|one| Some((form(one.act)?, one))).collect()
}

/// Every rule that forbids a form, with what it leaves.
fn forbids(facts: &Facts, forms: &Forms<'_, '_>) -> Vec<Forbid> {
    let forbidden_by = |rule: &Rule| {
        let named = |one: &Heard<'_>| one.forbids.iter().any(|other| other.notes.id == rule.notes.id);
        forms.iter().filter(|(_, one)| named(one)).map(|(form, _)| *form).collect()
    };
    let all = distinct(forms.iter().flat_map(|(_, one)| one.forbids.iter().copied()));
    let forbid =
        |rule: &Rule| Forbid { rule: rule.notes.id.clone(), forms: forbidden_by(rule), yields_to: yields(facts, rule) };
    all.into_iter().map(forbid).collect()
}

/// What a forbid leaves now. A wait that is over leaves it to a person: it would never end, and speech is forbidden.
fn yields(facts: &Facts, rule: &Rule) -> Yields {
    match &rule.notes.leaves {
        Leaves::Silence => Yields::Silence,
        Leaves::Person => Yields::Person,
        Leaves::Wait { span, from, longest, .. } if ends(facts, *span, *from, *longest) > facts.now => Yields::Hold,
        Leaves::Wait { .. } => Yields::Person,
    }
}

fn speak<'r>(facts: &Facts, forms: &Forms<'_, 'r>) -> Spoken<'r> {
    let forbids = distinct(forms.iter().flat_map(|(_, one)| one.forbids.iter().copied()));
    if forbids.iter().any(|rule| rule.notes.leaves == Leaves::Person) {
        return left_to_person(facts, forms);
    }
    if let Some((form, one)) = forms.iter().find(|(_, one)| !one.permits.is_empty() && one.forbids.is_empty()) {
        return permitted(*form, one, forms);
    }
    let waits = |one: &Heard<'_>| {
        !one.forbids.is_empty() && one.forbids.iter().all(|rule| rule.notes.leaves != Leaves::Silence)
    };
    if forms.iter().any(|(_, one)| waits(one)) {
        let waiting =
            distinct(forms.iter().filter(|(_, one)| waits(one)).flat_map(|(_, one)| one.forbids.iter().copied()));
        return hold(facts, &waiting).unwrap_or_else(|| left_to_person(facts, forms));
    }
    blocked(Speech::Silent, &forbids, "stay_silent")
}

/// A person decides. Forbids that leave no choice stay what they are: each is named with the most helpful form that it
/// keeps back.
fn left_to_person<'r>(facts: &Facts, forms: &Forms<'_, 'r>) -> Spoken<'r> {
    let (mut leave, mut keep): (Vec<(&Rule, Effect, &str)>, Vec<_>) = (Vec::new(), Vec::new());
    for (form, one) in forms {
        for rule in one.forbids.iter().copied() {
            let is_known = |(known, ..): &(&Rule, Effect, &str)| known.notes.id == rule.notes.id;
            if leave.iter().chain(&keep).any(is_known) {
                continue;
            }
            match yields(facts, rule) {
                Yields::Person => leave.push((rule, Effect::Forbids, "left_to_person")),
                Yields::Silence | Yields::Hold => keep.push((rule, Effect::Forbids, form.as_str())),
            }
        }
    }
    Spoken { speech: Speech::LeftToPerson, because: leave.into_iter().chain(keep).collect() }
}

/// The chosen form with the rules that permit it, and those that kept back a more helpful one.
fn permitted<'r>(form: SpeechForm, one: &Heard<'r>, forms: &Forms<'_, 'r>) -> Spoken<'r> {
    let permits = one.permits.iter().map(|rule| (*rule, Effect::Permits, form.as_str()));
    let better = forms.iter().filter(|(other, _)| *other < form);
    let kept_back =
        better.flat_map(|(other, one)| one.forbids.iter().map(|rule| (*rule, Effect::Forbids, other.as_str())));
    Spoken { speech: Speech::Permitted { form }, because: permits.chain(kept_back).collect() }
}

fn blocked<'r>(speech: Speech, rules: &[&'r Rule], action: &'static str) -> Spoken<'r> {
    Spoken { speech, because: rules.iter().map(|rule| (*rule, Effect::Forbids, action)).collect() }
}

/// The latest hold wins and stands first; a deadline of law or contract ends it before. `None`: every one is over.
fn hold<'r>(facts: &Facts, rules: &[&'r Rule]) -> Option<Spoken<'r>> {
    let mut held: Vec<(Timestamp, &Rule, &[Wake])> = rules
        .iter()
        .filter_map(|rule| match &rule.notes.leaves {
            Leaves::Wait { span, from, longest, wakes } => {
                Some((ends(facts, *span, *from, *longest), *rule, wakes.as_slice()))
            }
            Leaves::Silence | Leaves::Person => None,
        })
        .collect();
    held.sort_by_key(|(until, ..)| std::cmp::Reverse(*until));
    let latest = held.first()?.0;
    let wakes = distinct_wakes(held.iter().flat_map(|(.., wakes)| wakes.iter().copied()));
    let rules: Vec<&Rule> = held.iter().map(|(_, rule, _)| *rule).collect();
    (latest > facts.now).then(|| blocked(Speech::Hold(Hold { until: latest, wakes }), &rules, "hold"))
}

/// When a rule's wait is over: after its span, at the latest after its longest since the case has been held without a break,
/// and never after a deadline of law or contract.
fn ends(facts: &Facts, span: Span, from: HoldFrom, longest: Span) -> Timestamp {
    let last = facts.case.held_since.unwrap_or(facts.now).plus(longest);
    let end = match from {
        HoldFrom::Event => facts.event_at().unwrap_or(facts.post.at).plus(span),
        HoldFrom::Post => facts.post.at.plus(span),
        HoldFrom::Now => facts.now.plus(span),
    };
    facts.case.deadline.into_iter().fold(end.min(last), Timestamp::min)
}

fn distinct_wakes(all: impl Iterator<Item = Wake>) -> Vec<Wake> {
    let mut wakes = Vec::new();
    for wake in all {
        if !wakes.contains(&wake) {
            wakes.push(wake);
        }
    }
    wakes
}

fn distinct<'r>(all: impl Iterator<Item = &'r Rule>) -> Vec<&'r Rule> {
    let mut rules: Vec<&Rule> = Vec::new();
    for rule in all {
        if !rules.iter().any(|known| known.notes.id == rule.notes.id) {
            rules.push(rule);
        }
    }
    rules
}
