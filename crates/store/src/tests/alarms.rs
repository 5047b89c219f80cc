//! Alarms follow their case through the transactions that store it, on both engines.

use bedside_core::{
    alarm::{AlarmKind, Way},
    case::Rank,
    id::PersonId,
    policy::Escalation,
    time::Span,
};

use super::{
    NOW,
    story::{case_of, house, inbound, take},
};
use crate::{
    Store,
    alarms::{self, AlarmState, CallState, NewCall},
    cases, random,
};

pub(super) async fn an_alarm_is_raised_called_and_ended_with_its_case(store: &Store) {
    let house = house(store).await;
    let ids = take(store, house, &[inbound("p1", "a", "eins", None)]).await;
    let mut case = case_of(store, house, ids[0]).await;
    let states = async |case| {
        let mut tx = store.begin_read().await.unwrap();
        alarms::of_case(&mut tx, case).await.unwrap().into_iter().map(|row| (row.team, row.state)).collect::<Vec<_>>()
    };
    assert_eq!(states(case.id).await, []);
    let to = vec!["crisis-team".to_owned(), "security".to_owned()];
    case.decision.escalation = Some(Escalation { to, within: Span::minutes(10), obliges: vec![] });
    case.rank = Rank::ALARM;
    // Stored twice, raised once; and what is not committed is not raised.
    for _ in 0..2 {
        let mut tx = store.begin().await.unwrap();
        cases::update(&mut tx, &case).await.unwrap();
        tx.commit().await.unwrap();
        case.revision += 1;
    }
    assert_eq!(states(case.id).await.len(), 2, "one for each team");

    let mut tx = store.begin().await.unwrap();
    let row = alarms::due(&mut tx, NOW, 9).await.unwrap().remove(0);
    let after =
        alarms::AlarmRow { calls: 1, member: Some("eva".to_owned()), next_at: NOW.plus(Span::hours(1)), ..row.clone() };
    assert!(alarms::step(&mut tx, &row, &after).await.unwrap());
    assert!(!alarms::step(&mut tx, &row, &after).await.unwrap(), "a step is taken once");
    let call = |way, number| NewCall { alarm: row.id, member: "eva", way, number, is_over: false };
    alarms::add_call(&mut tx, &call(Way::Mail, 1), NOW).await.unwrap();
    alarms::add_call(&mut tx, &call(Way::Hook, 1), NOW).await.unwrap();
    alarms::add_call(&mut tx, &call(Way::Mail, 2), NOW).await.unwrap();
    let due = alarms::call_due(&mut tx, NOW, 9).await.unwrap();
    let mut numbers: Vec<_> = due.iter().map(|call| (call.way, call.number)).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [(Way::Mail, 2), (Way::Hook, 1)], "a later call takes the place of one that waits");
    let first = due.iter().find(|call| call.way == Way::Mail).unwrap();
    let lease = Span::seconds(30);
    assert!(alarms::lease_call(&mut tx, first.id, "one", lease, NOW).await.unwrap());
    assert!(!alarms::lease_call(&mut tx, first.id, "two", lease, NOW).await.unwrap());
    assert!(alarms::lease_call(&mut tx, first.id, "two", lease, NOW.plus(Span::seconds(31))).await.unwrap());
    alarms::settle_call(&mut tx, first.id, (CallState::Sent, ""), NOW, NOW).await.unwrap();
    assert_eq!(alarms::call_due(&mut tx, NOW, 9).await.unwrap().len(), 1);
    assert!(alarms::acknowledge(&mut tx, row.id, "eva", None, NOW).await.unwrap());
    assert!(!alarms::acknowledge(&mut tx, row.id, "ulf", None, NOW).await.unwrap(), "once");
    alarms::drop_calls(&mut tx, row.id, "acknowledged", NOW).await.unwrap();
    assert_eq!(alarms::call_due(&mut tx, NOW, 9).await.unwrap(), []);
    tx.commit().await.unwrap();

    let mut tx = store.begin().await.unwrap();
    alarms::renew(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    let all = states(case.id).await;
    assert_eq!(all.iter().filter(|(_, state)| *state == AlarmState::Open).count(), 2, "anew: {all:?}");
    case.alarm_taken_by = Some(PersonId::new(NOW, &random().unwrap()));
    let mut tx = store.begin().await.unwrap();
    cases::update(&mut tx, &case).await.unwrap();
    tx.commit().await.unwrap();
    let all = states(case.id).await;
    assert!(all.iter().all(|(_, state)| *state == AlarmState::Ended), "whoever takes the case ends them: {all:?}");
    let mut tx = store.begin_read().await.unwrap();
    assert_eq!(alarms::alive(&mut tx, AlarmKind::Case).await.unwrap(), []);
    assert_eq!(alarms::open(&mut tx).await.unwrap(), 0);
}

pub(super) async fn the_ways_to_people_are_known_by_what_went_over_them(store: &Store) {
    let (site, _) = house(store).await;
    let (later, week) = (NOW.plus(Span::minutes(5)), NOW.plus(Span::days(7)));
    let mut tx = store.begin().await.unwrap();
    alarms::note_failing(&mut tx, site, "eva", Way::Mail, "unreachable", NOW).await.unwrap();
    alarms::note_failing(&mut tx, site, "eva", Way::Mail, "refused", later).await.unwrap();
    let row = alarms::paths(&mut tx, site).await.unwrap().remove(0);
    assert_eq!((row.failing_since, row.code.as_str(), row.delivered_at), (Some(NOW), "refused", None));
    alarms::note_delivered(&mut tx, site, "eva", Way::Mail, week).await.unwrap();
    alarms::note_acknowledged(&mut tx, site, "eva", week).await.unwrap();
    let row = alarms::paths(&mut tx, site).await.unwrap().remove(0);
    assert_eq!((row.failing_since, row.delivered_at, row.acknowledged_at), (None, Some(week), Some(week)));

    assert_eq!(alarms::mail_server(&mut tx).await.unwrap(), alarms::MailRow::default());
    alarms::mail_failed(&mut tx, "sending", NOW).await.unwrap();
    alarms::mail_failed(&mut tx, "looking", later).await.unwrap();
    let server = alarms::mail_server(&mut tx).await.unwrap();
    assert_eq!((server.failing_since, server.failed_at, server.code.as_str()), (Some(NOW), Some(later), "sending"));
    alarms::mail_answered(&mut tx, later).await.unwrap();
    let server = alarms::mail_server(&mut tx).await.unwrap();
    assert_eq!((server.failing_since, server.ok_at), (None, Some(later)));
}
