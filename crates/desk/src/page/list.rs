//! The page of one link: what came over it or went out by it, found by a word and narrowed by a state.

use maud::{Markup, html};

use super::links::{LinkState, link_href};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};

/// The keys of the page's words.
pub(super) struct Words {
    pub find: &'static str,
    pub hint: &'static str,
    pub states: &'static str,
    pub title: &'static str,
    pub none: &'static str,
    pub not_found: &'static str,
    pub masked: &'static str,
}

/// A link with its list.
pub(super) struct List<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub state: &'a LinkState,
    /// What was looked for; empty: nothing.
    pub find: &'a str,
    /// The state that is shown alone.
    pub filter: Option<&'static str>,
    /// Every state: its value in addresses, its word.
    pub states: Vec<(&'static str, String)>,
    /// The heading's id, which the table is named by.
    pub id: &'static str,
    pub words: Words,
    /// The table; `None`: there is nothing in it.
    pub table: Option<Markup>,
    /// So many are shown, if there may be more.
    pub cut_at: Option<u32>,
}

/// The page. Finds by GET `?find=`, narrows by GET `?state=`.
pub(super) fn list(f: &Frame, v: &List<'_>) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { (part::link(&r.t("links-back"), Weight::Bare, "/links")) h1 { (v.name) } (v.state.tag(r)) }
        div.body {
            (find(f, v))
            (states(f, v))
            h2.vh id=(v.id) { (r.t(v.words.title)) }
            @match &v.table {
                Some(table) => (table),
                None => div.nothing { (icon(Glyph::Plug)) p { (r.t(if v.find.is_empty() { v.words.none } else { v.words.not_found })) } },
            }
            @if let Some(most) = v.cut_at { p.small.quiet { (r.say("messages-most", &[("count", most.into())])) } }
            p.small.quiet { (r.t(v.words.masked)) }
        }
    };
    shell(f, Shell { title: v.name, place: Place::Links, case: None, inner })
}

fn find(f: &Frame, v: &List<'_>) -> Markup {
    let r = &f.reader;
    html! {
        search {
            form.row method="get" action=(link_href(v.slug)) {
                label for="find" { (r.t(v.words.find)) }
                input.in.short #find name="find" type="search" value=(v.find) autocomplete="off" aria-describedby="find-hint";
                (part::button(&r.t("messages-find-do"), Weight::Plain))
                @if !v.find.is_empty() { (part::link(&r.t("messages-all"), Weight::Bare, &link_href(v.slug))) }
                span.small.quiet #find-hint { (r.t(v.words.hint)) }
            }
        }
    }
}

fn states(f: &Frame, v: &List<'_>) -> Markup {
    let (r, href) = (&f.reader, link_href(v.slug));
    let here = |state: Option<&str>| (v.find.is_empty() && v.filter == state).then_some("page");
    html! {
        nav.row aria-label=(r.t(v.words.states)) {
            a.btn href=(href) aria-current=[here(None)] { (r.t("messages-every")) }
            @for (code, word) in &v.states {
                a.btn href={ (href) "?state=" (code) } aria-current=[here(Some(code))] { (word) }
            }
        }
    }
}
