//! snac: a small real server that a client must survive. It knows no Idempotency-Key (the same key posts twice), no
//! streaming, no deletion and no Link header; a mention takes seconds to arrive; 401 comes with an empty body; it closes
//! each connection after its answer without announcing it, so a client that keeps connections sees resets.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::super::{Server, cache, folder, free_port, http, installed};
use super::{Account, Api};

/// A running server; all of [`Api`] is there, though not all of it works.
#[derive(Debug)]
pub struct Snac {
    api: Api,
    _server: Server,
}

impl Deref for Snac {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Snac {
    /// Not every distribution has it: where it is missing, its tests say so and pass.
    pub fn is_installed() -> bool {
        cache().is_ok_and(|cache| cache.join("snac-2/usr/bin/snac").is_file())
    }

    /// Starts a server with these accounts, signs them in and waits until it answers.
    pub async fn start(names: &[&str]) -> Result<Self> {
        let program = installed("snac-2")?.join("usr/bin/snac");
        let home = folder("snac")?;
        let data = home.path().join("data");
        let port = free_port()?;
        let host = format!("127.0.0.1:{port}");
        // Its questions: address, port, host name, prefix, the admin's mail address.
        let answers = format!("127.0.0.1\n{port}\n{host}\n\n\n");
        told(&program, &["init".as_ref(), data.as_ref()], &answers).await?;
        speak_plain_http(&data.join("server.json"))?;
        let mut passwords = Vec::new();
        for name in names {
            let said = told(&program, &["adduser".as_ref(), data.as_ref(), name.as_ref()], "").await?;
            let password = said.split("password is ").nth(1).and_then(|rest| rest.split_whitespace().next());
            passwords.push((*name, password.context("snac told no password")?.to_owned()));
        }
        let mut command = Command::new(&program);
        command.arg("httpd").arg(&data);
        let mut server = Server::start("snac", command, home)?;
        let base = format!("http://{host}");
        let http = http()?;
        let probe = async || http.get(format!("{base}/api/v1/instance")).send().await.ok();
        server.ready(Duration::from_secs(20), probe).await?;
        let mut accounts = Vec::new();
        for (name, password) in passwords {
            accounts.push(sign_in(&http, &base, name, &password).await?);
        }
        Ok(Self { api: Api::new(base, http, accounts), _server: server })
    }
}

/// A token without the browser's part of OAuth, by snac's own short way.
async fn sign_in(http: &reqwest::Client, base: &str, name: &str, password: &str) -> Result<Account> {
    let form = [("login", name), ("passwd", password), ("redir", ""), ("cid", ""), ("state", "")];
    let answer = http.post(format!("{base}/oauth/x-snac-get-token")).form(&form).send().await?;
    let token = answer.error_for_status()?.text().await?;
    let token = token.trim();
    if token.len() < 16 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("snac gave {name} no token");
    }
    Ok(Account { name: name.to_owned(), token: token.to_owned() })
}

/// Its addresses are https by default, and it would ask itself by them.
fn speak_plain_http(path: &Path) -> Result<()> {
    let mut config: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    if let Some(fields) = config.as_object_mut() {
        fields.insert("protocol".to_owned(), "http".into());
    }
    std::fs::write(path, config.to_string()).context("snac's server.json")
}

/// Runs one of its commands, answering its questions, and gives back what it said.
async fn told(program: &Path, words: &[&std::ffi::OsStr], answers: &str) -> Result<String> {
    use tokio::io::AsyncWriteExt;
    let mut child = Command::new(program)
        .args(words)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("snac could not be started")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(answers.as_bytes()).await?;
    }
    let output = child.wait_with_output().await?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if !output.status.success() {
        bail!("snac: {said}");
    }
    Ok(said)
}
