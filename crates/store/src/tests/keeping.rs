//! Keeping, on both engines: what has had its time is emptied and nothing else; a hold keeps it; a person goes with their keys.

use bedside_core::{
    case::Queue,
    id::{LabelId, NoteId, PersonId},
    label::{LabelKind, LabelTarget},
    retention::Class,
    time::{Span, Timestamp},
};

use super::{
    NOW, postgres, sqlite,
    story::{House, case_of, house, inbound, take},
};
use crate::{
    Store, cases,
    cases::CaseRow,
    desk, keeping, labels,
    posts::{self, Opened},
    random,
};

const LATER: Timestamp = NOW.plus(Span::days(40));
const MONTH: Timestamp = LATER.minus(Span::days(30));

async fn note(store: &Store, case: &CaseRow, text: &str) {
    let key = store.keys().of(&format!("thread:{}", case.thread), NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = NoteId::new(NOW, &random().unwrap());
    desk::add_note(&mut tx, id, case.id, text, &key, PersonId::new(NOW, &[9; 10]), NOW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn into(store: &Store, case: &mut CaseRow, queue: Queue) {
    let mut tx = store.begin().await.unwrap();
    case.queue = queue;
    cases::update(&mut tx, case).await.unwrap();
    case.revision += 1;
    tx.commit().await.unwrap();
}

async fn held(store: &Store, house: House, case: &CaseRow, target: LabelTarget, id: String) -> LabelId {
    let key = store.keys().of(&format!("thread:{}", case.thread), NOW).await.unwrap();
    let label = labels::NewLabel {
        id: LabelId::new(NOW, &random().unwrap()),
        site: house.0,
        target,
        target_id: id,
        case: Some(case.id),
        kind: LabelKind::LegalHold,
        reason: "Klage angekündigt",
        set_by: PersonId::new(NOW, &[9; 10]).to_string(),
        expires_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    labels::set(&mut tx, &label, &key, NOW).await.unwrap();
    tx.commit().await.unwrap();
    label.id
}

async fn sums(store: &Store, house: House, class: Class) -> (u64, u64) {
    let mut tx = store.begin_read().await.unwrap();
    let due = keeping::sums(&mut tx, house.0, class, (MONTH, LATER)).await.unwrap();
    (due.due, due.held)
}

async fn what_is_silent_and_old_is_due_unless_something_holds_it(store: &Store) {
    let house = house(store).await;
    let ids = take(
        store,
        house,
        &[
            inbound("p1", "anna", "eins", None),
            inbound("p2", "bela", "zwei", Some("p1")),
            inbound("q1", "cora", "drei", None),
            inbound("r1", "dora", "vier", None),
        ],
    )
    .await;
    let mut silent = case_of(store, house, ids[0]).await;
    let mut open = case_of(store, house, ids[2]).await;
    assert_eq!(
        sums(store, house, Class::SilentPosts).await,
        (1, 0),
        "the post without a case alone: the others are open"
    );
    into(store, &mut silent, Queue::Silent).await;
    into(store, &mut open, Queue::Done).await;
    assert_eq!(sums(store, house, Class::SilentPosts).await, (2, 0));
    assert_eq!(sums(store, house, Class::ClosedCases).await, (1, 0));
    let early = keeping::sums(&mut store.begin_read().await.unwrap(), house.0, Class::SilentPosts, (NOW, NOW)).await;
    assert_eq!(early.unwrap().due, 0, "nothing is due on the day it came");

    // Bela only wrote in the thread of Anna; the hold on Bela keeps all of it.
    let bela = posts::by_id(&mut store.begin_read().await.unwrap(), ids[1]).await.unwrap().unwrap().author;
    let label = held(store, house, &silent, LabelTarget::Author, bela.to_string()).await;
    assert_eq!(sums(store, house, Class::SilentPosts).await, (2, 1));
    let next = async || {
        let mut tx = store.begin_read().await.unwrap();
        keeping::due_cases(&mut tx, house.0, Class::SilentPosts, (MONTH, LATER), None, 10).await.unwrap()
    };
    assert_eq!(next().await, []);
    let mut tx = store.begin().await.unwrap();
    labels::remove(&mut tx, label, "x", NOW).await.unwrap();
    tx.commit().await.unwrap();
    let due = next().await;
    assert_eq!(due.iter().map(|one| one.matter).collect::<Vec<_>>(), [(silent.id, silent.thread)]);

    // Set between looking and emptying, it still keeps.
    held(store, house, &silent, LabelTarget::Site, house.0.to_string()).await;
    assert_eq!(keeping::still_due(&mut store.begin_read().await.unwrap(), &due, LATER).await.unwrap(), []);
}

async fn an_emptied_case_keeps_its_rows_and_loses_its_words_and_keys(store: &Store) {
    let house = house(store).await;
    let ids = take(
        store,
        house,
        &[
            inbound("p1", "anna", "eins", None),
            inbound("p2", "bela", "zwei", Some("p1")),
            inbound("q1", "anna", "drei", None),
        ],
    )
    .await;
    let mut case = case_of(store, house, ids[0]).await;
    note(store, &case, "Rückruf erbeten").await;
    into(store, &mut case, Queue::Done).await;
    let counted = async || {
        let mut tx = store.begin_read().await.unwrap();
        let mut all = Vec::new();
        for table in ["post", "author", "cases", "decision", "note"] {
            all.push(
                tx.rows_text(&format!("SELECT COUNT(*) FROM {table}"), Vec::new()).await.unwrap()[0].int(0).unwrap(),
            );
        }
        all
    };
    let before = counted().await;
    let mut tx = store.begin().await.unwrap();
    let went = keeping::empty_cases(store, &mut tx, &[(case.id, case.thread)], LATER).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((went.posts, went.keys), (2, 1));
    assert_eq!(counted().await, before, "rows stay, so that figures stay");
    assert_eq!(sums(store, house, Class::ClosedCases).await, (0, 0), "it is due once");

    let mut tx = store.begin_read().await.unwrap();
    let rows = posts::by_thread(&mut tx, case.thread).await.unwrap();
    assert_eq!(store.open_posts(&rows).await.unwrap(), [Opened::Erased, Opened::Erased]);
    let notes = desk::notes(&mut tx, case.id).await.unwrap();
    assert_eq!(notes[0].text(store).await.unwrap(), None);
    let other = posts::by_id(&mut tx, ids[2]).await.unwrap().unwrap();
    drop(tx);
    assert!(store.open_posts(std::slice::from_ref(&other)).await.unwrap().remove(0).text().is_some());

    // Bela has nothing left; Anna has.
    let mut tx = store.begin_read().await.unwrap();
    let after = NOW.plus(Span::days(1));
    let authors = keeping::due_authors(&mut tx, house.0, (after, LATER), None, 10).await.unwrap();
    let bela = rows.iter().map(|row| row.author).find(|author| *author != other.author).unwrap();
    assert_eq!(authors, [bela]);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(keeping::empty_authors(store, &mut tx, &authors, LATER).await.unwrap().is_some());
    assert!(
        keeping::empty_authors(store, &mut tx, &[other.author], LATER).await.unwrap().is_none(),
        "Anna still writes"
    );
    drop(tx);
    let open = async |id| {
        let row = posts::author(&mut store.begin_read().await.unwrap(), id).await.unwrap().unwrap();
        store.open_author(&row).await.unwrap().map(|text| text.0.handle)
    };
    assert_eq!(open(other.author).await.as_deref(), Some("anna"), "nothing of Anna was committed, nor did her key go");
    assert_eq!(open(authors[0]).await, None, "a key goes before the commit, so that no crash leaves it behind");
}

async fn a_post_that_was_sealed_before_its_author_went_is_taken_again(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "anna", "eins", None)]).await;
    let anna = posts::by_id(&mut store.begin_read().await.unwrap(), ids[0]).await.unwrap().unwrap().author;
    let late = inbound("p2", "anna", "Hilfe", None);
    let prepared = posts::prepare(store, house.0, house.1, &[&late], NOW).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let of = keeping::footprint(&mut tx, anna).await.unwrap();
    store.erase_person(&mut tx, &of, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let refused = prepared.write(&mut tx, &[&late], bedside_core::post::Standing::Live, NOW).await;
    assert!(matches!(refused, Err(crate::StoreError::AuthorEmptied)), "{refused:?}");
    drop(tx);
    let again = take(store, house, &[late, inbound("p1", "anna", "eins", None)]).await;
    assert_eq!(again.len(), 1, "what was erased is not read in again");
    let rows = posts::rows(&mut store.begin_read().await.unwrap(), &again).await.unwrap();
    assert_ne!(rows[0].author, anna, "somebody new");
    assert_eq!(store.open_posts(&rows).await.unwrap().remove(0).text().unwrap().0.0.text, "Hilfe");
}

async fn an_erased_person_leaves_others_as_they_are(store: &Store) {
    let house = house(store).await;
    let ids = take(
        store,
        house,
        &[
            inbound("p1", "anna", "eins", None),
            inbound("p2", "bela", "zwei", Some("p1")),
            inbound("q1", "bela", "drei", None),
            inbound("q2", "anna", "vier", Some("q1")),
        ],
    )
    .await;
    let (annas, belas) = (case_of(store, house, ids[0]).await, case_of(store, house, ids[2]).await);
    note(store, &annas, "über Anna").await;
    note(store, &belas, "über Bela").await;
    store.search().put(&[(ids[0], house.0, "eins".to_owned()), (ids[1], house.0, "zwei".to_owned())]).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let of = keeping::footprint(&mut tx, annas.author).await.unwrap();
    assert_eq!((of.posts.len(), of.own.len(), of.elsewhere.len()), (2, 1, 1));
    let went = store.erase_person(&mut tx, &of, NOW).await.unwrap();
    tx.commit().await.unwrap();
    store.search().forget(&of.posts).await.unwrap();
    assert_eq!(went.posts, 2);

    let mut tx = store.begin_read().await.unwrap();
    let mut rows = Vec::new();
    for id in &ids {
        rows.push(posts::by_id(&mut tx, *id).await.unwrap().unwrap());
    }
    let opened = store.open_posts(&rows).await.unwrap();
    assert_eq!((&opened[0], &opened[3]), (&Opened::Erased, &Opened::Erased));
    assert_eq!(opened[1].clone().text().unwrap().0.0.text, "zwei");
    assert_eq!(desk::notes(&mut tx, annas.id).await.unwrap()[0].text(store).await.unwrap(), None);
    let kept = desk::notes(&mut tx, belas.id).await.unwrap()[0].text(store).await.unwrap();
    assert_eq!(kept.unwrap().0, "über Bela");
    assert_eq!(store.search().find(house.0, "eins", 9).await.unwrap(), []);
    assert_eq!(store.search().find(house.0, "zwei", 9).await.unwrap(), [ids[1]]);
    assert_eq!(keeping::authors_after(&mut tx, None, 9).await.unwrap().len(), 1);
    drop(tx);

    // What the house wrote in Bela's conversation is sealed anew, and the key that old backups would need goes.
    assert_eq!(store.reseal_retired(NOW, LATER).await.unwrap(), 0, "not while somebody may still write under it");
    assert_eq!(store.reseal_retired(LATER, LATER).await.unwrap(), 1);
    assert_eq!(store.reseal_retired(LATER, LATER).await.unwrap(), 0);
    let kept = desk::notes(&mut store.begin_read().await.unwrap(), belas.id).await.unwrap();
    assert_eq!(kept[0].text(store).await.unwrap().unwrap().0, "über Bela");
}

async fn a_night_is_done_once(store: &Store) {
    let house = house(store).await;
    let begin = async |day: &str, now: Timestamp| {
        let mut tx = store.begin().await.unwrap();
        let mine = keeping::begin_night(&mut tx, house.0, day, now).await.unwrap();
        tx.commit().await.unwrap();
        mine
    };
    assert!(begin("2026-11-27", NOW).await);
    assert!(!begin("2026-11-27", NOW.plus(Span::minutes(59))).await, "another process does it");
    assert!(begin("2026-11-27", NOW.plus(Span::minutes(61))).await, "that one died");
    let mut tx = store.begin().await.unwrap();
    keeping::end_night(&mut tx, house.0, "2026-11-27", NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!begin("2026-11-27", NOW.plus(Span::hours(9))).await);
    assert!(begin("2026-11-28", NOW.plus(Span::days(1))).await);
}

macro_rules! on_both_engines {
    ($($story:ident)*) => {$(
        #[tokio::test]
        async fn $story() {
            let (lite, _folder) = sqlite().await;
            super::$story(&lite).await;
            super::$story(&postgres().await).await;
        }
    )*};
}

mod stories {
    use super::{postgres, sqlite};

    on_both_engines! {
        what_is_silent_and_old_is_due_unless_something_holds_it
        an_emptied_case_keeps_its_rows_and_loses_its_words_and_keys
        a_post_that_was_sealed_before_its_author_went_is_taken_again
        an_erased_person_leaves_others_as_they_are
        a_night_is_done_once
    }
}
