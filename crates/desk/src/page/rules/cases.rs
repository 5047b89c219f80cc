//! The house's own cases: decisions that people said were wrong, run against the rules in force or against a version.

use maud::{Markup, html};

use super::{part_tag, rules_href};
use crate::look::form;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct RunCases {
    /// The site's slug.
    pub site: String,
    /// The version that they are run against; `None`: the rules in force.
    pub version: Option<i64>,
    /// What the run found.
    pub run: Run,
    /// The cases, those that are wrong first.
    pub lines: Vec<Line>,
    /// The reader may take them out with their texts.
    pub may_export: bool,
    /// The reader may set one aside.
    pub may_drop: bool,
}

/// What a run found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    /// Cases run.
    pub cases: i64,
    /// Decided rightly.
    pub right: i64,
    /// With a part that harms.
    pub harms: i64,
    /// Erased with their authors.
    pub erased: i64,
}

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The case of the desk it came from.
    pub case: Option<i64>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: i64,
    /// What the rules missed, for who may see it.
    pub why: String,
    /// What was decided then.
    pub was: Vec<String>,
    /// What is decided now; `None`: rightly.
    pub now: Option<Vec<String>>,
    /// A part of it harms.
    pub harm: bool,
    /// What would be right.
    pub acceptable: Vec<String>,
    /// What would harm.
    pub forbidden: Vec<String>,
    /// The rules that make the decision of now.
    pub because: Vec<String>,
    /// Its text is gone with who wrote it.
    pub erased: bool,
}

/// The page. Posts nothing to `/rules/SITE/cases`, which answers with the lines, and `case` to `/rules/SITE/cases/drop`.
#[must_use]
pub fn cases(f: &Frame, v: &RunCases) -> Markup {
    let r = &f.reader;
    let title = r.t("rules-cases");
    let against = match v.version {
        Some(number) => r.say("rules-cases-against", &[("number", number.into())]),
        None => r.t("rules-cases-in-force"),
    };
    let inner = html! {
        div.top { a.btn.bare data-back href=(rules_href(&v.site, "")) { (icon(Glyph::Back)) (r.t("nav-rules")) } h1 { (title) } span.quiet { (against) } }
        div.body {
            @if v.lines.is_empty() {
                div.nothing { (icon(Glyph::Flag)) h2 { (r.t("rules-cases-none")) } p.quiet { (r.t("rules-cases-none-body")) } }
            } @else {
                div.two {
                    section.stack aria-labelledby="cases-h" {
                        h2 #cases-h { (r.say("rules-cases-result", &[("right", v.run.right.into()), ("wrong", (v.run.cases - v.run.right).into()), ("harms", v.run.harms.into())])) }
                        ul.sheet.plain-list { @for line in &v.lines { (show(f, v, line)) } }
                    }
                    aside.stack { (what_for(f, v)) }
                }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Rules, case: None, inner })
}

fn show(f: &Frame, v: &RunCases, line: &Line) -> Markup {
    let r = &f.reader;
    let tags = |parts: &[String]| html! { div.row { @for part in parts { (part_tag(f, part)) } } };
    html! {
        li.stack {
            div.row {
                @match (&line.now, line.erased, line.harm) {
                    (_, true, _) => (part::tag(&r.t("rules-case-erased"), Glyph::Still, Tone::Still)),
                    (None, ..) => (part::tag(&r.t("rules-case-right"), Glyph::Check, Tone::Say)),
                    (Some(_), _, true) => (part::tag(&r.t("rules-case-harm"), Glyph::Now, Tone::Now)),
                    (Some(_), _, false) => (part::tag(&r.t("rules-case-wrong"), Glyph::Forbid, Tone::Hold)),
                }
                @if let Some(case) = line.case { a href=(part::case_href(case)) { strong { (part::case_no(case)) } } }
                span.push.small.quiet { (r.name(&line.by)) ", " (part::moment(r, line.at)) }
            }
            @if !line.why.is_empty() { p { (r.quote(&line.why)) } }
            dl.pairs {
                dt { (r.t("rules-case-was")) } dd { (tags(&line.was)) }
                @if let Some(now) = &line.now {
                    dt { (r.t("rules-case-now")) } dd { (tags(now)) @if !line.because.is_empty() { p.small { @for rule in &line.because { code { (rule) } " " } } } }
                }
                dt { (r.t("rules-case-acceptable")) } dd { (tags(&line.acceptable)) }
                @if !line.forbidden.is_empty() { dt { (r.t("rules-case-forbidden")) } dd { (tags(&line.forbidden)) } }
            }
            @if v.may_drop {
                (form::act(f, &rules_href(&v.site, "/cases/drop"), html! { (form::hidden("case", &line.id)) (part::button(&r.t("rules-case-drop"), Weight::Bare)) }))
            }
        }
    }
}

fn what_for(f: &Frame, v: &RunCases) -> Markup {
    let r = &f.reader;
    html! {
        section.sheet.stack aria-labelledby="export-h" {
            h2 #export-h { (r.t("rules-cases-export")) }
            p { (r.t("rules-cases-what-for")) }
            @if v.run.erased > 0 { p.small.quiet { (r.say("rules-cases-erased", &[("count", v.run.erased.into())])) } }
            @if v.may_export { (form::act(f, &rules_href(&v.site, "/cases"), part::button(&r.t("rules-cases-export-do"), Weight::Plain))) }
            @else { p.small.quiet { (r.t("rules-cases-export-not")) } }
        }
    }
}
