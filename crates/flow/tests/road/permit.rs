//! What may be said: where a person decides, where a rule fails, in which form, and about which post.

use bedside_core::{
    case::Queue,
    label::LabelKind,
    policy::{Speech, SpeechForm},
    time::Span,
};
use bedside_flow::{ActError, PersonDecision};
use bedside_store::{
    drafts,
    outbox::{self, OutboxState},
};

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

const QUESTIONS: &str = r#"
    @id("house.questions") @reason_de("Fragen zu Beschwerden nicht.") @reason_en("No questions on complaints.") @source("House rule")
    forbid (principal, action in Action::"speech", resource)
    when { context.labels.contains(Label::"open_complaint") && context.topics.contains(Topic::"admin_question") };
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_for_the_post_that_was_answered() {
    let desk = open().await;
    let (case, draft) = desk.asked().await;
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
    let mut more = post("q2", "petra", "Und wann ist bei Ihnen Besuchszeit?");
    more.in_reply_to = Some("q1".to_owned());
    more.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![more]).await;
    let approved = desk.approve(desk.jonas, draft).await;
    assert!(matches!(approved, Err(ActError::Changed("post_changed"))), "{approved:?}");

    let again = desk.drafted(case, SpeechForm::AnswerPublicGeneric).await;
    assert_eq!(again, draft, "an own draft is written on");
    let reply = desk.queued(again).await;
    assert_eq!(desk.reply(reply).await.post, desk.case(case).await.post);

    let desk = open().await;
    let (_, draft) = desk.asked().await;
    let mut more = post("q2", "petra", "Und wann ist bei Ihnen Besuchszeit?");
    more.in_reply_to = Some("q1".to_owned());
    more.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![more]).await;
    let asked = desk.road.ask_approval(desk.mara, draft).await;
    assert!(matches!(asked, Err(ActError::Changed("post_changed"))), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_decided_by_the_post_it_answers_too() {
    let desk = open_with(QUESTIONS).await;
    let (case, _) = desk.asked().await;
    let draft = desk.drafted(case, SpeechForm::AcknowledgeOnly).await;
    let reply = desk.queued(draft).await;
    let mut thanks = post("q2", "petra", "Vielen Dank, Sie sind ein tolles Team!");
    thanks.in_reply_to = Some("q1".to_owned());
    thanks.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![thanks]).await;
    desk.labelled(case, LabelKind::OpenComplaint).await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.code, "rules");
    assert_eq!(desk.platform.calls(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_bent_to_another_post_does_not_leave() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.hears(vec![post("b1", "berta", PARKING)]).await;
    let other = desk.queue(Queue::Now).await.into_iter().find(|other| other.id != case).unwrap();
    let mut tx = desk.store.begin().await.unwrap();
    let row = outbox::by_id(&mut tx, reply).await.unwrap().unwrap();
    let mut bent = drafts::by_id(&mut tx, row.draft).await.unwrap().unwrap();
    // As somebody with the database and the key could: the approved words under another post.
    let text = desk.store.open_draft(&bent).await.unwrap().unwrap().0;
    let key = desk.store.keys().of(&format!("thread:{}", desk.case(row.case).await.thread), desk.now()).await.unwrap();
    let written = drafts::Written {
        text: &text,
        commitment: &bent.commitment,
        form: bent.form,
        lang: "de",
        checks: "[]",
        verdict: "allow",
        statement: None,
    };
    drafts::rewrite(&mut tx, bent.id, other.post, &written, &key, desk.now()).await.unwrap();
    bent.post = other.post;
    drafts::set_state(&mut tx, &bent, desk.now()).await.unwrap();
    tx.commit().await.unwrap();
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.code, "text_changed");
    assert_eq!(desk.platform.calls(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_for_the_text_that_was_shown() {
    let desk = open().await;
    let (case, draft) = desk.asked().await;
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
    let shown = desk.commitment(draft).await;
    let text = "Guten Tag, unser Parkhaus ist rund um die Uhr offen.";
    let again = desk.road.write_draft(desk.mara, case, SpeechForm::AnswerPublicGeneric, "de", text).await.unwrap();
    desk.road.ask_approval(desk.mara, again).await.unwrap();
    assert_eq!(again, draft, "the same draft with another text");
    let approved = desk.road.approve(desk.jonas, draft, &shown, false).await;
    assert!(matches!(approved, Err(ActError::Changed("draft_changed"))), "{approved:?}");
    let sent = desk.road.send_back(desk.jonas, draft, &shown, "Bitte freundlicher").await;
    assert!(matches!(sent, Err(ActError::Changed("draft_changed"))), "{sent:?}");
    desk.approve(desk.jonas, draft).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_closes_no_case_whose_newest_post_waits() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let mut more = post("q2", "petra", "Und wann ist bei Ihnen Besuchszeit?");
    more.in_reply_to = Some("q1".to_owned());
    more.at = NOW.minus(Span::minutes(1));
    desk.hears(vec![more]).await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.case(case).await.queue, Queue::Now);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_closes_no_case_whose_escalation_somebody_has_in_hand() {
    let desk = open().await;
    desk.hears(vec![post("s1", "nachtwache", "Ich kann nicht mehr. Heute Nacht bringe ich mich um.")]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    desk.road.take_alarm(desk.mara, case.id).await.unwrap();
    let draft = desk.drafted(case.id, SpeechForm::InvitePrivate).await;
    let reply = desk.queued(draft).await;
    assert_eq!(desk.reply(reply).await.due_at, desk.now(), "a crisis answer doesn't wait");
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.case(case.id).await.queue, Queue::Now, "until a person closes it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_beside_a_task_has_its_undo_window() {
    let desk = open().await;
    desk.hears(vec![post("d1", "petra", "Ich möchte eine Kopie meiner Patientenakte.")]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    assert!(case.decision.escalation.is_some(), "{:?}", case.decision);
    let draft = desk.drafted(case.id, SpeechForm::InvitePrivate).await;
    let reply = desk.queued(draft).await;
    assert_eq!(desk.reply(reply).await.due_at, desk.now().plus(desk.road.settings().undo));
}

const NO_THANKS: &str = r#"
    @id("house.no_thanks") @reason_de("Kein Dank auf Fragen.") @reason_en("No thanks for questions.") @source("House rule")
    forbid (principal, action == Action::"acknowledge_only", resource);
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_less_helpful_form_is_not_said_where_a_rule_forbids_it() {
    let desk = open_with(NO_THANKS).await;
    let (case, _) = desk.asked().await;
    let draft = desk.drafted(case, SpeechForm::AcknowledgeOnly).await;
    let asked = desk.road.ask_approval(desk.mara, draft).await;
    assert!(matches!(asked, Err(ActError::Invalid("rules_do_not_permit"))), "{asked:?}");
    let draft = desk.drafted(case, SpeechForm::InvitePrivate).await;
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
}
