//! What a patient permits, in FHIR's words: scope patient-privacy, category LOINC 59284-0, one Consent per purpose.

use serde_json::Value;

use crate::fhir::{
    code::{ConsentStatus, ProvisionType},
    data::{Coding, Concept, Identifier, Meta, Period, Reference},
    id::Id,
    object::{Json, Object},
    terms::{OPT_IN, PATIENT_CONSENT, PATIENT_PRIVACY},
    time::Instant,
};

/// A Consent of a patient about their own data.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// Names it has elsewhere.
    pub identifiers: Vec<Identifier>,
    /// `Active`, and `Inactive` once it is revoked.
    pub status: ConsentStatus,
    /// Whose data.
    pub patient: Reference,
    /// When it was given; stays as it is when it is revoked.
    pub date_time: Instant,
    /// Who gave it: the patient or a legal representative.
    pub performers: Vec<Reference>,
    /// Which house asks for it.
    pub organizations: Vec<Reference>,
    /// The words that were agreed to, as a document.
    pub source: Option<Reference>,
    /// What is permitted.
    pub provision: Provision,
}

/// What a Consent permits or denies.
#[derive(Debug, Clone)]
pub struct Provision {
    /// Permit or deny.
    pub kind: ProvisionType,
    /// In which time.
    pub period: Period,
    /// Who may.
    pub actors: Vec<ConsentActor>,
    /// What may be done.
    pub actions: Vec<Concept>,
    /// What for.
    pub purposes: Vec<Coding>,
    /// Which kinds of resources (`http://hl7.org/fhir/resource-types`).
    pub classes: Vec<Coding>,
}

/// Who may do what a provision says.
#[derive(Debug, Clone)]
pub struct ConsentActor {
    /// As what.
    pub role: Concept,
    /// Who.
    pub reference: Reference,
}

impl Consent {
    /// As JSON. The policy is always opt-in: who says nothing has consented to nothing.
    #[must_use]
    pub fn build(&self) -> Value {
        Object::resource("Consent", self.id.as_ref(), &self.meta)
            .put("identifier", &self.identifiers)
            .put("status", self.status)
            .put("scope", Concept::from(PATIENT_PRIVACY))
            .put("category", [Concept::from(PATIENT_CONSENT)])
            .put("patient", &self.patient)
            .put("dateTime", self.date_time)
            .put("performer", &self.performers)
            .put("organization", &self.organizations)
            .put("sourceReference", &self.source)
            .put("policyRule", Concept::from(OPT_IN))
            .put("provision", &self.provision)
            .done()
    }
}

impl Json for Provision {
    fn json(&self) -> Value {
        Object::new()
            .put("type", self.kind)
            .put("period", self.period)
            .put("actor", &self.actors)
            .put("action", &self.actions)
            .put("purpose", &self.purposes)
            .put("class", &self.classes)
            .done()
    }
}

impl Json for ConsentActor {
    fn json(&self) -> Value {
        Object::new().put("role", &self.role).put("reference", &self.reference).done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::terms::{INFORMATION_RECIPIENT, TREATMENT};

    #[test]
    fn a_revoked_consent_is_inactive_and_ends() {
        let consent = Consent {
            id: Id::parse("k1"),
            meta: Meta::default(),
            identifiers: Vec::new(),
            status: ConsentStatus::Inactive,
            patient: Reference::address("Patient/p1"),
            date_time: Instant::from_seconds(0),
            performers: vec![Reference::address("Patient/p1")],
            organizations: vec![Reference::address("Organization/o1")],
            source: None,
            provision: Provision {
                kind: ProvisionType::Permit,
                period: Period { start: Some(Instant::from_seconds(0)), end: Some(Instant::from_seconds(60)) },
                actors: vec![ConsentActor {
                    role: INFORMATION_RECIPIENT.into(),
                    reference: Reference::words("Care team"),
                }],
                actions: Vec::new(),
                purposes: vec![TREATMENT],
                classes: vec![Coding::fixed("http://hl7.org/fhir/resource-types", "Communication", "Communication")],
            },
        };
        assert_eq!(
            consent.build(),
            json!({
                "resourceType": "Consent",
                "id": "k1",
                "status": "inactive",
                "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                    "code": "patient-privacy", "display": "Privacy Consent" }] },
                "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0",
                    "display": "Consent Document" }] }],
                "patient": { "reference": "Patient/p1" },
                "dateTime": "1970-01-01T00:00:00.000Z",
                "performer": [{ "reference": "Patient/p1" }],
                "organization": [{ "reference": "Organization/o1" }],
                "policyRule": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                    "code": "OPTIN", "display": "opt-in" }] },
                "provision": {
                    "type": "permit",
                    "period": { "start": "1970-01-01T00:00:00.000Z", "end": "1970-01-01T00:01:00.000Z" },
                    "actor": [{
                        "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                            "code": "IRCP", "display": "information recipient" }] },
                        "reference": { "display": "Care team" },
                    }],
                    "purpose": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT",
                        "display": "treatment" }],
                    "class": [{ "system": "http://hl7.org/fhir/resource-types", "code": "Communication",
                        "display": "Communication" }],
                },
            })
        );
    }
}
