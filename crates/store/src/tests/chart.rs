//! The chart's stories, on both engines.

use bedside_core::{
    id::{CardId, ChartSessionId, DraftId, NoteId, PatientId, PersonId},
    time::Span,
};

use super::{
    NOW,
    story::{case_of, house, inbound, take},
};
use crate::{Store, chart};

fn user() -> chart::CareUser {
    let reference = "https://kis.example/fhir/Practitioner/7".to_owned();
    chart::CareUser { name: "Dr. Nora Falk".to_owned(), reference, salt: [7; 32] }
}

pub(super) async fn a_call_counts_once_until_its_token_ends(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let until = NOW.plus(Span::minutes(5));
    assert!(chart::first_call(&mut tx, "kis", b"one", until, NOW).await.unwrap());
    assert!(!chart::first_call(&mut tx, "kis", b"one", until, NOW).await.unwrap());
    assert!(chart::first_call(&mut tx, "other", b"one", until, NOW).await.unwrap(), "another EMR's ids are its own");
    let later = until.plus(Span::seconds(1));
    assert!(chart::first_call(&mut tx, "kis", b"one", later.plus(Span::minutes(5)), later).await.unwrap());
}

pub(super) async fn feedback_is_kept_once_per_card_and_outcome_and_for_cards_that_were_shown(store: &Store) {
    let house = house(store).await;
    let post = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await[0];
    let case = case_of(store, house, post).await.id;
    let card = CardId::new(NOW, &[1; 10]);
    let said = |outcome: &str, reason: &str| chart::FeedbackRow {
        outcome: outcome.to_owned(),
        reason: reason.to_owned(),
        at: NOW,
    };
    let mut tx = store.begin().await.unwrap();
    assert!(!chart::add_feedback(&mut tx, house.0, card, &said("accepted", "")).await.unwrap(), "nobody was shown it");
    chart::add_card(&mut tx, card, (house.0, case), NOW).await.unwrap();
    let elsewhere = bedside_core::id::SiteId::new(NOW, &[9; 10]);
    assert!(!chart::add_feedback(&mut tx, elsewhere, card, &said("accepted", "")).await.unwrap());
    assert!(chart::add_feedback(&mut tx, house.0, card, &said("overridden", "known")).await.unwrap());
    assert!(!chart::add_feedback(&mut tx, house.0, card, &said("overridden", "")).await.unwrap());
    assert!(chart::add_feedback(&mut tx, house.0, card, &said("accepted", "")).await.unwrap());
    let kept = chart::newest_feedback(&mut tx, house.0, 9).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().any(|(row, number)| *row == said("overridden", "known") && *number > 0));
    assert_eq!(chart::newest_feedback(&mut tx, elsewhere, 9).await.unwrap(), []);
    let (shown, outcomes) = chart::outcomes(&mut tx, house.0, NOW).await.unwrap();
    assert_eq!((shown, outcomes.len()), (1, 2));
    assert!(outcomes.contains(&("overridden".to_owned(), "known".to_owned(), 1)), "{outcomes:?}");
    let later = NOW.plus(Span::seconds(1));
    assert_eq!(chart::outcomes(&mut tx, house.0, later).await.unwrap(), (0, vec![]));
}

pub(super) async fn an_opening_is_for_one_browser_until_it_ends(store: &Store) {
    let house = house(store).await;
    let key = store.keys().of("chart:1", NOW).await.unwrap();
    let case = case_of(store, house, take(store, house, &[inbound("p1", "petra", "Hallo", None)]).await[0]).await.id;
    let text = chart::SessionText { patient: "Eva Weber".to_owned(), born: "1980-02-03".to_owned(), user: user() };
    let (id, patient) = (ChartSessionId::new(NOW, &[1; 10]), PatientId::new(NOW, &[5; 10]));
    let until = NOW.plus(Span::minutes(30));
    let new = chart::NewSession {
        id,
        token_hash: b"secret",
        chart: "kis",
        site: house.0,
        patient: Some(patient),
        csrf: "c",
        text: &text,
        expires_at: until,
    };
    let mut tx = store.begin().await.unwrap();
    chart::open_session(&mut tx, &new, &key, NOW).await.unwrap();
    let row = chart::session(&mut tx, id, b"secret", NOW).await.unwrap().unwrap();
    assert_eq!((row.chart.as_str(), row.patient, row.expires_at), ("kis", Some(patient), until));
    assert_eq!(row.text(store).await.unwrap().unwrap().0, text);
    assert!(chart::session(&mut tx, id, b"other", NOW).await.unwrap().is_none());
    assert!(chart::session(&mut tx, id, b"secret", until).await.unwrap().is_none(), "it is over");
    chart::end_session(&mut tx, id).await.unwrap();
    assert!(chart::session(&mut tx, id, b"secret", NOW).await.unwrap().is_none());
    chart::open_session(&mut tx, &new, &key, NOW).await.unwrap();
    let next = chart::NewSession { id: ChartSessionId::new(NOW, &[2; 10]), token_hash: b"next", ..new };
    chart::open_session(&mut tx, &next, &key, NOW).await.unwrap();
    chart::add_card(&mut tx, CardId::new(NOW, &[1; 10]), (house.0, case), NOW).await.unwrap();
    let later = until.plus(Span::seconds(1));
    assert_eq!(chart::forget(&mut tx, later, NOW).await.unwrap(), 2, "what is over");
    let said = chart::FeedbackRow { outcome: "accepted".to_owned(), reason: String::new(), at: NOW };
    assert!(chart::add_feedback(&mut tx, house.0, CardId::new(NOW, &[1; 10]), &said).await.unwrap(), "still kept");
    assert!(chart::session(&mut tx, id, b"secret", NOW).await.unwrap().is_none(), "forgotten");
}

pub(super) async fn a_suggestion_is_settled_once_and_its_words_go_with_their_key(store: &Store) {
    let house = house(store).await;
    let post = take(store, house, &[inbound("p1", "petra", "Guten Tag", None)]).await[0];
    let case = case_of(store, house, post).await.id;
    let key = store.keys().of("thread:t", NOW).await.unwrap();
    let text = chart::CareText { text: "Guten Tag, gern hier entlang.".to_owned(), user: user() };
    let (note, suggestion) = (NoteId::new(NOW, &[1; 10]), NoteId::new(NOW, &[2; 10]));
    let mut tx = store.begin().await.unwrap();
    for (id, kind, verdict) in [(note, chart::CareKind::Note, ""), (suggestion, chart::CareKind::Suggestion, "warn")] {
        let new = chart::NewCare { id, at: (case, post), kind, lang: "de", verdict, text: &text };
        chart::add_care(&mut tx, &new, &key, NOW).await.unwrap();
    }
    let all = chart::care_of(&mut tx, case).await.unwrap();
    assert_eq!(
        all.iter().map(|row| row.kind).collect::<Vec<_>>(),
        [chart::CareKind::Note, chart::CareKind::Suggestion]
    );
    let newest = chart::newest_care(&mut tx, &[case, bedside_core::id::CaseId::new(NOW, &[9; 10])]).await.unwrap();
    assert_eq!(newest, [(case, NOW)].into());
    assert_eq!(all[0].text(store).await.unwrap().unwrap().0, text);
    let (by, draft) = (PersonId::new(NOW, &[3; 10]), DraftId::new(NOW, &[4; 10]));
    let taken = chart::CareState::Taken;
    assert!(chart::settle_care(&mut tx, suggestion, taken, by, Some(draft), NOW).await.unwrap());
    assert!(!chart::settle_care(&mut tx, suggestion, chart::CareState::SetAside, by, None, NOW).await.unwrap());
    let row = chart::care(&mut tx, suggestion).await.unwrap().unwrap();
    assert_eq!((row.state, row.settled, row.draft), (taken, Some((by, NOW)), Some(draft)));
    assert_eq!((row.verdict.as_str(), row.post), ("warn", post));
    tx.commit().await.unwrap();
    store.keys().erase("thread:t").await.unwrap();
    assert_eq!(row.text(store).await.unwrap(), None, "erased");
}
