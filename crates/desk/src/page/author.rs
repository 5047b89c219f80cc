//! Somebody who writes, for the privacy officer: what is kept of them, who holds it, handing it out and erasing it. No text of
//! theirs stands here.

use maud::{Markup, html};

use crate::look::form::{self, Field, unfold};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, label};

/// What the pages show.
#[derive(Clone, Debug, Default)]
pub struct Author {
    /// Its id.
    pub id: String,
    /// The handle, without @.
    pub handle: String,
    /// The name shown.
    pub name: Option<String>,
    /// The channel, and the platform's seat at the private door where there is one.
    pub channels: Vec<String>,
    /// When they were first seen.
    pub since: i64,
    /// What is kept: (term, count), in the reader's language.
    pub kept: Vec<(String, i64)>,
    /// The cases about them: number, where it lies in words.
    pub cases: Vec<(i64, String)>,
    /// Legal holds, the oldest first.
    pub holds: Vec<Held>,
    /// A reply is just leaving: nothing can be erased until it has.
    pub is_leaving: bool,
    /// What stays after an erasure, and why.
    pub stays: Vec<String>,
    /// A hold can be set from here, as there is a case to hang it on.
    pub may_hold: bool,
    /// What was typed is another handle.
    pub is_mistyped: bool,
}

/// A legal hold.
#[derive(Clone, Debug)]
pub struct Held {
    /// The label's id.
    pub id: String,
    /// What it hangs on, in words.
    pub on: String,
    /// Why.
    pub reason: String,
    /// Who set it.
    pub by: String,
    /// Since when.
    pub since: i64,
    /// Until when; `None`: until it is removed.
    pub until: Option<i64>,
}

/// What an erasure did.
#[derive(Clone, Debug, Default)]
pub struct Erased {
    /// What went: (term, count).
    pub went: Vec<(String, i64)>,
    /// What stays, and why.
    pub stays: Vec<String>,
}

/// The address of somebody's page.
#[must_use]
pub fn author_href(id: &str) -> String {
    format!("/author/{id}")
}

/// The page. Posts to `…/json` and `…/page`, which answer with files, to `…/hold` (`reason`) and `…/release` (`label`); erasing has a
/// page of its own.
#[must_use]
pub fn author(f: &Frame, v: &Author) -> Markup {
    let r = &f.reader;
    let title = named(r, v);
    let inner = html! {
        div.top { h1 { (title) } span.quiet { (r.t("author-motto")) } }
        div.body {
            div.two {
                div.stack { (kept(r, v)) (hand_out(f, v)) (erase_link(r, v)) }
                aside.stack aria-labelledby="holds-h" { (holds(f, v)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}

fn named(r: &Reader, v: &Author) -> String {
    let handle = format!("@{}", r.name(&v.handle));
    v.name.as_ref().map_or(handle.clone(), |name| format!("{} ({handle})", r.name(name)))
}

fn kept(r: &Reader, v: &Author) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="kept-h" {
            h2 #kept-h { (r.t("author-kept")) }
            dl.pairs {
                dt { (r.t("author-channel")) } dd { (v.channels.join(", ")) }
                dt { (r.t("author-since")) } dd { (part::moment(r, v.since)) }
                @for (term, count) in &v.kept { dt { (term) } dd { (r.num(*count)) } }
            }
            @if !v.cases.is_empty() {
                ul.row aria-label=(r.t("author-cases")) { @for (number, queue) in &v.cases {
                    li { a href=(part::case_href(*number)) { (part::case_no(*number)) } " " span.small.quiet { (queue) } }
                } }
            }
        }
    }
}

fn hand_out(f: &Frame, v: &Author) -> Markup {
    let r = &f.reader;
    let to = |act: &str| format!("{}/{act}", author_href(&v.id));
    html! {
        section.sheet.stack aria-labelledby="export-h" {
            h2 #export-h { (r.t("author-export")) }
            p { (r.t("author-export-body")) }
            div.row {
                (form::act(f, &to("page"), part::button(&r.t("author-export-page"), Weight::First)))
                (form::act(f, &to("json"), part::button(&r.t("author-export-json"), Weight::Plain)))
            }
        }
    }
}

fn erase_link(r: &Reader, v: &Author) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="erase-h" {
            h2 #erase-h { (r.t("author-erase")) }
            p { (r.t("author-erase-body")) }
            @if !v.holds.is_empty() {
                p.told.is-hold { (icon(Glyph::Hold)) " " (r.t("author-erase-held")) }
            } @else {
                div.row { (part::link(&r.t("author-erase-go"), Weight::Warn, &format!("{}/erase", author_href(&v.id)))) }
            }
        }
    }
}

fn holds(f: &Frame, v: &Author) -> Markup {
    let r = &f.reader;
    html! {
        h2 #holds-h { (r.t("author-holds")) }
        @if v.holds.is_empty() { p.quiet { (r.t("author-holds-none")) } }
        @else {
            ul.sheet.plain-list { @for hold in &v.holds { li.stack {
                div.row { (part::tag(&label(r, "legal_hold"), Glyph::Hold, Tone::Hold)) span.small { (hold.on) } }
                p { (r.quote(&hold.reason)) }
                p.small.quiet {
                    (r.name(&hold.by)) ", " (part::moment(r, hold.since))
                    @if let Some(at) = hold.until { ", " (r.say("author-hold-until", &[("at", r.until_day(at).into())])) }
                }
                (form::act(f, &format!("{}/release", author_href(&v.id)), html! {
                    (form::hidden("label", &hold.id))
                    (part::button(&r.t("author-hold-release"), Weight::Bare))
                }))
            } } }
        }
        @if v.may_hold {
            (unfold("hold", &r.t("author-hold-ask"), "", form::post(&f.csrf, &format!("{}/hold", author_href(&v.id)), "stack", html! {
                p { (r.t("author-hold-body")) }
                (Field::line(&r.t("author-hold-reason"), "hold-reason", "reason").show())
                (part::button(&r.t("author-hold-do"), Weight::First))
            })))
        }
    }
}

/// The second look before somebody is erased. Posts `handle` to `…/erase`.
#[must_use]
pub fn erase(f: &Frame, v: &Author) -> Markup {
    let r = &f.reader;
    let title = r.say("author-erase-title", &[("who", named(r, v).into())]);
    let back = author_href(&v.id);
    let error = r.t("author-erase-mistyped");
    let inner = html! {
        div.top { (part::link(&r.t("author-back"), Weight::Bare, &back)) h1 { (title) } }
        div.body {
            div.two {
                section.sheet.stack aria-labelledby="goes-h" {
                    h2 #goes-h { (r.t("author-goes")) }
                    dl.pairs { @for (term, count) in &v.kept { dt { (term) } dd { (r.num(*count)) } } }
                    p { (r.t("author-goes-keys")) }
                    @if v.is_leaving { p.told.is-hold { (icon(Glyph::Hold)) " " (r.t("author-erase-leaving")) } }
                    @else if !v.holds.is_empty() { p.told.is-hold { (icon(Glyph::Hold)) " " (r.t("author-erase-held")) } }
                    @else { (form::post(&f.csrf, &format!("{back}/erase"), "stack", html! {
                        (Field::line(&r.say("author-erase-type", &[("handle", r.name(&v.handle).into())]), "handle", "handle")
                            .hint(&r.t("author-erase-type-hint"))
                            .error(v.is_mistyped.then_some(error.as_str()))
                            .show())
                        (part::button(&r.t("author-erase-do"), Weight::Warn))
                    })) }
                }
                (stays(r, &v.stays))
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}

fn stays(r: &Reader, lines: &[String]) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="stays-h" {
            h2 #stays-h { (r.t("author-stays")) }
            ul.stack { @for line in lines { li { (line) } } }
        }
    }
}

/// What went and what stayed.
#[must_use]
pub fn erased(f: &Frame, v: &Erased) -> Markup {
    let r = &f.reader;
    let title = r.t("author-erased");
    let inner = html! {
        div.top { h1 { (title) } }
        div.body {
            div.two {
                section.sheet.stack.is-say aria-labelledby="went-h" {
                    h2 #went-h { (r.t("author-went")) }
                    dl.pairs { @for (term, count) in &v.went { dt { (term) } dd { (r.num(*count)) } } }
                    p { (r.t("author-went-body")) }
                    div.row { (part::link(&r.t("author-to-inbox"), Weight::Plain, "/inbox")) (part::link(&r.t("author-to-log"), Weight::Bare, "/log")) }
                }
                (stays(r, &v.stays))
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}
