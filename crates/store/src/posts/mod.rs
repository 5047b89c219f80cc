//! Authors, threads and posts. A post is stored once; its text is sealed under its author's key.

pub(crate) mod author;
pub(crate) mod read;
pub(crate) mod reindex;
pub(crate) mod take;

use bedside_core::{
    id::{AuthorId, ChannelId, KeyId, PostId, SiteId, ThreadId},
    post::{Standing, Visibility},
    time::Timestamp,
    triage::Signals,
};
use serde::{Deserialize, Serialize};

pub use self::reindex::index_building;
pub use self::{
    author::{AuthorRow, author},
    read::{
        by_id, by_thread, by_threads, channel_posts_to_look_at, count_since, mark_heard, mark_indexed,
        mark_passed_over, passed_over, prior_posts, rows, seen_since, set_signals, unindexed,
    },
    take::{NewPost, Prepared, apply_edit, author_key, ensure_keys, known, mark_deleted, prepare},
};
use crate::{DataKey, Phi, Store, StoreError};

/// What is sealed of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostText {
    /// The text as a person reads it.
    #[serde(rename = "t")]
    pub text: String,
    /// The platform's id.
    #[serde(rename = "x")]
    pub external_id: String,
    /// Where a person can look at it.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The first post of the conversation, by the platform's id.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<String>,
    /// What the connector needs to answer.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub reply_context: Option<String>,
    /// The language the platform names.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lang_hint: Option<String>,
    /// The salt of the text's commitment in the log; it goes when the text goes.
    #[serde(rename = "s")]
    pub salt: [u8; 32],
}

/// What is sealed of an author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorText {
    /// The handle, without @.
    #[serde(rename = "h")]
    pub handle: String,
    /// The name shown.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The platform's id of the account.
    #[serde(rename = "x")]
    pub external_id: String,
}

/// A post as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct PostRow {
    /// Its id.
    pub id: PostId,
    /// Whose.
    pub site: SiteId,
    /// Where it was read.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: AuthorId,
    /// Where it belongs.
    pub thread: ThreadId,
    /// Counts its edits, from 1.
    pub version: i64,
    /// When it was written.
    pub at: Timestamp,
    /// When we first saw it.
    pub seen_at: Timestamp,
    /// Who may see it.
    pub visibility: Visibility,
    /// Live or history.
    pub standing: Standing,
    /// Whether it is addressed to us.
    pub addressed: bool,
    /// What hangs on it.
    pub media_count: u16,
    /// How much of it no person has looked at.
    pub media_unseen: u16,
    /// What triage found, sealed as the text is; `None`: not read yet, or it can't be read any more.
    pub signals: Option<Signals>,
    /// When its text changed upstream.
    pub edited_at: Option<Timestamp>,
    /// When it went upstream.
    pub deleted_at: Option<Timestamp>,
    /// Whether the platform marks its author as automated.
    pub author_is_bot: bool,
    /// Whether it was passed over, as the case of its thread was about somebody else; it is heard when that one is closed.
    pub passed_over: bool,
    key: KeyId,
    sealed: Vec<u8>,
    author_key: KeyId,
    author_sealed: Vec<u8>,
}

impl PostRow {
    fn place(&self) -> String {
        place(self.id)
    }
}

fn place(id: PostId) -> String {
    format!("post:{id}")
}

fn signals_place(id: PostId) -> String {
    format!("signals:{id}")
}

fn author_place(id: AuthorId) -> String {
    format!("author:{id}")
}

/// What comes of opening a post. Each post is opened by itself: one that was tampered with closes no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// Its text and its author's.
    Text(Box<(Phi<PostText>, Phi<AuthorText>)>),
    /// Its key was erased: nobody can read it any more.
    Erased,
    /// The sealed text or its key was changed or moved, or is not of ours.
    Damaged,
}

impl Opened {
    /// The texts, if they can be read.
    #[must_use]
    pub fn text(self) -> Option<(Phi<PostText>, Phi<AuthorText>)> {
        match self {
            Self::Text(texts) => Some(*texts),
            Self::Erased | Self::Damaged => None,
        }
    }
}

impl Store {
    /// Opens the texts of posts and authors, in the order of `rows`.
    ///
    /// # Errors
    /// The key store can't be read. What is wrong with a post is in its [`Opened`].
    pub async fn open_posts(&self, rows: &[PostRow]) -> Result<Vec<Opened>, StoreError> {
        let ids: Vec<KeyId> = rows.iter().flat_map(|row| [row.key, row.author_key]).collect();
        let keys = self.keys.each_by_id(&ids).await?;
        let open = |row: &PostRow| match (keys.get(&row.key), keys.get(&row.author_key)) {
            (Some(Ok(key)), Some(Ok(author_key))) => open(row, key, author_key).unwrap_or(Opened::Damaged),
            (Some(Err(_)), _) | (_, Some(Err(_))) => Opened::Damaged,
            (None, _) | (_, None) => Opened::Erased,
        };
        Ok(rows.iter().map(open).collect())
    }
}

fn open(row: &PostRow, key: &DataKey, author_key: &DataKey) -> Result<Opened, StoreError> {
    let post = parse(&key.open(&row.place(), &row.sealed)?)?;
    let author = parse(&author_key.open(&author_place(row.author), &row.author_sealed)?)?;
    Ok(Opened::Text(Box::new((Phi(post), Phi(author)))))
}

impl Store {
    /// The key that seals a post; `None`: it was erased.
    ///
    /// # Errors
    /// The key store can't be read.
    pub async fn key_of_post(&self, row: &PostRow) -> Result<Option<DataKey>, StoreError> {
        self.keys.by_id(row.key).await
    }
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(plain: &[u8]) -> Result<T, StoreError> {
    // The error's own text may quote what was sealed, so it is not kept.
    serde_json::from_slice(plain).map_err(|_| StoreError::corrupt("sealed JSON of the expected shape", ""))
}

pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|_| StoreError::corrupt("a value that is JSON", ""))
}

pub(crate) const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Live => "live",
        Standing::History => "history",
    }
}

pub(crate) fn standing_from(word: &str) -> Option<Standing> {
    match word {
        "live" => Some(Standing::Live),
        "history" => Some(Standing::History),
        _ => None,
    }
}
