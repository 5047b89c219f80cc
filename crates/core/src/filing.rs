//! Filing: what of a closed, consented conversation is brought into the patient's record, and the port that brings it.
//! Nothing is filed without a confirmed link and the consents to it; both are looked at again before each attempt.

use serde::{Deserialize, Serialize};

use crate::{
    channel::Promise,
    emr::{Identifier, Name},
    id::{EmrLinkId, FilingId},
    time::Timestamp,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingFault {
    /// A word of ours.
    pub code: &'static str,
    /// Whether trying again later can help without a person.
    pub is_passing: bool,
    /// What the receiver says about it; may hold words of the document.
    pub said: String,
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

/// What a receiver knows a document's message by, the same at every attempt: HL7 v2's MSH-10, which holds 20 characters in
/// v2.5 (§2.14.9.10). The end of a UUIDv7 is its random part.
#[must_use]
pub fn control_id(id: FilingId, act: FilingAct) -> String {
    let end: String = id.uuid().simple().to_string().chars().skip(13).collect();
    let letter = match act {
        FilingAct::File => 'F',
        FilingAct::Cancel => 'C',
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
