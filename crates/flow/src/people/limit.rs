//! How often a person has texts checked. Nobody learns from one check who is listed; somebody who tries thousands of odd
//! names might. So checks are counted, for each person and hour, and who spends them all is told, and the log too.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bedside_core::{
    id::PersonId,
    time::{Span, Timestamp},
};

/// The window in which checks are counted.
const HOUR: Span = Span::hours(1);

/// Whether a person may have the list asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayLook {
    /// Yes.
    Yes,
    /// No more within this hour; `is_first`: it was not so at the check before.
    Spent {
        /// Then it goes into the log.
        is_first: bool,
    },
}

/// Counts checks by person. Kept in memory: a restart forgets them, several nodes count by themselves.
#[derive(Debug, Default)]
pub(crate) struct Lookups(Mutex<HashMap<PersonId, (Timestamp, u32)>>);

impl Lookups {
    /// Counts a check.
    pub(crate) fn count(&self, by: PersonId, most: u32, now: Timestamp) -> MayLook {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = counted.entry(by).or_insert((now, 0));
        if now.since(*since).as_micros() >= HOUR.as_micros() {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        if *count > most { MayLook::Spent { is_first: *count == most.saturating_add(1) } } else { MayLook::Yes }
    }

    /// Whether the checks of a person are spent; counts nothing.
    pub(crate) fn are_spent(&self, by: PersonId, most: u32, now: Timestamp) -> bool {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = counted.get(&by).filter(|(since, _)| now.since(*since).as_micros() < HOUR.as_micros());
        of.is_some_and(|(_, count)| *count > most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_counted_by_person_and_hour() {
        let at = |minutes| Timestamp::from_micros(0).plus(Span::minutes(minutes));
        let [one, other] = [1, 2].map(|n| PersonId::new(at(0), &[n; 10]));
        let lookups = Lookups::default();
        assert_eq!(lookups.count(one, 2, at(0)), MayLook::Yes);
        assert_eq!(lookups.count(one, 2, at(1)), MayLook::Yes);
        assert!(!lookups.are_spent(one, 2, at(2)));
        assert_eq!(lookups.count(one, 2, at(2)), MayLook::Spent { is_first: true });
        assert_eq!(lookups.count(one, 2, at(3)), MayLook::Spent { is_first: false });
        assert!(lookups.are_spent(one, 2, at(59)) && !lookups.are_spent(other, 2, at(59)));
        assert_eq!(lookups.count(other, 2, at(3)), MayLook::Yes);
        assert!(!lookups.are_spent(one, 2, at(60)));
        assert_eq!(lookups.count(one, 2, at(60)), MayLook::Yes);
    }
}
