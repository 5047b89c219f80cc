//! The second reader's weights as they are kept in `models/guard.bin`: small, whole numbers with one scale a table.

use super::{
    Kind, Reading, Severity,
    features::{Feature, Sentence, TABLE},
};

/// The number of places in each kind's table.
pub const KIND_TABLE: u32 = 1 << 13;

const MAGIC: &[u8] = b"BGS1";

/// Weights that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are no weights of the second reader")]
pub struct BadWeights;

/// One table with what it is multiplied with and what is added.
#[derive(Debug, Clone, PartialEq)]
struct Table {
    scale: f32,
    bias: f32,
    weights: Vec<i8>,
}

impl Table {
    fn new(weights: &[f32], bias: f32) -> Self {
        let most = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "rounded and within i8 by the scale")]
        let weights = weights.iter().map(|weight| (weight / scale).round() as i8).collect();
        Self { scale, bias, weights }
    }

    fn score(&self, features: &[Feature]) -> f32 {
        let mask = self.weights.len().saturating_sub(1);
        let of = |feature: &Feature| {
            let weight = self.weights.get(feature.place as usize & mask).copied().unwrap_or(0);
            f32::from(weight) * feature.much
        };
        self.bias + self.scale * features.iter().map(of).sum::<f32>()
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.scale.to_le_bytes());
        out.extend(self.bias.to_le_bytes());
        out.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
    }

    fn read(from: &mut &[u8], size: u32) -> Result<Self, BadWeights> {
        let (scale, bias) = (number(from)?, number(from)?);
        let weights = take(from, size as usize)?.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        Ok(Self { scale, bias, weights })
    }
}

/// The second reader's weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    calm_below: f32,
    warn_from: f32,
    block_from: f32,
    personal: Table,
    kinds: Vec<(Kind, Table)>,
}

impl Weights {
    /// Those of `models/guard.bin`, which the program carries. A test holds that they can be read.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        Self::read(include_bytes!("../../../../../models/guard.bin")).ok()
    }

    /// Makes weights of trained numbers: `personal` has [`TABLE`] of them, each kind [`KIND_TABLE`]; with each its bias.
    /// `bounds` are log odds: below the first a draft plainly speaks to everybody, from the second on a second person looks,
    /// from the third on nothing is sent.
    #[must_use]
    pub fn new(personal: (&[f32], f32), kinds: &[(Kind, Vec<f32>, f32)], bounds: [f32; 3]) -> Self {
        let [calm_below, warn_from, block_from] = bounds;
        let kinds = kinds.iter().map(|(kind, weights, bias)| (*kind, Table::new(weights, *bias))).collect();
        Self { calm_below, warn_from, block_from, personal: Table::new(personal.0, personal.1), kinds }
    }

    /// The first of the bounds.
    pub(super) const fn calm_below(&self) -> f32 {
        self.calm_below
    }

    /// What these weights say of a sentence.
    #[must_use]
    pub fn judge(&self, sentence: &Sentence) -> Reading {
        let score = self.personal.score(&sentence.features);
        let severity = if score >= self.block_from {
            Some(Severity::Block)
        } else {
            (score >= self.warn_from).then_some(Severity::Warn)
        };
        let scored = self.kinds.iter().map(|(kind, table)| (*kind, table.score(&sentence.features)));
        let kind = scored.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(Kind::ConfirmsRelationship, |(kind, _)| kind);
        Reading { score, kind, severity }
    }

    /// As bytes for the file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.calm_below.to_le_bytes());
        out.extend(self.warn_from.to_le_bytes());
        out.extend(self.block_from.to_le_bytes());
        self.personal.write(&mut out);
        for (kind, table) in &self.kinds {
            let word = kind.as_str().as_bytes();
            out.push(u8::try_from(word.len()).unwrap_or(u8::MAX));
            out.extend(word);
            table.write(&mut out);
        }
        out
    }

    /// From the file's bytes.
    ///
    /// # Errors
    /// They are cut off, or name a kind that there is not.
    pub fn read(mut from: &[u8]) -> Result<Self, BadWeights> {
        let from = &mut from;
        if take(from, MAGIC.len())? != MAGIC {
            return Err(BadWeights);
        }
        let (calm_below, warn_from, block_from) = (number(from)?, number(from)?, number(from)?);
        let personal = Table::read(from, TABLE)?;
        let mut kinds = Vec::new();
        while let Some((length, rest)) = from.split_first() {
            *from = rest;
            let word = std::str::from_utf8(take(from, usize::from(*length))?).map_err(|_| BadWeights)?;
            kinds.push((Kind::from_word(word).ok_or(BadWeights)?, Table::read(from, KIND_TABLE)?));
        }
        Ok(Self { calm_below, warn_from, block_from, personal, kinds })
    }
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Result<&'a [u8], BadWeights> {
    let (head, rest) = from.split_at_checked(count).ok_or(BadWeights)?;
    *from = rest;
    Ok(head)
}

fn number(from: &mut &[u8]) -> Result<f32, BadWeights> {
    let bytes = take(from, 4)?.try_into().map_err(|_| BadWeights)?;
    Ok(f32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_they_were_written_and_nothing_else_is() {
        let mut personal = vec![0.0; TABLE as usize];
        personal[7] = 2.0;
        let kinds = vec![(Kind::LegalThreat, vec![0.5; KIND_TABLE as usize], -1.0)];
        let weights = Weights::new((&personal, -0.5), &kinds, [-1.0, 0.0, 1.0]);
        let bytes = weights.write();
        assert_eq!(Weights::read(&bytes), Ok(weights.clone()));
        assert_eq!(Weights::read(&bytes[..bytes.len() - 1]), Err(BadWeights));
        assert_eq!(Weights::read(b"something"), Err(BadWeights));
        let sentence = Sentence { words: 0..1, features: vec![Feature { place: 7, much: 1.0 }] };
        let reading = weights.judge(&sentence);
        assert!((reading.score - 1.5).abs() < 1e-5 && reading.kind == Kind::LegalThreat);
        assert_eq!(reading.severity, Some(Severity::Block));
    }
}
