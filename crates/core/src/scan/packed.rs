//! Weights in few bytes: only the rows that matter, each weight one of sixteen levels, half a byte. In memory they are whole bytes in
//! a full table, so that reading asks for no more than a row.

use std::collections::BTreeSet;

use super::chain::LABELS;

/// A row of weights.
pub(super) type Row = [i8; LABELS];

/// So many levels; the four bits of half a byte tell them apart.
const LEVELS: usize = 16;
/// So many rows are kept, those with the largest weights.
const MOST_ROWS: usize = 205_000;

/// Leaves out the rows that matter least and rounds every weight to one of sixteen levels, nought among them.
pub(super) fn thin(rows: &mut [Row]) {
    let weight = |row: &Row| row.iter().map(|weight| u32::from(weight.unsigned_abs())).sum::<u32>();
    let mut order: Vec<(u32, usize)> = rows.iter().map(weight).zip(0..).filter(|(weight, _)| *weight > 0).collect();
    order.sort_unstable_by_key(|(weight, at)| (std::cmp::Reverse(*weight), *at));
    for (_, at) in order.iter().skip(MOST_ROWS) {
        rows.get_mut(*at).into_iter().for_each(|row| *row = [0; LABELS]);
    }
    let mut counts = [0u64; 256];
    let cell = |weight: i8| usize::from(weight.wrapping_sub(i8::MIN) as u8);
    rows.iter().flatten().filter(|weight| **weight != 0).for_each(|weight| {
        counts.get_mut(cell(*weight)).into_iter().for_each(|count| *count += 1);
    });
    let levels = levels(&counts);
    let nearest: Vec<i8> =
        (i8::MIN..=i8::MAX).map(|weight| levels.get(near(&levels, weight)).copied().unwrap_or(0)).collect();
    rows.iter_mut().flatten().for_each(|weight| *weight = nearest.get(cell(*weight)).copied().unwrap_or(0));
}

fn near(levels: &[i8], weight: i8) -> usize {
    let away = |level: &i8| (i16::from(*level) - i16::from(weight)).unsigned_abs();
    levels.iter().enumerate().min_by_key(|(_, level)| away(level)).map_or(0, |(n, _)| n)
}

/// The levels that are nearest to all weights (Lloyd 1982), in whole numbers; the one in the middle is nought.
fn levels(counts: &[u64; 256]) -> [i8; LEVELS] {
    let mut levels: [i8; LEVELS] = std::array::from_fn(|n| (n as i16 * 9 - 63) as i8);
    for _ in 0..40 {
        let mut sums = [(0i64, 0i64); LEVELS];
        for (weight, count) in (i8::MIN..=i8::MAX).zip(counts) {
            if let Some(sum) = sums.get_mut(near(&levels, weight)) {
                *sum = (sum.0 + i64::from(weight) * *count as i64, sum.1 + *count as i64);
            }
        }
        for (level, (sum, count)) in levels.iter_mut().zip(sums) {
            if *level != 0 && count > 0 {
                let mean = (2 * sum + count * sum.signum()) / (2 * count);
                *level = i8::try_from(mean).unwrap_or(*level);
            }
        }
    }
    levels
}

/// The rows as bytes: levels, how many rows, how far each is from the one before, then their weights.
pub(super) fn pack(rows: &[Row]) -> Vec<u8> {
    let mut levels: Vec<i8> = rows.iter().flatten().copied().collect::<BTreeSet<i8>>().into_iter().collect();
    levels.resize(LEVELS, 0);
    let held = || rows.iter().enumerate().filter(|(_, row)| row.iter().any(|weight| *weight != 0));
    let mut bytes: Vec<u8> = levels.iter().map(|level| *level as u8).collect();
    bytes.extend(u32::try_from(held().count()).unwrap_or(0).to_le_bytes());
    let mut last = 0;
    for (at, _) in held() {
        let mut gap = at - last;
        while gap > 127 {
            bytes.push(gap as u8 & 127 | 128);
            gap >>= 7;
        }
        bytes.push(gap as u8);
        last = at;
    }
    let code = |weight: i8| levels.iter().position(|level| *level == weight).unwrap_or(0) as u8;
    let halves =
        held().flat_map(|(_, row)| row.as_chunks::<2>().0.iter().map(|[low, high]| code(*low) | code(*high) << 4));
    bytes.extend(halves);
    bytes
}

/// Reads what [`pack`] wrote into a table of `size` rows; `None` where it is no such thing.
pub(super) fn unpack(bytes: &[u8], size: usize) -> Option<Vec<Row>> {
    let (levels, rest) = bytes.split_first_chunk::<LEVELS>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let count = u32::from_le_bytes(*count) as usize;
    let mut places = Vec::with_capacity(count.min(size));
    let mut at = 0usize;
    for _ in 0..count {
        let (gap, after) = gap(rest)?;
        at = at.checked_add(gap).filter(|at| *at < size)?;
        places.push(at);
        rest = after;
    }
    let (packed, left) = rest.as_chunks::<{ LABELS / 2 }>();
    if !left.is_empty() || packed.len() != count {
        return None;
    }
    let level = |code: u8| levels.get(usize::from(code)).map_or(0, |level| *level as i8);
    let mut rows = vec![[0; LABELS]; size];
    for (at, packed) in places.into_iter().zip(packed) {
        let weights = packed.iter().flat_map(|byte| [level(byte & 15), level(byte >> 4)]);
        rows.get_mut(at)?.iter_mut().zip(weights).for_each(|(slot, weight)| *slot = weight);
    }
    Some(rows)
}

fn gap(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().position(|byte| byte & 128 == 0).filter(|n| *n < 4)? + 1;
    let (number, rest) = bytes.split_at_checked(length)?;
    Some((number.iter().rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 127)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinned_rows_come_back_as_they_were() {
        let mut rows: Vec<Row> = vec![[0; LABELS]; 70_000];
        for (n, row) in rows.iter_mut().enumerate().filter(|(n, _)| n % 7 == 0 || *n > 69_000 || *n == 12_345) {
            row.iter_mut().enumerate().for_each(|(label, weight)| *weight = ((n * 31 + label * 17) % 255) as u8 as i8);
        }
        let before = rows.clone();
        thin(&mut rows);
        assert!(rows.iter().flatten().collect::<BTreeSet<_>>().len() <= LEVELS);
        let far = |(one, other): (&i8, &i8)| (i16::from(*one) - i16::from(*other)).abs();
        assert!(rows.iter().flatten().zip(before.iter().flatten()).map(far).max() <= Some(40), "levels lie close");
        let bytes = pack(&rows);
        assert_eq!(unpack(&bytes, rows.len()).as_ref(), Some(&rows));
        assert_eq!(unpack(&bytes, 69_999), None, "a row beyond the table");
        assert_eq!(unpack(bytes.split_last().unwrap().1, rows.len()), None, "cut off");
    }
}
