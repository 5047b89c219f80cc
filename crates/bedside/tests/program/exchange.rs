//! Programs of the hospital at the real binary: one signs in with its key, finds what a patient consents to and is told of
//! more, a webhook is told where to look, and from the moment on that she takes her consent back both know that alone.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Uri},
};
use bedside_clinical::fhir::smart::{ClientAssertion, Jwks, SigningKey, sign, token_request};
use bedside_connect::{Secret, channel::webhook};
use bedside_core::time::Timestamp;
use bedside_testkit::peer::{
    fhir::{Client, Sekmet},
    free_port,
};
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use super::{
    chart::{POST, SYSTEM, house, linked, posts, told_of_her},
    house::House,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type Came = Arc<Mutex<Vec<(String, HeaderMap, String, Instant)>>>;

/// A receiver on this machine that takes everything.
async fn receiver() -> Result<(String, Came)> {
    async fn take(State(came): State<Came>, uri: Uri, headers: HeaderMap, body: Bytes) {
        let text = String::from_utf8_lossy(&body).into_owned();
        came.lock().unwrap().push((uri.path().to_owned(), headers, text, Instant::now()));
    }
    let came = Came::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let router = Router::new().fallback(take).with_state(Arc::clone(&came));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((url, came))
}

fn sections(receiver: &str) -> String {
    format!(
        "[[fhir_client]]\nslug = \"kis\"\nname = \"KIS\"\njwks_file = \"kis.jwks.json\"\n\
         scopes = [\"system/*.rs\", \"system/Subscription.cruds\"]\nendpoints = [\"{receiver}/fhir\"]\n\
         [[hook_out]]\nslug = \"crm\"\nurl = \"{receiver}/crm\"\nsecret_file = \"crm.secret\"\n"
    )
}

/// A token for the hospital's program.
async fn token(house: &House, pem: &str, id: &str) -> Result<String> {
    let random = SystemRandom::new();
    let key = SigningKey::read(pem, &random)?;
    let now = bedside_clinical::fhir::Instant::from_micros(jiff::Timestamp::now().as_microsecond());
    let endpoint = format!("{}/fhir/token", house.url());
    let claims = ClientAssertion { client_id: "kis", token_endpoint: &endpoint, id, now }.claims();
    let assertion = sign(&claims, &key, &random).context("no randomness")?;
    let form = token_request(&assertion, "system/*.rs system/Subscription.cruds");
    let answer = reqwest::Client::builder().no_proxy().build()?.post(&endpoint).form(&form).send().await?;
    let body: Value = answer.json().await?;
    body["access_token"].as_str().map(str::to_owned).with_context(|| body.to_string())
}

async fn until(what: &str, is: impl AsyncFn() -> Result<bool>) -> Result<Duration> {
    let begun = Instant::now();
    while !is().await? {
        if begun.elapsed() > Duration::from_secs(20) {
            bail!("{what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(begun.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_programs_are_told_of_what_she_consents_to_until_she_takes_it_back() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir is not installed: left out");
        return Ok(());
    }
    let mllp = free_port()?;
    let (receiver, came) = receiver().await?;
    let mut house = house(mllp).await?;
    let (pem, _) = Sekmet::key("ES384").await?;
    let key = SigningKey::read(&pem, &SystemRandom::new())?;
    house.write("kis.jwks.json", &Jwks::publish([&key]).to_string())?;
    house.write("crm.secret", SECRET)?;
    house.keep_secret(SECRET);
    let bare = house.configuration()?;
    house.configure(&format!("{bare}{}", sections(&receiver)))?;
    let checked = house.told(&["check-config"]).await?;
    assert!(checked.contains("FHIR client kis: system/*.rs system/Subscription.cruds, for mitte"), "{checked}");
    house.serve().await?;
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas", &["desk", "approver", "admin"]).await?;
    told_of_her(mllp).await?;
    let secret = token(&house, &pem, "first").await?;
    house.keep_secret(&secret);
    assert!(token(&house, &pem, "first").await.is_err(), "each assertion counts once");
    let base = format!("{}/fhir", house.url());
    let mut kis = Client::start(&base, Some(&secret))?;
    let asked = json!({ "resourceType": "Subscription", "status": "requested", "reason": "care",
        "criteria": "Communication?status=completed",
        "channel": { "type": "rest-hook", "endpoint": format!("{receiver}/fhir"), "payload": "application/fhir+json" } });
    let headers = json!({ "Content-Type": "application/fhir+json" });
    let order =
        |body: &Value| json!({ "url": "Subscription", "method": "POST", "body": body.to_string(), "headers": headers });
    let made = kis.request(&order(&asked)).await?;
    assert!(made["id"].is_string(), "{made}");
    let mut elsewhere = asked.clone();
    elsewhere["channel"]["endpoint"] = "http://127.0.0.1:9/".into();
    assert!(kis.request(&order(&elsewhere)).await.unwrap_err().to_string().starts_with("422"));
    assert_eq!(kis.request(&json!("Communication")).await?["total"], 0, "before she consents");

    let mut petra = linked(&house, &mut jonas).await?;
    posts(&house, "q1", POST).await?;
    let has = |path: &str, word: &str| {
        came.lock().unwrap().iter().any(|(to, _, text, _)| to.starts_with(path) && text.contains(word))
    };
    let took = until("the post is not told", async || Ok(has("/fhir/Communication/", "parken"))).await?;
    println!("a post was told {took:?} after it came in");
    until("the webhook is not told", async || Ok(has("/crm", "bedside.communication.created"))).await?;
    for (_, headers, text, _) in came.lock().unwrap().iter().filter(|(to, ..)| to == "/crm") {
        let header = |name: &str| headers[name].to_str().unwrap();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        let signed = webhook::Headers { id, timestamp, signature: header("webhook-signature") };
        let now = Timestamp::from_micros(jiff::Timestamp::now().as_microsecond());
        webhook::verify(&Secret::new(SECRET), signed, text.as_bytes(), now)?;
        assert!(!text.contains("parken") && !text.contains("4711"), "a pointer alone: {text}");
    }
    let found = kis.request(&json!(format!("Communication?patient.identifier={SYSTEM}|4711"))).await?;
    assert!(found.to_string().contains(POST), "{found}");
    let page = jonas.get("/links").await?;
    assert!(page.words().contains("Who else is told") && page.words().contains("crm"), "{}", page.words());

    let page = petra.get("/door/mitte").await?;
    came.lock().unwrap().clear();
    petra.fill(&page, "/door/mitte/revoke", &[("purpose", "care_team")]).await?;
    let revoked = Instant::now();
    assert_eq!(kis.request(&json!("Communication")).await?["total"], 0);
    until("the end is not told", async || Ok(has("/crm", "bedside.consent.revoked"))).await?;
    println!("the end was told {:?} after it", revoked.elapsed());
    assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
    posts(&house, "q2", "Und wo ist die Cafeteria?").await?;
    jonas.case_with("Cafeteria", Duration::from_secs(30)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for (to, _, text, at) in came.lock().unwrap().iter().filter(|(.., at)| at.duration_since(revoked) > Duration::ZERO)
    {
        assert!(text.contains("bedside.consent.revoked"), "{to} {at:?}: {text}");
    }
    let consents = kis.request(&json!("Consent")).await?;
    assert_eq!(consents["entry"][0]["resource"]["status"], "inactive", "{consents}");
    house.farewell().await
}
