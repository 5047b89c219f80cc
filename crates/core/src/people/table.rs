//! A set of 64-bit hashes in five bytes each: the top bits choose a bucket, forty of the rest are kept in it.

/// How many hashes a bucket holds on average, at most.
const PER_BUCKET: usize = 20;

/// The set. About 5.2 bytes a hash.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// How many top bits choose the bucket.
    pub(super) bits: u32,
    /// Where each bucket begins, and where the last one ends.
    pub(super) starts: Vec<u32>,
    /// The kept bits of each hash, by bucket: the lower 32 …
    pub(super) low: Vec<u32>,
    /// … and the upper 8. Both have as many zeros at their end as the fullest bucket has hashes.
    pub(super) high: Vec<u8>,
    /// How many hashes the fullest bucket holds.
    pub(super) widest: usize,
}

impl Table {
    /// How many top bits a set of so many hashes is cut by.
    pub(super) fn bits_for(hashes: usize) -> u32 {
        hashes.div_ceil(PER_BUCKET).next_power_of_two().trailing_zeros().min(24)
    }

    /// The set of hashes that come sorted and without repetition, in several parts so that a big set needs no second
    /// place in memory.
    pub(super) fn new(hashes: usize, parts: impl Iterator<Item = Vec<u64>>) -> Self {
        let bits = Self::bits_for(hashes);
        let buckets = 1_usize << bits;
        let room = hashes + hashes / 16 + 64;
        let mut table = Self {
            bits,
            starts: Vec::with_capacity(buckets + 1),
            low: Vec::with_capacity(room),
            high: Vec::with_capacity(room),
            widest: 0,
        };
        for hash in parts.flatten() {
            table.begin_buckets(bucket(hash, bits) + 1);
            let (low, high) = kept(hash, bits);
            table.low.push(low);
            table.high.push(high);
        }
        table.begin_buckets(buckets + 1);
        table.end();
        table
    }

    fn begin_buckets(&mut self, upto: usize) {
        let at = u32::try_from(self.low.len()).unwrap_or(u32::MAX);
        if self.starts.len() < upto {
            self.starts.resize(upto, at);
        }
    }

    /// Measures the buckets and adds the zeros that let every look-up read as much.
    pub(super) fn end(&mut self) {
        let width = |pair: &[u32]| match pair {
            [from, to] => to.saturating_sub(*from) as usize,
            _ => 0,
        };
        self.widest = self.starts.windows(2).map(width).max().unwrap_or(0);
        let padded = self.low.len() + self.widest;
        self.low.resize(padded, 0);
        self.high.resize(padded, 0);
    }

    /// Whether the hash is in the set. Reads as many entries for every hash, from wherever its bucket begins, and
    /// compares them all without a branch: neither the hash nor the answer changes what is done.
    pub(super) fn holds(&self, hash: u64) -> bool {
        let at = bucket(hash, self.bits);
        let from = self.starts.get(at).copied().unwrap_or(0);
        let to = self.starts.get(at + 1).copied().unwrap_or(from);
        let (low, high) = kept(hash, self.bits);
        let length = to.saturating_sub(from);
        let from = from as usize;
        let lows = self.low.get(from..from + self.widest).unwrap_or_default();
        let highs = self.high.get(from..from + self.widest).unwrap_or_default();
        let mut held = 0_u32;
        for ((n, one), other) in (0_u32..).zip(lows).zip(highs) {
            let is_other = (*one ^ low) | u32::from(*other ^ high);
            held |= u32::from(is_other == 0) & u32::from(n < length);
        }
        held != 0
    }

    /// How many hashes there are.
    pub(super) const fn len(&self) -> usize {
        self.low.len() - self.widest
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.low.capacity() * 4 + self.high.capacity() + self.starts.capacity() * 4
    }
}

const fn bucket(hash: u64, bits: u32) -> usize {
    // A shift by 64 is none.
    match hash.checked_shr(64 - bits) {
        Some(bucket) => bucket as usize,
        None => 0,
    }
}

/// Forty bits below those that choose the bucket.
#[expect(clippy::cast_possible_truncation, reason = "the bits are cut on purpose")]
const fn kept(hash: u64, bits: u32) -> (u32, u8) {
    let below = (hash << bits) >> 24;
    (below as u32, (below >> 32) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_of_the_set_is_held_and_no_other() {
        for count in [0_u64, 1, 19, 21, 5_000, 40_000] {
            let mix = |n: u64| {
                (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31).wrapping_mul(0xD6E8_FEB8_6659_FD93)
            };
            let mut hashes: Vec<u64> = (0..count).map(mix).collect();
            hashes.sort_unstable();
            let table = Table::new(hashes.len(), hashes.chunks(100).map(<[u64]>::to_vec));
            assert_eq!(table.len(), hashes.len());
            assert!(hashes.iter().all(|hash| table.holds(*hash)), "{count}");
            assert_eq!((count..count + 10_000).filter(|n| table.holds(mix(*n))).count(), 0, "{count}");
            assert!(!table.holds(0) && !table.holds(u64::MAX), "{count}");
        }
    }
}
