//! Log lines of the program: readable on a terminal, JSON otherwise, always to the standard error. Nothing here or in
//! what logs holds text of posts, tokens or handles; database statements appear at `debug`, without their values.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// The variable that says what is logged, e.g. `debug` or `info,bedside_connect=debug`.
pub const VARIABLE: &str = "BEDSIDE_LOG";

/// How much is logged unless the variable says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// What a server tells of its work.
    Serving,
    /// Only what somebody should look at: the command itself says what it does.
    Command,
}

/// Starts logging. A filter that can't be read is reported and replaced by the usual one.
pub fn start(usual: Usual) {
    let words = match usual {
        Usual::Serving => "info,sqlx=warn",
        Usual::Command => "warn",
    };
    let asked = std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty());
    let (filter, bad) = match asked.as_deref().map(EnvFilter::try_new) {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(words), Some(error)),
        None => (EnvFilter::new(words), None),
    };
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let started = if io::stderr().is_terminal() {
        registry.with(lines.with_target(false)).try_init()
    } else {
        registry.with(lines.json().flatten_event(true)).try_init()
    };
    if let Err(error) = started {
        crate::say::note(&format!("logging was started already: {error}"));
    }
    if let Some(error) = bad {
        tracing::warn!(%error, "{VARIABLE} is not understood, the usual lines are logged");
    }
}
