//! People and roles, by admins, each only at their own houses.

use bedside_core::{
    log::{Entry, Kind},
    site::Role,
};
use bedside_desk::serve::first_admin_link;

use crate::house;

#[tokio::test]
async fn an_admin_adds_a_person_who_comes_by_the_link() {
    let group = house::open().await;
    let (_, mut ada) = group.person("ada", &[(group.mitte, Role::Admin)]).await;
    ada.get("/people").await.is_silent_about("Lindenhof Nord");
    let add = |email: &'static str| {
        [("act", "add"), ("name", "Kai Berg"), ("email", email), ("site", "mitte"), ("role", "desk")]
    };
    assert_eq!(ada.post("/people", &add("kai")).await.status, 422);
    let page = ada.post("/people", &add("Kai@lindenhof.example")).await;
    assert_eq!(page.status, 201);
    page.says("Einmal-Link für Kai Berg");
    let link = page.body.split("http://desk.example").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(ada.post("/people", &add("kai@lindenhof.example")).await.status, 422, "the address is taken");
    ada.get("/people").await.is_silent_about(&link);
    let mut kai = group.browser();
    kai.get(&link).await.says("Willkommen");
    let token = link.split_once('=').unwrap().1;
    kai.act(
        "/welcome",
        &[("token", token), ("name", "Kai Berg"), ("password", house::PASSWORD), ("again", house::PASSWORD)],
    )
    .await;
    assert_eq!(kai.get("/inbox").await.status, 200);
    assert_eq!(kai.get("/people").await.status, 403);
    assert_eq!(kai.post("/people", &add("x@lindenhof.example")).await.status, 403);
}

#[tokio::test]
async fn an_admin_reaches_no_account_and_no_role_of_another_house() {
    let group = house::open().await;
    let (_, mut ada) = group.person("ada", &[(group.mitte, Role::Admin)]).await;
    let (nora, mut nora_there) = group.person("nora", &[(group.nord, Role::Approver)]).await;
    let (_, _both) = group.person("lea", &[(group.nord, Role::Desk), (group.mitte, Role::Desk)]).await;
    let (_, _none) = group.person("neu", &[]).await;
    let page = ada.get("/people").await;
    page.says("lea@lindenhof.example");
    page.says("neu@lindenhof.example");
    page.is_silent_about("nora@lindenhof.example");
    let nora = nora.to_string();
    for fields in [
        vec![("act", "link"), ("person", nora.as_str())],
        vec![("act", "lock"), ("person", nora.as_str())],
        vec![("act", "give"), ("person", nora.as_str()), ("site", "nord"), ("role", "desk")],
        vec![("act", "withdraw"), ("person", nora.as_str()), ("site", "nord"), ("role", "approver")],
        vec![("act", "add"), ("name", "X"), ("email", "x@y.example"), ("site", "nord"), ("role", "admin")],
    ] {
        let page = ada.post("/people", &fields).await;
        assert!(matches!(page.status, 403 | 404), "{fields:?}: {}", page.status);
    }
    assert_eq!(nora_there.get("/inbox").await.status, 200);
}

#[tokio::test]
async fn roles_come_and_go_and_the_last_admin_stays() {
    let group = house::open().await;
    let (ada_id, mut ada) = group.person("ada", &[(group.mitte, Role::Admin)]).await;
    let (mara, mut mara_there) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    ada.get("/people").await;
    let (ada_id, mara) = (ada_id.to_string(), mara.to_string());
    let last =
        ada.post("/people", &[("act", "withdraw"), ("person", &ada_id), ("site", "mitte"), ("role", "admin")]).await;
    assert_eq!(last.status, 409);
    last.says("letzte Person");
    ada.act("/people", &[("act", "withdraw"), ("person", &mara), ("site", "mitte"), ("role", "desk")]).await;
    let invited = ada
        .post(
            "/people",
            &[("act", "add"), ("name", "Kai"), ("email", "kai@x.example"), ("site", "mitte"), ("role", "admin")],
        )
        .await;
    assert_eq!(invited.status, 201);
    let still =
        ada.post("/people", &[("act", "withdraw"), ("person", &ada_id), ("site", "mitte"), ("role", "admin")]).await;
    assert_eq!(still.status, 409, "who has no password yet can't set up anybody");
    assert_eq!(mara_there.get("/inbox").await.status, 403, "at once, in an open session");
    ada.act("/people", &[("act", "give"), ("person", &mara), ("site", "mitte"), ("role", "admin")]).await;
    ada.act("/people", &[("act", "withdraw"), ("person", &ada_id), ("site", "mitte"), ("role", "admin")]).await;
    assert_eq!(ada.get("/people").await.status, 404);
    mara_there.get("/people").await;
    mara_there.act("/people", &[("act", "lock"), ("person", &ada_id)]).await.says("gesperrt");
    assert_eq!(ada.get("/me").await.status, 303);
    mara_there.act("/people", &[("act", "unlock"), ("person", &ada_id)]).await;
    assert_eq!(mara_there.post("/people", &[("act", "link"), ("person", &ada_id)]).await.status, 201);
    while group.road.sequence_next().await.unwrap() > 0 {}
    let log = mara_there.get("/log").await;
    for words in
        ["Rolle gegeben", "Gesperrt: Ada", "Wieder zugelassen: Ada", "Einmal-Link gemacht: Ada", "Passwort gesetzt"]
    {
        log.says(words);
    }
}

#[tokio::test]
async fn the_first_admins_roles_link_and_password_are_in_the_log() {
    let group = house::open().await;
    let link = first_admin_link(&group.store, house::NOW).await.unwrap().unwrap();
    first_admin_link(&group.store, house::NOW).await.unwrap().unwrap();
    let mut tx = group.store.begin_read().await.unwrap();
    let pending = bedside_store::log::pending(&mut tx, 100).await.unwrap();
    let kinds: Vec<Kind> = pending.iter().map(|entry| Entry::decode(&entry.body).unwrap().kind()).collect();
    let of = |kind| kinds.iter().filter(|one| **one == kind).count();
    // Two roles at two houses, given once; a link at each start, told at both houses.
    assert_eq!((of(Kind::RoleGranted), of(Kind::LinkMade)), (4, 4), "{link} {kinds:?}");
}
