//! Where a resource came from (Provenance), and what wrote it (Device).

use serde_json::Value;

use crate::fhir::{
    code::codes,
    data::{Coding, Concept, Identifier, Meta, Reference},
    id::Id,
    object::{Json, Object},
    time::Instant,
};

/// A Provenance: one per write, so that a chart's reader can ask where a thing came from and by which rules.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// What was written.
    pub target: Reference,
    /// Further things written in the same act.
    pub more_targets: Vec<Reference>,
    /// When the thing itself happened.
    pub occurred: Option<Instant>,
    /// When this was written down.
    pub recorded: Instant,
    /// The policies it was done under, as URIs with version.
    pub policies: Vec<String>,
    /// Why.
    pub reasons: Vec<Concept>,
    /// What was done (v3 DataOperation, document completion …).
    pub activity: Option<Concept>,
    /// What did it: the Device, and as what.
    pub device: Reference,
    /// What the Device is in this.
    pub device_role: Coding,
    /// For which house.
    pub on_behalf_of: Option<Reference>,
    /// The person who let it happen.
    pub person: Option<Reference>,
    /// What the person is in this.
    pub person_role: Coding,
    /// What it was made from.
    pub entities: Vec<Entity>,
}

codes! {
    /// What an entity was for what was made from it (provenance-entity-role).
    EntityRole {
        Derivation => "derivation",
        Revision => "revision",
        Quotation => "quotation",
        Source => "source",
        Removal => "removal",
    }
}

/// Something that a resource was made from, e.g. the post.
#[derive(Debug, Clone)]
pub struct Entity {
    /// As what.
    pub role: EntityRole,
    /// What.
    pub what: Reference,
}

impl Provenance {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let targets: Vec<&Reference> = std::iter::once(&self.target).chain(&self.more_targets).collect();
        let device = agent(&self.device_role, &self.device, self.on_behalf_of.as_ref());
        let person = self.person.as_ref().map(|who| agent(&self.person_role, who, None));
        let agents: Vec<Value> = std::iter::once(device).chain(person).collect();
        Object::resource("Provenance", self.id.as_ref(), &self.meta)
            .put("target", targets)
            .put("occurredDateTime", self.occurred)
            .put("recorded", self.recorded)
            .put("policy", &self.policies)
            .put("reason", &self.reasons)
            .put("activity", &self.activity)
            .put("agent", agents)
            .put("entity", &self.entities)
            .done()
    }
}

fn agent(role: &Coding, who: &Reference, on_behalf_of: Option<&Reference>) -> Value {
    Object::new().put("type", Concept::from(role)).put("who", who).put("onBehalfOf", on_behalf_of).done()
}

impl Json for Entity {
    fn json(&self) -> Value {
        Object::new().put("role", self.role).put("what", &self.what).done()
    }
}

/// The program as a Device.
#[derive(Debug, Clone)]
pub struct Device {
    /// The id.
    pub id: Option<Id>,
    /// About the resource.
    pub meta: Meta,
    /// Names it has elsewhere.
    pub identifiers: Vec<Identifier>,
    /// What people call it.
    pub name: String,
    /// Who makes it.
    pub manufacturer: Option<String>,
    /// Version of the program.
    pub version: String,
    /// Who runs it.
    pub owner: Option<Reference>,
    /// Where it can be reached.
    pub url: Option<String>,
}

impl Device {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let name = Object::new().put("name", &self.name).put("type", "user-friendly-name");
        Object::resource("Device", self.id.as_ref(), &self.meta)
            .put("identifier", &self.identifiers)
            .put("status", "active")
            .put("manufacturer", &self.manufacturer)
            .put("deviceName", [name])
            .put("version", [Object::new().put("value", &self.version)])
            .put("owner", &self.owner)
            .put("url", &self.url)
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::terms::{ASSEMBLER, PROVENANCE_AUTHOR};

    #[test]
    fn a_write_names_device_policy_person_and_post() {
        let provenance = Provenance {
            id: Id::parse("v1"),
            meta: Meta::default(),
            target: Reference::address("Communication/c1"),
            more_targets: Vec::new(),
            occurred: None,
            recorded: Instant::from_seconds(0),
            policies: vec!["https://bedside.example/pack/de#2026-11".to_owned()],
            reasons: Vec::new(),
            activity: None,
            device: Reference::address("Device/d1"),
            device_role: ASSEMBLER,
            on_behalf_of: Some(Reference::address("Organization/o1")),
            person: Some(Reference::words("Mara")),
            person_role: PROVENANCE_AUTHOR,
            entities: vec![Entity {
                role: EntityRole::Source,
                what: Reference::named("Communication", Identifier::uri("urn:uuid:x")),
            }],
        };
        assert_eq!(
            provenance.build(),
            json!({
                "resourceType": "Provenance",
                "id": "v1",
                "target": [{ "reference": "Communication/c1" }],
                "recorded": "1970-01-01T00:00:00.000Z",
                "policy": ["https://bedside.example/pack/de#2026-11"],
                "agent": [
                    { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                        "code": "assembler", "display": "Assembler" }] },
                      "who": { "reference": "Device/d1" }, "onBehalfOf": { "reference": "Organization/o1" } },
                    { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                        "code": "author", "display": "Author" }] },
                      "who": { "display": "Mara" } },
                ],
                "entity": [{ "role": "source", "what": { "type": "Communication",
                    "identifier": { "system": "urn:ietf:rfc:3986", "value": "urn:uuid:x" } } }],
            })
        );
    }

    #[test]
    fn the_program_is_a_device_with_a_version() {
        let device = Device {
            id: Id::parse("d1"),
            meta: Meta::default(),
            identifiers: Vec::new(),
            name: "Bedside".to_owned(),
            manufacturer: None,
            version: "0.1.0".to_owned(),
            owner: None,
            url: Some("https://bedside.example".to_owned()),
        };
        assert_eq!(
            device.build(),
            json!({ "resourceType": "Device", "id": "d1", "status": "active",
                "deviceName": [{ "name": "Bedside", "type": "user-friendly-name" }],
                "version": [{ "value": "0.1.0" }], "url": "https://bedside.example" })
        );
    }
}
