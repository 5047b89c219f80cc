//! A post that asks for a look: it always reaches a person, and while nobody is at the desk, the rota.

use bedside_core::{
    case::{Queue, Rank},
    log::Kind,
    time::Span,
};
use bedside_flow::Change;
use bedside_store::{
    cases::{self, CaseRow},
    sites::Staffed,
};

use crate::{
    house::{Desk, NOW, PARKING, open, open_staffed, post},
    log::kinds,
};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";

/// A case that asks for a look and that no rule makes an alarm. Which posts ask is the business of triage; what comes of it is
/// the road's.
async fn asks_for_a_look(desk: &Desk) -> CaseRow {
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let mut case = desk.queue(Queue::Now).await.remove(0);
    (case.look_by, case.rank) = (Some(desk.now().plus(Span::minutes(30))), Rank::LOOK);
    let mut tx = desk.store.begin().await.unwrap();
    cases::update(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    desk.case(case.id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_may_tell_of_a_danger_asks_for_a_look_within_half_an_hour() {
    let desk = open().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS), post("q1", "petra", PARKING)]).await;
    let look_by: Vec<_> = desk.queue(Queue::Now).await.into_iter().map(|case| case.look_by).collect();
    assert_eq!(look_by, [Some(desk.now().plus(Span::minutes(30))), None]);
    let danger = desk.queue(Queue::Now).await.remove(0);
    desk.road.take_alarm(desk.mara, danger.id).await.unwrap();
    assert_eq!(desk.case(danger.id).await.look_by, None, "who takes the alarm has looked");
}

/// Open on weekdays; the clock of the tests says Saturday, 14:00.
fn weekdays() -> Vec<Staffed> {
    (1..=5).map(|weekday| Staffed { weekday, from_min: 8 * 60, to_min: 18 * 60 }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_asks_for_a_look_lies_on_top_of_now_until_somebody_takes_it() {
    let desk = open().await;
    let case = asks_for_a_look(&desk).await;
    assert_eq!((case.queue, case.rank), (Queue::Now, Rank::LOOK));
    assert!(case.look_by.is_some());
    desk.hears(vec![post("q9", "petra", PARKING)]).await;
    let order: Vec<_> = desk.queue(Queue::Now).await.into_iter().map(|case| case.rank).collect();
    assert!(order.is_sorted() && order.last() > Some(&Rank::LOOK), "{order:?}");
    desk.road.opened(desk.mara, case.id).await.unwrap();
    assert_eq!(desk.case(case.id).await.rank, Rank::LOOK, "having looked is not having taken it");
    desk.road.assign(desk.mara, case.id, Some(desk.mara)).await.unwrap();
    let taken = desk.case(case.id).await;
    assert!(taken.look_by.is_none() && taken.rank > Rank::LOOK, "{taken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_opens_within_half_an_hour_pages_the_rota_once() {
    let desk = open_staffed(weekdays()).await;
    let case = asks_for_a_look(&desk).await;
    desk.after(Span::minutes(29)).await;
    assert!(desk.case(case.id).await.decision.escalation.is_none(), "there is still time");
    let mut ticks = desk.road.watch();
    desk.after(Span::minutes(2)).await;
    let paged = desk.case(case.id).await;
    let called = paged.decision.escalation.as_ref().expect("an alarm");
    assert!(called.is_alarm() && called.to.contains(&"desk-on-call".to_owned()), "{called:?}");
    assert_eq!((paged.rank, paged.alarm_due_at), (Rank::ALARM, Some(desk.now().plus(Span::minutes(10)))));
    assert_eq!(paged.decision.speech, case.decision.speech, "what is said is another matter");
    let told = std::iter::from_fn(|| ticks.try_recv().ok()).find(|tick| tick.case == Some(case.id));
    assert_eq!(told.map(|tick| tick.change), Some(Change::Alarm));
    desk.after(Span::hours(2)).await;
    let paged: Vec<Kind> = kinds(&desk).await.into_iter().filter(|kind| *kind == Kind::LookPaged).collect();
    assert_eq!(paged.len(), 1);
    desk.road.take_alarm(desk.jonas, case.id).await.unwrap();
    desk.after(Span::hours(2)).await;
    assert_eq!(desk.case(case.id).await.alarm_taken_by, Some(desk.jonas), "and nobody is called again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_opened_in_time_pages_nobody() {
    let desk = open_staffed(weekdays()).await;
    let case = asks_for_a_look(&desk).await;
    desk.after(Span::minutes(20)).await;
    desk.road.opened(desk.mara, case.id).await.unwrap();
    desk.after(Span::hours(3)).await;
    assert!(desk.case(case.id).await.decision.escalation.is_none());
    let kinds = kinds(&desk).await;
    assert!(kinds.contains(&Kind::LookOpened) && !kinds.contains(&Kind::LookPaged), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_is_at_the_desk_the_rota_sleeps_and_afterwards_it_is_paged() {
    let saturday = vec![Staffed { weekday: 6, from_min: 8 * 60, to_min: 18 * 60 }];
    let desk = open_staffed(saturday).await;
    assert_eq!(NOW.to_rfc3339(), "2026-11-14T13:00:00Z");
    let case = asks_for_a_look(&desk).await;
    desk.after(Span::hours(3)).await;
    assert!(desk.case(case.id).await.decision.escalation.is_none(), "five in the afternoon");
    desk.after(Span::minutes(61)).await;
    assert!(desk.case(case.id).await.decision.escalation.is_some(), "everybody has gone home");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_set_no_hours_is_paged_for() {
    let desk = open().await;
    let case = asks_for_a_look(&desk).await;
    desk.after(Span::minutes(31)).await;
    assert!(desk.case(case.id).await.decision.escalation.is_some(), "nobody knows whether somebody is there");
}
