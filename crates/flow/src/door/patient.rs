//! The one place where the door asks the patient index. Nothing else of the door knows that there is one.

use bedside_core::{
    door::{Day, IdentifierKind},
    id::{PatientId, SiteId},
    policy::LinkFacts,
    time::Timestamp,
};
use bedside_store::{Store, Tx};

use crate::FlowError;

/// Whom a number and a day of birth name at a site; `None`: nobody the index knows, or there is no index to ask.
pub(crate) async fn match_patient(
    _store: &Store,
    _tx: &mut Tx,
    _site: SiteId,
    _kind: IdentifierKind,
    _value: &str,
    _birth_date: Day,
) -> Result<Option<PatientId>, FlowError> {
    Ok(None)
}

/// What rules may know of a patient.
pub(super) async fn facts(_tx: &mut Tx, _patient: PatientId, _now: Timestamp) -> Result<Option<LinkFacts>, FlowError> {
    Ok(None)
}
