//! The page: head, skip link, sprite, rail, bands, the page's own matter, the strip of what is leaving.

use maud::{DOCTYPE, Markup, html};

use super::asset;
use super::frame::{Frame, Place, Sending, Theme};
use super::glyph::{Glyph, icon, sprite};
use super::part::{self, Weight};
use super::{form, leaving, rail};
use crate::text::{Reader, incident_kind, incident_stage};

/// A page's own matter, to be put into the frame.
#[derive(Debug)]
pub struct Shell<'a> {
    /// What the browser's tab says; " – Bedside" is added.
    pub title: &'a str,
    /// Where it is in the desk.
    pub place: Place,
    /// The case shown, if it is one: script then listens to its changes.
    pub case: Option<i64>,
    /// What stands in `<main>`.
    pub inner: Markup,
}

/// A whole page of the desk.
#[must_use]
pub fn shell(f: &Frame, page: Shell<'_>) -> Markup {
    let r = &f.reader;
    let title = match f.counts.now {
        0 => page.title.to_owned(),
        n => format!("({n}) {}", page.title),
    };
    html! {
        (DOCTYPE)
        html lang=(r.lang.code()) data-theme=[theme(f.theme)] {
            (head(&title))
            body data-words=(words(r)) data-events=(events(page.case)) data-keys[f.keys] data-sounds[f.sounds] data-now=(r.now / 1000) data-case=[page.case]
                data-site=[f.site.as_deref()] data-alarms=(alarms(f)) {
                (top(r))
                div.desk {
                    (rail::rail(f, page.place))
                    main #main tabindex="-1" {
                        div #bands data-live { (bands(f, page.place)) }
                        p.lost #lost hidden {}
                        (page.inner)
                    }
                }
                (leaving::strip(f))
                (ears())
            }
        }
    }
}

/// `<head>`: everything it names is ours and hashed.
pub(super) fn head(title: &str) -> Markup {
    let [voice, plain] = asset::fonts();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { (title) " – Bedside" }
            link rel="preload" as="font" type="font/woff2" href=(plain.path) crossorigin;
            link rel="preload" as="font" type="font/woff2" href=(voice.path) crossorigin;
            link rel="stylesheet" href=(asset::style().path);
            link rel="icon" type="image/svg+xml" href=(asset::favicon().path);
            script src=(asset::script().path) defer {}
        }
    }
}

/// Skip link and sprite: the first things of every body.
pub(super) fn top(r: &Reader) -> Markup {
    html! {
        a.skip href="#main" { (r.t("skip-to-content")) }
        (sprite())
    }
}

/// The numbers of the alarms nobody has taken, for script.
fn alarms(f: &Frame) -> String {
    f.alarms.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

/// Where script listens; a case's page says which, so that others see who is reading.
fn events(case: Option<i64>) -> String {
    case.map_or_else(|| "/events".to_owned(), |id| format!("/events?case={id}"))
}

/// `data-theme` only if the person chose one.
pub(super) fn theme(theme: Theme) -> Option<&'static str> {
    (theme != Theme::System).then(|| theme.code())
}

/// The live regions script speaks through; empty until something happens.
fn ears() -> Markup {
    html! {
        div.vh #live role="status" {}
        div.vh #alert role="alert" {}
    }
}

/// What everybody must see on every page.
fn bands(f: &Frame, place: Place) -> Markup {
    let r = &f.reader;
    html! {
        @if f.tour { (tour(f)) }
        @if f.nobody_alarmed {
            div.band.loud {
                (icon(Glyph::Now))
                p { strong { (r.t("alarm-missing-title")) } " " (r.t("alarm-missing-body")) }
            }
        }
        @if !f.alarm_trouble.is_empty() {
            div.band.loud {
                (icon(Glyph::Now))
                p {
                    strong { (r.t("paths-title")) }
                    @for line in &f.alarm_trouble { " " (line) }
                }
            }
        }
        @if !f.to_read.is_empty() {
            div.band.calm {
                (icon(Glyph::Clock))
                p {
                    strong { (r.t("readings-title")) }
                    @for (case, due) in &f.to_read {
                        " " a href={ (part::case_href(*case)) "#crisis" } { (part::case_no(*case)) } " (" (r.until(*due)) ")"
                    }
                }
            }
        }
        @if !f.late.is_empty() {
            div.band.loud {
                (icon(Glyph::Clock))
                p {
                    strong { (r.say("late-title", &[("count", (f.late.len() as i64).into())])) } " "
                    @for case in f.late.iter().take(5) { a href=(part::case_href(*case)) { (part::case_no(*case)) } " " }
                }
            }
        }
        @for one in f.incidents.iter().filter(|_| place != Place::Incident) {
            div.band {
                (icon(Glyph::Now))
                p {
                    strong {
                        (r.say("incident-band", &[("kind", incident_kind(r, &one.kind).into())]))
                        @if let Some(site) = &one.site { " (" (site) ")" }
                    }
                    " " (incident_stage(r, &one.stage)) ". "
                    @if one.has_statement { (r.t("incident-band-statement")) } @else { (r.t("incident-band-none")) }
                }
                span.push.row {
                    span.num { (r.brief(r.now - one.since)) }
                    @if one.opens { (part::link(&r.t("incident-open"), Weight::Plain, "/incident")) }
                }
            }
        }
        @if !f.broken_rules.is_empty() {
            div.band {
                (icon(Glyph::Now))
                p {
                    strong { (r.t("rules-broken-title")) } " " (r.t("rules-broken-body")) " "
                    @for rule in &f.broken_rules { code { (rule) } " " }
                }
            }
        }
        @if matches!(place, Place::Inbox(_) | Place::Statements) {
            @for (number, title, at) in &f.ending {
                div.band.ending {
                    (icon(Glyph::Clock))
                    p {
                        strong { (ends(r, title, *at)) } " "
                        a href=(format_args!("/statements/{number}/edit")) { (r.t("statement-renew")) }
                    }
                }
            }
        }
        // The pause page itself tells it at length.
        @if let (Sending::Paused { by, at, reason }, true) = (&f.sending, place != Place::Pause) {
            div.band #paused {
                (icon(Glyph::Forbid))
                p {
                    strong { (r.t("paused-title")) } " " (r.t("paused-body")) " "
                    (r.say("paused-by", &[("who", r.name(by).into()), ("at", r.moment(*at).into()), ("why", r.quote(reason).into())]))
                }
                span.push.row {
                    span.num { (r.brief(r.now - at)) }
                    @if f.may_pause { (part::link(&r.t("resume-ask"), Weight::Plain, "/pause")) }
                }
            }
        }
    }
}

/// The way to the demo's tour; it can be put away.
fn tour(f: &Frame) -> Markup {
    let r = &f.reader;
    html! {
        div.band.calm {
            (icon(Glyph::Flag))
            p { strong { (r.t("tour-band")) } " " (r.t("tour-band-body")) }
            span.push.row {
                (part::link(&r.t("tour-band-go"), Weight::Plain, "/tour"))
                (form::act(f, "/tour/away", part::button(&r.t("tour-band-away"), Weight::Bare)))
            }
        }
    }
}

/// That a statement of the reader's own ends, or has ended.
fn ends(r: &Reader, title: &str, at: i64) -> String {
    let told = [("title", r.quote(title).into()), ("at", r.date(at).into())];
    if at > r.now { r.say("band-statement-ends", &told) } else { r.say("band-statement-ended", &told) }
}

/// The words script needs, as JSON in an attribute: there is no inline script.
pub(super) fn words(r: &Reader) -> String {
    serde_json::json!({
        "d": r.day_word(), "h": r.hour_word(),
        "left": r.say("time-left", &[("span", "%".into())]),
        "new1": r.t("new-one"), "newN": r.say("new-many", &[("count", "%".into())]),
        "lost": r.say("live-lost", &[("at", "%".into())]),
        "reload": r.t("reload"),
        "changed": r.t("case-changed-elsewhere"), "changedKept": r.t("case-changed-kept"), "show": r.t("case-changed-show"),
        "rowChanged": r.t("row-changed-since"),
        "alarm": r.t("alarm-untaken-announce"),
        "soon": r.t("leaves-in-30"), "gone": r.t("leaves-now"),
        "reading": r.say("viewer-reading", &[("who", "%".into())]),
        "checking": r.t("guard-checking"), "copied": r.t("copied"), "mended": r.t("guard-mended-live"),
    })
    .to_string()
}
