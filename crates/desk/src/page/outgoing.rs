//! Links that bring documents into the record: how each is, what waits, what became of the newest documents.

use maud::{Markup, html};

use super::links::{Counted, LinkState, counts, link_href};
use super::list::{List, Words, list};
use super::log::exact;
use crate::look::part::{self, Tone};
use crate::look::{Frame, Glyph, icon};
use crate::text::{Reader, key};

/// A link that brings documents.
#[derive(Clone, Debug)]
pub struct OutLink {
    /// Short name, for addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The site's name.
    pub site: String,
    /// What it speaks, in the reader's words.
    pub speaks: String,
    /// How it is.
    pub state: LinkState,
    /// Since when.
    pub since: i64,
    /// When a document last got into the record.
    pub last: Option<i64>,
    /// How many documents wait.
    pub waiting: i64,
    /// When the oldest of them was made.
    pub oldest: Option<i64>,
    /// How many of those wait behind one that could not be filed.
    pub held_back: i64,
    /// How many could not be filed and need somebody.
    pub dead: i64,
    /// How many are in the record.
    pub filed: i64,
    /// What went out.
    pub rates: Vec<Counted>,
}

/// One link's documents.
#[derive(Clone, Debug)]
pub struct OutLinkPage {
    /// Short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How the link is.
    pub state: LinkState,
    /// Only documents in this state; `None`: all.
    pub filter: Option<State>,
    /// What was looked for, as typed; empty: nothing.
    pub find: String,
    /// The documents, newest first.
    pub documents: Vec<Document>,
    /// How many are shown at most.
    pub most: u32,
}

/// A document in a list. No name, no number of a person, no word of what was said.
#[derive(Clone, Debug)]
pub struct Document {
    /// Our id of it.
    pub id: String,
    /// The link it goes over, for its address.
    pub link: String,
    /// When it was made.
    pub at: i64,
    /// What is done with it, in the reader's words.
    pub what: String,
    /// The number of its case, and whether the reader may open that.
    pub case: Option<(i64, bool)>,
    /// What became of it.
    pub state: State,
    /// Why, in the reader's words; empty: nothing to say.
    pub why: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn, or to be tried again.
    Waiting,
    /// In the record.
    Filed,
    /// Refused, or tried too often: somebody must look.
    Dead,
    /// Not sent any more.
    Dropped,
}

impl State {
    /// All of them, what needs a look first.
    pub const ALL: [Self; 4] = [Self::Dead, Self::Waiting, Self::Filed, Self::Dropped];

    /// The value of `state` in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Filed => "filed",
            Self::Dead => "dead",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a value; `None` for anything else.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    const fn words(self) -> (&'static str, Glyph, Tone) {
        match self {
            Self::Waiting => (key!("document-waiting"), Glyph::Clock, Tone::Hold),
            Self::Filed => (key!("document-filed"), Glyph::Check, Tone::Say),
            Self::Dead => (key!("document-dead"), Glyph::Now, Tone::Now),
            Self::Dropped => (key!("document-dropped"), Glyph::Still, Tone::Still),
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

/// The address of a document's page.
#[must_use]
pub fn document_href(link: &str, id: &str) -> String {
    format!("/links/{link}/{id}")
}

pub(super) fn card(r: &Reader, v: &OutLink) -> Markup {
    let href = link_href(&v.slug);
    html! {
        li.sheet.stack.card.(v.state.tone().class()) #{ "link-" (v.slug) } {
            div.row { h2 { a href=(href) { (v.name) } } bdi.quiet { (v.slug) } span.push { (v.state.tag(r)) } }
            (what_now(r, v))
            dl.pairs {
                dt { (r.t("site-word")) } dd { (v.site) }
                dt { (r.t("out-speaks")) } dd { (v.speaks) }
                dt { (r.t("link-since")) } dd { (part::moment(r, v.since)) }
                dt { (r.t("out-last")) } dd { @match v.last { Some(at) => (part::moment(r, at)), None => (r.t("never")) } }
                dt { (r.t("link-waiting")) } dd { (waiting(r, v)) }
                dt { (r.t("out-filed")) } dd { (r.num(v.filed)) }
            }
            (counts(r, &format!("rates-{}", v.slug), &r.t("out-rates"), &v.rates))
        }
    }
}

/// What happened and what is safe; what somebody must look at.
fn what_now(r: &Reader, v: &OutLink) -> Markup {
    html! {
        @match &v.state {
            LinkState::Trouble(words) => p { (words) " " (r.t("out-trouble-body")) },
            LinkState::Behind => p { (r.t("out-behind-body")) },
            LinkState::Stopped => p { (r.t("out-stopped-body")) },
            LinkState::Starting | LinkState::Idle | LinkState::Live => {},
        }
        @if v.dead > 0 {
            p.row { (icon(Glyph::Now)) a href={ (link_href(&v.slug)) "?state=dead" } { (r.say("out-dead", &[("count", v.dead.into())])) } }
        }
    }
}

fn waiting(r: &Reader, v: &OutLink) -> String {
    let Some(oldest) = v.oldest else { return r.t("link-waiting-none") };
    let span = r.brief((r.now - oldest).max(0));
    let all = r.say("out-waiting-count", &[("count", v.waiting.into()), ("span", span.into())]);
    if v.held_back == 0 { all } else { all + ", " + &r.say("out-held-back", &[("count", v.held_back.into())]) }
}

/// The page of one link. Finds by GET `?find=`, narrows by GET `?state=`.
#[must_use]
pub fn out_link(f: &Frame, v: &OutLinkPage) -> Markup {
    let r = &f.reader;
    let words = Words {
        find: key!("documents-find"),
        hint: key!("documents-find-hint"),
        states: key!("documents-states"),
        title: key!("documents-title"),
        none: key!("documents-none"),
        not_found: key!("documents-not-found"),
        masked: key!("documents-masked"),
    };
    let page = List {
        slug: &v.slug,
        name: &v.name,
        state: &v.state,
        find: &v.find,
        filter: v.filter.map(State::code),
        states: State::ALL.map(|state| (state.code(), state.word(r))).to_vec(),
        id: "documents-h",
        words,
        table: (!v.documents.is_empty()).then(|| table(r, &v.documents)),
        cut_at: (v.documents.len() as u32 >= v.most).then_some(v.most),
    };
    list(f, &page)
}

/// The list, also of a patient's documents on a document's page.
#[must_use]
pub fn table(r: &Reader, documents: &[Document]) -> Markup {
    html! {
        div.sheet.scroll tabindex="0" role="region" aria-labelledby="documents-h" {
            table.tbl.messages {
                caption.vh { (r.t("documents-title")) }
                thead { tr {
                    th scope="col" { (r.t("document-col-at")) } th scope="col" { (r.t("document-col-what")) } th scope="col" { (r.t("document-col-case")) }
                    th scope="col" { (r.t("document-col-state")) } th.n scope="col" { (r.t("document-col-attempts")) }
                } }
                tbody { @for one in documents { (row(r, one)) } }
            }
        }
    }
}

fn row(r: &Reader, d: &Document) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(document_href(&d.link, &d.id)) { (exact(r, d.at)) } }
            td { (d.what) }
            td { (case(d.case)) }
            td.what { (d.state.tag(r)) @if !d.why.is_empty() { " " span.small { (d.why) } } }
            td.n { (r.num(d.attempts)) }
        }
    }
}

/// The number of a case, as a link for whoever may open it.
#[must_use]
pub fn case(case: Option<(i64, bool)>) -> Markup {
    html! {
        @match case {
            Some((number, true)) => a href=(part::case_href(number)) { (part::case_no(number)) },
            Some((number, false)) => (part::case_no(number)),
            None => "–",
        }
    }
}
