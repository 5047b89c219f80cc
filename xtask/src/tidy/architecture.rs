//! ARCHITECTURE.md tells where things are; a name in backticks that is a path or a `crate::module` has to exist.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::imports::Package;

const FILE: &str = "ARCHITECTURE.md";

/// Every path and module that ARCHITECTURE.md names and that isn't there.
pub fn missing(root: &Path, packages: &[Package]) -> Result<Vec<String>> {
    let Ok(text) = std::fs::read_to_string(root.join(FILE)) else {
        return Ok(vec![format!("{FILE} is missing")]);
    };
    let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let mut findings = Vec::new();
    for (line, name) in names(&text) {
        let there = match kind(&name) {
            Kind::Module => module_exists(packages, &name),
            Kind::Path => path_exists(root, packages, &ignored, &name),
            Kind::Other => true,
        };
        if !there {
            findings.push(format!("{FILE}:{line} names `{name}`, which doesn't exist"));
        }
    }
    Ok(findings)
}

/// What stands in single backticks outside fenced blocks, with its line number.
fn names(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let inside = line.split('`').skip(1).step_by(2);
            found.extend(inside.map(|name| (index + 1, name.to_owned())));
        }
    }
    found
}

enum Kind {
    Module,
    Path,
    Other,
}

/// `/live` is an address, `<name>` and `*` stand for many things, `a b` is a command: none of them is a place in the tree.
fn kind(name: &str) -> Kind {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:()!".contains(c);
    if !name.chars().all(plain) || name.starts_with('/') {
        Kind::Other
    } else if name.contains("::") {
        Kind::Module
    } else if name.contains('/') && !name.contains(':') {
        Kind::Path
    } else {
        Kind::Other
    }
}

/// A path from the root, or `store/db.rs` for what lies in the sources of the crate `store`.
fn path_exists(root: &Path, packages: &[Package], ignored: &str, name: &str) -> bool {
    let path = name.strip_prefix("./").unwrap_or(name);
    let first = path.split('/').next().unwrap_or_default();
    let left_behind = ignored.lines().any(|line| line.trim_matches('/') == first);
    if left_behind || root.join(path).exists() {
        return true;
    }
    let inside = path.strip_prefix(first).unwrap_or_default().trim_matches('/');
    match packages.iter().find(|package| is_called(package, first)) {
        Some(package) => package.folder.join("src").join(inside).exists() || package.folder.join(inside).exists(),
        // `text/html` and `application/fhir+json` are no places: only what looks like a file, a folder or starts in one is.
        None => {
            let looks_like_a_place = name.starts_with("./")
                || name.ends_with('/')
                || root.join(first).is_dir()
                || Path::new(name).extension().is_some();
            !looks_like_a_place
        }
    }
}

/// `store` and `bedside_store` both mean the crate bedside-store.
fn is_called(package: &Package, name: &str) -> bool {
    let folder = package.folder.file_name().and_then(|name| name.to_str());
    folder == Some(name) || package.name.replace('-', "_") == name
}

/// Follows `crate::a::b::Item` through the module files; the last names may be items inside the module found so far.
fn module_exists(packages: &[Package], name: &str) -> bool {
    let mut parts = name.split("::").map(|part| part.trim_end_matches(['(', ')', '!']));
    let crate_name = parts.next().unwrap_or_default();
    let Some(package) = packages.iter().find(|package| is_called(package, crate_name)) else {
        return true; // somebody else's crate
    };
    let mut folder = package.folder.join("src");
    let mut sources: Vec<PathBuf> = vec![folder.join("lib.rs"), folder.join("main.rs")];
    for part in parts {
        let file = folder.join(format!("{part}.rs"));
        let module = folder.join(part).join("mod.rs");
        folder.push(part);
        if file.is_file() || module.is_file() {
            sources = vec![file, module];
        } else if !sources.iter().any(|source| names_item(source, part)) {
            return false;
        }
    }
    true
}

/// Does this file declare something of that name, or pass it on?
fn names_item(source: &Path, item: &str) -> bool {
    let text = std::fs::read_to_string(source).unwrap_or_default();
    let declares = ["fn", "struct", "enum", "trait", "type", "const", "static", "mod", "union", "macro_rules!"];
    text.lines().any(|line| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!'));
        if line.trim_start().starts_with("pub use") {
            return words.any(|word| word == item);
        }
        // A variant or a passed-on list stands alone on its line: `Approved,` `Approved(Cleared),`.
        if line.trim_start().starts_with(item) {
            let after = line.trim_start().strip_prefix(item).unwrap_or_default();
            if after.starts_with([',', '(', ' ', '}']) {
                return true;
            }
        }
        words.any(|word| declares.contains(&word)) && words.next() == Some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> (tempfile::TempDir, Vec<Package>) {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("crates/store");
        std::fs::create_dir_all(folder.join("src/outbox")).unwrap();
        std::fs::create_dir_all(dir.path().join("policies/de")).unwrap();
        std::fs::write(dir.path().join(".gitignore"), "/target\n/data\n").unwrap();
        std::fs::write(folder.join("src/lib.rs"), "pub mod outbox;\npub use db::{Db,\n    Tx};\nmod inline {}\n")
            .unwrap();
        std::fs::write(folder.join("src/outbox.rs"), "pub fn claim(\n) {}\npub enum State {\n    Sent,\n}\n").unwrap();
        std::fs::write(folder.join("src/outbox/lease.rs"), "pub struct Lease;\n").unwrap();
        let package = Package { name: "bedside-store".to_owned(), folder, needs: Vec::new() };
        (dir, vec![package])
    }

    fn check(sentence: &str, expect: &[&str]) {
        let (dir, packages) = tree();
        std::fs::write(dir.path().join(FILE), sentence).unwrap();
        let expect: Vec<String> =
            expect.iter().map(|name| format!("{FILE}:1 names `{name}`, which doesn't exist")).collect();
        assert_eq!(missing(dir.path(), &packages).unwrap(), expect, "{sentence}");
    }

    #[test]
    fn modules_and_items_that_exist_are_found_and_others_reported() {
        check("`store::outbox` claims with `store::outbox::claim()`.", &[]);
        check("`bedside_store::outbox::lease::Lease` and `store::Db`.", &[]);
        check("`store::inline` and `store::outbox::State`.", &[]);
        check("`store::inbox` takes.", &["store::inbox"]);
        check("`store::outbox::release` is gone.", &["store::outbox::release"]);
        check("`store::outbox::lease::Term` too.", &["store::outbox::lease::Term"]);
    }

    #[test]
    fn paths_that_exist_are_found_and_others_reported() {
        check("`crates/store/src/outbox.rs`, `store/outbox.rs`, `policies/de`, `crates/`.", &[]);
        check("`store/inbox.rs` and `policies/fr`.", &["store/inbox.rs", "policies/fr"]);
        check("`nowhere/` and `docs/words.md`.", &["nowhere/", "docs/words.md"]);
    }

    #[test]
    fn what_is_no_place_in_the_tree_is_left_alone() {
        check("`/live`, `text/html`, `channel/<name>/`, `sqlx::Any`, `./data`, `cargo xtask check`.", &[]);
        check("```\n`nowhere/`\n```", &[]);
    }

    #[test]
    fn a_missing_text_is_reported() {
        let (dir, packages) = tree();
        assert_eq!(missing(dir.path(), &packages).unwrap(), ["ARCHITECTURE.md is missing"]);
    }
}
