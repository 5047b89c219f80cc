//! Taking and deciding: once, in threads, history silent, alarms that stay until somebody takes them, holds that wake.

use bedside_core::{
    case::{Queue, Rank},
    policy::{Speech, SpeechForm},
    post::{Standing, Upstream},
    time::Span,
};
use bedside_flow::{ActError, Change, PersonDecision};

use crate::house::{NOW, open, post};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const GRIEF: &str = "Mein Vater ist heute früh um acht bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_news_twice_is_one_post_and_one_case() {
    let desk = open().await;
    let question = post("q1", "petra", "Wann ist Besuchszeit?");
    assert_eq!(desk.hears(vec![question.clone(), question.clone()]).await.new, 1);
    assert_eq!(desk.hears(vec![question]).await.new, 0);
    assert_eq!(desk.queue(Queue::Now).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suicide_threat_is_an_alarm_until_somebody_takes_it() {
    let desk = open().await;
    let mut ticks = desk.road.watch();
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    assert_eq!(ticks.recv().await.unwrap().change, Change::Alarm);
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!(case.rank, Rank::ALARM);
    assert!(case.alarm_due_at.unwrap() > desk.now());
    assert!(matches!(desk.road.resolve(desk.mara, case.id).await, Err(ActError::Invalid("escalation_not_taken"))));

    let mut thanks = post("s2", "nachtwache", "Danke für die Besuchszeiten.");
    thanks.in_reply_to = Some("s1".to_owned());
    desk.hears(vec![thanks]).await;
    assert!(desk.case(case.id).await.decision.escalation.is_some(), "a later post takes no alarm away");

    desk.road.take_alarm(desk.mara, case.id).await.unwrap();
    let taken = desk.case(case.id).await;
    assert_eq!((taken.alarm_taken_by, taken.assignee), (Some(desk.mara), Some(desk.mara)));
    assert_ne!(taken.rank, Rank::ALARM);
    assert!(matches!(desk.road.take_alarm(desk.jonas, case.id).await, Err(ActError::Changed("taken_already"))));
    desk.road.resolve(desk.mara, case.id).await.unwrap();
    assert_eq!(desk.case(case.id).await.queue, Queue::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn grief_is_held_and_wakes_by_the_clock() {
    let desk = open().await;
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    let all = [desk.queue(Queue::Now).await, desk.queue(Queue::Waiting).await].concat();
    let held = all.first().expect("a case");
    let Speech::Hold(hold) = &held.decision.speech else { panic!("{:?}", held.decision) };
    assert!(hold.until > NOW.plus(Span::hours(24)), "a death today is not answered tomorrow");

    let mut angry = post("g2", "lisbeth", "Schämt euch!");
    angry.in_reply_to = Some("g1".to_owned());
    angry.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![angry]).await;
    let still = desk.case(held.id).await;
    assert!(
        !matches!(still.decision.speech, Speech::Permitted { .. }),
        "who grieves is not answered with a form: {:?}",
        still.decision
    );
    let before = still.decision_id;
    desk.after(Span::days(4)).await;
    assert_ne!(desk.case(held.id).await.decision_id, before, "decided anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_decided_but_raises_no_alarm_and_wakes_nothing() {
    let desk = open().await;
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    let held = [desk.queue(Queue::Now).await, desk.queue(Queue::Waiting).await].concat().remove(0);
    let mut ticks = desk.road.watch();
    let mut old = post("g0", "lisbeth", "Danke für alles!");
    old.in_reply_to = Some("g1".to_owned());
    let news = vec![Upstream::Posted(Box::new(old)), Upstream::Posted(Box::new(post("s1", "nachtwache", CRISIS)))];
    assert_eq!(desk.take(news, Standing::History).await.new, 2);
    assert!(ticks.try_recv().is_err(), "nobody is told");
    assert_eq!(desk.case(held.id).await.decision_id, held.decision_id);
    let done = desk.queue(Queue::Done).await;
    assert_eq!(done.len(), 1);
    assert!(done[0].decision.escalation.is_some(), "decided all the same");
    assert_eq!(done[0].alarm_due_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_decides_over_the_rules_with_a_reason() {
    let desk = open().await;
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    let case = [desk.queue(Queue::Now).await, desk.queue(Queue::Waiting).await].concat().remove(0);
    let wish = PersonDecision::Answer(SpeechForm::InvitePrivate);
    assert!(matches!(desk.road.decide(desk.jonas, case.id, wish, " ").await, Err(ActError::Invalid("reason_missing"))));
    desk.clock.pass(Span::seconds(1));
    desk.road.decide(desk.jonas, case.id, wish, "Die Tochter bittet um ein Wort").await.unwrap();
    let now = desk.case(case.id).await;
    assert_eq!(now.decision.speech, Speech::Permitted { form: SpeechForm::InvitePrivate });
    assert!(now.decision.because.iter().any(|one| one.rule == "person"));
    let mut tx = desk.store.begin_read().await.unwrap();
    let kept = bedside_store::cases::decisions(&mut tx, case.id).await.unwrap();
    assert_eq!(kept.last().unwrap().by, Some(desk.jonas));
    assert_eq!(kept.last().unwrap().reason(&desk.store).await.unwrap().unwrap().0, "Die Tochter bittet um ein Wort");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_post_first_seen_a_day_late_goes_to_a_person() {
    let desk = open().await;
    let mut late = post("q1", "petra", "Wo kann ich parken?");
    late.at = NOW.minus(Span::hours(30));
    desk.hears(vec![late]).await;
    assert_eq!(desk.queue(Queue::Now).await.remove(0).decision.speech, Speech::LeftToPerson);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_post_overtakes_imported_ones() {
    let desk = open().await;
    let old = (0..600)
        .map(|n| Upstream::Posted(Box::new(post(&format!("h{n}"), "alt", "Wo kann ich parken?"))))
        .collect::<Vec<_>>();
    bedside_core::channel::Take::take(&*desk.road, desk.channel, Standing::History, &old, None).await.unwrap();
    let live = [Upstream::Posted(Box::new(post("q1", "petra", "Wann ist Besuchszeit?")))];
    bedside_core::channel::Take::take(&*desk.road, desk.channel, Standing::Live, &live, None).await.unwrap();
    assert_eq!(desk.road.assess_next().await.unwrap(), 1, "the live one alone, first");
    assert_eq!(desk.queue(Queue::Now).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_in_danger_a_post_ago_is_not_answered_with_a_form() {
    let desk = open().await;
    let mut asks = post("s2", "nachtwache", "ist da überhaupt jemand");
    asks.in_reply_to = Some("s1".to_owned());
    asks.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![post("s1", "nachtwache", CRISIS), asks]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!((case.rank, &case.decision.speech), (Rank::ALARM, &Speech::LeftToPerson));
    desk.road.take_alarm(desk.mara, case.id).await.unwrap();

    let mut again = post("s3", "nachtwache", "Jetzt bringe ich mich um.");
    again.in_reply_to = Some("s1".to_owned());
    desk.hears(vec![again]).await;
    let case = desk.case(case.id).await;
    assert_eq!((case.rank, case.alarm_taken_by), (Rank::ALARM, None), "a danger spoken of anew is an alarm anew");
}
