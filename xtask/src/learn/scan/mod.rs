//! Trains and measures the sequence model of the scan (`crates/core/src/scan`). Features come from core, so that what is
//! trained and what is used see the same.

mod measure;
mod rows;
mod train;

use std::{fs, path::Path};

use anyhow::Result;
use bedside_core::{
    scan::{Chain, Scanner},
    triage::Lang,
};

use measure::{Measured, measure};
use rows::Row;

/// Trains on all rows and writes `models/scan_{de,en}.bin`.
pub fn train(root: &Path, data: &Path) -> Result<()> {
    for (lang, word) in [(Lang::De, "de"), (Lang::En, "en")] {
        let rows = rows::read(root, data, word)?;
        let all: Vec<&Row> = rows.iter().collect();
        let path = root.join(format!("models/scan_{word}.bin"));
        fs::write(&path, train::train(&all, lang).to_bytes())?;
        println!("{} from {} rows", path.display(), all.len());
    }
    Ok(())
}

/// Prints the tables of the card. Each part is measured by weights that were trained without it in the same way.
pub fn evaluate(root: &Path, data: &Path) -> Result<()> {
    let en = rows::read(root, data, "en")?;
    let de = rows::read(root, data, "de")?;
    println!("## Tuned on: one fifth of the groups, trained on three fifths");
    Table::head();
    apart(&en, Lang::En, |row| row.fold() == 1, |row| row.fold() > 1);
    letters(&de, |row| row.fold() > 0);
    apart(&de, Lang::De, |row| row.fold() == 1 && row.source != rows::LETTERS, |row| row.fold() > 1);
    if std::env::var_os("SCAN_DEV").is_some() {
        return Ok(());
    }
    println!("\n## Kept back: one fifth of the groups, never looked at while tuning, trained on the others");
    Table::head();
    apart(&en, Lang::En, |row| row.fold() == 0, |row| row.fold() > 0);
    apart(&de, Lang::De, |row| row.fold() == 0, |row| row.fold() > 0);
    println!("\n## German letters, each patient's read by weights trained without them");
    Table::head();
    letters(&de, |_| true);
    println!("\n## Sources never seen, trained on the others");
    Table::head();
    for source in ["btc_h", "presidio_synth_v2", "wnut17_dev", rows::AUTHORED] {
        apart(&en, Lang::En, |row| row.source == source, |row| row.source != source);
    }
    apart(&de, Lang::De, |row| row.source == rows::AUTHORED, |row| row.source != rows::AUTHORED);
    apart(&de, Lang::De, |row| row.source == rows::LETTERS, |row| row.source != rows::LETTERS);
    Ok(())
}

/// Trains on some rows and measures others, source by source.
fn apart(all: &[Row], lang: Lang, tested: impl Fn(&Row) -> bool, trained: impl Fn(&Row) -> bool) {
    let rows: Vec<&Row> = all.iter().filter(|row| trained(row)).collect();
    let scanner = scanner(train::train(&rows, lang), lang);
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
fn letters(all: &[Row], within: impl Fn(&Row) -> bool) {
    let mut sum = Measured::default();
    for part in 0..5 {
        let is_tested = |row: &Row| row.source == rows::LETTERS && row.part() == part;
        let rows: Vec<&Row> = all.iter().filter(|row| within(row) && !is_tested(row)).collect();
        let scanner = scanner(train::train(&rows, Lang::De), Lang::De);
        sum.add(&measure(&scanner, Lang::De, all.iter().filter(|row| within(row) && is_tested(row))));
    }
    Table::row(rows::LETTERS, &sum);
}

fn scanner(chain: Chain, lang: Lang) -> Scanner {
    if lang == Lang::De { Scanner::with_chains(Some(chain), None) } else { Scanner::with_chains(None, Some(chain)) }
}

struct Table;

impl Table {
    fn head() {
        println!(
            "| source | texts with an identifier | missed | missed, places and houses too | nothing found | clean | flagged | flagged, places and houses too | NAME P | R | F2 | F2 touching | characters F2 | missed by kind |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    }

    fn row(source: &str, one: &Measured) {
        println!("| {source} | {one} |");
    }
}
