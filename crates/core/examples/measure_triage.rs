//! Measures triage on labelled posts: `cargo run --release -p bedside-core --example measure_triage -- --data DIR`.
//! DIR holds `triage_{en,de}.jsonl` (`text`, `label`, `source`) and `hostility_{en,de}.jsonl` (`text`, `hostility`).
//! Prints recall and precision by topic and source, false alarms of the safety topics, hostility, and posts a second.

use std::{collections::BTreeMap, fs, io::Write, path::PathBuf, time::Instant};

use bedside_core::{
    time::Timestamp,
    triage::{Lang, Signals, Topic, Triage, TriageInput, Urgency},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let dir = match args.as_slice() {
        [_, flag, dir, ..] if flag == "--data" => PathBuf::from(dir),
        _ => return Err("expected --data DIR".into()),
    };
    let show = args.get(3).cloned();
    let triage = Triage::new();
    let mut out = std::io::stdout().lock();
    for lang in ["en", "de"] {
        let rows = rows(&dir.join(format!("triage_{lang}.jsonl")))?;
        let started = Instant::now();
        let read: Vec<Signals> = rows.iter().map(|row| read(&triage, text(row))).collect();
        let seconds = started.elapsed().as_secs_f64();
        writeln!(out, "\n# triage {lang}: {} posts, {:.0} posts/s", rows.len(), rows.len() as f64 / seconds)?;
        topics(&mut out, &rows, &read)?;
        alarms(&mut out, &rows, &read, show.as_deref())?;
        languages(&mut out, &read)?;
        let rows = self::rows(&dir.join(format!("hostility_{lang}.jsonl")))?;
        let read: Vec<Signals> = rows.iter().map(|row| self::read(&triage, text(row))).collect();
        hostility(&mut out, lang, &rows, &read)?;
    }
    Ok(())
}

fn rows(path: &PathBuf) -> Result<Vec<serde_json::Value>, Box<dyn std::error::Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text(row: &serde_json::Value) -> &str {
    row.get("text").and_then(|text| text.as_str()).unwrap_or_default()
}

fn word<'a>(row: &'a serde_json::Value, key: &str) -> &'a str {
    row.get(key).and_then(|value| value.as_str()).unwrap_or_default()
}

fn read(triage: &Triage, text: &str) -> Signals {
    triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at: Timestamp::from_micros(0) })
}

/// By label and source: how many have the topic at all, how many first; how often another label's row has it first.
fn topics(
    out: &mut impl Write,
    rows: &[serde_json::Value],
    read: &[Signals],
) -> Result<(), Box<dyn std::error::Error>> {
    let mut by: BTreeMap<(&str, &str), [usize; 4]> = BTreeMap::new();
    let mut first: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (row, signals) in rows.iter().zip(read) {
        let label = word(row, "label");
        let counts = by.entry((label, word(row, "source"))).or_default();
        let top = signals.topics.first().map(|one| one.topic.as_str());
        counts[0] += 1;
        counts[1] += usize::from(Topic::from_word(label).is_some_and(|topic| signals.has(topic)));
        counts[2] += usize::from(top == Some(label));
        counts[3] += usize::from(top.is_none());
        if let Some(top) = top {
            let counts = first.entry(top).or_default();
            counts[0] += 1;
            counts[1] += usize::from(top == label);
        }
    }
    writeln!(out, "{:<20}{:<18}{:>7}{:>8}{:>8}{:>8}", "label", "source", "rows", "found", "first", "unsure")?;
    for ((label, source), [n, found, top, none]) in by {
        let part = |k: usize| k as f64 / n as f64;
        writeln!(out, "{label:<20}{source:<18}{n:>7}{:>8.2}{:>8.2}{:>8.2}", part(found), part(top), part(none))?;
    }
    for (topic, [n, right]) in first {
        writeln!(out, "first {topic:<20}{n:>7} precision {:.2}", right as f64 / n as f64)?;
    }
    Ok(())
}

/// Posts of ordinary labels that would go to the top of the queue or wake somebody.
fn alarms(
    out: &mut impl Write,
    rows: &[serde_json::Value],
    read: &[Signals],
    show: Option<&str>,
) -> Result<(), Box<dyn std::error::Error>> {
    let ordinary = |label: &str| !matches!(label, "medical_emergency" | "harassment" | "bereavement");
    let (mut all, mut look, mut page) = (0, 0, 0);
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, signals) in rows.iter().zip(read).filter(|(row, _)| ordinary(word(row, "label"))) {
        all += 1;
        look += usize::from(signals.urgency >= Urgency::LookNow);
        page += usize::from(signals.urgency == Urgency::Page);
        for topic in [Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding] {
            if signals.has(topic) {
                *by.entry(topic.as_str()).or_default() += 1;
                if show == Some(topic.as_str()) {
                    let rules: Vec<_> = signals.signals.iter().filter(|s| s.topic == Some(topic)).collect();
                    writeln!(out, "  {:?} {} {rules:?}", signals.urgency, text(row))?;
                }
            }
        }
    }
    let per = |n: usize| n as f64 * 1000.0 / all as f64;
    writeln!(
        out,
        "ordinary {all}: look now {look} ({:.1} per 1000), page {page} ({:.1} per 1000) {by:?}",
        per(look),
        per(page)
    )?;
    Ok(())
}

fn languages(out: &mut impl Write, read: &[Signals]) -> Result<(), Box<dyn std::error::Error>> {
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    read.iter().for_each(|signals| *by.entry(signals.lang.as_str()).or_default() += 1);
    writeln!(out, "languages {by:?}")?;
    Ok(())
}

fn hostility(
    out: &mut impl Write,
    lang: &str,
    rows: &[serde_json::Value],
    read: &[Signals],
) -> Result<(), Box<dyn std::error::Error>> {
    let mut table = [[0usize; 4]; 4];
    for (row, signals) in rows.iter().zip(read) {
        let told = row.get("hostility").and_then(serde_json::Value::as_u64).unwrap_or(0).min(3) as usize;
        let found = usize::from(signals.hostility.0.min(3));
        if let Some(cell) = table.get_mut(told).and_then(|row| row.get_mut(found)) {
            *cell += 1;
        }
    }
    writeln!(out, "hostility {lang}: rows are labels, columns found 0..3")?;
    for (label, row) in table.iter().enumerate() {
        let all: usize = row.iter().sum();
        writeln!(out, "  {label}: {row:?} found any {:.2}", (all - row[0]) as f64 / all.max(1) as f64)?;
    }
    Ok(())
}
