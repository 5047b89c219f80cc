//! For tests alone: databases that vanish, real servers on loopback, and a real browser. `./test` installs what they need.

pub mod browser;
pub mod db;
pub mod papers;
pub mod peer;
