//! Search: cases by words, people or number, in the order of how well they fit.

use maud::{Markup, html};

use super::inbox::{Row, row, search_box};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};

/// What the search page shows.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// What was asked.
    pub query: String,
    /// What was found.
    pub rows: Vec<Row>,
    /// How many were found in all; `None`: these are the newest of more.
    pub total: Option<u32>,
    /// Address of the rest.
    pub more: Option<String>,
    /// The index is being built: this share of it is ready, in percent.
    pub building: Option<u32>,
}

/// The search page.
#[must_use]
pub fn search(f: &Frame, v: &Search) -> Markup {
    let r = &f.reader;
    let asked = !v.query.trim().is_empty();
    let title = if asked { r.say("search-title", &[("query", r.quote(&v.query).into())]) } else { r.t("search-do") };
    let inner = html! {
        div.inbox.solo {
            section.list aria-labelledby="found-h" {
                h1.list-h #found-h { (title) }
                (search_box(r, &v.query))
                @if let Some(done) = v.building { p.list-note.quiet role="status" { (r.say("search-building", &[("percent", done.into())])) } }
                @if !v.rows.is_empty() {
                    p.list-note.quiet role="status" {
                        @match v.total {
                            Some(total) => (r.say("search-count", &[("count", total.into())])),
                            None => (r.say("search-newest", &[("count", (v.rows.len() as i64).into())])),
                        }
                    }
                    ul.rows data-rows { @for found in &v.rows { (row(f, found)) } }
                    @if let Some(more) = &v.more { p.more-rows { (part::link(&r.t("inbox-more"), Weight::Plain, more)) } }
                } @else if asked {
                    div.nothing { (icon(Glyph::Find)) h2 { (r.t("search-none")) } p.quiet { (r.t("search-none-body")) } }
                } @else {
                    div.nothing { (icon(Glyph::Find)) p.quiet { (r.t("search-how")) } }
                }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}
