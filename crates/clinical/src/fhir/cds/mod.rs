//! CDS Hooks 2.0: what our services are, what an EMR asks, the cards it gets, and what people did with them.

mod call;
mod card;
mod feedback;
mod request;

use serde_json::Value;

use super::object::Object;

pub use call::{Client, client, verify_call};
pub use card::{Card, Indicator, Link, LinkKind, Source, Summary, answer, escape_markdown};
pub use feedback::{Feedback, FeedbackOutcome};
pub use request::{Authorization, Fault, Request};

/// A service that we offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Last part of its address.
    pub id: String,
    /// When the EMR calls it.
    pub hook: &'static str,
    /// What people call it.
    pub title: String,
    /// What it does.
    pub description: String,
    /// What the EMR is to send along: key and FHIR query, e.g. `Patient/{{context.patientId}}`.
    pub prefetch: Vec<(String, String)>,
    /// What must be arranged before it works.
    pub usage_requirements: Option<String>,
}

/// What `GET /cds-services` answers.
#[must_use]
pub fn discovery(services: &[Service]) -> Value {
    let services: Vec<Value> = services.iter().map(Service::json).collect();
    // An empty list has to be there, or clients take it for another document.
    serde_json::json!({ "services": services })
}

impl Service {
    fn json(&self) -> Value {
        let prefetch = self.prefetch.iter().fold(Object::new(), |object, (key, query)| object.put(key, query));
        Object::new()
            .put("hook", self.hook)
            .put("id", &self.id)
            .put("title", &self.title)
            .put("description", &self.description)
            .put("prefetch", prefetch)
            .put("usageRequirements", &self.usage_requirements)
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn services_are_told_with_what_they_need() {
        let service = Service {
            id: "bedside-patient-view".to_owned(),
            hook: "patient-view",
            title: "Social media contacts".to_owned(),
            description: "Shows that a patient wrote to us".to_owned(),
            prefetch: vec![("patient".to_owned(), "Patient/{{context.patientId}}".to_owned())],
            usage_requirements: None,
        };
        assert_eq!(
            discovery(&[service]),
            json!({ "services": [{
                "hook": "patient-view",
                "id": "bedside-patient-view",
                "title": "Social media contacts",
                "description": "Shows that a patient wrote to us",
                "prefetch": { "patient": "Patient/{{context.patientId}}" },
            }] })
        );
        assert_eq!(discovery(&[]), json!({ "services": [] }));
    }
}
