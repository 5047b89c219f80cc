//! Log entries of a step, collected and written in the step's transaction.

use bedside_core::{
    id::{CaseId, EntryId, SiteId},
    log::{Actor, Entry, Kind},
    time::Timestamp,
};
use bedside_store::{Tx, log::PendingEntry};

use crate::{FlowError, clock::ordered_seed};

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
        // Entries of one step keep the order they happened in.
        let id = EntryId::new(self.now, &ordered_seed(self.now, self.entries.len())?);
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

    /// Writes them.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), FlowError> {
        Ok(bedside_store::log::add(tx, self.entries).await?)
    }
}
