//! Moving: what leaves one engine arrives on the other, bit for bit, also after an interruption and over what changed since.

use bedside_core::{
    id::{MergeId, PatientId},
    media::{Media, MediaKind, Picture},
    time::Span,
};

use super::{
    NOW, database, master, sqlite,
    story::{House, case_of, house, inbound, sent, take},
};
use crate::{
    Location, Store, StoreError,
    db::Db,
    emr::patient,
    media, migrate,
    moving::{Places, copy, is_free},
    posts,
    value::args,
};

/// A store in which rows of many tables point at each other, also at their own: the younger patient is kept under the elder and
/// is stored before it, as its id sorts first.
async fn filled(store: &Store) -> House {
    let house = house(store).await;
    let hung = bedside_core::post::Inbound {
        media_count: 20,
        media: vec![Media::new(MediaKind::Picture, Some("https://s.example/a.png".to_owned()))],
        ..inbound("p1", "petra", "Guten Tag", None)
    };
    let post = take(store, house, &[hung, inbound("p2", "karl", "Danke", None)]).await[0];
    let mut tx = store.begin().await.unwrap();
    let wanted = media::claim(&mut tx, house.1, Span::minutes(1), 9, NOW).await.unwrap().remove(0);
    let key = store.key_of_media(&wanted).await.unwrap().unwrap();
    let picture = Picture { jpeg: b"a ward".to_vec(), blurred: b"its colours".to_vec(), width: 4, height: 3 };
    assert!(media::keep(&mut tx, &wanted, &picture, &key).await.unwrap());
    tx.commit().await.unwrap();
    let case = case_of(store, house, post).await;
    sent(store, house, &case).await;
    let key = store.keys().of("patient", NOW).await.unwrap();
    let record = |n: u8| patient::PatientRow::unstored(PatientId::new(NOW, &[n; 10]), house.0, &key);
    let mut tx = store.begin().await.unwrap();
    for one in [record(1), record(2)] {
        patient::insert(&mut tx, &one, &patient::PatientText::default(), &key, NOW).await.unwrap();
    }
    let edge = patient::Edge { id: MergeId::new(NOW, &[1; 10]), message: None, told_by: None };
    assert!(patient::merge(&mut tx, &record(1), &record(2), &edge, NOW).await.unwrap());
    tx.commit().await.unwrap();
    house
}

async fn bring(from: &Location, to: &Location) -> Result<u64, StoreError> {
    let moved = copy(&Places::of(from), &Places::of(to), NOW, &mut |_| {}).await?;
    assert!(moved.len() > 40, "{} tables", moved.len());
    assert!(moved.iter().find(|one| one.table == "patient").unwrap().rows == 2);
    Ok(moved.iter().map(|one| one.written).sum())
}

/// What can be read there.
async fn texts_of(location: &Location) -> Vec<String> {
    let store = Store::open(location, &master(), NOW).await.unwrap();
    let mut tx = store.begin_read().await.unwrap();
    let mut rows = Vec::new();
    for row in tx.rows_text("SELECT id FROM post ORDER BY id", args![]).await.unwrap() {
        rows.push(posts::by_id(&mut tx, row.id(0).unwrap()).await.unwrap().unwrap());
    }
    let merged = tx.rows_text("SELECT COUNT(*) FROM patient WHERE merged_into IS NOT NULL", args![]).await.unwrap();
    assert_eq!(merged[0].int(0).unwrap(), 1);
    let hung = rows.iter().find(|row| row.media_count == 20).unwrap();
    let row = media::one(&mut tx, hung.id, 0).await.unwrap().unwrap();
    assert_eq!(store.picture(&mut tx, &row, media::Form::Blurred).await.unwrap().unwrap().0, b"its colours");
    assert_eq!(media::of_post(&mut tx, hung.id).await.unwrap().len(), 20, "more than a page of them");
    drop(tx);
    let opened = store.open_posts(&rows).await.unwrap();
    store.close().await;
    let mut texts: Vec<String> = opened.into_iter().map(|one| one.text().unwrap().0.0.text).collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn a_group_goes_to_postgres_and_back_while_it_is_in_use() {
    let (store, folder) = sqlite().await;
    let house = filled(&store).await;
    let here = Location::Folder(folder.path().to_owned());
    let there = Location::Postgres(database().await);
    assert!(is_free(&Places::of(&there)).await.unwrap());
    let first = bring(&here, &there).await.unwrap();
    assert!(first > 15, "{first} rows");
    assert_eq!(texts_of(&there).await, ["Danke", "Guten Tag"]);
    assert!(!is_free(&Places::of(&there)).await.unwrap());

    let back = tempfile::tempdir().unwrap();
    let back = Location::Folder(back.path().to_owned());
    std::fs::create_dir_all(match &back {
        Location::Folder(folder) => folder.join("keys"),
        Location::Postgres(_) => unreachable!(),
    })
    .unwrap();
    bring(&there, &back).await.unwrap();
    assert_eq!(texts_of(&back).await, ["Danke", "Guten Tag"]);

    // What changed since, and what is gone, is brought up to date; what is alike is not written again.
    take(&store, house, &[inbound("p3", "petra", "Und noch etwas", Some("p1"))]).await;
    let mut tx = store.begin().await.unwrap();
    tx.run_text("DELETE FROM outbox", args![]).await.unwrap();
    tx.run_text("UPDATE patient SET removed_at = $1 WHERE merged_into IS NULL", args![NOW]).await.unwrap();
    tx.commit().await.unwrap();
    let second = bring(&here, &back).await.unwrap();
    assert!(second > 0 && second < first, "{second} of {first} rows");
    assert_eq!(texts_of(&back).await, ["Danke", "Guten Tag", "Und noch etwas"]);
    assert_eq!(bring(&here, &back).await.unwrap(), 0);
}

#[tokio::test]
async fn half_a_copy_is_opened_by_nobody_and_finished_by_doing_it_again() {
    let (store, folder) = sqlite().await;
    filled(&store).await;
    let here = Location::Folder(folder.path().to_owned());
    let half = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(half.path().join("keys")).unwrap();
    let there = Location::Folder(half.path().to_owned());
    let copying = tokio::spawn({
        let (here, there) = (here.clone(), there.clone());
        async move {
            // Ends in the middle, as a process that is killed does.
            copy(&Places::of(&here), &Places::of(&there), NOW, &mut |moved| assert!(moved.table != "post", "killed"))
                .await
        }
    });
    assert!(copying.await.unwrap_err().is_panic());
    // The connections of who was killed close in their own time.
    let opened = loop {
        match Store::open(&there, &master(), NOW).await.map(drop) {
            Err(StoreError::Open { .. }) => tokio::task::yield_now().await,
            opened => break opened,
        }
    };
    assert!(matches!(opened, Err(StoreError::HalfMoved)), "{opened:?}");
    assert!(matches!(bring(&there, &here).await, Err(StoreError::HalfMoved)), "half a copy is no source");
    assert!(is_free(&Places::of(&there)).await.unwrap());
    bring(&here, &there).await.unwrap();
    assert_eq!(texts_of(&there).await, ["Danke", "Guten Tag"]);
    assert!(!is_free(&Places::of(&there)).await.unwrap());
    for file in ["bedside.db", "bedside.db-wal", "bedside.db-shm"] {
        std::fs::remove_file(half.path().join(file)).ok();
    }
    assert!(!is_free(&Places::of(&there)).await.unwrap(), "keys whose data lies elsewhere are somebody's");
}

#[tokio::test]
async fn what_somebody_else_writes_into_a_copy_is_found_and_other_versions_are_refused() {
    let (store, folder) = sqlite().await;
    filled(&store).await;
    let here = Location::Folder(folder.path().to_owned());
    let copied = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(copied.path().join("keys")).unwrap();
    let there = Location::Folder(copied.path().to_owned());
    bring(&here, &there).await.unwrap();
    let meddler = Db::sqlite(&copied.path().join("bedside.db"), 100).await.unwrap();
    let mut tx = meddler.begin().await.unwrap();
    // Whatever is written is changed at once, as a second program would.
    tx.script("CREATE TRIGGER meddle AFTER UPDATE ON site BEGIN UPDATE site SET name = 'other' WHERE id = NEW.id; END")
        .await
        .unwrap();
    tx.run_text("UPDATE site SET name = 'x'", args![]).await.unwrap();
    tx.commit().await.unwrap();
    let error = bring(&here, &there).await.unwrap_err();
    assert!(matches!(&error, StoreError::NotArrived { table, rows: 1 } if table == "site"), "{error}");
    let mut tx = store.begin().await.unwrap();
    tx.run(migrate::MARK, args!["9999_future", NOW]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(bring(&here, &there).await, Err(StoreError::OtherVersion)));
}
