//! Telephone numbers: international (ITU-T E.164), national in the ways the four countries write them, and any grouping
//! where a word says that it is one. Bare digits alone are none, unless they are as long as only a telephone number is.

use std::ops::Range;

use super::runs::Run;

/// Public numbers that point to nobody: emergency, crisis and medical helplines of the four countries.
const HELPLINES: &[&str] = &[
    "116117",
    "116123",
    "116111",
    "08001110111",
    "08001110222",
    "0800116016",
    "08002322783",
    "08001921020",
    "18002738255",
    "08001111",
    "08005678",
];

/// The bytes of a telephone number, with its sign and extension; `None` where the runs are none.
pub(super) fn read(text: &str, runs: &[Run], digits: &[u8], said: bool) -> Option<Range<usize>> {
    let (first, last) = (runs.first()?, runs.last()?);
    let before = text.get(..first.start)?;
    let extension = last.letters > 0;
    if runs.split_last()?.1.iter().any(|run| run.letters > 0) || (extension && !has_extension(text, last)) {
        return None;
    }
    let plus = before.ends_with('+') || before.ends_with("+(");
    let bracket = runs.len() > 1
        && first.digits <= 5
        && before.ends_with('(')
        && text.get(first.end..).is_some_and(|rest| rest.starts_with(')'));
    let national =
        if extension { digits.get(..digits.len().saturating_sub(extension_digits(text, last)))? } else { digits };
    let groups: Vec<usize> = runs.iter().map(|run| run.digits).collect();
    let form = Form { text, runs, groups: &groups, digits: national, plus, bracket };
    let after = || is_said_after(text.get(last.end..).unwrap_or_default());
    if is_helpline(national) || form.is_amount_or_time() {
        return None;
    }
    if !(form.is_certain() || ((said || after()) && form.is_possible())) {
        return None;
    }
    let signs = before.len() - before.trim_end_matches(['+', '(']).len();
    Some(first.start - signs.min(2)..last.end)
}

struct Form<'a> {
    text: &'a str,
    runs: &'a [Run],
    groups: &'a [usize],
    digits: &'a [u8],
    plus: bool,
    bracket: bool,
}

impl Form<'_> {
    /// Only a telephone number is written so.
    fn is_certain(&self) -> bool {
        let count = self.digits.len();
        if self.plus {
            return (7..=15).contains(&count);
        }
        match self.digits {
            [0, 0, 1..=9, ..] => (10..=17).contains(&count) && (count >= 12 || self.groups.len() > 1),
            [0, 1..=9, ..] => self.is_national(count),
            _ => self.is_american(),
        }
    }

    /// A trunk zero. Nine or ten digits bare, or in the groups of an NHS or social security number, could be such.
    fn is_national(&self, count: usize) -> bool {
        let like_id = matches!(self.groups, [9 | 10] | [3, 3, 4] | [3, 2, 4] | [3, 3, 3] | [4, 6]) && !self.has_slash();
        let single = count == self.groups.len();
        let rump =
            !single && self.groups.last() == Some(&1) && self.gaps().last().is_some_and(|gap| !gap.contains('-'));
        let like_id = rump || (like_id || single && count < 11) && !self.bracket;
        (7..=13).contains(&count)
            && !like_id
            && (count >= 11 || self.groups.len() > 1)
            && (single || self.groups.len() <= 7)
            && (single || self.groups.len() == 1 || self.groups.first().is_some_and(|n| (2..=6).contains(n)))
    }

    fn has_slash(&self) -> bool {
        self.gaps().any(|gap| gap.contains('/'))
    }

    fn gaps(&self) -> impl Iterator<Item = &str> {
        self.runs.windows(2).filter_map(|pair| match pair {
            [one, next] => self.text.get(one.end..next.start),
            _ => None,
        })
    }

    /// North American numbering plan: area and exchange begin with 2 to 9; with brackets, hyphens or dots.
    fn is_american(&self) -> bool {
        let (groups, digits) = match (self.groups, self.digits) {
            ([1, rest @ ..], [1, digits @ ..]) => (rest, digits),
            _ => (self.groups, self.digits),
        };
        let valid = matches!(digits, [2..=9, _, _, 2..=9, ..]) && groups.starts_with(&[3, 3]) && digits.len() == 10;
        let written =
            self.gaps().all(|gap| gap.contains(['-', '.'])) || self.bracket || self.groups.len() > groups.len();
        valid && written || self.bracket && (8..=12).contains(&self.digits.len()) && self.groups.len() <= 4
    }

    /// Could be one, where a word says so.
    fn is_possible(&self) -> bool {
        (6..=15).contains(&self.digits.len()) && self.groups.len() <= 15
    }

    /// 8.30 – 16.30, 2012–2013, 2.500.000.
    fn is_amount_or_time(&self) -> bool {
        let thousands = self.groups.len() > 1
            && self.groups.iter().skip(1).all(|n| *n == 3)
            && self.groups.first().is_some_and(|n| *n <= 3)
            && self.gaps().all(|gap| gap == ".")
            && self.digits.first() != Some(&0);
        let years = self.groups == [4, 4] && matches!(self.digits, [1, 8 | 9, _, _, 1 | 2, ..] | [2, 0, _, _, 2, ..]);
        thousands || years
    }
}

/// Whether it is a number that everybody may call: an emergency number or a helpline.
pub(super) fn is_public(digits: &[u8]) -> bool {
    const EMERGENCY: [&[u8]; 9] =
        [&[1, 1, 2], &[1, 1, 0], &[9, 9, 9], &[9, 1, 1], &[9, 8, 8], &[1, 1, 1], &[1, 1, 9], &[1, 4, 4], &[1, 4, 2]];
    EMERGENCY.contains(&digits) || is_helpline(digits)
}

fn is_helpline(digits: &[u8]) -> bool {
    HELPLINES.iter().any(|line| line.bytes().map(|b| b - b'0').eq(digits.iter().copied()))
}

/// "2307x09667": the digits behind an x are an extension.
fn has_extension(text: &str, run: &Run) -> bool {
    text.get(run.start..run.end).and_then(|part| part.split_once(['x', 'X'])).is_some_and(|(number, more)| {
        !number.is_empty() && [number, more].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn extension_digits(text: &str, run: &Run) -> usize {
    text.get(run.start..run.end).and_then(|part| part.split_once(['x', 'X'])).map_or(0, |(_, more)| more.len())
}

/// "-Fax", "(mobil)" behind a number.
fn is_said_after(after: &str) -> bool {
    let word: String = after
        .chars()
        .take(14)
        .skip_while(|c| !c.is_alphabetic() && !matches!(c, '\n' | '.' | ';'))
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    matches!(
        word.as_str(),
        "fax"
            | "office"
            | "mobile"
            | "mobil"
            | "cell"
            | "home"
            | "work"
            | "desk"
            | "privat"
            | "anrufen"
            | "handy"
            | "whatsapp"
    )
}
