//! Incident mode: only the approved statement leaves, answers to individuals are held, alarms are not.

use bedside_core::{
    case::Queue,
    id::NoteId,
    incident::Stage,
    log::Kind,
    policy::{IncidentKind, Speech, SpeechForm},
    time::Span,
};
use bedside_flow::{ActError, PauseScope, acts::NewIncidentText};
use bedside_store::outbox::OutboxState;

use crate::{
    house::{Desk, PARKING, open, open_with, post},
    log::kinds,
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
