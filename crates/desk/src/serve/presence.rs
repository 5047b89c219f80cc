//! Who else has a case open. In memory alone, gone after half a minute; nothing of it is ever stored.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bedside_core::{
    id::{CaseId, PersonId},
    time::{Span, Timestamp},
};
use tokio::sync::broadcast;

use crate::page::case::Doing;

/// So long somebody counts as there after the last sign of them. Open pages give one every 15 seconds.
const STAYS: Span = Span::seconds(40);
/// So long somebody counts as writing after the last letter.
const WRITES: Span = Span::seconds(20);

/// Who is where.
#[derive(Debug)]
pub(super) struct Presence {
    cases: Mutex<HashMap<CaseId, HashMap<PersonId, Sign>>>,
    told: broadcast::Sender<Seen>,
}

/// Somebody has come to a case, or has begun to write there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// The case.
    pub case: CaseId,
    /// Who.
    pub person: PersonId,
}

impl Default for Presence {
    fn default() -> Self {
        Self { cases: Mutex::default(), told: broadcast::channel(64).0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct Sign {
    seen: Timestamp,
    wrote: Option<Timestamp>,
}

impl Presence {
    /// Tells who comes and who begins to write, from now on.
    pub(super) fn watch(&self) -> broadcast::Receiver<Seen> {
        self.told.subscribe()
    }

    /// Notes that a person has the case open. `true`: they have just come.
    pub(super) fn reads(&self, case: CaseId, person: PersonId, now: Timestamp) -> bool {
        self.tell(case, person, self.note(case, person, Sign { seen: now, wrote: None }, now))
    }

    /// Notes that a person writes. `true`: they have just begun.
    pub(super) fn writes(&self, case: CaseId, person: PersonId, now: Timestamp) -> bool {
        self.tell(case, person, self.note(case, person, Sign { seen: now, wrote: Some(now) }, now))
    }

    fn tell(&self, case: CaseId, person: PersonId, is_new: bool) -> bool {
        if is_new {
            // Nobody watching is no fault.
            let _unwatched = self.told.send(Seen { case, person });
        }
        is_new
    }

    fn note(&self, case: CaseId, person: PersonId, sign: Sign, now: Timestamp) -> bool {
        let mut cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        cases.retain(|_, people| {
            people.retain(|_, sign| now.since(sign.seen) < STAYS);
            !people.is_empty()
        });
        let people = cases.entry(case).or_default();
        let before = people.get(&person).copied();
        let wrote = sign.wrote.or(before.and_then(|before| before.wrote));
        people.insert(person, Sign { wrote, ..sign });
        before.is_none_or(|before| sign.wrote.is_some() && !is_writing(before, now))
    }

    /// Everybody but `me` who has the case open.
    pub(super) fn others(&self, case: CaseId, me: PersonId, now: Timestamp) -> Vec<(PersonId, Doing)> {
        let cases = self.cases.lock().unwrap_or_else(PoisonError::into_inner);
        let people = cases.get(&case).into_iter().flatten();
        let there = people.filter(|(person, sign)| **person != me && now.since(sign.seen) < STAYS);
        let mut others: Vec<_> = there
            .map(|(person, sign)| (*person, if is_writing(*sign, now) { Doing::Writing } else { Doing::Reading }))
            .collect();
        others.sort_by_key(|(person, _)| *person);
        others
    }
}

fn is_writing(sign: Sign, now: Timestamp) -> bool {
    sign.wrote.is_some_and(|at| now.since(at) < WRITES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_gone_is_forgotten() {
        let at = Timestamp::from_micros(1_795_000_000_000_000);
        let (case, mara, jonas) = (CaseId::new(at, &[1; 10]), PersonId::new(at, &[1; 10]), PersonId::new(at, &[2; 10]));
        let presence = Presence::default();
        assert!(presence.reads(case, mara, at));
        assert!(!presence.reads(case, mara, at));
        assert!(presence.writes(case, jonas, at) && !presence.writes(case, jonas, at));
        assert_eq!(presence.others(case, mara, at), [(jonas, Doing::Writing)]);
        let later = at.plus(Span::seconds(25));
        assert_eq!(presence.others(case, mara, later), [(jonas, Doing::Reading)]);
        assert_eq!(presence.others(case, mara, at.plus(Span::seconds(41))), []);
    }
}
