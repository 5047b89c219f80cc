//! What people say was found wrongly: kept sealed, counted, exported by those who may, and gone with who wrote it.

use bedside_core::{
    example::Found,
    guard,
    id::{CaseId, PersonId, PostId},
    log::Kind,
    site::Role,
    text::TextSpan,
    triage::{SignalKind, Topic, Urgency},
};
use bedside_flow::{ActError, Wrong};
use bedside_store::{examples, people, random};

use crate::{
    house::{Desk, NOW, open, post},
    log::kinds,
};

const TEXT: &str = "Wo kann ich bei Ihnen parken? Meine Frau Anna Beck liegt auf der Vier.";

async fn privacy_officer(desk: &Desk) -> PersonId {
    let person = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: "eva".to_owned(),
        name: "eva".to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    let mut tx = desk.store.begin().await.unwrap();
    people::add(&mut tx, &person, NOW).await.unwrap();
    people::grant(&mut tx, person.id, desk.site, Role::Privacy).await.unwrap();
    tx.commit().await.unwrap();
    person.id
}

async fn heard(desk: &Desk, id: &str, author: &str) -> (CaseId, PostId) {
    desk.hears(vec![post(id, author, TEXT)]).await;
    let mut all = Vec::new();
    for queue in bedside_core::case::Queue::ALL {
        all.extend(desk.queue(queue).await);
    }
    let newest = all.into_iter().max_by_key(|case| case.number).unwrap();
    (newest.id, newest.post)
}

fn wrong(post: PostId, found: Found) -> Wrong<'static> {
    Wrong { post, found, is_missing: false, draft: None, span: None, words: "", right: "", comment: "" }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_wrongly_is_kept_sealed_and_exported_as_rows() {
    let desk = open().await;
    let eva = privacy_officer(&desk).await;
    let (case, post) = heard(&desk, "q1", "petra").await;
    let topic = Wrong { right: "praise", comment: "war Lob", ..wrong(post, Found::Topic(Topic::Complaint)) };
    desk.road.say_wrong(desk.mara, case, topic).await.unwrap();
    let name = Found::Signal(SignalKind::Identifier);
    let name = Wrong { is_missing: true, words: "Anna Beck", right: "name", ..wrong(post, name) };
    desk.road.say_wrong(desk.mara, case, name).await.unwrap();
    let draft = Some(("de", "Danke für Ihren Aufenthalt bei uns."));
    let guard = Wrong {
        draft,
        span: Some(TextSpan { start: 0, end: 5 }),
        ..wrong(post, Found::Guard(guard::Kind::ConfirmsRelationship))
    };
    desk.road.say_wrong(eva, case, guard).await.unwrap();

    let mut tx = desk.store.begin_read().await.unwrap();
    let counts = examples::counts(&mut tx, desk.site).await.unwrap();
    drop(tx);
    assert_eq!(counts.iter().map(|(.., n)| n).sum::<i64>(), 3);
    assert!(!desk.written().contains("war lob") && !desk.written().contains("anna beck"), "sealed");

    let exported = desk.road.export_examples(Some(eva), &[desk.site]).await.unwrap();
    assert_eq!((exported.rows.len(), exported.erased), (3, 0));
    let row = exported.rows.iter().find(|row| row.get("not").is_some()).unwrap();
    assert_eq!(
        (row["label"].as_str(), row["not"][0].as_str(), row["comment"].as_str()),
        (Some("praise"), Some("complaint"), Some("war Lob"))
    );
    let spans = exported.rows.iter().find_map(|row| row.get("spans")).unwrap().as_array().unwrap();
    let start = TEXT.chars().count() - TEXT.split("Anna").nth(1).unwrap().chars().count() - 4;
    assert!(spans.contains(&serde_json::json!({ "start": start, "end": start + 9, "type": "NAME" })), "{spans:?}");
    let draft = exported.rows.iter().find(|row| row.get("draft").is_some()).unwrap();
    assert_eq!((draft["inbound_post"].as_str().is_some(), draft["jurisdiction"].as_str()), (true, Some("DE")));
    let kinds = kinds(&desk).await;
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::FindingWrong).count(), 3);
    assert!(kinds.contains(&Kind::ExamplesExported));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_goes_with_who_wrote_the_text() {
    let desk = open().await;
    let (case, post) = heard(&desk, "q1", "petra").await;
    desk.road.say_wrong(desk.mara, case, wrong(post, Found::Topic(Topic::Complaint))).await.unwrap();
    let (other, theirs) = heard(&desk, "q2", "olga").await;
    desk.road.say_wrong(desk.mara, other, wrong(theirs, Found::Urgency(Urgency::LookNow))).await.unwrap();
    let hash = desk.store.lookup().hash(&["author", &desk.channel.to_string(), "petra"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(desk.store.keys().erase(&owner).await.unwrap());
    let exported = desk.road.export_examples(None, &[desk.site]).await.unwrap();
    assert_eq!((exported.rows.len(), exported.erased), (1, 1));
    assert_eq!(exported.rows[0]["urgency"], "none");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_says_and_exports_nothing_and_words_must_stand_in_the_text() {
    let desk = open().await;
    let (case, post) = heard(&desk, "q1", "petra").await;
    assert!(matches!(desk.road.export_examples(Some(desk.jonas), &[desk.site]).await, Err(ActError::Refused(_))));
    let missing = |words| Wrong { is_missing: true, words, ..wrong(post, Found::Signal(SignalKind::StaffNamed)) };
    for (what, error) in [
        (missing("Schwester Gisela"), "words_not_found"),
        (missing(""), "words_missing"),
        (Wrong { right: "nonsense", ..wrong(post, Found::Topic(Topic::Complaint)) }, "right_unknown"),
        (
            Wrong { span: Some(TextSpan { start: 3, end: 9_999 }), ..wrong(post, Found::Signal(SignalKind::When)) },
            "words_not_found",
        ),
        (wrong(post, Found::Guard(guard::Kind::DateOfCare)), "text_missing"),
    ] {
        let refused = desk.road.say_wrong(desk.mara, case, what).await;
        assert!(matches!(refused, Err(ActError::Invalid(word)) if word == error), "{error}: {refused:?}");
    }
    let (other, _) = heard(&desk, "q2", "olga").await;
    let elsewhere = desk.road.say_wrong(desk.mara, other, wrong(post, Found::Topic(Topic::Complaint))).await;
    assert!(matches!(elsewhere, Err(ActError::Gone)), "a post of another case");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_in_full_is_logged_and_holds_for_a_working_day() {
    let desk = open().await;
    let eva = privacy_officer(&desk).await;
    let (case, _) = heard(&desk, "q1", "petra").await;
    let is_full =
        async |at| examples::is_full(&mut desk.store.begin_read().await.unwrap(), eva, case, at).await.unwrap();
    assert!(!is_full(desk.now()).await);
    desk.road.open_in_full(eva, case).await.unwrap();
    assert!(is_full(desk.now()).await);
    assert!(!is_full(desk.now().plus(bedside_core::time::Span::hours(9))).await);
    assert!(kinds(&desk).await.contains(&Kind::OpenedInFull));
}
