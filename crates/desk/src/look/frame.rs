//! What every page of the desk shows around its own matter: who reads, sites, counts, channels, sending, what is leaving.

use crate::text::Reader;

/// Everything around a page. Made once per request.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Language, time now, hospital's zone.
    pub reader: Reader,
    /// Whether the way to the demo's tour is shown.
    pub tour: bool,
    /// Light, dark, or as the system says.
    pub theme: Theme,
    /// The session's CSRF token, put into every form as `csrf`.
    pub csrf: String,
    /// Whether this person wants single-key shortcuts (WCAG 2.1.4).
    pub keys: bool,
    /// The hospital group's name, under the site's.
    pub group: String,
    /// The sites this person has a role at. The current one is `site`.
    pub sites: Vec<SiteLine>,
    /// Id of the site shown; `None`: all of this person's sites together.
    pub site: Option<String>,
    /// Cases per queue at the site shown.
    pub counts: Counts,
    /// Numbers of the cases with an alarm that nobody has taken, and of those at which nobody has looked yet: script speaks of each once, on whatever page.
    pub alarms: Vec<i64>,
    /// Channels of the site shown, for the rail.
    pub channels: Vec<ChannelLine>,
    /// Whether speech to the public and to patients is on.
    pub sending: Sending,
    /// Whether this person may pause and resume.
    pub may_pause: bool,
    /// Whether this person may manage people and roles.
    pub admin: bool,
    /// Whether this person may read the log.
    pub may_log: bool,
    /// Whether this person may see the links to the record's systems.
    pub may_links: bool,
    /// Whether this person may see what was said to be found wrongly.
    pub may_examples: bool,
    /// Whether this person may see the rules.
    pub may_rules: bool,
    /// Whether this person may see the library of statements.
    pub may_statements: bool,
    /// Statements that this person may approve, or that end soon and are theirs.
    pub statements_due: u32,
    /// Statements of this person's own that end soon or have ended: number, title, when.
    pub ending: Vec<(i64, String, i64)>,
    /// Whether this person may take replies down, and so sees the privacy incidents.
    pub may_privacy: bool,
    /// Privacy incidents that are open.
    pub privacy_open: u32,
    /// Whether this person may see the balance.
    pub may_balance: bool,
    /// Whether an alarm can be heard.
    pub sounds: bool,
    /// Whether distressing texts stay folded until they are opened.
    pub softens: bool,
    /// The reader's name.
    pub me: String,
    /// What is about to leave, newest first, and what just left or failed.
    pub leaving: Vec<Leaving>,
    /// True until an alarm path is set up and tested: every page then says in red that nobody is alarmed.
    pub nobody_alarmed: bool,
    /// What else keeps alarms from arriving, a sentence each. Empty when all is well.
    pub alarm_trouble: Vec<String>,
    /// Cases whose crisis reply the reader has to read as a second person, and by when.
    pub to_read: Vec<(i64, i64)>,
    /// Incidents that are on: only their statements leave.
    pub incidents: Vec<IncidentLine>,
    /// Numbers of cases on which a clock of law or contract is late.
    pub late: Vec<i64>,
    /// Rules that fail to evaluate: speech stands still for what they touch. Empty when all is well.
    pub broken_rules: Vec<String>,
}

/// An incident that is on.
#[derive(Clone, Debug)]
pub struct IncidentLine {
    /// Its kind ("cyber").
    pub kind: String,
    /// Where it stands ("initial").
    pub stage: String,
    /// The site's name, where the reader has several; `None`: the whole group, or the only one.
    pub site: Option<String>,
    /// Since when.
    pub since: i64,
    /// Whether a statement is approved.
    pub has_statement: bool,
    /// Whether the reader may open its page.
    pub opens: bool,
}

/// The theme a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value in forms, cookies and `data-theme`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of a form value; anything unknown is the system's.
    #[must_use]
    pub fn from_code(code: &str) -> Theme {
        match code {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// A queue of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Someone must act.
    Now,
    /// Held; the clock or a fact will wake it.
    Waiting,
    /// Decided to stay silent.
    Silent,
    /// Resolved.
    Done,
}

impl Queue {
    /// In the order of the rail.
    pub const ALL: [Queue; 4] = [Queue::Now, Queue::Waiting, Queue::Silent, Queue::Done];

    /// The value of `q` in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Queue::Now => "now",
            Queue::Waiting => "waiting",
            Queue::Silent => "silent",
            Queue::Done => "done",
        }
    }

    /// The queue of a `q` value; `None` for anything else, which means all that is open.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Queue> {
        Queue::ALL.into_iter().find(|q| q.code() == code)
    }
}

/// Counting stops here: the exact number of a long queue helps nobody and costs time.
pub const COUNTED: u32 = 1_000;

/// Cases per queue, at most [`COUNTED`] each and site.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Cases someone must act on.
    pub now: u32,
    /// Held cases.
    pub waiting: u32,
    /// Silent cases (today's).
    pub silent: u32,
    /// Cases resolved today.
    pub done: u32,
}

impl Counts {
    /// The count of one queue.
    #[must_use]
    pub fn of(&self, queue: Queue) -> u32 {
        match queue {
            Queue::Now => self.now,
            Queue::Waiting => self.waiting,
            Queue::Silent => self.silent,
            Queue::Done => self.done,
        }
    }

    /// Now, Waiting and Silent together.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.now.saturating_add(self.waiting).saturating_add(self.silent)
    }
}

/// A site in the switcher.
#[derive(Clone, Debug)]
pub struct SiteLine {
    /// Id for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Open cases there.
    pub open: u32,
}

/// A channel account in the rail.
#[derive(Clone, Debug)]
pub struct ChannelLine {
    /// Its name ("Bluesky").
    pub name: String,
    /// How it is.
    pub state: ChannelState,
}

/// The health of a channel. Word and sign say it, never colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelState {
    /// Connected; the last look was `lag` microseconds ago.
    Live {
        /// Microseconds since the last successful look.
        lag: i64,
    },
    /// Answers, but `lag` microseconds behind.
    Slow {
        /// Microseconds behind.
        lag: i64,
    },
    /// Has not answered since `since`.
    Mute {
        /// When it last answered, microseconds UTC.
        since: i64,
    },
    /// The account is signed out: someone must sign in again.
    SignedOut,
    /// The other side told us to wait until then.
    Limited {
        /// When we may ask again, microseconds UTC.
        until: i64,
    },
    /// Switched off by the house.
    Stopped,
    /// Not yet looked.
    Starting,
}

impl ChannelState {
    /// Whether someone should look at it.
    #[must_use]
    pub fn bad(self) -> bool {
        match self {
            ChannelState::Live { .. } | ChannelState::Stopped | ChannelState::Starting => false,
            ChannelState::Slow { .. }
            | ChannelState::Mute { .. }
            | ChannelState::SignedOut
            | ChannelState::Limited { .. } => true,
        }
    }
}

/// Whether speech may leave.
#[derive(Clone, Debug)]
pub enum Sending {
    /// It may.
    On,
    /// Stopped for everybody, over every path.
    Paused {
        /// Who stopped it.
        by: String,
        /// When, microseconds UTC.
        at: i64,
        /// Why, in that person's words.
        reason: String,
    },
}

/// A reply that is about to leave, or whose way out just ended.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// Its case.
    pub case: i64,
    /// Whom it answers, as shown to people.
    pub to: String,
    /// Who approved it; `None` if a rule did.
    pub approved_by: Option<String>,
    /// Where it is on its way.
    pub state: LeavingState,
    /// The viewer may call it back.
    pub may_undo: bool,
}

/// Where a reply is on its way out.
#[derive(Clone, Debug)]
pub enum LeavingState {
    /// The undo window runs.
    Running {
        /// When it leaves, microseconds UTC.
        at: i64,
        /// Length of the whole window in seconds, for the fuse.
        window_s: u32,
    },
    /// Called back; it is a draft again.
    Undone,
    /// Due, but sending is paused.
    Stopped,
    /// Gone and read back.
    Sent {
        /// Where it can be seen.
        url: Option<String>,
    },
    /// Did not go; stays until someone looks.
    Failed {
        /// Why, in the reader's language.
        reason: String,
        /// The next try, microseconds UTC; `None`: no further try by itself.
        next: Option<i64>,
    },
}

/// Where in the desk a page is: marks the rail's link as current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The inbox; `None`: all that is open.
    Inbox(Option<Queue>),
    /// The log.
    Log,
    /// Channel health.
    Channels,
    /// The links to the record's systems.
    Links,
    /// What was said to be found wrongly.
    Examples,
    /// The rules of a house.
    Rules,
    /// The library of statements.
    Statements,
    /// The balance.
    Balance,
    /// Pause and resume.
    Pause,
    /// Incident mode.
    Incident,
    /// Privacy incidents.
    Privacy,
    /// Planned posts of the house's own.
    Planned,
    /// People and roles.
    People,
    /// The reader's own page.
    Me,
    /// Anywhere else.
    Elsewhere,
}
