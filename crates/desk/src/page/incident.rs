//! Incident mode: what is on, since when and why, the one statement that may leave, and the switch.

use maud::{Markup, html};

use crate::look::form::{self, Field};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Lang, Reader, guard_kind, incident_kind, incident_stage, key};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Incident {
    /// What is on at the sites looked at.
    pub on: Vec<Running>,
    /// What is over, the newest first.
    pub past: Vec<Past>,
    /// Sites where the reader may switch it on: slug, name. Empty: they may not.
    pub sites: Vec<(String, String)>,
    /// Whether the reader may switch it on for the whole group.
    pub may_group: bool,
    /// Kinds and stages, by their words.
    pub kinds: Vec<String>,
    /// The stages in their order.
    pub stages: Vec<String>,
    /// The reason was left empty.
    pub reason_missing: bool,
}

/// An incident that is on.
#[derive(Clone, Debug)]
pub struct Running {
    /// Its id.
    pub id: String,
    /// The site from which it is switched.
    pub at: String,
    /// The site's name; `None`: the whole group.
    pub site: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Where it stands.
    pub stage: String,
    /// Who switched it on.
    pub by: String,
    /// When.
    pub since: i64,
    /// Why.
    pub reason: String,
    /// The statements that are not withdrawn, the newest first.
    pub statements: Vec<Statement>,
    /// Statements of the library that the reader may choose.
    pub offers: Vec<Choice>,
    /// What the reader typed and the guard blocks, with what it found.
    pub blocked: Option<Blocked>,
    /// Whether the reader may switch it and set its stage.
    pub may_switch: bool,
    /// Whether the reader may write statements.
    pub may_write: bool,
}

/// A statement of the library.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its number, as people say it.
    pub number: i64,
    /// What people call it.
    pub title: String,
    /// Its language.
    pub lang: String,
    /// What it says at this house.
    pub text: String,
}

/// What the guard blocks.
#[derive(Clone, Debug)]
pub struct Blocked {
    /// The language chosen.
    pub lang: String,
    /// What was typed.
    pub text: String,
    /// Kinds of findings.
    pub found: Vec<String>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// Its text.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: i64,
    /// Who approved it, and when.
    pub approved: Option<(String, i64)>,
    /// Whether the reader may approve it.
    pub may_approve: bool,
    /// Why not, if it waits for somebody else.
    pub own: bool,
    /// The number of the statement of the library that it was chosen from.
    pub from: Option<i64>,
}

/// An incident that is over.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its kind.
    pub kind: String,
    /// Who switched it on.
    pub by: String,
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
    /// Why it was switched on.
    pub reason: String,
    /// Why it was switched off.
    pub end_reason: String,
}

/// The page. Posts `act` to `/incident`.
#[must_use]
pub fn incident(f: &Frame, v: &Incident) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { h1 { (r.t("incident-title")) } }
        div.body.narrow #incident data-live data-guarded {
            @for one in &v.on { (running(f, v, one)) }
            @if v.on.is_empty() {
                section.sheet.stack aria-labelledby="off-h" {
                    h2 #off-h { (icon(Glyph::Check)) " " (r.t("incident-off")) }
                    p { (r.t("incident-does")) }
                    (what_it_does(r))
                }
            }
            @if !v.sites.is_empty() { (switch_on(f, v)) } @else if v.on.is_empty() { p { (r.t("incident-not-yours")) } }
            (past(r, v))
        }
    };
    shell(f, Shell { title: &r.t("incident-title"), place: Place::Incident, case: None, inner })
}

fn what_it_does(r: &Reader) -> Markup {
    html! {
        ul.why {
            li.is-now { (icon(Glyph::Forbid)) div { (r.t("incident-stops")) } }
            li.is-say { (icon(Glyph::Seal)) div { (r.t("incident-says")) } }
            li.is-say { (icon(Glyph::Check)) div { (r.t("incident-keeps")) } }
        }
    }
}

fn running(f: &Frame, v: &Incident, one: &Running) -> Markup {
    let r = &f.reader;
    let heading = format!("on-{}", one.id);
    let place = one.site.clone().unwrap_or_else(|| r.t("incident-whole-group"));
    html! {
        section.slip.is-now aria-labelledby=(heading) {
            div.verb {
                (icon(Glyph::Now))
                h2 id=(heading) { (incident_kind(r, &one.kind)) ", " (place) }
                span.num { (r.brief(r.now - one.since)) }
            }
            div.stack {
                p { (r.say("incident-by", &[("who", r.name(&one.by).into()), ("at", r.moment(one.since).into()), ("why", r.quote(&one.reason).into())])) }
                p { (r.say("incident-stands", &[("stage", incident_stage(r, &one.stage).into())])) }
                (what_it_does(r))
            }
            div.stack {
                h3 { (r.t("incident-text")) }
                @if one.statements.is_empty() { p.quiet { (r.t("incident-text-none")) } }
                @for s in &one.statements { (statement(f, one, s)) }
                @if one.may_write { (choose(f, one)) (write(f, one)) }
            }
            @if one.may_switch { (switches(f, v, one)) }
        }
    }
}

fn sent_along(one: &Running) -> Markup {
    html! { (form::hidden("incident", &one.id)) (form::hidden("at", &one.at)) }
}

fn statement(f: &Frame, one: &Running, s: &Statement) -> Markup {
    let r = &f.reader;
    html! {
        div.label {
            div.row {
                span.chip { (s.lang.to_uppercase()) }
                @match &s.approved {
                    Some((by, at)) => {
                        (part::tag(&r.t("incident-text-approved"), Glyph::Seal, Tone::Say))
                        span.small.quiet { (r.say("incident-text-approved-by", &[("who", r.name(by).into()), ("at", r.moment(*at).into())])) }
                    },
                    None => (part::tag(&r.t("incident-text-waits"), Glyph::Hold, Tone::Hold)),
                }
            }
            p.draft lang=(s.lang) dir="auto" { (s.text) }
            small.quiet {
                @match s.from {
                    Some(number) => (r.say("incident-text-chosen", &[("who", r.name(&s.by).into()), ("at", r.moment(s.at).into()), ("number", number.into())])),
                    None => (r.say("incident-text-by", &[("who", r.name(&s.by).into()), ("at", r.moment(s.at).into())])),
                }
            }
            @if s.approved.is_none() && s.own { p.small { (r.t(if s.from.is_some() { key!("incident-text-own-choice") } else { key!("incident-text-own") })) } }
            @if s.may_approve {
                (form::post(&f.csrf, "/incident", "stack", html! {
                    (form::hidden("act", "approve")) (sent_along(one)) (form::hidden("statement", &s.id))
                    label.choice.wide { input type="checkbox" name="confirm" value="yes"; span { (r.t("incident-text-confirm")) } }
                    (part::button(&r.t("incident-text-approve"), Weight::First))
                }))
            }
            @if one.may_switch || (s.approved.is_none() && one.may_write) {
                (form::post(&f.csrf, "/incident", "inline", html! {
                    (form::hidden("act", "withdraw")) (sent_along(one)) (form::hidden("statement", &s.id))
                    (part::button(&r.t("incident-text-withdraw"), Weight::Bare))
                }))
            }
        }
    }
}

/// The library's statements, each with a button; nothing where there is none.
fn choose(f: &Frame, one: &Running) -> Markup {
    let r = &f.reader;
    if one.offers.is_empty() {
        return html! {};
    }
    html! {
        div.stack {
            h4 { (r.t("incident-choose")) }
            p.small.quiet { (r.t("incident-choose-why")) }
            @for offer in &one.offers {
                @let id = format!("offer-{}-{}", one.id, offer.number);
                div.label {
                    div.row { span.chip { (offer.lang.to_uppercase()) } strong { (offer.title) } }
                    p.draft id=(id) lang=(offer.lang) dir="auto" { (offer.text) }
                    (form::post(&f.csrf, "/incident", "inline", html! {
                        (form::hidden("act", "choose")) (sent_along(one)) (form::hidden("library", &offer.id))
                        button.btn type="submit" aria-describedby=(id) { (r.say("incident-choose-do", &[("number", offer.number.into())])) }
                    }))
                }
            }
        }
    }
}

fn write(f: &Frame, one: &Running) -> Markup {
    let r = &f.reader;
    let (lang, text, found) = match &one.blocked {
        Some(b) => (b.lang.as_str(), b.text.as_str(), b.found.as_slice()),
        None => (r.lang.code(), "", [].as_slice()),
    };
    let langs = Lang::ALL.map(|one| (one.code().to_owned(), one.own_name().to_owned(), one.code() == lang));
    let id = format!("statement-{}", one.id);
    html! {
        (form::post(&f.csrf, "/incident", "stack", html! {
            (form::hidden("act", "write")) (sent_along(one))
            (form::choice(&r.t("incident-text-lang"), &format!("lang-{}", one.id), "lang", &langs))
            div.field.bad[!found.is_empty()] {
                label for=(id) { (r.t("incident-text-text")) }
                span.hint #{ (id) "-hint" } { (r.t("incident-text-hint")) }
                @if !found.is_empty() {
                    span.err #{ (id) "-error" } role="alert" {
                        (icon(Glyph::Forbid)) " " (r.t("incident-text-blocked")) " "
                        (found.iter().map(|kind| guard_kind(r, kind)).collect::<Vec<_>>().join(", "))
                    }
                }
                textarea.in id=(id) name="text" rows="4" required aria-invalid=[(!found.is_empty()).then_some("true")] aria-describedby={ (id) "-hint" @if !found.is_empty() { " " (id) "-error" } } { (text) }
            }
            (part::button(&r.t("incident-text-write"), Weight::Plain))
        }))
    }
}

fn switches(f: &Frame, v: &Incident, one: &Running) -> Markup {
    let r = &f.reader;
    let stages: Vec<_> =
        v.stages.iter().map(|word| (word.clone(), incident_stage(r, word), *word == one.stage)).collect();
    html! {
        div.stack {
            (form::post(&f.csrf, "/incident", "row", html! {
                (form::hidden("act", "stage")) (sent_along(one))
                (form::choice(&r.t("incident-stage"), &format!("stage-{}", one.id), "stage", &stages))
                (part::button(&r.t("incident-stage-do"), Weight::Plain))
            }))
            (form::unfold(&format!("end-{}", one.id), &r.t("incident-end-ask"), "", form::post(&f.csrf, "/incident", "stack", html! {
                (form::hidden("act", "end")) (sent_along(one))
                p { (r.t("incident-end-body")) }
                (Field::line(&r.t("incident-end-reason"), &format!("end-reason-{}", one.id), "reason").show())
                (part::button(&r.t("incident-end-do"), Weight::First))
            })))
        }
    }
}

fn switch_on(f: &Frame, v: &Incident) -> Markup {
    let r = &f.reader;
    let missing = r.t("reason-missing");
    let kinds: Vec<_> = v.kinds.iter().map(|word| (word.clone(), incident_kind(r, word), false)).collect();
    let mut sites: Vec<_> = v.sites.iter().map(|(slug, name)| (slug.clone(), name.clone(), false)).collect();
    if v.may_group {
        sites.push(("*".to_owned(), r.t("incident-whole-group"), false));
    }
    html! {
        section.sheet.stack aria-labelledby="switch-h" {
            h2 #switch-h { (r.t("incident-switch")) }
            (form::post(&f.csrf, "/incident", "stack", html! {
                (form::hidden("act", "begin"))
                (form::choice(&r.t("incident-kind"), "kind", "kind", &kinds))
                (form::choice(&r.t("incident-where"), "where", "where", &sites))
                (Field::line(&r.t("incident-reason"), "reason", "reason").hint(&r.t("incident-reason-hint"))
                    .error(v.reason_missing.then_some(missing.as_str())).show())
                div.row { (part::button(&r.t("incident-do"), Weight::Warn)) (part::link(&r.t("cancel"), Weight::Bare, "/inbox")) }
            }))
        }
    }
}

fn past(r: &Reader, v: &Incident) -> Markup {
    if v.past.is_empty() {
        return html! {};
    }
    html! {
        section.stack aria-labelledby="past-h" {
            h2 #past-h { (r.t("incident-past")) }
            ul.plain-list.sheet {
                @for p in &v.past {
                    li {
                        strong { (incident_kind(r, &p.kind)) } ": " (r.quote(&p.reason)) br;
                        span.small.quiet { (p.by) ", " (part::moment(r, p.from)) " – " (part::moment(r, p.to)) ". " (r.quote(&p.end_reason)) }
                    }
                }
            }
        }
    }
}
