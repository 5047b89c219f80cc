//! From a visitor at the door to what stands in the record: the whole road over a store, against a real server.

use std::sync::Arc;

use anyhow::Result;
use bedside_core::{
    door::{IdentifierKind, Purpose, SpeaksFor},
    emr::{Change, EmrEvent, Identifier, Name, PatientTold, Received, TakeEmr as _, Told, Verdict},
    filing::File,
    id::EmrLinkId,
    label::{LabelKind, LabelTarget},
    policy::SpeechForm,
    time::Span,
};
use bedside_flow::{
    LabelOrder, LinkVerdict,
    door::{Claim, Guest, Knock, Message},
};
use bedside_store::{
    channels::Health,
    door,
    emr::{
        filing::{self, FilingState},
        link::{self, LinkKind, LinkRow},
    },
};
use bedside_testkit::peer::fhir::Client as Reader;
use serde_json::{Value, json};

use crate::{
    house::{Desk, NOW, open, post},
    server::{self, BASE, Server, all, client, petra},
};

const CONFIRMED: LinkVerdict<'static> = LinkVerdict::Confirmed { how: "in_person", representative: false };

/// A house with a link to a server, and Petra known to its index.
pub struct Hooked {
    pub desk: Desk,
    pub link: EmrLinkId,
    pub record: Arc<dyn File>,
}

pub async fn hooked(server: &Server) -> Hooked {
    let desk = open().await;
    desk.road.open_doors().await.unwrap();
    let link = link_in(&desk).await;
    let record = server::link(link, BASE, client(server.base()));
    desk.road.connect_record(Arc::clone(&record));
    let mut told = PatientTold {
        ids: vec![Identifier { authority: "KH".to_owned(), value: "4711".to_owned(), kind: "MR".to_owned() }],
        name: Told::Said(Name { family: "Weber".to_owned(), given: "Petra".to_owned() }),
        born: Told::Said("1980-02-03".to_owned()),
        ..PatientTold::default()
    };
    told.ids.push(Identifier { authority: "kvnr".to_owned(), value: "A123456780".to_owned(), kind: "NH".to_owned() });
    tell(&desk, link, Change::Person { patient: told }).await;
    Hooked { desk, link, record }
}

async fn link_in(desk: &Desk) -> EmrLinkId {
    let row = LinkRow {
        id: EmrLinkId::new(NOW, &[7; 10]),
        site: desk.site,
        slug: "kis".to_owned(),
        kind: LinkKind::Fhir,
        name: "KIS".to_owned(),
        keep_days: 7,
        health: Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
    };
    let mut tx = desk.store.begin().await.unwrap();
    let id = link::put(&mut tx, &row, NOW).await.unwrap().id;
    tx.commit().await.unwrap();
    id
}

async fn tell(desk: &Desk, link: EmrLinkId, change: Change) {
    let event = EmrEvent { recorded_at: Some(NOW.minus(Span::days(1))), change };
    let raw = b"of the test".to_vec();
    let verdict = Verdict::Accepted(Box::new(event));
    let message = Received {
        control_id: "1".to_owned(),
        trigger: "Patient".to_owned(),
        whole: raw.clone(),
        raw,
        flaws: Vec::new(),
        verdict,
    };
    desk.road.take_emr(link, message).await.unwrap();
    apply(desk).await;
}

pub async fn apply(desk: &Desk) {
    desk.clock.pass(Span::millis(1));
    while desk.road.apply_emr_next().await.unwrap() > 0 {}
}

impl Hooked {
    async fn assess(&self) {
        self.desk.clock.pass(Span::millis(1));
        while self.desk.road.assess_next().await.unwrap() > 0 {}
    }

    /// Petra proves her account, comes in, claims her record, and Jonas confirms it.
    pub async fn linked(&self, purposes: &[Purpose]) -> Guest {
        let desk = &self.desk;
        let knock =
            Knock { site: desk.site, channel: desk.channel, handle: "@Petra", token_hash: b"t", csrf: "c", lang: "de" };
        desk.road.knock(&knock).await.unwrap();
        let code = desk.road.door_code(b"t").to_string();
        desk.hears(vec![post("code", "petra", &format!("@haus {code}"))]).await;
        assert!(desk.road.door_enter(b"t", (b"t-in", "d")).await.unwrap());
        let visit = door::visit(&mut desk.store.begin_read().await.unwrap(), b"t-in", desk.now()).await;
        let guest = Guest::of(&visit.unwrap().unwrap()).unwrap();
        desk.road.door_speaks_for(&guest, SpeaksFor::Myself).await.unwrap();
        desk.road.door_consent(&guest, &[Purpose::Link]).await.unwrap();
        let claim = Claim {
            kind: IdentifierKind::Kvnr,
            number: "A123456780",
            birth_date: "1980-02-03",
            words: "Ich bitte um die Verknüpfung mit meiner Akte.",
        };
        let claim = desk.road.door_claim(&guest, &claim).await.unwrap();
        self.assess().await;
        let case = self.case(&guest).await;
        desk.road.settle_link(desk.jonas, case.id, claim, CONFIRMED, "Ausweis gesehen").await.unwrap();
        desk.road.door_consent(&guest, purposes).await.unwrap();
        desk.clock.pass(Span::seconds(5));
        guest
    }

    async fn case(&self, guest: &Guest) -> bedside_store::cases::CaseRow {
        let mut tx = self.desk.store.begin_read().await.unwrap();
        let thread = door::person(&mut tx, guest.author).await.unwrap().unwrap().thread.unwrap();
        bedside_store::cases::by_thread(&mut tx, thread).await.unwrap().unwrap()
    }

    pub async fn writes(&self, guest: &Guest, text: &str) {
        self.desk.road.door_write(guest, &Message { text, name: "", file: None }).await.unwrap();
        self.assess().await;
    }

    /// Mara answers, Jonas approves, it is said and the case is closed.
    pub async fn answered(&self, guest: &Guest, text: &str) {
        let (desk, case) = (&self.desk, self.case(guest).await);
        let draft = desk.road.write_draft(desk.mara, case.id, SpeechForm::InvitePrivate, "de", text).await.unwrap();
        desk.road.ask_approval(desk.mara, draft).await.unwrap();
        let shown = desk.commitment(draft).await;
        desk.road.approve(desk.jonas, draft, &shown, true).await.unwrap();
        desk.after(Span::seconds(120)).await;
    }

    /// Makes and files until nothing moves.
    pub async fn file_all(&self) {
        let road = &self.desk.road;
        while road.make_filings().await.unwrap() + road.file_next(&self.record).await.unwrap() > 0 {
            self.desk.clock.pass(Span::millis(1));
        }
    }

    async fn states(&self) -> Vec<(&'static str, FilingState, String)> {
        let rows = filing::last(&mut self.desk.store.begin_read().await.unwrap(), self.link, 99).await.unwrap();
        rows.into_iter().rev().map(|row| (row.act.as_str(), row.state, row.code)).collect()
    }
}

/// What Bedside wrote about a patient.
async fn ours(reader: &mut Reader, kind: &str) -> Vec<Value> {
    let all = all(reader, kind).await;
    all.into_iter().filter(|one| one.to_string().contains(BASE)).collect()
}

fn statuses(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["status"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_get_a_consented_conversation_once_and_its_withdrawal_at_once() -> Result<()> {
    for server in Server::all().await? {
        server.put(&petra("p1", "4711")).await;
        let hooked = hooked(&server).await;
        let guest = hooked.linked(&[Purpose::CareTeam]).await;
        hooked.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
        hooked.answered(&guest, "Guten Tag, am Samstag von 14 bis 18 Uhr.").await;
        hooked.file_all().await;
        hooked.file_all().await;
        let mut reader = server.reader();
        let said = ours(&mut reader, "Communication").await;
        let texts: Vec<&str> = said.iter().filter_map(|one| one["payload"][0]["contentString"].as_str()).collect();
        assert!(texts.iter().any(|text| text.contains("Besuchszeit")), "{said:?}");
        assert!(texts.iter().any(|text| text.contains("von 14 bis 18 Uhr")), "{said:?}");
        let count = said.len();
        let consents = ours(&mut reader, "Consent").await;
        assert_eq!(statuses(&consents), ["active", "active"], "{consents:?}");
        let purposes: Vec<&Value> = consents.iter().map(|one| &one["provision"]["purpose"][1]["code"]).collect();
        assert!(purposes.contains(&&json!("link")) && purposes.contains(&&json!("care_team")), "{purposes:?}");

        let died = hooked.states().await;
        assert!(died.iter().all(|(_, state, _)| *state == FilingState::Filed), "{died:?}");

        // She takes it back: the record knows at once, holds what it held as an error, and gets nothing more.
        hooked.desk.road.revoke(hooked.desk.site, guest.author, Purpose::CareTeam).await?;
        hooked.file_all().await;
        let consents = ours(&mut reader, "Consent").await;
        let of = |purpose: &str| {
            let found = consents.iter().find(|one| one["provision"]["purpose"][1]["code"] == purpose).unwrap();
            (found["status"].as_str().unwrap().to_owned(), found["provision"]["period"]["end"].is_string())
        };
        assert_eq!(of("care_team"), ("inactive".to_owned(), true));
        assert_eq!(of("link"), ("active".to_owned(), false), "to that she still consents");
        let said = ours(&mut reader, "Communication").await;
        assert_eq!(said.len(), count);
        assert!(said.iter().all(|one| one["status"] == "entered-in-error" && one.get("payload").is_none()), "{said:?}");

        hooked.writes(&guest, "Und am Sonntag, wann ist da Besuchszeit?").await;
        hooked.answered(&guest, "Guten Tag, am Sonntag von 14 bis 18 Uhr.").await;
        hooked.file_all().await;
        assert_eq!(ours(&mut reader, "Communication").await.len(), count, "no further writes");

        // Given again it is another consent; undoing the link ends all.
        hooked.desk.clock.pass(Span::seconds(5));
        hooked.desk.road.door_consent(&guest, &[Purpose::CareTeam]).await?;
        hooked.file_all().await;
        let consents = ours(&mut reader, "Consent").await;
        assert_eq!((consents.len(), consents.iter().filter(|one| one["status"] == "active").count()), (3, 2));
        hooked.desk.road.door_unlink(&guest).await?;
        hooked.file_all().await;
        let consents = ours(&mut reader, "Consent").await;
        assert_eq!(statuses(&consents), ["inactive"; 3]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_is_told_of_both_consents_when_one_was_taken_back_before_either_was_told() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    server.put(&petra("p1", "4711")).await;
    let hooked = hooked(&server).await;
    let guest = hooked.linked(&[Purpose::CareTeam]).await;
    assert!(hooked.desk.road.make_filings().await? > 0, "in line, and not told yet");
    hooked.desk.road.revoke(hooked.desk.site, guest.author, Purpose::CareTeam).await?;
    hooked.file_all().await;
    let mut reader = server.reader();
    assert_eq!(ours(&mut reader, "Consent").await, Vec::<Value>::new());
    hooked.desk.clock.pass(Span::seconds(5));
    hooked.desk.road.door_consent(&guest, &[Purpose::CareTeam]).await?;
    hooked.file_all().await;
    hooked.file_all().await;
    assert_eq!(statuses(&ours(&mut reader, "Consent").await), ["active", "active"], "{:?}", hooked.states().await);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_that_is_down_is_waited_for_and_gets_everything_once_in_spite_of_a_crash() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    server.put(&petra("p1", "4711")).await;
    let mut hooked = hooked(&server).await;
    let up = Arc::clone(&hooked.record);
    hooked.record = server::link(hooked.link, BASE, client("http://127.0.0.1:9/fhir"));
    let guest = hooked.linked(&[Purpose::CareTeam]).await;
    hooked.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
    hooked.answered(&guest, "Guten Tag, am Samstag von 14 bis 18 Uhr.").await;
    hooked.file_all().await;
    let waiting = hooked.states().await;
    assert!(waiting.iter().all(|(_, state, _)| *state == FilingState::Waiting), "{waiting:?}");
    assert!(waiting.iter().any(|(_, _, code)| code == "unreachable"), "{waiting:?}");
    // The server is back, and the process that wrote there died before it noted that: what is leased is taken up again.
    hooked.record = up;
    hooked.desk.clock.pass(Span::hours(1));
    let mut tx = hooked.desk.store.begin().await?;
    let row = filing::due(&mut tx, hooked.link, hooked.desk.now()).await?.unwrap();
    assert!(filing::lease(&mut tx, row.id, "another", Span::seconds(120), hooked.desk.now()).await?);
    tx.commit().await?;
    let (document, _) = hooked.desk.store.open_filing(&row).await?.unwrap();
    hooked.record.file(&document.0, row.act).await.unwrap();
    hooked.file_all().await;
    hooked.desk.clock.pass(Span::minutes(10));
    hooked.file_all().await;
    let filed = hooked.states().await;
    assert!(filed.iter().all(|(_, state, _)| *state == FilingState::Filed), "{filed:?}");
    let mut reader = server.reader();
    let said = ours(&mut reader, "Communication").await;
    let mut ids: Vec<&str> = said.iter().map(|one| one["identifier"][0]["value"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(ours(&mut reader, "Consent").await.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_is_told_of_an_escalation_and_of_its_end() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    server.put(&petra("p1", "4711")).await;
    let hooked = hooked(&server).await;
    let guest = hooked.linked(&[Purpose::CareTeam]).await;
    hooked.writes(&guest, "Ich kann nicht mehr, ich bringe mich heute um.").await;
    let case = hooked.case(&guest).await;
    assert!(case.decision.escalation.is_some(), "{:?}", case.decision);
    hooked.file_all().await;
    let mut reader = server.reader();
    let task = ours(&mut reader, "Task").await;
    assert_eq!(statuses(&task), ["requested"]);
    assert_eq!((&task[0]["priority"], &task[0]["for"]["reference"]), (&json!("urgent"), &json!("Patient/p1")));
    assert!(
        !task[0].to_string().contains("bringe mich"),
        "the record is told that somebody waits, not what they wrote"
    );
    assert_eq!(ours(&mut reader, "Communication").await, Vec::<Value>::new(), "the case is open");

    // Jonas takes it, answers, and the case is closed.
    hooked.desk.road.take_alarm(hooked.desk.jonas, case.id).await.unwrap();
    hooked.desk.road.resolve(hooked.desk.jonas, case.id).await.unwrap();
    hooked.file_all().await;
    assert_eq!(statuses(&ours(&mut reader, "Task").await), ["completed"]);
    let said = ours(&mut reader, "Communication").await;
    assert!(said.iter().any(|one| one.to_string().contains("bringe mich")), "closed, it is filed: {said:?}");
    hooked.desk.clock.pass(Span::seconds(5));
    hooked.writes(&guest, "Ich kann nicht mehr, ich bringe mich heute um.").await;
    hooked.file_all().await;
    assert_eq!(statuses(&ours(&mut reader, "Task").await), ["requested"], "the same work waits again");

    hooked.desk.road.revoke(hooked.desk.site, guest.author, Purpose::CareTeam).await?;
    hooked.file_all().await;
    let task = ours(&mut reader, "Task").await;
    assert_eq!(statuses(&task), ["cancelled"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_servers_are_warned_by_a_named_person_alone_and_as_long_as_that_holds() -> Result<()> {
    for server in Server::all().await? {
        server.put(&petra("p1", "4711")).await;
        let hooked = hooked(&server).await;
        let (desk, mut reader) = (&hooked.desk, server.reader());
        let guest = hooked.linked(&[Purpose::CareTeam]).await;
        hooked.writes(&guest, "Ich kann nicht mehr, ich bringe mich heute um.").await;
        hooked.file_all().await;
        assert_eq!(ours(&mut reader, "Flag").await, Vec::<Value>::new(), "no rule warns by itself");
        let case = hooked.case(&guest).await;
        let order = |expires_at| LabelOrder {
            target: LabelTarget::Author,
            kind: LabelKind::SafetyFlag,
            reason: "Akut suizidal, am Telefon bestätigt",
            expires_at,
        };
        let until = desk.now().plus(Span::days(2));
        let first = desk.road.label(desk.jonas, case.id, order(Some(until))).await.unwrap();
        hooked.file_all().await;
        hooked.file_all().await;
        let flags = ours(&mut reader, "Flag").await;
        assert_eq!(statuses(&flags), ["active"], "{flags:?}");
        let flag = &flags[0];
        assert_eq!(flag["code"]["text"], "Akut suizidal, am Telefon bestätigt");
        assert_eq!(flag["category"][0]["coding"][0]["code"], "safety");
        assert_eq!(
            (&flag["subject"]["reference"], &flag["author"]["display"]),
            (&json!("Patient/p1"), &json!("jonas"))
        );
        assert!(!flag.to_string().contains("bringe mich"), "in the words of the house: {flag}");

        desk.road.unlabel(desk.jonas, first).await.unwrap();
        hooked.file_all().await;
        let flags = ours(&mut reader, "Flag").await;
        assert_eq!(statuses(&flags), ["inactive"]);
        assert!(!flags[0].to_string().contains("suizidal"), "{flags:?}");
        desk.clock.pass(Span::seconds(1));
        desk.road.label(desk.jonas, case.id, order(None)).await.unwrap();
        hooked.file_all().await;
        desk.road.revoke(desk.site, guest.author, Purpose::CareTeam).await?;
        hooked.file_all().await;
        assert_eq!(statuses(&ours(&mut reader, "Flag").await), ["inactive"; 2], "it ends with the consent");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_server_without_the_patient_makes_a_dead_letter_that_does_not_hold_up_a_withdrawal() -> Result<()> {
    let Some(server) = Server::strict().await? else { return Ok(()) };
    server.put(&petra("p1", "4711")).await;
    let hooked = hooked(&server).await;
    let guest = hooked.linked(&[Purpose::CareTeam]).await;
    hooked.file_all().await;
    let mut born_otherwise = petra("p1", "4711");
    born_otherwise["birthDate"] = "1981-02-03".into();
    server.put(&born_otherwise).await;
    hooked.writes(&guest, "Wann ist am Samstag Besuchszeit?").await;
    hooked.answered(&guest, "Guten Tag, am Samstag von 14 bis 18 Uhr.").await;
    hooked.file_all().await;
    let (_, state, code) = hooked.states().await.pop().unwrap();
    assert_eq!((state, code.as_str()), (FilingState::Dead, "wrong_chart"));
    server.put(&petra("p1", "4711")).await;
    hooked.desk.road.revoke(hooked.desk.site, guest.author, Purpose::CareTeam).await?;
    hooked.file_all().await;
    let consents = ours(&mut server.reader(), "Consent").await;
    assert_eq!(consents.iter().filter(|one| one["status"] == "inactive").count(), 1, "{consents:?}");
    assert_eq!(ours(&mut server.reader(), "Communication").await, Vec::<Value>::new());
    Ok(())
}
