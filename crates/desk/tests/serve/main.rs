//! The desk over HTTP, as a browser without script uses it: on a store of its own, with a platform of our own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod acts;
mod balance;
mod browser;
mod chart;
mod documents;
mod door;
mod exchange;
mod findings;
mod guarded;
mod holds;
mod hostile;
mod house;
mod houses;
mod keeping;
mod library;
mod links;
mod log;
mod media;
mod notice;
mod on_call;
mod people;
mod petra;
mod planned;
mod platform;
mod round;
mod rules;
mod sign_in;
