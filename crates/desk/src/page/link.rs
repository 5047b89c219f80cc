//! One link's newest messages, and a way to find one by the sender's number or our own.

use maud::{Markup, html};

use super::links::LinkState;
use super::list::{List, Words, list};
use super::log::exact;
use crate::look::part::{self, Tone};
use crate::look::{Frame, Glyph};
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
    let words = Words {
        find: key!("messages-find"),
        hint: key!("messages-find-hint"),
        states: key!("messages-states"),
        title: key!("messages-title"),
        none: key!("messages-none"),
        not_found: key!("messages-not-found"),
        masked: key!("messages-masked"),
    };
    let page = List {
        slug: &v.slug,
        name: &v.name,
        state: &v.state,
        find: &v.find,
        filter: v.filter.map(State::code),
        states: State::ALL.map(|state| (state.code(), state.word(r))).to_vec(),
        id: "messages-h",
        words,
        table: (!v.messages.is_empty()).then(|| table(r, &v.messages)),
        cut_at: (v.messages.len() as u32 >= v.most).then_some(v.most),
    };
    list(f, &page)
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
