//! The papers for a pilot are there in German and English with the same parts: whoever negotiates over one reads the same in
//! the other. Headings, rows of tables and list items are compared in their order; the words are for people to compare.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

const PAPERS: &str = "docs/pilot";

/// Papers that are there in one language alone, and the first place where two differ in their parts.
pub fn unlike(root: &Path) -> Result<Vec<String>> {
    let (german, english) = (names(root, "de")?, names(root, "en")?);
    let mut findings: Vec<String> = german
        .symmetric_difference(&english)
        .map(|name| format!("{PAPERS}: {name} is there in one language alone"))
        .collect();
    for name in german.intersection(&english) {
        let parts = |lang| read(root, lang, name).map(|text| parts(&text));
        let (german, english) = (parts("de")?, parts("en")?);
        let differs = (0..german.len().max(english.len())).find(|at| kind(&german, *at) != kind(&english, *at));
        if let Some(at) = differs {
            let line = |parts: &[(String, usize)]| parts.get(at).map_or_else(|| "its end".to_owned(), told);
            findings.push(format!("{PAPERS}: {name} differs: de has {}, en has {}", line(&german), line(&english)));
        }
    }
    Ok(findings)
}

fn names(root: &Path, lang: &str) -> Result<BTreeSet<String>> {
    let folder = root.join(PAPERS).join(lang);
    let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn read(root: &Path, lang: &str, name: &str) -> Result<String> {
    let path = root.join(PAPERS).join(lang).join(name);
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}

fn kind(parts: &[(String, usize)], at: usize) -> Option<&str> {
    parts.get(at).map(|(kind, _)| kind.as_str())
}

fn told((kind, line): &(String, usize)) -> String {
    format!("'{kind}' in line {line}")
}

/// What each line begins that is no running text, with the line's number: `##`, a row of a table, an item, a block of code.
fn parts(text: &str) -> Vec<(String, usize)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let fence = line.starts_with("```");
        fenced ^= fence;
        let first = line.split_whitespace().next().unwrap_or_default();
        let number = first.strip_suffix('.').is_some_and(|n| n.chars().all(|sign| sign.is_ascii_digit()));
        let is_part = first.starts_with(['#', '|']) || first == "-" || number;
        if fence || (!fenced && is_part && !first.is_empty()) {
            found.push((first.to_owned(), at + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(german: &str, english: &str, expect: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        for (lang, text) in [("de", german), ("en", english)] {
            std::fs::create_dir_all(dir.path().join(PAPERS).join(lang)).unwrap();
            std::fs::write(dir.path().join(PAPERS).join(lang).join("dpia.md"), text).unwrap();
        }
        assert_eq!(unlike(dir.path()).unwrap(), expect, "{german}");
    }

    #[test]
    fn a_section_row_or_item_that_one_language_lacks_is_named() {
        check("# A\nText\n| a |\n- b\n1. c", "# B\nTwo\nlines\n| x |\n- y\n1. z", &[]);
        check("# A\n## B\n", "# A\n", &["docs/pilot: dpia.md differs: de has '##' in line 2, en has its end"]);
        check("| a |", "- a", &["docs/pilot: dpia.md differs: de has '|' in line 1, en has '-' in line 1"]);
        check("```\n# c\n```", "```\n```", &[]);
    }

    #[test]
    fn a_paper_in_one_language_alone_is_named() {
        let dir = tempfile::tempdir().unwrap();
        for lang in ["de", "en"] {
            std::fs::create_dir_all(dir.path().join(PAPERS).join(lang)).unwrap();
        }
        std::fs::write(dir.path().join(PAPERS).join("de/desk.md"), "# A").unwrap();
        assert_eq!(unlike(dir.path()).unwrap(), ["docs/pilot: desk.md is there in one language alone"]);
    }
}
