//! Channels: one folder per platform, each an implementation of [`bedside_core::channel::Channel`].

pub mod bluesky;
pub mod demo;
mod inward;
pub mod mastodon;
mod media;
pub mod webhook;

pub use inward::Inward;
pub use media::check_hosts;

use std::time::Duration;

use bedside_core::time::Span;

/// Waits for `span`; nothing for a negative one.
async fn pause(span: Span) {
    tokio::time::sleep(Duration::from_micros(u64::try_from(span.as_micros()).unwrap_or(0))).await;
}
