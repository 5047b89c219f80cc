//! Acts on a case and on the house, each by a form.

use bedside_core::{case::Queue, label::LabelKind, time::Span};
use bedside_store::labels;

use crate::house::{self, post};

#[tokio::test]
async fn a_case_is_held_and_released_with_reasons() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut jonas = group.jonas().await;
    let case = format!("/case/{}", row.number);
    let page = jonas.get(&case).await;
    let seen = page.value("seen").unwrap();
    for (until, reason, status) in
        [("gestern", "x", 400), ("2020-01-01T10:00", "x", 400), ("2026-11-15T14:00", "", 400)]
    {
        let page = jonas.post(&format!("{case}/hold"), &[("seen", &seen), ("until", until), ("reason", reason)]).await;
        assert_eq!(page.status, status, "{until} {reason}");
    }
    let held = jonas
        .act(
            &format!("{case}/hold"),
            &[("seen", &seen), ("until", "2026-11-15T14:00"), ("reason", "Die Leitung klärt")],
        )
        .await;
    held.says("Halten bis");
    held.says("„Die Leitung klärt“");
    let now = group.again(row.id).await;
    assert_eq!(now.queue, Queue::Waiting);
    assert_eq!(now.hold_until.unwrap().to_rfc3339(), "2026-11-15T13:00:00Z", "the house's own time");
    jonas.get("/inbox").await.says("Wartet");
    let seen = held.value("seen").unwrap();
    let page = jonas.act(&format!("{case}/release"), &[("seen", &seen), ("reason", "Ist geklärt")]).await;
    page.says("Von Jonas anders entschieden");
    assert_eq!(group.again(row.id).await.queue, Queue::Now);
}

#[tokio::test]
async fn the_privacy_officer_holds_and_others_release() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut eva = group.person("eva", &[(group.mitte, bedside_core::site::Role::Privacy)]).await.1;
    let case = format!("/case/{}", row.number);
    let page = eva.get(&case).await;
    assert!(page.body.contains(&format!("{case}/hold")), "{}", page.text());
    let seen = page.value("seen").unwrap();
    eva.act(&format!("{case}/full"), &[]).await;
    let held = [("seen", seen.as_str()), ("until", "2026-11-15T14:00"), ("reason", "Der Datenschutz prüft")];
    let page = eva.act(&format!("{case}/hold"), &held).await;
    page.says("„Der Datenschutz prüft“");
    assert!(!page.body.contains(&format!("{case}/release")), "what is not allowed is not offered");
    assert!(group.jonas().await.get(&case).await.body.contains(&format!("{case}/release")));
}

#[tokio::test]
async fn a_time_is_read_on_the_clock_of_the_cases_own_site() {
    let group = house::open().await;
    group.hears(group.nord, vec![house::question("n1")]).await;
    let row = group.case(group.nord, Queue::Now).await;
    let both = [(group.mitte, bedside_core::site::Role::Approver), (group.nord, bedside_core::site::Role::Approver)];
    let mut lea = group.person("lea", &both).await.1;
    let case = format!("/case/{}", row.number);
    let seen = lea.get(&case).await.value("seen").unwrap();
    let held = [("seen", seen.as_str()), ("until", "2026-11-15T14:00"), ("reason", "x")];
    let page = lea.act(&format!("{case}/hold"), &held).await;
    assert_eq!(group.again(row.id).await.hold_until.unwrap().to_rfc3339(), "2026-11-15T14:00:00Z");
    page.says("14:00");
}

#[tokio::test]
async fn who_may_not_decide_is_told_why_and_nothing_happens() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    assert!(!page.body.contains(&format!("{case}/decide")), "what is not allowed is not offered");
    let page = mara.post(&format!("{case}/decide"), &[("action", "stay_silent"), ("reason", "x")]).await;
    assert_eq!(page.status, 403);
    page.says("Ihre Rolle an diesem Haus erlaubt das nicht.");
    assert_eq!(group.again(row.id).await.decision, row.decision);
    let mut jonas = group.jonas().await;
    jonas.get(&case).await;
    let page = jonas.act(&format!("{case}/decide"), &[("action", "stay_silent"), ("reason", "Spam")]).await;
    page.says("Still bleiben");
    assert_eq!(group.again(row.id).await.queue, Queue::Silent);
}

#[tokio::test]
async fn labels_are_set_and_removed_with_reasons() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut mara = group.mara().await;
    let case = format!("/case/{}", row.number);
    mara.get(&case).await;
    let set = [("label", "abusive"), ("on", "author"), ("days", "7"), ("reason", "beschimpft alle")];
    let page = mara.act(&format!("{case}/label"), &set).await;
    page.says("beschimpft alle");
    let id = page.value("label").unwrap();
    let legal = mara
        .post(&format!("{case}/label"), &[("label", "litigation"), ("on", "author"), ("days", "7"), ("reason", "x")])
        .await;
    assert_eq!(legal.status, 403, "labels with legal weight are for the privacy officer");
    let on = labels::on(&mut group.store.begin_read().await.unwrap(), row.site, row.author, row.thread, house::NOW)
        .await
        .unwrap();
    assert_eq!(on.iter().map(|label| label.kind).collect::<Vec<_>>(), [LabelKind::Abusive]);
    assert_eq!(mara.post(&format!("{case}/unlabel"), &[("label", &id), ("reason", "")]).await.status, 400);
    let page = mara.act(&format!("{case}/unlabel"), &[("label", &id), ("reason", "war ein Irrtum")]).await;
    page.says("Vermerk entfernt: war ein Irrtum");
}

#[tokio::test]
async fn an_escalation_is_loud_until_somebody_takes_it() {
    let group = house::open().await;
    group.hears(group.mitte, vec![post("c1", "kim", "Ich kann nicht mehr, ich bringe mich heute Nacht um")]).await;
    let row = group.case(group.mitte, Queue::Now).await;
    assert!(row.decision.escalation.is_some());
    let mut mara = group.mara().await;
    let page = mara.get("/inbox").await;
    assert!(page.body.contains("item alarm"), "{}", page.text());
    let told = format!("data-alarms=\"{}\"", row.number);
    for path in ["/inbox", "/channels", "/me", "/search?q=x"] {
        let page = mara.get(path).await;
        assert!(page.body.contains(&told) && page.body.contains("<title>(1) "), "{path}");
    }
    let counts: serde_json::Value = serde_json::from_str(&mara.get("/events/now").await.body).unwrap();
    assert_eq!(counts, serde_json::json!({ "now": 1, "alarms": [row.number] }));
    let mut kai = group.person("kai", &[(group.nord, bedside_core::site::Role::Desk)]).await.1;
    let counts: serde_json::Value = serde_json::from_str(&kai.get("/events/now").await.body).unwrap();
    assert_eq!(counts, serde_json::json!({ "now": 0, "alarms": [] }));
    page.says("noch nicht übernommen");
    page.says("Niemand wird alarmiert.");
    let case = format!("/case/{}", row.number);
    mara.get(&case).await.says("Ich übernehme");
    let page = mara.act(&format!("{case}/take"), &[]).await;
    page.says("Mara hat 14:00 übernommen.");
    let page = mara.get("/inbox").await;
    assert!(!page.body.contains("item alarm") && page.body.contains("data-alarms=\"\""));
    assert_eq!(mara.post(&format!("{case}/take"), &[]).await.status, 409);
}

/// The slip alone.
fn slip(page: &crate::browser::Page) -> &str {
    let from = page.body.find("id=\"decision\"").unwrap();
    page.body[from..].split("</section>").next().unwrap()
}

#[tokio::test]
async fn a_reason_points_to_the_words_it_rests_on() {
    let group = house::open().await;
    group.hears(group.mitte, vec![post("c1", "kim", "Ich kann nicht mehr, ich bringe mich heute Nacht um")]).await;
    let row = group.case(group.mitte, Queue::Now).await;
    let page = group.mara_unfolded().await.get(&format!("/case/{}", row.number)).await;
    let seen = slip(&page);
    assert!(seen.contains("href=\"#s1\"") && page.body.contains("id=\"s1\""), "{seen}");
    assert!(seen.contains("ich bringe mich"), "{seen}");
}

#[tokio::test]
async fn what_stays_true_is_shown_where_it_was_said() {
    let group = house::open().await;
    let told = post("d1", "lisa", "Mein Vater ist heute bei Ihnen auf der Station gestorben.");
    group.hears(group.mitte, vec![told.clone()]).await;
    let again = bedside_core::post::Inbound {
        external_id: "d2".to_owned(),
        text: "Schämt euch alle miteinander!".to_owned(),
        in_reply_to: Some("d1".to_owned()),
        at: told.at.plus(Span::minutes(1)),
        ..told
    };
    group.hears(group.mitte, vec![again]).await;
    let row = group.case(group.mitte, Queue::Waiting).await;
    let page = group.mara_unfolded().await.get(&format!("/case/{}", row.number)).await;
    page.says("alle miteinander!");
    assert!(slip(&page).contains("gestorben"), "{}", slip(&page));
}

#[tokio::test]
async fn a_pause_is_seen_on_every_page_and_stops_what_is_due() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let text = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";
    let fields = [("seen", seen.as_str()), ("draft", &draft), ("form", "public"), ("text", text)];
    assert_eq!(mara.post(&format!("{case}/submit"), &fields).await.status, 303);
    let draft = jonas.get(&case).await.value("draft").unwrap();
    assert_eq!(jonas.post(&format!("{case}/approve"), &[("draft", &draft)]).await.status, 303);
    mara.get("/pause").await;
    let missing = mara.post("/pause", &[("act", "pause"), ("reason", " ")]).await;
    assert_eq!(missing.status, 422);
    mara.act("/pause", &[("act", "pause"), ("reason", "Bombendrohung im Haus")]).await;
    for path in ["/inbox", case.as_str(), "/log", "/channels", "/me", "/nothing"] {
        jonas.get(path).await.says("„Bombendrohung im Haus“");
    }
    group.after(Span::minutes(3)).await;
    assert!(group.platform.published().is_empty());
    mara.get("/pause").await;
    let refused = mara.post("/pause", &[("act", "resume")]).await;
    assert_eq!(refused.status, 403);
    let page = jonas.get("/pause").await;
    page.says(text);
    jonas.act("/pause", &[("act", "resume")]).await.says("Bombendrohung im Haus");
    jonas.get("/inbox").await.is_silent_about("Bombendrohung");
    group.after(Span::seconds(5)).await;
    assert_eq!(group.platform.published(), [text]);
}

#[tokio::test]
async fn what_is_known_decides_anew_and_what_was_wrong_is_kept() {
    let group = house::open().await;
    let row = group.asked().await;
    let mut jonas = group.jonas().await;
    let case = format!("/case/{}", row.number);
    let seen = jonas.get(&case).await.value("seen").unwrap();
    group.clock.pass(Span::seconds(2));
    let page =
        jonas.act(&format!("{case}/facts"), &[("seen", &seen), ("event", "2026-11-14T08:30"), ("checked", "no")]).await;
    assert!(page.body.contains("2026-11-14T08:30"), "what is known stands in the form");
    let now = group.again(row.id).await;
    assert_eq!((now.facts_checked, now.event_at.unwrap().to_rfc3339().as_str()), (Some(false), "2026-11-14T07:30:00Z"));
    let decision = jonas.get(&format!("{case}/wrong")).await.value("decision").unwrap();
    let page = jonas
        .act(
            &format!("{case}/wrong"),
            &[
                ("decision", &decision),
                ("right", "hold"),
                ("harm", "answer_public_generic"),
                ("reason", "Es ging um eine Beschwerde"),
            ],
        )
        .await;
    page.says("Es ging um eine Beschwerde");
    let page = jonas.act(&format!("{case}/resolve"), &[("reason", "am Telefon geklärt")]).await;
    page.says("am Telefon geklärt");
    page.says("abgeschlossen von Jonas");
    jonas.get("/inbox?q=done").await.says("wo kann ich bei Ihnen parken");
}

#[tokio::test]
async fn events_carry_ids_and_counts_and_no_text() {
    use axum::{body::Body, http::Request};
    use tokio_stream::StreamExt as _;
    use tower::ServiceExt as _;
    let group = house::open().await;
    let mara = group.mara().await;
    let cookie = format!("bedside={}", mara.cookies["bedside"]);
    let request = Request::get("/events").header("cookie", cookie).body(Body::empty()).unwrap();
    let answer = group.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut stream = answer.into_body().into_data_stream();
    tokio::task::yield_now().await;
    group.hears(group.nord, vec![post("n1", "nora", "Wo kann ich in Nord parken?")]).await;
    group.hears(group.mitte, vec![house::question("q1")]).await;
    let row = group.case(group.mitte, Queue::Now).await;
    let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), stream.next()).await.unwrap().unwrap().unwrap();
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    assert!(text.contains("event: tick"), "{text}");
    let data = text.split_once("data: ").unwrap().1.lines().next().unwrap();
    let told: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(
        told,
        serde_json::json!({ "now": 1, "alarms": [], "new": 1, "changed": [row.number] }),
        "Nord's case is not told of"
    );
}
