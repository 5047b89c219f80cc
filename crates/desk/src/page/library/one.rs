//! One statement: what is in use, what is in work, what the guard says of it, who wrote and who approved, every version.

use maud::{Markup, html};

use super::{Kind, Meant, Standing, chips, meant_line, statement_href, statement_no, with_places};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, form, icon, shell};
use crate::page::case::ReplyForm;
use crate::text::{Reader, guard_kind};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct One {
    /// Its number.
    pub number: i64,
    /// The version in use, if there is one.
    pub in_use: Option<Version>,
    /// The version in work, if there is one; else the newest, if nothing is in use.
    pub at_hand: Option<Version>,
    /// Every version, the newest first.
    pub history: Vec<Version>,
    /// What the reader may do.
    pub acts: Acts,
    /// What could not be done just now.
    pub told: Option<String>,
}

/// A version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number, from 1.
    pub n: u32,
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
    /// Where it stands.
    pub standing: Standing,
    /// Until when it may be taken.
    pub expires: i64,
    /// Who wrote it, and when it last changed.
    pub author: (String, i64),
    /// Who approved it, and when.
    pub approver: Option<(String, i64)>,
    /// Who sent it back, and why.
    pub sent_back: Option<(String, String)>,
    /// What the guard says of it, at the houses that it is for.
    pub found: Vec<Found>,
    /// Which text it is: an act that means another one is refused.
    pub shown: String,
}

/// What the guard says of a statement.
#[derive(Clone, Debug)]
pub struct Found {
    /// Blocks, or only hints.
    pub blocks: bool,
    /// Kind id ("identifier").
    pub kind: String,
    /// The words found.
    pub quote: String,
    /// Why, in the reader's language.
    pub reason: String,
    /// At which house, where it is for several.
    pub site: Option<String>,
    /// Words that could stand there instead.
    pub instead: Option<String>,
}

/// What the reader may do with it.
#[derive(Clone, Debug, Default)]
pub struct Acts {
    /// Change it.
    pub edit: bool,
    /// Ask for approval.
    pub ask: bool,
    /// Approve or send back.
    pub approve: bool,
    /// Why not, if somebody is asked.
    pub not_approve: Option<String>,
    /// Take it out of use.
    pub retire: bool,
}

/// The page.
#[must_use]
pub fn one(f: &Frame, v: &One) -> Markup {
    let r = &f.reader;
    let named = v.at_hand.as_ref().or(v.in_use.as_ref());
    let title = named.map_or_else(|| statement_no(v.number), |version| version.title.clone());
    let inner = html! {
        div.top {
            a.btn.bare href="/statements" { (icon(Glyph::Back)) (r.t("nav-statements")) }
            h1 { (title) } span.quiet { (statement_no(v.number)) }
            @if v.acts.edit { span.push { (part::link(&r.t("statement-edit"), Weight::Plain, &format!("{}/edit", statement_href(v.number)))) } }
        }
        div.body {
            @if let Some(told) = &v.told { p.told.is-now role="status" { (told) } }
            div.two {
                div.stack {
                    @if let Some(version) = &v.at_hand { (at_hand(f, v, version)) }
                    @if let Some(version) = &v.in_use { (sheet(r, version, &r.t("statement-said-now"), html! {})) }
                }
                aside.stack { (history(r, v)) (retire(f, v)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Statements, case: None, inner })
}

fn at_hand(f: &Frame, v: &One, version: &Version) -> Markup {
    let r = &f.reader;
    let title = match version.standing {
        Standing::Open => r.t("statement-in-writing"),
        Standing::Asked => r.t("statement-waits"),
        _ => r.t("statement-newest"),
    };
    sheet(r, version, &title, acts(f, v, version))
}

fn sheet(r: &Reader, version: &Version, title: &str, acts: Markup) -> Markup {
    let id = format!("v{}-h", version.n);
    html! {
        section.sheet.stack aria-labelledby=(id) {
            div.row { h2 #(id) { (title) } (version.standing.tag(r)) span.push.small.quiet { (r.say("statement-version", &[("n", i64::from(version.n).into())])) } }
            div.row { (chips(r, version.kind, version.form, &version.meant)) span.small.quiet { (meant_line(r, &version.meant)) } }
            p.draft lang=(version.meant.lang) { (with_places(r, &version.text)) }
            @if !version.found.is_empty() { (findings(r, &version.found)) }
            @if let Some((by, why)) = &version.sent_back {
                ul.finds { li.is-hold { (icon(Glyph::Undo)) div { strong { (r.say("statement-sent-back", &[("who", r.name(by).into())])) } " " (r.quote(why)) } } }
            }
            dl.pairs {
                dt { (r.t("statement-author")) } dd { (version.author.0) ", " (part::moment(r, version.author.1)) }
                @if let Some((by, at)) = &version.approver { dt { (r.t("statement-approver")) } dd { (by) ", " (part::moment(r, *at)) } }
                dt { (r.t("statement-expires")) } dd { (r.date(version.expires)) }
            }
            (acts)
        }
    }
}

/// What the guard says, at every house.
pub(super) fn findings(r: &Reader, found: &[Found]) -> Markup {
    html! {
        ul.finds { @for one in found {
            li class=(if one.blocks { "is-now" } else { "is-hold" }) {
                (icon(if one.blocks { Glyph::Forbid } else { Glyph::Now }))
                div {
                    strong { (if one.blocks { r.t("guard-blocked") } else { r.t("guard-hint") }) } " " (guard_kind(r, &one.kind))
                    @if !one.quote.is_empty() { ": " (r.quote(&one.quote)) }
                    br; (one.reason)
                    @if let Some(site) = &one.site { " " small.quiet { (site) } }
                    @if let Some(words) = &one.instead { br; (r.say("statement-instead", &[("words", r.quote(words).into())])) }
                }
            }
        } }
    }
}

fn acts(f: &Frame, v: &One, version: &Version) -> Markup {
    let r = &f.reader;
    let to = |act: &str| format!("{}/{act}", statement_href(v.number));
    let blocked = version.found.iter().any(|one| one.blocks);
    let hints = version.found.iter().any(|one| !one.blocks);
    match version.standing {
        Standing::Open if v.acts.ask && blocked => html! {
            div.row { (part::button_off(&r.t("statement-ask"), "ask-why")) }
            p.small.quiet #ask-why { (r.t("statement-ask-blocked")) }
        },
        Standing::Open if v.acts.ask => form::post(
            &f.csrf,
            &to("ask"),
            "row",
            html! {
                (form::hidden("shown", &version.shown)) (part::button(&r.t("statement-ask"), Weight::First))
            },
        ),
        Standing::Asked if v.acts.approve => html! {
            (form::post(&f.csrf, &to("approve"), "stack", html! {
                (form::hidden("shown", &version.shown))
                @if hints { label.choice.wide { input type="checkbox" name="warnings" value="yes" required; (r.t("approve-confirm")) } }
                (part::button(&r.t("statement-approve"), Weight::First))
            }))
            (form::unfold("back", &r.t("send-back-ask"), "", form::post(&f.csrf, &to("back"), "stack", html! {
                (form::hidden("shown", &version.shown))
                (form::Field::line(&r.t("send-back-note"), "back-note", "note").show())
                (part::button(&r.t("send-back-do"), Weight::Plain))
            })))
        },
        Standing::Asked => html! { @if let Some(why) = &v.acts.not_approve { p.small.quiet { (why) } } },
        _ => html! {},
    }
}

fn history(r: &Reader, v: &One) -> Markup {
    html! {
        section.sheet.stack aria-labelledby="history-h" {
            h2 #history-h { (r.t("statement-versions")) }
            ul.plain-list { @for version in &v.history {
                li.stack {
                    div.row { b { (r.say("statement-version", &[("n", i64::from(version.n).into())])) } (version.standing.tag(r)) }
                    div.small { (r.say("statement-wrote", &[("who", r.name(&version.author.0).into()), ("at", r.moment(version.author.1).into())])) }
                    @if let Some((by, at)) = &version.approver {
                        div.small { (r.say("statement-approved-by", &[("who", r.name(by).into()), ("at", r.moment(*at).into())])) }
                    }
                    @if !matches!(version.standing, Standing::InUse | Standing::Open | Standing::Asked) {
                        details { summary.small { (r.t("statement-show-text")) } p.draft lang=(version.meant.lang) { (version.text) } }
                    }
                }
            } }
        }
    }
}

fn retire(f: &Frame, v: &One) -> Markup {
    let r = &f.reader;
    if !v.acts.retire {
        return html! {};
    }
    html! {
        section.sheet.stack aria-labelledby="retire-h" {
            h2 #retire-h { (r.t("statement-retire-title")) }
            p.small { (r.t("statement-retire-body")) }
            (form::act(f, &format!("{}/retire", statement_href(v.number)), part::button(&r.t("statement-retire"), Weight::Warn)))
        }
    }
}
