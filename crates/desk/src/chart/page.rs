//! The app's pages: made for a panel of 600 pixels beside the record, without script. Whose chart it is stands on top of each,
//! so that nobody reads one patient's words in another's chart.

use maud::{DOCTYPE, Markup, html};

use super::standing::Standing;
use crate::{
    look::{
        Glyph, asset, form, icon,
        part::{self, Tone, Weight},
        sprite,
    },
    text::{Reader, guard_kind},
};
use bedside_store::chart::CareState;

/// What every page of the app knows.
pub struct PanelFrame {
    /// Language, clock, zone.
    pub reader: Reader,
    /// Whose chart, and who reads; `None`: nobody has signed in.
    pub whose: Option<Whose>,
}

/// Whose chart, and who reads.
pub struct Whose {
    /// The patient's name, as the EMR says.
    pub name: String,
    /// The day of birth, as the EMR says.
    pub born: String,
    /// Who reads.
    pub user: String,
    /// When the opening ends, microseconds UTC.
    pub until: i64,
    /// The opening's address.
    pub path: String,
    /// The token of its forms.
    pub csrf: String,
}

/// A conversation in the list.
pub struct Row {
    /// The number of its case.
    pub number: i64,
    /// Where it goes on.
    pub place: String,
    /// At the private door.
    pub private: bool,
    /// When the person wrote last.
    pub at: i64,
    /// Where it stands.
    pub standing: Standing,
    /// What they wrote last; `None`: it was erased.
    pub text: Option<String>,
    /// Its language.
    pub lang: Option<String>,
}

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

/// What is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The EMR is not set up.
    NotConfigured,
    /// It does not answer as it should.
    NoAnswer,
    /// The sign-in was begun elsewhere, or too long ago.
    Stale,
    /// The EMR refused it.
    Denied,
    /// What it says is not believed.
    NotBelieved,
    /// Whoever signed in is no member of staff.
    NotStaff,
    /// No patient was chosen.
    NoPatient,
    /// The opening is over.
    Over,
    /// Nothing is there.
    NotFound,
    /// What was sent can't be understood.
    Unclear,
    /// Our fault.
    Broken,
}

/// Which chart? Name and address of each.
pub fn front(f: &PanelFrame, apps: &[(String, String)]) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.nothing {
            (icon(Glyph::Lamp))
            h1 { (r.t("chart-front")) }
            p { (r.t("chart-front-body")) }
            @for (name, address) in apps {
                p { (part::link(&r.say("chart-front-at", &[("name", name.into())]), Weight::First, address)) }
            }
        }
    };
    whole(f, &r.t("chart-front"), inner)
}

/// The patient's conversations; without any, the same words whoever the patient is.
pub fn list(f: &PanelFrame, rows: &[Row], since: Option<i64>) -> Markup {
    let r = &f.reader;
    let title = r.t("chart-list");
    let inner = html! {
        @if rows.is_empty() {
            div.nothing {
                (icon(Glyph::Lamp))
                h1 { (r.t("chart-nothing")) }
                p { (r.t("chart-nothing-body")) }
            }
        } @else {
            h1 { (title) }
            @if let Some(since) = since { (consent(r, since)) }
            ol.sheet.talks { @for row in rows { (one_row(f, row)) } }
        }
    };
    whole(f, &title, inner)
}

fn one_row(f: &PanelFrame, row: &Row) -> Markup {
    let r = &f.reader;
    let path = f.whose.as_ref().map_or("", |whose| whose.path.as_str());
    html! {
        li.item.alarm[row.standing.is_escalated()] {
            p.l1 {
                b.from { (row.place) }
                @if row.private { (part::chip(&r.t("chart-private"), Glyph::Door)) }
                span.push { (part::age(r, row.at)) }
            }
            @match &row.text {
                Some(text) => a.say href={ (path) "/" (row.number) } dir="auto" lang=(row.lang.as_deref().unwrap_or("und")) { (first(text)) },
                None => a.say.masked href={ (path) "/" (row.number) } { (r.t("erased")) },
            }
            p.l3 { (tag(r, &row.standing)) span { (part::case_no(row.number)) } }
        }
    }
}

/// The beginning of a text.
fn first(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 200 {
        line = line.chars().take(200).chain(['…']).collect();
    }
    line
}

fn consent(r: &Reader, since: i64) -> Markup {
    html! { p.agreed { (icon(Glyph::Seal)) span { (r.say("chart-consent", &[("since", r.date(since).into())])) } } }
}

fn shape(standing: &Standing) -> (Glyph, Tone) {
    match standing {
        Standing::Escalated { .. } => (Glyph::Now, Tone::Now),
        Standing::InHand => (Glyph::People, Tone::Plain),
        Standing::AtTheDesk => (Glyph::Clock, Tone::Plain),
        Standing::Held(_) => (Glyph::Hold, Tone::Hold),
        Standing::Silent => (Glyph::Still, Tone::Still),
        Standing::Answered => (Glyph::Say, Tone::Say),
        Standing::Closed => (Glyph::Check, Tone::Plain),
    }
}

fn tag(r: &Reader, standing: &Standing) -> Markup {
    let (glyph, tone) = shape(standing);
    part::tag(&standing.words(r), glyph, tone)
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
                b { @if line.ours { (v.house) } @else { (r.t("chart-patient")) } }
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

/// What is not to be had, and what to do.
pub fn trouble(f: &PanelFrame, v: Trouble) -> Markup {
    let r = &f.reader;
    let (title, body) = match v {
        Trouble::NotConfigured => (r.t("chart-not-configured"), r.t("chart-not-configured-body")),
        Trouble::NoAnswer => (r.t("chart-no-answer"), r.t("chart-no-answer-body")),
        Trouble::Stale => (r.t("chart-stale"), r.t("chart-again-body")),
        Trouble::Denied => (r.t("chart-denied"), r.t("chart-again-body")),
        Trouble::NotBelieved => (r.t("chart-not-believed"), r.t("chart-not-believed-body")),
        Trouble::NotStaff => (r.t("chart-not-staff"), r.t("chart-not-staff-body")),
        Trouble::NoPatient => (r.t("chart-no-patient"), r.t("chart-no-patient-body")),
        Trouble::Over => (r.t("chart-over"), r.t("chart-again-body")),
        Trouble::NotFound => (r.t("chart-not-found"), r.t("chart-again-body")),
        Trouble::Unclear => (r.t("chart-unclear"), r.t("chart-again-body")),
        Trouble::Broken => (r.t("chart-broken"), r.t("chart-again-body")),
    };
    let inner = html! { div.nothing { (icon(Glyph::Lamp)) h1 { (title) } p { (body) } } };
    whole(f, &title, inner)
}

fn whole(f: &PanelFrame, title: &str, inner: Markup) -> Markup {
    let r = &f.reader;
    html! {
        (DOCTYPE)
        html lang=(r.lang.code()) {
            (head(title))
            body.panel {
                a.skip href="#main" { (r.t("skip-to-content")) }
                (sprite())
                @if let Some(whose) = &f.whose { (banner(r, whose)) }
                main #main tabindex="-1" { (inner) }
                @if let Some(whose) = &f.whose { (foot(r, whose)) }
            }
        }
    }
}

fn head(title: &str) -> Markup {
    let [voice, plain] = asset::fonts();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { (title) " – Bedside" }
            link rel="preload" as="font" type="font/woff2" href=(plain.path) crossorigin;
            link rel="preload" as="font" type="font/woff2" href=(voice.path) crossorigin;
            link rel="stylesheet" href=(asset::style().path);
            link rel="icon" type="image/svg+xml" href=(asset::favicon().path);
        }
    }
}

/// Whose chart this is: to be compared with the record beside it.
fn banner(r: &Reader, whose: &Whose) -> Markup {
    let name = if whose.name.is_empty() { r.t("chart-nameless") } else { whose.name.clone() };
    html! {
        header.whose {
            p { strong { bdi { (name) } } @if !whose.born.is_empty() { " " span.born { (r.say("chart-born", &[("day", day(r, &whose.born).into())])) } } }
            p.small { (r.t("chart-compare")) }
        }
    }
}

/// "3. Feb. 1980"; a day that is not fully known stays as it was written.
fn day(r: &Reader, written: &str) -> String {
    let Ok(day) = written.parse::<jiff::civil::Date>() else { return written.to_owned() };
    let noon = day.at(12, 0, 0, 0).to_zoned(r.zone.clone());
    let Ok(noon) = noon else { return written.to_owned() };
    let year = day.year().to_string();
    let date = r.date(noon.timestamp().as_microsecond());
    if date.ends_with(&year) { date } else { format!("{date} {year}") }
}

fn foot(r: &Reader, whose: &Whose) -> Markup {
    let until = r.say("chart-until", &[("who", r.name(&whose.user).into()), ("at", r.clock(whose.until).into())]);
    html! {
        footer.row {
            p.small.quiet { (until) }
            span.push { (form::post(&whose.csrf, &format!("{}/leave", whose.path), "inline", part::button(&r.t("chart-leave"), Weight::Bare))) }
        }
    }
}
