//! Labels that rules set and clocks of law, wherever they begin: with another voice in a thread, with a decision made anew, with
//! a label; and what they keep open and cut short.

use std::time::Duration;

use bedside_core::{
    case::Queue,
    id::{AuthorId, CaseId},
    label::{LabelKind, LabelTarget},
    policy::{Account, ComplaintStage, Known, Speech},
    post::Inbound,
    site::Jurisdiction,
    time::{Span, Timestamp},
};
use bedside_flow::{ActError, LabelOrder, PersonDecision};
use bedside_store::{
    cases::CaseRow,
    clocks::{self, ClockRow},
    labels::{self, LabelRow},
    outbox::OutboxState,
    posts,
};

use crate::house::{Desk, PARKING, open, open_under, open_under_with, open_with, post};

const GRIEF: &str = "Mein Vater ist heute früh um acht bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";
const ACCESS: &str =
    "Ich verlange nach Artikel 15 DSGVO Auskunft über alle Daten, die Sie über mich gespeichert haben.";

async fn clocks_of(desk: &Desk, case: CaseId) -> Vec<ClockRow> {
    clocks::of_case(&mut desk.store.begin_read().await.unwrap(), case).await.unwrap()
}

async fn labels_of(desk: &Desk, case: &CaseRow, author: AuthorId) -> Vec<LabelRow> {
    let mut tx = desk.store.begin_read().await.unwrap();
    labels::on(&mut tx, case.site, author, case.thread, desk.now()).await.unwrap()
}

async fn asked(desk: &Desk) -> CaseRow {
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    desk.queue(Queue::Now).await.remove(0)
}

fn until(case: &CaseRow) -> Timestamp {
    let Speech::Hold(hold) = &case.decision.speech else { panic!("no hold: {:?}", case.decision) };
    assert_eq!(case.hold_until, Some(hold.until));
    hold.until
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_voice_asks_for_beside_a_hold_starts_its_clock_and_bereaves_nobody_else() {
    let desk = open().await;
    desk.hears(vec![post("g0", "lisbeth", GRIEF)]).await;
    let held = desk.queue(Queue::Waiting).await.remove(0);
    let reply = Inbound { in_reply_to: Some("g0".to_owned()), ..post("g1", "petra", ACCESS) };
    desk.hears(vec![reply]).await;
    let case = desk.case(held.id).await;
    assert!(matches!(case.decision.speech, Speech::Hold(_)) && case.post == held.post, "what is held stays held");
    let thread = posts::by_thread(&mut desk.store.begin_read().await.unwrap(), case.thread).await.unwrap();
    let request = thread.iter().find(|one| one.id != held.post).unwrap();
    let clock = clocks_of(&desk, case.id).await.remove(0);
    assert_eq!((clock.kind.as_str(), clock.post), ("data_request", request.id), "the month of the law runs");
    let has = async |author| labels_of(&desk, &case, author).await.iter().any(|one| one.kind == LabelKind::Bereaved);
    assert!(has(case.author).await && !has(request.author).await, "who asks for data mourns nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_made_anew_sets_the_labels_of_its_rules_once_and_never_against_a_person() {
    let desk = open().await;
    let case = asked(&desk).await;
    let media = Known { account: Some(Account::Media), ..Known::default() };
    desk.road.set_known(desk.jonas, case.id, media).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let label = labels_of(&desk, &case, case.author).await.remove(0);
    assert_eq!((label.kind, label.set_by.as_str()), (LabelKind::MediaInterest, "rule:common.press"));
    desk.road.unlabel(desk.jonas, label.id).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(labels_of(&desk, &case, case.author).await, [], "a person took it away");

    let desk = open().await;
    let case = asked(&desk).await;
    desk.road.set_known(desk.jonas, case.id, media).await.unwrap();
    desk.after(Span::seconds(1)).await;
    desk.after(Span::days(8)).await;
    desk.after(Span::seconds(1)).await;
    assert_eq!(labels_of(&desk, &case, case.author).await, [], "over after its week, and said once of a post");
    let mut later = post("q2", "petra", PARKING);
    (later.at, later.in_reply_to) = (desk.now(), Some("q1".to_owned()));
    desk.hears(vec![later]).await;
    assert_eq!(labels_of(&desk, &case, case.author).await.len(), 1, "a later post is another matter");
}

/// What a register tells later starts a clock.
const OUTSIDE: &str = r#"
@id("house.outside") @reason_de("Eine Stelle von außen fragt.") @reason_en("A body from outside asks.") @source("House")
@to("legal") @within("1d") @clock("breach")
permit (principal, action == Action::"escalate_now", resource)
when { context has complaint && context.complaint == Complaint::"external" };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_made_anew_starts_the_clocks_of_its_rules_and_holds_no_longer_than_they_run() {
    let desk = open_with(OUTSIDE).await;
    let case = asked(&desk).await;
    let known = Known { complaint: Some(ComplaintStage::External), ..Known::default() };
    desk.road.set_known(desk.jonas, case.id, known).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let clock = clocks_of(&desk, case.id).await.remove(0);
    assert_eq!((clock.kind.as_str(), clock.started_by.as_str()), ("breach", "rule:house.outside"));
    desk.road.end_clock(desk.jonas, clock.id, "War keine Panne").await.unwrap();
    desk.after(Span::seconds(1)).await;
    let all = clocks_of(&desk, case.id).await;
    assert!(all.len() == 1 && all[0].ended_at.is_some(), "what a person ended does not start again for the same post");

    let desk = open_with(OUTSIDE).await;
    let case = asked(&desk).await;
    let known = Known { complaint: Some(ComplaintStage::External), ..Known::default() };
    desk.road.set_known(desk.jonas, case.id, known).await.unwrap();
    let far = PersonDecision::HoldUntil(desk.now().plus(Span::days(20)));
    desk.road.decide(desk.jonas, case.id, far, "Wir warten auf die Stelle").await.unwrap();
    let clock = clocks_of(&desk, case.id).await.remove(0);
    assert_eq!(until(&desk.case(case.id).await), clock.due, "also where a person decides over the rules");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_a_label_starts_cuts_a_persons_hold_short() {
    let desk = open_under(Jurisdiction::Uk).await;
    let case = asked(&desk).await;
    let far = PersonDecision::HoldUntil(desk.now().plus(Span::days(20)));
    desk.road.decide(desk.jonas, case.id, far, "Die Station prüft").await.unwrap();
    let order =
        LabelOrder { target: LabelTarget::Thread, kind: LabelKind::OpenComplaint, reason: "Brief", expires_at: None };
    desk.road.label(desk.mara, case.id, order).await.unwrap();
    let due = clocks_of(&desk, case.id).await.remove(0).due;
    assert_eq!(until(&desk.case(case.id).await), due);
}

/// Who complains has an open complaint.
const COMPLAINS: &str = r#"
@id("house.complains") @reason_de("Eine Beschwerde wird eröffnet.") @reason_en("A complaint is opened.") @source("House")
@to("patient-relations") @within("1d") @labels("open_complaint") @labels_on("thread") @labels_for("30d")
permit (principal, action == Action::"escalate_now", resource)
when { context.topics.contains(Topic::"complaint") };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_label_that_a_rule_sets_starts_the_clock_that_hangs_on_it() {
    let desk = open_under_with(Jurisdiction::Uk, COMPLAINS).await;
    let text = "Six hours in your waiting room and nobody told us anything. Dreadful service.";
    desk.hears(vec![post("c1", "petra", text)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let clock = clocks_of(&desk, case.id).await.remove(0);
    assert_eq!((clock.kind.as_str(), clock.started_by.as_str()), ("complaint", "label:open_complaint"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_does_not_close_a_case_on_which_a_clock_of_law_runs() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.road.start_clock_by(desk.mara, case, "data_request", None).await.unwrap();
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    let open = desk.case(case).await;
    assert_eq!(open.queue, Queue::Now, "it is not over with an answer");
    let clock = clocks_of(&desk, case).await.remove(0);
    assert!(matches!(desk.road.resolve(desk.jonas, case).await, Err(ActError::Invalid("clock_runs"))));
    desk.road.end_clock(desk.jonas, clock.id, "Auskunft erteilt").await.unwrap();
    desk.road.resolve(desk.jonas, case).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_is_on_duty_a_hold_that_ends_soon_keeps_no_writer_waiting() {
    let desk = open().await;
    desk.hears(vec![post("g0", "lisbeth", GRIEF)]).await;
    let case = desk.queue(Queue::Waiting).await.remove(0);
    desk.clock.pass(Span::micros(until(&case).minus(Span::hours(1)).since(desk.now()).as_micros()));
    // Somebody else writes; whoever only looks does not wait for them.
    let writing = desk.store.begin().await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(3), desk.road.tell_hold_owners()).await;
    drop(writing);
    assert_eq!(told.expect("it waits to write").unwrap(), 0);
}
