//! Where a conversation stands, as the care team is told: who it waits for, until when, or that it is over.

use bedside_core::{case::Queue, policy::Speech};
use bedside_store::cases::CaseRow;

use crate::text::{Lang, Reader, role};

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody has been told and nobody has taken it: which teams, and by when.
    Escalated {
        /// Ids of the teams.
        to: Vec<String>,
        /// By when, microseconds UTC.
        due: i64,
    },
    /// A person has taken the escalation.
    InHand,
    /// The desk is about to answer or to decide.
    AtTheDesk,
    /// Nothing is said until then, microseconds UTC.
    Held(i64),
    /// Nothing is said.
    Silent,
    /// The house has answered.
    Answered,
    /// It is closed without an answer.
    Closed,
}

impl Standing {
    /// Where a case stands. `answered`: the house said something after the person's last post.
    pub fn of(case: &CaseRow, answered: bool) -> Self {
        if case.queue == Queue::Done {
            return if answered { Self::Answered } else { Self::Closed };
        }
        if let Some(escalation) = &case.decision.escalation {
            if case.alarm_taken_by.is_some() {
                return Self::InHand;
            }
            let due = case.alarm_due_at.unwrap_or_else(|| case.updated_at.plus(escalation.within));
            return Self::Escalated { to: escalation.to.clone(), due: due.as_micros() };
        }
        match (&case.decision.speech, case.hold_until) {
            (Speech::Hold(hold), until) => Self::Held(until.unwrap_or(hold.until).as_micros()),
            (Speech::Silent, _) => Self::Silent,
            (Speech::Permitted { .. } | Speech::LeftToPerson, _) if answered => Self::Answered,
            (Speech::Permitted { .. } | Speech::LeftToPerson, _) => Self::AtTheDesk,
        }
    }

    /// Whether an escalation runs.
    pub const fn is_escalated(&self) -> bool {
        matches!(self, Self::Escalated { .. })
    }

    /// Whether it is over.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Answered | Self::Closed)
    }

    /// In words, within a sentence.
    pub fn words(&self, r: &Reader) -> String {
        match self {
            Self::Escalated { to, .. } => {
                let teams: Vec<String> = to.iter().map(|team| within_a_sentence(r, role(r, team))).collect();
                r.say("chart-stands-escalated", &[("to", teams.join(", ").into())])
            }
            Self::InHand => r.t("chart-stands-in-hand"),
            Self::AtTheDesk => r.t("chart-stands-desk"),
            Self::Held(until) => r.say("chart-stands-held", &[("at", r.until(*until).into())]),
            Self::Silent => r.t("chart-stands-silent"),
            Self::Answered => r.t("chart-stands-answered"),
            Self::Closed => r.t("chart-stands-closed"),
        }
    }
}

/// The name of a team as it stands within a sentence: English has no capital there.
fn within_a_sentence(r: &Reader, name: String) -> String {
    let mut chars = name.chars();
    match (r.lang, chars.next()) {
        (Lang::En, Some(first)) => first.to_lowercase().chain(chars).collect(),
        (Lang::De | Lang::En, _) => name,
    }
}
