//! Deadlines, holds that end, what people know, and incident mode, by forms without script.

use bedside_core::{case::Queue, id::NoteId, policy::Account, site::Role, time::Span};
use bedside_store::{clocks, incidents};

use crate::house::{self, post};

const ACCESS: &str =
    "Ich verlange nach Artikel 15 DSGVO Auskunft über alle Daten, die Sie über mich gespeichert haben.";
const STATEMENT: &str = "Unsere Computer sind gestört. Die Notaufnahme arbeitet. Geplante Termine fallen heute aus.";

#[tokio::test]
async fn a_deadline_of_law_is_shown_rings_in_the_list_and_is_ended_with_a_reason() {
    let group = house::open().await;
    group.hears(group.mitte, vec![post("a1", "petra", ACCESS)]).await;
    let row = group.case(group.mitte, Queue::Now).await;
    let case = format!("/case/{}", row.number);
    let mut mara = group.mara().await;
    let page = mara.get(&case).await;
    page.says("Auskunft und andere Rechte nach der DSGVO");
    page.says("Art. 12(3), 15 to 22 GDPR");
    assert!(!page.body.contains(&format!("{case}/clock-end")), "who may not end it is not offered to");
    let started = mara.act(&format!("{case}/clock-start"), &[("clock", "breach"), ("since", "2026-11-13T10:00")]).await;
    started.says("Meldung einer Datenpanne an die Aufsichtsbehörde");
    let ahead =
        mara.post(&format!("{case}/clock-start"), &[("clock", "vigilance"), ("since", "2027-01-01T10:00")]).await;
    assert_eq!(ahead.status, 400);
    ahead.says("Diese Zeit liegt noch vor uns.");

    group.after(Span::hours(40)).await;
    // Whoever was signed in has been signed out meanwhile.
    let mut uli = group.person("uli", &[(group.mitte, Role::Desk)]).await.1;
    uli.get("/inbox").await.says("endet bald");
    group.after(Span::hours(20)).await;
    let mut uli = group.person("ulla", &[(group.mitte, Role::Desk)]).await.1;
    let list = uli.get("/inbox").await;
    list.says("überschritten");
    list.says("Eine Frist von Gesetz oder Vertrag ist überschritten");
    let all = clocks::of_case(&mut group.store.begin_read().await.unwrap(), row.id).await.unwrap();
    let breach = all.iter().find(|clock| clock.kind == "breach").unwrap().id.to_string();
    let end = [("clock", breach.as_str()), ("reason", "Der Behörde gemeldet am 16.11.")];
    assert_eq!(uli.post(&format!("{case}/clock-end"), &end).await.status, 403);
    let mut jonas = group.person("jon", &[(group.mitte, Role::Approver)]).await.1;
    jonas.get(&case).await;
    let page = jonas.act(&format!("{case}/clock-end"), &end).await;
    page.says("„Der Behörde gemeldet am 16.11.“");
    assert!(!jonas.get("/inbox").await.text().contains("ist überschritten"));
}

#[tokio::test]
async fn what_people_know_is_entered_and_explained() {
    let group = house::open().await;
    let row = group.asked().await;
    let case = format!("/case/{}", row.number);
    let mut jonas = group.jonas().await;
    let seen = jonas.get(&case).await.value("seen").unwrap();
    let facts = [("seen", seen.as_str()), ("account", "media"), ("media", "national"), ("event", ""), ("checked", "")];
    jonas.act(&format!("{case}/facts"), &facts).await;
    assert_eq!(group.again(row.id).await.known.account, Some(Account::Media));
    group.after(Span::seconds(1)).await;
    let page = jonas.get(&case).await;
    page.says("media_attention");
    page.says("national");
    page.says("Die Presse fragt.");
}

#[tokio::test]
async fn incident_mode_is_switched_on_speaks_with_one_statement_and_ends() {
    let group = house::open().await;
    let row = group.asked().await;
    let (mut mara, mut jonas) = (group.mara().await, group.jonas().await);
    mara.get("/incident").await.says("Den Ereignisfall schaltet, wer freigeben darf.");
    let on = [("act", "begin"), ("kind", "cyber"), ("where", "mitte"), ("reason", "Server aus")];
    mara.get("/incident").await;
    assert_eq!(mara.post("/incident", &on).await.status, 403);
    jonas.get("/incident").await;
    let bare =
        jonas.post("/incident", &[("act", "begin"), ("kind", "cyber"), ("where", "mitte"), ("reason", " ")]).await;
    assert_eq!(bare.status, 422);
    bare.says("Bitte einen Satz schreiben");
    jonas.act("/incident", &on).await.says("„Server aus“");
    group.after(Span::seconds(1)).await;
    let inbox = mara.get("/inbox").await;
    inbox.says("Ereignisfall: Störung der Computer");
    inbox.says("Noch ist keine Erklärung freigegeben");
    assert_eq!(group.again(row.id).await.queue, Queue::Now, "an incident without a statement is for incident command");

    let id = incidents::open(&mut group.store.begin_read().await.unwrap(), group.mitte).await.unwrap()[0].id;
    let id = id.to_string();
    let write = |text| [("act", "write"), ("at", "mitte"), ("incident", id.as_str()), ("lang", "de"), ("text", text)];
    let blocked =
        mara.post("/incident", &write("Frau Petra Weber war bei uns Patientin auf Station 4 und hat Krebs.")).await;
    assert_eq!(blocked.status, 422);
    blocked.says("Die Prüfung sperrt diesen Text");
    assert!(blocked.body.contains("Petra Weber war bei uns"), "what was typed is kept");
    mara.act("/incident", &write(STATEMENT)).await.says("wartet auf Freigabe");
    let all = incidents::statements(&mut group.store.begin_read().await.unwrap(), id.parse::<NoteId>().unwrap()).await;
    let statement = all.unwrap()[0].id.to_string();
    let approve =
        [("act", "approve"), ("at", "mitte"), ("incident", id.as_str()), ("statement", &statement), ("confirm", "yes")];
    assert_eq!(mara.post("/incident", &approve).await.status, 403);
    // The page's own form sends what is sent here.
    let page = jonas.get("/incident").await;
    assert_eq!(page.value("statement").as_deref(), Some(statement.as_str()));
    jonas.act("/incident", &approve).await.says("freigegeben");
    group.after(Span::seconds(1)).await;

    let case = format!("/case/{}", row.number);
    let page = mara.get(&case).await;
    page.says("Nur diese Erklärung darf hinaus");
    assert!(page.body.contains(&format!("{case}/incident-statement")), "the button leads there");
    let seen = page.value("seen").unwrap();
    let page = mara.act(&format!("{case}/incident-statement"), &[("seen", &seen), ("lang", "de")]).await;
    assert!(page.body.contains(STATEMENT));
    let end = [("act", "end"), ("at", "mitte"), ("incident", id.as_str()), ("reason", "Läuft wieder")];
    jonas.act("/incident", &end).await.says("Es läuft kein Ereignis");
    mara.get("/inbox").await;
    let nobody = group.person("nina", &[(group.nord, Role::Approver)]).await.1;
    let mut nobody = nobody;
    assert!(!nobody.get("/incident").await.text().contains("Server aus"), "another house's incidents are its own");
}
