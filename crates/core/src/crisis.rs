//! Crisis: the closed set of replies that one person may send, the numbers they name, and the steps of published guidance. All
//! of it is data with sources, in `policies/crisis/crisis.toml`; a reply is rendered for the country of the house and leaves
//! unchanged.

use std::sync::LazyLock;

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    alarm::Danger,
    id::PersonId,
    policy::Decision,
    site::Jurisdiction,
    statement::{Statement as LibraryStatement, StatementKind, emergency},
    triage::{Lang, Topic},
};

/// The data as it stands in the file.
pub(crate) const TEXT: &str = include_str!("../../../policies/crisis/crisis.toml");

/// Who wrote every approved reply: nobody at the desk. A draft by this author is a crisis reply, and who sends it is its second
/// person.
pub const STATEMENTS: PersonId = PersonId::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_c815));
/// Who sends a reply that leaves at once, because the house's overlay says so.
pub const AT_ONCE: PersonId = PersonId::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_a701));
/// The rule under which that stands in the log.
pub const AT_ONCE_RULE: &str = "house.crisis_at_once";

/// The data as it was read for statements that name a help line; a test reads all of it.
static KNOWN: LazyLock<Option<Crisis>> = LazyLock::new(|| Crisis::load().ok());

/// The help line of a country with its number, as a text names it: "TelefonSeelsorge, 0800 111 0 111".
#[must_use]
pub fn help_line(jurisdiction: Jurisdiction) -> Option<String> {
    let numbers = KNOWN.as_ref()?.numbers(jurisdiction)?;
    Some(format!("{}, {}", numbers.line, numbers.number))
}

/// Data that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policies/crisis/crisis.toml: {0}")]
pub struct BadCrisis(String);

/// Whom to call in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The emergency number.
    pub emergency: String,
    /// Where that comes from.
    pub emergency_source: String,
    /// The name of the help line for people in despair.
    pub line: String,
    /// Its number as people write it.
    pub number: String,
    /// Its number as a phone dials it.
    pub dial: String,
    /// Where that comes from.
    pub line_source: String,
}

/// An approved reply, ready to be sent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name, such as `crisis.suicide.de.en`: danger, country, language.
    pub id: String,
    /// What it answers.
    pub danger: Danger,
    /// The language it is in, `de` or `en`.
    pub lang: String,
    /// What it says.
    pub text: String,
    /// Where it comes from.
    pub source: String,
}

/// The steps of published guidance for one danger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    /// The danger.
    pub danger: Danger,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Where that comes from.
    pub source: String,
}

/// Replies, numbers and steps, read once.
#[derive(Debug)]
pub struct Crisis {
    countries: Vec<(Jurisdiction, Numbers)>,
    replies: Vec<Written>,
    guidance: Vec<Steps>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    country: Vec<Country>,
    reply: Vec<Written>,
    guidance: Vec<Steps>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    jurisdiction: String,
    emergency: String,
    emergency_source: String,
    line: String,
    number: String,
    dial: String,
    line_source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    danger: Danger,
    lang: String,
    text: String,
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    danger: Danger,
    source: String,
    steps_de: Vec<String>,
    steps_en: Vec<String>,
}

impl Crisis {
    /// Reads the data that comes with the program.
    ///
    /// # Errors
    /// It is not as it must be: a country left out, an unknown word, a hole that nothing fills.
    pub fn load() -> Result<Self, BadCrisis> {
        Self::read(TEXT)
    }

    fn read(text: &str) -> Result<Self, BadCrisis> {
        let file: File = toml::from_str(text).map_err(|bad| BadCrisis(bad.to_string()))?;
        let mut countries = Vec::new();
        for one in file.country {
            let jurisdiction = Jurisdiction::from_word(&one.jurisdiction)
                .ok_or_else(|| BadCrisis(format!("no jurisdiction '{}'", one.jurisdiction)))?;
            let Country { emergency, emergency_source, line, number, dial, line_source, .. } = one;
            countries.push((jurisdiction, Numbers { emergency, emergency_source, line, number, dial, line_source }));
        }
        let crisis = Self { countries, replies: file.reply, guidance: file.guidance };
        for jurisdiction in Jurisdiction::ALL {
            let numbers = crisis.numbers(jurisdiction);
            let numbers = numbers.ok_or_else(|| BadCrisis(format!("no country for {}", jurisdiction.as_str())))?;
            let steps = crisis.guidance.iter().flat_map(|one| one.steps_de.iter().chain(&one.steps_en));
            let texts = crisis.replies.iter().map(|one| &one.text).chain(steps);
            if let Some(bad) = texts.map(|text| filled(text, numbers)).find(|text| text.contains(['{', '}'])) {
                return Err(BadCrisis(format!("nothing fills the hole in \"{bad}\"")));
            }
        }
        Ok(crisis)
    }

    /// Whom to call where a house is.
    #[must_use]
    pub fn numbers(&self, jurisdiction: Jurisdiction) -> Option<&Numbers> {
        self.countries.iter().find(|(of, _)| *of == jurisdiction).map(|(_, numbers)| numbers)
    }

    /// The approved replies for the dangers of a decision, the one in `lang` first.
    #[must_use]
    pub fn replies(&self, decision: &Decision, jurisdiction: Jurisdiction, lang: Lang) -> Vec<Statement> {
        let Some(numbers) = self.numbers(jurisdiction) else { return Vec::new() };
        let mut all: Vec<Statement> = Danger::of(decision)
            .into_iter()
            .flat_map(|danger| self.replies.iter().filter(move |one| one.danger == danger))
            .map(|one| Statement {
                id: format!("crisis.{}.{}.{}", one.danger.as_str(), jurisdiction.as_str(), one.lang),
                danger: one.danger,
                lang: one.lang.clone(),
                text: filled(&one.text, numbers),
                source: one.source.clone(),
            })
            .collect();
        all.sort_by_key(|one| (one.danger, Lang::from_tag(&one.lang) != lang));
        all
    }

    /// Whether a text is one of the approved replies to a decision, word for word.
    #[must_use]
    pub fn is_approved(&self, text: &str, decision: &Decision, jurisdiction: Jurisdiction) -> bool {
        self.replies(decision, jurisdiction, Lang::De).iter().any(|one| one.text == text)
    }

    /// The danger of a decision that a crisis reply of the house's own library answers; `None`: none. It is about that danger (or any), and
    /// its text, filled in as the house says it, names the number that the danger obliges to.
    #[must_use]
    pub fn answers(
        &self,
        statement: &LibraryStatement,
        text: &str,
        decision: &Decision,
        jurisdiction: Jurisdiction,
    ) -> Option<Danger> {
        let numbers = self.numbers(jurisdiction).filter(|_| statement.kind == StatementKind::Crisis)?;
        Danger::of(decision).into_iter().find(|danger| {
            let (topic, is_named) = match danger {
                Danger::Suicide => (Topic::CrisisSuicide, names(text, &numbers.number)),
                Danger::Emergency => (
                    Topic::MedicalEmergency,
                    [&*numbers.emergency, emergency(jurisdiction)].iter().any(|one| names(text, one)),
                ),
                Danger::Threat | Danger::Safeguarding | Danger::Incident | Danger::Look | Danger::Other => {
                    return false;
                }
            };
            is_named && (statement.topics.is_empty() || statement.topics.contains(&topic))
        })
    }

    /// The steps of published guidance for the dangers of a decision.
    #[must_use]
    pub fn guidance(&self, decision: &Decision, jurisdiction: Jurisdiction, lang: Lang) -> Vec<Guidance> {
        let Some(numbers) = self.numbers(jurisdiction) else { return Vec::new() };
        let found = Danger::of(decision).into_iter();
        found
            .filter_map(|danger| self.guidance.iter().find(|one| one.danger == danger))
            .map(|one| {
                let steps = if lang == Lang::De { &one.steps_de } else { &one.steps_en };
                let steps = steps.iter().map(|step| filled(step, numbers)).collect();
                Guidance { danger: one.danger, steps, source: one.source.clone() }
            })
            .collect()
    }
}

/// Whether the rules let an approved reply to a crisis leave: an alarm stands, and a rule obliges to name a number. Other rules
/// on speech are about answers that people write; a rule that can't be evaluated still means no speech.
#[must_use]
pub fn permits(decision: &Decision) -> bool {
    let is_alarm = decision.escalation.as_ref().is_some_and(crate::policy::Escalation::is_alarm);
    let must_name = |word: &str| decision.obligations.iter().any(|duty| duty.0 == word);
    is_alarm && (must_name("help_line") || must_name("emergency_number")) && !decision.has_error()
}

/// Whether a text names a phone number, however its digits are set apart. A short one stands by itself: 112 is not part of 0112.
fn names(text: &str, number: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_gap = |c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '/' | '(' | ')'));
    text.split(is_gap).any(|run| digits(run) == digits(number))
}

fn filled(text: &str, numbers: &Numbers) -> String {
    let text = text.replace("{line}", &numbers.line).replace("{number}", &numbers.number);
    text.replace("{emergency}", &numbers.emergency)
}

/// Whether a house has crisis replies leave at once: `[crisis] reply = "at_once"` in an overlay of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CrisisRules {
    /// A reply leaves without a person, in the language of the post.
    pub at_once: bool,
}

#[derive(Deserialize)]
struct Overlay {
    crisis: Option<Said>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    reply: Reply,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Reply {
    AtOnce,
    ByPerson,
}

impl CrisisRules {
    /// Adds what an overlay says: TOML that may have a `[crisis]` table.
    ///
    /// # Errors
    /// A key or word that there is not; the error names the file.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), String> {
        let read: Overlay = toml::from_str(text).map_err(|bad| format!("{file}: {bad}"))?;
        if let Some(said) = read.crisis {
            self.at_once = said.reply == Reply::AtOnce;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        guard::{self, DraftText, Verdict},
        policy::{Because, Effect, Escalation, Obligation, Speech},
        time::Span,
    };

    fn suicide() -> Decision {
        let because =
            Because { rule: "common.suicide".to_owned(), effect: Effect::Permits, action: "escalate_now".to_owned() };
        Decision {
            marks: vec![],
            starts: vec![],
            escalation: Some(Escalation {
                to: vec!["crisis-team".to_owned()],
                within: Span::minutes(10),
                obliges: vec![],
            }),
            moderation: None,
            speech: Speech::LeftToPerson,
            obligations: vec![Obligation("help_line".to_owned())],
            because: vec![because],
            forbids: vec![],
            near: vec![],
            rules_version: String::new(),
        }
    }

    #[test]
    fn every_country_has_a_reply_in_each_language_that_the_guard_lets_through() {
        let crisis = Crisis::load().unwrap();
        for jurisdiction in Jurisdiction::ALL {
            for danger in [Danger::Suicide, Danger::Emergency] {
                let mut decision = suicide();
                if danger == Danger::Emergency {
                    decision.because[0].rule = "common.emergency".to_owned();
                    decision.obligations = vec![Obligation("emergency_number".to_owned())];
                    decision.escalation.as_mut().unwrap().to = vec!["clinical-on-call".to_owned()];
                }
                let replies = crisis.replies(&decision, jurisdiction, Lang::En);
                let langs: Vec<&str> = replies.iter().map(|one| one.lang.as_str()).collect();
                assert_eq!(langs, ["en", "de"], "{jurisdiction:?} {danger:?}");
                for reply in replies {
                    let check = guard::check(&DraftText {
                        text: &reply.text,
                        lang: Lang::from_tag(&reply.lang),
                        jurisdiction,
                        public: true,
                        consented: false,
                        inbound_text: Some("Ich bringe mich um."),
                        inbound_handle: Some("eva"),
                        public_facts: &[],
                        people: None,
                    });
                    assert_eq!(check.verdict, Verdict::Allow, "{}: {:?}", reply.text, check.findings);
                    assert!(reply.text.chars().count() <= 280, "{} is too long for a short post", reply.text);
                    assert!(crisis.is_approved(&reply.text, &decision, jurisdiction));
                    assert!(!crisis.is_approved(&format!("{} ", reply.text), &decision, jurisdiction));
                }
            }
        }
    }

    #[test]
    fn a_reply_of_the_library_answers_a_danger_whose_number_it_names() {
        let crisis = Crisis::load().unwrap();
        let own = |topics: &[Topic]| LibraryStatement {
            title: "Krise".to_owned(),
            text: String::new(),
            kind: StatementKind::Crisis,
            form: crate::policy::SpeechForm::AnswerPublicGeneric,
            lang: Lang::De,
            topics: topics.iter().copied().collect(),
            laws: std::collections::BTreeSet::new(),
            sites: std::collections::BTreeSet::new(),
        };
        let answers =
            |statement: &LibraryStatement, text: &str| crisis.answers(statement, text, &suicide(), Jurisdiction::De);
        let any = own(&[]);
        for (text, is_it) in [
            ("Die TelefonSeelsorge ist da: 0800 111 0 111.", true),
            ("0800/1110111 oder in Gefahr 112", true),
            ("In Gefahr bitte 112 rufen.", false),
            ("Die TelefonSeelsorge ist da: 0800 111 0 112.", false),
            ("Wir sind für Sie da.", false),
        ] {
            assert_eq!(answers(&any, text).is_some(), is_it, "{text}");
        }
        let named = "TelefonSeelsorge, 0800 111 0 111";
        assert_eq!(answers(&own(&[Topic::CrisisSuicide]), named), Some(Danger::Suicide));
        assert_eq!(answers(&own(&[Topic::MedicalEmergency]), named), None, "for another danger");
        let template = LibraryStatement { kind: StatementKind::Template, ..own(&[]) };
        assert_eq!(answers(&template, named), None, "no crisis reply");
        assert_eq!(help_line(Jurisdiction::De).as_deref(), Some(named));
    }

    #[test]
    fn a_reply_needs_an_alarm_that_obliges_to_a_number_and_rules_that_can_be_evaluated() {
        assert!(permits(&suicide()));
        let mut failing = suicide();
        failing.because.push(Because { rule: "x".to_owned(), effect: Effect::Errors, action: "hold".to_owned() });
        assert!(!permits(&failing));
        assert!(!permits(&Decision { obligations: vec![], ..suicide() }));
        assert!(!permits(&Decision { escalation: None, ..suicide() }));
    }

    #[test]
    fn each_danger_of_the_guidance_has_as_many_steps_in_both_languages() {
        let crisis = Crisis::load().unwrap();
        assert_eq!(crisis.guidance.len(), 4);
        for one in &crisis.guidance {
            assert_eq!(one.steps_de.len(), one.steps_en.len(), "{:?}", one.danger);
            assert!(!one.source.is_empty());
        }
        let shown = crisis.guidance(&suicide(), Jurisdiction::Us, Lang::En);
        assert!(shown[0].steps.iter().any(|step| step.contains("911")), "{shown:?}");
    }

    #[test]
    fn an_overlay_lets_replies_leave_at_once_and_a_wrong_word_is_refused() {
        let mut rules = CrisisRules::default();
        rules.add("a.toml", "[[guard_settled]]\nid = \"x\"\n").unwrap();
        assert!(!rules.at_once);
        rules.add("b.toml", "[crisis]\nreply = \"at_once\"\n").unwrap();
        assert!(rules.at_once);
        for bad in ["[crisis]\nreply = \"now\"\n", "[crisis]\nanswer = \"at_once\"\n", "[crisis]\n"] {
            assert!(rules.add("c.toml", bad).unwrap_err().starts_with("c.toml"), "{bad}");
        }
    }
}
