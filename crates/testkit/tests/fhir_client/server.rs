//! A real server with Petra Weber in it, and a link of ours to it.

use std::sync::Arc;

use anyhow::Result;
use bedside_clinical::fhir::{
    Instant,
    smart::{ClientAssertion, SigningKey, sign, token_request},
};
use bedside_connect::{
    Clock, Secret,
    emr::fhir::{Auth, Client, Link, LinkConfig, Smart, Systems},
    http::Trust,
};
use bedside_core::{
    chart::{Said, SaidId},
    door::Purpose,
    emr::{Identifier, Name},
    filing::{CaseTold, ConsentTold, Document, File},
    id::{CaseId, ConsentId, EmrLinkId, FilingId, LinkId, OutboxId, PostId},
    time::{Span, Timestamp},
};
use bedside_testkit::peer::fhir::{Client as Reader, Medplum, Sekmet, SmartClient};
use serde_json::{Value, json};

/// FHIR's name for the hospital's patient numbers.
pub const MRN: &str = "urn:oid:1.2.276.0.76.4.8";
/// Where Bedside is.
pub const BASE: &str = "https://bedside.example";

/// One of the two, or one that takes only some types.
pub enum Server {
    Strict(Sekmet),
    Lenient(Medplum),
}

impl Server {
    /// Those that can be started here: sekmet needs Python 3.11.
    pub async fn all() -> Result<Vec<Self>> {
        let mut all = vec![Self::Lenient(Medplum::start().await?)];
        if let Some(strict) = Self::strict().await? {
            all.push(strict);
        }
        Ok(all)
    }

    pub async fn strict() -> Result<Option<Self>> {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: it was not asked");
            return Ok(None);
        }
        Ok(Some(Self::Strict(Sekmet::start(&[]).await?)))
    }

    pub fn base(&self) -> &str {
        match self {
            Self::Strict(server) => server.base_url(),
            Self::Lenient(server) => server.base_url(),
        }
    }

    /// What another program reads there.
    pub fn reader(&self) -> Reader {
        Reader::start(self.base(), None).unwrap()
    }

    pub async fn put(&self, resource: &Value) {
        put(&mut self.reader(), resource).await;
    }
}

pub async fn put(reader: &mut Reader, resource: &Value) {
    let url = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
    let headers = json!({ "Content-Type": "application/fhir+json" });
    let order = json!({ "url": url, "method": "PUT", "body": resource.to_string(), "headers": headers });
    reader.request(&order).await.unwrap();
}

/// Everything of a kind there, whoever wrote it.
pub async fn all(reader: &mut Reader, search: &str) -> Vec<Value> {
    let page = reader.request(&json!(search)).await.unwrap();
    let entries = page["entry"].as_array().cloned().unwrap_or_default();
    let kind = search.split('?').next().unwrap();
    entries.into_iter().map(|entry| entry["resource"].clone()).filter(|one| one["resourceType"] == kind).collect()
}

/// Petra as the hospital's server knows her.
pub fn petra(id: &str, number: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "id": id,
        "identifier": [{ "system": MRN, "value": number }],
        "active": true,
        "name": [{ "use": "official", "family": "Weber", "given": ["Petra"] }],
        "birthDate": "1980-02-03",
    })
}

pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp::from_micros(jiff::Timestamp::now().as_microsecond()))
}

pub fn systems() -> Systems {
    Systems::new([(MRN.to_owned(), "KH".to_owned())])
}

pub fn client(base: &str) -> Client {
    Client::new(base, Auth::None, Trust::default(), system_clock()).unwrap()
}

pub fn password_client(base: &str, user: &str, password: &str) -> Client {
    let auth = Auth::Basic { user: user.to_owned(), password: Secret::new(password) };
    Client::new(base, auth, Trust::default(), system_clock()).unwrap()
}

pub fn smart_client(base: &str, pem: &str, scope: Option<&str>) -> Client {
    let key = SigningKey::read(pem, &ring::rand::SystemRandom::new()).unwrap();
    let smart =
        Smart { client_id: "bedside".to_owned(), key: Arc::new(key), scope: scope.map(str::to_owned), token_url: None };
    Client::new(base, Auth::Smart(smart), Trust::default(), system_clock()).unwrap()
}

/// A server that lets in whoever signs with the key, and the key.
pub async fn guarded(scopes: &str) -> Result<(Sekmet, String)> {
    let (pem, jwks) = Sekmet::key("ES384").await?;
    let client = SmartClient { id: "bedside".to_owned(), jwks, scopes: scopes.to_owned() };
    Ok((Sekmet::start(&[client]).await?, pem))
}

/// A token as another program gets one with the same key.
pub async fn token(base: &str, pem: &str) -> Result<String> {
    let random = ring::rand::SystemRandom::new();
    let key = SigningKey::read(pem, &random)?;
    let endpoint = base.replace("/fhir", "/auth/token");
    let now = Instant::from_micros((system_clock())().as_micros());
    let claims = ClientAssertion { client_id: "bedside", token_endpoint: &endpoint, id: "of-the-test", now }.claims();
    let assertion = sign(&claims, &key, &random).unwrap();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let answer = http.post(&endpoint).form(&token_request(&assertion, "system/*.cruds")).send().await?;
    let answer: Value = answer.error_for_status()?.json().await?;
    Ok(answer["access_token"].as_str().unwrap().to_owned())
}

pub fn link(id: EmrLinkId, base: &str, client: Client) -> Arc<dyn File> {
    let config = LinkConfig { id, base: base.to_owned(), systems: systems(), cancels: true, hl7: None };
    Arc::new(Link::new(config, Arc::new(client)))
}

pub fn link_from(base: &str, client: Client) -> Arc<dyn File> {
    link(EmrLinkId::new(at(0), &[9; 10]), base, client)
}

pub fn any_link(client: Client) -> Arc<dyn File> {
    link_from(BASE, client)
}

pub fn at(minutes: i64) -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-27T08:00:00Z").unwrap().plus(Span::minutes(minutes))
}

/// Petra asks, the house answers.
pub fn document() -> Document {
    let said = |id, minutes, by_house, text: &str| Said {
        id,
        at: at(minutes),
        seen_at: at(minutes),
        by_house,
        text: text.to_owned(),
        url: (!by_house).then(|| "https://social.example/@petra/1".to_owned()),
        lang: Some("de".to_owned()),
    };
    let consent = ConsentTold {
        id: ConsentId::new(at(-9), &[1; 10]),
        link: LinkId::new(at(-9), &[2; 10]),
        purpose: Purpose::CareTeam,
        wording: "1".to_owned(),
        given_at: at(-5),
        ended_at: None,
        by_patient: true,
    };
    Document {
        id: FilingId::new(at(5), &[3; 10]),
        ids: vec![Identifier { authority: "KH".to_owned(), value: "4711".to_owned(), kind: "MR".to_owned() }],
        name: Some(Name { family: "Weber".to_owned(), given: "Petra".to_owned() }),
        born: Some("1980-02-03".to_owned()),
        visit: None,
        title: "Konversation über soziale Medien".to_owned(),
        lines: vec!["Person:".to_owned(), "Wann ist Besuchszeit, und gibt es Grüße?".to_owned()],
        house: "Lindenhof Mitte".to_owned(),
        happened_at: at(1),
        written_at: at(4),
        said: vec![
            said(SaidId::Post(PostId::new(at(1), &[4; 10])), 1, false, "Wann ist Besuchszeit, und gibt es Grüße?"),
            said(SaidId::Reply(OutboxId::new(at(3), &[5; 10])), 3, true, "Von 14 bis 18 Uhr. Schöne Grüße!"),
        ],
        case: Some(CaseTold {
            id: CaseId::new(at(1), &[6; 10]),
            number: "F-2841".to_owned(),
            channel: "Mastodon".to_owned(),
        }),
        consents: vec![consent],
        work: None,
        flag: None,
        rules: "2026-11".to_owned(),
    }
}
