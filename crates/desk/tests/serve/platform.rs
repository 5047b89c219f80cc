//! A platform that takes every reply and shows nothing of its own.

use std::sync::{Arc, Mutex};

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::ChannelId,
    media::{Media, NoPicture, Picture},
    time::{Span, Timestamp},
};

#[derive(Debug, Clone)]
pub struct Platform {
    id: ChannelId,
    published: Arc<Mutex<Vec<(String, String)>>>,
}

impl Platform {
    pub fn new(id: ChannelId) -> Self {
        Self { id, published: Arc::default() }
    }

    /// The texts that are on the platform.
    pub fn published(&self) -> Vec<String> {
        self.published.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }
}

fn receipt(key: &str) -> Receipt {
    Receipt {
        external_id: format!("reply-{key}"),
        url: Some(format!("https://social.example/@haus/{key}")),
        at: Timestamp::from_micros(1_794_661_300_000_000),
    }
}

impl Channel for Platform {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Mastodon
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        Box::pin(async { Ok(Limits { max: 300, unit: LengthUnit::Graphemes }) })
    }
    fn read<'a>(&'a self, _: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async { Ok(Haul::default()) })
    }
    fn wait(&self, _: Span) -> Promise<'_, ()> {
        Box::pin(async {})
    }
    fn says_own(&self) -> bool {
        true
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(async move {
            let key = reply.outbox.to_string();
            self.published.lock().unwrap().push((key.clone(), reply.text.clone()));
            Ok(receipt(&key))
        })
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async move {
            let key = reply.outbox.to_string();
            Ok(self.published.lock().unwrap().iter().any(|(of, _)| *of == key).then(|| receipt(&key)))
        })
    }
    /// Whatever is asked for is a picture.
    fn picture<'a>(&'a self, _: &'a Media) -> Promise<'a, Result<Picture, NoPicture>> {
        let picture = Picture { jpeg: b"in full".to_vec(), blurred: b"its colours".to_vec(), width: 640, height: 480 };
        Box::pin(async { Ok(picture) })
    }
    fn look<'a>(&'a self, _: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(async { Ok(Standpoint::Unknown) })
    }
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(async move {
            let is_it = |(key, _): &(String, String)| format!("reply-{key}") == receipt.external_id;
            let is_there = self.published.lock().unwrap().iter().any(is_it);
            Ok(Sighting { by_us: is_there, by_strangers: Some(is_there) })
        })
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(async move {
            let is_other = |(key, _): &(String, String)| format!("reply-{key}") != receipt.external_id;
            self.published.lock().unwrap().retain(is_other);
            Ok(Removal::Deleted)
        })
    }
}
