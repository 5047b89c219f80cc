//! The guard's second reader: `train guard` makes `models/guard.bin` anew from the drafts in `models/authored/drafts`,
//! `evaluate guard` measures. Both need no other data; `--cases FILE` measures drafts of a JSONL file as well.

mod fit;
mod table;

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use bedside_core::{
    guard::{
        DraftText, Guard, Kind, Verdict,
        second::{self, Classes, Sentence, Weights},
    },
    site::Jurisdiction,
    triage::Lang,
};
use serde::Deserialize;

use super::{Verb, rows};
use table::Table;

/// A judged draft.
pub(super) struct Row {
    pub(super) expected: Verdict,
    pub(super) kinds: Vec<Kind>,
    pub(super) jurisdiction: Jurisdiction,
    pub(super) post: String,
    pub(super) draft: String,
    pub(super) lang: &'static str,
    /// Which of ten parts it is in, by its draft alone.
    pub(super) part: u64,
    /// Kept back from training for the figures of the card.
    pub(super) held_out: bool,
    /// Only trained with, not measured: the rows of the tests, and variants.
    pub(super) aside: bool,
    pub(super) sentences: Vec<Sentence>,
}

impl Row {
    fn text<'a>(&'a self, facts: &'a [String]) -> DraftText<'a> {
        DraftText {
            text: &self.draft,
            lang: Lang::Unknown,
            jurisdiction: self.jurisdiction,
            public: true,
            consented: false,
            inbound_text: Some(&self.post),
            inbound_handle: None,
            public_facts: facts,
            people: None,
        }
    }
}

/// Trains or measures; `words` are `guard [--cases FILE]`.
pub(super) fn learn(root: &Path, verb: Verb, words: &[String]) -> Result<bool> {
    let cases = match words {
        [_] => None,
        [_, flag, file] if flag == "--cases" => Some(Path::new(file)),
        _ => bail!("usage: cargo xtask {} guard [--cases FILE]", verb.as_str()),
    };
    let classes = Classes::new();
    let rows = read(root, &classes)?;
    match verb {
        Verb::Train => train(root, &rows),
        Verb::Evaluate => evaluate(&rows, cases),
    }
}

fn train(root: &Path, rows: &[Row]) -> Result<bool> {
    let all: Vec<&Row> = rows.iter().collect();
    let bytes = fit::fit(&all).write();
    ensure!(Weights::read(&bytes).is_ok(), "the weights can't be read again");
    let file = root.join("models/guard.bin");
    fs::write(&file, &bytes).with_context(|| file.display().to_string())?;
    println!("models/guard.bin: {} bytes from {} drafts", bytes.len(), rows.len());
    Ok(true)
}

/// The lists alone and with the second reader: five times on a fifth of the open drafts that it was not trained with, and
/// once on the drafts held out.
fn evaluate(rows: &[Row], cases: Option<&Path>) -> Result<bool> {
    let lists = Guard::with(None);
    let open: Vec<&Row> = rows.iter().filter(|row| !row.held_out).collect();
    let held: Vec<&Row> = rows.iter().filter(|row| row.held_out).collect();
    let measured: Vec<&Row> = open.iter().copied().filter(|row| !row.aside).collect();
    let show = std::env::var("GUARD_SHOW").is_ok();
    Table::of("lists alone, open rows", &measured, |row| verdict(&lists, row)).print();
    let mut both = Table::new("lists and second reader, open rows, five folds");
    for fold in 0..5 {
        let learnt: Vec<&Row> = open.iter().copied().filter(|row| row.part % 5 != fold).collect();
        let weights = fit::fit(&learnt);
        if show {
            scores(&lists, &weights, measured.iter().copied().filter(|row| row.part % 5 == fold));
        }
        let guard = Guard::with(Some(weights));
        for row in measured.iter().filter(|row| row.part % 5 == fold) {
            both.add(row, verdict(&guard, row));
        }
    }
    both.print();
    Table::of("lists alone, rows held out", &held, |row| verdict(&lists, row)).print();
    let guard = Guard::with(Some(fit::fit(&open)));
    Table::of("lists and second reader, rows held out", &held, |row| verdict(&guard, row)).print();
    if let Some(file) = cases {
        let guard = Guard::new();
        let cases = read_cases(file)?;
        let cases: Vec<&Row> = cases.iter().collect();
        Table::of("the guard as it is built, cases", &cases, |row| verdict(&guard, row)).print();
        for row in cases.iter().filter(|row| verdict(&guard, row) != row.expected) {
            println!("expected {}, is {}: {}", row.expected.as_str(), verdict(&guard, row).as_str(), row.draft);
        }
    }
    Ok(true)
}

fn scores<'a>(lists: &Guard, weights: &Weights, rows: impl Iterator<Item = &'a Row>) {
    for row in rows {
        let best = row.sentences.iter().map(|s| weights.judge(s)).max_by(|a, b| a.score.total_cmp(&b.score));
        if let Some(best) = best {
            let (expected, by_lists) = (row.expected.as_str(), verdict(lists, row).as_str());
            println!("S {:.2} {expected} {by_lists} {} {} | {}", best.score, row.lang, best.kind.as_str(), row.draft);
        }
    }
}

fn verdict(guard: &Guard, row: &Row) -> Verdict {
    let facts = ["Klinikum Lindental", "0721 55 66 77", "patienten@lindental.example"].map(str::to_owned);
    guard.check(&row.text(&facts)).verdict
}

/// All drafts of ours, in the order of their files.
fn read(root: &Path, classes: &Classes) -> Result<Vec<Row>> {
    let mut all = Vec::new();
    for lang in ["en", "de"] {
        for (folder, name, aside) in [
            ("models/authored/drafts", format!("{lang}.txt"), false),
            ("models/authored/drafts", format!("more_{lang}.txt"), true),
            ("crates/core/tests/rows", format!("drafts_{lang}.txt"), true),
        ] {
            let path = root.join(folder).join(name);
            for (n, line) in rows::lines(&path)? {
                let row = parse(&line, lang, aside).with_context(|| format!("{}:{n}", path.display()))?;
                all.push(row);
            }
        }
    }
    for row in &mut all {
        row.sentences = second::sentences(classes, &row.text(&[]));
    }
    Ok(all)
}

/// `expected|jurisdiction|kinds|post|draft`; rows of the tests have no kinds.
fn parse(line: &str, lang: &'static str, aside: bool) -> Result<Row> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let (expected, jurisdiction, kinds, post, draft) = match parts.as_slice() {
        [expected, jurisdiction, kinds, post, draft] => (expected, jurisdiction, *kinds, post, draft),
        [expected, jurisdiction, post, draft] => (expected, jurisdiction, "-", post, draft),
        _ => bail!("expected five parts between |"),
    };
    let kinds: Vec<&str> = kinds.split('+').filter(|kind| !matches!(*kind, "-" | "")).collect();
    row((expected, jurisdiction, &kinds), post, draft, lang, aside)
}

fn row(
    judged: (&str, &str, &[&str]),
    post: &str,
    draft: &str,
    lang: &'static str,
    aside: bool,
) -> Result<Row> {
    let (expected, jurisdiction, kinds) = judged;
    let expected = [Verdict::Allow, Verdict::Warn, Verdict::Block].into_iter().find(|one| one.as_str() == expected);
    let part = part(draft);
    Ok(Row {
        expected: expected.context("neither allow nor warn nor block")?,
        kinds: kinds.iter().map(|kind| kind_of(kind)).collect::<Result<_>>()?,
        jurisdiction: Jurisdiction::from_word(&jurisdiction.to_lowercase()).context("no such jurisdiction")?,
        post: post.to_owned(),
        draft: draft.to_owned(),
        lang,
        part,
        held_out: !aside && part < 3,
        aside,
        sentences: Vec::new(),
    })
}

/// People name some kinds shorter than the guard does.
fn kind_of(word: &str) -> Result<Kind> {
    let word = match word {
        "admits_fault" => "fault_admission",
        "on_litigation" => "statement_on_litigation",
        "casualty_details" => "casualty_details_unreleased",
        "derogatory" => "derogatory_tone",
        "platform_message" => "platform_dm_for_care_matter",
        "thanks_in_de" => "thanks_in_DE",
        "uses_name" => "names_person",
        word => word,
    };
    Kind::from_word(word).with_context(|| format!("no kind {word}"))
}

/// A tenth of all drafts, by FNV-1a of the text: the same draft is always in the same part.
fn part(draft: &str) -> u64 {
    let hash = draft
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 20) % 10
}

#[derive(Deserialize)]
struct Case {
    expected: String,
    jurisdiction: String,
    inbound_post: String,
    draft: String,
    lang: String,
}

fn read_cases(file: &Path) -> Result<Vec<Row>> {
    let cases: Vec<Case> = rows::jsonl(file)?;
    let of = |case: Case| {
        let lang = if case.lang == "de" { "de" } else { "en" };
        row((&case.expected, &case.jurisdiction, &[]), &case.inbound_post, &case.draft, lang, true)
    };
    cases.into_iter().map(of).collect()
}
