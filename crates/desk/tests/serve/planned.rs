//! Scheduled posts at the desk without script: planned, approved by somebody else, changed, withdrawn, kept back with the reason; and
//! the library's statements where a crisis and an incident offer them.

use bedside_core::{case::Queue, site::Role, time::Span};

use crate::{browser::Browser, house};

const PARTY: &str = "Kommen Sie zum Sommerfest auf der Wiese, am Samstag ab 14 Uhr.";

/// What the form sends, with the account that the page offers first.
async fn plan(browser: &mut Browser, text: &str, at: &str) -> crate::browser::Page {
    let page = browser.get("/planned").await;
    let account = page.body.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [
        ("act", "plan"),
        ("post", ""),
        ("account", account.as_str()),
        ("lang", "de"),
        ("at", at),
        ("text", text),
        ("permission", "yes"),
    ];
    browser.post("/planned", &fields).await
}

#[tokio::test]
async fn a_post_is_planned_by_one_approved_by_another_and_leaves_at_its_time() {
    let group = house::open().await;
    let (_, mut mara) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let (_, mut roth) = group.person("roth", &[(group.mitte, Role::OnCall)]).await;
    assert_eq!(roth.get("/planned").await.status, 404, "those on call plan nothing");
    let page = plan(&mut mara, "Frau Petra Weber war bei uns Patientin auf Station 4.", "2026-11-14T20:00").await;
    assert_eq!(page.status, 422);
    page.says("Die Prüfung sperrt diesen Text:");
    page.says("Frau Petra Weber war bei uns");
    let page = plan(&mut mara, PARTY, "2026-11-13T20:00").await;
    assert_eq!(page.status, 422, "a time that is over");
    assert_eq!(plan(&mut mara, PARTY, "2026-11-14T20:00").await.status, 303);
    let page = mara.get("/planned").await;
    page.says("Das haben Sie geschrieben. Freigeben muss es jemand anderes.");
    assert!(!page.body.contains("value=\"approve\""), "no button to approve an own post");
    let (id, shown) = {
        let page = jonas.get("/planned").await;
        (page.value("post").unwrap(), page.value("shown").unwrap())
    };
    let approve = [("act", "approve"), ("post", id.as_str()), ("shown", shown.as_str()), ("confirm", "yes")];
    assert_eq!(mara.post("/planned", &approve).await.status, 403);
    jonas.get("/planned").await;
    assert_eq!(jonas.post("/planned", &approve).await.status, 303);
    jonas.get("/planned").await.says("Freigegeben von Jonas");
    mara.get(&format!("/planned?edit={id}")).await.says("Beitrag ändern");

    for _ in 0..6 {
        group.clock.pass(Span::hours(1));
        group.road.send_own_due().await.unwrap();
        jonas.get("/planned").await;
    }
    assert_eq!(group.platform.published(), [PARTY]);
    jonas.get("/planned").await.says("Hinausgegangen");
}

#[tokio::test]
async fn what_is_kept_back_says_why_and_may_be_withdrawn() {
    let group = house::open().await;
    let (_, mut mara) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    plan(&mut mara, PARTY, "2026-11-14T16:30").await;
    let page = jonas.get("/planned").await;
    let (id, shown) = (page.value("post").unwrap(), page.value("shown").unwrap());
    let approve = [("act", "approve"), ("post", id.as_str()), ("shown", shown.as_str()), ("confirm", "yes")];
    assert_eq!(jonas.post("/planned", &approve).await.status, 303);
    let threat = "Ich komme morgen mit einem Messer in die Notaufnahme und steche euch alle ab.";
    group.hears(group.mitte, vec![house::post("t1", "drohender", threat)]).await;
    jonas.get("/planned").await.says("Jetzt bliebe er zurück: Ein offener Fall hält geplante Beiträge an.");
    for _ in 0..6 {
        group.clock.pass(Span::minutes(30));
        group.road.send_own_due().await.unwrap();
    }
    let page = mara.get("/planned").await;
    page.says("zurückgehalten");
    page.says("Ein offener Fall hält geplante Beiträge an.");
    assert!(group.platform.published().is_empty());
    assert_eq!(mara.post("/planned", &[("act", "withdraw"), ("post", &id)]).await.status, 303);
    mara.get("/planned").await.says("Nichts geplant");
    assert!(group.case(group.mitte, Queue::Now).await.decision.escalation.is_some());
}
