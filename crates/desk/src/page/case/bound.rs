//! What binds a case beside the rules: clocks of law and contract, whose hold it is, the author's strikes, and the statement of
//! an incident.

use maud::{Markup, html};

use super::act;
use super::view::Case;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::text::Reader;

/// What binds the case.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Clocks of law and contract, running ones first.
    pub clocks: Vec<Clock>,
    /// Clocks a person may start here: id, name.
    pub kinds: Vec<(String, String)>,
    /// Whether the reader may start one.
    pub may_start: bool,
    /// Whether the reader may end one.
    pub may_end: bool,
    /// Since when it is held, and who was told that it ends soon.
    pub held: Option<Held>,
    /// By when the house means to have answered; `None`: it has set no goal, or the case is answered.
    pub goal: Option<Goal>,
    /// How many of the author's abusive posts count by now.
    pub strikes: u32,
    /// The post shown is one of them or would be, and the reader may have it count no more.
    pub may_waive: bool,
    /// The approved statements of an incident that is on, by language.
    pub statements: Vec<(String, String)>,
}

/// A clock of law or contract.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Id for ending it.
    pub id: String,
    /// Its name in the reader's language.
    pub name: String,
    /// Law or contract, with section.
    pub source: String,
    /// Who or what started it.
    pub started_by: String,
    /// From when it counts.
    pub from: i64,
    /// When it is over.
    pub due: i64,
    /// It ends soon.
    pub is_near: bool,
    /// Who ended it, when, and why; `None`: it runs.
    pub ended: Option<(String, i64, String)>,
}

/// A hold as its owner needs it.
#[derive(Clone, Debug)]
pub struct Held {
    /// Since when, without a break.
    pub since: i64,
    /// Until when.
    pub until: i64,
    /// It ends soon.
    pub ends_soon: bool,
    /// Who was told; `None`: nobody is on duty.
    pub owner: Option<String>,
}

/// The house's own goal for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// When it is over, if nothing holds the case.
    pub due: i64,
    /// It rests now: rules hold the case.
    pub rests: bool,
}

/// Deadlines, the hold and the house's goal.
pub(super) fn clocks(f: &Frame, v: &Case) -> Markup {
    let (r, b) = (&f.reader, &v.bound);
    let is_quiet = b.clocks.is_empty() && b.held.is_none() && b.goal.is_none();
    if is_quiet && !b.may_start {
        return html! {};
    }
    html! {
        section #clocks aria-labelledby="clocks-h" {
            h2 #clocks-h { (r.t("clocks")) }
            @if is_quiet { p.quiet { (r.t("clocks-none")) } }
            @for clock in &b.clocks { (one(f, v, clock)) }
            @if let Some(held) = &b.held { (hold(r, held)) }
            @if let Some(goal) = b.goal { (own_goal(r, goal)) }
            @if b.may_start && !b.kinds.is_empty() { (start(f, v)) }
        }
    }
}

fn one(f: &Frame, v: &Case, c: &Clock) -> Markup {
    let r = &f.reader;
    html! {
        div.label {
            div.row {
                strong { (c.name) }
                @match (&c.ended, c.due <= r.now) {
                    (Some(_), _) => (part::tag(&r.t("clock-ended"), Glyph::Check, Tone::Plain)),
                    (None, true) => (part::tag(&r.t("clock-late"), Glyph::Now, Tone::Now)),
                    (None, false) if c.is_near => (part::tag(&r.t("clock-near"), Glyph::Clock, Tone::Hold)),
                    (None, false) => {},
                }
            }
            @match &c.ended {
                Some((by, at, why)) => p.small { (r.say("clock-ended-by", &[("who", r.name(by).into()), ("at", r.moment(*at).into()), ("why", r.quote(why).into())])) },
                None => p { (r.say("clock-due", &[("at", r.moment(c.due).into())])) @if c.due > r.now { " " (part::countdown(r, c.due)) } },
            }
            small.quiet { (r.say("clock-from", &[("at", r.moment(c.from).into()), ("by", c.started_by.as_str().into())])) " " (c.source) }
            @if c.ended.is_none() && v.bound.may_end { (end(f, v, c)) }
        }
    }
}

fn end(f: &Frame, v: &Case, c: &Clock) -> Markup {
    let r = &f.reader;
    html! {
        details.act {
            summary.btn.bare.small { (r.t("clock-end-ask")) span.vh { " " (c.name) } }
            (form::post(&f.csrf, &act(v, "clock-end"), "stack", html! {
                (form::hidden("seen", &v.seen)) (form::hidden("clock", &c.id))
                (form::Field::line(&r.t("clock-end-reason"), &format!("clock-end-{}", c.id), "reason").hint(&r.t("clock-end-hint")).show())
                (part::button(&r.t("clock-end-do"), Weight::Plain))
            }))
        }
    }
}

fn start(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let kinds: Vec<_> = v.bound.kinds.iter().map(|(id, name)| (id.clone(), name.clone(), false)).collect();
    form::unfold(
        "clock",
        &r.t("clock-ask"),
        "bare",
        form::post(
            &f.csrf,
            &act(v, "clock-start"),
            "stack",
            html! {
                (form::hidden("seen", &v.seen))
                p.small { (r.t("clock-body")) }
                (form::choice(&r.t("clock-kind"), "clock-kind", "clock", &kinds))
                (form::Field::line(&r.t("clock-since"), "clock-since", "since").kind(form::Kind::When).hint(&r.t("clock-since-hint")).optional().show())
                (part::button(&r.t("clock-do"), Weight::First))
            },
        ),
    )
}

fn hold(r: &Reader, h: &Held) -> Markup {
    let told = match &h.owner {
        Some(owner) => r.say("hold-told", &[("who", r.name(owner).into())]),
        None => r.t("hold-told-nobody"),
    };
    html! {
        div.label {
            div.row {
                strong { (r.say("held-since", &[("at", r.moment(h.since).into())])) }
                @if h.ends_soon { (part::tag(&r.t("hold-soon"), Glyph::Hold, Tone::Hold)) }
            }
            @if h.ends_soon { p.small { (told) " · " (part::countdown(r, h.until)) } }
        }
    }
}

fn own_goal(r: &Reader, goal: Goal) -> Markup {
    let words = if goal.rests {
        r.t("goal-rests")
    } else if goal.due <= r.now {
        r.say("goal-passed", &[("at", r.moment(goal.due).into())])
    } else {
        r.say("goal-due", &[("at", r.moment(goal.due).into())])
    };
    html! { p.small.quiet { (icon(Glyph::Clock)) " " (words) } }
}

/// How many of the author's posts count against them, and the way to say that this one does not.
pub(super) fn strikes(f: &Frame, v: &Case) -> Markup {
    let (r, b) = (&f.reader, &v.bound);
    if b.strikes == 0 && !b.may_waive {
        return html! {};
    }
    html! {
        section aria-labelledby="strikes-h" {
            h2 #strikes-h { (r.t("strikes")) }
            p { (r.say("strikes-count", &[("count", b.strikes.into())])) }
            p.small.quiet { (r.t("strikes-body")) }
            @if b.may_waive {
                (form::unfold("waive", &r.t("strike-waive-ask"), "bare", form::post(&f.csrf, &act(v, "strike-waive"), "stack", html! {
                    (form::hidden("seen", &v.seen))
                    (form::Field::line(&r.t("strike-waive-reason"), "waive-reason", "reason").hint(&r.t("reason-hint")).show())
                    (part::button(&r.t("strike-waive-do"), Weight::Plain))
                })))
            }
        }
    }
}

/// The one text that may leave while an incident is on.
pub(super) fn statement(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    if v.bound.statements.is_empty() || !v.may.draft || v.resolved.is_some() {
        return html! {};
    }
    html! {
        section.sheet.stack aria-labelledby="incident-text-h" {
            h2 #incident-text-h { (icon(Glyph::Seal)) " " (r.t("incident-text-only")) }
            @for (lang, text) in &v.bound.statements {
                p.draft lang=(lang) dir="auto" { (text) }
                (form::post(&f.csrf, &act(v, "incident-statement"), "inline", html! {
                    (form::hidden("seen", &v.seen)) (form::hidden("lang", lang))
                    (part::button(&r.say("incident-text-take", &[("lang", lang.to_uppercase().into())]), Weight::Plain))
                }))
            }
        }
    }
}
