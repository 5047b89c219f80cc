//! Who may import whom. Normal dependencies only: tests and benchmarks may reach further.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// A crate of this workspace, as `cargo metadata` tells of it.
pub struct Package {
    /// Its name in Cargo.toml.
    pub name: String,
    /// The folder of its Cargo.toml.
    pub folder: PathBuf,
    /// The crates it can't be built without, dev and build dependencies left out.
    pub needs: Vec<String>,
}

/// Our crates in the order in which data flows, each with those it may import. A new line needs an ADR.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("bedside-core", &[]),
    ("bedside-clinical", &[]),
    ("bedside-store", &["bedside-core"]),
    ("bedside-flow", &["bedside-core", "bedside-store"]),
    ("bedside-connect", &["bedside-core", "bedside-clinical"]),
    ("bedside-desk", &["bedside-core", "bedside-flow", "bedside-clinical", "bedside-store"]),
    (
        "bedside",
        &["bedside-core", "bedside-clinical", "bedside-store", "bedside-flow", "bedside-connect", "bedside-desk"],
    ),
    ("bedside-testkit", &["bedside-core", "bedside-clinical", "bedside-store", "bedside-flow"]),
    ("xtask", &["bedside-core"]),
];

/// Crates from outside that only some of ours may hold, and what that keeps in one place.
const HELD_BY: &[(&[&str], &[&str], &str)] = &[
    (
        &["sqlx", "sqlx-core", "sqlx-sqlite", "sqlx-postgres", "rusqlite", "tokio-postgres", "libsqlite3-sys"],
        &["bedside-store"],
        "only store knows SQL",
    ),
    (
        &["reqwest", "ureq", "isahc", "curl", "attohttpc", "hyper-rustls"],
        &["bedside-connect", "bedside-testkit"],
        "only connect has an HTTP client",
    ),
    (&["maud", "askama", "minijinja", "tera"], &["bedside-desk"], "only desk has HTML"),
    (
        &["tokio", "async-std", "smol", "futures-executor"],
        &["bedside-store", "bedside-flow", "bedside-connect", "bedside-desk", "bedside", "bedside-testkit"],
        "core and clinical have no async runtime",
    ),
    (
        &["rand", "getrandom", "fastrand"],
        &["bedside-store", "bedside-flow", "bedside-connect", "bedside-desk", "bedside", "bedside-testkit"],
        "core and clinical are handed their randomness",
    ),
];

/// Reads the workspace's packages out of `cargo metadata --no-deps`.
pub fn packages(metadata: &Value) -> Result<Vec<Package>> {
    let listed = metadata.get("packages").and_then(Value::as_array);
    listed.context("cargo metadata has no packages")?.iter().map(package).collect()
}

fn package(value: &Value) -> Result<Package> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let needs = value.get("dependencies").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(Package {
        name: text("name").context("a package has no name")?.to_owned(),
        folder: text("manifest_path")
            .and_then(|path| Path::new(path).parent())
            .context("a package has no manifest_path")?
            .to_path_buf(),
        // A normal dependency has the kind null; "name" is the crate's own name, also where it was renamed.
        needs: needs
            .iter()
            .filter(|need| need.get("kind").is_none_or(Value::is_null))
            .filter_map(|need| need.get("name").and_then(Value::as_str))
            .map(str::to_owned)
            .collect(),
    })
}

/// Every import that the rules forbid, and every crate that they don't know.
pub fn forbidden(packages: &[Package]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let name = &package.name;
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| known == name) else {
            findings.push(format!("{name} is in no import rule: a new crate needs an ADR and a line in xtask"));
            continue;
        };
        for need in &package.needs {
            let ours = packages.iter().any(|other| other.name == *need);
            if ours && !allowed.contains(&need.as_str()) {
                findings.push(format!("{name} imports {need}: it may import {}", list(allowed)));
            }
            for (held, holders, why) in HELD_BY {
                if held.contains(&need.as_str()) && !holders.contains(&name.as_str()) {
                    findings.push(format!("{name} imports {need}: {why}"));
                }
            }
        }
    }
    findings
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "nothing of ours".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(name: &str, kind: Value, needs: &str, expect: &[&str]) {
        let metadata = json!({"packages": [
            {"name": name, "manifest_path": "/x/Cargo.toml", "dependencies": [{"name": needs, "kind": kind}]},
            {"name": "bedside-store", "manifest_path": "/store/Cargo.toml", "dependencies": []},
            {"name": "bedside-testkit", "manifest_path": "/testkit/Cargo.toml", "dependencies": []},
        ]});
        let findings = forbidden(&packages(&metadata).unwrap());
        assert_eq!(findings, expect, "{name} → {needs}");
    }

    #[test]
    fn an_edge_against_the_flow_is_found_and_one_with_it_is_not() {
        check(
            "bedside-core",
            Value::Null,
            "bedside-store",
            &["bedside-core imports bedside-store: it may import nothing of ours"],
        );
        check("bedside-flow", Value::Null, "bedside-store", &[]);
        check(
            "bedside-connect",
            Value::Null,
            "bedside-store",
            &["bedside-connect imports bedside-store: it may import bedside-core, bedside-clinical"],
        );
        check("bedside", Value::Null, "bedside-store", &[]);
    }

    #[test]
    fn the_testkit_is_for_tests_alone() {
        check("bedside-desk", json!("dev"), "bedside-testkit", &[]);
        check("xtask", Value::Null, "bedside-testkit", &["xtask imports bedside-testkit: it may import bedside-core"]);
    }

    #[test]
    fn outside_crates_stay_with_their_holder_unless_a_test_needs_them() {
        check("bedside-desk", Value::Null, "sqlx", &["bedside-desk imports sqlx: only store knows SQL"]);
        check("bedside-desk", json!("dev"), "reqwest", &[]);
        check("bedside-connect", Value::Null, "reqwest", &[]);
        check(
            "bedside-clinical",
            Value::Null,
            "tokio",
            &["bedside-clinical imports tokio: core and clinical have no async runtime"],
        );
        check("bedside-flow", Value::Null, "maud", &["bedside-flow imports maud: only desk has HTML"]);
    }

    #[test]
    fn a_crate_without_a_rule_is_found() {
        check(
            "bedside-extra",
            Value::Null,
            "serde",
            &["bedside-extra is in no import rule: a new crate needs an ADR and a line in xtask"],
        );
    }
}
