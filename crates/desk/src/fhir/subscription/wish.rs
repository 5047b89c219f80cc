//! What a Subscription asks for, checked against what its client may.

use bedside_clinical::fhir::{
    build::{Issue, OperationOutcome, subscription::About},
    code::{Interaction, IssueType, PayloadContent},
    http::Handling,
    read::{Subscription, SubscriptionFault},
    search::{Query, Rules, matches},
    smart::{Context, Scopes},
};
use bedside_core::{
    exchange::{Mailbox, ResourceKind},
    time::Timestamp,
};
use bedside_store::exchange::{Event, TargetRow};
use serde_json::Value;

use crate::fhir::{Client, FhirState, answer::Stop, topic::Topic};

/// What somebody wants to be told, understood.
#[derive(Debug, Clone)]
pub(in crate::fhir) struct Wish {
    /// As it was asked for.
    pub asked: Subscription,
    /// The topic; `None`: a search.
    pub topic: Option<Topic>,
    searches: Vec<Query>,
}

impl Wish {
    /// Reads what a client asks for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(in crate::fhir) fn read(value: &Value, base: &str) -> Result<Self, Stop> {
        let asked = Subscription::read(value).map_err(|fault| fault_of(&fault))?;
        let rules = Rules { base, handling: Handling::Strict, default_count: 1, most_count: 1 };
        let search = |text: &str| {
            let (kind, query) = text.split_once('?').unwrap_or((text, ""));
            Query::parse(kind, query, &rules).map_err(|outcome| Stop::with(422, IssueType::Value, words(&outcome)))
        };
        let (topic, searches) = match &asked.about {
            About::Criteria { criteria, .. } => (None, vec![search(criteria)?]),
            About::Topic { topic, filters, .. } => {
                let unknown = || refused(IssueType::NotSupported, "no such topic", "Subscription.criteria");
                let topic = Topic::from_url(topic, base).ok_or_else(unknown)?;
                (Some(topic), filters.iter().map(|text| search(text)).collect::<Result<_, _>>()?)
            }
        };
        let wish = Self { asked, topic, searches };
        wish.is_coherent()?;
        Ok(wish)
    }

    fn is_coherent(&self) -> Result<(), Stop> {
        let strange = |query: &&Query| self.topic.is_some_and(|topic| topic.kind().as_str() != query.kind);
        if self.searches.iter().any(|query| strange(&query)) {
            let what = "a filter is about another type of resource than the topic";
            return Err(refused(IssueType::Value, what, "Subscription.criteria"));
        }
        if self.kinds().is_empty() {
            let what = "only Communication, Task, Consent and Provenance can be subscribed to";
            return Err(refused(IssueType::NotSupported, what, "Subscription.criteria"));
        }
        Ok(())
    }

    /// The types of resources that it is about.
    fn kinds(&self) -> Vec<ResourceKind> {
        match self.topic {
            Some(topic) => vec![topic.kind()],
            None => self.searches.iter().filter_map(|query| ResourceKind::from_word(&query.kind)).collect(),
        }
    }

    /// That this client may be told so, at that address, now.
    pub(in crate::fhir) fn check(
        &self,
        state: &FhirState,
        client: &Client,
        scopes: &Scopes,
        now: Timestamp,
    ) -> Result<(), Stop> {
        let mailbox = Mailbox::Client(client.slug.clone());
        if !state.carry.reaches(&mailbox, &self.asked.endpoint) {
            let what = "the endpoint is none of those that are configured for this client";
            return Err(refused(IssueType::BusinessRule, what, "Subscription.channel.endpoint"));
        }
        if self.asked.end.is_some_and(|end| end.as_micros() <= now.as_micros()) {
            return Err(refused(IssueType::Value, "it would have ended already", "Subscription.end"));
        }
        let has_some = |kind: &str| {
            scopes.permits(Context::System, kind, Interaction::Read)
                || scopes.restrictions(Context::System, kind, Interaction::Read).next().is_some()
        };
        match self.kinds().into_iter().find(|kind| !has_some(kind.as_str())) {
            Some(kind) => Err(Stop::of(IssueType::Forbidden, format!("no scope allows reading {}", kind.as_str()))),
            None => Ok(()),
        }
    }

    /// Whether an event that brought `resource` is one it asks for.
    pub(in crate::fhir) fn wants(&self, event: &Event, resource: &Value) -> bool {
        match self.topic {
            Some(topic) => topic.has(event) && self.searches.iter().all(|query| matches(resource, query)),
            None => self.searches.iter().any(|query| matches(resource, query)),
        }
    }

    /// What a notification carries; R4's has its own ways.
    pub(in crate::fhir) const fn content(&self) -> PayloadContent {
        match &self.asked.about {
            About::Topic { content, .. } => *content,
            About::Criteria { with_resource: true, .. } => PayloadContent::FullResource,
            About::Criteria { with_resource: false, .. } => PayloadContent::Empty,
        }
    }

    /// How often it is to be said that we are still there, in seconds.
    pub(in crate::fhir) const fn heartbeat_seconds(&self) -> Option<u32> {
        match &self.asked.about {
            About::Topic { heartbeat_seconds, .. } => *heartbeat_seconds,
            About::Criteria { .. } => None,
        }
    }

    /// At most so many events in one notification.
    pub(in crate::fhir) fn most_events(&self) -> u32 {
        match &self.asked.about {
            About::Topic { max_count, .. } => max_count.unwrap_or(20).clamp(1, 100),
            About::Criteria { .. } => 1,
        }
    }
}

/// The Subscription as its client reads it: as it was sent, with how it stands.
pub(in crate::fhir) fn stands_for(row: &TargetRow, mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("id".to_owned(), row.id.clone().into());
        fields.insert("status".to_owned(), row.state.as_str().into());
        fields.remove("error");
        if !row.code.is_empty() {
            fields.insert("error".to_owned(), row.code.clone().into());
        }
    }
    crate::fhir::resource::stamp(&mut value, row.version, row.updated_at);
    bedside_clinical::fhir::build::subscription::masked(value)
}

fn refused(code: IssueType, what: &str, place: &str) -> Stop {
    let outcome = OperationOutcome::new(Issue::error(code, what).at(place));
    bedside_clinical::fhir::http::Problem { status: 422, outcome }.into()
}

fn fault_of(fault: &SubscriptionFault) -> Stop {
    let place = match fault {
        SubscriptionFault::Channel => "Subscription.channel.type",
        SubscriptionFault::Endpoint => "Subscription.channel.endpoint",
        SubscriptionFault::Criteria => "Subscription.criteria",
        SubscriptionFault::Payload => "Subscription.channel.payload",
        SubscriptionFault::Header => "Subscription.channel.header",
        SubscriptionFault::Status => "Subscription.status",
        SubscriptionFault::End => "Subscription.end",
    };
    refused(IssueType::Value, &fault.to_string(), place)
}

fn words(outcome: &OperationOutcome) -> String {
    outcome.issues().first().and_then(|issue| issue.diagnostics.clone()).unwrap_or_default()
}
