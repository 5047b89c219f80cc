//! The ports between the road and the outside: what a connector reads, publishes and reports.
//! `connect` implements [`Channel`]; the road implements [`Take`]. See docs/connectors.md for the contract.

use std::{fmt, future::Future, pin::Pin};

use serde::{Deserialize, Serialize};

use crate::{
    id::{ChannelId, OutboxId},
    media::{Media, NoPicture, Picture},
    post::{Standing, Upstream, Visibility},
    time::{Span, Timestamp},
};

/// A future that can be handed around behind a trait object.
pub type Promise<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What kinds of channels there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// AT Protocol: Bluesky and its kin.
    Bluesky,
    /// Any server that speaks the Mastodon client API.
    Mastodon,
    /// Posts that another system hands in by signed webhook (Standard Webhooks).
    Webhook,
    /// Posts read from a file.
    Import,
    /// The sample hospital's own little world; nothing leaves the machine.
    Demo,
    /// The house's own private door: conversations that only the person and the desk see.
    Door,
}

impl ChannelKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Bluesky, Self::Mastodon, Self::Webhook, Self::Import, Self::Demo, Self::Door];
    /// The word for configuration and store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Webhook => "webhook",
            Self::Import => "import",
            Self::Demo => "demo",
            Self::Door => "door",
        }
    }
    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How long a reply may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The most units a reply may have.
    pub max: u32,
    /// What is counted.
    pub unit: LengthUnit,
}

/// What a platform counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Extended grapheme clusters (UAX 29): AT Protocol.
    Graphemes,
    /// Code points; links count `link_chars`: Mastodon.
    CodePoints {
        /// What a link counts, whatever its length.
        link_chars: u32,
    },
}

impl Limits {
    /// How long `text` is in this platform's unit.
    #[must_use]
    pub fn length(&self, text: &str) -> u32 {
        use unicode_segmentation::UnicodeSegmentation as _;
        let n = match self.unit {
            LengthUnit::Graphemes => text.graphemes(true).count(),
            LengthUnit::CodePoints { link_chars } => {
                text.split_inclusive(char::is_whitespace).map(|word| word_length(word, link_chars)).sum()
            }
        };
        u32::try_from(n).unwrap_or(u32::MAX)
    }
}

fn word_length(word: &str, link_chars: u32) -> usize {
    let bare = word.trim_end();
    let is_link = bare.starts_with("https://") || bare.starts_with("http://");
    if is_link { link_chars as usize + word.chars().count() - bare.chars().count() } else { word.chars().count() }
}

/// A reply to be published: what the outbox hands to a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The row of the outbox; the connector derives its idempotency key from it.
    pub outbox: OutboxId,
    /// What is said.
    pub text: String,
    /// BCP 47 language of the text, where known.
    pub lang: Option<&'static str>,
    /// The post it answers, by the platform's id; empty: it answers nothing and is a post of the house's own, for everybody.
    pub to: String,
    /// The first post of that conversation, by the platform's id.
    pub thread_root: Option<String>,
    /// Who wrote the post it answers (platform's account id) and their handle.
    pub to_author: String,
    /// The handle to be addressed, where the platform wants one.
    pub to_handle: String,
    /// Who may see it: never wider than the post it answers.
    pub visibility: Visibility,
    /// What the connector stored with the post to be able to answer.
    pub reply_context: Option<String>,
    /// When the first attempt was prepared; read-back looks at nothing older.
    pub prepared_at: Timestamp,
}

impl Reply {
    /// Whether it answers nothing: a post of the house's own.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        self.to.is_empty()
    }
}

/// Proof that a reply is on the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The platform's id of the reply.
    pub external_id: String,
    /// Where a person can look at it.
    pub url: Option<String>,
    /// When the platform says it was published.
    pub at: Timestamp,
}

/// What went wrong outside. Holds no text, token or handle, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// No connection, or it broke: whether the server acted is not known.
    #[error("no connection")]
    Unreachable,
    /// No answer in time: whether the server acted is not known.
    #[error("no answer in time")]
    TimedOut,
    /// The server asks for patience.
    #[error("rate limited, again in {} s", .after.as_seconds())]
    RateLimited {
        /// How long it asks to wait.
        after: Span,
    },
    /// The account's credentials are not accepted (any more).
    #[error("signed out: the server does not accept the account's credentials ({code})")]
    SignedOut {
        /// The platform's error code or HTTP status.
        code: String,
    },
    /// The server has trouble (HTTP 5xx): whether it acted is not known.
    #[error("server error {status}")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The server understood and says no; trying the same again is useless.
    #[error("refused with {status} {code}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The platform's error code, shortened, never its free text.
        code: String,
    },
    /// The answer is not what the protocol says.
    #[error("answer not understood: {what}")]
    Malformed {
        /// Which part, in our words.
        what: String,
    },
}

impl Fault {
    /// Whether the server may have acted all the same, so that a retry must read back first.
    #[must_use]
    pub const fn is_ambiguous(&self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::Server { .. } | Self::Malformed { .. } => true,
            Self::RateLimited { .. } | Self::SignedOut { .. } | Self::Refused { .. } => false,
        }
    }
    /// Whether trying later can help without a person.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::TimedOut
            | Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::Malformed { .. } => true,
            Self::SignedOut { .. } | Self::Refused { .. } => false,
        }
    }
}

/// What one read of a channel brought.
#[derive(Debug, Clone, Default)]
pub struct Haul {
    /// News in the order it happened, oldest first.
    pub news: Vec<Upstream>,
    /// Whether the news happens now, or is what stood there before the channel was connected.
    pub standing: Standing,
    /// Where to go on next time; kept only after the news has been taken (committed). `None`: unchanged.
    pub cursor: Option<String>,
    /// Whether there is more to be had at once.
    pub more: bool,
}

/// How the post that a reply answers looks upstream now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standpoint {
    /// It is there, with this text.
    There {
        /// The text as a person reads it now.
        text: String,
        /// What hangs on it now; `None`: the platform does not say here.
        media: Option<Vec<Media>>,
    },
    /// It is gone.
    Gone,
    /// The platform can't say.
    Unknown,
}

impl Standpoint {
    /// There, with this text, and no word of what hangs on it.
    #[must_use]
    pub fn there(text: impl Into<String>) -> Self {
        Self::There { text: text.into(), media: None }
    }
}

/// How a reply of ours was taken off a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Deleted, or gone before.
    Deleted,
    /// The platform deletes nothing: the reply says only that it was withdrawn.
    Emptied,
}

/// What of a reply of ours is seen on its platform, as asked of the server now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Whether we, signed in, see what was said.
    pub by_us: bool,
    /// Whether somebody without an account does; `None`: the server shows strangers nothing at all.
    pub by_strangers: Option<bool>,
}

/// A channel account: one account on one platform, for one site. Vendor names end here.
pub trait Channel: Send + Sync {
    /// The account's id in the store.
    fn id(&self) -> ChannelId;
    /// What kind it is.
    fn kind(&self) -> ChannelKind;
    /// The text as it will stand on the platform: with the address in front where the platform wants one. Its length is
    /// what counts against [`Channel::limits`], and it is what [`Channel::publish`] sends.
    fn as_sent(&self, text: &str, to_handle: &str) -> String {
        let _ = to_handle;
        text.to_owned()
    }
    /// Whether [`Channel::publish`] also says something that answers nothing ([`Reply::is_own`]). Where it does not, nobody plans such
    /// posts there.
    fn says_own(&self) -> bool {
        false
    }
    /// How long replies may be. The platform's own setting where it has one.
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>>;
    /// Reads what is new since `cursor`. The same news may come again; it is stored once.
    fn read<'a>(&'a self, cursor: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>>;
    /// Returns when there may be something new, at the latest after `at_most`. Push where the platform has it.
    fn wait(&self, at_most: Span) -> Promise<'_, ()>;
    /// Publishes a reply under a key derived from its outbox id, so that the same reply twice is one reply where the
    /// platform can do that. After an ambiguous fault the caller asks [`Channel::find`] before it tries again.
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>>;
    /// Looks whether the reply is on the platform already.
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>>;
    /// Looks at the post with this platform id as it is now.
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>>;
    /// Fetches a picture of a post from a configured host and draws it anew. A channel that knows no pictures leaves them where
    /// they are.
    fn picture<'a>(&'a self, media: &'a Media) -> Promise<'a, Result<Picture, NoPicture>> {
        let _ = media;
        Box::pin(async { Err(NoPicture::Elsewhere) })
    }
    /// Takes a published reply down, or has it say nothing where the platform can only edit. Already gone counts as done.
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>>;
    /// Looks whether what was said is still to be seen, signed in and as a stranger. Asks the server each time.
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>>;
}

/// What taking a batch did. Returned only after the transaction is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Posts stored for the first time.
    pub new: u32,
    /// Posts that were known.
    pub known: u32,
    /// Posts whose text changed, or that are gone upstream.
    pub changed: u32,
}

/// The store could not take the batch; nothing of it is stored and the cursor stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not stored: {0}")]
pub struct NotTaken(pub String);

/// The road's mouth: stores news once and, in the same transaction, the cursor that stands behind it.
pub trait Take: Send + Sync {
    /// Takes a batch; resolves after commit.
    fn take<'a>(
        &'a self,
        channel: ChannelId,
        standing: Standing,
        news: &'a [Upstream],
        cursor: Option<&'a str>,
    ) -> Promise<'a, Result<Taken, NotTaken>>;
}
