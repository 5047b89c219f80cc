//! What one can subscribe to, beside searches: topics, by the canonical URLs that the CapabilityStatement lists.

use bedside_core::exchange::ResourceKind;
use bedside_store::exchange::Event;

/// A topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A post or an answer came or changed.
    Communication,
    /// The work on a conversation began or went on.
    Task,
    /// A consent was taken back.
    ConsentRevoked,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Communication, Self::Task, Self::ConsentRevoked];

    /// The word in configuration and addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Communication => "communication",
            Self::Task => "task",
            Self::ConsentRevoked => "consent-revoked",
        }
    }

    /// The topic with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == word)
    }

    /// Its canonical URL at the server `base`.
    #[must_use]
    pub fn url(self, base: &str) -> String {
        format!("{base}/SubscriptionTopic/{}", self.as_str())
    }

    /// The topic with this canonical URL.
    #[must_use]
    pub fn from_url(url: &str, base: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.url(base) == url)
    }

    /// The type of resource it tells of.
    #[must_use]
    pub const fn kind(self) -> ResourceKind {
        match self {
            Self::Communication => ResourceKind::Communication,
            Self::Task => ResourceKind::Task,
            Self::ConsentRevoked => ResourceKind::Consent,
        }
    }

    /// Whether an event is on this topic.
    #[must_use]
    pub fn has(self, event: &Event) -> bool {
        let is_revocation = event.is_revocation && event.row.kind == ResourceKind::Consent;
        event.row.kind == self.kind() && (self != Self::ConsentRevoked || is_revocation)
    }
}
