//! One message's whole trace: when it came, what its sender was told, what became of it, who looked at it.

use maud::{Markup, html};

use super::link::{Message, State, message_href, table};
use super::links::link_href;
use super::log::{Entry, exact};
use crate::look::form;
use crate::look::part::{self, Weight};
use crate::look::{Frame, Place, Shell, shell};
use crate::text::Reader;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct MessagePage {
    /// The message.
    pub message: Message,
    /// The link's name.
    pub link: String,
    /// What the sender was told.
    pub answer: String,
    /// What it says, in a word of ours; `None`: it was refused, or its key was erased.
    pub says: Option<String>,
    /// When the record says that was recorded.
    pub recorded: Option<i64>,
    /// Until when it is kept.
    pub kept_until: i64,
    /// Our id of the patient it is about.
    pub patient: Option<String>,
    /// Other messages about the same patient, newest first.
    pub others: Vec<Message>,
    /// Log entries about it, newest first.
    pub log: Vec<Entry>,
    /// What it holds, if it was asked for.
    pub content: Option<String>,
    /// The reader may have it brought in again.
    pub may_again: bool,
    /// The reader may see what it holds.
    pub may_show: bool,
}

/// The page. Posts nothing but the token to `…/again` and `…/show`.
#[must_use]
pub fn message(f: &Frame, v: &MessagePage) -> Markup {
    let r = &f.reader;
    let m = &v.message;
    let title = r.say("message-title", &[("event", (&m.trigger).into()), ("at", r.clock_s(m.at).into())]);
    let inner = html! {
        div.top { (part::link(&v.link, Weight::Bare, &link_href(&m.link))) h1 { (title) } (m.state.tag(r)) }
        div.body {
            div.two {
                div.stack {
                    (trace(r, v))
                    (acts(f, v))
                    @if let Some(content) = &v.content { (shown(r, content)) }
                    @if !v.others.is_empty() {
                        h2 #messages-h { (r.t("message-others")) }
                        (table(r, &v.others))
                    }
                }
                aside.stack aria-labelledby="logged-h" { (logged(r, v)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Links, case: None, inner })
}

fn trace(r: &Reader, v: &MessagePage) -> Markup {
    let m = &v.message;
    html! {
        section.sheet.stack aria-labelledby="trace-h" {
            h2 #trace-h { (r.t("message-trace")) }
            dl.pairs.trace {
                dt { (r.t("message-received")) } dd { (exact(r, m.at)) @if m.resent > 0 { ", " (r.say("message-resent", &[("count", m.resent.into())])) } }
                dt { (r.t("message-answer")) } dd { (v.answer) }
                dt { (r.t("message-index")) } dd { (m.state.tag(r)) @if !m.why.is_empty() { " " (m.why) } }
                @if let Some(says) = &v.says { dt { (r.t("message-says")) } dd { (says) } }
                @if let Some(at) = v.recorded { dt { (r.t("message-recorded")) } dd { (exact(r, at)) } }
                dt { (r.t("message-flaws")) } dd { @if m.flaws.is_empty() { (r.t("message-flaws-none")) } @else { ul { @for flaw in &m.flaws { li { (flaw) } } } } }
                @if let Some(patient) = &v.patient {
                    dt { (r.t("message-patient")) } dd { a.mono href={ (link_href(&m.link)) "?find=" (patient) } { (patient) } }
                }
                dt { (r.t("message-id")) } dd.mono { (m.id) }
                dt { (r.t("message-kept-until")) } dd { (part::moment(r, v.kept_until)) }
            }
        }
    }
}

fn acts(f: &Frame, v: &MessagePage) -> Markup {
    let r = &f.reader;
    let href = message_href(&v.message.link, &v.message.id);
    // What failed waits for this; for all others it is a thing to be done with care.
    let weight = if v.message.state == State::Failed { Weight::First } else { Weight::Plain };
    html! {
        div.row {
            @if v.may_again { (form::act(f, &format!("{href}/again"), part::button(&r.t("message-again"), weight))) }
            @if v.may_show && v.content.is_none() { (form::act(f, &format!("{href}/show"), part::button(&r.t("message-show"), Weight::Plain))) }
        }
        @if v.may_again || v.may_show {
            p.small.quiet { @if v.may_again { (r.t("message-again-body")) " " } @if v.may_show { (r.t("message-show-body")) } }
        }
    }
}

fn shown(r: &Reader, content: &str) -> Markup {
    html! {
        div.sheet.stack {
            h2 #content-h { (r.t("message-content")) }
            pre.pre tabindex="0" role="region" aria-labelledby="content-h" { (content) }
            p.small.quiet { (r.t("message-content-body")) }
        }
    }
}

fn logged(r: &Reader, v: &MessagePage) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="logged-h" {
            h2 #logged-h { (r.t("message-log")) }
            @if v.log.is_empty() { p.quiet { (r.t("message-log-none")) } }
            @else { ul.log { @for e in &v.log { li { (exact(r, e.at)) span { (e.what) ", " (e.by) } } } } }
        }
    }
}
