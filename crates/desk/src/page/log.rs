//! The log: what happened, in order, and whether anybody changed it since.

use maud::{Markup, html};

use crate::look::part;
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::Reader;

/// What the log page shows.
#[derive(Clone, Debug)]
pub struct Log {
    /// What is known about the whole.
    pub seal: Seal,
    /// Entries, newest first.
    pub entries: Vec<Entry>,
    /// What the list is narrowed to, as typed; empty: everything.
    pub filter: String,
    /// Address of older entries.
    pub older: Option<String>,
    /// Address of newer entries.
    pub newer: Option<String>,
    /// The newest signed checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// Address from which checkpoint and proofs can be downloaded.
    pub download: Option<String>,
}

/// What is known about the log as a whole.
#[derive(Clone, Copy, Debug)]
pub enum Seal {
    /// Every entry is as it was signed.
    Verified {
        /// How many.
        entries: i64,
        /// When it was checked.
        at: i64,
        /// How long that took, microseconds.
        took: i64,
    },
    /// Being checked.
    Checking {
        /// Entries checked.
        done: i64,
        /// Of how many.
        of: i64,
    },
    /// An entry is not what was signed, or is gone.
    Broken {
        /// Number of the first such entry.
        entry: i64,
        /// When the checkpoint that says otherwise was signed; `None`: not known.
        signed: Option<i64>,
    },
    /// Not checked since the start.
    Unchecked {
        /// How many entries there are.
        entries: i64,
    },
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number; `None` until the sequencer has placed it.
    pub n: Option<i64>,
    /// When.
    pub at: i64,
    /// What happened (`text::log_kind` knows the words).
    pub what: String,
    /// Who or which rule.
    pub by: String,
    /// The case, if it is about one.
    pub case: Option<i64>,
    /// The first digits of its leaf hash.
    pub print: String,
    /// It is the entry asked for.
    pub picked: bool,
}

/// A signed checkpoint (C2SP tlog-checkpoint).
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The signed note, word for word.
    pub text: String,
    /// When it was signed.
    pub at: i64,
}

/// The log page. Filters by GET `/log?find=`; posts nothing to `/log/verify` but the token.
#[must_use]
pub fn log(f: &Frame, v: &Log) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-log");
    let inner = html! {
        div.top {
            h1 { (title) } span.quiet { (r.t("log-motto")) }
            @if let Some(href) = &v.download { span.push { a.btn href=(href) { (r.t("log-download")) } } }
        }
        div.body {
            (seal(f, v))
            div.two {
                div.stack {
                    h2.vh #entries-h { (r.t("log-entries")) }
                    (filter(r, v))
                    (entries(r, v))
                    p.small.quiet { (r.t("log-no-text")) }
                }
                aside.stack aria-label=(r.t("log-proof")) { (checkpoint(r, v)) (outside(r)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Log, case: None, inner })
}

fn seal(f: &Frame, v: &Log) -> Markup {
    let r = &f.reader;
    let (class, glyph, title, body) = match v.seal {
        Seal::Verified { entries, at, took } => (
            "is-say",
            Glyph::Seal,
            r.t("seal-sound"),
            r.say(
                "seal-sound-body",
                &[("count", entries.into()), ("at", r.moment(at).into()), ("took", seconds(r, took).into())],
            ),
        ),
        Seal::Checking { done, of } => (
            "is-hold",
            Glyph::Clock,
            r.t("seal-checking"),
            r.say("seal-checking-body", &[("done", done.into()), ("of", of.into())]),
        ),
        Seal::Broken { entry, signed } => (
            "is-now",
            Glyph::Now,
            r.say("seal-broken", &[("n", entry.into())]),
            match signed {
                Some(at) => {
                    r.say("seal-broken-body", &[("at", r.moment(at).into()), ("count", (entry - 1).max(0).into())])
                }
                None => r.say("seal-broken-plain", &[("count", (entry - 1).max(0).into())]),
            },
        ),
        Seal::Unchecked { entries } => (
            "is-still",
            Glyph::Still,
            r.t("seal-unchecked"),
            r.say("seal-unchecked-body", &[("count", entries.into())]),
        ),
    };
    html! {
        section.seal.(class) #seal data-live aria-labelledby="seal-h" {
            (icon(glyph))
            div { h2 #seal-h { (title) } p { (body) } }
            @if !matches!(v.seal, Seal::Checking { .. }) {
                (crate::look::form::act(f, "/log/verify", part::button(&r.t("seal-check"), part::Weight::Plain)))
            }
        }
    }
}

/// "0,8 s" / "0.8 s".
fn seconds(r: &Reader, micros: i64) -> String {
    let tenths = micros.max(0) / 100_000;
    let point = if r.lang == crate::text::Lang::De { ',' } else { '.' };
    format!("{}{point}{}\u{a0}s", tenths / 10, tenths % 10)
}

fn filter(r: &Reader, v: &Log) -> Markup {
    html! {
        search {
            form.row method="get" action="/log" {
                label.vh for="find" { (r.t("log-filter")) }
                input.in.short #find name="find" type="search" value=(v.filter) placeholder=(r.t("log-filter")) autocomplete="off";
                (part::button(&r.t("log-filter-do"), part::Weight::Plain))
                @if !v.filter.is_empty() { (part::link(&r.t("log-filter-clear"), part::Weight::Bare, "/log")) }
            }
        }
    }
}

fn entries(r: &Reader, v: &Log) -> Markup {
    if v.entries.is_empty() {
        return html! { div.nothing { (icon(Glyph::Log)) p { (r.t("log-empty")) } } };
    }
    html! {
        div.sheet.scroll tabindex="0" role="region" aria-labelledby="entries-h" {
            table.tbl.entries {
                caption.vh { (r.t("log-entries")) }
                thead { tr {
                    th.n scope="col" { (r.t("log-col-n")) } th scope="col" { (r.t("log-col-at")) } th scope="col" { (r.t("log-col-what")) }
                    th scope="col" { (r.t("log-col-by")) } th scope="col" { (r.t("log-col-case")) } th scope="col" { (r.t("log-col-print")) }
                } }
                tbody { @for e in &v.entries { (entry(r, e)) } }
            }
        }
        nav.row aria-label=(r.t("log-pages")) {
            @if let Some(href) = &v.newer { (part::link(&r.t("log-newer"), part::Weight::Plain, href)) }
            @if let Some(href) = &v.older { span.push { (part::link(&r.t("log-older"), part::Weight::Plain, href)) } }
        }
    }
}

fn entry(r: &Reader, e: &Entry) -> Markup {
    html! {
        tr.picked[e.picked] aria-current=[e.picked.then_some("true")] {
            td.n { @match e.n { Some(n) => (r.num(n)), None => span.quiet title=(r.t("log-unplaced")) { "…" span.vh { (r.t("log-unplaced")) } } } }
            td { (exact(r, e.at)) }
            th scope="row" { (e.what) }
            td { (e.by) }
            td { @if let Some(case) = e.case { a href=(part::case_href(case)) { (part::case_no(case)) } } }
            td.mono.quiet.print { (e.print) }
        }
    }
}

/// A moment to the second.
pub(super) fn exact(r: &Reader, at: i64) -> Markup {
    html! { time datetime=(r.machine(at)) title=(r.full(at)) { (day(r, at)) (r.clock_s(at)) } }
}

/// The day before a clock with seconds, if it is not today.
fn day(r: &Reader, at: i64) -> String {
    let moment = r.moment(at);
    moment.strip_suffix(&r.clock(at)).map(str::to_owned).unwrap_or_default()
}

fn checkpoint(r: &Reader, v: &Log) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="checkpoint-h" {
            h2 #checkpoint-h { (r.t("checkpoint")) }
            @match &v.checkpoint {
                Some(c) => {
                    pre.pre tabindex="0" role="region" aria-label=(r.t("checkpoint-text")) { (c.text) }
                    p.small.quiet { (r.say("checkpoint-at", &[("at", r.moment(c.at).into())])) }
                },
                None => p.quiet { (r.t("checkpoint-none")) },
            }
        }
    }
}

fn outside(r: &Reader) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="outside-h" {
            h2 #outside-h { (r.t("outside")) }
            p { (r.t("outside-body")) }
            pre.pre tabindex="0" role="region" aria-label=(r.t("outside-command")) { "bedside log verify --checkpoint FILE" }
            p.small.quiet { (r.t("outside-more")) }
        }
    }
}
