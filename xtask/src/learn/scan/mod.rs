//! Trains and measures the sequence model of the scan (`crates/core/src/scan`). Features come from core, so that what is
//! trained and what is used see the same.

mod classes;
mod measure;
mod names;
mod rows;
mod train;

use std::{fs, path::Path};

use anyhow::Result;
use bedside_core::{
    scan::{Reader, Scanner, Usage},
    triage::Lang,
};

use measure::{Measured, measure};
use names::Names;
use rows::Row;

/// Trains on all rows and writes `models/scan_{de,en}.bin`.
pub fn train(root: &Path, data: &Path) -> Result<()> {
    let means = Means::read(root, data)?;
    for (lang, word) in [(Lang::De, "de"), (Lang::En, "en")] {
        let rows = rows::read(root, data, word)?;
        let all: Vec<&Row> = rows.iter().collect();
        let path = root.join(format!("models/scan_{word}.bin"));
        fs::write(root.join(format!("models/usage_{word}.bin")), means.usage(lang).to_bytes())?;
        fs::write(&path, train::train(&all, lang, &means.names, means.usage(lang)).to_bytes())?;
        println!("{} from {} rows", path.display(), all.len());
    }
    Ok(())
}

/// Prints the tables of the card. Each part is measured by weights that were trained without it in the same way.
pub fn evaluate(root: &Path, data: &Path) -> Result<()> {
    let means = Means::read(root, data)?;
    let en = rows::read(root, data, "en")?;
    let de = rows::read(root, data, "de")?;
    println!("## Kept back: one fifth of the groups, not looked at while tuning, trained on the others");
    Table::head();
    apart(&means, &en, Lang::En, |row| row.fold() == 0, |row| row.fold() > 0);
    apart(&means, &de, Lang::De, |row| row.fold() == 0, |row| row.fold() > 0);
    println!("\n## German letters, each patient's read by weights trained without them");
    Table::head();
    letters(&means, &de);
    println!("\n## Sources never seen, trained on the others");
    Table::head();
    let unseen = |row: &Row| ["btc_h", "presidio_synth_v2"].contains(&row.source.as_str());
    apart(&means, &en, Lang::En, unseen, |row| !unseen(row));
    let unseen = |row: &Row| row.source == rows::LETTERS;
    apart(&means, &de, Lang::De, unseen, |row| !unseen(row));
    println!("\n## Tuned on: another fifth, trained on the three that are left");
    Table::head();
    apart(&means, &en, Lang::En, |row| row.fold() == 1, |row| row.fold() > 1);
    apart(&means, &de, Lang::De, |row| row.fold() == 1, |row| row.fold() > 1);
    Ok(())
}

/// Trains on some rows and measures others, source by source.
fn apart(means: &Means, all: &[Row], lang: Lang, tested: impl Fn(&Row) -> bool, trained: impl Fn(&Row) -> bool) {
    let rows: Vec<&Row> = all.iter().filter(|row| trained(row)).collect();
    let scanner = means.scanner(&rows, lang);
    let tested: Vec<&Row> = all.iter().filter(|row| tested(row)).collect();
    let mut sources: Vec<&str> = tested.iter().map(|row| row.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut sum = Measured::default();
    for source in &sources {
        let rows = tested.iter().filter(|row| row.source == *source);
        let one = measure(&scanner, lang, rows.copied());
        Table::row(source, &one);
        sum.add(&one);
    }
    if sources.len() > 1 {
        Table::row(if lang == Lang::De { "German together" } else { "English together" }, &sum);
    }
}

/// Letters in five parts by patient, each read by weights trained on the others.
fn letters(means: &Means, all: &[Row]) {
    let mut sum = Measured::default();
    for part in 0..5 {
        let is_tested = |row: &Row| row.source == rows::LETTERS && row.part() == part;
        let rows: Vec<&Row> = all.iter().filter(|row| !is_tested(row)).collect();
        let scanner = means.scanner(&rows, Lang::De);
        sum.add(&measure(&scanner, Lang::De, all.iter().filter(|row| is_tested(row))));
    }
    Table::row(rows::LETTERS, &sum);
}

/// What training needs beside rows.
struct Means {
    names: Names,
    de: Usage,
    en: Usage,
}

impl Means {
    /// Usage is counted in texts that are not those measured: posts of the other tasks.
    fn read(root: &Path, data: &Path) -> Result<Self> {
        let scanner = Scanner::with(Reader::default(), Reader::default());
        let usage = |lang: &str| -> Result<Usage> {
            let mut texts = rows::texts(&data.join(format!("triage_{lang}.jsonl")))?;
            texts.extend(rows::texts(&data.join(format!("hostility_{lang}.jsonl")))?);
            let words: Vec<Vec<u64>> = texts.iter().map(|text| scanner.words(text)).collect();
            let classes = classes::classes(&words);
            Ok(Usage::count(texts.iter().map(String::as_str), |word| classes.get(&word).copied().unwrap_or(0)))
        };
        Ok(Self { names: Names::read(root)?, de: usage("de")?, en: usage("en")? })
    }

    const fn usage(&self, lang: Lang) -> &Usage {
        if matches!(lang, Lang::De) { &self.de } else { &self.en }
    }

    fn scanner(&self, rows: &[&Row], lang: Lang) -> Scanner {
        let usage = self.usage(lang);
        let reader = Reader { chain: Some(train::train(rows, lang, &self.names, usage)), usage: usage.clone() };
        if lang == Lang::De {
            Scanner::with(reader, Reader::default())
        } else {
            Scanner::with(Reader::default(), reader)
        }
    }
}

struct Table;

impl Table {
    fn head() {
        println!(
            "| source | texts with an identifier | missed | missed, places and houses too | nothing found | clean | flagged | flagged, places and houses too | handles alone | NAME P | R | F2 | F2 touching | characters F2 | missed by kind |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    }

    fn row(source: &str, one: &Measured) {
        println!("| {source} | {one} |");
    }
}
