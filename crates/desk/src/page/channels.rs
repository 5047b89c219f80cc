//! Channel health: which accounts are read, how far behind, what is wrong and what happens next.

use maud::{Markup, html};

use crate::look::part::{self, Tone, Weight};
use crate::look::rail::channel_words;
use crate::look::{ChannelState, Frame, Glyph, Place, Shell, form, icon, shell};
use crate::text::Reader;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    /// The accounts of the sites shown.
    pub accounts: Vec<Account>,
}

/// A channel account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Id for forms.
    pub id: String,
    /// The channel's name ("Bluesky").
    pub channel: String,
    /// The account's handle there.
    pub handle: String,
    /// The site's name.
    pub site: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Their deputy.
    pub deputy: Option<String>,
    /// How it is.
    pub state: ChannelState,
    /// What went wrong, in the reader's language and without secrets.
    pub trouble: Option<String>,
    /// When it will look again.
    pub next: Option<i64>,
    /// The newest post taken.
    pub last_post: Option<i64>,
    /// Live posts taken in the last 24 hours; history doesn't count.
    pub taken_24h: u32,
    /// Replies sent in the last 24 hours.
    pub sent_24h: u32,
    /// Whether replies may leave over it.
    pub speaks: bool,
    /// The reader may ask it to look now.
    pub may_look: bool,
}

/// The page. Posts `channel` to `/channels` to look now.
#[must_use]
pub fn channels(f: &Frame, v: &Channels) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-channels");
    let bad = v.accounts.iter().filter(|a| a.state.bad()).count() as i64;
    let inner = html! {
        div.top { h1 { (title) } span.quiet { @if bad == 0 { (r.t("channels-well")) } @else { (r.say("channels-bad", &[("count", bad.into())])) } } }
        div.body {
            @if v.accounts.is_empty() { div.nothing { (icon(Glyph::Wave)) h2 { (r.t("channels-none")) } p.quiet { (r.t("channels-none-body")) } } }
            ul.cards #accounts data-live { @for a in &v.accounts { (account(f, a)) } }
        }
    };
    shell(f, Shell { title: &title, place: Place::Channels, case: None, inner })
}

fn account(f: &Frame, a: &Account) -> Markup {
    let r = &f.reader;
    let (glyph, tone) = match a.state {
        ChannelState::Live { .. } => (Glyph::Check, Tone::Say),
        ChannelState::Stopped => (Glyph::Still, Tone::Still),
        ChannelState::Starting => (Glyph::Clock, Tone::Plain),
        ChannelState::Slow { .. }
        | ChannelState::Mute { .. }
        | ChannelState::SignedOut
        | ChannelState::Limited { .. } => (Glyph::Now, Tone::Now),
    };
    html! {
        li.sheet.stack.card.(tone.class()) #{ "ch-" (a.id) } {
            div.row { h2 { (a.channel) } bdi.quiet { (a.handle) } span.push { (part::tag(channel_words(r, a.state).trim_start_matches("▲ "), glyph, tone)) } }
            (what_now(r, a))
            dl.pairs {
                dt { (r.t("site-word")) } dd { (a.site) }
                dt { (r.t("channel-owner")) } dd { (people(r, a)) }
                dt { (r.t("channel-last")) } dd { @match a.last_post { Some(at) => (part::moment(r, at)), None => (r.t("never")) } }
                dt { (r.t("channel-day")) } dd { (r.say("channel-day-counts", &[("taken", a.taken_24h.into()), ("sent", a.sent_24h.into())])) }
                dt { (r.t("channel-speaks")) } dd { @if a.speaks { (r.t("yes")) } @else { (r.t("channel-reads-only")) } }
            }
            @if a.may_look && a.state.bad() && a.state != ChannelState::SignedOut {
                (form::act(f, "/channels", html! { (form::hidden("channel", &a.id)) (part::button(&r.say("channel-look", &[("channel", (&a.channel).into())]), Weight::Plain)) }))
            }
        }
    }
}

/// What happened, what is safe, what happens next.
fn what_now(r: &Reader, a: &Account) -> Markup {
    let name = ("channel", (&a.channel).into());
    let words = match a.state {
        ChannelState::Live { .. } | ChannelState::Starting => None,
        ChannelState::Slow { lag } => Some(r.say("channel-slow-body", &[name, ("span", r.brief(lag).into())])),
        ChannelState::Mute { since } => {
            Some(r.say("channel-mute-body", &[name, ("span", r.brief(r.now - since).into())]))
        }
        ChannelState::SignedOut => Some(r.say("channel-signed-out-body", &[name])),
        ChannelState::Limited { until } => Some(r.say("channel-limited-body", &[name, ("at", r.clock(until).into())])),
        ChannelState::Stopped => Some(r.say("channel-stopped-body", &[name])),
    };
    html! {
        @if let Some(words) = words { p { (words) @if let Some(next) = a.next { " " (r.say("channel-next", &[("at", r.clock_s(next).into())])) } } }
        @if let Some(trouble) = &a.trouble { p.small.quiet { (trouble) } }
    }
}

fn people(r: &Reader, a: &Account) -> String {
    match (&a.owner, &a.deputy) {
        (None, _) => r.t("channel-no-owner"),
        (Some(owner), None) => owner.clone(),
        (Some(owner), Some(deputy)) => {
            r.say("channel-deputy", &[("owner", r.name(owner).into()), ("deputy", r.name(deputy).into())])
        }
    }
}
