//! Statements at the desk without script: written, checked, approved by a second person, offered at a case, taken, never twice.

use std::collections::BTreeSet;

use bedside_core::{
    id::SiteId,
    policy::SpeechForm,
    site::{Jurisdiction, Role},
    statement::{Statement, StatementKind},
    time::Span,
    triage::Lang,
};
use bedside_flow::{ActError, Clock as _};
use bedside_store::library;

use crate::{
    browser::{Browser, Page},
    house,
};

const PARK: &str = "Das Parkhaus ist rund um die Uhr offen. Eine Stunde kostet {Preis}.";

/// What the form sends, with the text.
fn form<'a>(text: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let all = [
        ("title", "Parken"),
        ("text", text),
        ("kind", "template"),
        ("form", "public"),
        ("lang", "de"),
        ("topic", "admin_question"),
        ("expires", "2027-03-01"),
        ("do", "save"),
    ];
    all.into_iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
        .chain(more.iter().copied())
        .collect()
}

/// Presses a button of a statement's page.
async fn press(browser: &mut Browser, path: &str, act: &str, more: &[(&str, &str)]) -> Page {
    let page = browser.get(path).await;
    let shown = page.value("shown").unwrap_or_default();
    let fields: Vec<(&str, &str)> = [("shown", shown.as_str())].into_iter().chain(more.iter().copied()).collect();
    browser.post(&format!("{path}/{act}"), &fields).await
}

/// A statement that Mara wrote and Jonas approved.
async fn approved(mara: &mut Browser, jonas: &mut Browser, text: &str, until: &str) -> String {
    mara.get("/statements/new").await;
    let page = mara.post("/statements/new", &form(text, &[("expires", until)])).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let path = page.location();
    assert_eq!(press(mara, &path, "ask", &[]).await.status, 303);
    let page = press(jonas, &path, "approve", &[("warnings", "yes")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    path
}

async fn take(browser: &mut Browser, case: &str, text: &str) -> Page {
    let page = browser.get(case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let id = page.value("statement").expect("a statement is offered");
    let fields = [
        ("seen", seen.as_str()),
        ("draft", draft.as_str()),
        ("form", "public"),
        ("text", text),
        ("statement", id.as_str()),
    ];
    browser.post(&format!("{case}/statement"), &fields).await
}

#[tokio::test]
async fn a_statement_is_written_read_by_the_guard_and_approved_by_somebody_else() {
    let group = house::open().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    mara.get("/statements/new").await;
    let blocked = "Es tut uns leid, dass Ihr Termin am Dienstag bei uns nicht gut war.";
    let page = mara.post("/statements/new", &form(blocked, &[("do", "check")])).await;
    assert_eq!(page.status, 200);
    page.says("Gesperrt:");
    page.says(blocked);
    let page = mara.post("/statements/new", &form("Eine { zu viel", &[])).await;
    assert_eq!(page.status, 422);
    page.says("Eine geschweifte Klammer steht allein.");
    let page = mara.post("/statements/new", &form(PARK, &[("expires", "nie")])).await;
    assert_eq!(page.status, 422);

    mara.get("/statements/new").await;
    let page = mara.post("/statements/new", &form(blocked, &[])).await;
    let path = page.location();
    mara.get(&path).await.says("Die Prüfung sperrt diesen Text. Ändern Sie ihn zuerst.");
    assert_ne!(press(&mut mara, &path, "ask", &[]).await.status, 303, "a blocked text can't be asked for");

    let path = approved(&mut mara, &mut jonas, PARK, "2027-03-01").await;
    let page = mara.get(&path).await;
    page.says("In Gebrauch");
    page.says("Freigegeben von Jonas");
    mara.get("/log").await;
    let own = jonas.post("/statements/new", &form("Fragen zum Haus beantworten wir gern.", &[])).await.location();
    press(&mut jonas, &own, "ask", &[]).await;
    let page = press(&mut jonas, &own, "approve", &[]).await;
    assert_eq!(page.status, 403);
    page.says("Das haben Sie geschrieben.");
    mara.get("/statements").await.says("Warten auf Freigabe");
    // An act on a version that is no longer the newest is refused.
    let page = jonas.post(&format!("{own}/approve"), &[("shown", "00ff")]).await;
    assert!(page.status == 409 || page.status == 403, "{}", page.status);
}

#[tokio::test]
async fn what_fits_is_offered_taken_filled_and_sent_and_never_twice_in_one_thread() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    approved(&mut mara, &mut jonas, PARK, "2027-03-01").await;
    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    page.says("Ein Baustein passt");
    page.says("Eine Stunde kostet {Preis}");
    let page = take(&mut mara, &case, "Angefangen").await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.says("Aus „Parken“; kein Wort ist geändert.");
    page.says("Noch auszufüllen: {Preis}");
    page.says("Gesperrt:");
    assert_eq!(page.value("before").as_deref(), Some("Angefangen"), "what was typed can be had back");
    let draft = page.value("draft").unwrap();
    let seen = page.value("seen").unwrap();
    let fields = |text: &'static str| {
        [("seen", seen.clone()), ("draft", draft.clone()), ("form", "public".into()), ("text", text.to_owned())]
    };
    let open = fields("Das Parkhaus ist rund um die Uhr offen. Eine Stunde kostet {Preis}.");
    let open: Vec<(&str, &str)> = open.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(mara.post(&format!("{case}/submit"), &open).await.status, 422, "an open place goes to nobody");
    let page = mara.get(&case).await;
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let text = "Das Parkhaus ist rund um die Uhr offen. Eine Stunde kostet zwei Euro.";
    let page = mara
        .post(&format!("{case}/submit"), &[("seen", &seen), ("draft", &draft), ("form", "public"), ("text", text)])
        .await;
    assert_eq!(page.status, 303, "{}", page.text());
    let page = jonas.get(&case).await;
    page.says("Aus „Parken“, seither geändert.");
    let (seen, draft) = (page.value("seen").unwrap(), page.value("draft").unwrap());
    let page = jonas.post(&format!("{case}/approve"), &[("seen", &seen), ("draft", &draft), ("confirm", "yes")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    group.after(Span::minutes(2)).await;
    assert_eq!(group.platform.published(), [text]);

    let again = bedside_core::post::Inbound { in_reply_to: Some("q1".to_owned()), ..house::question("q2") };
    group.hears(group.mitte, vec![again]).await;
    let page = mara.get(&case).await;
    page.says("Nichts wird zweimal mit denselben Worten gesagt.");
    assert!(!page.body.contains("name=\"statement\""), "no button takes it again");
}

#[tokio::test]
async fn who_answers_for_a_statement_is_told_before_it_ends_and_others_see_nothing_of_other_houses() {
    let group = house::open().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    approved(&mut mara, &mut jonas, PARK, "2027-03-01").await;
    mara.get("/inbox").await.is_silent_about("Ihr Baustein");
    let path = approved(&mut mara, &mut jonas, PARK, "2026-11-14").await;
    let page = mara.get("/inbox").await;
    page.says("Ihr Baustein „Parken“ läuft am 14. Nov. ab.");
    page.says("brauchen Sie");
    jonas.get("/inbox").await.is_silent_about("Ihr Baustein");
    let (_, mut nora) = group.person("nora", &[(group.nord, Role::Desk)]).await;
    assert_eq!(nora.get(&path).await.status, 404, "a statement of another house is not there");
    nora.get("/statements").await.is_silent_about("Parken");
    // Over midnight, while she keeps working.
    for _ in 0..11 {
        group.clock.pass(Span::hours(1));
        mara.get("/inbox").await;
    }
    mara.get("/inbox").await.says("Niemand kann ihn mehr nehmen.");
    mara.get("/statements").await.says("Abgelaufen am");
}

#[tokio::test]
async fn who_may_at_one_house_alone_takes_nothing_from_another_by_a_narrower_version() {
    let group = house::open().await;
    let both = |role| [(group.mitte, role), (group.nord, role)];
    let (ute, _) = group.person("ute", &both(Role::Desk)).await;
    let (vera, _) = group.person("vera", &both(Role::Approver)).await;
    let (nils, _) = group.person("nils", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let until = group.clock.now().plus(Span::days(30));
    let road = &group.road;
    let shown = async |id| {
        let mut tx = group.store.begin_read().await.unwrap();
        library::versions(&mut tx, id).await.unwrap().pop().unwrap().commitment
    };
    let (id, _) = road.write_statement(ute, None, park(&[]), until).await.unwrap();
    road.ask_statement(ute, id, &shown(id).await).await.unwrap();
    road.approve_statement(vera, id, &shown(id).await, true).await.unwrap();
    // A version for Mitte alone is in work, by somebody who may at both.
    road.write_statement(ute, Some(id), park(&[group.mitte]), until).await.unwrap();
    let retired = road.retire_statement(nils, id).await;
    assert!(matches!(retired, Err(ActError::Invalid("statement_used_elsewhere"))), "Nord still says it: {retired:?}");
    road.ask_statement(ute, id, &shown(id).await).await.unwrap();
    let approved = road.approve_statement(nils, id, &shown(id).await, true).await;
    assert!(matches!(approved, Err(ActError::Invalid("statement_used_elsewhere"))), "Nord would lose it: {approved:?}");
    road.approve_statement(vera, id, &shown(id).await, true).await.unwrap();
    road.retire_statement(nils, id).await.unwrap();
    // Out of use, it comes back with an approval and not with the asking.
    road.write_statement(nils, Some(id), park(&[group.mitte]), until).await.unwrap();
    road.ask_statement(nils, id, &shown(id).await).await.unwrap();
    let mut tx = group.store.begin_read().await.unwrap();
    assert!(road.statements_in_force(&mut tx, group.mitte, Jurisdiction::De).await.unwrap().is_empty());
}

fn park(sites: &[SiteId]) -> Statement {
    Statement {
        title: "Parken".to_owned(),
        text: "Das Parkhaus ist rund um die Uhr offen.".to_owned(),
        kind: StatementKind::Template,
        form: SpeechForm::AnswerPublicGeneric,
        lang: Lang::De,
        topics: BTreeSet::new(),
        laws: BTreeSet::new(),
        sites: sites.iter().copied().collect(),
    }
}
