//! A gateway behind a webhook, such as one for text messages: it verifies with the reference verifier of Standard Webhooks.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::driver::Driver;
use super::python;

const PATIENCE: Duration = Duration::from_secs(20);

/// A call as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The path that was called.
    pub path: String,
    /// Whether its signature was good; `None`: a call by GET, which has none.
    pub is_good: Option<bool>,
    /// What was answered.
    pub status: u64,
    /// Its `webhook-id`.
    pub id: String,
    /// Its body.
    pub body: Value,
}

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    port: u16,
    driver: Driver,
}

impl Gateway {
    /// Starts one that knows this secret.
    pub async fn start(secret: &str) -> Result<Self> {
        let mut command = python("hook", &["standardwebhooks"], include_str!("../../peers/hook/requirements.txt"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/hook/server.py");
        command.arg(script).arg(json!({ "secret": secret }).to_string());
        let mut driver = Driver::start("standardwebhooks", command)?;
        let port = driver.hear(PATIENCE, |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { port: u16::try_from(port).context("the port")?, driver })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers every call so from now on; `None`: takes calls again.
    pub async fn answer(&mut self, status: Option<u16>) -> Result<()> {
        self.driver.tell(&json!({ "answer": status })).await?;
        self.driver.hear(PATIENCE, |line| line.get("told").map(drop)).await
    }

    /// The next call to a path.
    pub async fn next(&mut self, path: &str, within: Duration) -> Result<Called> {
        self.driver.hear(within, |line| called(line).filter(|call| call.path == path)).await
    }

    /// The calls that have come and were not asked for yet.
    pub fn calls(&mut self) -> Vec<Called> {
        self.driver.heard(called)
    }
}

fn called(line: &Value) -> Option<Called> {
    Some(Called {
        path: line.get("path")?.as_str()?.to_owned(),
        is_good: line.get("good")?.as_bool(),
        status: line.get("status")?.as_u64()?,
        id: line.get("id")?.as_str().unwrap_or_default().to_owned(),
        body: line.get("body")?.clone(),
    })
}
