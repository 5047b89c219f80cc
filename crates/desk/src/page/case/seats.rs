//! Four eyes: who wrote, who approves, and why one may not.

use maud::{Markup, html};

use super::act;
use super::pen::{Guard, Reply, Second, Stage};
use super::view::Case;
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::Reader;

/// The writer's seat.
pub(super) fn first(r: &Reader, reply: &Reply) -> Markup {
    html! {
        div.seat {
            @match &reply.author {
                Some(a) => { (part::who_beside(&a.name)) div { (a.name) small { (r.say("seat-wrote", &[("at", r.moment(a.at).into())])) } } },
                None => { span.who aria-hidden="true" { "1" } div { (r.t("seat-you")) small { (r.t("seat-you-write")) } } },
            }
        }
    }
}

/// The second seat.
pub(super) fn second(r: &Reader, reply: &Reply) -> Markup {
    let vacant = |words: String, small: String| html! { div.seat.vacant { span.who aria-hidden="true" { "2" } div { (words) small { (small) } } } };
    match &reply.second {
        Second::Vacant { may } if may.is_empty() => vacant(r.t("seat-second"), r.t("seat-nobody")),
        Second::Vacant { may } => vacant(r.t("seat-second"), r.say("seat-may", &[("who", may.join(", ").into())])),
        Second::Yours => vacant(r.t("seat-yours"), r.t("seat-yours-small")),
        Second::OwnDraft => vacant(r.t("seat-second"), r.t("seat-own")),
        Second::NotYours { why } => vacant(r.t("seat-second"), why.clone()),
        Second::Rule { rule, sentence } => html! {
            div.seat { span.who { (icon(Glyph::Check)) } div { (r.t("seat-rule")) " " code { (rule) } small { (sentence) } } }
        },
        Second::Approved(s) => html! {
            div.seat { (part::who_beside(&s.name)) div { (s.name) small { (r.say("seat-approved", &[("at", r.moment(s.at).into())])) } } }
        },
    }
}

/// Both seats with the acts of a reply that is no longer being written.
pub(super) fn seats(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        div.eyes {
            (first(r, &v.reply))
            span.to aria-hidden="true" {}
            (second(r, &v.reply))
            div.row.decide { (acts(f, v)) }
        }
    }
}

fn acts(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    match (&v.reply.stage, &v.reply.second) {
        (Stage::Asked, Second::Yours) => html! {
            (with_draft(f, v, "approve", html! {
                // Who approves in spite of hints takes them on their name; without script too.
                @if matches!(v.reply.guard, Guard::Found(_)) {
                    label.choice.wide {
                        input type="checkbox" name="confirm" value="yes" required;
                        span { (r.t("approve-confirm")) }
                    }
                }
                (part::button(&r.t("approve-do"), Weight::First))
            }))
            (send_back(f, v))
        },
        (Stage::Asked, Second::OwnDraft) => html! {
            span #own-draft .vh { (r.t("seat-own")) }
            (part::button_off(&r.t("approve-do"), "own-draft"))
            @if v.may.draft { (with_draft(f, v, "undo", part::button(&r.t("withdraw-do"), Weight::Plain))) }
        },
        (Stage::Asked, _) => html! { span.small.quiet { (r.t("seat-waiting")) } },
        (Stage::Leaving { .. } | Stage::Paused, _) if v.may.undo => {
            with_draft(f, v, "undo", part::button(&r.t("undo"), Weight::First))
        }
        (Stage::Failed { .. }, _) if v.may.undo => {
            with_draft(f, v, "undo", part::button(&r.t("back-to-draft"), Weight::Plain))
        }
        _ => html! {},
    }
}

/// A form of one button that says which draft it means: an edit in between is refused.
fn with_draft(f: &Frame, v: &Case, verb: &str, button: Markup) -> Markup {
    form::post(
        &f.csrf,
        &act(v, verb),
        "inline",
        html! {
            (form::hidden("seen", &v.seen)) (form::hidden("draft", &v.reply.version)) (button)
        },
    )
}

fn send_back(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    form::unfold(
        "send-back",
        &r.t("send-back-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "send-back"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen)) (form::hidden("draft", &v.reply.version))
                (form::Field::line(&r.t("send-back-note"), "send-back-note", "note").hint(&r.t("send-back-hint")).show())
                (part::button(&r.t("send-back-do"), Weight::Plain))
            },
        ),
    )
}
