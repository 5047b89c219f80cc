//! The strip at the foot of every page: what is about to leave follows you until its undo window closes.

use maud::{Markup, html};

use super::form;
use super::frame::{Frame, Leaving, LeavingState};
use super::glyph::{Glyph, icon};
use super::part::{self, Weight};

/// The strip; nothing if nothing leaves, left or failed.
pub(super) fn strip(f: &Frame) -> Markup {
    let r = &f.reader;
    // Always there, so that script can morph it in when something starts to leave.
    let Some((first, rest)) = f.leaving.split_first() else {
        return html! { aside #leaving data-live hidden aria-label=(r.t("leaving-title")) {} };
    };
    html! {
        aside.leaving #leaving data-live aria-label=(r.t("leaving-title")) {
            (line(f, first))
            @if !rest.is_empty() {
                details.rest {
                    summary { (r.say("leaving-more", &[("count", (rest.len() as i64).into())])) }
                    ul { @for l in rest { li { (line(f, l)) } } }
                }
            }
        }
    }
}

fn line(f: &Frame, l: &Leaving) -> Markup {
    let r = &f.reader;
    let bad = matches!(l.state, LeavingState::Failed { .. });
    html! {
        div.leave.bad[bad] {
            (lead(f, l))
            p.what { (words(f, l)) }
            span.push.row {
                @if l.may_undo && matches!(l.state, LeavingState::Running { .. } | LeavingState::Stopped) {
                    (form::act(f, &format!("{}/undo", part::case_href(l.case)), part::button(&r.t("undo"), Weight::Plain)))
                }
                @if let LeavingState::Sent { url: Some(url) } = &l.state {
                    a href=(url) rel="noopener noreferrer external" { (r.t("leaving-see")) }
                }
                a href=(part::case_href(l.case)) { (r.t("open")) span.vh { " " (part::case_no(l.case)) } }
            }
        }
    }
}

fn lead(f: &Frame, l: &Leaving) -> Markup {
    let r = &f.reader;
    match &l.state {
        LeavingState::Running { at, window_s } => html! {
            span role="timer" { span.num data-until=(at / 1000) data-soon { (r.left(*at)) } }
            progress.fuse aria-hidden="true" max=(window_s) value=((at - r.now).max(0) / 1_000_000) data-until=(at / 1000) {}
        },
        LeavingState::Undone => icon(Glyph::Undo),
        LeavingState::Stopped => icon(Glyph::Forbid),
        LeavingState::Sent { .. } => icon(Glyph::Check),
        LeavingState::Failed { .. } => icon(Glyph::Now),
    }
}

fn words(f: &Frame, l: &Leaving) -> Markup {
    let r = &f.reader;
    let to = ("to", r.name(&l.to).into());
    match &l.state {
        LeavingState::Running { .. } => html! {
            (r.say("leaving-running", &[to]))
            span.more { ", " @match &l.approved_by {
                Some(who) => (r.say("leaving-approved-by", &[("who", r.name(who).into())])),
                None => (r.t("leaving-approved-by-rule")),
            } }
        },
        LeavingState::Undone => html! { (r.say("leaving-undone", &[to])) },
        LeavingState::Stopped => html! { (r.say("leaving-stopped", &[to])) },
        LeavingState::Sent { .. } => html! { (r.say("leaving-sent", &[to])) },
        LeavingState::Failed { reason, next } => html! {
            (r.say("leaving-failed", &[to])) " " (reason)
            @if let Some(next) = next { " " (r.say("leaving-next-try", &[("at", r.clock_s(*next).into())])) }
        },
    }
}
