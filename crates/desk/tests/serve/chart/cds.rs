//! Cards: for the configured EMR alone, each token once, and only of who consents at that moment.

use std::sync::Arc;

use bedside_core::{
    door::Purpose,
    log::{Entry, Kind},
    site::Role,
    time::Span,
};
use bedside_flow::Clock as _;
use serde_json::{Value, json};

use super::{ISS, ISSUER, JKU, Kis, asks, eva, linked, open, stranger, wrote};
use crate::petra::key;
use crate::{browser::Page, house::Group};

const SERVICE: &str = "http://desk.example/cds-services/patient-view";
const PATH: &str = "/cds-services/patient-view";

fn claims(group: &Group, id: &str) -> Value {
    let now = group.clock.now().as_micros() / 1_000_000;
    json!({ "iss": ISSUER, "aud": SERVICE, "iat": now, "exp": now + 240, "jti": id })
}

fn body(patient: &Value) -> Value {
    json!({
        "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/n1", "patientId": patient["id"] },
        "prefetch": { "patient": patient },
    })
}

async fn ask(group: &Group, path: &str, token: Option<&str>, body: &Value, lang: &str) -> Page {
    let mut emr = group.browser();
    emr.headers.push(("accept-language", lang.to_owned()));
    emr.headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
    emr.post_json(path, &body.to_string()).await
}

/// A good call about a patient.
async fn cards(group: &Group, kis: &Kis, patient: &Value, lang: &str) -> Value {
    let id = format!("j{:?}", bedside_store::random::<8>().unwrap());
    let token = kis.signed(&claims(group, &id));
    let page = ask(group, PATH, Some(&token), &body(patient), lang).await;
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "application/json"), "{}", page.body);
    serde_json::from_str(&page.body).unwrap()
}

async fn logged(group: &Group, kind: Kind) -> Vec<Entry> {
    while group.road.sequence_next().await.unwrap() > 0 {}
    let mut tx = group.store.begin_read().await.unwrap();
    let all = bedside_store::log::entries(&mut tx, 0, 9_999).await.unwrap();
    let entries = all.iter().map(|(_, body)| Entry::decode(body).unwrap());
    entries.filter(|entry| entry.kind() == kind).collect()
}

#[tokio::test]
async fn one_service_is_offered_to_everybody_and_browsers_may_ask() {
    let group = open(&Kis::new()).await;
    let page = group.browser().get("/cds-services").await;
    let told: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(told["services"][0]["id"], "patient-view");
    assert_eq!(told["services"][0]["prefetch"], json!({ "patient": "Patient/{{context.patientId}}" }));
    assert_eq!(page.header("access-control-allow-origin"), "*");
    let mut browser = group.browser();
    browser.headers.push(("origin", "https://kis.example".to_owned()));
    browser.headers.push(("access-control-request-method", "POST".to_owned()));
    let page = browser.options(PATH).await;
    assert_eq!(page.status, 204);
    assert!(page.header("access-control-allow-headers").contains("Authorization"));
    let bare = crate::house::open().await;
    assert_eq!(bare.browser().get("/cds-services").await.body, "{\"services\":[]}");
}

#[tokio::test]
async fn a_card_tells_who_wrote_where_and_when_and_nothing_of_what() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let told = cards(&group, &kis, &eva("p1"), "en-GB,en;q=0.9").await;
    let [card] = told["cards"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!(card["summary"], "Wrote to us on Mastodon 2 hours ago, waiting for the desk");
    assert_eq!(card["indicator"], "info");
    assert_eq!(card["source"]["label"], "Bedside, Lindenhof Mitte");
    assert_eq!(card["links"][0]["type"], "smart");
    assert_eq!(card["links"][0]["url"], "http://desk.example/chart/launch");
    assert!(!told.to_string().contains("parken") && !told.to_string().contains("petra"), "{told}");
    let told = cards(&group, &kis, &eva("p1"), "de").await;
    assert_eq!(told["cards"][0]["summary"], "Schrieb uns vor 2 Stunden bei Mastodon, wartet auf die Redaktion");
    let entries = logged(&group, Kind::CardShown).await;
    assert_eq!(entries.len(), 2);
    assert!(entries[0].subjects().iter().any(|subject| subject.uuid() == case.id.uuid()));
}

#[tokio::test]
async fn without_link_or_consent_and_after_it_is_taken_back_a_patient_looks_unknown() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let none = json!({ "cards": [] });
    assert_eq!(cards(&group, &kis, &eva("p1"), "de").await, none, "nobody told of her");
    group.record_knows_petra().await;
    let (jonas, _) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let guest = group.petra_at_the_door().await;
    group.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    asks(&group).await;
    assert_eq!(cards(&group, &kis, &eva("p1"), "de").await, none, "no link");
    linked(&group, &guest, jonas).await;
    assert_eq!(cards(&group, &kis, &eva("p1"), "de").await["cards"].as_array().unwrap().len(), 2);
    let born = json!("1980-02-04");
    let mut other = eva("p1");
    other["birthDate"] = born;
    assert_eq!(cards(&group, &kis, &other, "de").await, none, "the chart names another day of birth");
    for purpose in [Purpose::CareTeam, Purpose::Link] {
        group.road.revoke(group.mitte, guest.author, purpose).await.unwrap();
        assert_eq!(cards(&group, &kis, &eva("p1"), "de").await, none, "{purpose:?} taken back");
        group.road.door_consent(&guest, &[purpose]).await.unwrap();
    }
    assert_eq!(cards(&group, &kis, &stranger("p2"), "de").await, none);
    assert_eq!(logged(&group, Kind::CardShown).await.len(), 2, "what shows nothing logs nothing");
}

#[tokio::test]
async fn a_forged_foreign_stale_or_repeated_call_is_refused_with_the_class_of_the_reason() {
    let kis = Kis::new();
    let group = open(&kis).await;
    wrote(&group).await;
    let forger = Arc::new(Kis { key: key(), ..Arc::into_inner(Kis::new()).unwrap() });
    let changed = |name: &str, value: Value| {
        let mut changed = claims(&group, name);
        changed[name] = value;
        kis.signed(&changed)
    };
    let now = group.clock.now().as_micros() / 1_000_000;
    let hmac = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2tpcy5leGFtcGxlIn0.AAAA";
    for (token, reason) in [
        (None, "no_token"),
        (Some("a.b".to_owned()), "malformed"),
        (Some(hmac.to_owned()), "algorithm"),
        (Some(forger.signed(&claims(&group, "f"))), "unknown_key"),
        (Some(changed("iss", json!("https://evil.example"))), "issuer"),
        (Some(changed("aud", json!("https://other.example/cds-services/patient-view"))), "audience"),
        (Some(changed("exp", json!(now - 60))), "expired"),
        (Some(changed("iat", json!(now + 600))), "not_yet_valid"),
        (Some(changed("exp", json!(now + 90_000))), "valid_too_long"),
        (Some(changed("jti", Value::Null)), "no_id"),
    ] {
        let page = ask(&group, PATH, token.as_deref(), &body(&eva("p1")), "de").await;
        let told: Value = serde_json::from_str(&page.body).unwrap();
        assert_eq!((page.status, &told["error"]), (401, &json!(reason)), "{}", page.body);
        assert!(page.header("www-authenticate").starts_with("Bearer"));
        page.is_silent_about("Mastodon");
    }
    let good = kis.signed(&claims(&group, "once"));
    assert_eq!(ask(&group, PATH, Some(&good), &body(&eva("p1")), "de").await.status, 200);
    let again = ask(&group, PATH, Some(&good), &body(&eva("p1")), "de").await;
    assert_eq!(again.status, 401);
    again.says("replayed");
    let asked = kis.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|url| url == JKU) && asked.len() <= 3, "keys come from one address, seldom: {asked:?}");
}

#[tokio::test]
async fn a_token_that_names_its_own_address_for_keys_is_not_followed() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let part = |value: Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let header = part(json!({ "alg": "ES384", "jku": "http://169.254.169.254/latest" }));
    let token = format!("{header}.{}.AAAA", part(claims(&group, "j")));
    let page = ask(&group, PATH, Some(&token), &body(&eva("p1")), "de").await;
    assert_eq!(page.status, 401);
    page.says("key_address");
    assert_eq!(kis.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn what_lacks_is_said_and_a_patient_is_read_only_from_the_configured_server() {
    let kis = Kis::new();
    let group = open(&kis).await;
    wrote(&group).await;
    let token = |id: &str| kis.signed(&claims(&group, id));
    let mut call = body(&eva("p1"));
    call["prefetch"] = Value::Null;
    assert_eq!(ask(&group, PATH, Some(&token("a")), &call, "de").await.status, 412);
    call["fhirAuthorization"] = json!({ "access_token": "lent", "expires_in": 60, "scope": "patient/Patient.read" });
    call["fhirServer"] = json!("https://evil.example/fhir");
    assert_eq!(ask(&group, PATH, Some(&token("b")), &call, "de").await.status, 412);
    call["fhirServer"] = json!(format!("{ISS}/"));
    let page = ask(&group, PATH, Some(&token("c")), &call, "de").await;
    assert_eq!(page.status, 200);
    page.says("Schrieb uns vor 2 Stunden bei Mastodon");
    assert!(kis.asked.lock().unwrap().contains(&"lent Patient/p1".to_owned()));
    let mut mixed = body(&eva("p1"));
    mixed["context"]["patientId"] = json!("p2");
    let page = ask(&group, PATH, Some(&token("d")), &mixed, "de").await;
    assert_eq!(page.status, 400);
    page.says("patient_mismatch");
    mixed["hook"] = json!("order-sign");
    assert_eq!(ask(&group, PATH, Some(&token("e")), &mixed, "de").await.status, 400);
    let page = ask(&group, "/cds-services/other", Some(&token("f")), &call, "de").await;
    assert_eq!((page.status, page.header("content-type").as_str()), (404, "application/json"));
}

#[tokio::test]
async fn feedback_is_kept_once_per_card_and_outcome() {
    let kis = Kis::new();
    let group = open(&kis).await;
    let (_, case) = wrote(&group).await;
    let told = cards(&group, &kis, &eva("p1"), "en").await;
    let card = told["cards"][0]["uuid"].clone();
    let path = format!("{PATH}/feedback");
    let said = json!({ "feedback": [
        { "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-14T12:00:00Z",
          "overrideReason": { "reason": { "system": "urn:bedside:card-override-reason", "code": "known" },
          "userComment": "Frau Weber weiß Bescheid" } },
        { "card": "0198c1f0-0000-7000-8000-000000000000", "outcome": "accepted",
          "outcomeTimestamp": "2026-11-14T12:00:00Z" },
    ] });
    for (id, audience) in [("a", SERVICE.to_owned()), ("b", format!("{SERVICE}/feedback"))] {
        let mut claims = claims(&group, id);
        claims["aud"] = json!(audience);
        assert_eq!(ask(&group, &path, Some(&kis.signed(&claims)), &said, "en").await.status, 200);
    }
    assert_eq!(ask(&group, &path, None, &said, "en").await.status, 401);
    let mut ada = group.ada().await;
    let page = ada.get("/links").await;
    for words in ["Karten in der Akte", "KIS", "Gezeigt 1 1", "Verworfen: schon bekannt 1 1", "Angenommen 0 0"] {
        page.says(words);
    }
    assert_eq!(page.body.matches(&format!("href=\"/case/{}\"", case.number)).count(), 1, "listed once: {}", page.body);
    page.is_silent_about("Bescheid");
    page.is_silent_about("Weber");
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Admin)]).await;
    nora.get("/links").await.is_silent_about("Karten in der Akte");
}

#[tokio::test]
async fn a_case_that_an_escalation_runs_in_warns() {
    let kis = Kis::new();
    let group = open(&kis).await;
    wrote(&group).await;
    let mut cry = crate::house::post("q10", "petra", "Ich will nicht mehr leben, ich bringe mich heute noch um.");
    cry.at = group.clock.now();
    group.hears(group.mitte, vec![cry]).await;
    group.clock.pass(Span::minutes(1));
    let told = cards(&group, &kis, &eva("p1"), "en").await;
    let warning = told["cards"].as_array().unwrap().iter().find(|card| card["indicator"] == "warning");
    let summary = warning.unwrap()["summary"].as_str().unwrap();
    assert!(summary.contains("1 minute ago, waiting for"), "{summary}");
}
