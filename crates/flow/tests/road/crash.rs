//! The process dies at every step of sending; the reply is on the platform exactly once all the same.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bedside_core::time::Span;
use bedside_flow::{SendStep, Witness};
use bedside_store::outbox::OutboxState;

use crate::{house::open, platform::Mood};

/// Dies once, at one step.
struct DiesAt(SendStep, AtomicBool);

impl Witness for DiesAt {
    fn goes_on(&self, step: SendStep) -> bool {
        step != self.0 || self.1.swap(true, Ordering::SeqCst)
    }
}

async fn dies_at(step: SendStep, mood: Mood) {
    let mut desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.will(&[mood]);
    let death = Arc::new(DiesAt(step, AtomicBool::new(false)));
    desk.restart(Some(Arc::clone(&death) as Arc<dyn Witness>));
    desk.after(Span::seconds(61)).await;
    assert!(death.1.load(Ordering::SeqCst), "{step:?} was never reached");
    desk.restart(None);
    for _ in 0..5 {
        desk.after(Span::minutes(2)).await;
    }
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed, "{step:?} {mood:?}");
    assert_eq!(desk.platform.published().len(), 1, "{step:?} {mood:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_said_exactly_once_whenever_the_process_dies() {
    for step in [SendStep::Due, SendStep::Claimed, SendStep::Answered, SendStep::Settled] {
        for mood in [Mood::Answers, Mood::AcceptsAndSays500, Mood::Says500] {
            dies_at(step, mood).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_after_a_crash_lets_nothing_leave_again() {
    let mut desk = open().await;
    desk.approved().await;
    desk.restart(Some(Arc::new(DiesAt(SendStep::Claimed, AtomicBool::new(false)))));
    desk.after(Span::seconds(61)).await;
    desk.restart(None);
    desk.road.pause(desk.mara, bedside_flow::PauseScope::Site(desk.site), "Angehörige zuerst").await.unwrap();
    for _ in 0..5 {
        desk.after(Span::minutes(2)).await;
    }
    assert_eq!(desk.platform.calls(), 0);
}
