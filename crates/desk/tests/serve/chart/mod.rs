//! In the chart: cards and app over HTTP. The EMR is a double here, for tokens that a real one would not sign and launches that
//! no real one would begin; real servers are asked in `testkit`'s own rounds.

mod app;
mod cds;

use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_clinical::fhir::smart::{Jwks, SigningKey, sign};
use bedside_core::{
    case::Queue,
    channel::{Fault, Promise},
    door::{IdentifierKind, Purpose, SpeaksFor},
    ehr::{Ehr, Grant},
    emr::{Change, EmrEvent, Identifier, KVNR, Name, PatientTold, Received, TakeEmr as _, TakenEmr, Told, Verdict},
    fetch::FetchKeys,
    id::{EmrLinkId, PersonId},
    site::Role,
    time::Span,
};
use bedside_desk::chart::{App, Cds, Chart, Charts};
use bedside_flow::{
    Clock as _, LinkVerdict,
    door::{Claim, Guest, Knock},
};
use bedside_store::{
    cases::CaseRow,
    channels::Health,
    door,
    emr::link::{self, LinkKind, LinkRow},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::{Value, json};

use crate::house::{self, Group, NOW, post};

pub const ISS: &str = "https://kis.example/fhir";
pub const ISSUER: &str = "https://kis.example";
pub const JKU: &str = "https://kis.example/jwks.json";
const KVNR_URI: &str = "http://fhir.de/sid/gkv/kvid-10";

pub fn key() -> SigningKey {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
    let body = STANDARD.encode(der.as_ref());
    SigningKey::read(&format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"), &random).unwrap()
}

/// The EMR: what it signs with, what it answers, and what it was asked.
pub struct Kis {
    pub key: SigningKey,
    pub asked: Mutex<Vec<String>>,
    /// What the next exchange of a code answers; `None`: it refuses.
    pub token: Mutex<Option<Value>>,
    /// The patients by id.
    pub patients: Mutex<Vec<Value>>,
}

impl Kis {
    pub fn new() -> Arc<Self> {
        let patients = Mutex::new(vec![eva("p1"), stranger("p2")]);
        Arc::new(Self { key: key(), asked: Mutex::default(), token: Mutex::default(), patients })
    }

    pub fn signed(&self, claims: &Value) -> String {
        sign(claims, &self.key, &SystemRandom::new()).unwrap()
    }

    fn jwks(&self) -> Vec<u8> {
        Jwks::publish([&self.key]).to_string().into_bytes()
    }
}

impl FetchKeys for Kis {
    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>> {
        self.asked.lock().unwrap().push(url.to_owned());
        Box::pin(async move { if url == JKU { Ok(self.jwks()) } else { Err(Fault::Unreachable) } })
    }
}

impl Ehr for Kis {
    fn configuration(&self) -> Promise<'_, Result<Value, Fault>> {
        Box::pin(async {
            Ok(json!({
                "issuer": ISS, "jwks_uri": JKU, "capabilities": ["launch-ehr", "permission-v2"],
                "authorization_endpoint": "https://kis.example/auth?tenant=7", "token_endpoint": "https://kis.example/token",
            }))
        })
    }

    fn token<'a>(&'a self, grant: Grant<'a>) -> Promise<'a, Result<Value, Fault>> {
        let said = format!("{} {} {} {}", grant.endpoint, grant.code, grant.verifier, grant.redirect_uri);
        self.asked.lock().unwrap().push(said);
        let answer = self.token.lock().unwrap().take();
        Box::pin(async move { answer.ok_or(Fault::Refused { status: 400, code: "invalid_grant".to_owned() }) })
    }

    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>> {
        FetchKeys::keys(self, url)
    }

    fn read<'a>(&'a self, token: &'a str, kind: &'a str, id: &'a str) -> Promise<'a, Result<Value, Fault>> {
        self.asked.lock().unwrap().push(format!("{token} {kind}/{id}"));
        let patients = self.patients.lock().unwrap().clone();
        Box::pin(async move {
            let gone = || Fault::Refused { status: 404, code: "not_found".to_owned() };
            match kind {
                "Patient" => patients.into_iter().find(|one| one["id"] == *id).ok_or_else(gone),
                "Practitioner" => Ok(json!({ "resourceType": "Practitioner", "id": id,
                    "name": [{ "prefix": ["Dr."], "given": ["Nora"], "family": "Falk" }] })),
                _ => Err(gone()),
            }
        })
    }
}

fn patient(id: &str, kvnr: &str, family: &str, born: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "identifier": [{ "system": KVNR_URI, "value": kvnr }],
        "name": [{ "use": "official", "family": family, "given": ["Eva"] }], "birthDate": born })
}

/// Who is linked, as the EMR's FHIR server knows her.
pub fn eva(id: &str) -> Value {
    patient(id, "A123456780", "Weber", "1980-02-03")
}

/// Somebody whom the index does not know.
pub fn stranger(id: &str) -> Value {
    patient(id, "X110411675", "Unbekannt", "1971-01-01")
}

/// Both houses; Mitte's conversations show in the chart of its EMR.
pub async fn open(kis: &Arc<Kis>) -> Group {
    open_with(kis, house::settings()).await
}

pub async fn open_with(kis: &Arc<Kis>, settings: bedside_desk::DeskSettings) -> Group {
    let (app, cds) = (Arc::clone(kis), Arc::clone(kis));
    let group = house::open_with_charts(settings, |mitte, _| {
        Charts::new(vec![Chart {
            slug: "kis".to_owned(),
            name: "KIS".to_owned(),
            site: mitte,
            lang: None,
            app: Some(App { iss: ISS.to_owned(), client_id: "bedside".to_owned(), scopes: Vec::new(), ehr: app }),
            cds: Some(Cds { issuer: ISSUER.to_owned(), keys: vec![JKU.to_owned()], fetch: cds }),
            frames: vec![ISSUER.to_owned()],
        }])
    })
    .await;
    group.road.open_doors().await.unwrap();
    group
}

/// The record tells of Eva Weber; the link it came over.
pub async fn told_of_eva(group: &Group) -> EmrLinkId {
    let row = LinkRow {
        id: EmrLinkId::new(NOW, &bedside_store::random().unwrap()),
        site: group.mitte,
        slug: "kis".to_owned(),
        kind: LinkKind::Hl7In,
        name: "KIS".to_owned(),
        keep_days: 7,
        health: Health::New,
        health_code: String::new(),
        health_since: NOW,
        last_ok_at: None,
    };
    let mut tx = group.store.begin().await.unwrap();
    let link = link::put(&mut tx, &row, NOW).await.unwrap().id;
    tx.commit().await.unwrap();
    let id = |authority: &str, value: &str| Identifier {
        authority: authority.to_owned(),
        value: value.to_owned(),
        kind: String::new(),
    };
    let patient = PatientTold {
        ids: vec![id("KH", "4711"), id(KVNR, "A123456780")],
        name: Told::Said(Name { family: "Weber".to_owned(), given: "Eva".to_owned() }),
        born: Told::Said("1980-02-03".to_owned()),
        ..PatientTold::default()
    };
    let raw = b"MSH|^~\\&|KIS|KH|||20261113||ADT^A28|1".to_vec();
    let message = Received {
        control_id: "1".to_owned(),
        trigger: "ADT^A28".to_owned(),
        whole: raw.clone(),
        raw,
        flaws: Vec::new(),
        verdict: Verdict::Accepted(Box::new(EmrEvent {
            recorded_at: Some(NOW.minus(Span::days(1))),
            change: Change::Person { patient },
        })),
    };
    assert_eq!(group.road.take_emr(link, message).await, Ok(TakenEmr::New));
    group.clock.pass(Span::millis(1));
    while group.road.apply_emr_next().await.unwrap() > 0 {}
    link
}

/// Petra's account, proven at the door.
pub async fn at_the_door(group: &Group) -> Guest {
    let channel = group.channel(group.mitte);
    let knock = Knock { site: group.mitte, channel, handle: "@petra", token_hash: b"t", csrf: "c", lang: "de" };
    group.road.knock(&knock).await.unwrap();
    let code = group.road.door_code(b"t").to_string();
    group.hears(group.mitte, vec![post("code", "petra", &format!("@haus {code}"))]).await;
    assert!(group.road.door_enter(b"t", (b"t-in", "d")).await.unwrap());
    let mut tx = group.store.begin_read().await.unwrap();
    let visit = door::visit(&mut tx, b"t-in", group.clock.now()).await.unwrap().unwrap();
    let guest = Guest::of(&visit).unwrap();
    drop(tx);
    group.road.door_speaks_for(&guest, SpeaksFor::Myself).await.unwrap();
    guest
}

/// She consents to the link, claims Eva's record, and Jonas confirms it.
pub async fn linked(group: &Group, guest: &Guest, jonas: PersonId) {
    group.road.door_consent(guest, &[Purpose::Link]).await.unwrap();
    let claim = Claim { kind: IdentifierKind::Kvnr, number: "A123456780", birth_date: "1980-02-03", words: "Bitte" };
    let link = group.road.door_claim(guest, &claim).await.unwrap();
    group.clock.pass(Span::millis(1));
    while group.road.assess_next().await.unwrap() > 0 {}
    let mut tx = group.store.begin_read().await.unwrap();
    let thread = door::person(&mut tx, guest.author).await.unwrap().unwrap().thread.unwrap();
    let case = bedside_store::cases::by_thread(&mut tx, thread).await.unwrap().unwrap();
    drop(tx);
    let confirmed = LinkVerdict::Confirmed { how: "in_person", representative: false };
    group.road.settle_link(jonas, case.id, link, confirmed, "Ausweis gesehen").await.unwrap();
    group.road.resolve(jonas, case.id).await.unwrap();
}

/// Everything: link, both consents, and after them a post on Mastodon two hours ago. Gives who consents and its case.
pub async fn wrote(group: &Group) -> (Guest, CaseRow) {
    told_of_eva(group).await;
    let (jonas, _) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let guest = at_the_door(group).await;
    linked(group, &guest, jonas).await;
    group.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    (guest.clone(), asks(group).await)
}

/// Petra asks on Mastodon; two hours pass.
pub async fn asks(group: &Group) -> CaseRow {
    group.clock.pass(Span::seconds(1));
    let mut question = house::question("q9");
    question.at = group.clock.now();
    group.hears(group.mitte, vec![question]).await;
    group.clock.pass(Span::hours(2));
    let mut tx = group.store.begin_read().await.unwrap();
    let all = bedside_store::cases::list(&mut tx, group.mitte, Queue::Now, 9).await.unwrap();
    all.into_iter().find(|case| case.channel == group.channel(group.mitte)).unwrap()
}
