//! `bedside policy explain ID`: why a post was decided as it was. Shows facts and rules, never the post's text.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use bedside_core::{
    id::{CaseId, PostId},
    policy::{Decision, Effect, Speech, no_rule_permits},
    time::Timestamp,
    triage::Lang,
};
use bedside_flow::{Road, acts::Explained};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    posts,
};

use crate::say::Tongue;

/// Explains what `id` names: a post's id, a case's, or a case's number. For a case, and for the post that decides it, the
/// decision in force; for another post of the thread, what the rules say of it by itself.
///
/// # Errors
/// Nothing has that id, it has not been sorted yet, or the store refuses.
pub async fn explain(road: &Road, id: &str, tongue: Tongue) -> Result<String> {
    let mut tx = road.store().begin_read().await?;
    let post = match id.parse::<PostId>() {
        Ok(id) => posts::by_id(&mut tx, id).await?,
        Err(_) => None,
    };
    let case = match &post {
        Some(post) => cases::by_thread(&mut tx, post.thread).await?,
        None => find(&mut tx, id).await?,
    };
    let explained = match (post, case) {
        (Some(post), case) if case.as_ref().is_none_or(|case| case.post != post.id) => {
            road.explain_post(&mut tx, &post).await?.map(|explained| (explained, None))
        }
        (_, Some(case)) => road.explain(&mut tx, &case).await?.map(|explained| (explained, Some(case))),
        (_, None) => bail!("there is no sorted post and no case {id} (a post waits to be sorted until Bedside runs)"),
    };
    match explained {
        Some((explained, Some(case))) => Ok(words(&case.decision, Some(case.updated_at), &explained, tongue)),
        Some((explained, None)) => Ok(words(&explained.now, None, &explained, tongue)),
        None => bail!("the post has not been sorted yet"),
    }
}

async fn find(tx: &mut Tx, id: &str) -> Result<Option<CaseRow>> {
    let number = id.trim_start_matches("F-").trim_start_matches("f-");
    if let Ok(number) = number.parse::<i64>() {
        return Ok(cases::by_number(tx, number).await?);
    }
    Ok(cases::by_id(tx, id.parse::<CaseId>()?).await?)
}

/// `at`: when the decision was made; `None`: just now, about a post that decides no case.
fn words(decision: &Decision, at: Option<Timestamp>, explained: &Explained, tongue: Tongue) -> String {
    let explanation = &explained.explanation;
    let mut out = String::new();
    match at {
        Some(at) => drop(writeln!(out, "{} ({})", parts(decision), at.to_rfc3339())),
        None => {
            let alone = tongue.pick(
                "dieser Beitrag für sich, unter den Tatsachen von jetzt",
                "this post by itself, under the facts of now",
            );
            let _ = writeln!(out, "{} ({alone})", parts(decision));
        }
    }
    if at.is_some() && explained.now.parts() != decision.parts() {
        let now = tongue.pick("Jetzt sagten die Regeln", "The rules would say now");
        let _ = writeln!(out, "{now}: {}", parts(&explained.now));
    }
    let _ = writeln!(out, "{} {}", tongue.pick("Regeln der Fassung", "rules of version"), decision.rules_version);
    heading(&mut out, tongue.pick("Regeln, die entschieden haben", "Rules that decided"));
    for rule in &explanation.rules {
        let reason = tongue.pick(&rule.reason_de, &rule.reason_en);
        let _ = writeln!(out, "  {} {} {}: {reason}", rule.rule, effect(rule.effect), rule.action);
        let _ = writeln!(out, "    {}  {}", rule.written, rule.source);
    }
    if explanation.rules.is_empty() {
        let _ = writeln!(out, "  {}", no_rule_permits(lang(tongue)));
    }
    beside(&mut out, decision, tongue);
    heading(&mut out, tongue.pick("Knapp verfehlt", "Came close"));
    for near in &explained.close {
        let reason = tongue.pick(&near.reason_de, &near.reason_en);
        let _ = writeln!(out, "  {}: {} – {reason}", near.rule, near.failed);
    }
    if explained.close.is_empty() {
        let _ = writeln!(out, "  {}", tongue.pick("keine", "none"));
    }
    heading(&mut out, tongue.pick("Tatsachen, wie sie jetzt sind", "Facts as they are now"));
    for fact in &explanation.facts {
        let value = fact.value.as_deref().unwrap_or_else(|| tongue.pick("nicht bekannt", "not known"));
        let _ = writeln!(out, "  {:<20} {value}", fact.name);
    }
    out.trim_end().to_owned()
}

const fn lang(tongue: Tongue) -> Lang {
    match tongue {
        Tongue::De => Lang::De,
        Tongue::En => Lang::En,
    }
}

/// What forbids beside what decided, and what else must happen.
fn beside(out: &mut String, decision: &Decision, tongue: Tongue) {
    let named = |rule: &str| decision.because.iter().any(|one| one.rule == rule);
    let also: Vec<_> = decision.forbids.iter().filter(|one| !named(&one.rule)).collect();
    if !also.is_empty() {
        heading(out, tongue.pick("Verbietet auch", "Forbids too"));
    }
    for forbid in also {
        let forms: Vec<&str> = forbid.forms.iter().map(|form| form.as_str()).collect();
        let _ = writeln!(out, "  {}: {}", forbid.rule, forms.join(", "));
    }
    if !decision.obligations.is_empty() {
        heading(out, tongue.pick("Dazu gehört", "With it goes"));
    }
    for duty in &decision.obligations {
        let _ = writeln!(out, "  {}", duty.text(lang(tongue)));
    }
}

/// Escalation, moderation and speech, each with what belongs to it.
fn parts(decision: &Decision) -> String {
    let escalation = decision.escalation.as_ref();
    let escalation = escalation.map(|told| format!("escalate to {} within {}", told.to.join(", "), told.within));
    let moderation = decision.moderation.map(|moderation| moderation.as_str().to_owned());
    escalation.into_iter().chain(moderation).chain([speech(&decision.speech)]).collect::<Vec<_>>().join(" + ")
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Permits => "permits",
        Effect::Forbids => "forbids",
        Effect::Errors => "FAILED",
    }
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn speech(speech: &Speech) -> String {
    match speech {
        Speech::Hold(hold) => format!("hold until {}", hold.until.to_rfc3339()),
        other => other.as_str().to_owned(),
    }
}
