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

pub use self::{
    author::{AuthorRow, author},
    read::{
        by_id, by_thread, channel_posts_to_look_at, mark_indexed, newest_in_thread, prior_posts, rows, set_signals,
        unindexed,
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
    /// What triage found; `None`: not read yet.
    pub signals: Option<Signals>,
    /// When its text changed upstream.
    pub edited_at: Option<Timestamp>,
    /// When it went upstream.
    pub deleted_at: Option<Timestamp>,
    /// Whether the platform marks its author as automated.
    pub author_is_bot: bool,
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

fn author_place(id: AuthorId) -> String {
    format!("author:{id}")
}

impl Store {
    /// Opens the texts of posts and authors; `None` where the key was erased.
    ///
    /// # Errors
    /// The key store can't be read, or a sealed text was changed or moved.
    pub async fn open_posts(
        &self,
        rows: &[PostRow],
    ) -> Result<Vec<Option<(Phi<PostText>, Phi<AuthorText>)>>, StoreError> {
        let ids: Vec<KeyId> = rows.iter().flat_map(|row| [row.key, row.author_key]).collect();
        let keys = self.keys.by_ids(&ids).await?;
        let mut opened = Vec::with_capacity(rows.len());
        for row in rows {
            let (Some(key), Some(author_key)) = (keys.get(&row.key), keys.get(&row.author_key)) else {
                opened.push(None);
                continue;
            };
            let post = parse(&key.open(&row.place(), &row.sealed)?)?;
            let author = parse(&author_key.open(&author_place(row.author), &row.author_sealed)?)?;
            opened.push(Some((Phi(post), Phi(author))));
        }
        Ok(opened)
    }
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
