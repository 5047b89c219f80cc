//! Reads rows: JSONL from the data folder, lines of our own from `models/authored`.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use serde::de::DeserializeOwned;

/// Every line of a JSONL file as a `T`. A fault names its file and line.
pub fn jsonl<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(n, line)| serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), n + 1))).collect()
}

/// The lines of a file of ours, with their numbers from 1, without blank ones and comments (`#`).
pub fn lines(path: &Path) -> Result<Vec<(usize, String)>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    Ok(lines.map(|(n, line)| (n + 1, line.to_owned())).collect())
}
