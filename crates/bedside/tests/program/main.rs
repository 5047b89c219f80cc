//! The program end to end: the real binary in a folder of its own, real servers, two people at the desk over HTTP. After
//! each test nothing private stands in what the program printed or in its data, and its log verifies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops where a fact does not hold, and says what it measured"
)]

mod alarm;
mod backup;
mod chart;
mod consent;
mod demo;
mod desk;
mod erase;
mod exchange;
mod fhir;
mod filed;
mod guide;
mod house;
mod html;
mod import;
mod kill;
mod letter;
mod metrics;
mod pause;
mod policy;
mod proof;
mod record;
mod road;
mod rules;
mod tls;
mod tour;
