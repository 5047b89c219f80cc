//! Other people's MLLP software, as senders and receivers: each speaks with its own library, faults and all, and is told
//! what to do in JSON lines. What is particular about each stands at the head of its driver in `crates/testkit/peers/hl7`.

mod engine;
mod receiver;
mod sender;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::process::Command;

pub use engine::{Engine, Feed, Progress};
pub use receiver::{Answer, Receiver, Receiving};
pub use sender::{Ack, Burst, Reply, Sender, Sending};

use super::driver::Driver;
use super::{installed, loopback, node, python, versions};

/// A library that speaks MLLP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mllp {
    /// python-hl7 0.4.5: its sender takes whatever it reads next for the ACK.
    PythonHl7,
    /// hl7apy 1.3.5, a receiver only: it closes the connection after each message.
    Hl7apy,
    /// simple-hl7 3.3: it ACKs everything as version 2.3.
    SimpleHl7,
    /// @medplum/hl7 5.0: it ACKs without a CR at the end, and its sender passes over CA.
    Medplum,
    /// node-hl7-server 2.5, which ACKs all earlier messages again, and node-hl7-client 2.3, which comes with it.
    NodeHl7,
    /// node-hl7-client 4.0, a sender only.
    NodeHl7Client4,
}

impl Mllp {
    /// Those that can send.
    pub const SENDERS: [Self; 5] =
        [Self::PythonHl7, Self::SimpleHl7, Self::Medplum, Self::NodeHl7, Self::NodeHl7Client4];
    /// Those that can receive.
    pub const RECEIVERS: [Self; 5] = [Self::PythonHl7, Self::Hl7apy, Self::SimpleHl7, Self::Medplum, Self::NodeHl7];

    const fn name(self) -> &'static str {
        match self {
            Self::PythonHl7 => "python-hl7",
            Self::Hl7apy => "hl7apy",
            Self::SimpleHl7 => "simple-hl7",
            Self::Medplum => "@medplum/hl7",
            Self::NodeHl7 => "node-hl7-server",
            Self::NodeHl7Client4 => "node-hl7-client 4",
        }
    }

    const fn driver(self) -> &'static str {
        match self {
            Self::PythonHl7 => "python_hl7.py",
            Self::Hl7apy => "hl7apy_mllp.py",
            Self::SimpleHl7 => "simple_hl7.mjs",
            Self::Medplum => "medplum_hl7.mjs",
            Self::NodeHl7 | Self::NodeHl7Client4 => "node_hl7.mjs",
        }
    }

    /// Starts its driver with these options.
    fn start(self, options: Value) -> Result<Driver> {
        Driver::start(self.name(), self.command(options)?)
    }

    fn command(self, mut options: Value) -> Result<Command> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/hl7").join(self.driver());
        if self.driver().ends_with(".py") {
            let mut command =
                python("hl7-python", &["hl7", "hl7apy"], include_str!("../../peers/hl7/requirements.txt"))?;
            command.arg(script).arg(options.to_string());
            return Ok(command);
        }
        let modules = installed(&format!("hl7-node-{}", versions(include_str!("../../peers/hl7/package.json"))?))?;
        let fields = options.as_object_mut().context("options are an object")?;
        fields.insert("modules".to_owned(), json!(modules));
        if self == Self::NodeHl7Client4 {
            fields.insert("client".to_owned(), json!(4));
        }
        let mut command = Command::new(node()?);
        command.arg("--require").arg(loopback()).arg(script).arg(options.to_string());
        Ok(command)
    }
}
