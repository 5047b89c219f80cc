//! A link in the documents leads to a file that is there. Addresses on the web are not asked.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::relative;

/// Every relative link whose file is missing.
pub fn broken(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let folder = file.parent().unwrap_or(root);
        for (line, target) in targets(&text) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            if !path.is_empty() && !folder.join(path).exists() {
                findings.push(format!("{}:{line} links to {target}, which doesn't exist", relative(root, file)));
            }
        }
    }
    Ok(findings)
}

/// The relative targets of `[text](target)` and `[label]: target`, with their line numbers.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let labelled = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "))
            .and_then(|(_, rest)| rest.split_whitespace().next());
        found.extend(inline.chain(labelled).filter(|target| is_relative(target)).map(|target| (index + 1, target)));
    }
    found
}

fn is_relative(target: &str) -> bool {
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    !scheme && !target.starts_with(['#', '/', '<'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("docs")).unwrap();
        std::fs::write(dir.path().join("README.md"), "# Bedside\n").unwrap();
        let file = dir.path().join("docs/words.md");
        std::fs::write(&file, text).unwrap();
        assert_eq!(broken(dir.path(), &[file]).unwrap(), expect, "{text}");
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        check("See [the start](../README.md#road) and [here](words.md).", &[]);
        check("See [adr](adr/0001.md).", &["docs/words.md:1 links to adr/0001.md, which doesn't exist"]);
        check("x\n[a]: gone.md \"title\"", &["docs/words.md:2 links to gone.md, which doesn't exist"]);
    }

    #[test]
    fn the_web_anchors_and_code_are_left_alone() {
        check("[w](https://example.org/x) [m](mailto:a@example.org) [h](#top)", &[]);
        check("```\n[x](gone.md)\n```", &[]);
    }
}
