//! What the library has to do with a reply: the statements that fit, each put into the draft by a button, and where the draft at
//! hand was taken from.

use maud::{Markup, html};

use super::act;
use super::pen::{Reply, ReplyForm, Stage};
use super::view::Case;
use crate::look::part::{self, Tone};
use crate::look::{Glyph, icon};
use crate::page::library::{statement_href, statement_no, with_places};
use crate::text::Reader;

/// The library and a reply.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// The statements that fit what was decided, language, law and house.
    pub offers: Vec<Offer>,
    /// Where the draft at hand was taken from.
    pub taken: Option<Taken>,
    /// Why a statement was not taken just now, in the reader's language.
    pub not: Option<String>,
}

/// A statement that fits.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its id, sent as `statement`.
    pub id: String,
    /// Its number.
    pub number: i64,
    /// What people call it.
    pub title: String,
    /// How it is said.
    pub form: ReplyForm,
    /// Its language (BCP 47).
    pub lang: String,
    /// What it says here, with what is still open in it.
    pub text: String,
    /// A reply in this thread was taken from it: it can't be taken again.
    pub said: bool,
}

/// Where a draft was taken from.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The statement's number.
    pub number: i64,
    /// What people call it.
    pub title: String,
    /// The words were changed since.
    pub is_changed: bool,
    /// Another reply in this thread was taken from it: this one can't be sent.
    pub said: bool,
    /// What is still to be filled in.
    pub open: Vec<String>,
}

/// The statements to choose from, while one writes.
pub(super) fn offers(r: &Reader, v: &Case) -> Markup {
    let all = &v.reply.library.offers;
    if all.is_empty() {
        return html! {};
    }
    html! {
        details.act.offers open[v.reply.text.trim().is_empty()] {
            summary.btn { (icon(Glyph::Book)) (r.say("offers", &[("count", (all.len() as i64).into())])) }
            ul.plain-list { @for one in all { (offer(r, v, one)) } }
        }
    }
}

fn offer(r: &Reader, v: &Case, one: &Offer) -> Markup {
    let why = format!("said-{}", one.number);
    html! {
        li.stack {
            div.row {
                b { (one.title) } span.small.quiet { (statement_no(one.number)) } (part::lang_mark(&one.lang))
                span.push {
                    @if one.said { (part::button_off(&r.t("offer-take"), &why)) } @else {
                        button.btn type="submit" name="statement" value=(one.id) formaction=(act(v, "statement")) {
                            (r.t("offer-take")) span.vh { ": " (one.title) }
                        }
                    }
                }
            }
            p.said lang=(one.lang) { (with_places(r, &one.text)) }
            @if one.said { p.small.quiet #(why) { (r.t("offer-said")) } }
        }
    }
}

/// Where the draft was taken from, and what is open in it.
pub(super) fn taken(r: &Reader, reply: &Reply) -> Markup {
    if let Some(why) = &reply.library.not {
        return line(Glyph::Forbid, Tone::Hold, html! { strong { (why) } });
    }
    let Some(taken) = reply.library.taken.as_ref().filter(|_| !matches!(reply.stage, Stage::Sent { .. })) else {
        return html! {};
    };
    let named = [("title", r.quote(&taken.title).into())];
    let words = if taken.is_changed { r.say("taken-changed", &named) } else { r.say("taken-unchanged", &named) };
    let link = html! { " " a href=(statement_href(taken.number)) { (statement_no(taken.number)) } };
    if taken.said {
        return line(Glyph::Forbid, Tone::Now, html! { strong { (r.t("taken-said")) } " " (words) (link) });
    }
    line(
        Glyph::Book,
        Tone::Plain,
        html! {
            (words) (link)
            @if !taken.open.is_empty() {
                br; strong { (r.t("taken-open")) } " " @for name in &taken.open { code { "{" (name) "}" } " " }
            }
        },
    )
}

fn line(glyph: Glyph, tone: Tone, words: Markup) -> Markup {
    html! { ul.finds #taken { li class=(tone.class()) { (icon(glyph)) div { (words) } } } }
}
