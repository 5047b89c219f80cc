//! Read, versions and history of one resource. What a consent no longer covers is gone (410), from the commit on that took
//! it back; what belongs to another's site was never there (404).

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    code::{Interaction, IssueType},
    http::{etag, has_already},
};
use bedside_core::exchange::{AccessAct, ResourceKind};
use bedside_flow::exchange::Access;
use bedside_store::exchange::{self, ResourceRow};
use serde_json::{Value, json};

use super::{
    FhirState,
    answer::{self, Stop},
    audit,
    caller::Caller,
    resource::{Opened, instant, open},
    subscription,
};

/// The most versions that a history shows.
const MOST_VERSIONS: u32 = 100;

/// `GET /fhir/{kind}/{id}`
pub(super) async fn read(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    match kind.as_str() {
        "AuditEvent" => audit::read(&state, &caller, &id).await,
        "Subscription" => subscription::read(&state, &caller, &id).await,
        _ => {
            let kind = known(&kind)?;
            caller.may(kind.as_str(), Interaction::Read)?;
            let mut tx = state.store.begin_read().await?;
            let found = exchange::head(&mut tx, kind, &id).await?;
            let opened = shown(&state, &caller, found, Interaction::Read).await?;
            drop(tx);
            given(&state, &caller, opened, &headers).await
        }
    }
}

/// `GET /fhir/{kind}/{id}/_history/{version}`
pub(super) async fn vread(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let kind = known(&kind)?;
    caller.may(kind.as_str(), Interaction::Vread)?;
    let version = version.parse().map_err(|_| Stop::not_found())?;
    let mut tx = state.store.begin_read().await?;
    let found = exchange::version(&mut tx, kind, &id, version).await?;
    let opened = shown(&state, &caller, found, Interaction::Vread).await?;
    drop(tx);
    given(&state, &caller, opened, &headers).await
}

/// `GET /fhir/{kind}/{id}/_history`
pub(super) async fn history(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Stop> {
    let kind = known(&kind)?;
    caller.may(kind.as_str(), Interaction::HistoryInstance)?;
    let mut tx = state.store.begin_read().await?;
    let newest = exchange::head(&mut tx, kind, &id).await?;
    shown(&state, &caller, newest, Interaction::HistoryInstance).await?;
    let mut entries = Vec::new();
    let mut rows = Vec::new();
    for row in exchange::history(&mut tx, kind, &id, MOST_VERSIONS).await? {
        if let Some(opened) = open(&state.store, row).await? {
            entries.push(entry(&state, &opened));
            rows.push(opened.row);
        }
    }
    drop(tx);
    noted(&state, &caller, kind, &rows).await?;
    let url = format!("{}/{}/{id}/_history", state.base, kind.as_str());
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "history",
        "total": entries.len(),
        "link": [{ "relation": "self", "url": url }],
        "entry": entries,
    });
    Ok(answer::json(StatusCode::OK, &bundle))
}

fn entry(state: &FhirState, opened: &Opened) -> Value {
    let ResourceRow { kind, id, version, at, .. } = &opened.row;
    let kind = kind.as_str();
    json!({
        "fullUrl": format!("{}/{kind}/{id}", state.base),
        "resource": opened.value,
        "request": { "method": "PUT", "url": format!("{kind}/{id}") },
        "response": {
            "status": if *version == 1 { "201" } else { "200" },
            "etag": etag(&version.to_string()),
            "lastModified": instant(*at).to_string(),
        },
    })
}

/// A type that is kept here.
pub(super) fn known(kind: &str) -> Result<ResourceKind, Stop> {
    let unknown = || Stop::with(404, IssueType::NotSupported, "this type of resource is not served here");
    ResourceKind::from_word(kind).ok_or_else(unknown)
}

/// The resource, if this client may see it now.
async fn shown(
    state: &FhirState,
    caller: &Caller,
    found: Option<ResourceRow>,
    interaction: Interaction,
) -> Result<Opened, Stop> {
    let row = found.filter(|row| caller.sees(row.place.site)).ok_or_else(Stop::not_found)?;
    let gone = || Stop::of(IssueType::Deleted, "the resource is no longer to be shown");
    if row.is_gone || !row.is_permitted {
        return Err(gone());
    }
    let kind = row.kind.as_str();
    let opened = open(&state.store, row).await?.ok_or_else(gone)?;
    if caller.covers(kind, &opened.value, interaction, &state.base) { Ok(opened) } else { Err(Stop::not_found()) }
}

async fn given(state: &FhirState, caller: &Caller, opened: Opened, headers: &HeaderMap) -> Result<Response, Stop> {
    let Opened { row, value } = opened;
    let had = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if has_already(had, &row.version.to_string()) {
        return Ok(answer::with_version(StatusCode::NOT_MODIFIED.into_response(), row.version, row.at));
    }
    noted(state, caller, row.kind, std::slice::from_ref(&row)).await?;
    Ok(answer::versioned(StatusCode::OK, &value, row.version, row.at))
}

async fn noted(state: &FhirState, caller: &Caller, kind: ResourceKind, rows: &[ResourceRow]) -> Result<(), Stop> {
    let access = Access {
        client: &caller.client.slug,
        sites: &caller.client.sites,
        act: AccessAct::Read,
        kind: kind.as_str(),
        given: rows,
        address: &caller.origin.address,
        request: &caller.origin.request,
        query: None,
    };
    Ok(state.road.note_access(&access).await?)
}
