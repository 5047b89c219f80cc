//! The rows that triage learns from: open data by label and source, and rows of our own with everything told.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use bedside_core::{
    model::LANES,
    text,
    time::Timestamp,
    triage::{Features, Lang, Output, Speaker, Topic, Triage, TriageInput},
};
use serde::Deserialize;

use crate::learn::rows;

/// Two to the power of this is the number of buckets.
pub const BITS: u32 = 15;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `triage_*.jsonl`: one label.
    Label,
    /// `hostility_*.jsonl`: how hostile, nothing else.
    Hostility,
    /// `models/authored`: everything.
    Authored,
}

/// A row ready to be learned or measured.
#[derive(Debug, Clone)]
pub struct Row {
    pub text: String,
    pub lang: Lang,
    pub origin: Origin,
    /// The source of open rows, the file of our own.
    pub source: String,
    /// The first topic.
    pub label: Option<Topic>,
    pub topics: Vec<Topic>,
    pub hostility: Option<u8>,
    pub health: bool,
    pub staff: bool,
    pub speaker: Option<Speaker>,
    pub quality: f32,
    /// Of the normalised text: the split goes by it.
    pub hash: u64,
    /// The place in its file, in fifths: neighbours are written in one go.
    pub fifth: usize,
    pub features: Features,
}

/// Which rows stay untouched until the card is written: a fifth, by the hash of the text.
pub fn kept_back(row: &Row) -> bool {
    row.hash.is_multiple_of(5)
}

#[derive(Deserialize)]
struct Labelled {
    text: String,
    label: Option<String>,
    source: String,
    #[serde(default)]
    quality: String,
    hostility: Option<u8>,
}

/// All rows, in a fixed order: each file's in its own, files by name.
pub fn read(data: &Path, authored: &Path) -> Result<Vec<Row>> {
    let triage = Triage::new();
    let mut all = Vec::new();
    for (tag, lang) in [("de", Lang::De), ("en", Lang::En)] {
        for (name, origin) in [("triage", Origin::Label), ("hostility", Origin::Hostility)] {
            let path = data.join(format!("{name}_{tag}.jsonl"));
            for (number, row) in rows::jsonl::<Labelled>(&path)?.into_iter().enumerate() {
                let row = open_row(&triage, row, lang, origin);
                all.push(row.with_context(|| format!("{}:{}", path.display(), number + 1))?);
            }
        }
        for path in files(&authored.join("triage").join(tag))? {
            let lines = rows::lines(&path)?;
            let count = lines.len().max(1);
            for (at, (number, line)) in lines.iter().enumerate() {
                let row = own_row(&triage, line, lang, &path, at * 5 / count);
                all.push(row.with_context(|| format!("{}:{number}", path.display()))?);
            }
        }
    }
    Ok(all)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    files.sort();
    Ok(files)
}

fn features(triage: &Triage, text: &str) -> Features {
    triage.features(&TriageInput { text, lang_hint: Lang::Unknown, at: Timestamp::from_micros(0) }, BITS)
}

/// FNV-1a of the folded words: the same text with other signs or capitals is the same row.
fn hash(text: &str) -> u64 {
    let bytes = text::folded_words(text).flat_map(|word| (word + " ").into_bytes()).collect::<Vec<_>>();
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash >> 7
}

fn open_row(triage: &Triage, row: Labelled, lang: Lang, origin: Origin) -> Result<Row> {
    let label = match origin {
        Origin::Label => {
            let word = row.label.as_deref().unwrap_or_default();
            Some(Topic::from_word(word).with_context(|| format!("no topic '{word}'"))?)
        }
        _ => None,
    };
    let quality = match row.quality.as_str() {
        "proxy" => 0.8,
        "weak" | "synthetic-llm" => 0.7,
        "machine-translated" => 0.5,
        _ => 1.0,
    };
    Ok(Row {
        lang,
        origin,
        source: row.source,
        label,
        topics: label.into_iter().collect(),
        hostility: row.hostility,
        health: false,
        staff: false,
        speaker: None,
        quality,
        hash: hash(&row.text),
        fifth: 0,
        features: features(triage, &row.text),
        text: row.text,
    })
}

/// Reads `topics speaker hostility flags | text`.
fn own_row(triage: &Triage, line: &str, lang: Lang, path: &Path, fifth: usize) -> Result<Row> {
    let (head, text) = line.split_once(" | ").context("expected 'topics speaker hostility flags | text'")?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let [topics, speaker, hostility, flags] = words.as_slice() else { bail!("expected four words before the bar") };
    let topics = topics.split('+').map(|word| Topic::from_word(word).with_context(|| format!("no topic '{word}'")));
    let topics: Vec<Topic> = topics.collect::<Result<_>>()?;
    let speaker = match *speaker {
        "?" => None,
        word => Some(Speaker::from_word(word).with_context(|| format!("no speaker '{word}'"))?),
    };
    let hostility: u8 = hostility.parse().context("hostility is 0 to 3")?;
    ensure!(hostility <= 3, "hostility is 0 to 3");
    ensure!(["h", "n", "hn", "-"].contains(flags), "flags are h, n, hn or -");
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Row {
        lang,
        origin: Origin::Authored,
        source: name,
        label: topics.first().copied(),
        topics,
        hostility: Some(hostility),
        health: flags.contains('h'),
        staff: flags.contains('n'),
        speaker,
        quality: 1.0,
        hash: hash(text),
        fifth,
        features: features(triage, text),
        text: text.to_owned(),
    })
}

/// What each output should say of a row, and how much that counts: 0 where the row does not tell.
pub fn aims(row: &Row) -> ([f32; LANES], [f32; LANES]) {
    let (mut aims, mut weights) = ([0.0; LANES], [0.0; LANES]);
    for ((output, aim), weight) in Output::all().zip(&mut aims).zip(&mut weights) {
        (*aim, *weight) = aim_of(row, output);
    }
    (aims, weights)
}

fn aim_of(row: &Row, output: Output) -> (f32, f32) {
    let own = row.origin == Origin::Authored;
    let truth = |is: bool| f32::from(u8::from(is));
    match output {
        Output::Topic(_) if row.origin == Origin::Hostility => (0.0, 0.0),
        Output::Topic(topic) => (truth(row.topics.contains(&topic)), topic_weight(row, topic)),
        Output::Hostile(level) => match row.hostility {
            Some(told) => (truth(told >= level), 1.0),
            None if matches!(row.label, Some(Topic::Praise | Topic::Complaint | Topic::MedicalAdvice)) => (0.0, 0.3),
            None => (0.0, 0.0),
        },
        Output::Health => (truth(row.health), truth(own)),
        Output::Staff => (truth(row.staff), truth(own)),
        Output::Speaker(speaker) => (truth(row.speaker == Some(speaker)), truth(own)),
    }
}

/// A row with one label says little against topics that go with it.
fn topic_weight(row: &Row, topic: Topic) -> f32 {
    use Topic::{
        AdverseEvent, Bereavement, Complaint, CrisisSuicide, Harassment, MedicalEmergency, Praise, Safeguarding, Staff,
        Threat,
    };
    if row.origin == Origin::Authored || row.topics.contains(&topic) {
        return 1.0;
    }
    match (row.label, topic) {
        (Some(Harassment), Threat | Safeguarding | CrisisSuicide) => 0.2,
        (Some(Complaint), AdverseEvent | Bereavement | Safeguarding | Staff) | (Some(Praise), Staff) => 0.2,
        (Some(Bereavement), CrisisSuicide) | (Some(MedicalEmergency), CrisisSuicide) => 0.2,
        _ => 1.0,
    }
}
