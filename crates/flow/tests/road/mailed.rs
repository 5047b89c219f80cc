//! Letters to the contact in the record: a code confirms a link without the house, and whoever was linked is told and can undo.

use std::sync::{Arc, Mutex};

use bedside_core::{
    channel::{Fault, Promise},
    door::{LinkLevel, Purpose, SpeaksFor},
    emr::{Change, Told},
    id::LetterId,
    label::{LabelKind, LabelTarget},
    letter::{Letter, Post},
    time::Span,
};
use bedside_flow::{ActError, LabelOrder, LinkVerdict, chart::Whose, door::Guest};
use bedside_store::door::{self, LetterState};

use crate::{
    door::at_the_door,
    emr::{link_in, tell},
    house::Desk,
    linked::petra,
};

/// A mailbox that keeps what comes, or answers with a fault.
#[derive(Default)]
struct Mailbox {
    letters: Mutex<Vec<Letter>>,
    faults: Mutex<Vec<Fault>>,
}

impl Post for Mailbox {
    fn send<'a>(&'a self, letter: &'a Letter) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            if let Some(fault) = self.faults.lock().unwrap().pop() {
                return Err(fault);
            }
            self.letters.lock().unwrap().push(letter.clone());
            Ok(())
        })
    }
    fn reach(&self) -> Promise<'_, Result<(), Fault>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Mailbox {
    /// The code in the newest letter.
    fn code(&self) -> String {
        let text = self.letters.lock().unwrap().last().unwrap().text.clone();
        text.lines().find(|line| line.starts_with("    ")).unwrap().trim().to_owned()
    }
}

/// Petra's record holds `contacts`; she has claimed it.
async fn claimed(contacts: &[&str], speaks_for: SpeaksFor) -> (Desk, Arc<Mailbox>, Guest) {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    let mut told = petra();
    told.contacts = Told::Said(contacts.iter().map(|one| (*one).to_owned()).collect());
    tell(&desk, link, "1", 0, Change::Person { patient: told }).await;
    let mailbox = Arc::new(Mailbox::default());
    desk.road.connect_post(mailbox.clone());
    let guest = desk.guest(speaks_for).await;
    desk.claims(&guest, "1980-02-03").await;
    (desk, mailbox, guest)
}

async fn post_all(desk: &Desk) {
    while desk.road.letter_next().await.unwrap() > 0 {}
}

async fn level(desk: &Desk, guest: &Guest) -> LinkLevel {
    door::links_of(&mut desk.store.begin_read().await.unwrap(), guest.author).await.unwrap()[0].level
}

async fn states(desk: &Desk, guest: &Guest) -> Vec<(LetterState, String)> {
    let mut tx = desk.store.begin_read().await.unwrap();
    let link = door::links_of(&mut tx, guest.author).await.unwrap()[0].id;
    let letters = door::letters_of(&mut tx, link).await.unwrap();
    letters.into_iter().map(|one| (one.state, one.code)).collect()
}

const MAIL: &[&str] = &["030 5550100", "petra@mail.example"];

#[tokio::test(flavor = "multi_thread")]
async fn a_code_to_the_contact_in_the_record_confirms_the_link_once() {
    let (desk, mailbox, guest) = claimed(MAIL, SpeaksFor::Myself).await;
    desk.road.door_ask_letter(&guest).await.unwrap();
    post_all(&desk).await;
    assert_eq!(mailbox.letters.lock().unwrap()[0].to, "petra@mail.example");
    let code = mailbox.code();
    assert!(!desk.road.door_confirm_by_letter(&guest, "BCDF-GHJK").await.unwrap());
    assert_eq!(level(&desk, &guest).await, LinkLevel::Claimed);
    assert!(desk.road.door_confirm_by_letter(&guest, &code.to_lowercase()).await.unwrap());
    assert_eq!(level(&desk, &guest).await, LinkLevel::Confirmed);
    assert!(matches!(desk.road.door_confirm_by_letter(&guest, &code).await, Err(ActError::Changed(_))));

    post_all(&desk).await;
    let told = mailbox.letters.lock().unwrap().last().unwrap().clone();
    let at = told.text.lines().find(|line| line.contains("/undo?n=")).unwrap().trim().to_owned();
    let (id, word) = at.split_once("n=").unwrap().1.split_once("&t=").unwrap();
    let id: LetterId = id.parse().unwrap();
    for text in mailbox.letters.lock().unwrap().iter().map(|one| &one.text) {
        assert!(!text.contains("Weber") && !text.contains("A123456780"), "{text}");
    }
    let other = format!("{}{}", if word.starts_with('0') { '1' } else { '0' }, &word[1..]);
    assert!(!desk.road.door_undo_by_letter(desk.site, id, &other).await.unwrap());
    assert!(desk.road.door_undo_by_letter(desk.site, id, word).await.unwrap());
    assert_eq!(level(&desk, &guest).await, LinkLevel::Undone);
    assert!(!desk.road.door_undo_by_letter(desk.site, id, word).await.unwrap(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_learns_nothing_of_the_record() {
    for (contacts, speaks_for, why) in
        [(&["030 5550100"][..], SpeaksFor::Myself, "no_address"), (MAIL, SpeaksFor::Child, "nobody")]
    {
        let (desk, mailbox, guest) = claimed(contacts, speaks_for).await;
        desk.road.door_ask_letter(&guest).await.unwrap();
        post_all(&desk).await;
        assert_eq!(states(&desk, &guest).await, [(LetterState::Unsent, why.to_owned())]);
        assert_eq!(mailbox.letters.lock().unwrap().len(), 0);
        assert!(!desk.road.door_confirm_by_letter(&guest, "BCDF-GHJK").await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_and_letters_are_counted_and_codes_end() {
    let (desk, mailbox, guest) = claimed(MAIL, SpeaksFor::Myself).await;
    desk.road.door_ask_letter(&guest).await.unwrap();
    post_all(&desk).await;
    let first = mailbox.code();
    for _ in 0..5 {
        assert!(!desk.road.door_confirm_by_letter(&guest, "BCDF-GHJK").await.unwrap());
    }
    assert!(!desk.road.door_confirm_by_letter(&guest, &first).await.unwrap(), "five tries are all");
    desk.clock.pass(Span::minutes(1));
    desk.road.door_ask_letter(&guest).await.unwrap();
    post_all(&desk).await;
    let second = mailbox.code();
    desk.clock.pass(Span::minutes(31));
    assert!(!desk.road.door_confirm_by_letter(&guest, &second).await.unwrap(), "half an hour is all");
    desk.road.door_ask_letter(&guest).await.unwrap();
    let fourth = desk.road.door_ask_letter(&guest).await.unwrap_err();
    assert!(matches!(fourth, ActError::Invalid("too_many_codes")), "{fourth}");
    mailbox.faults.lock().unwrap().push(Fault::Unreachable);
    post_all(&desk).await;
    assert_eq!(states(&desk, &guest).await[0].0, LetterState::Waiting, "tried again later");
    // A password that the server does not take any more is the house's to mend: no letter is lost over it.
    mailbox.faults.lock().unwrap().push(Fault::SignedOut { code: "535".to_owned() });
    desk.clock.pass(Span::minutes(5));
    post_all(&desk).await;
    assert_eq!(states(&desk, &guest).await[0].0, LetterState::Waiting, "tried again later");
    desk.clock.pass(Span::minutes(10));
    post_all(&desk).await;
    assert!(desk.road.door_confirm_by_letter(&guest, &mailbox.code()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_keeps_letters_from_a_mailbox_that_somebody_else_reads() {
    let (desk, mailbox, guest) = claimed(MAIL, SpeaksFor::Myself).await;
    let case = desk.door_case(&guest).await;
    let order =
        LabelOrder { kind: LabelKind::NoContact, target: LabelTarget::Author, expires_at: None, reason: "liest mit" };
    desk.road.label(desk.jonas, case.id, order).await.unwrap();
    let claim = door::links_of(&mut desk.store.begin_read().await.unwrap(), guest.author).await.unwrap()[0].id;
    let confirmed = LinkVerdict::Confirmed { how: "in_person", representative: false };
    desk.road.settle_link(desk.jonas, case.id, claim, confirmed, "Ausweis gesehen").await.unwrap();
    post_all(&desk).await;
    assert_eq!(states(&desk, &guest).await, [(LetterState::Unsent, "no_contact".to_owned())]);
    assert_eq!(mailbox.letters.lock().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_confirmed_before_the_record_told_of_the_patient_finds_them_later() {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let claim = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    let confirmed = LinkVerdict::Confirmed { how: "document", representative: false };
    desk.road.settle_link(desk.jonas, case.id, claim, confirmed, "Karte gesehen").await.unwrap();
    desk.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    desk.clock.pass(Span::seconds(5));
    desk.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
    let shown = async || {
        let mut tx = desk.store.begin_read().await.unwrap();
        desk.road.conversations(&mut tx, Whose::Site(desk.site)).await.unwrap().len()
    };
    assert_eq!(shown().await, 0);
    tell(&desk, link, "1", 0, Change::Person { patient: petra() }).await;
    assert_eq!(desk.road.match_links_next().await.unwrap(), 1);
    assert_eq!(shown().await, 1);
    assert_eq!(desk.road.match_links_next().await.unwrap(), 0);
}
