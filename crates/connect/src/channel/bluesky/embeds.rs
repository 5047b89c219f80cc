//! What hangs on a post (app.bsky.embed.*), and pictures by account and content (com.atproto.sync.getBlob).

use bedside_core::{
    channel::Fault,
    media::{Media, MediaKind, NoPicture, Picture},
};
use serde::Deserialize;

use super::{super::media::drawn, Bluesky};
use crate::{http::TOO_LONG, picture};

/// The longest media type that is kept, in characters; RFC 6838 §4.2 allows two names of 127 each, and people use 30.
const LONGEST_TYPE: usize = 80;

/// A blob as a record names it (atproto.com/specs/data-model#blob-type).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    #[serde(rename = "ref")]
    link: Link,
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(rename = "$link")]
    cid: String,
}

/// Pictures and videos of a record by `did`; a link's preview card is none.
pub(super) fn media(embed: &serde_json::Value, did: &str) -> Vec<Media> {
    let alt = |of: &serde_json::Value| of.get("alt").and_then(serde_json::Value::as_str).map(str::to_owned);
    let kind = embed.get("$type").and_then(serde_json::Value::as_str).unwrap_or_default();
    match kind {
        "app.bsky.embed.images" => {
            let images = embed.get("images").and_then(serde_json::Value::as_array);
            let one = |image| of_blob(MediaKind::Picture, image_blob(image), did).described(alt(image).as_deref());
            images.into_iter().flatten().map(one).collect()
        }
        "app.bsky.embed.video" => {
            let video = of_blob(MediaKind::Video, embed.get("video"), did);
            vec![video.described(alt(embed).as_deref())]
        }
        "app.bsky.embed.recordWithMedia" => embed.get("media").map_or_else(Vec::new, |inner| media(inner, did)),
        _ => Vec::new(),
    }
}

fn image_blob(image: &serde_json::Value) -> Option<&serde_json::Value> {
    image.get("image")
}

/// A blob that can't be read is there all the same: somebody has to look.
fn of_blob(kind: MediaKind, blob: Option<&serde_json::Value>, did: &str) -> Media {
    let Some(blob) = blob.and_then(|blob| Blob::deserialize(blob).ok()) else { return Media::new(kind, None) };
    let remote = Some(format!("{did} {}", blob.link.cid));
    let media_type = blob.mime_type.map(|stated| stated.chars().take(LONGEST_TYPE).collect());
    Media { media_type, size_bytes: blob.size, ..Media::new(kind, remote) }
}

impl Bluesky {
    /// A picture from the account's own server, which has those of its accounts; else from a host that has those of all.
    pub(super) async fn blob(&self, media: &Media) -> Result<Picture, NoPicture> {
        let (did, cid) = media.remote.as_deref().and_then(|at| at.split_once(' ')).ok_or(NoPicture::Elsewhere)?;
        if media.size_bytes.is_some_and(|size| size > picture::MOST_BYTES as u64) {
            return Err(NoPicture::TooLarge);
        }
        match self.at_own_server(did, cid).await {
            Err(NoPicture::Fault(Fault::Refused { .. })) => {
                self.media.at_others(&["img", "feed_fullsize", "plain", did, &format!("{cid}@jpeg")]).await
            }
            answer => answer,
        }
    }

    async fn at_own_server(&self, did: &str, cid: &str) -> Result<Picture, NoPicture> {
        let query = [("did", did), ("cid", cid)];
        // Everybody may have it: no token goes with it.
        let call = self
            .session
            .stranger()
            .get(&["xrpc", "com.atproto.sync.getBlob"])
            .query(&query)
            .at_most(picture::MOST_BYTES);
        let answer = call.send().await.map_err(|fault| match fault {
            Fault::Malformed { what } if what == TOO_LONG => NoPicture::TooLarge,
            fault => NoPicture::Fault(fault),
        })?;
        drawn(answer).await
    }
}
