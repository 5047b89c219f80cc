//! Rules about the tree that the compiler doesn't know: who may import whom, that ARCHITECTURE.md tells the truth, that
//! files stay short, that links lead somewhere, that tables of permissions are true, that guides name what pages show and that
//! both languages have the same papers. Each rule is a function from what it reads to a list of findings.

mod architecture;
mod guides;
mod imports;
mod links;
mod sizes;
mod twins;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Prints each finding; true if there is none.
pub fn tidy(root: &Path) -> Result<bool> {
    let packages = imports::packages(&metadata(root)?)?;
    let files = files(root)?;
    let mut findings = imports::forbidden(&packages);
    findings.extend(architecture::missing(root, &packages)?);
    findings.extend(sizes::too_long(root, &files)?);
    findings.extend(links::broken(root, &files)?);
    findings.extend(crate::permissions::stale(root)?);
    findings.extend(guides::strange(root)?);
    findings.extend(twins::unlike(root)?);
    for finding in &findings {
        println!("✗ {finding}");
    }
    println!("tidy: {} files read, {} findings", files.len(), findings.len());
    Ok(findings.is_empty())
}

fn metadata(root: &Path) -> Result<serde_json::Value> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata printed no JSON")
}

/// Every .rs and .md file of the tree, without what builds and runs leave behind.
fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                let skipped =
                    name.starts_with('.') || ["target", "data", "data-demo", "node_modules"].contains(&&*name);
                // Only the top folder's `data` is Bedside's own; a crate may well have one.
                if !skipped || (folder != root && name == "data") {
                    folders.push(entry.path());
                }
            } else if name.ends_with(".rs") || name.ends_with(".md") {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path as a person writes it: relative to the checkout.
fn relative<'a>(root: &Path, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(root).unwrap_or(path).display()
}
