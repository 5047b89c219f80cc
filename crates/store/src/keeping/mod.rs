//! Keeping: what is due to go, what a person has here, and emptying both. Content goes, the row stays: ids, times and words of
//! closed lists remain, so that the log and the balance stay true.

pub(crate) mod due;
pub(crate) mod empty;
pub(crate) mod night;
pub(crate) mod person;
pub(crate) mod reseal;

use bedside_core::{
    id::{AuthorId, CaseId, KeyId, PostId, ThreadId},
    time::Timestamp,
};

pub use self::{
    due::{Due, DueCase, drop_rows, due_authors, due_cases, due_posts, still_due, sums},
    empty::{Emptied, empty_authors, empty_cases, empty_posts},
    night::{begin_night, end_night},
    person::{
        AccessTold, Footprint, HoldRow, LabelTold, TellingTold, accesses, authors_after, footprint, holds, labels_told,
        tellings,
    },
};
use crate::value::{Arg, args};

/// Case and thread of what is to be emptied.
pub type Matter = (CaseId, ThreadId);

/// The key under which emptied rows stand. None such was ever made, so whoever opens them learns that the key is erased, also a
/// process that still remembers the old one.
pub(crate) fn no_key() -> KeyId {
    KeyId::new(Timestamp::from_micros(0), &[0; 10])
}

/// A row of an `EMPTY_…` statement: whose content goes, and what stands there instead.
fn emptying(id: &str, now: Timestamp) -> Vec<Arg> {
    args![id, no_key(), Vec::<u8>::new(), now]
}

fn emptying_posts(posts: &[PostId], now: Timestamp) -> Vec<Vec<Arg>> {
    posts.iter().map(|id| emptying(&id.to_string(), now)).collect()
}

fn emptying_authors(authors: &[AuthorId], now: Timestamp) -> Vec<Vec<Arg>> {
    authors.iter().map(|id| emptying(&id.to_string(), now)).collect()
}
