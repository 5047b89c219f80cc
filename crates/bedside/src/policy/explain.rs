//! `bedside policy explain ID`: why a post was decided as it was. Shows facts and rules, never the post's text.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use bedside_core::{
    id::{CaseId, PostId},
    policy::{Decision, Effect, Explanation, Speech},
    time::Timestamp,
};
use bedside_flow::Road;
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    posts,
};

use crate::say::Tongue;

/// Explains the decision in force of the case that `id` names: a post's id, a case's, or a case's number.
///
/// # Errors
/// Nothing has that id, it has not been sorted yet, or the store refuses.
pub async fn explain(road: &Road, id: &str, tongue: Tongue) -> Result<String> {
    let mut tx = road.store().begin_read().await?;
    let Some(case) = find(&mut tx, id).await? else {
        bail!("there is no sorted post and no case {id} (a post waits to be sorted until Bedside runs)");
    };
    match road.explain(&mut tx, &case).await? {
        Some(explained) => Ok(words(&case.decision, case.updated_at, &explained.explanation, tongue)),
        None => bail!("the post has not been sorted yet"),
    }
}

async fn find(tx: &mut Tx, id: &str) -> Result<Option<CaseRow>> {
    if let Ok(number) = id.parse::<i64>() {
        return Ok(cases::by_number(tx, number).await?);
    }
    if let Ok(case) = id.parse::<CaseId>()
        && let Some(case) = cases::by_id(tx, case).await?
    {
        return Ok(Some(case));
    }
    let Some(post) = posts::by_id(tx, id.parse::<PostId>()?).await? else { return Ok(None) };
    Ok(cases::by_thread(tx, post.thread).await?)
}

fn words(decision: &Decision, at: Timestamp, explanation: &Explanation, tongue: Tongue) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} ({})", speech(&decision.speech), at.to_rfc3339());
    if let Some(escalation) = &decision.escalation {
        let _ = writeln!(out, "escalate to {} within {}", escalation.to.join(", "), escalation.within);
    }
    heading(&mut out, tongue.pick("Regeln", "Rules"));
    for rule in &explanation.rules {
        let reason = tongue.pick(&rule.reason_de, &rule.reason_en);
        let _ = writeln!(out, "  {} {} {}: {reason}", rule.rule, effect(rule.effect), rule.action);
        let _ = writeln!(out, "    {}  {}", rule.written, rule.source);
    }
    if explanation.rules.is_empty() {
        let _ = writeln!(out, "  {}", tongue.pick("keine", "none"));
    }
    if !explanation.near.is_empty() {
        heading(&mut out, tongue.pick("Knapp verfehlt", "Came close"));
    }
    for near in &explanation.near {
        let reason = tongue.pick(&near.reason_de, &near.reason_en);
        let _ = writeln!(out, "  {}: {} – {reason}", near.rule, near.failed);
    }
    heading(&mut out, tongue.pick("Tatsachen, wie sie jetzt sind", "Facts as they are now"));
    for fact in &explanation.facts {
        let value = fact.value.as_deref().unwrap_or_else(|| tongue.pick("nicht bekannt", "not known"));
        let _ = writeln!(out, "  {:<20} {value}", fact.name);
    }
    out.trim_end().to_owned()
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
