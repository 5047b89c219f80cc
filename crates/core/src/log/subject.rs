//! Whom and what an entry is about, and who did it: Bedside's own ids, and nothing else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::code::RuleId;
use crate::id::{
    AuthorId, CaseId, ChannelId, ConsentId, DecisionId, DraftId, EmrLinkId, EmrMessageId, EntryId, ExampleId, FilingId,
    JobId, KeyId, LabelId, LinkId, NoteId, OutboxId, OwnPostId, PatientId, PersonId, PolicyCaseId, PostId,
    RulesReplayId, RulesVersionId, SiteId, StatementId, ThreadId,
};

/// Text that names no subject or actor. It doesn't repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known word with an id, such as post:0198c1f0-…")]
pub struct BadSubject;

macro_rules! subjects {
    ($($(#[$doc:meta])* $variant:ident($id:ident) = $word:literal,)+) => {
        /// One thing an entry is about. Written `word:id`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            $($(#[$doc])* $variant($id),)+
        }

        impl Subject {
            /// The word for what sort of thing this is.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $word,)+
                }
            }

            /// The thing's id.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                match self {
                    $(Self::$variant(id) => id.uuid(),)+
                }
            }

            fn of(word: &str, id: Uuid) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant($id::from_uuid(id))),)+
                    _ => None,
                }
            }
        }

        $(impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self::$variant(id)
            }
        })+
    };
}

subjects! {
    /// A house.
    Site(SiteId) = "site",
    /// A channel account.
    Channel(ChannelId) = "channel",
    /// Somebody who writes to the hospital.
    Author(AuthorId) = "author",
    /// A conversation.
    Thread(ThreadId) = "thread",
    /// A post.
    Post(PostId) = "post",
    /// A case.
    Case(CaseId) = "case",
    /// A decision.
    Decision(DecisionId) = "decision",
    /// A version of a draft.
    Draft(DraftId) = "draft",
    /// A reply on its way out.
    Outbox(OutboxId) = "outbox",
    /// A label.
    Label(LabelId) = "label",
    /// A note.
    Note(NoteId) = "note",
    /// A unit of work.
    Job(JobId) = "job",
    /// A person at the desk.
    Person(PersonId) = "person",
    /// An earlier entry of the log.
    Entry(EntryId) = "entry",
    /// A data key.
    Key(KeyId) = "key",
    /// A link to one of the record's systems.
    EmrLink(EmrLinkId) = "emr_link",
    /// A message of the record.
    EmrMessage(EmrMessageId) = "emr_message",
    /// A patient of the record.
    Patient(PatientId) = "patient",
    /// A document for a record.
    Filing(FilingId) = "filing",
    /// The link of an account to a record.
    Link(LinkId) = "link",
    /// A consent.
    Consent(ConsentId) = "consent",
    /// What a person said was found wrongly, or not at all.
    Example(ExampleId) = "example",
    /// A version of a house's own rules.
    RulesVersion(RulesVersionId) = "rules_version",
    /// A replay of stored posts.
    RulesReplay(RulesReplayId) = "rules_replay",
    /// A decision kept as a case that proves the rules.
    PolicyCase(PolicyCaseId) = "policy_case",
    /// A statement of the library.
    Statement(StatementId) = "statement",
    /// A post of the house's own.
    OwnPost(OwnPostId) = "own_post",
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.word(), self.uuid())
    }
}

impl FromStr for Subject {
    type Err = BadSubject;

    fn from_str(text: &str) -> Result<Self, BadSubject> {
        let (word, id) = text.split_once(':').ok_or(BadSubject)?;
        let id = Uuid::parse_str(id).map_err(|_| BadSubject)?;
        Self::of(word, id).ok_or(BadSubject)
    }
}

/// Who did it. Written `system`, `person:id` or `rule:id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// Bedside itself: a job, the clock, a channel.
    System,
    /// A person at the desk.
    Person(PersonId),
    /// A rule that acts by itself.
    Rule(RuleId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Rule(id) => write!(f, "rule:{id}"),
        }
    }
}

impl FromStr for Actor {
    type Err = BadSubject;

    fn from_str(text: &str) -> Result<Self, BadSubject> {
        match text.split_once(':') {
            None if text == "system" => Ok(Self::System),
            Some(("person", id)) => id.parse().map(Self::Person).map_err(|_| BadSubject),
            Some(("rule", id)) => RuleId::new(id).map(Self::Rule).map_err(|_| BadSubject),
            None | Some(_) => Err(BadSubject),
        }
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

as_text!(Subject, Actor);
