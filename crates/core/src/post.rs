//! What comes in: a post of an author on a channel.

use serde::{Deserialize, Serialize};

use crate::{media::Media, time::Timestamp};

/// Who may see a post on its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Everybody who has the link; not in public lists.
    Unlisted,
    /// The author's followers.
    Followers,
    /// Those addressed. On no open platform is that confidential.
    Direct,
}

impl Visibility {
    /// Whether strangers can read it: what is said there is said in public.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted | Self::Followers)
    }
    /// The word for store and import.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Followers => "followers",
            Self::Direct => "direct",
        }
    }
    /// The visibility with this word (also Mastodon's `private` for followers).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "public" => Some(Self::Public),
            "unlisted" => Some(Self::Unlisted),
            "followers" | "private" => Some(Self::Followers),
            "direct" => Some(Self::Direct),
            _ => None,
        }
    }
}

/// Whether a post is happening or is history (imported, backfilled, replayed). History is decided and searchable,
/// but raises no alarm, wakes no hold and leads to no reply by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It happens now.
    #[default]
    Live,
    /// It is looked at later.
    History,
}

/// What a channel knows of who wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundAuthor {
    /// The platform's stable id of the account (a DID, an account id); the handle where there is none.
    pub external_id: String,
    /// The handle people see, without a leading @.
    pub handle: String,
    /// The name the account shows, if it shows one.
    pub display_name: Option<String>,
    /// Whether the platform marks the account as automated.
    pub is_bot: bool,
}

/// A post as a connector hands it over, valid and complete, from one channel account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// The platform's id of the post, unique on the channel (an AT URI, a status id). Stored once.
    pub external_id: String,
    /// Who wrote it.
    pub author: InboundAuthor,
    /// The text as a person reads it: no markup, entities resolved.
    pub text: String,
    /// When it was written, as the platform says.
    pub at: Timestamp,
    /// Where a person can look at it.
    pub url: Option<String>,
    /// The post it answers, by the platform's id.
    pub in_reply_to: Option<String>,
    /// The first post of the conversation, by the platform's id, where the platform says so.
    pub thread_root: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The language the author or platform names, BCP 47.
    pub lang_hint: Option<String>,
    /// How many pictures, videos or files hang on it.
    pub media_count: u16,
    /// What of it the channel tells of, in its order; fewer than are counted where it only counts.
    #[serde(default)]
    pub media: Vec<Media>,
    /// Whether it is addressed to us (mention, reply, direct message) rather than found.
    pub addressed: bool,
    /// What the connector needs to answer it (JSON of its own), e.g. the CID of an AT Protocol record.
    pub reply_context: Option<String>,
}

/// The news a channel can bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upstream {
    /// A post, new or seen before.
    Posted(Box<Inbound>),
    /// A post whose text changed; one that was never seen counts as new.
    Edited(Box<Inbound>),
    /// The post with this id is gone.
    Deleted {
        /// The platform's id of the post.
        external_id: String,
    },
}
