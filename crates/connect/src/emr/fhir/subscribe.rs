//! Subscriptions to changed patients: to ISiK's topic of merges, else to every changed Patient (R4 rest-hook). They carry no
//! content and only wake us; one that died is made anew within the hour.

use bedside_clinical::fhir::{
    build::subscription::{About, Subscription},
    code::{PayloadContent, SubscriptionStatus},
    data::Meta,
    http::FHIR_JSON,
    read::plan::Merges,
    social::Writer,
    terms::ISIK_PATIENT_MERGE,
};
use bedside_core::time::{Span, Timestamp};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{Client, Server, Trouble};
use crate::Secret;

/// How often it is looked whether it still stands.
const LOOK: Span = Span::hours(1);

/// Asks a server to tell of changes, and looks now and then whether it still does.
pub struct Subscriber {
    /// Where this installation can be reached; the Subscription's id follows from it.
    base: String,
    /// The link's short name.
    slug: String,
    /// What the server must show when it tells.
    secret: Secret,
    looked_at: Mutex<Option<Timestamp>>,
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").field("slug", &self.slug).finish_non_exhaustive()
    }
}

impl Subscriber {
    /// For a link of the installation at `base`; the server shows `secret` when it tells.
    #[must_use]
    pub fn new(base: &str, slug: &str, secret: Secret) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { base, slug: slug.to_owned(), secret, looked_at: Mutex::default() }
    }

    /// Where the server tells.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}/hooks/fhir/{}", self.base, self.slug)
    }

    /// Sees to it that the Subscription stands.
    pub(super) async fn keep(&self, client: &Client, server: &Server, now: Timestamp) -> Result<(), Trouble> {
        let mut looked_at = self.looked_at.lock().await;
        if looked_at.is_some_and(|at| at.plus(LOOK) > now) {
            return Ok(());
        }
        *looked_at = Some(now);
        // Made by POST it would be there once more after each lost answer.
        if !server.can.can_put("Subscription") {
            return Err(Trouble::stopped("no_put", "a Subscription can't be put to an id of ours"));
        }
        let wanted = self.build(server.plan.merges.way == Merges::IsikTopic);
        let id = Writer::new(&self.base, "").id("Subscription", &self.slug).to_string();
        let found = client.read("Subscription", &id).await?.and_then(|done| done.value);
        if found.is_some_and(|found| stands(&found, &wanted)) {
            return Ok(());
        }
        let put = |http: &crate::http::Http| {
            let call = http.call(reqwest::Method::PUT, &["Subscription", &id]);
            call.header("content-type", FHIR_JSON).json(&wanted)
        };
        client.ask(put).await.map(drop)
    }

    fn build(&self, has_topic: bool) -> Value {
        let about = if has_topic {
            About::Topic {
                topic: ISIK_PATIENT_MERGE.to_owned(),
                filters: Vec::new(),
                content: PayloadContent::Empty,
                heartbeat_seconds: None,
                max_count: None,
            }
        } else {
            About::Criteria { criteria: "Patient?_lastUpdated=ge2000-01-01".to_owned(), with_resource: false }
        };
        Subscription {
            id: Some(Writer::new(&self.base, "").id("Subscription", &self.slug)),
            meta: Meta::default(),
            status: SubscriptionStatus::Requested,
            reason: "Bedside asks for changed and merged patients".to_owned(),
            about,
            end: None,
            error: None,
            endpoint: self.endpoint(),
            headers: vec![format!("Authorization: Bearer {}", self.secret.expose())],
        }
        .build()
    }
}

/// Whether what is there is what is wanted, and the server acts on it or is about to.
fn stands(found: &Value, wanted: &Value) -> bool {
    let same = |pointer: &str| found.pointer(pointer) == wanted.pointer(pointer);
    let is_on = matches!(found.get("status").and_then(Value::as_str), Some("active" | "requested"));
    is_on && same("/criteria") && same("/channel/endpoint")
}
