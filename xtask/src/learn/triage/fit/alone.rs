//! One output by itself: logistic regression with a penalty on squared weights, by L-BFGS (Liu, Nocedal 1989). Each n-gram
//! counts by how much likelier it is on one side than on the other (Wang, Manning 2012), so that a few hundred rows are
//! enough to learn from.

use std::collections::VecDeque;

use super::{Alone, BIAS, Example, FEATURES};

/// So many steps back are remembered.
const MEMORY: usize = 7;

pub(super) fn fit(examples: &[Example], lane: usize, settings: &Alone) -> Vec<f32> {
    let rows = examples.iter().filter_map(|example| Told::new(example, lane)).collect();
    let mut loss = Loss { rows, worth: Vec::new(), penalty: 1.0 / settings.trust };
    loss.worth = loss.worths(settings.least_worth);
    let mut weights = descend(&loss, settings.rounds);
    weights.iter_mut().zip(&loss.worth).for_each(|(weight, worth)| *weight *= worth);
    weights
}

/// What a row tells of the output.
struct Told<'a> {
    example: &'a Example,
    aim: f32,
    weight: f32,
}

impl<'a> Told<'a> {
    fn new(example: &'a Example, lane: usize) -> Option<Self> {
        let (aim, weight) = (*example.aims.get(lane)?, *example.weights.get(lane)?);
        (weight > 0.0).then_some(Self { example, aim, weight })
    }

    fn features(&self) -> impl Iterator<Item = &(usize, f32)> {
        self.example.grams.iter().chain(&self.example.dense).chain(&[(BIAS, 1.0)])
    }
}

struct Loss<'a> {
    rows: Vec<Told<'a>>,
    /// What each feature's value is multiplied with.
    worth: Vec<f32>,
    penalty: f32,
}

impl Loss<'_> {
    /// What the rules found counts by the same measure; what is always there, as it is.
    fn worths(&self, least: f32) -> Vec<f32> {
        let (mut yes, mut no) = (vec![1.0_f64; FEATURES], vec![1.0_f64; FEATURES]);
        for row in &self.rows {
            let side = if row.aim > 0.5 { &mut yes } else { &mut no };
            for (feature, _) in row.example.grams.iter().chain(&row.example.dense) {
                if let Some(sum) = side.get_mut(*feature) {
                    *sum += f64::from(row.weight);
                }
            }
        }
        let (all_yes, all_no) = (yes.iter().sum::<f64>(), no.iter().sum::<f64>());
        let worth = |(yes, no): (&f64, &f64)| ((yes / all_yes) / (no / all_no)).ln().abs() as f32 + least;
        let mut worths: Vec<f32> = yes.iter().zip(&no).map(worth).collect();
        worths.iter_mut().skip(BIAS).for_each(|worth| *worth = 1.0);
        worths
    }

    /// The loss at these weights; its slope is put into `slope`.
    fn at(&self, weights: &[f32], slope: &mut [f32]) -> f64 {
        let mut loss = 0.0_f64;
        for (number, (slope, weight)) in slope.iter_mut().zip(weights).enumerate() {
            let penalty = if number == BIAS { 0.0 } else { self.penalty };
            *slope = penalty * weight;
            loss += f64::from(0.5 * penalty * weight * weight);
        }
        for row in &self.rows {
            let value = |(feature, value): &(usize, f32)| {
                let (weight, worth) = (weights.get(*feature), self.worth.get(*feature));
                weight.copied().unwrap_or(0.0) * worth.copied().unwrap_or(0.0) * value
            };
            let output: f32 = row.features().map(value).sum();
            loss += f64::from(row.weight * (output.max(0.0) - output * row.aim + (-output.abs()).exp().ln_1p()));
            let off = (1.0 / (1.0 + (-output).exp()) - row.aim) * row.weight;
            for (feature, value) in row.features() {
                if let (Some(slope), Some(worth)) = (slope.get_mut(*feature), self.worth.get(*feature)) {
                    *slope += off * worth * value;
                }
            }
        }
        loss
    }
}

/// A step that was taken: how the weights changed, how the slope did, and one over the product of both.
struct Step {
    weights: Vec<f32>,
    slope: Vec<f32>,
    over: f64,
}

fn descend(loss: &Loss<'_>, rounds: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; FEATURES];
    let mut slope = weights.clone();
    let mut value = loss.at(&weights, &mut slope);
    let mut past: VecDeque<Step> = VecDeque::new();
    for _ in 0..rounds {
        let way = direction(&slope, &past);
        let down = dot(&slope, &way);
        if down < 1e-6 * value {
            break;
        }
        let mut length = if past.is_empty() { 1.0 / down.sqrt() } else { 1.0 };
        let (mut next, mut next_slope) = (weights.clone(), slope.clone());
        let mut tries = 0;
        let next_value = loop {
            next.copy_from_slice(&weights);
            add(&mut next, &way, -length);
            let next_value = loss.at(&next, &mut next_slope);
            // Armijo's rule: the step is short enough when the loss falls by a part of what the slope promises.
            if next_value <= value - 1e-4 * length * down {
                break next_value;
            }
            tries += 1;
            if tries > 12 {
                return weights;
            }
            length *= 0.4;
        };
        remember(&mut past, &weights, &slope, &next, &next_slope);
        (weights, slope, value) = (next, next_slope, next_value);
    }
    weights
}

/// The slope turned by what the last steps tell of the loss's curve.
fn direction(slope: &[f32], past: &VecDeque<Step>) -> Vec<f32> {
    let mut way = slope.to_vec();
    let mut taken = Vec::with_capacity(past.len());
    for step in past.iter().rev() {
        let by = step.over * dot(&step.weights, &way);
        add(&mut way, &step.slope, -by);
        taken.push(by);
    }
    if let Some(last) = past.back() {
        let by = (1.0 / (last.over * dot(&last.slope, &last.slope))) as f32;
        way.iter_mut().for_each(|part| *part *= by);
    }
    for (step, by) in past.iter().zip(taken.iter().rev()) {
        let back = step.over * dot(&step.slope, &way);
        add(&mut way, &step.weights, by - back);
    }
    way
}

fn remember(past: &mut VecDeque<Step>, weights: &[f32], slope: &[f32], next: &[f32], next_slope: &[f32]) {
    let less = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f32>>();
    let (weights, slope) = (less(next, weights), less(next_slope, slope));
    let product = dot(&weights, &slope);
    if product > 1e-10 {
        past.push_back(Step { weights, slope, over: 1.0 / product });
        if past.len() > MEMORY {
            past.pop_front();
        }
    }
}

/// Summed in 64 bits and in order, so that the same rows give the same bits.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum()
}

fn add(a: &mut [f32], b: &[f32], by: f64) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b * by as f32);
}

#[cfg(test)]
mod tests {
    use bedside_core::model::LANES;

    use super::*;

    #[test]
    fn what_stands_on_one_side_alone_decides_and_what_stands_on_both_does_not() {
        let example = |gram: usize, aim: f32| {
            let grams = vec![(gram, 0.7), (9, 0.7)];
            Example { grams, dense: Vec::new(), aims: [aim; LANES], weights: [1.0; LANES], rival: 0.0 }
        };
        let examples: Vec<Example> = (0..20).flat_map(|_| [example(1, 1.0), example(2, 0.0)]).collect();
        let settings = Alone { rounds: 30, trust: 3.0, open: 1.0, hostile: 1.0, raise: 0.0, least_worth: 0.3 };
        let weights = fit(&examples, 0, &settings);
        assert!(weights[1] > 1.0 && weights[2] < -1.0, "{} {}", weights[1], weights[2]);
        assert!(weights[9].abs() < 0.1, "{}", weights[9]);
        assert_eq!(weights, fit(&examples, 0, &settings), "the same rows give the same bits");
    }
}
