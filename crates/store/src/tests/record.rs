//! The story of the record's messages.

use bedside_core::{
    id::{EmrLinkId, EmrMessageId},
    time::Span,
};

use super::{NOW, story::house};
use crate::{
    Store, channels,
    emr::{
        link,
        message::{self, MessageState},
    },
};

pub(super) async fn messages_of_the_record_are_counted_listed_and_found(store: &Store) {
    let (site, _) = house(store).await;
    let row = |n: u8, slug: &str| link::LinkRow {
        id: EmrLinkId::new(NOW, &[n; 10]),
        site,
        slug: slug.to_owned(),
        kind: link::LinkKind::Hl7In,
        name: slug.to_uppercase(),
        keep_days: 7,
        health: channels::Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    let kis = link::put(&mut tx, &row(1, "kis"), NOW).await.unwrap();
    link::put(&mut tx, &row(2, "lab"), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let key = store.keys().of(&message::key_owner(kis.id, NOW), NOW).await.unwrap();
    let text = message::MessageText { control_id: "C".to_owned(), event: None };
    let states = [MessageState::New, MessageState::Refused, MessageState::New, MessageState::New];
    let new: Vec<(message::NewMessage<'_>, _)> = (0_u8..)
        .zip(states)
        .map(|(n, state)| {
            let at = NOW.plus(Span::seconds(i64::from(n)));
            let id = EmrMessageId::new(at, &[n; 10]);
            let same = message::same(store, "C", &[n]);
            let trigger = "ADT^A01";
            (
                message::NewMessage {
                    id,
                    link: kis.id,
                    same,
                    trigger,
                    text: &text,
                    raw: b"",
                    flaws: &[],
                    state,
                    code: "",
                    at,
                },
                key.clone(),
            )
        })
        .collect();
    let ids: Vec<EmrMessageId> = new.iter().map(|(message, _)| message.id).collect();
    assert_eq!(message::insert(store, &new).await.unwrap().len(), 4);
    let mut tx = store.begin().await.unwrap();
    message::done(&mut tx, &[(ids[3], MessageState::Failed, "no_identifier", None)]).await.unwrap();
    let waiting = message::waiting_by_link(&mut tx).await.unwrap();
    assert_eq!(waiting.into_iter().collect::<Vec<_>>(), [(kis.id, (2, NOW))]);
    assert_eq!(message::failed(&mut tx, kis.id).await.unwrap(), 1);
    for (state, expect) in [
        (None, vec![3, 2, 1, 0]),
        (Some(MessageState::New), vec![2, 0]),
        (Some(MessageState::Refused), vec![1]),
        (Some(MessageState::Failed), vec![3]),
        (Some(MessageState::Applied), vec![]),
    ] {
        let found = message::last(&mut tx, kis.id, state, 9).await.unwrap();
        let expect: Vec<EmrMessageId> = expect.into_iter().map(|n: usize| ids[n]).collect();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), expect, "{state:?}");
    }
    assert_eq!(message::last(&mut tx, kis.id, None, 2).await.unwrap().len(), 2);
    assert_eq!(link::by_slug(&mut tx, "kis").await.unwrap(), Some(kis));
    assert_eq!(link::by_slug(&mut tx, "none").await.unwrap(), None);
}
