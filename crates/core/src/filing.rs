//! Filing: what of a closed, consented conversation is brought into the patient's record, and the port that brings it.
//! Nothing is filed without a confirmed link and the consents to it; both are looked at again before each attempt.

use serde::{Deserialize, Serialize};

use crate::{
    channel::Promise,
    emr::{Identifier, Name},
    id::{EmrLinkId, FilingId},
    time::{Span, Timestamp},
};

/// What is done with a document in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilingAct {
    /// It is filed.
    File,
    /// It is taken back, because the patient took back the consent to it.
    Cancel,
}

impl FilingAct {
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Cancel => "cancel",
        }
    }
    /// The act with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::File, Self::Cancel].into_iter().find(|act| act.as_str() == word)
    }
}

/// A document for a patient's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its own id, the same in everything that is said about it.
    pub id: FilingId,
    /// The patient's identifiers, as the record gave them.
    pub ids: Vec<Identifier>,
    /// The patient's name, as the record gave it; a receiver may check it.
    pub name: Option<Name>,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: Option<String>,
    /// The number of the visit the patient is in now, where there is one.
    pub visit: Option<String>,
    /// What it is.
    pub title: String,
    /// Its text, line by line.
    pub lines: Vec<String>,
    /// The house that wrote it.
    pub house: String,
    /// When the newest post in it was written.
    pub happened_at: Timestamp,
    /// When the case was closed.
    pub written_at: Timestamp,
}

/// Why a document is not known to be in the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilingFault {
    /// A word of ours.
    pub code: &'static str,
    /// Whether trying again later can help without a person.
    pub is_passing: bool,
    /// What the receiver says about it; may hold words of the document.
    pub said: String,
    /// How long the receiver asks us to wait before the next try.
    pub after: Option<Span>,
}

/// A system of the record that takes documents. One at a time, so that one patient's come in their order.
pub trait File: Send + Sync {
    /// The link's id in the store.
    fn link(&self) -> EmrLinkId;
    /// Whether what was filed is taken back when the patient takes back the consent.
    fn cancels(&self) -> bool;
    /// Brings a document into the record. The same again is told by its id and does no harm.
    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<(), FilingFault>>;
}
