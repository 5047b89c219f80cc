//! Training and measuring of what reads texts. Both need the folder of labelled rows (`--data DIR`), which is no part of the
//! project; what we wrote ourselves lies in `models/authored`. The same rows give the same weights, byte for byte.

mod guard;
mod rows;
mod scan;
mod triage;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail, ensure};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Makes the weights anew and writes them to `models`.
    Train,
    /// Measures the weights that are there and prints the tables of their cards.
    Evaluate,
}

impl Verb {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Evaluate => "evaluate",
        }
    }
}

/// Trains or measures; `words` are `[scan|triage] --data DIR`.
pub fn learn(root: &Path, verb: Verb, words: &[String]) -> Result<bool> {
    if words.first().is_some_and(|what| what == "guard") {
        return if cfg!(debug_assertions) { optimised(root, verb, words) } else { guard::learn(root, verb, words) };
    }
    let (what, data) = match words {
        [flag, dir] if flag == "--data" => (None, PathBuf::from(dir)),
        [what, flag, dir] if flag == "--data" => (Some(what.as_str()), PathBuf::from(dir)),
        _ => bail!("usage: cargo xtask {} [scan|triage] --data DIR", verb.as_str()),
    };
    ensure!(
        data.is_dir(),
        "{} is no folder: --data names the one that holds triage_en.jsonl and its like",
        data.display()
    );
    if cfg!(debug_assertions) {
        return optimised(root, verb, words);
    }
    let known = ["scan", "triage"];
    ensure!(what.is_none_or(|what| known.contains(&what)), "there is {} to {}", known.join(" and "), verb.as_str());
    if what != Some("triage") {
        match verb {
            Verb::Train => scan::train(root, &data)?,
            Verb::Evaluate => scan::evaluate(root, &data)?,
        }
    }
    if what != Some("scan") {
        match verb {
            Verb::Train => triage::train(root, &data)?,
            Verb::Evaluate => triage::evaluate(root, &data)?,
        };
    }
    Ok(true)
}

/// Does it in an optimised build: unoptimised it takes hours.
fn optimised(root: &Path, verb: Verb, words: &[String]) -> Result<bool> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["run", "-q", "--profile", "quick", "-p", "xtask", "--", verb.as_str()]);
    let ended = command.args(words).status()?;
    ensure!(ended.success(), "it ended with {ended}");
    Ok(true)
}
