//! mastodon_mock: faithful in Idempotency-Key, streaming, Link headers, visibility and edits, with faults on demand.

use std::ops::Deref;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::{Server, folder, free_port, http, python};
use super::{Account, Api};

/// A running server; all of [`Api`] is there.
#[derive(Debug)]
pub struct Mock {
    api: Api,
    http: reqwest::Client,
    _server: Server,
}

/// What goes wrong. The request itself is not carried out, but for `Slow`.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This HTTP status, with Mastodon's words for it.
    Status(u16),
    /// 429 with Retry-After and X-RateLimit headers.
    RateLimit {
        /// What Retry-After says, in seconds.
        retry_after_s: u32,
    },
    /// The true answer, after this many milliseconds.
    Slow {
        /// How long it takes.
        delay_ms: u32,
    },
    /// 200 with half a JSON text.
    Malformed,
    /// No answer for 30 s.
    Hang,
}

impl Deref for Mock {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Mock {
    /// Starts a server with these accounts and waits until it answers.
    pub async fn start(names: &[&str]) -> Result<Self> {
        let accounts: Vec<Account> =
            names.iter().map(|name| Account { name: (*name).to_owned(), token: format!("{name}-token") }).collect();
        let home = folder("mastodon")?;
        let config = home.path().join("config.toml");
        std::fs::write(&config, seed(&accounts))?;
        let port = free_port()?;
        let pins = include_str!("../../../peers/mastodon/requirements.txt");
        let mut command = python("mastodon_mock", &["mastodon_mock"], pins)?;
        command.args(["-m", "mastodon_mock", "serve", "--in-memory", "--host", "127.0.0.1", "--port"]);
        command.arg(port.to_string()).arg("--config").arg(&config);
        let mut server = Server::start("mastodon_mock", command, home)?;
        let base = format!("http://127.0.0.1:{port}");
        let http = http()?;
        let probe = async || http.get(format!("{base}/api/v2/instance")).send().await.ok();
        server.ready(Duration::from_secs(60), probe).await?;
        Ok(Self { api: Api::new(base, http.clone(), accounts), http, _server: server })
    }

    /// From now on requests of this method (`POST`) to this path (`/api/v1/statuses`; `*` stands for anything) go wrong,
    /// `times` times or, without a number, until the faults are cleared.
    pub async fn set_fault(&self, method: &str, path: &str, fault: Fault, times: Option<u32>) -> Result<()> {
        let body = json!({"match": {"methods": [method], "path": path}, "effect": effect(&fault), "count": times});
        let answer = self.http.post(self.faults()).json(&body).send().await?;
        answer.error_for_status().context("the fault was not taken").map(drop)
    }

    /// From now on nothing goes wrong.
    pub async fn clear_faults(&self) -> Result<()> {
        self.http.delete(self.faults()).send().await?.error_for_status()?;
        Ok(())
    }

    fn faults(&self) -> String {
        format!("{}/api/v1/_mock/faults", self.api.base_url())
    }
}

fn effect(fault: &Fault) -> Value {
    match fault {
        Fault::Status(status) => json!({"type": "status", "status": status}),
        Fault::RateLimit { retry_after_s } => {
            json!({"type": "ratelimit", "headers": {"Retry-After": retry_after_s.to_string()}})
        }
        Fault::Slow { delay_ms } => json!({"type": "latency", "delay_ms": delay_ms}),
        Fault::Malformed => json!({"type": "malformed"}),
        Fault::Hang => json!({"type": "timeout"}),
    }
}

/// JSON strings are TOML strings too.
fn seed(accounts: &[Account]) -> String {
    let mut text = String::new();
    for account in accounts {
        let (name, token) = (json!(account.name), json!(account.token));
        text += &format!("[[seed.accounts]]\nusername = {name}\ndisplay_name = {name}\naccess_token = {token}\n");
    }
    text
}
