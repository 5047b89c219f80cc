//! One version of the house's own rules: what it changes, what a replay says of it, and the way into force.

use maud::{Markup, html};

use super::diff::{Change, Diff};
use super::{by, part_tag, rules_href, version_link};
use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

const HOUR: i64 = 3_600_000_000;

/// How a version stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Written, and in force never yet.
    #[default]
    Proposed,
    /// It will come into force.
    Ordered,
    /// It decides.
    InForce,
    /// It was in force.
    Past,
    /// Somebody set it aside.
    Dropped,
}

impl State {
    /// Its tag.
    #[must_use]
    pub fn tag(self, r: &Reader) -> Markup {
        let (words, glyph, tone) = match self {
            Self::Proposed => (key!("rules-state-proposed"), Glyph::Pen, Tone::Hold),
            Self::Ordered => (key!("rules-state-ordered"), Glyph::Clock, Tone::Hold),
            Self::InForce => (key!("rules-state-in-force"), Glyph::Seal, Tone::Say),
            Self::Past => (key!("rules-state-past"), Glyph::Still, Tone::Still),
            Self::Dropped => (key!("rules-state-dropped"), Glyph::Forbid, Tone::Plain),
        };
        part::tag(&r.t(words), glyph, tone)
    }
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// The site's slug.
    pub site: String,
    /// Its number.
    pub number: i64,
    /// How it stands.
    pub state: State,
    /// Who wrote it; `None`: the configured files.
    pub by: Option<String>,
    /// Everybody who had a hand in it since rules were last put in force.
    pub writers: Vec<String>,
    /// When.
    pub at: i64,
    /// What it is for.
    pub why: String,
    /// The version that it was written on.
    pub based_on: Option<i64>,
    /// The version it is compared with: the one in force.
    pub compared_with: Option<i64>,
    /// What differs from what is in force, by file.
    pub diffs: Vec<Diff>,
    /// The files as they are.
    pub files: Vec<(String, String)>,
    /// The newest replay.
    pub replay: Option<Replay>,
    /// Cases of the house under this version; `None`: there are none, or not for this reader.
    pub cases: Option<OwnCases>,
    /// The way into force.
    pub live: GoLive,
    /// The reader may write, replay and set aside.
    pub may_write: bool,
    /// Why an act was not done.
    pub error: Option<String>,
}

/// The house's own cases under a version.
#[derive(Clone, Debug)]
pub struct OwnCases {
    /// What the last run found; `None`: nobody has run them.
    pub last: Option<LastRun>,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// When.
    pub at: i64,
    /// Cases decided rightly.
    pub right: i64,
    /// Cases not decided rightly.
    pub wrong: i64,
    /// Those of them with a part that harms.
    pub harms: i64,
    /// Cases were added or set aside since.
    pub is_outdated: bool,
}

/// The way into force.
#[derive(Clone, Debug, Default)]
pub enum GoLive {
    /// It is in force or past: there is nothing to order.
    #[default]
    Nothing,
    /// Something is missing, in the reader's words.
    Missing(String),
    /// This reader may not, in the reader's words.
    Refused(String),
    /// This reader may put it in force.
    Open,
}

/// How a replay stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplayStands {
    /// It goes on.
    #[default]
    Running,
    /// It is done.
    Done,
    /// A person stopped it.
    Stopped,
    /// Other rules came into force meanwhile.
    Overtaken,
}

/// A replay.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// Its id.
    pub id: String,
    /// How it stands.
    pub stands: ReplayStands,
    /// Who asked for it.
    pub by: Option<String>,
    /// When it ended, or was asked for.
    pub at: i64,
    /// Posts first seen from here on.
    pub since: i64,
    /// Posts there were.
    pub total: i64,
    /// Posts decided again.
    pub posts: i64,
    /// Posts left out.
    pub left_out: i64,
    /// Posts that would be decided otherwise.
    pub changed: i64,
    /// By action: code, before, after.
    pub parts: Vec<Counted>,
    /// By rule, those that differ: id, before, after.
    pub rules: Vec<Counted>,
    /// What would be decided otherwise.
    pub changes: Vec<Changed>,
    /// Where the next of them begin.
    pub next: Option<String>,
}

/// Something counted before and after.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// What: an action's code, or a rule's id.
    pub what: String,
    /// Under the rules in force.
    pub before: i64,
    /// Under this version.
    pub after: i64,
}

/// A post that would be decided otherwise.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Its case, for who sees cases of the site.
    pub case: Option<i64>,
    /// When the post was first seen.
    pub at: i64,
    /// What was decided.
    pub before: Vec<String>,
    /// What would be.
    pub after: Vec<String>,
    /// Rules that made only the one, with their reasons.
    pub rules_before: Vec<(String, String)>,
    /// Rules that make only the other, with their reasons.
    pub rules_after: Vec<(String, String)>,
}

/// The page. Posts `days` to `…/replay`, nothing to `…/stop` and `…/drop`, `when`, `from` and `reason` to `…/live`.
#[must_use]
pub fn version(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    let title = r.say("rules-version", &[("number", v.number.into())]);
    let inner = html! {
        div.top {
            a.btn.bare data-back href=(rules_href(&v.site, "")) { (icon(Glyph::Back)) (r.t("nav-rules")) }
            h1 { (title) } (v.state.tag(r))
            @if v.may_write { span.push { (part::link(&r.t("rules-write-on"), Weight::Plain, &rules_href(&v.site, &format!("/write?from={}", v.number)))) } }
        }
        div.body {
            @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
            div.two {
                div.stack { (what(f, v)) (replay(f, v)) }
                aside.stack { (about(f, v)) (live(f, v)) (own_cases(f, v)) (set_aside(f, v)) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Rules, case: None, inner })
}

fn href(v: &Version, act: &str) -> String {
    rules_href(&v.site, &format!("/version/{}{act}", v.number))
}

fn about(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    html! {
        section.sheet.stack aria-labelledby="about-h" {
            h2 #about-h { (r.t("rules-about")) }
            @if !v.why.is_empty() { p { (r.quote(&v.why)) } }
            dl.pairs {
                dt { (r.t("rules-about-by")) } dd { @match &v.by { Some(who) => (r.name(who)), None => (r.t("rules-files")) } ", " (part::moment(r, v.at)) }
                @if v.writers.len() > 1 { dt { (r.t("rules-about-writers")) } dd { (v.writers.join(", ")) } }
                @if let Some(base) = v.based_on { dt { (r.t("rules-about-base")) } dd { (version_link(f, &v.site, base)) } }
            }
        }
    }
}

fn what(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    html! {
        section.stack aria-labelledby="what-h" {
            h2 #what-h { @match v.compared_with {
                Some(other) if v.state != State::InForce => (r.say("rules-what-against", &[("number", other.into())])),
                _ => (r.t("rules-what")),
            } }
            @if v.state == State::InForce || v.compared_with.is_none() {
                @for (name, text) in &v.files { (file(name, text)) }
                @if v.files.is_empty() { p.quiet { (r.t("rules-files-none")) } }
            } @else {
                @if v.diffs.is_empty() { p.quiet { (r.t("rules-diff-none")) } }
                @for diff in &v.diffs { (show_diff(f, diff)) }
                @if !v.files.is_empty() {
                    (form::unfold("whole", &r.t("rules-whole"), "bare", html! { @for (name, text) in &v.files { (file(name, text)) } }))
                }
            }
        }
    }
}

fn file(name: &str, text: &str) -> Markup {
    html! { p { code { (name) } } pre.code.sheet tabindex="0" role="region" aria-label=(name) { (text) } }
}

fn show_diff(f: &Frame, diff: &Diff) -> Markup {
    let r = &f.reader;
    html! {
        p { code { (diff.name) } }
        div.sheet.scroll tabindex="0" role="region" aria-label=(diff.name) {
            ol.diff {
                @for line in &diff.lines {
                    @match line {
                        Change::Same(text) => li { span aria-hidden="true" { " " } code { (text) } },
                        Change::Gone(text) => li.gone { span aria-hidden="true" { "−" } span.vh { (r.t("rules-line-gone")) } code { (text) } },
                        Change::New(text) => li.new-line { span aria-hidden="true" { "+" } span.vh { (r.t("rules-line-new")) } code { (text) } },
                        Change::Left(count) => li.left { (r.say("rules-lines-left", &[("count", i64::try_from(*count).unwrap_or(0).into())])) },
                    }
                }
            }
        }
    }
}

fn replay(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    html! {
        section.stack #replay data-live data-guarded aria-labelledby="replay-h" {
            h2 #replay-h { (r.t("rules-replay")) }
            @match &v.replay {
                None => p { (r.t("rules-replay-none")) },
                Some(one) => (stands(f, v, one)),
            }
            @if v.may_write && v.replay.as_ref().is_none_or(|one| one.stands != ReplayStands::Running) { (ask(f, v)) }
        }
    }
}

fn ask(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    let days = [7, 30, 90, 180, 365]
        .map(|days: i64| (days.to_string(), r.say("rules-replay-days", &[("count", days.into())]), days == 90));
    let words = if v.replay.is_some() { r.t("rules-replay-again") } else { r.t("rules-replay-do") };
    form::post(
        &f.csrf,
        &href(v, "/replay"),
        "row end",
        html! {
            (form::choice(&r.t("rules-replay-over"), "replay-days", "days", &days))
            (part::button(&words, if v.replay.is_some() { Weight::Plain } else { Weight::First }))
        },
    )
}

fn stands(f: &Frame, v: &Version, one: &Replay) -> Markup {
    let r = &f.reader;
    let who = by(f, one.by.as_deref());
    html! {
        @match one.stands {
            ReplayStands::Running => (running(f, v, one)),
            ReplayStands::Done => {
                p { (icon(Glyph::Check)) " " (r.say("rules-replay-done", &[("who", who.into()), ("at", r.moment(one.at).into()), ("count", one.posts.into()), ("since", r.date(one.since).into())]))
                    @if one.left_out > 0 { " " (r.say("rules-replay-left-out", &[("count", one.left_out.into())])) } }
            },
            ReplayStands::Stopped => { p.is-hold { (icon(Glyph::Hold)) " " (r.t("rules-replay-stopped")) } },
            ReplayStands::Overtaken => { p.is-now { (icon(Glyph::Now)) " " (r.t("rules-replay-overtaken")) } },
        }
        @if one.posts > 0 { (result(f, v, one)) }
    }
}

fn running(f: &Frame, v: &Version, one: &Replay) -> Markup {
    let r = &f.reader;
    let done = one.posts + one.left_out;
    html! {
        div.sheet.stack {
            label for="replay-bar" { (r.say("rules-replay-running", &[("done", done.into()), ("count", one.total.into())])) }
            progress #replay-bar max=(one.total.max(1)) value=(done.min(one.total)) {}
            p.small.quiet { (r.t("rules-replay-runs-by-itself")) }
            div.row {
                (part::link(&r.t("rules-replay-look"), Weight::Plain, &href(v, "")))
                @if v.may_write { (form::act(f, &href(v, "/stop"), html! { (form::hidden("replay", &one.id)) (part::button(&r.t("rules-replay-stop"), Weight::Bare)) })) }
            }
        }
    }
}

fn result(f: &Frame, v: &Version, one: &Replay) -> Markup {
    let r = &f.reader;
    html! {
        p { strong { (r.say("rules-replay-changed", &[("count", one.changed.into())])) } }
        (table(f, "by-action", &r.t("rules-replay-by-action"), &one.parts, true))
        @if !one.rules.is_empty() { (table(f, "by-rule", &r.t("rules-replay-by-rule"), &one.rules, false)) }
        @if !one.changes.is_empty() {
            h3 #changes { (r.t("rules-replay-cases")) }
            ul.sheet.plain-list { @for changed in &one.changes { (change(f, changed)) } }
            @if let Some(next) = &one.next {
                div { (part::link(&r.t("rules-replay-more"), Weight::Plain, &format!("{}#changes", href(v, &format!("?after={next}"))))) }
            }
        }
    }
}

fn table(f: &Frame, id: &str, title: &str, rows: &[Counted], are_actions: bool) -> Markup {
    let r = &f.reader;
    html! {
        h3 #(id) { (title) }
        div.sheet.scroll tabindex="0" role="region" aria-labelledby=(id) {
            table.tbl {
                thead { tr { th scope="col" { @if are_actions { (r.t("rules-col-action")) } @else { (r.t("slip-rule")) } } th.n scope="col" { (r.t("rules-col-before")) } th.n scope="col" { (r.t("rules-col-after")) } th.n scope="col" { (r.t("rules-col-change")) } } }
                tbody { @for row in rows {
                    tr {
                        th scope="row" { @if are_actions { (part_tag(f, &row.what)) } @else { code { (row.what) } } }
                        td.n { (r.num(row.before)) } td.n { (r.num(row.after)) }
                        td.n { @if row.after == row.before { span.quiet { "0" } } @else { strong { (signed(r, row.after - row.before)) } } }
                    }
                } }
            }
        }
    }
}

/// "+3", "−12".
fn signed(r: &Reader, n: i64) -> String {
    if n < 0 { format!("−{}", r.num(n.saturating_abs())) } else { format!("+{}", r.num(n)) }
}

fn change(f: &Frame, one: &Changed) -> Markup {
    let r = &f.reader;
    let side = |key: &str, parts: &[String], rules: &[(String, String)]| {
        html! {
            dt { (r.t(key)) }
            dd {
                div.row { @for part in parts { (part_tag(f, part)) } }
                @for (id, reason) in rules { p.small { (reason) " " code { (id) } } }
            }
        }
    };
    html! {
        li.stack {
            div.row {
                @if let Some(case) = one.case { a href=(part::case_href(case)) { strong { (part::case_no(case)) } } } @else { span.quiet { (r.t("rules-case-unseen")) } }
                span.push.small.quiet { (part::moment(r, one.at)) }
            }
            dl.pairs {
                (side(key!("rules-was"), &one.before, &one.rules_before))
                (side(key!("rules-would-be"), &one.after, &one.rules_after))
            }
        }
    }
}

fn live(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    let body = match &v.live {
        GoLive::Nothing => return html! {},
        GoLive::Missing(what) => html! { p { (what) } },
        GoLive::Refused(why) => html! { p.is-hold { (icon(Glyph::Forbid)) " " (why) } },
        GoLive::Open => order(f, v),
    };
    html! {
        section.slip.is-hold #put-live data-live data-guarded aria-labelledby="live-h" {
            div.verb { (icon(Glyph::Seal)) h2 #live-h { (r.t("rules-live")) } }
            div.stack { (body) }
        }
    }
}

fn order(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    let harms = v.cases.as_ref().and_then(|cases| cases.last.as_ref()).map_or(0, |last| last.harms);
    html! {
        p { (r.t("rules-live-body")) }
        @if harms > 0 { p.is-now { (icon(Glyph::Now)) " " (r.say("rules-live-harms", &[("count", harms.into())])) } }
        (form::post(&f.csrf, &href(v, "/live"), "stack", html! {
            (Field::line(&r.t("rules-live-from"), "live-from", "from").kind(Kind::When).hint(&r.t("rules-live-from-hint")).optional().show())
            (Field::line(&r.t("rules-reason"), "live-reason", "reason").hint(&r.t("rules-reason-hint")).show())
            (part::button(&r.t("rules-live-do"), Weight::First))
        }))
        p.small.quiet { (r.say("rules-live-example", &[("at", r.full(r.now + 24 * HOUR).into())])) }
    }
}

fn own_cases(f: &Frame, v: &Version) -> Markup {
    let r = &f.reader;
    let Some(cases) = &v.cases else { return html! {} };
    html! {
        section.sheet.stack #own-cases aria-labelledby="own-cases-h" {
            h2 #own-cases-h { (r.t("rules-cases")) }
            @match &cases.last {
                Some(last) => {
                    p { (r.say("rules-cases-result", &[("right", last.right.into()), ("wrong", last.wrong.into()), ("harms", last.harms.into())])) }
                    p.small.quiet { (r.say("rules-cases-ran", &[("at", r.moment(last.at).into())])) }
                    @if last.is_outdated { p.small { (icon(Glyph::Now)) " " (r.t("rules-cases-outdated")) } }
                },
                None => p { (r.t("rules-cases-not-run")) },
            }
            (form::act(f, &href(v, "/cases"), part::button(&r.t("rules-cases-run"), Weight::Plain)))
            div { (part::link(&r.t("rules-cases-look"), Weight::Plain, &rules_href(&v.site, &format!("/cases?version={}", v.number)))) }
        }
    }
}

fn set_aside(f: &Frame, v: &Version) -> Markup {
    if !v.may_write || v.state != State::Proposed {
        return html! {};
    }
    form::act(f, &href(v, "/drop"), part::button(&f.reader.t("rules-drop"), Weight::Bare))
}
