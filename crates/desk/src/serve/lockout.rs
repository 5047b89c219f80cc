//! How often a sign-in, or a code at the private door, may be tried: five tries per login, twenty per address, then a wait that doubles each time.

use bedside_core::time::{Span, Timestamp};
use bedside_store::{Store, StoreError, people};

/// Tries that are free, per login and per address (a ward shares one address).
const FREE_PER_LOGIN: i64 = 5;
const FREE_PER_ADDRESS: i64 = 20;
/// The first wait; each further try doubles it.
const FIRST_WAIT: Span = Span::seconds(30);
const LONGEST_WAIT: Span = Span::minutes(15);
/// Tries older than this no longer count.
const FORGET: Span = Span::hours(1);

/// The names one try is counted under; hashed, so that the store holds no address.
#[derive(Debug)]
pub(super) struct Try {
    names: Vec<(Vec<u8>, i64)>,
}

impl Try {
    /// A try with this login, from this address as `address::counted` names it.
    pub(super) fn new(store: &Store, login: &str, address: Option<&str>) -> Self {
        let mut names = vec![(store.lookup().hash(&["sign-in", "login", login]), FREE_PER_LOGIN)];
        names.extend(address.map(|one| (store.lookup().hash(&["sign-in", "address", one]), FREE_PER_ADDRESS)));
        Self { names }
    }

    /// A try at the private door: with the name of an account, known or not, and from an address.
    pub(super) fn at_door(store: &Store, account: Option<&str>, address: Option<&str>) -> Self {
        let hash = |kind, one| store.lookup().hash(&["door-try", kind, one]);
        let mut names = Vec::new();
        names.extend(account.map(|one| (hash("account", one), FREE_PER_LOGIN)));
        names.extend(address.map(|one| (hash("address", one), FREE_PER_ADDRESS)));
        Self { names }
    }

    /// Counts the try before its password is looked at, so that many tries at once don't slip through. `Some`: not yet, not
    /// before this time; such a try is not counted, or knocking would keep a person out for ever.
    pub(super) async fn begin(&self, store: &Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = store.begin().await?;
        let mut until = None;
        for (name, free) in &self.names {
            if let Some((failures, since)) = people::failures(&mut tx, name).await?
                && since >= now.minus(FORGET)
            {
                until = until.max(Some(since.plus(wait(failures, *free))).filter(|until| *until > now));
            }
        }
        if until.is_none() {
            for (name, _) in &self.names {
                people::count_failure(&mut tx, name, now, now.minus(FORGET)).await?;
            }
        }
        tx.commit().await?;
        Ok(until)
    }

    /// Forgets the tries after a good one.
    pub(super) async fn forgive(&self, tx: &mut bedside_store::Tx) -> Result<(), StoreError> {
        for (name, _) in &self.names {
            people::forgive(tx, name).await?;
        }
        Ok(())
    }
}

fn wait(failures: i64, free: i64) -> Span {
    if failures < free {
        return Span::ZERO;
    }
    let doublings = u32::try_from(failures - free).unwrap_or(u32::MAX).min(16);
    Span::micros(FIRST_WAIT.as_micros().saturating_mul(1 << doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_begins_after_the_free_tries_and_doubles_up_to_its_end() {
        let waits: Vec<i64> = [4, 5, 6, 7, 9, 10, 60].map(|n| wait(n, 5).as_seconds()).to_vec();
        assert_eq!(waits, [0, 30, 60, 120, 480, 900, 900]);
    }
}
