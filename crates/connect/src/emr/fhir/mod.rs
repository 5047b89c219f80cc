//! The hospital's FHIR server (R4), as a client: what it can decides what is done there. Everything is written to ids that
//! follow from what is written, so that a repetition changes nothing; where a server doesn't allow that, one at a time.

mod client;
mod compose;
mod event;
mod person;
mod poll;
mod record;
mod subscribe;
mod token;
mod trouble;
mod write;

pub use client::{Client, Server};
pub use person::Systems;
pub use poll::{PollConfig, Poller};
pub use record::{Link, LinkConfig};
pub use subscribe::Subscriber;
pub use token::{Auth, Smart};
pub use trouble::{Refusal, Trouble};
