//! Hashed n-grams of a text: each word, each pair of neighbours, and all runs of three to five bytes inside a word with its
//! borders. Bytes of the folded text, in which nearly all letters are ASCII.

use crate::text::Words;

/// No word gives more n-grams than its first so many bytes: keeps sums in 16 bits and odd input cheap.
const LONGEST_WORD: usize = 64;
/// FNV-1a's prime and start (Fowler, Noll, Vo; RFC 9923).
const PRIME: u32 = 0x0100_0193;
const START: u32 = 0x811c_9dc5;
/// Knuth's multiplicative hash: the upper bits are well mixed.
const GOLDEN: u32 = 0x9e37_79b1;

/// Calls `see` for each word with its number and its n-grams' buckets, `bits` wide.
pub(crate) fn each_word(words: &Words<'_>, bits: u32, mut see: impl FnMut(usize, &[u32])) {
    let stream = words.stream().as_bytes();
    let shift = 32 - bits.clamp(1, 31);
    let mut buckets = Vec::with_capacity(3 * LONGEST_WORD + 2);
    let mut before = START;
    for (number, word) in words.all().iter().enumerate() {
        buckets.clear();
        let end = word.stream.end.min(word.stream.start + LONGEST_WORD);
        // The stream has a space on both sides of every word.
        let bordered = stream.get(word.stream.start.saturating_sub(1)..end + 1).unwrap_or_default();
        before = grams(bordered, before, |hash| buckets.push(hash.wrapping_mul(GOLDEN) >> shift));
        see(number, &buckets);
    }
}

/// Hashes of one word's n-grams; gives the word's own hash for the pair with the next.
fn grams(bordered: &[u8], before: u32, mut put: impl FnMut(u32)) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
    let word = bordered.iter().fold(START ^ 1, |hash, byte| step(hash, *byte));
    put(word);
    put(step(before.rotate_left(13) ^ word, 2));
    for window in bordered.windows(5) {
        if let [a, b, c, d, e] = window {
            let three = step(step(step(START, *a), *b), *c);
            let four = step(three, *d);
            put(three);
            put(four);
            put(step(four, *e));
        }
    }
    let tail = bordered.get(bordered.len().saturating_sub(4)..).unwrap_or_default();
    if let [a, b, c, rest @ ..] = tail {
        let three = step(step(step(START, *a), *b), *c);
        put(three);
        if let [d] = rest {
            put(step(three, *d));
            put(step(step(step(START, *b), *c), *d));
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Plain;

    fn buckets(text: &str) -> Vec<Vec<u32>> {
        let plain = Plain::new(text);
        let words = Words::new(&plain);
        let mut all = Vec::new();
        each_word(&words, 16, |_, buckets| all.push(buckets.to_vec()));
        all
    }

    #[test]
    fn a_word_gives_itself_its_pair_and_its_runs() {
        // " mama ": 6 bytes: runs of 3: 4, of 4: 3, of 5: 2; and the word and the pair.
        assert_eq!(buckets("Mama").first().map(Vec::len), Some(11));
        // " i ": one run of three.
        assert_eq!(buckets("I").first().map(Vec::len), Some(3));
        assert_eq!(buckets("MAMA mama"), buckets("mama Mama"));
        let (one, two) = (buckets("mama geht"), buckets("papa geht"));
        let same = one[1].iter().zip(&two[1]).filter(|(a, b)| a == b).count();
        assert_eq!(same, one[1].len() - 1, "only the pair differs");
    }

    #[test]
    fn a_word_without_end_costs_no_more_than_its_start() {
        let long = "a".repeat(1_000_000);
        assert!(buckets(&long).iter().all(|word| word.len() <= 3 * (LONGEST_WORD + 2) + 2));
    }
}
