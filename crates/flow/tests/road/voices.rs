//! Several posts in one thread: edited ones, late ones, and other voices. None takes away what another is owed.

use bedside_core::{
    case::{Queue, Rank},
    policy::Speech,
    post::{Inbound, Standing, Upstream},
    time::Span,
};
use bedside_flow::{Change, PersonDecision};
use bedside_store::cases::CaseRow;

use crate::house::{Desk, NOW, open, post};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const GRIEF: &str = "Mein Vater ist heute früh um acht bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";
const PARKING: &str = "Wo kann ich bei Ihnen parken?";

/// A post in the thread of `g0`, so many minutes old.
fn in_thread(id: &str, author: &str, text: &str, minutes: i64) -> Inbound {
    let in_reply_to = (id != "g0").then(|| "g0".to_owned());
    Inbound { in_reply_to, at: NOW.minus(Span::minutes(minutes)), ..post(id, author, text) }
}

async fn the_case(desk: &Desk) -> CaseRow {
    let mut all = Vec::new();
    for queue in Queue::ALL {
        all.extend(desk.queue(queue).await);
    }
    assert_eq!(all.len(), 1, "one thread, one case");
    all.remove(0)
}

fn is_held(case: &CaseRow) -> bool {
    matches!(case.decision.speech, Speech::Hold(_)) && case.hold_until.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_older_post_leaves_the_hold_of_the_later_one() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", PARKING, 9), in_thread("g1", "lisbeth", GRIEF, 5)]).await;
    let held = the_case(&desk).await;
    assert!(is_held(&held), "{:?}", held.decision);
    let edited = in_thread("g0", "lisbeth", "Wo kann ich bei Ihnen bitte parken?", 9);
    desk.take(vec![Upstream::Edited(Box::new(edited))], Standing::Live).await;
    desk.after(Span::seconds(1)).await;
    let case = the_case(&desk).await;
    assert_eq!(case.post, held.post);
    assert!(is_held(&case), "{:?}", case.decision);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_comes_late_tells_but_does_not_take_the_case_over() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", GRIEF, 5)]).await;
    let held = the_case(&desk).await;
    desk.hears(vec![in_thread("g1", "lisbeth", PARKING, 9)]).await;
    desk.after(Span::seconds(1)).await;
    let case = the_case(&desk).await;
    assert_eq!(case.post, held.post);
    assert!(is_held(&case), "{:?}", case.decision);

    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", PARKING, 1)]).await;
    assert!(matches!(the_case(&desk).await.decision.speech, Speech::Permitted { .. }));
    desk.hears(vec![in_thread("g1", "lisbeth", GRIEF, 5)]).await;
    desk.after(Span::seconds(1)).await;
    let case = the_case(&desk).await;
    assert!(!matches!(case.decision.speech, Speech::Permitted { .. }), "who grieves gets no form: {:?}", case.decision);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_comes_late_is_an_alarm() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", PARKING, 1)]).await;
    let mut ticks = desk.road.watch();
    desk.hears(vec![in_thread("g1", "lisbeth", CRISIS, 5)]).await;
    assert_eq!(ticks.recv().await.unwrap().change, Change::Alarm);
    let case = the_case(&desk).await;
    assert_eq!((case.rank, &case.decision.speech), (Rank::ALARM, &Speech::LeftToPerson));

    desk.road.take_alarm(desk.mara, case.id).await.unwrap();
    desk.hears(vec![in_thread("g2", "lisbeth", "Wann ist Besuchszeit?", 7)]).await;
    desk.after(Span::seconds(1)).await;
    let after = the_case(&desk).await;
    assert_eq!(
        (after.post, after.alarm_taken_by),
        (case.post, Some(desk.mara)),
        "an older harmless post changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_voice_is_seen_at_once_and_heard_when_the_case_is_closed() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "petra", PARKING, 9)]).await;
    let first = the_case(&desk).await;
    desk.road.opened(desk.mara, first.id).await.unwrap();
    let mut ticks = desk.road.watch();
    desk.hears(vec![in_thread("g1", "kai", "Und wann ist Besuchszeit?", 5)]).await;
    assert_eq!(ticks.recv().await.unwrap().change, Change::Changed);
    let case = the_case(&desk).await;
    assert_eq!((case.post, case.opened_by), (first.post, None), "unread, and still about the first");

    desk.road.resolve(desk.mara, case.id).await.unwrap();
    while desk.road.assess_next().await.unwrap() > 0 {}
    let case = the_case(&desk).await;
    assert_ne!((case.queue, case.author), (Queue::Done, first.author));
    assert!(matches!(case.decision.speech, Speech::Permitted { .. }), "{:?}", case.decision);

    desk.road.resolve(desk.mara, case.id).await.unwrap();
    while desk.road.assess_next().await.unwrap() > 0 {}
    assert_eq!(the_case(&desk).await.queue, Queue::Done, "each is heard once");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_voice_is_heard_when_the_case_falls_silent() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "petra", PARKING, 9), in_thread("g1", "kai", "Und wann ist Besuchszeit?", 5)])
        .await;
    let first = the_case(&desk).await;
    desk.clock.pass(Span::seconds(1));
    desk.road.decide(desk.jonas, first.id, PersonDecision::Silent, "Schon beantwortet").await.unwrap();
    while desk.road.assess_next().await.unwrap() > 0 {}
    let case = the_case(&desk).await;
    assert_eq!(case.queue, Queue::Now);
    assert_ne!(case.author, first.author);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_of_another_voice_stands_beside_a_hold_and_swallows_it_not() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", GRIEF, 9)]).await;
    let held = the_case(&desk).await;
    let mut ticks = desk.road.watch();
    desk.hears(vec![in_thread("g1", "nachtwache", CRISIS, 5)]).await;
    assert_eq!(ticks.recv().await.unwrap().change, Change::Alarm);
    let case = the_case(&desk).await;
    assert_eq!((case.post, case.hold_until, case.rank), (held.post, held.hold_until, Rank::ALARM));
    assert!(is_held(&case), "{:?}", case.decision);
    assert!(case.decision.because.iter().any(|one| one.action == "escalate_now"));

    desk.clock.pass(Span::minutes(2));
    desk.road.take_alarm(desk.mara, case.id).await.unwrap();
    assert!(is_held(&the_case(&desk).await));
    desk.clock.pass(Span::minutes(2));
    desk.road.resolve(desk.mara, case.id).await.unwrap();
    while desk.road.assess_next().await.unwrap() > 0 {}
    let case = the_case(&desk).await;
    assert_ne!((case.queue, case.author), (Queue::Done, held.author), "who was in danger is answered next");
    assert_eq!(case.alarm_taken_by, Some(desk.mara), "the alarm that somebody took is not raised again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_beside_an_escalation_wakes_by_the_clock() {
    let desk = open().await;
    desk.hears(vec![in_thread("g0", "lisbeth", GRIEF, 9), in_thread("g1", "nachtwache", CRISIS, 5)]).await;
    let held = the_case(&desk).await;
    assert_eq!((held.queue, is_held(&held)), (Queue::Now, true));
    desk.clock.pass(Span::hours(1));
    assert_eq!(desk.road.wake_due().await.unwrap(), 0, "not before its time");
    desk.clock.pass(Span::days(4));
    assert_eq!(desk.road.wake_due().await.unwrap(), 1);
    let woken = the_case(&desk).await;
    assert_ne!(woken.decision_id, held.decision_id);
    assert!(!is_held(&woken) && woken.decision.escalation.is_some(), "{:?}", woken.decision);
    assert_eq!(desk.road.wake_due().await.unwrap(), 0, "once");
}
