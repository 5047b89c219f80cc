//! Where the time comes from: handed in, so that tests move it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use bedside_core::{
    id::IdSeed,
    time::{Span, Timestamp},
};
use bedside_store::{StoreError, random};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands until it is moved.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.as_micros())))
    }

    /// Moves it on.
    pub fn pass(&self, span: Span) {
        self.0.fetch_add(span.as_micros(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A seed that keeps ids of one step in the order they were made: after the id's millisecond come the microseconds (RFC
/// 9562 §6.2 method 3) and the place within the step, then chance.
pub(crate) fn ordered_seed(now: Timestamp, place: usize) -> Result<IdSeed, StoreError> {
    let mut seed: IdSeed = random()?;
    let micros = u16::try_from(now.as_micros().rem_euclid(1000)).unwrap_or(0) * 4;
    let place = u16::try_from(place).unwrap_or(u16::MAX).min(0x3fff);
    for (byte, ordered) in seed.iter_mut().zip(micros.to_be_bytes().into_iter().chain(place.to_be_bytes())) {
        *byte = ordered;
    }
    Ok(seed)
}
