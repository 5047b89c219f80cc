//! A record that says of itself into whom it was merged, as FHIR's Patient does: there is no message that undoes such a merge,
//! the record just says it no more.

use bedside_core::{
    emr::{Merge, PatientTold},
    id::PatientId,
    time::Timestamp,
};
use bedside_store::{Tx, emr::patient};

use super::{apply::Batch, index::Failed};
use crate::Road;

impl Road {
    /// Brings a record in with all that it says of merges. Those that it told of before and tells of no more end first, so
    /// that what it says of the person is said of its own record; a merge that somebody else told of stands.
    pub(super) async fn tell_record(
        &self,
        tx: &mut Tx,
        batch: &mut Batch,
        told: &PatientTold,
        stands: bool,
        (merges, is_whole): (&[Merge], bool),
        recorded: Timestamp,
    ) -> Result<Option<PatientId>, Failed> {
        let mut pairs = Vec::with_capacity(merges.len());
        for merge in merges {
            let (from, into) = self.both(tx, batch, merge, recorded).await?;
            pairs.extend((from.id != into.id).then_some((from, into)));
        }
        // One that was merged away may have taken over its survivor's identifiers: what it is known by alone is in the pair.
        let teller = match pairs.first() {
            Some((from, _)) if !stands => from.id,
            _ => self.own_record(tx, batch, told, recorded).await?.id,
        };
        if is_whole {
            for (from, into) in patient::told_by(tx, (batch.link, teller)).await? {
                if !pairs.iter().any(|(one, other)| (one.id, other.id) == (from, into)) {
                    self.part(tx, batch, from, into).await?;
                }
            }
        }
        let mut last = None;
        for (from, into) in &pairs {
            // Read again: what has just ended stands in neither of them any more.
            let (Some(from), Some(into)) = (patient::by_id(tx, from.id).await?, patient::by_id(tx, into.id).await?)
            else {
                continue;
            };
            self.join(tx, batch, &from, &into, Some(teller)).await?;
            last = Some(into.id);
        }
        if stands { self.tell_patient(tx, batch, told, recorded).await.map(Some) } else { Ok(last) }
    }
}
