//! What a scan finds and misses. A text is missed when any marked place has no finding that touches it.

use std::{collections::BTreeMap, fmt};

use bedside_core::{
    scan::{Found, PhiKind, Scanner},
    triage::Lang,
};

use super::rows::Row;

/// Counts over texts.
#[derive(Debug, Default)]
pub struct Measured {
    texts: Tally,
    texts_all: Tally,
    nothing_found: u32,
    clean: u32,
    flagged: u32,
    flagged_all: u32,
    /// Clean texts in which account names are all that was found: half the sources don't mark them.
    handles_alone: u32,
    name: Pairs,
    touching: Pairs,
    characters: Pairs,
    kinds: BTreeMap<PhiKind, Tally>,
}

/// How many there were and how many were missed.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    all: u32,
    missed: u32,
}

/// Right, found and marked.
#[derive(Debug, Default, Clone, Copy)]
struct Pairs {
    right: u32,
    /// Marked that are found; the same as `right` where both must be equal.
    recalled: u32,
    found: u32,
    marked: u32,
}

impl Pairs {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.found.max(1))
    }
    fn recall(self) -> f64 {
        f64::from(self.recalled) / f64::from(self.marked.max(1))
    }
    fn f2(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 5.0 * p * r / (4.0 * p + r) } else { 0.0 }
    }
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.recalled += other.recalled;
        self.found += other.found;
        self.marked += other.marked;
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.missed += other.missed;
    }
}

/// Kinds that identify by themselves; the others (places, houses, titles, groups, work) do so only beside them.
const fn identifies(kind: PhiKind) -> bool {
    !matches!(kind, PhiKind::Location | PhiKind::Org | PhiKind::Title | PhiKind::Nrp | PhiKind::Profession)
}

/// Kinds marked in all sources.
const fn marked_everywhere(kind: PhiKind) -> bool {
    matches!(kind, PhiKind::Name | PhiKind::Location | PhiKind::Org)
}

/// Scans rows and counts.
pub fn measure<'a>(scanner: &Scanner, lang: Lang, rows: impl Iterator<Item = &'a Row>) -> Measured {
    let mut sum = Measured::default();
    let shown = std::env::var_os("SCAN_SHOW").is_some();
    for row in rows {
        let found = scanner.scan(&row.text, lang);
        if shown {
            show(row, &found);
        }
        sum.texts(row, &found);
        sum.names(row, &found);
        sum.characters(row, &found);
    }
    sum
}

fn touches(found: &Found, start: u32, end: u32) -> bool {
    found.span.start < end && start < found.span.end
}

impl Measured {
    fn texts(&mut self, row: &Row, found: &[Found]) {
        let missed: Vec<PhiKind> = row
            .spans
            .iter()
            .inspect(|span| self.kinds.entry(span.kind).or_default().all += 1)
            .filter(|span| !found.iter().any(|found| touches(found, span.start, span.end)))
            .map(|span| span.kind)
            .collect();
        missed.iter().for_each(|kind| self.kinds.entry(*kind).or_default().missed += 1);
        if row.spans.is_empty() {
            let others = || found.iter().filter(|found| found.kind != PhiKind::Handle);
            self.clean += 1;
            self.flagged += u32::from(others().any(|found| identifies(found.kind)));
            self.flagged_all += u32::from(others().next().is_some());
            self.handles_alone += u32::from(!found.is_empty() && others().next().is_none());
            return;
        }
        self.texts_all.add(Tally { all: 1, missed: u32::from(!missed.is_empty()) });
        if row.spans.iter().any(|span| identifies(span.kind)) {
            self.texts.add(Tally { all: 1, missed: u32::from(missed.iter().any(|kind| identifies(*kind))) });
            self.nothing_found += u32::from(found.is_empty());
        }
    }

    fn names(&mut self, row: &Row, found: &[Found]) {
        let marked: Vec<(u32, u32)> =
            row.spans.iter().filter(|s| s.kind == PhiKind::Name).map(|s| (s.start, s.end)).collect();
        let found: Vec<(u32, u32)> =
            found.iter().filter(|f| f.kind == PhiKind::Name).map(|f| (f.span.start, f.span.end)).collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let right = count(found.iter().filter(|one| marked.contains(one)).count());
        let both = |one: &(u32, u32), other: &(u32, u32)| one.0 < other.1 && other.0 < one.1;
        let touching = count(found.iter().filter(|one| marked.iter().any(|other| both(one, other))).count());
        let recalled = count(marked.iter().filter(|one| found.iter().any(|other| both(one, other))).count());
        let (found, marked) = (count(found.len()), count(marked.len()));
        self.name.add(Pairs { right, recalled: right, found, marked });
        self.touching.add(Pairs { right: touching, recalled, found, marked });
    }

    /// Characters of kinds that the row's source marks.
    fn characters(&mut self, row: &Row, found: &[Found]) {
        let counted = |kind: PhiKind| !row.is_partial() || marked_everywhere(kind);
        let length = row.text.chars().count();
        let mut marked = vec![false; length];
        let mut hit = vec![false; length];
        let fill = |cells: &mut Vec<bool>, start: u32, end: u32| {
            cells.iter_mut().take(end as usize).skip(start as usize).for_each(|cell| *cell = true);
        };
        row.spans.iter().filter(|span| counted(span.kind)).for_each(|span| fill(&mut marked, span.start, span.end));
        found
            .iter()
            .filter(|found| counted(found.kind))
            .for_each(|found| fill(&mut hit, found.span.start, found.span.end));
        let count = |test: &dyn Fn(bool, bool) -> bool| {
            u32::try_from(marked.iter().zip(&hit).filter(|(m, h)| test(**m, **h)).count()).unwrap_or(u32::MAX)
        };
        let right = count(&|m, h| m && h);
        self.characters.add(Pairs { right, recalled: right, found: count(&|_, h| h), marked: count(&|m, _| m) });
    }

    /// Adds the counts of others.
    pub fn add(&mut self, other: &Self) {
        self.texts.add(other.texts);
        self.texts_all.add(other.texts_all);
        self.nothing_found += other.nothing_found;
        self.clean += other.clean;
        self.flagged += other.flagged;
        self.flagged_all += other.flagged_all;
        self.handles_alone += other.handles_alone;
        self.name.add(other.name);
        self.touching.add(other.touching);
        self.characters.add(other.characters);
        other.kinds.iter().for_each(|(kind, tally)| self.kinds.entry(*kind).or_default().add(*tally));
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} | {} | {} of {} | {} | ",
            self.texts.all, self.texts.missed, self.texts_all.missed, self.texts_all.all, self.nothing_found
        )?;
        write!(f, "{} | {} | {} | {} | ", self.clean, self.flagged, self.flagged_all, self.handles_alone)?;
        let name = self.name;
        write!(f, "{:.3} | {:.3} | {:.3} | {:.3} | ", name.precision(), name.recall(), name.f2(), self.touching.f2())?;
        write!(f, "{:.3} |", self.characters.f2())?;
        for (kind, tally) in self.kinds.iter().filter(|(_, tally)| tally.missed > 0) {
            write!(f, " {} {}/{}", kind.as_str(), tally.missed, tally.all)?;
        }
        Ok(())
    }
}

/// Prints what was missed and what was found in clean texts.
fn show(row: &Row, found: &[Found]) {
    let slice =
        |start: u32, end: u32| row.text.chars().skip(start as usize).take((end - start) as usize).collect::<String>();
    let missed = row.spans.iter().filter(|span| !found.iter().any(|found| touches(found, span.start, span.end)));
    let missed: Vec<String> =
        missed.map(|span| format!("{}:{}", span.kind.as_str(), slice(span.start, span.end))).collect();
    let wrong = found.iter().filter(|found| !row.spans.iter().any(|span| touches(found, span.start, span.end)));
    let wrong: Vec<String> = wrong
        .map(|found| format!("{}:{} {:.2}", found.kind.as_str(), slice(found.span.start, found.span.end), found.score))
        .collect();
    if !missed.is_empty() || !wrong.is_empty() {
        let sort = if row.spans.is_empty() { "CLEAN" } else { "TEXT" };
        eprintln!("{} {sort} {:?}\n   missed {missed:?} beside {wrong:?}", row.source, row.text);
    }
}
