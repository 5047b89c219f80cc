//! The app's pages: made for a panel of 600 pixels beside the record, without script. Whose chart it is stands on top of each,
//! so that nobody reads one patient's words in another's chart.

use maud::{DOCTYPE, Markup, html};

mod talk;

pub use talk::{CareLine, Found, Line, Reason, Talk, Typed, talk};

use super::standing::Standing;
use crate::{
    look::{
        Glyph, asset, form, icon,
        part::{self, Tone, Weight},
        sprite,
    },
    text::Reader,
};

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
