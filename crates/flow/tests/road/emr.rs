//! The record's messages: stored once, acknowledged after commit, brought into the patient index in their order.

use bedside_core::{
    emr::{
        Change, Death, EmrEvent, Identifier, Merge, Name, PatientFacts, PatientTold, Received, TakeEmr as _, TakenEmr,
        Told, Verdict, VisitChange, VisitClass, VisitTold,
    },
    id::EmrLinkId,
    log::Kind,
    time::{Span, Timestamp},
};
use bedside_store::{
    channels::Health,
    emr::{
        link::{self, LinkKind, LinkRow},
        message::{self, MessageState},
        patient,
    },
};

use crate::house::{Desk, NOW, open};

async fn linked() -> (Desk, EmrLinkId) {
    let desk = open().await;
    let link = link_in(&desk).await;
    (desk, link)
}

/// A link on which the house's record speaks.
pub async fn link_in(desk: &Desk) -> EmrLinkId {
    let mut tx = desk.store.begin().await.unwrap();
    let id = link::put(&mut tx, &link_row(desk, "kis"), NOW).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

pub fn link_row(desk: &Desk, slug: &str) -> LinkRow {
    LinkRow {
        id: EmrLinkId::new(NOW, &bedside_store::random().unwrap()),
        site: desk.site,
        slug: slug.to_owned(),
        kind: LinkKind::Hl7In,
        name: "KIS".to_owned(),
        keep_days: 7,
        health: Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
    }
}

fn mrn(value: &str) -> Identifier {
    Identifier { authority: "KH".to_owned(), value: value.to_owned(), kind: "MR".to_owned() }
}

pub fn person(id: &str, family: &str) -> PatientTold {
    let name = Name { family: family.to_owned(), given: "Eva".to_owned() };
    PatientTold { ids: vec![mrn(id)], name: Told::Said(name), ..PatientTold::default() }
}

pub fn visit(number: &str) -> VisitTold {
    let number = Some(Identifier { authority: String::new(), value: number.to_owned(), kind: "VN".to_owned() });
    VisitTold { number, class: Some(VisitClass::Inpatient), ..VisitTold::default() }
}

/// At minute `minute` the record says `change`.
fn message(control_id: &str, minute: i64, change: Change) -> Received {
    let event = EmrEvent { recorded_at: Some(at(minute)), change };
    let raw = format!("MSH|^~\\&|KIS|KH|||{minute}||ADT^A01|{control_id}").into_bytes();
    Received {
        control_id: control_id.to_owned(),
        trigger: "ADT^A01".to_owned(),
        whole: raw.clone(),
        raw,
        flaws: vec!["lf_ends"],
        verdict: Verdict::Accepted(Box::new(event)),
    }
}

pub fn at(minute: i64) -> Timestamp {
    NOW.minus(Span::days(1)).plus(Span::minutes(minute))
}

/// Sends a change and brings it into the index.
pub async fn tell(desk: &Desk, link: EmrLinkId, control_id: &str, minute: i64, change: Change) {
    assert_eq!(desk.road.take_emr(link, message(control_id, minute, change)).await, Ok(TakenEmr::New));
    desk.clock.pass(Span::millis(1));
    while desk.road.apply_emr_next().await.unwrap() > 0 {}
}

async fn facts(desk: &Desk, id: &str) -> Option<PatientFacts> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let row = patient::find(&desk.store, &mut tx, desk.site, &mrn(id)).await.unwrap()?;
    bedside_flow::patient_facts(&mut tx, row.id, desk.now()).await.unwrap()
}

async fn name(desk: &Desk, id: &str) -> String {
    let mut tx = desk.store.begin_read().await.unwrap();
    let row = patient::find(&desk.store, &mut tx, desk.site, &mrn(id)).await.unwrap().unwrap();
    desk.store.open_patients(std::slice::from_ref(&row)).await.unwrap()[&row.id].0.name.clone().unwrap().family
}

fn begin(id: &str, number: &str) -> Change {
    Change::Visit { patient: person(id, "Weber"), visit: visit(number), change: VisitChange::Begin }
}

fn end(id: &str, number: &str) -> Change {
    Change::Visit { patient: person(id, "Weber"), visit: visit(number), change: VisitChange::End }
}

fn merge(into: &str, from: &str) -> Change {
    Change::Merge { merges: vec![Merge { into: person(into, "Weber"), from: vec![mrn(from)] }] }
}

#[tokio::test]
async fn a_resend_is_known_and_another_message_under_the_same_id_is_not() {
    let (desk, link) = linked().await;
    let first = message("1", 0, begin("4711", "F1"));
    assert_eq!(desk.road.take_emr(link, first.clone()).await, Ok(TakenEmr::New));
    assert_eq!(desk.road.take_emr(link, first).await, Ok(TakenEmr::Known));
    desk.clock.pass(Span::millis(1));
    assert_eq!(desk.road.take_emr(link, message("1", 1, begin("4711", "F1"))).await, Ok(TakenEmr::New));
    let mut tx = desk.store.begin_read().await.unwrap();
    let rows = message::last(&mut tx, link, None, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.resent).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(message::by_control(&desk.store, &mut tx, link, "1", 9).await.unwrap().len(), 2);
    assert_eq!(message::by_control(&desk.store, &mut tx, link, "2", 9).await.unwrap(), []);
    let raw = desk.store.open_raw(&rows[1]).await.unwrap().unwrap().0;
    assert!(raw.starts_with(b"MSH|"));
}

#[tokio::test]
async fn many_connections_share_a_commit_and_each_gets_its_own_answer() {
    let (desk, link) = linked().await;
    let takes = (0..60).map(|n| {
        let road = std::sync::Arc::clone(&desk.road);
        // Every third one is a resend of its neighbour.
        let id = (n - n % 3 / 2).to_string();
        tokio::spawn(async move { road.take_emr(link, message(&id, 0, Change::Nothing)).await.unwrap() })
    });
    let mut new = 0;
    for take in takes.collect::<Vec<_>>() {
        new += i64::from(take.await.unwrap() == TakenEmr::New);
    }
    assert_eq!(new, 40);
    assert_eq!(message::waiting(&mut desk.store.begin_read().await.unwrap()).await.unwrap().0, 40);
}

#[tokio::test]
async fn who_is_admitted_is_an_inpatient_until_discharged_and_again_when_that_is_taken_back() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 0, begin("4711", "F1")).await;
    assert!(facts(&desk, "4711").await.unwrap().is_inpatient);
    tell(&desk, link, "2", 60, end("4711", "F1")).await;
    let known = facts(&desk, "4711").await.unwrap();
    assert_eq!((known.is_inpatient, known.discharged_at), (false, Some(at(60))));
    let reopen = Change::Visit { patient: person("4711", "Weber"), visit: visit("F1"), change: VisitChange::Reopen };
    tell(&desk, link, "3", 70, reopen).await;
    assert!(facts(&desk, "4711").await.unwrap().is_inpatient);
    let cancel = Change::Visit { patient: person("4711", "Weber"), visit: visit("F1"), change: VisitChange::Cancel };
    tell(&desk, link, "4", 80, cancel).await;
    assert_eq!((facts(&desk, "4711").await.unwrap().is_inpatient, facts(&desk, "4712").await), (false, None));
}

#[tokio::test]
async fn what_was_recorded_earlier_does_not_overwrite_what_came_later() {
    let (desk, link) = linked().await;
    tell(&desk, link, "2", 60, end("4711", "F1")).await;
    tell(&desk, link, "1", 0, begin("4711", "F1")).await;
    assert!(!facts(&desk, "4711").await.unwrap().is_inpatient, "the discharge is the newer word");
    tell(&desk, link, "3", 100, Change::Person { patient: person("4711", "Weber-Kohl") }).await;
    tell(&desk, link, "4", 90, Change::Person { patient: person("4711", "Weber") }).await;
    assert_eq!(name(&desk, "4711").await, "Weber-Kohl");
}

#[tokio::test]
async fn a_death_is_known_until_the_record_takes_it_back() {
    let (desk, link) = linked().await;
    let told = |death| Change::Person { patient: PatientTold { death, ..person("4711", "Weber") } };
    tell(&desk, link, "1", 0, told(Told::Said(Death { at: Some(at(-5)) }))).await;
    assert_eq!(facts(&desk, "4711").await.unwrap().death, Some(Death { at: Some(at(-5)) }));
    tell(&desk, link, "2", 10, told(Told::Unsaid)).await;
    assert!(facts(&desk, "4711").await.unwrap().death.is_some(), "silence takes nothing back");
    tell(&desk, link, "3", 20, told(Told::Cleared)).await;
    assert_eq!(facts(&desk, "4711").await.unwrap().death, None);
}

#[tokio::test]
async fn merges_are_followed_turned_round_and_undone() {
    let (desk, link) = linked().await;
    for (n, id) in ["A", "B", "C"].into_iter().enumerate() {
        tell(&desk, link, &format!("0{n}"), 0, Change::Person { patient: person(id, id) }).await;
    }
    tell(&desk, link, "1", 1, begin("A", "F1")).await;
    tell(&desk, link, "2", 2, merge("B", "A")).await;
    tell(&desk, link, "3", 3, merge("C", "B")).await;
    let c = facts(&desk, "C").await.unwrap();
    assert!(c.is_inpatient, "the visit came along");
    assert_eq!(facts(&desk, "A").await.unwrap().patient, c.patient);
    tell(&desk, link, "4", 4, merge("C", "B")).await;
    tell(&desk, link, "5", 5, merge("A", "C")).await;
    let a = facts(&desk, "A").await.unwrap();
    assert_eq!(facts(&desk, "C").await.unwrap().patient, a.patient, "the circle is opened where the newest word says");
    assert_ne!(a.patient, c.patient);
    tell(&desk, link, "6", 6, merge("A", "A")).await;
    let apart = Change::Link { one: person("A", "A"), other: person("C", "C"), together: false };
    tell(&desk, link, "7", 7, apart).await;
    assert_ne!(facts(&desk, "C").await.unwrap().patient, facts(&desk, "A").await.unwrap().patient);
    let failed = message::last(&mut desk.store.begin_read().await.unwrap(), link, Some(MessageState::Failed), 9).await;
    assert_eq!(failed.unwrap(), []);
}

#[tokio::test]
async fn a_merge_that_a_record_told_of_ends_when_the_same_record_tells_of_it_no_more() {
    let (desk, link) = linked().await;
    let record = |id: &str, merges: Vec<Merge>| Change::Record {
        patient: person(id, id),
        stands: merges.iter().all(|one| one.into.ids == person(id, id).ids),
        merges,
        is_whole: true,
    };
    let into = |from: &str, into: &str| vec![Merge { into: person(into, into), from: vec![mrn(from)] }];
    let same =
        async |one, other| facts(&desk, one).await.unwrap().patient == facts(&desk, other).await.unwrap().patient;
    for (n, id) in ["A", "B", "C"].into_iter().enumerate() {
        tell(&desk, link, &format!("0{n}"), 0, record(id, Vec::new())).await;
    }
    tell(&desk, link, "1", 1, record("A", into("A", "B"))).await;
    assert!(same("A", "B").await);
    tell(&desk, link, "2", 2, record("B", Vec::new())).await;
    assert!(same("A", "B").await, "the survivor never said so itself");
    let unread = Change::Record { patient: person("A", "A"), stands: true, merges: Vec::new(), is_whole: false };
    tell(&desk, link, "3", 3, unread).await;
    assert!(same("A", "B").await, "what could not be read ends nothing");
    tell(&desk, link, "4", 4, begin("B", "F1")).await;
    tell(&desk, link, "5", 5, record("A", into("A", "C"))).await;
    assert!(same("A", "C").await && !same("A", "B").await, "into another one now");
    tell(&desk, link, "6", 6, record("A", Vec::new())).await;
    assert!(!same("A", "C").await && !same("A", "B").await);
    assert!(facts(&desk, "B").await.unwrap().is_inpatient && !facts(&desk, "A").await.unwrap().is_inpatient);
    assert_eq!((name(&desk, "A").await, name(&desk, "B").await), ("A".to_owned(), "Weber".to_owned()));

    tell(&desk, link, "7", 7, merge("C", "B")).await;
    tell(&desk, link, "8", 8, record("B", Vec::new())).await;
    assert!(same("B", "C").await, "a merge by a message of its own is not for a record to end");
    let failed = message::last(&mut desk.store.begin_read().await.unwrap(), link, Some(MessageState::Failed), 9).await;
    assert_eq!(failed.unwrap(), []);
}

#[tokio::test]
async fn a_late_message_about_a_merged_record_reaches_the_one_that_stays() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 1, merge("B", "A")).await;
    tell(&desk, link, "2", 2, begin("A", "F1")).await;
    assert!(facts(&desk, "B").await.unwrap().is_inpatient);
}

#[tokio::test]
async fn an_identifier_without_authority_is_found_where_it_is_the_only_one() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 1, begin("4711", "F1")).await;
    let bare = Identifier { authority: String::new(), value: "4711".to_owned(), kind: String::new() };
    let change = Change::Merge { merges: vec![Merge { into: person("4712", "Weber"), from: vec![bare] }] };
    tell(&desk, link, "2", 2, change).await;
    assert!(facts(&desk, "4712").await.unwrap().is_inpatient);
}

#[tokio::test]
async fn a_changed_number_leads_to_the_same_person_and_a_moved_visit_to_the_other() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 1, begin("OLD", "F1")).await;
    tell(&desk, link, "2", 2, Change::ChangeId { patient: person("NEW", "Weber"), before: vec![mrn("OLD")] }).await;
    assert_eq!(facts(&desk, "NEW").await, facts(&desk, "OLD").await);
    let number = visit("F1").number;
    let moved = Change::MoveVisits { into: person("OTHER", "Kohl"), number, before: None };
    tell(&desk, link, "3", 3, moved).await;
    assert!(facts(&desk, "OTHER").await.unwrap().is_inpatient);
    assert!(!facts(&desk, "NEW").await.unwrap().is_inpatient);
    tell(&desk, link, "4", 4, begin("OTHER", "F2")).await;
    let into =
        Change::MoveVisits { into: person("OTHER", "Kohl"), number: visit("F2").number, before: visit("F1").number };
    tell(&desk, link, "5", 5, into).await;
    tell(&desk, link, "6", 6, end("OTHER", "F2")).await;
    assert!(!facts(&desk, "OTHER").await.unwrap().is_inpatient, "two visits became one");
}

#[tokio::test]
async fn messages_go_when_their_time_is_over_and_their_key_with_them() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 1, begin("4711", "F1")).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    let kept = message::last(&mut tx, link, None, 9).await.unwrap().remove(0);
    drop(tx);
    desk.clock.pass(Span::days(6));
    assert_eq!(desk.road.prune_emr_next().await.unwrap(), 0);
    desk.clock.pass(Span::days(2));
    assert_eq!(desk.road.prune_emr_next().await.unwrap(), 1);
    assert_eq!(message::last(&mut desk.store.begin_read().await.unwrap(), link, None, 9).await.unwrap(), []);
    assert!(desk.store.open_raw(&kept).await.unwrap().is_none(), "a backup's row can't be read any more");
    assert!(facts(&desk, "4711").await.is_some(), "the index stays");
}

#[tokio::test]
async fn what_came_over_a_link_is_counted_and_logged_without_a_name() {
    let (desk, link) = linked().await;
    tell(&desk, link, "1", 1, begin("4711", "F1")).await;
    tell(&desk, link, "2", 2, Change::Nothing).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    let counts = link::counts(&mut tx, link, 7, desk.now()).await.unwrap();
    let expected = [("ADT^A01", 2), ("applied", 1), ("lf_ends", 2), ("nothing", 1)];
    assert_eq!(counts, expected.map(|(name, n)| (name.to_owned(), n)));
    drop(tx);
    let log = crate::log::kinds(&desk).await;
    assert_eq!(log.iter().filter(|kind| **kind == Kind::EmrTaken).count(), 2);
}

/// What the index says of these records: who is one with whom, who lies in the house, who is dead.
async fn told_of(desk: &Desk, ids: &[String]) -> Vec<Option<(usize, bool, bool)>> {
    let mut all = Vec::new();
    for id in ids {
        all.push(facts(desk, id).await);
    }
    let same = |one: &PatientFacts| {
        let first = all.iter().position(|other| other.as_ref().is_some_and(|other| other.patient == one.patient));
        (first.unwrap(), one.is_inpatient, one.death.is_some())
    };
    all.iter().map(|one| one.as_ref().map(same)).collect()
}

#[tokio::test]
async fn a_batch_makes_the_same_index_as_its_messages_one_by_one() {
    let (one_by_one, together) = (linked().await, linked().await);
    let mut random = 7_u64;
    let mut next = |of: usize| {
        // Numerical Recipes' generator: the test is the same each time.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % of
    };
    for round in 0..6 {
        let ids: Vec<String> = ["A", "B", "C", "D"].iter().map(|id| format!("{round}{id}")).collect();
        for n in 0..25 {
            let (one, other) = (&ids[next(4)], &ids[next(4)]);
            let number = format!("{round}F{}", next(3));
            let death = if next(3) == 0 { Told::Cleared } else { Told::Said(Death { at: None }) };
            let change = match next(8) {
                0 | 1 => begin(one, &number),
                2 => end(one, &number),
                3 => merge(one, other),
                4 => Change::MoveVisits { into: person(one, "Kohl"), number: visit(&number).number, before: None },
                5 => Change::ChangeId { patient: person(one, "Weber"), before: vec![mrn(other)] },
                6 => Change::Link { one: person(one, "Weber"), other: person(other, "Kohl"), together: false },
                _ => Change::Person { patient: PatientTold { death, ..person(one, "Kohl") } },
            };
            let (control_id, minute) = (format!("{round}-{n}"), i64::from(round * 25 + n));
            tell(&one_by_one.0, one_by_one.1, &control_id, minute, change.clone()).await;
            together.0.road.take_emr(together.1, message(&control_id, minute, change)).await.unwrap();
            together.0.clock.pass(Span::millis(1));
        }
        while together.0.road.apply_emr_next().await.unwrap() > 0 {}
        assert_eq!(told_of(&together.0, &ids).await, told_of(&one_by_one.0, &ids).await, "round {round}");
    }
}
