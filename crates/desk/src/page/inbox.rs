//! The inbox: one list in sections Now, Waiting, Silent (or Done), beside it the open case if there is one.

use maud::{Markup, html};

use super::case::{self, Case};
use crate::look::part::{self, Action};
use crate::look::rail::{counted, inbox_href, queue_word, tabs};
use crate::look::{COUNTED, Frame, Glyph, Place, Queue, Shell, icon, shell};
use crate::text::Reader;

/// What the inbox shows.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// The queue asked for; `None`: Now, Waiting and Silent in one list.
    pub queue: Option<Queue>,
    /// The sections in order; empty ones are left out, except when all are empty.
    pub sections: Vec<Section>,
    /// When the next held case wakes, for the words shown when nothing is to do. Microseconds UTC.
    pub next_wake: Option<i64>,
    /// A case to show beside the list on wide screens; its row should be `current`.
    pub open: Option<Box<Case>>,
}

/// A part of the list.
#[derive(Clone, Debug)]
pub struct Section {
    /// Which queue.
    pub queue: Queue,
    /// How many cases it holds in all (more than `rows` when cut).
    pub total: u32,
    /// The rows, in the order to be shown.
    pub rows: Vec<Row>,
    /// For Waiting: when the next one wakes.
    pub next_wake: Option<i64>,
    /// Address of the rest; `None` if all are here.
    pub more: Option<String>,
}

/// A case in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Case number.
    pub id: i64,
    /// The author's shown name or handle.
    pub from: String,
    /// The channel's name.
    pub channel: String,
    /// The site's name; shown only when several sites are in one list.
    pub site: Option<String>,
    /// Language of the text (BCP 47); `None`: unknown.
    pub lang: Option<String>,
    /// First lines of the newest post. If `masked`, the masked text.
    pub text: String,
    /// The reader may not see the text as it is: role without need to know. `text` is the covered one, or empty.
    pub masked: bool,
    /// What kinds of distressing text it is, in the reader's language; empty: it is shown at once.
    pub soft: Vec<String>,
    /// Somebody has to look at it now.
    pub look: Option<Look>,
    /// A clock of law, or a hold, that ends soon.
    pub ends: Option<Ends>,
    /// When the newest post was written.
    pub at: i64,
    /// Nobody has opened it since it changed.
    pub unread: bool,
    /// It is the case shown beside the list.
    pub current: bool,
    /// What was decided; `None`: still being sorted.
    pub action: Option<Action>,
    /// The rest of the third line.
    pub state: RowState,
    /// Why, in the reader's language and few words ("grief", "facts unchecked").
    pub reason: Option<String>,
    /// Who has it.
    pub assignee: Option<String>,
    /// What happened to it on its own server.
    pub upstream: Upstream,
    /// Arrived by import or back-fill: shown as history.
    pub history: bool,
}

/// What ends soon or is over.
#[derive(Clone, Debug)]
pub enum Ends {
    /// A clock of law or contract.
    Clock {
        /// Its name in the reader's language.
        name: String,
        /// When it is over.
        due: i64,
    },
    /// A hold.
    Hold {
        /// Who was told; `None`: nobody is on duty.
        owner: Option<String>,
        /// The reader is that person.
        yours: bool,
    },
}

/// A case at which somebody has to look now.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// From when on the rota is called if nobody is at the desk and nobody has opened it.
    pub by: i64,
    /// Somebody has opened it.
    pub is_open: bool,
}

/// What happened to a post on its own server after we took it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upstream {
    /// Nothing.
    #[default]
    Same,
    /// Its author changed it.
    Edited,
    /// It is gone there.
    Deleted,
}

/// Where a case stands, for its third line.
#[derive(Clone, Debug)]
pub enum RowState {
    /// Nothing to add.
    Quiet,
    /// Still being sorted.
    Sorting,
    /// Escalated and nobody has taken it: the clock runs.
    Untaken {
        /// Who is being called ("Krisendienst").
        to: String,
        /// By when someone must have taken it.
        due: i64,
        /// Whether it is loud: it must be taken within the hour.
        alarm: bool,
    },
    /// Escalated and taken.
    Taken {
        /// By whom.
        by: String,
        /// When.
        at: i64,
    },
    /// Held until a time.
    WakesAt(i64),
    /// Held until something happens; `reason` says what.
    WakesOn,
    /// The care team has written from the chart, and nobody has done anything since.
    CareTeam,
    /// A draft is begun or proposed.
    DraftReady,
    /// Waits for a second person.
    ToApprove {
        /// Who wrote it.
        by: String,
        /// The reader may be that second person.
        yours: bool,
    },
    /// Approved; leaves at this time.
    Leaving(i64),
    /// Came back from the outbox or from the second person.
    Back,
    /// Sent and read back.
    Sent(i64),
    /// Could not be sent.
    Failed,
    /// Resolved without an answer.
    Resolved(i64),
}

/// The inbox page.
#[must_use]
pub fn inbox(f: &Frame, v: &Inbox) -> Markup {
    let r = &f.reader;
    let place =
        f.sites.iter().find(|s| Some(&s.id) == f.site.as_ref()).map_or_else(|| r.t("sites-all"), |s| s.name.clone());
    let heading = r.say("inbox-heading", &[("queue", queue_word(r, v.queue).into()), ("site", place.into())]);
    let inner = html! {
        (tabs(f, v.queue))
        div.inbox.solo[v.open.is_none()] {
            section.list aria-labelledby="list-h" {
                h1.vh #list-h { (heading) }
                (search_box(r, ""))
                div.new-slot role="status" #new-posts {}
                (sections(f, v))
            }
            @if let Some(open) = &v.open { (case::beside(f, open)) }
        }
    };
    shell(f, Shell { title: &heading, place: Place::Inbox(v.queue), case: v.open.as_ref().map(|c| c.id), inner })
}

/// The search box over every list.
pub(super) fn search_box(r: &Reader, value: &str) -> Markup {
    html! {
        search {
            form.find method="get" action="/search" {
                label.vh for="q" { (r.t("search-label")) }
                input.in #q name="q" type="search" value=(value) placeholder=(r.t("search-short")) autocomplete="off" enterkeyhint="search";
                (part::icon_button(&r.t("search-do"), Glyph::Find))
            }
        }
    }
}

fn sections(f: &Frame, v: &Inbox) -> Markup {
    let r = &f.reader;
    let empty = v.sections.iter().all(|s| s.rows.is_empty());
    html! {
        div #sections data-rows {
            @if empty { (nothing(r, v)) }
            @for s in &v.sections {
                @if !s.rows.is_empty() {
                    section aria-labelledby=(format_args!("h-{}", s.queue.code())) {
                        h2 #{ "h-" (s.queue.code()) } { (queue_word(r, Some(s.queue))) " " span { (section_words(r, s)) } }
                        ul.rows.brief[s.queue == Queue::Silent || s.queue == Queue::Done] { @for row in &s.rows { (self::row(f, row)) } }
                        @if let Some(more) = &s.more { p.more-rows { a href=(more) { (r.t("inbox-more")) } } }
                    }
                }
            }
        }
    }
}

fn section_words(r: &Reader, s: &Section) -> String {
    let count = ("count", if s.total < COUNTED { s.total.into() } else { counted(r, s.total).into() });
    match (s.queue, s.next_wake) {
        (Queue::Now, _) => r.say("inbox-now-count", &[count]),
        (Queue::Waiting, Some(at)) => r.say("inbox-waiting-count", &[count, ("span", r.left(at).into())]),
        (Queue::Waiting, None) => r.say("inbox-waiting-plain", &[count]),
        (Queue::Silent, _) => r.say("inbox-silent-count", &[count]),
        (Queue::Done, _) => r.say("inbox-done-count", &[count]),
    }
}

fn nothing(r: &Reader, v: &Inbox) -> Markup {
    let (title, body) = match v.queue {
        None | Some(Queue::Now) => (
            r.t("empty-now-title"),
            match v.next_wake {
                Some(at) => r.say("empty-now-wakes", &[("at", r.moment(at).into())]),
                None => r.t("empty-now-body"),
            },
        ),
        Some(Queue::Waiting) => (r.t("empty-waiting-title"), r.t("empty-waiting-body")),
        Some(Queue::Silent) => (r.t("empty-silent-title"), r.t("empty-silent-body")),
        Some(Queue::Done) => (r.t("empty-done-title"), r.t("empty-done-body")),
    };
    html! { div.nothing { (icon(Glyph::Lamp)) h2 { (title) } p.quiet { (body) } } }
}

/// A row. The whole row is one link; it morphs in place by its id.
pub(super) fn row(f: &Frame, row: &Row) -> Markup {
    let r = &f.reader;
    let alarm = matches!(row.state, RowState::Untaken { alarm: true, .. });
    let id = format!("r-{}", row.id);
    html! {
        li.item.alarm[alarm].unread[row.unread].old[row.history] id=(id) data-case=(row.id) aria-current=[row.current.then_some("true")] {
            div.l1 {
                @if row.unread { span.vh { (r.t("row-unread")) " " } }
                bdi.from { (row.from) }
                span { (row.channel) }
                @if let Some(site) = &row.site { span.at-site { (site) } }
                @if let Some(lang) = &row.lang { (part::lang_mark(lang)) }
                span.push { (part::age(r, row.at)) }
            }
            (first_words(r, row))
            div.l3 {
                @if let Some(ends) = &row.ends { (ends_words(r, ends)) }
                @if let Some(look) = row.look { (look_words(r, look)) }
                @if let Some(action) = row.action { (part::action_tag(r, action)) }
                (upstream_words(r, row.upstream))
                (state_words(r, &row.state))
                @if let Some(reason) = &row.reason { span { (reason) } }
                @if row.history { span.quiet { (r.t("row-history")) } }
                @if let Some(name) = &row.assignee { span.push { (part::who(name)) } }
            }
        }
    }
}

/// The text's beginning: covered where the role has no need to know, folded where it distresses.
fn first_words(r: &Reader, row: &Row) -> Markup {
    let href = part::case_href(row.id);
    let lang = row.lang.as_deref();
    html! {
        @if row.text.is_empty() && row.masked {
            a.say.masked href=(href) { (r.t("row-masked")) }
        } @else if row.soft.is_empty() {
            a.say dir="auto" lang=[lang] href=(href) { (row.text) }
        } @else {
            div {
                a.say.masked href=(href) { (r.say("soft-kind", &[("kind", row.soft.join(", ").into())])) }
                details.soft {
                    summary { (r.t("soft-show")) span.vh { " " (r.name(&row.from)) } }
                    p.voice dir="auto" lang=[lang] { (row.text) }
                }
            }
        }
    }
}

/// What ends soon, and whose it is.
fn ends_words(r: &Reader, ends: &Ends) -> Markup {
    match ends {
        Ends::Clock { name, due } if *due <= r.now => html! {
            (part::tag(&r.t("clock-late"), Glyph::Now, part::Tone::Now)) span { (name) ", " (r.moment(*due)) }
        },
        Ends::Clock { name, due } => html! {
            (part::tag(&r.t("clock-near"), Glyph::Clock, part::Tone::Hold)) span { (name) " " (part::countdown(r, *due)) }
        },
        Ends::Hold { owner, yours } => html! {
            (part::tag(&r.t("hold-soon"), Glyph::Hold, part::Tone::Hold))
            @match owner {
                _ if *yours => span { (r.t("hold-yours")) },
                Some(owner) => span { (r.say("hold-told", &[("who", r.name(owner).into())])) },
                None => span { (r.t("hold-told-nobody")) },
            }
        },
    }
}

/// "Look now", and what happens if nobody does.
fn look_words(r: &Reader, look: Look) -> Markup {
    html! {
        (part::tag(&r.t("look-now"), Glyph::Now, part::Tone::Now))
        @if look.is_open { span { (r.t("look-open")) } }
        @else if look.by > r.now { span { (r.say("look-by", &[("at", r.clock(look.by).into())])) } }
        @else { span { (r.t("look-late")) } }
    }
}

/// "changed there" / "deleted there"; nothing if it is as we took it.
pub(super) fn upstream_words(r: &Reader, upstream: Upstream) -> Markup {
    match upstream {
        Upstream::Same => html! {},
        Upstream::Edited => html! { span.upstream { (r.t("upstream-edited")) } },
        Upstream::Deleted => html! { span.upstream { (r.t("upstream-deleted")) } },
    }
}

fn state_words(r: &Reader, state: &RowState) -> Markup {
    let plain = |words: String| html! { span { (words) } };
    match state {
        RowState::Quiet | RowState::WakesOn => html! {},
        RowState::Sorting => plain(r.t("row-sorting")),
        RowState::Untaken { to, due, .. } => html! {
            span { (r.say("row-untaken", &[("to", r.name(to).into())])) " " (part::time_left(r, *due)) }
        },
        RowState::Taken { by, at } => {
            plain(r.say("row-taken", &[("by", r.name(by).into()), ("at", r.moment(*at).into())]))
        }
        RowState::WakesAt(at) => part::countdown(r, *at),
        RowState::CareTeam => plain(r.t("row-care")),
        RowState::DraftReady => plain(r.t("row-draft")),
        RowState::ToApprove { by, yours } => {
            let who = [("by", r.name(by).into())];
            plain(if *yours { r.say("row-approve-yours", &who) } else { r.say("row-approve", &who) })
        }
        RowState::Leaving(at) => html! { span { (r.t("row-leaving")) " " (part::countdown(r, *at)) } },
        RowState::Back => plain(r.t("row-back")),
        RowState::Sent(at) => plain(r.say("row-sent", &[("at", r.moment(*at).into())])),
        RowState::Failed => html! { span.upstream { (r.t("row-failed")) } },
        RowState::Resolved(at) => plain(r.say("row-resolved", &[("at", r.moment(*at).into())])),
    }
}

/// The way back from a case to the list it came from.
pub(super) fn back(f: &Frame, queue: Option<Queue>) -> Markup {
    html! {
        a.btn.bare data-back href=(inbox_href(f.site.as_deref(), queue)) { (icon(Glyph::Back)) (f.reader.t("back-inbox")) }
    }
}
