//! The road told as stories, on SQLite: from a post taken to a reply on the platform, with everything that may go
//! wrong between.

mod answer;
mod crash;
mod decide;
mod house;
mod log;
mod platform;
