//! What hangs on a post: pictures, video, sound, files. A channel tells of each; only pictures are fetched, and what is kept of
//! them was drawn anew.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::channel::Fault;

/// What kind of thing hangs on a post, as the channel says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A still picture, or one that moves a little; its first frame is what is kept.
    Picture,
    /// A film, also one without sound.
    Video,
    /// A recording of sound.
    Audio,
    /// A file of any other kind.
    File,
    /// The channel tells only that there is something.
    #[default]
    Unknown,
}

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Picture, Self::Video, Self::Audio, Self::File, Self::Unknown];
    /// The word for store and pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
            Self::Unknown => "unknown",
        }
    }
    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One thing that hangs on a post, as the channel tells of it. Nothing of it is believed but for showing it to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// What kind.
    #[serde(rename = "k")]
    pub kind: MediaKind,
    /// The platform's id of it, where that never comes to stand for another thing.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where the connector finds it, in words of its own (an address, a DID with a CID); `None`: it can't be fetched.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// What its author says that it shows.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// The media type that was stated, RFC 6838. The content decides.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The bytes that were stated.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
}

/// The longest description that is kept, in characters; Mastodon allows 1,500, Bluesky 2,000.
const LONGEST_ALT: usize = 4_000;
/// The most things on one post that are told of; platforms allow four to sixteen.
pub const MOST: usize = 32;

impl Media {
    /// Something of a kind that can be fetched from `remote`.
    #[must_use]
    pub fn new(kind: MediaKind, remote: Option<String>) -> Self {
        Self { kind, remote, ..Self::default() }
    }

    /// With what its author says that it shows; nothing, where that is empty.
    #[must_use]
    pub fn described(self, alt: Option<&str>) -> Self {
        let alt = alt.map(str::trim).filter(|alt| !alt.is_empty());
        Self { alt: alt.map(|alt| alt.chars().take(LONGEST_ALT).collect()), ..self }
    }

    /// What hangs on a post, one for each of the `count` that its channel counted.
    #[must_use]
    pub fn of_post(told: &[Self], count: u16) -> Vec<Self> {
        let most = usize::from(count).max(told.len()).min(MOST);
        told.iter().cloned().chain(std::iter::repeat_with(Self::default)).take(most).collect()
    }

    /// Whether both are one thing, told of at two times. Where it lies may change with a server's caches, what it is may not.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(one), Some(two)) => (one, self.kind, &self.alt) == (two, other.kind, &other.alt),
            (None, _) | (_, None) => self == other,
        }
    }

    /// Whether there is a picture to be fetched.
    #[must_use]
    pub fn is_to_be_fetched(&self) -> bool {
        self.kind == MediaKind::Picture && self.remote.is_some()
    }
}

/// A picture drawn anew: nothing that came with the file but its pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// A JPEG without any metadata.
    pub jpeg: Vec<u8>,
    /// A small JPEG in which nothing can be made out but colours.
    pub blurred: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// It lies where the configuration lets nobody fetch from, or can't be fetched at all.
    #[error("it lies elsewhere")]
    Elsewhere,
    /// It is larger than what is fetched, in bytes or in pixels.
    #[error("too large")]
    TooLarge,
    /// What came is no picture of a kind that is drawn (PNG, JPEG, WebP, GIF), or a broken one.
    #[error("no picture")]
    NotAPicture,
    /// It could not be had this time.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_channel_only_counts_is_told_of_as_unknown() {
        let told = [Media::new(MediaKind::Picture, Some("https://s.example/a.png".into()))];
        let all = Media::of_post(&told, 3);
        assert_eq!(
            all.iter().map(|one| one.kind).collect::<Vec<_>>(),
            [MediaKind::Picture, MediaKind::Unknown, MediaKind::Unknown]
        );
        assert_eq!(Media::of_post(&told, 0).len(), 1, "what is told of is there, whatever was counted");
        assert_eq!(Media::of_post(&[], u16::MAX).len(), MOST);
        assert!(all[0].is_to_be_fetched() && !all[1].is_to_be_fetched());
    }

    #[test]
    fn a_thing_is_the_same_wherever_a_server_keeps_it_but_not_with_another_description() {
        let at = |id: Option<&str>, remote: &str, alt: &str| Media {
            id: id.map(str::to_owned),
            ..Media::new(MediaKind::Picture, Some(remote.to_owned())).described(Some(alt))
        };
        assert!(at(Some("7"), "/proxy/7", "a ward").is_same(&at(Some("7"), "/cache/7.png", "a ward")));
        assert!(!at(Some("7"), "/7.png", "a ward").is_same(&at(Some("8"), "/7.png", "a ward")));
        assert!(!at(Some("7"), "/7.png", "a ward").is_same(&at(Some("7"), "/7.png", "a street")));
        assert!(!at(None, "/7.png", "a ward").is_same(&at(Some("7"), "/7.png", "a ward")));
        assert!(!at(None, "/7.png", "a ward").is_same(&at(None, "/8.png", "a ward")));
    }

    #[test]
    fn a_description_is_kept_without_edges_and_bounded() {
        let alt = |alt: &str| Media::default().described(Some(alt)).alt;
        assert_eq!(alt("  a ward \n"), Some("a ward".to_owned()));
        assert_eq!(alt(" \n"), None);
        assert_eq!(alt(&"ü".repeat(9_000)).map(|alt| alt.chars().count()), Some(LONGEST_ALT));
    }
}
