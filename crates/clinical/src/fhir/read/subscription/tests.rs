use serde_json::json;

use super::*;

#[test]
fn what_is_built_is_read_back() {
    for about in [
        About::Criteria { criteria: "Task?status=ready".to_owned(), with_resource: false },
        About::Topic {
            topic: "https://b.example/topic/task".to_owned(),
            filters: vec!["Task?owner=x".to_owned()],
            content: PayloadContent::FullResource,
            heartbeat_seconds: Some(30),
            max_count: Some(10),
        },
    ] {
        let built = crate::fhir::build::subscription::Subscription {
            id: None,
            meta: crate::fhir::data::Meta::default(),
            status: SubscriptionStatus::Requested,
            reason: "work".to_owned(),
            about: about.clone(),
            end: Some(Instant::from_seconds(60)),
            error: None,
            endpoint: "https://c.example/hook".to_owned(),
            headers: vec!["Authorization: Bearer x".to_owned()],
        }
        .build();
        let read = Subscription::read(&built).unwrap();
        assert_eq!(read.about, about);
        assert_eq!(read.headers, [("Authorization".to_owned(), "Bearer x".to_owned())]);
        assert_eq!(read.end, Some(Instant::from_seconds(60)));
    }
}

#[test]
fn what_we_do_not_serve_is_refused_by_name() {
    let good = json!({ "status": "requested", "criteria": "Task?", "channel": {
        "type": "rest-hook", "endpoint": "https://c.example/hook" } });
    assert!(Subscription::read(&good).is_ok());
    let check = |pointer: &str, value: Value, fault: SubscriptionFault| {
        let mut changed = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        assert_eq!(Subscription::read(&changed), Err(fault), "{changed}");
    };
    check("/status", json!("new"), SubscriptionFault::Status);
    check("/criteria", json!("?x"), SubscriptionFault::Criteria);
    check("/end", json!("soon"), SubscriptionFault::End);
    check("/channel/type", json!("websocket"), SubscriptionFault::Channel);
    check("/channel/endpoint", json!("ftp://c.example"), SubscriptionFault::Endpoint);
    check("/channel/endpoint", json!("https://c.example/\r\nHost: x"), SubscriptionFault::Endpoint);
    check("/channel/payload", json!("text/plain"), SubscriptionFault::Payload);
    for header in ["Host: evil", "A: b\r\nC: d", "no colon", "content-LENGTH: 3"] {
        check("/channel/header", json!([header]), SubscriptionFault::Header);
    }
}

#[test]
fn a_notification_is_read_in_both_shapes() {
    let parameters = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "subscription", "valueReference": { "reference": "Subscription/1" } },
        { "name": "topic", "valueCanonical": "https://gematik.de/fhir/isik/SubscriptionTopic/patient-merge" },
        { "name": "status", "valueCode": "active" },
        { "name": "type", "valueCode": "event-notification" },
        { "name": "events-since-subscription-start", "valueString": "7" },
        { "name": "notification-event", "part": [
            { "name": "event-number", "valueString": "7" },
            { "name": "timestamp", "valueInstant": "1970-01-01T00:00:00Z" },
            { "name": "focus", "valueReference": { "reference": "Patient/p1" } },
        ] },
    ] });
    let status = json!({ "resourceType": "SubscriptionStatus", "status": "active", "type": "event-notification",
        "subscription": { "reference": "Subscription/1" }, "eventsSinceSubscriptionStart": 7,
        "topic": "https://gematik.de/fhir/isik/SubscriptionTopic/patient-merge",
        "notificationEvent": [{ "eventNumber": "7", "timestamp": "1970-01-01T00:00:00Z",
            "focus": { "reference": "Patient/p1" } }] });
    let read = NotificationStatus::read(&parameters).unwrap();
    assert_eq!(
        read.events,
        [NotificationEvent { number: Some(7), at: Some(Instant::from_seconds(0)), focus: Some("Patient/p1") }]
    );
    assert_eq!(read.kind, NotificationType::EventNotification);
    assert_eq!(NotificationStatus::read(&status), Some(read));
    assert_eq!(NotificationStatus::read(&json!({ "resourceType": "Parameters" })), None);
    assert_eq!(NotificationStatus::read(&json!({ "resourceType": "Patient" })), None);
}
