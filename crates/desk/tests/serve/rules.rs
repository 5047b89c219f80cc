//! The rules of a house at the desk: read by everybody there, written and refused, replayed, put in force by another, taken
//! back; and what was decided wrongly.

use bedside_core::{policy::OwnRules, site::Role};
use bedside_flow::rules::{Files, open_house};
use bedside_store::sites;

use crate::house::{self, Group};

const MUTE: &str = "@id(\"house.mute\") @reason_de(\"Das Haus schweigt heute.\") @reason_en(\"Silent today.\") @source(\"Board\")\n\
    forbid (principal, action in Action::\"speech\", resource);\n";

/// As at the first start without files of its own.
async fn first_start(group: &Group) {
    for site in sites::all(&mut group.store.begin_read().await.unwrap()).await.unwrap() {
        let none = OwnRules::default();
        let files = Files { own: &none, are_live: false };
        open_house(&group.store, site, Some(files), house::NOW).await.unwrap();
    }
    group.road.rules_next().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_read_in_plain_words_by_everybody_with_a_role_and_by_nobody_else() {
    let group = house::open().await;
    first_start(&group).await;
    for role in [Role::Desk, Role::Auditor, Role::Admin] {
        let (_, mut reader) = group.person(role.as_str(), &[(group.mitte, role)]).await;
        assert_eq!(reader.get("/rules").await.status, 303);
        let page = reader.get("/rules/mitte").await;
        page.says("Ein Todesfall liegt weniger als 72 Stunden zurück");
        page.says("common.death_recent");
        page.says("Fassung 1");
        assert_eq!(reader.get("/rules/nord").await.status, 404, "no role there");
        let found = reader.get("/rules/mitte?q=todesfall").await;
        found.says("common.death_recent");
        found.is_silent_about("common.everyday");
    }
    let (_, mut mara) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    assert_eq!(mara.get("/rules/mitte/write").await.status, 403, "the desk writes no rules");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_refused_mended_replayed_and_put_in_force_by_another() {
    let group = house::open().await;
    first_start(&group).await;
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Approver)]).await;
    let (_, mut eva) = group.person("eva", &[(group.mitte, Role::Privacy)]).await;
    assert!(jonas.get("/rules/mitte/write").await.body.contains("value=\"house.cedar\""));
    let mistyped = MUTE.replace("resource);", "resource)\nwhen { context has hours_since_evnt };");
    let write = |text: &str| {
        let fields = [("based", "1"), ("name", "house.cedar"), ("text", text), ("why", "Beschluss")];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let sent = write(&mistyped);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = jonas.post("/rules/mitte/write", &sent).await;
    assert_eq!(page.status, 422);
    page.says("house.cedar, Zeile 3");
    page.says("did you mean hours_since_event?");
    page.says("hours_since_evnt }");
    assert!(page.body.contains("value=\"Beschluss\""), "what was typed stays");

    let sent = write(MUTE);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = jonas.act("/rules/mitte/write", &sent).await;
    page.says("Fassung 2");
    page.says("Zuerst die Probe");
    jonas.act("/rules/mitte/version/2/replay", &[("days", "90")]).await.says("Die Probe läuft von selbst weiter");
    while group.road.replay_asked().await.unwrap() > 0 {}
    let page = jonas.get("/rules/mitte/version/2").await;
    page.says("Probe von Jonas");
    page.says("An dieser Fassung haben Sie mitgeschrieben");
    assert_eq!(jonas.post("/rules/mitte/version/2/live", &[("reason", "Doch"), ("from", "")]).await.status, 403);

    eva.get("/rules/mitte/version/2").await.says("Leer heißt: sofort.");
    let page = eva.post("/rules/mitte/version/2/live", &[("reason", ""), ("from", "")]).await;
    assert_eq!(page.status, 422, "a reason is needed");
    group.clock.pass(bedside_core::time::Span::seconds(1));
    let page = eva.act("/rules/mitte/version/2/live", &[("reason", "Geprobt"), ("from", "")]).await;
    page.says("Das Haus schweigt heute.");
    page.says("In Kraft gesetzt von Eva");
    group.clock.pass(bedside_core::time::Span::seconds(1));
    let page = eva.act("/rules/mitte/back", &[("reason", "Zu streng")]).await;
    page.is_silent_about("Das Haus schweigt heute.");
    while group.road.sequence_next().await.unwrap() > 0 {}
    let log = eva.get("/log").await;
    for words in
        ["Regeln geschrieben", "Probe begonnen", "Probe beendet", "Regeln in Kraft gesetzt", "Einen Schritt zurück"]
    {
        log.says(words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_is_run_at_the_desk_and_taken_out_by_those_who_may() {
    let group = house::open().await;
    first_start(&group).await;
    let (_, mut mara) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let (_, mut eva) = group.person("eva", &[(group.mitte, Role::Privacy)]).await;
    group.hears(group.mitte, vec![house::post("q1", "petra", "Wo kann ich bei Ihnen parken?")]).await;
    let case = group.case(group.mitte, bedside_core::case::Queue::Now).await.number;
    let href = format!("/case/{case}");
    assert!(mara.get(&href).await.body.contains(&format!("{href}/wrong")), "it always stands on the slip");
    let page = mara.get(&format!("{href}/wrong")).await;
    page.says("Was hätte geschadet?");
    let decision = page.value("decision").unwrap();
    let decision = decision.as_str();
    let refused =
        mara.post(&format!("{href}/wrong"), &[("decision", decision), ("harm", "hold"), ("reason", "Weil")]).await;
    assert_eq!(refused.status, 422);
    refused.says("Wählen Sie, was richtig gewesen wäre.");
    assert!(refused.body.contains("value=\"Weil\""), "what was typed stays");
    let said = [
        ("decision", decision),
        ("right", "stay_silent"),
        ("right", "hold"),
        ("harm", "answer_public_generic"),
        ("reason", "Baustelle"),
    ];
    mara.act(&format!("{href}/wrong"), &said).await;
    let page = mara.get("/rules/mitte/cases").await;
    page.says("0 richtig, 1 falsch, davon 1 mit Schaden");
    page.says("Baustelle");
    page.says(&format!("F-{case}"));
    mara.get("/rules/mitte/version/1").await.says("Unter dieser Fassung noch nicht durchgespielt.");
    let page = mara.act("/rules/mitte/version/1/cases", &[]).await;
    page.says("0 richtig, 1 falsch, davon 1 mit Schaden");
    page.says("Zuletzt durchgespielt");
    assert_eq!(mara.post("/rules/mitte/cases", &[]).await.status, 403, "the desk lets no texts out");
    let file = eva.post("/rules/mitte/cases", &[]).await;
    assert_eq!(file.status, 200);
    let cases = bedside_core::policy::cases::read(&file.body).unwrap();
    assert_eq!(cases[0].post, "Wo kann ich bei Ihnen parken?");
    assert_eq!(cases[0].acceptable_actions, ["stay_silent", "hold"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_on_a_page_left_open_marks_no_later_decision() {
    let group = house::open().await;
    first_start(&group).await;
    let (_, mut mara) = group.person("mara", &[(group.mitte, Role::Desk)]).await;
    let (_, mut jonas) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let row = group.asked().await;
    let href = format!("/case/{}", row.number);
    let old = mara.get(&format!("{href}/wrong")).await.value("decision").unwrap();
    let seen = jonas.get(&href).await.value("seen").unwrap();
    group.clock.pass(bedside_core::time::Span::seconds(2));
    jonas.act(&format!("{href}/facts"), &[("seen", &seen), ("event", "2026-11-14T08:30"), ("checked", "no")]).await;
    group.after(bedside_core::time::Span::seconds(1)).await;
    let said = |decision: &str| {
        [("decision", decision), ("right", "hold"), ("reason", "Zu früh")].map(|(n, v)| (n, v.to_owned())).to_vec()
    };
    let stale = said(&old);
    let stale: Vec<(&str, &str)> = stale.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = mara.post(&format!("{href}/wrong"), &stale).await;
    assert_eq!(page.status, 422);
    page.says("Inzwischen wurde neu entschieden.");
    assert!(page.body.contains("value=\"Zu früh\""), "what was typed stays");
    let new = page.value("decision").unwrap();
    assert_ne!(old, new);
    let now = said(&new);
    let now: Vec<(&str, &str)> = now.iter().map(|(name, value)| (*name, value.as_str())).collect();
    mara.act(&format!("{href}/wrong"), &now).await.says("Zu früh");
}
