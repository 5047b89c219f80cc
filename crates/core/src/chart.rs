//! What a conversation says, one utterance at a time, as a record may hold or show it. Who may see it is decided elsewhere.

use serde::{Deserialize, Serialize};

use crate::{
    id::{OutboxId, PostId},
    time::Timestamp,
};

/// What was said: a post, or an answer of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidId {
    /// A post of the person.
    Post(PostId),
    /// A published answer, by its row of the outbox.
    Reply(OutboxId),
}

impl SaidId {
    /// The id as a key of names: the same for the same utterance, always.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Post(id) => id.to_string(),
            Self::Reply(id) => id.to_string(),
        }
    }
}

/// One utterance of a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which.
    pub id: SaidId,
    /// When it was written, or published.
    pub at: Timestamp,
    /// When we first saw it; for an answer the same as `at`.
    pub seen_at: Timestamp,
    /// Whether the house said it.
    pub by_house: bool,
    /// The words.
    pub text: String,
    /// Where a person can look at it; none at the private door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The language the platform names (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Said").field("id", &self.id).field("by_house", &self.by_house).finish_non_exhaustive()
    }
}
