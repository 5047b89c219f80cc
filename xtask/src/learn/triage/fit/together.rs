//! All outputs at once over the rows in a fixed order that looks random, by AdaGrad steps (Duchi, Hazan, Singer 2011); the
//! weights are the mean of the last rounds'.

use bedside_core::model::LANES;

use super::{BIAS, Example, FEATURES, Lanes, Settings, rivals};

struct Learner {
    weights: Vec<Lanes>,
    steps: Vec<Lanes>,
    chance: u64,
}

pub(super) fn fit(examples: &[Example], settings: &Settings) -> Vec<Lanes> {
    let mut learner = Learner {
        weights: vec![[0.0; LANES]; FEATURES],
        steps: vec![[settings.start; LANES]; FEATURES],
        chance: 0x9e37_79b9_7f4a_7c15,
    };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut mean = vec![[0.0_f32; LANES]; FEATURES];
    let part = 1.0 / settings.mean_of.max(1) as f32;
    for round in 0..settings.rounds {
        for at in (1..order.len()).rev() {
            let other = (learner.next() % (at as u64 + 1)) as usize;
            order.swap(at, other);
        }
        let rate = settings.rate * (1.0 - 0.8 * round as f32 / settings.rounds as f32);
        for example in order.iter().filter_map(|at| examples.get(*at)) {
            learner.learn(example, rate, settings.dense_rate);
        }
        if round + settings.mean_of.max(1) >= settings.rounds {
            for (mean, row) in mean.iter_mut().zip(&learner.weights) {
                mean.iter_mut().zip(row).for_each(|(mean, weight)| *mean += weight * part);
            }
        }
    }
    mean
}

impl Learner {
    /// xorshift64* (Vigna 2016): the same numbers every time.
    fn next(&mut self) -> u64 {
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        self.chance.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn learn(&mut self, example: &Example, rate: f32, dense_rate: f32) {
        let mut outputs = self.weights.get(BIAS).copied().unwrap_or([0.0; LANES]);
        for (feature, value) in example.grams.iter().chain(&example.dense) {
            if let Some(row) = self.weights.get(*feature) {
                outputs.iter_mut().zip(row).for_each(|(output, weight)| *output += weight * value);
            }
        }
        let mut slopes = [0.0_f32; LANES];
        let told = outputs.iter().zip(&example.aims).zip(&example.weights);
        for (slope, ((output, aim), weight)) in slopes.iter_mut().zip(told) {
            *slope = (1.0 / (1.0 + (-output).exp()) - aim) * weight;
        }
        rival_slopes(example, &outputs, &mut slopes);
        example.grams.iter().for_each(|(feature, value)| self.step(*feature, *value, &slopes, rate));
        example.dense.iter().for_each(|(feature, value)| self.step(*feature, *value, &slopes, rate * dense_rate));
        self.step(BIAS, 1.0, &slopes, rate * 0.3);
    }

    #[inline]
    fn step(&mut self, feature: usize, value: f32, slopes: &Lanes, rate: f32) {
        let (Some(row), Some(steps)) = (self.weights.get_mut(feature), self.steps.get_mut(feature)) else { return };
        for ((weight, step), slope) in row.iter_mut().zip(steps).zip(slopes) {
            let slope = slope * value;
            *step += slope * slope;
            *weight -= rate * (slope / (*step + 1e-6).sqrt());
        }
    }
}

/// The slopes of the topics that rule each other out (softmax); a row with several aims at each alike.
fn rival_slopes(example: &Example, outputs: &Lanes, slopes: &mut Lanes) {
    let (Some(slopes), Some(outputs), Some(aims)) =
        (slopes.get_mut(rivals()), outputs.get(rivals()), example.aims.get(rivals()))
    else {
        return;
    };
    if example.rival <= 0.0 {
        return slopes.fill(0.0);
    }
    let told: f32 = aims.iter().sum();
    let highest = outputs.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = outputs.iter().map(|output| (output - highest).exp()).sum();
    for ((slope, output), aim) in slopes.iter_mut().zip(outputs).zip(aims) {
        *slope = ((output - highest).exp() / sum - aim / told) * example.rival;
    }
}
