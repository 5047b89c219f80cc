//! Real programs at the FHIR server: sekmet-fhir as a hospital's system, fhirclient, a real HTTP receiver, and three
//! validators over everything that is answered.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::Method, http::Uri};
use bedside_connect::{Carrier, Secret, channel::webhook};
use bedside_core::{
    channel::{Fault, Promise},
    door::Purpose,
    exchange::{Carry, Mailbox, Telling},
    time::{Span, Timestamp},
};
use bedside_desk::fhir::{ClientKeys, FhirSettings, FhirState, router};
use bedside_flow::Clock as _;
use bedside_testkit::peer::fhir::{Access, Client, Sekmet, Validators};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use super::{Exchange, KVID, Program, WORDS, ask_token, open};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn real_now() -> Timestamp {
    Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}

/// Carries to whatever place on this machine is asked for: the real carrier, to which each is allowed as it comes.
struct Here {
    hook: String,
}

impl Carry for Here {
    fn reaches(&self, _: &Mailbox, url: &str) -> bool {
        url.starts_with("http://127.0.0.1:")
    }
    fn carry<'a>(&'a self, telling: &'a Telling) -> Promise<'a, Result<(), Fault>> {
        Box::pin(async move {
            let mut carrier = Carrier::new(Arc::new(real_now));
            let place = telling.url.split('/').take(3).collect::<Vec<_>>().join("/");
            carrier.allow("kis", &place).ok();
            for slug in ["crm", "archive"] {
                carrier.know(slug, &format!("{}/{slug}", self.hook), Secret::new(SECRET)).unwrap();
            }
            carrier.carry(telling).await
        })
    }
}

/// What came to a receiver: method, path, headers, body, when.
type Came = Arc<Mutex<Vec<(Method, String, HeaderMap, Bytes, Instant)>>>;

async fn receiver() -> (String, Came) {
    let came = Came::default();
    async fn take(State(came): State<Came>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) {
        came.lock().unwrap().push((method, uri.path().to_owned(), headers, body, Instant::now()));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(take).with_state(Arc::clone(&came));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), came)
}

/// The house served on a port of its own, at the time of now, while its loop runs.
struct Served {
    exchange: Arc<Exchange>,
    state: FhirState,
    base: String,
    receiver: String,
    came: Came,
    pem: String,
    _stop: watch::Sender<bool>,
}

async fn served() -> Served {
    let exchange = Arc::new(open().await);
    let clock = exchange.group.clock.clone();
    clock.pass(real_now().since(clock.now()));
    let (receiver, came) = receiver().await;
    let (pem, jwks) = Sekmet::key("ES384").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let public_url = format!("http://{}", listener.local_addr().unwrap());
    let mut settings = FhirSettings { public_url: public_url.clone(), ..exchange.settings.clone() };
    settings.clients.truncate(1);
    settings.hooks.truncate(2);
    // A program may sign with any key of its set: sekmet with its own, the test with the house's.
    let mut both = bedside_clinical::fhir::smart::Jwks::publish([&exchange.key]);
    both["keys"].as_array_mut().unwrap().extend(jwks["keys"].as_array().unwrap().iter().cloned());
    let set = bedside_clinical::fhir::smart::Jwks::read(both.to_string().as_bytes()).unwrap();
    settings.clients[0].keys = ClientKeys::Set(set);
    let keys = Arc::clone(&exchange.keys);
    let carry = Arc::new(Here { hook: receiver.clone() });
    let state =
        FhirState::new(Arc::clone(&exchange.group.road), Arc::new(exchange.group.clock.clone()), settings, keys, carry);
    let service = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(state.clone().run(stopping));
    // The clock goes with the real one.
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.pass(real_now().since(clock.now()));
        }
    });
    Served { exchange, state, base: format!("{public_url}/fhir"), receiver, came, pem, _stop: stop }
}

impl Served {
    fn access(&self) -> Access {
        Access::Smart {
            client_id: "kis-program".to_owned(),
            private_key_pem: self.pem.clone(),
            algorithm: "ES384",
            key_id: None,
            scope: "system/*.cruds".to_owned(),
        }
    }

    async fn program(&self) -> Program {
        use bedside_clinical::fhir::smart::{ClientAssertion, sign};
        let random = ring::rand::SystemRandom::new();
        let now = bedside_clinical::fhir::Instant::from_micros(real_now().as_micros());
        let endpoint = format!("{}/token", self.base);
        let id = format!("{:?}", bedside_store::random::<8>().unwrap());
        let claims = ClientAssertion { client_id: "kis-program", token_endpoint: &endpoint, id: &id, now }.claims();
        let answer =
            ask_token(&self.state, &sign(&claims, &self.exchange.key, &random).unwrap(), "system/*.cruds").await;
        let token = answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
        Program { state: self.state.clone(), token }
    }

    /// Waits until something is so, for at most ten seconds.
    async fn until(&self, what: &str, is: impl AsyncFn() -> bool) -> Duration {
        let begun = Instant::now();
        while !is().await {
            assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        begun.elapsed()
    }
}

mod real_programs {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sekmet_finds_reads_and_is_told_of_a_patients_posts() {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: nothing was tested");
            return;
        }
        let house = served().await;
        let guest = house.exchange.petra_consents().await;
        let exchange = Arc::clone(&house.exchange);
        let writing = tokio::spawn(async move {
            for n in 0.. {
                tokio::time::sleep(Duration::from_secs(2)).await;
                exchange.says(&guest, &format!("Noch eine Frage, die {n}.")).await;
            }
        });
        let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/peers/fhir/bedside.yaml");
        let played = Sekmet::play_with(&[ours], &[("patient", KVID)], &house.base, &house.access()).await.unwrap();
        writing.abort();
        assert_eq!((played[0].status.as_str(), &played[0].failures), ("passed", &vec![]), "{played:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn fhirclient_reads_and_searches_with_a_token_and_nobody_without() {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: nothing was tested");
            return;
        }
        let house = served().await;
        house.exchange.petra_consents().await;
        let program = house.program().await;
        house.until("the posts are there", async || program.get("Communication").await.text.contains(WORDS)).await;
        let mut client = Client::start(&house.base, Some(&program.token)).unwrap();
        let found = client.request(&json!(format!("Communication?patient.identifier={KVID}"))).await.unwrap();
        let first = &found["entry"][0]["resource"];
        let read = client.request(&json!(format!("Communication/{}", first["id"].as_str().unwrap()))).await.unwrap();
        assert_eq!(&read, first);
        let search = json!({ "url": "Task/_search", "method": "POST", "body": "status=requested,completed,on-hold",
            "headers": { "Content-Type": "application/x-www-form-urlencoded" } });
        assert_eq!(client.request(&search).await.unwrap()["type"], "searchset");
        let missing = client.request(&json!("Communication/none")).await.unwrap_err();
        assert!(missing.to_string().starts_with("404"), "{missing}");
        let mut stranger = Client::start(&house.base, Some("no-token")).unwrap();
        assert!(stranger.request(&json!("Task")).await.unwrap_err().to_string().starts_with("401"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_real_receiver_is_told_within_a_second_and_after_a_revocation_of_nothing_else() {
        if !Sekmet::is_installed() {
            println!("sekmet-fhir wants Python 3.11: nothing was tested");
            return;
        }
        let house = served().await;
        let program = house.program().await;
        for criteria in ["Communication?status=completed", "Consent?_id:missing=false"] {
            let asked = json!({ "resourceType": "Subscription", "status": "requested", "reason": "care", "criteria": criteria,
                "channel": { "type": "rest-hook", "endpoint": format!("{}/r4", house.receiver), "payload": "application/fhir+json",
                    "header": ["Authorization: Bearer s3cret"] } });
            assert_eq!(program.puts(Method::POST, "Subscription", &asked).await.status, 201);
        }
        let guest = house.exchange.petra_consents().await;
        let came = |word: &str| {
            let all = house.came.lock().unwrap();
            all.iter().any(|(_, _, _, body, _)| String::from_utf8_lossy(body).contains(word))
        };
        house.until("the post is told", async || came(WORDS)).await;
        house.exchange.says(&guest, "Eilt: darf ich auch schwimmen?").await;
        let took = house.until("the next post is told", async || came("schwimmen")).await;
        println!("a new post was told after {took:?}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        {
            let all = house.came.lock().unwrap();
            let (method, path, headers, ..) = all.iter().find(|(_, path, ..)| path.starts_with("/r4/")).unwrap();
            assert_eq!((method, headers["authorization"].to_str().unwrap()), (&Method::PUT, "Bearer s3cret"));
            assert!(path.starts_with("/r4/Communication/") || path.starts_with("/r4/Consent/"), "{path}");
            let hooked: Vec<_> = all.iter().filter(|(_, path, ..)| path == "/crm").collect();
            assert!(!hooked.is_empty());
            for (_, _, headers, body, _) in hooked {
                let header = |name: &str| headers[name].to_str().unwrap();
                let signed = webhook::Headers {
                    id: header("webhook-id"),
                    timestamp: header("webhook-timestamp"),
                    signature: header("webhook-signature"),
                };
                webhook::verify(&Secret::new(SECRET), signed, body, real_now()).unwrap();
                assert!(header("content-type").starts_with("application/cloudevents+json"));
                assert!(!String::from_utf8_lossy(body).contains("Hüft"), "a pointer alone");
            }
        }
        house.came.lock().unwrap().clear();
        house.exchange.group.road.revoke(house.exchange.group.mitte, guest.author, Purpose::CareTeam).await.unwrap();
        assert_eq!(program.get("Communication").await.matches().len(), 0, "at once");
        let took =
            house.until("the end is told", async || came("\"inactive\"") && came("bedside.consent.revoked")).await;
        let ended = Instant::now();
        println!("a revocation was told after {took:?}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        house.exchange.says(&guest, "Das soll niemand mehr lesen.").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let all = house.came.lock().unwrap();
        // What was just being handed over may still arrive.
        for (_, path, _, body, at) in all.iter().filter(|(.., at)| at.duration_since(ended) > Duration::ZERO) {
            let text = String::from_utf8_lossy(body);
            assert!(text.contains("\"inactive\"") || text.contains("bedside.consent.revoked"), "{path} {at:?}: {text}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn everything_that_is_answered_and_told_passes_three_validators() {
        if !Sekmet::is_installed() {
            println!("fhir.resources comes with sekmet-fhir, which wants Python 3.11: nothing was tested");
            return;
        }
        let exchange = open().await;
        let kis = exchange.kis().await;
        let asked = super::super::telling::by_topic("communication", "full-resource", None);
        let made = kis.puts(Method::POST, "Subscription", &asked).await;
        let guest = exchange.petra_consents().await;
        exchange.keeps_up().await;
        exchange.answers(&guest, "Guten Tag, nach etwa sechs Wochen.").await;
        exchange.keeps_up().await;
        let kis = exchange.kis().await;
        let id = made.body["id"].as_str().unwrap();
        let task = kis.get("Task").await.matches()[0]["id"].as_str().unwrap().to_owned();
        let mut bodies: Vec<(String, Value)> = Vec::new();
        for path in [
            "metadata",
            "Communication",
            "Task?_include=Task:focus",
            "Consent",
            "Provenance",
            "Subscription",
            "AuditEvent?_count=200",
            "Communication?_elements=sent",
            "Communication?colour=red",
            "Communication?status=",
            "Communication/none",
            &format!("Task/{task}"),
            &format!("Task/{task}/_history"),
            &format!("Subscription/{id}"),
            &format!("Subscription/{id}/$status"),
            &format!("Subscription/{id}/$events"),
        ] {
            bodies.push((path.to_owned(), kis.get(path).await.body));
        }
        exchange.group.road.revoke(exchange.group.mitte, guest.author, Purpose::CareTeam).await.unwrap();
        exchange.group.clock.pass(Span::seconds(61));
        exchange.keeps_up().await;
        for path in ["Consent", "AuditEvent?_count=200"] {
            bodies.push((format!("{path} after"), kis.get(path).await.body));
        }
        let told = exchange.post.took().into_iter().filter(|(telling, _)| matches!(telling.to, Mailbox::Client(_)));
        bodies.extend(told.map(|(telling, body)| (format!("told {}", telling.url), body)));
        assert!(bodies.len() > 20, "{}", bodies.len());
        let mut validators = Validators::start().unwrap();
        let mut wrong = Vec::new();
        for (path, body) in &bodies {
            let found = validators.findings(body).await.unwrap();
            if !found.is_empty() {
                wrong.push(format!("{path}: {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
