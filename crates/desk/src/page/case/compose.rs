//! The composer: textarea over a mirror that carries the guard's marks, findings with repairs that are form submits, the
//! seats. Every check works without script; with it the guard looks while one types.

use maud::{Markup, html};

use super::marked::{Span, marked};
use super::pen::{Finding, FindingWeight, Guard, Reply, ReplyForm, Returned, Second, Stage};
use super::view::Case;
use super::{act, seats, statement, suggest};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::{Reader, guard_kind};

pub(super) fn compose(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let reply = &v.reply;
    let unasked =
        matches!(reply.stage, Stage::Writing) && reply.text.is_empty() && !reply.permitted && reply.returned.is_none();
    if unasked && (v.resolved.is_some() || !v.may.draft) {
        return html! {};
    }
    html! {
        section.sheet.stack.compose #reply data-live data-guarded aria-labelledby="reply-h" {
            @if unasked {
                details.prepare {
                    summary data-key="r" { h2 #reply-h { (r.t("reply-prepare-anyway")) } span.small.quiet { (r.t("reply-prepare-why")) } }
                    div.stack { (writing(f, v)) }
                }
            } @else {
                div.row {
                    h2 #reply-h { (title(r, reply)) }
                    // While there is a choice below, it says the form itself.
                    @if reply.forms.len() < 2 || !matches!(reply.stage, Stage::Writing) {
                        (part::chip(&form_word(r, reply.form), form_glyph(reply.form)))
                    }
                    @if let (Some(at), Stage::Writing | Stage::Asked) = (reply.not_before, &reply.stage) {
                        span.push.small.quiet { (r.say("reply-not-before", &[("at", r.until(at).into())])) }
                    }
                }
                (returned(r, reply))
                (suggest::said(r, v))
                (statement::taken(r, reply))
                @match reply.stage {
                    Stage::Writing if v.may.draft && v.resolved.is_none() => (writing(f, v)),
                    Stage::Writing => (frozen(reply)),
                    _ => (sent_off(f, v)),
                }
            }
        }
    }
}

fn title(r: &Reader, reply: &Reply) -> String {
    match reply.stage {
        Stage::Writing => r.t("reply-write"),
        Stage::Asked => r.t("reply-asked"),
        Stage::Leaving { .. } => r.t("reply-leaving"),
        Stage::Paused => r.t("reply-paused"),
        Stage::Sent { .. } => r.t("reply-sent"),
        Stage::Failed { .. } => r.t("reply-failed"),
    }
}

fn form_word(r: &Reader, form: ReplyForm) -> String {
    match form {
        ReplyForm::Public => r.t("form-public"),
        ReplyForm::Acknowledge => r.t("form-acknowledge"),
        ReplyForm::Invite => r.t("form-invite"),
        ReplyForm::Private => r.t("form-private"),
    }
}

fn form_glyph(form: ReplyForm) -> Glyph {
    match form {
        ReplyForm::Public => Glyph::Say,
        ReplyForm::Acknowledge => Glyph::Check,
        ReplyForm::Invite | ReplyForm::Private => Glyph::Door,
    }
}

/// Why the reply is at the desk again.
fn returned(r: &Reader, reply: &Reply) -> Markup {
    let Some(why) = &reply.returned else { return html! {} };
    let (glyph, tone, words, more) = match why {
        Returned::SentBack { by, at, note } => (
            Glyph::Undo,
            Tone::Hold,
            r.say("returned-sent-back", &[("who", r.name(by).into()), ("at", r.moment(*at).into())]),
            r.quote(note),
        ),
        Returned::Refused { reason, at } => {
            (Glyph::Forbid, Tone::Now, r.say("returned-refused", &[("at", r.moment(*at).into())]), reason.clone())
        }
        Returned::Undone { by, at } => (
            Glyph::Undo,
            Tone::Plain,
            r.say("returned-undone", &[("who", r.name(by).into()), ("at", r.moment(*at).into())]),
            r.t("returned-undone-body"),
        ),
    };
    html! { ul.finds { li class=(tone.class()) { (icon(glyph)) div { strong { (words) } " " (more) } } } }
}

fn writing(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let reply = &v.reply;
    let inner = html! {
        (form::hidden("seen", &v.seen)) (form::hidden("draft", &reply.version))
        (statement::offers(r, v))
        (forms(r, reply))
        div.field {
            label for="text" { (r.say("reply-label", &[("to", r.name(&reply.to).into())])) }
            div.pad {
                (mirror(reply))
                textarea #text name="text" rows="4" spellcheck="true" data-key="r" lang=[reply.lang.as_deref()] dir="auto"
                    aria-describedby="guard-sum submit-why" { "\n" (reply.text) }
            }
        }
        (guard(r, reply))
        @if reply.missing { (missed(r)) }
        div.row {
            button.btn type="submit" data-check { (r.t("reply-check")) }
            (part::button_to(&r.t("reply-save"), Weight::Bare, &act(v, "draft")))
            @if v.may.mark && !reply.missing && !matches!(reply.guard, Guard::Unchecked) {
                button.btn.bare.push type="submit" name="repair" value="0:missing" { (r.t("mark-missing-ask")) }
            }
            (suggest::button(r, v))
        }
        div.eyes {
            (seats::first(r, reply))
            span.to aria-hidden="true" {}
            (seats::second(r, reply))
            span.row.decide { (submit(r, v.id, reply, v.changed.is_some())) }
        }
        p.small.quiet #submit-why { (submit_why(r, reply, v.changed.is_some())) }
    };
    html! {
        form.stack #compose method="post" action=(act(v, "check")) data-find=(format_args!("/live/case/{}/find", v.id)) data-draft=(act(v, "draft")) data-submit=(act(v, "submit")) data-unsaved[reply.unsaved] {
            input type="hidden" name="csrf" value=(f.csrf);
            (inner)
        }
    }
}

fn forms(r: &Reader, reply: &Reply) -> Markup {
    if reply.forms.len() < 2 {
        return form::hidden("form", reply.form.code());
    }
    html! {
        fieldset.choices {
            legend.vh { (r.t("form-legend")) }
            @for form in &reply.forms {
                label.choice {
                    input type="radio" name="form" value=(form.code()) checked[*form == reply.form];
                    (icon(form_glyph(*form))) (form_word(r, *form))
                }
            }
        }
    }
}

fn mirror(reply: &Reply) -> Markup {
    let spans: Vec<Span> = found(reply)
        .iter()
        .map(|g| match g.weight {
            FindingWeight::Block => Span { start: g.start, end: g.end, class: "g-block", rank: 0, tail: None },
            FindingWeight::Hint => Span { start: g.start, end: g.end, class: "g-warn", rank: 1, tail: None },
        })
        .collect();
    html! { div.mirror #mirror aria-hidden="true" { (marked(&reply.text, &spans)) } }
}

/// What the guard says of the reply as it stands: the answer to `POST /live/case/{id}/find`. Fill `reply.text`, `length`
/// and `guard` from the draft sent; script puts the parts in place by their ids.
#[must_use]
pub fn findings(r: &Reader, case: i64, reply: &Reply) -> Markup {
    html! {
        (mirror(reply))
        (guard(r, reply))
        (statement::taken(r, reply))
        span.row.decide { (submit(r, case, reply, false)) }
        p.small.quiet #submit-why { (submit_why(r, reply, false)) }
    }
}

fn guard(r: &Reader, reply: &Reply) -> Markup {
    let found = found(reply);
    let blocks = found.iter().filter(|g| g.weight == FindingWeight::Block).count() as i64;
    let hints = found.len() as i64 - blocks;
    let long = too_long(reply);
    html! {
        div.stack #guard {
            div.row.small #guard-sum {
                @match &reply.guard {
                    Guard::Unchecked => span.quiet { (r.t("guard-unchecked")) },
                    Guard::Clear(at) => (part::tag(&r.say("guard-clear", &[("at", r.clock(*at).into())]), Glyph::Check, Tone::Say)),
                    Guard::Found(_) => {
                        @if blocks > 0 { (part::tag(&r.say("guard-blocks", &[("count", blocks.into())]), Glyph::Forbid, Tone::Now)) }
                        @if hints > 0 { (part::tag(&r.say("guard-hints", &[("count", hints.into())]), Glyph::Now, Tone::Hold)) }
                    },
                }
                @if let Some(limit) = reply.limit {
                    span.push.num.quiet[!long].over[long] {
                        (r.say("reply-length", &[("length", reply.length.into()), ("limit", limit.into())]))
                        @if long { ", " (r.t("reply-too-long")) }
                    }
                }
            }
            @if let Some(before) = &reply.before {
                div.row.told {
                    (form::hidden("before", before))
                    span { (r.t("guard-mended")) }
                    button.btn type="submit" name="repair" value="0:undo" { (icon(Glyph::Undo)) (r.t("guard-undo")) }
                }
            }
            @if let Some(told) = &reply.told { p.told role="status" { (told) } }
            @if !found.is_empty() { ul.finds { @for g in found { (finding(r, g)) } } }
        }
    }
}

/// Says that the guard should have found something.
fn missed(r: &Reader) -> Markup {
    let kinds: Vec<(String, String, bool)> = bedside_core::guard::Kind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), guard_kind(r, kind.as_str()), false))
        .collect();
    html! {
        div.act-body #missed {
            (form::choice(&r.t("mark-kind"), "missed-kind", "missed-kind", &kinds))
            (form::Field::line(&r.t("mark-words"), "missed-words", "missed-words").optional().show())
            (form::Field::line(&r.t("mark-comment"), "missed-comment", "missed-comment").optional().show())
            div { button.btn type="submit" name="repair" value="0:missed" { (r.t("mark-do")) } }
        }
    }
}

fn finding(r: &Reader, g: &Finding) -> Markup {
    let block = g.weight == FindingWeight::Block;
    html! {
        li #{ "g" (g.n) } class=(if block { "is-now" } else { "is-hold" }) {
            (icon(if block { Glyph::Forbid } else { Glyph::Now }))
            div {
                strong { (if block { r.t("guard-blocked") } else { r.t("guard-hint") }) } " " (guard_kind(r, &g.kind))
                @if !g.quote.is_empty() { ": " (r.quote(&g.quote)) }
                br;
                (g.reason)
                @if let Some(source) = &g.source { " " small.quiet { (source) } }
                div.row {
                    @if let Some(words) = &g.suggestion {
                        button.btn type="submit" name="repair" value={ (g.n) ":replace:" (g.kind) } data-start=(g.at.0) data-end=(g.at.1) data-put=(words) { (icon(Glyph::Check)) span { (r.t("guard-replace")) " " ins { (words) } } }
                    }
                    @if g.start < g.end {
                        button.btn type="submit" name="repair" value={ (g.n) ":strike:" (g.kind) } data-start=(g.strike.0) data-end=(g.strike.1) data-put="" { (r.t("guard-strike")) }
                    }
                    @if !block { (keep(r, g)) }
                    (wrong(r, g))
                }
            }
        }
    }
}

/// A finding to be read only.
fn told(r: &Reader, g: &Finding) -> Markup {
    let block = g.weight == FindingWeight::Block;
    html! {
        li class=(if block { "is-now" } else { "is-hold" }) {
            (icon(if block { Glyph::Forbid } else { Glyph::Now }))
            div {
                strong { (if block { r.t("guard-blocked") } else { r.t("guard-hint") }) } " " (guard_kind(r, &g.kind))
                @if !g.quote.is_empty() { ": " (r.quote(&g.quote)) }
                br; (g.reason)
            }
        }
    }
}

fn keep(r: &Reader, g: &Finding) -> Markup {
    let id = format!("keep-{}", g.n);
    html! {
        details.act {
            summary.btn.bare { (r.t("guard-keep")) }
            div.row {
                label.vh for=(id) { (r.t("guard-keep-reason")) }
                input.in.grow #(id) name=(id) placeholder=(r.t("guard-keep-reason")) autocomplete="off";
                button.btn type="submit" name="repair" value={ (g.n) ":keep:" (g.kind) } { (r.t("guard-keep-do")) }
            }
        }
    }
}

/// Says that the guard found something that is none.
fn wrong(r: &Reader, g: &Finding) -> Markup {
    let id = format!("wrong-{}", g.n);
    html! {
        details.act {
            summary.btn.bare { (r.t("mark-wrong-ask")) }
            div.row {
                label.vh for=(id) { (r.t("mark-comment")) }
                input.in.grow #(id) name=(id) placeholder=(r.t("mark-comment")) autocomplete="off";
                button.btn type="submit" name="repair" value={ (g.n) ":wrong:" (g.kind) } { (r.t("mark-do")) }
            }
        }
    }
}

/// Why the draft can't be submitted as it stands; `None` if it can (or has not been looked at: then submitting looks first).
fn hindrance(r: &Reader, reply: &Reply, changed: bool) -> Option<String> {
    let blocks = found(reply).iter().filter(|g| g.weight == FindingWeight::Block).count() as i64;
    if changed {
        return Some(r.t("submit-off-changed"));
    }
    if blocks > 0 {
        return Some(r.say("submit-off-blocked", &[("count", blocks.into())]));
    }
    if too_long(reply) {
        return Some(r.t("submit-off-long"));
    }
    if reply.library.taken.as_ref().is_some_and(|taken| taken.said) {
        return Some(r.t("taken-said"));
    }
    if !reply.permitted {
        return Some(r.t("submit-off-forbidden"));
    }
    None
}

fn submit(r: &Reader, case: i64, reply: &Reply, changed: bool) -> Markup {
    match hindrance(r, reply, changed) {
        Some(_) => part::button_off(&r.t("submit-do"), "submit-why"),
        None => html! {
            button.btn.first type="submit" formaction=(format_args!("{}/submit", part::case_href(case))) data-submit { (r.t("submit-do")) (part::hint_key("Ctrl ↵")) }
        },
    }
}

fn submit_why(r: &Reader, reply: &Reply, changed: bool) -> String {
    hindrance(r, reply, changed).map_or_else(|| r.t("submit-then"), |why| r.say("submit-off", &[("why", why.into())]))
}

fn frozen(reply: &Reply) -> Markup {
    html! { p.draft lang=[reply.lang.as_deref()] dir="auto" { (reply.text) } }
}

/// A reply that is out of the writer's hands: text, seats, and what can still be done.
fn sent_off(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let reply = &v.reply;
    html! {
        (frozen(reply))
        // The second person sees what the guard sees.
        @if matches!((&reply.stage, &reply.second), (Stage::Asked, Second::Yours)) {
            @if !found(reply).is_empty() { ul.finds { @for g in found(reply) { (told(r, g)) } } }
        }
        @match &reply.stage {
            Stage::Leaving { at } => p.row { (icon(Glyph::Clock)) (r.t("reply-leaves-in")) " " (part::countdown(r, *at)) },
            Stage::Paused => p { (icon(Glyph::Forbid)) " " (r.t("reply-paused-body")) },
            Stage::Sent { at, url, entry } => (receipt(r, *at, url.as_deref(), *entry)),
            Stage::Failed { reason, next } => ul.finds { li.is-now { (icon(Glyph::Now)) div {
                strong { (reason) } " "
                @match next { Some(at) => (r.say("reply-next-try", &[("at", r.clock_s(*at).into())])), None => (r.t("reply-no-next-try")) }
            } } },
            Stage::Writing | Stage::Asked => {},
        }
        (seats::seats(f, v))
    }
}

fn receipt(r: &Reader, at: i64, url: Option<&str>, entry: Option<i64>) -> Markup {
    html! {
        p.row {
            (part::tag(&r.say("receipt-sent", &[("at", r.moment(at).into())]), Glyph::Check, Tone::Say))
            @if let Some(url) = url { a href=(url) rel="noopener noreferrer external" { (r.t("receipt-see")) } }
            @if let Some(n) = entry { a.small href=(format_args!("/log?entry={n}")) { (r.say("receipt-entry", &[("n", n.into())])) } }
        }
    }
}

fn found(reply: &Reply) -> &[Finding] {
    match &reply.guard {
        Guard::Found(found) => found,
        Guard::Unchecked | Guard::Clear(_) => &[],
    }
}

fn too_long(reply: &Reply) -> bool {
    reply.limit.is_some_and(|limit| reply.length > limit)
}
