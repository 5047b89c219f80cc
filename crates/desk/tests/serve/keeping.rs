//! What is kept of somebody, at the desk: seen, handed out, held and erased by the privacy officer alone, without a script.

use bedside_core::{case::Queue, site::Role};

use crate::house::{self, post};

#[tokio::test]
async fn only_the_privacy_officer_of_the_house_sees_hands_out_and_erases() {
    let group = house::open().await;
    let case = group.asked().await;
    let path = format!("/author/{}", case.author);
    let nobody = [
        ("mara", group.mitte, Role::Desk),
        ("jonas", group.mitte, Role::Approver),
        ("ada", group.mitte, Role::Admin),
        ("rita", group.mitte, Role::Auditor),
        ("nils", group.nord, Role::Privacy),
    ];
    for (login, site, role) in nobody {
        let (_, mut browser) = group.person(login, &[(site, role)]).await;
        let expected = if site == group.nord { 404 } else { 403 };
        for page in [path.clone(), format!("{path}/erase")] {
            let page = browser.get(&page).await;
            assert_eq!(page.status, expected, "{login}");
            page.is_silent_about("petra");
        }
        for act in ["json", "page", "erase", "hold"] {
            let page = browser.post(&format!("{path}/{act}"), &[("handle", "petra"), ("reason", "x")]).await;
            assert_eq!(page.status, expected, "{login} {act}");
        }
        browser
            .get(&format!("/case/{}", case.number))
            .await
            .is_silent_about("Alles, was von dieser Person gespeichert ist");
    }
    let (_, mut eva) = group.person("eva", &[(group.mitte, Role::Privacy)]).await;
    let page = eva.get(&format!("/case/{}", case.number)).await;
    assert!(page.body.contains(&format!("href=\"{path}\"")), "the case leads there");
    let page = eva.get(&path).await;
    assert_eq!(page.status, 200);
    page.says("@petra");
    page.is_silent_about("parken");
    for unknown in ["/author/0198c1f0-7d2a-7000-8000-000000000001", "/author/petra"] {
        assert_eq!(eva.get(unknown).await.status, 404);
    }
}

#[tokio::test]
async fn everything_is_handed_out_as_files() {
    let group = house::open().await;
    let case = group.asked().await;
    let (_, mut eva) = group.person("eva", &[(group.mitte, Role::Privacy)]).await;
    let path = format!("/author/{}", case.author);
    eva.get(&path).await;
    let json = eva.post(&format!("{path}/json"), &[]).await;
    assert_eq!((json.status, json.header("content-type").as_str()), (200, "application/json; charset=utf-8"));
    assert!(json.header("content-disposition").starts_with("attachment; filename=\"person-"));
    let told: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    assert_eq!(told["accounts"][0]["handle"], "petra");
    assert!(told["posts"][0]["text"].as_str().unwrap().contains("parken"));
    assert_eq!(told["cases"][0]["number"], case.number);
    let page = eva.post(&format!("{path}/page"), &[]).await;
    assert!(page.header("content-disposition").ends_with(".html\""));
    assert!(
        page.body.contains("Auskunft über gespeicherte Daten") && page.body.contains("wo kann ich bei Ihnen parken")
    );
}

#[tokio::test]
async fn erasing_takes_a_second_page_and_the_handle_and_stops_at_a_legal_hold() {
    let group = house::open().await;
    let case = group.asked().await;
    group.hears(group.mitte, vec![post("o1", "olga", "Wann ist Besuchszeit auf der Station?")]).await;
    let (_, mut eva) = group.person("eva", &[(group.mitte, Role::Privacy)]).await;
    let path = format!("/author/{}", case.author);
    eva.get(&path).await;
    let page = eva.post(&format!("{path}/hold"), &[("reason", " ")]).await;
    assert_eq!(page.status, 400, "{}", page.text());
    let page = eva.act(&format!("{path}/hold"), &[("reason", "Klage angekündigt")]).await;
    page.says("Klage angekündigt");
    page.says("Aufbewahrungspflicht");
    let label = page.value("label").expect("the hold can be lifted");
    eva.get(&format!("{path}/erase")).await.says("Solange sie gilt, wird nichts gelöscht");
    let page = eva.post(&format!("{path}/erase"), &[("handle", "petra")]).await;
    assert_eq!(page.status, 400);
    page.says("Eine Aufbewahrungspflicht besteht. Nichts wurde gelöscht.");
    eva.act(&format!("{path}/release"), &[("label", &label)]).await.says("Keine. Es gelten die üblichen Fristen.");

    let page = eva.get(&format!("{path}/erase")).await;
    page.says("Was bleibt, und warum");
    let page = eva.post(&format!("{path}/erase"), &[("handle", "olga")]).await;
    assert_eq!(page.status, 422);
    page.says("Das ist ein anderer Name. Nichts wurde gelöscht.");
    let page = eva.post(&format!("{path}/erase"), &[("handle", "@Petra")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.says("Gelöscht");
    assert_eq!(eva.get(&path).await.status, 404, "there is nobody any more");
    assert_eq!(eva.get("/search?q=parken").await.text().matches("petra").count(), 0);
    let page = eva.get(&format!("/case/{}", case.number)).await;
    assert_eq!(page.status, 200, "the case stays, with what was decided");
    page.is_silent_about("parken und was");
    assert_eq!(group.again(case.id).await.queue, Queue::Done);
    let log = eva.get("/log").await;
    for entry in ["Person gelöscht", "Löschung verweigert: Aufbewahrungspflicht"] {
        log.says(entry);
    }
}
