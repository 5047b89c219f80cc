//! Setting, reading and taking away Subscriptions, `$status` and `$events`.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    code::{Interaction, IssueType, NotificationType, PayloadContent},
    http::if_match,
    search::{Query, page},
};
use bedside_core::time::Timestamp;
use bedside_store::exchange::{self, DeliveryState, TargetRow};
use serde_json::{Value, json};

use super::wish::{Wish, stands_for};
use crate::{
    fhir::{
        FhirState,
        answer::{self, Stop},
        caller::Caller,
        resource::open,
        search::searchset,
        tell,
    },
    serve::token,
};

const KIND: &str = "Subscription";
/// The most Subscriptions that a client may have.
const MOST: usize = 100;
/// The most events that `$events` gives at once.
const MOST_EVENTS: u32 = 100;

/// `POST /fhir/{kind}`: Subscriptions alone are made here by others.
pub(in crate::fhir) async fn create(
    State(state): State<FhirState>,
    caller: Caller,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Stop> {
    only(&kind)?;
    caller.may(KIND, Interaction::Create)?;
    let value = resource(&headers, body)?;
    let wish = Wish::read(&value, &state.base)?;
    wish.check(&state, &caller.client, &caller.scopes, caller.now)?;
    let own = exchange::targets_of(&mut state.store.begin_read().await?, &caller.client.slug).await?;
    if own.len() >= MOST {
        return Err(Stop::of(IssueType::BusinessRule, format!("a client has at most {MOST} subscriptions")));
    }
    let id = token::hex(&bedside_store::random::<16>()?);
    let whose = (id.as_str(), caller.client.slug.as_str());
    state.road.set_subscription(whose, true, value.to_string().as_bytes(), end_of(&wish)).await?;
    state.work.notify_one();
    let row = found(&state, &caller, &id).await?;
    let mut response = answer::versioned(StatusCode::CREATED, &stands_for(&row, value), row.version, row.updated_at);
    answer::put(&mut response, header::LOCATION, &format!("{}/{KIND}/{id}/_history/{}", state.base, row.version));
    Ok(response)
}

/// `PUT /fhir/{kind}/{id}`
pub(in crate::fhir) async fn replace(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Stop> {
    only(&kind)?;
    caller.may(KIND, Interaction::Update)?;
    let value = resource(&headers, body)?;
    if value.get("id").and_then(Value::as_str).is_some_and(|own| own != id) {
        return Err(Stop::of(IssueType::Invalid, "the id of the resource is another than that of the address"));
    }
    let row = found(&state, &caller, &id).await?;
    let wanted = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    if_match(wanted, Some(&row.version.to_string()))?;
    let wish = Wish::read(&value, &state.base)?;
    wish.check(&state, &caller.client, &caller.scopes, caller.now)?;
    let whose = (id.as_str(), caller.client.slug.as_str());
    if !state.road.set_subscription(whose, false, value.to_string().as_bytes(), end_of(&wish)).await? {
        return Err(Stop::not_found());
    }
    state.work.notify_one();
    let row = found(&state, &caller, &id).await?;
    Ok(answer::versioned(StatusCode::OK, &stands_for(&row, value), row.version, row.updated_at))
}

/// `DELETE /fhir/{kind}/{id}`
pub(in crate::fhir) async fn remove(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Stop> {
    only(&kind)?;
    caller.may(KIND, Interaction::Delete)?;
    found(&state, &caller, &id).await?;
    state.road.remove_subscription(&id, &caller.client.slug).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Reads one, or the status of all.
pub(in crate::fhir) async fn read(state: &FhirState, caller: &Caller, id: &str) -> Result<Response, Stop> {
    caller.may(KIND, Interaction::Read)?;
    if id == "$status" {
        let own = exchange::targets_of(&mut state.store.begin_read().await?, &caller.client.slug).await?;
        return statuses(state, &own).await;
    }
    let row = found(state, caller, id).await?;
    let value = text(state, &row).await?;
    Ok(answer::versioned(StatusCode::OK, &stands_for(&row, value), row.version, row.updated_at))
}

/// Searches a client's own.
pub(in crate::fhir) async fn search(state: &FhirState, caller: &Caller, query: &Query) -> Result<Value, Stop> {
    let own = exchange::targets_of(&mut state.store.begin_read().await?, &caller.client.slug).await?;
    let mut all = Vec::with_capacity(own.len());
    for row in &own {
        all.push(stands_for(row, text(state, row).await?));
    }
    let page = page(&all, query);
    Ok(searchset(state, query, &page.items, &[], page.total, page.next.as_ref(), caller.now))
}

/// `GET` or `POST /fhir/Subscription/{id}/{operation}`
pub(in crate::fhir) async fn operation(
    State(state): State<FhirState>,
    caller: Caller,
    Path((kind, id, operation)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    only(&kind)?;
    caller.may(KIND, Interaction::Read)?;
    let row = found(&state, &caller, &id).await?;
    match operation.as_str() {
        "$status" => statuses(&state, std::slice::from_ref(&row)).await,
        "$events" => events(&state, &caller, &row, query.as_deref().unwrap_or_default()).await,
        _ => Err(Stop::with(404, IssueType::NotSupported, "there is no such operation")),
    }
}

/// The backport's `$status`: a searchset of statuses.
async fn statuses(state: &FhirState, rows: &[TargetRow]) -> Result<Response, Stop> {
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let wish = Wish::read(&text(state, row).await?, &state.base)?;
        let status = tell::notification(state, row, &wish, NotificationType::QueryStatus)?.status_parameters();
        let id = status.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        entries.push(json!({ "fullUrl": format!("urn:uuid:{id}"), "resource": status, "search": { "mode": "match" } }));
    }
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": entries.len(),
        "link": [{ "relation": "self", "url": format!("{}/{KIND}/$status", state.base) }],
        "entry": entries,
    });
    Ok(answer::json(StatusCode::OK, &bundle))
}

/// The backport's `$events`: what was told, from one number to another, as far as it may be told now.
async fn events(state: &FhirState, caller: &Caller, row: &TargetRow, query: &str) -> Result<Response, Stop> {
    let wish = Wish::read(&text(state, row).await?, &state.base)?;
    let number = |name: &str| {
        let found = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
        found.map(|(_, value)| value.parse::<i64>()).transpose()
    };
    let bad = |_| Stop::of(IssueType::Value, "eventsSinceNumber and eventsUntilNumber are numbers");
    let since = number("eventsSinceNumber").map_err(bad)?.unwrap_or(1);
    let until = number("eventsUntilNumber").map_err(bad)?.unwrap_or(i64::MAX);
    let mut tx = state.store.begin_read().await?;
    let found = exchange::deliveries_since(&mut tx, &row.id, (since, until), MOST_EVENTS).await?;
    let mut told = Vec::new();
    let mut given = Vec::new();
    let content = wish.content();
    for one in found.into_iter().filter(|one| one.event.row.is_permitted && one.state != DeliveryState::Dropped) {
        let event = one.event.row.clone();
        let Some(opened) = open(&state.store, one.event.row).await? else { continue };
        if caller.covers(event.kind.as_str(), &opened.value, Interaction::Read, &state.base) {
            told.extend(tell::told(one.number, &opened, content));
            given.push(event);
        }
    }
    drop(tx);
    if content != PayloadContent::Empty && !given.is_empty() {
        tell::note_events(state, caller, &given).await?;
    }
    let mut notification = tell::notification(state, row, &wish, NotificationType::QueryEvent)?;
    notification.events = told;
    Ok(answer::json(StatusCode::OK, &notification.build()))
}

fn only(kind: &str) -> Result<(), Stop> {
    if kind == KIND {
        return Ok(());
    }
    Err(Stop::with(405, IssueType::NotSupported, "this type of resource is only read here"))
}

fn resource(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Value, Stop> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if !["application/fhir+json", "application/json"].contains(&media) {
        return Err(Stop::with(415, IssueType::NotSupported, "a resource is sent as application/fhir+json"));
    }
    let body = body.map_err(|_| Stop::of(IssueType::TooLong, "the resource is too long"))?;
    let value: Value = serde_json::from_slice(&body).map_err(|_| Stop::of(IssueType::Structure, "this is no JSON"))?;
    if value.get("resourceType").and_then(Value::as_str) != Some(KIND) {
        return Err(Stop::of(IssueType::Invalid, "a Subscription is expected"));
    }
    Ok(value)
}

/// A client's own Subscription.
async fn found(state: &FhirState, caller: &Caller, id: &str) -> Result<TargetRow, Stop> {
    let row = exchange::target(&mut state.store.begin_read().await?, id).await?;
    row.filter(|row| !row.is_hook && row.client == caller.client.slug).ok_or_else(Stop::not_found)
}

async fn text(state: &FhirState, row: &TargetRow) -> Result<Value, Stop> {
    let opened = state.store.open_target(row).await?.ok_or_else(Stop::not_found)?;
    serde_json::from_slice(&opened.0).map_err(|_| Stop::of(IssueType::Exception, "the subscription can't be read"))
}

fn end_of(wish: &Wish) -> Option<Timestamp> {
    wish.asked.end.map(|end| Timestamp::from_micros(end.as_micros()))
}
