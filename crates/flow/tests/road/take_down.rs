//! A published reply is taken down: by those who may, also during a pause; it is tried until it is seen to be gone; and it is a
//! privacy incident with its clock.

use std::sync::Arc;

use bedside_core::{
    case::{Queue, Rank},
    id::{CaseId, OutboxId, PersonId},
    log::{Entry, Kind, Subject},
    site::Role,
    time::Span,
};
use bedside_flow::{ActError, PauseScope, SendStep, Witness};
use bedside_store::{
    clocks::{self, ClockRow},
    desk, log,
    outbox::OutboxState,
    people, random,
    takings::{self, Strangers, TakingRow, TakingState},
};

use crate::{
    house::{Desk, NOW, open},
    platform::Mood,
};

const WHY: &str = "Falsche Anschrift";

impl Desk {
    async fn out(&self) -> (CaseId, OutboxId) {
        let (case, reply) = self.approved().await;
        self.after(Span::seconds(61)).await;
        assert_eq!(self.reply(reply).await.state, OutboxState::Confirmed);
        (case, reply)
    }

    async fn taking(&self, reply: OutboxId) -> TakingRow {
        takings::of_reply(&mut self.store.begin_read().await.unwrap(), reply).await.unwrap().unwrap()
    }

    async fn clocks(&self, case: CaseId) -> Vec<ClockRow> {
        clocks::of_case(&mut self.store.begin_read().await.unwrap(), case).await.unwrap()
    }

    async fn entries_told(&self) -> Vec<(Kind, Entry)> {
        while self.road.sequence_next().await.unwrap() > 0 {}
        let mut tx = self.store.begin_read().await.unwrap();
        let entries = log::entries(&mut tx, 0, 200).await.unwrap();
        let decoded = entries.iter().map(|one| Entry::decode(&one.1).unwrap());
        decoded.map(|entry| (entry.kind(), entry)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_reply_is_taken_down_also_while_sending_is_paused() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let early = desk.road.take_down(desk.jonas, reply, WHY).await;
    assert!(matches!(early, Err(ActError::Changed("reply_not_out"))), "{early:?}");
    desk.after(Span::seconds(61)).await;
    desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Großschadenslage").await.unwrap();
    desk.clock.pass(Span::seconds(1));

    assert!(matches!(desk.road.take_down(desk.mara, reply, "x").await, Err(ActError::Refused(_))));
    let silent = desk.road.take_down(desk.jonas, reply, " ").await;
    assert!(matches!(silent, Err(ActError::Invalid("reason_missing"))));
    assert_eq!(desk.platform.published().len(), 1);

    let taken = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!((taken.state, taken.strangers), (TakingState::Gone, Strangers::SeeNothing));
    assert_eq!(desk.platform.published().len(), 0);
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakenDown);
    let again = desk.road.take_down(desk.jonas, reply, WHY).await;
    assert!(matches!(again, Err(ActError::Changed("reply_not_out"))), "{again:?}");

    let mut tx = desk.store.begin_read().await.unwrap();
    let notes = desk::notes(&mut tx, case).await.unwrap();
    assert_eq!(notes[0].text(&desk.store).await.unwrap().unwrap().0, WHY);
    assert_eq!(taken.reason(&desk.store).await.unwrap().unwrap().0, WHY);
    drop(tx);
    assert!(!desk.written().contains("falsche anschrift"), "the reason lies sealed");
    let logged = desk.entries_told().await;
    let of_it: Vec<Kind> = logged
        .iter()
        .filter(|(_, entry)| entry.subjects().contains(&Subject::from(reply)))
        .map(|(kind, _)| *kind)
        .collect();
    // The test's clock stands, so that entries of the same moment have no order.
    assert!(of_it.contains(&Kind::TakeDownAsked) && of_it.contains(&Kind::TakenDown), "{of_it:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_an_incident_with_72_hours_that_closes_no_case_and_ends_by_a_person() {
    let desk = open().await;
    let (case, reply) = desk.out().await;
    assert_eq!(desk.case(case).await.queue, Queue::Done);
    desk.clock.pass(Span::hours(1));
    let at = desk.now();
    let taken = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();

    let clocks = desk.clocks(case).await;
    assert_eq!(clocks.len(), 1);
    assert_eq!((clocks[0].kind.as_str(), clocks[0].due), ("breach", at.plus(Span::hours(72))));
    assert_eq!(taken.clock, Some(clocks[0].id));
    assert_ne!(desk.case(case).await.queue, Queue::Done, "it asks for somebody again");
    assert!(matches!(desk.road.resolve(desk.jonas, case).await, Err(ActError::Invalid("clock_runs"))));
    let open = takings::open(&mut desk.store.begin_read().await.unwrap(), desk.site).await.unwrap();
    assert_eq!(open, 1);

    desk.road.end_clock(desk.jonas, clocks[0].id, "Kein Risiko: nur eine falsche Hausnummer").await.unwrap();
    let open = takings::open(&mut desk.store.begin_read().await.unwrap(), desk.site).await.unwrap();
    assert_eq!(open, 0);
    desk.road.resolve(desk.jonas, case).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_still_stands_there_is_tried_until_it_is_gone_and_the_case_asks_for_somebody_until_then() {
    let desk = open().await;
    let (case, reply) = desk.out().await;
    desk.platform.keeps_what_it_has(true);
    let kept = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!((kept.state, kept.code.as_str()), (TakingState::Asked, "still_there"));
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakingDown);
    let row = desk.case(case).await;
    assert_eq!((row.queue, row.rank), (Queue::Now, Rank::TASK));
    let clock = desk.clocks(case).await.remove(0);
    let early = desk.road.end_clock(desk.jonas, clock.id, "erledigt").await;
    assert!(matches!(early, Err(ActError::Changed("taking_unconfirmed"))), "{early:?}");

    desk.platform.keeps_what_it_has(false);
    assert_eq!(desk.road.take_back_next().await.unwrap(), 0, "not before its time");
    desk.clock.pass(Span::seconds(3));
    assert_eq!(desk.road.take_back_next().await.unwrap(), 1);
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakenDown);
    assert_eq!(desk.case(case).await.wait.clock_rank, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_still_see_is_not_gone() {
    let desk = open().await;
    let (_, reply) = desk.out().await;
    desk.platform.leaks(true);
    let kept = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!((kept.state, kept.code.as_str()), (TakingState::Asked, "strangers_see_it"));
    desk.platform.leaks(false);
    let gone = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!(gone.state, TakingState::Gone, "asked for again it is tried at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_down_loses_no_take_down_nor_does_a_process_that_dies() {
    let mut desk = open().await;
    let (_, reply) = desk.out().await;
    desk.platform.is_down(true);
    let waits = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!((waits.state, waits.code.as_str()), (TakingState::Asked, "unreachable"));
    let mut tries = Vec::new();
    for _ in 0..12 {
        let next = desk.taking(reply).await.due_at;
        tries.push(next.since(desk.now()).as_seconds());
        desk.clock.pass(next.since(desk.now()).max(Span::ZERO));
        desk.road.take_back_next().await.unwrap();
    }
    assert!(tries.windows(2).all(|two| two[0] <= two[1]) && tries[11] == 300, "{tries:?}");

    desk.restart(None);
    desk.platform.is_down(false);
    desk.clock.pass(Span::minutes(5));
    assert_eq!(desk.road.take_back_next().await.unwrap(), 1);
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_platform_only_edits_it_says_so() {
    let desk = open().await;
    let (_, reply) = desk.out().await;
    desk.platform.only_edits();
    let taken = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!(taken.state, TakingState::Emptied);
}

/// A process that dies when a step is reached.
struct DiesAt(SendStep);

impl Witness for DiesAt {
    fn goes_on(&self, step: SendStep) -> bool {
        step != self.0
    }
}

async fn crashed_at(step: SendStep) -> (Desk, CaseId, OutboxId) {
    let mut desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.restart(Some(Arc::new(DiesAt(step))));
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Prepared);
    desk.restart(None);
    (desk, case, reply)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_a_crash_left_open_is_found_and_taken_down() {
    let (desk, _, reply) = crashed_at(SendStep::Answered).await;
    assert_eq!(desk.platform.published().len(), 1);
    let taken = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!(taken.state, TakingState::Gone);
    assert_eq!(desk.platform.published().len(), 0);
    desk.after(Span::minutes(10)).await;
    assert_eq!((desk.platform.published().len(), desk.platform.calls()), (0, 1), "nobody says it again");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_a_server_shows_late_is_looked_for_until_it_can_not_come_any_more() {
    let (desk, _, reply) = crashed_at(SendStep::Answered).await;
    desk.platform.shows_nothing_yet(true);
    let waits = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!((waits.state, waits.code.as_str()), (TakingState::Asked, "not_found_yet"));
    desk.platform.shows_nothing_yet(false);
    desk.clock.pass(Span::seconds(21));
    assert_eq!(desk.road.take_back_next().await.unwrap(), 1);
    assert_eq!(desk.taking(reply).await.state, TakingState::Gone);
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_never_left_never_leaves() {
    let (desk, case, reply) = crashed_at(SendStep::Claimed).await;
    let waits = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!(waits.code, "not_found_yet");
    for _ in 0..20 {
        desk.after(Span::seconds(20)).await;
        desk.road.take_back_next().await.unwrap();
    }
    assert_eq!(desk.taking(reply).await.state, TakingState::NeverOut);
    assert_eq!((desk.platform.published().len(), desk.platform.calls()), (0, 0));
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakenDown);
    assert_ne!(desk.case(case).await.queue, Queue::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_handed_over_right_now_is_taken_down_after_it() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let gate = desk.platform.is_slow(crate::platform::Slow::Publish);
    desk.clock.pass(Span::seconds(61));
    let road = Arc::clone(&desk.road);
    let sending = tokio::spawn(async move { road.send_due().await });
    gate.is_reached().await;
    let waits = desk.road.take_down(desk.jonas, reply, WHY).await.unwrap();
    assert_eq!(waits.code, "not_found_yet");
    gate.opens();
    sending.await.unwrap().unwrap();
    assert_eq!(desk.platform.published().len(), 1);
    assert_eq!(desk.reply(reply).await.state, OutboxState::TakingDown);
    assert_ne!(desk.case(case).await.queue, Queue::Done);
    desk.clock.pass(Span::seconds(21));
    assert_eq!(desk.road.take_back_next().await.unwrap(), 1);
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_answer_is_taken_down_too_and_so_by_the_privacy_officer() {
    let desk = open().await;
    let privacy: PersonId = {
        let id = PersonId::new(NOW, &random().unwrap());
        let row = people::PersonRow {
            id,
            login: "ines".to_owned(),
            name: "ines".to_owned(),
            password: None,
            lang: "de".to_owned(),
            theme: "system".to_owned(),
            keys_on: true,
            softens: true,
            sounds: false,
            disabled_at: None,
        };
        let mut tx = desk.store.begin().await.unwrap();
        people::add(&mut tx, &row, NOW).await.unwrap();
        people::grant(&mut tx, id, desk.site, Role::Privacy).await.unwrap();
        tx.commit().await.unwrap();
        id
    };
    let (_, reply) = desk.approved().await;
    desk.platform.will(&[Mood::AcceptsAndSays500]);
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Unsure);
    let taken = desk.road.take_down(privacy, reply, WHY).await.unwrap();
    assert_eq!(taken.state, TakingState::Gone);
    assert_eq!(desk.platform.published().len(), 0);
}
