//! A house's own rules while the program runs: written and tried at the desk, put in force by a second person, taken over by
//! every process without a restart.
//!
//! What is in force stands in the store. Whoever decides looks there in the same transaction (`Road::follow_rules`), so that
//! a stricter rule reaches the claim of a reply with its commit, in every process.

mod cases;
mod fired;
mod follow;
mod import;
mod order;
mod read;
mod replay;
mod write;

pub use self::{
    cases::{CaseRun, NotRight, Verdict},
    import::{Files, open_house, stands_in_store},
    order::{Order, Standing, Written},
    read::{InForce, OWN_UNREADABLE, RulesRead, problems},
    replay::ReplaySums,
    write::RulesActError,
};
pub(crate) use self::{fired::Fired, follow::SILENT, read::ReadLately};
