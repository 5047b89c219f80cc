//! What the Mastodon client API sends, as far as we read it (docs.joinmastodon.org/entities). Ids are opaque strings.

use bedside_core::{
    media::{Media, MediaKind},
    post::{Inbound, InboundAuthor, Visibility},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize};

use super::html;

/// One notification; `kind` is `mention`, `update`, `favourite` …
#[derive(Deserialize)]
pub(super) struct Notification {
    #[serde(deserialize_with = "opaque")]
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(deserialize_with = "time")]
    pub created_at: Timestamp,
    pub status: Option<Status>,
}

/// A post.
#[derive(Deserialize)]
pub(super) struct Status {
    #[serde(deserialize_with = "opaque")]
    pub id: String,
    #[serde(deserialize_with = "time")]
    pub created_at: Timestamp,
    pub edited_at: Option<String>,
    #[serde(default, deserialize_with = "opaque_option")]
    pub in_reply_to_id: Option<String>,
    pub visibility: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub uri: Option<String>,
    #[serde(default)]
    pub content: String,
    #[serde(default)]
    pub spoiler_text: Option<String>,
    #[serde(default)]
    pub media_attachments: Vec<serde_json::Value>,
    #[serde(default)]
    pub mentions: Vec<Mention>,
    pub account: Account,
}

/// Something attached to a status; each is read by itself, so that a strange one can't hide the post.
#[derive(Deserialize)]
struct Attachment {
    #[serde(default, deserialize_with = "opaque_option")]
    id: Option<String>,
    /// `image`, `gifv`, `video`, `audio`, `unknown`.
    #[serde(rename = "type", default)]
    kind: Option<String>,
    /// The file on the account's server or its media host.
    #[serde(default)]
    url: Option<String>,
    /// A smaller picture of it.
    #[serde(default)]
    preview_url: Option<String>,
    /// What its author says that it shows.
    #[serde(default)]
    description: Option<String>,
}

impl Attachment {
    fn into_media(self) -> Media {
        let kind = match self.kind.as_deref() {
            Some("image") => MediaKind::Picture,
            Some("gifv" | "video") => MediaKind::Video,
            Some("audio") => MediaKind::Audio,
            Some(_) | None => MediaKind::Unknown,
        };
        // Mastodon's ids stay with one file; those of smaller servers may name a place.
        let id = self.id.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        let media = Media::new(kind, self.url.or(self.preview_url)).described(self.description.as_deref());
        Media { id, ..media }
    }
}

fn media(value: &serde_json::Value) -> Media {
    Attachment::deserialize(value).map(Attachment::into_media).unwrap_or_default()
}

/// An account mentioned in a status.
#[derive(Deserialize)]
pub(super) struct Mention {
    #[serde(deserialize_with = "opaque")]
    pub id: String,
}

/// An account.
#[derive(Deserialize)]
pub(super) struct Account {
    #[serde(deserialize_with = "opaque")]
    pub id: String,
    pub acct: String,
    #[serde(default)]
    pub display_name: Option<String>,
    #[serde(default)]
    pub bot: Option<bool>,
}

/// What is kept with a post so that it can be answered.
#[derive(Serialize, Deserialize)]
pub(super) struct Context {
    pub visibility: Visibility,
}

impl Status {
    /// The text as a person reads it: the content warning, then the content without markup.
    pub fn text(&self) -> String {
        let content = html::to_text(&self.content);
        match self.spoiler_text.as_deref().map(str::trim).filter(|warning| !warning.is_empty()) {
            Some(warning) if content.is_empty() => warning.to_owned(),
            Some(warning) => format!("{warning}\n\n{content}"),
            None => content,
        }
    }

    /// Who may see it. A server's own word that we don't know counts as the narrowest.
    pub fn visibility(&self) -> Visibility {
        self.visibility.as_deref().and_then(Visibility::from_word).unwrap_or(Visibility::Direct)
    }

    /// Whether somebody else mentions us in it.
    pub fn is_to(&self, own_id: &str) -> bool {
        self.account.id != own_id && self.mentions.iter().any(|mention| mention.id == own_id)
    }

    /// What is attached to it.
    pub fn media(&self) -> Vec<Media> {
        self.media_attachments.iter().map(media).collect()
    }

    /// Where a person can look at it.
    pub fn link(&self) -> Option<String> {
        let is_web = |text: &&String| text.starts_with("https://") || text.starts_with("http://");
        self.url.as_ref().filter(is_web).or_else(|| self.uri.as_ref().filter(is_web)).cloned()
    }

    /// The post as the road takes it.
    pub fn into_inbound(self) -> Inbound {
        let (text, visibility, url, media) = (self.text(), self.visibility(), self.link(), self.media());
        Inbound {
            external_id: self.id,
            text,
            at: self.created_at,
            url,
            in_reply_to: self.in_reply_to_id,
            thread_root: None,
            visibility,
            lang_hint: self.language.filter(|lang| !lang.is_empty()),
            media_count: u16::try_from(media.len()).unwrap_or(u16::MAX),
            media,
            addressed: true,
            reply_context: serde_json::to_string(&Context { visibility }).ok(),
            author: InboundAuthor {
                external_id: self.account.id,
                handle: self.account.acct,
                display_name: self.account.display_name.filter(|name| !name.trim().is_empty()),
                is_bot: self.account.bot.unwrap_or(false),
            },
        }
    }
}

/// The part of `/api/v2/instance` and `/api/v1/instance` that says how long a status may be.
#[derive(Deserialize)]
pub(super) struct InstanceBody {
    pub configuration: Option<Configuration>,
    /// Pleroma and its kin.
    pub max_toot_chars: Option<u32>,
}

/// `configuration`.
#[derive(Deserialize)]
pub(super) struct Configuration {
    pub statuses: Option<StatusRules>,
}

/// `configuration.statuses`.
#[derive(Deserialize)]
pub(super) struct StatusRules {
    pub max_characters: Option<u32>,
    pub characters_reserved_per_url: Option<u32>,
}

/// An id: a string, on some servers a number.
fn opaque<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    opaque_option(from)?.ok_or_else(|| serde::de::Error::custom("no id"))
}

fn opaque_option<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::String(id) if !id.is_empty() => Ok(Some(id)),
        serde_json::Value::Number(id) => Ok(Some(id.to_string())),
        _ => Ok(None),
    }
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    Timestamp::parse_rfc3339(&text).map_err(serde::de::Error::custom)
}
