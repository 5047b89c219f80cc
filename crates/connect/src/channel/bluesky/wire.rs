//! What the AT Protocol sends and wants, as far as we read it (lexicons com.atproto.* and app.bsky.*).

use serde::{Deserialize, Serialize};

/// A record by address and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StrongRef {
    pub uri: String,
    pub cid: String,
}

/// Where a post stands in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyRef {
    pub root: StrongRef,
    pub parent: StrongRef,
}

/// What is kept with a post so that it can be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Context {
    pub uri: String,
    pub cid: String,
    pub root: StrongRef,
}

impl Context {
    /// The reference for a reply to this post.
    pub fn reply_ref(&self) -> ReplyRef {
        let parent = StrongRef { uri: self.uri.clone(), cid: self.cid.clone() };
        ReplyRef { root: self.root.clone(), parent }
    }
}

/// The answer to createSession and refreshSession.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionBody {
    pub did: String,
    pub access_jwt: String,
    pub refresh_jwt: String,
}

/// An XRPC error; its `message` is free text and not read.
#[derive(Deserialize)]
pub(super) struct ErrorBody {
    pub error: String,
}

/// The answer to listNotifications. Single notifications are read later, so that a strange one can't hide the others.
#[derive(Deserialize)]
pub(super) struct NotificationsBody {
    pub cursor: Option<String>,
    pub notifications: Vec<serde_json::Value>,
}

/// One notification. `indexedAt` is in truth the sort time: the earlier of written and filed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    pub uri: String,
    pub cid: String,
    pub author: Author,
    pub reason: String,
    pub record: PostRecord,
    pub indexed_at: String,
}

/// An account as shown.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Author {
    pub did: String,
    pub handle: String,
    pub display_name: Option<String>,
    #[serde(default)]
    pub labels: Vec<LabelBody>,
}

/// A label of a labeler or of the account itself.
#[derive(Deserialize)]
pub(super) struct LabelBody {
    pub val: String,
}

/// `app.bsky.feed.post`. Fields that the author filled in are read leniently: a wrong one must not hide the text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostRecord {
    pub text: String,
    #[serde(default)]
    pub created_at: String,
    #[serde(default, deserialize_with = "lenient")]
    pub langs: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient")]
    pub facets: Option<Vec<Facet>>,
    #[serde(default, deserialize_with = "lenient")]
    pub reply: Option<ReplyRef>,
    #[serde(default)]
    pub embed: serde_json::Value,
}

/// A marked part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facet {
    pub index: ByteSlice,
    pub features: Vec<Feature>,
}

/// Byte offsets into the UTF-8 text, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByteSlice {
    pub byte_start: usize,
    pub byte_end: usize,
}

/// What a facet means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "$type")]
pub(super) enum Feature {
    #[serde(rename = "app.bsky.richtext.facet#link")]
    Link { uri: String },
    #[serde(rename = "app.bsky.richtext.facet#mention")]
    Mention { did: String },
    #[serde(other)]
    Other,
}

/// The answer to putRecord.
#[derive(Deserialize)]
pub(super) struct PutBody {
    pub uri: String,
}

/// The answer to getRecord.
#[derive(Deserialize)]
pub(super) struct RecordBody {
    pub uri: String,
    pub cid: Option<String>,
    pub value: PostRecord,
}

/// The answer to getPosts.
#[derive(Deserialize)]
pub(super) struct PostsBody {
    pub posts: Vec<PostView>,
}

/// A post as the AppView shows it.
#[derive(Deserialize)]
pub(super) struct PostView {
    pub uri: String,
    pub cid: String,
    pub record: PostRecord,
}

/// The parts of an AT URI `at://authority/collection/rkey`.
pub(super) struct AtUri<'a> {
    pub authority: &'a str,
    pub collection: &'a str,
    pub rkey: &'a str,
}

impl<'a> AtUri<'a> {
    pub fn parse(uri: &'a str) -> Option<Self> {
        let mut parts = uri.strip_prefix("at://")?.split('/');
        let uri = Self { authority: parts.next()?, collection: parts.next()?, rkey: parts.next()? };
        let is_whole = ![uri.authority, uri.collection, uri.rkey].contains(&"") && parts.next().is_none();
        is_whole.then_some(uri)
    }
}

fn lenient<'de, D: serde::Deserializer<'de>, T: serde::de::DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}
