//! Trains and measures triage's linear model.

mod data;
mod fit;
mod measure;

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use bedside_core::{
    model::{LANES, Table, TableParts},
    triage::Lang,
};

use data::Row;
use fit::Settings;

/// The languages that have a model each, with the models' files.
const LANGS: [(Lang, &str); 2] = [(Lang::En, "models/triage_en.bin"), (Lang::De, "models/triage_de.bin")];

/// Makes `models/triage_*.bin` anew.
pub fn train(root: &Path, data: &Path) -> Result<bool> {
    let rows = data::read(data, &root.join("models/authored"))?;
    for (lang, path) in LANGS {
        let known: Vec<&Row> = rows.iter().filter(|row| row.lang == lang && !data::kept_back(row)).collect();
        let file = calibrated(&known, &Settings::of(lang), true)?.encode();
        let path = root.join(path);
        fs::write(&path, &file).with_context(|| path.display().to_string())?;
        println!("{}: {} bytes from {} rows", path.display(), file.len(), known.len());
    }
    Ok(true)
}

/// Measures `models/triage_*.bin` and models that never saw a source, and prints the tables of the card.
pub fn evaluate(root: &Path, data: &Path) -> Result<bool> {
    let rows = data::read(data, &root.join("models/authored"))?;
    let [english, german] = LANGS.map(|(_, path)| {
        let path = root.join(path);
        let table = Table::read(&fs::read(&path).with_context(|| path.display().to_string())?);
        table.with_context(|| format!("{} is no table: run cargo xtask train triage first", path.display()))
    });
    measure::all(&rows, english?, german?)
}

/// Fits to seven eighths and calibrates with the last; `again`: then fits to all with that calibration.
fn calibrated(rows: &[&Row], settings: &Settings, again: bool) -> Result<TableParts> {
    let apart = |row: &&&Row| (row.hash / 5).is_multiple_of(8);
    let most: Vec<&Row> = rows.iter().filter(|row| !apart(row)).copied().collect();
    let rest: Vec<&Row> = rows.iter().filter(apart).copied().collect();
    let first = fit::fit(&most, settings);
    let table = Table::read(&first.encode()).context("a table just made can't be read")?;
    let mut parts = if again { fit::fit(rows, settings) } else { first };
    let mut seen: Vec<Vec<(f32, f32, f32)>> = vec![Vec::new(); LANES];
    for row in &rest {
        let (aims, weights) = data::aims(row);
        let raw = table.raw(&row.features.grams, &row.features.dense);
        for (((seen, raw), aim), weight) in seen.iter_mut().zip(raw).zip(aims).zip(weights) {
            if weight > 0.0 {
                seen.push((raw, aim, weight));
            }
        }
    }
    for ((seen, slope), offset) in seen.iter().zip(&mut parts.slopes).zip(&mut parts.offsets) {
        (*slope, *offset) = fit::platt(seen);
    }
    Ok(parts)
}
