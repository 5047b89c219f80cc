//! The sample hospital's own little world: a script of posts that become due one after another, and a place where replies
//! stand. Nothing leaves the machine, and it keeps the same contract as the channels that do.

mod script;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::{ChannelId, OutboxId},
    post::{Inbound, InboundAuthor, Standing, Upstream, Visibility},
    time::{Span, Timestamp},
};

pub use script::{BadScript, Edit, Scene, Script};

use super::pause;
use crate::Clock;

/// One channel of the sample hospital, playing its part of a script.
pub struct Demo {
    id: ChannelId,
    clock: Clock,
    events: Vec<Event>,
    limits: Limits,
    world: Mutex<World>,
}

/// What happens, and when: seconds after the beginning.
struct Event {
    due: Span,
    scene: Scene,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Posted,
    Edited,
    Deleted,
}

#[derive(Default)]
struct World {
    /// When the play began, so that what is due can be told.
    began: Option<Timestamp>,
    replies: BTreeMap<OutboxId, Said>,
}

struct Said {
    text: String,
    to: String,
    visibility: Visibility,
    receipt: Receipt,
    is_down: bool,
}

/// What an account of the sample world sees of what the house answered it in private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The text.
    pub text: String,
    /// When it was said.
    pub at: Timestamp,
}

impl Demo {
    /// A channel that plays the script's part for the channel named `name` (see [`Script::channels`]), from the first read
    /// on. A program that is started again goes on where its cursor stands.
    #[must_use]
    pub fn new(id: ChannelId, script: &Script, name: &str, clock: Clock) -> Self {
        let mut events: Vec<Event> = script.part(name).flat_map(events_of).collect();
        events.sort_by(|a, b| (a.due, &a.scene.id, a.what).cmp(&(b.due, &b.scene.id, b.what)));
        let limits = if name == "bluesky" {
            Limits { max: 300, unit: LengthUnit::Graphemes }
        } else {
            Limits { max: 500, unit: LengthUnit::CodePoints { link_chars: 23 } }
        };
        Self { id, clock, events, limits, world: Mutex::default() }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the play began, if `done` events had happened before this process.
    fn began(&self, done: usize) -> Timestamp {
        let now = (self.clock)();
        let played = done.checked_sub(1).and_then(|last| self.events.get(last)).map_or(Span::ZERO, |event| event.due);
        *self.world().began.get_or_insert_with(|| now.minus(played))
    }

    fn haul(&self, cursor: Option<&str>) -> Haul {
        let done = cursor.and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        let began = self.began(done);
        let now = (self.clock)();
        let news: Vec<Upstream> = self
            .events
            .iter()
            .skip(done)
            .take_while(|event| began.plus(event.due) <= now)
            .map(|event| event.upstream(began))
            .collect();
        let cursor = (!news.is_empty()).then(|| (done + news.len()).to_string());
        Haul { news, standing: Standing::Live, cursor, more: false }
    }

    fn until_next(&self) -> Option<Span> {
        let began = self.world().began?;
        let now = (self.clock)();
        self.events.iter().map(|event| began.plus(event.due).since(now)).find(|span| *span > Span::ZERO)
    }

    /// The same reply twice is one reply.
    fn say(&self, reply: &Reply) -> Receipt {
        let at = (self.clock)();
        let receipt = Receipt { external_id: format!("reply:{}", reply.outbox), url: None, at };
        let said = Said {
            text: reply.text.clone(),
            to: reply.to_handle.clone(),
            visibility: reply.visibility,
            receipt,
            is_down: false,
        };
        self.world().replies.entry(reply.outbox).or_insert(said).receipt.clone()
    }

    fn said(&self, outbox: OutboxId) -> Option<Receipt> {
        self.world().replies.get(&outbox).filter(|said| !said.is_down).map(|said| said.receipt.clone())
    }

    /// What the house said in private to an account, the oldest first: what that person finds on their phone. A channel
    /// that was started again remembers nothing of before.
    #[must_use]
    pub fn heard_by(&self, handle: &str) -> Vec<Heard> {
        let world = self.world();
        let theirs = world.replies.values().filter(|said| !said.is_down && said.visibility == Visibility::Direct);
        let mut heard: Vec<Heard> = theirs
            .filter(|said| said.to == handle)
            .map(|said| Heard { text: said.text.clone(), at: said.receipt.at })
            .collect();
        heard.sort_by_key(|one| one.at);
        heard
    }

    fn look_at(&self, external_id: &str) -> Standpoint {
        let world = self.world();
        if let Some(said) = world.replies.values().find(|said| said.receipt.external_id == external_id) {
            return if said.is_down { Standpoint::Gone } else { Standpoint::there(said.text.clone()) };
        }
        let now = (self.clock)();
        let Some(began) = world.began else { return Standpoint::Unknown };
        let happened = |event: &&Event| event.scene.id == external_id && began.plus(event.due) <= now;
        match self.events.iter().rfind(happened) {
            Some(event) if event.what == What::Deleted => Standpoint::Gone,
            Some(event) => Standpoint::there(event.text()),
            None => Standpoint::Unknown,
        }
    }

    fn has(&self, external_id: &str) -> bool {
        self.world().replies.values().any(|said| said.receipt.external_id == external_id && !said.is_down)
    }

    fn withdraw(&self, external_id: &str) {
        for said in self.world().replies.values_mut().filter(|said| said.receipt.external_id == external_id) {
            said.is_down = true;
        }
    }
}

fn events_of(scene: &Scene) -> Vec<Event> {
    let event = |after_s: u32, what| Event { due: Span::seconds(i64::from(after_s)), scene: scene.clone(), what };
    let edit = scene.edit.as_ref().map(|edit| event(edit.after_s, What::Edited));
    let end = scene.gone_after_s.map(|after_s| event(after_s, What::Deleted));
    std::iter::once(event(scene.after_s, What::Posted)).chain(edit).chain(end).collect()
}

impl Event {
    /// The scene's text once this has happened.
    fn text(&self) -> &str {
        match (&self.scene.edit, self.what) {
            (Some(edit), What::Edited) => &edit.text,
            _ => &self.scene.text,
        }
    }

    fn upstream(&self, began: Timestamp) -> Upstream {
        match self.what {
            What::Posted => Upstream::Posted(Box::new(self.inbound(began))),
            What::Edited => Upstream::Edited(Box::new(self.inbound(began))),
            What::Deleted => Upstream::Deleted { external_id: self.scene.id.clone() },
        }
    }

    fn inbound(&self, began: Timestamp) -> Inbound {
        let scene = &self.scene;
        let written = began.plus(Span::seconds(i64::from(scene.after_s)));
        Inbound {
            external_id: scene.id.clone(),
            author: InboundAuthor {
                external_id: scene.handle.clone(),
                handle: scene.handle.clone(),
                display_name: scene.name.clone(),
                is_bot: scene.is_bot,
            },
            text: self.text().to_owned(),
            at: written.minus(Span::minutes(i64::from(scene.minutes_ago))),
            url: None,
            in_reply_to: scene.in_reply_to.clone(),
            thread_root: scene.thread_root.clone(),
            visibility: scene.visibility.unwrap_or(Visibility::Public),
            lang_hint: Some(scene.lang.clone()),
            media_count: scene.media_count,
            media: Vec::new(),
            addressed: !scene.is_found,
            reply_context: None,
        }
    }
}

impl Channel for Demo {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Demo
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        Box::pin(async { Ok(self.limits) })
    }
    fn read<'a>(&'a self, cursor: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async move { Ok(self.haul(cursor)) })
    }
    fn wait(&self, at_most: Span) -> Promise<'_, ()> {
        Box::pin(pause(self.until_next().unwrap_or(at_most).min(at_most)))
    }
    fn says_own(&self) -> bool {
        true
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(async move {
            if self.limits.length(&reply.text) > self.limits.max {
                return Err(Fault::Refused { status: 422, code: "too_long".to_owned() });
            }
            Ok(self.say(reply))
        })
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async move { Ok(self.said(reply.outbox)) })
    }
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(async move { Ok(self.look_at(external_id)) })
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(async move {
            self.withdraw(&receipt.external_id);
            Ok(Removal::Deleted)
        })
    }
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(async move {
            let is_there = self.has(&receipt.external_id);
            Ok(Sighting { by_us: is_there, by_strangers: Some(is_there) })
        })
    }
}

#[cfg(test)]
mod tests;
