//! Integration: how each link to the record's systems is, what came over it, and what was wrong with it.

use maud::{Markup, html};

use super::cards::{self, Cards};
use super::outgoing::{self, OutLink};
use super::told::{self, Told};
use crate::look::part::{self, Tone};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The links that bring messages, of the sites shown.
    pub links: Vec<Link>,
    /// The links that take documents.
    pub outgoing: Vec<OutLink>,
    /// Who else is told: subscribers and webhooks.
    pub told: Vec<Told>,
    /// The charts that call for cards, by site.
    pub cards: Vec<Cards>,
}

/// A link to one of the record's systems.
#[derive(Clone, Debug)]
pub struct Link {
    /// Short name, for addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The site's name.
    pub site: String,
    /// How it is.
    pub state: LinkState,
    /// Since when.
    pub since: i64,
    /// When a message last went well.
    pub last: Option<i64>,
    /// Messages that wait for the patient index.
    pub waiting: i64,
    /// When the oldest of them came.
    pub oldest: Option<i64>,
    /// Messages that could not be brought into the patient index.
    pub failed: i64,
    /// How long messages are kept, in days.
    pub keep_days: u32,
    /// What came over it.
    pub rates: Vec<Counted>,
    /// What was wrong with messages.
    pub flaws: Vec<Counted>,
}

/// Something counted, in the reader's words.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What.
    pub what: String,
    /// Today.
    pub today: i64,
    /// In seven days, today included.
    pub week: i64,
}

/// How a link is. Word and sign say it, never colour alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Nothing has come yet.
    Starting,
    /// Nothing has gone out yet.
    Idle,
    /// Messages come and go into the patient index.
    Live,
    /// Somebody should look, and why.
    Trouble(String),
    /// Messages wait for the patient index longer than they should.
    Behind,
    /// It is no longer in the configuration.
    Stopped,
}

impl LinkState {
    /// Whether somebody should look at it.
    #[must_use]
    pub const fn bad(&self) -> bool {
        match self {
            Self::Starting | Self::Idle | Self::Live | Self::Stopped => false,
            Self::Trouble(_) | Self::Behind => true,
        }
    }

    /// Its tag: word, glyph and tone.
    #[must_use]
    pub fn tag(&self, r: &Reader) -> Markup {
        let (words, glyph, tone) = self.words();
        part::tag(&r.t(words), glyph, tone)
    }

    pub(super) fn tone(&self) -> Tone {
        self.words().2
    }

    const fn words(&self) -> (&'static str, Glyph, Tone) {
        match self {
            Self::Starting => (key!("link-starting"), Glyph::Clock, Tone::Plain),
            Self::Idle => (key!("link-idle"), Glyph::Clock, Tone::Plain),
            Self::Live => (key!("link-live"), Glyph::Check, Tone::Say),
            Self::Trouble(_) => (key!("link-trouble"), Glyph::Now, Tone::Now),
            Self::Behind => (key!("link-behind"), Glyph::Now, Tone::Now),
            Self::Stopped => (key!("link-stopped"), Glyph::Still, Tone::Still),
        }
    }
}

/// The address of a link's page.
#[must_use]
pub fn link_href(slug: &str) -> String {
    format!("/links/{slug}")
}

/// The page.
#[must_use]
pub fn links(f: &Frame, v: &Links) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-links");
    let inner = html! {
        div.top { h1 { (title) } span.quiet { (r.t("links-motto")) } }
        div.body {
            @if v.links.is_empty() && v.outgoing.is_empty() && v.told.is_empty() && v.cards.is_empty() { div.nothing { (icon(Glyph::Plug)) h2 { (r.t("links-none")) } p.quiet { (r.t("links-none-body")) } } }
            @if !v.links.is_empty() { ul.cards #links data-live { @for link in &v.links { (card(r, link)) } } }
            @if !v.outgoing.is_empty() {
                h2.section { (r.t("outlinks-title")) }
                ul.cards #outgoing data-live { @for link in &v.outgoing { (outgoing::card(r, link)) } }
            }
            @if !v.told.is_empty() {
                h2.section { (r.t("told-title")) }
                (told::failing(r, &v.told))
                ul.cards #told data-live { @for one in &v.told { (told::card(r, one)) } }
            }
            @if !v.cards.is_empty() {
                h2.section { (r.t("cards-title")) }
                ul.cards #cards data-live { @for one in &v.cards { (cards::card(r, one)) } }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Links, case: None, inner })
}

fn card(r: &Reader, v: &Link) -> Markup {
    let href = link_href(&v.slug);
    html! {
        li.sheet.stack.card.(v.state.tone().class()) #{ "link-" (v.slug) } {
            div.row { h2 { a href=(href) { (v.name) } } bdi.quiet { (v.slug) } span.push { (v.state.tag(r)) } }
            (what_now(r, v))
            dl.pairs {
                dt { (r.t("site-word")) } dd { (v.site) }
                dt { (r.t("link-since")) } dd { (part::moment(r, v.since)) }
                dt { (r.t("link-last")) } dd { @match v.last { Some(at) => (part::moment(r, at)), None => (r.t("never")) } }
                dt { (r.t("link-waiting")) } dd { (waiting(r, v)) }
                dt { (r.t("link-kept")) } dd { (r.say("link-kept-days", &[("days", v.keep_days.into())])) }
            }
            (counts(r, &format!("rates-{}", v.slug), &r.t("link-rates"), &v.rates))
            @if v.flaws.is_empty() { p.small.quiet { (r.t("link-flaws-none")) } }
            @else { (counts(r, &format!("flaws-{}", v.slug), &r.t("link-flaws"), &v.flaws)) }
        }
    }
}

/// What happened and what is safe; what somebody must look at.
fn what_now(r: &Reader, v: &Link) -> Markup {
    html! {
        @match &v.state {
            LinkState::Trouble(words) => p { (words) " " (r.t("link-trouble-body")) },
            LinkState::Behind => p { (r.t("link-behind-body")) },
            LinkState::Stopped => p { (r.t("link-stopped-body")) },
            LinkState::Starting | LinkState::Idle | LinkState::Live => {},
        }
        @if v.failed > 0 {
            p.row { (icon(Glyph::Now)) a href={ (link_href(&v.slug)) "?state=failed" } { (r.say("link-failed", &[("count", v.failed.into())])) } }
        }
    }
}

fn waiting(r: &Reader, v: &Link) -> String {
    match v.oldest {
        Some(oldest) => {
            let span = r.brief((r.now - oldest).max(0));
            r.say("link-waiting-count", &[("count", v.waiting.into()), ("span", span.into())])
        }
        None => r.t("link-waiting-none"),
    }
}

pub(super) fn counts(r: &Reader, id: &str, caption: &str, rows: &[Counted]) -> Markup {
    html! {
        table.tbl.counts #(id) {
            caption { (caption) }
            thead { tr { td {} th.n scope="col" { (r.t("link-today")) } th.n scope="col" { (r.t("link-week")) } } }
            tbody { @for row in rows { tr { th scope="row" { (row.what) } td.n { (r.num(row.today)) } td.n { (r.num(row.week)) } } } }
        }
    }
}
