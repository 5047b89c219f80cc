//! One post that can't be sorted, read or dated: it keeps no other back, and it vanishes from nobody's eyes.

use bedside_core::{
    case::{Queue, Rank},
    policy::Speech,
    post::{Inbound, Standing},
    time::{Span, Timestamp},
};
use bedside_store::{
    jobs::{self, JobKind},
    posts,
};

use crate::house::{Desk, NOW, open, post};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const GRIEF: &str = "Mein Vater ist heute bei euch gestorben. Drei Tage hat niemand hingeschaut!";

/// Starts a clock of law.
const ACCESS: &str =
    "Ich verlange nach Artikel 15 DSGVO Auskunft über alle Daten, die Sie über mich gespeichert haben.";
/// The year 9999: a clock that ends then is no number that the log takes.
const YEAR_9999: Timestamp = Timestamp::from_micros(253_370_764_800_000_000);

/// Stores a post as it is, with its job, past what take makes of it.
async fn slip_in(desk: &Desk, inbound: &Inbound) {
    let prepared = posts::prepare(&desk.store, desk.site, desk.channel, &[inbound], desk.now()).await.unwrap();
    let mut tx = desk.store.begin().await.unwrap();
    let new = prepared.write(&mut tx, &[inbound], Standing::Live, desk.now()).await.unwrap();
    let subjects = new.iter().map(|new| new.id.to_string());
    jobs::add(&mut tx, JobKind::Assess, subjects, jobs::LIVE, desk.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_post_that_cannot_be_sorted_keeps_no_other_back_and_goes_to_a_person() {
    let desk = open().await;
    slip_in(&desk, &Inbound { at: YEAR_9999, ..post("bad", "lisbeth", ACCESS) }).await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS), post("q1", "petra", "Wo kann ich parken?")]).await;
    let now = desk.queue(Queue::Now).await;
    assert_eq!(now.iter().map(|case| case.rank).collect::<Vec<_>>(), [Rank::ALARM, Rank::ANSWER]);

    for _ in 0..jobs::MOST_ATTEMPTS {
        desk.clock.pass(Span::minutes(11));
        desk.road.assess_next().await.unwrap();
    }
    let left = desk.queue(Queue::Now).await;
    let left = left.iter().find(|case| case.decision.speech == Speech::LeftToPerson && case.rank == Rank::PERSON);
    assert_eq!(left.expect("a case for a person").decision.because[0].rule, "post_unsorted");
    assert_eq!(jobs::waiting(&mut desk.store.begin_read().await.unwrap()).await.unwrap().dead, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_dated_later_than_it_is_seen_counts_as_written_when_it_is_seen() {
    let desk = open().await;
    desk.hears(vec![Inbound { at: YEAR_9999, ..post("g1", "lisbeth", GRIEF) }]).await;
    let all = [desk.queue(Queue::Now).await, desk.queue(Queue::Waiting).await].concat();
    let held = all.first().expect("a case");
    assert_eq!(held.posted_at, NOW);
    assert!(held.hold_until.unwrap() <= NOW.plus(Span::hours(24 * 30)), "{:?}", held.hold_until);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_post_that_cannot_be_read_goes_to_a_person() {
    let desk = open().await;
    slip_in(&desk, &post("q1", "petra", "Wo kann ich parken?")).await;
    let hash = desk.store.lookup().hash(&["author", &desk.channel.to_string(), "petra"]);
    let owner = format!("author:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>());
    assert!(desk.store.keys().erase(&owner).await.unwrap());
    desk.hears(vec![post("q2", "kai", "Wann ist Besuchszeit?")]).await;
    let now = desk.queue(Queue::Now).await;
    assert_eq!(now.len(), 2);
    assert_eq!(now[0].decision.speech, Speech::LeftToPerson);
    assert_eq!(now[0].decision.because[0].rule, "post_unreadable");
    assert_eq!(desk.road.index_next().await.unwrap(), 2, "it holds up no other in the index");
    assert_eq!(desk.road.index_next().await.unwrap(), 0);
}

/// Sorting reads a case, thinks, and writes it back; people act meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_does_while_a_post_is_sorted_stands() {
    let desk = open().await;
    desk.hears(vec![post("q0", "petra", "Wo kann ich parken?")]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    for n in 1..=30_i64 {
        let mut next = post(&format!("q{n}"), "petra", "Wo kann ich parken? Was kostet das? Wann ist Besuchszeit?");
        (next.in_reply_to, next.at) = (Some("q0".to_owned()), NOW.minus(Span::seconds(120 - n)));
        slip_in(&desk, &next).await;
        let assignee = (n % 2 == 0).then_some(desk.jonas);
        let (road, by) = (std::sync::Arc::clone(&desk.road), desk.mara);
        let act = tokio::spawn(async move { road.assign(by, case, assignee).await });
        let road = std::sync::Arc::clone(&desk.road);
        let sorting = tokio::spawn(async move { road.assess_next().await });
        act.await.unwrap().unwrap();
        assert_eq!(sorting.await.unwrap().unwrap(), 1);
        let now = desk.case(case).await;
        assert_eq!((now.assignee, now.posted_at), (assignee, next.at), "after post {n}");
    }
    assert_eq!(jobs::waiting(&mut desk.store.begin_read().await.unwrap()).await.unwrap(), jobs::Waiting::default());
}
