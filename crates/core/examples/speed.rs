//! How many posts a core reads in a second of its own time: `cargo run --release -p bedside-core --example speed -- FILE.jsonl`.
//! FILE holds JSON lines with `text`. Prints the best of five rounds.
#![allow(clippy::print_stdout, reason = "a command's result goes to standard output")]

use std::{error::Error, fs, time::Instant};

use bedside_core::{
    time::Timestamp,
    triage::{Lang, Triage, TriageInput},
};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("expected FILE.jsonl")?;
    let rows = fs::read_to_string(&file)?;
    let rows: Vec<serde_json::Value> = rows.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let texts: Vec<&str> = rows.iter().filter_map(|row| row.get("text").and_then(|text| text.as_str())).collect();
    let letters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let at = Timestamp::from_micros(0);
    for (name, triage) in [("rules and model", Triage::new()), ("rules alone", Triage::new().with_models(None, None))] {
        let round = |_| {
            let begun = Instant::now();
            let found: usize = texts
                .iter()
                .map(|text| triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at }).topics.len())
                .sum();
            (begun.elapsed().as_secs_f64(), found)
        };
        let (best, found) = (0..5).map(round).fold((f64::MAX, 0), |a, b| if b.0 < a.0 { b } else { a });
        println!(
            "{name}: {:.0} posts/s, {} posts of {} characters on average, {found} topics",
            texts.len() as f64 / best,
            texts.len(),
            letters / texts.len().max(1)
        );
    }
    Ok(())
}
