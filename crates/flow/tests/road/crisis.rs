//! The crisis reply: one person sends it unchanged, it leaves at once, and a second person reads it afterwards. Those on call see
//! crisis cases and nothing else.

use bedside_core::{
    case::Queue,
    crisis::{AT_ONCE, STATEMENTS},
    id::PersonId,
    log::Kind,
    post::{Standing, Upstream},
    site::Role,
    time::Span,
    triage::Lang,
};
use bedside_flow::{ActError, acts::CrisisReply};
use bedside_store::{
    alarms,
    cases::CaseRow,
    drafts,
    outbox::{self, OutboxState},
    people, random,
};

use crate::{
    alarm::{Outside, call, connect, settings},
    house::{Desk, NOW, PARKING, open, open_with, post},
    log::kinds,
};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";

async fn on_call(desk: &Desk) -> PersonId {
    let person = people::PersonRow {
        id: PersonId::new(NOW, &random().unwrap()),
        login: "roth".to_owned(),
        name: "Schwester Roth".to_owned(),
        password: None,
        lang: "de".to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: false,
        sounds: true,
        disabled_at: None,
    };
    let mut tx = desk.store.begin().await.unwrap();
    people::add(&mut tx, &person, NOW).await.unwrap();
    people::grant(&mut tx, person.id, desk.site, Role::OnCall).await.unwrap();
    tx.commit().await.unwrap();
    person.id
}

async fn replies(desk: &Desk, case: &CaseRow) -> Vec<CrisisReply> {
    let mut tx = desk.store.begin_read().await.unwrap();
    desk.road.crisis_replies(&mut tx, case, Lang::De).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_on_call_sends_an_approved_reply_and_another_reads_it_afterwards() {
    let desk = open().await;
    let roth = on_call(&desk).await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0);
    let replies = replies(&desk, &case).await;
    let words: Vec<&str> = replies.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(words, ["crisis.suicide.de.de", "crisis.suicide.de.en"]);
    assert!(replies[0].text.contains("0800 111 0 111") && replies[0].text.contains("112"));
    let unknown = desk.road.send_crisis_reply(roth, case.id, "crisis.suicide.us.en").await;
    assert!(matches!(unknown, Err(ActError::Invalid("no_such_statement"))), "{unknown:?}");

    desk.clock.pass(Span::seconds(5));
    let reply = desk.road.send_crisis_reply(roth, case.id, words[0]).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.platform.published(), [replies[0].text.clone()], "unchanged, and without an undo window");
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.case(case.id).await.alarm_taken_by, Some(roth), "who answers has taken it");
    let twice = desk.road.send_crisis_reply(roth, case.id, words[0]).await;
    assert!(matches!(twice, Err(ActError::Changed("said_already"))), "{twice:?}");

    let mut tx = desk.store.begin_read().await.unwrap();
    let draft = drafts::latest(&mut tx, case.id).await.unwrap().unwrap();
    assert_eq!((draft.author, draft.approver), (STATEMENTS, Some(roth)));
    let waiting = alarms::open_readings(&mut tx, desk.site).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].sent_by), (1, roth));
    drop(tx);
    let own = desk.road.read_crisis_reply(roth, case.id, draft.id).await;
    assert!(matches!(own, Err(ActError::Refused(_))), "those on call read nobody's: {own:?}");
    desk.road.read_crisis_reply(desk.mara, case.id, draft.id).await.unwrap();
    let again = desk.road.read_crisis_reply(desk.jonas, case.id, draft.id).await;
    assert!(matches!(again, Err(ActError::Changed("read_already"))), "{again:?}");
    let log = kinds(&desk).await;
    assert!(log.contains(&Kind::CrisisReplied) && log.contains(&Kind::CrisisRead), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sent_it_can_not_read_it_as_the_second_person_and_a_question_has_no_crisis_reply() {
    let desk = open().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    desk.clock.pass(Span::seconds(5));
    desk.road.send_crisis_reply(desk.jonas, case, "crisis.suicide.de.en").await.unwrap();
    let mut tx = desk.store.begin_read().await.unwrap();
    let draft = drafts::latest(&mut tx, case).await.unwrap().unwrap().id;
    drop(tx);
    let own = desk.road.read_crisis_reply(desk.jonas, case, draft).await;
    assert!(matches!(own, Err(ActError::Invalid("own_crisis_reply"))), "{own:?}");

    desk.hears(vec![post("q1", "petra", PARKING)]).await;
    let all = desk.queue(Queue::Now).await;
    let question = all.iter().find(|one| one.id != case).unwrap();
    assert!(replies(&desk, question).await.is_empty());
    let none = desk.road.send_crisis_reply(desk.jonas, question.id, "crisis.suicide.de.de").await;
    assert!(matches!(none, Err(ActError::Invalid("rules_do_not_permit"))), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_call_is_told_of_every_other_case_that_nothing_is_there() {
    let desk = open().await;
    let roth = on_call(&desk).await;
    desk.hears(vec![post("q1", "petra", PARKING), post("s1", "nachtwache", CRISIS)]).await;
    let all = desk.queue(Queue::Now).await;
    let crisis = all.iter().find(|one| one.decision.escalation.is_some()).unwrap().id;
    let question = all.iter().find(|one| one.decision.escalation.is_none()).unwrap().id;
    assert!(matches!(desk.road.note(roth, question, "Hallo").await, Err(ActError::Gone)));
    assert!(matches!(desk.road.opened(roth, question).await, Err(ActError::Gone)));
    desk.road.note(roth, crisis, "Ich rufe an.").await.unwrap();
    desk.road.take_alarm(roth, crisis).await.unwrap();
    let refused = desk.road.resolve(roth, crisis).await;
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_not_the_approved_one_any_more_does_not_leave() {
    let desk = open_with(
        "@id(\"house.later\") @reason_de(\"x\") @reason_en(\"x\") @source(\"x\")\n\
         forbid (principal, action in Action::\"speech\", resource) when { context.hours_since_post < 1000 };\n",
    )
    .await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    desk.clock.pass(Span::seconds(5));
    // A rule that silences everything people write keeps no help line back.
    let reply = desk.road.send_crisis_reply(desk.mara, case, "crisis.suicide.de.de").await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    // The same text as somebody's own draft needs the rules and four eyes.
    let text = desk.platform.published().remove(0);
    let form = bedside_core::policy::SpeechForm::AnswerPublicGeneric;
    desk.hears(vec![post("s2", "andere", CRISIS)]).await;
    let other = desk.queue(Queue::Now).await.into_iter().find(|one| one.id != case).unwrap().id;
    let draft = desk.road.write_draft(desk.mara, other, form, "de", &text).await.unwrap();
    let asked = desk.road.ask_approval(desk.mara, draft).await;
    assert!(matches!(asked, Err(ActError::Invalid("rules_do_not_permit"))), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_may_have_the_reply_leave_at_once_and_by_itself_nothing_does() {
    for (overlay, said) in [("", 0), ("[crisis]\nreply = \"at_once\"\n", 1)] {
        let desk = open_with(overlay).await;
        let outside = std::sync::Arc::new(Outside::default());
        connect(&desk, &outside, settings(&desk));
        desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
        call(&desk).await;
        desk.after(Span::seconds(1)).await;
        call(&desk).await;
        let published = desk.platform.published();
        assert_eq!(published.len(), said, "{overlay}: {published:?}");
        if said == 1 {
            assert!(published[0].starts_with("Was Sie schreiben"), "in the language of the post: {published:?}");
            assert!(published[0].ends_with("Dies ist eine automatische Nachricht."), "{published:?}");
            let mut tx = desk.store.begin_read().await.unwrap();
            let case = desk.queue(Queue::Now).await.remove(0);
            assert_eq!(alarms::readings_of(&mut tx, case.id).await.unwrap()[0].sent_by, AT_ONCE);
            assert_eq!(case.alarm_taken_by, None, "a person still has to take it");
            assert_eq!(outbox::leaving(&mut tx, desk.site).await.unwrap(), []);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_at_once_below_a_picture_that_nobody_has_seen_and_the_rota_is_called_as_ever() {
    let desk = open_with("[crisis]\nreply = \"at_once\"\n").await;
    let outside = std::sync::Arc::new(Outside::default());
    connect(&desk, &outside, settings(&desk));
    let hung = bedside_core::post::Inbound { media_count: 1, ..post("s1", "nachtwache", CRISIS) };
    desk.hears(vec![hung]).await;
    call(&desk).await;
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.platform.published(), Vec::<String>::new());
    let case = desk.queue(Queue::Now).await.remove(0);
    assert!(case.decision.escalation.is_some() && case.alarm_taken_by.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_that_nobody_has_taken_keeps_its_approved_replies_when_the_case_is_decided_anew() {
    let desk = open().await;
    desk.hears(vec![post("s1", "nachtwache", CRISIS)]).await;
    let case = desk.queue(Queue::Now).await.remove(0).id;
    // The author edits it; what was written stays an alarm until somebody has taken it.
    desk.take(vec![Upstream::Edited(Box::new(post("s1", "nachtwache", PARKING)))], Standing::Live).await;
    let anew = desk.case(case).await;
    assert!(anew.decision.escalation.is_some() && !anew.decision.because.is_empty());
    let replies = replies(&desk, &anew).await;
    assert_eq!(replies.len(), 2, "{:?}", anew.decision);
    desk.clock.pass(Span::seconds(5));
    let reply = desk.road.send_crisis_reply(desk.mara, case, &replies[0].id).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed, "{:?}", desk.reply(reply).await.code);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_on_call_see_no_case_that_only_an_incident_of_the_house_escalates() {
    let desk = open().await;
    let roth = on_call(&desk).await;
    let scope = bedside_flow::PauseScope::Site(desk.site);
    let kind = bedside_core::policy::IncidentKind::Cyber;
    desk.road.begin_incident(desk.jonas, scope, kind, "Server aus").await.unwrap();
    desk.hears(vec![post("q1", "petra", PARKING), post("s1", "nachtwache", CRISIS)]).await;
    let all = desk.queue(Queue::Now).await;
    let (crisis, question) = (all[0].id, all[1].id);
    let known =
        bedside_core::policy::Known { account: Some(bedside_core::policy::Account::Staff), ..Default::default() };
    desk.road.set_known(desk.jonas, question, known).await.unwrap();
    desk.after(Span::seconds(1)).await;
    assert!(desk.case(question).await.decision.escalation.unwrap().is_alarm(), "staff speak for themselves");
    assert!(matches!(desk.road.note(roth, question, "Hallo").await, Err(ActError::Gone)));
    desk.road.note(roth, crisis, "Ich rufe an.").await.unwrap();
}
