//! The stories of clocks, strikes and incidents, on both engines.

use bedside_core::{
    case::Rank,
    channel::Receipt,
    id::{MergeId, NoteId, PatientId, PersonId, StatementId},
    incident::Stage,
    policy::{Account, IncidentKind, Known},
    time::Span,
};

use super::{
    NOW,
    story::{case_of, house, inbound, sent, take},
};
use crate::{Store, cases, clocks, emr::patient, incidents, outbox, people, posts, random, strikes, takings};

async fn person(store: &Store, login: &str) -> PersonId {
    let row = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: login.to_owned(),
        name: login.to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    people::add(&mut tx, &row, NOW).await.unwrap();
    tx.commit().await.unwrap();
    row.id
}

pub(super) async fn a_clock_runs_once_per_post_and_ends_with_a_reason(store: &Store) {
    let house = house(store).await;
    let post = take(store, house, &[inbound("p1", "petra", "Auskunft bitte", None)]).await[0];
    let case = case_of(store, house, post).await;
    let mara = person(store, "mara").await;
    let key = store.keys().of("thread:1", NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let new = |kind| clocks::NewClock {
        id: NoteId::new(NOW, &random().unwrap()),
        site: house.0,
        case: case.id,
        post,
        kind,
        started_by: "rule:common.data_request".to_owned(),
        from: NOW,
        due: NOW.plus(Span::days(30)),
        near: NOW.plus(Span::days(23)),
    };
    assert!(clocks::start(&mut tx, &new("data_request")).await.unwrap());
    assert!(!clocks::start(&mut tx, &new("data_request")).await.unwrap(), "it runs");
    let sooner = clocks::NewClock { due: NOW.plus(Span::hours(72)), near: NOW.plus(Span::hours(54)), ..new("breach") };
    assert!(clocks::start(&mut tx, &sooner).await.unwrap());
    let due = |case: Option<cases::CaseRow>| case.unwrap().wait.clock_due_at;
    assert_eq!(due(cases::by_id(&mut tx, case.id).await.unwrap()), Some(NOW.plus(Span::hours(72))));
    assert_eq!(clocks::nearest(&mut tx, &[case.id]).await.unwrap()[&case.id].kind, "breach");

    assert!(clocks::ringing(&mut tx, NOW.plus(Span::hours(53)), 9).await.unwrap().is_empty());
    let at = NOW.plus(Span::hours(55));
    assert_eq!(clocks::ringing(&mut tx, at, 9).await.unwrap().len(), 1);
    assert!(clocks::tell(&mut tx, sooner.id, false, at).await.unwrap());
    assert!(!clocks::tell(&mut tx, sooner.id, false, at).await.unwrap(), "once");
    assert!(clocks::ringing(&mut tx, at, 9).await.unwrap().is_empty());
    let at = NOW.plus(Span::hours(73));
    assert_eq!(clocks::ringing(&mut tx, at, 9).await.unwrap().len(), 1, "late is told anew");
    assert_eq!(clocks::late(&mut tx, house.0, at).await.unwrap(), [case.number]);
    assert!(clocks::tell(&mut tx, sooner.id, true, at).await.unwrap());
    assert!(clocks::ringing(&mut tx, at, 9).await.unwrap().is_empty());

    let row = clocks::by_id(&mut tx, sooner.id).await.unwrap().unwrap();
    assert!(clocks::end(&mut tx, &row, mara, "Gemeldet", &key, at).await.unwrap());
    assert!(!clocks::end(&mut tx, &row, mara, "Noch einmal", &key, at).await.unwrap());
    assert_eq!(due(cases::by_id(&mut tx, case.id).await.unwrap()), Some(NOW.plus(Span::days(30))));
    assert!(!clocks::start(&mut tx, &new("breach")).await.unwrap(), "what was ended does not start again for the post");
    assert!(clocks::late(&mut tx, house.0, at).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    let row = clocks::by_id(&mut store.begin_read().await.unwrap(), sooner.id).await.unwrap().unwrap();
    assert_eq!(row.reason(store).await.unwrap().unwrap().0, "Gemeldet");
    assert_eq!(row.ended_by, Some(mara));
}

pub(super) async fn a_case_keeps_its_waiting_and_what_is_known(store: &Store) {
    let house = house(store).await;
    let post = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await[0];
    let mut case = case_of(store, house, post).await;
    case.hold_until = Some(NOW.plus(Span::hours(3)));
    case.wait.held_since = Some(NOW);
    case.wait.rested_since = Some(NOW);
    case.wait.rested_for = Span::minutes(7);
    case.wait.clock_rank = Some(Rank::PERSON);
    case.known = Known { account: Some(Account::Media), death: Some(false), ..Known::default() };
    let mut tx = store.begin().await.unwrap();
    cases::update(&mut tx, &case).await.unwrap();
    case.revision += 1;
    assert_eq!(cases::by_id(&mut tx, case.id).await.unwrap(), Some(case.clone()));
    assert_eq!(case.wait.rested(NOW.plus(Span::minutes(3))), Span::minutes(10));
    let soon = cases::ending_holds(&mut tx, NOW, NOW.plus(Span::hours(4)), 9).await.unwrap();
    assert_eq!(soon.len(), 1);
    case.wait.told_at = Some(NOW);
    cases::update(&mut tx, &case).await.unwrap();
    assert!(cases::ending_holds(&mut tx, NOW, NOW.plus(Span::hours(4)), 9).await.unwrap().is_empty());
}

pub(super) async fn strikes_are_those_before_a_post_and_can_be_waived(store: &Store) {
    let house = house(store).await;
    let batch =
        [inbound("p1", "troll", "a", None), inbound("p2", "troll", "b", None), inbound("p3", "petra", "c", None)];
    let ids = take(store, house, &batch).await;
    let mara = person(store, "mara").await;
    let mut tx = store.begin().await.unwrap();
    let rows = posts::rows(&mut tx, &ids).await.unwrap();
    let of = |n: usize| rows.iter().find(|row| row.id == ids[n]).unwrap();
    let (first, second) = (of(0), of(1));
    strikes::set(&mut tx, &[(first.id, first.author, NOW.minus(Span::days(2)))], &[ids[1], ids[2]]).await.unwrap();
    let asked = [(second.id, second.author, NOW), (ids[2], of(2).author, NOW), (first.id, first.author, NOW)];
    let found = strikes::before(&mut tx, &asked).await.unwrap();
    assert_eq!(found.len(), 1, "nobody else's, and a post is none before itself");
    assert_eq!(found[&second.id], [NOW.minus(Span::days(2))]);
    assert!(strikes::last_before(&mut tx, &asked).await.unwrap().contains_key(&second.id));
    assert!(strikes::waive(&mut tx, first.id, mara, NOW).await.unwrap());
    assert!(!strikes::waive(&mut tx, first.id, mara, NOW).await.unwrap());
    assert!(!strikes::is_strike(&mut tx, first.id).await.unwrap());
    strikes::set(&mut tx, &[(first.id, first.author, NOW)], &[]).await.unwrap();
    assert!(strikes::before(&mut tx, &asked).await.unwrap().is_empty(), "it stays waived when it is sorted again");
    strikes::set(&mut tx, &[], &[second.id]).await.unwrap();
    tx.commit().await.unwrap();
}

fn written<'a>(
    id: NoteId,
    incident: NoteId,
    lang: &'a str,
    text: &'a str,
    by: PersonId,
) -> incidents::NewStatement<'a> {
    incidents::NewStatement { id, incident, lang, text, from: None, by }
}

pub(super) async fn an_incident_has_one_approved_statement_per_language_by_two_people(store: &Store) {
    let house = house(store).await;
    let (mara, jonas) = (person(store, "mara").await, person(store, "jonas").await);
    let key = store.keys().of("site:1", NOW).await.unwrap();
    let note = || NoteId::new(NOW, &random().unwrap());
    let mut tx = store.begin().await.unwrap();
    let new = incidents::NewIncident {
        id: note(),
        site: None,
        kind: IncidentKind::Cyber,
        stage: Stage::Initial,
        reason: "Angriff",
        by: jonas,
    };
    incidents::begin(&mut tx, &new, &key, NOW).await.unwrap();
    let open = incidents::open(&mut tx, house.0).await.unwrap();
    assert_eq!((open.len(), open[0].kind, open[0].stage), (1, IncidentKind::Cyber, Stage::Initial));
    assert!(!incidents::is_approved(&mut tx, new.id).await.unwrap());
    let (old, newer) = (note(), note());
    incidents::write(&mut tx, &written(old, new.id, "de", "Wir prüfen.", mara), &key, NOW).await.unwrap();
    let row = incidents::statement(&mut tx, old).await.unwrap().unwrap();
    assert!(incidents::approve(&mut tx, &row, jonas, NOW).await.unwrap());
    assert!(incidents::is_approved(&mut tx, new.id).await.unwrap());
    incidents::write(&mut tx, &written(newer, new.id, "de", "Die Aufnahme ist geschlossen.", mara), &key, NOW)
        .await
        .unwrap();
    assert_eq!(incidents::statements(&mut tx, new.id).await.unwrap().len(), 2);
    let row = incidents::statement(&mut tx, newer).await.unwrap().unwrap();
    assert!(incidents::approve(&mut tx, &row, jonas, NOW).await.unwrap());
    let left = incidents::statements(&mut tx, new.id).await.unwrap();
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [newer], "the newer takes the older's place");
    assert!(incidents::set_stage(&mut tx, new.id, Stage::Resolution).await.unwrap());
    assert!(incidents::end(&mut tx, new.id, jonas, "Vorbei", &key, NOW).await.unwrap());
    assert!(!incidents::end(&mut tx, new.id, jonas, "Vorbei", &key, NOW).await.unwrap());
    assert!(incidents::open(&mut tx, house.0).await.unwrap().is_empty());
    let past = incidents::past(&mut tx, house.0, 9).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(past[0].reason(store).await.unwrap().unwrap().0, "Angriff");
    assert_eq!(past[0].end_reason(store).await.unwrap().unwrap().0, "Vorbei");
    assert_eq!(left[0].text(store).await.unwrap().unwrap().0, "Die Aufnahme ist geschlossen.");

    let mut tx = store.begin().await.unwrap();
    let again = incidents::NewIncident { id: note(), ..new };
    incidents::begin(&mut tx, &again, &key, NOW).await.unwrap();
    let chosen = (StatementId::new(NOW, &random().unwrap()), 3);
    let from = incidents::NewStatement { from: Some(chosen), ..written(note(), again.id, "de", "{Haus} hilft.", mara) };
    incidents::write(&mut tx, &from, &key, NOW).await.unwrap();
    assert_eq!(incidents::statement(&mut tx, from.id).await.unwrap().unwrap().from, Some(chosen));
    let own = note();
    incidents::write(&mut tx, &written(own, again.id, "en", "We are checking.", mara), &key, NOW).await.unwrap();
    let row = incidents::statement(&mut tx, own).await.unwrap().unwrap();
    assert_eq!(row.from, None, "written for the incident");
    assert!(incidents::approve(&mut tx, &row, mara, NOW).await.is_err(), "the table refuses the writer");
}

pub(super) async fn a_reply_is_taken_back_once_and_open_until_gone_and_its_clock_ended(store: &Store) {
    let house = house(store).await;
    let post = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await[0];
    let case = case_of(store, house, post).await;
    let reply = sent(store, house, &case).await;
    let jonas = PersonId::new(NOW, &[8; 10]);
    let key = store.keys().of("thread:1", NOW).await.unwrap();
    let clock = clocks::NewClock {
        id: NoteId::new(NOW, &[1; 10]),
        site: house.0,
        case: case.id,
        post,
        kind: "breach",
        started_by: jonas.to_string(),
        from: NOW,
        due: NOW.plus(Span::hours(72)),
        near: NOW.plus(Span::hours(54)),
    };
    let id = NoteId::new(NOW, &[2; 10]);
    let new = takings::NewTaking {
        id,
        site: house.0,
        case: case.id,
        reply,
        clock: Some(clock.id),
        by: jonas,
        reason: "Nennt die Station",
    };
    let mut tx = store.begin().await.unwrap();
    assert!(clocks::start(&mut tx, &clock).await.unwrap());
    assert!(!outbox::take_down(&mut tx, reply, NOW).await.unwrap(), "what waits is called back, not taken down");
    let row = outbox::by_id(&mut tx, reply).await.unwrap().unwrap();
    let receipt = Receipt { external_id: "r1".to_owned(), url: None, at: NOW };
    outbox::confirm(store, &mut tx, &row, &key, &receipt, NOW).await.unwrap();
    assert!(outbox::take_down(&mut tx, reply, NOW).await.unwrap());
    assert!(!outbox::take_down(&mut tx, reply, NOW).await.unwrap(), "it is being taken down");
    takings::ask(&mut tx, &new, &key, NOW).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    let due = takings::due(&mut tx, NOW, 9).await.unwrap();
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    assert_eq!(due[0].reason(store).await.unwrap().unwrap().0, "Nennt die Station");
    assert!(takings::lease(&mut tx, id, "a", Span::seconds(90), NOW).await.unwrap());
    assert!(!takings::lease(&mut tx, id, "b", Span::seconds(90), NOW).await.unwrap(), "one process at a time");
    takings::put_off(&mut tx, (id, "a"), "unreachable", NOW.plus(Span::seconds(4))).await.unwrap();
    assert!(takings::due(&mut tx, NOW, 9).await.unwrap().is_empty());
    assert!(takings::is_unconfirmed(&mut tx, case.id).await.unwrap());
    let late = NOW.plus(Span::seconds(5));
    assert!(takings::lease(&mut tx, id, "b", Span::seconds(90), late).await.unwrap());
    // A process that was slow brings the receipt: it stays taken down.
    let row = outbox::by_id(&mut tx, reply).await.unwrap().unwrap();
    outbox::confirm(store, &mut tx, &row, &key, &receipt, NOW).await.unwrap();
    let row = outbox::by_id(&mut tx, reply).await.unwrap().unwrap();
    assert_eq!(row.state, outbox::OutboxState::TakingDown);
    let gone = (takings::TakingState::Gone, takings::Strangers::SeeNothing);
    assert!(takings::done(&mut tx, id, gone.0, gone.1, late).await.unwrap());
    assert!(!takings::done(&mut tx, id, gone.0, gone.1, late).await.unwrap());
    assert!(outbox::taken_down(&mut tx, reply, "taken_down", late).await.unwrap());
    let row = takings::of_reply(&mut tx, reply).await.unwrap().unwrap();
    assert_eq!((row.state, row.strangers, row.attempts, row.gone_at), (gone.0, gone.1, 2, Some(late)));
    assert_eq!(takings::of_site(&mut tx, house.0, 9).await.unwrap().len(), 1);

    assert_eq!(takings::open(&mut tx, house.0).await.unwrap(), 1, "its clock runs");
    let running = clocks::of_case(&mut tx, case.id).await.unwrap().remove(0);
    assert!(clocks::end(&mut tx, &running, jonas, "Nicht meldepflichtig", &key, late).await.unwrap());
    assert_eq!(takings::open(&mut tx, house.0).await.unwrap(), 0);
    let ended = clocks::of_case(&mut tx, case.id).await.unwrap().remove(0);
    let again = (late, late.plus(Span::hours(72)), late.plus(Span::hours(54)));
    clocks::reopen(&mut tx, &ended, "somebody", again).await.unwrap();
    let running = clocks::of_case(&mut tx, case.id).await.unwrap().remove(0);
    assert_eq!((running.ended_at, running.due, running.near_told), (None, again.1, None));
    tx.commit().await.unwrap();
}

pub(super) async fn families_are_found_whoever_of_them_is_named(store: &Store) {
    let house = house(store).await;
    let key = store.keys().of("patient", NOW).await.unwrap();
    let id = |n: u8| PatientId::new(NOW, &[n; 10]);
    let record = |n: u8| patient::PatientRow::unstored(id(n), house.0, &key);
    let mut tx = store.begin().await.unwrap();
    for n in 1..=6 {
        patient::insert(&mut tx, &record(n), &patient::PatientText::default(), &key, NOW).await.unwrap();
    }
    // 1 and 2 are kept under 3, and 3 under 4; 5 and 6 are by themselves.
    for (from, into) in [(1, 3), (2, 3), (3, 4)] {
        let edge = patient::Edge { id: MergeId::new(NOW, &[from; 10]), message: None, told_by: None };
        let (from, into) =
            (patient::by_id(&mut tx, id(from)).await.unwrap(), patient::by_id(&mut tx, id(into)).await.unwrap());
        assert!(patient::merge(&mut tx, &from.unwrap(), &into.unwrap(), &edge, NOW).await.unwrap());
    }
    let cases: [(&[u8], &[u8]); 6] = [
        (&[1], &[1, 2, 3, 4]),
        (&[4], &[1, 2, 3, 4]),
        (&[5], &[5]),
        (&[2, 6], &[1, 2, 3, 4, 6]),
        (&[9], &[9]),
        (&[], &[]),
    ];
    for (named, family) in cases {
        let of = named.iter().map(|n| id(*n)).collect();
        let mut found = patient::families(&mut tx, &of).await.unwrap();
        found.sort();
        assert_eq!(found, family.iter().map(|n| id(*n)).collect::<Vec<_>>(), "{named:?}");
    }
}
