//! The library of statements: the list, one statement with its versions, and the form that writes one.

mod edit;
mod list;
mod one;

use maud::{Markup, html};

pub use edit::{Choice, Edit, edit};
pub use list::{Library, Line, Mine, library};
pub use one::{Acts, Found, One, Version, one};

use super::case::ReplyForm;
use crate::look::part::{self, Tone};
use crate::look::{Glyph, icon};
use crate::text::{Reader, key};

/// What a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An answer that is often given.
    Template,
    /// What the house says while an incident lasts.
    Incident,
    /// The answer to somebody who may be in danger.
    Crisis,
}

impl Kind {
    /// In the order of the page.
    pub const ALL: [Kind; 3] = [Kind::Template, Kind::Incident, Kind::Crisis];

    /// The value in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Template => "template",
            Kind::Incident => "incident",
            Kind::Crisis => "crisis",
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self, r: &Reader) -> String {
        r.t(match self {
            Kind::Template => key!("statement-kind-template"),
            Kind::Incident => key!("statement-kind-incident"),
            Kind::Crisis => key!("statement-kind-crisis"),
        })
    }

    const fn glyph(self) -> Glyph {
        match self {
            Kind::Template => Glyph::Say,
            Kind::Incident => Glyph::Flag,
            Kind::Crisis => Glyph::Now,
        }
    }
}

/// Where a version stands, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In writing.
    Open,
    /// A second person is asked.
    Asked,
    /// In use.
    InUse,
    /// Its time is over.
    Over,
    /// Taken out of use.
    Retired,
    /// A newer version is in use.
    Replaced,
    /// Given up.
    Dropped,
}

impl Standing {
    fn tag(self, r: &Reader) -> Markup {
        let (key, glyph, tone) = match self {
            Standing::Open => (key!("statement-open"), Glyph::Pen, Tone::Plain),
            Standing::Asked => (key!("statement-asked"), Glyph::People, Tone::Hold),
            Standing::InUse => (key!("statement-in-use"), Glyph::Check, Tone::Say),
            Standing::Over => (key!("statement-over"), Glyph::Clock, Tone::Now),
            Standing::Retired => (key!("statement-retired"), Glyph::Forbid, Tone::Still),
            Standing::Replaced => (key!("statement-replaced"), Glyph::Log, Tone::Plain),
            Standing::Dropped => (key!("statement-dropped"), Glyph::Log, Tone::Plain),
        };
        part::tag(&r.t(key), glyph, tone)
    }
}

/// What a statement is meant for, in the reader's words.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    /// The language it is written in (BCP 47).
    pub lang: String,
    /// The topics it fits; empty: any.
    pub topics: Vec<String>,
    /// Under whose law; empty: anywhere.
    pub laws: Vec<String>,
    /// The houses; empty: the whole group.
    pub sites: Vec<String>,
}

/// "S-12".
#[must_use]
pub fn statement_no(number: i64) -> String {
    format!("S-{number}")
}

/// The address of a statement.
#[must_use]
pub fn statement_href(number: i64) -> String {
    format!("/statements/{number}")
}

/// A text with its placeholders marked: what the house fills in by itself, and what is still open.
pub(crate) fn with_places(r: &Reader, text: &str) -> Markup {
    let mut from = 0;
    let mut parts: Vec<(String, Option<(String, bool)>)> = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let cut = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    for place in bedside_core::statement::placeholders(text) {
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        parts.push((cut(from, start), Some((cut(start, end), place.fact.is_some()))));
        from = end;
    }
    parts.push((cut(from, letters.len()), None));
    html! {
        @for (before, place) in parts {
            (before)
            @if let Some((words, own)) = place {
                mark.place.own[own] { (words) span.vh { " " (if own { r.t("statement-place-own") } else { r.t("statement-place-open") }) } }
            }
        }
    }
}

fn form_word(r: &Reader, form: ReplyForm) -> String {
    r.t(match form {
        ReplyForm::Public => key!("form-public"),
        ReplyForm::Acknowledge => key!("form-acknowledge"),
        ReplyForm::Invite => key!("form-invite"),
        ReplyForm::Private => key!("form-private"),
    })
}

fn chips(r: &Reader, kind: Kind, form: ReplyForm, meant: &Meant) -> Markup {
    html! {
        (part::chip(&kind.word(r), kind.glyph()))
        (part::chip(&form_word(r, form), if form == ReplyForm::Acknowledge { Glyph::Check } else if form == ReplyForm::Public { Glyph::Say } else { Glyph::Door }))
        (part::lang_mark(&meant.lang))
    }
}

/// For what it is meant, in one line.
fn meant_line(r: &Reader, meant: &Meant) -> Markup {
    let list = |all: &[String], none: &'static str| if all.is_empty() { r.t(none) } else { all.join(", ") };
    html! {
        (list(&meant.topics, key!("statement-any-topic"))) " · " (list(&meant.sites, key!("statement-whole-group")))
        @if !meant.laws.is_empty() { " · " (meant.laws.join(", ")) }
    }
}

fn tick(name: &str, value: &str, words: &str, is_on: bool) -> Markup {
    html! { label.choice { input type="checkbox" name=(name) value=(value) checked[is_on]; (words) } }
}

fn nothing(title: &str, body: &str) -> Markup {
    html! { div.nothing { (icon(Glyph::Book)) h2 { (title) } p.quiet { (body) } } }
}
