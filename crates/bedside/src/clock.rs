//! The one clock of the program. Everything else is told what time it is.

use std::sync::Arc;

use bedside_connect::Clock;
use bedside_core::time::Timestamp;

/// Now, as the system's clock says.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

/// The system's clock, to be handed on.
#[must_use]
pub fn system() -> Clock {
    Arc::new(now)
}
