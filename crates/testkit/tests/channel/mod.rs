//! What the channel tests share: a clock, an id, a reply to a post, and reading until something is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use bedside_connect::Clock;
use bedside_core::channel::{Channel, Haul, Reply};
use bedside_core::id::{ChannelId, IdSeed, OutboxId};
use bedside_core::post::{Inbound, Upstream, Visibility};
use bedside_core::time::Timestamp;

pub fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

pub fn clock() -> Clock {
    Arc::new(now)
}

/// Different for each call; tests run side by side in processes of their own.
fn seed() -> IdSeed {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mixed = (COUNT.fetch_add(1, Ordering::Relaxed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let mut seed = IdSeed::default();
    seed.iter_mut().zip(mixed.iter().chain(&mixed)).for_each(|(to, from)| *to = *from);
    seed
}

pub fn channel_id() -> ChannelId {
    ChannelId::new(now(), &seed())
}

/// A photograph as telephones make them: a JPEG of 600 × 400 whose EXIF tells where it was taken.
pub fn photo() -> Vec<u8> {
    let picture =
        image::RgbImage::from_fn(600, 400, |x, _| image::Rgb(if x < 300 { [220, 10, 10] } else { [10, 10, 220] }));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0GPS 52.5200 N 13.4050 E, Ward 4B";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let (start, rest) = jpeg.get_ref().split_at(2);
    [start, &[0xFF, 0xE1], &length, exif, rest].concat()
}

/// Asserts that a picture shows what [`photo`] does, and tells nothing more.
pub fn is_photo(picture: &bedside_core::media::Picture) {
    assert_eq!((picture.width, picture.height), (600, 400));
    let seen = image::load_from_memory(&picture.jpeg).unwrap().to_rgb8();
    assert!(seen.get_pixel(50, 200).0[0] > 150 && seen.get_pixel(550, 200).0[2] > 150);
    for bytes in [&picture.jpeg, &picture.blurred] {
        assert!(!bytes.windows(3).any(|part| part == b"GPS") && !bytes.windows(4).any(|part| part == b"Exif"));
    }
}

/// A reply to `post`, as the outbox would hand it over.
pub fn reply_to(post: &Inbound, text: &str) -> Reply {
    let at = now();
    Reply {
        outbox: OutboxId::new(at, &seed()),
        text: text.to_owned(),
        lang: Some("de"),
        to: post.external_id.clone(),
        thread_root: post.thread_root.clone(),
        to_author: post.author.external_id.clone(),
        to_handle: post.author.handle.clone(),
        visibility: post.visibility,
        reply_context: post.reply_context.clone(),
        prepared_at: at,
    }
}

/// A post of the house's own, as the outbox of planned posts would hand it over.
pub fn own_post(text: &str) -> Reply {
    let at = now();
    Reply {
        outbox: OutboxId::new(at, &seed()),
        text: text.to_owned(),
        lang: Some("de"),
        to: String::new(),
        thread_root: None,
        to_author: String::new(),
        to_handle: String::new(),
        visibility: Visibility::Public,
        reply_context: None,
        prepared_at: at,
    }
}

/// The posts among the news, edits too.
pub fn posts(haul: &Haul) -> Vec<&Inbound> {
    let post = |news: &'_ Upstream| matches!(news, Upstream::Posted(_) | Upstream::Edited(_));
    haul.news
        .iter()
        .filter(|news| post(news))
        .filter_map(|news| match news {
            Upstream::Posted(post) | Upstream::Edited(post) => Some(&**post),
            Upstream::Deleted { .. } => None,
        })
        .collect()
}

/// Reads as the road does, with a cursor that is kept once the news is taken.
pub struct Reader {
    pub cursor: Option<String>,
}

impl Reader {
    pub fn new() -> Self {
        Self { cursor: None }
    }

    /// One read, taken.
    pub async fn read(&mut self, channel: &impl Channel) -> Result<Haul> {
        let haul = channel.read(self.cursor.as_deref()).await?;
        if haul.cursor.is_some() {
            self.cursor.clone_from(&haul.cursor);
        }
        Ok(haul)
    }

    /// Reads until `count` posts have come, in the order they came.
    pub async fn posts(&mut self, channel: &impl Channel, count: usize, within: Duration) -> Result<Vec<Inbound>> {
        let begun = Instant::now();
        let mut all = Vec::new();
        loop {
            let haul = self.read(channel).await?;
            all.extend(posts(&haul).into_iter().cloned());
            if all.len() >= count {
                return Ok(all);
            }
            if begun.elapsed() > within {
                bail!("{} of {count} posts after {} s", all.len(), within.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
