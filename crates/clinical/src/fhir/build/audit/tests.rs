use serde_json::json;

use super::*;

fn common(patient: Option<&str>, outcome: Outcome) -> Common {
    Common {
        id: Id::parse("a1"),
        recorded: Instant::from_seconds(0),
        outcome,
        outcome_description: None,
        purposes: Vec::new(),
        site: Some("north".to_owned()),
        observer: Reference::address("Device/d1"),
        patient: patient.map(Reference::address),
    }
}

fn party(name: &str) -> Party {
    Party { who: Reference::address(format!("Device/{name}")), address: "192.0.2.7".to_owned(), network: Network::Ip }
}

fn user() -> User {
    User { who: Reference::words("Mara"), name: Some("Mara".to_owned()), roles: Vec::new() }
}

fn rest(what: Rest, patient: Option<&str>, outcome: Outcome) -> Value {
    RestEvent {
        common: common(patient, outcome),
        what,
        client: party("app"),
        server: party("d1"),
        user: Some(user()),
        request_id: Some("r-7".to_owned()),
    }
    .build()
}

#[test]
fn reading_a_patients_resource_follows_patient_read() {
    let built = rest(Rest::Read(Reference::address("Communication/c1")), Some("Patient/p1"), Outcome::Success);
    let dcm = |code: &str, display: &str| json!({ "coding": [{ "system": "http://dicom.nema.org/resources/ontology/DCM", "code": code, "display": display }] });
    let network = json!({ "address": "192.0.2.7", "type": "2" });
    let entity_type = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    let object_role = "http://terminology.hl7.org/CodeSystem/object-role";
    assert_eq!(
        built,
        json!({
            "resourceType": "AuditEvent",
            "id": "a1",
            "meta": { "profile": ["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"] },
            "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest",
                "display": "RESTful Operation" },
            "subtype": [{ "system": "http://hl7.org/fhir/restful-interaction", "code": "read", "display": "read" }],
            "action": "R",
            "recorded": "1970-01-01T00:00:00.000Z",
            "outcome": "0",
            "agent": [
                { "type": dcm("110152", "Destination Role ID"), "who": { "reference": "Device/app" },
                  "requestor": false, "network": network },
                { "type": dcm("110153", "Source Role ID"), "who": { "reference": "Device/d1" },
                  "requestor": false, "network": network },
                { "type": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "IRCP", "display": "information recipient" }] },
                  "who": { "display": "Mara" }, "name": "Mara", "requestor": true },
            ],
            "source": { "site": "north", "observer": { "reference": "Device/d1" }, "type": [{
                "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4",
                "display": "Application Server" }] },
            "entity": [
                { "what": { "reference": "Patient/p1" },
                  "type": { "system": entity_type, "code": "1", "display": "Person" },
                  "role": { "system": object_role, "code": "1", "display": "Patient" } },
                { "what": { "reference": "Communication/c1" },
                  "type": { "system": entity_type, "code": "2", "display": "System Object" },
                  "role": { "system": object_role, "code": "4", "display": "Domain Resource" } },
                { "what": { "identifier": { "value": "r-7" } },
                  "type": { "system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
                    "code": "XrequestId" } },
            ],
        })
    );
}

#[test]
fn each_interaction_has_its_profile_action_and_roles() {
    let target = || Reference::address("Task/t1");
    for (what, profile, action, client) in [
        (Rest::Create(target()), "PatientCreate", "C", "110153"),
        (Rest::Update(target()), "PatientUpdate", "U", "110153"),
        (Rest::Delete(target()), "PatientDelete", "D", "110150"),
        (Rest::Query("Task?patient=p1".to_owned()), "PatientQuery", "E", "110153"),
    ] {
        let built = rest(what, Some("Patient/p1"), Outcome::Success);
        let claimed = built["meta"]["profile"][0].as_str().unwrap();
        assert!(claimed.ends_with(&format!("IHE.BasicAudit.{profile}")), "{claimed}");
        assert_eq!(built["action"], action);
        assert_eq!(built["agent"][0]["type"]["coding"][0]["code"], client, "{profile}");
    }
    let query = rest(Rest::Query("Task?patient=p1".to_owned()), None, Outcome::Success);
    assert!(query["meta"]["profile"][0].as_str().unwrap().ends_with("IHE.BasicAudit.Query"));
    assert_eq!(query["entity"][0]["query"], "VGFzaz9wYXRpZW50PXAx");
}

#[test]
fn what_failed_claims_no_profile() {
    let built = rest(Rest::Read(Reference::address("Task/t1")), Some("Patient/p1"), Outcome::SeriousFailure);
    assert_eq!(built.get("meta"), None);
    assert_eq!(built["outcome"], "8");
}

#[test]
fn a_disclosure_is_recorded_by_who_gave_and_by_who_got() {
    let disclosure = |side: Side| {
        Disclosure {
            common: common(Some("Patient/p1"), Outcome::Success),
            side,
            source: party("d1"),
            recipient: party("emr"),
            authorizer: Some(Reference::address("Patient/p1")),
            data: vec![Reference::address("Communication/c1")],
        }
        .build()
    };
    let given = disclosure(Side::Source);
    assert_eq!(given["type"]["code"], "110106");
    assert_eq!(given["action"], "R");
    assert_eq!(given["subtype"][0]["code"], "disclose");
    assert_eq!(given["agent"][0]["who"], given["source"]["observer"], "val-audit-source");
    assert_eq!(given["agent"][2]["type"]["coding"][0]["code"], "429577009");
    assert_eq!(given["entity"].as_array().map(Vec::len), Some(2));
    let got = disclosure(Side::Recipient);
    assert_eq!((&got["type"]["code"], &got["action"]), (&json!("110107"), &json!("C")));
}

#[test]
fn a_consent_that_was_asked_is_named_with_who_asked() {
    let built = ConsentDecision {
        common: Common {
            outcome_description: Some("revoked".to_owned()),
            ..common(Some("Patient/p1"), Outcome::SeriousFailure)
        },
        client: party("app"),
        user: user(),
        organization: Reference::address("Organization/o1"),
        consents: vec![Reference::address("Consent/k1")],
        token_id: Some("j-1".to_owned()),
    }
    .build();
    let codes: Vec<&str> = (0..4).filter_map(|i| built["agent"][i]["type"]["coding"][0]["code"].as_str()).collect();
    assert_eq!(codes, ["110150", "IRCP", "PROV", "authserver"]);
    assert_eq!(built["agent"][3]["who"], built["source"]["observer"]);
    assert_eq!(built["entity"][1]["type"]["code"], "Consent");
    assert_eq!(built["entity"][2]["what"]["identifier"]["value"], "urn:ietf:params:oauth:jti:j-1");
    assert_eq!(built["outcome"], "8");
}
