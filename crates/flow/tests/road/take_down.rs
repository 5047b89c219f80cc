//! A published reply is taken down: by those who may, also during a pause, and it is looked whether it is gone.

use bedside_core::{
    log::{Entry, Kind, Subject},
    time::Span,
};
use bedside_flow::{ActError, PauseScope};
use bedside_store::{desk, log, outbox::OutboxState};

use crate::house::open;

#[tokio::test(flavor = "multi_thread")]
async fn a_published_reply_is_taken_down_also_while_sending_is_paused() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let early = desk.road.take_down(desk.jonas, reply, "Falsche Anschrift").await;
    assert!(matches!(early, Err(ActError::Changed("reply_not_out"))), "{early:?}");
    desk.after(Span::seconds(61)).await;
    desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Großschadenslage").await.unwrap();
    desk.clock.pass(Span::seconds(1));

    assert!(matches!(desk.road.take_down(desk.mara, reply, "x").await, Err(ActError::Refused(_))));
    let silent = desk.road.take_down(desk.jonas, reply, " ").await;
    assert!(matches!(silent, Err(ActError::Invalid("reason_missing"))));
    assert_eq!(desk.platform.published().len(), 1);

    desk.road.take_down(desk.jonas, reply, "Falsche Anschrift").await.unwrap();
    assert_eq!(desk.platform.published().len(), 0);
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakenDown);
    let again = desk.road.take_down(desk.jonas, reply, "Falsche Anschrift").await;
    assert!(matches!(again, Err(ActError::Changed("reply_not_out"))), "{again:?}");

    while desk.road.sequence_next().await.unwrap() > 0 {}
    let mut tx = desk.store.begin_read().await.unwrap();
    let notes = desk::notes(&mut tx, case).await.unwrap();
    assert_eq!(notes[0].text(&desk.store).await.unwrap().unwrap().0, "Falsche Anschrift");
    let entries = log::entries(&mut tx, 0, 100).await.unwrap();
    let last = Entry::decode(&entries.last().unwrap().1).unwrap();
    assert_eq!(last.kind(), Kind::TakenDown);
    assert!(last.subjects().contains(&Subject::from(reply)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_stands_there_is_not_taken_down() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.after(Span::seconds(61)).await;
    desk.platform.keeps_what_it_has(true);
    let kept = desk.road.take_down(desk.jonas, reply, "Falsche Anschrift").await;
    assert!(matches!(kept, Err(ActError::Changed("still_there"))), "{kept:?}");
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    desk.platform.keeps_what_it_has(false);
    desk.road.take_down(desk.jonas, reply, "Falsche Anschrift").await.unwrap();
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakenDown);
}
