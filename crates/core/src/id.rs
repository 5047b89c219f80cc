//! Ids: UUIDv7 (RFC 9562 §5.7) newtypes, so that a case can't be taken for a post and rows sort by birth.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::time::Timestamp;

/// Ten random bytes that a new id needs; handed in because core knows no randomness.
pub type IdSeed = [u8; 10];

/// The text is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no id (a UUID such as 0198c1f0-… is expected)")]
pub struct BadId(String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id born at `now`.
            #[must_use]
            pub fn new(now: Timestamp, seed: &IdSeed) -> Self {
                Self(Builder::from_unix_timestamp_millis(now.as_millis_unsigned(), seed).into_uuid())
            }

            /// An id from its UUID, as read from the store.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Uuid::parse_str(text).map(Self).map_err(|_| BadId(text.to_owned()))
            }
        }
    )*};
}

ids! {
    /// A house of the hospital group.
    SiteId,
    /// A channel account of a site.
    ChannelId,
    /// Somebody who writes to the hospital, as one account on one channel.
    AuthorId,
    /// A conversation on a channel.
    ThreadId,
    /// One post of an author.
    PostId,
    /// One matter that the desk handles: a thread with its decision.
    CaseId,
    /// One decision of the rules, or of a person over them.
    DecisionId,
    /// One version of an answer being written.
    DraftId,
    /// One reply on its way out.
    OutboxId,
    /// A label on an author, a thread, a site.
    LabelId,
    /// A note of the desk.
    NoteId,
    /// A unit of work in the job table.
    JobId,
    /// A person with a role at the desk.
    PersonId,
    /// An entry of the audit log.
    EntryId,
    /// A data key that seals text.
    KeyId,
    /// A link to one of the record's systems: an HL7 v2 sender or receiver, a FHIR server.
    EmrLinkId,
    /// A message that came over such a link, or goes out over one.
    EmrMessageId,
    /// A patient as the record knows one.
    PatientId,
    /// A visit of a patient.
    VisitId,
    /// One edge of the graph of merged patients.
    MergeId,
    /// A document on its way into a patient's record.
    FilingId,
    /// The link of an account to a record.
    LinkId,
    /// A consent of a person, for one purpose.
    ConsentId,
    /// A file handed in at the private door.
    FileId,
    /// A letter to the contact that a patient's record holds.
    LetterId,
    /// One access of a client to what others may read.
    AccessId,
    /// A card that was shown in the chart.
    CardId,
    /// One opening of the app in the chart.
    ChartSessionId,
    /// What a person said was found wrongly, or not at all.
    ExampleId,
    /// Somebody must know at once: one alarm for one team.
    AlarmId,
    /// One call of one member over one way.
    CallId,
    /// A version of a house's own rules.
    RulesVersionId,
    /// A stretch of time for which a version was put in force.
    RulesTermId,
    /// A replay of stored posts under a version.
    RulesReplayId,
    /// A decision that a person said was wrong, kept as a case that proves the rules.
    PolicyCaseId,
    /// A statement of the library, whatever its version.
    StatementId,
    /// A post of the house's own, planned for a later time.
    OwnPostId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_seven_and_sorts_by_birth() {
        let early = PostId::new(Timestamp::from_micros(1_700_000_000_000_000), &[9; 10]);
        let late = PostId::new(Timestamp::from_micros(1_700_000_000_001_000), &[0; 10]);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<PostId>(), Ok(early));
        assert!("F-1".parse::<PostId>().is_err());
    }
}
