//! From a question to an answer: four eyes, the undo window, the claim's check, pause, and faults of the platform.

use bedside_core::{
    case::Queue,
    channel::Standpoint,
    label::{LabelKind, LabelTarget},
    policy::SpeechForm,
    post::{Standing, Upstream},
    time::Span,
};
use bedside_flow::{ActError, LabelOrder, PauseScope};
use bedside_store::outbox::OutboxState;

use crate::{
    house::{open, open_with, post},
    platform::Mood,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_once_by_two_people_after_the_undo_window() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.after(Span::seconds(59)).await;
    assert_eq!(desk.platform.published().len(), 0, "still in the undo window");
    desk.after(Span::seconds(2)).await;
    desk.after(Span::seconds(60)).await;
    assert_eq!(desk.platform.published().len(), 1);
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.case(case).await.queue, Queue::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_their_own_draft_and_desk_alone_may_not_approve() {
    let desk = open().await;
    let (case, draft) = desk.asked().await;
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
    assert!(matches!(desk.approve(desk.mara, draft).await, Err(ActError::Refused(_))));
    let form = SpeechForm::AnswerPublicGeneric;
    let own =
        desk.road.write_draft(desk.jonas, case, form, "de", "Das Parkhaus ist rund um die Uhr offen.").await.unwrap();
    desk.road.ask_approval(desk.jonas, own).await.unwrap();
    assert!(matches!(desk.approve(desk.jonas, own).await, Err(ActError::Refused(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_blocks_what_confirms_a_visit() {
    let desk = open().await;
    let (case, _) = desk.asked().await;
    let form = SpeechForm::AnswerPublicGeneric;
    let text = "We are sorry your visit on Tuesday was not pleasant.";
    let draft = desk.road.write_draft(desk.mara, case, form, "en", text).await.unwrap();
    match desk.road.ask_approval(desk.mara, draft).await {
        Err(ActError::Blocked(check)) => assert!(!check.findings.is_empty()),
        other => panic!("{other:?}"),
    }
}

/// A rule of the privacy officer; the test's clock stands in November 2026.
const SETTLED: &str = r#"
[[guard_settled]]
id = "house.thanks"
kind = "thanks_in_DE"
reason_de = "Vertretbar."
reason_en = "Defensible."
set_by = "A. Klein, privacy officer"
since = "2026-11-01"
until = "2026-12-31"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_needs_a_confirmation_unless_the_house_has_settled_it() {
    for (overlay, is_settled) in [("", false), (SETTLED, true)] {
        let desk = open_with(overlay).await;
        let (case, _) = desk.asked().await;
        let form = SpeechForm::AnswerPublicGeneric;
        let draft = desk.road.write_draft(desk.mara, case, form, "de", "Danke für Ihr Lob!").await.unwrap();
        let found = desk.road.check_text(desk.mara, case, "de", "Danke für Ihr Lob!").await.unwrap().check.findings;
        assert!(!found.is_empty() && found.iter().all(|one| one.settled.is_some() == is_settled), "{found:?}");
        desk.road.ask_approval(desk.mara, draft).await.unwrap();
        let approved = desk.approve(desk.jonas, draft).await;
        assert_eq!(approved.is_ok(), is_settled, "{approved:?}");
        desk.after(Span::seconds(62)).await;
        assert_eq!(desk.platform.published().len(), usize::from(is_settled));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_speaks_while_the_platform_does_not() {
    let desk = open().await;
    let (case, _) = desk.asked().await;
    let text = "We are sorry your visit on Tuesday was not pleasant.";
    assert!(desk.road.check_text(desk.mara, case, "en", text).await.unwrap().limits.is_some());
    desk.platform.falls_mute();
    let checked = desk.road.check_text(desk.mara, case, "en", text).await.unwrap();
    assert!(!checked.check.findings.is_empty());
    assert!(checked.limits.is_none() && checked.length > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_after_approval_withdraws_it() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let form = SpeechForm::AnswerPublicGeneric;
    desk.road.write_draft(desk.mara, case, form, "de", "Bitte nutzen Sie das Parkhaus.").await.unwrap();
    assert_eq!(desk.reply(reply).await.state, OutboxState::Undone);
    desk.after(Span::minutes(5)).await;
    assert_eq!(desk.platform.published().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_brings_the_draft_back_and_it_can_be_sent_again() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.road.undo(desk.mara, reply).await.unwrap();
    desk.after(Span::minutes(5)).await;
    assert_eq!(desk.platform.published().len(), 0);
    let draft =
        bedside_store::drafts::latest(&mut desk.store.begin_read().await.unwrap(), case).await.unwrap().unwrap();
    desk.road.ask_approval(desk.mara, draft.id).await.unwrap();
    desk.approve(desk.jonas, draft.id).await.unwrap();
    desk.after(Span::minutes(2)).await;
    assert_eq!(desk.platform.published().len(), 1);
    assert!(matches!(desk.road.undo(desk.mara, reply).await, Err(ActError::Changed("reply_has_left"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_pause_nothing_leaves_not_even_what_is_due_and_resume_lets_it_go() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.clock.pass(Span::seconds(61));
    let pause = desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Bombendrohung im Haus").await.unwrap().id;
    for _ in 0..3 {
        desk.after(Span::minutes(10)).await;
    }
    assert_eq!(desk.platform.calls(), 0);
    assert_eq!(desk.reply(reply).await.state, OutboxState::Waiting);
    assert_eq!(desk.road.would_leave(desk.site).await.unwrap().len(), 1);
    desk.road.resume(desk.jonas, desk.site, pause).await.unwrap();
    desk.after(Span::seconds(5)).await;
    assert_eq!(desk.platform.published().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_pause_stops_every_site_and_needs_a_reason() {
    let desk = open().await;
    desk.approved().await;
    let nothing = desk.road.pause(desk.mara, PauseScope::Group(desk.site), "  ").await;
    assert!(matches!(nothing, Err(ActError::Invalid("reason_missing"))));
    desk.road.pause(desk.mara, PauseScope::Group(desk.site), "Großschadenslage").await.unwrap();
    desk.after(Span::minutes(10)).await;
    assert_eq!(desk.platform.calls(), 0);
}

/// What changes between approval and sending, and the reason with which the reply comes back.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_holds_comes_back_to_the_desk_with_the_reason() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.platform.shows(Standpoint::Gone);
    desk.after(Span::seconds(61)).await;
    let row = desk.reply(reply).await;
    assert_eq!((row.state, row.code.as_str()), (OutboxState::Returned, "post_deleted"));
    assert_eq!(desk.case(case).await.returned_code.as_deref(), Some("post_deleted"));
    assert_eq!(desk.case(case).await.queue, Queue::Now);

    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.shows(Standpoint::there("Meine Mutter ist heute bei Ihnen gestorben."));
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.code, "post_edited");

    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let order = LabelOrder {
        target: LabelTarget::Thread,
        kind: LabelKind::NextOfKinPending,
        reason: "Bruder noch im Flugzeug",
        expires_at: None,
    };
    desk.road.label(desk.mara, case, order).await.unwrap();
    desk.clock.pass(Span::seconds(61));
    desk.road.send_due().await.unwrap();
    assert_eq!(desk.reply(reply).await.code, "rules");
    assert_eq!(desk.platform.calls(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_changed_in_the_database_after_approval_does_not_leave() {
    let desk = open().await;
    let (case, reply) = desk.approved().await;
    let mut tx = desk.store.begin().await.unwrap();
    let row = bedside_store::drafts::latest(&mut tx, case).await.unwrap().unwrap();
    let key = desk.store.keys().of(&format!("thread:{}", desk.case(case).await.thread), desk.now()).await.unwrap();
    let text = bedside_store::drafts::DraftText { text: "Ganz etwas anderes.".to_owned(), salt: [0; 32] };
    let written = bedside_store::drafts::Written {
        text: &text,
        commitment: &row.commitment,
        form: row.form,
        lang: "de",
        checks: "[]",
        verdict: "allow",
        statement: None,
    };
    // As somebody with the key and the database could: new text, everything else as it was.
    bedside_store::drafts::rewrite(&mut tx, row.id, row.post, &written, &key, desk.now()).await.unwrap();
    bedside_store::drafts::set_state(&mut tx, &row, desk.now()).await.unwrap();
    tx.commit().await.unwrap();
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.code, "text_changed");
    assert_eq!(desk.platform.calls(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_accepting_is_read_back_and_not_said_twice() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.will(&[Mood::AcceptsAndSays500]);
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Unsure);
    desk.after(Span::minutes(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!((desk.platform.published().len(), desk.platform.calls()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_that_pass_are_tried_again_and_refusals_come_back() {
    let desk = open().await;
    let (_, reply) = desk.approved().await;
    desk.platform.will(&[Mood::Says500, Mood::AsksForPatience]);
    for _ in 0..4 {
        desk.after(Span::minutes(2)).await;
    }
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.platform.published().len(), 1);

    let desk = open().await;
    let (case, reply) = desk.approved().await;
    desk.platform.will(&[Mood::Refuses]);
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Failed);
    assert_eq!(desk.case(case).await.returned_code.as_deref(), Some("refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_role_at_the_site_finds_nothing() {
    let desk = open().await;
    let (case, draft) = desk.asked().await;
    let stranger = bedside_core::id::PersonId::new(desk.now(), &[7; 10]);
    assert!(matches!(desk.road.note(stranger, case, "x").await, Err(ActError::Gone)));
    assert!(matches!(desk.approve(stranger, draft).await, Err(ActError::Gone)));
    assert!(matches!(desk.road.pause(stranger, PauseScope::Site(desk.site), "x").await, Err(ActError::Gone)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_edited_upstream_is_decided_anew() {
    let desk = open().await;
    let (case, _) = desk.asked().await;
    let before = desk.case(case).await.decision_id;
    let edited = post("q1", "petra", "Ich will nicht mehr leben. Heute Nacht mache ich Schluss.");
    desk.take(vec![Upstream::Edited(Box::new(edited))], Standing::Live).await;
    let case = desk.case(case).await;
    assert_ne!(case.decision_id, before);
    assert!(case.decision.escalation.is_some());
}
