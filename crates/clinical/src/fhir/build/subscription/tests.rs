use serde_json::json;

use super::*;

fn subscription(about: About) -> Subscription {
    Subscription {
        id: None,
        meta: Meta::default(),
        status: SubscriptionStatus::Requested,
        reason: "merged patients".to_owned(),
        about,
        end: None,
        error: None,
        endpoint: "https://b.example/hook".to_owned(),
        headers: vec!["Authorization: Bearer s3cret".to_owned(), "junk".to_owned()],
    }
}

#[test]
fn an_r4_subscription_names_a_search() {
    let built =
        subscription(About::Criteria { criteria: "Patient?active=false".to_owned(), with_resource: true }).build();
    assert_eq!(
        built,
        json!({
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "merged patients",
            "criteria": "Patient?active=false",
            "channel": { "type": "rest-hook", "endpoint": "https://b.example/hook", "payload": "application/fhir+json",
                "header": ["Authorization: Bearer s3cret", "junk"] },
        })
    );
    assert_eq!(masked(built)["channel"]["header"], json!(["Authorization: ***", "***"]));
}

#[test]
fn a_topic_subscription_carries_its_extensions() {
    let built = subscription(About::Topic {
        topic: crate::fhir::terms::ISIK_PATIENT_MERGE.to_owned(),
        filters: vec!["Patient?identifier=x|1".to_owned()],
        content: PayloadContent::IdOnly,
        heartbeat_seconds: Some(60),
        max_count: None,
    })
    .build();
    let url = |name: &str| format!("http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/{name}");
    assert_eq!(
        built,
        json!({
            "resourceType": "Subscription",
            "meta": { "profile": [url("backport-subscription")] },
            "status": "requested",
            "reason": "merged patients",
            "criteria": "https://gematik.de/fhir/isik/SubscriptionTopic/patient-merge",
            "_criteria": { "extension": [
                { "url": url("backport-filter-criteria"), "valueString": "Patient?identifier=x|1" }] },
            "channel": {
                "extension": [{ "url": url("backport-heartbeat-period"), "valueUnsignedInt": 60 }],
                "type": "rest-hook",
                "endpoint": "https://b.example/hook",
                "payload": "application/fhir+json",
                "_payload": { "extension": [{ "url": url("backport-payload-content"), "valueCode": "id-only" }] },
                "header": ["Authorization: Bearer s3cret", "junk"],
            },
        })
    );
}

fn notification(kind: NotificationType, content: PayloadContent, events: Vec<Event>) -> Value {
    Notification {
        id: Id::parse("9e41ff6d-5be6-4e6a-8b85-abd4e7f58400").unwrap(),
        at: Instant::from_seconds(0),
        base: "https://b.example/fhir".to_owned(),
        subscription: Id::parse("s1").unwrap(),
        topic: "https://b.example/topic/communication".to_owned(),
        status: SubscriptionStatus::Active,
        kind,
        events_since_start: u64::try_from(events.len()).unwrap(),
        events,
        content,
        error: None,
    }
    .build()
}

fn event() -> Event {
    Event {
        number: 1,
        at: Instant::from_seconds(0),
        kind: "Communication".to_owned(),
        id: Id::parse("c1").unwrap(),
        resource: Some(json!({ "resourceType": "Communication", "id": "c1", "status": "completed" })),
    }
}

#[test]
fn a_notification_begins_with_the_status() {
    let url = |name: &str| format!("http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/{name}");
    let built = notification(NotificationType::EventNotification, PayloadContent::FullResource, vec![event()]);
    assert_eq!(
        built,
        json!({
            "resourceType": "Bundle",
            "id": "9e41ff6d-5be6-4e6a-8b85-abd4e7f58400",
            "meta": { "profile": [url("backport-subscription-notification-r4")] },
            "type": "history",
            "timestamp": "1970-01-01T00:00:00.000Z",
            "entry": [
                {
                    "fullUrl": "urn:uuid:9e41ff6d-5be6-4e6a-8b85-abd4e7f58400",
                    "resource": {
                        "resourceType": "Parameters",
                        "id": "9e41ff6d-5be6-4e6a-8b85-abd4e7f58400",
                        "meta": { "profile": [url("backport-subscription-status-r4")] },
                        "parameter": [
                            { "name": "subscription",
                              "valueReference": { "reference": "https://b.example/fhir/Subscription/s1" } },
                            { "name": "topic", "valueCanonical": "https://b.example/topic/communication" },
                            { "name": "status", "valueCode": "active" },
                            { "name": "type", "valueCode": "event-notification" },
                            { "name": "events-since-subscription-start", "valueString": "1" },
                            { "name": "notification-event", "part": [
                                { "name": "event-number", "valueString": "1" },
                                { "name": "timestamp", "valueInstant": "1970-01-01T00:00:00.000Z" },
                                { "name": "focus",
                                  "valueReference": { "reference": "https://b.example/fhir/Communication/c1" } },
                            ] },
                        ],
                    },
                    "request": { "method": "GET", "url": "https://b.example/fhir/Subscription/s1/$status" },
                    "response": { "status": "200" },
                },
                {
                    "fullUrl": "https://b.example/fhir/Communication/c1",
                    "resource": { "resourceType": "Communication", "id": "c1", "status": "completed" },
                    "request": { "method": "PUT", "url": "Communication/c1" },
                    "response": { "status": "200" },
                },
            ],
        })
    );
}

#[test]
fn an_empty_notification_tells_nothing_of_what_it_is_about() {
    let built = notification(NotificationType::EventNotification, PayloadContent::Empty, vec![event()]);
    assert!(!built.to_string().contains("Communication"), "{built}");
    let only_ids = notification(NotificationType::EventNotification, PayloadContent::IdOnly, vec![event()]);
    assert_eq!(only_ids["entry"][1].get("resource"), None);
    let handshake = notification(NotificationType::Handshake, PayloadContent::IdOnly, Vec::new());
    assert_eq!(handshake["entry"].as_array().map(Vec::len), Some(1));
}
