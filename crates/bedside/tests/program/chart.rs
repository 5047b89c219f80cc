//! In the chart: a patient who links her account and consents at the private door is seen by her care team in an EMR of other
//! people's parts, in a frame of its page and by a card, as long as she consents and no second longer.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bedside_connect::{Secret, channel::webhook};
use bedside_testkit::{
    browser,
    peer::{
        fhir::{Medplum, Sekmet},
        free_port,
        smart::{ClientKind, Ehr},
    },
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{
    desk::{Desk, Page},
    house::House,
};

pub(super) const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
pub(super) const SYSTEM: &str = "https://lindenhof.example/sid/patient";
pub(super) const POST: &str = "Wo kann ich bei Ihnen parken und was kostet das?";
pub(super) const FAMILY: &str = "Weber-Quittenbaum";
/// Her address in the record.
pub(super) const MAIL: &str = "eva@quittenpost.example";

/// The webhook for a house's posts.
pub(super) fn webhook() -> String {
    "[[channel]]\nslug = \"crm\"\nkind = \"webhook\"\nname = \"Mastodon\"\nowner = \"Mara\"\ndeputy = \"Jonas\"\n\
     secret_file = \"hook.secret\"\n"
        .to_owned()
}

/// A house with a webhook for its posts, a link for its record's messages, and what FHIR calls that record's numbers.
pub(super) async fn house(mllp: u16) -> Result<House> {
    let more = format!(
        "systems = [\"{SYSTEM} = KH\"]\n{}\
         [[hl7]]\nslug = \"kis\"\nlisten = \"127.0.0.1:{mllp}\"\nauthority = \"KH\"\n",
        webhook()
    );
    let mut house = House::open(&more).await?;
    house.write("hook.secret", SECRET)?;
    house.keep_private(FAMILY);
    house.keep_private(MAIL.split('.').next().unwrap_or_default());
    Ok(house)
}

/// Hands a post in, as the house's other system would.
pub(super) async fn posts(house: &House, id: &str, text: &str) -> Result<()> {
    let at = jiff::Timestamp::now();
    let body =
        json!([{ "id": id, "channel": "crm", "author": "petra", "text": text, "at": at.to_string() }]).to_string();
    let signature = webhook::sign(&Secret::new(SECRET), id, at.as_second(), body.as_bytes())?;
    let answer = reqwest::Client::builder().no_proxy().build()?.post(format!("{}/hooks/crm", house.url()));
    let answer = answer
        .header("webhook-id", id)
        .header("webhook-timestamp", at.as_second().to_string())
        .header("webhook-signature", signature)
        .body(body);
    answer.send().await?.error_for_status()?;
    Ok(())
}

/// The record tells of her over MLLP.
pub(super) async fn told_of_her(mllp: u16) -> Result<()> {
    let message = format!(
        "MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^A28^ADT_A05|1|P|2.5||||||UNICODE UTF-8\r\
         EVN||20261127071500\rPID|1||4711^^^KH^MR||{FAMILY}^Eva||19800203|F|||||^NET^Internet^{MAIL}\r"
    );
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", mllp)).await?;
    stream.write_all(&[b"\x0b", message.as_bytes(), b"\x1c\r"].concat()).await?;
    let mut answer = [0; 512];
    let n = stream.read(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer[..n]).into_owned();
    if answer.contains("MSA|AA|1") || answer.contains("MSA|CA|1") { Ok(()) } else { bail!("not taken: {answer}") }
}

/// Asks for a page until it says `words`.
pub(super) async fn until(desk: &mut Desk, path: &str, words: &str) -> Result<Page> {
    let begun = Instant::now();
    loop {
        let page = desk.get(path).await?;
        if page.words().contains(words) {
            return Ok(page);
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("{path} does not say {words:?}: {}", page.words());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// She proves her account at the door, consents, names her record, and Jonas confirms that it is hers.
pub(super) async fn linked(house: &House, jonas: &mut Desk) -> Result<Desk> {
    let petra = claims(house).await?;
    let (number, _) = jonas.case_with("Private", Duration::from_secs(30)).await?;
    let page = jonas.case(number).await?;
    let confirm = [("how", "in_person"), ("reason", "Ausweis gesehen")];
    let page = jonas.fill(&page, &format!("/case/{number}/link-confirm"), &confirm).await?;
    assert!(page.words().contains("confirmed"), "{}", page.words());
    Ok(petra)
}

/// She proves her account at the door, consents, and names her record.
pub(super) async fn claims(house: &House) -> Result<Desk> {
    let mut petra = Desk::guest(&house.url())?;
    let page = petra.get("/door/mitte").await?;
    let channel = page.html.split("<option value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let channel = channel.context("no channel at the door")?.to_owned();
    let page = petra.fill(&page, "/door/mitte/code", &[("channel", &channel), ("handle", "@petra")]).await?;
    let code = page.html.split("<output class=\"code\"").nth(1).and_then(|rest| rest.split('>').nth(1));
    let code = code.and_then(|rest| rest.split('<').next()).with_context(|| page.words())?.to_owned();
    posts(house, "code", &format!("Mein Code: {code}")).await?;
    let begun = Instant::now();
    let page = loop {
        let page = petra.get("/door/mitte").await?;
        let page = petra.fill(&page, "/door/mitte/enter", &[]).await?;
        if page.html.contains("action=\"/door/mitte/for\"") {
            break page;
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("not let in: {}", page.words());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let page = petra.fill(&page, "/door/mitte/for", &[("for", "myself")]).await?;
    let ticked = [("link", "yes"), ("care_team", "yes"), ("lang", "en")];
    let page = petra.fill(&page, "/door/mitte/consent", &ticked).await?;
    let claim = [("kind", "mrn"), ("number", "4711"), ("birth", "1980-02-03")];
    petra.fill(&page, "/door/mitte/link", &claim).await?;
    Ok(petra)
}

async fn put(fhir: &str, resource: Value) -> Result<()> {
    let path = format!("{fhir}/{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
    let http = reqwest::Client::builder().no_proxy().build()?;
    let request = http.put(path).header("content-type", "application/fhir+json").body(resource.to_string());
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() { Ok(()) } else { bail!("{status}: {}", answer.text().await?) }
}

/// What the EMR's server holds: her, somebody whom Bedside does not know, and the physician.
pub(super) async fn filled(fhir: &str) -> Result<()> {
    let patient = |id: &str, number: &str, family: &str, born: &str| {
        json!({ "resourceType": "Patient", "id": id, "birthDate": born,
            "identifier": [{ "system": SYSTEM, "value": number }],
            "name": [{ "use": "official", "family": family, "given": ["Eva"] }] })
    };
    put(fhir, patient("p1", "4711", FAMILY, "1980-02-03")).await?;
    put(fhir, patient("p2", "4712", "Ohnesorg", "1971-01-01")).await?;
    let name = json!([{ "prefix": ["Dr."], "given": ["Nora"], "family": "Falk" }]);
    put(fhir, json!({ "resourceType": "Practitioner", "id": "7", "name": name })).await
}

/// What the program warned of.
fn warnings(house: &House) -> String {
    let printed = house.printed().unwrap_or_default();
    printed.lines().filter(|line| line.contains("WARN")).collect::<Vec<_>>().join("\n")
}

/// The section for this EMR; `auth` is what the app proves itself with.
pub(super) fn chart(ehr: &Ehr, auth: &str) -> String {
    format!(
        "[[chart]]\nslug = \"kis\"\nname = \"KIS\"\niss = \"{}\"\nclient_id = \"bedside\"\n{auth}login_origins = [\"{1}\"]\n\
         frame_origins = [\"{1}\"]\ncds_issuer = \"{1}\"\ncds_keys = [\"{2}\"]\n",
        ehr.iss(),
        ehr.base_url(),
        ehr.keys()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn her_care_team_sees_her_in_an_emr_of_others_until_she_takes_it_back() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir is not installed: left out");
        return Ok(());
    }
    let mllp = free_port()?;
    let mut house = house(mllp).await?;
    let sekmet = Sekmet::start(&[]).await?;
    filled(sekmet.base_url()).await?;
    let (pem, _) = Sekmet::key("ES384").await?;
    house.write("app.pem", &pem)?;
    let mut ehr = Ehr::start(sekmet.base_url(), &house.url(), &ClientKind::Key, "Practitioner/7").await?;
    let bare = house.configuration()?;
    house.configure(&format!("{bare}{}", chart(&ehr, "private_key_file = \"app.pem\"\n")))?;
    assert!(house.told(&["check-config"]).await?.contains("chart kis: cards and an app of KIS, for mitte"));
    house.serve().await?;
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas", &["desk", "approver"]).await?;
    told_of_her(mllp).await?;

    let service = format!("{}/cds-services/patient-view", house.url());
    assert_eq!(ehr.cards("p1", &service, "en").await?, (200, json!({ "cards": [] })), "before she has written");
    let mut petra = linked(&house, &mut jonas).await?;
    posts(&house, "q1", POST).await?;
    let (number, _) = jonas.case_with("parken", Duration::from_secs(30)).await?;
    let (status, told) = ehr.cards("p1", &service, "en").await?;
    assert_eq!(status, 200, "{told}");
    let summaries: Vec<&str> =
        told["cards"].as_array().unwrap().iter().filter_map(|card| card["summary"].as_str()).collect();
    assert!(summaries.contains(&"Wrote to us on Mastodon just now, waiting for the desk"), "{summaries:?}");
    assert_eq!(ehr.cards("p2", &service, "en").await?, (200, json!({ "cards": [] })));
    let (status, wrong) = ehr.cards("p1", &format!("{}/cds-services/other", house.url()), "en").await?;
    assert_eq!(status, 404, "{wrong}");

    let out = std::env::var("BEDSIDE_SHOTS").ok();
    let desk = house.url();
    browser::chart(
        ehr.base_url(),
        &json!({ "desk": desk, "patient": "p1", "other": "p2", "post": "parken", "out": out }),
    )
    .with_context(|| warnings(&house))?;
    let page = jonas.case(number).await?.words();
    for words in ["From the care team", "Bitte heute noch anrufen.", "Dr. Nora Falk", "das Parkhaus"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Ihre Behandlung am Montag"), "what the guard blocked was not kept");

    let page = petra.get("/door/mitte").await?;
    petra.fill(&page, "/door/mitte/revoke", &[("purpose", "care_team")]).await?;
    assert_eq!(ehr.cards("p1", &service, "en").await?, (200, json!({ "cards": [] })), "from that moment");
    until(&mut jonas, "/inbox", "parken").await?;
    // Nobody known, and somebody who has said no: the same answer, and about the same time, well within what an EMR waits.
    let mut medians = Vec::new();
    for patient in ["p2", "p1"] {
        let mut spent = Vec::new();
        for _ in 0..20 {
            let begun = Instant::now();
            assert_eq!(ehr.cards(patient, &service, "en").await?.1, json!({ "cards": [] }));
            spent.push(begun.elapsed());
        }
        spent.sort();
        medians.push(spent[spent.len() / 2]);
    }
    println!("no cards: {:?} for somebody unknown, {:?} for somebody who took it back", medians[0], medians[1]);
    assert!(medians.iter().all(|median| *median < Duration::from_millis(500)), "{medians:?}");
    assert!(medians[0].abs_diff(medians[1]) < Duration::from_millis(20), "{medians:?}");

    // The lenient server, and the other ways to prove who the app is.
    let medplum = Medplum::start().await?;
    filled(medplum.base_url()).await?;
    house.write("app.secret", "s3cret/with:signs")?;
    let page = petra.get("/door/mitte").await?;
    petra.fill(&page, "/door/mitte/consent", &[("care_team", "yes")]).await?;
    posts(&house, "q2", POST).await?;
    jonas.case_with("parken", Duration::from_secs(30)).await?;
    for (client, auth) in [
        (ClientKind::Public, ""),
        (ClientKind::Secret("s3cret/with:signs".to_owned()), "client_secret_file = \"app.secret\"\n"),
    ] {
        let ehr = Ehr::start(medplum.base_url(), &house.url(), &client, "Practitioner/7").await?;
        house.stop().await?;
        house.configure(&format!("{bare}{}", chart(&ehr, auth)))?;
        house.serve().await?;
        let quick = json!({ "desk": desk, "patient": "p1", "other": "p2", "post": "parken", "quick": true });
        browser::chart(ehr.base_url(), &quick).with_context(|| warnings(&house))?;
    }
    house.farewell().await
}
