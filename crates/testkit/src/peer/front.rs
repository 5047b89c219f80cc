//! TLS with client certificates before a real server that speaks in the clear: the guard that hospitals put before theirs.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::process::Command;

use super::driver::Driver;
use super::node;
use crate::papers::Papers;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running guard.
#[derive(Debug)]
pub struct Front {
    port: u16,
    driver: Driver,
}

impl Front {
    /// Guards the server on this port of loopback: it shows the certificate `shows` and lets in whom `believes` has signed.
    pub async fn start(to: u16, papers: &Papers, shows: &str, believes: &str) -> Result<Self> {
        let options = json!({
            "to": to,
            "certificate": papers.path(&format!("{shows}.pem")),
            "key": papers.path(&format!("{shows}.key")),
            "clients": papers.path(&format!("{believes}.pem")),
        });
        let mut command = Command::new(node()?);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/front.mjs")).arg(options.to_string());
        let mut driver = Driver::start("a guard in Node", command)?;
        let port = driver.hear(PATIENCE, |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { port: u16::try_from(port).context("the port")?, driver })
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name in the certificate of the next client that is let in.
    pub async fn let_in(&mut self, within: Duration) -> Result<String> {
        self.driver.hear(within, |line| word(line, "client")).await
    }

    /// The names in the certificates of all who were let in and not asked for yet.
    pub fn all_let_in(&mut self) -> Vec<String> {
        self.driver.heard(|line| word(line, "client"))
    }

    /// Why the next client is not let in.
    pub async fn refused(&mut self, within: Duration) -> Result<String> {
        self.driver.hear(within, |line| word(line, "refused")).await
    }
}

fn word(line: &Value, name: &str) -> Option<String> {
    line.get(name)?.as_str().map(str::to_owned)
}
