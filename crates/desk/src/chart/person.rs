//! Whose chart it is: the patient of the index whom the identifiers of a FHIR Patient name.

use bedside_clinical::fhir::read::Patient;
use bedside_core::{emr::Identifier, id::PatientId};
use bedside_flow::FlowError;
use bedside_store::{Tx, emr::patient, sites::Site};

use crate::serve::DeskState;

/// The patient of a site's index; `None`: nobody it knows, several, or somebody born on another day than the index says, which
/// is a sign that two records are mixed up.
pub(super) async fn patient_of(
    state: &DeskState,
    tx: &mut Tx,
    site: &Site,
    patient: &Patient<'_>,
) -> Result<Option<PatientId>, FlowError> {
    let identifiers = patient.identifiers();
    let in_use = identifiers.iter().filter(|named| named.usage != Some("old"));
    let ids: Vec<Identifier> = in_use
        .filter_map(|named| {
            let authority = site.settings.authority_of(named.system?)?;
            Some(Identifier { authority: authority.to_owned(), value: named.value.clone(), kind: String::new() })
        })
        .collect();
    let Some(id) = state.road.patient_by(tx, site.id, &ids).await? else { return Ok(None) };
    let Some(row) = patient::by_id(tx, id).await? else { return Ok(None) };
    let known = state.store.open_patients(std::slice::from_ref(&row)).await?;
    let born = known.get(&id).and_then(|text| text.0.born.as_deref());
    if differs(born, patient.birth_date()) {
        tracing::warn!(patient = %id, "the chart and the patient index name another day of birth: nothing is shown");
        return Ok(None);
    }
    Ok(Some(id))
}

/// Whether two days of birth, each as precise as it is known, can't be the same.
fn differs(one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(8).collect::<String>();
    let (one, other) = (digits(one), digits(other));
    !(one.starts_with(&other) || other.starts_with(&one))
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn days_of_birth_differ_only_where_both_are_known() {
        for (one, other, expected) in [
            (Some("1980-02-03"), Some("1980-02-03"), false),
            (Some("19800203"), Some("1980-02-03"), false),
            (Some("1980-02-03"), Some("1980"), false),
            (Some("1980-02-03"), Some("1980-02-04"), true),
            (Some("1980"), Some("1981-02-03"), true),
            (None, Some("1980-02-03"), false),
            (Some("1980-02-03"), None, false),
        ] {
            assert_eq!(differs(one, other), expected, "{one:?} {other:?}");
        }
    }
}
