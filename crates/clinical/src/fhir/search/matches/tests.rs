use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::fhir::{http::Handling, search::Rules};

fn query(kind: &str, text: &str) -> Query {
    let rules = Rules { base: "https://b.example/fhir", handling: Handling::Strict, default_count: 2, most_count: 100 };
    Query::parse(kind, text, &rules).unwrap_or_else(|outcome| panic!("{text}: {outcome:?}"))
}

fn task() -> Value {
    json!({
        "resourceType": "Task", "id": "t1",
        "meta": { "lastUpdated": "2026-11-27T10:00:00.5Z", "tag": [{ "system": "s", "code": "x" }] },
        "identifier": [{ "system": "https://b.example/case", "value": "F-2841" }, { "value": "bare" }],
        "status": "ready", "intent": "order",
        "code": { "coding": [{ "system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill" }], "text": "x" },
        "for": { "reference": "https://b.example/fhir/Patient/p1", "identifier": { "system": "kv", "value": "X1" } },
        "focus": { "reference": "Communication/c1" },
        "authoredOn": "2026-11-27",
    })
}

#[test]
fn a_task_is_found_by_what_it_is() {
    for (text, expected) in [
        ("", true),
        ("_id=t1", true),
        ("_id=t2", false),
        ("status=ready", true),
        ("status=draft,ready", true),
        ("status:not=ready", false),
        ("status:not=draft", true),
        ("status=http://hl7.org/fhir/task-status|ready", true),
        ("identifier=F-2841", true),
        ("identifier=https://b.example/case|F-2841", true),
        ("identifier=https://b.example/case|", true),
        ("identifier=other|F-2841", false),
        ("identifier=|bare", true),
        ("identifier=|F-2841", false),
        ("code=fulfill&status=ready", true),
        ("code=fulfill&status=draft", false),
        ("patient=p1", true),
        ("patient=Patient/p1", true),
        ("patient=https://b.example/fhir/Patient/p1", true),
        ("patient=https://c.example/fhir/Patient/p1", false),
        ("patient=p2", false),
        ("subject:Patient=p1", true),
        ("subject=Group/p1", false),
        ("patient:identifier=kv|X1", true),
        ("patient:identifier=X2", false),
        ("focus=Communication/c1", true),
        ("owner:missing=true", true),
        ("focus:missing=true", false),
        ("owner=x", false),
        ("_tag=s|x", true),
    ] {
        assert_eq!(matches(&task(), &query("Task", text)), expected, "{text}");
    }
    assert!(!matches(&task(), &query("Consent", "")));
}

#[test]
fn dates_are_compared_as_ranges() {
    for (text, expected) in [
        ("authored-on=2026-11-27", true),
        ("authored-on=2026-11", true),
        ("authored-on=2026-11-27T10:00Z", false),
        ("authored-on=ne2026-11-27", false),
        ("authored-on=gt2026-11-27", false),
        ("authored-on=ge2026-11-27", true),
        ("authored-on=gt2026-11-26", true),
        ("authored-on=gt2026-11-27T10:00Z", true),
        ("authored-on=lt2026-11-27", false),
        ("authored-on=lt2026-11-27T10:00Z", true),
        ("authored-on=le2026-11-27", true),
        ("authored-on=sa2026-11-26", true),
        ("authored-on=sa2026-11-27", false),
        ("authored-on=eb2026-11-28", true),
        ("authored-on=eb2026-11-27", false),
        ("authored-on=ap2026-11-28", true),
        ("authored-on=ap2026-12-01", false),
        ("_lastUpdated=gt2026-11-27T10:00:00.4Z", true),
        ("_lastUpdated=gt2026-11-27T10:00:00.5Z", false),
        ("_lastUpdated=ge2026-11-27T11:00:00%2B01:00&_lastUpdated=lt2026-11-28", true),
    ] {
        assert_eq!(matches(&task(), &query("Task", text)), expected, "{text}");
    }
    let flag = |period: Value| json!({ "resourceType": "Flag", "period": period });
    for (period, text, expected) in [
        (json!({ "start": "2026-11-01" }), "date=ge2027", true),
        (json!({ "start": "2026-11-01", "end": "2026-11-30" }), "date=2026-11", true),
        (json!({ "start": "2026-11-01", "end": "2026-11-30" }), "date=ge2027", false),
        (json!({}), "date=ge1970", false),
    ] {
        assert_eq!(matches(&flag(period.clone()), &query("Flag", text)), expected, "{period} {text}");
    }
}

#[test]
fn texts_are_found_without_case_and_accents_or_exactly() {
    let patient = json!({ "resourceType": "Patient", "active": true, "name": [{ "family": "Müller", "given": ["Doris", "Änne"] }],
        "telecom": [{ "system": "url", "value": "https://example.social/@d" }] });
    for (text, expected) in [
        ("family=mul", true),
        ("family=M%C3%9CL", true),
        ("family=ller", false),
        ("family:contains=LLER", true),
        ("family:exact=M%C3%BCller", true),
        ("family:exact=muller", false),
        ("name=anne", true),
        ("active=true", true),
        ("active=false", false),
        ("telecom=https://example.social/@d", true),
    ] {
        assert_eq!(matches(&patient, &query("Patient", text)), expected, "{text}");
    }
}

#[test]
fn a_provenance_is_no_patients_because_of_its_other_targets() {
    let provenance = json!({ "resourceType": "Provenance", "target": [{ "reference": "Communication/p1" },
        { "reference": "Patient/p2" }] });
    assert!(!matches(&provenance, &query("Provenance", "patient=p1")));
    assert!(matches(&provenance, &query("Provenance", "patient=p2")));
    assert!(matches(&provenance, &query("Provenance", "target=Communication/p1")));
}

fn tasks(statuses: &[(&str, &str, Option<&str>)]) -> Vec<Value> {
    let task = |(id, status, modified): &(&str, &str, Option<&str>)| {
        let mut task = json!({ "resourceType": "Task", "id": id, "status": status });
        if let Some(modified) = modified {
            task["lastModified"] = json!(modified);
        }
        task
    };
    statuses.iter().map(task).collect()
}

#[test]
fn pages_follow_one_another_in_the_order_asked_for() {
    let all = tasks(&[
        ("a", "ready", Some("2026-11-27")),
        ("b", "draft", None),
        ("c", "ready", Some("2026-11-29")),
        ("d", "ready", Some("2026-11-27")),
        ("e", "ready", Some("2026-11-28")),
    ]);
    let ids =
        |page: &Page<'_>| page.items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<String>();
    for (sort, expected) in
        [("-modified", ["ce", "ad", "b"]), ("modified", ["ba", "de", "c"]), ("status,-_id", ["be", "dc", "a"])]
    {
        let mut query = query("Task", &format!("_sort={sort}"));
        let mut seen = Vec::new();
        loop {
            let page = page(&all, &query);
            assert_eq!(page.total, 5);
            seen.push(ids(&page));
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
    let counted = page(&all, &query("Task", "_summary=count&status=ready"));
    assert_eq!((counted.total, counted.items.len(), counted.next), (4, 0, None));
}

#[test]
fn what_comes_along_is_named_once_and_by_type() {
    assert_eq!(
        included(&task(), &query("Task", "_include=Task:focus&_include=Task:patient")),
        ["Communication/c1", "Patient/p1"]
    );
    assert_eq!(included(&task(), &query("Task", "_include=Task:focus:Patient")), Vec::<String>::new());
}

#[test]
fn a_part_of_a_resource_is_marked_as_a_part() {
    let part = subset(&task(), &query("Task", "_elements=focus"));
    assert_eq!(part.get("authoredOn"), None);
    assert_eq!(part["focus"]["reference"], "Communication/c1");
    assert_eq!(part["meta"]["tag"][1]["code"], "SUBSETTED");
    assert_eq!(subset(&task(), &query("Task", "")), task());
}

proptest! {
    #[test]
    fn paging_gives_each_once(
        rows in prop::collection::vec(("[a-e]{1,2}", prop_oneof![Just("2026"), Just("2026-11"), Just("odd")]), 0..20),
        count in 1_usize..5,
        is_descending in any::<bool>(),
    ) {
        let all: Vec<Value> = rows.iter().enumerate().map(|(index, (status, modified))| {
            json!({ "resourceType": "Task", "id": index.to_string(), "status": status, "lastModified": modified })
        }).collect();
        let mark = if is_descending { "-" } else { "" };
        let mut query = query("Task", &format!("_sort={mark}modified,status&_count={count}"));
        let mut seen = Vec::new();
        loop {
            let page = page(&all, &query);
            prop_assert!(page.items.len() <= count);
            seen.extend(page.items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            match page.next {
                Some(next) => query.cursor = Cursor::decode(&next.encode()),
                None => break,
            }
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), all.len());
        prop_assert_eq!(seen.len(), all.len());
    }
}
