//! The outside: channels where people write, and (in `emr/`) the hospital's systems. Hands [`bedside_core::post::Inbound`]
//! to a port and never sees the database. The only crate with an HTTP client; vendor names end here.
//! The contract that every channel keeps is docs/connectors.md.

mod carrier;
pub mod channel;
pub mod emr;
mod heartbeat;
pub mod http;
mod keys;
pub mod mail;
pub mod opinion;
pub mod picture;
pub mod row;
mod secret;
pub mod suggest;
pub mod tls;

use std::sync::Arc;

use bedside_core::time::Timestamp;

pub use carrier::Carrier;
pub use heartbeat::Heartbeat;
pub use keys::KeyFetcher;
pub use secret::Secret;

/// What time it is. Handed in, so that tests move time and nothing here reads a clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

#[cfg(test)]
mod testing;
