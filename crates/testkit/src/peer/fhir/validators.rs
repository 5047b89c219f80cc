//! Three validators of three makers, for R4. None is complete: what Bedside writes must please all.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::super::driver::Driver;
use super::super::python;
use super::{PINS, script};

/// The running validators.
#[derive(Debug)]
pub struct Validators {
    node: Driver,
    python: Driver,
}

/// What each finds wrong with a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// npm `fhir`: structure and the value sets of R4 itself; unknown fields only warn, and warnings are left out here.
    pub fhir: Vec<String>,
    /// `@medplum/core`: structure and unknown fields; no value sets.
    pub medplum: Vec<String>,
    /// `fhir.resources` (R4B): structure, unknown fields, forms of dates and ids; no value sets.
    pub fhir_resources: Vec<String>,
}

impl Findings {
    /// Whether nobody found anything.
    pub fn is_empty(&self) -> bool {
        self.fhir.is_empty() && self.medplum.is_empty() && self.fhir_resources.is_empty()
    }
}

impl Validators {
    /// Starts them; they need a second or two to read their definitions.
    pub fn start() -> Result<Self> {
        let node = Driver::start("fhir and @medplum/core", script("validate.mjs", json!({}))?)?;
        let mut command = python("sekmet-fhir", &["sekmet_fhir"], PINS)?;
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/fhir/validate.py"));
        Ok(Self { node, python: Driver::start("fhir.resources", command)? })
    }

    /// What they find wrong with this resource.
    pub async fn findings(&mut self, resource: &Value) -> Result<Findings> {
        let (order, within) = (json!({"resource": resource}), Duration::from_secs(60));
        self.node.tell(&order).await?;
        self.python.tell(&order).await?;
        let (fhir, medplum) =
            self.node.hear(within, |line| Some((texts(line.get("fhir")?), texts(line.get("medplum")?)))).await?;
        let fhir_resources = self.python.hear(within, |line| Some(texts(line.get("fhir.resources")?))).await?;
        Ok(Findings { fhir, medplum, fhir_resources })
    }
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
