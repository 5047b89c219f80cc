//! Labels: the one mechanism by which people, rules and the record mark an author, a thread or a site.

use serde::{Deserialize, Serialize};

/// What a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// A court or a lawyer is involved.
    Litigation,
    /// A formal complaint is open.
    OpenComplaint,
    /// Next of kin have not been told.
    NextOfKinPending,
    /// Somebody close has died.
    Bereaved,
    /// The hospital handles an incident.
    Incident,
    /// The press looks on.
    MediaInterest,
    /// Repeated abuse.
    Abusive,
    /// Consent to be linked with a record was given.
    ConsentGiven,
    /// That consent was taken back.
    ConsentRevoked,
    /// The contact in the record must not be written to: somebody else may read there.
    NoContact,
    /// What a person confirmed that those who treat the patient must look out for: a warning for the chart.
    SafetyFlag,
    /// Nothing of it may go: neither retention nor an erasure touches what this hangs on.
    LegalHold,
}

impl LabelKind {
    /// Every label.
    pub const ALL: [Self; 12] = [
        Self::Litigation,
        Self::OpenComplaint,
        Self::NextOfKinPending,
        Self::Bereaved,
        Self::Incident,
        Self::MediaInterest,
        Self::Abusive,
        Self::ConsentGiven,
        Self::ConsentRevoked,
        Self::NoContact,
        Self::SafetyFlag,
        Self::LegalHold,
    ];
    /// The word for store and rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Litigation => "litigation",
            Self::OpenComplaint => "open_complaint",
            Self::NextOfKinPending => "next_of_kin_pending",
            Self::Bereaved => "bereaved",
            Self::Incident => "incident",
            Self::MediaInterest => "media_interest",
            Self::Abusive => "abusive",
            Self::ConsentGiven => "consent_given",
            Self::ConsentRevoked => "consent_revoked",
            Self::NoContact => "no_contact",
            Self::SafetyFlag => "safety_flag",
            Self::LegalHold => "legal_hold",
        }
    }
    /// Whether law hangs on it, so that those who answer for it set and remove it, never a rule.
    #[must_use]
    pub const fn has_legal_weight(self) -> bool {
        matches!(self, Self::Litigation | Self::ConsentGiven | Self::ConsentRevoked | Self::LegalHold)
    }
    /// Whether the nightly run leaves alone what it hangs on. A lawsuit may need what time would take.
    #[must_use]
    pub const fn stops_retention(self) -> bool {
        matches!(self, Self::LegalHold | Self::Litigation)
    }
    /// The label with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.as_str() == word)
    }
}

/// What a label hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelTarget {
    /// The author, on all their threads of the site.
    Author,
    /// The thread.
    Thread,
    /// The whole site.
    Site,
}

impl LabelTarget {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::Author, Self::Thread, Self::Site];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Thread => "thread",
            Self::Site => "site",
        }
    }
    /// The target with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.as_str() == word)
    }
}
