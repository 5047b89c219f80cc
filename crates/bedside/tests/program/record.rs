//! The record's systems as real senders and receivers: what is acknowledged is stored exactly once, also when the process
//! dies with SIGKILL in the middle of the traffic.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bedside_testkit::peer::{
    free_port,
    hl7::{Mllp, Reply, Sender, Sending},
};
use serde_json::Value;

use super::house::House;

/// How often the process dies in one test. `BEDSIDE_KILLS` asks for more.
const KILLS: usize = 12;
const PATIENT: &str = "Müßiggänger";

fn link(port: u16) -> String {
    format!("[[hl7]]\nslug = \"kis\"\nlisten = \"127.0.0.1:{port}\"\nauthority = \"KH\"\ncharset = \"8859/1\"\n")
}

/// An admission in ISO 8859-1, as German senders write it, under a control id and a patient of its own.
fn admission(control_id: &str, patient: u32) -> Vec<u8> {
    let text = format!(
        "MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^A01^ADT_A01|{control_id}|P|2.5||||||8859/1\r\
         EVN||20261127071500\rPID|1||{patient}^^^KH^PI||{PATIENT}^Jörg||19620412|M\r\
         PV1|1|I|CHI^302^2||||||||||||||||V{patient}^^^KH^VN\r"
    );
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// What `bedside hl7 status` says of the link.
async fn status(house: &House) -> Result<Value> {
    let said = house.told(&["hl7", "status", "--json"]).await?;
    let line = said.lines().find(|line| line.starts_with('{')).context("no status")?;
    Ok(serde_json::from_str(line)?)
}

/// Messages that are kept, whatever became of them.
fn kept(status: &Value) -> i64 {
    status["messages"].as_object().unwrap().values().filter_map(Value::as_i64).sum()
}

async fn all_applied(house: &House, expected: i64) -> Result<Value> {
    let begun = Instant::now();
    loop {
        let found = status(house).await?;
        if found["messages"]["applied"] == expected {
            return Ok(found);
        }
        if begun.elapsed() > Duration::from_secs(60) {
            bail!("{expected} messages should be in the index: {found}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_senders_are_answered_and_what_they_send_again_is_stored_once() -> Result<()> {
    let port = free_port()?;
    let mut house = House::open(&link(port)).await?;
    house.keep_private(PATIENT);
    house.serve().await?;
    for (n, peer) in Mllp::SENDERS.into_iter().enumerate() {
        let mut sender = Sender::start(peer, port, Sending::default())?;
        let (first, second) = (format!("A{n}"), format!("B{n}"));
        let patient = u32::try_from(n)? + 1000;
        for (control_id, expected) in [(&first, &first), (&first, &first), (&second, &second)] {
            let ack = sender.send(&admission(control_id, patient)).await?.acknowledged()?;
            assert_eq!((ack.code.as_str(), &ack.control_id), ("AA", expected), "{peer:?}");
        }
        let nobody =
            sender.send(b"MSH|^~\\&|KIS|KH|BEDSIDE|KH|20261127071500||ADT^A01|X|P|2.5\rEVN||20261127071500\r").await?;
        match nobody {
            Reply::Ack(ack) => assert_eq!(ack.code, "AE", "{peer:?}"),
            // Some libraries throw on a refusal; what they throw says so.
            Reply::Failed(said) => assert!(said.contains("AE") || said.contains("PID"), "{peer:?}: {said}"),
        }
    }
    let found = all_applied(&house, 10).await?;
    // Some libraries write a message anew before they send it, so the refused one is not the same from each.
    let refused = found["messages"]["refused"].as_i64().unwrap();
    assert_eq!((kept(&found), found["resent"].as_i64().unwrap()), (10 + refused, 10 - refused), "{found}");
    house.farewell().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_kill_9_while_messages_come_in_loses_none_and_doubles_none() -> Result<()> {
    let kills = std::env::var("BEDSIDE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let port = free_port()?;
    let mut house = House::open(&link(port)).await?;
    house.keep_private(PATIENT);
    house.serve().await?;
    let (done, mut is_done) = tokio::sync::watch::channel(false);
    let mut tasks = Vec::new();
    for (n, peer) in [Mllp::SimpleHl7, Mllp::Medplum, Mllp::PythonHl7].into_iter().enumerate() {
        let done = done.subscribe();
        tasks.push(tokio::spawn(async move { stubborn(peer, n, port, done).await }));
    }
    for round in 0..kills {
        // All over what a message takes, in an order that no timer of ours shares.
        tokio::time::sleep(Duration::from_millis(60 + (round as u64 * 37) % 190)).await;
        house.kill().await?;
        house.serve().await?;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    done.send(true)?;
    is_done.mark_unchanged();
    let (mut acked, mut tries) = (0, 0);
    for task in tasks {
        let (messages, tried) = task.await??;
        acked += messages;
        tries += tried;
    }
    println!("{kills} kills, {acked} messages acknowledged in {tries} tries");
    assert!(acked > 30, "{acked} messages are no traffic");
    let found = all_applied(&house, acked).await?;
    assert_eq!(kept(&found), acked, "each acknowledged message is there once: {found}");
    house.farewell().await
}

/// Sends messages one after the other, each again until it is acknowledged, as an interface engine does. Gives how many
/// messages it had acknowledged, and how many tries that took.
async fn stubborn(peer: Mllp, n: usize, port: u16, done: tokio::sync::watch::Receiver<bool>) -> Result<(i64, i64)> {
    let how = Sending { timeout: Duration::from_secs(2), ..Sending::default() };
    let mut sender = Sender::start(peer, port, how)?;
    let (mut acked, mut tries) = (0, 0);
    while !*done.borrow() {
        let control_id = format!("K{n}-{acked}");
        let message = admission(&control_id, u32::try_from(n * 100_000)? + u32::try_from(acked)?);
        loop {
            tries += 1;
            match sender.send(&message).await? {
                Reply::Ack(ack) if ack.code == "AA" && ack.control_id == control_id => break,
                Reply::Ack(ack) => bail!("{peer:?}: {} for {} instead of {control_id}", ack.code, ack.control_id),
                Reply::Failed(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        acked += 1;
    }
    Ok((acked, tries))
}
