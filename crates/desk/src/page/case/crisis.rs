//! A crisis on the case's page: the steps of published guidance with the numbers to call, and approved replies that leave
//! unchanged by one button. Made for a phone at night.

use maud::{Markup, html};

use super::{Case, Resolved, act};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::{Reader, danger, key};

/// What the page shows of a crisis.
#[derive(Clone, Debug)]
pub struct Crisis {
    /// The steps for each danger.
    pub guidance: Vec<Guidance>,
    /// The emergency number.
    pub emergency: String,
    /// The help line: its name, its number as people write it, as a phone dials it.
    pub line: (String, String, String),
    /// The approved replies, the one in the language of the post first.
    pub replies: Vec<Approved>,
    /// What was sent so already.
    pub sent: Vec<SentAlone>,
    /// Why nothing can be sent here; `None`: it can.
    pub off: Option<String>,
    /// Nobody has taken the case yet.
    pub untaken: bool,
    /// Sending is paused: a reply waits, so the way is by phone.
    pub paused: bool,
}

/// The steps of published guidance for one danger.
#[derive(Clone, Debug)]
pub struct Guidance {
    /// The danger's word.
    pub danger: String,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// Where they come from.
    pub source: String,
}

/// An approved reply.
#[derive(Clone, Debug)]
pub struct Approved {
    /// Its name.
    pub id: String,
    /// The language it is in.
    pub lang: String,
    /// What it says.
    pub text: String,
    /// Number and title of the house's own statement; `None`: it comes with the program.
    pub own: Option<(i64, String)>,
}

/// A reply that one person sent.
#[derive(Clone, Debug)]
pub struct SentAlone {
    /// Its draft's id.
    pub draft: String,
    /// Who, and when.
    pub sent: Resolved,
    /// By when somebody else must have read it.
    pub due: i64,
    /// Who has, and when.
    pub read: Option<Resolved>,
    /// The reader may say that they have.
    pub may_read: bool,
}

pub(super) fn crisis(f: &Frame, v: &Case) -> Markup {
    let Some(c) = &v.crisis else { return html! {} };
    let r = &f.reader;
    html! {
        section.sheet.stack.crisis #crisis aria-labelledby="crisis-h" {
            h2 #crisis-h { (icon(Glyph::Now)) " " (r.t("crisis-title")) }
            p.row {
                a.btn href={ "tel:" (c.emergency) } { (r.say("crisis-emergency", &[("number", c.emergency.clone().into())])) }
                a.btn href={ "tel:" (c.line.2) } { (c.line.0) ", " (c.line.1) }
            }
            @if c.untaken && v.may.take {
                (form::post(&f.csrf, &act(v, "take"), "row take", html! {
                    (form::hidden("seen", &v.seen))
                    (part::button(&r.t("take-over"), Weight::First))
                }))
            }
            @if c.paused { p.told.is-now role="status" { (icon(Glyph::Forbid)) " " (r.t("crisis-paused")) } }
            @for one in &c.sent { (sent(f, v, one)) }
            (replies(f, v, c))
            @for one in &c.guidance { (steps(r, one)) }
        }
    }
}

fn steps(r: &Reader, g: &Guidance) -> Markup {
    html! {
        details.stack open {
            summary { h3 { (r.say("crisis-steps", &[("danger", danger(r, &g.danger).into())])) } }
            ol.steps { @for step in &g.steps { li { (step) } } }
            p.small.quiet { (r.t("crisis-source")) " " span lang="en" { (g.source) } }
        }
    }
}

fn replies(f: &Frame, v: &Case, c: &Crisis) -> Markup {
    let r = &f.reader;
    if c.replies.is_empty() {
        return html! {};
    }
    html! {
        h3 { (r.t("crisis-reply")) }
        p.small.quiet { (r.t("crisis-reply-why")) }
        @for (n, one) in c.replies.iter().enumerate() {
            @let id = format!("crisis-{n}");
            div.stack {
                p.small.quiet {
                    @match &one.own {
                        Some((number, title)) => (r.say("crisis-own", &[("number", (*number).into()), ("title", title.clone().into())])),
                        None => (r.t("crisis-shipped")),
                    }
                }
                blockquote.voice #(id) lang=(one.lang) { (one.text) }
                @match &c.off {
                    Some(why) => p.small.quiet { (why) },
                    None => (form::post(&f.csrf, &act(v, "crisis-reply"), "row", html! {
                        (form::hidden("statement", &one.id))
                        button.btn.first[n == 0 && !(c.untaken && v.may.take)] type="submit" aria-describedby=(id) {
                            (r.say("crisis-send", &[("lang", r.t(if one.lang == "de" { key!("crisis-in-de") } else { key!("crisis-in-en") }).into())]))
                        }
                    })),
                }
            }
        }
    }
}

fn sent(f: &Frame, v: &Case, s: &SentAlone) -> Markup {
    let r = &f.reader;
    let said = [("who", r.name(&s.sent.by).into()), ("at", r.moment(s.sent.at).into())];
    html! {
        div.told role="status" {
            p { (icon(Glyph::Check)) " " (r.say("crisis-sent", &said)) }
            @match &s.read {
                Some(by) => p.small { (r.say("crisis-read-by", &[("who", r.name(&by.by).into()), ("at", r.moment(by.at).into())])) },
                None => p.small { (r.say("crisis-to-read", &[("at", r.until(s.due).into())])) },
            }
            @if s.may_read && s.read.is_none() {
                (form::post(&f.csrf, &act(v, "crisis-read"), "row", html! {
                    (form::hidden("draft", &s.draft))
                    (part::button(&r.t("crisis-read-do"), Weight::Plain))
                }))
            }
        }
    }
}
