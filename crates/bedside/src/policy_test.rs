//! `bedside policy test FILE`: decides cases with sorting and rules as they run, and says which are right and which do harm.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

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

/// The rules of every jurisdiction.
pub struct Packs(BTreeMap<&'static str, Rules>);

impl Packs {
    /// The packs that come with the program; or those in `folder`, which is laid out as `policies` is (`common` and a folder
    /// per jurisdiction) or holds files that are added to ours.
    ///
    /// # Errors
    /// A file can't be read, the folder holds no rules, or a rule is not as it must be: all are named with file and line.
    pub fn load(folder: Option<&Path>) -> Result<Self> {
        let mut packs = BTreeMap::new();
        for jurisdiction in Jurisdiction::ALL {
            packs.insert(jurisdiction.as_str(), rules(jurisdiction, folder)?);
        }
        Ok(Self(packs))
    }

    /// The rules of one.
    #[must_use]
    pub fn of(&self, jurisdiction: Jurisdiction) -> Option<&Rules> {
        self.0.get(jurisdiction.as_str())
    }
}

/// The rules of one jurisdiction, of ours or of a folder.
fn rules(jurisdiction: Jurisdiction, folder: Option<&Path>) -> Result<Rules> {
    let Some(folder) = folder else { return Ok(Rules::load(jurisdiction, &[])?) };
    let is_whole = folder.join("common").is_dir();
    let files = if is_whole {
        [files_of(&folder.join("common"))?, files_of(&folder.join(jurisdiction.as_str()))?].concat()
    } else {
        files_of(folder)?
    };
    ensure!(
        !files.is_empty(),
        "{} holds no .cedar file: name a folder laid out as policies is, or one with rules to be added",
        folder.display()
    );
    let mut texts = Vec::with_capacity(files.len());
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        texts.push((file.display().to_string(), text));
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(if is_whole { Rules::from_texts(&texts)? } else { Rules::load(jurisdiction, &texts)? })
}

/// The rule files of a folder by name; none where there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "cedar") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Decides every case of a file; `-` is the standard input.
///
/// # Errors
/// The file can't be read or a line is no case.
pub fn score(file: &Path, packs: &Packs) -> Result<Score> {
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
    Ok(cases::score(&cases, &sorting, &|jurisdiction| packs.of(jurisdiction)))
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
