//! Charts as inline SVG. Each has a title and a description; a colour never stands alone: every series has a pattern of its own, and
//! the table behind says the same.

use maud::{Markup, html};

use crate::text::Reader;

/// Width of a chart in its own units; the page scales it.
const WIDTH: i64 = 1120;
/// Height of the plot.
const HEIGHT: i64 = 200;
/// Room on the left for the numbers of the scale.
const LEFT: i64 = 44;
/// Where the plot's ground lies.
const GROUND: i64 = 214;

/// One series of a chart: what it counts, and how it is filled.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its word.
    pub word: String,
    /// How it is filled.
    pub fill: Fill,
    /// Its value in each stretch of time.
    pub values: Vec<i64>,
}

/// How a part of a chart is filled: a colour of the desk and a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Leaf, solid.
    Answer,
    /// Leaf, rising lines.
    Invite,
    /// Leaf, dots.
    Acknowledge,
    /// Ochre, rising lines.
    Hold,
    /// Violet-grey, dots.
    Silent,
    /// Ink, crosses.
    Person,
    /// Brick, solid.
    Escalated,
    /// Brick, falling lines.
    Removed,
}

impl Fill {
    const ALL: [Self; 8] = [
        Self::Answer,
        Self::Invite,
        Self::Acknowledge,
        Self::Hold,
        Self::Silent,
        Self::Person,
        Self::Escalated,
        Self::Removed,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Invite => "invite",
            Self::Acknowledge => "acknowledge",
            Self::Hold => "hold",
            Self::Silent => "silent",
            Self::Person => "person",
            Self::Escalated => "escalated",
            Self::Removed => "removed",
        }
    }

    /// The class that gives the pattern its colours.
    const fn tone(self) -> &'static str {
        match self {
            Self::Answer | Self::Invite | Self::Acknowledge => "is-say",
            Self::Hold => "is-hold",
            Self::Silent => "is-still",
            Self::Person => "is-plain",
            Self::Escalated | Self::Removed => "is-now",
        }
    }

    fn paint(self) -> String {
        format!("url(#p-{})", self.code())
    }
}

/// The patterns, once per page.
#[must_use]
pub fn patterns() -> Markup {
    html! {
        svg.sprite width="0" height="0" aria-hidden="true" focusable="false" {
            defs { @for fill in Fill::ALL {
                pattern id=(format_args!("p-{}", fill.code())) class=(fill.tone()) width="6" height="6" patternUnits="userSpaceOnUse" {
                    rect.pg width="6" height="6" {}
                    @match fill {
                        Fill::Answer | Fill::Escalated => { rect.pi width="6" height="6" {} }
                        Fill::Invite | Fill::Hold => { path.pl d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5" {} }
                        Fill::Removed => { path.pl d="M-1 -1 7 7M5 -1 7 1M-1 5 1 7" {} }
                        Fill::Acknowledge | Fill::Silent => { circle.pi cx="3" cy="3" r="1.4" {} }
                        Fill::Person => { path.pl d="M3 0V6M0 3H6" {} }
                    }
                }
            } }
        }
    }
}

/// The key to a chart's fills.
#[must_use]
pub fn key(all: &[Series]) -> Markup {
    html! {
        ul.chart-key { @for one in all {
            li { svg.swatch viewBox="0 0 16 16" aria-hidden="true" { rect class=(one.fill.tone()) width="16" height="16" fill=(one.fill.paint()) {} } (one.word) }
        } }
    }
}

/// Stacked bars over time. `labels`: under each bar; empty ones are left out.
#[must_use]
pub fn stacked(r: &Reader, id: &str, title: &str, desc: &str, labels: &[String], all: &[Series]) -> Markup {
    let count = labels.len().max(1);
    let sums: Vec<i64> = (0..labels.len()).map(|n| all.iter().filter_map(|one| one.values.get(n)).sum()).collect();
    let (top, step) = scale(sums.iter().copied().max().unwrap_or(0));
    let slot = (WIDTH - LEFT) / i64::try_from(count).unwrap_or(1).max(1);
    let bar = (slot * 3 / 5).clamp(2, 64);
    let every = every(count);
    html! {
        svg.chart viewBox=(format_args!("0 0 {WIDTH} 244")) role="img" aria-labelledby=(format_args!("{id}-t {id}-d")) {
            title #{ (id) "-t" } { (title) } desc #{ (id) "-d" } { (desc) }
            (grid(r, top, step))
            @for (n, label) in (0_i64..).zip(labels) {
                (column(n, LEFT + n * slot + (slot - bar) / 2, bar, top, all))
                @if n % every == 0 { text.x x=(LEFT + n * slot + slot / 2) y="232" text-anchor="middle" { (label) } }
            }
        }
    }
}

fn column(n: i64, x: i64, width: i64, top: i64, all: &[Series]) -> Markup {
    let mut ground = GROUND;
    let mut parts = Vec::new();
    for one in all {
        let value = usize::try_from(n).ok().and_then(|n| one.values.get(n)).copied().unwrap_or(0);
        // What was there at all is seen, however small.
        let height = (value * HEIGHT / top.max(1)).max(i64::from(value > 0) * 2);
        ground -= height;
        if height > 0 {
            parts.push((one.fill, ground, height));
        }
    }
    html! { @for (fill, y, height) in parts { rect.b x=(x) y=(y) width=(width) height=(height) fill=(fill.paint()) {} } }
}

fn grid(r: &Reader, top: i64, step: i64) -> Markup {
    let lines = (0..=top / step.max(1)).map(|n| n * step);
    html! {
        @for value in lines {
            @let y = GROUND - value * HEIGHT / top.max(1);
            line.grid x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
            text x=(LEFT - 8) y=(y + 4) text-anchor="end" { (r.num(value)) }
        }
    }
}

/// Lying bars: a word, a value and what it reads as; the longest fills the width.
#[must_use]
pub fn lying(id: &str, title: &str, desc: &str, fill: Fill, all: &[(String, i64, String)]) -> Markup {
    let most = all.iter().map(|(_, value, _)| *value).max().unwrap_or(0).max(1);
    let height = i64::try_from(all.len()).unwrap_or(0) * 34 + 6;
    let room = WIDTH - 560;
    html! {
        svg.chart viewBox=(format_args!("0 0 {WIDTH} {height}")) role="img" aria-labelledby=(format_args!("{id}-t {id}-d")) {
            title #{ (id) "-t" } { (title) } desc #{ (id) "-d" } { (desc) }
            @for (n, (word, value, reads)) in (0_i64..).zip(all) {
                @let y = n * 34 + 6;
                @let width = (value * room / most).max(i64::from(*value > 0) * 2);
                text.word x="440" y=(y + 17) text-anchor="end" { (cut(word)) }
                rect.b x="452" y=(y) width=(width) height="22" fill=(fill.paint()) {}
                text x=(452 + width + 8) y=(y + 17) { (reads) }
            }
        }
    }
}

/// Spans of time on one line each: from median to 90 of 100, with the goal as a mark.
#[derive(Clone, Debug)]
pub struct Range {
    /// What it is of.
    pub word: String,
    /// Median, in microseconds.
    pub median: i64,
    /// 90 of 100.
    pub p90: i64,
    /// The goal.
    pub goal: Option<i64>,
    /// How it is filled.
    pub fill: Fill,
    /// How it reads.
    pub reads: String,
}

/// How long people waited, as ranges on a common scale.
#[must_use]
pub fn ranges(r: &Reader, id: &str, title: &str, desc: &str, all: &[Range]) -> Markup {
    let longest = all.iter().map(|one| one.p90.max(one.goal.unwrap_or(0))).max().unwrap_or(0);
    let step = step(longest);
    let most = (longest / step + 1) * step;
    let height = i64::try_from(all.len()).unwrap_or(0) * 40 + 34;
    let at = |value: i64| 332 + value / (most / (WIDTH - 560)).max(1);
    html! {
        svg.chart viewBox=(format_args!("0 0 {WIDTH} {height}")) role="img" aria-labelledby=(format_args!("{id}-t {id}-d")) {
            title #{ (id) "-t" } { (title) } desc #{ (id) "-d" } { (desc) }
            line.grid x1="332" x2=(at(most)) y1=(height - 28) y2=(height - 28) {}
            @for value in (0..=most / step).map(|part| part * step) {
                text.x x=(at(value)) y=(height - 10) text-anchor="middle" { (r.brief(value)) }
            }
            @for (n, one) in (0_i64..).zip(all) {
                @let y = n * 40 + 6;
                text.word x="320" y=(y + 17) text-anchor="end" { (one.word) }
                rect.b x=(at(one.median)) y=(y) width=((at(one.p90) - at(one.median)).max(3)) height="22" fill=(one.fill.paint()) {}
                line.median x1=(at(one.median)) x2=(at(one.median)) y1=(y - 4) y2=(y + 26) {}
                @if let Some(goal) = one.goal { path.goal d=(format_args!("M{} {}v30", at(goal), y - 4)) {} }
                text x=(at(one.p90.max(one.goal.unwrap_or(0))) + 10) y=(y + 17) { (one.reads) }
            }
        }
    }
}

/// A scale that ends on a round number: its top and its step.
fn scale(most: i64) -> (i64, i64) {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]
        .into_iter()
        .find(|step| most <= step * 5)
        .unwrap_or(most / 4 + 1);
    ((most.max(1) + step - 1) / step * step, step)
}

/// The step of a scale of time: a length that people say, so that there are seven at most.
fn step(longest: i64) -> i64 {
    const MINUTE: i64 = 60_000_000;
    let said = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1_440, 2_880, 5_760, 10_080, 20_160, 40_320];
    said.into_iter().map(|minutes| minutes * MINUTE).find(|step| longest <= step * 6).unwrap_or(longest / 6 + 1)
}

/// Which labels are written: never so many that they touch.
fn every(count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    count.div_euclid(16) + i64::from(count % 16 > 0)
}

/// As much of a sentence as fits beside its bar; the table has all of it.
fn cut(words: &str) -> String {
    const FITS: usize = 62;
    if words.chars().count() <= FITS {
        return words.to_owned();
    }
    let short: String = words.chars().take(FITS - 1).collect();
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_on_a_round_number_with_few_lines() {
        for most in [0, 1, 4, 5, 6, 37, 99, 100, 101, 4_999, 123_456, 900_000] {
            let (top, step) = scale(most);
            assert!(top >= most && top % step == 0 && top / step <= 5, "{most}: {top} by {step}");
        }
    }

    #[test]
    fn time_is_marked_in_lengths_that_people_say() {
        let hours = |n: i64| n * 3_600_000_000;
        for (longest, expect) in [(hours(5), hours(1)), (hours(25), hours(6)), (hours(72), hours(12)), (1, 60_000_000)]
        {
            assert_eq!(step(longest), expect, "{longest}");
        }
    }

    #[test]
    fn labels_never_touch() {
        for (count, steps) in [(1, 1), (14, 1), (16, 1), (17, 2), (90, 6), (366, 23)] {
            assert_eq!(every(count), steps, "{count}");
        }
    }
}
