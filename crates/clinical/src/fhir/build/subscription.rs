//! Subscriptions (R4 rest-hook and the R5 Subscriptions Backport), and what is sent to those who subscribed.

use serde_json::Value;

use crate::fhir::{
    code::{NotificationType, PayloadContent, SubscriptionStatus},
    data::{Concept, Meta, Reference},
    id::Id,
    object::{Json, Object},
    terms::BACKPORT,
    time::Instant,
};

/// A Subscription over rest-hook.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// `Requested` when it is asked for; the server decides.
    pub status: SubscriptionStatus,
    /// Why somebody subscribes.
    pub reason: String,
    /// What it is about.
    pub about: About,
    /// When it ends.
    pub end: Option<Instant>,
    /// What went wrong last.
    pub error: Option<String>,
    /// Where notifications go.
    pub endpoint: String,
    /// HTTP headers, e.g. `Authorization: …`. Secrets: never show them when the resource is read.
    pub headers: Vec<String>,
}

/// What a Subscription is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// R4: resources that a search would find, e.g. `Patient?_lastUpdated=gt2026`.
    Criteria {
        /// The search.
        criteria: String,
        /// Whether the resource is sent; otherwise an empty call.
        with_resource: bool,
    },
    /// The backport: what happens on a topic.
    Topic {
        /// Canonical URL of the topic.
        topic: String,
        /// Filters, e.g. `Communication?subject=Patient/1`.
        filters: Vec<String>,
        /// What a notification carries.
        content: PayloadContent,
        /// How often the server says that it is still there, in seconds.
        heartbeat_seconds: Option<u32>,
        /// At most so many events in one notification.
        max_count: Option<u32>,
    },
}

impl Subscription {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        match &self.about {
            About::Criteria { criteria, with_resource } => {
                let payload = with_resource.then_some("application/fhir+json");
                self.base(&self.meta)
                    .put("criteria", criteria)
                    .put("channel", self.channel().put("payload", payload))
                    .done()
            }
            About::Topic { topic, filters, content, heartbeat_seconds, max_count } => {
                let mut meta = self.meta.clone();
                meta.profiles.push(format!("{BACKPORT}/backport-subscription").into());
                let filters: Vec<Value> =
                    filters.iter().map(|filter| extension("backport-filter-criteria", "valueString", filter)).collect();
                let timing: Vec<Value> = [
                    heartbeat_seconds.map(|n| extension("backport-heartbeat-period", "valueUnsignedInt", n)),
                    max_count.map(|n| extension("backport-max-count", "valuePositiveInt", n)),
                ]
                .into_iter()
                .flatten()
                .collect();
                let content = extension("backport-payload-content", "valueCode", *content);
                let channel = self
                    .channel()
                    .put("extension", timing)
                    .put("payload", "application/fhir+json")
                    .put("_payload", Object::new().put("extension", [content]));
                self.base(&meta)
                    .put("criteria", topic)
                    .put("_criteria", Object::new().put("extension", filters))
                    .put("channel", channel)
                    .done()
            }
        }
    }

    fn base(&self, meta: &Meta) -> Object {
        Object::resource("Subscription", self.id.as_ref(), meta)
            .put("status", self.status)
            .put("reason", &self.reason)
            .put("end", self.end)
            .put("error", &self.error)
    }

    fn channel(&self) -> Object {
        Object::new().put("type", "rest-hook").put("endpoint", &self.endpoint).put("header", &self.headers)
    }
}

fn extension(name: &str, field: &str, value: impl Json) -> Value {
    Object::new().put("url", format!("{BACKPORT}/{name}")).put(field, value).done()
}

/// A notification of the backport: a Bundle whose first entry is the status of the subscription.
#[derive(Debug, Clone)]
pub struct Notification {
    /// The id of this notification, a UUID.
    pub id: Id,
    /// When it was made.
    pub at: Instant,
    /// Base address of the server, without a slash at the end.
    pub base: String,
    /// The subscription's id.
    pub subscription: Id,
    /// The topic's canonical URL.
    pub topic: String,
    /// How the subscription stands.
    pub status: SubscriptionStatus,
    /// Why this is sent.
    pub kind: NotificationType,
    /// How many events there have been since the subscription began.
    pub events_since_start: u64,
    /// What happened; the number of each is one more than the one before, so that gaps are seen.
    pub events: Vec<Event>,
    /// What it carries.
    pub content: PayloadContent,
    /// What is wrong with the subscription.
    pub error: Option<Concept>,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number since the subscription began.
    pub number: u64,
    /// When.
    pub at: Instant,
    /// Type of the resource it is about.
    pub kind: String,
    /// Its id.
    pub id: Id,
    /// The resource, for those who get it whole.
    pub resource: Option<Value>,
}

impl Notification {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let request =
            Object::new().put("method", "GET").put("url", format!("{}/$status", self.subscription_url())).done();
        let first = Object::new()
            .put("fullUrl", format!("urn:uuid:{}", self.id))
            .put("resource", self.status_parameters())
            .put("request", request)
            .put("response", Object::new().put("status", "200"))
            .done();
        let events = if self.content == PayloadContent::Empty { &[][..] } else { &self.events };
        let entries: Vec<Value> = std::iter::once(first).chain(events.iter().map(|event| self.entry(event))).collect();
        let meta = Meta {
            profiles: vec![format!("{BACKPORT}/backport-subscription-notification-r4").into()],
            ..Meta::default()
        };
        Object::resource("Bundle", Some(&self.id), &meta)
            .put("type", "history")
            .put("timestamp", self.at)
            .put("entry", entries)
            .done()
    }

    /// The status alone, as `$status` answers it.
    #[must_use]
    pub fn status_parameters(&self) -> Value {
        let meta =
            Meta { profiles: vec![format!("{BACKPORT}/backport-subscription-status-r4").into()], ..Meta::default() };
        let mut parameters = vec![
            parameter("subscription", "valueReference", Reference::address(self.subscription_url())),
            parameter("topic", "valueCanonical", &self.topic),
            parameter("status", "valueCode", self.status),
            parameter("type", "valueCode", self.kind),
            parameter("events-since-subscription-start", "valueString", self.events_since_start.to_string()),
        ];
        parameters.extend(self.events.iter().map(|event| self.notification_event(event)));
        parameters.extend(self.error.iter().map(|error| parameter("error", "valueCodeableConcept", error)));
        Object::resource("Parameters", Some(&self.id), &meta).put("parameter", parameters).done()
    }

    fn notification_event(&self, event: &Event) -> Value {
        let focus = (self.content != PayloadContent::Empty)
            .then(|| parameter("focus", "valueReference", Reference::address(self.url_of(event))));
        let parts: Vec<Value> = [
            parameter("event-number", "valueString", event.number.to_string()),
            parameter("timestamp", "valueInstant", event.at),
        ]
        .into_iter()
        .chain(focus)
        .collect();
        Object::new().put("name", "notification-event").put("part", parts).done()
    }

    fn entry(&self, event: &Event) -> Value {
        let is_whole = self.content == PayloadContent::FullResource;
        Object::new()
            .put("fullUrl", self.url_of(event))
            .put("resource", event.resource.as_ref().filter(|_| is_whole))
            .put("request", Object::new().put("method", "PUT").put("url", format!("{}/{}", event.kind, event.id)))
            .put("response", Object::new().put("status", "200"))
            .done()
    }

    fn url_of(&self, event: &Event) -> String {
        format!("{}/{}/{}", self.base, event.kind, event.id)
    }

    fn subscription_url(&self) -> String {
        format!("{}/Subscription/{}", self.base, self.subscription)
    }
}

fn parameter(name: &str, field: &str, value: impl Json) -> Value {
    Object::new().put("name", name).put(field, value).done()
}

/// The subscription as others may read it: what its headers hold is a secret of the subscriber.
#[must_use]
pub fn masked(mut subscription: Value) -> Value {
    if let Some(headers) = subscription.pointer_mut("/channel/header").and_then(Value::as_array_mut) {
        for header in headers {
            let name = header.as_str().and_then(|text| text.split_once(':')).map(|(name, _)| name.to_owned());
            *header = Value::String(name.map_or_else(|| "***".to_owned(), |name| format!("{name}: ***")));
        }
    }
    subscription
}

#[cfg(test)]
mod tests;
