//! Pages before the desk: sign-in, first link, errors met signed out. No rail, nothing about any case.

use maud::{DOCTYPE, Markup, html};

use super::frame::Theme;
use super::glyph::{Glyph, icon};
use super::shell::{head, theme, top, words};
use crate::text::{Lang, Reader};

/// What a page before the desk knows.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Language (from `?lang=`, the cookie or the browser), time, zone.
    pub reader: Reader,
    /// From the cookie, if there is one.
    pub theme: Theme,
    /// Token of the forms (tied to a cookie set before sign-in).
    pub csrf: String,
    /// The hospital group's name.
    pub group: String,
    /// The page's own address without a query, for the language link; any other query values it needs come in `keep`.
    pub path: String,
    /// Further query values to keep when the language changes ("token=…"), already encoded; empty: none.
    pub keep: String,
}

/// A page before the desk.
#[must_use]
pub fn gate(g: &Gate, title: &str, inner: Markup) -> Markup {
    let r = &g.reader;
    html! {
        (DOCTYPE)
        html lang=(r.lang.code()) data-theme=[theme(g.theme)] {
            (head(title))
            body data-words=(words(r)) {
                (top(r))
                main.gate #main tabindex="-1" {
                    div {
                        p.brand { (icon(Glyph::Lamp)) "Bedside" }
                        p.quiet { @if !g.group.is_empty() { (g.group) ". " } (r.t("motto")) }
                    }
                    (inner)
                    p.small.row {
                        @for lang in Lang::ALL {
                            @if lang != r.lang { a href=(other(g, lang)) lang=(lang.code()) hreflang=(lang.code()) { (lang.own_name()) } }
                        }
                    }
                }
            }
        }
    }
}

fn other(g: &Gate, lang: Lang) -> String {
    let more = if g.keep.is_empty() { String::new() } else { format!("&{}", g.keep) };
    format!("{}?lang={}{more}", g.path, lang.code())
}
