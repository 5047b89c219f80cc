//! The road of the record's messages: taken in groups, acknowledged after commit, then brought into the patient index
//! one after the other in the order they came.

mod ahead;
mod apply;
mod bereaved;
mod document;
mod file;
mod holding;
mod index;
mod intake;
mod known;
mod poll;
mod prune;
mod stands;
mod tell;

pub(crate) use self::intake::Intake;
pub use self::known::patient_facts;
