//! Bedside beside other receivers of HL7 v2, measured in one run: builds both the program and what measures it, and starts that.

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};

/// Measures `program`, or a release build made for it. `words` go to the measuring example.
pub fn side_by_side(root: &Path, words: &[String]) -> Result<bool> {
    let (program, profile) = match words.first() {
        Some(path) => (path.into(), "quick"),
        None => (crate::figures::build(root)?, "release"),
    };
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["run", "-q", "--profile", profile, "-p", "bedside-testkit"]);
    command.args(["--example", "side_by_side", "--"]);
    let measured = command.arg(program).args(words.iter().skip(1)).status()?;
    ensure!(measured.success(), "the measuring ended with {measured}");
    Ok(true)
}
