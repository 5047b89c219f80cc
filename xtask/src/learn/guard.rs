//! The guard's second reader: `train guard` makes `models/guard.bin` anew from the drafts in `models/authored/drafts`,
//! `evaluate guard` measures. Neither needs other data; `--cases FILE` measures the built guard on drafts of a JSONL file
//! as well, `--show` prints the open drafts with their scores.

mod fit;
mod table;

use std::{fs, path::Path, time::Instant};

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
    /// What it counts in training: the rows of the guard's own tests and what it proposes itself must come out right.
    pub(super) weight: f32,
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
        }
    }
}

/// Trains or measures; `words` are `guard [--cases FILE | --show]`.
pub(super) fn learn(root: &Path, verb: Verb, words: &[String]) -> Result<bool> {
    let (cases, show) = match words {
        [_] => (None, false),
        [_, flag] if flag == "--show" => (None, true),
        [_, flag, file] if flag == "--cases" => (Some(Path::new(file)), false),
        _ => bail!("usage: cargo xtask {} guard [--cases FILE | --show]", verb.as_str()),
    };
    let classes = Classes::new();
    let rows = read(root, &classes)?;
    match verb {
        Verb::Train => train(root, &rows),
        Verb::Evaluate => evaluate(&rows, cases, show),
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
fn evaluate(rows: &[Row], cases: Option<&Path>, show: bool) -> Result<bool> {
    let lists = Guard::with(None);
    let open: Vec<&Row> = rows.iter().filter(|row| !row.held_out).collect();
    let held: Vec<&Row> = rows.iter().filter(|row| row.held_out).collect();
    let measured: Vec<&Row> = open.iter().copied().filter(|row| !row.aside).collect();
    Table::of("lists alone, open rows", &measured, |row| verdict(&lists, row)).print();
    let mut both = Table::new("lists and second reader, open rows, five folds");
    for fold in 0..5 {
        let learnt: Vec<&Row> = open.iter().copied().filter(|row| row.part % 5 != fold).collect();
        let weights = fit::fit(&learnt);
        if show {
            scores(&weights, measured.iter().copied().filter(|row| row.part % 5 == fold));
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
    println!("\n2,000 characters: {} µs", time(&guard, &measured));
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

/// Microseconds for one long draft, the middle of twenty: refused drafts in a row, whose every repair is tried out.
fn time(guard: &Guard, rows: &[&Row]) -> u128 {
    let refused = rows.iter().filter(|row| row.expected == Verdict::Block);
    let text: String = refused.flat_map(|row| row.draft.chars().chain([' '])).take(2000).collect();
    let Some(row) = rows.first() else { return 0 };
    let mut times: Vec<u128> = (0..20)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(guard.check(&DraftText { text: &text, ..row.text(&[]) }));
            start.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    times.get(10).copied().unwrap_or(0)
}

/// Each draft of a fold with the score of its worst sentence, to choose the bounds by.
fn scores<'a>(weights: &Weights, rows: impl Iterator<Item = &'a Row>) {
    for row in rows {
        let best = row.sentences.iter().map(|s| weights.judge(s)).max_by(|a, b| a.score.total_cmp(&b.score));
        if let Some(best) = best {
            println!("{:.2} {} {} {} | {}", best.score, row.expected.as_str(), row.lang, best.kind.as_str(), row.draft);
        }
    }
}

fn verdict(guard: &Guard, row: &Row) -> Verdict {
    let facts = ["Klinikum Lindental", "0721 55 66 77", "patienten@lindental.example"].map(str::to_owned);
    guard.check(&row.text(&facts)).verdict
}

/// Where the guard's own tests have their rows.
const TESTS: &str = "crates/core/tests/rows";

/// All drafts of ours, in the order of their files.
fn read(root: &Path, classes: &Classes) -> Result<Vec<Row>> {
    let mut all = Vec::new();
    let own = Guard::with(None);
    for lang in ["en", "de"] {
        for (folder, name, aside) in [
            ("models/authored/drafts", format!("{lang}.txt"), false),
            ("models/authored/drafts", format!("more_{lang}.txt"), true),
            (TESTS, format!("drafts_{lang}.txt"), true),
        ] {
            let path = root.join(folder).join(name);
            for (n, line) in rows::lines(&path)? {
                let mut row = parse(&line, lang, aside).with_context(|| format!("{}:{n}", path.display()))?;
                let must_hold = folder == TESTS || own.repairs().any(|form| row.draft.starts_with(form));
                row.weight = if must_hold { 3.0 } else { 1.0 };
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

fn row(judged: (&str, &str, &[&str]), post: &str, draft: &str, lang: &'static str, aside: bool) -> Result<Row> {
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
        weight: 1.0,
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
