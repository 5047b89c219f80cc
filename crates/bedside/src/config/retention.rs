//! `[retention]` and `[site.retention]`: how long each class of data is kept, and when the night's run begins.

use bedside_core::{
    retention::{Class, Periods, Retention},
    time::Span,
};

use super::{
    hours,
    section::{Page, Section, Told},
};

/// What holds for every house.
pub(super) fn retention(mut section: Section<'_>) -> Retention {
    let mut retention = Retention::default();
    let page = section.page();
    if let Some(told) = section.text("at") {
        match hours::minutes(&told.value).filter(|minutes| *minutes < hours::DAY_MIN) {
            Some(minutes) => retention.at_min = minutes,
            None => {
                let what = format!("'{}' is no time of day", told.value);
                page.problem_with_help(&told.at, what, "write e.g. \"03:00\", in the time zone of each house");
            }
        }
    }
    retention.all = periods(section);
    retention
}

/// What a house keeps longer or shorter than the others.
pub(super) fn of_site(mut section: Section<'_>, slug: &str) -> Periods {
    section.name(slug);
    section.refuse("at", "the hour is the same for all houses", "name it in [retention]; it is the house's own time");
    periods(section)
}

fn periods(mut section: Section<'_>) -> Periods {
    let page = section.page();
    let mut all = Periods::new();
    for class in Class::ALL {
        if let Some(span) = section.text(class.as_str()).and_then(|told| period(page, class, &told)) {
            all.insert(class, span);
        }
    }
    section.end();
    all
}

fn period(page: &Page<'_>, class: Class, told: &Told<String>) -> Option<Span> {
    let bounds = class.bounds();
    let says = |word: &str, bound: Span, why: &str| {
        let what = format!("'{}' is too {word}: {why}", told.value);
        let edge = if word == "short" { "at least" } else { "at most" };
        page.problem_with_help(&told.at, what, format!("{edge} {bound}, e.g. \"{}\"", class.usual()));
    };
    match told.value.parse::<Span>() {
        Ok(span) if span < bounds.least => says("short", bounds.least, bounds.why_least),
        Ok(span) if span > bounds.most => says("long", bounds.most, bounds.why_most),
        Ok(span) => return Some(span),
        Err(bad) => page.problem(&told.at, bad.to_string()),
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    const HOUSES: &str = "[[site]]\nslug = \"mitte\"\nname = \"Mitte\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n\
        [[site]]\nslug = \"nord\"\nname = \"Nord\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n";

    fn parse(text: &str) -> Result<Retention, String> {
        let read = Config::parse("bedside.toml", text, Path::new("/etc/bedside"));
        read.map(|config| config.retention).map_err(|problems| problems.to_string())
    }

    #[test]
    fn a_house_may_keep_otherwise_than_the_others() {
        let text = format!(
            "[retention]\nat = \"02:30\"\nsilent_posts = \"14d\"\n{HOUSES}[site.retention]\nclosed_cases = \"730d\"\n"
        );
        let read = parse(&text).unwrap();
        assert_eq!(read.at_min, 150);
        assert_eq!(read.keeps("nord", Class::SilentPosts), Span::days(14));
        assert_eq!(read.keeps("nord", Class::ClosedCases), Span::days(730));
        assert_eq!(read.keeps("mitte", Class::ClosedCases), Span::days(365));
        assert_eq!(parse(HOUSES), Ok(Retention::default()));
    }

    #[test]
    fn what_is_wrong_is_refused_with_line_and_reason() {
        for (line, said) in [
            (
                "silent_post = \"30d\"",
                "bedside.toml:2: [retention] silent_post: unknown key (did you mean silent_posts?)",
            ),
            ("closed_cases = \"1d\"", "'1d' is too short: who was answered comes back within a month"),
            ("closed_cases = \"9999d\"", "'9999d' is too long: ten years is the longest"),
            ("silent_posts = \"400d\"", "(at most 365d, e.g. \"30d\")"),
            ("silent_posts = \"a month\"", "bedside.toml:2: [retention] silent_posts:"),
            ("silent_posts = 30", "must be text in quotes, found a number"),
            ("at = \"25:00\"", "'25:00' is no time of day"),
            ("at = \"24:00\"", "'24:00' is no time of day"),
        ] {
            let error = parse(&format!("[retention]\n{line}\n{HOUSES}")).unwrap_err();
            assert!(error.contains(said), "{line}: {error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
        let error = parse(&format!("{HOUSES}[site.retention]\nat = \"04:00\"\nhistori = \"9d\"\n")).unwrap_err();
        assert!(
            error.contains("bedside.toml:12: [retention] nord: at: the hour is the same for all houses"),
            "{error}"
        );
        assert!(
            error.contains("bedside.toml:13: [retention] nord: histori: unknown key (did you mean history?)"),
            "{error}"
        );
    }
}
