//! What happened, for those without FHIR: a CloudEvents 1.0 event in JSON that is at the same time a payload as Standard
//! Webhooks recommends (`type`, `timestamp`, `data`). The signature is made over the bytes, by who sends them.

use serde_json::{Value, json};

use super::{object::Object, time::Instant};

/// Media type of an event in structured mode.
pub const CONTENT_TYPE: &str = "application/cloudevents+json; charset=utf-8";

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudEvent {
    /// Names it: the same when it is sent again. It is also the `webhook-id`.
    pub id: String,
    /// Where, as a URI: our address.
    pub source: String,
    /// What, in reverse DNS: `example.bedside.task.created`.
    pub kind: String,
    /// About what: `Task/…`. Never a name or a handle.
    pub subject: Option<String>,
    /// When.
    pub at: Instant,
    /// What `data` follows, as a URI.
    pub schema: Option<String>,
    /// What there is to say about it.
    pub data: Value,
}

impl CloudEvent {
    /// The body.
    #[must_use]
    pub fn build(&self) -> Value {
        let mut body = Object::new()
            .put("specversion", "1.0")
            .put("id", &self.id)
            .put("source", &self.source)
            .put("type", &self.kind)
            .put("subject", &self.subject)
            .put("time", self.at)
            // An extension attribute for CloudEvents, and what Standard Webhooks calls the same.
            .put("timestamp", self.at)
            .put("datacontenttype", "application/json")
            .put("dataschema", &self.schema)
            .done();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("data".to_owned(), self.data.clone());
        }
        body
    }

    /// The headers beside the signature. `sent` is the time of this attempt, not of the event: receivers refuse old ones.
    #[must_use]
    pub fn headers(&self, sent: Instant) -> [(&'static str, String); 3] {
        [
            ("content-type", CONTENT_TYPE.to_owned()),
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", sent.as_seconds().to_string()),
        ]
    }
}

/// The data of an event about a resource: where it is, and nothing of what it says.
#[must_use]
pub fn pointer(base: &str, kind: &str, id: &str, version: u64) -> Value {
    json!({ "resourceType": kind, "id": id, "version": version, "url": format!("{base}/{kind}/{id}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_body_follows_both_conventions() {
        let event = CloudEvent {
            id: "e1".to_owned(),
            source: "https://b.example".to_owned(),
            kind: "example.bedside.task.created".to_owned(),
            subject: Some("Task/t1".to_owned()),
            at: Instant::from_seconds(0),
            schema: None,
            data: pointer("https://b.example/fhir", "Task", "t1", 2),
        };
        assert_eq!(
            event.build(),
            json!({
                "specversion": "1.0",
                "id": "e1",
                "source": "https://b.example",
                "type": "example.bedside.task.created",
                "subject": "Task/t1",
                "time": "1970-01-01T00:00:00.000Z",
                "timestamp": "1970-01-01T00:00:00.000Z",
                "datacontenttype": "application/json",
                "data": { "resourceType": "Task", "id": "t1", "version": 2, "url": "https://b.example/fhir/Task/t1" },
            })
        );
        assert_eq!(event.headers(Instant::from_seconds(60))[2], ("webhook-timestamp", "60".to_owned()));
    }
}
