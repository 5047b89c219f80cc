//! Filing: what of a consented conversation is brought into the patient's record, what the record is told of the consent
//! itself and of work that waits, and the port that brings it. Nothing is filed without a confirmed link and the consents
//! to it; both are looked at again before each attempt. Only that something ends is told afterwards, without any content.

use serde::{Deserialize, Serialize};

use crate::{
    channel::Promise,
    chart::Said,
    door::Purpose,
    emr::{Identifier, Name},
    id::{CaseId, ConsentId, EmrLinkId, FilingId, LinkId},
    time::{Span, Timestamp},
    words::words,
};

words! {
    /// What is done in the record.
    FilingAct {
        /// A conversation is filed.
        File = "file",
        /// It is taken back, because the patient took back the consent to it.
        Cancel = "cancel",
        /// A consent that is in force is recorded.
        Consent = "consent",
        /// Such a consent has ended.
        ConsentEnd = "consent_end",
        /// Work that waits for somebody on the care side is told.
        Task = "task",
        /// That work is done, or is no longer the record's matter.
        TaskEnd = "task_end",
    }
}

impl FilingAct {
    /// Whether link and consent must hold when it is done. What only ends something goes without them.
    #[must_use]
    pub const fn needs_permission(self) -> bool {
        match self {
            Self::File | Self::Consent | Self::Task => true,
            Self::Cancel | Self::ConsentEnd | Self::TaskEnd => false,
        }
    }

    /// Whether it is about a conversation's content.
    #[must_use]
    pub const fn is_document(self) -> bool {
        matches!(self, Self::File | Self::Cancel)
    }
}

/// The case something is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTold {
    /// Which.
    pub id: CaseId,
    /// The number people call it by, e.g. F-2841.
    pub number: String,
    /// On which channel, in words.
    pub channel: String,
}

/// A consent, as the record is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentTold {
    /// Which.
    pub id: ConsentId,
    /// For which link of the account to the record.
    pub link: LinkId,
    /// To what.
    pub purpose: Purpose,
    /// The version of the words that were consented to.
    pub wording: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it ended: it was taken back, or the link was undone.
    pub ended_at: Option<Timestamp>,
    /// Whether the patient gave it; otherwise somebody who may speak for them.
    pub by_patient: bool,
}

/// Work that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTold {
    /// How far it is.
    pub state: WorkState,
    /// What it is about, without a word of the person's own.
    pub about: String,
    /// Roles or teams that are to do it.
    pub to: Vec<String>,
    /// Whether somebody must take it within the hour.
    pub is_urgent: bool,
    /// Since when it waits.
    pub opened_at: Timestamp,
    /// By when somebody has to take it.
    pub due_at: Option<Timestamp>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

words! {
    /// How far work is.
    WorkState {
        /// Nobody has taken it.
        Requested = "requested",
        /// A person has taken it.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It is not the record's matter any more: the consent has ended.
        Cancelled = "cancelled",
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
    /// The conversation, one utterance at a time; empty where it is not about what was said, or must not say it any more.
    #[serde(default)]
    pub said: Vec<Said>,
    /// The case it is about; none where it is about a consent alone.
    #[serde(default)]
    pub case: Option<CaseTold>,
    /// The consents it rests upon, or the one that it is about.
    #[serde(default)]
    pub consents: Vec<ConsentTold>,
    /// Work that waits.
    #[serde(default)]
    pub work: Option<WorkTold>,
    /// The version of the rules under which it was decided.
    #[serde(default)]
    pub rules: String,
}

impl Document {
    /// The same without a word of the conversation: what may leave after the consent has ended.
    #[must_use]
    pub fn without_content(mut self) -> Self {
        self.lines.clear();
        for said in &mut self.said {
            said.text.clear();
            said.url = None;
        }
        self
    }
}

/// What became of something that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// It is in the record.
    Filed,
    /// The system of the record has no place for such a thing: nothing was sent, and nothing is wrong.
    NoPlace,
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
    /// Does in the record what `act` says. The same again is told by its id and does no harm.
    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>>;
}
