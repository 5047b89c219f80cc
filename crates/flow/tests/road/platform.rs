//! A platform of our own, for faults that a real server can't be made to show at a given moment (lose this answer,
//! accept and then say 500). The real ones are in the testkit's end-to-end tests.

use std::sync::{Arc, Mutex};

use bedside_core::{
    channel::{Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Reply, Standpoint},
    id::ChannelId,
    time::{Span, Timestamp},
};

/// What the next call of `publish` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Answers,
    AcceptsAndSays500,
    Says500,
    Refuses,
    AsksForPatience,
}

#[derive(Debug)]
struct World {
    mood: Vec<Mood>,
    published: Vec<(String, String)>,
    calls: u32,
    is_mute: bool,
    standpoint: Standpoint,
}

/// The platform; clones are the same one.
#[derive(Debug, Clone)]
pub struct Platform {
    id: ChannelId,
    world: Arc<Mutex<World>>,
}

impl Platform {
    pub fn new(id: ChannelId) -> Self {
        let world =
            World { mood: vec![], published: vec![], calls: 0, is_mute: false, standpoint: Standpoint::Unknown };
        Self { id, world: Arc::new(Mutex::new(world)) }
    }

    /// What the next calls of `publish` do, in order; then it answers.
    pub fn will(&self, moods: &[Mood]) {
        self.world.lock().unwrap().mood = moods.iter().rev().copied().collect();
    }

    /// Never says from now on how long a reply may be.
    pub fn falls_mute(&self) {
        self.world.lock().unwrap().is_mute = true;
    }

    /// How posts look upstream from now on.
    pub fn shows(&self, standpoint: Standpoint) {
        self.world.lock().unwrap().standpoint = standpoint;
    }

    /// The texts that are on the platform.
    pub fn published(&self) -> Vec<String> {
        self.world.lock().unwrap().published.iter().map(|(_, text)| text.clone()).collect()
    }

    pub fn calls(&self) -> u32 {
        self.world.lock().unwrap().calls
    }
}

fn receipt(key: &str) -> Receipt {
    Receipt { external_id: format!("reply-{key}"), url: None, at: Timestamp::from_micros(0) }
}

impl Channel for Platform {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Mastodon
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        Box::pin(async {
            if self.world.lock().unwrap().is_mute {
                std::future::pending::<()>().await;
            }
            Ok(Limits { max: 300, unit: LengthUnit::Graphemes })
        })
    }
    fn read<'a>(&'a self, _: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async { Ok(Haul::default()) })
    }
    fn wait(&self, _: Span) -> Promise<'_, ()> {
        Box::pin(async {})
    }
    /// Like the unfaithful servers: the same key twice is two posts, so only reading back keeps it to one.
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(async move {
            let mut world = self.world.lock().unwrap();
            world.calls += 1;
            let mood = world.mood.pop().unwrap_or(Mood::Answers);
            let key = reply.outbox.to_string();
            if matches!(mood, Mood::Answers | Mood::AcceptsAndSays500) {
                world.published.push((key.clone(), reply.text.clone()));
            }
            match mood {
                Mood::Answers => Ok(receipt(&key)),
                Mood::AcceptsAndSays500 | Mood::Says500 => Err(Fault::Server { status: 500 }),
                Mood::Refuses => Err(Fault::Refused { status: 422, code: "too_long".to_owned() }),
                Mood::AsksForPatience => Err(Fault::RateLimited { after: Span::seconds(30) }),
            }
        })
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async move {
            let world = self.world.lock().unwrap();
            let key = reply.outbox.to_string();
            Ok(world.published.iter().any(|(of, _)| *of == key).then(|| receipt(&key)))
        })
    }
    fn look<'a>(&'a self, _: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(async move { Ok(self.world.lock().unwrap().standpoint.clone()) })
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.world.lock().unwrap().published.retain(|(key, _)| format!("reply-{key}") != receipt.external_id);
            Ok(())
        })
    }
}
