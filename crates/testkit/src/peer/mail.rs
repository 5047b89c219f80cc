//! A hospital's mail server: aiosmtpd, which takes letters, refuses them, wants names and passwords, and speaks TLS under a
//! certificate of the test's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::driver::Driver;
use super::python;

const PATIENCE: Duration = Duration::from_secs(20);

/// How the way to it is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Not at all.
    Plain,
    /// It wants STARTTLS before anything else.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// How it is set up. By default everybody may write, in the clear.
#[derive(Clone, Debug, Default)]
pub struct Postal {
    /// How the way is guarded, and the certificate and key that guard it.
    pub tls: Option<(Way, PathBuf, PathBuf)>,
    /// Whom it lets in, by name and password.
    pub login: Option<(&'static str, &'static str)>,
    /// The only mechanism that it offers for it, `PLAIN` or `LOGIN`; both, if nothing is said.
    pub mechanism: Option<&'static str>,
}

/// A letter as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The fields of its head, decoded.
    pub head: Vec<(String, String)>,
    /// Its text, decoded.
    pub text: String,
    /// To whom it was addressed.
    pub to: Vec<String>,
    /// Whether it came under TLS.
    pub under_tls: bool,
    /// How its sender signed in, e.g. `PLAIN bedside`.
    pub user: Option<String>,
}

/// A running mail server.
#[derive(Debug)]
pub struct MailServer {
    port: u16,
    driver: Driver,
}

impl MailServer {
    /// Starts one.
    pub async fn start(postal: &Postal) -> Result<Self> {
        let (way, certificate, key) = match &postal.tls {
            Some((way, certificate, key)) => (*way, Some(certificate), Some(key)),
            None => (Way::Plain, None, None),
        };
        let options = json!({
            "way": match way { Way::Plain => "plain", Way::StartTls => "starttls", Way::Tls => "tls" },
            "certificate": certificate,
            "key": key,
            "user": postal.login.map(|(user, _)| user),
            "password": postal.login.map(|(_, password)| password),
            "mechanism": postal.mechanism,
        });
        let mut command = python("mail", &["aiosmtpd"], include_str!("../../peers/mail/requirements.txt"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/mail/server.py");
        command.arg(script).arg(options.to_string());
        let mut driver = Driver::start("aiosmtpd", command)?;
        let port = driver.hear(PATIENCE, |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { port: u16::try_from(port).context("the port")?, driver })
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers every recipient so from now on, e.g. `550 5.1.1 no such user`; `None`: takes letters again.
    pub async fn refuse(&mut self, answer: Option<&str>) -> Result<()> {
        self.driver.tell(&json!({ "rcpt": answer })).await?;
        self.driver.hear(PATIENCE, |line| line.get("told").map(drop)).await
    }

    /// The next letter.
    pub async fn next(&mut self, within: Duration) -> Result<Arrived> {
        self.driver.hear(within, arrived).await
    }

    /// The letters that have come and were not asked for yet.
    pub fn letters(&mut self) -> Vec<Arrived> {
        self.driver.heard(arrived)
    }
}

impl Arrived {
    /// What a field of its head says.
    pub fn field(&self, name: &str) -> &str {
        self.head.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }
}

fn arrived(line: &Value) -> Option<Arrived> {
    let head = line.get("head")?.as_array()?.iter();
    Some(Arrived {
        head: head.map(|field| Some((word(field.get(0)?)?, word(field.get(1)?)?))).collect::<Option<_>>()?,
        text: word(line.get("body")?)?,
        to: line.get("to")?.as_array()?.iter().filter_map(word).collect(),
        under_tls: line.get("tls")?.as_bool()?,
        user: line.get("user").and_then(word),
    })
}

fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
