//! How much a client may ask: so much at once, and then as much as flows in again. Counted in this process alone.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bedside_core::time::Timestamp;

/// What a client may ask at once.
const BURST: f64 = 300.0;
/// How much of it comes back in a second.
const PER_SECOND: f64 = 50.0;
/// What a sign-in costs: a token holds for minutes, so nobody needs many.
pub(super) const SIGN_IN: f64 = 10.0;

/// What each client has left.
#[derive(Debug, Default)]
pub(super) struct Limits(Mutex<HashMap<String, (f64, Timestamp)>>);

impl Limits {
    /// Takes `cost` from what a client has left.
    ///
    /// # Errors
    /// Too little is left; how many seconds until there is enough.
    pub(super) fn take(&self, client: &str, cost: f64, now: Timestamp) -> Result<(), i64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, at) = all.entry(client.to_owned()).or_insert((BURST, now));
        let seconds =
            Into::<f64>::into(u32::try_from(now.since(*at).as_micros().max(0) / 1_000).unwrap_or(u32::MAX)) / 1_000.0;
        *left = (*left + seconds * PER_SECOND).min(BURST);
        *at = (*at).max(now);
        if *left < cost {
            // A client waits a second at least, and never long: it flows in quickly.
            return Err(if cost - *left > PER_SECOND { 2 } else { 1 });
        }
        *left -= cost;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bedside_core::time::Span;

    use super::*;

    #[test]
    fn who_asks_too_much_waits_and_others_do_not() {
        let (limits, now) = (Limits::default(), Timestamp::from_micros(0));
        for _ in 0..300 {
            assert_eq!(limits.take("a", 1.0, now), Ok(()));
        }
        assert_eq!(limits.take("a", 1.0, now), Err(1));
        assert_eq!(limits.take("b", 1.0, now), Ok(()));
        let later = now.plus(Span::seconds(1));
        assert_eq!((0..51).filter(|_| limits.take("a", 1.0, later).is_ok()).count(), 50);
    }
}
