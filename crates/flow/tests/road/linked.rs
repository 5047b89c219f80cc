//! What the record says reaches decisions and the outbox, through a confirmed and consented link alone.

use bedside_core::{
    case::Queue,
    door::{Purpose, SpeaksFor},
    emr::{Change, Death, Identifier, KVNR, Told, VisitChange},
    policy::Speech,
    time::Span,
};
use bedside_flow::{LinkVerdict, door::link_facts};
use bedside_store::outbox::OutboxState;

use crate::{
    door::at_the_door,
    emr::{at, link_in, person, tell, visit},
    house::{Desk, post},
};

const CONFIRMED: LinkVerdict<'static> = LinkVerdict::Confirmed { how: "in_person", representative: false };

fn petra() -> bedside_core::emr::PatientTold {
    let mut told = person("4711", "Weber");
    told.ids.push(Identifier { authority: KVNR.to_owned(), value: "A123456780".to_owned(), kind: "NH".to_owned() });
    told.born = Told::Said("1980-02-03".to_owned());
    told
}

async fn facts(desk: &Desk, author: bedside_core::id::AuthorId) -> Option<bedside_core::policy::LinkFacts> {
    link_facts(&mut desk.store.begin_read().await.unwrap(), author, desk.now()).await.unwrap()
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
    let reply = desk.road.approve(desk.jonas, draft, false).await.unwrap();

    let death = |death| {
        let mut told = petra();
        told.death = death;
        Change::Person { patient: told }
    };
    tell(&desk, link, "2", 10, death(Told::Said(Death { at: Some(at(5)) }))).await;
    assert_eq!(facts(&desk, guest.author).await.unwrap().deceased, Some(true));
    desk.after(Span::seconds(120)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Returned, "nothing left");
    let held = desk.case(case.id).await;
    assert!(matches!(held.decision.speech, Speech::Hold(_)), "{:?}", held.decision.speech);
    assert_eq!(desk.platform.published().len(), 0);

    tell(&desk, link, "3", 20, death(Told::Cleared)).await;
    desk.after(Span::seconds(1)).await;
    let free = desk.case(case.id).await;
    assert!(matches!(free.decision.speech, Speech::Permitted { .. }), "{:?}", free.decision.speech);

    desk.road.revoke(desk.site, guest.author, Purpose::Link).await.unwrap();
    assert_eq!(facts(&desk, guest.author).await, None, "from the moment it is taken back the record is silent");
}
