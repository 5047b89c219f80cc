//! One conversation: where it stands and why, what was said, and the way back to the desk.

use bedside_store::chart::CareState;
use maud::{Markup, html};

use super::{PanelFrame, Whose, consent, shape, whole};
use crate::{
    chart::standing::Standing,
    look::{
        Glyph, form, icon,
        part::{self, Tone, Weight},
    },
    text::{Reader, guard_kind},
};

/// A conversation.
pub struct Talk {
    /// The number of its case.
    pub number: i64,
    /// Where it goes on.
    pub place: String,
    /// At the private door.
    pub private: bool,
    /// The house's name.
    pub house: String,
    /// Who writes, in the reader's language: the patient, or who speaks for them.
    pub writer: String,
    /// Since when the care team may see it.
    pub since: i64,
    /// Where it stands.
    pub standing: Standing,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What was said.
    pub lines: Vec<Line>,
    /// What the care team wrote to the desk.
    pub care: Vec<CareLine>,
    /// Whether it is not closed.
    pub open: bool,
    /// What was typed and what became of it.
    pub typed: Typed,
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In words.
    pub words: String,
    /// It keeps an answer back.
    pub forbids: bool,
    /// It tells others.
    pub passed_on: bool,
}

/// One thing that was said.
pub struct Line {
    /// Whether the house said it.
    pub ours: bool,
    /// When.
    pub at: i64,
    /// What.
    pub text: String,
    /// Its language.
    pub lang: Option<String>,
    /// Where it stands.
    pub url: Option<String>,
}

/// One thing that the care team wrote to the desk.
pub struct CareLine {
    /// Who.
    pub by: String,
    /// When.
    pub at: i64,
    /// What.
    pub text: String,
    /// Where a suggestion stands; `None`: it is a note.
    pub suggestion: Option<CareState>,
}

/// What was typed, kept when the page is shown again.
#[derive(Default)]
pub struct Typed {
    /// A key of what has just happened.
    pub told: Option<&'static str>,
    /// The note.
    pub note: String,
    /// What is wrong with it.
    pub note_error: Option<String>,
    /// The suggestion.
    pub suggestion: String,
    /// What is wrong with it.
    pub suggestion_error: Option<String>,
    /// What the guard found in it.
    pub found: Vec<Found>,
}

/// What the guard found.
pub struct Found {
    /// Its kind.
    pub kind: String,
    /// The words.
    pub quote: String,
    /// Why, in the reader's language.
    pub reason: String,
    /// Whether it may not stay.
    pub blocks: bool,
}

/// A conversation, why it stands where it stands, and the way back to the desk.
pub fn talk(f: &PanelFrame, v: &Talk) -> Markup {
    let r = &f.reader;
    let Some(whose) = &f.whose else { return html! {} };
    let title =
        if v.private { r.t("chart-talk-door") } else { r.say("chart-talk", &[("channel", v.place.clone().into())]) };
    let inner = html! {
        p.back { a href=(whose.path) { (icon(Glyph::Back)) (r.t("chart-back")) } span.push.quiet { (part::case_no(v.number)) } }
        h1 { (title) }
        (slip(r, v))
        section.sheet.thread aria-label=(title) { @for line in &v.lines { (said(r, v, line)) } }
        (consent(r, v.since))
        section.stack #care aria-labelledby="care-h" {
            h2.big #care-h { (r.t("chart-care")) }
            @if let Some(told) = v.typed.told { p.told role="status" { (icon(Glyph::Check)) " " (r.t(told)) } }
            @if !v.care.is_empty() { ol.sheet.care { @for line in &v.care { (care_line(r, line)) } } }
            (note(r, whose, v))
            @if v.open { (suggestion(r, whose, v)) }
        }
    };
    whole(f, &title, inner)
}

fn slip(r: &Reader, v: &Talk) -> Markup {
    let (glyph, tone) = shape(&v.standing);
    let words = v.standing.words(r);
    html! {
        section.slip.(tone.class()) aria-labelledby="stands-h" {
            div.verb {
                (icon(glyph)) h2 #stands-h { (capital(&words)) }
                @match v.standing {
                    Standing::Held(at) | Standing::Escalated { due: at, .. } => span.num { (r.say("time-left", &[("span", r.left(at).into())])) },
                    _ => {},
                }
            }
            @if !v.reasons.is_empty() {
                div.stack {
                    h3 { (r.t("slip-because")) }
                    ul.why { @for reason in &v.reasons { (one_reason(reason)) } }
                }
            }
        }
    }
}

fn one_reason(reason: &Reason) -> Markup {
    let (glyph, tone) = match (reason.passed_on, reason.forbids) {
        (true, _) => (Glyph::Now, Tone::Now),
        (false, true) => (Glyph::Forbid, Tone::Still),
        (false, false) => (Glyph::Check, Tone::Say),
    };
    html! { li class=(tone.class()) { (icon(glyph)) div { (reason.words) } } }
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn said(r: &Reader, v: &Talk, line: &Line) -> Markup {
    html! {
        article.post.ours[line.ours] {
            p.by {
                b { @if line.ours { (v.house) } @else { (v.writer) } }
                (part::moment(r, line.at))
                @if let Some(url) = &line.url {
                    a.there.push href=(url) target="_blank" rel="noopener noreferrer external" {
                        (icon(Glyph::Out)) span.vh { (r.t("chart-see-there")) }
                    }
                }
            }
            p.voice dir="auto" lang=(line.lang.as_deref().unwrap_or("und")) { (line.text) }
        }
    }
}

fn care_line(r: &Reader, line: &CareLine) -> Markup {
    let state = line.suggestion.map(|state| match state {
        CareState::Open => (r.t("chart-suggested-open"), Glyph::Pen, Tone::Plain),
        CareState::Taken => (r.t("chart-suggested-taken"), Glyph::Check, Tone::Say),
        CareState::SetAside => (r.t("chart-suggested-aside"), Glyph::Still, Tone::Still),
    });
    html! {
        li.note {
            p dir="auto" { (line.text) }
            p.row {
                small.quiet { (line.by) ", " (part::moment(r, line.at)) }
                @match state {
                    Some((words, glyph, tone)) => (part::tag(&words, glyph, tone)),
                    None => (part::chip(&r.t("chart-note-mark"), Glyph::Pen)),
                }
            }
        }
    }
}

fn note(r: &Reader, whose: &Whose, v: &Talk) -> Markup {
    let action = format!("{}/{}/note", whose.path, v.number);
    let area = area(
        ("note", "text", "3"),
        &r.t("chart-note"),
        &r.t("chart-note-hint"),
        &v.typed.note,
        v.typed.note_error.as_deref(),
    );
    form::post(&whose.csrf, &action, "stack", html! { (area) (part::button(&r.t("chart-note-do"), Weight::First)) })
}

fn suggestion(r: &Reader, whose: &Whose, v: &Talk) -> Markup {
    let action = format!("{}/{}/suggest", whose.path, v.number);
    let hint = if v.private { r.t("chart-suggest-hint-door") } else { r.t("chart-suggest-hint") };
    let is_open = !v.typed.suggestion.is_empty() || v.typed.suggestion_error.is_some();
    let error = v.typed.suggestion_error.as_deref();
    let area = area(("suggestion", "text", "4"), &r.t("chart-suggest"), &hint, &v.typed.suggestion, error);
    html! {
        details.act #suggest open[is_open] {
            summary.btn { (r.t("chart-suggest-ask")) }
            div.act-body {
                @if !v.typed.found.is_empty() {
                    div.stack role="alert" {
                        p { (r.t("chart-suggest-blocked")) }
                        ul.why { @for one in &v.typed.found { (finding(r, one)) } }
                    }
                }
                (form::post(&whose.csrf, &action, "stack", html! { (area) (part::button(&r.t("chart-suggest-do"), Weight::Plain)) }))
            }
        }
    }
}

fn finding(r: &Reader, one: &Found) -> Markup {
    let (glyph, tone) = if one.blocks { (Glyph::Forbid, Tone::Now) } else { (Glyph::Now, Tone::Hold) };
    html! {
        li class=(tone.class()) { (icon(glyph)) div {
            strong { (guard_kind(r, &one.kind)) }
            @if !one.quote.trim().is_empty() { " " (r.quote(&one.quote)) }
            small { (one.reason) }
        } }
    }
}

/// A labelled field of several lines.
fn area((id, name, rows): (&str, &str, &str), label: &str, hint: &str, text: &str, error: Option<&str>) -> Markup {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let told = if error.is_some() { format!("{hint_id} {error_id}") } else { hint_id.clone() };
    html! {
        div.field.bad[error.is_some()] {
            label for=(id) { (label) }
            span.hint #(hint_id) { (hint) }
            @if let Some(error) = error { span.err #(error_id) { (icon(Glyph::Now)) " " (error) } }
            textarea.in #(id) name=(name) rows=(rows) maxlength="8000" required aria-describedby=(told)
                aria-invalid=[error.map(|_| "true")] { (text) }
        }
    }
}
