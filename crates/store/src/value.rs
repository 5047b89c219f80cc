//! Arguments of statements: the five types that both engines share, each of which may be NULL.

use bedside_core::time::Timestamp;

/// One bound value.
#[derive(Debug, Clone)]
pub(crate) enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Real(Option<f64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                Self::$variant(Some($convert(value)))
            }
        }
        impl From<Option<$type>> for Arg {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map($convert))
            }
        }
    )*};
}

from! {
    String => Text, std::convert::identity;
    &str => Text, str::to_owned;
    &String => Text, String::clone;
    i64 => Int, std::convert::identity;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    u16 => Int, i64::from;
    i16 => Int, i64::from;
    bool => Bool, std::convert::identity;
    f64 => Real, std::convert::identity;
    Vec<u8> => Bytes, std::convert::identity;
    &[u8] => Bytes, <[u8]>::to_vec;
    [u8; 32] => Bytes, |value: [u8; 32]| value.to_vec();
    Timestamp => Int, Timestamp::as_micros;
}

macro_rules! ids {
    ($($id:ident)*) => {$(
        impl From<bedside_core::id::$id> for Arg {
            fn from(id: bedside_core::id::$id) -> Self {
                Self::Text(Some(id.to_string()))
            }
        }
        impl From<Option<bedside_core::id::$id>> for Arg {
            fn from(id: Option<bedside_core::id::$id>) -> Self {
                Self::Text(id.map(|id| id.to_string()))
            }
        }
    )*};
}

ids! { SiteId ChannelId AuthorId ThreadId PostId CaseId DecisionId DraftId OutboxId LabelId NoteId JobId PersonId EntryId KeyId
PatientId LinkId ConsentId FileId EmrLinkId EmrMessageId VisitId MergeId LetterId
FilingId AccessId CardId ChartSessionId ExampleId AlarmId CallId RulesVersionId RulesTermId RulesReplayId PolicyCaseId StatementId OwnPostId }

/// Builds the argument list of a statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$(crate::value::Arg::from($value)),*] };
}
pub(crate) use args;
