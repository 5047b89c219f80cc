//! Logistic regression on sentences where only drafts are judged: every sentence of an allowed draft is in order; of a
//! refused one at least one is not, and the one that looks worst is taken for it. AdaGrad in a fixed order, so that the same
//! rows give the same weights.

use bedside_core::guard::{
    Kind, Verdict,
    second::{Feature, KIND_TABLE, Sentence, TABLE, Weights},
};

use super::Row;

/// Passes over the rows.
const PASSES: usize = 40;
const RATE: f32 = 0.1;
/// How much a weight is drawn to nothing with each step on it.
const SHRINK: f32 = 2e-5;
/// From here on a second person looks: chosen on the folds so that next to no refused draft stays below.
const WARN_FROM: f32 = -2.8;
/// From here on nothing is sent: chosen on the folds so that next to no allowed draft comes above.
const BLOCK_FROM: f32 = 0.4;
/// Below this a list's objection only warns: chosen on the folds so that next to no refused draft is below.
const CALM_BELOW: f32 = -3.0;
/// As many models, each of rows drawn with replacement, are averaged: one row then moves the bounds less.
const MODELS: usize = 11;
/// What only warns is near to both; it counts less.
const WARNED: f32 = 0.3;

/// What must come out right is pushed so much further.
const MARGIN: f32 = 2.5;

/// Trains on these rows.
pub(super) fn fit(rows: &[&Row]) -> Weights {
    let mut personal = averaged(rows);
    hold(&mut personal, rows);
    let kinds = kinds(rows, &personal);
    Weights::new((&personal.weights, personal.bias), &kinds, [CALM_BELOW, WARN_FROM, BLOCK_FROM])
}

fn averaged(rows: &[&Row]) -> Model {
    let mut mean = Model::new(TABLE);
    for model in 0..MODELS {
        let one = trained(&drawn(rows, model), model);
        let part = 1.0 / MODELS as f32;
        mean.weights.iter_mut().zip(&one.weights).for_each(|(mean, weight)| *mean += part * weight);
        mean.bias += part * one.bias;
    }
    mean
}

/// Moves the model by as little as it takes for what must come out as allowed to do so, with some room.
fn hold(model: &mut Model, rows: &[&Row]) {
    const ROOM: f32 = 0.3;
    const STEP: f32 = 0.02;
    let held = rows.iter().filter(|row| row.weight > 1.0 && row.expected == Verdict::Allow);
    let held: Vec<&Sentence> = held.flat_map(|row| &row.sentences).collect();
    for _ in 0..200 {
        let mut is_still = true;
        for sentence in &held {
            if model.score(sentence) > WARN_FROM - ROOM {
                is_still = false;
                model.nudge(sentence, -STEP);
            }
        }
        if is_still {
            return;
        }
    }
}

/// As many rows, drawn with replacement; the first time all of them.
fn drawn<'a>(rows: &[&'a Row], model: usize) -> Vec<&'a Row> {
    if model == 0 {
        return rows.to_vec();
    }
    let mut random = Random::new(1000 + model);
    (0..rows.len()).filter_map(|_| rows.get(random.below(rows.len())).copied()).collect()
}

fn trained(rows: &[&Row], model: usize) -> Model {
    let mut personal = Model::new(TABLE);
    for pass in 0..PASSES {
        for row in shuffled(rows, 100 * model + pass) {
            learn_row(&mut personal, row);
        }
    }
    personal
}

fn learn_row(model: &mut Model, row: &Row) {
    if row.expected == Verdict::Block {
        if let Some(worst) = worst(model, row) {
            let step = row.weight * (1.0 - chance(model.score(worst)));
            model.step(worst, step);
        }
        return;
    }
    let weight = row.weight * if row.expected == Verdict::Warn { WARNED } else { 1.0 };
    for sentence in &row.sentences {
        let margin = if row.weight > 1.0 { MARGIN } else { 0.0 };
        let step = -chance(model.score(sentence) + margin) * weight;
        model.step(sentence, step);
    }
}

fn worst<'a>(model: &Model, row: &'a Row) -> Option<&'a Sentence> {
    row.sentences.iter().max_by(|a, b| model.score(a).total_cmp(&model.score(b)))
}

/// For each kind, what sets its sentences apart from those of the others.
fn kinds(rows: &[&Row], personal: &Model) -> Vec<(Kind, Vec<f32>, f32)> {
    let refused: Vec<(&Sentence, &[Kind])> = rows
        .iter()
        .filter(|row| row.expected == Verdict::Block && !row.kinds.is_empty())
        .filter_map(|row| Some((worst(personal, row)?, row.kinds.as_slice())))
        .collect();
    let often = |kind: Kind| refused.iter().filter(|(_, kinds)| kinds.contains(&kind)).count() >= 8;
    let kinds = Kind::ALL.iter().copied().filter(|kind| often(*kind));
    kinds
        .map(|kind| {
            let mut model = Model::new(KIND_TABLE);
            for pass in 0..PASSES / 2 {
                for (sentence, kinds) in shuffled(&refused, pass) {
                    let truth = if kinds.contains(&kind) { 1.0 } else { 0.0 };
                    let step = truth - chance(model.score(sentence));
                    model.step(sentence, step);
                }
            }
            (kind, model.weights, model.bias)
        })
        .collect()
}

struct Model {
    weights: Vec<f32>,
    seen: Vec<f32>,
    bias: f32,
    bias_seen: f32,
}

impl Model {
    fn new(size: u32) -> Self {
        Self { weights: vec![0.0; size as usize], seen: vec![1e-4; size as usize], bias: 0.0, bias_seen: 1e-4 }
    }

    fn score(&self, sentence: &Sentence) -> f32 {
        let mask = self.weights.len() - 1;
        let of =
            |feature: &Feature| self.weights.get(feature.place as usize & mask).copied().unwrap_or(0.0) * feature.much;
        self.bias + sentence.features.iter().map(of).sum::<f32>()
    }

    /// Moves by so much of each feature.
    fn nudge(&mut self, sentence: &Sentence, step: f32) {
        let mask = self.weights.len() - 1;
        for feature in &sentence.features {
            if let Some(weight) = self.weights.get_mut(feature.place as usize & mask) {
                *weight += step * feature.much;
            }
        }
    }

    fn step(&mut self, sentence: &Sentence, step: f32) {
        let mask = self.weights.len() - 1;
        for feature in &sentence.features {
            let place = feature.place as usize & mask;
            if let (Some(weight), Some(seen)) = (self.weights.get_mut(place), self.seen.get_mut(place)) {
                let slope = step * feature.much - SHRINK * *weight;
                *seen += slope * slope;
                *weight += RATE * slope / seen.sqrt();
            }
        }
        self.bias_seen += step * step;
        self.bias += RATE * step / self.bias_seen.sqrt();
    }
}

fn chance(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

/// The items in an order of this pass that is the same in every run.
fn shuffled<T: Copy>(items: &[T], pass: usize) -> Vec<T> {
    let mut order = items.to_vec();
    let mut random = Random::new(pass);
    for n in (1..order.len()).rev() {
        order.swap(n, random.below(n + 1));
    }
    order
}

/// Numbers that are the same in every run (Knuth's linear congruence).
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Self {
        Self(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed as u64 + 1))
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }
}
