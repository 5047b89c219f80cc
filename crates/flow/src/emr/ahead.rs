//! What the messages of a batch will ask the index for, read at once instead of one by one: each way to the engine costs more
//! than what is asked there. What the batch itself changes is asked for anew.

use std::collections::HashMap;

use bedside_core::{
    emr::{Change, Identifier},
    id::{PatientId, SiteId},
};
use bedside_store::{
    Store, StoreError, Tx,
    emr::{
        patient::{self, PatientRow},
        visit::{self, VisitRow},
    },
};

/// Rows by the keyed hash they are found under; `None`: there is none.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    patients: HashMap<Vec<u8>, Option<PatientRow>>,
    visits: HashMap<Vec<u8>, Option<VisitRow>>,
}

impl Ahead {
    /// Reads what these changes will ask for, each at its site.
    pub(super) async fn read(
        store: &Store,
        tx: &mut Tx,
        changes: impl Iterator<Item = (SiteId, &Change)>,
    ) -> Result<Self, StoreError> {
        let (mut patients, mut visits) = (Vec::new(), Vec::new());
        for (site, change) in changes {
            // One without an authority is looked for by its value too, which is asked by itself.
            let ids = change.people().into_iter().flatten().filter(|id| !id.authority.is_empty());
            patients.extend(ids.map(|id| (site, patient::id_hash(store, site, id))));
            visits.extend(numbers(change).into_iter().map(|id| (site, number_hash(store, site, id))));
        }
        let mut ahead = Self::default();
        for (hash, row) in patient::find_all(tx, &patients).await? {
            ahead.patients.insert(hash, Some(row));
        }
        for row in visit::by_numbers(tx, &visits).await? {
            ahead.visits.insert(row.number_hash.clone(), Some(row));
        }
        for (_, hash) in patients {
            ahead.patients.entry(hash).or_default();
        }
        for (_, hash) in visits {
            ahead.visits.entry(hash).or_default();
        }
        Ok(ahead)
    }

    /// The patient with this identifier, as [`patient::find`].
    pub(super) async fn patient(
        &self,
        store: &Store,
        tx: &mut Tx,
        site: SiteId,
        id: &Identifier,
    ) -> Result<Option<PatientRow>, StoreError> {
        match self.patients.get(&patient::id_hash(store, site, id)) {
            Some(known) => Ok(known.clone()),
            None => patient::find(store, tx, site, id).await,
        }
    }

    /// The visit under this hash, as [`visit::by_number`].
    pub(super) async fn visit(&self, tx: &mut Tx, site: SiteId, hash: &[u8]) -> Result<Option<VisitRow>, StoreError> {
        match self.visits.get(hash) {
            Some(known) => Ok(known.clone()),
            None => visit::by_number(tx, site, hash).await,
        }
    }

    /// A patient is other than before, or new, under these identifiers.
    pub(super) fn patient_changed(&mut self, store: &Store, site: SiteId, id: PatientId, ids: &[Identifier]) {
        ids.iter().for_each(|one| drop(self.patients.remove(&patient::id_hash(store, site, one))));
        self.patients.retain(|_, row| row.as_ref().is_none_or(|row| row.id != id));
    }

    /// A visit is other than before, or new.
    pub(super) fn visit_changed(&mut self, hash: &[u8]) {
        self.visits.remove(hash);
    }

    /// Who is who has changed.
    pub(super) fn forget(&mut self) {
        self.patients.clear();
        self.visits.clear();
    }
}

/// The hash under which a visit with a number is found.
pub(super) fn number_hash(store: &Store, site: SiteId, number: &Identifier) -> Vec<u8> {
    visit::number_hash(store, site, &["number", &number.value])
}

fn numbers(change: &Change) -> Vec<&Identifier> {
    match change {
        Change::Visit { visit, .. } => Vec::from_iter(&visit.number),
        Change::Several { changes } => changes.iter().flat_map(numbers).collect(),
        Change::MoveVisits { number, before, .. } => number.iter().chain(before).collect(),
        Change::Person { .. }
        | Change::Remove { .. }
        | Change::Merge { .. }
        | Change::MoveIds { .. }
        | Change::ChangeId { .. }
        | Change::Link { .. }
        | Change::Record { .. }
        | Change::Nothing => Vec::new(),
    }
}
