//! The road itself: what every step needs, and who is told when something changed.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use bedside_core::{
    channel::Channel,
    crisis::Crisis,
    filing::File,
    id::{CaseId, ChannelId, SiteId},
    letter::Post,
    policy::desk::Desk,
    retention::Retention,
    second::SecondOpinion,
    suggest::Suggest,
    time::{Span, Timestamp},
    triage::Triage,
};
use bedside_store::{Store, random};
use tokio::sync::{Notify, broadcast};

use crate::{
    Clock, FlowError, House, RulesFailing,
    alarm::Alarms,
    emr::Intake,
    pace::Pace,
    people::OwnPeople,
    rules::{Fired, ReadLately},
    step::send::{NoWitness, Witness},
};

/// What can be set about the road.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a reply waits in the outbox before it leaves. A crisis answer doesn't wait.
    pub undo: Span,
    /// The name of the log, a host name of the hospital's own (C2SP tlog-checkpoint: origin).
    pub log_origin: String,
    /// The longest between two reads of a channel; by itself it comes sooner, as its connector and its platform say.
    pub poll: Span,
    /// How often posts of open cases are looked at upstream.
    pub look: Span,
    /// How long a platform may take to answer while a reply is sent; less than a reply is leased for.
    pub answer_within: Span,
    /// How long whoever pauses waits for what is being handed over at that moment.
    pub pause_waits: Span,
    /// Where the private doors are reached, without a final slash; letters name it.
    pub door_base: String,
    /// How many texts one person may have checked within an hour; see `docs/adr/0007-own-people.md`.
    pub checks_per_hour: u32,
    /// How long what is kept, and when the night's run begins.
    pub retention: Retention,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            undo: Span::seconds(60),
            log_origin: "bedside.invalid/log".to_owned(),
            poll: Span::seconds(30),
            look: Span::minutes(5),
            answer_within: Span::seconds(30),
            pause_waits: Span::seconds(5),
            door_base: "https://bedside.invalid".to_owned(),
            checks_per_hour: 1_200,
            retention: Retention::default(),
        }
    }
}

/// What changed, for those who look at it. Ids only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// At which site.
    pub site: SiteId,
    /// Which case, where it is one.
    pub case: Option<CaseId>,
    /// What kind of change.
    pub change: Change,
}

/// Kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A case was opened, or an old one came back.
    Opened,
    /// A case changed.
    Changed,
    /// Somebody must look now.
    Alarm,
    /// The outbox changed.
    Outbox,
    /// Sending was paused or goes on.
    Pause,
    /// A channel's health changed.
    Channel,
    /// A consent was given or taken back, or a link to a record changed.
    Consent,
    /// Other rules are in force, were ordered or tried.
    Rules,
}

/// Everything the steps share.
pub struct Road {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) houses: HashMap<SiteId, House>,
    pub(crate) triage: Triage,
    pub(crate) desk: Desk,
    pub(crate) crisis: Crisis,
    pub(crate) settings: Settings,
    pub(crate) witness: Arc<dyn Witness>,
    pub(crate) node: String,
    pub(crate) take_pace: Pace,
    pub(crate) assess_pace: Pace,
    pub(crate) intake: Intake,
    pub(crate) people: OwnPeople,
    pub(crate) work: Notify,
    pub(crate) mail: Notify,
    pub(crate) facts: Notify,
    pub(crate) record: Notify,
    pub(crate) letters: Notify,
    pub(crate) alarms: Alarms,
    pub(crate) post: RwLock<Option<Arc<dyn Post>>>,
    pub(crate) second: RwLock<Option<Arc<dyn SecondOpinion>>>,
    pub(crate) suggest: RwLock<Option<Arc<dyn Suggest>>>,
    /// A consent was taken back: what the record must be told of it waits no longer.
    pub(crate) revoked: Notify,
    pub(crate) replays: Notify,
    pub(crate) rules_read: ReadLately,
    pub(crate) fired: Fired,
    channels: RwLock<HashMap<ChannelId, Arc<dyn Channel>>>,
    pub(crate) records: RwLock<Vec<Arc<dyn File>>>,
    doors: RwLock<HashMap<SiteId, ChannelId>>,
    ticks: broadcast::Sender<Tick>,
}

impl fmt::Debug for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Road").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Road {
    /// A road over an opened store.
    ///
    /// # Errors
    /// The desk's permissions can't be read, or the system gives no randomness.
    pub fn new(store: Store, clock: Arc<dyn Clock>, houses: Vec<House>, settings: Settings) -> Result<Self, FlowError> {
        let node: [u8; 8] = random()?;
        let began = clock.now();
        Ok(Self {
            store,
            clock,
            houses: houses.into_iter().map(|house| (house.site.id, house)).collect(),
            triage: Triage::new(),
            desk: Desk::load()?,
            crisis: Crisis::load()?,
            settings,
            witness: Arc::new(NoWitness),
            node: node.iter().map(|byte| format!("{byte:02x}")).collect(),
            take_pace: Pace::new(),
            assess_pace: Pace::new(),
            intake: Intake::default(),
            people: OwnPeople::default(),
            work: Notify::new(),
            mail: Notify::new(),
            facts: Notify::new(),
            record: Notify::new(),
            letters: Notify::new(),
            alarms: Alarms::begin(began),
            post: RwLock::default(),
            second: RwLock::default(),
            suggest: RwLock::default(),
            revoked: Notify::new(),
            replays: Notify::new(),
            rules_read: ReadLately::default(),
            fired: Fired::default(),
            channels: RwLock::default(),
            records: RwLock::default(),
            doors: RwLock::default(),
            ticks: broadcast::channel(1024).0,
        })
    }

    /// Has `witness` told of every step of sending, so that a test can stop the process there.
    #[must_use]
    pub fn witnessed_by(mut self, witness: Arc<dyn Witness>) -> Self {
        self.witness = witness;
        self
    }

    /// Connects a channel account.
    pub fn connect(&self, channel: Arc<dyn Channel>) {
        let mut channels = self.channels.write().unwrap_or_else(PoisonError::into_inner);
        channels.insert(channel.id(), channel);
    }

    /// The connected channel account with this id.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<Arc<dyn Channel>> {
        self.channels.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The channel of a site's private door; `None`: its door is not open.
    #[must_use]
    pub fn door(&self, site: SiteId) -> Option<ChannelId> {
        self.doors.read().unwrap_or_else(PoisonError::into_inner).get(&site).copied()
    }

    pub(crate) fn set_doors(&self, doors: HashMap<SiteId, ChannelId>) {
        *self.doors.write().unwrap_or_else(PoisonError::into_inner) = doors;
    }

    /// The houses that are set up, by their short names.
    #[must_use]
    pub fn houses(&self) -> Vec<&House> {
        let mut all: Vec<&House> = self.houses.values().collect();
        all.sort_by(|one, other| one.site.slug.cmp(&other.site.slug));
        all
    }

    pub(crate) fn all_channels(&self) -> Vec<Arc<dyn Channel>> {
        self.channels.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Tells of changes from now on.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Tick> {
        self.ticks.subscribe()
    }

    pub(crate) fn tell(&self, site: SiteId, case: Option<CaseId>, change: Change) {
        if change == Change::Alarm {
            self.alarms.raised.notify_one();
        }
        // Nobody watching is no fault.
        let _unwatched = self.ticks.send(Tick { site, case, change });
    }

    /// The store beneath, to read.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The house with this id.
    #[must_use]
    pub fn house(&self, site: SiteId) -> Option<&House> {
        self.houses.get(&site)
    }

    pub(crate) fn house_of(&self, site: SiteId) -> Result<&House, FlowError> {
        self.house(site).ok_or_else(|| FlowError::NoSite(site.to_string()))
    }

    /// The rules of all houses that could not be evaluated since the program started; `None`: all is well. Health is red
    /// then: what they touch waits for a person.
    #[must_use]
    pub fn rules_failing(&self) -> Option<RulesFailing> {
        self.houses.values().filter_map(House::failing).reduce(|mut all, one| {
            all.rules.extend(one.rules);
            all.last_at = all.last_at.max(one.last_at);
            all
        })
    }

    /// The desk's permissions.
    #[must_use]
    pub const fn permissions(&self) -> &Desk {
        &self.desk
    }

    /// Numbers, approved replies and steps for crises.
    #[must_use]
    pub const fn crisis(&self) -> &Crisis {
        &self.crisis
    }

    /// What is set.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
