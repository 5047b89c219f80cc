//! What the patient index knows of a person, for decisions, and who must be told when it changes.

use std::collections::HashSet;

use bedside_core::{
    emr::{PatientFacts, VisitClass},
    id::PatientId,
    time::Timestamp,
};
use bedside_store::{
    StoreError, Tx, door,
    emr::{patient, visit},
};

use crate::{FlowError, Road};

/// What is known of a patient, merges followed; `None`: the record took them away, or never told of them.
///
/// # Errors
/// The engine refuses.
pub async fn patient_facts(tx: &mut Tx, id: PatientId, now: Timestamp) -> Result<Option<PatientFacts>, StoreError> {
    let Some(row) = patient::by_id(tx, id).await? else { return Ok(None) };
    let survivor = patient::survivor(tx, row).await?;
    if survivor.removed_at.is_some() {
        return Ok(None);
    }
    let family = patient::family(tx, survivor.id).await?;
    // Whichever of the merged records spoke of death last is believed.
    let mut newest = survivor.clone();
    for id in family.iter().filter(|id| **id != survivor.id) {
        if let Some(row) = patient::by_id(tx, *id).await?
            && row.death_told_at > newest.death_told_at
        {
            newest = row;
        }
    }
    let visits = visit::of(tx, &family).await?;
    let over = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    let is_inpatient = visits.iter().any(|visit| {
        !visit.is_cancelled
            && visit.class == VisitClass::Inpatient
            && visit.admitted_at.is_none_or(|at| at <= now)
            && !over(visit.discharged_at)
    });
    let discharged_at = visits
        .iter()
        .filter(|visit| !visit.is_cancelled)
        .filter_map(|visit| visit.discharged_at)
        .filter(|at| *at <= now);
    Ok(Some(PatientFacts {
        patient: survivor.id,
        is_inpatient,
        discharged_at: discharged_at.max(),
        death: newest.death,
    }))
}

impl Road {
    /// Has the open cases of everybody who is linked with one of these patients decided anew. Their replies that wait in the
    /// outbox are checked against the new facts when they are claimed.
    pub(crate) async fn patients_changed(
        &self,
        tx: &mut Tx,
        patients: &HashSet<PatientId>,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        if patients.is_empty() {
            return Ok(());
        }
        // A link may name any record of the family: the one it was confirmed for stays when it is merged.
        let concerned = patient::families(tx, patients).await?;
        for (site, author) in door::linked_to(tx, &concerned).await? {
            self.facts_changed(tx, site, author, now).await?;
        }
        Ok(())
    }
}
