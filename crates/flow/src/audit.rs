//! Log entries of a step, collected and written in the step's transaction.

use bedside_core::{
    id::{CaseId, EntryId, IdSeed, SiteId},
    log::{Actor, Entry, Kind},
    time::Timestamp,
};
use bedside_store::{Tx, log::PendingEntry, random};

use crate::FlowError;

/// The entries of one step.
#[derive(Debug)]
pub(crate) struct Audit {
    now: Timestamp,
    entries: Vec<PendingEntry>,
}

impl Audit {
    pub(crate) const fn at(now: Timestamp) -> Self {
        Self { now, entries: Vec::new() }
    }

    /// Adds an entry; `write` fills it in.
    pub(crate) fn add(
        &mut self,
        kind: Kind,
        actor: Actor,
        site: Option<SiteId>,
        case: Option<CaseId>,
        write: impl FnOnce(Entry) -> Entry,
    ) -> Result<(), FlowError> {
        let id = EntryId::new(self.now, &self.seed()?);
        let mut entry = Entry::new(id, kind, self.now, actor);
        if let Some(site) = site {
            entry = entry.at_site(site);
        }
        if let Some(case) = case {
            entry = entry.about(case);
        }
        let body = write(entry).encode()?;
        self.entries.push(PendingEntry { id, case, at: self.now, body });
        Ok(())
    }

    /// A seed that keeps entries in the order they happened: after the id's millisecond come the microseconds (RFC 9562
    /// §6.2 method 3) and the place within the step, then chance.
    fn seed(&self) -> Result<IdSeed, FlowError> {
        let mut seed: IdSeed = random()?;
        let micros = u16::try_from(self.now.as_micros().rem_euclid(1000)).unwrap_or(0) * 4;
        let place = u16::try_from(self.entries.len()).unwrap_or(u16::MAX).min(0x3fff);
        for (byte, ordered) in seed.iter_mut().zip(micros.to_be_bytes().into_iter().chain(place.to_be_bytes())) {
            *byte = ordered;
        }
        Ok(seed)
    }

    /// Writes them.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), FlowError> {
        Ok(bedside_store::log::add(tx, self.entries).await?)
    }
}
