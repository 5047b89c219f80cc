//! What hangs on posts, on both engines: sealed, claimed once, seen once, and carried by a move.

use bedside_core::{
    media::{Media, MediaKind, Picture},
    time::Span,
};

use super::{
    NOW, postgres, sqlite,
    story::{house, inbound, take},
};
use crate::{
    Store, keeping,
    media::{self, Form, State},
    posts,
};

fn ward() -> Picture {
    Picture { jpeg: vec![7; 300_000], blurred: vec![8; 2_000], width: 2_048, height: 1_536 }
}

async fn pictures_are_kept_sealed_and_opened_once_seen(store: &Store) {
    let house = house(store).await;
    let told =
        Media::new(MediaKind::Picture, Some("https://s.example/a.png".into())).described(Some("Flur, zwei Betten"));
    let hung = bedside_core::post::Inbound {
        media_count: 3,
        media: vec![told.clone(), Media::new(MediaKind::Video, Some("https://s.example/b.mp4".into()))],
        ..inbound("p1", "petra", "Seht her", None)
    };
    let ids = take(store, house, &[hung, inbound("p2", "kai", "Danke", None)]).await;
    let mut tx = store.begin_read().await.unwrap();
    let rows = posts::rows(&mut tx, &ids).await.unwrap();
    let post = rows.iter().find(|row| row.id == ids[0]).unwrap();
    assert_eq!((post.media_count, post.media_unseen), (3, 3));
    let hung = media::of_thread(&mut tx, post.thread).await.unwrap();
    assert_eq!(hung, media::of_post(&mut tx, post.id).await.unwrap());
    let kinds: Vec<_> = hung.iter().map(|row| (row.n, row.kind, row.state)).collect();
    assert_eq!(
        kinds,
        [
            (0, MediaKind::Picture, State::Wanted),
            (1, MediaKind::Video, State::Elsewhere),
            (2, MediaKind::Unknown, State::Elsewhere)
        ]
    );
    assert_eq!(store.open_media(&hung).await.unwrap()[0].as_ref().unwrap().0, told);
    assert!(media::is_due(&mut tx, house.1, NOW).await.unwrap());
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    let claimed = media::claim(&mut tx, house.1, Span::minutes(5), 9, NOW).await.unwrap();
    assert_eq!((claimed.len(), claimed[0].attempts), (1, 1));
    assert!(media::claim(&mut tx, house.1, Span::minutes(5), 9, NOW).await.unwrap().is_empty(), "leased");
    let key = store.key_of_media(&claimed[0]).await.unwrap().unwrap();
    assert!(media::keep(&mut tx, &claimed[0], &ward(), &key).await.unwrap());
    assert!(!media::keep(&mut tx, &claimed[0], &ward(), &key).await.unwrap(), "kept once");
    let row = media::one(&mut tx, post.id, 0).await.unwrap().unwrap();
    assert_eq!((row.state, row.width, row.height), (State::Kept, 2_048, 1_536));
    assert!(store.picture(&mut tx, &row, Form::Full).await.unwrap().is_none());
    assert!(media::mark_seen(&mut tx, post.id, 0, NOW).await.unwrap());
    assert!(!media::mark_seen(&mut tx, post.id, 0, NOW).await.unwrap());
    assert_eq!(store.picture(&mut tx, &row, Form::Full).await.unwrap().unwrap().0, ward().jpeg);
    assert_eq!(store.picture(&mut tx, &row, Form::Blurred).await.unwrap().unwrap().0, ward().blurred);
    assert_eq!(posts::by_id(&mut tx, post.id).await.unwrap().unwrap().media_unseen, 2);

    media::replace(&mut tx, post, &[told], &key, NOW).await.unwrap();
    let row = media::one(&mut tx, post.id, 0).await.unwrap().unwrap();
    assert_eq!((row.state, row.seen_at), (State::Wanted, None));
    assert!(
        !media::keep(&mut tx, &claimed[0], &ward(), &key).await.unwrap(),
        "what was fetched before is not wanted now"
    );
    let post = posts::by_id(&mut tx, post.id).await.unwrap().unwrap();
    assert_eq!((post.media_count, post.media_unseen), (1, 1));
    keeping::empty_posts(&mut tx, &[post.id], NOW).await.unwrap();
    assert_eq!(
        media::of_post(&mut tx, post.id).await.unwrap(),
        [],
        "it goes with its post, also where the author's key stays"
    );
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn pictures_on_sqlite() {
    pictures_are_kept_sealed_and_opened_once_seen(&sqlite().await.0).await;
}

#[tokio::test]
async fn pictures_on_postgres() {
    pictures_are_kept_sealed_and_opened_once_seen(&postgres().await).await;
}
