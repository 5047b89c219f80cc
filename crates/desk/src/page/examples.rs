//! What people said was found wrongly, or not at all: counts, the newest, and the way to take them out as labelled rows.

use maud::{Markup, html};

use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, form, icon, shell};
use crate::text::Reader;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// How often what was said, the most often first.
    pub counts: Vec<Count>,
    /// How many there are in all.
    pub total: i64,
    /// The newest, newest first.
    pub lines: Vec<Line>,
    /// The reader may take them out.
    pub may_export: bool,
}

/// How often something was said to be wrong or missing.
#[derive(Clone, Debug)]
pub struct Count {
    /// What sort of thing, in the reader's language.
    pub sort: String,
    /// Which.
    pub what: String,
    /// Found and wrong.
    pub wrong: i64,
    /// Not found.
    pub missing: i64,
}

/// One that a person said.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: i64,
    /// Who.
    pub by: String,
    /// In which case; `None`: not for this reader.
    pub case: Option<i64>,
    /// What sort of thing.
    pub sort: String,
    /// Which.
    pub what: String,
    /// It was not found; else it was found and is wrong.
    pub is_missing: bool,
    /// Its text is gone with who wrote it.
    pub erased: bool,
    /// What the person added, for who may see it.
    pub comment: String,
}

/// The page. Posts to `/examples`, which answers with the rows.
#[must_use]
pub fn examples(f: &Frame, v: &Examples) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-examples");
    let inner = html! {
        div.top { h1 { (title) } span.quiet { (r.say("examples-total", &[("count", v.total.into())])) } }
        div.body {
            @if v.total == 0 {
                div.nothing { (icon(Glyph::Flag)) h2 { (r.t("examples-none")) } p.quiet { (r.t("examples-none-body")) } }
            } @else {
                p { (r.t("examples-body")) }
                div.two {
                    section.stack aria-labelledby="newest-h" { h2 #newest-h { (r.t("examples-newest")) } (newest(r, v)) }
                    aside.stack aria-labelledby="counts-h" { h2 #counts-h { (r.t("examples-counts")) } (counts(r, v)) (export(f, v)) }
                }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Examples, case: None, inner })
}

fn counts(r: &Reader, v: &Examples) -> Markup {
    html! {
        div.sheet.scroll tabindex="0" role="region" aria-labelledby="counts-h" {
            table.tbl {
                thead { tr { th scope="col" { (r.t("examples-col-what")) } th.n scope="col" { (r.t("examples-col-wrong")) } th.n scope="col" { (r.t("examples-col-missing")) } } }
                tbody { @for one in &v.counts {
                    tr { th scope="row" { (one.what) br; span.small.quiet { (one.sort) } } td.n { (r.num(one.wrong)) } td.n { (r.num(one.missing)) } }
                } }
            }
        }
    }
}

fn export(f: &Frame, v: &Examples) -> Markup {
    let r = &f.reader;
    html! {
        section.sheet.stack aria-labelledby="export-h" {
            h2 #export-h { (r.t("examples-export")) }
            @if v.may_export {
                p { (r.t("examples-export-body")) }
                (form::act(f, "/examples", part::button(&r.t("examples-export-do"), Weight::Plain)))
            } @else { p { (r.t("examples-export-not")) } }
        }
    }
}

fn newest(r: &Reader, v: &Examples) -> Markup {
    html! {
        ul.sheet.plain-list {
            @for line in &v.lines {
                li.stack {
                    div.row {
                        @if line.is_missing { (part::tag(&r.t("examples-missing"), Glyph::Find, Tone::Hold)) } @else { (part::tag(&r.t("examples-wrong"), Glyph::Forbid, Tone::Now)) }
                        b { (line.what) } span.quiet { (line.sort) }
                        span.push.small.quiet { (part::moment(r, line.at)) }
                    }
                    div.row.small {
                        span { (r.name(&line.by)) }
                        @if let Some(case) = line.case { a href=(part::case_href(case)) { (part::case_no(case)) } }
                        @if line.erased { span.quiet { (r.t("examples-erased")) } }
                    }
                    @if !line.comment.is_empty() { p { (r.quote(&line.comment)) } }
                }
            }
        }
    }
}
