//! In the chart: cards and app over HTTP. The EMR is a double here, for tokens that a real one would not sign and launches that
//! no real one would begin; real servers are asked in `testkit`'s own rounds.

mod app;
mod cds;

use std::sync::{Arc, Mutex};

use bedside_clinical::fhir::smart::{Jwks, SigningKey, sign};
use bedside_core::{
    case::Queue,
    channel::{Fault, Promise},
    door::Purpose,
    ehr::{Ehr, Grant},
    fetch::FetchKeys,
    id::PersonId,
    site::Role,
    time::Span,
};
use bedside_desk::chart::{App, Cds, Chart, Charts};
use bedside_flow::{Clock as _, door::Guest};
use bedside_store::cases::CaseRow;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use crate::{
    house::{self, Group},
    petra::key,
};

pub const ISS: &str = "https://kis.example/fhir";
pub const ISSUER: &str = "https://kis.example";
pub const JKU: &str = "https://kis.example/jwks.json";
const KVNR_URI: &str = "http://fhir.de/sid/gkv/kvid-10";

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

/// She consents to the link and claims her record; Jonas confirms it and closes the case.
pub async fn linked(group: &Group, guest: &Guest, jonas: PersonId) {
    group.petra_is_linked(guest, jonas, &[Purpose::Link]).await;
    group.road.resolve(jonas, group.door_case(guest).await.id).await.unwrap();
}

/// Everything: link, both consents, and after them a post on Mastodon two hours ago. Gives who consents and its case.
pub async fn wrote(group: &Group) -> (Guest, CaseRow) {
    group.record_knows_petra().await;
    let (jonas, _) = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await;
    let guest = group.petra_at_the_door().await;
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
