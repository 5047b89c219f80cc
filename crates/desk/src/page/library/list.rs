//! Every statement: what waits for the reader, what is in use, what is over.

use maud::{Markup, html};

use super::{Kind, Meant, Standing, chips, meant_line, nothing, statement_href, statement_no, with_places};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::page::case::ReplyForm;
use crate::text::{Reader, key};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Those that wait for approval.
    pub asked: Vec<Line>,
    /// Those in writing.
    pub open: Vec<Line>,
    /// Those that may be taken now.
    pub in_use: Vec<Line>,
    /// Those whose time is over or that were taken out of use.
    pub over: Vec<Line>,
    /// The reader may write new ones.
    pub may_write: bool,
}

/// A statement, at one version.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number.
    pub number: i64,
    /// What people call it.
    pub title: String,
    /// What it is for.
    pub kind: Kind,
    /// How it is said.
    pub form: ReplyForm,
    /// For what.
    pub meant: Meant,
    /// What it says, with its placeholders.
    pub text: String,
    /// Where the version stands.
    pub standing: Standing,
    /// Until when it may be taken.
    pub expires: i64,
    /// It ends soon.
    pub ends_soon: bool,
    /// What the reader has to do with it.
    pub mine: Mine,
}

/// What the reader has to do with a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mine {
    /// Nothing now.
    #[default]
    Nothing,
    /// They may approve it.
    ToApprove,
    /// They answer for it, and it ends soon or has ended.
    Ending,
}

/// The page.
#[must_use]
pub fn library(f: &Frame, v: &Library) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-statements");
    let is_empty = v.asked.is_empty() && v.open.is_empty() && v.in_use.is_empty() && v.over.is_empty();
    let inner = html! {
        div.top {
            h1 { (title) }
            span.quiet { (r.say("statements-in-use", &[("count", (v.in_use.len() as i64).into())])) }
            @if v.may_write { span.push { (part::link(&r.t("statement-new"), Weight::First, "/statements/new")) } }
        }
        div.body {
            @if is_empty {
                (nothing(&r.t("statements-none"), &r.t("statements-none-body")))
            } @else {
                p.lead { (r.t("statements-body")) }
                (section(r, "asked", &r.t("statements-asked"), &v.asked))
                (section(r, "open", &r.t("statements-open"), &v.open))
                @for kind in Kind::ALL {
                    (section(r, kind.code(), &in_use(r, kind), &of(&v.in_use, kind)))
                }
                @if !v.over.is_empty() {
                    details {
                        summary { (r.say("statements-over", &[("count", (v.over.len() as i64).into())])) }
                        (lines(r, &v.over))
                    }
                }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Statements, case: None, inner })
}

fn in_use(r: &Reader, kind: Kind) -> String {
    r.t(match kind {
        Kind::Template => key!("statements-templates"),
        Kind::Incident => key!("statements-incidents"),
        Kind::Crisis => key!("statements-crises"),
    })
}

fn of(all: &[Line], kind: Kind) -> Vec<Line> {
    all.iter().filter(|line| line.kind == kind).cloned().collect()
}

fn section(r: &Reader, id: &str, title: &str, all: &[Line]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    let id = format!("{id}-h");
    html! { section.stack aria-labelledby=(id) { h2 #(id) { (title) } (lines(r, all)) } }
}

fn lines(r: &Reader, all: &[Line]) -> Markup {
    html! { ul.sheet.plain-list { @for line in all { (row(r, line)) } } }
}

fn row(r: &Reader, line: &Line) -> Markup {
    html! {
        li.stack {
            div.row {
                a href=(statement_href(line.number)) { b { (line.title) } }
                span.small.quiet { (statement_no(line.number)) }
                (line.standing.tag(r))
                span.push.small { (until(r, line)) }
            }
            div.row { (chips(r, line.kind, line.form, &line.meant)) span.small.quiet { (meant_line(r, &line.meant)) } }
            p.said lang=(line.meant.lang) { (with_places(r, &line.text)) }
            @match line.mine {
                Mine::Nothing => {},
                Mine::ToApprove => p.told.is-hold { (r.t("statement-yours-to-approve")) " " a href=(statement_href(line.number)) { (r.t("statement-look")) } },
                Mine::Ending => p.told.is-now { (r.t("statement-yours-ending")) " " a href=(format_args!("{}/edit", statement_href(line.number))) { (r.t("statement-renew")) } },
            }
        }
    }
}

/// Until when it may be taken; what ends soon says so with a glyph.
fn until(r: &Reader, line: &Line) -> Markup {
    let at = [("at", r.date(line.expires).into())];
    match line.standing {
        Standing::Over => html! { (r.say("statement-ended", &at)) },
        Standing::InUse if line.ends_soon => {
            html! { span.warned { (icon(Glyph::Now)) " " (r.say("statement-until", &at)) } }
        }
        Standing::InUse | Standing::Open | Standing::Asked => html! { span.quiet { (r.say("statement-until", &at)) } },
        Standing::Retired | Standing::Replaced | Standing::Dropped => html! {},
    }
}
