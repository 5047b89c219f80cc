//! One link's newest messages, and a way to find one by the sender's number or our own.

use maud::{Markup, html};

use super::links::{LinkState, link_href};
use super::log::exact;
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct LinkPage {
    /// Short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How the link is.
    pub state: LinkState,
    /// Only messages in this state; `None`: all.
    pub filter: Option<State>,
    /// What was looked for, as typed; empty: nothing.
    pub find: String,
    /// The messages, newest first.
    pub messages: Vec<Message>,
    /// How many are shown at most.
    pub most: u32,
}

/// A message in a list. No name, no number of a person.
#[derive(Clone, Debug)]
pub struct Message {
    /// Our id of it.
    pub id: String,
    /// The link it came over, for its address.
    pub link: String,
    /// When it came first.
    pub at: i64,
    /// Type and trigger event.
    pub trigger: String,
    /// What became of it.
    pub state: State,
    /// Why, in the reader's words; empty: nothing to say.
    pub why: String,
    /// What was not as the standard says, in the reader's words.
    pub flaws: Vec<String>,
    /// How often it came again.
    pub resent: i64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for the patient index.
    New,
    /// In the patient index.
    Applied,
    /// It holds nothing that Bedside keeps.
    Nothing,
    /// Refused; the sender was told why.
    Refused,
    /// Accepted, and could not be brought into the patient index.
    Failed,
}

impl State {
    /// All of them, what needs a look first.
    pub const ALL: [Self; 5] = [Self::Failed, Self::Refused, Self::New, Self::Applied, Self::Nothing];

    /// The value of `state` in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Applied => "applied",
            Self::Nothing => "nothing",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The state of a value; `None` for anything else.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    const fn words(self) -> (&'static str, Glyph, Tone) {
        match self {
            Self::New => (key!("message-new"), Glyph::Clock, Tone::Hold),
            Self::Applied => (key!("message-applied"), Glyph::Check, Tone::Say),
            Self::Nothing => (key!("message-nothing"), Glyph::Still, Tone::Plain),
            Self::Refused => (key!("message-refused"), Glyph::Forbid, Tone::Still),
            Self::Failed => (key!("message-failed"), Glyph::Now, Tone::Now),
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self, r: &Reader) -> String {
        r.t(self.words().0)
    }

    /// Its tag.
    #[must_use]
    pub fn tag(self, r: &Reader) -> Markup {
        let (words, glyph, tone) = self.words();
        part::tag(&r.t(words), glyph, tone)
    }
}

/// The address of a message's page.
#[must_use]
pub fn message_href(link: &str, id: &str) -> String {
    format!("/links/{link}/{id}")
}

/// The page. Finds by GET `?find=`, narrows by GET `?state=`.
#[must_use]
pub fn link(f: &Frame, v: &LinkPage) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { (part::link(&r.t("links-back"), Weight::Bare, "/links")) h1 { (v.name) } (v.state.tag(r)) }
        div.body {
            (find(r, v))
            (states(r, v))
            h2.vh #messages-h { (r.t("messages-title")) }
            @if v.messages.is_empty() { div.nothing { (icon(Glyph::Plug)) p { (r.t(if v.find.is_empty() { key!("messages-none") } else { key!("messages-not-found") })) } } }
            @else { (table(r, &v.messages)) }
            @if v.messages.len() as u32 >= v.most { p.small.quiet { (r.say("messages-most", &[("count", v.most.into())])) } }
            p.small.quiet { (r.t("messages-masked")) }
        }
    };
    shell(f, Shell { title: &v.name, place: Place::Links, case: None, inner })
}

fn find(r: &Reader, v: &LinkPage) -> Markup {
    html! {
        search {
            form.row method="get" action=(link_href(&v.slug)) {
                label for="find" { (r.t("messages-find")) }
                input.in.short #find name="find" type="search" value=(v.find) autocomplete="off" aria-describedby="find-hint";
                (part::button(&r.t("messages-find-do"), Weight::Plain))
                @if !v.find.is_empty() { (part::link(&r.t("messages-all"), Weight::Bare, &link_href(&v.slug))) }
                span.small.quiet #find-hint { (r.t("messages-find-hint")) }
            }
        }
    }
}

fn states(r: &Reader, v: &LinkPage) -> Markup {
    let href = link_href(&v.slug);
    let here = |state: Option<State>| (v.find.is_empty() && v.filter == state).then_some("page");
    html! {
        nav.row aria-label=(r.t("messages-states")) {
            a.btn href=(href) aria-current=[here(None)] { (r.t("messages-every")) }
            @for state in State::ALL {
                a.btn href={ (href) "?state=" (state.code()) } aria-current=[here(Some(state))] { (state.word(r)) }
            }
        }
    }
}

/// The list, also of a patient's messages on a message's page.
#[must_use]
pub fn table(r: &Reader, messages: &[Message]) -> Markup {
    html! {
        div.sheet.scroll tabindex="0" role="region" aria-labelledby="messages-h" {
            table.tbl.messages {
                caption.vh { (r.t("messages-title")) }
                thead { tr {
                    th scope="col" { (r.t("message-col-at")) } th scope="col" { (r.t("message-col-event")) } th scope="col" { (r.t("message-col-state")) }
                    th scope="col" { (r.t("message-col-flaws")) } th.n scope="col" { (r.t("message-col-resent")) }
                } }
                tbody { @for one in messages { (row(r, one)) } }
            }
        }
    }
}

fn row(r: &Reader, m: &Message) -> Markup {
    html! {
        tr {
            td { a href=(message_href(&m.link, &m.id)) { (exact(r, m.at)) } }
            th scope="row" { code { (m.trigger) } }
            td.what { (m.state.tag(r)) @if !m.why.is_empty() { " " span.small { (m.why) } } }
            td.small { (m.flaws.join(" · ")) }
            td.n { @if m.resent > 0 { (r.num(m.resent)) "×" } }
        }
    }
}
