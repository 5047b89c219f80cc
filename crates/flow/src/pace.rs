//! How many posts go into one transaction, so that it stays short enough for other writers.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// The most posts in one transaction.
pub(crate) const MOST: usize = 500;
const FEWEST: usize = 25;
/// No other writer should wait longer than this.
const LONGEST: Duration = Duration::from_millis(15);

/// Batches grow while their transactions are short and shrink when one was long.
#[derive(Debug)]
pub(crate) struct Pace(AtomicUsize);

impl Pace {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(100))
    }

    /// How many posts the next transaction may hold.
    pub(crate) fn posts(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Learns from a transaction that held `posts` and was begun at `begun`. Time is measured on the monotonic clock:
    /// it steers the pace and decides nothing.
    pub(crate) fn learn(&self, posts: usize, begun: Instant) {
        let took = begun.elapsed();
        if took > LONGEST {
            self.0.store((posts * 2 / 3).clamp(FEWEST, MOST), Ordering::Relaxed);
        } else if took < LONGEST * 2 / 3 && posts >= self.posts() {
            self.0.store((posts + posts / 4).clamp(FEWEST, MOST), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_transaction_makes_the_next_one_smaller() {
        let pace = Pace::new();
        let before = pace.posts();
        pace.learn(before, Instant::now());
        assert!(pace.posts() > before);
        let Some(long_ago) = Instant::now().checked_sub(Duration::from_secs(1)) else { return };
        for _ in 0..20 {
            pace.learn(pace.posts(), long_ago);
        }
        assert_eq!(pace.posts(), FEWEST);
    }
}
