//! The sequence model: a linear-chain conditional random field (Lafferty et al. 2001) over sixteen labels. Its weights are
//! bytes; how likely each label is at each token comes from the forward and backward sums over all labellings.

use super::{
    feature::BITS,
    packed::{self, Row},
};

/// How many labels there are; a row of weights is one cache line's quarter.
pub const LABELS: usize = 16;

/// One number for each label.
pub type PerLabel = [f32; LABELS];

/// What a token can be: nothing, or the start or the rest of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "a kind and whether it starts there")]
pub enum Label {
    Nothing,
    NameStart,
    NameRest,
    PlaceStart,
    PlaceRest,
    OrgStart,
    OrgRest,
    AddressStart,
    AddressRest,
    DateStart,
    DateRest,
    IdStart,
    IdRest,
    Title,
    Nrp,
    Zip,
}

/// Which label may follow which: the rest of a kind only its start or rest.
#[must_use]
pub fn may_follow(before: usize, after: usize) -> bool {
    let is_rest = |label: usize| label.is_multiple_of(2) && (2..=12).contains(&label);
    !is_rest(after) || before == after || before + 1 == after
}

/// Trained weights.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Exponentials of the transition weights, by the label before; 0 where it may not follow.
    transitions: [PerLabel; LABELS],
    scale: f32,
    rows: Vec<Row>,
}

/// The head of a file of weights.
const HEAD: &[u8; 8] = b"bedscan2";

impl Chain {
    /// Weights as they are kept: `rows` of emissions thinned and rounded, `transitions` by the label before. Forbidden transitions
    /// are left out.
    #[must_use]
    pub fn from_weights(rows: &[PerLabel], transitions: &[PerLabel; LABELS]) -> Self {
        let most = rows.iter().flatten().fold(0.1f32, |most, weight| most.max(weight.abs()));
        let scale = most.min(8.0) / 127.0;
        let byte = |weight: f32| (weight / scale).round().clamp(-127.0, 127.0) as i8;
        let mut rows: Vec<Row> = rows.iter().map(|row| row.map(byte)).collect();
        packed::thin(&mut rows);
        Self { transitions: exponentials(transitions), scale, rows }
    }

    /// Reads a file of weights; `None` where it is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(HEAD)?;
        let (numbers, rows) = rest.split_at_checked(4 * (1 + LABELS * LABELS))?;
        let mut numbers = numbers.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four));
        let scale = numbers.next()?;
        let mut transitions = [[0.0; LABELS]; LABELS];
        transitions.iter_mut().flatten().zip(numbers).for_each(|(slot, number)| *slot = number);
        Some(Self { transitions, scale, rows: packed::unpack(rows, 1 << BITS)? })
    }

    /// The file of weights.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        let numbers = std::iter::once(&self.scale).chain(self.transitions.iter().flatten());
        bytes.extend(numbers.flat_map(|number| number.to_le_bytes()));
        bytes.extend(packed::pack(&self.rows));
        bytes
    }

    /// Adds the weights of a row.
    pub(crate) fn add(&self, row: usize, sums: &mut [i32; LABELS]) {
        if let Some(weights) = self.rows.get(row) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
        }
    }

    /// How likely each label is, before the neighbours are asked.
    pub(crate) fn likelihood(&self, sums: &[i32; LABELS]) -> PerLabel {
        let most = sums.iter().copied().max().unwrap_or(0);
        sums.map(|sum| exp((sum - most) as f32 * self.scale))
    }

    /// The transitions, as [`marginals`] takes them.
    pub(crate) fn transitions(&self) -> &[PerLabel; LABELS] {
        &self.transitions
    }
}

/// Exponentials of transition weights; 0 where a label may not follow.
#[must_use]
pub fn exponentials(transitions: &[PerLabel; LABELS]) -> [PerLabel; LABELS] {
    let mut out = [[0.0; LABELS]; LABELS];
    for (before, (to, from)) in out.iter_mut().zip(transitions).enumerate() {
        for (after, (slot, weight)) in to.iter_mut().zip(from).enumerate() {
            *slot = if may_follow(before, after) { exp(*weight) } else { 0.0 };
        }
    }
    out
}

/// For each token how likely each label is, over all labellings. `likelihood` is replaced by it; `sums` is room to work in
/// and holds the forward sums afterwards. The first token may not be the rest of a kind.
pub fn marginals(likelihood: &mut [PerLabel], transitions: &[PerLabel; LABELS], sums: &mut Vec<PerLabel>) {
    sums.clear();
    let mut before: Option<PerLabel> = None;
    for one in likelihood.iter() {
        let mut next = match &before {
            None => first(),
            Some(before) => forward(before, transitions),
        };
        next.iter_mut().zip(one).for_each(|(sum, likely)| *sum *= likely);
        normalise(&mut next);
        sums.push(next);
        before = Some(next);
    }
    let mut back = [1.0; LABELS];
    for (one, sum) in likelihood.iter_mut().zip(sums.iter()).rev() {
        let mut through = back;
        through.iter_mut().zip(one.iter()).for_each(|(through, likely)| *through *= likely);
        one.iter_mut().zip(sum.iter().zip(&back)).for_each(|(out, (sum, back))| *out = sum * back);
        normalise(one);
        back = backward(&through, transitions);
        normalise(&mut back);
    }
}

fn first() -> PerLabel {
    let mut out = [0.0; LABELS];
    out.iter_mut().enumerate().for_each(|(label, slot)| *slot = f32::from(u8::from(may_follow(0, label))));
    out
}

/// Sums over the labels before.
fn forward(before: &PerLabel, transitions: &[PerLabel; LABELS]) -> PerLabel {
    let mut out = [0.0; LABELS];
    for (likely, row) in before.iter().zip(transitions) {
        out.iter_mut().zip(row).for_each(|(out, weight)| *out += likely * weight);
    }
    out
}

/// Sums over the labels after.
fn backward(after: &PerLabel, transitions: &[PerLabel; LABELS]) -> PerLabel {
    let mut out = [0.0; LABELS];
    for (out, row) in out.iter_mut().zip(transitions) {
        *out = row.iter().zip(after).map(|(weight, likely)| weight * likely).sum();
    }
    out
}

fn normalise(values: &mut PerLabel) {
    let sum: f32 = values.iter().sum();
    if sum > 0.0 {
        values.iter_mut().for_each(|value| *value /= sum);
    }
}

/// e to the power of `x`, alike on every machine: libraries differ in the last digit. Off by less than 0.00001 of it.
#[must_use]
pub fn exp(x: f32) -> f32 {
    let x = (x * std::f32::consts::LOG2_E).clamp(-126.0, 126.0);
    let whole = x.floor();
    let rest = x - whole;
    let power = 1.0
        + rest
            * (std::f32::consts::LN_2
                + rest * (0.240_226_5 + rest * (0.055_504_1 + rest * (0.009_618_1 + rest * 0.001_333_4))));
    f32::from_bits(((whole as i32 + 127) as u32) << 23) * power
}
