//! The story of what others may read, on both engines.

use bedside_core::{
    door::{Day, Identifier, IdentifierKind, LinkLevel, Purpose, SpeaksFor},
    emr,
    exchange::{AccessAct, ResourceKind},
    id::{AccessId, AuthorId, ConsentId, LinkId, PatientId, PersonId},
    time::{Span, Timestamp},
};

use super::{
    NOW,
    story::{House, house, inbound, take},
};
use crate::{
    DataKey, Store, door,
    emr::patient,
    exchange::{self, Composed, DeliveryState, DeliveryText, NewAccess, Place, TargetState, Wanted},
    posts,
};

struct Linked {
    house: House,
    author: AuthorId,
    patient: PatientId,
    keys: (DataKey, DataKey),
    owner: String,
}

async fn allows(store: &Store, house: House, author: AuthorId, purpose: Purpose, n: u8) -> ConsentId {
    let id = ConsentId::new(NOW, &[n; 10]);
    let row = door::ConsentRow {
        id,
        site: house.0,
        author,
        purpose,
        wording: "1".to_owned(),
        lang: "de".to_owned(),
        given_at: NOW,
        revoked_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    assert!(door::give_consent(&mut tx, &row).await.unwrap());
    tx.commit().await.unwrap();
    id
}

/// Petra's account is linked with a record; nothing is consented to yet.
async fn linked(store: &Store) -> Linked {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await;
    let mut tx = store.begin().await.unwrap();
    let author = posts::by_id(&mut tx, ids[0]).await.unwrap().unwrap().author;
    let row = posts::author(&mut tx, author).await.unwrap().unwrap();
    let author_key = store.key_of_author(&row).await.unwrap().unwrap();
    let mrn = emr::Identifier { authority: "KH".to_owned(), value: "4711".to_owned(), kind: String::new() };
    let owner = patient::key_owner(store, house.0, &mrn);
    let patient_key = store.keys().of(&owner, NOW).await.unwrap();
    let record = patient::PatientRow::unstored(PatientId::new(NOW, &[5; 10]), house.0, &patient_key);
    patient::insert(&mut tx, &record, &patient::PatientText::default(), &patient_key, NOW).await.unwrap();
    let identifier = Identifier { kind: IdentifierKind::Mrn, value: "4711".to_owned() };
    let claim = door::ClaimText { identifier, birth_date: Day::read("1980-02-03").unwrap() };
    let link = LinkId::new(NOW, &[6; 10]);
    door::add_link(&mut tx, link, (house.0, author), SpeaksFor::Myself, &claim, &author_key, NOW).await.unwrap();
    let by = door::Settled { by: Some(PersonId::new(NOW, &[7; 10])), how: "in_person".to_owned(), at: NOW };
    let because = (&author_key, "seen");
    assert!(door::settle_link(&mut tx, link, LinkLevel::Confirmed, Some(record.id), &by, because).await.unwrap());
    tx.commit().await.unwrap();
    Linked { house, author, patient: record.id, keys: (author_key, patient_key), owner }
}

impl Linked {
    fn composed(&self, kind: ResourceKind, id: &str, says: &str, consent: Option<ConsentId>) -> Composed {
        let place = Place { site: self.house.0, author: self.author, patient: self.patient, case: None, consent };
        let text = says.as_bytes().to_vec();
        Composed { kind, id: id.to_owned(), place, needs_consent: true, content: text.clone(), telling: text }
    }

    async fn writes(&self, store: &Store, composed: &Composed, at: Timestamp) -> bool {
        let mut tx = store.begin().await.unwrap();
        let is_new = exchange::write(store, &mut tx, composed, (&self.keys.0, &self.keys.1), at).await.unwrap();
        tx.commit().await.unwrap();
        is_new
    }

    async fn found(&self, store: &Store, patients: Option<&[PatientId]>) -> Vec<(String, i64)> {
        let wanted = Wanted {
            site: self.house.0,
            kind: ResourceKind::Communication,
            patients,
            changed: (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX)),
            most: 10,
        };
        let found = exchange::search(&mut store.begin_read().await.unwrap(), &wanted).await.unwrap();
        found.into_iter().map(|row| (row.id, row.version)).collect()
    }
}

pub(super) async fn what_others_read_hangs_on_the_consents_of_now(store: &Store) {
    let petra = linked(store).await;
    let kind = ResourceKind::Communication;
    let link = allows(store, petra.house, petra.author, Purpose::Link, 1).await;
    let first = petra.composed(kind, "c1", "Hallo", None);
    assert!(petra.writes(store, &first, NOW).await);
    assert!(!petra.writes(store, &first, NOW.plus(Span::seconds(1))).await, "nothing new");
    assert_eq!(petra.found(store, None).await, [], "the care team may not");
    allows(store, petra.house, petra.author, Purpose::CareTeam, 2).await;
    assert_eq!(petra.found(store, None).await, [("c1".to_owned(), 1)]);
    assert_eq!(petra.found(store, Some(&[petra.patient])).await.len(), 1);
    assert_eq!(petra.found(store, Some(&[PatientId::new(NOW, &[9; 10])])).await, []);
    assert!(petra.writes(store, &petra.composed(kind, "c1", "Guten Tag", None), NOW.plus(Span::seconds(2))).await);
    let ended = petra.composed(ResourceKind::Consent, "k1", "active", Some(link));
    assert!(petra.writes(store, &ended, NOW.plus(Span::seconds(3))).await);
    let mut tx = store.begin().await.unwrap();
    let old = exchange::version(&mut tx, kind, "c1", 1).await.unwrap().unwrap();
    assert_eq!(store.open_resource(&old).await.unwrap().unwrap().0, b"Hallo");
    let head = exchange::head(&mut tx, kind, "c1").await.unwrap().unwrap();
    assert_eq!((head.version, head.is_permitted, head.is_gone), (2, true, false));
    assert_eq!(exchange::history(&mut tx, kind, "c1", 9).await.unwrap().len(), 2);
    let numbers: Vec<i64> = exchange::events_after(&mut tx, 0, 9).await.unwrap().iter().map(|event| event.n).collect();
    assert_eq!(numbers, [1, 2, 3], "without a gap");
    assert_eq!(exchange::linked_of_site(&mut tx, petra.house.0, 9).await.unwrap().len(), 1);

    door::revoke_consent(&mut tx, petra.author, Purpose::Link, NOW.plus(Span::minutes(1))).await.unwrap();
    let head = exchange::head(&mut tx, kind, "c1").await.unwrap().unwrap();
    assert!(!head.is_permitted, "in the very transaction that takes it back");
    let over = exchange::ended_consents(&mut tx, petra.house.0, 9).await.unwrap();
    assert_eq!((over.len(), over[0].place.consent), (1, Some(link)));
    assert!(exchange::is_over(&mut tx, link).await.unwrap());
    assert!(exchange::events_after(&mut tx, 0, 9).await.unwrap().iter().all(|event| !event.row.is_permitted));
    let inactive =
        Composed { needs_consent: false, ..petra.composed(ResourceKind::Consent, "k1", "inactive", Some(link)) };
    assert!(exchange::write(store, &mut tx, &inactive, (&petra.keys.0, &petra.keys.1), NOW).await.unwrap());
    let told = exchange::events_after(&mut tx, 3, 9).await.unwrap();
    assert!(told[0].is_revocation && told[0].row.is_permitted, "that it ended is told");
    let before = exchange::version(&mut tx, ResourceKind::Consent, "k1", 1).await.unwrap().unwrap();
    assert!(store.open_resource(&before).await.unwrap().is_none(), "what it said before is gone");
    assert!(exchange::retire(&mut tx, kind, "c1", NOW).await.unwrap());
    assert!(!exchange::retire(&mut tx, kind, "c1", NOW).await.unwrap());
    let gone = exchange::version(&mut tx, kind, "c1", 1).await.unwrap().unwrap();
    assert!(gone.is_gone && store.open_resource(&gone).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

pub(super) async fn an_erased_key_of_account_or_record_takes_what_others_read(store: &Store) {
    let petra = linked(store).await;
    allows(store, petra.house, petra.author, Purpose::Link, 1).await;
    allows(store, petra.house, petra.author, Purpose::CareTeam, 2).await;
    petra.writes(store, &petra.composed(ResourceKind::Task, "t1", "Arbeit", None), NOW).await;
    let row = exchange::head(&mut store.begin_read().await.unwrap(), ResourceKind::Task, "t1").await.unwrap().unwrap();
    assert!(store.open_resource(&row).await.unwrap().is_some());
    assert!(store.keys().erase(&petra.owner).await.unwrap());
    assert!(store.open_resource(&row).await.unwrap().is_none());
}

pub(super) async fn who_is_told_is_told_in_order_and_nothing_that_was_taken_back(store: &Store) {
    let petra = linked(store).await;
    allows(store, petra.house, petra.author, Purpose::Link, 1).await;
    allows(store, petra.house, petra.author, Purpose::CareTeam, 2).await;
    let key = store.keys().of("fhir-client:kis", NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    exchange::add_target(&mut tx, ("s1", "kis"), Some((b"{}", &key)), None, NOW).await.unwrap();
    exchange::add_target(&mut tx, ("hook:crm", "crm"), None, None, NOW).await.unwrap();
    exchange::add_target(&mut tx, ("hook:crm", "crm"), None, None, NOW.plus(Span::hours(1))).await.unwrap();
    tx.commit().await.unwrap();
    for (id, says) in [("c1", "eins"), ("c2", "zwei"), ("c1", "drei")] {
        petra.writes(store, &petra.composed(ResourceKind::Communication, id, says, None), NOW).await;
    }
    let mut tx = store.begin().await.unwrap();
    let events = exchange::events_after(&mut tx, 0, 9).await.unwrap();
    let texts: Vec<DeliveryText> = events
        .iter()
        .map(|event| DeliveryText { event: event.n, author: petra.author, subject: event.row.id.clone() })
        .collect();
    for id in ["s1", "hook:crm"] {
        assert!(exchange::line_up(&mut tx, id, (3, 0), &texts, NOW).await.unwrap());
        assert!(!exchange::line_up(&mut tx, id, (3, 0), &texts, NOW).await.unwrap(), "somebody did");
    }
    let target = exchange::target(&mut tx, "s1").await.unwrap().unwrap();
    assert_eq!((target.state, target.heard, target.events), (TargetState::Requested, 3, 3));
    assert_eq!(store.open_target(&target).await.unwrap().unwrap().0, b"{}");
    assert_eq!(
        (
            exchange::targets_of(&mut tx, "kis").await.unwrap().len(),
            exchange::all_targets(&mut tx).await.unwrap().len()
        ),
        (1, 2)
    );
    let numbers = |rows: Vec<exchange::DeliveryRow>| rows.into_iter().map(|row| row.number).collect::<Vec<_>>();
    assert_eq!(numbers(exchange::due(&mut tx, "s1", false, 9, NOW).await.unwrap()), [1, 2, 3]);
    assert_eq!(numbers(exchange::due(&mut tx, "hook:crm", true, 9, NOW).await.unwrap()), [1, 2], "in order about each");
    exchange::put_off(&mut tx, "hook:crm", 1, "refused", NOW.plus(Span::minutes(1))).await.unwrap();
    assert_eq!(numbers(exchange::due(&mut tx, "hook:crm", true, 9, NOW).await.unwrap()), [2]);
    exchange::settle(&mut tx, "hook:crm", 2, (DeliveryState::Sent, ""), NOW).await.unwrap();
    exchange::set_target(&mut tx, &target, TargetState::Error, Some("unreachable"), Span::seconds(9), NOW)
        .await
        .unwrap();
    let failing = exchange::target(&mut tx, "s1").await.unwrap().unwrap();
    assert_eq!((failing.attempts, failing.failing_since, failing.due_at), (1, Some(NOW), NOW.plus(Span::seconds(9))));

    door::revoke_consent(&mut tx, petra.author, Purpose::CareTeam, NOW.plus(Span::minutes(1))).await.unwrap();
    let due = exchange::due(&mut tx, "s1", false, 9, NOW).await.unwrap();
    assert!(due.iter().all(|one| !one.event.row.is_permitted));
    assert_eq!(exchange::drop_of(&mut tx, petra.author, NOW).await.unwrap(), 5);
    assert_eq!(exchange::due(&mut tx, "s1", false, 9, NOW).await.unwrap().len(), 0);
    let counts = exchange::counts(&mut tx, "hook:crm").await.unwrap();
    assert!(counts.contains(&(DeliveryState::Sent, 1)) && counts.contains(&(DeliveryState::Dropped, 2)), "{counts:?}");
    assert_eq!(exchange::deliveries_since(&mut tx, "s1", (2, 3), 9).await.unwrap().len(), 2);
    assert!(exchange::put_target(&mut tx, "s1", (b"[]", &key), None, NOW).await.unwrap());
    let changed = exchange::target(&mut tx, "s1").await.unwrap().unwrap();
    assert_eq!((changed.version, changed.state), (2, TargetState::Requested));
    exchange::set_target(&mut tx, &target, TargetState::Active, None, Span::ZERO, NOW).await.unwrap();
    assert_eq!(
        exchange::target(&mut tx, "s1").await.unwrap().unwrap().state,
        TargetState::Requested,
        "it was changed meanwhile"
    );
    exchange::sweep(&mut tx, NOW.plus(Span::hours(1))).await.unwrap();
    assert_eq!(exchange::counts(&mut tx, "s1").await.unwrap(), []);
    assert!(exchange::remove_target(&mut tx, "s1", NOW).await.unwrap());
    assert_eq!(exchange::target(&mut tx, "s1").await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub(super) async fn a_client_is_known_by_its_token_and_what_it_was_given_is_kept(store: &Store) {
    let petra = linked(store).await;
    let until = NOW.plus(Span::minutes(5));
    let mut tx = store.begin().await.unwrap();
    assert!(exchange::remember_assertion(&mut tx, "kis", b"jti", until).await.unwrap());
    assert!(!exchange::remember_assertion(&mut tx, "kis", b"jti", until).await.unwrap());
    assert!(exchange::remember_assertion(&mut tx, "lab", b"jti", until).await.unwrap(), "another's own");
    exchange::add_token(&mut tx, b"hash", "kis", "system/*.rs", until).await.unwrap();
    let found = exchange::token(&mut tx, b"hash", NOW).await.unwrap();
    assert_eq!(found, Some(("kis".to_owned(), "system/*.rs".to_owned(), until)));
    assert_eq!(exchange::token(&mut tx, b"hash", until).await.unwrap(), None);
    exchange::sweep_clients(&mut tx, until).await.unwrap();
    assert!(exchange::remember_assertion(&mut tx, "kis", b"jti", until).await.unwrap(), "forgotten");
    let access = NewAccess {
        id: AccessId::new(NOW, &[1; 10]),
        site: petra.house.0,
        client: "kis",
        act: AccessAct::Search,
        kind: "Task",
        resource: None,
        whose: Some((petra.author, petra.patient)),
        address: "10.0.0.7",
        request: "r1",
        query: Some(("patient.identifier=x|4711", &petra.keys.1)),
    };
    exchange::add_accesses(&mut tx, std::slice::from_ref(&access), NOW).await.unwrap();
    let row = exchange::access(&mut tx, access.id).await.unwrap().unwrap();
    assert_eq!((row.patient, row.client.as_str()), (None, "kis"), "without consent it isn't told whose");
    assert!(store.open_query(&row).await.unwrap().is_none());
    tx.commit().await.unwrap();
    allows(store, petra.house, petra.author, Purpose::Link, 1).await;
    allows(store, petra.house, petra.author, Purpose::CareTeam, 2).await;
    let mut tx = store.begin_read().await.unwrap();
    let all = exchange::accesses(&mut tx, petra.house.0, (NOW, until), 9).await.unwrap();
    assert_eq!((all.len(), all[0].patient), (1, Some(petra.patient)));
    assert_eq!(store.open_query(&all[0]).await.unwrap().unwrap().0, "patient.identifier=x|4711");
    assert_eq!(exchange::accesses(&mut tx, petra.house.0, (until, until), 9).await.unwrap(), []);
}
