//! Strikes: an author's abusive posts at a house count against them and fade. They only ever lower engagement: a rule that
//! reads them is refused unless it is a plain forbid on speech that more strikes make apply, or what stands beside speech.

use cedar_policy::{Effect, Policy};
use serde_json::Value;

use super::{annotation::Leaves, rules::Act};
use crate::{
    time::{Span, Timestamp},
    triage::{Signals, Topic},
};

/// After so long a strike counts half, after twice as long a quarter.
pub const HALF_LIFE: Span = Span::days(90);
/// What is older counts no more and need not be looked at: four half-lives.
pub const FORGOTTEN: Span = Span::days(360);

/// Whether a post is a strike: hateful or threatening, or an insult aimed at somebody. Grief, complaint, danger to oneself and
/// a death are none, however bitter the words: those people need somebody.
#[must_use]
pub fn is_strike(signals: &Signals) -> bool {
    let needs_somebody = [Topic::Bereavement, Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Safeguarding];
    let is_spared = signals.death || needs_somebody.iter().any(|topic| signals.has(*topic));
    let is_insult = signals.hostility.0 >= 1 && signals.has(Topic::Harassment) && !signals.has(Topic::Complaint);
    !is_spared && (signals.hostility.0 >= 2 || is_insult)
}

/// What strikes of these times count for at `now`, rounded to whole ones: one counts for [`HALF_LIFE`], two fresh ones for two.
#[must_use]
pub fn count(times: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> u32 {
    let weight = |at: Timestamp| {
        let age = now.since(at).max(Span::ZERO);
        if age >= FORGOTTEN { 0.0 } else { 0.5_f64.powf(micros(age) / micros(HALF_LIFE)) }
    };
    let sum: f64 = times.into_iter().map(weight).sum();
    // A sum of at most some hundred weights of at most 1.
    (1..=100_u32).take_while(|n| f64::from(*n) <= sum + 0.5).last().unwrap_or(0)
}

#[allow(clippy::cast_precision_loss, reason = "a year in microseconds is far below 2^53")]
const fn micros(span: Span) -> f64 {
    span.as_micros() as f64
}

/// What is wrong with how a rule reads `strikes`; `None`: nothing, or it does not read them.
///
/// A plain forbid whose conditions only ever hold for more strikes takes speech away. A permit could give some, and a hold or a
/// person's judgement could end a silence. An alarm may be raised by strikes, never kept from anybody because of them.
pub(super) fn misread(policy: &Policy, acts: &[Act], leaves: &Leaves) -> Option<&'static str> {
    let written = policy.to_json().ok()?;
    if !mentions(&written) {
        return None;
    }
    let is_permit = policy.effect() == Effect::Permit;
    let speaks = acts.iter().any(|act| act.is_speech());
    if speaks && is_permit {
        return Some("strikes only ever lower engagement: no permit of speech reads them");
    }
    if speaks && *leaves != Leaves::Silence {
        return Some(
            "strikes only ever lower engagement: a forbid that reads them leaves silence, neither @hold nor a person",
        );
    }
    let is_bound = speaks || acts.contains(&Act::EscalateNow);
    let clauses = written.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let mut rise = clauses.map(|clause| {
        let when = clause.get("kind").and_then(Value::as_str) == Some("when");
        clause.get("body").is_some_and(|body| rises(body, when))
    });
    (is_bound && !rise.all(|one| one)).then_some(
        "strikes only ever lower engagement: the rule must apply for more strikes too, as in context.strikes >= 3",
    )
}

fn mentions(expression: &Value) -> bool {
    match expression {
        Value::Object(parts) => parts.iter().any(|(key, part)| (key == "attr" && part == FACT) || mentions(part)),
        Value::Array(parts) => parts.iter().any(mentions),
        _ => false,
    }
}

/// Whether what holds for some strikes holds for more; `up` is false below a negation. What is none of the known forms does not.
fn rises(expression: &Value, up: bool) -> bool {
    if !mentions(expression) {
        return true;
    }
    let Some((operator, parts)) = expression.as_object().and_then(|parts| parts.iter().next()) else { return false };
    let side = |name: &str| parts.get(name).unwrap_or(&Value::Null);
    match operator.as_str() {
        "&&" | "||" => rises(side("left"), up) && rises(side("right"), up),
        "!" => rises(side("arg"), !up),
        ">=" | ">" => compares(side("left"), side("right"), up),
        "<=" | "<" => compares(side("right"), side("left"), up),
        _ => false,
    }
}

/// `more > less`: rises with the fact where it is the greater side, against a number.
fn compares(more: &Value, less: &Value, up: bool) -> bool {
    let is_fact = |one: &Value| one.get(".").is_some_and(|read| read.get("attr").is_some_and(|name| name == FACT));
    if up { is_fact(more) && !mentions(less) } else { is_fact(less) && !mentions(more) }
}

/// The fact's name in the schema.
const FACT: &str = "strikes";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_794_661_320_000_000);

    #[test]
    fn strikes_fade_by_half_every_ninety_days() {
        let ago = |days: i64| NOW.minus(Span::days(days));
        for (times, counts) in [
            (vec![], 0),
            (vec![0], 1),
            (vec![90], 1),
            (vec![91], 0),
            (vec![0, 0, 0], 3),
            (vec![90, 90, 90], 2),
            (vec![90, 90], 1),
            (vec![180, 180, 180, 180], 1),
            (vec![400; 50], 0),
        ] {
            assert_eq!(count(times.iter().map(|days| ago(*days)), NOW), counts, "{times:?}");
        }
        assert_eq!(count([NOW.plus(Span::days(3))], NOW), 1, "a clock that is ahead adds nothing");
    }
}
