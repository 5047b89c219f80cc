//! The slip: the decision as a permit. Verb and countdown, strip of time, because, beside it, what else, acts.

use bedside_core::{
    policy::{Account, ComplaintStage, MediaAttention, Publication},
    triage::Speaker,
};
use maud::{Markup, html};

use super::act;
use super::view::{Because, Beside, BesideKind, Case, Decision, Effect, Seen};
use crate::look::part::{self, Action, Tone, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::{Reader, account, complaint_stage, media_attention, publication, speaker};

const HOUR: i64 = 3_600_000_000;

pub(super) fn slip(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let Some(d) = &v.decision else {
        return html! {
            section.slip.is-plain #decision data-live aria-labelledby="decision-h" {
                div.verb { (icon(Glyph::Clock)) h2 #decision-h { (r.t("slip-sorting-title")) } }
                div { p { (r.t("slip-sorting-body")) } }
            }
        };
    };
    html! {
        section.slip.(d.action.tone().class()) #decision data-live tabindex="-1" aria-labelledby="decision-h" {
            div.verb {
                (icon(d.action.glyph())) h2 #decision-h { (verb(r, d, v.is_private())) }
                @match d.until {
                    Some(at) if d.action == Action::Hold => (part::time_left(r, at)),
                    _ => span.num { (r.say("slip-decided", &[("at", r.moment(d.at).into())])) },
                }
            }
            (history(r, d))
            @if d.action == Action::Hold { (strip(r, d)) }
            div.stack {
                h3 { (r.t("slip-because")) }
                ul.why { @for b in &d.because { (because(r, v, d, b)) } }
                @if !d.beside.is_empty() {
                    h3 { (r.t("slip-beside")) }
                    ul.why { @for b in &d.beside { (beside(f, v, b)) } }
                }
                (pairs(r, d))
            }
            (acts(f, v, d))
        }
    }
}

fn verb(r: &Reader, d: &Decision, private: bool) -> String {
    match (d.action, d.until) {
        (Action::Hold, Some(at)) => r.say("verb-hold-until", &[("at", r.until(at).into())]),
        (Action::Hold, None) => r.t("verb-hold-on"),
        (Action::Answer, _) => r.t("verb-answer"),
        (Action::Invite, _) if private => r.t("verb-door"),
        (Action::Invite, _) => r.t("verb-invite"),
        (Action::Acknowledge, _) => r.t("verb-acknowledge"),
        (Action::Silent, _) => r.t("verb-silent"),
        (Action::Escalate, _) => r.t("verb-escalate"),
        (Action::Report, _) => r.t("verb-report"),
        (Action::Person, _) => r.t("verb-person"),
    }
}

/// What came before this decision, and a rule that failed.
fn history(r: &Reader, d: &Decision) -> Markup {
    html! {
        @if let Some(rule) = &d.rule_error {
            p.is-now.slip-note { (icon(Glyph::Now)) " " (r.t("slip-rule-error")) " " code { (rule) } }
        }
        @if let Some(w) = d.woken {
            p.slip-note { (icon(Glyph::Clock)) " " (r.say("slip-woken", &[("at", r.moment(w.at).into()), ("before", w.before.word(r).into())])) }
        }
        @if let Some(o) = &d.overridden {
            p.slip-note {
                (icon(Glyph::Pen)) " "
                (r.say("slip-overridden", &[("who", r.name(&o.by).into()), ("at", r.moment(o.at).into()), ("before", o.before.word(r).into()), ("why", r.quote(&o.why).into())]))
            }
        }
    }
}

/// The strip of time: not to scale, said by its labels; the list says the same in words.
fn strip(r: &Reader, d: &Decision) -> Markup {
    let Some(until) = d.until else { return html! {} };
    let from = d.moments.len().saturating_sub(3);
    let moments = d.moments.get(from..).unwrap_or_default();
    let step = if moments.len() > 2 { 96 } else { 124 };
    let x = |i: usize| 20 + step * i32::try_from(i).unwrap_or(0);
    let now = x(moments.len());
    let above = |i: usize| if i.is_multiple_of(2) { 14 } else { 52 };
    html! {
        div {
            svg.strip viewBox="0 0 640 58" aria-hidden="true" {
                line.base x1="8" y1="29" x2="632" y2="29" {}
                line.held x1=(x(moments.len().saturating_sub(1))) y1="29" x2=(now) y2="29" {}
                line.left x1=(now) y1="29" x2="612" y2="29" {}
                @for (i, m) in moments.iter().enumerate() {
                    circle cx=(x(i)) cy="29" r="4" {}
                    text.t2 x=(x(i) - 6) y=(above(i)) { (m.what) ", " (r.moment(m.at)) }
                }
                line.hereline x1=(now) y1="20" x2=(now) y2="38" {}
                text x=(now - 4) y=(above(moments.len())) { (r.say("strip-now", &[("at", r.clock(r.now).into())])) }
                circle cx="612" cy="29" r="4" {}
                @if let Some(name) = &d.strip_name { text.t2 x=((now + 612) / 2) y=(above(moments.len() + 1)) text-anchor="middle" { (name) } }
                text x="632" y=(above(moments.len())) text-anchor="end" { (r.say("strip-anew", &[("at", r.until(until).into())])) }
            }
            ol.when {
                @for m in moments { li { (part::moment(r, m.at)) " " (m.what) } }
                li { (part::moment(r, r.now)) " " (r.t("strip-now-word")) }
                li { (part::moment(r, until)) " " (r.t("strip-anew-word")) }
            }
        }
    }
}

fn because(r: &Reader, v: &Case, d: &Decision, b: &Because) -> Markup {
    let (glyph, tone) = match b.effect {
        Effect::Forbids => (Glyph::Forbid, d.action.tone()),
        Effect::Permits => (Glyph::Check, Tone::Say),
        Effect::Absent => (Glyph::Still, Tone::Still),
    };
    html! {
        li class=(tone.class()) { (icon(glyph)) div {
            (b.sentence)
            small {
                @if let Some(rule) = &b.rule {
                    (r.t("slip-rule")) " " code { (rule) } " "
                    @match b.effect {
                        Effect::Forbids => (r.t("slip-forbids")),
                        Effect::Permits => (r.t("slip-permits")),
                        Effect::Absent => {},
                    }
                }
                (seen(r, v, d, &b.seen))
                @if let Some(source) = &b.source { span.source { (source) } }
            }
        } }
    }
}

/// "seen in [1] „…“". The first reason that names a number is where the text's number leads.
fn seen(r: &Reader, v: &Case, d: &Decision, seen: &[Seen]) -> Markup {
    if seen.is_empty() {
        return html! {};
    }
    // A quotation is the post's text: who may not see the one, or has it folded, sees none of the other.
    let masked = v.thread.iter().any(|p| p.masked || !p.soft.is_empty());
    html! {
        ", " (r.t("slip-seen")) " "
        @for s in seen {
            @let first = first_naming(d, s);
            a.ref.(s.kind.class()) id=[first.then(|| format!("e{}", s.n))] href={ "#s" (s.n) }
                aria-label=(r.say("signal-back", &[("n", s.n.into())])) { (s.n) }
            @if !s.quote.is_empty() && !masked { " " (r.quote(&s.quote)) }
            " "
        }
    }
}

/// Whether `s` is the first mention of its number in the whole slip: an id may be given once.
fn first_naming(d: &Decision, s: &Seen) -> bool {
    let all = d.because.iter().flat_map(|b| &b.seen).chain(d.beside.iter().flat_map(|b| &b.seen));
    all.into_iter().find(|o| o.n == s.n).is_some_and(|o| std::ptr::eq(o, s))
}

fn beside(f: &Frame, v: &Case, b: &Beside) -> Markup {
    let r = &f.reader;
    let (glyph, tone) = match &b.kind {
        BesideKind::Escalation { taken: Some(_), .. } => (Glyph::Check, Tone::Plain),
        BesideKind::Escalation { .. } => (Glyph::Now, Tone::Now),
        BesideKind::Report => (Glyph::Flag, Tone::Now),
        BesideKind::Other => (Glyph::Still, Tone::Still),
    };
    let evidence = v.decision.as_ref().map(|d| seen(r, v, d, &b.seen));
    html! {
        li class=(tone.class()) { (icon(glyph)) div {
            (b.sentence) " "
            @if let BesideKind::Escalation { due, taken, .. } = &b.kind {
                @match taken {
                    Some(t) => (r.say("slip-taken", &[("who", r.name(&t.by).into()), ("at", r.moment(t.at).into())])),
                    None => strong.is-now { (r.t("slip-untaken")) " " (part::time_left(r, *due)) },
                }
                @for line in &v.called { small { (line) } }
            }
            @if b.rule.is_some() || !b.seen.is_empty() {
                small {
                    @if let Some(rule) = &b.rule { (r.t("slip-rule")) " " code { (rule) } }
                    @if let Some(evidence) = evidence { (evidence) }
                }
            }
            @if let BesideKind::Escalation { id, taken: None, .. } = &b.kind {
                @if v.may.take {
                    (form::post(&f.csrf, &act(v, "take"), "row take", html! {
                        (form::hidden("seen", &v.seen)) (form::hidden("escalation", id))
                        (part::button(&r.t("take-over"), Weight::First))
                    }))
                }
            }
        } }
    }
}

fn pairs(r: &Reader, d: &Decision) -> Markup {
    if d.wakes_if.is_empty() && d.came_close.is_empty() {
        return html! {};
    }
    html! {
        dl.pairs {
            @if !d.wakes_if.is_empty() { dt { (r.t("slip-wakes-if")) } dd { (d.wakes_if.join(", ")) } }
            @if !d.came_close.is_empty() {
                dt { (r.t("slip-came-close")) }
                dd { @for c in &d.came_close { p { code { (c.rule) } " " (c.sentence) } } }
            }
        }
    }
}

fn acts(f: &Frame, v: &Case, d: &Decision) -> Markup {
    let r = &f.reader;
    html! {
        div.acts {
            @if v.resolved.is_none() {
                @if d.action != Action::Hold && v.may.hold { (hold(f, v)) }
                @if d.action == Action::Hold && v.may.release { (release(f, v)) }
            }
            @if v.may.decide && v.resolved.is_none() { (otherwise(f, v, d)) (known(f, v)) }
            @if !d.facts.is_empty() { (facts(r, d)) }
            @if v.may.note { (part::link(&r.t("wrong-ask"), Weight::Bare, &act(v, "wrong"))) }
        }
    }
}

fn release(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    form::unfold(
        "release",
        &r.t("release-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "release"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                p { (r.t("release-body")) }
                (form::Field::line(&r.t("release-reason"), "release-reason", "reason").hint(&r.t("reason-hint")).show())
                (part::button(&r.t("release-do"), Weight::First))
            },
        ),
    )
}

fn hold(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    form::unfold(
        "hold",
        &r.t("hold-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "hold"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                (form::Field::line(&r.t("hold-until"), "hold-until", "until").kind(form::Kind::When).value(&r.field(r.now + 24 * HOUR)).show())
                (form::Field::line(&r.t("hold-reason"), "hold-reason", "reason").hint(&r.t("reason-hint")).show())
                (part::button(&r.t("hold-do"), Weight::First))
            },
        ),
    )
}

fn otherwise(f: &Frame, v: &Case, d: &Decision) -> Markup {
    let r = &f.reader;
    // A hold has its own form with a time; who is told, and what is reported, the rules decide.
    let is_speech = |a| matches!(a, Action::Answer | Action::Invite | Action::Acknowledge | Action::Silent);
    let options = actions(r, |a| a != d.action && is_speech(a), None);
    form::unfold(
        "decide",
        &r.t("decide-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "decide"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                p { (r.t("decide-body")) }
                (form::choice(&r.t("decide-action"), "decide-action", "action", &options))
                (form::Field::line(&r.t("decide-reason"), "decide-reason", "reason").hint(&r.t("reason-hint")).show())
                (part::button(&r.t("decide-do"), Weight::First))
            },
        ),
    )
}

/// What people know of the matter: the rules then decide anew.
fn known(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let event = v.known.event.map(|at| r.field(at)).unwrap_or_default();
    let checked =
        [("", r.t("known-unknown"), None), ("yes", r.t("known-yes"), Some(true)), ("no", r.t("known-no"), Some(false))]
            .map(|(code, words, is)| (code.to_owned(), words, v.known.checked == is));
    form::unfold(
        "known",
        &r.t("known-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "facts"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                p { (r.t("known-body")) }
                (form::Field::line(&r.t("known-event"), "known-event", "event").kind(form::Kind::When).value(&event).optional().show())
                (form::choice(&r.t("known-checked"), "known-checked", "checked", &checked))
                (said(r, v))
                (part::button(&r.t("known-do"), Weight::First))
            },
        ),
    )
}

/// What else people may know, each as a choice with "not known".
fn said(r: &Reader, v: &Case) -> Markup {
    let said = v.known.said;
    let choice = |name: &'static str, label: String, chosen: Option<&str>, options: Vec<(String, String)>| {
        let unknown = std::iter::once((String::new(), r.t("known-unknown"), chosen.is_none()));
        let all: Vec<_> = unknown
            .chain(options.into_iter().map(|(code, words)| {
                let is = chosen == Some(code.as_str());
                (code, words, is)
            }))
            .collect();
        form::choice(&label, &format!("known-{name}"), name, &all)
    };
    let named = |words: &[&'static str], name: fn(&Reader, &str) -> String| {
        words.iter().map(|word| ((*word).to_owned(), name(r, word))).collect::<Vec<_>>()
    };
    let truth = |is: Option<bool>| is.map(|is| if is { "yes" } else { "no" });
    let yes_no = vec![("yes".to_owned(), r.t("known-yes")), ("no".to_owned(), r.t("known-no"))];
    html! {
        (choice("death", r.t("known-death"), truth(said.death), yes_no))
        (choice("speaker", r.t("known-speaker"), said.speaker.map(|one| one.as_str()), named(&words(Speaker::ALL, |one| one.as_str()), speaker)))
        (choice("account", r.t("known-account"), said.account.map(|one| one.as_str()), named(&words(Account::ALL, |one| one.as_str()), account)))
        (choice("complaint", r.t("known-complaint"), said.complaint.map(|one| one.as_str()), named(&words(ComplaintStage::ALL, |one| one.as_str()), complaint_stage)))
        (choice("publication", r.t("known-publication"), said.publication.map(|one| one.as_str()), named(&words(Publication::ALL, |one| one.as_str()), publication)))
        (choice("media", r.t("known-media"), said.media.map(|one| one.as_str()), named(&words(MediaAttention::ALL, |one| one.as_str()), media_attention)))
    }
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

fn facts(r: &Reader, d: &Decision) -> Markup {
    form::unfold(
        "facts",
        &r.say("facts-all", &[("count", (d.facts.len() as i64).into())]),
        "bare",
        html! {
            dl.pairs.facts { @for (name, value) in &d.facts { dt { code { (name) } } dd { (value) } } }
            p.small.quiet { (r.t("facts-absent")) }
        },
    )
}

fn actions(r: &Reader, keep: impl Fn(Action) -> bool, chosen: Option<Action>) -> Vec<(String, String, bool)> {
    Action::ALL.into_iter().filter(|a| keep(*a)).map(|a| (a.code().to_owned(), a.word(r), chosen == Some(a))).collect()
}
