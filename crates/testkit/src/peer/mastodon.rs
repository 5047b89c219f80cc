//! Two servers with Mastodon's client API: one faithful, with faults that can be switched on, and one that keeps few promises.

mod api;
mod mock;
mod snac;

pub use api::{Account, Api, Attached, Status, Visibility};
pub use mock::{Fault, Mock};
pub use snac::Snac;
