//! What the record says reaches decisions and the outbox, through a confirmed and consented link alone.

use std::sync::{Arc, Mutex};

use bedside_core::{
    case::Queue,
    channel::Promise,
    door::{Purpose, SpeaksFor},
    emr::{Change, Death, Identifier, KVNR, Told, VisitChange},
    filing::{Brought, Document, File, FilingAct, FilingFault},
    id::EmrLinkId,
    label::LabelKind,
    policy::Speech,
    time::Span,
};
use bedside_flow::{LinkVerdict, door::link_facts};
use bedside_store::{
    emr::{
        filing::{self, FilingState},
        link::{self, LinkKind},
    },
    labels,
    outbox::OutboxState,
};

use crate::{
    door::at_the_door,
    emr::{at, link_in, link_row, person, tell, visit},
    house::{Desk, NOW, post},
};

const CONFIRMED: LinkVerdict<'static> = LinkVerdict::Confirmed { how: "in_person", representative: false };

pub fn petra() -> bedside_core::emr::PatientTold {
    let mut told = person("4711", "Weber");
    told.ids.push(Identifier { authority: KVNR.to_owned(), value: "A123456780".to_owned(), kind: "NH".to_owned() });
    told.born = Told::Said("1980-02-03".to_owned());
    told
}

async fn facts(desk: &Desk, author: bedside_core::id::AuthorId) -> Option<bedside_core::policy::LinkFacts> {
    link_facts(&mut desk.store.begin_read().await.unwrap(), author, desk.now()).await.unwrap()
}

/// Who set the label on an account.
async fn bereaved(desk: &Desk, author: bedside_core::id::AuthorId) -> Vec<String> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let on = labels::on_author(&mut tx, desk.site, author, desk.now()).await.unwrap();
    on.into_iter().filter(|label| label.kind == LabelKind::Bereaved).map(|label| label.set_by).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_told_by_the_record_stops_a_reply_that_was_approved_and_its_reversal_lets_it_be_said() {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    let begin = Change::Visit { patient: petra(), visit: visit("F1"), change: VisitChange::Begin };
    tell(&desk, link, "1", 0, begin).await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let claim = desk.claims(&guest, "1980-02-03").await;
    assert_eq!(facts(&desk, guest.author).await, None, "a claim leads to nothing");
    let case = desk.door_case(&guest).await;
    desk.road.settle_link(desk.jonas, case.id, claim, CONFIRMED, "Ausweis gesehen").await.unwrap();
    let known = facts(&desk, guest.author).await.unwrap();
    assert_eq!((known.inpatient, known.deceased), (Some(true), Some(false)));

    desk.hears(vec![post("q2", "petra", "Hallo, wo kann ich bei Ihnen parken und was kostet das?")]).await;
    let case = desk.queue(Queue::Now).await.into_iter().find(|case| case.author == guest.author).unwrap();
    desk.clock.pass(Span::seconds(1));
    let text = "Guten Tag, Parkplätze finden Sie im Parkhaus an der Lindenstraße.";
    let form = bedside_core::policy::SpeechForm::AnswerPublicGeneric;
    let draft = desk.road.write_draft(desk.mara, case.id, form, "de", text).await.unwrap();
    desk.road.ask_approval(desk.mara, draft).await.unwrap();
    desk.clock.pass(Span::seconds(1));
    let reply = desk.approve(desk.jonas, draft).await.unwrap();

    let death = |death| {
        let mut told = petra();
        told.death = death;
        Change::Person { patient: told }
    };
    tell(&desk, link, "2", 10, death(Told::Said(Death { at: Some(at(5)) }))).await;
    assert_eq!(facts(&desk, guest.author).await.unwrap().deceased, Some(true));
    let grieving = bereaved(&desk, guest.author).await;
    assert_eq!(grieving, ["emr"], "whoever writes from this account is close to the dead");
    desk.after(Span::seconds(120)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Returned, "nothing left");
    let held = desk.case(case.id).await;
    assert!(matches!(held.decision.speech, Speech::Hold(_)), "{:?}", held.decision.speech);
    assert_eq!(desk.platform.published().len(), 0);

    tell(&desk, link, "3", 20, death(Told::Cleared)).await;
    assert!(bereaved(&desk, guest.author).await.is_empty(), "the record took it back");
    desk.after(Span::seconds(1)).await;
    let free = desk.case(case.id).await;
    assert!(matches!(free.decision.speech, Speech::Permitted { .. }), "{:?}", free.decision.speech);

    desk.road.revoke(desk.site, guest.author, Purpose::Link).await.unwrap();
    assert_eq!(facts(&desk, guest.author).await, None, "from the moment it is taken back the record is silent");
}

/// A system of the record that the test tells what to answer.
pub struct Record {
    pub link: EmrLinkId,
    pub answers: Mutex<Vec<Result<(), FilingFault>>>,
    pub filed: Mutex<Vec<(FilingAct, Document)>>,
}

impl File for Record {
    fn link(&self) -> EmrLinkId {
        self.link
    }
    fn cancels(&self) -> bool {
        true
    }
    fn file<'a>(&'a self, document: &'a Document, act: FilingAct) -> Promise<'a, Result<Brought, FilingFault>> {
        Box::pin(async move {
            // As a link over HL7 v2, which has no message for consents and work.
            if !act.is_document() {
                return Ok(Brought::NoPlace);
            }
            let answer = self.answers.lock().unwrap().pop().unwrap_or(Ok(()));
            if answer.is_ok() {
                self.filed.lock().unwrap().push((act, document.clone()));
            }
            answer.map(|()| Brought::Filed)
        })
    }
}

impl Record {
    pub async fn of(desk: &Desk) -> Arc<Self> {
        let mut row = link_row(desk, "out");
        row.kind = LinkKind::Hl7Out;
        let mut tx = desk.store.begin().await.unwrap();
        let link = link::put(&mut tx, &row, NOW).await.unwrap().id;
        tx.commit().await.unwrap();
        let record = Arc::new(Self { link, answers: Mutex::default(), filed: Mutex::default() });
        desk.road.connect_record(record.clone());
        record
    }

    pub fn has(&self) -> Vec<FilingAct> {
        self.filed.lock().unwrap().iter().map(|(act, _)| *act).collect()
    }
}

/// Petra, linked and consenting to what `purposes` say; her door conversation is answered and closed.
pub async fn closed_conversation(desk: &Desk, link: EmrLinkId, purposes: &[Purpose]) -> bedside_flow::door::Guest {
    tell(desk, link, "1", 0, Change::Person { patient: petra() }).await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let claim = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    desk.road.settle_link(desk.jonas, case.id, claim, CONFIRMED, "Ausweis gesehen").await.unwrap();
    desk.road.door_consent(&guest, purposes).await.unwrap();
    desk.clock.pass(Span::seconds(5));
    desk.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
    let reply = desk.answered_at_door(&guest, "Guten Tag, am Samstag von 14 bis 18 Uhr.").await;
    desk.after(Span::seconds(120)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    assert_eq!(desk.door_case(&guest).await.queue, Queue::Done);
    guest
}

pub async fn file_all(desk: &Desk, record: &Arc<Record>) {
    let to: Arc<dyn File> = record.clone();
    while desk.road.make_filings().await.unwrap() + desk.road.file_next(&to).await.unwrap() > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_conversation_is_filed_once_and_taken_back_with_the_consent() {
    let desk = at_the_door().await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    let guest = closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    file_all(&desk, &record).await;
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [FilingAct::File]);
    let (_, document) = record.filed.lock().unwrap()[0].clone();
    assert!(document.ids.iter().any(|id| id.value == "4711"));
    let text = document.lines.join("\n");
    assert!(text.contains("Besuchszeit") && text.contains("von 14 bis 18 Uhr"), "{text}");
    assert!(!text.contains("Verknüpfung"), "what a form of the door said for her is not hers to file: {text}");

    desk.road.revoke(desk.site, guest.author, Purpose::CareTeam).await.unwrap();
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [FilingAct::File, FilingAct::Cancel]);
    file_all(&desk, &record).await;
    assert_eq!(record.has().len(), 2, "taken back once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_door_said_for_somebody_is_not_filed_though_they_consented_before_its_case_was_closed() {
    let desk = at_the_door().await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    tell(&desk, link, "1", 0, Change::Person { patient: petra() }).await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    desk.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    desk.clock.pass(Span::seconds(5));
    let claim = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    desk.road.settle_link(desk.jonas, case.id, claim, CONFIRMED, "Ausweis gesehen").await.unwrap();
    assert_eq!(desk.lines(&guest).await.len(), 1, "she and the desk see it");
    desk.answered_at_door(&guest, "Guten Tag, das ist erledigt.").await;
    desk.after(Span::seconds(120)).await;
    file_all(&desk, &record).await;
    for (_, document) in record.filed.lock().unwrap().iter() {
        let text = document.lines.join("\n");
        assert!(!text.contains("Verknüpfung"), "{text}");
    }
    desk.clock.pass(Span::seconds(5));
    desk.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
    desk.answered_at_door(&guest, "Guten Tag, am Samstag von 14 bis 18 Uhr.").await;
    desk.after(Span::seconds(120)).await;
    file_all(&desk, &record).await;
    let text = record.filed.lock().unwrap().last().map(|(_, document)| document.lines.join("\n")).unwrap();
    assert!(text.contains("Besuchszeit") && !text.contains("Verknüpfung"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_consent_to_it_nothing_is_filed_and_what_waits_is_dropped_when_it_ends() {
    let desk = at_the_door().await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    let guest = closed_conversation(&desk, link, &[Purpose::Contact]).await;
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [], "the care team was not spoken of");

    desk.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [], "what was said before is not what the consent spoke of");
    desk.clock.pass(Span::seconds(5));
    desk.writes(&guest, "Und am Sonntag, wann ist da Besuchszeit?").await;
    desk.answered_at_door(&guest, "Guten Tag, am Sonntag von 14 bis 18 Uhr.").await;
    desk.after(Span::seconds(120)).await;
    let unreachable = FilingFault { code: "unreachable", is_passing: true, ..FilingFault::default() };
    record.answers.lock().unwrap().push(Err(unreachable));
    file_all(&desk, &record).await;
    let waiting = async || filing::last(&mut desk.store.begin_read().await.unwrap(), record.link, 9).await.unwrap();
    assert_eq!(waiting().await[0].state, FilingState::Waiting);
    desk.road.revoke(desk.site, guest.author, Purpose::Link).await.unwrap();
    desk.clock.pass(Span::hours(1));
    file_all(&desk, &record).await;
    assert_eq!((record.has(), waiting().await[0].state), (vec![], FilingState::Dropped));
}

/// A system of the record that refuses, a moment after the patient has taken the consent back.
struct TooLate {
    link: EmrLinkId,
    desk: Arc<bedside_flow::Road>,
    site: bedside_core::id::SiteId,
    author: bedside_core::id::AuthorId,
}

impl File for TooLate {
    fn link(&self) -> EmrLinkId {
        self.link
    }
    fn cancels(&self) -> bool {
        true
    }
    fn file<'a>(&'a self, _: &'a Document, _: FilingAct) -> Promise<'a, Result<Brought, FilingFault>> {
        Box::pin(async move {
            self.desk.revoke(self.site, self.author, Purpose::CareTeam).await.unwrap();
            Err(FilingFault { code: "refused", ..FilingFault::default() })
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_after_the_consent_was_taken_back_is_nobodys_dead_letter() {
    let desk = at_the_door().await;
    let (link, record) = (link_in(&desk).await, Record::of(&desk).await);
    let guest = closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    let road = Arc::clone(&desk.road);
    let late: Arc<dyn File> =
        Arc::new(TooLate { link: record.link, desk: road, site: desk.site, author: guest.author });
    desk.road.make_filings().await.unwrap();
    assert_eq!(desk.road.file_next(&late).await.unwrap(), 1);
    let all = filing::last(&mut desk.store.begin_read().await.unwrap(), record.link, 9).await.unwrap();
    assert_eq!(all.iter().map(|row| row.state).collect::<Vec<_>>(), [FilingState::Dropped]);
    file_all(&desk, &record).await;
    assert_eq!(record.has(), [], "there is nothing to take back");
}
