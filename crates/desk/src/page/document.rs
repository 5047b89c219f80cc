//! One document for the record: its whole trace, what its receiver answered, and for one that did not get there, mending it,
//! sending it again, dropping it.

use maud::{Markup, html};

use super::links::link_href;
use super::log::{Entry, exact};
use super::outgoing::{Document, State, case, document_href, table};
use crate::look::form::{self, Field, choice, hidden, unfold};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Place, Shell, shell};
use crate::text::Reader;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct DocumentPage {
    /// The document.
    pub document: Document,
    /// How often people changed it: what a form was made on.
    pub revision: i64,
    /// The link's name.
    pub link: String,
    /// What its receiver knows it by.
    pub control_id: String,
    /// Our id of the patient.
    pub patient: String,
    /// When it is tried next.
    pub next: Option<i64>,
    /// When it was filed, given up or dropped.
    pub settled: Option<i64>,
    /// The document of the same patient that holds it back, by its id.
    pub holder: Option<String>,
    /// Who mended it, and when, the first time first.
    pub mended: Vec<(String, i64)>,
    /// Who dropped it, and why; `None`: nobody did, or the reader may not know.
    pub dropped: Option<(String, String)>,
    /// The attempts, newest first: when, and what became of it.
    pub attempts: Vec<(i64, State, String)>,
    /// Other documents for the same patient, newest first.
    pub others: Vec<Document>,
    /// Log entries about it, newest first.
    pub log: Vec<Entry>,
    /// What it says, if it was asked for.
    pub content: Option<Content>,
    /// The reader may see what it says.
    pub may_show: bool,
    /// The reader may mend it, have it sent again and drop it.
    pub may_settle: bool,
}

/// What a document says.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its title.
    pub title: String,
    /// Its lines; `None`: it only says that something ends, and what was said is shown to nobody any more.
    pub lines: Option<String>,
    /// The patient's identifiers: value in forms, words, whether the document uses it.
    pub ids: Vec<(String, String, bool)>,
    /// The numbers of the patient's visits, and whether the document names it.
    pub visits: Vec<(String, bool)>,
    /// What it said before it was mended, the first version first.
    pub before: Vec<String>,
    /// What the receiver answered, the newest first.
    pub answers: Vec<(i64, String)>,
}

/// The page. Posts to `…/show`, `…/again`, `…/mend`, `…/mend-again` and `…/drop`, each with `revision`; `mend` has `title`,
/// `lines`, `visit` and any number of `id`, `drop` has `reason`.
#[must_use]
pub fn document(f: &Frame, v: &DocumentPage) -> Markup {
    let r = &f.reader;
    let d = &v.document;
    let title = r.say("document-title", &[("at", r.clock_s(d.at).into())]);
    let inner = html! {
        div.top { (part::link(&v.link, Weight::Bare, &link_href(&d.link))) h1 { (title) } (d.state.tag(r)) }
        div.body {
            div.two {
                div.stack {
                    (trace(r, v))
                    (acts(f, v))
                    @if let Some(content) = &v.content { (shown(f, v, content)) }
                    (attempts(r, v))
                    @if !v.others.is_empty() {
                        h2 #documents-h { (r.t("document-others")) }
                        (table(r, &v.others))
                    }
                }
                aside.stack aria-labelledby="logged-h" { (logged(r, v)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Links, case: None, inner })
}

fn trace(r: &Reader, v: &DocumentPage) -> Markup {
    let d = &v.document;
    html! {
        section.sheet.stack aria-labelledby="trace-h" {
            h2 #trace-h { (r.t("document-trace")) }
            dl.pairs.trace {
                dt { (r.t("document-col-what")) } dd { (d.what) }
                dt { (r.t("document-col-at")) } dd { (exact(r, d.at)) }
                dt { (r.t("document-col-case")) } dd { (case(d.case)) }
                dt { (r.t("document-col-state")) } dd { (d.state.tag(r)) @if !d.why.is_empty() { " " (d.why) } }
                @if let Some(holder) = &v.holder {
                    dt { (r.t("document-holder")) } dd { a href=(document_href(&d.link, holder)) { (r.t("document-holder-look")) } }
                }
                @if let Some(at) = v.next { dt { (r.t("document-next")) } dd { (part::moment(r, at)) } }
                @if let Some(at) = v.settled { dt { (r.t("document-settled")) } dd { (exact(r, at)) } }
                @for (by, at) in &v.mended { dt { (r.t("document-mended")) } dd { (exact(r, *at)) ", " (by) } }
                @if let Some((by, why)) = &v.dropped { dt { (r.t("document-dropped-by")) } dd { (by) ": " (r.quote(why)) } }
                dt { (r.t("document-control")) } dd.mono { (v.control_id) }
                dt { (r.t("message-patient")) } dd { a.mono href={ (link_href(&d.link)) "?find=" (v.patient) } { (v.patient) } }
                dt { (r.t("document-id")) } dd.mono { (d.id) }
            }
        }
    }
}

fn acts(f: &Frame, v: &DocumentPage) -> Markup {
    let r = &f.reader;
    let href = document_href(&v.document.link, &v.document.id);
    let settles = v.may_settle && v.document.state == State::Dead;
    let shows = v.may_show && v.content.is_none();
    html! {
        @if settles || shows {
            div.row {
                @if shows { (form::act(f, &format!("{href}/show"), part::button(&r.t("message-show"), Weight::Plain))) }
                @if settles {
                    (form::act(f, &format!("{href}/again"), html! { (revision(v)) (part::button(&r.t("document-again"), Weight::First)) }))
                    (unfold("drop", &r.t("document-drop"), "warn", form::post(&f.csrf, &format!("{href}/drop"), "stack", html! {
                        (revision(v))
                        p { (r.t("document-drop-body")) }
                        (Field::line(&r.t("document-drop-reason"), "reason", "reason").show())
                        (part::button(&r.t("document-drop-do"), Weight::Warn))
                    })))
                }
            }
        }
        p.small.quiet {
            @if settles { (r.t("document-again-body")) " " }
            @if v.may_show { (r.t("message-show-body")) }
        }
    }
}

fn revision(v: &DocumentPage) -> Markup {
    hidden("revision", &v.revision.to_string())
}

fn shown(f: &Frame, v: &DocumentPage, c: &Content) -> Markup {
    let r = &f.reader;
    let settles = v.may_settle && v.document.state == State::Dead;
    html! {
        @if !c.answers.is_empty() {
            section.sheet.stack aria-labelledby="answers-h" {
                h2 #answers-h { (r.t("document-answers")) }
                dl.pairs.trace { @for (at, said) in &c.answers { dt { (exact(r, *at)) } dd { (said) } } }
            }
        }
        section.sheet.stack aria-labelledby="content-h" {
            h2 #content-h { (r.t("document-content")) }
            @if settles { (mending(f, v, c)) } @else { (content(r, c)) }
            @for (n, before) in c.before.iter().enumerate() {
                details { summary { (r.say("document-version", &[("n", (n as i64 + 1).into())])) } pre.pre tabindex="0" { (before) } }
            }
            p.small.quiet { (r.t("document-content-body")) }
        }
    }
}

fn content(r: &Reader, c: &Content) -> Markup {
    let used = c.ids.iter().filter(|(_, _, used)| *used);
    html! {
        dl.pairs.trace {
            dt { (r.t("document-field-title")) } dd { (c.title) }
            dt { (r.t("document-field-ids")) } dd { ul { @for (_, words, _) in used { li { bdi { (words) } } } } }
            @for (number, _) in c.visits.iter().filter(|(_, used)| *used) { dt { (r.t("document-field-visit")) } dd { (number) } }
        }
        @if let Some(lines) = &c.lines { pre.pre tabindex="0" role="region" aria-label=(r.t("document-field-lines")) dir="auto" { (lines) } }
        @else { p.quiet { (r.t("document-no-lines")) } }
    }
}

/// Whose the document is can't be typed: identifiers and visit are chosen among the patient's own.
fn mending(f: &Frame, v: &DocumentPage, c: &Content) -> Markup {
    let r = &f.reader;
    let href = document_href(&v.document.link, &v.document.id);
    let mut visits = vec![(String::new(), r.t("document-visit-none"), !c.visits.iter().any(|(_, used)| *used))];
    visits.extend(c.visits.iter().map(|(number, used)| (number.clone(), number.clone(), *used)));
    form::post(
        &f.csrf,
        &format!("{href}/mend"),
        "stack",
        html! {
            (revision(v))
            (Field::line(&r.t("document-field-title"), "title", "title").value(&c.title).show())
            fieldset.stack {
                legend { (r.t("document-field-ids")) }
                @for (value, words, used) in &c.ids {
                    label.row { input type="checkbox" name="id" value=(value) checked[*used]; bdi { (words) } }
                }
            }
            (choice(&r.t("document-field-visit"), "visit", "visit", &visits))
            @match &c.lines {
                Some(lines) => div.field {
                    label for="lines" { (r.t("document-field-lines")) }
                    span.hint #lines-hint { (r.t("document-lines-hint")) }
                    textarea.in.tall #lines name="lines" rows="14" dir="auto" aria-describedby="lines-hint" { (lines) }
                },
                None => p.quiet { (r.t("document-no-lines")) },
            }
            div.row {
                (part::button_to(&r.t("document-mend-again"), Weight::Plain, &format!("{href}/mend-again")))
                (part::button(&r.t("document-mend"), Weight::Plain))
            }
        },
    )
}

fn attempts(r: &Reader, v: &DocumentPage) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="attempts-h" {
            h2 #attempts-h { (r.t("document-attempts")) }
            @if v.attempts.is_empty() { p.quiet { (r.t("document-attempts-none")) } }
            @else { ul.log { @for (at, state, why) in &v.attempts { li { (exact(r, *at)) span { (outcome(r, *state, why)) } } } } }
        }
    }
}

fn outcome(r: &Reader, state: State, why: &str) -> String {
    match state {
        State::Filed => r.t("document-attempt-well"),
        State::Waiting | State::Dead | State::Dropped => why.to_owned(),
    }
}

fn logged(r: &Reader, v: &DocumentPage) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="logged-h" {
            h2 #logged-h { (r.t("message-log")) }
            @if v.log.is_empty() { p.quiet { (r.t("document-log-none")) } }
            @else { ul.log { @for e in &v.log { li { (exact(r, e.at)) span { (e.what) ", " (e.by) } } } } }
        }
    }
}
