//! The thread: what people wrote, in serif and in their own language, with the signals marked and numbered.

use std::collections::HashSet;

use maud::{Markup, html};

use super::act;
use super::marked::{Span, marked};
use super::view::{Case, Part, Post, Signal};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::page::door::kilobytes;
use crate::page::inbox::upstream_words;
use crate::text::{Reader, topic};

pub(super) fn thread(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    // A number leads to the reason that rests on it; if no reason does, to the list under the post.
    let seen: HashSet<u32> = v
        .decision
        .iter()
        .flat_map(|d| d.because.iter().flat_map(|b| &b.seen).chain(d.beside.iter().flat_map(|b| &b.seen)))
        .map(|s| s.n)
        .collect();
    html! {
        section.sheet.thread #thread data-live aria-label=(r.t("case-thread")) {
            @for p in &v.thread { (post(f, v, p, &seen)) }
        }
    }
}

fn post(f: &Frame, v: &Case, p: &Post, seen: &HashSet<u32>) -> Markup {
    let r = &f.reader;
    let lang = p.lang.as_deref().unwrap_or("und");
    let loose: Vec<&Signal> = p.signals.iter().filter(|s| !seen.contains(&s.n)).collect();
    html! {
        article.post.old[p.part == Part::Context].ours[p.part == Part::Ours] {
            div.by {
                b { bdi { (p.name) } }
                @if !p.handle.is_empty() { bdi { (p.handle) } }
                span { (p.place) }
                (part::moment(r, p.at))
                @if let Some(lang) = &p.lang { (part::lang_mark(lang)) }
                (upstream_words(r, p.upstream))
                @if let Some(reach) = &p.reach { span.push { (reach) } }
                @if let Some(url) = &p.url {
                    a.there.push[p.reach.is_none()] href=(url) rel="noopener noreferrer external" {
                        (icon(Glyph::Out)) span.vh { (r.say("post-see-there", &[("who", r.name(&p.name).into())])) }
                    }
                }
            }
            @if let Some(words) = &p.instead {
                p.voice.masked { (words) }
            } @else if p.masked {
                p.voice.masked { (r.t("post-masked")) }
            } @else {
                p.voice dir="auto" lang=(lang) { (marked(&p.text, &spans(r, p))) }
            }
            @if let Some((href, kind, bytes)) = &p.file {
                p { a.btn href=(href) download { (r.say("post-file-get", &[("kind", kind.to_uppercase().into()), ("size", kilobytes(*bytes).into())])) } }
            }
            @if let Some(reply) = &p.take_down { (take_down(f, v, reply)) }
            @if !loose.is_empty() {
                ul.loose.small {
                    @for s in loose { li #{ "e" (s.n) } { (number(s)) " " (loose_words(r, s)) } }
                }
            }
        }
    }
}

/// What a signal without a place in the text says.
fn loose_words(r: &Reader, s: &Signal) -> String {
    let topic = topic(r, &s.topic);
    match &s.by_model {
        Some(model) => r.say("signal-second", &[("topic", topic.into()), ("model", model.clone().into())]),
        None => topic,
    }
}

/// A published answer can be taken off its channel at once, also while sending is paused.
fn take_down(f: &Frame, v: &Case, reply: &str) -> Markup {
    let r = &f.reader;
    form::unfold(
        &format!("down-{reply}"),
        &r.t("take-down-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "take-down"),
            "stack",
            html! {
                (form::hidden("reply", reply))
                p.small { (r.t("take-down-body")) }
                (form::Field::line(&r.t("take-down-reason"), &format!("down-reason-{reply}"), "reason").show())
                (part::button(&r.t("take-down-do"), Weight::Warn))
            },
        ),
    )
}

fn spans(r: &Reader, p: &Post) -> Vec<Span> {
    p.signals
        .iter()
        .map(|s| Span {
            start: s.start,
            end: s.end,
            class: s.kind.class(),
            rank: s.kind as u8,
            tail: Some(html! {
                sup #{ "s" (s.n) } class=(s.kind.class()) {
                    a href={ "#e" (s.n) } aria-label=(r.say("signal-name", &[("n", s.n.into()), ("topic", topic(r, &s.topic).into())])) { (s.n) }
                }
            }),
        })
        .collect()
}

fn number(s: &Signal) -> Markup {
    html! { a.ref.(s.kind.class()) href={ "#s" (s.n) } { (s.n) } }
}
