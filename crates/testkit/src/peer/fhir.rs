//! Other people's FHIR software: a strict server that also plays a hospital as a client, a lenient server, a SMART client,
//! and validators of three makers. What is particular about each stands here and in its script in `crates/testkit/peers/fhir`.

mod client;
mod medplum;
mod sekmet;
mod validators;

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;
use tokio::process::Command;

pub use client::Client;
pub use medplum::Medplum;
pub use sekmet::{Access, Scenario, Sekmet, SmartClient};
pub use validators::{Findings, Validators};

use super::{installed, node, versions};

const PINS: &str = include_str!("../../peers/fhir/requirements.txt");

/// The script of fhirclient for a page; it sets `FHIR` there.
pub fn client_script() -> Result<PathBuf> {
    Ok(modules()?.join("node_modules/fhirclient/build/fhir-client.min.js"))
}

fn modules() -> Result<PathBuf> {
    installed(&format!("fhir-node-{}", versions(include_str!("../../peers/fhir/package.json"))?))
}

/// One of the scripts, in Node, with these options and the folder of the modules.
fn script(name: &str, mut options: Value) -> Result<Command> {
    if let Some(fields) = options.as_object_mut() {
        fields.insert("modules".to_owned(), modules()?.to_string_lossy().into());
    }
    let mut command = Command::new(node()?);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/fhir").join(name)).arg(options.to_string());
    Ok(command)
}
