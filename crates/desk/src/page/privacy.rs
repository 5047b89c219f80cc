//! Privacy incidents: answers of the house that a person takes back. What became of each on its channel, what can't be recalled, and
//! the clock of law that runs until somebody ends it.

use maud::{Markup, html};

use crate::look::form::{self, Field};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

/// An answer that is being taken back, or was.
#[derive(Clone, Debug)]
pub struct Taking {
    /// Its id.
    pub id: String,
    /// The number of its case.
    pub case: i64,
    /// The site's name.
    pub site: String,
    /// The channel's name.
    pub channel: String,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: i64,
    /// How far it has come.
    pub state: State,
    /// The clock of law: when it is over, and who ended it, when and why.
    pub clock: Option<Clock>,
}

/// How far taking back has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not confirmed: why, and when it is tried next.
    Asked {
        /// Why, in the reader's words; empty: it was not tried yet.
        why: String,
        /// When it is tried next.
        next: i64,
    },
    /// Seen to be gone, at that moment; whether a stranger's view was looked at too.
    Gone {
        /// When.
        at: i64,
        /// Whether the server was asked as a stranger too.
        by_strangers: bool,
    },
    /// The channel only edits: it says nothing any more.
    Emptied {
        /// When.
        at: i64,
    },
    /// It had never been there.
    NeverOut {
        /// When that was sure.
        at: i64,
    },
}

/// The clock of law of an incident.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Its id.
    pub id: String,
    /// What it is.
    pub name: String,
    /// The law.
    pub source: String,
    /// When it is over.
    pub due: i64,
    /// Who ended it, when and why.
    pub ended: Option<(String, i64, String)>,
}

/// One incident's page.
#[derive(Clone, Debug)]
pub struct Incident {
    /// What it is about.
    pub taking: Taking,
    /// Why it was asked for; `None`: not for this person, or erased.
    pub reason: Option<String>,
    /// What was said, and its language; `None`: as the reason.
    pub said: Option<(String, String)>,
    /// Where it stood, while it may still.
    pub url: Option<String>,
    /// What can't be recalled on this kind of channel.
    pub limits: String,
    /// Whether the reader may have it tried now.
    pub may_try: bool,
    /// Whether the reader may end the clock.
    pub may_end: bool,
}

impl State {
    const fn is_open(&self) -> bool {
        matches!(self, Self::Asked { .. })
    }

    fn tag(&self, r: &Reader) -> Markup {
        let (words, glyph, tone) = match self {
            Self::Asked { .. } => (key!("privacy-asked"), Glyph::Now, Tone::Now),
            Self::Gone { .. } => (key!("privacy-gone"), Glyph::Check, Tone::Say),
            Self::Emptied { .. } => (key!("privacy-emptied"), Glyph::Hold, Tone::Hold),
            Self::NeverOut { .. } => (key!("privacy-never-out"), Glyph::Check, Tone::Say),
        };
        part::tag(&r.t(words), glyph, tone)
    }

    fn words(&self, r: &Reader) -> String {
        match self {
            Self::Asked { why, .. } if why.is_empty() => r.t("privacy-asked-body"),
            Self::Asked { why, next } => {
                let next = r.clock_s((*next).max(r.now));
                r.say("privacy-asked-why", &[("why", why.clone().into()), ("at", next.into())])
            }
            Self::Gone { at, by_strangers: true } => r.say("privacy-gone-both", &[("at", r.moment(*at).into())]),
            Self::Gone { at, by_strangers: false } => r.say("privacy-gone-us", &[("at", r.moment(*at).into())]),
            Self::Emptied { at } => r.say("privacy-emptied-body", &[("at", r.moment(*at).into())]),
            Self::NeverOut { at } => r.say("privacy-never-out-body", &[("at", r.moment(*at).into())]),
        }
    }
}

/// Where an incident's page is.
#[must_use]
pub fn privacy_href(id: &str) -> String {
    format!("/privacy/{id}")
}

/// The list.
#[must_use]
pub fn privacy(f: &Frame, all: &[Taking]) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { h1 { (r.t("privacy-title")) } }
        div.body.narrow.stack #privacy data-live {
            p { (r.t("privacy-body")) }
            @if all.is_empty() { p.quiet { (r.t("privacy-none")) } }
            @for one in all { (line(r, one)) }
        }
    };
    shell(f, Shell { title: &r.t("privacy-title"), place: Place::Privacy, case: None, inner })
}

fn line(r: &Reader, one: &Taking) -> Markup {
    html! {
        section.sheet.stack aria-labelledby={ "p-" (one.id) } {
            div.row {
                h2 #{ "p-" (one.id) } { a href=(privacy_href(&one.id)) { (title(r, one)) } }
                (one.state.tag(r))
            }
            p { (one.state.words(r)) }
            (due(r, one))
            p.small.quiet { (one.site) " · " (one.channel) " · " (asked(r, one)) }
        }
    }
}

fn title(r: &Reader, one: &Taking) -> String {
    r.say("privacy-one", &[("case", part::case_no(one.case).into())])
}

fn asked(r: &Reader, one: &Taking) -> String {
    r.say("privacy-by", &[("who", r.name(&one.by).into()), ("at", r.moment(one.at).into())])
}

fn due(r: &Reader, one: &Taking) -> Markup {
    html! {
        @match &one.clock {
            None => p.small { (r.t("privacy-no-clock")) },
            Some(clock) => @match &clock.ended {
                Some((by, at, why)) => p.small {
                    (r.say("clock-ended-by", &[("who", r.name(by).into()), ("at", r.moment(*at).into()), ("why", r.quote(why).into())]))
                },
                None => p {
                    strong { (clock.name) } ": " (r.say("clock-due", &[("at", r.moment(clock.due).into())]))
                    @if clock.due > r.now { " " (part::countdown(r, clock.due)) }
                    @else { " " (part::tag(&r.t("clock-late"), Glyph::Now, Tone::Now)) }
                },
            },
        }
    }
}

/// One incident: what a person sees at once after having taken an answer down.
#[must_use]
pub fn incident(f: &Frame, v: &Incident) -> Markup {
    let (r, one) = (&f.reader, &v.taking);
    let title = title(r, one);
    let inner = html! {
        div.top { h1 { (title) } }
        div.body.narrow.stack #privacy data-live data-guarded {
            (state(f, v))
            section.sheet.stack aria-labelledby="limits-h" {
                h2 #limits-h { (r.t("privacy-limits")) }
                p { (v.limits) }
                p { (r.t("privacy-limits-all")) }
            }
            (clock(f, v))
            (about(r, v))
            p { a href="/privacy" { (r.t("privacy-all")) } }
        }
    };
    shell(f, Shell { title: &title, place: Place::Privacy, case: Some(one.case), inner })
}

fn state(f: &Frame, v: &Incident) -> Markup {
    let (r, one) = (&f.reader, &v.taking);
    html! {
        section.sheet.stack aria-labelledby="state-h" {
            div.row { h2 #state-h { (r.t("privacy-state")) } (one.state.tag(r)) }
            p role="status" { (one.state.words(r)) }
            @if one.state.is_open() {
                p.small { (r.t("privacy-goes-on")) }
                @if let Some(url) = &v.url {
                    p { a href=(url) rel="noopener noreferrer external" { (icon(Glyph::Out)) " " (r.t("privacy-look-there")) } }
                }
                @if v.may_try {
                    (form::act(f, &format!("{}/again", privacy_href(&one.id)), part::button(&r.t("privacy-again"), Weight::First)))
                }
            }
        }
    }
}

fn clock(f: &Frame, v: &Incident) -> Markup {
    let (r, one) = (&f.reader, &v.taking);
    html! {
        section.sheet.stack aria-labelledby="law-h" {
            h2 #law-h { (r.t("privacy-law")) }
            (due(r, one))
            @if let Some(clock) = one.clock.as_ref().filter(|clock| clock.ended.is_none()) {
                p.small.quiet { (clock.source) }
                p { (r.t("privacy-officer")) }
                @if v.may_end && !one.state.is_open() { (end(f, one, clock)) }
                @else if one.state.is_open() { p.small { (r.t("privacy-end-later")) } }
            }
        }
    }
}

fn end(f: &Frame, one: &Taking, clock: &Clock) -> Markup {
    let r = &f.reader;
    form::unfold(
        "clock-end",
        &r.t("privacy-end-ask"),
        "",
        form::post(
            &f.csrf,
            &format!("{}/clock-end", part::case_href(one.case)),
            "stack",
            html! {
                (form::hidden("clock", &clock.id))
                (Field::line(&r.t("clock-end-reason"), "clock-end-reason", "reason").hint(&r.t("privacy-end-hint")).show())
                (part::button(&r.t("clock-end-do"), Weight::Plain))
            },
        ),
    )
}

fn about(r: &Reader, v: &Incident) -> Markup {
    let one = &v.taking;
    html! {
        section.sheet.stack aria-labelledby="about-h" {
            h2 #about-h { (r.t("privacy-about")) }
            dl.pairs.trace {
                dt { (r.t("privacy-reason")) }
                dd { @match &v.reason { Some(reason) => (reason), None => (r.t("row-masked")) } }
                dt { (r.t("privacy-asked-by")) } dd { (asked(r, one)) }
                dt { (r.t("privacy-where")) } dd { (one.channel) ", " (one.site) }
                dt { (r.t("privacy-case")) } dd { a href=(part::case_href(one.case)) { (part::case_no(one.case)) } " " (r.t("privacy-case-stays")) }
            }
            @if let Some((text, lang)) = &v.said {
                details {
                    summary { (r.t("privacy-said")) }
                    p.voice dir="auto" lang=(lang) { (text) }
                }
            }
        }
    }
}
