//! Who may do what at the desk, as two pages for the works council and the privacy officer. The real rules are asked, role
//! by role and action by action; `tidy` finds a page that no longer says what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bedside_core::{
    policy::desk::{Desk, DeskAction, DeskRule, Permission},
    site::Role,
    triage::Lang,
};

const WORDS: &str = "policies/desk/words.toml";
const PAGES: [(Lang, &str); 2] =
    [(Lang::De, "docs/pilot/de/permissions.md"), (Lang::En, "docs/pilot/en/permissions.md")];

/// What an action or a role is called, by its word in the rules, and in which order and part of the page.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    role: BTreeMap<String, Twin>,
    part: Vec<Part>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Twin {
    de: String,
    en: String,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    de: String,
    en: String,
    action: BTreeMap<String, Twin>,
}

/// Writes both pages anew. True if every action and role has its words.
pub fn write(root: &Path) -> Result<bool> {
    let words = words(root)?;
    let missing = unnamed(&words);
    for finding in &missing {
        println!("✗ {finding}");
    }
    for (path, text) in pages(root, &words)? {
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("permissions: {}", path.strip_prefix(root).unwrap_or(&path).display());
    }
    Ok(missing.is_empty())
}

/// Actions and roles without words, and pages that the rules have left behind.
pub fn stale(root: &Path) -> Result<Vec<String>> {
    let words = words(root)?;
    let mut findings = unnamed(&words);
    for (path, text) in pages(root, &words)? {
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            let path = path.strip_prefix(root).unwrap_or(&path).display();
            findings.push(format!("{path} is not what the rules say now: cargo xtask permissions"));
        }
    }
    Ok(findings)
}

fn words(root: &Path) -> Result<Words> {
    let text = std::fs::read_to_string(root.join(WORDS)).context(WORDS)?;
    toml::from_str(&text).context(WORDS)
}

/// Every action and role needs words, and words for nothing are a mistyped action or role.
fn unnamed(words: &Words) -> Vec<String> {
    let said = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect::<BTreeSet<String>>();
    let actions = said(&mut words.part.iter().flat_map(|part| part.action.keys()));
    let roles = said(&mut words.role.keys());
    let real_actions: BTreeSet<String> = DeskAction::ALL.iter().map(|action| action.as_str().to_owned()).collect();
    let real_roles: BTreeSet<String> = Role::ALL.iter().map(|role| role.as_str().to_owned()).collect();
    let lacking = real_actions.difference(&actions).chain(real_roles.difference(&roles));
    let strange = actions.difference(&real_actions).chain(roles.difference(&real_roles));
    lacking
        .map(|name| format!("{WORDS} has no words for {name}"))
        .chain(strange.map(|name| format!("{WORDS} names {name}, which the rules don't know")))
        .collect()
}

fn pages(root: &Path, words: &Words) -> Result<Vec<(PathBuf, String)>> {
    let desk = Desk::load().context("the rules of the desk")?;
    PAGES.iter().map(|(lang, path)| Ok((root.join(path), page(&desk, words, *lang)?))).collect()
}

/// One page: a table for each part, then the rules in words.
fn page(desk: &Desk, words: &Words, lang: Lang) -> Result<String> {
    let cells = desk.matrix();
    let say = |de, en| if lang == Lang::De { de } else { en };
    let mut out = String::from(say(HEAD_DE, HEAD_EN));
    for part in &words.part {
        write!(out, "\n## {}\n{}", say(&part.de, &part.en), heading(words, lang))?;
        for action in DeskAction::ALL {
            if let Some(twin) = part.action.get(action.as_str()) {
                let row: Vec<&Permission> = cells.iter().filter(|cell| cell.action == *action).collect();
                writeln!(out, "{}", line(say(&twin.de, &twin.en), *action, &row, lang))?;
            }
        }
    }
    write!(out, "\n## {}\n", say("Die Regeln", "The rules"))?;
    write!(out, "| {} |\n| --- | --- | --- | --- |\n", say(RULES_DE, RULES_EN))?;
    for rule in desk.rules() {
        writeln!(out, "{}", reason(&rule, lang))?;
    }
    Ok(out)
}

fn heading(words: &Words, lang: Lang) -> String {
    let de = lang == Lang::De;
    let roles = Role::ALL.map(|role| {
        let twin = words.role.get(role.as_str());
        twin.map_or(role.as_str(), |twin| if de { &twin.de } else { &twin.en }).to_owned()
    });
    let (what, rule) = if de { ("Was", "Regel") } else { ("What", "Rule") };
    format!("| {what} | {} | {rule} |\n|{}\n", roles.join(" | "), " --- |".repeat(roles.len() + 2))
}

fn line(what: &str, action: DeskAction, row: &[&Permission], lang: Lang) -> String {
    let (yes, others) =
        if lang == Lang::De { ("ja", "ja, nichts Eigenes") } else { ("yes", "yes, nothing of their own") };
    let marks = row.iter().map(|cell| match (cell.may, cell.may_own) {
        (true, true) => yes,
        (true, false) => others,
        (false, _) => "–",
    });
    let marks = marks.collect::<Vec<_>>().join(" | ");
    let ids: BTreeSet<&String> = row.iter().flat_map(|cell| &cell.rules).collect();
    let rules = ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    format!("| {what} (`{}`) | {marks} | {rules} |", action.as_str())
}

fn reason(rule: &DeskRule, lang: Lang) -> String {
    let (kind, why) = match (lang, rule.forbids) {
        (Lang::De, true) => ("verbietet", &rule.reason_de),
        (Lang::De, false) => ("erlaubt", &rule.reason_de),
        (_, true) => ("forbids", &rule.reason_en),
        (_, false) => ("permits", &rule.reason_en),
    };
    format!("| `{}` | {kind} | {why} | {} |", rule.id, rule.source)
}

const RULES_DE: &str = "Regel | Wirkung | Begründung | Quelle";
const RULES_EN: &str = "Rule | Effect | Reason | Source";

const HEAD_DE: &str = "\
# Wer was darf

Diese Seite schreibt `cargo xtask permissions` aus den Regeln, nach denen das Programm jede Handlung am Schreibtisch prüft
([policies/desk/desk.cedar](../../../policies/desk/desk.cedar)). `cargo xtask tidy` schlägt fehl, wenn sie nicht mehr stimmt. Bitte nicht von Hand ändern.

- Rollen gelten je Standort. Wer an einem Standort keine Rolle hat, sieht von ihm nichts; ohne Erlaubnis ist alles verboten.
- Jede Spalte zeigt, was eine Person mit dieser einen Rolle darf. Wer mehrere Rollen hat, darf, was eine davon erlaubt.
- „ja, nichts Eigenes“: Was die Person selbst geschrieben hat, darf sie nicht freigeben oder in Kraft setzen, auch nicht mit allen Rollen.
- Wer Text nicht lesen darf, sieht ihn verdeckt. Die Bereitschaft sieht nur Krisenfälle.
";

const HEAD_EN: &str = "\
# Who may do what

This page is written by `cargo xtask permissions` from the rules by which the program checks each act at the desk
([policies/desk/desk.cedar](../../../policies/desk/desk.cedar)). `cargo xtask tidy` fails when it is no longer true. Please don't change it by hand.

- Roles hold at a site. Who has no role at a site sees nothing of it; what nothing permits is forbidden.
- Each column shows what a person with this one role may do. Who has several roles may do what one of them permits.
- “yes, nothing of their own”: what the person wrote they may not approve or put in force, not even with all roles.
- Who may not read a text sees it covered. Those on call see crisis cases alone.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
    }

    fn row(page: &str, action: &str) -> String {
        page.lines().find(|line| line.contains(&format!("(`{action}`)"))).unwrap().to_owned()
    }

    #[test]
    fn the_committed_pages_say_what_the_rules_say() {
        assert_eq!(stale(&root()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_changed_rule_changes_the_table() {
        let words = words(&root()).unwrap();
        let text = std::fs::read_to_string(root().join("policies/desk/desk.cedar")).unwrap();
        let rule = "permit (principal, action == Action::\"resume\", resource)\nwhen { context.roles.contains(Role::\"approver\") };";
        assert!(text.contains(rule), "the rule that this test changes");
        let wider = text.replace(rule, &rule.replace("Role::\"approver\"", "Role::\"admin\""));
        let page = |text: &str| page(&Desk::read("desk.cedar", text).unwrap(), &words, Lang::En).unwrap();
        let (before, after) = (page(&text), page(&wider));
        assert!(row(&before, "resume").ends_with("| – | yes | – | – | – | – | `desk.resume` |"), "{before}");
        assert!(row(&after, "resume").ends_with("| – | – | – | yes | – | – | `desk.resume` |"), "{after}");
        assert_eq!(row(&before, "pause"), row(&after, "pause"));
    }

    #[test]
    fn what_one_wrote_is_told_apart() {
        let words = words(&root()).unwrap();
        let page = page(&Desk::load().unwrap(), &words, Lang::De).unwrap();
        assert!(row(&page, "approve").contains("| ja, nichts Eigenes |"), "{page}");
        assert!(row(&page, "approve").ends_with("| `desk.approve`, `desk.own_draft` |"), "{page}");
    }

    #[test]
    fn an_action_without_words_and_a_mistyped_one_are_found() {
        let mut words = words(&root()).unwrap();
        let part = words.part.iter_mut().find(|part| part.action.contains_key("approve")).unwrap();
        let twin = part.action.remove("approve").unwrap();
        part.action.insert("aprove".to_owned(), twin);
        assert_eq!(
            unnamed(&words),
            [
                "policies/desk/words.toml has no words for approve",
                "policies/desk/words.toml names aprove, which the rules don't know"
            ]
        );
    }
}
