//! Why an act was not done, as a page.

use bedside_flow::{ActError, FlowError};

use super::answer::Stop;
use crate::{
    page::error::Trouble,
    text::{Reader, undone_code},
};

impl From<FlowError> for Stop {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Store(error) => Self::Store(error),
            other => Self::Road(other.to_string()),
        }
    }
}

impl From<ActError> for Stop {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Flow(error) => error.into(),
            ActError::Gone => Self::NOT_FOUND,
            ActError::Refused(refusal) => Self::Refused(refusal),
            ActError::Blocked(_) | ActError::Invalid(_) | ActError::Changed(_) => Self::Unclear,
        }
    }
}

/// Why an act on a case was not done, in the words of `r`. `case`: its number, to lead back to it.
pub(super) fn not_done(r: &Reader, case: Option<i64>, error: ActError) -> Stop {
    match (error, case) {
        (ActError::Changed(word), Some(case)) => Stop::Trouble(Trouble::Changed { case, what: undone_code(r, word) }),
        (ActError::Changed(word) | ActError::Invalid(word), _) => {
            Stop::Trouble(Trouble::Unclear { what: undone_code(r, word) })
        }
        (ActError::Blocked(_), _) => Stop::Trouble(Trouble::Unclear { what: undone_code(r, "guard_blocks") }),
        (other @ (ActError::Refused(_) | ActError::Gone | ActError::Flow(_)), _) => other.into(),
    }
}
