//! How often a sign-in, or a code at the private door, may be tried: five tries per login, twenty per address, then a wait
//! that doubles each time. Where somebody has signed in before, their tries are counted apart from those of strangers.

use bedside_core::time::{Span, Timestamp};
use bedside_store::{Store, StoreError, Tx, people};

/// Tries that are free, per login and per address (a ward shares one address).
const FREE_PER_LOGIN: i64 = 5;
const FREE_PER_ADDRESS: i64 = 20;
/// The first wait; each further try doubles it.
const FIRST_WAIT: Span = Span::seconds(30);
const LONGEST_WAIT: Span = Span::minutes(15);
/// Tries older than this no longer count.
const FORGET: Span = Span::hours(1);

/// After so long without a sign-in an address is no longer known for a login.
const KNOWN_FOR: Span = Span::days(90);

/// The names one try is counted under; hashed, so that the store holds no address.
#[derive(Debug)]
pub(super) struct Try {
    login: Vec<u8>,
    from: Option<Origin>,
}

#[derive(Debug)]
struct Origin {
    /// Tries from there, whoever they were for.
    address: Vec<u8>,
    /// Tries of this login from there.
    both: Vec<u8>,
    /// That this login has signed in from there before.
    known: Vec<u8>,
}

impl Try {
    /// A try with this login, from this address as `address::counted` names it.
    pub(super) fn new(store: &Store, login: &str, address: Option<&str>) -> Self {
        let name = |words: &[&str]| store.lookup().hash(&[&["sign-in"], words].concat());
        let from = address.map(|address| Origin {
            address: name(&["address", address]),
            both: name(&["login-address", login, address]),
            known: name(&["known", login, address]),
        });
        Self { login: name(&["login", login]), from }
    }

    /// Where tries of this login are counted. From an address where they have signed in before they are counted apart:
    /// else one outsider who keeps knocking would keep the person out.
    async fn of_login(&self, tx: &mut Tx, now: Timestamp) -> Result<&[u8], StoreError> {
        let Some(from) = &self.from else { return Ok(&self.login) };
        let last = people::failures(tx, &from.known).await?.map(|(_, at)| at);
        Ok(if last.is_some_and(|at| at >= now.minus(KNOWN_FOR)) { &from.both } else { &self.login })
    }

    /// Counts the try before its password is looked at, so that many tries at once don't slip through. `Some`: not yet, not
    /// before this time; such a try is not counted, or knocking would keep a person out for ever.
    pub(super) async fn begin(&self, store: &Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = store.begin().await?;
        let of_login = self.of_login(&mut tx, now).await?;
        let of_address = self.from.as_ref().map(|from| (from.address.as_slice(), FREE_PER_ADDRESS));
        let names: Vec<_> = [(of_login, FREE_PER_LOGIN)].into_iter().chain(of_address).collect();
        let until = count(&mut tx, &names, now).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// After a good try: those of the login are forgotten. Of the address's only this one is, or who has a password of
    /// their own could go on trying others' for ever.
    pub(super) async fn forgive(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        let of_login = self.of_login(tx, now).await?;
        people::forgive(tx, of_login).await?;
        if let Some(from) = &self.from {
            people::uncount_failure(tx, &from.address).await?;
        }
        self.remember(tx, now).await
    }

    /// Notes that this login has signed in from this address.
    pub(super) async fn remember(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        match &self.from {
            Some(from) => people::count_failure(tx, &from.known, now, now).await,
            None => Ok(()),
        }
    }
}

/// A try at the private door: with the name of an account, known or not, and from an address.
#[derive(Debug)]
pub(super) struct DoorTry {
    names: Vec<(Vec<u8>, i64)>,
}

impl DoorTry {
    /// A try for this account, from this address as `address::counted` names it.
    pub(super) fn new(store: &Store, account: Option<&str>, address: Option<&str>) -> Self {
        let hash = |kind, one| store.lookup().hash(&["door-try", kind, one]);
        let mut names = Vec::new();
        names.extend(account.map(|one| (hash("account", one), FREE_PER_LOGIN)));
        names.extend(address.map(|one| (hash("address", one), FREE_PER_ADDRESS)));
        Self { names }
    }

    /// Counts the try; as [`Try::begin`].
    pub(super) async fn begin(&self, store: &Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = store.begin().await?;
        let names: Vec<_> = self.names.iter().map(|(name, free)| (name.as_slice(), *free)).collect();
        let until = count(&mut tx, &names, now).await?;
        tx.commit().await?;
        Ok(until)
    }
}

/// A try of a program to sign in: with the name it gives itself, known or not, and from an address. A stranger elsewhere
/// who uses its name can't lock it out.
#[derive(Debug)]
pub(crate) struct ClientTry {
    names: Vec<(Vec<u8>, i64)>,
}

impl ClientTry {
    /// A try with this client id, from this address as `address::counted` names it.
    pub(crate) fn new(store: &Store, client: &str, address: Option<&str>) -> Self {
        let from = address.unwrap_or_default();
        let of_both = store.lookup().hash(&["client-try", client, from]);
        let of_address = store.lookup().hash(&["client-try", from]);
        Self { names: vec![(of_both, FREE_PER_LOGIN), (of_address, FREE_PER_ADDRESS)] }
    }

    /// Counts the try as a failed one; as [`Try::begin`].
    pub(crate) async fn begin(&self, store: &Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = store.begin().await?;
        let names: Vec<_> = self.names.iter().map(|(name, free)| (name.as_slice(), *free)).collect();
        let until = count(&mut tx, &names, now).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// It was a good one.
    pub(crate) async fn forgive(&self, store: &Store) -> Result<(), StoreError> {
        let mut tx = store.begin().await?;
        for (place, (name, _)) in self.names.iter().enumerate() {
            match place {
                0 => people::forgive(&mut tx, name).await?,
                _ => people::uncount_failure(&mut tx, name).await?,
            }
        }
        tx.commit().await
    }
}

/// Until when tries under these names wait; where none does, this one is counted.
async fn count(tx: &mut Tx, names: &[(&[u8], i64)], now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let mut until = None;
    for (name, free) in names {
        if let Some((failures, since)) = people::failures(tx, name).await?
            && since >= now.minus(FORGET)
        {
            until = until.max(Some(since.plus(wait(failures, *free))).filter(|until| *until > now));
        }
    }
    if until.is_none() {
        for (name, _) in names {
            people::count_failure(tx, name, now, now.minus(FORGET)).await?;
        }
    }
    Ok(until)
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
