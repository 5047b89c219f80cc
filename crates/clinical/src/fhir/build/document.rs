//! A thread as a document: DocumentReference for what it is, Binary for what it says.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::fhir::{
    code::codes,
    data::{Attachment, Coding, Concept, Identifier, Meta, Period, Reference, Text},
    id::Id,
    object::Object,
    time::Instant,
};

codes! {
    /// Status of a DocumentReference (document-reference-status).
    DocumentStatus {
        Current => "current",
        Superseded => "superseded",
        EnteredInError => "entered-in-error",
    }
}

/// A DocumentReference with one content.
#[derive(Debug, Clone)]
pub struct DocumentReference {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// The one name of the document, whatever its version.
    pub master_identifier: Option<Identifier>,
    /// Other names.
    pub identifiers: Vec<Identifier>,
    /// Whether it holds.
    pub status: DocumentStatus,
    /// What kind of document (LOINC, KDL).
    pub kind: Option<Concept>,
    /// Coarser kinds.
    pub categories: Vec<Concept>,
    /// The patient.
    pub subject: Option<Reference>,
    /// When the reference was made.
    pub date: Option<Instant>,
    /// Who wrote it.
    pub authors: Vec<Reference>,
    /// Which house keeps it.
    pub custodian: Option<Reference>,
    /// In a sentence.
    pub description: Option<String>,
    /// Confidentiality (v3 Confidentiality).
    pub security_labels: Vec<Concept>,
    /// The bytes, or where they are.
    pub content: Attachment,
    /// The stays it belongs to.
    pub encounters: Vec<Reference>,
    /// The time it tells of.
    pub period: Option<Period>,
    /// What it was made from.
    pub related: Vec<Reference>,
}

impl DocumentReference {
    /// A document of this content, with nothing else yet.
    #[must_use]
    pub const fn new(id: Option<Id>, status: DocumentStatus, content: Attachment) -> Self {
        Self {
            id,
            meta: Meta {
                version: None,
                last_updated: None,
                source: None,
                profiles: Vec::new(),
                security: Vec::new(),
                tags: Vec::new(),
            },
            master_identifier: None,
            identifiers: Vec::new(),
            status,
            kind: None,
            categories: Vec::new(),
            subject: None,
            date: None,
            authors: Vec::new(),
            custodian: None,
            description: None,
            security_labels: Vec::new(),
            content,
            encounters: Vec::new(),
            period: None,
            related: Vec::new(),
        }
    }

    /// As JSON. The format code says that the document has no further structure (IHE format codes).
    #[must_use]
    pub fn build(&self) -> Value {
        const FORMAT: Coding = Coding::fixed(
            "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
            "urn:ihe:iti:xds:2017:mimeTypeSufficient",
            "mimeType Sufficient",
        );
        let content = Object::new().put("attachment", &self.content).put("format", FORMAT);
        let context =
            Object::new().put("encounter", &self.encounters).put("period", self.period).put("related", &self.related);
        Object::resource("DocumentReference", self.id.as_ref(), &self.meta)
            .put("masterIdentifier", &self.master_identifier)
            .put("identifier", &self.identifiers)
            .put("status", self.status)
            .put("type", &self.kind)
            .put("category", &self.categories)
            .put("subject", &self.subject)
            .put("date", self.date)
            .put("author", &self.authors)
            .put("custodian", &self.custodian)
            .put("description", &self.description)
            .put("securityLabel", &self.security_labels)
            .put("content", [content])
            .put("context", context)
            .done()
    }
}

/// Bytes on a FHIR server.
#[derive(Debug, Clone)]
pub struct Binary {
    /// The id.
    pub id: Option<Id>,
    /// Media type.
    pub content_type: Text,
    /// Who may read this may read the bytes, e.g. the DocumentReference.
    pub security_context: Option<Reference>,
    /// The bytes.
    pub data: Vec<u8>,
}

impl Binary {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        Object::resource("Binary", self.id.as_ref(), &Meta::default())
            .put("contentType", &*self.content_type)
            .put("securityContext", &self.security_context)
            .put("data", STANDARD.encode(&self.data))
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::{data::Digest, terms::COMMUNICATION_NOTE};

    #[test]
    fn a_document_points_at_its_bytes() {
        let bytes = b"Thread F-2841";
        let content = Attachment {
            content_type: "text/plain; charset=utf-8".into(),
            url: Some("Binary/b1".to_owned()),
            digest: Some(Digest::of(bytes)),
            ..Attachment::default()
        };
        let document = DocumentReference {
            kind: Some(COMMUNICATION_NOTE.into()),
            subject: Some(Reference::address("Patient/p1")),
            date: Some(Instant::from_seconds(0)),
            ..DocumentReference::new(Id::parse("d1"), DocumentStatus::Current, content)
        };
        assert_eq!(
            document.build(),
            json!({
                "resourceType": "DocumentReference",
                "id": "d1",
                "status": "current",
                "type": { "coding": [{ "system": "http://loinc.org", "code": "34109-9", "display": "Note" }] },
                "subject": { "reference": "Patient/p1" },
                "date": "1970-01-01T00:00:00.000Z",
                "content": [{
                    "attachment": { "contentType": "text/plain; charset=utf-8", "url": "Binary/b1", "size": 13,
                        "hash": "irJ/35LM/finBfKg0LtSEMHpUpM=" },
                    "format": { "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
                        "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient", "display": "mimeType Sufficient" },
                }],
            })
        );
        let binary = Binary {
            id: Id::parse("b1"),
            content_type: "text/plain".into(),
            security_context: Some(Reference::address("DocumentReference/d1")),
            data: bytes.to_vec(),
        };
        assert_eq!(
            binary.build(),
            json!({ "resourceType": "Binary", "id": "b1", "contentType": "text/plain",
                "securityContext": { "reference": "DocumentReference/d1" }, "data": "VGhyZWFkIEYtMjg0MQ==" })
        );
    }
}
