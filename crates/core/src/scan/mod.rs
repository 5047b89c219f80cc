//! What identifies a person in a text: rules for numbers, dates and addresses, a sequence model for names and places, lists
//! that hint. Pure: the same text gives the same findings, each with its place, its kind and what found it.

mod chain;
mod checks;
mod context;
mod dates;
mod feature;
pub mod identifiers;
mod kind;
mod known;
mod numbers;
mod people;
mod phone;
mod runs;
mod scanner;
mod spans;
mod token;

pub use chain::{Chain, LABELS, Label, PerLabel, exp, exponentials, marginals, may_follow};
pub use feature::BITS;
pub use kind::PhiKind;
pub use known::Usage;
pub use scanner::{Found, Reader, Scanner, Seen};

pub use people::without_public;
pub(crate) use people::{compact, people_in};
pub(crate) use scanner::cover;
