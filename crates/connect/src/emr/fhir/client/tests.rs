use std::sync::Arc;

use bedside_clinical::fhir::smart::SigningKey;
use bedside_core::time::Span;
use ring::rand::SystemRandom;

use super::*;
use crate::{
    emr::fhir::Smart,
    testing::{Canned, Double, WorldClock, canned},
};

fn fhir(status: u16, body: &str) -> Canned {
    Canned { headers: "content-type: application/fhir+json\r\n".to_owned(), ..canned(status, body) }
}

const STATEMENT: &str = r#"{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server"}]}"#;

fn open(base: &str, clock: &WorldClock) -> Client {
    Client::new(base, Auth::None, Trust::default(), clock.clock()).unwrap()
}

#[tokio::test]
async fn what_a_server_can_is_read_again_after_a_day_and_after_a_fault() {
    let clock = WorldClock::at("2026-11-27T08:00:00Z");
    let double = Double::start(|_| fhir(200, STATEMENT)).await;
    let client = open(&double.base, &clock);
    for _ in 0..3 {
        client.server().await.unwrap();
    }
    assert_eq!(double.lines().len(), 1);
    clock.advance(Span::hours(25));
    client.server().await.unwrap();
    assert_eq!(double.lines().len(), 2);
    client.forget().await;
    client.server().await.unwrap();
    assert_eq!(double.lines().len(), 3);
}

#[tokio::test]
async fn what_is_no_fhir_server_is_named_and_never_followed() {
    let clock = WorldClock::at("2026-11-27T08:00:00Z");
    let check = async |answer: Canned, expected: &str| {
        let double = Double::start(move |_| answer.clone()).await;
        let trouble = open(&double.base, &clock).server().await.unwrap_err();
        assert!(trouble.to_string().contains(expected), "{trouble}");
    };
    let page = Canned { headers: "content-type: text/html\r\n".to_owned(), ..canned(200, "<html>") };
    check(page, "text/html").await;
    check(fhir(200, r#"{"resourceType":"Patient"}"#), "a Patient came instead").await;
    check(fhir(200, "{"), "says that it is JSON and is none").await;
    check(fhir(404, ""), "refused with 404").await;
    let moved = Canned { headers: "location: https://elsewhere.example/\r\n".to_owned(), ..canned(302, "") };
    check(moved, "sends us on to https://elsewhere.example/").await;
}

#[tokio::test]
async fn pages_are_followed_on_the_same_server_alone() {
    let clock = WorldClock::at("2026-11-27T08:00:00Z");
    let page = |id: &str, next: &str| {
        let entry = format!(r#"{{"resource":{{"resourceType":"Patient","id":"{id}"}}}}"#);
        format!(
            r#"{{"resourceType":"Bundle","type":"searchset","link":[{{"relation":"next","url":"{next}"}}],"entry":[{entry}]}}"#
        )
    };
    let double = Double::start(move |request| match request.line.as_str() {
        line if line.contains("page=2") => {
            fhir(200, &page("2", "").replace(r#""relation":"next""#, r#""relation":"self""#))
        }
        line if line.contains("name=near") => fhir(200, &page("1", "Patient?page=2")),
        _ => fhir(200, &page("1", "https://elsewhere.example/Patient?page=2")),
    })
    .await;
    let client = open(&double.base, &clock);
    let found = client.search("Patient", &[("name", "near")]).await.unwrap();
    assert_eq!(found.len(), 2);
    let far = client.search("Patient", &[("name", "far")]).await.unwrap_err();
    assert!(far.to_string().contains("another host"), "{far}");
}

#[tokio::test]
async fn a_token_is_kept_until_it_ends_and_fetched_anew_when_it_is_not_believed() {
    let clock = WorldClock::at("2026-11-27T08:00:00Z");
    let told = Arc::new(std::sync::Mutex::new(0));
    let double = Double::start(move |request| {
        let line = request.line.as_str();
        if line.contains("smart-configuration") {
            return canned(200, r#"{"capabilities":["permission-v2","client-confidential-asymmetric"]}"#);
        }
        if line.contains("metadata") {
            return fhir(200, &STATEMENT.replace(
                r#""mode":"server""#,
                &format!(
                    r#""mode":"server","security":{{"extension":[{{"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[{{"url":"token","valueUri":"http://{}/token"}}]}}]}}"#,
                    request.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap()
                ),
            ));
        }
        if line.starts_with("POST /token") {
            let mut told = told.lock().unwrap();
            *told += 1;
            return canned(200, &format!(r#"{{"access_token":"t{told}","token_type":"Bearer","expires_in":300}}"#));
        }
        // The second token is not believed, whatever the reason.
        if request.head.contains("Bearer t2") { fhir(401, "{}") } else { fhir(200, r#"{"resourceType":"Patient","id":"1"}"#) }
    })
    .await;
    let key = ring::signature::EcdsaKeyPair::generate_pkcs8(
        &ring::signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        &SystemRandom::new(),
    )
    .unwrap();
    let pem = {
        use base64::Engine as _;
        let body = base64::engine::general_purpose::STANDARD.encode(key.as_ref());
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    };
    let key = Arc::new(SigningKey::read(&pem, &SystemRandom::new()).unwrap());
    let smart = Smart { client_id: "bedside".to_owned(), key, scope: None, token_url: None };
    let client = Client::new(&double.base, Auth::Smart(smart), Trust::default(), clock.clock()).unwrap();
    let tokens = || double.lines().iter().filter(|line| line.starts_with("POST /token")).count();
    for _ in 0..2 {
        client.read("Patient", "1").await.unwrap().unwrap();
    }
    assert_eq!(tokens(), 1);
    clock.advance(Span::seconds(280));
    client.read("Patient", "1").await.unwrap().unwrap();
    assert_eq!(tokens(), 3, "the first ends in twenty seconds, the second is not believed, the third is");
    let asked = double.requests().into_iter().find(|request| request.line.starts_with("POST /token")).unwrap();
    assert!(asked.body.contains("client_assertion=") && asked.body.contains("system%2FPatient.rs"), "{}", asked.body);
}

#[tokio::test]
async fn a_server_that_names_another_host_for_its_tokens_is_not_followed_there() {
    let clock = WorldClock::at("2026-11-27T08:00:00Z");
    let double = Double::start(|_| canned(200, r#"{"token_endpoint":"https://elsewhere.example/token"}"#)).await;
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
    let key = Arc::new(SigningKey::read(jwk, &SystemRandom::new()).unwrap());
    let smart = Smart { client_id: "bedside".to_owned(), key, scope: None, token_url: None };
    let client = Client::new(&double.base, Auth::Smart(smart), Trust::default(), clock.clock()).unwrap();
    let trouble = client.read("Patient", "1").await.unwrap_err();
    assert!(trouble.to_string().contains("write it as token_url"), "{trouble}");
}

#[test]
fn the_place_of_what_was_made_is_read_however_it_is_written() {
    for (location, expected) in [
        ("https://kis.example/fhir/Task/1/_history/2", Some("Task/1")),
        ("Task/1", Some("Task/1")),
        ("/fhir/Task/1/", Some("Task/1")),
        ("https://kis.example/fhir", None),
    ] {
        assert_eq!(local(location).as_deref(), expected, "{location}");
    }
}
