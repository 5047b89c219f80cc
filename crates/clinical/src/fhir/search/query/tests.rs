use proptest::prelude::*;

use super::*;
use crate::fhir::search::{Prefix, System};

const BASE: &str = "https://b.example/fhir";

fn rules(handling: Handling) -> Rules<'static> {
    Rules { base: BASE, handling, default_count: 50, most_count: 200 }
}

fn parse(kind: &str, text: &str) -> Result<Query, OperationOutcome> {
    Query::parse(kind, text, &rules(Handling::Lenient))
}

fn only_filter(kind: &str, text: &str) -> Filter {
    let query = parse(kind, text).unwrap_or_else(|outcome| panic!("{text}: {outcome:?}"));
    assert_eq!(query.filters.len(), 1, "{text}");
    query.filters[0].clone()
}

fn any_of(kind: &str, text: &str) -> Vec<Wanted> {
    match only_filter(kind, text).test {
        Test::AnyOf(wanted) => wanted,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn values_are_read_by_the_type_of_their_parameter() {
    let token = |system: System, code: &str| Wanted::Token { system, code: Some(code.to_owned()) };
    assert_eq!(
        any_of("Task", "status=ready,http%3A%2F%2Fhl7.org%2Ffhir%2Ftask-status%7Caccepted"),
        [token(System::Any, "ready"), token(System::Is("http://hl7.org/fhir/task-status".to_owned()), "accepted")]
    );
    let patient = |id: &str| Wanted::Reference { kind: Some("Patient".to_owned()), id: id.to_owned() };
    assert_eq!(any_of("Task", "patient=p1,Patient/p2"), [patient("p1"), patient("p2")]);
    assert_eq!(any_of("Task", "subject:Patient=p1"), [patient("p1")]);
    assert_eq!(any_of("Communication", "subject=https://b.example/fhir/Patient/p1"), [patient("p1")]);
    for name in ["patient:identifier", "patient.identifier", "subject:Patient.identifier"] {
        assert_eq!(
            any_of("Task", &format!("{name}=s|v")),
            [Wanted::ReferenceName { system: System::Is("s".to_owned()), value: Some("v".to_owned()) }]
        );
    }
    assert!(matches!(
        any_of("Communication", "sent=ge2026-11-27T10:00:00%2B01:00")[..],
        [Wanted::Date { prefix: Prefix::GreaterOrEqual, .. }]
    ));
    assert!(matches!(&any_of("Patient", "family=M%C3%BC")[..], [Wanted::Text { text, .. }] if text == "mu"));
    assert!(matches!(only_filter("Task", "owner:missing=true").test, Test::Missing(true)));
    assert!(matches!(only_filter("Task", "status:not=draft").test, Test::NoneOf(_)));
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_without_its_value() {
    let check = |kind: &str, text: &str, code: IssueType, place: &str| {
        let outcome = parse(kind, text).expect_err(text);
        let issue = &outcome.issues()[0];
        assert_eq!((issue.code, issue.expression[0].as_str()), (code, place), "{text}");
        assert!(!issue.diagnostics.as_deref().unwrap().contains("SECRET"), "{text}");
        assert_eq!(outcome.status(), if code == IssueType::TooCostly { 413 } else { 400 });
    };
    check("Observation", "_id=1", IssueType::NotSupported, "http");
    check("Task", "patient=", IssueType::Value, "http.patient");
    check("Task", "patient=Group/SECRET", IssueType::Value, "http.patient");
    check("Task", "patient:Group=SECRET", IssueType::NotSupported, "http.patient");
    check("Task", "patient.name=SECRET", IssueType::NotSupported, "http.patient.name");
    check("Task", "status.identifier=SECRET", IssueType::NotSupported, "http.status");
    check("Task", "subject:Patient.name=SECRET", IssueType::NotSupported, "http.subject");
    check("Task", "_has:Provenance:target:agent=SECRET", IssueType::NotSupported, "http._has");
    check("Task", "_filter=SECRET", IssueType::NotSupported, "http._filter");
    check("Task", "status:in=SECRET", IssueType::NotSupported, "http.status");
    check("Task", "status=ready,", IssueType::Value, "http.status");
    check("Task", "modified=SECRET", IssueType::Value, "http.modified");
    check("Task", "modified:exact=2026", IssueType::NotSupported, "http.modified");
    check("Task", "owner:missing=SECRET", IssueType::Value, "http.owner:missing");
    check("Task", "_count=-1", IssueType::Value, "http._count");
    check("Task", "_sort=SECRET<b>", IssueType::Value, "http._sort");
    check("Task", "_include=Task:status", IssueType::Value, "http._include");
    check("Task", "_include=Communication:subject", IssueType::Value, "http._include");
    check("Task", "_revinclude=Provenance:recorded", IssueType::Value, "http._revinclude");
    check("Task", "_revinclude=Communication:patient", IssueType::Value, "http._revinclude");
    check("Task", "_revinclude=Provenance:target:Communication", IssueType::Value, "http._revinclude");
    check("Task", "_include:iterate=Task:focus", IssueType::NotSupported, "http._include");
    check("Task", "_cursor=SECRET", IssueType::Value, "http._cursor");
    check("Task", "status=%zz", IssueType::Invalid, "http");
    check("Task", "status=%ff", IssueType::Invalid, "http");
    check("Task", &"status=a&".repeat(65), IssueType::TooCostly, "http");
    check("Task", &format!("status={}a", "a,".repeat(200)), IssueType::TooCostly, "http.status");
}

#[test]
fn an_unknown_name_is_passed_over_with_a_warning_or_refused() {
    let query = parse("Task", "colour=red&status=ready&<script>=1").unwrap();
    assert_eq!(query.ignored, ["colour", "script"]);
    assert_eq!(query.warnings().map(|outcome| outcome.issues().len()), Some(2));
    assert_eq!(query.self_url(), "https://b.example/fhir/Task?status=ready", "what was passed over is not in the link");
    let outcome = Query::parse("Task", "colour=red", &rules(Handling::Strict)).unwrap_err();
    assert_eq!(outcome.issues()[0].expression, ["http.colour"]);
}

#[test]
fn the_answer_is_shaped_by_its_own_parameters() {
    let query = parse(
        "Task",
        "_count=1000&_sort=-modified,_id&_total=none&_summary=count&_include=Task:focus:Communication\
        &_elements=status,for&_format=json",
    )
    .unwrap();
    assert_eq!((query.count, query.total, query.summary), (200, Total::None, Summary::Count));
    assert_eq!(
        query.sort.iter().map(|sort| (sort.param.name, sort.is_descending)).collect::<Vec<_>>(),
        [("modified", true), ("_id", false)]
    );
    assert_eq!(query.includes[0].target.as_deref(), Some("Communication"));
    assert_eq!(query.elements, ["status", "for"]);
    assert_eq!(parse("Task", "_count=0").unwrap().summary, Summary::Count);
    assert_eq!(parse("Task", "").unwrap().self_url(), "https://b.example/fhir/Task");
}

#[test]
fn a_link_reads_back_as_the_same_query() {
    let query = parse("Task", "identifier=https://x.example|a%2Bb%26c&_sort=-modified&_count=2").unwrap();
    let cursor = Cursor { keys: vec![crate::fhir::search::Key::Number(5)], id: "t1".to_owned() };
    let link = query.next_url(&cursor);
    let read = parse("Task", link.split_once('?').unwrap().1).unwrap();
    assert_eq!(read.cursor.as_ref(), Some(&cursor));
    assert_eq!((&read.filters, &read.sort, read.count), (&query.filters, &query.sort, query.count));
    assert_eq!(read.self_url(), query.self_url());
}

proptest! {
    #[test]
    fn no_query_makes_it_panic(text in "[ -~äß]{0,120}") {
        let _ = parse("Task", &text);
    }

    #[test]
    fn no_query_of_known_names_makes_it_panic(
        name in prop_oneof![Just("status"), Just("patient"), Just("modified"), Just("_lastUpdated"), Just("_sort"),
            Just("_include"), Just("_cursor"), Just("_count"), Just("subject:Patient"), Just("owner:identifier")],
        value in "[ -~ä]{0,30}",
    ) {
        if let Ok(query) = parse("Task", &format!("{name}={}", encode(&value))) {
            let link = query.self_url();
            let again = parse("Task", link.split_once('?').map_or("", |(_, text)| text)).unwrap();
            prop_assert_eq!(again.filters, query.filters);
        }
    }
}

#[test]
fn what_refers_to_what_is_found_may_come_along() {
    let query = parse("Task", "_revinclude=Provenance:target&_revinclude=Provenance:target:Task").unwrap();
    let wanted: Vec<_> = query.rev_includes.iter().map(|one| (one.kind.as_str(), one.param.name)).collect();
    assert_eq!(wanted, [("Provenance", "target"), ("Provenance", "target")]);
    assert!(query.self_url().contains("_revinclude=Provenance:target"));
}
