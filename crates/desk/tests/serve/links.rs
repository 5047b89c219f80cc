//! Integration at the desk: what came over the record's links, without a name, and only for who may see it.

use bedside_core::{
    emr::{
        Change, EmrEvent, Identifier, LinkNews, Name, PatientTold, Received, TakeEmr as _, Told, Verdict, VisitChange,
        VisitClass, VisitTold,
    },
    id::{EmrLinkId, SiteId},
    site::Role,
    time::Span,
};
use bedside_store::{
    channels::Health,
    emr::{
        link::{self, LinkKind, LinkRow},
        message::{self, MessageRow},
    },
};

use crate::house::{self, Group, NOW};

/// A link of a house that brings messages.
pub async fn linked(group: &Group, site: SiteId, slug: &str) -> EmrLinkId {
    linked_as(group, site, slug, LinkKind::Hl7In).await
}

/// A link of some kind.
pub async fn linked_as(group: &Group, site: SiteId, slug: &str, kind: LinkKind) -> EmrLinkId {
    let row = LinkRow {
        id: EmrLinkId::new(NOW, &bedside_store::random().unwrap()),
        site,
        slug: slug.to_owned(),
        kind,
        name: format!("Patientenverwaltung {slug}"),
        keep_days: 7,
        health: Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
    };
    let mut tx = group.store.begin().await.unwrap();
    let id = link::put(&mut tx, &row, NOW).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

pub fn admitted(control_id: &str, ids: &[&str]) -> Received {
    let ids =
        ids.iter().map(|id| Identifier { authority: "KH".to_owned(), value: (*id).to_owned(), kind: "MR".to_owned() });
    let name = Name { family: "Quittenbaum".to_owned(), given: "Eva".to_owned() };
    let patient = PatientTold { ids: ids.collect(), name: Told::Said(name), ..PatientTold::default() };
    let visit = VisitTold { class: Some(VisitClass::Inpatient), ..VisitTold::default() };
    let event = EmrEvent {
        recorded_at: Some(NOW.minus(Span::minutes(5))),
        change: Change::Visit { patient, visit, change: VisitChange::Begin },
    };
    let raw =
        format!("MSH|^~\\&|KIS|KH|||20261114||ADT^A01|{control_id}\rPID|||4711||Quittenbaum^Bärbel\r").into_bytes();
    Received {
        control_id: control_id.to_owned(),
        trigger: "ADT^A01".to_owned(),
        whole: raw.clone(),
        raw,
        flaws: vec!["line-feed"],
        verdict: Verdict::Accepted(Box::new(event)),
    }
}

fn refused(control_id: &str) -> Received {
    Received {
        verdict: Verdict::Refused { code: "required_field_missing" },
        flaws: vec!["field-missing"],
        ..admitted(control_id, &[])
    }
}

impl Group {
    pub async fn brought(&self, link: EmrLinkId, messages: Vec<Received>) {
        for message in messages {
            self.road.take_emr(link, message).await.unwrap();
            self.clock.pass(Span::millis(1));
        }
        while self.road.apply_emr_next().await.unwrap() > 0 {}
    }

    pub async fn messages(&self, link: EmrLinkId) -> Vec<MessageRow> {
        message::last(&mut self.store.begin_read().await.unwrap(), link, None, 99).await.unwrap()
    }

    pub async fn ada(&self) -> crate::browser::Browser {
        self.person("ada", &[(self.mitte, Role::Admin)]).await.1
    }
}

#[tokio::test]
async fn the_page_counts_what_came_and_names_what_was_wrong_with_it() {
    let group = house::open().await;
    let link = linked(&group, group.mitte, "kis").await;
    let mut ada = group.ada().await;
    ada.get("/links").await.says("noch nichts angenommen");
    let one = admitted("C1", &["4711"]);
    group.brought(link, vec![one.clone(), one, refused("C2"), admitted("C3", &[])]).await;
    let page = ada.get("/links").await;
    for words in [
        "Patientenverwaltung kis",
        "läuft",
        "empfangen 3 3",
        "im Patientenindex 1 1",
        "nicht eingespielt 1 1",
        "abgewiesen 1 1",
        "vom Sender wiederholt 1 1",
        "Segmente enden mit Zeilenvorschub statt Wagenrücklauf. 2 2",
        "Ein Feld ist leer, das dieses Ereignis verlangt. 1 1",
        "1 Nachricht ließ sich nicht einspielen",
    ] {
        page.says(words);
    }
    group.road.tell_link(link, vec![(LinkNews::Connected, 4), (LinkNews::NotMllp, 1)]).await;
    let page = ada.get("/links").await;
    page.says("bitte nachsehen");
    page.says("Was kam, ist kein MLLP");
    page.says("Verbindungen von Sendern 4 4");
    group.road.take_emr(link, admitted("C4", &["4711"])).await.unwrap();
    group.clock.pass(Span::minutes(3));
    ada.get("/links").await.says("1 Nachricht, seit 3 min");
    let told = ada.get("/ready").await;
    assert!(told.body.contains("\"messages_waiting\":1"), "{}", told.body);
}

#[tokio::test]
async fn a_message_is_found_by_its_senders_number_by_ours_and_by_our_number_of_the_patient() {
    let group = house::open().await;
    let link = linked(&group, group.mitte, "kis").await;
    group.brought(link, vec![admitted("C1", &["4711"]), admitted("C2", &["4711"]), refused("C3")]).await;
    let rows = group.messages(link).await;
    let [third, second, first] = rows.as_slice() else { panic!("{} messages", rows.len()) };
    let mut ada = group.ada().await;
    let page = ada.get("/links/kis").await;
    for row in [first, second, third] {
        assert!(page.body.contains(&format!("/links/kis/{}\"", row.id)), "{}", page.text());
    }
    for secret in ["Quittenbaum", "4711", "C1"] {
        page.is_silent_about(secret);
    }
    let patient = first.patient.unwrap();
    let looks = [
        ("?state=refused".to_owned(), vec![third]),
        ("?state=applied".to_owned(), vec![first, second]),
        ("?state=failed".to_owned(), vec![]),
        ("?find=C2".to_owned(), vec![second]),
        ("?find=C".to_owned(), vec![]),
        (format!("?find={}", first.id), vec![first]),
        (format!("?find={patient}"), vec![first, second]),
    ];
    for (query, found) in looks {
        let page = ada.get(&format!("/links/kis{query}")).await;
        for row in [first, second, third] {
            let is_there = page.body.contains(&format!("/links/kis/{}\"", row.id));
            assert_eq!(is_there, found.iter().any(|one| one.id == row.id), "{query}: {}", page.text());
        }
    }
    let page = ada.get(&format!("/links/kis/{}", third.id)).await;
    page.says("Abgewiesen, mit Stelle und Grund in ERR. Ein Feld ist leer, das dieses Ereignis braucht.");
    let page = ada.get(&format!("/links/kis/{}", first.id)).await;
    page.says("Ein Aufenthalt beginnt");
    page.says(&patient.to_string());
    assert!(page.body.contains(&second.id.to_string()), "the patient's other message");
    page.is_silent_about("Quittenbaum");
}

#[tokio::test]
async fn a_failed_message_is_brought_in_again_and_the_log_says_by_whom() {
    let group = house::open().await;
    let link = linked(&group, group.mitte, "kis").await;
    group.brought(link, vec![admitted("C1", &[]), refused("C2")]).await;
    let rows = group.messages(link).await;
    let mut ada = group.ada().await;
    let path = format!("/links/kis/{}", rows[1].id);
    ada.get(&path).await.says("Sie nennt niemanden: Es fehlt eine Kennung.");
    ada.act(&format!("{path}/again"), &[]).await.says("wartet");
    assert_eq!(ada.post(&format!("{path}/again"), &[]).await.status, 400, "it waits already");
    while group.road.apply_emr_next().await.unwrap() > 0 {}
    group.after(Span::seconds(1)).await;
    let page = ada.get(&path).await;
    page.says("Nachricht der Akte noch einmal eingespielt, Ada");
    page.says("nicht eingespielt");
    ada.get("/links").await.says("empfangen 2 2");
    let refused = format!("/links/kis/{}", rows[0].id);
    assert!(!ada.get(&refused).await.body.contains("/again"));
    ada.post(&format!("{refused}/again"), &[]).await.says("Der Sender muss sie berichtigen");
}

#[tokio::test]
async fn who_looks_at_a_messages_content_stands_in_the_log() {
    let group = house::open().await;
    let link = linked(&group, group.mitte, "kis").await;
    group.brought(link, vec![admitted("C1", &["4711"])]).await;
    let path = format!("/links/kis/{}", group.messages(link).await[0].id);
    let mut ada = group.ada().await;
    ada.get(&path).await.is_silent_about("Bärbel");
    let page = ada.post(&format!("{path}/show"), &[]).await;
    assert_eq!((page.status, page.header("cache-control").as_str()), (200, "no-store"));
    page.says("Quittenbaum^Bärbel");
    page.says("Inhalt einer Nachricht der Akte angesehen, Ada");
    ada.get(&path).await.is_silent_about("Bärbel");
    assert_eq!(ada.get(&format!("{path}/show")).await.status, 405, "no address shows it");
    group.after(Span::seconds(1)).await;
    let log = ada.get("/log").await;
    log.says("Inhalt einer Nachricht der Akte angesehen");
    log.is_silent_about("Quittenbaum");
}

#[tokio::test]
async fn auditors_look_on_the_desk_does_not_and_a_foreign_link_is_not_there() {
    let group = house::open().await;
    let (here, there) = (linked(&group, group.mitte, "kis").await, linked(&group, group.nord, "zweig").await);
    group.brought(here, vec![admitted("C1", &["4711"])]).await;
    group.brought(there, vec![admitted("C1", &["4712"])]).await;
    let (own, foreign) = (group.messages(here).await.remove(0), group.messages(there).await.remove(0));
    let (_, mut ida) = group.person("ida", &[(group.mitte, Role::Auditor)]).await;
    let page = ida.get("/links").await;
    page.says("Patientenverwaltung kis");
    page.is_silent_about("zweig");
    let path = format!("/links/kis/{}", own.id);
    let page = ida.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("/again") && !page.body.contains("/show"));
    for verb in ["again", "show"] {
        assert_eq!(ida.post(&format!("{path}/{verb}"), &[]).await.status, 403, "{verb}");
    }
    let mut ada = group.ada().await;
    for path in [
        "/links/zweig".to_owned(),
        "/links/none".to_owned(),
        format!("/links/zweig/{}", foreign.id),
        format!("/links/kis/{}", foreign.id),
        "/links/kis/none".to_owned(),
    ] {
        assert_eq!(ada.get(&path).await.status, 404, "{path}");
        for verb in ["again", "show", "other"].iter().filter(|_| path.matches('/').count() == 3) {
            assert_eq!(ada.post(&format!("{path}/{verb}"), &[]).await.status, 404, "{path}/{verb}");
        }
    }
    let patient = foreign.patient.unwrap();
    ada.get(&format!("/links/kis?find={patient}")).await.says("Keine Nachricht hat diese Nummer");
    let mut mara = group.mara().await;
    assert!(!mara.get("/inbox").await.body.contains("href=\"/links\""));
    for path in ["/links", "/links/kis", &path] {
        assert_eq!(mara.get(path).await.status, 403, "{path}");
    }
}
