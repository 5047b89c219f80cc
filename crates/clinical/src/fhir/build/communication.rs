//! A post, or an answer to one, as a Communication.

use serde_json::Value;

use crate::fhir::{
    code::{EventStatus, Priority},
    data::{Annotation, Attachment, Coding, Concept, Identifier, Meta, Reference},
    id::Id,
    object::{Json, Object},
    terms::{ONLINE_WRITTEN, SOCIAL_MEDIA},
    time::Instant,
};

/// A Communication over social media: its medium is always v3 ONLINEWRIT and QI-Core social-media.
#[derive(Debug, Clone)]
pub struct Communication {
    /// The id; for exactly-once writes a derived one.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// Names it has elsewhere, such as the post's URI or an opaque id.
    pub identifiers: Vec<Identifier>,
    /// `Completed` for what was said; `EnteredInError` for what must not have been filed.
    pub status: EventStatus,
    /// Why it has that status.
    pub status_reason: Option<Concept>,
    /// What kind.
    pub categories: Vec<Concept>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// The patient it is about.
    pub subject: Option<Reference>,
    /// What it is about, in a word or two.
    pub topic: Option<Concept>,
    /// The stay it belongs to.
    pub encounter: Option<Reference>,
    /// What it answers.
    pub in_response_to: Vec<Reference>,
    /// The thread it belongs to.
    pub part_of: Vec<Reference>,
    /// When it was sent.
    pub sent: Option<Instant>,
    /// When it was read from the platform.
    pub received: Option<Instant>,
    /// Who sent it.
    pub sender: Option<Reference>,
    /// To whom.
    pub recipients: Vec<Reference>,
    /// What it says.
    pub payload: Vec<Payload>,
    /// Words of staff.
    pub notes: Vec<Annotation>,
}

/// A piece of what a Communication says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Words.
    Text(String),
    /// A file or a link.
    Attachment(Box<Attachment>),
    /// Another resource.
    Reference(Reference),
}

impl Communication {
    /// A Communication of this status, with nothing else yet.
    #[must_use]
    pub fn new(id: Option<Id>, status: EventStatus) -> Self {
        Self {
            id,
            meta: Meta::default(),
            identifiers: Vec::new(),
            status,
            status_reason: None,
            categories: Vec::new(),
            priority: None,
            subject: None,
            topic: None,
            encounter: None,
            in_response_to: Vec::new(),
            part_of: Vec::new(),
            sent: None,
            received: None,
            sender: None,
            recipients: Vec::new(),
            payload: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let medium = |coding: &Coding| Concept::from(coding);
        Object::resource("Communication", self.id.as_ref(), &self.meta)
            .put("identifier", &self.identifiers)
            .put("partOf", &self.part_of)
            .put("inResponseTo", &self.in_response_to)
            .put("status", self.status)
            .put("statusReason", &self.status_reason)
            .put("category", &self.categories)
            .put("priority", self.priority)
            .put("medium", [medium(&ONLINE_WRITTEN), medium(&SOCIAL_MEDIA)])
            .put("subject", &self.subject)
            .put("topic", &self.topic)
            .put("encounter", &self.encounter)
            .put("sent", self.sent)
            .put("received", self.received)
            .put("recipient", &self.recipients)
            .put("sender", &self.sender)
            .put("payload", &self.payload)
            .put("note", &self.notes)
            .done()
    }
}

impl Json for Payload {
    fn json(&self) -> Value {
        let object = Object::new();
        match self {
            Self::Text(text) => object.put("contentString", text),
            Self::Attachment(attachment) => object.put("contentAttachment", &**attachment),
            Self::Reference(reference) => object.put("contentReference", reference),
        }
        .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_post_names_its_medium_in_both_systems() {
        let post = Communication {
            identifiers: vec![Identifier::new("https://bedside.example/post", "9b1d")],
            subject: Some(Reference::address("Patient/p1")),
            sender: Some(Reference::words("@maria@example.social")),
            sent: Instant::parse("2026-11-27T06:14:56Z"),
            received: Instant::parse("2026-11-27T06:15:01Z"),
            payload: vec![Payload::Text("Danke für die Pflege".to_owned()), Payload::Text(String::new())],
            in_response_to: vec![Reference::address("Communication/c0")],
            ..Communication::new(Id::parse("c1"), EventStatus::Completed)
        };
        assert_eq!(
            post.build(),
            json!({
                "resourceType": "Communication",
                "id": "c1",
                "identifier": [{ "system": "https://bedside.example/post", "value": "9b1d" }],
                "inResponseTo": [{ "reference": "Communication/c0" }],
                "status": "completed",
                "medium": [
                    { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode",
                        "code": "ONLINEWRIT", "display": "online written" }] },
                    { "coding": [{ "system": "http://hl7.org/fhir/us/qicore/CodeSystem/communication-medium",
                        "code": "social-media", "display": "Social media" }] },
                ],
                "subject": { "reference": "Patient/p1" },
                "sent": "2026-11-27T06:14:56.000Z",
                "received": "2026-11-27T06:15:01.000Z",
                "sender": { "display": "@maria@example.social" },
                "payload": [{ "contentString": "Danke für die Pflege" }],
            })
        );
    }
}
