//! Somebody on call at the desk: crisis cases and nothing else, an approved reply by one button, read by a second person; and
//! whoever is at the desk is told in red while nobody would be called.

use axum::{body::Body, http::Request};
use bedside_core::{case::Queue, policy::IncidentKind, site::Role, time::Span};
use bedside_flow::PauseScope;
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;

use crate::house::{self, Group, post, question};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const LINE: &str = "0800 111 0 111";

async fn both() -> (Group, i64, i64) {
    let group = house::open().await;
    group.hears(group.mitte, vec![question("q1")]).await;
    let asked = group.case(group.mitte, Queue::Now).await.number;
    group.hears(group.mitte, vec![post("s1", "nachtwache", CRISIS)]).await;
    (group, asked, asked + 1)
}

#[tokio::test]
async fn who_is_on_call_sees_crisis_cases_alone_by_whatever_address() {
    let (group, asked, crisis) = both().await;
    let (_, mut roth) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    let inbox = roth.get("/inbox").await;
    assert!(inbox.body.contains(&format!("/case/{crisis}")), "{}", inbox.text());
    for address in ["/inbox", "/inbox?q=done", "/search?q=parken"] {
        let page = roth.get(address).await;
        assert!(!page.body.contains(&format!("/case/{asked}\"")), "{address}: {}", page.text());
        page.is_silent_about("parken und was");
    }
    let by_number = roth.get(&format!("/search?q=F-{asked}")).await;
    assert!(!by_number.body.contains(&format!("/case/{asked}\"")), "{}", by_number.text());
    assert_eq!(roth.get(&format!("/case/{asked}")).await.status, 404);
    assert_eq!(roth.get(&format!("/case/{asked}/mark")).await.status, 404);
    assert_eq!(roth.post(&format!("/case/{asked}/note"), &[("text", "Hallo")]).await.status, 404);
    let page = roth.get(&format!("/case/{crisis}")).await;
    page.says("Tabletten");
    page.says(LINE);
    page.says("Samaritans");
    roth.act(&format!("/case/{crisis}/take"), &[]).await;
    roth.act(&format!("/case/{crisis}/note"), &[("text", "Ich rufe die Polizei an.")]).await;
    assert_eq!(roth.post(&format!("/case/{crisis}/resolve"), &[]).await.status, 403);
}

#[tokio::test]
async fn an_approved_reply_leaves_by_one_button_and_waits_to_be_read_by_somebody_else() {
    let (group, asked, crisis) = both().await;
    let (_, mut roth) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    let mut mara = group.mara().await;
    let page = roth.get(&format!("/case/{crisis}")).await;
    page.says("Freigegebene Antwort");
    group.clock.pass(Span::seconds(5));
    roth.act(&format!("/case/{crisis}/crisis-reply"), &[("statement", "crisis.suicide.de.de")]).await;
    group.after(Span::seconds(1)).await;
    let said = group.platform.published();
    assert!(said.len() == 1 && said[0].contains(LINE), "{said:?}");

    let inbox = mara.get("/inbox").await;
    inbox.says("muss von einer zweiten Person gelesen werden");
    roth.get("/inbox").await.is_silent_about("muss von einer zweiten Person gelesen werden");
    let page = mara.get(&format!("/case/{crisis}")).await;
    page.says("hat eine freigegebene Antwort gesendet");
    let draft =
        page.form(&format!("/case/{crisis}/crisis-read")).into_iter().find(|(name, _)| name == "draft").unwrap().1;
    mara.act(&format!("/case/{crisis}/crisis-read"), &[("draft", &draft)]).await;
    mara.get("/inbox").await.is_silent_about("muss von einer zweiten Person gelesen werden");
    mara.get(&format!("/case/{crisis}")).await.says("Gelesen von");
    let question = mara.get(&format!("/case/{asked}")).await;
    question.is_silent_about("Freigegebene Antwort");
    let refused = mara.post(&format!("/case/{asked}/crisis-reply"), &[("statement", "crisis.suicide.de.de")]).await;
    assert_ne!(refused.status, 303, "{}", refused.text());
}

#[tokio::test]
async fn while_nobody_would_be_called_every_page_says_so_and_ready_counts_it() {
    let (group, ..) = both().await;
    let mut mara = group.mara().await;
    for address in ["/inbox", "/search", "/me"] {
        mara.get(address).await.says("Niemand wird alarmiert");
    }
    let ready = group.browser().get("/ready").await;
    let told: serde_json::Value = serde_json::from_str(&ready.body).unwrap();
    assert_eq!(told["alarms"]["open"], 1, "{told}");
    assert_eq!(told["alarms"]["houses_without_rota"], 2);
    let page = group.browser().get("/alarm/0198c1f0-0000-7000-8000-000000000001/roth/1794665520/00").await;
    assert_eq!((page.status, page.header("set-cookie")), (404, String::new()));
    page.says("keiner von uns");
}

#[tokio::test]
async fn an_incident_and_late_clocks_of_other_cases_are_none_of_who_is_on_call() {
    let (group, asked, crisis) = both().await;
    let roles = [(group.mitte, Role::Desk), (group.mitte, Role::Approver)];
    let (jonas, _) = group.person("iris", &roles).await;
    let question = bedside_store::cases::by_number(&mut group.store.begin_read().await.unwrap(), asked).await;
    let question = question.unwrap().unwrap().id;
    group.road.start_clock_by(jonas, question, "breach", None).await.unwrap();
    group.after(Span::days(4)).await;
    // Whoever looks signs in now: sessions don't last for days.
    let (_, mut desk) = group.person("ines", &roles).await;
    let (_, mut roth) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    let scope = PauseScope::Site(group.mitte);
    group.road.begin_incident(jonas, scope, IncidentKind::Cyber, "Erpressung, Server aus").await.unwrap();
    group.after(Span::seconds(1)).await;

    let seen = desk.get("/inbox").await;
    seen.says("Ereignisfall: Störung der Computer");
    assert!(
        seen.body.contains("href=\"/incident\"") && seen.body.contains(&format!("/case/{asked}\"")),
        "{}",
        seen.text()
    );
    desk.get("/incident").await.says("Erpressung");
    let page = roth.get("/inbox").await;
    page.says("Ereignisfall: Störung der Computer");
    assert!(!page.body.contains("href=\"/incident\""), "that one runs is for everybody, what is said of it is not");
    assert!(!page.body.contains(&format!("/case/{asked}\"")), "nor is the late clock of another case: {}", page.text());
    assert!(page.body.contains(&format!("/case/{crisis}\"")));
    let refused = roth.get("/incident").await;
    assert_eq!(refused.status, 404);
    refused.is_silent_about("Erpressung");
}

#[tokio::test]
async fn who_is_on_call_is_told_of_changes_of_crisis_cases_alone() {
    let group = house::open().await;
    let (_, roth) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    let cookie = format!("bedside={}", roth.cookies["bedside"]);
    let request = Request::get("/events").header("cookie", cookie).body(Body::empty()).unwrap();
    let mut stream = group.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    tokio::task::yield_now().await;
    group.hears(group.mitte, vec![question("q1")]).await;
    group.hears(group.mitte, vec![post("s1", "nachtwache", CRISIS)]).await;
    let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await.unwrap().unwrap().unwrap();
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    let told: serde_json::Value =
        serde_json::from_str(text.split_once("data: ").unwrap().1.lines().next().unwrap()).unwrap();
    let mut tx = group.store.begin_read().await.unwrap();
    let all = bedside_store::cases::list(&mut tx, group.mitte, Queue::Now, 20).await.unwrap();
    let crisis = all.iter().find(|case| case.decision.escalation.is_some()).unwrap().number;
    let expect = serde_json::json!({ "now": 1, "alarms": [crisis], "new": 0, "changed": [crisis] });
    assert_eq!(told, expect, "nothing of the question");
}
