//! The FHIR server as programs of a hospital use it, over the served router; and what is told to subscribers and webhooks.

mod consent;
mod peers;
mod reading;
mod signing;
mod telling;

use std::sync::{Arc, Mutex};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use bedside_clinical::fhir::{
    Instant,
    smart::{ClientAssertion, Jwks, Scopes, SigningKey, sign, token_request},
};
use bedside_core::{
    case::Queue,
    channel::{Fault, Promise},
    door::Purpose,
    exchange::{Carry, Mailbox, Telling},
    fetch::FetchKeys,
    id::PersonId,
    site::Role,
    time::Span,
};
use bedside_desk::fhir::{Client, ClientKeys, FhirSettings, FhirState, Hook, Topic, router};
use bedside_flow::{
    Clock as _,
    door::{Guest, Message},
};
use ring::rand::SystemRandom;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    house::{self, Group},
    petra::key,
};

pub const BASE: &str = "http://desk.example/fhir";
/// What Petra wrote at the door; it must be nowhere without her consent.
pub const WORDS: &str = "Wann darf ich nach der Hüftoperation wieder Rad fahren?";
const MRN: &str = "http://desk.example/authority/KH|4711";
const KVID: &str = "http://fhir.de/sid/gkv/kvid-10|A123456780";

/// Who carries, as the test wants it: remembers what was carried and answers what it is told to.
#[derive(Default)]
pub struct Post {
    pub carried: Mutex<Vec<Telling>>,
    pub fault: Mutex<Option<Fault>>,
}

impl Carry for Post {
    fn reaches(&self, to: &Mailbox, url: &str) -> bool {
        *to == Mailbox::Client("kis".to_owned()) && url.starts_with("https://kis.example/hooks")
    }
    fn carry<'a>(&'a self, telling: &'a Telling) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.carried.lock().unwrap().push(telling.clone());
            self.fault.lock().unwrap().clone().map_or(Ok(()), Err)
        })
    }
}

impl Post {
    /// What was carried since it was last asked, as JSON.
    pub fn took(&self) -> Vec<(Telling, Value)> {
        let all = std::mem::take(&mut *self.carried.lock().unwrap());
        all.into_iter()
            .map(|one| {
                let body = serde_json::from_slice(&one.body).unwrap_or(Value::Null);
                (one, body)
            })
            .collect()
    }

    pub fn fails(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }
}

/// An address with keys, and how often it was asked.
#[derive(Default)]
pub struct Keys {
    pub bytes: Mutex<Vec<u8>>,
    pub asked: Mutex<usize>,
}

impl FetchKeys for Keys {
    fn keys<'a>(&'a self, _: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>> {
        Box::pin(async move {
            *self.asked.lock().unwrap() += 1;
            Ok(self.bytes.lock().unwrap().clone())
        })
    }
}

pub fn set_of(key: &SigningKey) -> Jwks {
    Jwks::read(Jwks::publish([key]).to_string().as_bytes()).unwrap()
}

/// A house whose record knows Petra, with its FHIR server.
pub struct Exchange {
    pub group: Group,
    pub key: SigningKey,
    pub post: Arc<Post>,
    pub keys: Arc<Keys>,
    pub settings: FhirSettings,
    pub state: FhirState,
    jonas: PersonId,
    mara: PersonId,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The resources that match, of a searchset.
    pub fn matches(&self) -> Vec<&Value> {
        assert_eq!(self.status, 200, "{}", self.text);
        let entries = self.body["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter(|one| one["search"]["mode"] == "match").map(|one| &one["resource"]).collect()
    }

    /// That it says what is wrong, with this status.
    pub fn refuses(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.body["resourceType"], "OperationOutcome", "{}", self.text);
        assert!(self.header("content-type").starts_with("application/fhir+json"));
        self
    }
}

pub async fn send(state: &FhirState, request: Request<Body>) -> Answer {
    let response = router(state.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 22).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status: parts.status.as_u16(), headers: parts.headers, text, body }
}

/// A program that signed in.
#[derive(Clone)]
pub struct Program {
    pub state: FhirState,
    pub token: String,
}

impl Program {
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/fhir/{path}"));
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.state, request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    /// Sends a resource.
    pub async fn puts(&self, method: Method, path: &str, resource: &Value) -> Answer {
        self.ask(method, path, &[("content-type", "application/fhir+json")], &resource.to_string()).await
    }
}

pub async fn open() -> Exchange {
    let group = house::open().await;
    group.road.open_doors().await.unwrap();
    let jonas = group.person("jonas", &[(group.mitte, Role::Desk), (group.mitte, Role::Approver)]).await.0;
    let mara = group.person("mara", &[(group.mitte, Role::Desk)]).await.0;
    let key = key();
    let settings = FhirSettings {
        public_url: "http://desk.example".to_owned(),
        version: "0.1.0".to_owned(),
        trusted_proxies: vec![],
        clients: vec![
            client("kis", &[group.mitte], "system/*.cruds", ClientKeys::Set(set_of(&key))),
            client("nord", &[group.nord], "system/*.rs", ClientKeys::Set(set_of(&key))),
            client(
                "lab",
                &[group.mitte],
                "system/Task.rs?status=completed",
                ClientKeys::At("https://lab.example/jwks".to_owned()),
            ),
        ],
        hooks: vec![
            hook("crm", group.mitte, false),
            hook("archive", group.mitte, true),
            hook("elsewhere", group.nord, true),
        ],
    };
    let (post, keys) = (Arc::new(Post::default()), Arc::new(Keys::default()));
    group.record_knows_petra().await;
    Exchange { state: state_of(&group, settings.clone(), &keys, &post), group, key, post, keys, settings, jonas, mara }
}

pub fn state_of(group: &Group, settings: FhirSettings, keys: &Arc<Keys>, post: &Arc<Post>) -> FhirState {
    let (keys, post) = (Arc::clone(keys), Arc::clone(post));
    FhirState::new(Arc::clone(&group.road), Arc::new(group.clock.clone()), settings, keys, post)
}

fn client(slug: &str, sites: &[bedside_core::id::SiteId], scopes: &str, keys: ClientKeys) -> Client {
    Client {
        slug: slug.to_owned(),
        client_id: format!("{slug}-program"),
        name: slug.to_uppercase(),
        sites: sites.to_vec(),
        scopes: Scopes::parse(scopes),
        keys,
    }
}

fn hook(slug: &str, site: bedside_core::id::SiteId, content: bool) -> Hook {
    let host = format!("{slug}.example");
    Hook { slug: slug.to_owned(), site, events: Topic::ALL.to_vec(), content, host }
}

impl Exchange {
    pub async fn passes(&self, span: Span) {
        self.group.clock.pass(span);
        while self.group.road.assess_next().await.unwrap() > 0 {}
    }

    /// Petra proves her account and writes at the door; nothing is linked or allowed yet.
    pub async fn petra_writes(&self) -> Guest {
        let guest = self.group.petra_at_the_door().await;
        self.says(&guest, WORDS).await;
        guest
    }

    pub async fn says(&self, guest: &Guest, text: &str) {
        self.group.road.door_write(guest, &Message { text, name: "", file: None }).await.unwrap();
        self.passes(Span::millis(1)).await;
    }

    /// Petra asks to be linked, and Jonas confirms it.
    pub async fn is_linked(&self, guest: &Guest, purposes: &[Purpose]) {
        self.group.petra_is_linked(guest, self.jonas, purposes).await;
    }

    /// Petra is linked and consents to everything.
    pub async fn petra_consents(&self) -> Guest {
        let guest = self.petra_writes().await;
        self.is_linked(&guest, &[Purpose::Link, Purpose::CareTeam]).await;
        self.says(&guest, "Danke schon einmal.").await;
        guest
    }

    /// The house answers at the door, and the case is done.
    pub async fn answers(&self, guest: &Guest, text: &str) {
        let case = self.group.door_case(guest).await;
        let form = bedside_core::policy::SpeechForm::InvitePrivate;
        let road = &self.group.road;
        let draft = road.write_draft(self.mara, case.id, form, "de", text).await.unwrap();
        road.ask_approval(self.mara, draft).await.unwrap();
        let row = bedside_store::drafts::by_id(&mut self.group.store.begin_read().await.unwrap(), draft).await;
        road.approve(self.jonas, draft, &row.unwrap().unwrap().commitment, true).await.unwrap();
        self.group.after(Span::seconds(120)).await;
        assert_eq!(self.group.door_case(guest).await.queue, Queue::Done);
    }

    /// Everything is brought up to date and told.
    pub async fn keeps_up(&self) {
        self.passes(Span::millis(1)).await;
        self.state.keep_up().await.unwrap();
    }

    pub fn assertion(&self, client: &str, id: &str) -> String {
        let now = Instant::from_micros(self.group.clock.now().as_micros());
        let endpoint = format!("{BASE}/token");
        let client_id = format!("{client}-program");
        let claims = ClientAssertion { client_id: &client_id, token_endpoint: &endpoint, id, now }.claims();
        sign(&claims, &self.key, &SystemRandom::new()).unwrap()
    }

    pub async fn asks_token(&self, assertion: &str, scope: &str) -> Answer {
        ask_token(&self.state, assertion, scope).await
    }

    /// A program that signed in.
    pub async fn program(&self, client: &str, scope: &str) -> Program {
        let id = format!("{:?}", bedside_store::random::<8>().unwrap());
        let answer = self.asks_token(&self.assertion(client, &id), scope).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Program { state: self.state.clone(), token: answer.body["access_token"].as_str().unwrap().to_owned() }
    }

    /// The hospital's own program, which may do everything.
    pub async fn kis(&self) -> Program {
        self.program("kis", "system/*.cruds").await
    }
}

pub async fn ask_token(state: &FhirState, assertion: &str, scope: &str) -> Answer {
    let coded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let form: Vec<String> =
        token_request(assertion, scope).iter().map(|(name, value)| format!("{name}={}", coded(value))).collect();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/fhir/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(state, request.body(Body::from(form.join("&"))).unwrap()).await
}
