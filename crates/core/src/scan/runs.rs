//! Runs of letters and digits, and which of them belong together as one number however it is spaced or dotted.

use std::ops::Range;

use super::alike;

/// A run of letters and digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many ASCII digits it has.
    pub(super) digits: usize,
    /// How many other letters.
    pub(super) letters: usize,
}

impl Run {
    pub(super) const fn is_number(&self) -> bool {
        self.letters == 0
    }
}

/// The runs of a text.
pub(super) fn cut(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(text.len() / 5 + 1);
    let mut open = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        if !open {
            runs.push(Run { start: at, end: at, digits: 0, letters: 0 });
            open = true;
        }
        if let Some(run) = runs.last_mut() {
            run.end = at + c.len_utf8();
            run.digits += usize::from(c.is_ascii_digit());
            run.letters += usize::from(!c.is_ascii_digit());
        }
    }
    runs
}

/// Most runs of one number: nineteen spaced digits, and some.
const MOST_RUNS: usize = 40;

/// Runs that belong together: ranges of `runs`, each with a digit. Between them stand up to three spaces, dots, hyphens,
/// slashes or brackets; a letter alone or letters with digits belong to a number, a word does not.
pub(super) fn clusters(text: &str, runs: &[Run]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        if run.digits == 0 && !is_letter_before(text, runs, at) {
            at += 1;
            continue;
        }
        let start = at;
        while at + 1 - start < MOST_RUNS && joins(text, runs, at) {
            at += 1;
        }
        at += 1;
        if runs.get(start..at).is_some_and(|runs| runs.iter().any(|run| run.digits > 0)) {
            found.push(start..at);
        }
    }
    found
}

/// A letter with a number right after it: "A 123 456 780".
fn is_letter_before(text: &str, runs: &[Run], at: usize) -> bool {
    let (Some(run), Some(next)) = (runs.get(at), runs.get(at + 1)) else { return false };
    run.letters == 1
        && next.digits > 0
        && next.is_number()
        && next.start - run.end == 1
        && is_joint(text, run.end..next.start)
}

/// Whether the run after `at` belongs to the same number.
fn joins(text: &str, runs: &[Run], at: usize) -> bool {
    let (Some(run), Some(next)) = (runs.get(at), runs.get(at + 1)) else { return false };
    let lone = next.letters == 1 && next.end - next.start == 1;
    let fits = next.digits > 0 && next.letters <= 12
        || lone
        || alike::is_group(text.get(next.start..next.end).unwrap_or_default());
    fits && is_joint(text, run.end..next.start)
}

fn is_joint(text: &str, gap: Range<usize>) -> bool {
    let gap = text.get(gap).unwrap_or_default();
    gap.len() <= 4
        && gap
            .bytes()
            .all(|b| matches!(b, b' ' | b'\t' | b'-' | b'.' | b'/' | b'(' | b')' | b'_' | b'*' | b'\xb7' | b'\xc2'))
}
