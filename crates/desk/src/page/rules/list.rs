//! The rules in force at a house, in plain words: what each does, why, where it comes from and how often it took part.

use maud::{Markup, html};

use super::{by, rules_href, sites, version_link};
use crate::look::form::{self, Field};
use crate::look::part::{self, Action, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The site's slug.
    pub site: String,
    /// The sites to choose from: slug and name.
    pub sites: Vec<(String, String)>,
    /// What is in force; `None`: only what comes with the program.
    pub in_force: Option<Past>,
    /// What is ordered for later.
    pub ordered: Option<Past>,
    /// The number of the version that one step back leads to.
    pub before: Option<i64>,
    /// The house's own rules in force can't be read: nothing is said.
    pub is_unreadable: bool,
    /// What was searched for.
    pub query: String,
    /// The rules, by group, those that were searched for.
    pub groups: Vec<Group>,
    /// How many rules are in force.
    pub total: i64,
    /// The newest versions: those that wait, and those that were in force.
    pub versions: Vec<Past>,
    /// Own cases of the house.
    pub cases: i64,
    /// The reader may write rules.
    pub may_write: bool,
    /// The reader may step back.
    pub may_step_back: bool,
    /// The reader may take back what is ordered.
    pub may_withdraw: bool,
    /// The reader may run the own cases.
    pub may_run: bool,
    /// Why an act was not done.
    pub error: Option<String>,
}

/// A version as it stands in a list.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Its number.
    pub number: i64,
    /// Who wrote it; `None`: it came from the configured files.
    pub by: Option<String>,
    /// When.
    pub at: i64,
    /// What it is for.
    pub why: String,
    /// Who put it in force; `None`: the configuration, or nobody yet.
    pub set_by: Option<String>,
    /// From when it holds or held.
    pub from: Option<i64>,
    /// Until when it held.
    pub until: Option<i64>,
    /// Why it was put in force.
    pub set_why: String,
    /// How it stands.
    pub state: super::State,
}

/// Rules that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    /// The key of its heading.
    pub heading: &'static str,
    /// The rules.
    pub rules: Vec<Listed>,
}

/// A rule in force.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What it does, as tags: words of actions, or of what it leaves.
    pub actions: Vec<Action>,
    /// Whether it forbids those actions.
    pub forbids: bool,
    /// How long it holds, in the reader's words.
    pub span: Option<String>,
    /// Whom it tells, in the reader's words.
    pub tells: Option<String>,
    /// Why, in the reader's language.
    pub reason: String,
    /// Law, guidance, research.
    pub source: String,
    /// Where it is written.
    pub written: String,
    /// What else must happen.
    pub obliges: Vec<String>,
    /// How often it took part in decisions of the last 30 days.
    pub fired: u64,
}

/// The page. Posts `reason` to `/rules/SITE/back`; nothing to `/rules/SITE/withdraw`.
#[must_use]
pub fn rules(f: &Frame, v: &Rules) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-rules");
    let inner = html! {
        div.top {
            h1 { (title) } span.quiet { (r.say("rules-total", &[("count", v.total.into())])) }
            @if v.may_write { span.push { (part::link(&r.t("rules-write"), Weight::First, &rules_href(&v.site, "/write"))) } }
        }
        div.body {
            (sites(f, &v.sites, &v.site))
            @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
            div.two {
                div.stack {
                    (standing(f, v))
                    p { (r.t("rules-body")) }
                    (search(f, v))
                    @if v.groups.is_empty() { p.quiet { (r.t("rules-none-found")) } }
                    @for (n, group) in v.groups.iter().enumerate() { (show_group(f, n, group)) }
                }
                aside.stack {
                    (versions(f, v))
                    (own_cases(f, v))
                }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Rules, case: None, inner })
}

fn search(f: &Frame, v: &Rules) -> Markup {
    let r = &f.reader;
    html! {
        form.row.end role="search" method="get" action=(rules_href(&v.site, "")) {
            div.grow { (Field::line(&r.t("rules-search"), "rules-q", "q").value(&v.query).optional().show()) }
            div.row {
                (part::button(&r.t("rules-search-do"), Weight::Plain))
                @if !v.query.is_empty() { (part::link(&r.t("rules-search-all"), Weight::Bare, &rules_href(&v.site, ""))) }
            }
        }
    }
}

fn show_group(f: &Frame, n: usize, group: &Group) -> Markup {
    let id = format!("g{n}");
    html! {
        section.stack aria-labelledby=(id) {
            h2 #(id) { (f.reader.t(group.heading)) " " span.small.quiet.num { (f.reader.num(i64::try_from(group.rules.len()).unwrap_or(0))) } }
            ul.sheet.plain-list.rules { @for rule in &group.rules { (listed(f, rule)) } }
        }
    }
}

fn listed(f: &Frame, rule: &Listed) -> Markup {
    let r = &f.reader;
    html! {
        li #(rule.id) {
            div.row {
                @if rule.forbids { (part::tag(&r.t("rules-forbids"), Glyph::Forbid, Tone::Plain)) }
                @for action in &rule.actions {
                    @if rule.forbids { (part::chip(&action.word(r), action.glyph())) } @else { (part::action_tag(r, *action)) }
                }
                @if let Some(span) = &rule.span { span.num.small { (span) } }
                span.push.small.quiet { (fired(r, rule.fired)) }
            }
            p { (rule.reason) }
            @if let Some(tells) = &rule.tells { p.small { (icon(Glyph::Now)) " " (tells) } }
            @if !rule.obliges.is_empty() { p.small.quiet { (r.t("rules-obliges")) " " (rule.obliges.join(", ")) } }
            p.small.quiet { code { (rule.id) } " · " (rule.source) " · " span.where { (rule.written) } }
        }
    }
}

fn fired(r: &Reader, n: u64) -> String {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    if n == 0 { r.t("rules-fired-never") } else { r.say("rules-fired", &[("count", n.into())]) }
}

fn standing(f: &Frame, v: &Rules) -> Markup {
    let r = &f.reader;
    html! {
        section.slip.is-say #standing data-live data-guarded aria-labelledby="standing-h" {
            div.verb { (icon(Glyph::Seal)) h2 #standing-h { (r.t("rules-in-force")) } }
            div.stack {
                @if v.is_unreadable { p.is-now { (icon(Glyph::Now)) " " (r.t("rules-unreadable-now")) } }
                @match &v.in_force {
                    Some(one) => (in_force(f, v, one)),
                    None => p { (r.t("rules-packs-only")) },
                }
            }
            @if let Some(later) = &v.ordered { div.stack { (ordered(f, v, later)) } }
            @if let (true, Some(before)) = (v.may_step_back, v.before) { div.acts { (step_back(f, v, before)) } }
        }
    }
}

fn in_force(f: &Frame, v: &Rules, one: &Past) -> Markup {
    let r = &f.reader;
    html! {
        p { strong { (version_link(f, &v.site, one.number)) } @if let Some(from) = one.from { " " (r.say("rules-since", &[("at", r.moment(from).into())])) } }
        @if !one.why.is_empty() { p { (r.quote(&one.why)) } }
        p.small.quiet {
            (r.say("rules-written-by", &[("who", by(f, one.by.as_deref()).into()), ("at", r.moment(one.at).into())])) " "
            (r.say("rules-set-by", &[("who", by(f, one.set_by.as_deref()).into())]))
            @if !one.set_why.is_empty() { " " (r.quote(&one.set_why)) }
        }
    }
}

fn ordered(f: &Frame, v: &Rules, later: &Past) -> Markup {
    let r = &f.reader;
    let from = later.from.unwrap_or(r.now);
    html! {
        p { (icon(Glyph::Clock)) " " strong { (version_link(f, &v.site, later.number)) } " " (r.say("rules-from", &[("at", r.until(from).into())])) " " (part::time_left(r, from)) }
        p.small.quiet { (r.say("rules-planned-by", &[("who", by(f, later.set_by.as_deref()).into())])) " " @if !later.set_why.is_empty() { (r.quote(&later.set_why)) } }
        @if v.may_withdraw { (form::act(f, &rules_href(&v.site, "/withdraw"), part::button(&r.t("rules-withdraw"), Weight::Plain))) }
    }
}

fn step_back(f: &Frame, v: &Rules, before: i64) -> Markup {
    let r = &f.reader;
    form::unfold(
        "back",
        &r.t("rules-back-ask"),
        "",
        form::post(
            &f.csrf,
            &rules_href(&v.site, "/back"),
            "stack",
            html! {
                p { (r.say("rules-back-body", &[("number", before.into())])) }
                (Field::line(&r.t("rules-reason"), "back-reason", "reason").hint(&r.t("rules-reason-hint")).show())
                (part::button(&r.t("rules-back-do"), Weight::Warn))
            },
        ),
    )
}

fn versions(f: &Frame, v: &Rules) -> Markup {
    let r = &f.reader;
    html! {
        section.sheet.stack aria-labelledby="versions-h" {
            h2 #versions-h { (r.t("rules-versions")) }
            @if v.versions.is_empty() { p.quiet { (r.t("rules-versions-none")) } }
            ul.plain-list { @for one in &v.versions { (past(f, v, one)) } }
        }
    }
}

fn past(f: &Frame, v: &Rules, one: &Past) -> Markup {
    let r = &f.reader;
    html! {
        li {
            div.row { (version_link(f, &v.site, one.number)) (one.state.tag(r)) span.push.small.quiet { (part::moment(r, one.at)) } }
            @if !one.why.is_empty() { p.small { (r.quote(&one.why)) } }
            p.small.quiet {
                @match &one.by { Some(who) => (r.name(who)), None => (r.t("rules-files")) }
                @if let (Some(from), Some(until)) = (one.from, one.until) { ", " (r.say("rules-held", &[("from", r.moment(from).into()), ("until", r.moment(until).into())])) }
            }
        }
    }
}

fn own_cases(f: &Frame, v: &Rules) -> Markup {
    let r = &f.reader;
    html! {
        section.sheet.stack aria-labelledby="own-cases-h" {
            h2 #own-cases-h { (r.t("rules-cases")) }
            p { (r.say("rules-cases-count", &[("count", v.cases.into())])) }
            @if v.may_run && v.cases > 0 { div { (part::link(&r.t("rules-cases-run"), Weight::Plain, &rules_href(&v.site, "/cases"))) } }
        }
    }
}

/// The headings of groups, by what a rule's file is named.
#[must_use]
pub fn heading(file: &str) -> &'static str {
    match file {
        "policies/common/1-alarm.cedar" => key!("rules-group-alarm"),
        "policies/common/2-post.cedar" => key!("rules-group-post"),
        "policies/common/3-wait.cedar" => key!("rules-group-wait"),
        "policies/common/4-speak.cedar" => key!("rules-group-speak"),
        other if other.starts_with("policies/") => key!("rules-group-country"),
        _ => key!("rules-group-own"),
    }
}
