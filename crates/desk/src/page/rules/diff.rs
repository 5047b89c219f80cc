//! What differs between two files, line by line: enough for a person who has to answer for a change.

/// One line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Same(String),
    /// Only in the one that is in force.
    Gone(String),
    /// Only in the new one.
    New(String),
    /// Lines that are the same were left out here.
    Left(usize),
}

/// A file with what differs in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<Change>,
}

/// Same lines shown around a change.
const AROUND: usize = 3;
/// Longer stretches are shown as wholly gone and wholly new: comparing them line by line would cost their product.
const LONGEST: usize = 1_500;

/// Compares two texts.
#[must_use]
pub fn diff(name: &str, before: &str, after: &str) -> Diff {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let begin = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let rest = before.len().min(after.len()) - begin;
    let end = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let middle = |all: &[&'_ str]| -> Vec<String> {
        all.iter().skip(begin).take(all.len() - begin - end).map(|line| (*line).to_owned()).collect()
    };
    let same = |line: &&str| Change::Same((*line).to_owned());
    let mut lines: Vec<Change> = before.iter().take(begin).map(same).collect();
    lines.extend(between(&middle(&before), &middle(&after)));
    lines.extend(before.iter().skip(before.len() - end).map(same));
    Diff { name: name.to_owned(), lines: shorten(lines) }
}

/// The longest common subsequence, walked from the start (Hunt and McIlroy's problem, by table).
fn between(before: &[String], after: &[String]) -> Vec<Change> {
    if before.len() > LONGEST || after.len() > LONGEST {
        let gone = before.iter().cloned().map(Change::Gone);
        return gone.chain(after.iter().cloned().map(Change::New)).collect();
    }
    // longest[i][j]: how many lines the rests from i and j have in common.
    let mut longest = vec![vec![0_u16; after.len() + 1]; before.len() + 1];
    let at = |table: &[Vec<u16>], i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    for (i, one) in before.iter().enumerate().rev() {
        for (j, other) in after.iter().enumerate().rev() {
            let here = if one == other {
                at(&longest, i + 1, j + 1).saturating_add(1)
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(cell) = longest.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cell = here;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (before.get(i), after.get(j)) {
            (Some(one), Some(other)) if one == other => {
                lines.push(Change::Same(one.clone()));
                (i, j) = (i + 1, j + 1);
            }
            (Some(one), other) if other.is_none() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                lines.push(Change::Gone(one.clone()));
                i += 1;
            }
            (_, Some(other)) => {
                lines.push(Change::New(other.clone()));
                j += 1;
            }
            (_, None) => return lines,
        }
    }
}

/// Leaves out what is the same and far from every change.
fn shorten(lines: Vec<Change>) -> Vec<Change> {
    let changed: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| !matches!(line, Change::Same(_))).map(|(n, _)| n).collect();
    let is_near = |n: usize| {
        let next = changed.partition_point(|at| *at < n.saturating_sub(AROUND));
        changed.get(next).is_some_and(|at| *at <= n + AROUND)
    };
    let mut out: Vec<Change> = Vec::new();
    for (n, line) in lines.into_iter().enumerate() {
        match (is_near(n), out.last_mut()) {
            (true, _) => out.push(line),
            (false, Some(Change::Left(left))) => *left += 1,
            (false, _) => out.push(Change::Left(1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_stands_among_what_is_near() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj";
        let after = "a\nb\nc\nd\ne\nF\ng\nh\ni\nj\nk";
        let same = |line: &str| Change::Same(line.to_owned());
        let lines = vec![
            Change::Left(2),
            same("c"),
            same("d"),
            same("e"),
            Change::Gone("f".to_owned()),
            Change::New("F".to_owned()),
            same("g"),
            same("h"),
            same("i"),
            same("j"),
            Change::New("k".to_owned()),
        ];
        assert_eq!(diff("x", before, after).lines, lines);
        assert_eq!(diff("x", before, before).lines, [Change::Left(10)]);
        assert_eq!(diff("x", "", "a").lines, [Change::New("a".to_owned())]);
        assert_eq!(diff("x", "a\na", "a").lines, [same("a"), Change::Gone("a".to_owned())]);
    }
}
