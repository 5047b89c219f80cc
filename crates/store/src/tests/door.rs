//! The private door's stories, on both engines.

use bedside_core::{
    door::{Day, FileKind, Identifier, IdentifierKind, LinkLevel, Purpose, SpeaksFor},
    id::{AuthorId, ConsentId, FileId, LinkId, OutboxId, PatientId, PersonId, PostId},
    time::Span,
};

use super::{
    NOW,
    story::{House, case_of, house, inbound, take},
};
use crate::{Store, door, posts};

async fn author(store: &Store, house: House) -> (PostId, AuthorId) {
    let ids = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await;
    let row = posts::by_id(&mut store.begin_read().await.unwrap(), ids[0]).await.unwrap().unwrap();
    (row.id, row.author)
}

fn visit(house: House, token: &[u8]) -> door::VisitRow {
    door::VisitRow {
        token_hash: token.to_vec(),
        site: house.0,
        csrf: "c".to_owned(),
        lang: "de".to_owned(),
        channel: None,
        code_hash: None,
        code_until: None,
        author: None,
        proven_at: None,
        entered_at: None,
        expires_at: NOW.plus(Span::hours(1)),
    }
}

pub(super) async fn a_visit_is_proven_by_a_code_and_let_in_once(store: &Store) {
    let house = house(store).await;
    let (_, author) = author(store, house).await;
    let (account, name) = (store.lookup().hash(&["petra@x"]), store.lookup().hash(&["petra"]));
    let mut tx = store.begin().await.unwrap();
    door::open_visit(&mut tx, &visit(house, b"t1"), NOW).await.unwrap();
    let until = NOW.plus(Span::minutes(15));
    door::ask_code(&mut tx, b"t1", house.1, (&account, &name), b"code", until).await.unwrap();
    let waiting = async |tx: &mut crate::Tx, account: &[u8], name: Option<&[u8]>, now| {
        door::waiting_for_code(tx, house.1, account, name, 5, now).await.unwrap().len()
    };
    assert_eq!(waiting(&mut tx, &account, None, NOW).await, 1);
    assert_eq!(waiting(&mut tx, b"else", Some(&name), NOW).await, 1);
    assert_eq!(waiting(&mut tx, b"else", None, NOW).await, 0);
    assert_eq!(waiting(&mut tx, &account, None, until).await, 0, "the code's time is over");
    for _ in 0..5 {
        door::count_code_try(&mut tx, b"t1").await.unwrap();
    }
    assert_eq!(waiting(&mut tx, &account, None, NOW).await, 0, "tried too often");
    let enter = (&b"t2"[..], "d");
    assert!(!door::enter_visit(&mut tx, b"t1", enter, NOW, until).await.unwrap(), "not proven yet");
    assert!(door::prove_visit(&mut tx, b"t1", author, NOW).await.unwrap());
    assert!(!door::prove_visit(&mut tx, b"t1", author, NOW).await.unwrap());
    assert!(door::enter_visit(&mut tx, b"t1", enter, NOW, until).await.unwrap());
    assert!(!door::enter_visit(&mut tx, b"t1", enter, NOW, until).await.unwrap(), "once");
    assert_eq!(door::visit(&mut tx, b"t1", NOW).await.unwrap(), None, "the old token is gone");
    let inside = door::visit(&mut tx, b"t2", NOW).await.unwrap().unwrap();
    assert_eq!((inside.author, inside.entered_at, inside.csrf.as_str()), (Some(author), Some(NOW), "d"));
    door::set_visit_lang(&mut tx, b"t2", "en").await.unwrap();
    assert_eq!(door::visit(&mut tx, b"t2", until).await.unwrap(), None, "it is over");
    assert_eq!(door::sweep_visits(&mut tx, until).await.unwrap(), 1);
    door::open_visit(&mut tx, &visit(house, b"t3"), NOW).await.unwrap();
    door::close_visit(&mut tx, b"t3").await.unwrap();
    assert_eq!(door::visit(&mut tx, b"t3", NOW).await.unwrap(), None);
}

pub(super) async fn a_one_time_link_lets_in_once(store: &Store) {
    let house = house(store).await;
    let (post, author) = author(store, house).await;
    let case = case_of(store, house, post).await;
    let mut tx = store.begin().await.unwrap();
    let pass = door::Pass { site: house.0, author, case: case.id };
    let by = PersonId::new(NOW, &[1; 10]);
    let until = NOW.plus(Span::hours(24));
    door::make_pass(&mut tx, b"p1", pass, by, until, NOW).await.unwrap();
    door::make_pass(&mut tx, b"p2", pass, by, until, NOW).await.unwrap();
    assert_eq!(door::pass(&mut tx, b"p1", NOW).await.unwrap(), None, "a newer one was made");
    for _ in 0..2 {
        assert_eq!(door::pass(&mut tx, b"p2", NOW).await.unwrap(), Some(pass), "looking spends nothing");
    }
    assert!(!door::spend_pass(&mut tx, b"p2", until).await.unwrap());
    assert!(door::spend_pass(&mut tx, b"p2", NOW).await.unwrap());
    assert!(!door::spend_pass(&mut tx, b"p2", NOW).await.unwrap());
}

pub(super) async fn a_conversation_keeps_what_was_said_and_handed_in(store: &Store) {
    let house = house(store).await;
    let (post, author) = author(store, house).await;
    let case = case_of(store, house, post).await;
    let row = posts::by_id(&mut store.begin_read().await.unwrap(), post).await.unwrap().unwrap();
    let key = posts::author_key(store, house.1, "petra", NOW).await.unwrap();
    let known = posts::author(&mut store.begin_read().await.unwrap(), author).await.unwrap().unwrap();
    assert_eq!(store.open_author(&known).await.unwrap().unwrap().0.handle, "petra");
    assert_eq!((known.channel, key.id()), (house.1, store.key_of_author(&known).await.unwrap().unwrap().id()));
    let mut read = store.begin_read().await.unwrap();
    assert_eq!(crate::cases::newest_of_author(&mut read, author).await.unwrap().unwrap().id, case.id);
    drop(read);
    assert_eq!(key.id(), store.key_of_post(&row).await.unwrap().unwrap().id(), "the author's own key");
    let file = door::NewFile {
        id: FileId::new(NOW, &[1; 10]),
        channel: house.1,
        message: "p1",
        kind: FileKind::Pdf,
        bytes: b"%PDF-1.7 Befund",
    };
    let draft = super::story::sent(store, house, &case).await;
    let mut tx = store.begin().await.unwrap();
    door::add_file(store, &mut tx, &file, &key, NOW).await.unwrap();
    door::put_person(&mut tx, author, house.0, SpeaksFor::Myself, NOW).await.unwrap();
    door::put_person(&mut tx, author, house.0, SpeaksFor::Child, NOW).await.unwrap();
    door::seat_person(&mut tx, author, author, row.thread).await.unwrap();
    let person = door::person(&mut tx, author).await.unwrap().unwrap();
    assert_eq!((person.speaks_for, person.thread), (SpeaksFor::Child, Some(row.thread)));
    assert_eq!(door::by_thread(&mut tx, row.thread).await.unwrap(), Some(person));
    assert_eq!(door::by_door_author(&mut tx, author).await.unwrap(), Some(person));
    let files = door::files_in(&mut tx, row.thread).await.unwrap();
    assert_eq!((files[0].post, files[0].kind, files[0].size_bytes), (post, FileKind::Pdf, 15));
    assert_eq!(door::file(store, &mut tx, &files[0]).await.unwrap().unwrap().0, b"%PDF-1.7 Befund");

    let outbox: OutboxId = draft;
    for text in ["Wir melden uns.", "Zweimal?"] {
        door::say(&mut tx, outbox, (house.1, row.thread), (text, "de"), &key, NOW).await.unwrap();
    }
    let said = door::said_in(&mut tx, row.thread).await.unwrap();
    assert_eq!(said.len(), 1, "the same reply twice is one");
    assert_eq!(said[0].text(store).await.unwrap().unwrap().0, "Wir melden uns.");
    assert!(door::said_once(&mut tx, house.1, outbox).await.unwrap().is_some());
    door::unsay(&mut tx, house.1, outbox, NOW).await.unwrap();
    assert!(door::said_once(&mut tx, house.1, outbox).await.unwrap().is_none());
    assert_eq!(door::said_in(&mut tx, row.thread).await.unwrap(), []);

    door::mark_code_post(&mut tx, post, NOW).await.unwrap();
    door::mark_code_post(&mut tx, post, NOW).await.unwrap();
    let other = PostId::new(NOW, &[9; 10]);
    assert_eq!(door::code_posts(&mut tx, &[post, other]).await.unwrap(), [post].into());
}

pub(super) async fn a_link_counts_when_it_is_confirmed_and_consented_to(store: &Store) {
    let house = house(store).await;
    let (_, author) = author(store, house).await;
    let key = posts::author_key(store, house.1, "petra", NOW).await.unwrap();
    let claim = door::ClaimText {
        identifier: Identifier::read(IdentifierKind::Kvnr, "A123456780").unwrap(),
        birth_date: Day::read("1980-02-03").unwrap(),
    };
    let (patient, by) = (PatientId::new(NOW, &[5; 10]), PersonId::new(NOW, &[1; 10]));
    let settled = door::Settled { by: Some(by), how: "in_person".to_owned(), at: NOW };
    let consent = door::ConsentRow {
        id: ConsentId::new(NOW, &[1; 10]),
        site: house.0,
        author,
        purpose: Purpose::Link,
        wording: "1".to_owned(),
        lang: "de".to_owned(),
        given_at: NOW,
        revoked_at: None,
    };
    let id = |n: u8| LinkId::new(NOW.plus(Span::seconds(i64::from(n))), &[n; 10]);
    let mut tx = store.begin().await.unwrap();
    door::add_link(&mut tx, id(1), (house.0, author), SpeaksFor::Myself, &claim, &key, NOW).await.unwrap();
    let row = door::link_of(&mut tx, id(1)).await.unwrap().unwrap();
    assert_eq!((row.level, row.patient, row.settled.clone()), (LinkLevel::Claimed, None, None));
    assert_eq!(row.claim(store).await.unwrap().unwrap().0, claim);
    let settle = (&key, "Ausweis gesehen");
    let level = LinkLevel::Confirmed;
    assert!(door::settle_link(&mut tx, id(1), level, Some(patient), &settled, settle).await.unwrap());
    assert!(!door::settle_link(&mut tx, id(1), level, Some(patient), &settled, settle).await.unwrap());
    assert!(door::linked(&mut tx, &[author]).await.unwrap().is_empty(), "confirmed, but not consented to");
    assert!(door::give_consent(&mut tx, &consent).await.unwrap());
    let again = door::ConsentRow { id: ConsentId::new(NOW, &[2; 10]), ..consent.clone() };
    assert!(!door::give_consent(&mut tx, &again).await.unwrap(), "given already");
    assert_eq!(door::linked(&mut tx, &[author]).await.unwrap()[&author], patient);
    let row = door::link_of(&mut tx, id(1)).await.unwrap().unwrap();
    assert_eq!(row.reason(store).await.unwrap().unwrap().0, "Ausweis gesehen");
    assert_eq!(row.settled, Some(settled));

    assert_eq!(door::consents_open(&mut tx, author).await.unwrap(), std::slice::from_ref(&consent));
    let revoked = door::revoke_consent(&mut tx, author, Purpose::Link, NOW).await.unwrap();
    assert_eq!(revoked, Some(consent.id));
    assert_eq!(door::revoke_consent(&mut tx, author, Purpose::Link, NOW).await.unwrap(), None);
    assert!(door::linked(&mut tx, &[author]).await.unwrap().is_empty());
    assert_eq!(door::consents_open(&mut tx, author).await.unwrap(), []);
    assert_eq!(door::consents(&mut tx, author).await.unwrap()[0].revoked_at, Some(NOW));
    assert!(door::give_consent(&mut tx, &again).await.unwrap(), "given anew");

    assert_eq!(door::undo_links(&mut tx, author, NOW).await.unwrap(), [id(1)]);
    assert!(door::linked(&mut tx, &[author]).await.unwrap().is_empty());
    door::add_link(&mut tx, id(2), (house.0, author), SpeaksFor::Myself, &claim, &key, NOW.plus(Span::seconds(1)))
        .await
        .unwrap();
    let all = door::links_of(&mut tx, author).await.unwrap();
    assert_eq!(all.iter().map(|row| row.level).collect::<Vec<_>>(), [LinkLevel::Claimed, LinkLevel::Undone]);
}
