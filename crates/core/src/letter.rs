//! Letters to the contact that a patient's record holds: a code that proves who somebody at the private door is, and word of a
//! link that was made. They say nothing of a patient's care.

use crate::{
    channel::{Fault, Promise},
    id::LetterId,
    words::words,
};

words! {
    /// What a letter is for.
    LetterKind {
        /// It brings the code that confirms a link.
        Code = "code",
        /// It tells that a link was confirmed, and how to undo it.
        Linked = "linked",
    }
}

/// An electronic letter, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id; the same letter sent twice carries the same Message-ID (RFC 5322 §3.6.4).
    pub id: LetterId,
    /// The e-mail address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What carries letters.
pub trait Post: Send + Sync {
    /// Hands a letter over. Sent twice it may arrive twice.
    fn send<'a>(&'a self, letter: &'a Letter) -> Promise<'a, Result<(), Fault>>;
    /// Asks whether the server would take letters, without sending one.
    fn reach(&self) -> Promise<'_, Result<(), Fault>>;
}
