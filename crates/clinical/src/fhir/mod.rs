//! FHIR R4 (4.0.1): typed parts in and JSON out, JSON in and views out, search, SMART on FHIR and CDS Hooks. Values only: no
//! connection, no clock, no randomness of its own.

pub mod build;
pub mod cds;
pub mod code;
pub mod data;
pub mod envelope;
pub mod http;
pub mod id;
pub mod object;
pub mod read;
pub mod search;
pub mod smart;
pub mod social;
pub mod terms;
pub mod time;

pub use id::{Id, Namespace};
pub use object::Json;
pub use read::{Resource, read_any};
pub use time::Instant;
