//! The road told as stories, on SQLite: from a post taken to a reply on the platform, with everything that may go
//! wrong between.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where a fact does not hold"
)]

mod alarm;
mod answer;
mod chart;
mod crash;
mod crisis;
mod dead_letters;
mod decide;
mod door;
mod emr;
mod examples;
mod holds;
mod house;
mod incident;
mod linked;
mod log;
mod look;
mod mailed;
mod media;
mod people;
mod permit;
mod platform;
mod rough;
mod rules;
mod sending;
mod slot;
mod statements;
mod take_down;
mod voices;
