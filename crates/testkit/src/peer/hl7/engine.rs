//! messagefoundry, an interface engine that stores durably and sends on: what stands between most systems of a hospital.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::super::{Server, cache, folder, free_port, http, json, python};

const PINS: &str = include_str!("../../../peers/hl7/messagefoundry.txt");

/// A running engine with one feed: what it takes on its port it sends on, unchanged and in order.
#[derive(Debug)]
pub struct Engine {
    port: u16,
    api: String,
    http: reqwest::Client,
    _server: Server,
}

/// Where a feed leads and how.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    /// The receiver's port on loopback; it need not listen yet.
    pub to: u16,
    /// Python's name of the charset, for both sides: `utf-8`, `latin-1`, `iso8859-15`.
    pub encoding: &'static str,
    /// How long the receiver may take for its ACK.
    pub ack_within: Duration,
    /// How long after a failure it tries again, with the same message.
    pub retry_after: Duration,
}

impl Feed {
    /// To this port, in UTF-8, as patient as a test can bear.
    pub fn to(port: u16) -> Self {
        Self {
            to: port,
            encoding: "utf-8",
            ack_within: Duration::from_secs(5),
            retry_after: Duration::from_millis(500),
        }
    }
}

/// What became of the messages that the engine took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Acknowledged by the receiver.
    pub delivered: u64,
    /// Given up: the receiver rejected them.
    pub dead: u64,
    /// On their way, or waiting behind one that fails.
    pub waiting: u64,
}

impl Engine {
    /// It needs Python 3.11: where that is missing, its tests say so and pass.
    pub fn is_installed() -> bool {
        let version = PINS.lines().find_map(|line| line.strip_prefix("messagefoundry=="));
        cache()
            .is_ok_and(|cache| version.is_some_and(|version| cache.join(format!("messagefoundry-{version}")).is_dir()))
    }

    /// Starts an engine with this feed and waits until it listens.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start(feed: Feed) -> Result<Self> {
        let home = folder("messagefoundry")?;
        let (port, api_port) = (free_port()?, free_port()?);
        let settings = home.path().join("messagefoundry.toml");
        std::fs::write(&settings, settings_for(api_port))?;
        let mut command = python("messagefoundry", &["messagefoundry"], PINS)?;
        command.args(["-m", "messagefoundry", "serve", "--config"]);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/hl7/messagefoundry"));
        command.arg("--service-config").arg(&settings);
        command
            .env("FEED_IN", port.to_string())
            .env("FEED_OUT", feed.to.to_string())
            .env("FEED_ENCODING", feed.encoding);
        command.env("FEED_ACK_SECONDS", feed.ack_within.as_secs_f64().to_string());
        command.env("FEED_RETRY_SECONDS", feed.retry_after.as_secs_f64().to_string());
        let mut server = Server::start("messagefoundry", command, home)?;
        let (api, http) = (format!("http://127.0.0.1:{api_port}"), http()?);
        let probe = async || http.get(format!("{api}/health")).send().await.ok()?.error_for_status().ok();
        server.ready(Duration::from_secs(60), probe).await?;
        Ok(Self { port, api, http, _server: server })
    }

    /// Where it takes messages, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How far it has come.
    pub async fn progress(&self) -> Result<Progress> {
        let stats = json(self.http.get(format!("{}/stats", self.api)).send().await?).await?;
        let outbox =
            stats.get("outbox_by_status").and_then(Value::as_object).context("its statistics lack the outbox")?;
        let count = |status: &str| outbox.get(status).and_then(Value::as_u64).unwrap_or_default();
        let (delivered, dead) = (count("done"), count("dead"));
        let all: u64 = outbox.values().filter_map(Value::as_u64).sum();
        let unrouted = stats.get("in_pipeline").and_then(Value::as_u64).unwrap_or_default();
        Ok(Progress { delivered, dead, waiting: (all - delivered - dead).max(unrouted) })
    }

    /// The control ids of the messages that it gave up, with the reason.
    pub async fn dead_letters(&self) -> Result<Vec<(String, String)>> {
        let answer = json(self.http.get(format!("{}/dead-letters", self.api)).send().await?).await?;
        let letters = answer.get("dead_letters").and_then(Value::as_array).context("it told no dead letters")?;
        let text = |letter: &Value, name: &str| letter.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(letters.iter().map(|letter| (text(letter, "control_id"), text(letter, "last_error"))).collect())
    }
}

fn settings_for(port: u16) -> String {
    format!(
        "[store]\npath = \"engine.db\"\n[api]\nhost = \"127.0.0.1\"\nport = {port}\n\
         [auth]\nenabled = false\n[ai]\nenvironment = \"dev\"\n"
    )
}
