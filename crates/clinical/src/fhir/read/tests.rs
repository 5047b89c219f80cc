use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn a_resource_knows_type_id_and_version() {
    let bytes = b"\xef\xbb\xbf{\"resourceType\":\"Task\",\"id\":\"t1\",\
        \"meta\":{\"versionId\":\"3\",\"lastUpdated\":\"1970-01-01T00:00:01Z\"}}";
    let resource = read_any(bytes).unwrap();
    assert_eq!(resource.kind(), "Task");
    assert_eq!(resource.id(), Id::parse("t1"));
    assert_eq!(resource.version(), Some("3"));
    assert_eq!(resource.last_updated(), Some(Instant::from_seconds(1)));
}

#[test]
fn what_is_no_resource_is_refused_without_a_word_of_it() {
    assert_eq!(read_any(b"{\n  secret").unwrap_err().to_string(), "this is no JSON (line 2, column 3)");
    for body in [&b"[]"[..], b"{}", b"3", b"{\"resourceType\":7}", b"{\"resourceType\":\"\"}"] {
        assert_eq!(read_any(body), Err(Unreadable::NoResource));
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(read_any(deep.as_bytes()), Err(Unreadable::NotJson { .. })));
}

#[test]
fn a_period_holds_until_the_end_of_what_its_end_names() {
    let at = |text: &str| Instant::parse(text).unwrap();
    let day = json!({ "start": "2026-11-01", "end": "2026-11-27" });
    for (now, holds) in [
        ("2026-10-31T23:59:59Z", false),
        ("2026-11-01T00:00:00Z", true),
        ("2026-11-27T23:59:59Z", true),
        ("2026-11-28T00:00:00Z", false),
    ] {
        assert_eq!(holds_at(Some(&day), at(now)), holds, "{now}");
    }
    assert!(holds_at(None, at("2026-11-01T00:00:00Z")));
    let odd = json!({ "end": "someday" });
    assert!(!holds_at(Some(&odd), at("2026-11-01T00:00:00Z")), "an end that can't be read has passed");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~äö]{0,12}".prop_map(Value::from),
        prop_oneof![Just("active"), Just("2026-11"), Just("server"), Just("Patient"), Just("next")]
            .prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("rest"),
        Just("resource"),
        Just("entry"),
        Just("link"),
        Just("other"),
        Just("type"),
        Just("name"),
        Just("given"),
        Just("identifier"),
        Just("extension"),
        Just("url"),
        Just("channel"),
        Just("criteria"),
        Just("parameter"),
        Just("part"),
        Just("provision"),
        Just("period"),
        Just("issue"),
        Just("security"),
        Just("telecom"),
        Just("communication"),
        Just("language"),
        Just("coding"),
        Just("relation"),
        Just("mode"),
        Just("meta"),
        Just("deceasedDateTime"),
        Just("document"),
        Just("interaction"),
        Just("searchParam"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(name.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_any(&bytes);
    }

    #[test]
    fn no_content_makes_a_view_panic(kind in prop_oneof![
        Just("Bundle"), Just("CapabilityStatement"), Just("Consent"), Just("OperationOutcome"), Just("Patient"),
        Just("Subscription"), Just("Parameters"),
    ], mut value in any_json()) {
        if let Value::Object(fields) = &mut value {
            fields.insert("resourceType".to_owned(), Value::from(kind));
            let resource = Resource::new(value).unwrap();
            resource.view().walk();
        }
    }
}

impl View<'_> {
    /// Asks for everything there is.
    fn walk(&self) {
        let now = Instant::from_seconds(0);
        match self {
            View::Bundle(bundle) => {
                let _ = (bundle.kind(), bundle.total(), bundle.next(), bundle.notification());
                bundle.entries().for_each(|entry| drop(format!("{entry:?}")));
            }
            View::CapabilityStatement(capabilities) => drop(degrade(capabilities).to_string()),
            View::Consent(consent) => drop((consent.status(), consent.is_in_force(now), consent.patient())),
            View::OperationOutcome(outcome) => drop(outcome.to_string()),
            View::Patient(patient) => {
                let _ = (patient.identifiers(), patient.names(), patient.birth_date(), patient.deceased());
                let _ = (patient.telecom(), patient.languages(), patient.replaced_by(), patient.replaces());
            }
            View::Subscription(subscription) => drop(format!("{subscription:?}")),
            View::Other(_) => {}
        }
    }
}
