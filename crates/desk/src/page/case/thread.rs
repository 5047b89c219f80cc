//! The thread: what people wrote, in serif and in their own language, with the signals marked and numbered.

use std::collections::HashSet;

use maud::{Markup, html};

use super::act;
use super::marked::{Span, marked};
use super::view::{Case, Part, Post, Signal, TakeDown};
use crate::look::part::{self, Weight};
use crate::look::rail::encoded;
use crate::look::{Frame, Glyph, form, icon};
use crate::page::door::kilobytes;
use crate::page::inbox::upstream_words;
use crate::text::{Reader, topic, urgency_word};

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
            (head(f, v))
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
            } @else if p.masked && p.text.is_empty() {
                p.voice.masked { (r.t("post-masked")) }
            } @else if p.soft.is_empty() {
                (self::words(v, r, p, lang))
            } @else {
                details.soft #{ "soft-" (p.id) } data-soft=(p.id) {
                    summary { (r.say("soft-kind", &[("kind", p.soft.join(", ").into())])) " " b { (r.t("soft-show")) } }
                    div.stack { (self::words(v, r, p, lang)) }
                }
            }
            (super::media::media(f, v, p))
            @if let Some((href, kind, bytes)) = &p.file {
                p { a.btn href=(href) download { (r.say("post-file-get", &[("kind", kind.to_uppercase().into()), ("size", kilobytes(*bytes).into())])) } }
            }
            @if let Some((href, words)) = &p.taken { p.small { a href=(href) { (words) } } }
            @if let Some(reply) = &p.take_down { (take_down(f, v, reply)) }
            @if !loose.is_empty() {
                ul.loose.small {
                    @for s in loose { li #{ "e" (s.n) } { (number(s)) " " (loose_words(r, s)) } }
                }
            }
        }
    }
}

/// What stands over the posts: that somebody has to look, the way to the whole text, and the switch for the marks.
fn head(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let has_marks = v.thread.iter().any(|p| !p.signals.is_empty());
    html! {
        @if let Some(told) = &v.told { p.told role="status" { (told) } }
        @if let Some(look) = v.look {
            p.told.is-now {
                (icon(Glyph::Now)) " " strong { (r.t("look-now")) } ". " (r.t("look-case")) " "
                @if !look.is_open && look.by > r.now { (r.say("look-case-by", &[("at", r.clock(look.by).into())])) }
            }
        }
        @if v.may.full {
            div.told.is-still.row {
                span { (r.t("full-covered")) }
                (form::act(f, &act(v, "full"), part::button(&r.t("full-do"), Weight::Plain)))
            }
        }
        @if has_marks {
            label.choice.wide.small.marks-on { input #marks type="checkbox" checked; span { (r.t("marks-on")) } }
        }
    }
}

/// The text with its marks, and what the marks mean.
fn words(v: &Case, r: &Reader, p: &Post, lang: &str) -> Markup {
    html! {
        p.voice dir="auto" lang=(lang) { (marked(&p.text, &spans(r, p))) }
        @if p.part != Part::Ours && !p.masked && !p.id.is_empty() && (p.sorted.is_some() || !p.signals.is_empty()) {
            (legend(v, r, p))
        }
    }
}

/// What was found in a post, each with its reason, and the way to say that it is wrong or that something is missing.
fn legend(v: &Case, r: &Reader, p: &Post) -> Markup {
    let topics = p.sorted.iter().flat_map(|sorted| &sorted.topics);
    html! {
        details.legend #{ "found-" (p.id) } {
            summary.small { (r.say("found-sum", &[("count", (p.signals.len() as i64).into())])) }
            ul.found.small {
                @for (id, percent) in topics {
                    li { span.sort { (r.t("found-topic")) } div { b { (topic(r, id)) } " " span.num { (r.say("found-sure", &[("percent", (*percent).into())])) } (wrong(v, r, p, &format!("topic:{id}"), None, &topic(r, id))) } }
                }
                @if let Some(sorted) = &p.sorted {
                    @if sorted.topics.is_empty() { li { span.sort { (r.t("found-topic")) } div { (r.t("found-unsure")) } } }
                    @if let Some(urgency) = &sorted.urgency {
                        li { span.sort { (r.t("found-urgency")) } div { b { (urgency_word(r, urgency)) } (wrong(v, r, p, &format!("urgency:{urgency}"), None, &urgency_word(r, urgency))) } }
                    }
                }
                @for s in &p.signals {
                    li { span.sort { (number(s)) } div {
                        b { (topic(r, &s.topic)) } ": " (r.quote(&s.quote)) " " span.quiet { (s.why) }
                        (wrong(v, r, p, &s.found, Some((s.start, s.end)), &s.quote))
                    } }
                }
                @if v.may.mark { li { span.sort {} div { a data-away href=(mark_href(v, p, "", None, true)) { (r.t("mark-missing-ask")) } } } }
            }
        }
    }
}

fn wrong(v: &Case, r: &Reader, p: &Post, found: &str, span: Option<(usize, usize)>, what: &str) -> Markup {
    html! {
        @if v.may.mark {
            " " a data-away href=(mark_href(v, p, found, span, false)) { (r.t("mark-wrong-ask")) span.vh { ": " (r.name(what)) } }
        }
    }
}

fn mark_href(v: &Case, p: &Post, found: &str, span: Option<(usize, usize)>, is_missing: bool) -> String {
    let place = span.map(|(start, end)| format!("&start={start}&end={end}")).unwrap_or_default();
    let missing = if is_missing { "&missing=1" } else { "" };
    format!("{}?post={}&found={}{place}{missing}", act(v, "mark"), p.id, encoded(found))
}

/// What a signal without a place in the text says.
fn loose_words(r: &Reader, s: &Signal) -> String {
    let topic = topic(r, &s.topic);
    match &s.by_model {
        Some(model) => r.say("signal-second", &[("topic", topic.into()), ("model", model.clone().into())]),
        None => topic,
    }
}

/// A published answer can be taken off its channel at once, also while sending is paused. What that can't do is said before.
fn take_down(f: &Frame, v: &Case, take: &TakeDown) -> Markup {
    let (r, reply) = (&f.reader, take.reply.as_str());
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
                p.small { (take.limits) }
                p.small { (r.t("take-down-opens")) }
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
