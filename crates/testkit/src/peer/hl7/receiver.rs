//! Takes messages as another program would, and answers them well or, if told so, badly.

use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::driver::Driver;
use super::Mllp;

/// How long its process may take to listen or to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running receiver.
#[derive(Debug)]
pub struct Receiver {
    driver: Driver,
    port: u16,
    opened: u64,
    closed: u64,
}

/// How a receiver is started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Receiving {
    /// Where it listens; any free port if none is given.
    pub port: Option<u16>,
    /// It only counts: [`Receiver::next`] and the connections stay empty. For measuring.
    pub quiet: bool,
    /// `@medplum/hl7` alone: a CA by itself before each answer.
    pub enhanced: bool,
    /// python-hl7 alone: how many bytes a message may have; 64 KiB, as its own default is, if nothing is said.
    pub limit_bytes: Option<u64>,
}

/// How a message is answered. The default is AA, at once, with the message's own control id.
#[derive(Clone, Debug)]
pub struct Answer {
    /// MSA-1.
    pub code: &'static str,
    /// MSA-2, if it shall be another than the message's control id.
    pub control_id: Option<String>,
    /// How long it waits before.
    pub late: Duration,
    /// It closes the connection instead of answering.
    pub close: bool,
}

impl Default for Answer {
    fn default() -> Self {
        Self { code: "AA", control_id: None, late: Duration::ZERO, close: false }
    }
}

impl Receiver {
    /// Starts a receiver and waits until it listens.
    ///
    /// # Errors
    /// When the peer can't receive, is not installed or does not start.
    pub async fn start(peer: Mllp, how: Receiving) -> Result<Self> {
        let options = json!({
            "role": "receive",
            "port": how.port.unwrap_or_default(),
            "quiet": how.quiet,
            "enhanced": how.enhanced,
            "limit_bytes": how.limit_bytes,
        });
        let mut driver = peer.start(options)?;
        let port = driver.hear(PATIENCE, |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { driver, port: u16::try_from(port).context("the port")?, opened: 0, closed: 0 })
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next message, as the peer understood it; some write it anew without its last CR.
    pub async fn next(&mut self, within: Duration) -> Result<Vec<u8>> {
        self.driver.hear(within, got).await
    }

    /// The messages that have come and were not asked for yet.
    pub fn messages(&mut self) -> Vec<Vec<u8>> {
        self.driver.heard(got)
    }

    /// Answers the next `times` messages so, or without a number all from now on.
    pub async fn answer(&mut self, answer: &Answer, times: Option<u32>) -> Result<()> {
        let how = json!({
            "code": answer.code,
            "msa2": answer.control_id,
            "late_ms": answer.late.as_millis(),
            "close": answer.close,
        });
        self.driver.tell(&json!({"answer": how, "times": times})).await?;
        self.driver.hear(PATIENCE, |line| line.get("told").map(drop)).await
    }

    /// How many messages it has handled; a peer that handles some twice counts them twice.
    pub async fn count(&mut self) -> Result<u64> {
        self.driver.tell(&json!({"count": true})).await?;
        self.driver.hear(PATIENCE, |line| line.get("count")?.as_u64()).await
    }

    /// How many connections were opened and closed so far.
    pub fn connections(&mut self) -> (u64, u64) {
        let number = |name: &'static str| move |line: &Value| line.get(name)?.as_u64();
        self.opened = self.driver.heard(number("opened")).into_iter().fold(self.opened, u64::max);
        self.closed = self.driver.heard(number("closed")).into_iter().fold(self.closed, u64::max);
        (self.opened, self.closed)
    }

    /// What the peer found wrong with what it received.
    pub fn errors(&mut self) -> Vec<String> {
        self.driver.heard(|line| Some(line.get("error")?.as_str()?.to_owned()))
    }
}

fn got(line: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(line.get("got")?.as_str()?).ok()
}
