//! Links under TLS: who shows no certificate of the hospital's own authority is not heard, who does gets an acknowledgement;
//! and what Bedside sends arrives only where it believes the receiver and the receiver believes it.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bedside_testkit::{
    papers::{LOOPBACK, Papers},
    peer::{
        fhir::Sekmet,
        free_port,
        front::Front,
        hl7::{Mllp, Receiver, Receiving},
    },
};

use super::{
    chart::{self, filled, linked, told_of_her},
    consent::{CAKES, asks},
    house::{House, believing},
};

const MESSAGE: &str = "MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^A01^ADT_A01|T1|P|2.5||||||UNICODE UTF-8\r\
                       EVN||20261127071500\rPID|1||4711^^^KH^PI||Müßiggänger^Jörg||19620412|M\rPV1|1|I\r";

/// `bedside hl7 send`, with what stands behind the receiver's address.
async fn send(house: &House, port: u16, more: &[&str]) -> Result<Output> {
    let to = format!("127.0.0.1:{port}");
    house.run(&[&["hl7", "send", "one.hl7", "--patience", "5", "--to", &to][..], more].concat()).await
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

async fn house() -> Result<(House, u16)> {
    let port = free_port()?;
    let mut house = House::open(&format!(
        "[[hl7]]\nslug = \"kis\"\nsite = \"mitte\"\nlisten = \"127.0.0.1:{port}\"\n\
         tls_cert_file = \"listener.pem\"\ntls_key_file = \"listener.key\"\ntls_client_ca_file = \"hospital.pem\"\n"
    ))
    .await?;
    let papers = Papers::in_folder(&house.path(""));
    papers.authority("hospital").await?;
    papers.authority("stranger").await?;
    for (name, authority) in [("listener", "hospital"), ("sender", "hospital"), ("forged", "stranger")] {
        papers.signed(name, authority, LOOPBACK).await?;
    }
    house.write("one.hl7", MESSAGE)?;
    house.keep_private("Müßiggänger");
    house.serve().await?;
    Ok((house, port))
}

/// How many messages are kept, once the link has told what happened on it.
async fn kept(house: &House) -> Result<String> {
    house.told(&["hl7", "status", "--json"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_under_tls_hears_only_who_shows_the_hospitals_certificate() -> Result<()> {
    let (house, port) = house().await?;
    assert!(Path::new(&house.path("sender.pem")).exists());
    let ours = ["--tls-ca", "hospital.pem"];
    for (why, more) in [
        ("no certificate", &ours[..]),
        ("another authority's", &[&ours[..], &["--cert", "forged.pem", "--key", "forged.key"]].concat()),
        (
            "a listener that is not believed",
            &["--tls-ca", "stranger.pem", "--cert", "sender.pem", "--key", "sender.key"],
        ),
    ] {
        let told = send(&house, port, more).await?;
        assert!(!told.status.success() && said(&told).contains("no TLS"), "{why}: {}", said(&told));
    }
    let plain = send(&house, port, &[]).await?;
    assert!(!plain.status.success(), "{}", said(&plain));
    assert!(kept(&house).await?.contains("\"messages\":{}"), "nothing of that was heard");

    let right = [&ours[..], &["--cert", "sender.pem", "--key", "sender.key"]].concat();
    let told = send(&house, port, &right).await?;
    assert!(told.status.success() && said(&told).contains("1: AA after"), "{}", said(&told));
    let begun = Instant::now();
    while !kept(&house).await?.contains("\"applied\":1") {
        ensure!(begun.elapsed() < Duration::from_secs(10), "{}", kept(&house).await?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let without = send(&house, port, &["--cert", "sender.pem", "--key", "sender.key"]).await?;
    assert!(said(&without).contains("--tls-ca"), "{}", said(&without));
    house.farewell().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_cant_be_used_is_told_before_anything_starts() -> Result<()> {
    let (mut house, port) = house().await?;
    house.stop().await?;
    house.write("hospital.pem", "no certificate\n")?;
    let checked = house.run(&["check-config"]).await?;
    assert!(said(&checked).contains("hospital.pem") || said(&checked).contains("authority"), "{}", said(&checked));
    let started = house.run(&["serve"]).await?;
    assert!(!started.status.success() && said(&started).contains("authority"), "{}", said(&started));
    assert!(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err());
    Ok(())
}

/// The record behind a guard that wants certificates: a receiver of documents, and a FHIR server.
struct Guarded {
    archive: Front,
    fhir: Front,
}

impl Guarded {
    /// The sections for both, with the authority that Bedside believes and the certificate that it shows.
    fn links(&self, believes: &str, shows: &str) -> String {
        let (archive, fhir) = (self.archive.port(), self.fhir.port());
        format!(
            "[[hl7_out]]\nslug = \"archive\"\nsite = \"mitte\"\nto = \"127.0.0.1:{archive}\"\ntls_ca_file = \"{believes}.pem\"\n\
             tls_cert_file = \"{shows}.pem\"\ntls_key_file = \"{shows}.key\"\n\
             [[fhir]]\nslug = \"record\"\nsite = \"mitte\"\nbase_url = \"https://localhost:{fhir}/fhir\"\nauth = \"certificate\"\n\
             ca_file = \"{believes}.pem\"\nclient_cert_file = \"{shows}.pem\"\nclient_key_file = \"{shows}.key\"\npoll = \"off\"\n"
        )
    }

    /// Who was let in at either guard until now.
    fn let_in(&mut self) -> Vec<String> {
        [self.archive.all_let_in(), self.fhir.all_let_in()].concat()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_go_only_to_a_record_that_is_believed_and_that_believes_bedsides_certificate() -> Result<()> {
    if !Sekmet::is_installed() {
        println!("sekmet-fhir is not installed: left out");
        return Ok(());
    }
    let mllp = free_port()?;
    let mut house = chart::house(mllp).await?;
    let papers = Papers::in_folder(&house.path(""));
    papers.authority("hospital").await?;
    papers.authority("stranger").await?;
    for (name, authority) in [("record", "hospital"), ("bedside", "hospital"), ("forged", "stranger")] {
        papers.signed(name, authority, LOOPBACK).await?;
    }
    let mut receiver = Receiver::start(Mllp::PythonHl7, Receiving::default()).await?;
    let sekmet = Sekmet::start(&[]).await?;
    filled(sekmet.base_url()).await?;
    let port = sekmet.base_url().split([':', '/']).filter_map(|part| part.parse().ok()).next().context("no port")?;
    let mut guarded = Guarded {
        archive: Front::start(receiver.port(), &papers, "record", "hospital").await?,
        fhir: Front::start(port, &papers, "record", "hospital").await?,
    };
    let own = format!("[server]\npublic_url = \"{}\"\n", house.url());
    let bare = house.configuration()?.replacen("[server]\n", &own, 1);
    let written = format!("{}/Communication?_count=200", sekmet.base_url());
    let http = reqwest::Client::builder().no_proxy().build()?;

    house.configure(&format!("{bare}{}", guarded.links("hospital", "forged")))?;
    house.serve().await?;
    let mut jonas = house.person("jonas@lindenhof.example", "Jonas", &["desk", "approver"]).await?;
    told_of_her(mllp).await?;
    linked(&house, &mut jonas).await?;
    asks(&house, &mut jonas, 0).await?;
    for (believes, shows) in [("hospital", "forged"), ("stranger", "bedside")] {
        house.stop().await?;
        house.configure(&format!("{bare}{}", guarded.links(believes, shows)))?;
        house.serve().await?;
        for front in [&mut guarded.archive, &mut guarded.fhir] {
            println!("believing {believes}, showing {shows}: {}", front.refused(Duration::from_secs(30)).await?);
        }
        let (code, said) = probe(&house).await?;
        println!("{code}: {said}");
        assert_eq!(code, 1, "{said}");
    }
    assert_eq!((receiver.messages().len(), guarded.let_in()), (0, Vec::new()), "nothing was said to anybody");
    assert!(!http.get(&written).send().await?.text().await?.contains(CAKES[0]));

    house.stop().await?;
    house.configure(&format!("{bare}{}", guarded.links("hospital", "bedside")))?;
    house.serve().await?;
    assert_eq!(probe(&house).await?.0, 0);
    let document = String::from_utf8(receiver.next(Duration::from_secs(60)).await?)?;
    assert!(document.contains("MDM^T02") && document.contains(CAKES[0]), "{document}");
    let begun = Instant::now();
    while !http.get(&written).send().await?.text().await?.contains(CAKES[0]) {
        ensure!(begun.elapsed() < Duration::from_secs(60), "nothing is written: {}", house.printed()?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let let_in = guarded.let_in();
    assert!(let_in.len() >= 2 && let_in.iter().all(|name| name == "bedside"), "{let_in:?}");
    house.farewell().await
}

/// `bedside fhir probe` of the link.
async fn probe(house: &House) -> Result<(i32, String)> {
    let told = house.run(&["fhir", "probe", "--link", "record", "--lang", "en"]).await?;
    Ok((told.status.code().unwrap_or(-1), said(&told)))
}

/// The desk with a certificate of its own: https alone, cookies that travel over TLS alone, a handshake that hangs keeps nobody
/// out, and a renewed certificate holds without a restart while a broken one changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_desk_speaks_tls_and_takes_a_renewed_certificate() -> Result<()> {
    let mut house = House::open("").await?;
    let served = "tls_cert_file = \"desk.pem\"\ntls_key_file = \"desk.key\"\n[data]";
    house.configure(&house.configuration()?.replacen("[data]", served, 1))?;
    let papers = Papers::in_folder(&house.path(""));
    for authority in ["first", "second"] {
        papers.authority(authority).await?;
        papers.signed(&format!("desk-{authority}"), authority, LOOPBACK).await?;
    }
    let put = |name: &str| -> Result<()> {
        for end in ["key", "pem"] {
            std::fs::write(papers.path(&format!("desk.{end}")), papers.read(&format!("{name}.{end}"))?)?;
        }
        Ok(())
    };
    put("desk-first")?;
    ensure!(house.told(&["check-config"]).await?.contains("with a certificate of its own"));
    let client = house.under_tls(&papers.read("first.pem")?)?;
    let later = believing(&papers.read("second.pem")?)?;
    house.serve().await?;

    let hanging = tokio::net::TcpStream::connect(house.url().trim_start_matches("https://")).await?;
    let page = client.get(format!("{}/sign-in", house.url())).send().await?;
    let cookie = page.headers().get("set-cookie").context("a cookie")?.to_str()?.to_owned();
    ensure!(page.status().is_success() && cookie.contains("; Secure"), "{cookie}");
    ensure!(later.get(house.url()).send().await.is_err(), "the second authority signed nothing yet");
    let plain = client.get(house.url().replacen("https", "http", 1)).send().await;
    ensure!(plain.is_err(), "plain HTTP is answered");

    house.write("desk.pem", "no certificate")?;
    tokio::time::sleep(Duration::from_secs(12)).await;
    ensure!(client.get(house.url()).send().await.is_ok(), "the certificate before stays");
    ensure!(house.printed()?.contains("the desk's new certificate can't be used"), "{}", house.printed()?);
    put("desk-second")?;
    let begun = Instant::now();
    while later.get(house.url()).send().await.is_err() {
        ensure!(begun.elapsed() < Duration::from_secs(20), "the renewed certificate is not taken");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    drop(hanging);
    house.farewell().await
}
