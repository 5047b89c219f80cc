//! A platform of our own, for faults that a real server can't be made to show at a given moment (lose this answer,
//! accept and then say 500). The real ones are in the testkit's end-to-end tests.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::ChannelId,
    media::{Media, NoPicture, Picture},
    time::{Span, Timestamp},
};
use tokio::sync::Semaphore;

/// What the next call of `publish` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Answers,
    AcceptsAndSays500,
    Says500,
    Refuses,
    AsksForPatience,
    /// Accepts, and its answer never comes.
    AcceptsAndHangs,
}

/// A call that waits, as on a slow server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slow {
    Look,
    Publish,
}

/// A slow call: the test learns that it was made, and says when it goes on.
#[derive(Debug)]
pub struct Gate {
    pub reached: Semaphore,
    pub open: Semaphore,
}

impl Gate {
    /// Waits until the call was made.
    pub async fn is_reached(&self) {
        self.reached.acquire().await.unwrap().forget();
    }

    /// Lets it go on.
    pub fn opens(&self) {
        self.open.add_permits(1);
    }
}

#[derive(Debug)]
struct World {
    mood: Vec<Mood>,
    published: Vec<(String, String)>,
    calls: u32,
    looked: Vec<String>,
    is_mute: bool,
    standpoint: Standpoint,
    look_fault: HashMap<String, Fault>,
    find_fault: Option<Fault>,
    finds_nothing: bool,
    keeps: bool,
    pictures: HashMap<String, Result<Picture, NoPicture>>,
    is_down: bool,
    only_edits: bool,
    leaks: bool,
    gates: HashMap<Slow, Arc<Gate>>,
}

/// The platform; clones are the same one.
#[derive(Debug, Clone)]
pub struct Platform {
    id: ChannelId,
    world: Arc<Mutex<World>>,
}

impl Platform {
    pub fn new(id: ChannelId) -> Self {
        let world = World {
            mood: vec![],
            published: vec![],
            calls: 0,
            looked: vec![],
            is_mute: false,
            standpoint: Standpoint::Unknown,
            look_fault: HashMap::new(),
            find_fault: None,
            finds_nothing: false,
            keeps: false,
            pictures: HashMap::new(),
            is_down: false,
            only_edits: false,
            leaks: false,
            gates: HashMap::new(),
        };
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

    /// The posts that were looked at, in order.
    pub fn looked(&self) -> Vec<String> {
        self.world.lock().unwrap().looked.clone()
    }

    /// How it answers a look at this post from now on.
    pub fn hides(&self, post: &str, fault: Option<Fault>) {
        let faults = &mut self.world.lock().unwrap().look_fault;
        match fault {
            Some(fault) => faults.insert(post.to_owned(), fault),
            None => faults.remove(post),
        };
    }

    /// How it answers from now on when asked whether a reply is there.
    pub fn finds_badly(&self, fault: Option<Fault>) {
        self.world.lock().unwrap().find_fault = fault;
    }

    /// A server that shows what it has accepted only later.
    pub fn shows_nothing_yet(&self, yet: bool) {
        self.world.lock().unwrap().finds_nothing = yet;
    }

    /// A server that says it took a reply down and keeps it.
    pub fn keeps_what_it_has(&self, keeps: bool) {
        self.world.lock().unwrap().keeps = keeps;
    }

    /// What is there from now on where a picture is asked for; without a word nothing is.
    pub fn draws(&self, remote: &str, answer: Result<Picture, NoPicture>) {
        self.world.lock().unwrap().pictures.insert(remote.to_owned(), answer);
    }

    /// A server that can't be reached by whoever wants something removed.
    pub fn is_down(&self, down: bool) {
        self.world.lock().unwrap().is_down = down;
    }

    /// A server that deletes nothing, but lets one's own words be changed.
    pub fn only_edits(&self) {
        self.world.lock().unwrap().only_edits = true;
    }

    /// A server that shows strangers from a cache what its owner does not see any more.
    pub fn leaks(&self, leaks: bool) {
        self.world.lock().unwrap().leaks = leaks;
    }

    /// Its next call of this kind is slow.
    pub fn is_slow(&self, call: Slow) -> Arc<Gate> {
        let gate = Arc::new(Gate { reached: Semaphore::new(0), open: Semaphore::new(0) });
        self.world.lock().unwrap().gates.insert(call, Arc::clone(&gate));
        gate
    }

    async fn pass(&self, call: Slow) {
        let gate = self.world.lock().unwrap().gates.remove(&call);
        if let Some(gate) = gate {
            gate.reached.add_permits(1);
            gate.open.acquire().await.unwrap().forget();
        }
    }

    fn answers(&self, mood: Mood, reply: &Reply) -> Result<Receipt, Fault> {
        let key = reply.outbox.to_string();
        if matches!(mood, Mood::Answers | Mood::AcceptsAndSays500 | Mood::AcceptsAndHangs) {
            self.world.lock().unwrap().published.push((key.clone(), reply.text.clone()));
        }
        match mood {
            Mood::Answers | Mood::AcceptsAndHangs => Ok(receipt(&key)),
            Mood::AcceptsAndSays500 | Mood::Says500 => Err(Fault::Server { status: 500 }),
            Mood::Refuses => Err(Fault::Refused { status: 422, code: "too_long".to_owned() }),
            Mood::AsksForPatience => Err(Fault::RateLimited { after: Span::seconds(30) }),
        }
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
    fn says_own(&self) -> bool {
        true
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(async move {
            self.pass(Slow::Publish).await;
            let mood = {
                let mut world = self.world.lock().unwrap();
                world.calls += 1;
                world.mood.pop().unwrap_or(Mood::Answers)
            };
            let answer = self.answers(mood, reply);
            if mood == Mood::AcceptsAndHangs {
                std::future::pending::<()>().await;
            }
            answer
        })
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async move {
            let world = self.world.lock().unwrap();
            if let Some(fault) = &world.find_fault {
                return Err(fault.clone());
            }
            let key = reply.outbox.to_string();
            let is_there = !world.finds_nothing && world.published.iter().any(|(of, _)| *of == key);
            Ok(is_there.then(|| receipt(&key)))
        })
    }
    fn picture<'a>(&'a self, media: &'a Media) -> Promise<'a, Result<Picture, NoPicture>> {
        Box::pin(async move {
            let remote = media.remote.clone().unwrap_or_default();
            let found = self.world.lock().unwrap().pictures.get(&remote).cloned();
            found.unwrap_or(Err(Fault::Refused { status: 404, code: String::new() }.into()))
        })
    }
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(async move {
            self.pass(Slow::Look).await;
            let mut world = self.world.lock().unwrap();
            world.looked.push(external_id.to_owned());
            match world.look_fault.get(external_id) {
                Some(fault) => Err(fault.clone()),
                None => Ok(world.standpoint.clone()),
            }
        })
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(async move {
            let mut world = self.world.lock().unwrap();
            if world.is_down {
                return Err(Fault::Unreachable);
            }
            if !world.keeps {
                world.published.retain(|(key, _)| format!("reply-{key}") != receipt.external_id);
            }
            Ok(if world.only_edits { Removal::Emptied } else { Removal::Deleted })
        })
    }
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(async move {
            let world = self.world.lock().unwrap();
            let is_there = world.published.iter().any(|(key, _)| format!("reply-{key}") == receipt.external_id);
            Ok(Sighting { by_us: is_there, by_strangers: Some(is_there || world.leaks) })
        })
    }
}
