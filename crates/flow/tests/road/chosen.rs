//! The library's statements in a crisis and in an incident, on both engines: offered in the house's own words, said word for word,
//! and no more once they are over.

use std::collections::BTreeSet;

use bedside_core::{
    case::Queue,
    id::CaseId,
    policy::{IncidentKind, SpeechForm},
    statement::{Statement, StatementKind},
    time::Span,
    triage::{Lang, Topic},
};
use bedside_flow::{ActError, PauseScope, acts::CrisisReply};
use bedside_store::{drafts, incidents, library, outbox::OutboxState};

use crate::{
    alarm::{Outside, call, connect, settings},
    house::{Desk, PARKING, open_on_both, open_with, post},
};

const CRISIS: &str = "Ich kann nicht mehr. Heute Nacht bringe ich mich um, die Tabletten liegen bereit.";
const OWN: &str = "Sie müssen da nicht allein durch. Bitte rufen Sie an: {Hilfetelefon}. In Gefahr sofort {Notruf}.";
const SAID: &str =
    "Sie müssen da nicht allein durch. Bitte rufen Sie an: TelefonSeelsorge, 0800 111 0 111. In Gefahr sofort 112.";
const STATEMENT: &str = "{Haus}: Unsere Computer sind gestört. Die Notaufnahme arbeitet.";

fn of(kind: StatementKind, text: &str, topics: &[Topic]) -> Statement {
    Statement {
        title: "Eigene Worte".to_owned(),
        text: text.to_owned(),
        kind,
        form: SpeechForm::AnswerPublicGeneric,
        lang: Lang::De,
        topics: topics.iter().copied().collect(),
        laws: BTreeSet::new(),
        sites: BTreeSet::new(),
    }
}

async fn crisis(desk: &Desk, id: &str) -> CaseId {
    let known: Vec<CaseId> = desk.queue(Queue::Now).await.iter().map(|one| one.id).collect();
    desk.hears(vec![post(id, id, CRISIS)]).await;
    desk.clock.pass(Span::seconds(5));
    desk.queue(Queue::Now).await.iter().map(|one| one.id).find(|one| !known.contains(one)).unwrap()
}

async fn replies(desk: &Desk, case: CaseId) -> Vec<CrisisReply> {
    let case = desk.case(case).await;
    let mut tx = desk.store.begin_read().await.unwrap();
    desk.road.crisis_replies(&mut tx, &case, Lang::De).await.unwrap()
}

async fn names(desk: &Desk, case: CaseId) -> Vec<String> {
    replies(desk, case).await.into_iter().map(|one| one.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_answers_a_crisis_in_its_own_approved_words_and_is_never_without_an_answer() {
    for desk in open_on_both().await {
        let case = crisis(&desk, "s1").await;
        assert_eq!(names(&desk, case).await, ["crisis.suicide.de.de", "crisis.suicide.de.en"]);
        let silent = of(StatementKind::Crisis, "Wir sind für Sie da, Tag und Nacht.", &[]);
        desk.statement(silent).await;
        desk.statement(of(StatementKind::Crisis, OWN, &[Topic::MedicalEmergency])).await;
        assert_eq!(names(&desk, case).await.len(), 2, "without the number, or for another danger: not offered");
        let own = desk.statement(of(StatementKind::Crisis, OWN, &[Topic::CrisisSuicide])).await;
        let number = desk.newest(own).await.number;
        let offered = replies(&desk, case).await;
        let ids: Vec<&str> = offered.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, [format!("library.{number}").as_str(), "crisis.suicide.de.en"], "its own in its language");
        assert_eq!(offered[0].text, SAID);
        let gone = desk.road.send_crisis_reply(desk.jonas, case, "crisis.suicide.de.de").await;
        assert!(matches!(gone, Err(ActError::Invalid("no_such_statement"))), "{gone:?}");

        let reply = desk.road.send_crisis_reply(desk.jonas, case, &offered[0].id).await.unwrap();
        desk.after(Span::seconds(1)).await;
        assert_eq!(desk.platform.published(), [SAID]);
        assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
        let mut tx = desk.store.begin_read().await.unwrap();
        let draft = drafts::latest(&mut tx, case).await.unwrap().unwrap();
        assert_eq!(draft.statement, Some((own, 1)));
        assert!(library::was_said(&mut tx, case, own, None).await.unwrap());
        drop(tx);
        let twice = desk.road.send_crisis_reply(desk.jonas, case, &offered[0].id).await;
        assert!(matches!(twice, Err(ActError::Changed("said_already"))), "{twice:?}");

        let next = crisis(&desk, "s2").await;
        desk.clock.pass(Span::days(101));
        assert_eq!(names(&desk, next).await, ["crisis.suicide.de.de", "crisis.suicide.de.en"], "its time is over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crisis_reply_whose_statement_is_taken_out_of_use_while_it_waits_does_not_leave() {
    for desk in open_on_both().await {
        let own = desk.statement(of(StatementKind::Crisis, OWN, &[])).await;
        let case = crisis(&desk, "s1").await;
        let offered = replies(&desk, case).await.remove(0);
        let reply = desk.road.send_crisis_reply(desk.jonas, case, &offered.id).await.unwrap();
        desk.road.retire_statement(desk.mara, own).await.unwrap();
        desk.after(Span::seconds(1)).await;
        let reply = desk.reply(reply).await;
        assert_eq!((reply.state, reply.code.as_str()), (OutboxState::Returned, "rules"));
        assert_eq!(desk.platform.published().len(), 0);
        assert_eq!(names(&desk, case).await[0], "crisis.suicide.de.de", "and another may be sent at once");
        desk.road.send_crisis_reply(desk.jonas, case, "crisis.suicide.de.de").await.unwrap();
        desk.after(Span::seconds(1)).await;
        assert_eq!(desk.platform.published().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_once_too_the_houses_own_words_leave() {
    let desk = open_with("[crisis]\nreply = \"at_once\"\n").await;
    let outside = std::sync::Arc::new(Outside::default());
    connect(&desk, &outside, settings(&desk));
    desk.statement(of(StatementKind::Crisis, OWN, &[])).await;
    crisis(&desk, "s1").await;
    call(&desk).await;
    desk.after(Span::seconds(1)).await;
    assert_eq!(desk.platform.published(), [format!("{SAID} Dies ist eine automatische Nachricht.")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_speaks_by_a_statement_of_the_library_that_a_second_person_approves_for_it() {
    for desk in open_on_both().await {
        let own = desk.statement(of(StatementKind::Incident, STATEMENT, &[])).await;
        let over = desk.statement(of(StatementKind::Incident, "Die Aufnahme ist geschlossen.", &[])).await;
        desk.hears(vec![post("q1", "petra", PARKING)]).await;
        let case = desk.queue(Queue::Now).await.remove(0).id;
        let scope = PauseScope::Site(desk.site);
        let incident = desk.road.begin_incident(desk.jonas, scope, IncidentKind::Cyber, "Server aus").await.unwrap();
        desk.road.retire_statement(desk.mara, over).await.unwrap();
        let refused = desk.road.choose_incident_text(desk.mara, desk.site, incident, over).await;
        assert!(matches!(refused, Err(ActError::Invalid("statement_over"))), "{refused:?}");
        let chosen = desk.road.choose_incident_text(desk.jonas, desk.site, incident, own).await.unwrap();
        let alone = desk.road.approve_incident_text(desk.jonas, desk.site, chosen, true).await;
        assert!(matches!(alone, Err(ActError::Refused(_))), "four eyes: {alone:?}");
        let chosen = desk.road.choose_incident_text(desk.mara, desk.site, incident, own).await.unwrap();
        desk.road.approve_incident_text(desk.jonas, desk.site, chosen, true).await.unwrap();
        desk.after(Span::seconds(1)).await;

        let changed = "Lindenhof Mitte: Unsere Computer sind gestört.";
        let draft =
            desk.road.write_draft(desk.mara, case, SpeechForm::AnswerPublicGeneric, "de", changed).await.unwrap();
        let refused = desk.road.ask_approval(desk.mara, draft).await;
        assert!(matches!(refused, Err(ActError::Invalid("not_the_statement"))), "{refused:?}");
        let draft = desk.road.draft_incident_text(desk.mara, case, "de").await.unwrap();
        let reply = desk.queued(draft).await;
        desk.after(Span::seconds(61)).await;
        assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
        assert_eq!(
            desk.platform.published(),
            ["Lindenhof Mitte: Unsere Computer sind gestört. Die Notaufnahme arbeitet."]
        );
        let mut tx = desk.store.begin_read().await.unwrap();
        let stands = incidents::statement(&mut tx, chosen).await.unwrap().unwrap();
        assert_eq!(stands.from, Some((own, 1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_statement_that_is_over_before_it_is_approved_is_not_made() {
    for desk in open_on_both().await {
        let own = desk.statement(of(StatementKind::Incident, STATEMENT, &[])).await;
        let scope = PauseScope::Site(desk.site);
        let incident = desk.road.begin_incident(desk.jonas, scope, IncidentKind::Cyber, "Server aus").await.unwrap();
        let chosen = desk.road.choose_incident_text(desk.mara, desk.site, incident, own).await.unwrap();
        desk.road.retire_statement(desk.mara, own).await.unwrap();
        let refused = desk.road.approve_incident_text(desk.jonas, desk.site, chosen, true).await;
        assert!(matches!(refused, Err(ActError::Invalid("statement_over"))), "{refused:?}");
    }
}
