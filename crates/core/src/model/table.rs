//! A table of weights: for each bucket one small weight per output, side by side so that one cache line serves all outputs.
//! File: `BSLM`, version, bits, dense features, first rival, end of the rivals (u16); then scales, biases, calibration, dense weights (f32, little
//! endian), then the buckets' weights (i8).

use std::ops::Range;

/// Outputs a table has room for.
pub const LANES: usize = 32;
const MAGIC: &[u8; 4] = b"BSLM";
const VERSION: u16 = 2;

/// The weights of one bucket.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Row([i8; LANES]);

/// Sums of one text or one word.
pub(crate) type Sum = [i16; LANES];

/// A linear model with up to [`LANES`] outputs, each with its own calibration to a probability.
#[derive(Debug)]
pub struct Table {
    bits: u32,
    rivals: Range<usize>,
    scales: [f32; LANES],
    biases: [f32; LANES],
    /// Platt's two numbers per output: slope and offset.
    slopes: [f32; LANES],
    offsets: [f32; LANES],
    dense: Vec<[f32; LANES]>,
    rows: Vec<Row>,
}

/// What a table is made of, as training leaves it.
#[derive(Debug, Clone)]
pub struct TableParts {
    /// The number of buckets is two to the power of this.
    pub bits: u32,
    /// These outputs rule each other out: each is measured against the others.
    pub rivals: Range<u16>,
    /// Added to each output.
    pub biases: [f32; LANES],
    /// Platt's slope per output.
    pub slopes: [f32; LANES],
    /// Platt's offset per output.
    pub offsets: [f32; LANES],
    /// Weights of the features that are no n-grams, per feature.
    pub dense: Vec<[f32; LANES]>,
    /// Weights of the n-grams, per bucket.
    pub weights: Vec<[f32; LANES]>,
}

impl TableParts {
    /// The file: weights rounded to 8 bits with one scale per output.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut scales = [0.0_f32; LANES];
        for row in &self.weights {
            for (scale, weight) in scales.iter_mut().zip(row) {
                *scale = scale.max(weight.abs() / 127.0);
            }
        }
        let mut file = MAGIC.to_vec();
        let (bits, dense) = (u16::try_from(self.bits).unwrap_or(0), u16::try_from(self.dense.len()).unwrap_or(0));
        let head = [VERSION, bits, dense, self.rivals.start, self.rivals.end];
        head.iter().for_each(|number| file.extend(number.to_le_bytes()));
        let lists = [&scales, &self.biases, &self.slopes, &self.offsets].into_iter().chain(&self.dense);
        lists.flatten().for_each(|number| file.extend(number.to_le_bytes()));
        for row in &self.weights {
            file.extend(row.iter().zip(&scales).flat_map(|(weight, scale)| rounded(*weight, *scale).to_le_bytes()));
        }
        file
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held to -127..=127 before")]
fn rounded(weight: f32, scale: f32) -> i8 {
    if scale > 0.0 { (weight / scale).round().clamp(-127.0, 127.0) as i8 } else { 0 }
}

impl Table {
    /// Reads a file. `None`: it is no table of this version, or cut off.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        let rest = file.strip_prefix(MAGIC.as_slice())?;
        let (version, rest) = rest.split_first_chunk::<2>()?;
        let (bits, rest) = rest.split_first_chunk::<2>()?;
        let (dense, rest) = rest.split_first_chunk::<2>()?;
        let (first, rest) = rest.split_first_chunk::<2>()?;
        let (end, mut rest) = rest.split_first_chunk::<2>()?;
        let bits = u32::from(u16::from_le_bytes(*bits));
        if u16::from_le_bytes(*version) != VERSION || !(1..=24).contains(&bits) {
            return None;
        }
        let mut list = || -> Option<[f32; LANES]> {
            let (bytes, more) = rest.split_first_chunk::<{ 4 * LANES }>()?;
            rest = more;
            let mut numbers = [0.0; LANES];
            for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *number = f32::from_le_bytes(*bytes);
            }
            Some(numbers)
        };
        let (scales, biases, slopes, offsets) = (list()?, list()?, list()?, list()?);
        let dense = (0..u16::from_le_bytes(*dense)).map(|_| list()).collect::<Option<Vec<_>>>()?;
        let rows: Vec<Row> = rest.as_chunks::<LANES>().0.iter().map(|bytes| Row(bytes.map(u8::cast_signed))).collect();
        (rows.len() == 1 << bits).then_some(Self {
            bits,
            rivals: usize::from(u16::from_le_bytes(*first))..usize::from(u16::from_le_bytes(*end)),
            scales,
            biases,
            slopes,
            offsets,
            dense,
            rows,
        })
    }

    /// How many bits number its buckets.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// How many features beside n-grams it knows.
    #[must_use]
    pub fn dense(&self) -> usize {
        self.dense.len()
    }

    /// The outputs for n-grams and other features, before calibration: what calibration is fitted to.
    #[must_use]
    pub fn raw(&self, grams: &[u32], dense: &[(usize, f32)]) -> [f32; LANES] {
        let mut sums = [0_i32; LANES];
        for part in grams.chunks(256) {
            sums.iter_mut().zip(self.sum(part)).for_each(|(all, one)| *all += i32::from(one));
        }
        self.outputs(&sums, grams.len(), dense)
    }

    /// The weights of some buckets, added up. At most 256 buckets, so that no sum overflows.
    pub(crate) fn sum(&self, buckets: &[u32]) -> Sum {
        let mut sum = [0_i16; LANES];
        for row in buckets.iter().take(256).filter_map(|bucket| self.rows.get(*bucket as usize)) {
            for (sum, weight) in sum.iter_mut().zip(&row.0) {
                *sum += i16::from(*weight);
            }
        }
        sum
    }

    /// The outputs before calibration, for the sums of `grams` n-grams and the other features by number.
    pub(crate) fn outputs(&self, sums: &[i32; LANES], grams: usize, dense: &[(usize, f32)]) -> [f32; LANES] {
        let length = norm(grams);
        let mut outputs = self.biases;
        for ((output, sum), scale) in outputs.iter_mut().zip(sums).zip(&self.scales) {
            *output += *sum as f32 * scale * length;
        }
        for (feature, value) in dense {
            if let Some(weights) = self.dense.get(*feature) {
                outputs.iter_mut().zip(weights).for_each(|(output, weight)| *output += weight * value);
            }
        }
        against_rivals(outputs.get_mut(self.rivals.clone()).unwrap_or_default());
        outputs
    }

    /// The probabilities for outputs.
    pub(crate) fn calibrated(&self, outputs: &[f32; LANES]) -> [f32; LANES] {
        let mut all = [0.0; LANES];
        for (((p, output), slope), offset) in all.iter_mut().zip(outputs).zip(&self.slopes).zip(&self.offsets) {
            *p = 1.0 / (1.0 + (-(slope * output + offset)).exp());
        }
        all
    }
}

/// Turns outputs that rule each other out into the log odds of each against the others together.
fn against_rivals(rivals: &mut [f32]) {
    let highest = rivals.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = rivals.iter().map(|output| (output - highest).exp()).sum();
    for output in rivals {
        let own = (*output - highest).exp();
        *output = *output - highest - (sum - own).max(1e-9).ln();
    }
}

/// What sums of `grams` n-grams are multiplied with, so that long texts don't shout.
#[must_use]
pub(crate) fn norm(grams: usize) -> f32 {
    1.0 / (grams.max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> TableParts {
        let mut weights = vec![[0.0; LANES]; 4];
        weights[1][0] = 1.27;
        weights[3][0] = -0.635;
        weights[3][31] = 2.54;
        let mut biases = [0.0; LANES];
        biases[0] = -0.5;
        TableParts {
            bits: 2,
            rivals: 0..0,
            biases,
            slopes: [1.0; LANES],
            offsets: [0.0; LANES],
            dense: vec![[0.25; LANES]],
            weights,
        }
    }

    #[test]
    fn a_table_says_the_same_after_it_was_written_and_read() {
        let table = Table::read(&parts().encode()).unwrap();
        let sum = table.sum(&[1, 1, 3, 0]);
        assert_eq!((sum[0], sum[31]), (127 + 127 - 64, 127));
        let outputs = table.outputs(&sum.map(i32::from), 4, &[(0, 2.0), (9, 1.0)]);
        assert!((outputs[0] - (-0.5 + 0.5 * 1.9 + 0.5)).abs() < 1e-5, "{}", outputs[0]);
        assert!((table.calibrated(&[0.0; LANES])[3] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_broken_file_is_no_table() {
        let file = parts().encode();
        for cut in 0..file.len() {
            assert!(Table::read(&file[..cut]).is_none(), "{cut}");
        }
        let mut other = file.clone();
        other[4] = 9;
        assert!(Table::read(&other).is_none());
    }
}
