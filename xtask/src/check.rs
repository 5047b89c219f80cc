//! Runs cargo's tools one after the other, shows all they say, and ends with what failed. A step that fails doesn't keep
//! the later ones from running: one look tells everything.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::tidy;

struct Step {
    name: &'static str,
    words: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const FORM: Step = Step { name: "fmt", words: &["fmt", "--all", "--check"], env: &[] };

// Advisories are not among them: their database is fetched from outside, which not every machine may do.
// CONTRIBUTING.md names the command for them: `cargo deny check advisories`.
const COMPILED: &[Step] = &[
    Step {
        name: "clippy",
        words: &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        env: &[],
    },
    Step {
        name: "doc",
        words: &["doc", "--workspace", "--no-deps", "--locked"],
        env: &[("RUSTDOCFLAGS", "-Dwarnings")],
    },
    Step { name: "deny", words: &["deny", "--log-level", "error", "check", "licenses", "bans", "sources"], env: &[] },
    // Last, so that its closing lines are the last thing to be read.
    Step { name: "nextest", words: &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"], env: &[] },
];

/// Everything that has to hold before a change is taken. True if all of it holds.
pub fn check(root: &Path) -> Result<bool> {
    let mut failed = Vec::new();
    if !step(root, &FORM)? {
        failed.push(FORM.name);
    }
    head("tidy", "");
    if !tidy::tidy(root)? {
        failed.push("tidy");
    }
    for compiled in COMPILED {
        if !step(root, compiled)? {
            failed.push(compiled.name);
        }
    }
    if failed.is_empty() {
        println!("\ncheck: everything holds");
    } else {
        println!("\ncheck: failed in {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

/// The benchmarks of the whole workspace, or of the package named with `-p`.
pub fn bench(root: &Path, words: &[String]) -> Result<bool> {
    let mut command = cargo(root);
    command.arg("bench");
    let one_package = words.iter().any(|word| word.starts_with("-p") || word.starts_with("--package"));
    if !one_package {
        command.arg("--workspace");
    }
    // Only benchmark targets: the unit tests' own harness doesn't understand divan's arguments.
    if !words.iter().any(|word| word == "--bench") {
        command.args(["--bench", "*"]);
    }
    let status = command.args(words).status().context("cargo bench")?;
    Ok(status.success())
}

fn step(root: &Path, step: &Step) -> Result<bool> {
    head(step.name, &format!("cargo {}", step.words.join(" ")));
    let begun = Instant::now();
    let status = cargo(root)
        .args(step.words)
        .envs(step.env.iter().copied())
        .status()
        .with_context(|| format!("cargo {}", step.name))?;
    println!("{}: {} s", step.name, begun.elapsed().as_secs());
    Ok(status.success())
}

fn head(name: &str, command: &str) {
    println!("\n── {name} ── {command}");
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
