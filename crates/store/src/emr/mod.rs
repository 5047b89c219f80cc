//! The record's side: links, messages that came over them, and the patient index they make.

pub mod dead_letter;
pub mod filing;
pub mod link;
pub mod message;
pub mod notice;
pub mod patient;
pub mod visit;
