//! Resources as Bedside's peers expect them: typed parts in, JSON out. What FHIR requires is a field that can't be left out.

pub mod audit;
pub mod bundle;
pub mod capability;
mod communication;
mod consent;
mod document;
mod outcome;
mod patient;
mod provenance;
mod report;
pub mod subscription;
mod task;

pub use communication::{Communication, Payload};
pub use consent::{Consent, ConsentActor, Provision};
pub use document::{Binary, DocumentReference, DocumentStatus};
pub use outcome::{Issue, OperationOutcome};
pub use patient::{telecom_patch, with_telecom, without_telecom};
pub use provenance::{Device, Entity, EntityRole, Provenance};
pub use report::{Report, Section};
pub use task::{Flag, Task};
