//! The hospital's own people: found in drafts, one list for each house, made from the patient index and the staff, kept up to
//! date, and never asked too often by one person.

use std::{path::Path, sync::Arc};

use bedside_core::{
    emr::Change,
    guard::Kind as Found,
    id::{CaseId, SiteId},
    log::Kind,
    people::{Builder, PeopleKey, Person},
    policy::IncidentKind,
    site::{Jurisdiction, Role},
    time::{Span, Timestamp},
};
use bedside_flow::{
    ActError, House, PauseScope, Road,
    acts::NewIncidentText,
    people::{PeopleAt, Roster},
};
use bedside_store::{emr::patient, sites};

use crate::{
    emr::{link_in, person, tell},
    house::{Desk, NOW, open},
};

/// A roster of one person, at one house.
struct Staff(&'static str);

impl Roster for Staff {
    fn add(&self, site: &str, list: &mut Builder) -> Result<(), String> {
        if site == self.0 {
            list.add(&Person { given: &["Ida"], family: &["Quandtmeyr"], numbers: &["90-817"] });
        }
        Ok(())
    }

    fn changed_at(&self, _: &str) -> Option<Timestamp> {
        None
    }
}

fn kept(folder: Option<&Path>, key: u8, staff: &'static str) -> PeopleAt {
    PeopleAt { key: PeopleKey::new(&[key; 32]), folder: folder.map(Path::to_owned), roster: Box::new(Staff(staff)) }
}

/// Whether the guard finds a name in a draft of Mara's that says nothing else.
async fn finds(desk: &Desk, case: CaseId, name: &str) -> bool {
    let text = format!("Guten Tag, das Parkhaus ist offen, sagt {name} dazu.");
    let checked = desk.road.check_text(desk.mara, case, "de", &text).await.unwrap();
    checked.check.findings.iter().any(|one| one.kind == Found::NamesPerson && one.span.slice(&text) == name)
}

async fn told(desk: &Desk, control: &str, minute: i64, id: &str, family: &str) {
    let link = link_in(desk).await;
    tell(desk, link, control, minute, Change::Person { patient: person(id, family) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_in_a_draft_as_soon_as_the_record_has_told_of_them() {
    let desk = open().await;
    let folder = tempfile::tempdir().unwrap();
    let (case, _) = desk.asked().await;
    told(&desk, "1", 0, "4711081", "Qwirlbach").await;
    assert!(!finds(&desk, case, "eva qwirlbach").await, "no list yet");
    assert!(finds(&desk, case, "eva müller").await, "what looks like a name is found without one");

    desk.road.keep_people(kept(Some(folder.path()), 1, "mitte"));
    assert_eq!(desk.road.people_next().await.unwrap(), 1);
    assert!(finds(&desk, case, "eva qwirlbach").await && finds(&desk, case, "quandtmeyr ida").await);
    assert_eq!(desk.road.people_next().await.unwrap(), 0, "nothing new");

    desk.clock.pass(Span::minutes(5));
    told(&desk, "2", 5, "4711082", "Xylanderskov").await;
    assert!(!finds(&desk, case, "eva xylanderskov").await);
    assert_eq!(desk.road.people_next().await.unwrap(), 1);
    assert!(finds(&desk, case, "eva xylanderskov").await && finds(&desk, case, "eva qwirlbach").await);
    assert_eq!(desk.road.people_next().await.unwrap(), 0, "nothing new");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_again_and_made_anew_where_it_or_its_key_is_lost() {
    let mut desk = open().await;
    let folder = tempfile::tempdir().unwrap();
    told(&desk, "1", 0, "4711081", "Qwirlbach").await;
    let file = folder.path().join("mitte.people");
    let mut sizes = Vec::new();
    // First made; read by the next start; its key lost; damaged; gone.
    for (n, key) in [1, 1, 2, 2, 2].into_iter().enumerate() {
        match n {
            3 => {
                let mut bytes = std::fs::read(&file).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(&file, bytes).unwrap();
            }
            4 => std::fs::remove_file(&file).unwrap(),
            _ => {}
        }
        let before = std::fs::read(&file).ok();
        desk.restart(None);
        desk.road.keep_people(kept(Some(folder.path()), key, "mitte"));
        assert_eq!(desk.road.people_next().await.unwrap(), 1, "start {n}");
        let people = desk.road.people(desk.site).unwrap();
        assert!(people.holds_name(&["Eva", "Qwirlbach"]) && people.holds_number("4711081"), "start {n}");
        let after = std::fs::read(&file).unwrap();
        assert_eq!(before.as_ref() == Some(&after), n == 1, "start {n}");
        for name in ["qwirlbach", "eva", "4711081", "quandtmeyr"] {
            assert!(!String::from_utf8_lossy(&after).to_lowercase().contains(name), "{name}");
        }
        sizes.push(people.len());
    }
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_key_was_erased_leaves_the_list_within_a_day() {
    let desk = open().await;
    told(&desk, "1", 0, "4711081", "Qwirlbach").await;
    desk.road.keep_people(kept(None, 1, "mitte"));
    desk.road.people_next().await.unwrap();
    let rows = patient::page(&mut desk.store.begin_read().await.unwrap(), desk.site, None, 9).await.unwrap();
    let owner = patient::key_owner(&desk.store, desk.site, &person("4711081", "Qwirlbach").ids[0]);
    assert_eq!(rows.len(), 1);
    assert!(desk.store.keys().erase(&owner).await.unwrap());
    desk.clock.pass(Span::hours(24));
    assert_eq!(desk.road.people_next().await.unwrap(), 1);
    let people = desk.road.people(desk.site).unwrap();
    assert!(!people.holds_name(&["Eva", "Qwirlbach"]) && !people.holds_number("4711081"));
    assert!(people.holds_name(&["Ida", "Quandtmeyr"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_house_never_learns_from_the_list_of_another() {
    let desk = open().await;
    let (case, _) = desk.asked().await;
    let mitte = sites::all(&mut desk.store.begin_read().await.unwrap()).await.unwrap().remove(0);
    let nord = sites::Site {
        id: SiteId::new(NOW, &[9; 10]),
        slug: "nord".to_owned(),
        jurisdiction: Jurisdiction::De,
        ..mitte.clone()
    };
    let mut tx = desk.store.begin().await.unwrap();
    sites::put(&mut tx, &nord, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let houses = vec![House::open(mitte, &[]).unwrap(), House::open(nord.clone(), &[]).unwrap()];
    let road = Road::new(desk.store.clone(), Arc::new(desk.clock.clone()), houses, desk.settings.clone()).unwrap();
    road.keep_people(kept(None, 1, "nord"));
    assert_eq!(road.people_next().await.unwrap(), 2);
    assert!(road.people(nord.id).unwrap().holds_name(&["Ida", "Quandtmeyr"]));
    assert!(road.people(desk.site).unwrap().is_empty());
    let text = "Guten Tag, das sagt ida quandtmeyr, und 90-817.";
    let checked = road.check_text(desk.mara, case, "de", text).await.unwrap();
    let named = |one: &bedside_core::guard::Finding| matches!(one.kind, Found::NamesPerson | Found::Identifier);
    assert!(!checked.check.findings.iter().any(named), "at Mitte she is nobody: {:?}", checked.check.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_too_many_names_is_logged_and_can_have_nothing_cleared_for_an_hour() {
    let mut desk = open().await;
    desk.settings.checks_per_hour = 5;
    desk.restart(None);
    desk.road.keep_people(kept(None, 1, "mitte"));
    desk.road.people_next().await.unwrap();
    let (case, draft) = desk.asked().await;
    for _ in 0..4 {
        assert!(finds(&desk, case, "ida quandtmeyr").await);
    }
    assert!(!finds(&desk, case, "ida quandtmeyr").await, "the list is not asked any more");
    assert!(finds(&desk, case, "eva müller").await, "the general rules are");
    assert_eq!(logged(&desk).await, 1, "told once");
    match desk.road.ask_approval(desk.mara, draft).await {
        Err(ActError::Invalid("checks_spent")) => {}
        other => panic!("{other:?}"),
    }
    // Somebody else takes the draft over, with checks of their own; or the hour passes.
    let form = bedside_core::policy::SpeechForm::AnswerPublicGeneric;
    let own = desk.road.write_draft(desk.jonas, case, form, "de", "Das Parkhaus ist offen.").await.unwrap();
    desk.road.ask_approval(desk.jonas, own).await.unwrap();
    desk.clock.pass(Span::hours(1));
    assert!(finds(&desk, case, "ida quandtmeyr").await);
}

async fn logged(desk: &Desk) -> usize {
    crate::log::kinds(desk).await.into_iter().filter(|kind| *kind == Kind::ChecksSpent).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_for_the_group_asks_the_list_of_its_writers_house_alone_and_is_counted() {
    for staff in ["mitte", "nord"] {
        let mut desk = open().await;
        desk.settings.checks_per_hour = 2;
        let road = with_nord(&desk, staff).await;
        let scope = PauseScope::Group(desk.site);
        let incident = road.begin_incident(desk.jonas, scope, IncidentKind::Cyber, "Server aus").await.unwrap();
        let text = "Unsere Computer sind gestört. Fragen beantwortet ida quandtmeyr am Telefon.";
        let new = NewIncidentText { lang: "de", text };
        let written = road.write_incident_text(desk.mara, desk.site, incident, new).await;
        let is_found = matches!(written, Err(ActError::Blocked(_)));
        assert_eq!(is_found, staff == "mitte", "{staff}: {written:?}");
        let calm = NewIncidentText { lang: "de", text: "Unsere Computer sind gestört." };
        road.write_incident_text(desk.mara, desk.site, incident, calm).await.unwrap();
        let spent = road.write_incident_text(desk.mara, desk.site, incident, calm).await;
        assert!(matches!(spent, Err(ActError::Invalid("checks_spent"))), "{spent:?}");
        assert_eq!(logged(&desk).await, 1);
    }
}

/// A road over two houses, with the staff of one of them on a list.
async fn with_nord(desk: &Desk, staff: &'static str) -> Road {
    let mitte = sites::all(&mut desk.store.begin_read().await.unwrap()).await.unwrap().remove(0);
    let nord = sites::Site {
        id: SiteId::new(NOW, &[9; 10]),
        slug: "nord".to_owned(),
        jurisdiction: Jurisdiction::De,
        ..mitte.clone()
    };
    let mut tx = desk.store.begin().await.unwrap();
    sites::put(&mut tx, &nord, NOW).await.unwrap();
    for (person, role) in [(desk.mara, Role::Desk), (desk.jonas, Role::Approver)] {
        bedside_store::people::grant(&mut tx, person, nord.id, role).await.unwrap();
    }
    tx.commit().await.unwrap();
    let houses = vec![House::open(mitte, &[]).unwrap(), House::open(nord, &[]).unwrap()];
    let road = Road::new(desk.store.clone(), Arc::new(desk.clock.clone()), houses, desk.settings.clone()).unwrap();
    road.keep_people(kept(None, 1, staff));
    assert_eq!(road.people_next().await.unwrap(), 2);
    road
}
