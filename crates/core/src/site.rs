//! Houses, the people at the desk and their roles.

use serde::{Deserialize, Serialize};

/// Whose law a site lives under; chooses the rule pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Jurisdiction {
    /// Germany.
    De,
    /// United States.
    Us,
    /// United Kingdom.
    Uk,
    /// Austria.
    At,
}

impl Jurisdiction {
    /// Every jurisdiction known here.
    pub const ALL: [Self; 4] = [Self::De, Self::Us, Self::Uk, Self::At];
    /// The word for configuration, store and rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::Us => "us",
            Self::Uk => "uk",
            Self::At => "at",
        }
    }
    /// The jurisdiction with this word, upper or lower case.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|j| j.as_str().eq_ignore_ascii_case(word))
    }
}

/// What a person does at a site. One person may have several roles at several sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, writes drafts, sets labels, takes cases.
    Desk,
    /// As desk, and approves what others wrote.
    Approver,
    /// Sees text and log, decides over labels with legal weight; writes no answers.
    Privacy,
    /// Sets up channels, people and roles; sees no text by that alone.
    Admin,
    /// Reads what is decided and the log; sees masked text.
    Auditor,
    /// Stands on a rota: sees crisis cases alone, takes them, sends an approved crisis reply.
    OnCall,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [Self::Desk, Self::Approver, Self::Privacy, Self::Admin, Self::Auditor, Self::OnCall];
    /// The word for store and rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Approver => "approver",
            Self::Privacy => "privacy",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::OnCall => "on_call",
        }
    }
    /// The role with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}
