//! Sends messages as another program would, and tells what that program believes to have been answered.

use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::driver::Driver;
use super::Mllp;

/// A running sender with one connection, which it opens when first asked to send and anew after an error.
#[derive(Debug)]
pub struct Sender {
    driver: Driver,
    patience: Duration,
}

/// How a sender behaves.
#[derive(Clone, Copy, Debug)]
pub struct Sending {
    /// How long it waits for an ACK.
    pub timeout: Duration,
    /// After an error it stays on the connection: a late ACK may then be taken for the next message's.
    pub keep: bool,
    /// `@medplum/hl7` alone: CA too ends the wait, not only AA, AE or AR. The others take anything.
    pub commit: bool,
}

impl Default for Sending {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(5), keep: false, commit: false }
    }
}

/// What came for a message, as the peer understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An answer; the peer may not have looked whether it is this message's.
    Ack(Ack),
    /// None: what the peer says about it.
    Failed(String),
}

/// An acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    /// MSA-1: AA, AE, AR, CA, CE or CR.
    pub code: String,
    /// MSA-2, the control id of the message that it answers.
    pub control_id: String,
    /// The whole message; some peers write it anew from what they understood.
    pub raw: Vec<u8>,
}

/// Many messages sent one after the other, each with a control id of its own.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// Answered AA or CA.
    pub accepted: u64,
    /// Answered otherwise or not at all.
    pub refused: u64,
    /// How long it took, as the peer measured.
    pub seconds: f64,
    /// 99 of 100 were answered within this many milliseconds.
    pub p99_ms: f64,
    /// The slowest answer.
    pub slowest_ms: f64,
}

impl Sender {
    /// Starts a sender to this port on loopback.
    ///
    /// # Errors
    /// When the peer can't send, is not installed or does not start.
    pub fn start(peer: Mllp, port: u16, how: Sending) -> Result<Self> {
        let options = json!({
            "role": "send",
            "port": port,
            "timeout_ms": how.timeout.as_millis(),
            "keep": how.keep,
            "return_ack": how.commit.then_some("first"),
        });
        // Beyond the peer's own patience: its process may only just have begun.
        let patience = how.timeout + Duration::from_secs(30);
        Ok(Self { driver: peer.start(options)?, patience })
    }

    /// Sends one message and waits for what the peer makes of the answer.
    pub async fn send(&mut self, message: &[u8]) -> Result<Reply> {
        self.driver.tell(&json!({"send": STANDARD.encode(message)})).await?;
        self.driver.hear(self.patience, reply).await
    }

    /// Sends one message `times` times under control ids of their own (`4711-0`, `4711-1`, …), one in flight.
    pub async fn burst(&mut self, message: &[u8], times: u64) -> Result<Burst> {
        self.driver.tell(&json!({"send": STANDARD.encode(message), "times": times})).await?;
        self.driver.hear(self.patience + Duration::from_millis(50 * times), burst).await
    }

    /// ACKs that came when no message was waiting for one, as far as the peer tells.
    pub fn late(&mut self) -> Vec<Ack> {
        self.driver.heard(|line| ack(line.get("late")?))
    }
}

fn reply(line: &Value) -> Option<Reply> {
    match line.get("error").and_then(Value::as_str) {
        Some(error) => Some(Reply::Failed(error.to_owned())),
        None => ack(line).map(Reply::Ack),
    }
}

fn ack(line: &Value) -> Option<Ack> {
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    let raw = STANDARD.decode(text("raw")?).ok()?;
    Some(Ack { code: text("ack")?.to_owned(), control_id: text("msa2")?.to_owned(), raw })
}

fn burst(line: &Value) -> Option<Burst> {
    let (count, number) =
        (|name: &str| line.get(name).and_then(Value::as_u64), |name: &str| line.get(name).and_then(Value::as_f64));
    Some(Burst {
        accepted: count("accepted")?,
        refused: count("refused")?,
        seconds: number("seconds")?,
        p99_ms: number("p99_ms")?,
        slowest_ms: number("slowest_ms")?,
    })
}

impl Reply {
    /// The acknowledgement, or an error with what the peer said.
    pub fn acknowledged(self) -> Result<Ack> {
        match self {
            Self::Ack(ack) => Ok(ack),
            Self::Failed(error) => Err(anyhow::anyhow!(error)).context("no ACK"),
        }
    }
}
