//! sekmet-fhir: the strict server, and a hospital that plays its workflows as a client of any server.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::super::{Server, cache, folder, free_port, http, python};
use super::PINS;

/// A running server. It refuses unknown fields (400), takes unknown codes and references that lead nowhere, counts versions
/// as ETags, answers 412, 410 and rolled-back transactions as it should, ignores unknown search parameters with a warning
/// among the matches, pages by 20, and sends rest-hooks and backported topic notifications. Its store holds some resources
/// of its own from the start.
#[derive(Debug)]
pub struct Sekmet {
    base: String,
    _server: Server,
}

/// A client that may fetch a token by a signed assertion (SMART backend services).
#[derive(Clone, Debug)]
pub struct SmartClient {
    /// Its id.
    pub id: String,
    /// Its public keys, as a JWKS.
    pub jwks: Value,
    /// What it may ask for: `system/*.cruds`.
    pub scopes: String,
}

/// How sekmet signs in as a client of another server.
#[derive(Clone, Debug)]
pub enum Access {
    /// Not at all.
    Open,
    /// With a token that it was given.
    Bearer(String),
    /// By SMART backend services, with a private key in PEM (`ES384` or `RS384`); it looks for the token's address itself.
    Smart {
        /// Its client id there.
        client_id: String,
        /// The key.
        private_key_pem: String,
        /// Its algorithm.
        algorithm: &'static str,
        /// The key's id in the JWKS, if it has one.
        key_id: Option<String>,
        /// What it asks for.
        scope: String,
    },
}

/// What became of one of its scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The name of its file, without the ending.
    pub id: String,
    /// passed, warning, skipped, failed, or error where a step could not even be asked.
    pub status: String,
    /// Its steps that failed, with what they say.
    pub failures: Vec<String>,
}

impl Sekmet {
    /// It needs Python 3.11: where that is missing, its tests say so and pass.
    pub fn is_installed() -> bool {
        let version = PINS.lines().find_map(|line| line.strip_prefix("sekmet_fhir=="));
        cache().is_ok_and(|cache| version.is_some_and(|version| cache.join(format!("sekmet-fhir-{version}")).is_dir()))
    }

    /// Starts a server open to everybody, or one for these clients alone.
    pub async fn start(clients: &[SmartClient]) -> Result<Self> {
        let home = folder("sekmet")?;
        let port = free_port()?;
        let base = format!("http://127.0.0.1:{port}/fhir");
        let known: Vec<_> = clients
            .iter()
            .map(|client| json!({"client_id": client.id, "jwks": client.jwks, "scopes": client.scopes}))
            .collect();
        let kind = if clients.is_empty() { "none" } else { "smart" };
        let auth = json!({"types": [kind], "smart_clients": known});
        let mut command = sekmet(home.path(), settings(port, json!({"server_auth": auth})))?;
        command.arg("serve");
        let mut server = Server::start("sekmet-fhir", command, home)?;
        let http = http()?;
        let probe = async || http.get(format!("{base}/metadata")).send().await.ok()?.error_for_status().ok();
        server.ready(Duration::from_secs(60), probe).await?;
        Ok(Self { base, _server: server })
    }

    /// Its FHIR address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Makes a key pair for SMART backend services: the private key in PEM, the public one as a JWKS.
    pub async fn key(algorithm: &str) -> Result<(String, Value)> {
        let home = folder("sekmet")?;
        let mut command = sekmet(home.path(), settings(0, json!({})))?;
        command.args(["keys", "generate", "--out", "key.pem", "--alg", algorithm]).current_dir(home.path());
        let output = command.stdin(Stdio::null()).output().await.context("sekmet could not be started")?;
        if !output.status.success() {
            bail!("sekmet made no key: {}", String::from_utf8_lossy(&output.stderr));
        }
        let read = |name: &str| std::fs::read_to_string(home.path().join(name));
        Ok((read("key.pem")?, serde_json::from_str(&read("key.jwks.json")?)?))
    }

    /// Plays scenarios against another server: names of its own, paths of files, or `all`. It listens for notifications
    /// meanwhile. What the other server's CapabilityStatement doesn't offer is skipped.
    pub async fn play(scenarios: &[&str], base_url: &str, access: &Access) -> Result<Vec<Scenario>> {
        Self::play_with(scenarios, &[], base_url, access).await
    }

    /// As [`Sekmet::play`], with values for names in the scenarios.
    pub async fn play_with(
        scenarios: &[&str],
        values: &[(&str, &str)],
        base_url: &str,
        access: &Access,
    ) -> Result<Vec<Scenario>> {
        let home = folder("sekmet")?;
        let peer = json!({"base_url": base_url, "auth": auth(access, home.path())?});
        let mut command = sekmet(home.path(), settings(free_port()?, json!({"peers": {"other": peer}})))?;
        command.args(["scenario", "run"]).args(scenarios).args(["--peer", "other", "--serve", "--report-dir"]);
        command.arg(home.path().join("reports")).current_dir(home.path());
        for (name, value) in values {
            command.args(["--var", &format!("{name}={value}")]);
        }
        let output =
            command.stdin(Stdio::null()).kill_on_drop(true).output().await.context("sekmet could not be started")?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        results(&home.path().join("reports")).with_context(|| said)
    }
}

fn sekmet(home: &Path, settings: Value) -> Result<tokio::process::Command> {
    // JSON is YAML too.
    std::fs::write(home.join("settings.yaml"), settings.to_string())?;
    let mut command = python("sekmet-fhir", &["sekmet_fhir"], PINS)?;
    command.args(["-m", "sekmet.cli"]).env("SEKMET_CONFIG", home.join("settings.yaml"));
    // It asks other servers itself; they are on loopback, whatever proxy the environment names.
    command.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
    Ok(command)
}

fn settings(port: u16, more: Value) -> Value {
    let mut settings = json!({
        "base_url": format!("http://127.0.0.1:{port}/fhir"),
        // By itself it would listen on all addresses.
        "host": "127.0.0.1",
        "port": port,
        "data_dir": "data",
    });
    if let (Some(settings), Value::Object(more)) = (settings.as_object_mut(), more) {
        settings.extend(more);
    }
    settings
}

fn auth(access: &Access, home: &Path) -> Result<Value> {
    Ok(match access {
        Access::Open => json!({"type": "none"}),
        Access::Bearer(token) => json!({"type": "bearer", "token": token}),
        Access::Smart { client_id, private_key_pem, algorithm, key_id, scope } => {
            let path = home.join("client.pem");
            std::fs::write(&path, private_key_pem)?;
            json!({
                "type": "smart",
                "client_id": client_id,
                "private_key_path": path,
                "alg": algorithm,
                "kid": key_id,
                "scope": scope,
            })
        }
    })
}

fn results(reports: &Path) -> Result<Vec<Scenario>> {
    let report = std::fs::read_dir(reports).context("no report")?.next().context("no report")??;
    let results: Value = serde_json::from_slice(&std::fs::read(report.path().join("results.json"))?)?;
    let Some(results) = results.as_array() else { bail!("the report is no list") };
    Ok(results.iter().map(scenario).collect())
}

fn scenario(result: &Value) -> Scenario {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let steps = result.get("steps").and_then(Value::as_array).into_iter().flatten();
    let failed = steps.filter(|step| matches!(&*text(step, "status"), "failed" | "error"));
    let id = text(result, "file");
    let id = Path::new(&id).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Scenario {
        id: id.unwrap_or_default(),
        status: text(result, "status"),
        failures: failed
            .map(|step| format!("{}: {}", text(step, "name"), first_line(&text(step, "message"))))
            .collect(),
    }
}

/// Where it could not ask, a trace of its own calls follows.
fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}
