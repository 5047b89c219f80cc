//! Petra, to whose account a record belongs: the record tells of her, she proves her account at the door, and somebody of the
//! house confirms her claim. And keys that programs of the hospital sign with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_clinical::fhir::smart::SigningKey;
use bedside_core::{
    door::{IdentifierKind, Purpose, SpeaksFor},
    emr::{Change, EmrEvent, Identifier, KVNR, Name, PatientTold, Told, Verdict},
    id::{EmrLinkId, PersonId},
    time::Span,
};
use bedside_flow::{
    Clock as _, LinkVerdict,
    door::{Claim, Guest, Knock},
};
use bedside_store::{cases, cases::CaseRow, door};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};

use crate::{
    house::{Group, NOW, post},
    links::{admitted, linked},
};

pub fn key() -> SigningKey {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let body = STANDARD.encode(der.as_ref());
    SigningKey::read(&format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"), &random).unwrap()
}

impl Group {
    /// The record of Mitte tells of her; the link it came over.
    pub async fn record_knows_petra(&self) -> EmrLinkId {
        let link = linked(self, self.mitte, "kis").await;
        let id = |authority: &str, value: &str| Identifier {
            authority: authority.to_owned(),
            value: value.to_owned(),
            kind: String::new(),
        };
        let patient = PatientTold {
            ids: vec![id("KH", "4711"), id(KVNR, "A123456780")],
            name: Told::Said(Name { family: "Weber".to_owned(), given: "Petra".to_owned() }),
            born: Told::Said("1980-02-03".to_owned()),
            ..PatientTold::default()
        };
        let recorded_at = Some(NOW.minus(Span::days(1)));
        let mut message = admitted("1", &[]);
        message.verdict = Verdict::Accepted(Box::new(EmrEvent { recorded_at, change: Change::Person { patient } }));
        self.brought(link, vec![message]).await;
        link
    }

    /// She proves her account, and is let in.
    pub async fn petra_at_the_door(&self) -> Guest {
        let (road, channel) = (&self.road, self.channel(self.mitte));
        let knock = Knock { site: self.mitte, channel, handle: "@petra", token_hash: b"t", csrf: "c", lang: "de" };
        road.knock(&knock).await.unwrap();
        let code = road.door_code(b"t");
        self.hears(self.mitte, vec![post("code", "petra", &format!("@haus {code}"))]).await;
        assert!(road.door_enter(b"t", (b"t-in", "d")).await.unwrap());
        let now = self.clock.now();
        let visit = door::visit(&mut self.store.begin_read().await.unwrap(), b"t-in", now).await.unwrap().unwrap();
        let guest = Guest::of(&visit).unwrap();
        road.door_speaks_for(&guest, SpeaksFor::Myself).await.unwrap();
        guest
    }

    /// She consents and asks to be linked, and somebody confirms it.
    pub async fn petra_is_linked(&self, guest: &Guest, by: PersonId, purposes: &[Purpose]) {
        self.road.door_consent(guest, purposes).await.unwrap();
        let words = "Ich bitte um die Verknüpfung mit meiner Akte.";
        let claim = Claim { kind: IdentifierKind::Kvnr, number: "A123 456 780", birth_date: "1980-02-03", words };
        let link = self.road.door_claim(guest, &claim).await.unwrap();
        self.clock.pass(Span::millis(1));
        while self.road.assess_next().await.unwrap() > 0 {}
        let case = self.door_case(guest).await;
        let confirmed = LinkVerdict::Confirmed { how: "in_person", representative: false };
        self.road.settle_link(by, case.id, link, confirmed, "Ausweis gesehen").await.unwrap();
    }

    /// The case of somebody's private conversation.
    pub async fn door_case(&self, guest: &Guest) -> CaseRow {
        let mut tx = self.store.begin_read().await.unwrap();
        let thread = door::person(&mut tx, guest.author).await.unwrap().unwrap().thread.unwrap();
        cases::by_thread(&mut tx, thread).await.unwrap().unwrap()
    }
}
