//! The case: thread, then the slip with the decision and its reasons, then the composer; at the side labels, notes, who
//! writes, the log. Nobody reaches the pen without passing the reason.

mod bound;
mod care;
mod compose;
mod crisis;
mod door;
mod marked;
mod media;
mod pen;
mod seats;
mod side;
mod slip;
mod statement;
mod suggest;
mod thread;
mod view;

use maud::{Markup, html};

pub use bound::{Bound, Clock, Goal, Held};
pub use care::{Care, Suggestion};
pub use compose::findings;
pub use crisis::{Approved, Crisis, Guidance, SentAlone};
pub use door::{Door, Link};
pub use marked::marked;
pub use pen::*;
pub use statement::{Library, Offer, Taken};
pub use suggest::{ByModel, NotSuggested, Suggest};
pub use view::*;

use super::inbox::back;
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, form, icon, shell};
use crate::text::{Reader, topic};

/// The case page.
#[must_use]
pub fn case(f: &Frame, v: &Case) -> Markup {
    let title = format!("{}, {}", part::case_no(v.id), heading(&f.reader, v));
    let inner = html! {
        (top(f, v))
        @if let Some(changed) = &v.changed { (changed_card(f, v, changed)) }
        div.case {
            div.road {
                (thread::thread(f, v))
                (crisis::crisis(f, v))
                (slip::slip(f, v))
                (bound::statement(f, v))
                (compose::compose(f, v))
            }
            (side::side(f, v))
        }
    };
    shell(f, Shell { title: &title, place: Place::Inbox(v.queue), case: Some(v.id), inner })
}

/// The case beside the inbox list: thread, slip, and the way in.
pub(super) fn beside(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        article.open aria-labelledby="open-h" {
            div.row {
                h2.big #open-h { (heading(r, v)) }
                span.quiet { (part::case_no(v.id)) }
                span.push.row {
                    (viewers(r, v))
                    a.btn href=(part::case_href(v.id)) { (r.t("case-open-full")) (part::hint_key("o")) }
                }
            }
            (thread::thread(f, v))
            (slip::slip(f, v))
            (side::labels_in_line(r, v))
        }
    }
}

/// "Trauer, Vorwurf zur Behandlung: @lisbeth.h".
fn heading(r: &Reader, v: &Case) -> String {
    let topics: Vec<String> = v.topics.iter().take(2).map(|id| topic(r, id)).collect();
    let who = r.name(&v.author);
    match topics.as_slice() {
        [] => who,
        some => r.say("case-heading", &[("topics", some.join(", ").into()), ("who", who.into())]),
    }
}

fn top(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    html! {
        div.top {
            (back(f, v.queue))
            h1 { (heading(r, v)) }
            span.quiet { (part::case_no(v.id)) @if f.sites.len() > 1 { " · " (v.site) } }
            span.push.row #case-who data-live {
                (viewers(r, v))
                (assignment(f, v))
                @if v.may.resolve && v.resolved.is_none() { (resolve(f, v)) }
                @if let Some(done) = &v.resolved {
                    span.chip { (icon(Glyph::Check)) (r.say("case-resolved", &[("by", r.name(&done.by).into()), ("at", r.moment(done.at).into())])) }
                }
            }
        }
    }
}

/// Who else has the case open; not stored anywhere.
fn viewers(r: &Reader, v: &Case) -> Markup {
    html! {
        span.row #viewers data-viewers {
            @for w in &v.viewing {
                @let who = [("who", r.name(&w.name).into())];
                @match w.doing {
                    Doing::Reading => (part::chip(&r.say("viewer-reading", &who), Glyph::Eye)),
                    Doing::Writing => (part::chip(&r.say("viewer-writing", &who), Glyph::Pen)),
                }
            }
        }
    }
}

fn assignment(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    let mine = v.assignee.as_deref() == Some(f.me.as_str());
    let words = match &v.assignee {
        None => r.t("assign-nobody"),
        Some(_) if mine => r.t("assign-mine"),
        Some(who) => r.say("assign-to", &[("who", r.name(who).into())]),
    };
    if !v.may.assign {
        return html! { span.chip { (words) } };
    }
    let options: Vec<(String, String, bool)> =
        std::iter::once((String::new(), r.t("assign-nobody"), v.assignee.is_none()))
            .chain(v.people.iter().map(|p| (p.id.clone(), p.name.clone(), v.assignee.as_ref() == Some(&p.name))))
            .collect();
    form::unfold(
        "assign",
        &words,
        "",
        html! {
            @if !mine {
                (form::post(&f.csrf, &act(v, "assign"), "stack", html! {
                    (form::hidden("person", "me"))
                    button.btn.first type="submit" data-key="a" { (r.t("assign-me")) (part::hint_key("a")) }
                }))
            }
            (form::post(&f.csrf, &act(v, "assign"), "stack", html! {
                (form::choice(&r.t("assign-choose"), "assign-person", "person", &options))
                (part::button(&r.t("assign-do"), Weight::Plain))
            }))
        },
    )
}

fn resolve(f: &Frame, v: &Case) -> Markup {
    let r = &f.reader;
    form::unfold(
        "resolve",
        &r.t("resolve-ask"),
        "",
        form::post(
            &f.csrf,
            &act(v, "resolve"),
            "stack",
            html! {
                p { (r.t("resolve-body")) }
                (form::Field::line(&r.t("resolve-reason"), "resolve-reason", "reason").optional().show())
                (part::button(&r.t("resolve-do"), Weight::First))
            },
        ),
    )
}

fn changed_card(f: &Frame, v: &Case, c: &Changed) -> Markup {
    let r = &f.reader;
    html! {
        section.card-note.sheet.stack aria-labelledby="changed-h" {
            h2 #changed-h { (r.say("changed-by", &[("who", r.name(&c.by).into())])) }
            p { (c.what) " " (r.t("case-changed-kept")) }
            a.btn.first href=(format_args!("{}#decision", part::case_href(v.id))) { (r.t("case-changed-show")) }
        }
    }
}

/// The address of an act on this case.
fn act(v: &Case, verb: &str) -> String {
    format!("{}/{verb}", part::case_href(v.id))
}
