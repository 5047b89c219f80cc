//! What the case page is told: plain data. Texts of rules, findings and people come in the reader's language.

use super::bound::Bound;
use super::care::Care;
use super::door::Door;
use super::pen::Reply;
use crate::look::Queue;
use crate::look::part::Action;
pub use crate::page::inbox::{Look, Upstream};

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number.
    pub id: i64,
    /// Its site's name.
    pub site: String,
    /// The queue it lies in: marks the rail and leads back. `None`: all open.
    pub queue: Option<Queue>,
    /// The author the case is about, as shown to people (name or handle).
    pub author: String,
    /// Topic ids, weightiest first ("bereavement"); two make the heading.
    pub topics: Vec<String>,
    /// Version of the state shown; sent back as `seen` with every act, so that an act on an old view is refused.
    pub seen: String,
    /// The posts, oldest first.
    pub thread: Vec<Post>,
    /// The decision in force; `None`: still being sorted.
    pub decision: Option<Decision>,
    /// The reply and where it stands.
    pub reply: Reply,
    /// Labels on author, thread and house.
    pub labels: Vec<Label>,
    /// Ids of labels that may be set ("bereaved").
    pub label_kinds: Vec<String>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// What the care team wrote from the chart, oldest first.
    pub care: Vec<Care>,
    /// What is known of the author: (term, value), both in the reader's language.
    pub about: Vec<(String, String)>,
    /// Where stands what is kept of the author, for who may hand it out.
    pub kept: Option<String>,
    /// Who has the case.
    pub assignee: Option<String>,
    /// Who could have it.
    pub people: Vec<PersonLine>,
    /// Who else has it open now.
    pub viewing: Vec<Viewer>,
    /// Its newest log entries, newest first.
    pub log: Vec<LogLine>,
    /// How many log entries it has in all.
    pub log_total: u32,
    /// Someone changed it while this person was writing; the draft in `reply` is theirs, kept.
    pub changed: Option<Changed>,
    /// Set when resolved.
    pub resolved: Option<Resolved>,
    /// What people have entered about the matter.
    pub known: Known,
    /// Clocks of law, the hold's owner, strikes, an incident's statement.
    pub bound: Bound,
    /// What the case has to do with the private door; `None`: nothing.
    pub door: Option<Door>,
    /// What was just done, to be told once.
    pub told: Option<String>,
    /// Somebody has to look at it now.
    pub look: Option<Look>,
    /// What this person may do.
    pub may: May,
    /// Whom its alarms have called, and who answered: a sentence each.
    pub called: Vec<String>,
    /// What to do in a crisis; `None`: it is none.
    pub crisis: Option<super::Crisis>,
}

impl Case {
    /// Whether the case is a private conversation.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.door.as_ref().is_some_and(|door| door.private)
    }
}

/// What people know of the matter and have entered; nobody has said is not the same as no.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// When it happened, microseconds UTC.
    pub event: Option<i64>,
    /// Whether the facts are checked.
    pub checked: Option<bool>,
    /// Everything else, in words of closed lists.
    pub said: bedside_core::policy::Known,
}

/// What the reader's roles allow here. What is false is not offered; the server decides again on every act.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Write drafts and ask for approval.
    pub draft: bool,
    /// Hold.
    pub hold: bool,
    /// End a hold early.
    pub release: bool,
    /// Decide otherwise than the rules, enter what is known.
    pub decide: bool,
    /// Set and remove labels.
    pub label: bool,
    /// Write notes, say that a decision was wrong.
    pub note: bool,
    /// Assign.
    pub assign: bool,
    /// Take over an escalation.
    pub take: bool,
    /// Resolve.
    pub resolve: bool,
    /// Call a reply back from the outbox.
    pub undo: bool,
    /// Say that something was found wrongly, or not at all.
    pub mark: bool,
    /// Open the texts in full; they are covered until then.
    pub full: bool,
}

/// A person who can be chosen.
#[derive(Clone, Debug)]
pub struct PersonLine {
    /// Id sent in forms.
    pub id: String,
    /// Name.
    pub name: String,
}

/// Someone else who has the case open.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// First name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
}

/// What a viewer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reads.
    Reading,
    /// Writes a draft.
    Writing,
}

/// A change by someone else.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Who.
    pub by: String,
    /// What, as a sentence ("Er setzte …").
    pub what: String,
}

/// Who resolved it and when.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// Who.
    pub by: String,
    /// When.
    pub at: i64,
}

/// A post of the thread.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id; empty for the house's own.
    pub id: String,
    /// What kinds of distressing text it is, in the reader's language; empty: it is shown at once.
    pub soft: Vec<String>,
    /// How it was sorted; `None`: not sorted, or not for this reader.
    pub sorted: Option<Sorted>,
    /// Shown name.
    pub name: String,
    /// Handle; empty if there is none beside the name.
    pub handle: String,
    /// Channel and visibility, in words ("Bluesky, öffentlich").
    pub place: String,
    /// When it was written.
    pub at: i64,
    /// Language (BCP 47); `None`: unknown.
    pub lang: Option<String>,
    /// Its text (masked if `masked`).
    pub text: String,
    /// Whose voice.
    pub part: Part,
    /// Signals seen in the text.
    pub signals: Vec<Signal>,
    /// What happened to it there.
    pub upstream: Upstream,
    /// Its address on its own server.
    pub url: Option<String>,
    /// The reader may not see the text.
    pub masked: bool,
    /// What is shown in place of a text that is nobody's matter, such as a code for the private door.
    pub instead: Option<String>,
    /// The file that came with it: where it is to be had, what it is, its bytes.
    pub file: Option<(String, String, i64)>,
    /// Counts its edits.
    pub version: i64,
    /// What hangs on it.
    pub media: Vec<Hung>,
    /// The published answer that may be taken down here.
    pub take_down: Option<TakeDown>,
    /// The privacy incident that it became: where its page is, and the words for it.
    pub taken: Option<(String, String)>,
    /// How far it spread, in words ("38-mal geteilt, steigend").
    pub reach: Option<String>,
}

/// A picture, video or file of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hung {
    /// Its place on the post, from 0.
    pub n: i64,
    /// `picture`, `video`, `audio`, `file` or `unknown`.
    pub kind: String,
    /// What of it can be seen here.
    pub state: HungState,
    /// What its author says that it shows.
    pub alt: Option<String>,
    /// The media type that its platform states.
    pub media_type: Option<String>,
    /// The bytes that its platform states.
    pub size_bytes: Option<i64>,
    /// Whether somebody has looked at it.
    pub is_seen: bool,
    /// Pixels across, of a picture that is here.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
}

/// What of a picture, video or file can be seen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HungState {
    /// The picture: this reader just opened it.
    Open,
    /// Its colours alone.
    Blurred,
    /// It is being fetched.
    Wanted,
    /// It lies on its platform.
    Elsewhere,
    /// It was too large.
    TooLarge,
    /// It was no picture.
    Broken,
    /// It could not be had.
    Lost,
}

impl HungState {
    /// Whether the picture is here.
    #[must_use]
    pub const fn is_here(self) -> bool {
        matches!(self, Self::Open | Self::Blurred)
    }
}

/// An answer that may be taken down.
#[derive(Clone, Debug)]
pub struct TakeDown {
    /// Its id.
    pub reply: String,
    /// What of it can't be recalled, on this kind of channel.
    pub limits: String,
}

/// How a post was sorted.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// Topic ids with how sure the program is, in percent, the strongest first. Empty: unsure.
    pub topics: Vec<(String, u32)>,
    /// `look_now` or `page`, where somebody has to look.
    pub urgency: Option<String>,
}

/// The part a post plays in the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The post the decision is about.
    Subject,
    /// Around it: earlier, or by others.
    Context,
    /// The house's own.
    Ours,
}

/// Evidence in a post.
#[derive(Clone, Debug)]
pub struct Signal {
    /// Its number on the page; the slip refers to it.
    pub n: u32,
    /// How it is marked.
    pub kind: SignalKind,
    /// Topic id, for its name.
    pub topic: String,
    /// First character (Unicode scalar values, from 0).
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words, shortened where they are long.
    pub quote: String,
    /// Why it is marked: a word list, a pattern, or a model and how sure it is. In the reader's language.
    pub why: String,
    /// What it is, in the word sent with "this is wrong" (`topic:complaint`).
    pub found: String,
    /// The model that suggests it, where it is no finding of ours.
    pub by_model: Option<String>,
}

/// How a signal is marked in the text: line, never colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// Danger to life: a thick line.
    Danger,
    /// Death and grief: a double line.
    Death,
    /// A claim or accusation: dashes.
    Claim,
    /// Someone or something is identified: dots.
    Identifier,
    /// Anything else: a thin line.
    Plain,
}

impl SignalKind {
    pub(super) fn class(self) -> &'static str {
        match self {
            SignalKind::Danger => "k-danger",
            SignalKind::Death => "k-death",
            SignalKind::Claim => "k-claim",
            SignalKind::Identifier => "k-id",
            SignalKind::Plain => "k-plain",
        }
    }
}

/// A decision with its reasons.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What.
    pub action: Action,
    /// When it was made.
    pub at: i64,
    /// For a hold: until when; `None`: until something happens (`wakes_if` says what).
    pub until: Option<i64>,
    /// For a hold: its name on the strip of time ("Stille aus Rücksicht, 72 Std").
    pub strip_name: Option<String>,
    /// Moments for the strip of time besides "now" and `until`, oldest first ("Tod", "Beitrag").
    pub moments: Vec<Moment>,
    /// The rules that made it.
    pub because: Vec<Because>,
    /// What happens beside it: escalations, reports, stopped posts.
    pub beside: Vec<Beside>,
    /// What would wake it earlier, in words.
    pub wakes_if: Vec<String>,
    /// Rules that nearly applied.
    pub came_close: Vec<Close>,
    /// It was woken and decided anew.
    pub woken: Option<Woken>,
    /// A person decided otherwise than the rules.
    pub overridden: Option<Overridden>,
    /// The facts the rules saw: (name, value).
    pub facts: Vec<(String, String)>,
    /// A rule failed to evaluate: nothing is said, a person must look. The rule's id.
    pub rule_error: Option<String>,
}

/// A moment on the strip of time.
#[derive(Clone, Debug)]
pub struct Moment {
    /// When.
    pub at: i64,
    /// What, in one or two words.
    pub what: String,
}

/// A rule that made the decision.
#[derive(Clone, Debug)]
pub struct Because {
    /// Its sentence in the reader's language.
    pub sentence: String,
    /// Its id ("grief-quiet"); `None` for "no rule permits".
    pub rule: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Where in the post it was seen.
    pub seen: Vec<Seen>,
    /// The source or law ("§ 203 StGB").
    pub source: Option<String>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Forbids speech.
    Forbids,
    /// Permits speech.
    Permits,
    /// Neither: no rule permits.
    Absent,
}

/// Evidence a reason points to.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Number of the signal in the text.
    pub n: u32,
    /// How it is marked there.
    pub kind: SignalKind,
    /// The words; empty if they are long.
    pub quote: String,
}

/// What happens beside a decision.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What kind.
    pub kind: BesideKind,
    /// A sentence in the reader's language ("An die Patientenfürsprache, innerhalb von 2 Stunden.").
    pub sentence: String,
    /// The rule's id.
    pub rule: Option<String>,
    /// Evidence.
    pub seen: Vec<Seen>,
}

/// A kind of thing that happens beside a decision.
#[derive(Clone, Debug)]
pub enum BesideKind {
    /// Given to people.
    Escalation {
        /// Id for taking it over.
        id: String,
        /// By when someone must have taken it.
        due: i64,
        /// Who took it, and when.
        taken: Option<Resolved>,
    },
    /// Reported to the platform, or to be removed.
    Report,
    /// Something was stopped or kept as evidence.
    Other,
}

/// A rule that nearly applied.
#[derive(Clone, Debug)]
pub struct Close {
    /// Its id.
    pub rule: String,
    /// Why it did not decide, in words.
    pub sentence: String,
}

/// A decision made anew.
#[derive(Clone, Copy, Debug)]
pub struct Woken {
    /// When.
    pub at: i64,
    /// What it was before.
    pub before: Action,
}

/// A decision by a person.
#[derive(Clone, Debug)]
pub struct Overridden {
    /// Who.
    pub by: String,
    /// When.
    pub at: i64,
    /// Why, in their words.
    pub why: String,
    /// What the rules had decided.
    pub before: Action,
}

/// A label.
#[derive(Clone, Debug)]
pub struct Label {
    /// Id for removing it.
    pub id: String,
    /// Kind id ("bereaved").
    pub kind: String,
    /// What it is on.
    pub on: LabelOn,
    /// Why, in words of who set it.
    pub reason: String,
    /// Who or which rule set it.
    pub by: String,
    /// When it ends; `None`: stays.
    pub until: Option<i64>,
}

/// What a label is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOn {
    /// The author.
    Author,
    /// The thread.
    Thread,
    /// The house.
    House,
}

/// A note among colleagues.
#[derive(Clone, Debug)]
pub struct Note {
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: i64,
    /// Its text.
    pub text: String,
}

/// A log entry of this case.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// Its number in the log; `None` until the sequencer has placed it.
    pub n: Option<i64>,
    /// When.
    pub at: i64,
    /// What, in the reader's language.
    pub what: String,
}
