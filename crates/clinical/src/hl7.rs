//! HL7 v2 as hospitals really send it: read tolerantly, with every flaw told; written strictly.
//!
//! `Message` holds the text and its structure, the views give what is asked of it in typed form, `Trigger` says what
//! happened, and `ack` what to answer. No clock, no randomness, no IO: times and control ids are handed in.

pub mod ack;
mod batch;
mod charset;
mod check;
mod content;
mod datatype;
mod demand;
mod document;
mod escape;
mod filter;
mod flaw;
mod given;
mod header;
mod message;
mod part;
mod patient;
mod scan;
mod syntax;
mod time;
mod trigger;
mod visit;
pub mod write;

pub use batch::split;
pub use charset::{Charset, Encoded};
pub use check::{Checked, Report, check};
pub use content::{Content, Group};
pub use datatype::{Contact, ContactKind, Cx, Hd, Location, Xpn};
pub use demand::{death, judge};
pub use document::{About, Author, Document, Notice};
pub use escape::{escape, unescape};
pub use filter::{Keep, NotARule};
pub use flaw::{Flaw, FlawKind, Flaws, Place};
pub use given::Given;
pub use header::{Condition, Event, Header};
pub use message::{Message, NotHl7, Reading};
pub use part::{Component, Field, Repetition, Segment, Subcomponent, Value};
pub use patient::{Insurance, Patient, Prior};
pub use syntax::Syntax;
pub use time::{Time, TimeFault};
pub use trigger::{Subject, Trigger};
pub use visit::{Dispositions, Movement, MovementAction, PatientClass, Visit};
pub use write::Envelope;
