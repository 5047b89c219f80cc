//! An EMR as an app in its chart meets it: the sign-in of oidc-provider before any FHIR server, a page with the app in a frame,
//! and calls for cards.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::process::Command;

use super::driver::Driver;
use super::{installed, node, versions};

/// How the app signs in at the token endpoint.
#[derive(Clone, Debug)]
pub enum ClientKind {
    /// By nothing but PKCE.
    Public,
    /// By a secret.
    Secret(String),
    /// By a key, whose public half the EMR fetches from the app at `/chart/keys`.
    Key,
}

/// A running EMR.
#[derive(Debug)]
pub struct Ehr {
    base: String,
    driver: Driver,
}

impl Ehr {
    /// Starts one whose resources are those of `fhir`, for an app at `app` that is the client `bedside`.
    pub async fn start(fhir: &str, app: &str, client: &ClientKind, user: &str) -> Result<Self> {
        let client = match client {
            ClientKind::Public => json!({ "id": "bedside" }),
            ClientKind::Secret(secret) => json!({ "id": "bedside", "secret": secret }),
            ClientKind::Key => json!({ "id": "bedside", "keys": format!("{app}/chart/keys") }),
        };
        let modules = installed(&format!("smart-node-{}", versions(include_str!("../../peers/smart/package.json"))?))?;
        let options = json!({ "modules": modules, "upstream": fhir, "app": app, "client": client, "user": user });
        let mut command = Command::new(node()?);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/smart/ehr.mjs");
        command.arg(script).arg(options.to_string());
        let mut driver = Driver::start("oidc-provider", command)?;
        let port = driver.hear(Duration::from_secs(60), |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { base: format!("http://127.0.0.1:{port}"), driver })
    }

    /// Where its pages are; also the issuer of its tokens.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// The address of its FHIR server.
    pub fn iss(&self) -> String {
        format!("{}/fhir", self.base)
    }

    /// Where the keys are that its calls for cards are signed with.
    pub fn keys(&self) -> String {
        format!("{}/cds/jwks.json", self.base)
    }

    /// Opens a patient's chart: calls for cards. Gives status and answer.
    pub async fn cards(&mut self, patient: &str, url: &str, lang: &str) -> Result<(u64, Value)> {
        self.driver.tell(&json!({ "cds": { "patient": patient, "url": url, "lang": lang } })).await?;
        let told = |line: &Value| (line.get("status").is_some() || line.get("error").is_some()).then(|| line.clone());
        let line = self.driver.hear(Duration::from_secs(60), told).await?;
        match (line.get("status").and_then(Value::as_u64), line.get("body")) {
            (Some(status), Some(body)) => Ok((status, body.clone())),
            _ => bail!("no answer to a call for cards: {line}"),
        }
    }
}
