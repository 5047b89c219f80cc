//! The one place where the door asks the patient index. Nothing else of the door knows that there is one.

use bedside_core::{
    door::{Day, IdentifierKind},
    emr::{Identifier, KVNR},
    id::{PatientId, SiteId},
    policy::LinkFacts,
    time::Timestamp,
};
use bedside_store::{
    Store, Tx,
    emr::{
        patient::{self, PatientRow},
        visit,
    },
};

use crate::{FlowError, emr::patient_facts};

/// Whom a number and a day of birth name at a site; `None`: nobody the index knows, or several.
pub(crate) async fn match_patient(
    store: &Store,
    tx: &mut Tx,
    site: SiteId,
    kind: IdentifierKind,
    value: &str,
    birth_date: Day,
) -> Result<Option<PatientId>, FlowError> {
    let mut named = Vec::new();
    for row in with_number(store, tx, site, kind, value).await? {
        named.push(patient::survivor(tx, row).await?);
    }
    named.dedup_by_key(|row| row.id);
    let texts = store.open_patients(&named).await?;
    let born = birth_date.to_string();
    named.retain(|row| {
        let known = texts.get(&row.id).and_then(|text| text.0.born.as_deref());
        row.removed_at.is_none() && known == Some(born.as_str())
    });
    match named.as_slice() {
        [only] => Ok(Some(only.id)),
        _ => Ok(None),
    }
}

async fn with_number(
    store: &Store,
    tx: &mut Tx,
    site: SiteId,
    kind: IdentifierKind,
    value: &str,
) -> Result<Vec<PatientRow>, FlowError> {
    match kind {
        IdentifierKind::Kvnr => {
            let id = Identifier { authority: KVNR.to_owned(), value: value.to_owned(), kind: String::new() };
            Ok(patient::find(store, tx, site, &id).await?.into_iter().collect())
        }
        // People don't know who assigned their number, and type it in capitals.
        IdentifierKind::Mrn => Ok(patient::by_value(store, tx, site, value).await?),
        IdentifierKind::CaseNumber => {
            let hash = visit::number_hash(store, site, &["number", value]);
            let Some(visit) = visit::by_number(tx, site, &hash).await? else { return Ok(Vec::new()) };
            Ok(patient::by_id(tx, visit.patient).await?.into_iter().collect())
        }
    }
}

/// What rules may know of a patient.
pub(super) async fn facts(tx: &mut Tx, patient: PatientId, now: Timestamp) -> Result<Option<LinkFacts>, FlowError> {
    let known = patient_facts(tx, patient, now).await?;
    Ok(known.map(|known| LinkFacts {
        inpatient: Some(known.is_inpatient),
        since_discharge: known.discharged_at.map(|at| now.since(at)),
        deceased: Some(known.death.is_some()),
    }))
}
