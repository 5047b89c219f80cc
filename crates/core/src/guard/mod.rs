//! What may not leave the house: reads a draft and says what is wrong with it, where, why, and what could be put instead.
//! Verdicts only; that a blocked draft cannot be sent is the business of those who call.

mod draft;
mod findings;
mod kinds;
mod lists;
mod numbers;
mod open;
mod people;
mod repair;
pub mod second;
mod settled;
mod telling;

pub use draft::{Check, DraftText, Finding, Guard, Severity, Suggestion, Verdict, check};
pub use kinds::Kind;
pub use settled::{BadSettlement, LONGEST_DAYS, Settled, Settlements};
