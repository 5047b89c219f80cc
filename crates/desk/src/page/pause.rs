//! Pause and resume: stops speech to the public and to patients at once; alarms to staff go on.

use maud::{Markup, html};

use crate::look::form::{self, Field};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Sending, Shell, icon, shell};
use crate::text::Reader;

/// What the pause page shows; whether sending is on stands in the frame.
#[derive(Clone, Debug, Default)]
pub struct Pause {
    /// What would leave (if sending is on: is about to; if paused: would on resuming), soonest first.
    pub due: Vec<DueReply>,
    /// Earlier pauses, newest first.
    pub past: Vec<PastPause>,
    /// The reason was left empty.
    pub reason_missing: bool,
}

/// A reply that is due or will be.
#[derive(Clone, Debug)]
pub struct DueReply {
    /// Its case.
    pub case: i64,
    /// Whom it answers.
    pub to: String,
    /// The channel's name.
    pub channel: String,
    /// Its first words.
    pub text: String,
    /// When it is (was) due.
    pub at: i64,
}

/// A pause that is over.
#[derive(Clone, Debug)]
pub struct PastPause {
    /// Who paused.
    pub by: String,
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
    /// Why.
    pub reason: String,
}

/// The page. Posts `act` = `pause` with `reason`, or `act` = `resume`, to `/pause`.
#[must_use]
pub fn pause(f: &Frame, v: &Pause) -> Markup {
    let r = &f.reader;
    let title = match f.sending {
        Sending::On => r.t("pause-title"),
        Sending::Paused { .. } => r.t("resume-title"),
    };
    let inner = html! {
        div.top { h1 { (title) } }
        div.body.narrow #pause data-live data-guarded {
            @match &f.sending {
                Sending::On => (ask_pause(f, v)),
                Sending::Paused { by, at, reason } => (ask_resume(f, v, by, *at, reason)),
            }
            (due(r, f, v))
            (past(f, v))
        }
    };
    shell(f, Shell { title: &title, place: Place::Pause, case: None, inner })
}

fn ask_pause(f: &Frame, v: &Pause) -> Markup {
    let r = &f.reader;
    let missing = r.t("reason-missing");
    html! {
        section.sheet.stack aria-labelledby="ask-h" {
            h2 #ask-h { (icon(Glyph::Check)) " " (r.t("sending-on")) }
            (what_it_does(r))
            @if f.may_pause {
                (form::post(&f.csrf, "/pause", "stack", html! {
                    (form::hidden("act", "pause"))
                    (Field::line(&r.t("pause-reason"), "reason", "reason").hint(&r.t("pause-reason-hint"))
                        .error(v.reason_missing.then_some(missing.as_str())).show())
                    div.row { (part::button(&r.t("pause-do"), Weight::Warn)) (part::link(&r.t("cancel"), Weight::Bare, "/inbox")) }
                }))
            } @else { p { (r.t("pause-not-yours")) } }
        }
    }
}

fn what_it_does(r: &Reader) -> Markup {
    html! {
        ul.why {
            li.is-now { (icon(Glyph::Forbid)) div { (r.t("pause-stops")) } }
            li.is-say { (icon(Glyph::Check)) div { (r.t("pause-keeps")) } }
        }
    }
}

fn ask_resume(f: &Frame, v: &Pause, by: &str, at: i64, reason: &str) -> Markup {
    let r = &f.reader;
    html! {
        section.slip.is-now aria-labelledby="ask-h" {
            div.verb { (icon(Glyph::Forbid)) h2 #ask-h { (r.t("paused-title")) } span.num { (r.say("paused-since", &[("span", r.brief(r.now - at).into())])) } }
            div.stack {
                p { (r.say("paused-by", &[("who", r.name(by).into()), ("at", r.moment(at).into()), ("why", r.quote(reason).into())])) }
                (what_it_does(r))
            }
            @if f.may_pause {
                div.stack {
                    p { (r.say("resume-would", &[("count", (v.due.len() as i64).into())])) }
                    (form::act(f, "/pause", html! { (form::hidden("act", "resume")) (part::button(&r.t("resume-do"), Weight::First)) }))
                }
            } @else { div { p { (r.t("resume-not-yours")) } } }
        }
    }
}

fn due(r: &Reader, f: &Frame, v: &Pause) -> Markup {
    let paused = matches!(f.sending, Sending::Paused { .. });
    html! {
        section.stack aria-labelledby="due-h" {
            h2 #due-h { @if paused { (r.t("due-paused")) } @else { (r.t("due-on")) } }
            @if v.due.is_empty() { p.quiet { (r.t("due-none")) } }
            @else {
                ul.sheet.plain-list {
                    @for d in &v.due {
                        li {
                            div.row {
                                a href=(part::case_href(d.case)) { (part::case_no(d.case)) }
                                bdi { (d.to) } span.quiet { (d.channel) }
                                span.push.small.quiet { (r.say("due-at", &[("at", r.moment(d.at).into())])) }
                            }
                            p.draft dir="auto" { (d.text) }
                        }
                    }
                }
            }
        }
    }
}

fn past(f: &Frame, v: &Pause) -> Markup {
    let r = &f.reader;
    if v.past.is_empty() {
        return html! {};
    }
    html! {
        section.stack aria-labelledby="past-h" {
            h2 #past-h { (r.t("pause-past")) }
            ul.plain-list.sheet {
                @for p in &v.past {
                    li { (r.quote(&p.reason)) br; span.small.quiet { (p.by) ", " (part::moment(r, p.from)) " – " (part::moment(r, p.to)) } }
                }
            }
            @if f.may_log { p.small.quiet { a href="/log" { (r.t("pause-past-log")) } } }
        }
    }
}
