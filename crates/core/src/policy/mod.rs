//! Whether to answer, wait or stay silent: Cedar rules over typed facts. Default deny is silence, forbid beats permit.

mod decision;
mod facts;

pub use decision::{
    Because, Decision, Effect, Escalation, Hold, Moderation, NearMiss, Obligation, Speech, SpeechForm, Wake,
};
pub use facts::{Account, CaseFacts, Facts, HouseFacts, LinkFacts, PageOwner, PostFacts, ThreadFacts};
