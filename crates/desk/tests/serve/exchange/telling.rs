//! Subscribers and webhooks: told in order, each event with its number, tried again, and given up at last.

use axum::http::Method;
use bedside_core::{
    channel::Fault,
    door::Purpose,
    exchange::{Handing, Mailbox},
    site::Role,
    time::Span,
};
use serde_json::{Value, json};

use super::{BASE, Exchange, KVID, Program, WORDS, open};

const BACKPORT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";

pub fn by_topic(topic: &str, content: &str, filter: Option<&str>) -> Value {
    let filters: Vec<Value> = filter
        .iter()
        .map(|text| json!({ "url": format!("{BACKPORT}/backport-filter-criteria"), "valueString": text }))
        .collect();
    json!({
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "care",
        "criteria": format!("{BASE}/SubscriptionTopic/{topic}"),
        "_criteria": { "extension": filters },
        "channel": {
            "type": "rest-hook",
            "endpoint": "https://kis.example/hooks/topic",
            "header": ["Authorization: Bearer s3cret"],
            "payload": "application/fhir+json",
            "_payload": { "extension": [{ "url": format!("{BACKPORT}/backport-payload-content"), "valueCode": content }] },
            "extension": [{ "url": format!("{BACKPORT}/backport-heartbeat-period"), "valueUnsignedInt": 60 }],
        },
    })
}

async fn made(program: &Program, asked: &Value) -> String {
    let answer = program.puts(Method::POST, "Subscription", asked).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.body["status"], "requested");
    assert!(answer.header("location").starts_with(&format!("{BASE}/Subscription/")));
    answer.body["id"].as_str().unwrap().to_owned()
}

/// What the hospital's program was told: type, numbers, resources.
fn told(exchange: &Exchange) -> Vec<(String, Vec<String>, Vec<Value>)> {
    let own = exchange.post.took().into_iter().filter(|(telling, _)| telling.to == Mailbox::Client("kis".to_owned()));
    own.map(|(_, bundle)| {
        let status = &bundle["entry"][0]["resource"]["parameter"];
        let find = |name: &str| {
            status.as_array().unwrap().iter().find(|one| one["name"] == name).cloned().unwrap_or(Value::Null)
        };
        let events = status.as_array().unwrap().iter().filter(|one| one["name"] == "notification-event");
        let numbers = events.map(|one| one["part"][0]["valueString"].as_str().unwrap().to_owned()).collect();
        let entries = bundle["entry"].as_array().unwrap().iter().skip(1).cloned().collect();
        (find("type")["valueCode"].as_str().unwrap().to_owned(), numbers, entries)
    })
    .collect()
}

async fn status(program: &Program, id: &str) -> String {
    program.get(&format!("Subscription/{id}")).await.body["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_topic_begins_with_a_handshake_and_tells_numbered_events() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    let id = made(&kis, &by_topic("communication", "id-only", None)).await;
    exchange.keeps_up().await;
    assert_eq!(told(&exchange), [("handshake".to_owned(), vec![], vec![])]);
    assert_eq!(status(&kis, &id).await, "active");
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    let first = told(&exchange);
    let numbers: Vec<&String> = first.iter().flat_map(|(_, numbers, _)| numbers).collect();
    let counted: Vec<String> = (1..=numbers.len()).map(|n| n.to_string()).collect();
    assert!(numbers.len() >= 2 && numbers.into_iter().eq(&counted), "{first:?}");
    assert!(first.iter().all(|(kind, _, _)| kind == "event-notification"));
    let text = format!("{first:?}");
    assert!(
        text.contains("Communication/") && !text.contains(WORDS) && !text.contains("A123456780"),
        "ids alone: {text}"
    );
    exchange.says(&guest, "Noch eine Frage zur Reha.").await;
    exchange.keeps_up().await;
    assert_eq!(told(&exchange)[0].1, [(counted.len() + 1).to_string()]);

    let read = kis.get(&format!("Subscription/{id}")).await;
    assert!(read.text.contains("Authorization: ***") && !read.text.contains("s3cret"), "{}", read.text);
    let state = kis.get(&format!("Subscription/{id}/$status")).await;
    assert_eq!(state.body["type"], "searchset");
    let said = state.body["entry"][0]["resource"].to_string();
    assert!(
        said.contains("query-status") && said.contains(&format!("\"valueString\":\"{}\"", counted.len() + 1)),
        "{said}"
    );
    let events = kis.get(&format!("Subscription/{id}/$events?eventsSinceNumber=2")).await;
    assert_eq!(events.body["type"], "history");
    assert_eq!(events.body["entry"].as_array().unwrap().len(), counted.len() + 1, "{}", events.text);
    exchange.group.clock.pass(Span::seconds(61));
    exchange.keeps_up().await;
    assert_eq!(told(&exchange), [("heartbeat".to_owned(), vec![], vec![])]);
    let kis = exchange.kis().await;
    assert_eq!(kis.get("Subscription?status=active").await.matches().len(), 1);
    assert_eq!(kis.ask(Method::DELETE, &format!("Subscription/{id}"), &[], "").await.status, 204);
    kis.get(&format!("Subscription/{id}")).await.refuses(404);
    exchange.says(&guest, "Das hört niemand mehr.").await;
    exchange.keeps_up().await;
    assert_eq!(told(&exchange), []);
}

#[tokio::test]
async fn a_filter_narrows_and_the_whole_resource_comes_where_it_is_asked_for() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    made(&kis, &by_topic("communication", "full-resource", Some(&format!("Communication?patient.identifier={KVID}"))))
        .await;
    made(&kis, &by_topic("communication", "full-resource", Some("Communication?patient.identifier=urn:x|1"))).await;
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    let told = told(&exchange);
    let whole: Vec<&Value> = told.iter().flat_map(|(_, _, entries)| entries).map(|entry| &entry["resource"]).collect();
    assert!(whole.iter().any(|one| one["payload"][0]["contentString"] == WORDS), "{whole:?}");
    assert_eq!(told.iter().filter(|(kind, _, _)| kind == "event-notification").count(), 1);
}

#[tokio::test]
async fn a_search_of_r4_has_its_resource_put_below_the_endpoint() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    let asked = |payload: Option<&str>| {
        json!({ "resourceType": "Subscription", "status": "requested", "reason": "r", "criteria": "Task?status=requested",
            "channel": { "type": "rest-hook", "endpoint": "https://kis.example/hooks/r4/", "payload": payload } })
    };
    let id = made(&kis, &asked(Some("application/fhir+json"))).await;
    made(&kis, &asked(None)).await;
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    assert_eq!(status(&kis, &id).await, "active");
    let all = exchange.post.took();
    let own: Vec<_> = all.iter().filter(|(telling, _)| telling.to == Mailbox::Client("kis".to_owned())).collect();
    let put: Vec<_> = own.iter().filter(|(telling, _)| telling.handing == Handing::Put).collect();
    assert_eq!(put[0].1["status"], "requested");
    assert_eq!(put[0].0.url, format!("https://kis.example/hooks/r4/Task/{}", put[0].1["id"].as_str().unwrap()));
    let bare: Vec<_> = own.iter().filter(|(telling, _)| telling.handing == Handing::Post).collect();
    assert_eq!((bare.len(), bare[0].0.body.len()), (put.len(), 0));
}

#[tokio::test]
async fn what_a_client_may_not_ask_for_is_refused_with_its_place() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    let check = async |change: &dyn Fn(&mut Value), status: u16, place: &str| {
        let mut asked = by_topic("communication", "id-only", None);
        change(&mut asked);
        let answer = kis.puts(Method::POST, "Subscription", &asked).await;
        answer.refuses(status);
        assert!(answer.text.contains(place), "{}", answer.text);
    };
    check(&|one| one["channel"]["endpoint"] = "https://evil.example/x".into(), 422, "Subscription.channel.endpoint")
        .await;
    check(&|one| one["channel"]["endpoint"] = "http://169.254.169.254/".into(), 422, "Subscription.channel.endpoint")
        .await;
    check(&|one| one["channel"]["type"] = "email".into(), 422, "Subscription.channel.type").await;
    check(&|one| one["criteria"] = "http://other.example/topic".into(), 422, "Subscription.criteria").await;
    check(&|one| one["criteria"] = "Patient?name=x".into(), 422, "Subscription.criteria").await;
    check(&|one| one["criteria"] = "Communication?colour=red".into(), 422, "colour").await;
    check(&|one| one["criteria"] = "AuditEvent?date=gt2020".into(), 422, "Subscription.criteria").await;
    check(&|one| one["channel"]["header"] = json!(["Host: x"]), 422, "Subscription.channel.header").await;
    check(&|one| one["end"] = "2020-01-01T00:00:00Z".into(), 422, "Subscription.end").await;
    check(&|one| one["resourceType"] = "Task".into(), 400, "Subscription").await;
    check(&|one| drop(one.as_object_mut().unwrap().remove("status")), 422, "Subscription.status").await;
    let few = exchange.program("kis", "system/Subscription.cruds system/Task.rs").await;
    few.puts(Method::POST, "Subscription", &by_topic("communication", "id-only", None)).await.refuses(403);
    let id = made(&few, &by_topic("task", "id-only", None)).await;
    let nord = exchange.program("nord", "system/*.rs").await;
    nord.get(&format!("Subscription/{id}")).await.refuses(404);
    let (path, other) = (format!("Subscription/{id}"), by_topic("task", "empty", None).to_string());
    let headers = [("content-type", "application/fhir+json"), ("if-match", "W/\"7\"")];
    few.ask(Method::PUT, &path, &headers, &other).await.refuses(412);
    let mut changed = by_topic("task", "empty", None);
    changed["id"] = id.clone().into();
    let changed = few.puts(Method::PUT, &format!("Subscription/{id}"), &changed).await;
    assert_eq!((changed.status, changed.header("etag")), (200, "W/\"2\""), "{}", changed.text);
}

#[tokio::test]
async fn who_is_away_is_told_later_in_the_same_order_and_given_up_after_days() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    let id = made(&kis, &by_topic("communication", "id-only", None)).await;
    exchange.keeps_up().await;
    let guest = exchange.petra_consents().await;
    exchange.post.took();
    exchange.post.fails(Some(Fault::Server { status: 503 }));
    exchange.keeps_up().await;
    assert_eq!(told(&exchange).len(), 1);
    assert_eq!(status(&kis, &id).await, "error");
    let failing = async || {
        let ready = exchange.group.browser().get("/ready").await;
        serde_json::from_str::<Value>(&ready.body).unwrap()["subscribers_failing"].as_i64()
    };
    assert_eq!(
        failing().await,
        Some(3),
        "whoever watches the program sees it: the subscriber and the house's webhooks"
    );
    exchange.says(&guest, "Und noch etwas.").await;
    exchange.keeps_up().await;
    assert_eq!(told(&exchange), [], "it is not tried at once");
    exchange.post.fails(None);
    exchange.group.clock.pass(Span::minutes(1));
    exchange.keeps_up().await;
    let later = told(&exchange);
    let numbers: Vec<u64> = later.iter().flat_map(|(_, numbers, _)| numbers).map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!((status(&kis, &id).await.as_str(), failing().await), ("active", Some(0)));

    exchange.post.fails(Some(Fault::Unreachable));
    exchange.says(&guest, "Und zuletzt.").await;
    for _ in 0..5 {
        exchange.keeps_up().await;
        exchange.group.clock.pass(Span::hours(20));
    }
    let kis = exchange.kis().await;
    let read = kis.get(&format!("Subscription/{id}")).await;
    assert_eq!((read.body["status"].as_str(), read.body["error"].as_str()), (Some("off"), Some("unreachable")));
    exchange.post.took();
    exchange.post.fails(None);
    exchange.keeps_up().await;
    assert_eq!(told(&exchange), [], "whoever is off asks anew");
}

#[tokio::test]
async fn a_revocation_is_told_on_its_topic_with_nothing_but_that() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    made(&kis, &by_topic("consent-revoked", "full-resource", None)).await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    assert_eq!(told(&exchange).into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>(), ["handshake"]);
    exchange.group.road.revoke(exchange.group.mitte, guest.author, Purpose::CareTeam).await.unwrap();
    exchange.keeps_up().await;
    let told = told(&exchange);
    let [(kind, numbers, entries)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((kind.as_str(), numbers.len()), ("event-notification", 1));
    let consent = &entries[0]["resource"];
    assert_eq!((consent["resourceType"].as_str(), consent["status"].as_str()), (Some("Consent"), Some("inactive")));
    assert!(consent["provision"]["period"]["end"].is_string(), "{consent}");
    let audit = exchange.kis().await.get("AuditEvent?_count=200").await;
    assert!(audit.text.contains("private door"), "{}", audit.text);
}

#[tokio::test]
async fn a_webhook_is_told_where_to_look_and_what_was_said_only_if_it_is_configured_so() {
    let exchange = open().await;
    exchange.keeps_up().await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    let all = exchange.post.took();
    let of = |slug: &str| -> Vec<Value> {
        let own = all.iter().filter(|(telling, _)| telling.to == Mailbox::Hook(slug.to_owned()));
        own.map(|(_, body)| body.clone()).collect()
    };
    let (crm, archive) = (of("crm"), of("archive"));
    assert!(crm.len() >= 3 && crm.len() == archive.len() && of("elsewhere").is_empty(), "{}", crm.len());
    for event in &crm {
        let text = event.to_string();
        assert!(!text.contains("Hüft") && !text.contains("A123456780") && !text.contains("4711"), "{text}");
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(
            event["subject"],
            format!("{}/{}", event["data"]["resourceType"].as_str().unwrap(), event["data"]["id"].as_str().unwrap())
        );
    }
    assert!(crm.iter().any(|event| event["type"] == "bedside.communication.created"));
    assert!(archive.iter().any(|event| event["data"]["resource"]["payload"][0]["contentString"] == WORDS));

    // One that is refused keeps later ones about the same waiting, and no other.
    exchange.post.fails(Some(Fault::Refused { status: 400, code: "no".to_owned() }));
    exchange.says(&guest, "Noch etwas zur Reha.").await;
    exchange.keeps_up().await;
    let first: Vec<String> = ids(&exchange, "crm");
    exchange.post.fails(None);
    exchange.group.clock.pass(Span::minutes(11));
    exchange.keeps_up().await;
    let again = ids(&exchange, "crm");
    assert_eq!(first, again, "the same events under the same ids");
    exchange.keeps_up().await;
    assert_eq!(ids(&exchange, "crm"), Vec::<String>::new());
}

fn ids(exchange: &Exchange, slug: &str) -> Vec<String> {
    let own = exchange.post.took().into_iter().filter(|(telling, _)| telling.to == Mailbox::Hook(slug.to_owned()));
    own.map(|(telling, _)| telling.id).collect()
}

#[tokio::test]
async fn the_desk_sees_whom_it_tells_and_who_can_not_be_told() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    made(&kis, &by_topic("communication", "id-only", None)).await;
    exchange.keeps_up().await;
    exchange.petra_consents().await;
    exchange.post.fails(Some(Fault::Unreachable));
    exchange.keeps_up().await;
    let group = &exchange.group;
    let roles = [(group.mitte, Role::Admin), (group.nord, Role::Admin)];
    let mut ada = group.person("ada", &roles).await.1;
    let page = ada.get("/links").await;
    for words in [
        "Wer sonst Mitteilungen bekommt",
        "crm",
        "Webhook",
        "FHIR-Benachrichtigung",
        "Keine Verbindung.",
        "Nicht erreichbar seit",
    ] {
        page.says(words);
    }
    page.is_silent_about("A123456780");
    let mut one = group.person("eva", &roles[..1]).await.1;
    one.get("/links").await.is_silent_about("Webhook");

    let mut without = exchange.settings.clone();
    without.hooks.clear();
    let state = super::state_of(group, without, &exchange.keys, &exchange.post);
    state.keep_up().await.unwrap();
    ada.get("/links").await.says("Dorthin geht nichts mehr.");
    exchange.post.fails(None);
    exchange.post.took();
    state.keep_up().await.unwrap();
    assert_eq!(ids(&exchange, "crm"), Vec::<String>::new());
    exchange.group.clock.pass(Span::minutes(11));
    exchange.keeps_up().await;
    assert!(!ids(&exchange, "crm").is_empty(), "it is configured again, and what waited is told");
}

#[tokio::test]
async fn a_client_that_may_less_now_is_told_less() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    made(&kis, &by_topic("communication", "full-resource", None)).await;
    exchange.keeps_up().await;
    exchange.post.fails(Some(Fault::Unreachable));
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    exchange.post.fails(None);
    exchange.post.took();
    let mut less = exchange.settings.clone();
    less.clients[0].scopes = bedside_clinical::fhir::smart::Scopes::parse("system/Task.rs");
    exchange.group.clock.pass(Span::minutes(11));
    super::state_of(&exchange.group, less, &exchange.keys, &exchange.post).keep_up().await.unwrap();
    let told = told(&exchange);
    assert!(told.iter().all(|(kind, numbers, _)| kind == "heartbeat" && numbers.is_empty()), "{told:?}");
}
