//! Links under TLS: who shows no certificate of the hospital's own authority is not heard, who does gets an acknowledgement;
//! and what Bedside sends under TLS arrives only where it knows the receiver and the receiver knows it.

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bedside_testkit::{
    papers::{LOOPBACK, Papers},
    peer::free_port,
};

use super::house::House;

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
