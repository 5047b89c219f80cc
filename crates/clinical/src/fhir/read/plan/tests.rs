use serde_json::{Value, json};

use super::*;

fn server(resources: Value) -> Capabilities {
    Capabilities::read(&json!({
        "fhirVersion": "4.0.1",
        "rest": [{ "mode": "server", "resource": resources }],
    }))
}

fn resource(kind: &str, codes: &[&str]) -> Value {
    let interactions: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
    json!({ "type": kind, "interaction": interactions })
}

#[test]
fn the_best_way_that_is_offered_is_taken() {
    let check = |resources: Value, expected: Filing| {
        assert_eq!(degrade(&server(resources)).filing.way, expected);
    };
    let write = &["create"][..];
    check(json!([resource("Communication", write), resource("DocumentReference", write)]), Filing::Communication);
    check(
        json!([resource("Communication", &["read"]), resource("DocumentReference", write), resource("Binary", write)]),
        Filing::DocumentReference { has_binary: true },
    );
    check(json!([resource("DocumentReference", write)]), Filing::DocumentReference { has_binary: false });
    check(json!([resource("Patient", &["read"])]), Filing::Hl7Mdm);
    let put_without_create = json!([{ "type": "Communication", "interaction": [{ "code": "update" }] }]);
    check(put_without_create, Filing::Hl7Mdm);
}

#[test]
fn a_german_system_gets_a_report_when_it_says_that_it_takes_one() {
    let report = json!([{ "mode": "consumer", "profile": "https://gematik.de/fhir/isik/StructureDefinition/ISiKBerichtBundle" }]);
    let role = "https://gematik.de/fhir/isik/CapabilityStatement/ISiKCapabilityStatementCompositionKonsumentenRolle";
    for statement in [
        json!({ "fhirVersion": "4.0.1", "document": report }),
        json!({ "fhirVersion": "4.0.1", "instantiates": [role] }),
    ] {
        let plan = degrade(&Capabilities::read(&statement));
        assert_eq!(plan.filing.way, Filing::IsikReport);
        assert_eq!(plan.filing.because, [Reason::NotOffered("Communication"), Reason::NotOffered("DocumentReference")]);
        assert_eq!(plan.writing.way, Writing::CreateOnce);
    }
    let other = json!({ "fhirVersion": "4.0.1", "instantiates": ["https://evil.example/CompositionKonsumentenRolle"] });
    assert_eq!(degrade(&Capabilities::read(&other)).filing.way, Filing::Hl7Mdm);
}

#[test]
fn writes_are_safe_to_repeat_wherever_the_server_allows_it() {
    let plan = degrade(&server(json!([
        { "type": "Communication", "interaction": [{ "code": "update" }, { "code": "create" }], "updateCreate": true },
        { "type": "Task", "interaction": [{ "code": "create" }, { "code": "search-type" }], "conditionalCreate": true,
          "searchParam": [{ "name": "identifier", "type": "token" }] },
        { "type": "Consent", "interaction": [{ "code": "create" }], "conditionalCreate": true },
    ])));
    assert_eq!(plan.writing.way, Writing::PutById);
    let way = |kind: &str| plan.others.iter().find(|other| other.0 == kind).map(|other| other.1.way);
    assert_eq!(way("Task"), Some(Writing::SearchThenCreate { with_if_none_exist: true }));
    assert_eq!(way("Consent"), Some(Writing::CreateOnce), "If-None-Exist alone is not trusted");
    assert_eq!(way("Provenance"), Some(Writing::No));
}

#[test]
fn merges_come_by_topic_by_criteria_or_by_asking() {
    let subscription = resource("Subscription", &["create"]);
    let patient = resource("Patient", &["read", "search-type"]);
    let mut with_topic = subscription.clone();
    with_topic["extension"] =
        json!([{ "url": crate::fhir::terms::TOPIC_CANONICAL, "valueCanonical": ISIK_PATIENT_MERGE }]);
    let mut other_topic = subscription.clone();
    other_topic["extension"] = json!([{ "url": crate::fhir::terms::TOPIC_CANONICAL, "valueCanonical": "x" }]);
    for (resources, expected) in [
        (json!([with_topic, patient]), Merges::IsikTopic),
        (json!([subscription, patient]), Merges::Criteria),
        (json!([other_topic, patient]), Merges::Criteria),
        (json!([patient]), Merges::Poll),
        (json!([]), Merges::OnRead),
    ] {
        assert_eq!(degrade(&server(resources)).merges.way, expected);
    }
}

#[test]
fn the_plan_can_be_read_by_an_integration_engineer() {
    let plan = degrade(&Capabilities::read(&json!({ "fhirVersion": "3.0.2\u{1b}[2J" }))).to_string();
    assert!(
        plan.starts_with(
            "threads: MDM^T02 over HL7 v2 – it speaks FHIR 3.0.2[2J, not R4\n  written: not written – HL7 v2"
        ),
        "{plan}"
    );
    assert!(
        plan.contains("\nmerged patients: seen only when a patient is read – Subscription is not offered; "),
        "{plan}"
    );
}

#[test]
fn what_is_withheld_is_not_written_and_the_plan_says_why_in_either_language() {
    let mut can = server(json!([resource("Communication", &["create"]), resource("DocumentReference", &["create"])]));
    can.withheld.insert("Communication".to_owned());
    let plan = degrade(&can);
    assert_eq!(plan.filing.way, Filing::DocumentReference { has_binary: false });
    let (en, de) = (plan.text(Lang::En), plan.text(Lang::De));
    assert!(en.contains("Communication is not to be written there (resources)"), "{en}");
    assert!(de.contains("Communication soll dort nicht geschrieben werden (resources)"), "{de}");
    assert_eq!(en.lines().count(), de.lines().count());
}
