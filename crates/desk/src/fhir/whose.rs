//! Patients as they are named outside: by an identifier of the record, under the system that the configuration gives it.

use bedside_clinical::fhir::{
    data::{Identifier, Reference},
    search::{Query, System, Test, Wanted},
};
use bedside_core::{
    emr,
    id::{PatientId, SiteId},
};
use bedside_flow::{FlowError, House};
use bedside_store::{Tx, emr::patient};

use super::FhirState;

/// Under which system an authority's identifiers go where the configuration gives none.
fn own_system(base: &str, authority: &str) -> String {
    format!("{base}/authority/{authority}")
}

/// How a patient of a house is referred to; `None`: the record gave no identifier, or its key was erased.
pub(super) async fn reference(
    state: &FhirState,
    tx: &mut Tx,
    house: &House,
    record: PatientId,
) -> Result<Option<Reference>, FlowError> {
    let ids = state.road.identifiers_of(tx, record).await?;
    Ok(chosen(house, &ids).map(|(id, uri)| {
        let system = uri.unwrap_or_else(|| own_system(state.settings.public_url.trim_end_matches('/'), &id.authority));
        Reference::named("Patient", Identifier::new(system, id.value.clone()))
    }))
}

/// The identifier that a patient goes by: of the first system that the configuration names, else one with a system, else
/// the first.
fn chosen<'a>(house: &House, ids: &'a [emr::Identifier]) -> Option<(&'a emr::Identifier, Option<String>)> {
    let settings = &house.site.settings;
    let named = settings.systems.iter().find_map(|system| {
        let id = ids.iter().find(|id| id.authority == system.authority)?;
        Some((id, Some(system.uri.clone())))
    });
    let known = || ids.iter().find_map(|id| settings.uri_of(&id.authority).map(|uri| (id, Some(uri.to_owned()))));
    named.or_else(known).or_else(|| ids.first().map(|id| (id, None)))
}

/// The records of a site that a search asks for by the identifier of a patient, merges followed; the condition is taken out
/// of the search then, as a resource names one identifier alone. `None`: it doesn't ask so.
pub(super) async fn asked_for(
    state: &FhirState,
    tx: &mut Tx,
    sites: &[SiteId],
    query: &mut Query,
) -> Result<Option<Vec<PatientId>>, FlowError> {
    let Some(at) = query.filters.iter().position(|filter| names(filter.param.name, &filter.test).is_some()) else {
        return Ok(None);
    };
    let filter = query.filters.remove(at);
    let mut found = Vec::new();
    for (system, value) in names(filter.param.name, &filter.test).unwrap_or_default() {
        for site in sites {
            let Some(house) = state.road.house(*site) else { continue };
            let own = own_system(state.settings.public_url.trim_end_matches('/'), "");
            let authority = house.site.settings.authority_of(system).or_else(|| system.strip_prefix(own.as_str()));
            let Some(authority) = authority else { continue };
            let id = emr::Identifier { authority: authority.to_owned(), value: value.to_owned(), kind: String::new() };
            if let Some(record) = state.road.patient_by(tx, *site, &[id]).await? {
                found.extend(patient::family(tx, record).await?);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}

/// The identifiers that a condition names, if it is about the patient and all its values are such.
fn names<'a>(param: &str, test: &'a Test) -> Option<Vec<(&'a str, &'a str)>> {
    let Test::AnyOf(wanted) = test else { return None };
    if !["patient", "subject"].contains(&param) {
        return None;
    }
    wanted
        .iter()
        .map(|one| match one {
            Wanted::ReferenceName { system: System::Is(system), value: Some(value) } => {
                Some((system.as_str(), value.as_str()))
            }
            _ => None,
        })
        .collect()
}
