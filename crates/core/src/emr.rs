//! The record's side of the house: what an EMR/HIS tells about a patient, and the port through which it is taken.
//! `connect` reads the wire and hands [`Received`] to [`TakeEmr`]; the road stores it before anybody is told "accepted".

use serde::{Deserialize, Serialize};

use crate::{
    channel::{NotTaken, Promise},
    id::{EmrLinkId, PatientId},
    time::Timestamp,
};

/// One identifier of a patient or a visit (HL7 v2.5.1 §2.A.14 CX; FHIR R4 Identifier).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// Who gave it: namespace or universal id of the assigning authority. Empty: the message doesn't say.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    pub authority: String,
    /// The identifier itself.
    #[serde(rename = "v")]
    pub value: String,
    /// What sort (HL7 table 0203: MR, PI, VN …). Empty: the message doesn't say.
    #[serde(rename = "k", default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// The authority under which every German health insurance number is kept, whoever sends it.
pub const KVNR: &str = "kvnr";

/// A person's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// Family name as it is written, with its prefixes.
    #[serde(rename = "f", default)]
    pub family: String,
    /// Given names.
    #[serde(rename = "g", default)]
    pub given: String,
}

/// A field of a message that updates what is known: empty leaves it, `""` deletes it (HL7 v2.5.1 §2.5.3.4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told<T> {
    /// The message doesn't say: what was known stays.
    #[default]
    Unsaid,
    /// The message takes back what was known.
    Cleared,
    /// The message says this.
    Said(T),
}

impl<T> Told<T> {
    /// Whether the message says nothing.
    #[must_use]
    pub const fn is_unsaid(&self) -> bool {
        matches!(self, Self::Unsaid)
    }

    /// The same with another value.
    pub fn map_said<U>(self, change: impl FnOnce(T) -> U) -> Told<U> {
        match self {
            Self::Unsaid => Told::Unsaid,
            Self::Cleared => Told::Cleared,
            Self::Said(value) => Told::Said(change(value)),
        }
    }

    /// Puts what was told over what was known. Whether that changed anything.
    pub fn over(self, known: &mut Option<T>) -> bool
    where
        T: PartialEq,
    {
        let next = match self {
            Self::Unsaid => return false,
            Self::Cleared => None,
            Self::Said(value) => Some(value),
        };
        let is_new = *known != next;
        *known = next;
        is_new
    }
}

/// A recorded death.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// When, where the record says.
    pub at: Option<Timestamp>,
}

/// What a message says of a patient (PID). No diagnosis, no finding, no address: nothing that a decision doesn't need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientTold {
    /// Identifiers, the most important first.
    pub ids: Vec<Identifier>,
    /// The name.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub name: Told<Name>,
    /// Date of birth as `YYYY-MM-DD`, or as much of it as is known.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub born: Told<String>,
    /// BCP 47 or ISO 639 language.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub lang: Told<String>,
    /// Telephone numbers and e-mail addresses that the record holds.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub contacts: Told<Vec<String>>,
    /// Death, or that it is taken back.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub death: Told<Death>,
}

/// How a patient is in the house (HL7 table 0004).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitClass {
    /// Stays overnight.
    Inpatient,
    /// Comes and goes.
    Outpatient,
    /// In the emergency department.
    Emergency,
    /// Will come.
    Preadmit,
    /// Something else, or not said.
    Other,
}

impl VisitClass {
    /// Every class.
    pub const ALL: [Self; 5] = [Self::Inpatient, Self::Outpatient, Self::Emergency, Self::Preadmit, Self::Other];
    /// The word for the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inpatient => "inpatient",
            Self::Outpatient => "outpatient",
            Self::Emergency => "emergency",
            Self::Preadmit => "preadmit",
            Self::Other => "other",
        }
    }
    /// The class with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }
}

/// What a message says of a visit (PV1, ZBE).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitTold {
    /// Its number (PV1-19). Without one the patient has one visit of that kind at a time.
    pub number: Option<Identifier>,
    /// The class, where said.
    pub class: Option<VisitClass>,
    /// Ward (PV1-3.1), where said.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub ward: Told<String>,
    /// Admission.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub admitted_at: Told<Timestamp>,
    /// Discharge.
    #[serde(default, skip_serializing_if = "Told::is_unsaid")]
    pub discharged_at: Told<Timestamp>,
}

/// What a message does to a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitChange {
    /// The patient is here or will be: admit, register, pre-admit, class change (A01 A04 A05 A06 A07).
    Begin,
    /// What is known of it is brought up to date (A08).
    Update,
    /// The patient moved (A02), or a move is taken back (A12).
    Move,
    /// The patient left (A03).
    End,
    /// The patient did not leave after all (A13).
    Reopen,
    /// It never was (A11 A27 A38).
    Cancel,
}

/// One merge: what was kept under `from` is kept under `into` from now on (MRG, PID).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Who stays.
    pub into: PatientTold,
    /// Who goes.
    pub from: Vec<Identifier>,
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// A person, without a visit (A28 A31, A08 without PV1).
    Person {
        /// Who.
        patient: PatientTold,
    },
    /// A person is taken out of the record (A23 A29).
    Remove {
        /// Who.
        patient: PatientTold,
    },
    /// A visit of a person.
    Visit {
        /// Who.
        patient: PatientTold,
        /// Which.
        visit: VisitTold,
        /// What happens to it.
        change: VisitChange,
    },
    /// A record with all that it says of merges (FHIR Patient.link): what it said before and says no more has ended.
    Record {
        /// Who.
        patient: PatientTold,
        /// Whether it stands for itself; one that was merged away has no news of the person.
        stands: bool,
        /// Into whom it was merged, and who was merged into it.
        merges: Vec<Merge>,
        /// Whether all that it names could be read; if not, nothing is taken for ended.
        is_whole: bool,
    },
    /// Two records of one person (A18 A34 A36 A39 A40), one merge per PID/MRG pair.
    Merge {
        /// The merges, in the message's order.
        merges: Vec<Merge>,
    },
    /// A visit moves to another person, or gets another number (A35 A41 A42 A43 A44 A45 A50 A51).
    MoveVisits {
        /// Who has it now.
        into: PatientTold,
        /// Its number now.
        number: Option<Identifier>,
        /// Its number before.
        before: Option<Identifier>,
    },
    /// Identifiers go over to another person (A43).
    MoveIds {
        /// Who has them now.
        into: PatientTold,
        /// Which.
        ids: Vec<Identifier>,
    },
    /// A person's identifier changes (A30 A46 A47 A48 A49).
    ChangeId {
        /// Who, with the new identifiers.
        patient: PatientTold,
        /// The identifiers of before.
        before: Vec<Identifier>,
    },
    /// Two records are said to be the same person (A24), or no longer (A37).
    Link {
        /// One.
        one: PatientTold,
        /// The other.
        other: PatientTold,
        /// Whether they belong together from now on.
        together: bool,
    },
    /// Several changes in one message (A17: two patients change places).
    Several {
        /// The changes, in the message's order.
        changes: Vec<Change>,
    },
    /// Nothing that Bedside keeps: it is accepted, noted, and left.
    Nothing,
}

impl Change {
    /// The identifiers of everybody whom it may make known.
    #[must_use]
    pub fn people(&self) -> Vec<&[Identifier]> {
        match self {
            Self::Person { patient }
            | Self::Remove { patient }
            | Self::Visit { patient, .. }
            | Self::ChangeId { patient, .. } => vec![&patient.ids],
            Self::MoveVisits { into, .. } | Self::MoveIds { into, .. } => vec![&into.ids],
            Self::Link { one, other, .. } => vec![&one.ids, &other.ids],
            Self::Merge { merges } => {
                merges.iter().flat_map(|merge| [merge.into.ids.as_slice(), &merge.from]).collect()
            }
            Self::Record { patient, merges, .. } => {
                let others = merges.iter().flat_map(|merge| [merge.into.ids.as_slice(), &merge.from]);
                std::iter::once(patient.ids.as_slice()).chain(others).collect()
            }
            Self::Several { changes } => changes.iter().flat_map(Self::people).collect(),
            Self::Nothing => Vec::new(),
        }
    }

    /// Whether open cases or replies may have to change at once: a death, and whatever says who is who. That
    /// somebody came, moved or left may wait for some seconds.
    #[must_use]
    pub const fn is_pressing(&self) -> bool {
        match self {
            Self::Person { patient } | Self::Visit { patient, .. } => matches!(patient.death, Told::Said(_)),
            Self::Record { patient, merges, .. } => !merges.is_empty() || matches!(patient.death, Told::Said(_)),
            Self::Nothing => false,
            _ => true,
        }
    }
}

/// A message, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmrEvent {
    /// When the record says it was recorded (EVN-2, else MSH-7). Orders what is said of one patient.
    pub recorded_at: Option<Timestamp>,
    /// What it is about.
    pub change: Change,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is taken.
    Accepted(Box<EmrEvent>),
    /// It is refused: the sender is told why. It is kept all the same, so that somebody can look at it.
    Refused {
        /// A word of ours for why.
        code: &'static str,
    },
}

/// A message as it was received, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The sender's own id of the message (MSH-10). Not unique in the wild.
    pub control_id: String,
    /// Message type and trigger event, such as `ADT^A01`; as the sender writes it, shortened.
    pub trigger: String,
    /// What may be kept of the raw bytes: segments off the link's allow-list are gone.
    pub raw: Vec<u8>,
    /// Names of what was not as the standard says, from a closed list.
    pub flaws: Vec<&'static str>,
    /// What became of it.
    pub verdict: Verdict,
    /// Everything that was sent, for telling a resend from another message under the same id; not kept.
    pub whole: Vec<u8>,
}

/// What taking a message did. Returned only after the transaction is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenEmr {
    /// Stored for the first time.
    New,
    /// It was stored before: a resend, answered again.
    Known,
}

/// What happens on a link beside its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkNews {
    /// A sender connected.
    Connected,
    /// A sender is at an address that may not speak.
    NotAllowed,
    /// As many senders as may be are connected already.
    TooMany,
    /// TLS did not come about: no certificate, or one that is not believed.
    TlsRefused,
    /// What came is no MLLP, or a message is too long.
    NotMllp,
    /// A message began and did not end in time.
    TooSlow,
    /// A message began and the connection ended.
    BrokenOff,
    /// Bytes stood between messages.
    StrayBytes,
    /// A frame ended without its carriage return.
    WithoutCr,
    /// A frame held no message: nothing with a readable MSH.
    Unreadable,
}

impl LinkNews {
    /// The word for counts and pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::NotAllowed => "not_allowed",
            Self::TooMany => "too_many",
            Self::TlsRefused => "tls_refused",
            Self::NotMllp => "not_mllp",
            Self::TooSlow => "too_slow",
            Self::BrokenOff => "broken_off",
            Self::StrayBytes => "stray_bytes",
            Self::WithoutCr => "without_cr",
            Self::Unreadable => "unreadable_frame",
        }
    }

    /// Whether somebody should look at the link.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        match self {
            Self::NotAllowed | Self::TooMany | Self::TlsRefused | Self::NotMllp | Self::TooSlow | Self::Unreadable => {
                true
            }
            Self::Connected | Self::BrokenOff | Self::StrayBytes | Self::WithoutCr => false,
        }
    }
}

/// The port of the EMR's messages: resolves after commit, so that an acknowledgement is a promise kept.
pub trait TakeEmr: Send + Sync {
    /// Takes a message that came over a link.
    fn take_emr(&self, link: EmrLinkId, message: Received) -> Promise<'_, Result<TakenEmr, NotTaken>>;
    /// Tells what happened on a link beside its messages, and how often.
    fn tell_link(&self, link: EmrLinkId, news: Vec<(LinkNews, u32)>) -> Promise<'_, ()>;
}

/// Whose turn it is to ask a link's server for changed patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollTurn {
    /// Another process asks.
    Others,
    /// Ours; nobody has asked before.
    First,
    /// Ours; until then the changes are known, as the server counts time.
    Since(Timestamp),
}

/// The port of what is asked for, where the record doesn't tell by itself.
pub trait PollEmr: TakeEmr {
    /// Whose turn it is. A turn that is ours stays ours for some minutes.
    fn poll_turn(&self, link: EmrLinkId) -> Promise<'_, Result<PollTurn, NotTaken>>;
    /// Notes until when the changes are known; or, in a word of ours, why they can't be read now.
    fn polled(&self, link: EmrLinkId, until: Result<Timestamp, &'static str>) -> Promise<'_, Result<(), NotTaken>>;
}

/// Facts of one patient that a decision may rest on, where a consented link leads to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatientFacts {
    /// Who, after all merges.
    pub patient: PatientId,
    /// Whether they are an inpatient now.
    pub is_inpatient: bool,
    /// When they were last discharged.
    pub discharged_at: Option<Timestamp>,
    /// A recorded death.
    pub death: Option<Death>,
}
