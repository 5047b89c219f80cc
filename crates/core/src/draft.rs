//! The pen's road: a draft is cleared by the guard, approved by a second person, and only then queued. Each state is a
//! type of its own, so that a step can't be left out: queueing takes [`Approved`], which comes from [`Cleared`] alone,
//! which only the guard's verdict makes.

use crate::{
    door::Day,
    guard::{self, Check, DraftText, Settlements, Verdict},
    id::{CaseId, DraftId, PersonId, PostId},
    log::Commitment,
    policy::SpeechForm,
};

/// The domain of a draft's commitment in the log. What is committed to is the form, the id of the post it answers and the
/// text, each on its own line; neither form nor id holds a line's end.
const DOMAIN: &str = "draft.reply";

/// A text that somebody wants to say.
#[derive(Clone)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// The case it answers.
    pub case: CaseId,
    /// The post it answers.
    pub post: PostId,
    /// Who wrote it.
    pub author: PersonId,
    /// How it is said.
    pub form: SpeechForm,
    /// What is said.
    pub text: String,
    /// The salt of its commitment.
    pub salt: [u8; 32],
}

impl Draft {
    /// The salted commitment of what is said, in which form and to which post: what is cleared, approved and sent has this
    /// one.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::new(&self.salt, DOMAIN, &format!("{}\n{}\n{}", self.form.as_str(), self.post, self.text))
    }

    /// Has the guard read it; `around` tells what is around the text, whose place this draft's own text takes. What the
    /// house's rules of `today` settle no longer warns.
    ///
    /// # Errors
    /// The guard blocks it; the check says where and why.
    pub fn clear(self, around: &DraftText<'_>, rules: &Settlements, today: Option<Day>) -> Result<Cleared, Check> {
        let check = rules.settle(guard::check(&DraftText { text: &self.text, ..*around }), today);
        match check.verdict {
            Verdict::Block => Err(check),
            Verdict::Allow | Verdict::Warn => Ok(Cleared { commitment: self.commitment(), draft: self, check }),
        }
    }
}

/// A draft that the guard lets through, perhaps with warnings.
pub struct Cleared {
    draft: Draft,
    check: Check,
    commitment: Commitment,
}

/// Why a cleared draft is not approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// Who wrote it can't approve it.
    #[error("an own draft can't be approved")]
    OwnDraft,
    /// The guard warns and nobody takes that on their name.
    #[error("the guard's warnings are not confirmed")]
    WarningsUnconfirmed,
}

impl Cleared {
    /// What the guard said.
    #[must_use]
    pub const fn check(&self) -> &Check {
        &self.check
    }

    /// The commitment of the text that was cleared.
    #[must_use]
    pub const fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// A second person approves it. Warnings of the guard they must take on their name.
    ///
    /// # Errors
    /// They wrote it themselves, or leave warnings unconfirmed.
    pub fn approve(self, by: PersonId, confirms_warnings: bool) -> Result<Approved, NotApproved> {
        if by == self.draft.author {
            return Err(NotApproved::OwnDraft);
        }
        if self.check.verdict == Verdict::Warn && !confirms_warnings {
            return Err(NotApproved::WarningsUnconfirmed);
        }
        Ok(Approved { cleared: self, by })
    }
}

/// A cleared draft that a second person approved.
pub struct Approved {
    cleared: Cleared,
    by: PersonId,
}

impl Approved {
    /// The draft.
    #[must_use]
    pub const fn draft(&self) -> &Draft {
        &self.cleared.draft
    }

    /// Who approved it.
    #[must_use]
    pub const fn by(&self) -> PersonId {
        self.by
    }

    /// The commitment that was cleared and approved.
    #[must_use]
    pub const fn commitment(&self) -> &Commitment {
        &self.cleared.commitment
    }

    /// Whether the approver took warnings of the guard on their name.
    #[must_use]
    pub fn has_confirmed_warnings(&self) -> bool {
        self.cleared.check.verdict == Verdict::Warn
    }
}
