//! A decision in words: every fact, the rules that made it with their reasons, and those that came close.

use serde::Serialize;

use super::{
    decision::{Decision, Effect},
    facts::Facts,
    rules::Rules,
    seen,
};
use crate::triage::Lang;

/// One fact as the rules saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name in `policies/schema.cedarschema`.
    pub name: &'static str,
    /// Its value; `None`: not known, so no rule could rest on it.
    pub value: Option<String>,
}

/// A rule that made the decision, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSaid {
    /// The rule's `@id`.
    pub rule: String,
    /// How it took part.
    pub effect: Effect,
    /// What it did, as in [`super::Because::action`].
    pub action: String,
    /// Why, in German.
    pub reason_de: String,
    /// Why, in English.
    pub reason_en: String,
    /// Law, guidance, research.
    pub source: String,
    /// Where it is written: file and line.
    pub written: String,
    /// The facts and topics that its conditions ask for, by their names in the schema.
    pub rests_on: Vec<String>,
}

/// A permit that came close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearSaid {
    /// The rule's `@id`.
    pub rule: String,
    /// What was missing, as written in the rule.
    pub failed: String,
    /// What it would have permitted, in German.
    pub reason_de: String,
    /// What it would have permitted, in English.
    pub reason_en: String,
}

/// A decision in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Every fact in the order of the schema.
    pub facts: Vec<Fact>,
    /// The rules that made the decision: escalation, then the post, then speech.
    pub rules: Vec<RuleSaid>,
    /// The nearest permits, where nothing permits.
    pub near: Vec<NearSaid>,
}

impl Rules {
    /// Puts a decision of these rules in words. A rule that these rules don't know (the decision is older) keeps its
    /// id and has empty reasons.
    #[must_use]
    pub fn explain(&self, facts: &Facts, decision: &Decision) -> Explanation {
        let named = seen::facts(facts).into_iter();
        Explanation {
            facts: named.map(|(name, value)| Fact { name, value: value.as_ref().map(seen::shown) }).collect(),
            rules: decision.because.iter().map(|one| self.rule_said(&one.rule, one.effect, &one.action)).collect(),
            near: decision.near.iter().map(|near| self.near_said(&near.rule, &near.failed)).collect(),
        }
    }

    /// The permits of speech that do not apply under these facts and miss the fewest conditions, the nearest first: also where
    /// another rule permits or forbids, and a decision names none.
    #[must_use]
    pub fn came_close(&self, facts: &Facts) -> Vec<NearSaid> {
        let context = self.vocabulary.context(&seen::facts(facts));
        let near = context.map(|context| self.near(&context)).unwrap_or_default();
        near.iter().map(|near| self.near_said(&near.rule, &near.failed)).collect()
    }

    fn rule_said(&self, id: &str, effect: Effect, action: &str) -> RuleSaid {
        let place = |rule: &super::rules::Rule| format!("{}:{}", rule.file, rule.line);
        RuleSaid {
            rule: id.to_owned(),
            effect,
            action: action.to_owned(),
            reason_de: self.words(id, Lang::De),
            reason_en: self.words(id, Lang::En),
            source: self.source(id).unwrap_or_default().to_owned(),
            written: self.rule(id).map(place).unwrap_or_default(),
            rests_on: self.rule(id).map(|rule| rule.rests_on.clone()).unwrap_or_default(),
        }
    }

    fn near_said(&self, id: &str, failed: &str) -> NearSaid {
        NearSaid {
            rule: id.to_owned(),
            failed: failed.to_owned(),
            reason_de: self.words(id, Lang::De),
            reason_en: self.words(id, Lang::En),
        }
    }

    fn words(&self, id: &str, lang: Lang) -> String {
        self.reason(id, lang).unwrap_or_default().to_owned()
    }
}

/// What is said where the decision is silence and no rule made it.
#[must_use]
pub const fn no_rule_permits(lang: Lang) -> &'static str {
    match lang {
        Lang::De => "Keine Regel erlaubt hier eine Antwort. Darum bleiben wir still.",
        Lang::En | Lang::Unknown => "No rule permits an answer here, so we stay silent.",
    }
}
