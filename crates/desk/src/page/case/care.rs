//! What the care team wrote from the chart: notes, and suggestions that somebody here can take over as their own draft.

use maud::{Markup, html};

use super::act;
use super::view::Case;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, form};
use crate::text::{Reader, key};

/// A note or a suggestion of the care team.
#[derive(Clone, Debug)]
pub struct Care {
    /// Its id, sent back with an act.
    pub id: String,
    /// Who wrote it, as the record names them.
    pub by: String,
    /// When.
    pub at: i64,
    /// What.
    pub text: String,
    /// Where a suggestion stands; `None`: it is a note.
    pub suggestion: Option<Suggestion>,
}

/// Where a suggestion stands.
#[derive(Clone, Debug)]
pub enum Suggestion {
    /// Nobody has done anything with it.
    Open {
        /// The guard warns of something in it.
        warned: bool,
    },
    /// Somebody took it over as their draft.
    Taken {
        /// Who.
        by: String,
        /// When.
        at: i64,
    },
    /// Somebody set it aside.
    SetAside {
        /// Who.
        by: String,
        /// When.
        at: i64,
    },
}

pub(super) fn care(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    if v.care.is_empty() {
        return html! {};
    }
    html! {
        section.from-care #care aria-labelledby="care-h" {
            h2 #care-h { (r.t("care")) }
            @for one in &v.care { (word(f, v, one)) }
        }
    }
}

fn word(f: &Frame, v: &Case, one: &Care) -> Markup {
    let r = &f.reader;
    html! {
        div.note {
            span.row {
                @match &one.suggestion {
                    None => (part::chip(&r.t("care-note"), Glyph::People)),
                    Some(_) => (part::chip(&r.t("care-suggestion"), Glyph::Pen)),
                }
            }
            p dir="auto" { (one.text) }
            small.quiet { (r.name(&one.by)) ", " (part::moment(r, one.at)) }
            @match &one.suggestion {
                None => {},
                Some(Suggestion::Open { warned }) => {
                    @if *warned { p.small { (part::tag(&r.t("care-warned"), Glyph::Now, Tone::Hold)) } }
                    @if v.may.draft { (offer(f, v, one)) }
                },
                Some(Suggestion::Taken { by, at }) => p.small { (settled(r, key!("care-taken"), by, *at)) },
                Some(Suggestion::SetAside { by, at }) => p.small { (settled(r, key!("care-aside"), by, *at)) },
            }
        }
    }
}

fn settled(r: &Reader, key: &'static str, by: &str, at: i64) -> String {
    r.say(key, &[("who", r.name(by).into()), ("at", r.moment(at).into())])
}

fn offer(f: &Frame, v: &Case, one: &Care) -> Markup {
    let r = &f.reader;
    html! {
        @if !v.reply.text.is_empty() { p.small { (r.t("care-replaces")) } }
        (form::post(&f.csrf, &act(v, "care-take"), "row", html! {
            (form::hidden("seen", &v.seen)) (form::hidden("suggestion", &one.id))
            (part::button(&r.t("care-take"), Weight::Plain))
            (part::button_to(&r.t("care-set-aside"), Weight::Bare, &act(v, "care-aside")))
        }))
    }
}
