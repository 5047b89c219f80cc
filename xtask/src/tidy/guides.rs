//! What a guide sets in italics stands on a page of the desk: whoever looks for a button finds it under that name. The words of
//! pages are those of the desk's Fluent files.

use std::path::Path;

use anyhow::{Context, Result};

const GUIDES: [&str; 3] = ["desk.md", "first-channel.md", "pilot-plan.md"];

/// Every word in italics that no page of that language shows.
pub fn strange(root: &Path) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for lang in ["de", "en"] {
        let pages = read(&root.join(format!("crates/desk/src/text/{lang}.ftl")))?;
        let pages = plain(&pages);
        for guide in GUIDES {
            let name = format!("docs/pilot/{lang}/{guide}");
            let text = read(&root.join(&name))?;
            let strange = italics(&text).into_iter().filter(|words| !pages.contains(words.as_str()));
            findings.extend(strange.map(|words| format!("{name} sets *{words}* in italics, which no page shows")));
        }
    }
    Ok(findings)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// What stands between single asterisks, outside code; counts left out, as a page fills them in.
fn italics(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let prose: String = prose.split('`').step_by(2).collect();
    let prose = prose.replace("**", "");
    prose.split('*').skip(1).step_by(2).map(|words| plain(words).trim_matches([' ', '…']).to_owned()).collect()
}

/// Without placeables, digits and breaks of lines.
fn plain(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '{' => depth = depth.saturating_add(1),
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && !sign.is_ascii_digit() => kept.push(sign),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(italics(text), expect, "{text}");
    }

    #[test]
    fn italics_are_found_outside_code() {
        check("Press *Hold…*, then *2 new\nposts*.", &["Hold", "new posts"]);
        check("**Loud** and `a * b` and\n```\n*x*\n```\n*Undo*", &["Undo"]);
    }

    #[test]
    fn a_button_that_no_page_shows_is_named() {
        let dir = tempfile::tempdir().unwrap();
        for lang in ["de", "en"] {
            std::fs::create_dir_all(dir.path().join(format!("docs/pilot/{lang}"))).unwrap();
            std::fs::create_dir_all(dir.path().join("crates/desk/src/text")).unwrap();
            std::fs::write(dir.path().join(format!("crates/desk/src/text/{lang}.ftl")), "a = { $n } held, Undo\n")
                .unwrap();
            for guide in GUIDES {
                std::fs::write(dir.path().join(format!("docs/pilot/{lang}/{guide}")), "*Undo*, *3 held*").unwrap();
            }
        }
        assert_eq!(strange(dir.path()).unwrap(), Vec::<String>::new());
        std::fs::write(dir.path().join("docs/pilot/en/desk.md"), "*Undo* or *Take back*").unwrap();
        let found = strange(dir.path()).unwrap();
        assert_eq!(found, ["docs/pilot/en/desk.md sets *Take back* in italics, which no page shows"]);
    }
}
