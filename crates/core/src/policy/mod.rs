//! Whether to answer, wait or stay silent: Cedar rules over typed facts. Default deny is silence, forbid beats permit.
//!
//! [`Rules::load`] reads the packs of a jurisdiction and a hospital's overlays once; [`Rules::decide`] is pure and fast.
//! The rules themselves lie in `policies/`. Absent on purpose: the clock (facts bring `now`) and any reading of files.

mod annotation;
pub mod cases;
pub mod clock;
mod decide;
mod decision;
pub mod desk;
mod explain;
mod facts;
mod kept;
mod listed;
mod near;
mod obligation;
mod own;
mod packs;
mod rules;
mod seen;
pub mod strikes;
mod written;

pub use decision::{
    Because, Decision, Effect, Escalation, Forbid, Hold, Mark, Moderation, NearMiss, Speech, SpeechForm, Start, Wake,
    Yields,
};
pub use explain::{Explanation, Fact, NearSaid, RuleSaid, no_rule_permits};
pub use facts::{
    Account, AuthorHistory, CaseFacts, ComplaintStage, Facts, HouseFacts, HouseHours, IncidentKind, Known, LinkFacts,
    MediaAttention, PageOwner, Place, PostFacts, Publication, ThreadFacts,
};
pub use listed::{Does, Listed};
pub use obligation::Obligation;
pub use own::{BadFiles, OwnFile, OwnRules, fingerprint};
pub use rules::Rules;
pub use written::{Problem, RulesError};
