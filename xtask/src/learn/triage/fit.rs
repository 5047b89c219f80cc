//! Fits the linear model: one logistic regression per output, all at once over the rows in a fixed order that looks
//! random, AdaGrad steps (Duchi, Hazan, Singer 2011), n-grams left out by chance, then Platt's calibration per output.

use std::collections::BTreeMap;

use bedside_core::{
    model::{LANES, TableParts},
    triage::{DENSE, Topic},
};

use super::data::{BITS, Origin, Row, aims};

/// How the fit is done.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub rounds: usize,
    pub rate: f32,
    /// How much weights shrink at each step.
    pub shrink: f32,
    /// The part of n-grams left out of each reading.
    pub leave_out: f32,
    /// How much more our own rows count.
    pub own: f32,
    /// Power to which a source's size is levelled: 0 not at all, 1 wholly.
    pub level: f32,
    /// Power to which an output's rare side is raised.
    pub raise: f32,
    /// The rules' features count so much faster than n-grams.
    pub dense_rate: f32,
    /// What each weight's sum of squared slopes starts with: a word seen once must not shout.
    pub start: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rounds: 12,
            rate: 0.5,
            shrink: 0.0,
            leave_out: 0.0,
            own: 0.4,
            level: 0.5,
            raise: 0.4,
            dense_rate: 3.0,
            start: 0.03,
        }
    }
}

type Lanes = [f32; LANES];

/// A row with its aims and weights.
struct Example<'a> {
    row: &'a Row,
    aims: Lanes,
    weights: Lanes,
}

/// How much each row counts, so that a large source does not drown the others.
pub fn row_weights(rows: &[&Row], settings: &Settings) -> Vec<f32> {
    let key = |row: &Row| (row.origin as u8, row.lang.as_str(), row.source.clone(), row.label.map(Topic::as_str));
    let mut sizes = BTreeMap::new();
    rows.iter().for_each(|row| *sizes.entry(key(row)).or_insert(0_usize) += 1);
    let weight = |row: &&Row| {
        let size = sizes.get(&key(row)).copied().unwrap_or(1) as f32;
        let own = if row.origin == Origin::Authored { settings.own } else { 1.0 };
        let levelled =
            if row.origin == Origin::Authored { 1.0 } else { (300.0 / size).powf(settings.level).clamp(0.1, 3.0) };
        row.quality * own * levelled
    };
    rows.iter().map(weight).collect()
}

/// Fits to `rows`.
pub fn fit(rows: &[&Row], settings: &Settings) -> TableParts {
    let examples = examples(rows, settings);
    let mut learner = Learner {
        weights: vec![[0.0; LANES]; 1 << BITS],
        steps: vec![[settings.start; LANES]; 1 << BITS],
        dense: vec![[0.0; LANES]; DENSE],
        dense_steps: vec![[settings.start; LANES]; DENSE],
        biases: [0.0; LANES],
        bias_steps: [settings.start; LANES],
        settings: *settings,
        chance: 0x9e37_79b9_7f4a_7c15,
    };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut kept = Vec::new();
    for round in 0..settings.rounds {
        for at in (1..order.len()).rev() {
            let other = (learner.next() % (at as u64 + 1)) as usize;
            order.swap(at, other);
        }
        let rate = settings.rate * (1.0 - 0.8 * round as f32 / settings.rounds as f32);
        for at in &order {
            if let Some(example) = examples.get(*at) {
                learner.learn(example, rate, &mut kept);
            }
        }
    }
    TableParts {
        bits: BITS,
        rivals: u16::try_from(Topic::ALL.len()).unwrap_or(0),
        biases: learner.biases,
        slopes: [1.0; LANES],
        offsets: [0.0; LANES],
        dense: learner.dense,
        weights: learner.weights,
    }
}

fn examples<'a>(rows: &[&'a Row], settings: &Settings) -> Vec<Example<'a>> {
    let by_row = row_weights(rows, settings);
    let mut examples: Vec<Example<'a>> = Vec::with_capacity(rows.len());
    let (mut yes, mut no) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    for (row, by_row) in rows.iter().zip(by_row) {
        let (aims, weights) = aims(row);
        let weights = weights.map(|weight| weight * by_row);
        for lane in 0..LANES {
            if let (Some(aim), Some(weight), Some(yes), Some(no)) =
                (aims.get(lane), weights.get(lane), yes.get_mut(lane), no.get_mut(lane))
            {
                *yes += aim * weight;
                *no += (1.0 - aim) * weight;
            }
        }
        examples.push(Example { row, aims, weights });
    }
    let mut raise = [1.0_f32; LANES];
    for ((raise, yes), no) in raise.iter_mut().zip(&yes).zip(&no) {
        *raise = (no / yes.max(1.0)).powf(settings.raise).clamp(1.0, 12.0);
    }
    for example in &mut examples {
        for ((weight, aim), raise) in example.weights.iter_mut().zip(&example.aims).zip(&raise) {
            *weight *= if *aim > 0.5 { *raise } else { 1.0 };
        }
    }
    examples
}

struct Learner {
    weights: Vec<Lanes>,
    steps: Vec<Lanes>,
    dense: Vec<Lanes>,
    dense_steps: Vec<Lanes>,
    biases: Lanes,
    bias_steps: Lanes,
    settings: Settings,
    chance: u64,
}

impl Learner {
    /// xorshift64* (Vigna 2016): the same numbers every time.
    fn next(&mut self) -> u64 {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        self.chance.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn learn(&mut self, example: &Example<'_>, rate: f32, kept: &mut Vec<u32>) {
        let grams = &example.row.features.grams;
        let least = (self.settings.leave_out * 65536.0) as u64;
        kept.clear();
        for gram in grams {
            if self.next() & 0xffff >= least {
                kept.push(*gram);
            }
        }
        let x = 1.0 / ((1.0 - self.settings.leave_out) * (grams.len().max(1) as f32).sqrt());
        let mut outputs = [0.0_f32; LANES];
        for row in kept.iter().filter_map(|gram| self.weights.get(*gram as usize)) {
            outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += weight);
        }
        outputs.iter_mut().zip(&self.biases).for_each(|(output, bias)| *output = *output * x + bias);
        for (feature, value) in &example.row.features.dense {
            if let Some(row) = self.dense.get(*feature) {
                outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += weight * value);
            }
        }
        let mut slopes = [0.0_f32; LANES];
        for (((slope, output), aim), weight) in slopes.iter_mut().zip(&outputs).zip(&example.aims).zip(&example.weights)
        {
            *slope = (1.0 / (1.0 + (-output).exp()) - aim) * weight;
        }
        rival_slopes(example, &outputs, &mut slopes);
        let shrink = self.settings.shrink;
        for gram in kept.iter() {
            if let (Some(row), Some(steps)) = (self.weights.get_mut(*gram as usize), self.steps.get_mut(*gram as usize))
            {
                step(row, steps, &slopes, x, rate, shrink);
            }
        }
        for (feature, value) in &example.row.features.dense {
            if let (Some(row), Some(steps)) = (self.dense.get_mut(*feature), self.dense_steps.get_mut(*feature)) {
                step(row, steps, &slopes, *value, rate * self.settings.dense_rate, shrink);
            }
        }
        step(&mut self.biases, &mut self.bias_steps, &slopes, 1.0, rate * 0.3, 0.0);
    }
}

/// The topics' slopes where they rule each other out (softmax); a row with several aims at each alike.
fn rival_slopes(example: &Example<'_>, outputs: &Lanes, slopes: &mut Lanes) {
    let topics = Topic::ALL.len();
    let told: f32 = example.aims.iter().take(topics).sum();
    if told < 0.5 {
        slopes.iter_mut().take(topics).for_each(|slope| *slope = 0.0);
        return;
    }
    let weight = example.aims.iter().zip(&example.weights).take(topics).map(|(a, w)| a * w).fold(0.0, f32::max);
    let highest = outputs.iter().take(topics).copied().fold(f32::MIN, f32::max);
    let sum: f32 = outputs.iter().take(topics).map(|output| (output - highest).exp()).sum();
    for ((slope, output), aim) in slopes.iter_mut().zip(outputs).zip(&example.aims).take(topics) {
        *slope = ((output - highest).exp() / sum - aim / told) * weight;
    }
}

#[inline]
fn step(row: &mut Lanes, steps: &mut Lanes, slopes: &Lanes, x: f32, rate: f32, shrink: f32) {
    for ((weight, step), slope) in row.iter_mut().zip(steps.iter_mut()).zip(slopes) {
        let slope = slope * x;
        *step += slope * slope;
        *weight -= rate * (slope / (*step + 1e-6).sqrt() + shrink * *weight);
    }
}

/// Platt's slope and offset (Platt 1999, by Newton steps) for outputs with aims and weights.
pub fn platt(outputs: &[(f32, f32, f32)]) -> (f32, f32) {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    let yes: f64 = outputs.iter().map(|(_, aim, weight)| f64::from(aim * weight)).sum();
    if yes < 3.0 {
        return (1.0, 0.0);
    }
    for _ in 0..30 {
        let (mut g, mut h) = ([0.0_f64; 2], [[1e-3, 0.0], [0.0, 1e-3]]);
        g[0] += 1e-3 * (slope - 1.0);
        for (output, aim, weight) in outputs {
            let (s, w) = (f64::from(*output), f64::from(*weight));
            let p = 1.0 / (1.0 + (-(slope * s + offset)).exp());
            let (d, c) = (w * (p - f64::from(*aim)), w * p * (1.0 - p));
            g[0] += d * s;
            g[1] += d;
            h[0][0] += c * s * s;
            h[0][1] += c * s;
            h[1][1] += c;
        }
        let det = h[0][0] * h[1][1] - h[0][1] * h[0][1];
        if det.abs() < 1e-12 {
            break;
        }
        slope -= (h[1][1] * g[0] - h[0][1] * g[1]) / det;
        offset -= (h[0][0] * g[1] - h[0][1] * g[0]) / det;
        slope = slope.clamp(0.05, 5.0);
        offset = offset.clamp(-12.0, 12.0);
    }
    (slope as f32, offset as f32)
}
