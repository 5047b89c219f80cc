//! The road told as stories, on SQLite (those of the library's statements on PostgreSQL too): from a post taken to a reply on the platform, with everything that may go
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
mod chosen;
mod clocks;
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
mod keeping;
mod linked;
mod log;
mod look;
mod mailed;
mod media;
mod notice;
mod people;
mod permit;
mod planned;
mod platform;
mod rough;
mod rules;
mod sending;
mod slot;
mod statements;
mod take_down;
mod voices;
