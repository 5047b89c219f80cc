//! What the rules decide: (escalation?, moderation?, speech), each with the rules that made it.

use serde::{Deserialize, Serialize};

use crate::{
    label::{LabelKind, LabelTarget},
    policy::Obligation,
    time::{Span, Timestamp},
};

/// Forms of speech a rule can permit, the most helpful first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechForm {
    /// A general public answer that says nothing of a person.
    AnswerPublicGeneric,
    /// An invitation to a private channel.
    InvitePrivate,
    /// A short thanks or acknowledgement.
    AcknowledgeOnly,
}

impl SpeechForm {
    /// Every form, the most helpful first.
    pub const ALL: [Self; 3] = [Self::AnswerPublicGeneric, Self::InvitePrivate, Self::AcknowledgeOnly];
    /// The word in rules, cases and store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnswerPublicGeneric => "answer_public_generic",
            Self::InvitePrivate => "invite_private",
            Self::AcknowledgeOnly => "acknowledge_only",
        }
    }
    /// The form with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }
}

/// What is said, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Speech {
    /// An answer in this form is permitted. A person writes it, another approves.
    Permitted {
        /// The most helpful permitted form.
        form: SpeechForm,
    },
    /// Nothing until then.
    Hold(Hold),
    /// Nothing.
    Silent,
    /// A person must decide: the rules could not (an error, a state of the house that asks for people).
    LeftToPerson,
}

/// A wait with reason, owner and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it is decided anew at the latest.
    pub until: Timestamp,
    /// What wakes it before.
    pub wakes: Vec<Wake>,
}

/// What wakes a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wake {
    /// The time has come.
    Time,
    /// The author writes again in the thread.
    AuthorWrites,
    /// A label is set, removed or expires.
    LabelChanges,
    /// A person says that facts are checked.
    FactsChecked,
}

/// Somebody must know, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Roles or teams told, e.g. `crisis-team`.
    pub to: Vec<String>,
    /// Within what time somebody has to take it.
    pub within: Span,
    /// What the rules that escalate oblige to: it holds as long as the escalation does, whatever is decided of speech later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obliges: Vec<Obligation>,
}

impl Escalation {
    /// Whether it has to be loud: somebody must take it within the hour. Others are tasks with a clock.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        self.within <= Span::hours(1)
    }
}

/// A post that should be removed or reported on its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// Remove where we may, report where we may not.
    RemoveOrReport,
}

/// How a rule took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It permits speech, escalation or moderation.
    Permits,
    /// It forbids speech.
    Forbids,
    /// It failed to evaluate.
    Errors,
}

/// A rule that made the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The rule's `@id`.
    pub rule: String,
    /// How it took part.
    pub effect: Effect,
    /// What it did: an action (`escalate_now`, `invite_private` …; with `forbids`, the one it kept back), or
    /// `hold`, `stay_silent`, `left_to_person`.
    pub action: String,
}

/// What a forbid leaves in speech's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Yields {
    /// Silence.
    Silence,
    /// A wait whose end lies ahead.
    Hold,
    /// A person's judgement: the rule says so, or its wait is over.
    Person,
}

/// A rule that forbids forms of speech at this moment, whatever became of speech in the end: another forbid may have been
/// stronger, or another form permitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forbid {
    /// The rule's `@id`.
    pub rule: String,
    /// The forms it forbids, the most helpful first.
    pub forms: Vec<SpeechForm>,
    /// What it leaves.
    pub yields_to: Yields,
}

/// A rule that permits speech but did not apply, with what kept it from applying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearMiss {
    /// The rule's `@id`.
    pub rule: String,
    /// The conditions that failed, as written in the rule, joined by `&&`.
    pub failed: String,
}

/// A label that a rule sets when it decides about a new post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What it says.
    pub label: LabelKind,
    /// What it hangs on.
    pub on: LabelTarget,
    /// How long it holds.
    pub lasts: Span,
    /// The rule's `@id`.
    pub rule: String,
}

/// A clock of law or contract that a rule starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The clock's id in the packs' `clocks.toml`.
    pub clock: String,
    /// The rule's `@id`.
    pub rule: String,
}

/// What the rules decided at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who must be told, beside speech.
    pub escalation: Option<Escalation>,
    /// What happens to the post itself, beside speech.
    pub moderation: Option<Moderation>,
    /// What we say.
    pub speech: Speech,
    /// What else must happen.
    pub obligations: Vec<Obligation>,
    /// The rules that made it.
    pub because: Vec<Because>,
    /// Every rule that forbids a form of speech now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forbids: Vec<Forbid>,
    /// Labels that the rules set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Clocks that the rules start, where the jurisdiction has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<Start>,
    /// The nearest permits, where nothing permits.
    pub near: Vec<NearMiss>,
    /// Fingerprint of the rule set that decided.
    pub rules_version: String,
}

impl Speech {
    /// The word in cases and figures: a form, `hold`, `stay_silent` or `left_to_person`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Permitted { form } => form.as_str(),
            Self::Hold(_) => "hold",
            Self::Silent => "stay_silent",
            Self::LeftToPerson => "left_to_person",
        }
    }
}

impl Moderation {
    /// The word in rules, cases and store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RemoveOrReport => "remove_or_report",
        }
    }
}

impl Decision {
    /// Everything decided, as words: the escalation, the moderation, the speech. The first is what the desk sees first.
    #[must_use]
    pub fn parts(&self) -> Vec<&'static str> {
        let escalation = self.escalation.as_ref().map(|_| "escalate_now");
        let moderation = self.moderation.map(Moderation::as_str);
        escalation.into_iter().chain(moderation).chain([self.speech.as_str()]).collect()
    }

    /// The rules that forbid this form now.
    pub fn forbids(&self, form: SpeechForm) -> impl Iterator<Item = &Forbid> {
        self.forbids.iter().filter(move |one| one.forms.contains(&form))
    }

    /// Whether the rules let a person ask for an answer in this form: it is permitted, or left to them and no rule forbids
    /// it that leaves no choice. Forms are ordered from the most helpful to the least: less than permitted is permitted too,
    /// unless a rule forbids just that.
    #[must_use]
    pub fn permits(&self, form: SpeechForm) -> bool {
        match &self.speech {
            Speech::Permitted { form: most } => form >= *most && self.forbids(form).next().is_none(),
            Speech::LeftToPerson => !self.has_error() && self.forbids(form).all(|one| one.yields_to == Yields::Person),
            Speech::Hold(_) | Speech::Silent => false,
        }
    }

    /// Whether a rule failed to evaluate. Then nothing is said and a person decides.
    #[must_use]
    pub fn has_error(&self) -> bool {
        self.because.iter().any(|one| one.effect == Effect::Errors)
    }
}
