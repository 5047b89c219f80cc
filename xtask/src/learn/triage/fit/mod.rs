//! Fits the linear model of one language: the topics that rule each other out by softmax, each other output by a logistic
//! regression of its own, all by AdaGrad; danger that stands alone by L-BFGS; then Platt's calibration per output.

mod alone;
mod platt;
mod together;

use std::{collections::BTreeMap, ops::Range};

use bedside_core::{
    model::{LANES, TableParts},
    triage::{DENSE, Lang, Topic},
};

use super::data::{BITS, Origin, Row, aims};

pub use platt::platt;

/// How the fit is done.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub rounds: usize,
    pub rate: f32,
    /// The weights are the mean of those after each of so many last rounds.
    pub mean_of: usize,
    /// The rules' features count so much faster than n-grams.
    pub dense_rate: f32,
    /// What each weight's sum of squared slopes starts with: a word seen once must not shout.
    pub start: f32,
    /// How much our own rows count.
    pub own: f32,
    /// Power to which a source's size is levelled: 0 not at all, 1 wholly.
    pub level: f32,
    /// Power to which an output's rare side is raised.
    pub raise: f32,
    /// The same for what stands alone.
    pub alone: Alone,
}

/// How outputs that stand alone are fitted.
#[derive(Debug, Clone, Copy)]
pub struct Alone {
    pub rounds: usize,
    /// How much an error counts against large weights.
    pub trust: f32,
    /// How much open rows count against our own.
    pub open: f32,
    /// And hostile ones, which are told nothing of topics: few of them are in danger themselves.
    pub hostile: f32,
    pub raise: f32,
    /// What an n-gram is worth at least that is as likely on both sides.
    pub least_worth: f32,
}

impl Settings {
    /// For a language. English has many open rows of the topics that come most, beside which ours need less weight.
    pub fn of(lang: Lang) -> Self {
        let alone = Alone { rounds: 40, trust: 3.0, open: 0.3, hostile: 0.2, raise: 0.3, least_worth: 0.3 };
        let (own, raise) = if lang == Lang::En { (0.15, 0.2) } else { (0.3, 0.4) };
        Self { rounds: 8, rate: 0.5, mean_of: 3, dense_rate: 3.0, start: 0.05, own, level: 0.4, raise, alone }
    }
}

type Lanes = [f32; LANES];

/// Topics before this stand alone: whether somebody speaks of suicide is asked of each post by itself, not against the
/// other topics, which go with it.
const ALONE: usize = 1;

/// The topics that are measured against each other.
const fn rivals() -> Range<usize> {
    ALONE..Topic::ALL.len()
}

/// The features: n-grams by bucket, then the rules', then one that is always there.
const FEATURES: usize = (1 << BITS) + DENSE + 1;
/// The place of the one that is always there.
const BIAS: usize = FEATURES - 1;

/// A row as the fit reads it.
struct Example {
    /// Features with their values.
    grams: Vec<(usize, f32)>,
    dense: Vec<(usize, f32)>,
    aims: Lanes,
    weights: Lanes,
    /// How much it counts among the rivals; 0 where it tells nothing of them.
    rival: f32,
}

impl Example {
    fn new(row: &Row) -> Self {
        let (aims, weights) = aims(row);
        let mut grams = row.features.grams.clone();
        grams.sort_unstable();
        let value = 1.0 / (grams.len().max(1) as f32).sqrt();
        let mut merged: Vec<(usize, f32)> = Vec::with_capacity(grams.len());
        for gram in grams {
            match merged.last_mut() {
                Some((last, sum)) if *last == gram as usize => *sum += value,
                _ => merged.push((gram as usize, value)),
            }
        }
        let dense = row.features.dense.iter().map(|(number, value)| ((1 << BITS) + number, *value)).collect();
        Self { grams: merged, dense, aims, weights, rival: 0.0 }
    }
}

/// How much each row counts, so that a large source does not drown the others.
fn row_weights(rows: &[&Row], settings: &Settings) -> Vec<f32> {
    let key = |row: &Row| (row.origin as u8, row.source.clone(), row.label.map(Topic::as_str));
    let mut sizes = BTreeMap::new();
    rows.iter().for_each(|row| *sizes.entry(key(row)).or_insert(0_usize) += 1);
    let weight = |row: &&Row| {
        let size = sizes.get(&key(row)).copied().unwrap_or(1) as f32;
        match row.origin {
            Origin::Authored => settings.own,
            _ => row.quality * (300.0 / size).powf(settings.level).clamp(0.1, 3.0),
        }
    };
    rows.iter().map(weight).collect()
}

/// How much a row counts for what stands alone, `told`: how much it tells of it.
fn alone_weight(row: &Row, told: f32, settings: &Alone) -> f32 {
    match row.origin {
        Origin::Authored => told,
        Origin::Label => told * settings.open,
        Origin::Hostility => settings.hostile,
    }
}

fn examples(rows: &[&Row], settings: &Settings) -> Vec<Example> {
    let mut examples: Vec<Example> = rows.iter().map(|row| Example::new(row)).collect();
    let (mut yes, mut no) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    for ((example, row), by_row) in examples.iter_mut().zip(rows).zip(row_weights(rows, settings)) {
        for (lane, weight) in example.weights.iter_mut().enumerate() {
            *weight = if lane < ALONE { alone_weight(row, *weight, &settings.alone) } else { *weight * by_row };
        }
        let told = example.aims.iter().zip(&example.weights);
        for (((aim, weight), yes), no) in told.zip(&mut yes).zip(&mut no) {
            *yes += aim * weight;
            *no += (1.0 - aim) * weight;
        }
    }
    let mut raise = [1.0_f32; LANES];
    for (lane, ((raise, yes), no)) in raise.iter_mut().zip(&yes).zip(&no).enumerate() {
        let power = if lane < ALONE { settings.alone.raise } else { settings.raise };
        *raise = (no / yes.max(1.0)).powf(power).clamp(1.0, 12.0);
    }
    for example in &mut examples {
        for ((weight, aim), raise) in example.weights.iter_mut().zip(&example.aims).zip(&raise) {
            *weight *= if *aim > 0.5 { *raise } else { 1.0 };
        }
        let among = example.aims.iter().zip(&example.weights).take(rivals().end).skip(rivals().start);
        example.rival = among.map(|(aim, weight)| aim * weight).fold(0.0, f32::max);
    }
    examples
}

/// Fits to `rows`, all of one language.
pub fn fit(rows: &[&Row], settings: &Settings) -> TableParts {
    let examples = examples(rows, settings);
    let mut weights = together::fit(&examples, settings);
    for lane in 0..ALONE {
        let alone = alone::fit(&examples, lane, &settings.alone);
        for (row, weight) in weights.iter_mut().zip(alone) {
            row.iter_mut().skip(lane).take(1).for_each(|own| *own = weight);
        }
    }
    let biases = weights.pop().unwrap_or([0.0; LANES]);
    let dense = weights.split_off(1 << BITS);
    let number = |lane: usize| u16::try_from(lane).unwrap_or(0);
    TableParts {
        bits: BITS,
        rivals: number(rivals().start)..number(rivals().end),
        biases,
        slopes: [1.0; LANES],
        offsets: [0.0; LANES],
        dense,
        weights,
    }
}
