//! Numbers that point to a person: by check digit, by the form of a telephone number, or by the word before them. A number
//! whose check digit is wrong and that nothing else speaks for is no finding.

use std::ops::Range;

use super::{
    alike, checks,
    context::{self, Said},
    identifiers::{IdKind, Sort},
    phone,
    runs::{self, Run},
};

/// A number found: what it is, where, and where its context begins.
pub(super) type Hit = (IdKind, Sort, Range<usize>, usize);

/// All runs that belong together, read as one number each.
///
/// The second part are long numbers that are none: neither check digit, form nor word speaks for them.
pub(super) fn find(text: &str, runs: &[Run], taken: &dyn Fn(&Range<usize>) -> bool) -> (Vec<Hit>, Vec<Range<usize>>) {
    let mut refused = Vec::new();
    let mut found = ibans(text, runs);
    let ibans: Vec<Range<usize>> = found.iter().map(|(_, _, bytes, _)| bytes.clone()).collect();
    for cluster in runs::clusters(text, runs) {
        for part in split(text, runs.get(cluster).unwrap_or_default()) {
            let Some(number) = Number::new(text, part) else { continue };
            let overlaps = |other: &Range<usize>| other.start < number.bytes.end && number.bytes.start < other.end;
            if !ibans.iter().any(overlaps) && !taken(&number.bytes) {
                let hit = number.read().or_else(|| without_letters(text, part));
                let refuses = number.digits.len() >= LONG || checks::has_sorts_of_mbi(&number.compact);
                if hit.is_none() && refuses {
                    refused.push(number.bytes);
                }
                found.extend(hit);
            }
        }
    }
    (found, refused)
}

/// The number without a letter alone at its end, one after the other, or before it where a telephone number follows ("T 0170 1234567").
fn without_letters(text: &str, runs: &[Run]) -> Option<Hit> {
    let lone = |run: &Run| run.digits == 0;
    if let Some((last, rest)) = runs.split_last()
        && lone(last)
    {
        return Number::new(text, rest)?.read().or_else(|| without_letters(text, rest));
    }
    let (first, rest) = runs.split_first().filter(|(first, _)| lone(first))?;
    let phone = Number::new(text, rest)?.read().filter(|(kind, ..)| *kind == IdKind::Phone);
    phone.filter(|(_, _, bytes, _)| bytes.start > first.end)
}

/// From so many digits on a number that the rules refuse is not for the sequence model to take up.
const LONG: usize = 9;

/// Digits, letters and how they were grouped.
pub(super) struct Number<'a> {
    pub(super) text: &'a str,
    pub(super) runs: &'a [Run],
    pub(super) bytes: Range<usize>,
    /// Letters and digits alone, in capitals.
    pub(super) compact: String,
    pub(super) digits: Vec<u8>,
}

impl<'a> Number<'a> {
    fn new(text: &'a str, runs: &'a [Run]) -> Option<Self> {
        let bytes = runs.first()?.start..runs.last()?.end;
        let compact: String =
            text.get(bytes.clone())?.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
        let digits = compact.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        Some(Self { text, runs, bytes, compact, digits })
    }

    fn read(&self) -> Option<Hit> {
        let letters = self.compact.len() - self.digits.len();
        if self.text.get(..self.bytes.start).is_some_and(|before| before.ends_with(['+', '＋'])) {
            let phone = phone::read(self.text, self.runs, &self.digits, true)?;
            return Some((IdKind::Phone, Sort::Phone, phone.clone(), phone.start));
        }
        let said = context::before(self.text, self.bytes.start);
        if let Some((Said::Card, at)) = said
            && letters == 0
            && (12..=19).contains(&self.digits.len())
            && checks::luhn(&self.digits)
        {
            return self.hit(IdKind::Card, Sort::Card, at);
        }
        if let Some((Said::Social, at)) = said
            && letters == 0
            && self.digits.len() == 9
        {
            return self.hit(IdKind::Insurance, Sort::Ssn, at);
        }
        let phone_said = said.is_some_and(|(said, _)| said == Said::Phone);
        if let Some(hit) = self.by_itself().or_else(|| alike::read(self, phone_said)) {
            return Some(hit);
        }
        match said {
            Some((Said::Room, at)) if self.is_room() => self.hit(IdKind::Room, Sort::Id, at),
            Some((Said::Social, at)) if self.digits.len() == 9 => self.hit(IdKind::Insurance, Sort::Ssn, at),
            Some((Said::Record, at)) if self.digits.len() >= 3 && !phone::is_public(&self.digits) => {
                // "booking hub: 0113 496 0210": what is written as only a telephone number is, is one.
                self.phone(false).or_else(|| self.hit(IdKind::Record, Sort::Id, at))
            }
            _ => self.phone(phone_said),
        }
    }

    /// What its check digits or its form say, whatever stands around it.
    pub(super) fn by_itself(&self) -> Option<Hit> {
        let letters = self.compact.len() - self.digits.len();
        let (kind, sort) = if letters == 0 { self.of_digits() } else { self.of_letters_too() }?;
        self.hit(kind, sort, self.bytes.start)
    }

    pub(super) fn phone(&self, said: bool) -> Option<Hit> {
        // "Call a 0711/123456": a letter alone belongs to no telephone number.
        let runs = match self.runs {
            [letter, rest @ ..] if letter.digits == 0 => rest,
            all => all,
        };
        let runs = match runs {
            [rest @ .., letter] if letter.digits == 0 => rest,
            all => all,
        };
        let bytes = phone::read(self.text, runs, &self.digits, said)?;
        Some((IdKind::Phone, Sort::Phone, bytes.clone(), bytes.start))
    }

    fn hit(&self, kind: IdKind, sort: Sort, from: usize) -> Option<Hit> {
        Some((kind, sort, self.bytes.clone(), from))
    }

    fn is_room(&self) -> bool {
        self.compact.len() <= 6 && self.runs.len() <= 3
    }

    fn of_digits(&self) -> Option<(IdKind, Sort)> {
        let digits = &self.digits;
        let groups: Vec<usize> = self.runs.iter().map(|run| run.digits).collect();
        let hyphens = self.text.get(self.bytes.clone()).is_some_and(|text| text.contains('-'));
        // A trunk zero and groups that no NHS number is written in: a telephone number whose last digit fits by chance.
        let trunk = digits.first() == Some(&0)
            && groups.len() > 1
            && groups != [3, 3, 4]
            && groups.iter().any(|group| *group != 1);
        let is_ssn = groups == [3, 2, 4] && checks::is_ssn(digits);
        if self.is_ip() {
            return Some((IdKind::Link, Sort::Ip));
        }
        match digits.len() {
            13..=19 if checks::is_card(digits) => Some((IdKind::Card, Sort::Card)),
            11 if checks::is_tax_id(digits) => Some((IdKind::TaxId, Sort::Id)),
            // Three, three and four with hyphens is how a telephone number is written in the US.
            10 if checks::is_nhs(digits) && !(hyphens && groups == [3, 3, 4]) && !trunk => {
                Some((IdKind::Insurance, Sort::Id))
            }
            10 if groups == [4, 6] && checks::is_austrian(digits) => Some((IdKind::Insurance, Sort::Id)),
            9 if is_ssn => Some((IdKind::Insurance, Sort::Ssn)),
            9 if groups == [9] && checks::is_lanr(digits) => Some((IdKind::Insurance, Sort::Id)),
            _ => None,
        }
    }

    fn is_ip(&self) -> bool {
        let small = |run: &Run| run.end - run.start <= 3 && self.value(run).is_some_and(|n| n <= 255);
        let dotted = |pair: &[Run]| matches!(pair, [one, next] if self.text.get(one.end..next.start) == Some("."));
        self.runs.len() == 4 && self.runs.iter().all(small) && self.runs.windows(2).all(dotted)
    }

    fn value(&self, run: &Run) -> Option<u32> {
        self.text.get(run.start..run.end)?.parse().ok()
    }

    fn of_letters_too(&self) -> Option<(IdKind, Sort)> {
        let text = self.compact.as_str();
        let id = Some((IdKind::Insurance, Sort::Id));
        let first = text.chars().next()?;
        if text.len() == 10
            && first.is_ascii_alphabetic()
            && self.digits.len() == 9
            && checks::is_kvnr(first, &self.digits)
        {
            return id;
        }
        if text.len() == 12 && self.digits.len() == 11 {
            let (before, rest) = text.split_at_checked(8)?;
            let letter = rest.chars().next().filter(char::is_ascii_alphabetic)?;
            if before.bytes().all(|b| b.is_ascii_digit())
                && checks::is_pension(self.digits.get(..8)?, letter, self.digits.get(8..)?)
            {
                return id;
            }
        }
        let lone = |run: &Run| run.end - run.start == 1;
        let bare = !self.runs.iter().any(lone) || self.runs.iter().all(lone);
        if bare && (checks::is_mbi(text) || checks::is_national_insurance(text)) {
            return id;
        }
        None
    }
}

/// Where a chain of runs is several numbers one after the other: before a group that begins a telephone number, behind
/// enough digits for one. Nine to eleven digits, groups of one size and letters are kept together: their form is an id's.
fn split<'a>(text: &str, runs: &'a [Run]) -> Vec<&'a [Run]> {
    let total: usize = runs.iter().map(|run| run.digits).sum();
    let size = runs.first().map_or(0, |run| run.digits);
    let even = runs.iter().rev().skip(1).all(|run| run.digits == size);
    if total <= 11 || even || runs.len() < 3 || runs.iter().any(|run| !run.is_number()) {
        return vec![runs];
    }
    let starts = |run: &Run| {
        let digits = text.get(run.start..run.end).unwrap_or_default();
        let plus = text
            .get(..run.start)
            .is_some_and(|before| before.ends_with('+') || before.ends_with("(0") || before.ends_with('('));
        run.digits >= 3 && digits.starts_with('0') || plus && run.digits >= 2
    };
    let mut parts = Vec::new();
    let (mut from, mut count) = (0, 0);
    for (at, run) in runs.iter().enumerate() {
        let begins_anew =
            at > from && starts(run) && (count >= 9 || count <= 4 && from == 0 && !runs.first().is_some_and(starts));
        if begins_anew {
            parts.extend(runs.get(from..at));
            (from, count) = (at, 0);
        }
        count += run.digits;
    }
    parts.extend(runs.get(from..));
    parts
}

/// Accounts: a country's two letters, two digits, and as many signs as the country has, in groups or not.
fn ibans(text: &str, runs: &[Run]) -> Vec<Hit> {
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let starts = text.as_bytes().get(run.start).is_some_and(u8::is_ascii_alphabetic);
        if starts && let Some(end) = iban_from(text, runs.get(at..).unwrap_or_default()) {
            found.push((IdKind::Iban, Sort::Iban, run.start..end, run.start));
        }
    }
    found
}

fn iban_from(text: &str, runs: &[Run]) -> Option<usize> {
    // As written, and with letters read as the digits they look like.
    let mut compact = String::new();
    let mut last: Option<usize> = None;
    for run in runs.iter().take(34) {
        let joined = last.is_none_or(|end| {
            run.start - end <= 3 && !text.get(end..run.start).is_some_and(|gap| gap.contains(['\n', ',']))
        });
        let part = text.get(run.start..run.end).filter(|part| part.is_ascii() && joined)?;
        compact.push_str(&part.to_ascii_uppercase());
        let digit = |b: u8| alike::digit(b).unwrap_or(b);
        let fits = |(n, b): (usize, u8)| if n < 2 { b.is_ascii_uppercase() } else { digit(b).is_ascii_digit() };
        if compact.len() > 34 || !compact.bytes().take(4).enumerate().all(fits) {
            return None;
        }
        if compact.len() >= 15 && (checks::is_iban(&compact) || alike::is_iban(&compact)) {
            return Some(run.end);
        }
        last = Some(run.end);
    }
    None
}
