//! The frame of the private door: larger, slower, without furniture and without script. What to do in an emergency stands
//! on each of its pages.

use maud::{DOCTYPE, Markup, html};

use super::asset;
use super::glyph::{Glyph, icon, sprite};
use crate::text::{Lang, Reader};

/// What every page of the door knows.
#[derive(Clone, Debug)]
pub struct DoorFrame {
    /// Language, time, the house's zone.
    pub reader: Reader,
    /// The house's name; empty before one is chosen.
    pub site: String,
    /// The hospital group's name.
    pub group: String,
    /// The address of the house's door; forms go below it.
    pub path: String,
    /// What follows it in the page's own address.
    pub page: &'static str,
    /// Further query values to keep when the language changes, already encoded; empty: none.
    pub keep: String,
    /// Whom to call in an emergency where the house is.
    pub help: Help,
    /// The token of the forms.
    pub csrf: String,
}

/// Whom to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// The emergency number.
    pub emergency: &'static str,
    /// A line for people in despair: as people write it, and as a phone dials it.
    pub talk: (&'static str, &'static str),
}

/// A page of the door; what to do in an emergency stands at its foot.
#[must_use]
pub fn door(f: &DoorFrame, title: &str, inner: Markup) -> Markup {
    whole(f, title, html! { (inner) (help(f)) })
}

/// The first page of the door: what to do in an emergency stands right after the greeting, before anything to fill in.
#[must_use]
pub fn first(f: &DoorFrame, title: &str, greeting: Markup, inner: Markup) -> Markup {
    whole(f, title, html! { (greeting) (help(f)) (inner) })
}

fn whole(f: &DoorFrame, title: &str, inner: Markup) -> Markup {
    let r = &f.reader;
    html! {
        (DOCTYPE)
        html lang=(r.lang.code()) {
            (head(f, title))
            body.door {
                a.skip href="#main" { (r.t("skip-to-content")) }
                (sprite())
                main #main tabindex="-1" {
                    header {
                        (icon(Glyph::Lamp))
                        p { @if f.site.is_empty() { (f.group) } @else { (f.site) } }
                    }
                    (inner)
                    (languages(f))
                }
            }
        }
    }
}

fn head(f: &DoorFrame, title: &str) -> Markup {
    let [voice, plain] = asset::fonts();
    let house = if f.site.is_empty() { &f.group } else { &f.site };
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { (title) @if !house.is_empty() { " – " (house) } }
            link rel="preload" as="font" type="font/woff2" href=(plain.path) crossorigin;
            link rel="preload" as="font" type="font/woff2" href=(voice.path) crossorigin;
            link rel="stylesheet" href=(asset::style().path);
            link rel="icon" type="image/svg+xml" href=(asset::favicon().path);
        }
    }
}

fn help(f: &DoorFrame) -> Markup {
    let r = &f.reader;
    let (shown, dialled) = f.help.talk;
    html! {
        section.help aria-labelledby="help-h" {
            h2 #help-h { (r.t("door-help-title")) }
            p { (r.t("door-help-life")) " " a href={ "tel:" (f.help.emergency) } { (f.help.emergency) } }
            p { (r.t("door-help-talk")) " " a href={ "tel:" (dialled) } { (shown) } }
            p.hint { (r.t("door-help-slow")) }
        }
    }
}

fn languages(f: &DoorFrame) -> Markup {
    let more = if f.keep.is_empty() { String::new() } else { format!("&{}", f.keep) };
    html! {
        p.hint {
            @for lang in Lang::ALL {
                @if lang != f.reader.lang {
                    a href={ (f.path) (f.page) "?lang=" (lang.code()) (more) } lang=(lang.code()) hreflang=(lang.code()) { (lang.own_name()) }
                }
            }
        }
    }
}
