//! Cards in the chart: how many were shown, and what the care team made of them.

use maud::{Markup, html};

use super::links::{Counted, counts};
use super::log::exact;
use crate::look::part;
use crate::text::Reader;

/// The cards of a site's charts.
#[derive(Clone, Debug)]
pub struct Cards {
    /// The site's short name, for anchors.
    pub slug: String,
    /// The charts' names.
    pub charts: String,
    /// The site's name.
    pub site: String,
    /// Shown, and what became of them.
    pub counts: Vec<Counted>,
    /// What became of them, the newest first.
    pub newest: Vec<Feedback>,
}

/// What became of a card.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// When.
    pub at: i64,
    /// In the reader's words.
    pub outcome: String,
    /// The number of the case that it was about.
    pub case: i64,
}

pub(super) fn card(r: &Reader, v: &Cards) -> Markup {
    let heading = format!("cards-newest-{}", v.slug);
    html! {
        li.sheet.stack.card #{ "cards-" (v.slug) } {
            div.row { h2 { (v.charts) } span.quiet { (v.site) } }
            (counts(r, &format!("cards-counts-{}", v.slug), &r.t("cards-counts"), &v.counts))
            @if v.newest.is_empty() { p.small.quiet { (r.t("cards-none")) } }
            @else {
                details {
                    summary #(heading) { (r.t("cards-newest")) }
                    div.scroll tabindex="0" role="region" aria-labelledby=(heading) {
                        table.tbl {
                            thead { tr { th scope="col" { (r.t("cards-at")) } th scope="col" { (r.t("cards-outcome")) } th scope="col" { (r.t("cards-case")) } } }
                            tbody { @for one in &v.newest { tr {
                                td { (exact(r, one.at)) }
                                th scope="row" { (one.outcome) }
                                td { a href=(part::case_href(one.case)) { (part::case_no(one.case)) } }
                            } } }
                        }
                    }
                }
            }
        }
    }
}
