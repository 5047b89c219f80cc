//! Tells a subscriber: a handshake first, then events in order, and where it wants that, that we are still there.

use bedside_clinical::fhir::{build::subscription::About, code::NotificationType, http::FHIR_JSON};
use bedside_core::{
    channel::Fault,
    exchange::{Handing, Mailbox, Telling},
    time::Span,
};
use bedside_flow::{FlowError, exchange::Attempt};
use bedside_store::exchange::{self, DeliveryRow, TargetRow, TargetState};
use serde_json::Value;

use super::{after_failing, host_of, notification, told, word_of};
use crate::fhir::{
    FhirState,
    resource::{Opened, open},
    subscription::Wish,
};

/// What is told in one go, so that others have their turn.
const MOST_AT_ONCE: usize = 50;

pub(super) async fn tell(state: &FhirState, target: &TargetRow) -> Result<bool, FlowError> {
    let now = state.clock.now();
    if state.client(&target.client).is_none() || target.state == TargetState::Off || target.due_at > now {
        return Ok(false);
    }
    let Some(wish) = wish_of(state, target).await? else { return Ok(false) };
    if target.end_at.is_some_and(|end| end <= now) {
        let over = Attempt { state: TargetState::Off, fault: Some("ended"), ..attempt(target, &[], "") };
        state.road.note_attempt(&over).await?;
        return Ok(true);
    }
    let mut target = target.clone();
    let mut did = false;
    if target.state == TargetState::Requested || target.last_ok_at.is_none() {
        did = true;
        if !begin(state, &mut target, &wish).await? {
            return Ok(true);
        }
    }
    for _ in 0..MOST_AT_ONCE {
        match next(state, &target, &wish).await? {
            Next::Told => did = true,
            Next::Failed => return Ok(true),
            Next::Nothing => return Ok(beat(state, &target, &wish).await? || did),
        }
        // How often it failed before is over.
        (target.state, target.attempts, target.failing_since) = (TargetState::Active, 0, None);
    }
    Ok(did)
}

enum Next {
    Told,
    Failed,
    Nothing,
}

/// The handshake of the backport; R4's subscriptions have none.
async fn begin(state: &FhirState, target: &mut TargetRow, wish: &Wish) -> Result<bool, FlowError> {
    target.state = TargetState::Requested;
    let is_well = match wish.topic {
        None => {
            state.road.note_attempt(&attempt(target, &[], host_of(&wish.asked.endpoint))).await?;
            true
        }
        Some(_) => bare(state, target, wish, NotificationType::Handshake).await?,
    };
    if is_well {
        target.state = TargetState::Active;
        target.last_ok_at = Some(state.clock.now());
    }
    Ok(is_well)
}

/// Says that we are still there, where that is wanted and due.
async fn beat(state: &FhirState, target: &TargetRow, wish: &Wish) -> Result<bool, FlowError> {
    let every = wish.heartbeat_seconds().map(|seconds| Span::seconds(i64::from(seconds)));
    let heard = target.last_ok_at.unwrap_or(target.created_at);
    let is_due =
        target.state == TargetState::Error || every.is_some_and(|every| state.clock.now().since(heard) >= every);
    if !is_due {
        return Ok(false);
    }
    match wish.topic {
        Some(_) => bare(state, target, wish, NotificationType::Heartbeat).await.map(|_| true),
        None => {
            state.road.note_attempt(&attempt(target, &[], host_of(&wish.asked.endpoint))).await?;
            Ok(true)
        }
    }
}

/// Sends a notification without events.
async fn bare(state: &FhirState, target: &TargetRow, wish: &Wish, kind: NotificationType) -> Result<bool, FlowError> {
    let Ok(notification) = notification(state, target, wish, kind) else { return Ok(false) };
    let body = notification.build();
    let outcome =
        state.carry.carry(&telling(target, wish, Handing::Post, wish.asked.endpoint.clone(), Some(&body))).await;
    settle(state, target, wish, &[], outcome).await
}

/// Tells the next events, if they may be told.
async fn next(state: &FhirState, target: &TargetRow, wish: &Wish) -> Result<Next, FlowError> {
    let mut tx = state.store.begin_read().await?;
    let due = exchange::due(&mut tx, &target.id, false, wish.most_events(), state.clock.now()).await?;
    drop(tx);
    if due.is_empty() {
        return Ok(Next::Nothing);
    }
    let (mut may, mut opened, mut not) = (Vec::new(), Vec::new(), Vec::new());
    for one in due {
        let content = match one.event.row.is_permitted {
            true => open(&state.store, one.event.row.clone()).await?,
            false => None,
        };
        match content {
            Some(content) => {
                opened.push(content);
                may.push(one);
            }
            None => not.push(one.number),
        }
    }
    state.road.drop_deliveries(target, &not).await?;
    if may.is_empty() {
        return Ok(Next::Told);
    }
    let telling = match &wish.asked.about {
        About::Topic { .. } => by_topic(state, target, wish, &may, &opened),
        About::Criteria { with_resource, .. } => by_search(target, wish, *with_resource, opened.first()),
    };
    let Some(telling) = telling else { return Ok(Next::Nothing) };
    let outcome = state.carry.carry(&telling).await;
    Ok(if settle(state, target, wish, &may, outcome).await? { Next::Told } else { Next::Failed })
}

fn by_topic(
    state: &FhirState,
    target: &TargetRow,
    wish: &Wish,
    may: &[DeliveryRow],
    opened: &[Opened],
) -> Option<Telling> {
    let mut notification = notification(state, target, wish, NotificationType::EventNotification).ok()?;
    notification.status = bedside_clinical::fhir::code::SubscriptionStatus::Active;
    notification.error = None;
    let last = may.last().and_then(|one| u64::try_from(one.number).ok());
    notification.events_since_start = last.unwrap_or(notification.events_since_start);
    let both = may.iter().zip(opened);
    notification.events = both.filter_map(|(one, content)| told(one.number, content, wish.content())).collect();
    let body = notification.build();
    Some(telling(target, wish, Handing::Post, wish.asked.endpoint.clone(), Some(&body)))
}

/// R4's rest-hook (subscription-channel-type): a bare POST, or with a payload an update of the resource below the endpoint.
fn by_search(target: &TargetRow, wish: &Wish, with_resource: bool, opened: Option<&Opened>) -> Option<Telling> {
    let opened = opened?;
    if !with_resource {
        return Some(telling(target, wish, Handing::Post, wish.asked.endpoint.clone(), None));
    }
    let url = format!("{}/{}/{}", wish.asked.endpoint.trim_end_matches('/'), opened.row.kind.as_str(), opened.row.id);
    Some(telling(target, wish, Handing::Put, url, Some(&opened.value)))
}

fn telling(target: &TargetRow, wish: &Wish, handing: Handing, url: String, body: Option<&Value>) -> Telling {
    Telling {
        to: Mailbox::Client(target.client.clone()),
        handing,
        url,
        id: target.id.clone(),
        media_type: FHIR_JSON.to_owned(),
        headers: wish.asked.headers.clone(),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    }
}

async fn settle(
    state: &FhirState,
    target: &TargetRow,
    wish: &Wish,
    may: &[DeliveryRow],
    outcome: Result<(), Fault>,
) -> Result<bool, FlowError> {
    let host = host_of(&wish.asked.endpoint);
    match outcome {
        Ok(()) => {
            state.road.note_attempt(&attempt(target, may, host)).await?;
            Ok(true)
        }
        Err(fault) => {
            let (then, after) = after_failing(state, target);
            tracing::warn!(subscription = %target.id, client = %target.client, %fault, "a subscriber could not be told");
            let failed = Attempt { fault: Some(word_of(&fault)), state: then, after, ..attempt(target, may, host) };
            state.road.note_attempt(&failed).await?;
            Ok(false)
        }
    }
}

/// An attempt that went well.
const fn attempt<'a>(target: &'a TargetRow, told: &'a [DeliveryRow], host: &'a str) -> Attempt<'a> {
    Attempt { target, told, fault: None, state: TargetState::Active, after: Span::ZERO, gives_up: false, host }
}

async fn wish_of(state: &FhirState, target: &TargetRow) -> Result<Option<Wish>, FlowError> {
    let Some(text) = state.store.open_target(target).await? else { return Ok(None) };
    Ok(serde_json::from_slice::<Value>(&text.0).ok().and_then(|text| Wish::read(&text, &state.base).ok()))
}
