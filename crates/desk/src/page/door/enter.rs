//! Coming in: the house, the account, the code, the one-time link, and for whom somebody writes.

use maud::{Markup, html};

use super::{form_to, told, wrong};
use crate::look::door::{DoorFrame, door, first};
use crate::look::form::{self, Field};
use crate::look::part::{self, Weight};
use crate::look::{Glyph, icon};
use crate::text::choice_for;

/// The first page of a house's door.
#[derive(Clone, Debug, Default)]
pub struct Knock {
    /// The channels on which an account can be shown to be theirs: id and name.
    pub channels: Vec<(String, String)>,
    /// The handle typed before, kept.
    pub handle: String,
    /// The channel chosen before, kept.
    pub channel: String,
    /// What is wrong with the handle, in the reader's language.
    pub error: Option<String>,
    /// Too many tries; again after this time.
    pub locked: Option<i64>,
}

/// How far a visit with a code has come.
#[derive(Clone, Debug)]
pub struct CodeState {
    /// The code in two halves.
    pub code: String,
    /// Where it is to be sent.
    pub channel: String,
    /// Until when it holds; `None`: it is over.
    pub until: Option<i64>,
    /// They have pressed the button and it had not been read yet.
    pub waiting: bool,
}

/// Which house? Each with its address and name.
#[must_use]
pub fn houses(f: &DoorFrame, all: &[(String, String)]) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack { h1 { (r.t("door-hello")) } p { (r.t("door-choose")) } }
        ul.stack { @for (slug, name) in all { li { a.btn href={ "/door/" (slug) "?lang=" (r.lang.code()) } { (name) } } } }
    };
    door(f, &r.t("door-title"), inner)
}

/// The first page: what this is, and how to show that an account is theirs.
#[must_use]
pub fn knock(f: &DoorFrame, v: &Knock) -> Markup {
    let r = &f.reader;
    let greeting = html! {
        div.stack {
            h1 { (r.t("door-hello")) }
            p { (r.say("door-hello-body", &[("site", f.site.as_str().into())])) }
            p { (r.t("door-hello-free")) }
        }
    };
    let inner = html! {
        @if v.channels.is_empty() { p.told { (r.t("door-no-channel")) } }
        @else {
            section.stack aria-labelledby="knock-h" {
                h2 #knock-h { (r.t("door-knock-title")) }
                p { (r.t("door-knock-body")) }
                @if let Some(until) = v.locked { (wrong(&r.say("door-locked", &[("at", r.clock(until).into())]))) }
                (form_to(f, "code", html! {
                    @let options: Vec<_> = v.channels.iter()
                        .map(|(id, name)| (id.clone(), name.clone(), *id == v.channel)).collect();
                    (form::choice(&r.t("door-knock-channel"), "channel", "channel", &options))
                    (Field::line(&r.t("door-knock-handle"), "handle", "handle").value(&v.handle)
                        .hint(&r.t("door-knock-handle-hint")).error(v.error.as_deref()).show())
                    (part::button(&r.t("door-knock-do"), Weight::First))
                    p.hint { (r.t("door-knock-trace")) }
                }))
            }
        }
    };
    first(f, &r.t("door-title"), greeting, inner)
}

/// The code, and the button of who has sent it.
#[must_use]
pub fn code(f: &DoorFrame, v: &CodeState) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack {
            h1 #code-h { (r.t("door-code-title")) }
            @if let Some(until) = v.until {
                p { (r.say("door-code-send", &[("channel", v.channel.as_str().into())])) }
                output.code aria-labelledby="code-h" { (v.code) }
                p { (r.say("door-code-until", &[("at", r.clock(until).into())])) }
                p.card { (icon(Glyph::Forbid)) span { (r.t("door-code-warn")) } }
                @if v.waiting {
                    p.told.is-hold role="status" { (icon(Glyph::Clock)) " " (r.t("door-code-waiting")) }
                }
            } @else { (wrong(&r.t("door-code-over"))) }
        }
        div.stack {
            @if v.until.is_some() { (form_to(f, "enter", part::button(&r.t("door-code-sent"), Weight::First))) }
            (form_to(f, "leave", part::button(&r.t("door-restart"), Weight::Plain)))
        }
    };
    door(f, &r.t("door-code-title"), inner)
}

/// The page behind a one-time link. Looking at it spends nothing; the button does.
#[must_use]
pub fn pass(f: &DoorFrame, token: &str) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack { h1 { (r.t("door-pass-title")) } p { (r.t("door-pass-body")) } }
        (form_to(f, "pass", html! {
            (form::hidden("token", token))
            (part::button(&r.t("door-pass-do"), Weight::First))
        }))
    };
    door(f, &r.t("door-pass-title"), inner)
}

/// The page behind the link in a letter that told of a link to a record. Looking undoes nothing; the button does.
#[must_use]
pub fn undo(f: &DoorFrame, letter: &str, word: &str) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack { h1 { (r.t("door-undo-title")) } p { (r.t("door-undo-body")) } p.hint { (r.t("door-undo-stays")) } }
        (form_to(f, "undo-link", html! {
            (form::hidden("letter", letter))
            (form::hidden("word", word))
            (part::button(&r.t("door-undo-do"), Weight::First))
        }))
    };
    door(f, &r.t("door-undo-title"), inner)
}

/// What became of it.
#[must_use]
pub fn undone(f: &DoorFrame, is_undone: bool) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack {
            h1 { (r.t("door-undo-title")) }
            @if is_undone { (told(&r.t("door-undo-done"))) } @else { (wrong(&r.t("door-undo-over"))) }
            p { a href=(f.path) { (r.t("door-undo-write")) } }
        }
    };
    door(f, &r.t("door-undo-title"), inner)
}

/// The link lets nobody in any more.
#[must_use]
pub fn pass_gone(f: &DoorFrame) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.stack {
            h1 { (r.t("door-title")) }
            (wrong(&r.t("door-pass-gone")))
            (part::link(&r.t("door-pass-other"), Weight::First, &f.path))
        }
    };
    door(f, &r.t("door-title"), inner)
}

/// For whom they write. `chosen`: what they said before; `missing`: they pressed without choosing.
#[must_use]
pub fn speaks_for(f: &DoorFrame, chosen: Option<&str>, missing: bool) -> Markup {
    let r = &f.reader;
    let inner = html! {
        h1 #for-h { (r.t("door-for-title")) }
        (form_to(f, "for", html! {
            @if missing { (wrong(&r.t("door-for-missing"))) }
            fieldset.stack aria-labelledby="for-h" {
                @for word in ["myself", "child", "relative"] {
                    label.yes {
                        input type="radio" name="for" value=(word) checked[chosen == Some(word)];
                        strong { (choice_for(r, word)) }
                    }
                }
            }
            p.hint { (r.t("door-for-note")) }
            (part::button(&r.t("door-for-do"), Weight::First))
        }))
    };
    door(f, &r.t("door-for-title"), inner)
}
