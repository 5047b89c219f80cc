//! Searches. The store gives what the consents in force permit; which of that is asked for, in what order and which page
//! of it, the FHIR layer says.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    Id,
    build::bundle::{Found, Link, Searchset},
    code::{Interaction, IssueType},
    http::Prefer,
    search::{Prefix, Query, Rules, Test, Total, Wanted as Asked, included, page, subset},
};
use bedside_core::{
    exchange::{AccessAct, ResourceKind},
    id::PatientId,
    time::Timestamp,
};
use bedside_flow::exchange::Access;
use bedside_store::{
    Tx,
    exchange::{self, ResourceRow, Wanted},
};
use serde_json::Value;

use super::{
    FhirState,
    answer::{self, Stop},
    audit,
    caller::Caller,
    read::known,
    resource::{Opened, instant, open},
    subscription, whose,
};

/// How many resources a page has unless it is said, and at most.
const PAGE: usize = 50;
const LONGEST_PAGE: usize = 200;
/// The most resources of a site that a search goes through; who asks for more has to narrow it.
const MOST: u32 = 5_000;

/// `GET /fhir/{kind}`
pub(super) async fn get(
    State(state): State<FhirState>,
    caller: Caller,
    Path(kind): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    answered(&state, &caller, &kind, &headers, &query.unwrap_or_default()).await
}

/// `POST /fhir/{kind}/_search`
pub(super) async fn post(
    State(state): State<FhirState>,
    caller: Caller,
    Path(kind): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Stop> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/x-www-form-urlencoded") {
        return Err(Stop::with(415, IssueType::NotSupported, "a search is sent as application/x-www-form-urlencoded"));
    }
    let body = body.map_err(|_| Stop::of(IssueType::TooLong, "the search is too long"))?;
    let body = std::str::from_utf8(&body).map_err(|_| Stop::of(IssueType::Invalid, "the search is no text"))?;
    let both = [query.as_deref().unwrap_or_default(), body].join("&");
    answered(&state, &caller, &kind, &headers, both.trim_matches('&')).await
}

async fn answered(
    state: &FhirState,
    caller: &Caller,
    kind: &str,
    headers: &HeaderMap,
    text: &str,
) -> Result<Response, Stop> {
    if kind != "AuditEvent" && kind != "Subscription" {
        known(kind)?;
    }
    caller.may(kind, Interaction::SearchType)?;
    let prefer = headers.get("prefer").and_then(|value| value.to_str().ok());
    let rules = Rules {
        base: &state.base,
        handling: Prefer::parse(prefer).handling,
        default_count: PAGE,
        most_count: LONGEST_PAGE,
    };
    let mut query = Query::parse(kind, text, &rules)?;
    let answer = match kind {
        "AuditEvent" => audit::search(state, caller, &mut query).await?,
        "Subscription" => subscription::search(state, caller, &query).await?,
        _ => resources(state, caller, known(kind)?, &mut query, text).await?,
    };
    Ok(answer::json(StatusCode::OK, &answer).into_response())
}

async fn resources(
    state: &FhirState,
    caller: &Caller,
    kind: ResourceKind,
    query: &mut Query,
    text: &str,
) -> Result<Value, Stop> {
    let mut tx = state.store.begin_read().await?;
    let patients = whose::asked_for(state, &mut tx, &caller.client.sites, query).await?;
    let all = candidates(state, caller, &mut tx, kind, patients.as_deref(), query).await?;
    let values: HashMap<&str, &Opened> = all.iter().map(|one| (one.row.id.as_str(), one)).collect();
    let page = page(all.iter().map(|one| &one.value), query);
    let row_of = |value: &&Value| values.get(value.get("id")?.as_str()?).map(|one| one.row.clone());
    let mut given: Vec<ResourceRow> = page.items.iter().filter_map(row_of).collect();
    let along = along(state, caller, &mut tx, &page.items, query).await?;
    given.extend(along.iter().map(|one| one.row.clone()));
    drop(tx);
    let access = Access {
        client: &caller.client.slug,
        sites: &caller.client.sites,
        act: AccessAct::Search,
        kind: kind.as_str(),
        given: &given,
        address: &caller.origin.address,
        request: &caller.origin.request,
        query: Some(text),
    };
    state.road.note_access(&access).await?;
    let included: Vec<&Value> = along.iter().map(|one| &one.value).collect();
    Ok(searchset(state, query, &page.items, &included, page.total, page.next.as_ref(), caller.now))
}

/// A page as a Bundle.
pub(super) fn searchset(
    state: &FhirState,
    query: &Query,
    items: &[&Value],
    included: &[&Value],
    total: usize,
    next: Option<&bedside_clinical::fhir::search::Cursor>,
    now: Timestamp,
) -> Value {
    let found = |value: &&Value| {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        Found {
            full_url: format!("{}/{}/{}", state.base, text("resourceType"), text("id")),
            resource: subset(value, query),
        }
    };
    let mut links = vec![Link { relation: "self", url: query.self_url() }];
    links.extend(next.map(|cursor| Link { relation: "next", url: query.next_url(cursor) }));
    let id = bedside_store::random::<16>().ok().and_then(|bytes| Id::parse(&crate::serve::token::hex(&bytes)));
    let set = Searchset {
        id,
        at: Some(instant(now)),
        total: (query.total != Total::None).then_some(u64::try_from(total).unwrap_or(u64::MAX)),
        links,
        matches: items.iter().map(found).collect(),
        included: included.iter().map(found).collect(),
        outcome: query.warnings(),
    };
    set.build()
}

/// What this client may see of what may be shown at all.
async fn candidates(
    state: &FhirState,
    caller: &Caller,
    tx: &mut Tx,
    kind: ResourceKind,
    patients: Option<&[PatientId]>,
    query: &Query,
) -> Result<Vec<Opened>, Stop> {
    let mut all = Vec::new();
    for site in &caller.client.sites {
        let wanted = Wanted { site: *site, kind, patients, changed: changed(query), most: MOST };
        let rows = exchange::search(tx, &wanted).await?;
        if patients.is_none() && rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            let what = "too many resources: narrow the search by patient or by _lastUpdated";
            return Err(Stop::of(IssueType::TooCostly, what));
        }
        for row in rows {
            let Some(opened) = open(&state.store, row).await? else { continue };
            if caller.covers(kind.as_str(), &opened.value, Interaction::SearchType, &state.base) {
                all.push(opened);
            }
        }
    }
    Ok(all)
}

/// Resources that were asked to come along, if this client may see them.
async fn along(
    state: &FhirState,
    caller: &Caller,
    tx: &mut Tx,
    items: &[&Value],
    query: &Query,
) -> Result<Vec<Opened>, Stop> {
    let mut wanted: Vec<(ResourceKind, String)> = items
        .iter()
        .flat_map(|item| included(item, query))
        .filter_map(|name| {
            let (kind, id) = name.split_once('/')?;
            Some((ResourceKind::from_word(kind)?, id.to_owned()))
        })
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut all = Vec::new();
    for row in exchange::by_ids(tx, &wanted).await? {
        let kind = row.kind.as_str();
        if row.is_gone || !row.is_permitted || !caller.sees(row.place.site) {
            continue;
        }
        let Some(opened) = open(&state.store, row).await? else { continue };
        if caller.covers(kind, &opened.value, Interaction::Read, &state.base) {
            all.push(opened);
        }
    }
    Ok(all)
}

/// In which time what is asked for was changed, as far as the search says so plainly. FHIR's times may leave out the last
/// digits of ours, so the bounds are wider than what is asked for.
pub(super) fn changed(query: &Query) -> (Timestamp, Timestamp) {
    let (mut from, mut until) = (i64::MIN, i64::MAX);
    for filter in query.filters.iter().filter(|filter| filter.param.name == "_lastUpdated") {
        let Test::AnyOf(wanted) = &filter.test else { continue };
        let [Asked::Date { prefix, range }] = wanted.as_slice() else { continue };
        let (begins, ends) = (range.from.saturating_sub(1_000), range.until.saturating_add(1_000));
        match prefix {
            Prefix::Greater | Prefix::GreaterOrEqual | Prefix::StartsAfter => from = from.max(begins),
            Prefix::Less | Prefix::LessOrEqual | Prefix::EndsBefore => until = until.min(ends),
            Prefix::Equal => (from, until) = (from.max(begins), until.min(ends)),
            Prefix::NotEqual | Prefix::Approximately => {}
        }
    }
    (Timestamp::from_micros(from), Timestamp::from_micros(until))
}
