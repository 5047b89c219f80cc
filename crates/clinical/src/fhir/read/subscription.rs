//! A Subscription that somebody asks our server for, and the status that begins a notification from another's.

use serde_json::Value;

use super::{items, text, texts};
use crate::fhir::{
    build::subscription::About,
    code::{NotificationType, PayloadContent, SubscriptionStatus},
    terms::BACKPORT,
    time::Instant,
};

/// What somebody wants to be told, over rest-hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// How it stands, as they say.
    pub status: SubscriptionStatus,
    /// What it is about.
    pub about: About,
    /// Where to. Any host: check it against those that are configured before calling it.
    pub endpoint: String,
    /// Headers to send along. Secrets.
    pub headers: Vec<(String, String)>,
    /// When it ends.
    pub end: Option<Instant>,
}

/// Why a Subscription can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionFault {
    /// Another channel than rest-hook.
    #[error("channel.type must be rest-hook")]
    Channel,
    /// No address, or one that is no web address.
    #[error("channel.endpoint must be an http or https address")]
    Endpoint,
    /// No search and no topic.
    #[error("criteria must be a search (Type?…) or the canonical URL of a topic")]
    Criteria,
    /// Another media type than FHIR's JSON.
    #[error("channel.payload must be application/fhir+json or be left out")]
    Payload,
    /// A header that would change how the call is sent.
    #[error("channel.header holds a header that may not be set")]
    Header,
    /// No status, or none of the list.
    #[error("status is missing or unknown")]
    Status,
    /// A date that is none.
    #[error("end is no instant")]
    End,
}

impl Subscription {
    /// Reads one.
    ///
    /// # Errors
    /// It is not of a kind that we serve; the fault names the element.
    pub fn read(value: &Value) -> Result<Self, SubscriptionFault> {
        let status = text(value, "status").and_then(SubscriptionStatus::from_code).ok_or(SubscriptionFault::Status)?;
        let channel = value.get("channel").ok_or(SubscriptionFault::Channel)?;
        if text(channel, "type") != Some("rest-hook") {
            return Err(SubscriptionFault::Channel);
        }
        let endpoint = text(channel, "endpoint").filter(|url| is_address(url)).ok_or(SubscriptionFault::Endpoint)?;
        let headers = texts(channel, "header").map(header).collect::<Option<_>>().ok_or(SubscriptionFault::Header)?;
        let end = match text(value, "end") {
            None => None,
            Some(end) => Some(Instant::parse(end).ok_or(SubscriptionFault::End)?),
        };
        Ok(Self { status, about: about(value, channel)?, endpoint: endpoint.to_owned(), headers, end })
    }
}

fn about(value: &Value, channel: &Value) -> Result<About, SubscriptionFault> {
    let criteria = text(value, "criteria").ok_or(SubscriptionFault::Criteria)?;
    let payload = text(channel, "payload");
    if payload.is_some_and(|payload| !matches!(payload, "application/fhir+json" | "application/json")) {
        return Err(SubscriptionFault::Payload);
    }
    if !criteria.contains("://") {
        let kind = criteria.split('?').next().unwrap_or_default();
        let is_type = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
        let about = About::Criteria { criteria: criteria.to_owned(), with_resource: payload.is_some() };
        return if is_type { Ok(about) } else { Err(SubscriptionFault::Criteria) };
    }
    let filters = extensions(value.get("_criteria"), "backport-filter-criteria")
        .filter_map(|one| text(one, "valueString").map(str::to_owned))
        .collect();
    let number = |name: &str, field: &str| {
        let number = extensions(Some(channel), name).find_map(|one| one.get(field).and_then(Value::as_u64));
        number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0)
    };
    // Without the extension the least is sent.
    let content = extensions(channel.get("_payload"), "backport-payload-content")
        .find_map(|one| text(one, "valueCode").and_then(PayloadContent::from_code))
        .unwrap_or(PayloadContent::Empty);
    Ok(About::Topic {
        topic: criteria.to_owned(),
        filters,
        content,
        heartbeat_seconds: number("backport-heartbeat-period", "valueUnsignedInt"),
        max_count: number("backport-max-count", "valuePositiveInt"),
    })
}

fn extensions<'a>(element: Option<&'a Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    let url = format!("{BACKPORT}/{name}");
    element.into_iter().flat_map(|one| items(one, "extension")).filter(move |one| text(one, "url") == Some(&url))
}

fn is_address(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web && url.len() <= 2_000 && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Name and value. Headers that shape the call itself are not the subscriber's to set.
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let shapes =
        ["host", "content-length", "content-type", "transfer-encoding", "connection", "te", "upgrade", "expect"];
    let is_ours = shapes.iter().any(|ours| name.eq_ignore_ascii_case(ours));
    let is_plain = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (is_name && !is_ours && is_plain).then(|| (name.to_owned(), value.to_owned()))
}

/// What the first entry of a notification says (Parameters of the backport for R4, or an R4B SubscriptionStatus).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationStatus<'a> {
    /// Address of the subscription.
    pub subscription: Option<&'a str>,
    /// Canonical URL of the topic.
    pub topic: Option<&'a str>,
    /// How it stands.
    pub status: Option<SubscriptionStatus>,
    /// Why it was sent.
    pub kind: NotificationType,
    /// How many events there have been.
    pub events_since_start: Option<u64>,
    /// What happened. A number that is missing between two is an event that was lost.
    pub events: Vec<NotificationEvent<'a>>,
}

/// One thing that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationEvent<'a> {
    /// Its number.
    pub number: Option<u64>,
    /// When.
    pub at: Option<Instant>,
    /// Address of what it is about.
    pub focus: Option<&'a str>,
}

impl<'a> NotificationStatus<'a> {
    /// Reads one; `None`: `resource` is something else.
    #[must_use]
    pub fn read(resource: &'a Value) -> Option<Self> {
        match text(resource, "resourceType")? {
            "Parameters" => Self::from_parameters(resource),
            "SubscriptionStatus" => Self::from_status(resource),
            _ => None,
        }
    }

    fn from_parameters(resource: &'a Value) -> Option<Self> {
        let find = |name: &str, field: &str| named(resource, "parameter", name).find_map(|one| one.get(field));
        let events = named(resource, "parameter", "notification-event").map(|event| {
            let part = |name: &str, field: &str| named(event, "part", name).find_map(|one| one.get(field));
            NotificationEvent {
                number: part("event-number", "valueString").and_then(number),
                at: part("timestamp", "valueInstant").and_then(Value::as_str).and_then(Instant::parse),
                focus: part("focus", "valueReference").and_then(|reference| text(reference, "reference")),
            }
        });
        Some(Self {
            subscription: find("subscription", "valueReference").and_then(|reference| text(reference, "reference")),
            topic: find("topic", "valueCanonical").and_then(Value::as_str),
            status: find("status", "valueCode").and_then(Value::as_str).and_then(SubscriptionStatus::from_code),
            kind: find("type", "valueCode").and_then(Value::as_str).and_then(NotificationType::from_code)?,
            events_since_start: find("events-since-subscription-start", "valueString").and_then(number),
            events: events.collect(),
        })
    }

    fn from_status(resource: &'a Value) -> Option<Self> {
        let events = items(resource, "notificationEvent").map(|event| NotificationEvent {
            number: event.get("eventNumber").and_then(number),
            at: text(event, "timestamp").and_then(Instant::parse),
            focus: event.get("focus").and_then(|focus| text(focus, "reference")),
        });
        Some(Self {
            subscription: resource.get("subscription").and_then(|reference| text(reference, "reference")),
            topic: text(resource, "topic"),
            status: text(resource, "status").and_then(SubscriptionStatus::from_code),
            kind: text(resource, "type").and_then(NotificationType::from_code)?,
            events_since_start: resource.get("eventsSinceSubscriptionStart").and_then(number),
            events: events.collect(),
        })
    }
}

fn named<'a>(value: &'a Value, list: &str, name: &str) -> impl Iterator<Item = &'a Value> {
    items(value, list).filter(move |one| text(one, "name") == Some(name))
}

/// FHIR writes 64-bit numbers as text; some servers write them as numbers.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests;
