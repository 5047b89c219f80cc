//! Reading and searching what is consented to: versions, pages, what comes along, and an outcome for every error.

use axum::{
    body::Body,
    http::{Method, Request},
};
use bedside_core::time::Span;
use serde_json::{Value, json};

use super::{BASE, KVID, MRN, WORDS, open, send};

#[tokio::test]
async fn what_the_server_can_is_open_to_everybody_and_says_how_to_sign_in() {
    let exchange = open().await;
    let get = |path: &str| Request::get(format!("/fhir/{path}")).body(Body::empty()).unwrap();
    let statement = send(&exchange.state, get("metadata")).await;
    assert_eq!(statement.status, 200);
    assert_eq!(statement.body["resourceType"], "CapabilityStatement");
    assert_eq!(statement.body["fhirVersion"], "4.0.1");
    let resources = statement.body["rest"][0]["resource"].as_array().unwrap();
    let kinds: Vec<&str> = resources.iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["AuditEvent", "Communication", "Consent", "Provenance", "Subscription", "Task"]);
    let topics = resources[4]["extension"].as_array().unwrap();
    assert_eq!(topics[2]["valueCanonical"], format!("{BASE}/SubscriptionTopic/consent-revoked"));
    let smart = send(&exchange.state, get(".well-known/smart-configuration")).await;
    assert_eq!(smart.body["token_endpoint"], format!("{BASE}/token"));
    assert_eq!(smart.header("content-type"), "application/json");
    for path in ["Communication", "Task/1", "Task/1/_history", "AuditEvent", "Subscription"] {
        send(&exchange.state, get(path)).await.refuses(401);
    }
}

#[tokio::test]
async fn a_consented_conversation_is_read_searched_and_its_versions_counted() {
    let exchange = open().await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let found = kis.get(&format!("Communication?patient.identifier={KVID}")).await;
    let said: Vec<&str> =
        found.matches().iter().map(|one| one["payload"][0]["contentString"].as_str().unwrap()).collect();
    assert!(said.contains(&WORDS) && said.contains(&"Danke schon einmal."), "{said:?}");
    let post = found.matches()[0].clone();
    assert_eq!(post["subject"]["identifier"]["value"], "A123456780");
    assert_eq!(post["meta"]["versionId"], "1");
    let by_mrn = kis.get(&format!("Communication?subject:identifier={MRN}")).await;
    assert_eq!(by_mrn.matches().len(), said.len(), "by any identifier of the record");
    assert_eq!(kis.get(&format!("Communication?patient.identifier={MRN}0")).await.matches().len(), 0);

    let id = post["id"].as_str().unwrap();
    let one = kis.get(&format!("Communication/{id}")).await;
    assert_eq!((one.status, &one.body), (200, &post));
    assert_eq!(one.header("etag"), "W/\"1\"");
    assert!(one.header("last-modified").ends_with("GMT"));
    let same = kis.ask(Method::GET, &format!("Communication/{id}"), &[("if-none-match", "W/\"1\"")], "").await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    let head = kis.ask(Method::HEAD, &format!("Communication/{id}"), &[], "").await;
    assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", "W/\"1\""));

    let task = kis.get(&format!("Task?patient.identifier={KVID}&status=requested")).await;
    let task_id = task.matches()[0]["id"].as_str().unwrap().to_owned();
    exchange.answers(&guest, "Guten Tag, nach etwa sechs Wochen.").await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let task = kis.get(&format!("Task/{task_id}")).await;
    assert_eq!(task.body["status"], "completed", "{}", task.text);
    assert_ne!(task.header("etag"), "W/\"1\"");
    let old = kis.get(&format!("Task/{task_id}/_history/1")).await;
    assert_eq!((old.body["status"].as_str(), old.header("etag")), (Some("requested"), "W/\"1\""));
    let history = kis.get(&format!("Task/{task_id}/_history")).await;
    assert_eq!(history.body["type"], "history");
    assert!(history.body["entry"].as_array().unwrap().len() >= 2);
    let answer = kis.get("Communication?sender:missing=false&_sort=-sent&_count=1").await;
    assert_eq!(answer.matches()[0]["payload"][0]["contentString"], "Guten Tag, nach etwa sechs Wochen.");
    let with = kis.get(&format!("Task?_id={task_id}&_include=Task:focus")).await;
    let along: Vec<&Value> =
        with.body["entry"].as_array().unwrap().iter().filter(|one| one["search"]["mode"] == "include").collect();
    assert_eq!(along.len(), 1, "{}", with.text);
    assert_eq!(along[0]["resource"]["resourceType"], "Communication");
    let from = kis.get("Provenance").await;
    assert!(from.matches()[0]["target"].as_array().unwrap().len() >= 4, "{}", from.text);
    let consents = kis.get("Consent?status=active").await;
    assert_eq!(consents.matches().len(), 2);
}

#[tokio::test]
async fn nothing_new_makes_no_new_version() {
    let exchange = open().await;
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let before = kis.get("Task").await.body["entry"].clone();
    exchange.group.clock.pass(Span::minutes(1));
    exchange.keeps_up().await;
    assert_eq!(kis.get("Task").await.body["entry"], before);
}

#[tokio::test]
async fn pages_follow_each_other_without_loss_while_more_is_said() {
    let exchange = open().await;
    let guest = exchange.petra_consents().await;
    for n in 0..5 {
        exchange.says(&guest, &format!("Frage {n} zur Reha")).await;
    }
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let all = kis.get("Communication?_total=accurate").await;
    let total = all.body["total"].as_u64().unwrap();
    let mut path = "Communication?_count=3&status=completed".to_owned();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let page = kis.get(&path).await;
        seen.extend(page.matches().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
        pages += 1;
        if pages == 1 {
            exchange.says(&guest, "Und noch etwas, mitten hinein").await;
            exchange.keeps_up().await;
        }
        let links = page.body["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else { break };
        let url = next["url"].as_str().unwrap();
        path = url.strip_prefix(&format!("{BASE}/")).unwrap().to_owned();
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "nothing twice");
    assert_eq!(seen.len() as u64, total + 1, "what came in between is at the end");
    assert!(pages >= 3);
}

#[tokio::test]
async fn every_error_has_an_outcome() {
    let exchange = open().await;
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    kis.get("Communication/none").await.refuses(404);
    kis.get("Patient/1").await.refuses(404);
    kis.get("Patient?name=x").await.refuses(404);
    kis.get("Communication/none/_history/1").await.refuses(404);
    kis.get("Communication/none/_history/x").await.refuses(404);
    kis.get("Communication/a/b/c/d").await.refuses(404);
    kis.get("Communication?_cursor=nonsense").await.refuses(400);
    kis.get("Communication?status=").await.refuses(400);
    kis.get("Communication?subject:Patient.name=Weber").await.refuses(400);
    kis.get("Communication?_include=Patient:link").await.refuses(400);
    let unknown = kis.get("Communication?colour=red").await;
    assert_eq!(unknown.status, 200, "{}", unknown.text);
    assert!(unknown.text.contains("colour is no search parameter"), "{}", unknown.text);
    let strict = [("prefer", "handling=strict")];
    kis.ask(Method::GET, "Communication?colour=red", &strict, "").await.refuses(400);
    for (accept, path) in [
        ("application/fhir+xml", "Communication"),
        ("text/html", "Communication"),
        ("*/*", "Communication?_format=xml"),
    ] {
        kis.ask(Method::GET, path, &[("accept", accept)], "").await.refuses(406);
    }
    let wanted =
        kis.ask(Method::GET, "Communication?_format=application%2Ffhir%2Bjson", &[("accept", "text/html")], "").await;
    assert_eq!(wanted.status, 200);
    kis.puts(Method::POST, "Communication", &json!({"resourceType": "Communication"})).await.refuses(405);
    kis.puts(Method::PUT, "Task/1", &json!({})).await.refuses(405);
    let patch = kis.ask(Method::PATCH, "Task/1", &[], "[]").await;
    assert_ne!(patch.refuses(405).header("allow"), "");
    kis.ask(Method::POST, "", &[], "{}").await.refuses(404);
    kis.ask(Method::POST, "Communication/_search", &[("content-type", "application/json")], "{}").await.refuses(415);
    kis.ask(Method::POST, "Subscription", &[("content-type", "text/plain")], "x").await.refuses(415);
    kis.puts(Method::POST, "Subscription", &json!({ "x": "y".repeat(70_000) })).await.refuses(413);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let searched = kis.ask(Method::POST, "Communication/_search?_count=1", &form, "status=completed").await;
    assert_eq!(searched.matches().len(), 1);
    let counted = kis.get("Communication?_summary=count").await;
    assert!(counted.matches().is_empty() && counted.body["total"].as_u64().unwrap() > 1);
    let some = kis.get("Communication?_elements=sent&_count=1").await;
    assert!(some.matches()[0].get("payload").is_none() && some.text.contains("SUBSETTED"), "{}", some.text);
}

#[tokio::test]
async fn who_is_of_another_house_or_has_a_narrower_scope_sees_less() {
    let exchange = open().await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let id = kis.get("Task").await.matches()[0]["id"].as_str().unwrap().to_owned();
    let nord = exchange.program("nord", "system/*.rs").await;
    for kind in ["Communication", "Task", "Consent", "Provenance"] {
        assert_eq!(nord.get(kind).await.matches().len(), 0, "{kind}");
    }
    let audit = nord.get("AuditEvent").await;
    assert!(audit.matches().iter().all(|one| one.to_string().contains("nord-program")), "its own questions alone");
    nord.get(&format!("Task/{id}")).await.refuses(404);
    let few = exchange.program("kis", "system/Task.r").await;
    assert_eq!(few.get(&format!("Task/{id}")).await.status, 200);
    few.get("Task").await.refuses(403);
    few.get("Communication").await.refuses(403);
    let set = bedside_clinical::fhir::smart::Jwks::publish([&exchange.key]).to_string();
    *exchange.keys.bytes.lock().unwrap() = set.into_bytes();
    let lab = exchange.program("lab", "system/*.rs").await;
    assert_eq!(lab.get("Task").await.matches().len(), 0, "only completed ones");
    lab.get(&format!("Task/{id}")).await.refuses(404);
    exchange.answers(&guest, "Guten Tag, nach etwa sechs Wochen.").await;
    exchange.keeps_up().await;
    let lab = exchange.program("lab", "system/*.rs").await;
    assert_eq!(lab.get("Task").await.matches().len(), 1);
}
