//! Incident mode: only the approved statement leaves, answers to individuals are held, alarms are not.

use std::sync::Arc;

use bedside_core::{
    alarm::{AlarmKind, INCIDENT_TEAMS},
    case::{Queue, Rank},
    id::{CaseId, NoteId},
    incident::Stage,
    log::Kind,
    policy::{IncidentKind, Speech, SpeechForm},
    time::Span,
};
use bedside_flow::{ActError, Change, PauseScope, acts::NewIncidentText};
use bedside_store::{
    alarms::{self, AlarmState},
    outbox::OutboxState,
};

use crate::{
    alarm::{Outside, call, connect, settings},
    house::{Desk, NOW, PARKING, open, open_with, post},
    log::kinds,
    platform::Slow,
};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const STATEMENT: &str = "Unsere Computer sind gestört. Die Notaufnahme arbeitet. Geplante Termine fallen heute aus.";

async fn switched_on(desk: &Desk) -> NoteId {
    let on = desk.road.begin_incident(desk.jonas, PauseScope::Site(desk.site), IncidentKind::Cyber, "Server aus").await;
    let id = on.unwrap();
    desk.after(Span::seconds(1)).await;
    id
}

async fn approved(desk: &Desk, incident: NoteId) {
    let new = NewIncidentText { lang: "de", text: STATEMENT };
    let statement = desk.road.write_incident_text(desk.mara, desk.site, incident, new).await.unwrap();
    desk.road.approve_incident_text(desk.jonas, desk.site, statement, true).await.unwrap();
    desk.after(Span::seconds(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_before_comes_back_and_only_the_statement_leaves() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let refused =
        desk.road.begin_incident(desk.mara, PauseScope::Site(desk.site), IncidentKind::Cyber, "Server aus").await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    let incident = switched_on(&desk).await;
    assert!(matches!(desk.case(case).await.decision.speech, Speech::Hold(_)), "decided anew, without a statement");
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Returned);
    assert_eq!(desk.platform.published().len(), 0);

    approved(&desk, incident).await;
    let answered = desk.case(case).await;
    assert_eq!(answered.decision.speech, Speech::Permitted { form: SpeechForm::AnswerPublicGeneric });
    let own = desk.drafted(case, SpeechForm::AnswerPublicGeneric).await;
    let refused = desk.road.ask_approval(desk.mara, own).await;
    assert!(matches!(refused, Err(ActError::Invalid("not_the_statement"))), "{refused:?}");
    let invite = desk.drafted(case, SpeechForm::InvitePrivate).await;
    let refused = desk.road.ask_approval(desk.mara, invite).await;
    assert!(matches!(refused, Err(ActError::Invalid("rules_do_not_permit"))), "{refused:?}");
    desk.clock.pass(Span::seconds(1));
    let draft = desk.road.draft_incident_text(desk.mara, case, "de").await.unwrap();
    let reply = desk.queued(draft).await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.platform.published().len(), 1);
    assert!(desk.platform.published()[0].contains(STATEMENT), "{:?}", desk.platform.published());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_is_replaced_while_it_waits_does_not_leave() {
    let desk = open().await;
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    let incident = switched_on(&desk).await;
    approved(&desk, incident).await;
    let draft = desk.road.draft_incident_text(desk.mara, case, "de").await.unwrap();
    let reply = desk.queued(draft).await;
    let new = NewIncidentText { lang: "de", text: "Unsere Computer arbeiten wieder. Termine finden statt." };
    let newer = desk.road.write_incident_text(desk.mara, desk.site, incident, new).await.unwrap();
    desk.road.approve_incident_text(desk.jonas, desk.site, newer, true).await.unwrap();
    desk.after(Span::seconds(61)).await;
    let reply = desk.reply(reply).await;
    assert_eq!((reply.state, reply.code.as_str()), (OutboxState::Returned, "not_the_statement"));
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_read_by_the_guard_and_approved_by_a_second_person() {
    let desk = open().await;
    let incident = switched_on(&desk).await;
    let twice =
        desk.road.begin_incident(desk.jonas, PauseScope::Site(desk.site), IncidentKind::Rumour, "Gerücht").await;
    assert!(matches!(twice, Err(ActError::Changed("incident_on"))), "{twice:?}");
    let bad =
        NewIncidentText { lang: "de", text: "Frau Petra Weber war bei uns Patientin auf Station 4 und hat Krebs." };
    let blocked = desk.road.write_incident_text(desk.mara, desk.site, incident, bad).await;
    assert!(matches!(blocked, Err(ActError::Blocked(_))), "{blocked:?}");
    let new = NewIncidentText { lang: "de", text: STATEMENT };
    let own = desk.road.write_incident_text(desk.jonas, desk.site, incident, new).await.unwrap();
    let refused = desk.road.approve_incident_text(desk.jonas, desk.site, own, true).await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    let refused = desk.road.approve_incident_text(desk.mara, desk.site, own, true).await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "Mara may not approve: {refused:?}");
    approved(&desk, incident).await;
    desk.road.set_incident_stage(desk.jonas, desk.site, incident, Stage::Resolution).await.unwrap();
    desk.road.end_incident(desk.jonas, desk.site, incident, "Alles läuft wieder").await.unwrap();
    let kinds = kinds(&desk).await;
    for kind in [Kind::IncidentBegun, Kind::IncidentStage, Kind::IncidentEnded, Kind::IncidentTextApproved] {
        assert_eq!(kinds.iter().filter(|one| **one == kind).count(), 1, "{kind}");
    }
    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let decision = &case.decision;
    assert!(decision.obligations.iter().all(|one| one.0 != "approved_statement_only"), "over is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_incident_nor_pause_holds_a_crisis_alarm_and_a_person_may_answer_it() {
    let desk = open().await;
    let incident = switched_on(&desk).await;
    let pause = desk.road.pause(desk.jonas, PauseScope::Site(desk.site), "Alles aus").await.unwrap();
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let told = case.decision.escalation.as_ref().expect("an alarm");
    assert!(told.is_alarm() && told.to.contains(&"crisis-team".to_owned()), "{told:?}");
    assert_eq!(case.decision.speech, Speech::LeftToPerson);
    desk.road.resume(desk.jonas, desk.site, pause.id).await.unwrap();
    for has_statement in [false, true] {
        if has_statement {
            approved(&desk, incident).await;
        }
        desk.after(Span::seconds(1)).await;
        let case = desk.case(case.id).await;
        assert!(case.decision.escalation.is_some());
        assert!(case.decision.permits(SpeechForm::InvitePrivate), "{:?}", case.decision);
    }
}

/// The house lets nothing but its statement leave to somebody in a crisis either, while an incident runs.
const STATEMENT_FOR_ALL: &str = r#"
@id("house.crisis_statement") @reason_de("Im Ereignisfall nur die Erklärung.") @reason_en("In an incident only the statement.")
@source("House") @leaves_to("person") @obliges("approved_statement_only")
forbid (principal, action in Action::"speech", resource)
when { context.incident && context.topics.contains(Topic::"crisis_suicide") };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_overlay_decides_the_text_of_a_crisis_reply_in_an_incident() {
    let desk = open_with(STATEMENT_FOR_ALL).await;
    let incident = switched_on(&desk).await;
    approved(&desk, incident).await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert!(case.decision.escalation.is_some(), "the alarm goes out all the same");
    let own = desk.drafted(case.id, SpeechForm::InvitePrivate).await;
    let refused = desk.road.ask_approval(desk.mara, own).await;
    assert!(matches!(refused, Err(ActError::Invalid("not_the_statement"))), "{refused:?}");
    desk.clock.pass(Span::seconds(1));
    let draft = desk.road.draft_incident_text(desk.mara, case.id, "de").await.unwrap();
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
}

async fn alive(desk: &Desk, kind: AlarmKind) -> Vec<String> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let mut teams: Vec<String> = alarms::alive(&mut tx, kind).await.unwrap().into_iter().map(|row| row.team).collect();
    teams.sort();
    teams
}

async fn count(desk: &Desk, kind: Kind) -> usize {
    kinds(desk).await.into_iter().filter(|one| *one == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_one_alarm_for_each_team_however_many_cases_are_open_and_ends_with_its_statement() {
    let desk = open().await;
    let outside = Arc::new(Outside::default());
    connect(&desk, &outside, settings(&desk));
    let names = ["ada", "bob", "cem", "dan", "eva", "fay"];
    let posts = names.iter().map(|name| post(name, name, PARKING));
    let mut posts: Vec<_> = posts.collect();
    posts[5].at = NOW.minus(Span::hours(30));
    desk.hears(posts).await;
    let (old, recent): (Vec<_>, Vec<_>) =
        desk.queue(Queue::Now).await.into_iter().partition(|case| case.posted_at < NOW.minus(Span::hours(24)));
    let incident = switched_on(&desk).await;
    call(&desk).await;
    assert_eq!(alive(&desk, AlarmKind::Case).await, Vec::<String>::new(), "no case calls anybody");
    assert_eq!(alive(&desk, AlarmKind::Incident).await, INCIDENT_TEAMS);
    let letters = outside.letters();
    assert_eq!(letters.len(), 2, "one call for each team: {letters:?}");
    assert!(letters[0].subject.starts_with("Alarm: Ereignis ohne freigegebene"), "{}", letters[0].subject);
    for case in &recent {
        let case = desk.case(case.id).await;
        assert_eq!((case.queue, case.rank), (Queue::Now, Rank::TASK), "a task that everybody sees at the desk");
    }
    assert_eq!(desk.case(old[0].id).await.decision.escalation, None, "nobody is told of what is a day old");

    approved(&desk, incident).await;
    assert_eq!(alive(&desk, AlarmKind::Incident).await, Vec::<String>::new());
    for case in &recent {
        let case = desk.case(case.id).await;
        assert_eq!((case.decision.escalation, case.alarm_due_at), (None, None), "nobody has to take it any more");
    }
    assert_eq!((count(&desk, Kind::EscalationOver).await, count(&desk, Kind::AlarmOver).await), (5, 2));
    call(&desk).await;
    assert!(outside.letters().iter().all(|letter| letter.subject.starts_with("Vorbei:")), "who was called is told");

    let mut tx = desk.store.begin_read().await.unwrap();
    let statement = bedside_store::incidents::statements(&mut tx, incident).await.unwrap().remove(0).id;
    drop(tx);
    desk.road.withdraw_incident_text(desk.jonas, desk.site, statement).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(alive(&desk, AlarmKind::Incident).await, INCIDENT_TEAMS, "again without a statement");
    assert!(desk.case(recent[0].id).await.decision.escalation.is_some());
    desk.road.end_incident(desk.jonas, desk.site, incident, "Alles läuft wieder").await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(alive(&desk, AlarmKind::Incident).await, Vec::<String>::new());
    for case in &recent {
        let case = desk.case(case.id).await;
        assert_eq!((case.decision.escalation, case.rank), (None, Rank::ANSWER), "as before it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_and_what_somebody_has_taken_outlast_the_incident() {
    let desk = open().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS), post("q1", "petra", PARKING)]).await;
    let all = desk.queue(Queue::Now).await;
    let (danger, question) = (all[0].id, all[1].id);
    let incident = switched_on(&desk).await;
    let told = desk.case(danger).await.decision.escalation.unwrap();
    assert!(told.to.contains(&"incident-command".to_owned()) && told.to.contains(&"crisis-team".to_owned()));
    desk.road.take_alarm(desk.mara, question).await.unwrap();
    desk.road.end_incident(desk.jonas, desk.site, incident, "Alles läuft wieder").await.unwrap();
    desk.after(Span::seconds(1)).await;
    let case = desk.case(danger).await;
    let told = case.decision.escalation.unwrap();
    assert_eq!((told.to.as_slice(), told.is_alarm(), case.rank), (&["crisis-team".to_owned()][..], true, Rank::ALARM));
    let mut tx = desk.store.begin_read().await.unwrap();
    let rows = alarms::of_case(&mut tx, danger).await.unwrap();
    drop(tx);
    for row in &rows {
        let expect = if row.team == "crisis-team" { AlarmState::Open } else { AlarmState::Ended };
        assert_eq!(row.state, expect, "{}", row.team);
    }
    assert_eq!(desk.case(question).await.assignee, Some(desk.mara), "who took it keeps it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_settled_in_silence_days_ago_is_not_stirred_up() {
    let desk = open().await;
    let silent = async |id: &str| {
        let mut unheard = post(id, id, PARKING);
        (unheard.addressed, unheard.at) = (false, desk.now());
        desk.hears(vec![unheard]).await;
        desk.queue(Queue::Silent).await.into_iter().find(|case| case.posted_at >= NOW).unwrap()
    };
    desk.clock.pass(Span::seconds(1));
    let old = silent("u1").await;
    desk.clock.pass(Span::hours(73));
    let at = desk.now();
    silent("u2").await;
    let recent = desk.queue(Queue::Silent).await.into_iter().find(|case| case.posted_at == at).unwrap();
    switched_on(&desk).await;
    assert_eq!(desk.case(old.id).await.decision_id, old.decision_id);
    assert_ne!(desk.case(recent.id).await.decision_id, recent.decision_id);
}

/// A post that somebody else has to decide about, whatever an incident says: it was a day old when it was first seen.
async fn left_to_a_person(desk: &Desk) -> CaseId {
    let mut late = post("q1", "petra", PARKING);
    late.at = NOW.minus(Span::hours(30));
    desk.hears(vec![late]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!(case.decision.speech, Speech::LeftToPerson);
    case.id
}

#[tokio::test(flavor = "multi_thread")]
async fn where_another_rule_leaves_it_to_a_person_nothing_leaves_but_the_statement_either() {
    let desk = open().await;
    let case = left_to_a_person(&desk).await;
    let own = desk.drafted(case, SpeechForm::AnswerPublicGeneric).await;
    let reply = desk.queued(own).await;
    let incident = switched_on(&desk).await;
    approved(&desk, incident).await;
    assert_eq!(desk.case(case).await.decision.speech, Speech::LeftToPerson, "still for a person to decide");
    desk.after(Span::seconds(61)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "not_the_statement"));
    assert_eq!(desk.platform.published(), Vec::<String>::new());
    let refused = desk.road.ask_approval(desk.mara, own).await;
    assert!(matches!(refused, Err(ActError::Invalid("not_the_statement"))), "{refused:?}");
    desk.clock.pass(Span::seconds(1));
    let draft = desk.road.draft_incident_text(desk.mara, case, "de").await.unwrap();
    let reply = desk.queued(draft).await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert!(desk.platform.published()[0].contains(STATEMENT));
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_on_and_withdrawing_wait_for_what_is_just_leaving() {
    for withdraws in [false, true] {
        let mut desk = open().await;
        desk.settings.pause_waits = Span::minutes(5);
        desk.restart(None);
        let (case, _) = desk.approved().await;
        let mut statement = None;
        if withdraws {
            let incident = switched_on(&desk).await;
            approved(&desk, incident).await;
            desk.after(Span::seconds(61)).await;
            let draft = desk.road.draft_incident_text(desk.mara, case, "de").await.unwrap();
            desk.queued(draft).await;
            let mut tx = desk.store.begin_read().await.unwrap();
            statement = Some(bedside_store::incidents::statements(&mut tx, incident).await.unwrap().remove(0).id);
        }
        desk.clock.pass(Span::seconds(61));
        let gate = desk.platform.is_slow(Slow::Publish);
        let road = Arc::clone(&desk.road);
        let sending = tokio::spawn(async move { road.send_due().await });
        gate.is_reached().await;
        let (road, by, site) = (Arc::clone(&desk.road), desk.jonas, desk.site);
        let mut ticks = desk.road.watch();
        let switching = tokio::spawn(async move {
            match statement {
                Some(statement) => road.withdraw_incident_text(by, site, statement).await,
                None => {
                    let scope = PauseScope::Site(site);
                    road.begin_incident(by, scope, IncidentKind::Cyber, "Server aus").await.map(drop)
                }
            }
        });
        while ticks.recv().await.unwrap().change != Change::Pause {}
        assert_eq!(desk.platform.published().len(), 0);
        gate.opens();
        switching.await.unwrap().unwrap();
        assert_eq!(desk.platform.published().len(), 1, "it had left before the switch was done, not after");
        sending.await.unwrap().unwrap();
    }
}
