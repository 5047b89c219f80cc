//! Nouns and judgement of Bedside: posts, cases, drafts, triage, policy, guard and the audit log's maths.
//! Pure: no IO, no clock, no randomness, no environment. `now` and random bytes are handed in.

pub mod alarm;
pub mod case;
pub mod channel;
pub mod chart;
pub mod crisis;
pub mod door;
pub mod draft;
pub mod ehr;
pub mod emr;
pub mod example;
pub mod exchange;
pub mod fetch;
pub mod filing;
pub mod guard;
pub mod holiday;
pub mod id;
pub mod incident;
pub mod label;
pub mod letter;
pub mod log;
pub mod media;
pub mod model;
pub mod people;
pub mod policy;
pub mod post;
pub mod retention;
pub mod scan;
pub mod second;
pub mod site;
pub mod statement;
pub mod suggest;
pub mod text;
pub mod time;
pub mod triage;
mod words;
