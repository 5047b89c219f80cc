//! The rail: brand, site, queues, house, channels, pause, me. On a phone it is a head with site, menu and pause.

use maud::{Markup, html};

use super::form;
use super::frame::{COUNTED, ChannelState, Frame, Place, Queue, Sending};
use super::glyph::{Glyph, icon};
use super::part::{self, Weight};
use crate::text::{Reader, key};

/// The address of a queue at a site; `None` for either means all.
#[must_use]
pub fn inbox_href(site: Option<&str>, queue: Option<Queue>) -> String {
    let mut out = String::from("/inbox");
    let mut mark = '?';
    if let Some(site) = site {
        out.push_str(&format!("{mark}site={}", encoded(site)));
        mark = '&';
    }
    if let Some(queue) = queue {
        out.push_str(&format!("{mark}q={}", queue.code()));
    }
    out
}

/// Percent-encodes for a query value (RFC 3986 §2.3: everything but the unreserved).
#[must_use]
pub fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
        out
    })
}

/// The word of a queue.
#[must_use]
pub fn queue_word(r: &Reader, queue: Option<Queue>) -> String {
    r.t(match queue {
        None => key!("queue-open"),
        Some(Queue::Now) => key!("queue-now"),
        Some(Queue::Waiting) => key!("queue-waiting"),
        Some(Queue::Silent) => key!("queue-silent"),
        Some(Queue::Done) => key!("queue-done"),
    })
}

/// A count of cases, or "1000+" where counting stopped.
#[must_use]
pub fn counted(r: &Reader, count: u32) -> String {
    if count < COUNTED { r.num(count) } else { format!("{}+", r.num(COUNTED)) }
}

/// The four tabs of a phone's inbox.
#[must_use]
pub fn tabs(f: &Frame, current: Option<Queue>) -> Markup {
    let r = &f.reader;
    html! {
        nav.tabs #tabs data-live aria-label=(r.t("nav-queues")) {
            @for queue in Queue::ALL {
                a href=(inbox_href(f.site.as_deref(), Some(queue))) aria-current=[(current == Some(queue)).then_some("page")] {
                    b { (counted(r, f.counts.of(queue))) } (queue_word(r, Some(queue)))
                }
            }
        }
    }
}

pub(super) fn rail(f: &Frame, place: Place) -> Markup {
    let r = &f.reader;
    html! {
        header.rail {
            a.brand href="/" { (icon(Glyph::Lamp)) "Bedside" }
            (site_switch(f))
            details.menu {
                summary.btn { (icon(Glyph::Log)) (r.t("menu")) }
                nav.nav aria-label=(r.t("menu")) { ul { (house(f, place)) (mine(f, place)) } }
            }
            (queues(f, place))
            nav.nav.wide aria-labelledby="nav-house" {
                h2 #nav-house { (r.t("nav-house")) }
                ul { (house(f, place)) }
            }
            (channels(f))
            (pause(f))
            nav.nav.wide.me aria-label=(r.t("nav-me")) { ul { (mine(f, place)) } }
        }
    }
}

fn site_switch(f: &Frame) -> Markup {
    let r = &f.reader;
    let current = f.sites.iter().find(|s| Some(s.id.as_str()) == f.site.as_deref());
    let name = current.map_or_else(|| r.t("sites-all"), |s| s.name.clone());
    if f.sites.len() < 2 {
        return html! { p.site.alone { span { (name) span.small.quiet { (f.group) } } } };
    }
    html! {
        details.site {
            summary { span { span.vh { (r.t("site")) } (name) span.small.quiet { (f.group) } } (icon(Glyph::Chevron)) }
            ul.sites {
                li { a href="/inbox?site=" aria-current=[f.site.is_none().then_some("true")] { (r.t("sites-all")) } }
                @for s in &f.sites {
                    li {
                        a href=(inbox_href(Some(&s.id), None)) aria-current=[(Some(s.id.as_str()) == f.site.as_deref()).then_some("true")] {
                            (s.name) b { (counted(r, s.open)) }
                        }
                    }
                }
            }
        }
    }
}

fn queues(f: &Frame, place: Place) -> Markup {
    let r = &f.reader;
    let rows = [
        (None, Glyph::Lamp, f.counts.open()),
        (Some(Queue::Now), Glyph::Now, f.counts.now),
        (Some(Queue::Waiting), Glyph::Hold, f.counts.waiting),
        (Some(Queue::Silent), Glyph::Still, f.counts.silent),
        (Some(Queue::Done), Glyph::Check, f.counts.done),
    ];
    html! {
        nav.nav.wide #queues data-live aria-labelledby="nav-queues" {
            h2 #nav-queues { (r.t("nav-queues")) }
            ul {
                @for (queue, glyph, count) in rows {
                    li.hot[queue == Some(Queue::Now) && count > 0] {
                        a href=(inbox_href(f.site.as_deref(), queue)) aria-current=[here(place, Place::Inbox(queue))] {
                            (icon(glyph)) (queue_word(r, queue)) b { (counted(r, count)) }
                        }
                    }
                }
            }
        }
    }
}

fn house(f: &Frame, place: Place) -> Markup {
    let r = &f.reader;
    html! {
        @if f.may_statements {
            li.hot[f.statements_due > 0] { a href="/statements" aria-current=[here(place, Place::Statements)] {
                (icon(Glyph::Book)) (r.t("nav-statements"))
                @if f.statements_due > 0 { b { (r.num(f.statements_due)) span.vh { " " (r.t("nav-statements-due")) } } }
            } }
            (item("/planned", Glyph::Hold, &r.t("nav-planned"), here(place, Place::Planned)))
        }
        @if f.may_balance { (item("/balance", Glyph::Chart, &r.t("nav-balance"), here(place, Place::Balance))) }
        @if f.may_log { (item("/log", Glyph::Log, &r.t("nav-log"), here(place, Place::Log))) }
        @if f.may_rules { (item("/rules", Glyph::Seal, &r.t("nav-rules"), here(place, Place::Rules))) }
        @if f.may_statements { (item("/incident", Glyph::Now, &r.t("nav-incident"), here(place, Place::Incident))) }
        @if f.may_privacy {
            li.hot[f.privacy_open > 0] { a href="/privacy" aria-current=[here(place, Place::Privacy)] {
                (icon(Glyph::Forbid)) (r.t("nav-privacy"))
                @if f.privacy_open > 0 { b { (r.num(f.privacy_open)) span.vh { " " (r.t("nav-privacy-open")) } } }
            } }
        }
        (item("/channels", Glyph::Wave, &r.t("nav-channels"), here(place, Place::Channels)))
        @if f.may_links { (item("/links", Glyph::Plug, &r.t("nav-links"), here(place, Place::Links))) }
        @if f.may_examples { (item("/examples", Glyph::Flag, &r.t("nav-examples"), here(place, Place::Examples))) }
        @if f.admin { (item("/people", Glyph::People, &r.t("nav-people"), here(place, Place::People))) }
    }
}

fn mine(f: &Frame, place: Place) -> Markup {
    html! {
        li { a href="/me" aria-current=[here(place, Place::Me)] { (part::who_beside(&f.me)) (f.me) } }
    }
}

fn item(href: &str, glyph: Glyph, words: &str, current: Option<&'static str>) -> Markup {
    html! { li { a href=(href) aria-current=[current] { (icon(glyph)) (words) } } }
}

fn here(place: Place, this: Place) -> Option<&'static str> {
    (place == this).then_some("page")
}

fn channels(f: &Frame) -> Markup {
    let r = &f.reader;
    if f.channels.is_empty() {
        return html! {};
    }
    html! {
        section.health #health data-live aria-labelledby="nav-channels" {
            h2 #nav-channels { (r.t("nav-channels")) }
            ul { @for c in &f.channels { li.bad[c.state.bad()] { span { (c.name) } span { (channel_words(r, c.state)) } } } }
        }
    }
}

/// The health of a channel in a few words; what needs a look begins with ▲.
#[must_use]
pub fn channel_words(r: &Reader, state: ChannelState) -> String {
    match state {
        ChannelState::Live { lag } => r.say("channel-live", &[("lag", r.brief(lag).into())]),
        ChannelState::Slow { lag } => r.say("channel-slow", &[("lag", r.brief(lag).into())]),
        ChannelState::Mute { since } => r.say("channel-mute", &[("span", r.brief(r.now - since).into())]),
        ChannelState::SignedOut => r.t("channel-signed-out"),
        ChannelState::Limited { until } => r.say("channel-limited", &[("at", r.clock(until).into())]),
        ChannelState::Stopped => r.t("channel-stopped"),
        ChannelState::Starting => r.t("channel-starting"),
    }
}

fn pause(f: &Frame) -> Markup {
    let r = &f.reader;
    let on = matches!(f.sending, Sending::On);
    let title = if on { r.t("sending-on") } else { r.t("sending-paused") };
    html! {
        section.pause #sending data-live aria-label=(r.t("nav-sending")) {
            p { (icon(if on { Glyph::Check } else { Glyph::Forbid })) " " strong { (title) } }
            @if f.may_pause {
                (part::link(&if on { r.t("pause-ask") } else { r.t("resume-ask") }, Weight::Plain, "/pause"))
            }
        }
    }
}

/// The button that signs out, for the reader's page.
#[must_use]
pub fn sign_out(f: &Frame) -> Markup {
    form::act(f, "/sign-out", part::button(&f.reader.t("sign-out"), Weight::Plain))
}
