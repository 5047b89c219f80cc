//! The consent walk: without consent nothing of a patient is in any answer, notification, webhook or log line, and from the
//! commit on that takes it back nothing any more.

use axum::http::Method;
use bedside_core::{door::Purpose, time::Span};
use bedside_store::log;
use serde_json::{Value, json};

use super::{BASE, Exchange, KVID, Program, WORDS, open};

const KINDS: [&str; 4] = ["Communication", "Task", "Consent", "Provenance"];
/// What would tell of Petra.
const TELLING: [&str; 5] = ["Hüftoperation", "A123456780", "4711", "petra", "Danke schon einmal"];

/// Everything that a program can see.
async fn all_seen(program: &Program) -> Vec<String> {
    let mut seen = Vec::new();
    for kind in ["Communication", "Task", "Consent", "Provenance", "AuditEvent", "Subscription"] {
        for query in ["", "?_count=200", &format!("?patient.identifier={KVID}"), "?_lastUpdated=gt2020"] {
            let answer = program.get(&format!("{kind}{query}")).await;
            // The search itself is said back; what it finds is what counts.
            seen.push(answer.body["entry"].to_string());
        }
    }
    seen
}

fn tells(seen: &[String]) -> Option<&'static str> {
    TELLING.into_iter().find(|word| seen.iter().any(|text| text.to_lowercase().contains(&word.to_lowercase())))
}

async fn log_of(exchange: &Exchange) -> String {
    while exchange.group.road.sequence_next().await.unwrap() > 0 {}
    let all = log::entries(&mut exchange.group.store.begin_read().await.unwrap(), 0, 9_999).await.unwrap();
    all.iter().map(|(_, body)| String::from_utf8_lossy(body).into_owned()).collect::<Vec<_>>().join("\n")
}

async fn subscribes(program: &Program) {
    for criteria in ["Communication?status=completed", "Task?_id:missing=false", "Consent?status=active"] {
        let asked = json!({
            "resourceType": "Subscription", "status": "requested", "reason": "care", "criteria": criteria,
            "channel": { "type": "rest-hook", "endpoint": "https://kis.example/hooks/r4", "payload": "application/fhir+json" }
        });
        let made = program.puts(Method::POST, "Subscription", &asked).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
}

fn carried(exchange: &Exchange) -> Vec<String> {
    let all = exchange.post.took();
    all.into_iter().map(|(telling, body)| format!("{} {} {body}", telling.url, telling.id)).collect()
}

#[tokio::test]
async fn without_consent_nothing_of_a_patient_leaves_over_any_path() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    subscribes(&kis).await;
    let guest = exchange.petra_writes().await;
    exchange.keeps_up().await;
    assert_eq!(tells(&all_seen(&kis).await), None);
    // Linked, but the care team is not to see it.
    exchange.is_linked(&guest, &[Purpose::Link]).await;
    exchange.keeps_up().await;
    assert_eq!(tells(&all_seen(&kis).await), None);
    for kind in KINDS {
        assert_eq!(kis.get(kind).await.matches().len(), 0, "{kind}");
    }
    assert_eq!(tells(&carried(&exchange)), None);
    let log = log_of(&exchange).await;
    assert_eq!(tells(&[log]), None);
}

#[tokio::test]
async fn what_was_said_before_the_consent_and_by_others_stays_unsaid() {
    let exchange = open().await;
    let guest = exchange.petra_writes().await;
    exchange
        .group
        .hears(exchange.group.mitte, vec![crate::house::post("o1", "somebody", "Wann ist Besuchszeit?")])
        .await;
    exchange.group.clock.pass(Span::hours(1));
    exchange.is_linked(&guest, &[Purpose::Link, Purpose::CareTeam]).await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let seen = all_seen(&kis).await.join("\n");
    assert!(!seen.contains("Besuchszeit"), "another's words");
}

#[tokio::test]
async fn from_the_commit_of_a_revocation_on_nothing_is_answered_or_told_but_that_it_ended() {
    let exchange = open().await;
    let kis = exchange.kis().await;
    subscribes(&kis).await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    assert!(tells(&all_seen(&kis).await).is_some(), "with consent it is seen");
    assert!(carried(&exchange).iter().any(|text| text.contains(WORDS)));
    let mut ids = Vec::new();
    for kind in KINDS {
        let found = kis.get(kind).await;
        ids.extend(found.matches().iter().map(|one| format!("{kind}/{}", one["id"].as_str().unwrap())));
    }
    // Something waits to be told, as its receiver is away.
    exchange.post.fails(Some(bedside_core::channel::Fault::Unreachable));
    exchange.says(&guest, "Nach der Hüftoperation war alles gut.").await;
    exchange.keeps_up().await;
    exchange.post.took();
    exchange.post.fails(None);

    exchange.group.road.revoke(exchange.group.mitte, guest.author, Purpose::CareTeam).await.unwrap();
    // Nothing was brought up to date yet: the store itself says no.
    for id in &ids {
        kis.get(id).await.refuses(410);
        let history = kis.get(&format!("{id}/_history")).await;
        history.refuses(410);
        kis.get(&format!("{id}/_history/1")).await.refuses(410);
    }
    assert_eq!(tells(&all_seen(&kis).await), None);
    exchange.group.clock.pass(Span::hours(1));
    let kis = exchange.kis().await;
    exchange.keeps_up().await;
    exchange.keeps_up().await;
    let told = exchange.post.took();
    assert!(!told.is_empty());
    for (telling, body) in &told {
        let text = format!("{} {body}", telling.url);
        assert!(!text.contains("Hüft") && !text.contains("Danke"), "{text}");
        let is_end = text.contains("\"inactive\"") || text.contains("bedside.consent.revoked");
        assert!(is_end, "{text}");
    }
    for kind in ["Communication", "Task", "Provenance"] {
        assert_eq!(kis.get(kind).await.matches().len(), 0, "{kind}");
    }
    let ended = kis.get("Consent").await;
    assert_eq!(ended.matches().len(), 1, "{}", ended.text);
    let ended: &Value = ended.matches()[0];
    assert_eq!(
        (ended["status"].as_str(), ended["patient"]["identifier"]["value"].as_str()),
        (Some("inactive"), Some("A123456780"))
    );
    let id = ended["id"].as_str().unwrap();
    kis.get(&format!("Consent/{id}/_history/1")).await.refuses(410);
    let audit = kis.get("AuditEvent?_count=200").await;
    assert!(!audit.matches().is_empty() && !audit.text.contains("A123456780") && !audit.text.contains("4711"));
    let log = log_of(&exchange).await;
    assert_eq!(tells(std::slice::from_ref(&log)), None);
    for word in ["exchange_read", "exchange_sent", "exchange_dropped", "client_signed_in", "subscription_set"] {
        assert!(log.contains(word), "{word}");
    }
    // Consented to anew, the same conversation goes on where it was written after that.
    exchange.group.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    exchange.says(&guest, "Jetzt darf es das Team wieder sehen.").await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    assert!(kis.get("Communication").await.text.contains("Jetzt darf es das Team"));
}

#[tokio::test]
async fn an_undone_link_ends_everything_and_an_erased_key_the_content() {
    let exchange = open().await;
    let guest = exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let id = kis.get("Communication").await.matches()[0]["id"].as_str().unwrap().to_owned();
    exchange.group.road.door_unlink(&guest).await.unwrap();
    kis.get(&format!("Communication/{id}")).await.refuses(410);
    exchange.keeps_up().await;
    let consents = kis.get("Consent").await;
    let states: Vec<_> = consents.matches().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["inactive", "inactive"], "the link is gone, and all that hung on it");
    assert_eq!(kis.get("Communication").await.matches().len(), 0);
    assert!(consents.text.contains(BASE));
}

#[tokio::test]
async fn who_was_given_what_of_whom_is_read_as_audit_events() {
    let exchange = open().await;
    exchange.petra_consents().await;
    exchange.keeps_up().await;
    let kis = exchange.kis().await;
    let id = kis.get(&format!("Communication?patient.identifier={KVID}")).await.matches()[0]["id"].clone();
    kis.ask(Method::GET, &format!("Communication/{}", id.as_str().unwrap()), &[("x-request-id", "trace-7")], "").await;
    let audit = kis.get(&format!("AuditEvent?patient.identifier={KVID}&_count=200")).await;
    let profiles: Vec<&str> = audit.matches().iter().map(|one| one["meta"]["profile"][0].as_str().unwrap()).collect();
    for name in ["PatientQuery", "PatientRead", "PrivacyDisclosure.Source"] {
        assert!(
            profiles.iter().any(|profile| profile.ends_with(&format!("IHE.BasicAudit.{name}"))),
            "{name}: {profiles:?}"
        );
    }
    let read = audit
        .matches()
        .into_iter()
        .find(|one| one["meta"]["profile"][0].as_str().unwrap().ends_with("PatientRead"))
        .unwrap();
    assert!(read.to_string().contains("kis-program") && read.to_string().contains("trace-7"), "{read}");
    let one = kis.get(&format!("AuditEvent/{}", read["id"].as_str().unwrap())).await;
    assert_eq!(&one.body, read);
    let none = exchange.program("kis", "system/Communication.rs").await;
    none.get("AuditEvent").await.refuses(403);
}
