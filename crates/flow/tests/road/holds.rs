//! Holds, strikes, labels by rule and clocks of law, as a case meets them.

use bedside_core::{
    case::{Queue, Rank},
    id::{CaseId, PersonId},
    label::{LabelKind, LabelTarget},
    log::Kind,
    policy::{Account, Known, Speech, SpeechForm},
    site::Jurisdiction,
    time::{Span, Timestamp},
};
use bedside_flow::{ActError, LabelOrder, PersonDecision};
use bedside_store::{
    clocks::{self, ClockRow},
    labels::{self, LabelRow},
    people, random,
    sites::Staffed,
};

use crate::{
    house::{Desk, NOW, PARKING, open, open_staffed, open_under, post},
    log::kinds,
};

const GRIEF: &str = "Mein Vater ist heute früh um acht bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";
const ACCESS: &str =
    "Ich verlange nach Artikel 15 DSGVO Auskunft über alle Daten, die Sie über mich gespeichert haben.";
const INSULT: &str = "You are scum, all of you, filthy pigs.";

async fn labels(desk: &Desk, case: CaseId) -> Vec<LabelRow> {
    let case = desk.case(case).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    labels::on(&mut tx, case.site, case.author, case.thread, desk.now()).await.unwrap()
}

async fn clocks(desk: &Desk, case: CaseId) -> Vec<ClockRow> {
    clocks::of_case(&mut desk.store.begin_read().await.unwrap(), case).await.unwrap()
}

/// Has somebody use the desk now.
pub async fn signed_in(desk: &Desk, person: PersonId) {
    let session = people::SessionRow {
        token_hash: random::<32>().unwrap().to_vec(),
        person,
        csrf: "c".to_owned(),
        created_at: desk.now(),
        seen_at: desk.now(),
        expires_at: desk.now().plus(Span::hours(12)),
    };
    let mut tx = desk.store.begin().await.unwrap();
    people::open_session(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn grieving(desk: &Desk) -> CaseId {
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    desk.queue(Queue::Waiting).await.remove(0).id
}

fn until(speech: &Speech) -> Timestamp {
    let Speech::Hold(hold) = speech else { panic!("no hold: {speech:?}") };
    hold.until
}

#[tokio::test(flavor = "multi_thread")]
async fn abusive_posts_count_fade_and_can_be_waived() {
    let desk = open().await;
    let strikes = async |id: &str| {
        desk.hears(vec![post(id, "troll", PARKING)]).await;
        let case = desk.queue(Queue::Now).await.remove(0);
        let mut tx = desk.store.begin_read().await.unwrap();
        let explained = desk.road.explain(&mut tx, &case).await.unwrap().unwrap();
        let fact = explained.explanation.facts.iter().find(|fact| fact.name == "strikes").unwrap().value.clone();
        desk.road.resolve(desk.mara, case.id).await.ok();
        fact.unwrap()
    };
    assert_eq!(strikes("q0").await, "0");
    desk.hears(vec![post("i1", "troll", INSULT), post("i2", "troll", INSULT)]).await;
    desk.clock.pass(Span::minutes(1));
    let at = desk.now();
    let mut later = post("q1", "troll", PARKING);
    later.at = at;
    desk.hears(vec![later]).await;
    let case = desk.queue(Queue::Now).await.into_iter().find(|case| case.posted_at == at).expect("the question");
    let fact = async |name: &str| {
        let mut tx = desk.store.begin_read().await.unwrap();
        let explained = desk.road.explain(&mut tx, &case).await.unwrap().unwrap();
        explained.explanation.facts.into_iter().find(|fact| fact.name == name).unwrap().value.unwrap()
    };
    assert_eq!(fact("strikes").await, "2");
    desk.clock.pass(Span::days(90));
    assert_eq!(fact("strikes").await, "1", "half of them have faded");
    let mut open = desk.queue(Queue::Silent).await;
    open.extend(desk.queue(Queue::Now).await);
    let abusive = open.into_iter().find(|one| one.author == case.author && one.id != case.id).unwrap();
    let refused = desk.road.waive_strike(desk.mara, abusive.id, "War ein Zitat").await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "who may decide otherwise than the rules waives");
    desk.road.waive_strike(desk.jonas, abusive.id, "War ein Zitat").await.unwrap();
    assert_eq!(fact("strikes").await, "0", "less than half of one strike counts no more");
    assert!(kinds(&desk).await.contains(&Kind::StrikeWaived));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_labels_the_author_and_the_end_of_a_label_wakes_their_cases() {
    let desk = open().await;
    let grief = grieving(&desk).await;
    let label = labels(&desk, grief).await.into_iter().find(|one| one.kind == LabelKind::Bereaved).expect("a label");
    assert_eq!((label.target, label.set_by.as_str()), (LabelTarget::Author, "rule:common.bereaved_author"));
    assert_eq!(label.expires_at, Some(label.set_at.plus(Span::days(90))));
    assert!(label.reason(&desk.store).await.unwrap().unwrap().0.starts_with("Wer vom Tod"), "in the house's language");
    desk.hears(vec![post("q1", "lisbeth", PARKING)]).await;
    let question = desk.queue(Queue::Now).await.remove(0);
    let form = |speech: &Speech| match speech {
        Speech::Permitted { form } => Some(*form),
        _ => None,
    };
    assert_eq!(form(&question.decision.speech), Some(SpeechForm::InvitePrivate), "in her other thread too");
    assert_eq!(labels(&desk, question.id).await.len(), 1, "set once");
    desk.after(Span::days(91)).await;
    desk.after(Span::seconds(1)).await;
    assert!(labels(&desk, question.id).await.is_empty());
    assert_eq!(form(&desk.case(question.id).await.decision.speech), Some(SpeechForm::AnswerPublicGeneric));
    let kinds = kinds(&desk).await;
    assert!(kinds.contains(&Kind::LabelSet) && kinds.contains(&Kind::LabelRemoved), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_data_starts_the_month_of_the_law_which_rings_and_is_ended_by_a_person() {
    let desk = open().await;
    desk.hears(vec![post("a1", "petra", ACCESS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let clock = clocks(&desk, case.id).await.remove(0);
    assert_eq!((clock.kind.as_str(), clock.started_by.as_str()), ("data_request", "rule:common.data_request"));
    assert_eq!(clock.due.to_rfc3339(), "2026-12-14T22:59:00Z", "a calendar month on the house's calendar");
    desk.road.take_alarm(desk.jonas, case.id).await.unwrap();
    let refused = desk.road.resolve(desk.jonas, case.id).await;
    assert!(matches!(refused, Err(ActError::Invalid("clock_runs"))), "{refused:?}");
    desk.after(Span::days(20)).await;
    assert_eq!(desk.case(case.id).await.wait.clock_rank, None);
    desk.after(Span::days(4)).await;
    let near = desk.case(case.id).await;
    assert_eq!((near.queue, near.wait.clock_rank, near.opened_by), (Queue::Now, Some(Rank::PERSON), None));
    desk.after(Span::days(8)).await;
    let late = desk.case(case.id).await;
    assert_eq!((late.queue, late.wait.clock_rank, late.rank), (Queue::Now, Some(Rank::TASK), Rank::TASK));
    let numbers = clocks::late(&mut desk.store.begin_read().await.unwrap(), desk.site, desk.now()).await.unwrap();
    assert_eq!(numbers, [case.number]);

    let refused = desk.road.end_clock(desk.mara, clock.id, "Erledigt").await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    assert!(matches!(desk.road.end_clock(desk.jonas, clock.id, " ").await, Err(ActError::Invalid("reason_missing"))));
    desk.road.end_clock(desk.jonas, clock.id, "Auskunft erteilt am 14.12.").await.unwrap();
    let ended = clocks(&desk, case.id).await.remove(0);
    assert_eq!(ended.ended_by, Some(desk.jonas));
    assert_eq!(ended.reason(&desk.store).await.unwrap().unwrap().0, "Auskunft erteilt am 14.12.");
    assert_eq!(desk.case(case.id).await.wait.clock_rank, None);
    desk.after(Span::minutes(1)).await;
    assert_eq!(clocks(&desk, case.id).await.len(), 1, "it does not start again for the same post");
    desk.road.resolve(desk.jonas, case.id).await.unwrap();
    let kinds = kinds(&desk).await;
    for kind in [Kind::ClockStarted, Kind::ClockNear, Kind::ClockLate, Kind::ClockEnded] {
        assert_eq!(kinds.iter().filter(|one| **one == kind).count(), 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hold_outlasts_a_clock_neither_by_rule_nor_by_a_person() {
    let desk = open().await;
    let case = grieving(&desk).await;
    let before = until(&desk.case(case).await.decision.speech);
    // Somebody learns that a nurse had told of it two days ago: one day is left.
    let since = desk.now().minus(Span::hours(48));
    desk.road.start_clock_by(desk.mara, case, "breach", Some(since)).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let held = until(&desk.case(case).await.decision.speech);
    assert!(held < before && held == since.plus(Span::hours(72)), "{held:?}");
    let again = desk.road.start_clock_by(desk.mara, case, "breach", None).await;
    assert!(matches!(again, Err(ActError::Changed("clock_runs_already"))), "{again:?}");
    let unknown = desk.road.start_clock_by(desk.mara, case, "complaint", None).await;
    assert!(matches!(unknown, Err(ActError::Invalid("no_such_clock"))), "no German statute: {unknown:?}");
    for (days, why) in [(2, "hold_past_clock"), (31, "hold_too_long")] {
        let wish = PersonDecision::HoldUntil(desk.now().plus(Span::days(days)));
        let refused = desk.road.decide(desk.mara, case, wish, "Warten").await;
        assert!(matches!(refused, Err(ActError::Invalid(word)) if word == why), "{refused:?}");
    }
    desk.after(Span::hours(25)).await;
    let woken = desk.case(case).await;
    assert_eq!(
        (woken.decision.speech, woken.queue),
        (Speech::LeftToPerson, Queue::Now),
        "over, but still too early to speak"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formal_complaint_starts_the_clock_of_its_jurisdiction() {
    for (jurisdiction, days) in [(Jurisdiction::Uk, Some(4)), (Jurisdiction::Us, Some(7)), (Jurisdiction::De, None)] {
        let desk = open_under(jurisdiction).await;
        desk.hears(vec![post("q1", "petra", PARKING)]).await;
        let case = desk.queue(Queue::Now).await.remove(0);
        let order = LabelOrder {
            target: LabelTarget::Author,
            kind: LabelKind::OpenComplaint,
            reason: "Brief",
            expires_at: None,
        };
        desk.road.label(desk.mara, case.id, order).await.unwrap();
        let found = clocks(&desk, case.id).await;
        assert_eq!(found.is_empty(), days.is_none(), "{jurisdiction:?}");
        // A Saturday afternoon: three working days end on Wednesday.
        let due = found.first().map(|clock| clock.due.since(desk.now()).as_hours() / 24);
        assert_eq!(due, days, "{jurisdiction:?}");
        assert!(found.iter().all(|clock| clock.started_by == "label:open_complaint"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_hold_ends_soon_is_told_and_without_them_the_deputy() {
    let desk = open().await;
    let case = grieving(&desk).await;
    let end = until(&desk.case(case).await.decision.speech);
    let near = end.minus(Span::hours(4)).since(desk.now()).as_micros();
    desk.after(Span::micros(near - 60_000_000)).await;
    signed_in(&desk, desk.jonas).await;
    desk.after(Span::seconds(30)).await;
    assert_eq!(desk.case(case).await.wait.told_at, None, "too early");
    desk.after(Span::seconds(31)).await;
    let told = desk.case(case).await.wait;
    assert_eq!(
        (told.owner, told.told_at),
        (Some(desk.jonas), Some(desk.now())),
        "Mara owns the channel and is not there"
    );
    assert_eq!(kinds(&desk).await.iter().filter(|kind| **kind == Kind::HoldEndsSoon).count(), 1);

    // Another hold: Mara has the case and is there.
    let wish = PersonDecision::HoldUntil(desk.now().plus(Span::hours(20)));
    desk.road.decide(desk.mara, case, wish, "Die Familie bat darum").await.unwrap();
    assert_eq!(desk.case(case).await.wait.told_at, None, "it was of another end");
    desk.clock.pass(Span::hours(16));
    signed_in(&desk, desk.mara).await;
    desk.after(Span::minutes(1)).await;
    assert_eq!(desk.case(case).await.wait.owner, Some(desk.mara));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_anybody_on_duty_nobody_is_said_to_have_been_told() {
    let desk = open().await;
    let case = grieving(&desk).await;
    let end = until(&desk.case(case).await.decision.speech);
    signed_in(&desk, desk.mara).await;
    desk.after(Span::micros(end.minus(Span::hours(1)).since(desk.now()).as_micros())).await;
    let wait = desk.case(case).await.wait;
    assert_eq!((wait.owner, wait.told_at), (None, None), "Mara went home days ago");
    desk.after(Span::hours(2)).await;
    assert_eq!(desk.case(case).await.queue, Queue::Now, "the hold ends all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_houses_own_goal_rests_while_rules_hold_a_case_and_not_while_a_person_does() {
    let desk = open().await;
    let case = grieving(&desk).await;
    desk.after(Span::hours(10)).await;
    assert_eq!(desk.case(case).await.wait.rested(desk.now()).as_hours(), 10);
    let wish = PersonDecision::HoldUntil(desk.now().plus(Span::hours(5)));
    desk.road.decide(desk.mara, case, wish, "Wir warten auf die Station").await.unwrap();
    desk.after(Span::hours(4)).await;
    let wait = desk.case(case).await.wait;
    assert_eq!(wait.rested(desk.now()).as_hours(), 10, "nobody stops it by holding a case themselves");
    assert!(wait.held_since.is_some_and(|since| desk.now().since(since).as_hours() == 14), "held without a break");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_counted_anew_each_time_ends_at_last() {
    let desk = open().await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    desk.labelled(case, LabelKind::NextOfKinPending).await;
    for _ in 0..29 {
        desk.after(Span::hours(24)).await;
        assert!(matches!(desk.case(case).await.decision.speech, Speech::Hold(_)));
    }
    desk.after(Span::hours(49)).await;
    let woken = desk.case(case).await;
    assert_eq!((woken.decision.speech, woken.queue), (Speech::LeftToPerson, Queue::Now), "after thirty days");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_know_reaches_the_rules_and_holidays_close_the_desk() {
    let week = (1..=7).map(|weekday| Staffed { weekday, from_min: 8 * 60, to_min: 18 * 60 }).collect();
    let desk = open_staffed(week).await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let known = Known { account: Some(Account::Media), ..Known::default() };
    desk.road.set_known(desk.jonas, case.id, known).await.unwrap();
    desk.after(Span::seconds(1)).await;
    let told = desk.case(case.id).await.decision.escalation.unwrap();
    assert!(told.to.contains(&"press-office".to_owned()), "{told:?}");
    let house = desk.road.house(desk.site).unwrap();
    assert_eq!((house.is_holiday(NOW), house.next_staffed(NOW)), (None, Some(NOW)));
    let site = bedside_store::sites::Site {
        settings: bedside_store::sites::SiteSettings {
            holidays: vec!["de-be".to_owned(), "2026-12-24".to_owned()],
            ..house.site.settings.clone()
        },
        ..house.site.clone()
    };
    let house = bedside_flow::House::open(site, &[]).unwrap();
    let christmas = Timestamp::parse_rfc3339("2026-12-24T11:00:00+01:00").unwrap();
    assert_eq!(house.is_holiday(christmas), Some(true));
    assert_eq!(house.next_staffed(christmas).map(Timestamp::to_rfc3339).as_deref(), Some("2026-12-27T07:00:00Z"));
    assert_eq!(house.is_holiday(NOW), Some(false));
}
