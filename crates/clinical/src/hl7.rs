//! HL7 v2 as hospitals really send it: read tolerantly, with every flaw told; written strictly.
//!
//! `Message` holds the text and its structure, the views give what is asked of it in typed form, `Trigger` says what
//! happened, and `ack` what to answer. No clock, no randomness, no IO: times and control ids are handed in.

mod batch;
pub mod charset;
pub mod escape;
mod flaw;
mod message;
mod part;
mod scan;
mod syntax;
mod time;

pub use batch::split;
pub use charset::Charset;
pub use flaw::{Flaw, FlawKind, Flaws, Place};
pub use message::{Message, NotHl7, Reading};
pub use part::{Component, Field, Repetition, Segment, Value};
pub use syntax::Syntax;
pub use time::{Time, TimeFault};
