//! A case: one thread that the desk handles, with the state that a person sees.

use serde::{Deserialize, Serialize};

use crate::policy::{Decision, Speech};

/// The four queues of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Somebody has to do something.
    Now,
    /// Held; wakes by the clock or when the facts change.
    Waiting,
    /// Silent by decision.
    Silent,
    /// Finished.
    Done,
}

impl Queue {
    /// Every queue, in the order of the inbox.
    pub const ALL: [Self; 4] = [Self::Now, Self::Waiting, Self::Silent, Self::Done];
    /// The word for store and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Waiting => "waiting",
            Self::Silent => "silent",
            Self::Done => "done",
        }
    }
    /// The queue with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == word)
    }

    /// Where a decision puts a case. An escalation always needs somebody, whatever is said.
    #[must_use]
    pub fn for_decision(decision: &Decision) -> Self {
        if decision.escalation.is_some() || decision.moderation.is_some() {
            return Self::Now;
        }
        match decision.speech {
            Speech::Permitted { .. } | Speech::LeftToPerson => Self::Now,
            Speech::Hold(_) => Self::Waiting,
            Speech::Silent => Self::Silent,
        }
    }
}

/// How soon a case in the Now queue needs somebody; lower is sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rank(pub i16);

impl Rank {
    /// An escalation that must be taken within the hour, and nobody has.
    pub const ALARM: Self = Self(0);
    /// A post at which somebody has to look, and nobody has taken it yet.
    pub const LOOK: Self = Self(2);
    /// Another escalation nobody has taken.
    pub const TASK: Self = Self(5);
    /// Left to a person, or sent back from the outbox.
    pub const PERSON: Self = Self(10);
    /// An answer to be written.
    pub const ANSWER: Self = Self(20);
    /// Everything else.
    pub const REST: Self = Self(30);

    /// The rank of a decision whose escalation nobody has taken.
    #[must_use]
    pub fn for_decision(decision: &Decision) -> Self {
        match (&decision.escalation, &decision.speech) {
            (Some(escalation), _) if escalation.is_alarm() => Self::ALARM,
            (Some(_), _) => Self::TASK,
            (None, Speech::LeftToPerson) => Self::PERSON,
            (None, Speech::Permitted { .. }) => Self::ANSWER,
            (None, Speech::Hold(_) | Speech::Silent) => Self::REST,
        }
    }
}
