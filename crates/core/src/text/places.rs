//! Ranges of words sorted by where they start, asked in logarithmic time: a text of a megabyte must not cost its square.

use std::ops::Range;

/// Ranges of words. No phrase is longer than [`LONGEST`].
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<Range<usize>>);

/// The most words that a phrase can span: 63 to each side of the word it hangs on.
const LONGEST: usize = 128;

impl<'a> FromIterator<&'a Range<usize>> for Places {
    fn from_iter<I: IntoIterator<Item = &'a Range<usize>>>(ranges: I) -> Self {
        let mut all: Vec<Range<usize>> = ranges.into_iter().cloned().collect();
        all.sort_unstable_by_key(|range| (range.start, range.end));
        Self(all)
    }
}

impl Places {
    /// Those that start inside `words`.
    pub(crate) fn starting_in(&self, words: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let from = self.0.partition_point(|range| range.start < words.start);
        let end = words.end;
        self.0.get(from..).unwrap_or_default().iter().take_while(move |range| range.start < end)
    }

    /// Those that share a word with `words`.
    pub(crate) fn touching<'a>(&'a self, words: &'a Range<usize>) -> impl Iterator<Item = &'a Range<usize>> {
        let back = words.start.saturating_sub(LONGEST)..words.end;
        let start = words.start;
        self.starting_in(&back).filter(move |range| range.end > start).collect::<Vec<_>>().into_iter()
    }

    /// Whether one shares a word with `words`.
    pub(crate) fn touches(&self, words: &Range<usize>) -> bool {
        let back = words.start.saturating_sub(LONGEST)..words.end;
        self.starting_in(&back).any(|range| range.end > words.start)
    }

    /// Whether one starts inside `words`.
    pub(crate) fn starts_in(&self, words: &Range<usize>) -> bool {
        self.starting_in(words).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_found_by_start_and_by_touch() {
        let places: Places = [5..9, 1..3, 20..21].iter().collect();
        assert!(
            places.touches(&(2..4))
                && places.touches(&(8..10))
                && !places.touches(&(3..5))
                && !places.touches(&(9..20))
        );
        assert!(places.starts_in(&(4..6)) && !places.starts_in(&(6..20)));
    }
}
