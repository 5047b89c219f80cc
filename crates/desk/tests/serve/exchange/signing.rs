//! Programs sign in with a key of their own; nobody else does, and nobody twice with the same assertion.

use axum::http::Method;
use bedside_core::time::Span;
use bedside_desk::fhir::FhirSettings;
use serde_json::json;

use super::{ask_token, open, send, state_of};

#[tokio::test]
async fn a_program_signs_in_with_its_key_once_per_assertion_and_is_let_in_for_five_minutes() {
    let exchange = open().await;
    let first = exchange.assertion("kis", "j1");
    let answer = exchange.asks_token(&first, "system/Communication.rs system/Task.read openid").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["token_type"], "bearer");
    assert_eq!(answer.body["expires_in"], 300);
    assert_eq!(answer.body["scope"], "system/Communication.rs system/Task.read");
    assert_eq!(answer.header("cache-control"), "no-store");
    let again = exchange.asks_token(&first, "system/Task.rs").await;
    assert_eq!((again.status, &again.body["error"]), (401, &json!("invalid_client")), "{}", again.text);

    let kis = exchange.kis().await;
    assert_eq!(kis.get("Task").await.status, 200);
    exchange.group.clock.pass(Span::seconds(299));
    assert_eq!(kis.get("Task").await.status, 200);
    exchange.group.clock.pass(Span::seconds(2));
    let late = kis.get("Task").await;
    assert_eq!(late.refuses(401).header("www-authenticate"), "Bearer realm=\"Bedside\"");
    exchange.asks_token(&exchange.assertion("kis", "j1"), "system/Task.rs").await;
    let text = format!("{:?}", exchange.state);
    assert!(!text.contains("eyJ"), "{text}");
}

#[tokio::test]
async fn everybody_else_is_refused_with_a_word_of_oauth() {
    let exchange = open().await;
    let check = async |assertion: &str, scope: &str, status: u16, error: &str| {
        let answer = exchange.asks_token(assertion, scope).await;
        assert_eq!((answer.status, answer.body["error"].as_str()), (status, Some(error)), "{}", answer.text);
    };
    check(&exchange.assertion("stranger", "j1"), "system/Task.rs", 401, "invalid_client").await;
    check("no.token.atall", "system/Task.rs", 401, "invalid_client").await;
    check(&exchange.assertion("kis", "j2"), "patient/*.rs launch", 400, "invalid_scope").await;
    check(&exchange.assertion("nord", "j3"), "system/Subscription.cud", 400, "invalid_scope").await;
    let mut forged = exchange.assertion("kis", "j4");
    forged.replace_range(forged.len() - 8.., "AAAAAAAA");
    check(&forged, "system/Task.rs", 401, "invalid_client").await;
    let late = exchange.assertion("kis", "j5");
    exchange.group.clock.pass(Span::minutes(10));
    check(&late, "system/Task.rs", 401, "invalid_client").await;
    let bare = axum::http::Request::post("/fhir/token").body(axum::body::Body::empty()).unwrap();
    let answer = send(&exchange.state, bare).await;
    assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn who_fails_again_and_again_waits_and_others_do_not() {
    let exchange = open().await;
    for n in 0..5 {
        let mut forged = exchange.assertion("kis", &format!("j{n}"));
        forged.replace_range(forged.len() - 8.., "AAAAAAAA");
        assert_eq!(exchange.asks_token(&forged, "system/Task.rs").await.status, 401);
    }
    let good = exchange.asks_token(&exchange.assertion("kis", "good"), "system/Task.rs").await;
    good.refuses(429);
    assert_ne!(good.header("retry-after"), "");
    assert_eq!(exchange.asks_token(&exchange.assertion("nord", "other"), "system/Task.rs").await.status, 200);
    exchange.group.clock.pass(Span::minutes(2));
    assert_eq!(exchange.asks_token(&exchange.assertion("kis", "better"), "system/Task.rs").await.status, 200);
}

#[tokio::test]
async fn a_program_that_was_taken_out_is_nobody_and_one_may_no_more_than_the_configuration_says() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    let nord = exchange.program("nord", "system/*.read").await;
    assert_eq!(nord.get("Task").await.status, 200);
    nord.puts(Method::POST, "Subscription", &json!({"resourceType": "Subscription"})).await.refuses(403);
    let mut less: FhirSettings = exchange.settings.clone();
    less.clients.retain(|client| client.slug != "kis");
    less.clients[0].scopes = bedside_clinical::fhir::smart::Scopes::parse("system/Consent.rs");
    let state = state_of(&exchange.group, less, &exchange.keys, &exchange.post);
    super::Program { state: state.clone(), ..kis }.get("Task").await.refuses(401);
    let nord = super::Program { state, ..nord };
    nord.get("Task").await.refuses(403);
    assert_eq!(nord.get("Consent").await.status, 200);
}

#[tokio::test]
async fn keys_at_an_address_are_fetched_anew_when_a_new_one_signs_and_not_more_often() {
    let mut exchange = open().await;
    let set = |exchange: &super::Exchange| {
        let set = bedside_clinical::fhir::smart::Jwks::publish([&exchange.key]).to_string();
        *exchange.keys.bytes.lock().unwrap() = set.into_bytes();
    };
    set(&exchange);
    let ask = async |exchange: &super::Exchange, id: &str| {
        ask_token(&exchange.state, &exchange.assertion("lab", id), "system/Task.rs").await.status
    };
    assert_eq!(ask(&exchange, "j1").await, 200);
    assert_eq!(ask(&exchange, "j2").await, 200);
    assert_eq!(*exchange.keys.asked.lock().unwrap(), 1);
    exchange.key = crate::petra::key();
    set(&exchange);
    assert_eq!(ask(&exchange, "j3").await, 401, "somebody looked just now");
    exchange.group.clock.pass(Span::seconds(31));
    assert_eq!(ask(&exchange, "j4").await, 200);
    assert_eq!(*exchange.keys.asked.lock().unwrap(), 2);
}
