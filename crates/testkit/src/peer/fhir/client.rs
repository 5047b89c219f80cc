//! fhirclient as a program that reads, searches and writes with a token that it was given.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::super::driver::Driver;
use super::script;

/// A running client of one server.
#[derive(Debug)]
pub struct Client {
    driver: Driver,
}

impl Client {
    /// Starts a client of the server at this FHIR address.
    pub fn start(server: &str, token: Option<&str>) -> Result<Self> {
        let command = script("client.mjs", json!({"server": server, "token": token}))?;
        Ok(Self { driver: Driver::start("fhirclient", command)? })
    }

    /// Asks what its `client.request` takes: an address below the server's, or an object of url, method, body and headers.
    ///
    /// # Errors
    /// When the server answers anything but 2xx; the message begins with the status.
    pub async fn request(&mut self, request: &Value) -> Result<Value> {
        self.driver.tell(&json!({"request": request})).await?;
        let told = |line: &Value| (line.get("answer").is_some() || line.get("error").is_some()).then(|| line.clone());
        let line = self.driver.hear(Duration::from_secs(60), told).await?;
        match line.get("answer") {
            Some(answer) => Ok(answer.clone()),
            None => {
                bail!("{} {}", line.get("status").unwrap_or(&Value::Null), line.get("error").unwrap_or(&Value::Null))
            }
        }
    }
}
