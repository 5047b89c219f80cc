//! The private door: a code proves an account, a conversation takes the road of any post, a claim stays a claim until a
//! named person confirms it, and consents end when they are taken back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bedside_core::{
    case::Queue,
    channel::{Fault, Receipt},
    door::{IdentifierKind, LinkLevel, Purpose, SpeaksFor},
    id::{AuthorId, LinkId, OutboxId},
    label::{LabelKind, LabelTarget},
    log::{Entry, Kind},
    policy::SpeechForm,
    post::{Standing, Upstream, Visibility},
    time::Span,
};
use bedside_flow::{
    ActError, Change, LabelOrder, LinkVerdict, PauseScope, SendStep, Witness,
    door::{Claim, Guest, Knock, Message, Speaker, consents},
};
use bedside_store::{cases::CaseRow, door, outbox::OutboxState, posts};

use crate::house::{Desk, open, post};

pub async fn at_the_door() -> Desk {
    let desk = open().await;
    desk.road.open_doors().await.unwrap();
    desk
}

impl Desk {
    async fn knocks(&self, handle: &str, token: &[u8]) -> String {
        let knock = Knock { site: self.site, channel: self.channel, handle, token_hash: token, csrf: "c", lang: "de" };
        self.road.knock(&knock).await.unwrap();
        self.road.door_code(token).to_string()
    }

    async fn is_let_in(&self, token: &[u8]) -> bool {
        let new: Vec<u8> = [token, b"-in"].concat();
        self.road.door_enter(token, (&new, "d")).await.unwrap()
    }

    /// Petra has proven her account and come in.
    pub async fn guest(&self, speaks_for: SpeaksFor) -> Guest {
        let code = self.knocks("@Petra", b"t").await;
        self.hears(vec![post("code", "petra", &format!("@haus {code}"))]).await;
        assert!(self.is_let_in(b"t").await);
        let visit = door::visit(&mut self.store.begin_read().await.unwrap(), b"t-in", self.now()).await;
        let guest = Guest::of(&visit.unwrap().unwrap()).unwrap();
        self.road.door_speaks_for(&guest, speaks_for).await.unwrap();
        guest
    }

    pub async fn writes(&self, guest: &Guest, text: &str) {
        self.road.door_write(guest, &Message { text, name: "", file: None }).await.unwrap();
        self.clock.pass(Span::millis(1));
        while self.road.assess_next().await.unwrap() > 0 {}
    }

    pub async fn door_case(&self, guest: &Guest) -> CaseRow {
        let mut tx = self.store.begin_read().await.unwrap();
        let thread = door::person(&mut tx, guest.author).await.unwrap().unwrap().thread.unwrap();
        bedside_store::cases::by_thread(&mut tx, thread).await.unwrap().unwrap()
    }

    pub async fn lines(&self, guest: &Guest) -> Vec<(Speaker, String)> {
        let talk = self.road.door_talk(&mut self.store.begin_read().await.unwrap(), guest).await.unwrap();
        talk.lines.into_iter().map(|line| (line.by, line.text.unwrap().0)).collect()
    }

    /// Mara answers at the door, Jonas approves.
    pub async fn answered_at_door(&self, guest: &Guest, text: &str) -> OutboxId {
        let case = self.door_case(guest).await;
        let draft = self.road.write_draft(self.mara, case.id, SpeechForm::InvitePrivate, "de", text).await.unwrap();
        self.road.ask_approval(self.mara, draft).await.unwrap();
        let shown = self.commitment(draft).await;
        self.road.approve(self.jonas, draft, &shown, true).await.unwrap()
    }

    pub async fn claims(&self, guest: &Guest, birth_date: &str) -> LinkId {
        self.road.door_consent(guest, &[Purpose::Link]).await.unwrap();
        let claim = Claim {
            kind: IdentifierKind::Kvnr,
            number: "A123 456 780",
            birth_date,
            words: "Ich bitte um die Verknüpfung mit meiner Akte.",
        };
        let link = self.road.door_claim(guest, &claim).await.unwrap();
        self.clock.pass(Span::millis(1));
        while self.road.assess_next().await.unwrap() > 0 {}
        link
    }

    async fn level(&self, link: LinkId) -> LinkLevel {
        door::link_of(&mut self.store.begin_read().await.unwrap(), link).await.unwrap().unwrap().level
    }

    async fn kinds(&self) -> Vec<Kind> {
        while self.road.sequence_next().await.unwrap() > 0 {}
        let all = bedside_store::log::entries(&mut self.store.begin_read().await.unwrap(), 0, 9_999).await.unwrap();
        for (_, body) in &all {
            let text = String::from_utf8_lossy(body).to_lowercase();
            for word in ["petra", "a123456780", "1980-02-03", "ausweis"] {
                assert!(!text.contains(word), "{word} stands in the log: {text}");
            }
        }
        all.iter().map(|(_, body)| Entry::decode(body).unwrap().kind()).collect()
    }
}

const CONFIRMED: LinkVerdict<'static> = LinkVerdict::Confirmed { how: "in_person", representative: false };

#[tokio::test(flavor = "multi_thread")]
async fn a_code_proves_the_account_that_sends_it_and_is_no_matter_for_the_desk() {
    let desk = at_the_door().await;
    let code = desk.knocks("@Petra@social.example", b"t").await;
    assert!(!desk.is_let_in(b"t").await, "nothing has been sent yet");
    let mut sent = post("c1", "petra", &format!("@haus Mein Code: {}", code.to_lowercase()));
    sent.visibility = Visibility::Direct;
    desk.hears(vec![sent]).await;
    for queue in Queue::ALL {
        assert_eq!(desk.queue(queue).await, [], "{queue:?}");
    }
    assert!(desk.is_let_in(b"t").await);
    assert!(!desk.is_let_in(b"t").await, "once");
    assert_eq!(desk.kinds().await, [Kind::PostTaken, Kind::DoorProven]);
    let mut tx = desk.store.begin_read().await.unwrap();
    let known = posts::known(&desk.store, &mut tx, desk.channel, "c1").await.unwrap().unwrap();
    assert_eq!(door::code_posts(&mut tx, &[known.id]).await.unwrap(), [known.id].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_account_a_late_one_and_a_sixth_wrong_one_prove_nothing() {
    let desk = at_the_door().await;
    let code = desk.knocks("petra", b"t").await;
    desk.hears(vec![post("c1", "kai", &code)]).await;
    assert!(!desk.is_let_in(b"t").await, "somebody else sent it");
    assert_eq!(desk.queue(Queue::Now).await.len() + desk.queue(Queue::Silent).await.len(), 1, "a post like any other");

    for n in 0..5 {
        desk.hears(vec![post(&format!("w{n}"), "petra", "K7QM-4XTD")]).await;
    }
    desk.hears(vec![post("c2", "petra", &code)]).await;
    assert!(!desk.is_let_in(b"t").await, "tried too often");

    let late = desk.knocks("petra", b"u").await;
    desk.clock.pass(Span::minutes(16));
    desk.hears(vec![post("c3", "petra", &late)]).await;
    assert!(!desk.is_let_in(b"u").await, "too late");

    let again = desk.knocks("petra", b"v").await;
    desk.take(vec![Upstream::Posted(Box::new(post("c4", "petra", &again)))], Standing::History).await;
    assert!(!desk.is_let_in(b"v").await, "history proves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_more_than_the_code_is_heard() {
    let desk = at_the_door().await;
    let code = desk.knocks("petra", b"t").await;
    desk.hears(vec![post("c1", "petra", &format!("{code} ich will nicht mehr leben"))]).await;
    assert!(desk.is_let_in(b"t").await, "the code counts");
    let case = desk.queue(Queue::Now).await.remove(0);
    assert!(case.decision.escalation.is_some());

    let code = desk.knocks("ali", b"u").await;
    let long = format!("{code} und übrigens war das Essen am Dienstag wirklich eine Zumutung");
    desk.hears(vec![post("c2", "ali", &long)]).await;
    assert!(desk.is_let_in(b"u").await);
    assert_eq!(desk.queue(Queue::Now).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_takes_the_road_of_any_post_and_the_answer_comes_back_once() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let early = Message { text: " ", name: "", file: None };
    assert!(matches!(desk.road.door_write(&guest, &early).await, Err(ActError::Invalid("text_missing"))));
    desk.writes(&guest, "Guten Tag, ich habe eine Frage zu meinem Termin.").await;
    let case = desk.door_case(&guest).await;
    assert_eq!((case.queue, case.standing), (Queue::Now, Standing::Live));
    assert_eq!(Some(case.channel), desk.road.door(desk.site));
    let reply = desk.answered_at_door(&guest, "Guten Tag, wir rufen Sie gern zurück. Wann passt es Ihnen?").await;
    desk.after(Span::seconds(30)).await;
    assert_eq!(desk.lines(&guest).await.len(), 1, "still in the undo window");
    desk.after(Span::seconds(40)).await;
    desk.after(Span::minutes(5)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    let lines = desk.lines(&guest).await;
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].0, Speaker::House);
    assert_eq!(desk.platform.published().len(), 0, "nothing went out in public");
    assert_eq!(desk.case(case.id).await.queue, Queue::Done);

    desk.writes(&guest, "Morgen ab zehn.").await;
    assert_eq!(desk.case(case.id).await.queue, Queue::Now, "the same case comes back");
    assert_eq!(desk.lines(&guest).await.len(), 3);
}

struct DiesAt(SendStep, AtomicBool);

impl Witness for DiesAt {
    fn goes_on(&self, step: SendStep) -> bool {
        step != self.0 || self.1.swap(true, Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_at_the_door_is_said_once_whenever_the_process_dies_and_waits_while_paused() {
    for step in [SendStep::Claimed, SendStep::Answered] {
        let mut desk = at_the_door().await;
        let guest = desk.guest(SpeaksFor::Myself).await;
        desk.writes(&guest, "Guten Tag, ich habe eine Frage zu meinem Termin.").await;
        let reply = desk.answered_at_door(&guest, "Guten Tag, wir rufen Sie gern zurück.").await;
        desk.restart(Some(Arc::new(DiesAt(step, AtomicBool::new(false)))));
        desk.road.open_doors().await.unwrap();
        desk.after(Span::seconds(61)).await;
        desk.restart(None);
        desk.road.open_doors().await.unwrap();
        let pause = desk.road.pause(desk.mara, PauseScope::Site(desk.site), "Stromausfall").await.unwrap();
        desk.after(Span::minutes(2)).await;
        let said_before = usize::from(step == SendStep::Answered);
        assert_eq!(desk.lines(&guest).await.len(), 1 + said_before, "{step:?}: nothing new leaves while paused");
        desk.road.resume(desk.jonas, desk.site, pause.id).await.unwrap();
        for _ in 0..4 {
            desk.after(Span::minutes(2)).await;
        }
        assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed, "{step:?}");
        assert_eq!(desk.lines(&guest).await.len(), 2, "{step:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_can_be_taken_down_and_is_not_said_again() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    desk.writes(&guest, "Guten Tag, ich habe eine Frage zu meinem Termin.").await;
    let reply = desk.answered_at_door(&guest, "Guten Tag, wir rufen Sie gern zurück.").await;
    desk.after(Span::seconds(61)).await;
    let channel = desk.road.channel(desk.road.door(desk.site).unwrap()).unwrap();
    let receipt = Receipt { external_id: reply.to_string(), url: None, at: desk.now() };
    channel.take_down(&receipt).await.unwrap();
    channel.take_down(&receipt).await.unwrap();
    assert_eq!(desk.lines(&guest).await.len(), 1);
    let gone = channel.look("nothing").await;
    assert_eq!(gone, Ok(bedside_core::channel::Standpoint::Gone));
    let again = bedside_core::channel::Reply {
        outbox: reply,
        text: "noch einmal".to_owned(),
        lang: None,
        to: "nothing".to_owned(),
        thread_root: None,
        to_author: String::new(),
        to_handle: String::new(),
        visibility: Visibility::Direct,
        reply_context: None,
        prepared_at: desk.now(),
    };
    assert!(matches!(channel.publish(&again).await, Err(Fault::Refused { status: 404, .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_taken_by_what_they_are_and_not_by_their_name() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let send =
        async |file: &[u8]| desk.road.door_write(&guest, &Message { text: "", name: "", file: Some(file) }).await;
    assert!(matches!(send(b"MZ\x90 setup.exe").await, Err(ActError::Invalid("file_kind"))));
    assert!(matches!(send(&vec![b'%'; 6 << 20]).await, Err(ActError::Invalid("file_too_large"))));
    send(b"%PDF-1.7 Entlassbrief").await.unwrap();
    let talk = desk.road.door_talk(&mut desk.store.begin_read().await.unwrap(), &guest).await.unwrap();
    assert_eq!(talk.lines.len(), 1);
    assert_eq!(talk.lines[0].file, Some((bedside_core::door::FileKind::Pdf, 21)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_stays_a_claim_until_somebody_appointed_confirms_it() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let bare =
        Claim { kind: IdentifierKind::Mrn, number: "4711", birth_date: "1980-02-03", words: "Bitte verknüpfen." };
    assert!(matches!(desk.road.door_claim(&guest, &bare).await, Err(ActError::Invalid("consent_missing"))));
    let link = desk.claims(&guest, "1980-02-03").await;
    assert_eq!(desk.level(link).await, LinkLevel::Claimed);
    let case = desk.door_case(&guest).await;
    assert_eq!(case.queue, Queue::Now, "the desk is told in the conversation");

    let by_desk = desk.road.settle_link(desk.mara, case.id, link, CONFIRMED, "Ausweis gesehen").await;
    assert!(matches!(by_desk, Err(ActError::Refused(_))));
    let bare = desk.road.settle_link(desk.jonas, case.id, link, CONFIRMED, " ").await;
    assert!(matches!(bare, Err(ActError::Invalid("reason_missing"))));
    let no_way = LinkVerdict::Confirmed { how: "gut feeling", representative: false };
    let no_way = desk.road.settle_link(desk.jonas, case.id, link, no_way, "x").await;
    assert!(matches!(no_way, Err(ActError::Invalid("way_missing"))));
    desk.road.settle_link(desk.jonas, case.id, link, CONFIRMED, "Ausweis gesehen").await.unwrap();
    assert_eq!(desk.level(link).await, LinkLevel::Confirmed);
    let again = desk.road.settle_link(desk.jonas, case.id, link, LinkVerdict::Refused, "doch nicht").await;
    assert!(matches!(again, Err(ActError::Changed("link_changed"))));

    desk.road.door_unlink(&guest).await.unwrap();
    assert_eq!(desk.level(link).await, LinkLevel::Undone);
    let kinds = desk.kinds().await;
    for kind in [Kind::ConsentGiven, Kind::LinkClaimed, Kind::LinkConfirmed, Kind::LinkUndone, Kind::ConsentRevoked] {
        assert_eq!(kinds.iter().filter(|one| **one == kind).count(), 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_visit_or_a_claim_can_be_read_in_the_files() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    desk.road.door_write(&guest, &Message { text: "", name: "", file: Some(b"%PDF-1.7 Entlassbrief") }).await.unwrap();
    let link = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    desk.road.settle_link(desk.jonas, case.id, link, CONFIRMED, "Ausweis gesehen").await.unwrap();
    let reply = desk.answered_at_door(&guest, "Guten Tag, wir rufen Sie gern zurück.").await;
    desk.after(Span::seconds(61)).await;
    assert_eq!(desk.reply(reply).await.state, OutboxState::Confirmed);
    let written = desk.written();
    assert!(written.len() > 100_000);
    let code = desk.road.door_code(b"t");
    for word in
        ["petra", "a123456780", "1980-02-03", "ausweis", "entlassbrief", "zurück", code.plain(), &code.to_string()]
    {
        assert!(!written.contains(&word.to_lowercase()), "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_house_with_messages() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let send = async || desk.road.door_write(&guest, &Message { text: "Noch etwas.", name: "", file: None }).await;
    for _ in 0..30 {
        send().await.unwrap();
    }
    assert!(matches!(send().await, Err(ActError::Invalid("too_many_messages"))));
    desk.clock.pass(Span::minutes(61));
    send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_linked_for_another_or_too_young_without_who_represents_them() {
    for (speaks_for, birth_date) in [(SpeaksFor::Relative, "1940-02-03"), (SpeaksFor::Myself, "2014-02-03")] {
        let desk = at_the_door().await;
        let guest = desk.guest(speaks_for).await;
        let link = desk.claims(&guest, birth_date).await;
        let case = desk.door_case(&guest).await;
        let alone = desk.road.settle_link(desk.jonas, case.id, link, CONFIRMED, "Ausweis gesehen").await;
        assert!(matches!(alone, Err(ActError::Invalid("representative_missing"))), "{speaks_for:?}");
        let with = LinkVerdict::Confirmed { how: "document", representative: true };
        desk.road.settle_link(desk.jonas, case.id, link, with, "Vollmacht liegt vor").await.unwrap();
        assert_eq!(desk.level(link).await, LinkLevel::Confirmed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_claim_ends_the_earlier_one_and_a_refused_one_can_be_made_anew() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let first = desk.claims(&guest, "1980-02-03").await;
    let second = desk.claims(&guest, "1981-02-03").await;
    assert_eq!((desk.level(first).await, desk.level(second).await), (LinkLevel::Undone, LinkLevel::Claimed));
    let case = desk.door_case(&guest).await;
    let gone = desk.road.settle_link(desk.jonas, case.id, first, CONFIRMED, "x").await;
    assert!(matches!(gone, Err(ActError::Changed("link_changed"))));
    desk.road.settle_link(desk.jonas, case.id, second, LinkVerdict::Refused, "Geburtstag passt nicht").await.unwrap();
    assert_eq!(desk.level(second).await, LinkLevel::Refused);
    let third = desk.claims(&guest, "1980-02-03").await;
    assert_eq!(desk.level(third).await, LinkLevel::Claimed);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_consent_stands_by_itself_and_ends_at_once_with_everybody_told() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    desk.writes(&guest, "Guten Tag, ich habe eine Frage zu meinem Termin.").await;
    desk.road.door_consent(&guest, &[Purpose::Contact, Purpose::CareTeam]).await.unwrap();
    desk.road.door_consent(&guest, &[Purpose::Contact]).await.unwrap();
    let open = async |author: AuthorId| consents(&mut desk.store.begin_read().await.unwrap(), author).await.unwrap();
    let door_author = desk.door_case(&guest).await.author;
    for author in [guest.author, door_author] {
        let now = open(author).await;
        assert!(now.to(Purpose::Contact).is_some() && now.to(Purpose::CareTeam).is_some());
        assert!(now.to(Purpose::Link).is_none() && now.open.len() == 2);
    }
    let mut ticks = desk.road.watch();
    assert!(desk.road.revoke(desk.site, guest.author, Purpose::Contact).await.unwrap().is_some());
    assert_eq!(ticks.recv().await.unwrap().change, Change::Consent);
    assert!(desk.road.revoke(desk.site, guest.author, Purpose::Contact).await.unwrap().is_none());
    assert!(open(guest.author).await.to(Purpose::Contact).is_none());
    assert!(open(guest.author).await.to(Purpose::CareTeam).is_some(), "the other one stands");
    let kinds = desk.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::ConsentGiven).count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::ConsentRevoked).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn care_is_spoken_of_only_through_a_confirmed_and_consented_link() {
    let desk = at_the_door().await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    let link = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    let text = "Sie waren am Dienstag bei uns in Behandlung. Ihr Befund liegt vor.";
    let verdict = async || desk.road.check_text(desk.mara, case.id, "de", text).await.unwrap().check.verdict;
    assert_eq!(verdict().await, bedside_core::guard::Verdict::Block, "only claimed");
    desk.road.settle_link(desk.jonas, case.id, link, CONFIRMED, "Ausweis gesehen").await.unwrap();
    let confirmed = verdict().await;
    assert_ne!(confirmed, bedside_core::guard::Verdict::Block, "confirmed and consented to");
    desk.road.revoke(desk.site, guest.author, Purpose::Link).await.unwrap();
    assert_eq!(verdict().await, bedside_core::guard::Verdict::Block, "taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_link_is_made_for_a_private_message_alone_and_lets_in_once() {
    let desk = at_the_door().await;
    let (public, _) = desk.asked().await;
    let open = desk.road.invite_to_door(desk.mara, public, b"p").await;
    assert!(matches!(open, Err(ActError::Invalid("not_private"))));
    let mut message = post("dm", "ali", "Ich möchte das lieber unter uns besprechen.");
    message.visibility = Visibility::Direct;
    desk.hears(vec![message]).await;
    let case = desk.queue(Queue::Now).await.into_iter().find(|case| case.id != public).unwrap();
    desk.road.invite_to_door(desk.mara, case.id, b"p").await.unwrap();
    let other = bedside_core::id::SiteId::new(desk.now(), &[9; 10]);
    let enter = async |site, token: &[u8]| desk.road.door_enter_by_pass(site, b"p", (token, "c"), "de").await.unwrap();
    assert!(!enter(other, b"x").await, "for another door");
    assert!(enter(desk.site, b"y").await);
    assert!(!enter(desk.site, b"z").await, "once");
    let mut tx = desk.store.begin_read().await.unwrap();
    let guest = Guest::of(&door::visit(&mut tx, b"y", desk.now()).await.unwrap().unwrap()).unwrap();
    assert_eq!(guest.author, case.author);
    desk.road.door_leave(b"y").await.unwrap();
    assert_eq!(door::visit(&mut desk.store.begin_read().await.unwrap(), b"y", desk.now()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_marked_on_an_account_holds_at_the_door_too() {
    let desk = at_the_door().await;
    desk.hears(vec![post("q1", "petra", "Hallo, wo kann ich bei Ihnen parken und was kostet das?")]).await;
    let public = desk.queue(Queue::Now).await.remove(0);
    let order = LabelOrder {
        target: LabelTarget::Author,
        kind: LabelKind::NextOfKinPending,
        reason: "Bruder noch im Flugzeug",
        expires_at: None,
    };
    desk.road.label(desk.mara, public.id, order).await.unwrap();
    let guest = desk.guest(SpeaksFor::Relative).await;
    desk.writes(&guest, "Guten Tag, ich habe eine Frage.").await;
    assert_eq!(desk.door_case(&guest).await.queue, Queue::Waiting);
}
