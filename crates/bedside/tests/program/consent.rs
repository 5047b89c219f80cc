//! One walk through everything by which a patient's words can leave for the record: cards in the chart, the FHIR server,
//! webhooks, the record's own FHIR server, documents over HL7 v2, what is printed and what health says. With her consent each
//! of them speaks; before it and from one second after she has taken it back none does.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use bedside_clinical::fhir::{
    Instant as At,
    smart::{ClientAssertion, Jwks, SigningKey, sign, token_request},
};
use bedside_testkit::peer::{
    fhir::Sekmet,
    free_port,
    hl7::{Mllp, Receiver, Receiving},
    smart::{ClientKind, Ehr},
};
use ring::rand::SystemRandom;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    chart::{chart, filled, house, linked, posts, told_of_her},
    desk::Desk,
    house::House,
};

/// What she asks, each time for something that nobody else ever asked for.
pub(super) const CAKES: [&str; 3] = ["Erdbeerkuchen", "Pflaumenkompott", "Rhabarbersaft"];
const SECRET: &str = "whsec_QmV0dGVyIGxhdGUgdGhhbiBuZXZlciwgdGhleSBzYXk=";

/// What a webhook was told, as it came.
#[derive(Clone, Default)]
struct Hook(Arc<Mutex<Vec<String>>>);

impl Hook {
    /// Listens at an address of its own.
    async fn open() -> Result<(Self, String)> {
        let hook = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/bedside", listener.local_addr()?);
        let told = hook.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let told = told.clone();
                tokio::spawn(async move { told.hear(stream).await });
            }
        });
        Ok((hook, url))
    }

    async fn hear(&self, mut stream: tokio::net::TcpStream) -> Option<()> {
        let mut request = Vec::new();
        let mut part = [0; 4096];
        loop {
            let n = stream.read(&mut part).await.ok().filter(|n| *n > 0)?;
            request.extend_from_slice(&part[..n]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                self.0.lock().unwrap().push(text);
                break;
            }
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.ok()
    }
}

/// Every way out, with what has come out of it so far.
struct Ways {
    ehr: Ehr,
    sekmet: Sekmet,
    key: SigningKey,
    receiver: Receiver,
    filed: Vec<String>,
    hook: Hook,
    http: reqwest::Client,
    desk: String,
    tokens: u32,
}

impl Ways {
    /// What each way says now, or has said until now where it is told of things.
    async fn walk(&mut self, house: &House) -> Result<Vec<(&'static str, String)>> {
        let service = format!("{}/cds-services/patient-view", self.desk);
        let (status, cards) = self.ehr.cards("p1", &service, "de").await?;
        assert_eq!(status, 200, "{cards}");
        let mut said = vec![("card", cards["cards"].to_string())];
        let token = self.token().await?;
        for kind in ["Communication", "Task", "Provenance", "Consent"] {
            said.push(("fhir", self.asked(kind, &token).await?));
        }
        for kind in ["Communication", "DocumentReference", "Binary", "Task"] {
            let url = format!("{}/{kind}?_count=200", self.sekmet.base_url());
            said.push(("record", self.http.get(url).send().await?.text().await?));
        }
        self.filed.extend(self.receiver.messages().into_iter().map(|one| String::from_utf8_lossy(&one).into_owned()));
        said.push(("document", self.filed.join("\n")));
        said.push(("webhook", self.hook.0.lock().unwrap().join("\n")));
        for path in ["/live", "/ready"] {
            said.push(("health", self.http.get(format!("{}{path}", self.desk)).send().await?.text().await?));
        }
        said.push(("printed", house.printed()?));
        Ok(said)
    }

    /// The ways whose words hold `word`.
    async fn that_say(&mut self, house: &House, word: &str) -> Result<Vec<&'static str>> {
        let mut ways: Vec<_> =
            self.walk(house).await?.into_iter().filter(|(_, said)| said.contains(word)).map(|(way, _)| way).collect();
        ways.dedup();
        Ok(ways)
    }

    /// Waits until `word` has come out of all of `ways` and of no other.
    async fn until_said(&mut self, house: &House, word: &str, ways: &[&str]) -> Result<()> {
        let begun = Instant::now();
        loop {
            let found = self.that_say(house, word).await?;
            if found == ways {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("{word} should have come out of {ways:?}, and has of {found:?}\n{}", house.printed()?);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    async fn token(&mut self) -> Result<String> {
        self.tokens += 1;
        let endpoint = format!("{}/fhir/token", self.desk);
        let now = At::from_micros(jiff::Timestamp::now().as_microsecond());
        let id = format!("walk-{}", self.tokens);
        let claims = ClientAssertion { client_id: "kis", token_endpoint: &endpoint, id: &id, now }.claims();
        let assertion = sign(&claims, &self.key, &SystemRandom::new()).context("not signed")?;
        let form = token_request(&assertion, "system/*.rs");
        let answer: Value = self.http.post(&endpoint).form(&form).send().await?.json().await?;
        Ok(answer["access_token"].as_str().with_context(|| answer.to_string())?.to_owned())
    }

    async fn asked(&self, kind: &str, token: &str) -> Result<String> {
        let url = format!("{}/fhir/{kind}?_count=100", self.desk);
        let answer = self.http.get(url).bearer_auth(token).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if status.is_success() { Ok(text) } else { bail!("{kind}: {status} {text}") }
    }

    /// Her consents as the record's server has them: how many are in each state.
    async fn consents(&self) -> Result<(usize, usize)> {
        let url = format!("{}/Consent?_count=50", self.sekmet.base_url());
        let found: Value = self.http.get(url).send().await?.json().await?;
        let states: Vec<&str> = found["entry"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry["resource"]["status"].as_str())
            .collect();
        let count = |state: &str| states.iter().filter(|one| **one == state).count();
        Ok((count("active"), count("inactive")))
    }
}

/// She asks, and the desk closes the case without an answer, so that it may be filed.
pub(super) async fn asks(house: &House, jonas: &mut Desk, n: usize) -> Result<()> {
    let cake = CAKES[n];
    posts(house, &format!("cake-{n}"), &format!("Gibt es in der Cafeteria am Sonntag wieder {cake}?")).await?;
    let (number, _) = jonas.case_with(cake, Duration::from_secs(30)).await?;
    let page = jonas.case(number).await?;
    jonas.fill(&page, &format!("/case/{number}/resolve"), &[("reason", "am Telefon beantwortet")]).await?;
    Ok(())
}

async fn may(petra: &mut Desk, act: &str, values: &[(&str, &str)]) -> Result<()> {
    let page = petra.get("/door/mitte").await?;
    petra.fill(&page, &format!("/door/mitte/{act}"), values).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn her_words_leave_by_every_way_she_consented_to_and_by_none_before_or_after() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir is not installed: left out");
        return Ok(());
    }
    let mllp = free_port()?;
    let mut house = house(mllp).await?;
    let sekmet = Sekmet::start(&[]).await?;
    filled(sekmet.base_url()).await?;
    let receiver = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
    let (hook, url) = Hook::open().await?;
    let (pem, _) = Sekmet::key("ES384").await?;
    let key = SigningKey::read(&pem, &SystemRandom::new())?;
    house.write("app.pem", &pem)?;
    house.write("kis.jwks", &Jwks::publish([&key]).to_string())?;
    house.write("tell.secret", SECRET)?;
    let ehr = Ehr::start(sekmet.base_url(), &house.url(), &ClientKind::Key, "Practitioner/7").await?;
    let more = format!(
        "[[hl7_out]]\nslug = \"archive\"\nsite = \"mitte\"\nto = \"127.0.0.1:{}\"\non_revocation = \"cancel\"\n\
         [[fhir]]\nslug = \"record\"\nsite = \"mitte\"\nbase_url = \"{}\"\nauth = \"none\"\non_revocation = \"cancel\"\n\
         poll = \"off\"\n\
         [[fhir_client]]\nslug = \"kis\"\nscopes = [\"system/*.rs\"]\njwks_file = \"kis.jwks\"\n\
         [[hook_out]]\nslug = \"crm-told\"\nsite = \"mitte\"\nurl = \"{url}\"\nsecret_file = \"tell.secret\"\ncontent = true\n",
        receiver.port(),
        sekmet.base_url()
    );
    let own = format!("[server]\npublic_url = \"{}\"\n", house.url());
    let bare = house.configuration()?.replacen("[server]\n", &own, 1);
    house.configure(&format!("{bare}{}{more}", chart(&ehr, "private_key_file = \"app.pem\"\n")))?;
    house.serve().await?;
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas", &["desk", "approver"]).await?;
    told_of_her(mllp).await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let desk = house.url();
    let mut ways = Ways { ehr, sekmet, key, receiver, filed: Vec::new(), hook, http, desk, tokens: 0 };

    // Linked, but her care team is not spoken of any more.
    let mut petra = linked(&house, &mut jonas).await?;
    may(&mut petra, "revoke", &[("purpose", "care_team")]).await?;
    asks(&house, &mut jonas, 0).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(ways.that_say(&house, CAKES[0]).await?, [""; 0], "before she consents");

    may(&mut petra, "consent", &[("care_team", "yes")]).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    asks(&house, &mut jonas, 1).await?;
    ways.until_said(&house, CAKES[1], &["fhir", "record", "document", "webhook"]).await?;
    let card = ways.walk(&house).await?.into_iter().find(|(way, _)| *way == "card").unwrap().1;
    assert_ne!(card, "[]", "a card says that she wrote");
    let begun = Instant::now();
    while ways.consents().await?.0 != 2 {
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("link and care team should stand in the record: {:?}\n{}", ways.consents().await?, house.printed()?);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    may(&mut petra, "revoke", &[("purpose", "care_team")]).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let told = ways.hook.0.lock().unwrap().len();
    for (way, said) in ways.walk(&house).await?.into_iter().filter(|(way, _)| matches!(*way, "card" | "fhir")) {
        assert!(!said.contains(CAKES[1]) && !said.contains("petra"), "{way}: {said}");
    }
    assert_eq!(
        ways.ehr.cards("p1", &format!("{}/cds-services/patient-view", ways.desk), "de").await?.1["cards"],
        serde_json::json!([])
    );
    asks(&house, &mut jonas, 2).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(ways.that_say(&house, CAKES[2]).await?, [""; 0], "after she has taken it back");
    let begun = Instant::now();
    while ways.consents().await?.1 == 0 || !ways.filed.iter().any(|one| one.contains("MDM^T11")) {
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("the record is not told: {:?} {:?}\n{}", ways.consents().await?, ways.filed, house.printed()?);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        ways.walk(&house).await?;
    }
    // Nothing of hers is in the record's server any more but that it was entered in error.
    let communications = ways.walk(&house).await?.into_iter().filter(|(way, _)| *way == "record");
    let communications: Vec<_> = communications.filter(|(_, said)| said.contains(CAKES[1])).collect();
    assert_eq!(communications, [], "taken back, as this link does");
    let after: Vec<String> = ways.hook.0.lock().unwrap().iter().skip(told).cloned().collect();
    assert!(after.iter().all(|one| !CAKES.iter().any(|cake| one.contains(cake))), "{after:?}");
    house.farewell().await
}
