//! `bedside policy test FILE`: decides cases with sorting and rules as they run, and says which are right and which do harm.

use std::{collections::BTreeMap, fmt::Write as _, fs, io::Read as _, path::Path};

use anyhow::{Context as _, Result, ensure};
use bedside_core::{
    policy::{
        Rules,
        cases::{self, Case, Score, Tally},
    },
    site::Jurisdiction,
    time::Timestamp,
    triage::{Lang, Triage, TriageInput},
};

use super::Pack;

/// The rules of every jurisdiction: ours, or with those of a folder.
///
/// # Errors
/// A rule is not as it must be: all problems are named with file and line.
pub fn rules(pack: Option<&Pack>) -> Result<BTreeMap<&'static str, Rules>> {
    let rules_of = |jurisdiction| match pack {
        Some(pack) => pack.rules(jurisdiction, &[]),
        None => Ok(Rules::load(jurisdiction, &[])?),
    };
    Jurisdiction::ALL.into_iter().map(|one| Ok((one.as_str(), rules_of(one)?))).collect()
}

/// Decides every case of a file; `-` is the standard input.
///
/// # Errors
/// The file can't be read or a line is no case.
pub fn score(file: &Path, rules: &BTreeMap<&'static str, Rules>) -> Result<Score> {
    let name = file.display();
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("the standard input")?;
        text
    } else {
        fs::read_to_string(file).with_context(|| name.to_string())?
    };
    let cases = cases::read(&text).map_err(|bad| anyhow::anyhow!("{name}: {bad}"))?;
    ensure!(!cases.is_empty(), "{name} holds no case");
    let triage = Triage::new();
    let sorting = |case: &Case, text: &str, at: Timestamp| match &case.says {
        Some(says) => says.signals(text, Lang::Unknown),
        None => triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at }),
    };
    Ok(cases::score(&cases, &sorting, &|jurisdiction| rules.get(jurisdiction.as_str())))
}

/// The result as a table, with what was wrong below.
#[must_use]
pub fn table(score: &Score) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{:<18} {:>6} {:>6} {:>6}", "family", "cases", "right", "harms");
    let all = Tally { cases: score.cases, right: score.right, harms: score.harms };
    for (family, tally) in score.by_family.iter().map(|(name, tally)| (name.as_str(), tally)).chain([("all", &all)]) {
        let _ = writeln!(out, "{family:<18} {:>6} {:>6} {:>6}", tally.cases, tally.right, tally.harms);
    }
    for wrong in &score.wrong {
        let mark = if wrong.harm { "HARM" } else { "wrong" };
        let (parts, right, because) =
            (wrong.parts.join(" + "), wrong.acceptable.join(" or "), wrong.because.join(", "));
        let _ = writeln!(out, "{mark} {}: {parts}; right would be {right}; by {because}", wrong.id);
    }
    out.trim_end().to_owned()
}
