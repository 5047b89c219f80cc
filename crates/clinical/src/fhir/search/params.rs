//! The search parameters we know, per type of resource, with where in the resource they look. One table serves parsing,
//! matching and the CapabilityStatement, so that what is announced is what is done.

use crate::fhir::code::ParamType;

/// A search parameter of a type of resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    /// As it stands in a query.
    pub name: &'static str,
    /// How its values are read and compared.
    pub kind: ParamType,
    /// Where it looks: paths of element names. Lists are gone through.
    pub paths: &'static [&'static str],
    /// The last part of its canonical URL, `http://hl7.org/fhir/SearchParameter/…`.
    pub definition: &'static str,
    /// The only type of resource it may refer to, if it is a reference to one.
    pub target: Option<&'static str>,
}

const fn param(name: &'static str, kind: ParamType, paths: &'static [&'static str], definition: &'static str) -> Param {
    Param { name, kind, paths, definition, target: None }
}

const fn patient(paths: &'static [&'static str], definition: &'static str) -> Param {
    Param { name: "patient", kind: ParamType::Reference, paths, definition, target: Some("Patient") }
}

use ParamType::{Date, Reference, String, Token, Uri};

/// What every type of resource has.
pub const COMMON: &[Param] = &[
    param("_id", Token, &["id"], "Resource-id"),
    param("_lastUpdated", Date, &["meta.lastUpdated"], "Resource-lastUpdated"),
    param("_profile", Uri, &["meta.profile"], "Resource-profile"),
    param("_security", Token, &["meta.security"], "Resource-security"),
    param("_source", Uri, &["meta.source"], "Resource-source"),
    param("_tag", Token, &["meta.tag"], "Resource-tag"),
];

const AUDIT_EVENT: &[Param] = &[
    param("action", Token, &["action"], "AuditEvent-action"),
    param("agent", Reference, &["agent.who"], "AuditEvent-agent"),
    param("agent-name", String, &["agent.name"], "AuditEvent-agent-name"),
    param("date", Date, &["recorded"], "AuditEvent-date"),
    param("entity", Reference, &["entity.what"], "AuditEvent-entity"),
    param("entity-type", Token, &["entity.type"], "AuditEvent-entity-type"),
    param("outcome", Token, &["outcome"], "AuditEvent-outcome"),
    patient(&["agent.who", "entity.what"], "AuditEvent-patient"),
    param("site", Token, &["source.site"], "AuditEvent-site"),
    param("source", Reference, &["source.observer"], "AuditEvent-source"),
    param("subtype", Token, &["subtype"], "AuditEvent-subtype"),
    param("type", Token, &["type"], "AuditEvent-type"),
];

const COMMUNICATION: &[Param] = &[
    param("category", Token, &["category"], "Communication-category"),
    param("encounter", Reference, &["encounter"], "Communication-encounter"),
    param("identifier", Token, &["identifier"], "Communication-identifier"),
    param("medium", Token, &["medium"], "Communication-medium"),
    param("part-of", Reference, &["partOf"], "Communication-part-of"),
    patient(&["subject"], "Communication-patient"),
    param("received", Date, &["received"], "Communication-received"),
    param("recipient", Reference, &["recipient"], "Communication-recipient"),
    param("sender", Reference, &["sender"], "Communication-sender"),
    param("sent", Date, &["sent"], "Communication-sent"),
    param("status", Token, &["status"], "Communication-status"),
    param("subject", Reference, &["subject"], "Communication-subject"),
];

const CONSENT: &[Param] = &[
    param("actor", Reference, &["provision.actor.reference"], "Consent-actor"),
    param("category", Token, &["category"], "Consent-category"),
    param("consentor", Reference, &["performer"], "Consent-consentor"),
    param("date", Date, &["dateTime"], "clinical-date"),
    param("identifier", Token, &["identifier"], "clinical-identifier"),
    param("organization", Reference, &["organization"], "Consent-organization"),
    patient(&["patient"], "clinical-patient"),
    param("period", Date, &["provision.period"], "Consent-period"),
    param("purpose", Token, &["provision.purpose"], "Consent-purpose"),
    param("scope", Token, &["scope"], "Consent-scope"),
    param("status", Token, &["status"], "Consent-status"),
];

const DEVICE: &[Param] = &[
    param("device-name", String, &["deviceName.name", "type.coding.display", "type.text"], "Device-device-name"),
    param("identifier", Token, &["identifier"], "Device-identifier"),
    param("manufacturer", String, &["manufacturer"], "Device-manufacturer"),
    param("organization", Reference, &["owner"], "Device-organization"),
    param("status", Token, &["status"], "Device-status"),
    param("url", Uri, &["url"], "Device-url"),
];

const DOCUMENT_REFERENCE: &[Param] = &[
    param("author", Reference, &["author"], "DocumentReference-author"),
    param("category", Token, &["category"], "DocumentReference-category"),
    param("contenttype", Token, &["content.attachment.contentType"], "DocumentReference-contenttype"),
    param("custodian", Reference, &["custodian"], "DocumentReference-custodian"),
    param("date", Date, &["date"], "DocumentReference-date"),
    param("description", String, &["description"], "DocumentReference-description"),
    param("encounter", Reference, &["context.encounter"], "clinical-encounter"),
    param("identifier", Token, &["masterIdentifier", "identifier"], "clinical-identifier"),
    patient(&["subject"], "clinical-patient"),
    param("period", Date, &["context.period"], "DocumentReference-period"),
    param("related", Reference, &["context.related"], "DocumentReference-related"),
    param("security-label", Token, &["securityLabel"], "DocumentReference-security-label"),
    param("status", Token, &["status"], "DocumentReference-status"),
    param("subject", Reference, &["subject"], "DocumentReference-subject"),
    param("type", Token, &["type"], "clinical-type"),
];

const FLAG: &[Param] = &[
    param("author", Reference, &["author"], "Flag-author"),
    param("date", Date, &["period"], "clinical-date"),
    param("encounter", Reference, &["encounter"], "clinical-encounter"),
    param("identifier", Token, &["identifier"], "Flag-identifier"),
    patient(&["subject"], "clinical-patient"),
    param("subject", Reference, &["subject"], "Flag-subject"),
];

const PATIENT: &[Param] = &[
    param("active", Token, &["active"], "Patient-active"),
    param("birthdate", Date, &["birthDate"], "individual-birthdate"),
    param("family", String, &["name.family"], "individual-family"),
    param("given", String, &["name.given"], "individual-given"),
    param("identifier", Token, &["identifier"], "Patient-identifier"),
    param("link", Reference, &["link.other"], "Patient-link"),
    param("name", String, &["name.family", "name.given", "name.prefix", "name.suffix", "name.text"], "Patient-name"),
    param("telecom", Token, &["telecom"], "individual-telecom"),
];

const PROVENANCE: &[Param] = &[
    param("agent", Reference, &["agent.who"], "Provenance-agent"),
    param("agent-type", Token, &["agent.type"], "Provenance-agent-type"),
    param("entity", Reference, &["entity.what"], "Provenance-entity"),
    patient(&["target"], "Provenance-patient"),
    param("recorded", Date, &["recorded"], "Provenance-recorded"),
    param("target", Reference, &["target"], "Provenance-target"),
    param("when", Date, &["occurredDateTime"], "Provenance-when"),
];

const SUBSCRIPTION: &[Param] = &[
    param("criteria", String, &["criteria"], "Subscription-criteria"),
    param("payload", Token, &["channel.payload"], "Subscription-payload"),
    param("status", Token, &["status"], "Subscription-status"),
    param("type", Token, &["channel.type"], "Subscription-type"),
    param("url", Uri, &["channel.endpoint"], "Subscription-url"),
];

const TASK: &[Param] = &[
    param("authored-on", Date, &["authoredOn"], "Task-authored-on"),
    param("business-status", Token, &["businessStatus"], "Task-business-status"),
    param("code", Token, &["code"], "Task-code"),
    param("encounter", Reference, &["encounter"], "Task-encounter"),
    param("focus", Reference, &["focus"], "Task-focus"),
    param("identifier", Token, &["identifier"], "Task-identifier"),
    param("intent", Token, &["intent"], "Task-intent"),
    param("modified", Date, &["lastModified"], "Task-modified"),
    param("owner", Reference, &["owner"], "Task-owner"),
    patient(&["for"], "Task-patient"),
    param("priority", Token, &["priority"], "Task-priority"),
    param("requester", Reference, &["requester"], "Task-requester"),
    param("status", Token, &["status"], "Task-status"),
    param("subject", Reference, &["for"], "Task-subject"),
];

/// The parameters of a type of resource, without the common ones; `None`: we search no such type.
#[must_use]
pub fn of(kind: &str) -> Option<&'static [Param]> {
    match kind {
        "AuditEvent" => Some(AUDIT_EVENT),
        "Communication" => Some(COMMUNICATION),
        "Consent" => Some(CONSENT),
        "Device" => Some(DEVICE),
        "DocumentReference" => Some(DOCUMENT_REFERENCE),
        "Flag" => Some(FLAG),
        "Patient" => Some(PATIENT),
        "Provenance" => Some(PROVENANCE),
        "Subscription" => Some(SUBSCRIPTION),
        "Task" => Some(TASK),
        _ => None,
    }
}

/// The parameter `name` of a type of resource, common ones too.
#[must_use]
pub fn find(kind: &str, name: &str) -> Option<&'static Param> {
    of(kind)?.iter().chain(COMMON).find(|param| param.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique_within_a_type() {
        for kind in [
            "AuditEvent",
            "Communication",
            "Consent",
            "Device",
            "DocumentReference",
            "Flag",
            "Patient",
            "Provenance",
            "Subscription",
            "Task",
        ] {
            let names: Vec<&str> = of(kind).unwrap().iter().map(|param| param.name).collect();
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(names, sorted, "{kind}");
            assert!(find(kind, "_id").is_some());
        }
        assert_eq!(find("Task", "colour"), None);
        assert_eq!(of("Observation"), None);
    }
}
