//! What may be said: where a person decides, where a rule fails, in which form, and about which post.

use bedside_core::{
    case::Queue,
    label::LabelKind,
    policy::{Speech, SpeechForm},
    time::Span,
};
use bedside_flow::{ActError, PersonDecision};
use bedside_store::outbox::OutboxState;

use crate::house::{Desk, NOW, PARKING, open, open_with, post};

const GRIEF: &str = "Mein Vater ist gestern bei euch gestorben. Sepsis. Drei Tage hat niemand hingeschaut!";

/// A rule that silences what the press looks at.
const HUSH: &str = r#"
    @id("house.hush") @reason_de("Die Presse schaut zu.") @reason_en("The press is watching.") @source("House rule")
    forbid (principal, action in Action::"speech", resource)
    when { context.labels.contains(Label::"media_interest") };
"#;

/// The case of one post, first seen 30 hours after it was written: it goes to a person.
async fn late(desk: &Desk, text: &str) -> bedside_store::cases::CaseRow {
    let mut late = post("q1", "petra", text);
    late.at = NOW.minus(Span::hours(30));
    desk.hears(vec![late]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert_eq!(case.decision.speech, Speech::LeftToPerson);
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_a_person_is_still_not_said_against_a_rule() {
    let desk = open().await;
    let case = late(&desk, GRIEF).await;
    for form in SpeechForm::ALL {
        let draft = desk.drafted(case.id, form).await;
        let asked = desk.road.ask_approval(desk.mara, draft).await;
        assert!(matches!(asked, Err(ActError::Invalid("rules_do_not_permit"))), "{form:?} {asked:?}");
    }
    let wish = PersonDecision::Answer(SpeechForm::InvitePrivate);
    desk.road.decide(desk.jonas, case.id, wish, "Die Tochter bittet um ein Wort").await.unwrap();
    let draft = desk.drafted(case.id, SpeechForm::InvitePrivate).await;
    let reply = desk.queued(draft).await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_forbids_later_stops_what_persons_decided() {
    for decides in [false, true] {
        let desk = open().await;
        let case = late(&desk, PARKING).await;
        if decides {
            let wish = PersonDecision::Answer(SpeechForm::AnswerPublicGeneric);
            desk.road.decide(desk.jonas, case.id, wish, "Die Frage ist noch offen").await.unwrap();
        }
        let draft = desk.drafted(case.id, SpeechForm::AnswerPublicGeneric).await;
        let reply = desk.queued(draft).await;
        desk.labelled(case.id, LabelKind::NextOfKinPending).await;
        desk.clock.pass(Span::seconds(61));
        desk.road.send_due().await.unwrap();
        let row = desk.reply(reply).await;
        assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "rules"), "decided by a person: {decides}");
        assert_eq!(desk.platform.calls(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_released_by_the_desk_but_a_silence_is_not() {
    let desk = open().await;
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    let case = desk.queue(Queue::Waiting).await.remove(0);
    desk.road.release(desk.mara, case.id, "Die Tochter bittet darum").await.unwrap();

    let desk = open_with(HUSH).await;
    desk.hears(vec![post("g1", "lisbeth", GRIEF)]).await;
    let case = desk.queue(Queue::Waiting).await.remove(0);
    desk.labelled(case.id, LabelKind::MediaInterest).await;
    let released = desk.road.release(desk.mara, case.id, "Die Tochter bittet darum").await;
    assert!(matches!(released, Err(ActError::Changed("case_not_held"))), "{released:?}");
}

/// A rule that fails for every post whose thread has an open complaint.
const BROKEN: &str = r#"
    @id("house.broken") @reason_de("Regel des Hauses, kaputt.") @reason_en("A rule of the house, broken.") @source("House rule")
    forbid (principal, action in Action::"speech", resource)
    when { context.labels.contains(Label::"open_complaint") && context.hours_since_post + 9223372036854775807 > 0 };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_fails_means_no_speech_whatever_a_person_decided() {
    let desk = open_with(BROKEN).await;
    let case = late(&desk, PARKING).await;
    let wish = PersonDecision::Answer(SpeechForm::AnswerPublicGeneric);
    desk.road.decide(desk.jonas, case.id, wish, "Die Frage ist noch offen").await.unwrap();
    let draft = desk.drafted(case.id, SpeechForm::AnswerPublicGeneric).await;
    let reply = desk.queued(draft).await;
    desk.labelled(case.id, LabelKind::OpenComplaint).await;
    desk.clock.pass(Span::seconds(61));
    desk.road.send_due().await.unwrap();
    assert_eq!(desk.reply(reply).await.code, "rules");
    assert_eq!(desk.platform.calls(), 0);

    let again = desk.road.decide(desk.jonas, case.id, wish, "Trotzdem").await;
    assert!(matches!(again, Err(ActError::Changed("rules_failing"))), "{again:?}");
    desk.road.decide(desk.jonas, case.id, PersonDecision::Silent, "Erst die Regel").await.unwrap();
    assert!(desk.case(case.id).await.decision.has_error(), "the desk still sees that a rule fails");
    let failing = desk.road.rules_failing().unwrap();
    assert_eq!(failing.rules.into_iter().collect::<Vec<_>>(), ["house.broken"]);
}
