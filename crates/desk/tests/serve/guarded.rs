//! Forms that are not ours, addresses that are not there, headers on everything.

use bedside_core::case::Queue;

use crate::house;

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let group = house::open().await;
    let case = group.asked().await;
    let mut mara = group.mara().await;
    let path = format!("/case/{}/resolve", case.number);
    mara.get("/inbox").await;
    for fields in [vec![], vec![("csrf", "")], vec![("csrf", "falsch")]] {
        let page = mara.post_bare(&path, &fields).await;
        assert_eq!(page.status, 403);
        page.says("Die Seite war zu alt");
    }
    let mut other = group.jonas().await;
    other.get("/inbox").await;
    let theirs = other.csrf.clone();
    assert_eq!(mara.post_bare(&path, &[("csrf", &theirs)]).await.status, 403, "another person's token is none");
    assert_eq!(group.again(case.id).await.queue, Queue::Now);
    assert_eq!(mara.post(&path, &[]).await.status, 303);
    assert_eq!(group.again(case.id).await.queue, Queue::Done);
}

#[tokio::test]
async fn a_form_that_another_site_sends_is_refused_even_with_the_token() {
    let group = house::open().await;
    let case = group.asked().await;
    let mut mara = group.mara().await;
    mara.get("/inbox").await;
    let path = format!("/case/{}/note", case.number);
    for (headers, status) in [
        (vec![("sec-fetch-site", "cross-site".to_owned())], 403),
        (vec![("sec-fetch-site", "same-site".to_owned())], 403),
        (vec![("origin", "https://evil.example".to_owned())], 403),
        (vec![("origin", "http://desk.example".to_owned())], 303),
        (vec![("origin", "null".to_owned()), ("sec-fetch-site", "same-origin".to_owned())], 303),
        (vec![], 303),
    ] {
        mara.headers = headers.clone();
        assert_eq!(mara.post(&path, &[("text", "eine Notiz")]).await.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn sign_in_needs_the_cookie_that_its_page_set() {
    let group = house::open().await;
    group.mara().await;
    let mut browser = group.browser();
    browser.get("/sign-in").await;
    browser.cookies.clear();
    let fields = [("email", "mara@lindenhof.example"), ("password", house::PASSWORD)];
    assert_eq!(browser.post("/sign-in", &fields).await.status, 403);
}

#[tokio::test]
async fn every_answer_is_guarded_and_pages_are_not_kept() {
    let group = house::open().await;
    let case = group.asked().await;
    let mut mara = group.mara().await;
    let style = bedside_desk::look::asset::style().path.clone();
    let own = format!("/case/{}", case.number);
    for path in ["/inbox", "/sign-in", "/me", "/log", "/nothing", "/live", "/keys", "/pause", &own, &style] {
        let page = mara.get(path).await;
        assert_eq!(page.header("content-security-policy"), bedside_desk::look::CONTENT_SECURITY_POLICY, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{path}");
        }
        let kept = if path == style { "public, max-age=31536000, immutable" } else { "no-store" };
        assert_eq!(page.header("cache-control"), kept, "{path}");
        assert_eq!(page.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_leads_on() {
    let group = house::open().await;
    let mut mara = group.mara().await;
    for path in
        ["/nothing", "/case/999", "/case/abc", "/case/99999999999999999999", "/assets/desk-0.css", "/case/1/resolve"]
    {
        let page = mara.get(path).await;
        assert!(page.status == 404 || page.status == 405, "{path}: {}", page.status);
        page.says("Hier ist nichts");
        assert!(page.body.contains("href=\"/inbox\""));
    }
    let page = group.browser().get("/nothing").await;
    assert_eq!(page.status, 404);
    page.says("Zur Anmeldung");
}

#[tokio::test]
async fn a_body_beyond_all_measure_is_refused() {
    let group = house::open().await;
    let case = group.asked().await;
    let mut mara = group.mara().await;
    mara.get("/inbox").await;
    let long = "ä".repeat(200_000);
    let page = mara.post(&format!("/case/{}/note", case.number), &[("text", &long)]).await;
    assert_eq!(page.status, 400);
    page.says("Das haben wir nicht verstanden");
}

#[tokio::test]
async fn whoever_watches_the_program_learns_whether_it_works_and_nothing_else() {
    let group = house::open().await;
    let mut anyone = group.browser();
    assert_eq!(anyone.get("/live").await.body, "live\n");
    let ready = anyone.get("/ready").await;
    assert_eq!(ready.status, 200);
    let told: serde_json::Value = serde_json::from_str(&ready.body).unwrap();
    let well = serde_json::json!({
        "ready": true, "version": "0.1.0", "jobs_waiting": 0, "dead_letters": 0, "rules_failing": 0, "messages_waiting": 0,
        "subscribers_failing": 0,
        "alarms": {
            "open": 0, "calls_failing": 0, "houses_without_rota": 2, "paths_unproven": 0, "paths_failing": 0, "mail_failing": false
        },
    });
    assert_eq!(told, well);
    assert!(anyone.cookies.is_empty());
    group.store.close().await;
    assert_eq!(anyone.get("/ready").await.status, 503);
}
