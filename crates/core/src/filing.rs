//! Filing: what of a consented conversation is brought into the patient's record, what the record is told of the consent
//! itself and of work that waits, and the port that brings it. Nothing is filed without a confirmed link and the consents
//! to it; both are looked at again before each attempt. Only that something ends is told afterwards, without any content.

use serde::{Deserialize, Serialize};

use crate::{
    channel::Promise,
    chart::Said,
    door::Purpose,
    emr::{Identifier, Name},
    id::{CaseId, ConsentId, EmrLinkId, FilingId, LabelId, LinkId},
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
        /// A warning that a named person confirmed is put into the chart.
        Flag = "flag",
        /// Such a warning holds no longer.
        FlagEnd = "flag_end",
    }
}

impl FilingAct {
    /// Whether link and consent must hold when it is done. What only ends something goes without them.
    #[must_use]
    pub const fn needs_permission(self) -> bool {
        match self {
            Self::File | Self::Consent | Self::Task | Self::Flag => true,
            Self::Cancel | Self::ConsentEnd | Self::TaskEnd | Self::FlagEnd => false,
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

/// A warning for the chart. Only a named person makes one: they set the label and gave its reason.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagTold {
    /// The label it follows from.
    pub id: LabelId,
    /// What to look out for, in that person's words.
    pub words: String,
    /// Who confirmed it, as they are called at the desk.
    pub by: String,
    /// Since when it holds.
    pub from: Timestamp,
    /// Until when; `None`: until it is removed.
    pub until: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl std::fmt::Debug for FlagTold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlagTold").field("id", &self.id).finish_non_exhaustive()
    }
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
    /// A warning that a person confirmed.
    #[serde(default)]
    pub flag: Option<FlagTold>,
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
        if let Some(flag) = &mut self.flag {
            flag.words.clear();
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
    /// Whether it is told of consents and of work that waits, beside conversations.
    fn is_told_of_consents(&self) -> bool {
        false
    }
    /// Does in the record what `act` says. The same again is told by its id and does no harm.
    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>>;
}

/// What a receiver knows a document's message by, the same at every attempt: HL7 v2's MSH-10, which holds 20 characters in
/// v2.5 (§2.14.9.10). The end of a UUIDv7 is its random part.
#[must_use]
pub fn control_id(id: FilingId, act: FilingAct) -> String {
    let end: String = id.uuid().simple().to_string().chars().skip(13).collect();
    let letter = match act {
        FilingAct::File | FilingAct::Consent | FilingAct::Task | FilingAct::Flag => 'F',
        FilingAct::Cancel | FilingAct::ConsentEnd | FilingAct::TaskEnd | FilingAct::FlagEnd => 'C',
    };
    format!("{letter}{end}")
}

/// The end of the id, as the store writes it, of the document that a receiver knows by `control_id`; `None`: no document of
/// ours is called so.
#[must_use]
pub fn id_end(control_id: &str) -> Option<String> {
    let end = control_id.strip_prefix(['F', 'C']).filter(|end| end.len() == 19 && end.is_ascii())?.to_lowercase();
    let (version, rest) = end.split_at_checked(3)?;
    let (variant, node) = rest.split_at_checked(4)?;
    Some(format!("{version}-{variant}-{node}"))
}

#[cfg(test)]
mod tests {
    use super::{FilingAct, control_id, id_end};
    use crate::{id::FilingId, time::Timestamp};

    #[test]
    fn a_control_id_leads_back_to_its_document() {
        let id = FilingId::new(Timestamp::from_micros(1_794_661_200_000_000), &[7; 10]);
        for act in [FilingAct::File, FilingAct::Cancel] {
            let named = control_id(id, act);
            assert_eq!(named.len(), 20);
            assert_eq!(id_end(&named).as_deref(), id.to_string().get(15..));
        }
        for other in ["", "F", "K0-12", "Füüüüüüüüü1", "X1234567890123456789"] {
            assert_eq!(id_end(other), None, "{other}");
        }
    }
}
