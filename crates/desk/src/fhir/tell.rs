//! Tells subscribers and webhooks what happened. What each is told is put in line as it happens; whether it may still be
//! told is asked of the store right before each attempt.

mod hook;
mod line;
mod subscriber;

use bedside_clinical::fhir::{
    Id,
    build::subscription::{Event as Told, Notification},
    code::{IssueType, NotificationType, PayloadContent, SubscriptionStatus},
    data::Concept,
};
use bedside_core::{
    channel::Fault,
    exchange::{AccessAct, ResourceKind},
    time::Span,
};
use bedside_flow::{FlowError, exchange::Access};
use bedside_store::{
    exchange::{ResourceRow, TargetRow, TargetState},
    jobs::backoff,
};

use super::{
    FhirState,
    answer::Stop,
    caller::Caller,
    resource::{Opened, instant},
    subscription::Wish,
};

pub(super) use self::line::line_up;

/// A target that could not be reached for so long is told nothing more.
const GIVEN_UP_AFTER: Span = Span::hours(72);

/// Tells a target what is due; gives whether anything was.
pub(super) async fn tell(state: &FhirState, target: &TargetRow) -> Result<bool, FlowError> {
    if target.is_hook { hook::tell(state, target).await } else { subscriber::tell(state, target).await }
}

/// A notification of a Subscription without events.
pub(super) fn notification(
    state: &FhirState,
    row: &TargetRow,
    wish: &Wish,
    kind: NotificationType,
) -> Result<Notification, Stop> {
    let strange = || Stop::of(IssueType::Exception, "the subscription can't be named");
    let id = uuid_of(&bedside_store::random::<16>()?).ok_or_else(strange)?;
    let status = match row.state {
        TargetState::Requested => SubscriptionStatus::Requested,
        TargetState::Active => SubscriptionStatus::Active,
        TargetState::Error => SubscriptionStatus::Error,
        TargetState::Off => SubscriptionStatus::Off,
    };
    Ok(Notification {
        id,
        at: instant(state.clock.now()),
        base: state.base.to_string(),
        subscription: Id::parse(&row.id).ok_or_else(strange)?,
        topic: wish.topic.map(|topic| topic.url(&state.base)).unwrap_or_default(),
        status,
        kind,
        events_since_start: u64::try_from(row.events).unwrap_or(0),
        events: Vec::new(),
        content: wish.content(),
        error: Some(row.code.clone()).filter(|code| !code.is_empty()).map(Concept::text),
    })
}

/// Random bytes as a UUID (RFC 9562 §5.4), as a Bundle's own address needs one.
fn uuid_of(bytes: &[u8; 16]) -> Option<Id> {
    let mut hex = crate::serve::token::hex(bytes);
    hex.replace_range(12..13, "4");
    hex.replace_range(16..17, "a");
    for at in [20, 16, 12, 8] {
        hex.insert(at, '-');
    }
    Id::parse(&hex)
}

/// An event as a notification tells it.
pub(super) fn told(number: i64, opened: &Opened, content: PayloadContent) -> Option<Told> {
    Some(Told {
        number: u64::try_from(number).unwrap_or(0),
        at: instant(opened.row.at),
        kind: opened.row.kind.as_str().to_owned(),
        id: Id::parse(&opened.row.id)?,
        resource: (content == PayloadContent::FullResource).then(|| opened.value.clone()),
    })
}

/// Notes that a client asked for events that it was told of before.
pub(super) async fn note_events(state: &FhirState, caller: &Caller, given: &[ResourceRow]) -> Result<(), Stop> {
    let kind = given.first().map_or(ResourceKind::Communication, |row| row.kind);
    let access = Access {
        client: &caller.client.slug,
        sites: &caller.client.sites,
        act: AccessAct::Read,
        kind: kind.as_str(),
        given,
        address: &caller.origin.address,
        request: &caller.origin.request,
        query: None,
    };
    Ok(state.road.note_access(&access).await?)
}

/// How long until a target is tried again, and how it is then.
fn after_failing(state: &FhirState, target: &TargetRow) -> (TargetState, Span) {
    let since = target.failing_since.unwrap_or_else(|| state.clock.now());
    let is_over = state.clock.now().since(since) >= GIVEN_UP_AFTER;
    (if is_over { TargetState::Off } else { TargetState::Error }, backoff(target.attempts + 1))
}

/// A fault in a word of ours.
const fn word_of(fault: &Fault) -> &'static str {
    match fault {
        Fault::Unreachable => "unreachable",
        Fault::TimedOut => "timed_out",
        Fault::RateLimited { .. } => "rate_limited",
        Fault::SignedOut { .. } => "signed_out",
        Fault::Server { .. } => "server_error",
        Fault::Refused { .. } => "refused",
        Fault::Malformed { .. } => "malformed",
    }
}

/// Whether nothing else can be expected of this receiver now either.
const fn is_away(fault: &Fault) -> bool {
    matches!(fault, Fault::Unreachable | Fault::TimedOut | Fault::RateLimited { .. })
}

/// The host of an address, as the audit trail names a receiver.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
