//! Ages in the ways German and English write them: the numbers alone.

use std::ops::Range;

use super::runs::Run;

/// All ages: the numbers alone.
pub(super) fn all(text: &str, runs: &[Run]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let Some(number) = leading_number(text, run) else { continue };
        if number > 120 {
            continue;
        }
        let rest = near(text.get(run.start + number_length(text, run)..).unwrap_or_default());
        let word = |back: usize| {
            at.checked_sub(back)
                .and_then(|n| runs.get(n))
                .and_then(|run| text.get(run.start..run.end))
                .unwrap_or_default()
        };
        let gap = at
            .checked_sub(1)
            .and_then(|n| runs.get(n))
            .and_then(|one| text.get(one.end..run.start))
            .unwrap_or_default();
        let said =
            || is_age_before(word(1), word(2), rest) || is_reached(word(1), rest) || stands_aside(word(1), gap, rest);
        if is_age_after(rest) || is_young(word(1), rest) || run.is_number() && said() {
            found.push(run.start..run.start + number_length(text, run));
        }
    }
    found
}

/// No more than what an age needs behind it: whoever looks farther looks at the whole text for each number.
fn near(rest: &str) -> &str {
    rest.char_indices().nth(40).map_or(rest, |(end, _)| rest.get(..end).unwrap_or_default())
}

fn number_length(text: &str, run: &Run) -> usize {
    text.get(run.start..run.end).map_or(0, |part| part.bytes().take_while(u8::is_ascii_digit).count())
}

fn leading_number(text: &str, run: &Run) -> Option<u32> {
    let length = number_length(text, run);
    text.get(run.start..run.start + length).filter(|_| (1..=3).contains(&length))?.parse().ok()
}

/// "-year-old", " y/o", "-jähriger", " Jahre alt".
fn is_age_after(rest: &str) -> bool {
    let tail: String = rest.chars().take(20).flat_map(char::to_lowercase).collect();
    let joined = tail.trim_start_matches([' ', '-', '–', '‐', '\u{a0}']);
    let near = tail.len() - joined.len() <= 4;
    let starts = |words: &[&str]| words.iter().any(|word| joined.starts_with(word));
    near && (starts(&[
        "jähr",
        "jähi",
        "jaehr",
        "jahr. ",
        "jahrig",
        "jahre alt",
        "jahre jung",
        "jhr.",
        "year-old",
        "year old",
        "years old",
        "yr old",
        "yrs old",
        "yr-old",
        "y/o",
        "y.o",
        "years of age",
    ]) || ["yo ", "yo,", "yo.", "yo)", "yom", "yof", "j. alt", "j.a."]
        .iter()
        .any(|word| joined.starts_with(word))
        || joined == "yo")
}

/// "aged 45", "age: 45", "age of 66", "Alter: 51", "im Alter von 51".
fn is_age_before(one: &str, two: &str, rest: &str) -> bool {
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    let ends = !rest.starts_with(['%', '°', '/', '.']) || rest.starts_with(". ") || rest == ".";
    ends && (is(one, "aged")
        || is(one, "age")
        || is(one, "alter")
        || (is(one, "of") && is(two, "age"))
        || (is(one, "von") && is(two, "alter"))
        || (is(one, "i'm") || is(one, "is") && is(two, "age")))
}

/// "turned 50", "wird 80!", "mit 61 noch", "Baby is 12, ": a birthday, or an age that something happened at.
fn is_reached(before: &str, rest: &str) -> bool {
    let word: String =
        rest.trim_start().chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let ends = rest.is_empty()
        || rest.starts_with([',', '.', '!', ';', ')'])
            && !rest.get(1..).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
    let turns = ["turns", "turned", "turning", "wird", "wurde", "geworden"];
    let goes_on = [
        "today",
        "tomorrow",
        "soon",
        "heute",
        "morgen",
        "noch",
        "schon",
        "bereits",
        "geworden",
        "gestorben",
        "verstorben",
        "on",
        "this",
        "next",
        "last",
    ];
    match before {
        _ if turns.iter().any(|turn| before.eq_ignore_ascii_case(turn)) => ends || goes_on.contains(&word.as_str()),
        "mit" | "Mit" => {
            ends && rest.starts_with(['.', ',', '!'])
                || ["noch", "schon", "bereits", "gestorben", "verstorben"].contains(&word.as_str())
        }
        _ => false,
    }
}

/// "Hunter, 11, broken arm", "(Eritreer, 31)", "(m/43)", "(f, 27)": between signs behind a word with a capital or a sex.
fn stands_aside(before: &str, gap: &str, rest: &str) -> bool {
    let sex = matches!(before, "m" | "w" | "f" | "M" | "F" | "W" | "d");
    let closes = rest.starts_with(')') || rest.starts_with(", ") || rest.is_empty();
    let name =
        before.chars().next().is_some_and(char::is_uppercase) && before.chars().nth(1).is_some_and(char::is_lowercase);
    let month = |word: &str| {
        ["jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"]
            .iter()
            .any(|month| word.to_lowercase().starts_with(month))
    };
    sex && matches!(gap, "/" | " " | ", " | ",") && (closes || rest.starts_with([' ', '.'])) && gap != " "
        || name && gap == ", " && closes && !month(before)
}

/// "is 7 weeks", "ist 13 Monate": a child's age; the number alone.
fn is_young(before: &str, rest: &str) -> bool {
    let word: String = rest
        .trim_start_matches([' ', '-', '\u{a0}'])
        .chars()
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let units = ["weeks", "months", "week", "month", "wochen", "monate", "tage", "days"];
    let old = rest.split_whitespace().nth(1).is_some_and(|next| {
        let next = next.trim_end_matches([',', '.', '!', '?', ')']);
        ["old", "alt", "alte", "altes", "alter", "altem", "alten"].iter().any(|old| next.eq_ignore_ascii_case(old))
    });
    let hyphened = word == "week" || word == "month" || word == "day";
    units.contains(&word.as_str())
        && (old
            || matches!(before, "is" | "ist" | "erst" | "just" | "only")
                && !hyphened
                && ["weeks", "months", "wochen", "monate"].contains(&word.as_str()))
        || hyphened && rest.contains("-old") && rest.starts_with('-')
}
