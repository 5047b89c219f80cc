//! Sending under trouble: pause at every moment, threads that change, servers that are slow, unclear or refuse.

use std::sync::Arc;

use bedside_core::{
    case::Queue,
    channel::Fault,
    policy::{Speech, SpeechForm},
    post::{Standing, Upstream},
    time::Span,
};
use bedside_flow::{Change, PauseScope, SendStep, Witness};
use bedside_store::{drafts, outbox::OutboxState};
use tokio::sync::watch;

use crate::{
    house::{Desk, NOW, PARKING, open, post},
    platform::{Mood, Slow},
};

#[tokio::test(flavor = "multi_thread")]
async fn one_post_that_cannot_be_looked_at_hides_none_behind_it() {
    let desk = open().await;
    for n in 1..=3 {
        desk.hears(vec![post(&format!("q{n}"), &format!("petra{n}"), PARKING)]).await;
    }
    let channel = desk.road.channel(desk.channel).unwrap();
    for fault in
        [Fault::Refused { status: 403, code: "no".to_owned() }, Fault::Malformed { what: "a status".to_owned() }]
    {
        let before = desk.platform.looked().len();
        desk.platform.hides("q1", Some(fault));
        desk.road.look_upstream(&channel, None).await.unwrap();
        assert_eq!(desk.platform.looked().split_off(before), ["q1", "q2", "q3"]);
    }
    let before = desk.platform.looked().len();
    desk.platform.hides("q1", Some(Fault::RateLimited { after: Span::seconds(60) }));
    let next = desk.road.look_upstream(&channel, None).await.unwrap();
    assert_eq!(desk.platform.looked().split_off(before), ["q1"], "a server that asks for patience gets it");
    desk.road.look_upstream(&channel, next).await.unwrap();
    assert_eq!(desk.platform.looked().split_off(before + 1), ["q2", "q3"], "it goes on behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_comes_back_when_another_post_of_the_thread_was_changed() {
    for is_deleted in [false, true] {
        let desk = open().await;
        let mut other = post("m1", "max", "Das habe ich mich auch schon gefragt.");
        other.at = NOW.minus(Span::minutes(2));
        other.in_reply_to = Some("q1".to_owned());
        let (_, reply) = desk.approved().await;
        desk.hears(vec![other.clone()]).await;
        desk.clock.pass(Span::seconds(1));
        other.text = "Meine Mutter ist heute dort gestorben.".to_owned();
        let news = if is_deleted {
            Upstream::Deleted { external_id: "m1".to_owned() }
        } else {
            Upstream::Edited(Box::new(other))
        };
        desk.take(vec![news], Standing::Live).await;
        desk.after(Span::seconds(61)).await;
        assert_eq!(desk.reply(reply).await.code, "thread_changed");
        assert_eq!(desk.platform.calls(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_waits_while_its_post_cannot_be_looked_at_and_comes_back_in_the_end() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.hides("q1", Some(Fault::Unreachable));
    desk.after(Span::seconds(61)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str(), desk.platform.calls()), (OutboxState::Waiting, "not_looked_at", 0));
    desk.platform.hides("q1", None);
    desk.after(Span::minutes(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);

    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.platform.hides("q1", Some(Fault::TimedOut));
    for _ in 0..20 {
        desk.after(Span::minutes(10)).await;
    }
    let row = desk.reply(reply).await;
    assert_eq!((row.state, desk.platform.calls()), (OutboxState::Returned, 0));
    assert_eq!(desk.case(case).await.returned_code.as_deref(), Some("not_looked_at"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_reply_keeps_its_time_and_nobody_asks_its_server() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    let due = desk.reply(reply).await.due_at;
    let pause = desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Großschadenslage").await.unwrap().id;
    for _ in 0..3 {
        desk.after(Span::minutes(2)).await;
    }
    assert_eq!((desk.reply(reply).await.due_at, desk.platform.looked().len()), (due, 0));
    desk.road.resume(desk.jonas, desk.site, pause).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_during_a_pause_is_decided_anew_after_it() {
    let desk = open().await;
    let pause = desk.road.pause(desk.mara, PauseScope::Group(desk.site), "Großschadenslage").await.unwrap().id;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!(case.decision.speech, Speech::LeftToPerson);
    desk.clock.pass(Span::minutes(10));
    desk.road.resume(desk.jonas, desk.site, pause).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let speech = desk.case(case.id).await.decision.speech;
    assert_eq!(speech, Speech::Permitted { form: SpeechForm::AnswerPublicGeneric });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_to_say_whether_it_is_there_is_no_refusal_of_the_reply() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.will(&[Mood::AcceptsAndSays500]);
    desk.platform.finds_badly(Some(Fault::Refused { status: 403, code: "no".to_owned() }));
    desk.after(Span::seconds(61)).await;
    for _ in 0..3 {
        desk.after(Span::minutes(2)).await;
        assert_eq!(desk.reply(reply).await.state, OutboxState::Unsure);
    }
    desk.platform.finds_badly(None);
    desk.after(Span::minutes(30)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.platform.published().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_becomes_clear_goes_to_a_person_and_is_looked_for_before_it_is_said_again() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.platform.will(&[Mood::AcceptsAndSays500]);
    desk.platform.finds_badly(Some(Fault::Unreachable));
    for _ in 0..200 {
        desk.after(Span::minutes(15)).await;
    }
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Failed, "unsure"));
    let prepared_at = row.prepared_at;

    desk.platform.finds_badly(None);
    let mut tx = desk.store.begin_read().await.unwrap();
    let draft = drafts::latest(&mut tx, case).await.unwrap().unwrap();
    drop(tx);
    let again = desk.queued(draft.id).await;
    assert_eq!((again, desk.reply(again).await.prepared_at), (reply, prepared_at));
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.platform.published().len(), 1, "it was there all along");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_an_unclear_attempt_does_not_forget_it() {
    for second in [Mood::AsksForPatience, Mood::Refuses] {
        let desk = open().await;
        let (_, reply) = desk.approved().await;
        desk.platform.will(&[Mood::AcceptsAndSays500, second]);
        desk.platform.shows_nothing_yet(true);
        desk.after(Span::seconds(61)).await;
        desk.after(Span::minutes(1)).await;
        assert_eq!(desk.platform.calls(), 2, "{second:?}");
        assert_eq!(desk.reply(reply).await.state, OutboxState::Unsure, "{second:?}");
        desk.platform.shows_nothing_yet(false);
        desk.after(Span::minutes(2)).await;
        assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed, "{second:?}");
        assert_eq!(desk.platform.published().len(), 1, "{second:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_is_looked_for() {
    let mut desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.settings.answer_within = Span::millis(300);
    desk.restart(None);
    desk.platform.will(&[Mood::AcceptsAndHangs]);
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Unsure);
    desk.after(Span::minutes(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!((desk.platform.published().len(), desk.platform.calls()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_while_the_post_is_looked_at_lets_nothing_leave() {
    let desk = open().await;
    desk.approved().await;
    desk.clock.pass(Span::seconds(61));
    let gate = desk.platform.is_slow(Slow::Look);
    let road = Arc::clone(&desk.road);
    let sending = tokio::spawn(async move { road.send_due().await });
    gate.is_reached().await;
    desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Bombendrohung im Haus").await.unwrap();
    gate.opens();
    sending.await.unwrap().unwrap();
    assert_eq!(desk.platform.calls(), 0);
}

/// Pauses the house between the claim and the handing over.
struct PausesAfterClaim(std::sync::OnceLock<(Arc<bedside_flow::Road>, bedside_core::id::PersonId, PauseScope)>);

impl Witness for PausesAfterClaim {
    fn goes_on(&self, step: SendStep) -> bool {
        if let (SendStep::Claimed, Some((road, by, scope))) = (step, self.0.get()) {
            let pausing = road.pause(*by, *scope, "Bombendrohung im Haus");
            let paused = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(pausing)).unwrap();
            assert_eq!(paused.leaving.len(), 1, "it may be handed over, as far as the pause can see");
        }
        true
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_between_claim_and_handing_over_lets_nothing_leave() {
    let mut desk = open().await;
    let (_, reply) = desk.approved().await;
    let quiet = Arc::clone(&desk.road);
    let pauses = Arc::new(PausesAfterClaim(std::sync::OnceLock::new()));
    desk.restart(Some(Arc::clone(&pauses) as Arc<dyn Witness>));
    assert!(pauses.0.set((quiet, desk.mara, PauseScope::Site(desk.site))).is_ok());
    desk.after(Span::seconds(61)).await;
    desk.after(Span::minutes(5)).await;
    assert_eq!(desk.platform.calls(), 0);
    assert_eq!(desk.reply(reply).await.state, OutboxState::Waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_waits_for_what_is_being_handed_over_and_names_it_if_that_takes_long() {
    for is_quick in [true, false] {
        let mut desk = open().await;
        desk.settings.pause_waits = if is_quick { Span::minutes(5) } else { Span::millis(200) };
        desk.restart(None);
        let (_, reply) = desk.approved().await;
        desk.clock.pass(Span::seconds(61));
        let gate = desk.platform.is_slow(Slow::Publish);
        let road = Arc::clone(&desk.road);
        let sending = tokio::spawn(async move { road.send_due().await });
        gate.is_reached().await;
        let (road, by, site) = (Arc::clone(&desk.road), desk.mara, desk.site);
        let mut ticks = desk.road.watch();
        let pausing = tokio::spawn(async move { road.pause(by, PauseScope::Site(site), "Bombendrohung").await });
        while ticks.recv().await.unwrap().change != Change::Pause {}
        if is_quick {
            gate.opens();
        }
        let paused = pausing.await.unwrap().unwrap();
        assert_eq!(paused.leaving, if is_quick { vec![] } else { vec![reply] });
        assert_eq!(desk.platform.published().len(), usize::from(is_quick), "before the pause returned");
        gate.opens();
        sending.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_slow_does_not_delay_an_answer_on_another() {
    let desk = open().await;
    desk.approved().await;
    desk.clock.pass(Span::seconds(61));
    let gate = desk.platform.is_slow(Slow::Publish);
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&desk.road).run(stopping));
    gate.is_reached().await;

    crisis_is_answered_elsewhere(&desk).await;

    gate.opens();
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(desk.platform.published().len(), 1);
}

/// A crisis on the other channel is answered at once; it fails where the other server is waited for.
async fn crisis_is_answered_elsewhere(desk: &Desk) {
    use bedside_core::channel::{Channel as _, Take as _};
    let news =
        [Upstream::Posted(Box::new(post("s1", "nachtwache", "Ich kann nicht mehr. Heute Nacht bringe ich mich um.")))];
    desk.road.take(desk.other.id(), Standing::Live, &news, None).await.unwrap();
    let mut ticks = desk.road.watch();
    let is_open = |case: &&bedside_store::cases::CaseRow| case.channel == desk.other.id();
    let case = loop {
        if let Some(case) = desk.queue(Queue::Now).await.iter().find(is_open) {
            break case.id;
        }
        ticks.recv().await.unwrap();
    };
    let draft = desk.drafted(case, SpeechForm::InvitePrivate).await;
    let reply = desk.queued(draft).await;
    let confirmed = async {
        while desk.reply(reply).await.state != OutboxState::Confirmed {
            ticks.recv().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), confirmed).await.expect("it waits for another server");
}
