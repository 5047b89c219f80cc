//! Whom else the house tells: subscribers over FHIR and webhooks, how each is and what waits for it.

use maud::{Markup, html};

use super::links::LinkState;
use crate::look::{Glyph, icon, part};
use crate::text::Reader;

/// A subscriber or a webhook.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its short name, for anchors.
    pub id: String,
    /// The client's or the webhook's short name in the configuration.
    pub name: String,
    /// Whether it is a webhook.
    pub is_hook: bool,
    /// How it is.
    pub state: LinkState,
    /// Since when it can't be reached.
    pub failing: Option<i64>,
    /// When it was reached last.
    pub last: Option<i64>,
    /// What waits to be told.
    pub waiting: i64,
    /// What was given up.
    pub dead: i64,
    /// What it was told in thirty days.
    pub sent: i64,
    /// What was dropped because a consent was taken back.
    pub dropped: i64,
}

/// How many can't be reached, if any: a list of many that are well hides one that is not.
pub(super) fn failing(r: &Reader, all: &[Told]) -> Markup {
    let count = all.iter().filter(|one| one.failing.is_some() || one.state.bad()).count();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    html! {
        @if count > 0 { p.row #told-failing { (icon(Glyph::Now)) (r.say("told-failing-count", &[("count", count.into())])) } }
    }
}

pub(super) fn card(r: &Reader, v: &Told) -> Markup {
    let kind = if v.is_hook { r.t("told-hook") } else { r.t("told-subscription") };
    html! {
        li.sheet.stack.card.(v.state.tone().class()) #{ "told-" (v.id) } {
            div.row { h2 { (v.name) } span.quiet { (kind) } span.push { (v.state.tag(r)) } }
            @match &v.state {
                LinkState::Trouble(words) => p { (words) " " (r.t("told-trouble-body")) },
                LinkState::Stopped => p { (r.t("told-off-body")) },
                LinkState::Starting | LinkState::Idle | LinkState::Live | LinkState::Behind => {},
            }
            dl.pairs {
                dt { (r.t("told-last")) } dd { @match v.last { Some(at) => (part::moment(r, at)), None => (r.t("never")) } }
                @if let Some(at) = v.failing { dt { (r.t("told-failing")) } dd { (part::moment(r, at)) } }
                dt { (r.t("told-waiting")) } dd { (r.num(v.waiting)) }
                dt { (r.t("told-sent")) } dd { (r.num(v.sent)) }
                @if v.dead > 0 { dt { (r.t("told-dead")) } dd { (r.num(v.dead)) } }
                @if v.dropped > 0 { dt { (r.t("told-dropped")) } dd { (r.num(v.dropped)) } }
            }
        }
    }
}
