//! Measures triage as the product uses it, and prints tables.
#![allow(clippy::indexing_slicing, reason = "tables of a fixed size, places bounded where they are made")]

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use bedside_core::{
    model::Table,
    time::Timestamp,
    triage::{Lang, Signals, Topic, Triage, TriageInput, Urgency},
};

use super::{
    calibrated,
    data::{self, Origin, Row},
    fit::Settings,
};

/// A row and what triage said of it.
pub type Read<'a> = (&'a Row, Signals);

pub fn read<'a>(triage: &Triage, rows: impl IntoIterator<Item = &'a Row>) -> Vec<Read<'a>> {
    let at = Timestamp::from_micros(0);
    let one = |row: &'a Row| (row, triage.read(&TriageInput { text: &row.text, lang_hint: Lang::Unknown, at }));
    rows.into_iter().map(one).collect()
}

fn top(signals: &Signals) -> Option<Topic> {
    signals.topics.first().or(signals.weaker.first()).map(|one| one.topic)
}

fn score(signals: &Signals, topic: Topic) -> f32 {
    let mut all = signals.topics.iter().chain(&signals.weaker);
    all.find(|one| one.topic == topic).map_or(0.0, |one| one.score)
}

/// Mean F1 over the labels that the rows have, of the top topic.
pub fn macro_f1(read: &[Read<'_>]) -> (f64, BTreeMap<&'static str, (usize, f64)>) {
    let mut counts: BTreeMap<Topic, [usize; 3]> = BTreeMap::new();
    for (row, signals) in read {
        let (Some(label), top) = (row.label, top(signals)) else { continue };
        let right = top == Some(label);
        let of_label = counts.entry(label).or_default();
        of_label[0] += 1;
        of_label[2] += usize::from(right);
        if let Some(top) = top {
            counts.entry(top).or_default()[1] += 1;
        }
    }
    let labels: BTreeMap<&'static str, (usize, f64)> = counts
        .iter()
        .filter(|(_, [n, ..])| *n > 0)
        .map(|(topic, [n, said, right])| (topic.as_str(), (*n, 2.0 * *right as f64 / (*n + *said) as f64)))
        .collect();
    (labels.values().map(|(_, f1)| f1).sum::<f64>() / labels.len().max(1) as f64, labels)
}

fn show_f1(name: &str, read: &[Read<'_>]) {
    let (mean, labels) = macro_f1(read);
    let each: Vec<String> = labels.iter().map(|(label, (n, f1))| format!("{label} {f1:.2} ({n})")).collect();
    println!("{name}: macro-F1 {mean:.3} of {} rows\n    {}", read.len(), each.join(", "));
}

fn by_source(read: &[Read<'_>]) {
    let mut by: BTreeMap<(&str, &str), [usize; 2]> = BTreeMap::new();
    let mut took: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for (row, signals) in read {
        let key = (row.source.as_str(), row.label.map_or("-", Topic::as_str));
        let count = by.entry(key).or_default();
        count[0] += 1;
        let said = top(signals);
        count[1] += usize::from(said == row.label);
        if said != row.label {
            *took.entry(key).or_default().entry(said.map_or("-", Topic::as_str)).or_default() += 1;
        }
    }
    println!("    {:<18} {:<18} {:>6} {:>6}  taken for", "source", "label", "rows", "right");
    for (key, [n, right]) in by {
        let mut wrong: Vec<_> = took.get(&key).into_iter().flatten().collect();
        wrong.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        let wrong: Vec<String> = wrong.iter().take(4).map(|(topic, n)| format!("{topic} {n}")).collect();
        println!("    {:<18} {:<18} {n:>6} {:>6.2}  {}", key.0, key.1, right as f64 / n as f64, wrong.join(", "));
    }
}

const SAFETY: &[Topic] = &[Topic::CrisisSuicide, Topic::MedicalEmergency, Topic::Threat, Topic::Safeguarding];

fn is_ordinary(row: &Row) -> bool {
    let quiet = row.topics.iter().all(|topic| !SAFETY.contains(topic) && *topic != Topic::Harassment);
    row.origin != Origin::Hostility && quiet && row.hostility.unwrap_or(0) < 3
}

fn pages(name: &str, read: &[Read<'_>]) {
    let ordinary: Vec<_> = read.iter().filter(|(row, _)| is_ordinary(row)).collect();
    let per = |urgency| {
        ordinary.iter().filter(|(_, s)| s.urgency >= urgency).count() as f64 * 1000.0 / ordinary.len().max(1) as f64
    };
    println!(
        "{name}: {} ordinary posts, per 1,000 pages {:.2}, look now {:.1}",
        ordinary.len(),
        per(Urgency::Page),
        per(Urgency::LookNow)
    );
    for topic in SAFETY {
        let rows: Vec<_> = read.iter().filter(|(row, _)| row.topics.contains(topic)).collect();
        if rows.len() >= 10 {
            let part = |urgency| rows.iter().filter(|(_, s)| s.urgency >= urgency).count() as f64 / rows.len() as f64;
            println!(
                "    {:<18} {:>5} rows: paged {:.2}, look now {:.2}",
                topic.as_str(),
                rows.len(),
                part(Urgency::Page),
                part(Urgency::LookNow)
            );
        }
    }
}

/// Recall of a topic where five of a hundred of `others` are taken for it.
fn recall_at_5(topic: Topic, of: &[&Read<'_>], others: &[&Read<'_>]) -> f64 {
    let mut scores: Vec<f32> = others.iter().map(|(_, signals)| score(signals, topic)).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    let least = scores.get(scores.len() / 20).copied().unwrap_or(0.0);
    of.iter().filter(|(_, signals)| score(signals, topic) > least).count() as f64 / of.len().max(1) as f64
}

fn danger(name: &str, read: &[Read<'_>], open: &[Read<'_>]) {
    for topic in SAFETY {
        for lang in [Lang::En, Lang::De] {
            let of: Vec<_> = read.iter().filter(|(row, _)| row.lang == lang && row.topics.contains(topic)).collect();
            let plain: Vec<_> = open.iter().filter(|(row, _)| row.lang == lang && is_ordinary(row)).collect();
            let hard: Vec<_> = read
                .iter()
                .filter(|(row, _)| row.lang == lang && row.source.contains("not") && !row.topics.contains(topic))
                .filter(|(row, _)| row.source.starts_with("crisis") == (*topic == Topic::CrisisSuicide))
                .collect();
            println!(
                "{name} {:<18} {}: {} rows; recall at 5 % of ordinary posts {:.3}, at 5 % of {} hard negatives {:.3}",
                topic.as_str(),
                lang.as_str(),
                of.len(),
                recall_at_5(*topic, &of, &plain),
                hard.len(),
                recall_at_5(*topic, &of, &hard)
            );
        }
    }
}

fn hostility(name: &str, read: &[Read<'_>]) {
    for lang in [Lang::En, Lang::De] {
        let rows: Vec<_> = read.iter().filter(|(row, _)| row.lang == lang && row.hostility.is_some()).collect();
        let mut table = [[0_usize; 4]; 4];
        for (row, signals) in &rows {
            table[usize::from(row.hostility.unwrap_or(0).min(3))][usize::from(signals.hostility.0.min(3))] += 1;
        }
        let mut f1 = Vec::new();
        for level in 0..4 {
            let n: usize = table[level].iter().sum();
            let said: usize = table.iter().map(|row| row[level]).sum();
            if n > 0 {
                f1.push(2.0 * table[level][level] as f64 / (n + said) as f64);
            }
        }
        let any = |told: bool, said: bool| {
            rows.iter().filter(|(row, s)| (row.hostility > Some(0)) == told && (s.hostility.0 > 0) == said).count()
        };
        let binary =
            2.0 * any(true, true) as f64 / (2 * any(true, true) + any(true, false) + any(false, true)).max(1) as f64;
        println!(
            "{name} {}: {} rows, F1 by level {:.2?}, mean {:.3}; any hostility F1 {binary:.3}",
            lang.as_str(),
            rows.len(),
            f1,
            f1.iter().sum::<f64>() / f1.len().max(1) as f64
        );
    }
}

fn calibration(name: &str, read: &[Read<'_>]) {
    let (mut bins, mut brier, mut n) = ([[0.0_f64; 3]; 10], 0.0, 0.0);
    for (row, signals) in read {
        if row.label.is_none() {
            continue;
        }
        let Some(best) = signals.topics.first().or(signals.weaker.first()) else { continue };
        let right = f64::from(u8::from(row.topics.contains(&best.topic)));
        let p = f64::from(best.score);
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin[0] += 1.0;
        bin[1] += p;
        bin[2] += right;
        brier += (p - right).powi(2);
        n += 1.0;
    }
    let ece: f64 = bins.iter().map(|[_, p, right]| (p - right).abs()).sum::<f64>() / f64::max(n, 1.0);
    let shown: Vec<String> = bins
        .iter()
        .filter(|[n, ..]| *n > 0.0)
        .map(|[n, p, right]| format!("{:.2}→{:.2} ({n})", p / n, right / n))
        .collect();
    println!(
        "{name}: expected calibration error {ece:.3}, Brier {:.3} of the top topic; said→right {}",
        brier / f64::max(n, 1.0),
        shown.join(" ")
    );
}

fn others(name: &str, read: &[Read<'_>]) {
    let own: Vec<_> = read.iter().filter(|(row, _)| row.origin == Origin::Authored).collect();
    let f1 = |told: &dyn Fn(&Row) -> bool, said: &dyn Fn(&Signals) -> bool| {
        let count = |a: bool, b: bool| own.iter().filter(|(row, s)| told(row) == a && said(s) == b).count();
        let (right, missed, wrong) = (count(true, true), count(true, false), count(false, true));
        (right as f64 / (right + wrong).max(1) as f64, right as f64 / (right + missed).max(1) as f64)
    };
    println!(
        "{name}: health detail precision, recall {:.2?}; staff named {:.2?}",
        f1(&|row| row.health, &|s| s.health_detail),
        f1(&|row| row.staff, &|s| s.staff_named)
    );
    let told: Vec<_> = own.iter().filter(|(row, _)| row.speaker.is_some()).collect();
    let said = told.iter().filter(|(_, s)| s.speaker.is_some()).count();
    let right = told.iter().filter(|(row, s)| s.speaker == row.speaker).count();
    println!("{name}: speaker told in {} rows, said in {said}, right in {right}", told.len());
}

/// All tables: the product's weights on rows kept back, then models that never saw a source or a fifth of our own rows.
pub fn all(rows: &[Row], english: Table, german: Table) -> Result<bool> {
    let triage = Triage::new().with_models(Some(english), Some(german));
    let kept = read(&triage, rows.iter().filter(|row| data::kept_back(row)));
    let pick = |origin: Origin, lang: Lang| -> Vec<Read<'_>> {
        kept.iter().filter(|(row, _)| row.origin == origin && row.lang == lang).cloned().collect()
    };
    for lang in [Lang::En, Lang::De] {
        show_f1(&format!("open rows kept back, {}", lang.as_str()), &pick(Origin::Label, lang));
        by_source(&pick(Origin::Label, lang));
        show_f1(&format!("our own rows kept back, {}", lang.as_str()), &pick(Origin::Authored, lang));
    }
    let open: Vec<_> = kept.iter().filter(|(row, _)| row.origin == Origin::Label).cloned().collect();
    let own: Vec<_> = kept.iter().filter(|(row, _)| row.origin == Origin::Authored).cloned().collect();
    pages("open rows kept back", &open);
    pages("our own rows kept back", &own);
    calibration("open rows kept back", &open);
    calibration("our own rows kept back", &own);
    let hostile: Vec<_> = kept.iter().filter(|(row, _)| row.origin == Origin::Hostility).cloned().collect();
    hostility("hostility kept back", &hostile);
    others("our own rows kept back", &kept);
    apart(rows)
}

/// Sources left out together: so many models are enough to measure each source by one that never saw it.
const GROUPS: &[&[&str]] = &[
    &["clinc150", "nhs_phase1", "germeval17"],
    &["constraint2021", "meqsum", "sms_spam_de_mt"],
    &["davidson", "psytar", "gahd", "covid_faq_de"],
    &["edos", "sms_spam"],
    &["goemotions", "nursesim", "germeval18"],
];

/// Models that never saw what they are measured on.
fn apart(rows: &[Row]) -> Result<bool> {
    let grouped = |row: &Row| GROUPS.iter().position(|group| group.contains(&row.source.as_str()));
    let stray = rows.iter().find(|row| row.origin != Origin::Authored && grouped(row).is_none());
    ensure!(stray.is_none(), "a new source is in no group of measure.rs: {:?}", stray.map(|row| &row.source));
    let part = |row: &Row| match row.origin {
        Origin::Authored => GROUPS.len() + row.fifth,
        _ => grouped(row).unwrap_or(0),
    };
    let parts: Vec<usize> = (0..GROUPS.len() + 5).collect();
    let mut all = Vec::new();
    for pair in parts.chunks(2) {
        let read = std::thread::scope(|scope| {
            let started: Vec<_> =
                pair.iter().map(|one| scope.spawn(|| without(rows, |row| part(row) == *one))).collect();
            started.into_iter().filter_map(|one| one.join().ok()).collect::<Result<Vec<_>>>()
        })?;
        all.extend(read.into_iter().flatten());
    }
    let (own, open): (Vec<_>, Vec<_>) = all.into_iter().partition(|(row, _)| row.origin == Origin::Authored);
    let (open, hostile): (Vec<_>, Vec<_>) = open.into_iter().partition(|(row, _)| row.origin == Origin::Label);
    for lang in [Lang::En, Lang::De] {
        let these: Vec<_> = open.iter().filter(|(row, _)| row.lang == lang).cloned().collect();
        show_f1(&format!("each source by a model that never saw it, {}", lang.as_str()), &these);
        by_source(&these);
        let these: Vec<_> = own.iter().filter(|(row, _)| row.lang == lang).cloned().collect();
        show_f1(&format!("our own rows by a model that never saw the file's fifth, {}", lang.as_str()), &these);
    }
    pages("sources never seen", &open);
    pages("our own rows, fifths never seen", &own);
    danger("fifths never seen, sources never seen", &own, &open);
    calibration("sources never seen", &open);
    calibration("our own rows, fifths never seen", &own);
    hostility("hostility, sources never seen", &hostile);
    others("our own rows, fifths never seen", &own);
    Ok(true)
}

/// The rows left out, read by models fitted without them and without those kept back.
fn without<'a>(rows: &'a [Row], left_out: impl Fn(&Row) -> bool) -> Result<Vec<Read<'a>>> {
    let fitted = |lang: Lang| -> Result<Table> {
        let known = |row: &&Row| row.lang == lang && !data::kept_back(row) && !left_out(row);
        let parts = calibrated(&rows.iter().filter(known).collect::<Vec<_>>(), &Settings::of(lang), false)?;
        Table::read(&parts.encode()).context("a table just made can't be read")
    };
    let triage = Triage::new().with_models(Some(fitted(Lang::En)?), Some(fitted(Lang::De)?));
    Ok(read(&triage, rows.iter().filter(|row| left_out(row))))
}
