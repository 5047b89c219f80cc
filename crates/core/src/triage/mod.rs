//! What the text of a post says: language, topics, hostility, each with the place in the text that a person can see.
//! To people the product calls this "sorting"; it has no medical purpose.

mod language;
mod learned;
mod lists;
mod read;
mod settle;
mod signals;
mod weigh;
mod when;

pub use learned::{DENSE, Features, Output};
pub use read::{Triage, TriageInput};
pub use signals::{Evidence, Hostility, Lang, Signal, SignalKind, Signals, Speaker, Topic, TopicScore, Urgency};
