//! The guide "hook Bedside into your EMR in an hour", walked as an integration engineer would: its own commands and sections,
//! with addresses of this machine for those of the hospital, an interface engine on either side, a guard that wants
//! certificates before its port, and a strict FHIR server. What the guide says and what happens are the same, or this fails.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bedside_testkit::{
    papers::{LOOPBACK, Papers},
    peer::{
        fhir::{Sekmet, SmartClient},
        free_port,
        front::Front,
        hl7::{Engine, Feed, Mllp, Receiver, Receiving, Sender, Sending},
    },
};
use serde_json::Value;
use tokio::process::Command;

use super::{
    chart::{FAMILY, MAIL, linked, webhook},
    consent::{CAKES, asks},
    house::House,
};

const GUIDE: &str = include_str!("../../../../docs/hook-in.md");

/// The fenced blocks of a step, as they stand.
fn blocks(step: &str) -> Vec<&'static str> {
    let begin = GUIDE.find(&format!("\n## {step}")).unwrap_or_else(|| panic!("the guide has no step {step}"));
    let rest = &GUIDE[begin + 1..];
    let text = &rest[..rest.find("\n## ").unwrap_or(rest.len())];
    text.split("```").skip(1).step_by(2).map(|block| block.split_once('\n').map_or("", |(_, inner)| inner)).collect()
}

/// Runs a command of the guide beside the configuration; gives what it printed.
async fn shell(house: &House, line: &str) -> Result<String> {
    let told = Command::new("bash").args(["-c", line]).current_dir(house.path("")).output().await?;
    Ok(String::from_utf8_lossy(&[told.stdout, told.stderr].concat()).into_owned())
}

/// Runs a command of the guide that begins with `bedside`; it must succeed.
async fn bedside(house: &House, line: &str) -> Result<String> {
    house.told(&line.split_whitespace().skip(1).collect::<Vec<_>>()).await
}

fn sample(control_id: &str, event: &str) -> String {
    format!(
        "MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^{event}|{control_id}|P|2.5||||||UNICODE UTF-8\r\
         EVN||20261127071500\rPID|1||4711^^^KH^MR||{FAMILY}^Eva||19800203|F|||||^NET^Internet^{MAIL}\rPV1|1|O\r"
    )
}

async fn applied(house: &House, count: i64) -> Result<()> {
    let begun = Instant::now();
    loop {
        let said = house.told(&["hl7", "status", "--json"]).await?;
        let all = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if all.into_iter().any(|link| link["link"] == "kis" && link["messages"]["applied"] == count) {
            return Ok(());
        }
        ensure!(begun.elapsed() < Duration::from_secs(20), "{count} messages should be in the index: {said}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_leads_from_the_first_message_to_a_document_in_the_record() -> Result<()> {
    if !Engine::is_installed() || !Sekmet::is_installed() {
        println!("messagefoundry and sekmet-fhir want Python 3.11: nothing was tested");
        return Ok(());
    }
    let port = free_port()?;
    let here = |text: &str| {
        let text = text.replace("10.1.2.10:2575", &format!("127.0.0.1:{port}"));
        let text = text.replace("bedside.lindenhof.example:2575", &format!("localhost:{port}"));
        text.replace("bedside.lindenhof.example", "localhost").replace("10.1.2.0/24", "127.0.0.1")
    };
    let mut house = House::open(&webhook()).await?;
    house.write("hook.secret", super::chart::SECRET)?;
    house.keep_private(FAMILY);
    house.write("samples.hl7", &[sample("1", "A28^ADT_A05"), sample("2", "A08^ADT_A01")].concat())?;

    // 2. Try messages first.
    let said = bedside(&house, blocks("2.")[0]).await?;
    assert!(said.contains("ADT^A28") && !said.contains("Quittenbaum"), "{said}");

    // 3. Enter the link, and 6. the first message: from the command, then from the engine.
    let before = house.configuration()?;
    let link = here(blocks("3.")[0]);
    house.configure(&format!("{before}{link}"))?;
    assert!(house.told(&["check-config"]).await?.contains("link kis"));
    house.serve().await?;
    let sent = bedside(&house, &here(blocks("6.")[0])).await?;
    assert!(sent.contains("1: AA after") && sent.contains("2: AA after"), "{sent}");
    let engine = Engine::start(Feed::to(port)).await?;
    let mut kis = Sender::start(Mllp::SimpleHl7, engine.port(), Sending::default())?;
    kis.send(sample("3", "A08^ADT_A01").as_bytes()).await?.acknowledged()?;
    applied(&house, 3).await?;
    let progress = engine.progress().await?;
    assert_eq!((progress.delivered, progress.dead), (1, 0), "{progress:?}");

    // 4. TLS.
    let [make, toml, look] = blocks("4.")[..] else { panic!("step 4 has other blocks") };
    let made = shell(&house, &format!("set -e\n{}", here(make))).await?;
    assert!(house.path("kis.pem").exists(), "{made}");
    house.stop().await?;
    let under_tls = format!("{before}{link}{toml}");
    house.configure(&under_tls)?;
    house.serve().await?;
    let looks: Vec<String> = look.lines().map(here).collect();
    let [with, without] = looks.as_slice() else { panic!("two commands look") };
    assert!(shell(&house, with).await?.trim_end().ends_with("DONE"));
    let refused = shell(&house, without).await?;
    assert!(refused.contains("alert certificate required"), "{refused}");
    let sent = bedside(&house, &here(blocks("6.")[1])).await?;
    assert!(sent.contains("1: AA after"), "{sent}");

    // 7. Look.
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas", &["desk", "approver", "admin"]).await?;
    let page = jonas.get("/links").await?.words();
    assert!(page.contains("Patient administration") && page.contains("sent again by the sender 2 2"), "{page}");

    // 9. Documents out: under TLS to a guard, behind it the engine, behind that the archive.
    let mut archive = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
    let to_archive = Engine::start(Feed::to(archive.port())).await?;
    let papers = Papers::in_folder(&house.path(""));
    papers.signed("engine", "ca", LOOPBACK).await?;
    let mut front = Front::start(to_archive.port(), &papers, "engine", "ca").await?;
    let there = |text: &str| text.replace("engine.lindenhof.example:2576", &format!("localhost:{}", front.port()));
    let out = there(blocks("9.")[0]);
    let line = GUIDE.lines().find_map(|line| line.strip_prefix('`')?.strip_suffix("`.").map(str::to_owned));
    let line = there(&line.context("the guide sends no document.hl7")?);
    house.write("document.hl7", &sample("D1", "A08^ADT_A01"))?;
    let sent = bedside(&house, &line).await?;
    assert!(sent.contains("1: AA after"), "{sent}");
    assert_eq!(front.let_in(Duration::from_secs(10)).await?, "localhost");
    archive.next(Duration::from_secs(20)).await?;

    // 10. A FHIR server: the key's public half is registered there before the link is used.
    let [probe, keygen, toml, words] = blocks("10.")[..] else { panic!("step 10 has other blocks") };
    shell(&house, keygen).await?;
    let place = blocks("10.")[2].split("\n# …\n").nth(1).and_then(|rest| rest.split_once("\n\n"));
    let (systems, link) = place.context("step 10 names systems and a link")?;
    let with_fhir = |base: &str| {
        let config = under_tls.replacen("[[site]]\n", &format!("[[site]]\n{systems}\n"), 1);
        let config = config.replacen("[server]\n", &format!("[server]\npublic_url = \"{}\"\n", house.url()), 1);
        format!("{config}{out}{}", link.replace("https://kis.example.org/fhir", base))
    };
    assert!(toml.contains("public_url"));
    let words: Vec<&str> = words.lines().collect();
    house.configure(&with_fhir("https://kis.example.org/fhir"))?;
    bedside(&house, words[0]).await?;
    let jwks = serde_json::from_str(&bedside(&house, words[1]).await?)?;
    let client = SmartClient { id: "bedside".to_owned(), jwks, scopes: "system/*.cruds".to_owned() };
    let server = Sekmet::start(&[client]).await?;
    house.configure(&with_fhir(server.base_url()))?;
    let told = house
        .run(
            &probe
                .replace("https://kis.example.org/fhir", server.base_url())
                .split_whitespace()
                .skip(1)
                .collect::<Vec<_>>(),
        )
        .await?;
    assert_eq!(told.status.code(), Some(1), "who asks without a key is told so");
    bedside(&house, words[2]).await?;

    house.stop().await?;
    house.serve().await?;
    linked(&house, &mut jonas).await?;
    asks(&house, &mut jonas, 0).await?;
    let document = String::from_utf8(archive.next(Duration::from_secs(60)).await?)?;
    for words in ["MDM^T02", "|ARCHIVE|LINDENHOF|", CAKES[0]] {
        assert!(document.contains(words), "{words}: {document}");
    }
    let page = jonas.get("/links").await?.words();
    assert!(page.contains("What goes into the record") && page.contains("Document archive"), "{page}");
    house.farewell().await
}
