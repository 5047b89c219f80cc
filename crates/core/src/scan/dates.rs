//! Dates in the ways German and English write them.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::runs::Run;

/// How sure it is that digits are a date of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// Day, month and year, or month and year.
    Whole,
    /// Day and month.
    Partial,
    /// A year, or a month with two digits of a year: a date in doctors' letters, elsewhere the sequence model decides.
    InLetters,
    /// As before, but it may count something: the sequence model decides.
    Hint,
}

/// All dates, in bytes, in order.
pub(super) fn find(text: &str, runs: &[Run]) -> Vec<(Range<usize>, Sure)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        let rest = runs.get(at..).unwrap_or_default();
        match numeric(text, rest).or_else(|| in_words(text, rest)) {
            Some((used, bytes, sure)) => {
                found.extend(day_before(text, runs, at).map(|bytes| (bytes, sure)));
                found.push((bytes, sure));
                at += used;
            }
            None => {
                found.extend(hint(text, rest));
                at += 1;
            }
        }
    }
    found
}

/// "4. bis" before "18.10.21": the first day of a span of days.
fn day_before(text: &str, runs: &[Run], at: usize) -> Option<Range<usize>> {
    let to = |run: &Run| {
        text.get(run.start..run.end).is_some_and(|word| matches!(word, "bis" | "und" | "zum" | "u" | "to" | "and"))
    };
    let mut from = at.checked_sub(1)?;
    let mut words = 0;
    while words < 2 && runs.get(from).is_some_and(to) {
        from = from.checked_sub(1)?;
        words += 1;
    }
    let (run, next) = (runs.get(from)?, runs.get(from + 1)?);
    let gap = text.get(run.end..next.start)?;
    let joined = if words > 0 {
        matches!(gap, ". " | ".")
    } else {
        matches!(gap, ".-" | ". - " | ".–" | ". – " | "./" | ".+")
    };
    let (day, length) = digits(text, run)?;
    (joined && length <= 2 && (1..=31).contains(&day)).then_some(run.start..run.end)
}

/// A year, or month and year as 6/29.
fn hint(text: &str, runs: &[Run]) -> Option<(Range<usize>, Sure)> {
    let run = runs.first()?;
    let (number, length) = digits(text, run)?;
    if part_of_more(text, run.start) {
        return None;
    }
    let sure = |end: usize| if counts(text, end) { Sure::Hint } else { Sure::InLetters };
    if length == 4 && (1900..=2100).contains(&number) {
        return Some((run.start..run.end, sure(run.end)));
    }
    let next = runs.get(1)?;
    let (_, next_length) = digits(text, next)?;
    let slash =
        text.get(run.end..next.start) == Some("/") && next_length == 2 && (1..=12).contains(&number) && length <= 2;
    // "pN1 (2/15)" counts lymph nodes.
    let sure =
        if text.get(..run.start).is_some_and(|before| before.ends_with('(')) { Sure::Hint } else { sure(next.end) };
    (slash && !goes_on(text, runs.get(2), next.end)).then_some((run.start..next.end, sure))
}

/// Whether a unit or a counted thing follows: "2000 ml", "10/14 cm", "2/15 LK".
fn counts(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let word: String = rest
        .trim_start_matches([' ', '\u{a0}'])
        .chars()
        .take_while(|c| c.is_alphabetic() || matches!(c, '/' | 'µ' | '%'))
        .collect();
    const UNITS: &[&str] = &[
        "g",
        "mg",
        "kg",
        "ml",
        "l",
        "cm",
        "mm",
        "m",
        "IE",
        "I",
        "E",
        "U",
        "kcal",
        "Uhr",
        "Euro",
        "EUR",
        "%",
        "/µl",
        "/ul",
        "LK",
        "Lk",
        "Lymphknoten",
        "mmHg",
        "Schritte",
        "Betten",
        "Mal",
        "ng/ml",
        "pg/ml",
        "mg/dl",
        "U/l",
        "g/l",
        "ml/h",
        "kJ",
    ];
    UNITS.contains(&word.as_str())
}

/// Words and abbreviations of doctors' letters and reports.
static CLINICAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:Z\. ?n\.|Zn\.|St\. ?p\.|V\. ?a\.|(?-u:\b)(?:ED|ICD|OP|CT|MRT|PET|EKG|Chemotherapie|Radiatio|Resektion|Metastase\w*|",
        r"Karzinom|Ca|rez|bds|Insuffizienz|Stenose|Anamnese|Diagnosen?|Befund|Medikation|Labor\w*|Sonographie|Histologie|Therapie|",
        r"Hypertonie|Diabetes|Syndrom|Kollegin|Kollegen?|Pat|Patient(?:en|in)?|postoperativ|stationär\w*|mg|Epikrise)(?-u:\b))"
    ))
    .ok()
});

/// Whether a text is out of a doctor's letter or a report: two of its words. There years and months alone are of somebody's care.
pub(super) fn is_letter(text: &str) -> bool {
    CLINICAL.as_ref().is_some_and(|words| {
        let mut found = words.find_iter(text).map(|found| found.as_str());
        found.next().is_some_and(|first| found.any(|other| other != first))
    })
}

type Read = (usize, Range<usize>, Sure);

fn digits(text: &str, run: &Run) -> Option<(u32, usize)> {
    let part = text.get(run.start..run.end).filter(|_| run.is_number() && run.digits <= 4)?;
    Some((part.parse().ok()?, part.len()))
}

const fn is_year(n: u32, length: usize) -> bool {
    length == 4 && n >= 1850 && n <= 2100
}

const fn is_day_and_month(a: u32, b: u32) -> bool {
    a >= 1 && b >= 1 && ((a <= 31 && b <= 12) || (a <= 12 && b <= 31))
}

/// 3.4.1961, 03/04/61, 1961-04-03, 26 09.2033, 3.4., 06/2020.
fn numeric(text: &str, runs: &[Run]) -> Option<Read> {
    let (a, b) = (runs.first()?, runs.get(1)?);
    let ((first, first_len), (second, second_len)) = (digits(text, a)?, digits(text, b)?);
    let gap = text.get(a.end..b.start)?;
    if part_of_more(text, a.start) || !is_separator(gap) {
        return None;
    }
    if let Some(c) = runs.get(2)
        && let Some((third, third_len)) = digits(text, c)
        && let Some(gap2) = text.get(b.end..c.start).filter(|gap| is_separator(gap))
    {
        let same = gap.trim() == gap2.trim();
        let year_last = first_len <= 2 && second_len <= 2 && is_day_and_month(first, second);
        let whole = year_last && (is_year(third, third_len) || (third_len == 2 && same && !gap.trim().is_empty()))
            || is_year(first, first_len)
                && second_len <= 2
                && third_len <= 2
                && same
                && gap != " "
                && is_day_and_month(third, second);
        if whole && !goes_on(text, runs.get(3), c.end) {
            return Some((3, a.start..c.end, Sure::Whole));
        }
    }
    let ends = !goes_on(text, runs.get(2), b.end);
    if first_len <= 2 && (1..=12).contains(&first) && is_year(second, second_len) && matches!(gap, "/" | ".") && ends {
        return Some((2, a.start..b.end, Sure::Whole));
    }
    let dotted = matches!(gap, "." | ". ") && text.get(b.end..).is_some_and(|rest| rest.starts_with('.'));
    if dotted && ends && first_len <= 2 && second_len <= 2 && first <= 31 && second <= 12 && first >= 1 && second >= 1 {
        return Some((2, a.start..b.end + 1, Sure::Partial));
    }
    None
}

fn is_separator(gap: &str) -> bool {
    matches!(gap, "." | "/" | "-" | ". " | " ." | " " | " / " | " . " | "–")
}

/// A decimal, a version or a longer chain stands before.
fn part_of_more(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev();
    let sign = before.next();
    matches!(sign, Some('.' | '/' | ',' | '-' | '+'))
        && before.next().is_some_and(|c| c.is_ascii_digit())
        && sign != Some('-')
}

/// The same chain goes on with another number.
fn goes_on(text: &str, next: Option<&Run>, end: usize) -> bool {
    next.is_some_and(|next| next.digits > 0 && matches!(text.get(end..next.start), Some("." | "/")))
}

/// 3. Mai 1961, May 3rd, 2021, Mai 2019.
fn in_words(text: &str, runs: &[Run]) -> Option<Read> {
    let (a, b) = (runs.first()?, runs.get(1)?);
    if let Some(day) = day(text, a) {
        // "3rd of May": the month is one word farther.
        let of = text.get(b.start..b.end).is_some_and(|word| word.eq_ignore_ascii_case("of"));
        let (month, used) = if of { (runs.get(2)?, 3) } else { (b, 2) };
        let near = text.get(a.end..b.start).is_some_and(|gap| matches!(gap, " " | ". " | "." | "-" | "-ten "));
        if !near || !is_month(text, month) || !(1..=31).contains(&day) {
            return None;
        }
        return Some(match year_after(text, month, runs.get(used)) {
            Some(end) => (used + 1, a.start..end, Sure::Whole),
            None => (used, a.start..month.end, Sure::Partial),
        });
    }
    if !is_month(text, a) {
        return None;
    }
    let close = text.get(a.end..b.start).is_some_and(|gap| matches!(gap, " " | ". " | "." | "-" | " '" | ", "));
    let (number, length) = digits(text, b).or_else(|| day(text, b).map(|n| (n, 2)))?;
    if !close {
        return None;
    }
    if is_year(number, length) {
        return Some((2, a.start..b.end, Sure::Whole));
    }
    if length > 2 || !(1..=31).contains(&number) {
        return None;
    }
    Some(match year_after(text, b, runs.get(2)) {
        Some(end) => (3, a.start..end, Sure::Whole),
        None => (2, a.start..b.end, Sure::Partial),
    })
}

fn year_after(text: &str, run: &Run, next: Option<&Run>) -> Option<usize> {
    let next = next?;
    let (number, length) = digits(text, next)?;
    let gap = text.get(run.end..next.start)?;
    (is_year(number, length) && matches!(gap, " " | ", " | ". " | "." | "," | "-"))
        .then_some(next.end)
        .or_else(|| (length == 2 && matches!(gap, " '" | "-" | " ’")).then_some(next.end))
}

/// 3, 3rd, 21st.
fn day(text: &str, run: &Run) -> Option<u32> {
    let part = text.get(run.start..run.end)?;
    if run.digits == 0 || run.digits > 2 {
        return None;
    }
    let (number, ending) = part.split_at_checked(run.digits)?;
    matches!(ending.to_ascii_lowercase().as_str(), "" | "st" | "nd" | "rd" | "th")
        .then(|| number.parse().ok())
        .flatten()
}

fn is_month(text: &str, run: &Run) -> bool {
    if run.digits > 0 || !(3..=9).contains(&run.letters) {
        return false;
    }
    text.get(run.start..run.end).is_some_and(|word| MONTHS.iter().any(|month| same(word, month)))
}

fn same(word: &str, month: &str) -> bool {
    word.chars().flat_map(char::to_lowercase).eq(month.chars())
}

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "januar",
    "jänner",
    "jaenner",
    "februar",
    "feber",
    "märz",
    "maerz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "mär",
    "okt",
    "dez",
    "juno",
    "julei",
];
