//! The lenient server: Medplum's router over its repository in memory.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::super::driver::Driver;
use super::script;

/// A running server, empty at the start. It checks nothing; its head in `peers/fhir/medplum.mjs` tells the rest.
#[derive(Debug)]
pub struct Medplum {
    base: String,
    _driver: Driver,
}

impl Medplum {
    /// Starts a server that knows every resource type.
    pub async fn start() -> Result<Self> {
        Self::with(None).await
    }

    /// Starts a server that knows these resource types alone, says so in its CapabilityStatement and answers 404 to the
    /// others, as many a hospital's does.
    pub async fn knowing(types: &[&str]) -> Result<Self> {
        Self::with(Some(types)).await
    }

    async fn with(types: Option<&[&str]>) -> Result<Self> {
        let mut driver = Driver::start("@medplum/fhir-router", script("medplum.mjs", json!({"types": types}))?)?;
        let port = driver.hear(Duration::from_secs(60), |line| line.get("listening")?.as_u64()).await?;
        Ok(Self { base: format!("http://127.0.0.1:{port}/fhir"), _driver: driver })
    }

    /// Its FHIR address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }
}
