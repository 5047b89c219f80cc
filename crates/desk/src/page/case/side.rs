//! Beside the thread: labels, notes, who writes, the log.

use maud::{Markup, html};

use super::act;
use super::view::{Case, Label, LabelOn};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::{Reader, label};

pub(super) fn side(f: &Frame, v: &Case) -> Markup {
    html! {
        aside.side #side data-live data-guarded aria-label=(f.reader.t("case-side")) {
            (super::door::door(f, v))
            (super::care::care(f, v))
            (super::bound::clocks(f, v))
            (labels(f, v))
            (super::bound::strikes(f, v))
            (notes(f, v))
            (about(&f.reader, v))
            (log(f, v))
            @if f.keys { (keys(&f.reader)) }
        }
    }
}

/// The labels as one line, for the case beside the list.
pub(super) fn labels_in_line(r: &Reader, v: &Case) -> Markup {
    if v.labels.is_empty() {
        return html! {};
    }
    html! {
        dl.pairs { dt { (r.t("labels")) } dd.row { @for l in &v.labels {
            (part::chip(&match l.until {
                Some(at) => r.say("label-until", &[("label", label(r, &l.kind).into()), ("at", r.until_day(at).into())]),
                None => label(r, &l.kind),
            }, Glyph::Label))
        } } }
    }
}

fn labels(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        section aria-labelledby="labels-h" {
            h2 #labels-h { (r.t("labels")) }
            @if v.labels.is_empty() { p.quiet { (r.t("labels-none")) } }
            @else { ul { @for l in &v.labels { (one_label(f, v, l)) } } }
            @if v.may.label { (set_label(f, v)) }
        }
    }
}

fn one_label(f: &Frame, v: &Case, l: &Label) -> Markup {
    let r = &f.reader;
    let on = match l.on {
        LabelOn::Author => r.t("label-on-author"),
        LabelOn::Thread => r.t("label-on-thread"),
        LabelOn::House => r.t("label-on-house"),
    };
    let name = label(r, &l.kind);
    html! {
        li.label {
            span.row {
                span.chip { (icon(Glyph::Label)) (name) }
                @if let Some(at) = l.until { span.small.quiet { (r.say("until-short", &[("at", r.until_day(at).into())])) } }
            }
            small.quiet { (r.say("label-why", &[("on", on.into()), ("by", r.name(&l.by).into()), ("why", r.quote(&l.reason).into())])) }
            @if v.may.label {
                details.act {
                    summary.btn.bare.small { (r.t("label-remove-ask")) span.vh { " " (name) } }
                    (form::post(&f.csrf, &act(v, "unlabel"), "stack", html! {
                        (form::hidden("seen", &v.seen)) (form::hidden("label", &l.id))
                        (form::Field::line(&r.t("label-remove-reason"), &format!("unlabel-{}", l.id), "reason").show())
                        (part::button(&r.t("label-remove-do"), Weight::Plain))
                    }))
                }
            }
        }
    }
}

fn set_label(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let kinds: Vec<_> = v.label_kinds.iter().map(|id| (id.clone(), label(r, id), false)).collect();
    let ons = [
        ("author", r.t("label-on-author"), true),
        ("thread", r.t("label-on-thread"), false),
        ("house", r.t("label-on-house"), false),
    ]
    .map(|(code, words, chosen)| (code.to_owned(), words, chosen));
    let spans = [(1_u32, false), (3, false), (7, true), (30, false), (180, false)]
        .map(|(days, chosen)| (days.to_string(), r.say("label-days", &[("count", days.into())]), chosen));
    form::unfold(
        "label",
        &r.t("label-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "label"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                (form::choice(&r.t("label-kind"), "label-kind", "label", &kinds))
                (form::choice(&r.t("label-on"), "label-on", "on", &ons))
                (form::choice(&r.t("label-for"), "label-days", "days", &spans))
                (form::Field::line(&r.t("label-reason"), "label-reason", "reason").hint(&r.t("reason-hint")).show())
                (part::button(&r.t("label-do"), Weight::First))
            },
        ),
    )
}

fn notes(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        section aria-labelledby="notes-h" {
            h2 #notes-h { (r.t("notes")) }
            @for n in &v.notes {
                div.note { p dir="auto" { (n.text) } small.quiet { (n.by) ", " (part::moment(r, n.at)) } }
            }
            @if v.may.note {
                (form::post(&f.csrf, &act(v, "note"), "row", html! {
                    label.vh for="note" { (r.t("note-new")) }
                    input.in.grow #note name="text" data-key="n" placeholder=(r.t("note-short")) autocomplete="off" required;
                    (part::button(&r.t("note-do"), Weight::Plain))
                }))
            } @else if v.notes.is_empty() { p.quiet { (r.t("notes-none")) } }
        }
    }
}

fn about(r: &Reader, v: &Case) -> Markup {
    if v.about.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="about-h" {
            h2 #about-h { (r.t("about")) }
            dl.pairs { @for (term, value) in &v.about { dt { (term) } dd { (value) } } }
            @if let Some(href) = &v.kept { p { a href=(href) { (r.t("about-kept")) } } }
        }
    }
}

fn log(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        section aria-labelledby="log-h" {
            h2 #log-h { (r.t("nav-log")) }
            ol.log {
                @for l in &v.log {
                    li { (part::moment(r, l.at)) span { (l.what) @if let Some(n) = l.n { " " code { (r.num(n)) } } } }
                }
            }
            @if f.may_log {
                a.small href=(format_args!("/log?case={}", v.id)) { (r.say("log-all", &[("count", v.log_total.into())])) }
            }
        }
    }
}

fn keys(r: &Reader) -> Markup {
    html! {
        p.small.quiet.js.keyline {
            kbd { "r" } " " (r.t("key-reply-short")) " " kbd { "h" } " " (r.t("key-hold-short")) " " kbd { "a" } " " (r.t("key-assign-short"))
            " " kbd { "l" } " " (r.t("key-label-short")) " " kbd { "?" } " " a href="/keys" { (r.t("key-all-short")) }
        }
    }
}
