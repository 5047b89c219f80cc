//! The project's own chores. Everything here runs from the checkout's root and changes nothing in it, but for `train`
//! and `permissions`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to the person who started it")]

mod check;
mod figures;
mod learn;
mod permissions;
mod screenshots;
mod side_by_side;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

const USAGE: &str = "\
usage: cargo xtask COMMAND
  check        form, lints, tidy, docs, tests, licences and bans: what has to hold before a change is taken
  tidy         import rules, names in ARCHITECTURE.md, file sizes, links in the docs, the tables of permissions, names in guides
  permissions  writes docs/pilot/*/permissions.md anew: who may do what, from the rules of the desk
  screenshots --out FOLDER [--program FILE] [--after SECONDS] [--width 1440,390]  pictures of every page of the demo, of
               FILE or a release build: German and English, light and dark, on a desk and on a phone
  bench [ARG]  the benchmarks; ARGs go to cargo bench, those after -- to divan
  figures [N [PROGRAM]]  what users feel, with N posts (100000), of PROGRAM or a release build: import, sorting, start, memory, inbox
  side-by-side [PROGRAM [bedside]]  HL7 v2 in, of PROGRAM or a release build, beside other receivers in the same run; the last word: without those
  train [scan|triage] --data DIR     makes the weights in models anew from labelled rows
  evaluate [scan|triage] --data DIR  measures them and prints the tables of their cards
  train guard                        the same for models/guard.bin, from the drafts in models/authored
  evaluate guard [--cases FILE|--show]  and its tables; FILE holds drafts as JSON lines, --show prints each score";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match run(&command, &rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: &str, rest: &[String]) -> Result<bool> {
    let root = root()?;
    match command {
        "check" => check::check(&root),
        "tidy" => tidy::tidy(&root),
        "permissions" => permissions::write(&root),
        "screenshots" => screenshots::screenshots(&root, rest),
        "bench" => check::bench(&root, rest),
        "figures" => {
            let posts = rest.first().map_or(Ok(100_000), |n| n.parse()).context("figures takes a number of posts")?;
            figures::figures(&root, posts, rest.get(1).map(String::as_str))
        }
        "side-by-side" => side_by_side::side_by_side(&root, rest),
        "train" => learn::learn(&root, learn::Verb::Train, rest),
        "evaluate" => learn::learn(&root, learn::Verb::Evaluate, rest),
        _ => {
            eprintln!("{USAGE}");
            Ok(false)
        }
    }
}

/// The checkout: the folder above xtask's own.
fn root() -> Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).context("xtask has no folder above it")
}
