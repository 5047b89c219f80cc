//! What hangs on a post: pictures blurred until somebody opens them, all else as words with a way to its platform. The browser
//! loads nothing from anywhere but here.

use maud::{Markup, html};

use super::act;
use super::view::{Case, Hung, HungState, Post};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, form, icon};
use crate::page::door::kilobytes;
use crate::text::{Reader, key};

/// What hangs on a post, in its order.
pub(super) fn media(f: &Frame, v: &Case, p: &Post) -> Markup {
    let r = &f.reader;
    html! {
        @if p.masked && !p.media.is_empty() {
            p.small.quiet { (r.say("media-masked", &[("count", (p.media.len() as i64).into())])) }
        } @else {
            @for one in &p.media { (hung(f, v, p, one)) }
        }
    }
}

fn hung(f: &Frame, v: &Case, p: &Post, one: &Hung) -> Markup {
    let r = &f.reader;
    let base = format!("{}/media/{}/{}", part::case_href(v.id), p.id, one.n);
    html! {
        figure.hung #{ "media-" (p.id) "-" (one.n) } {
            @match one.state {
                HungState::Open => { img src=(base) width=(one.width) height=(one.height) alt=(alt(r, one)); }
                HungState::Blurred => {
                    img.blurred src={ (base) "/blurred" } width=(one.width) height=(one.height) alt="";
                }
                HungState::Wanted | HungState::Elsewhere | HungState::TooLarge | HungState::Broken | HungState::Lost => {}
            }
            figcaption.small {
                p { b { (kind(r, one)) } " " (seen(r, one)) }
                (described(p, r, one))
                // A file of the private door is here: its own button leads to it.
                @if let Some(why) = why(one.state).filter(|_| p.file.is_none()) { p { (r.t(why)) } }
                div.row {
                    (look(f, v, p, one))
                    @if let Some(url) = p.url.as_ref().filter(|_| !one.state.is_here()) {
                        a href=(url) rel="noopener noreferrer external" { (icon(Glyph::Out)) " " (r.t("media-there")) }
                    }
                }
            }
        }
    }
}

/// What kind of thing it is, and how large, as its platform says.
fn kind(r: &Reader, one: &Hung) -> String {
    let kind = r.t(match one.kind.as_str() {
        "picture" => key!("media-picture"),
        "video" => key!("media-video"),
        "audio" => key!("media-audio"),
        "file" => key!("media-file"),
        _ => key!("media-unknown"),
    });
    let told = one.media_type.as_ref().map(|told| r.quote(told));
    let size = one.size_bytes.map(|bytes| r.say("media-size", &[("size", kilobytes(bytes).into())]));
    std::iter::once(kind).chain(told).chain(size).collect::<Vec<_>>().join(", ")
}

fn seen(r: &Reader, one: &Hung) -> Markup {
    html! {
        @if one.is_seen { span.chip { (icon(Glyph::Check)) (r.t("media-seen")) } }
        @else { span.chip.unseen { (icon(Glyph::Eye)) (r.t("media-unseen")) } }
    }
}

/// What the author says that it shows. Their words, in their language and direction.
fn described(p: &Post, r: &Reader, one: &Hung) -> Markup {
    html! {
        @match &one.alt {
            Some(words) => p { span.quiet { (r.t("media-alt")) } " " bdi lang=(p.lang.as_deref().unwrap_or("und")) { (words) } },
            None => p.quiet { (r.t("media-no-alt")) },
        }
    }
}

fn alt(r: &Reader, one: &Hung) -> String {
    one.alt.clone().unwrap_or_else(|| r.t("media-no-alt"))
}

const fn why(state: HungState) -> Option<&'static str> {
    match state {
        HungState::Open | HungState::Blurred => None,
        HungState::Wanted => Some(key!("media-wanted")),
        HungState::Elsewhere => Some(key!("media-elsewhere")),
        HungState::TooLarge => Some(key!("media-too-large")),
        HungState::Broken => Some(key!("media-broken")),
        HungState::Lost => Some(key!("media-lost")),
    }
}

/// Opening a picture, or saying that one looked at it where it lies: both count as having seen it.
fn look(f: &Frame, v: &Case, p: &Post, one: &Hung) -> Markup {
    let r = &f.reader;
    let words = match one.state {
        HungState::Blurred => Some(key!("media-open")),
        HungState::Open => None,
        HungState::Wanted | HungState::Elsewhere | HungState::TooLarge | HungState::Broken | HungState::Lost => {
            (!one.is_seen).then_some(key!("media-looked"))
        }
    };
    let inner = |words: &str| {
        html! {
            (form::hidden("post", &p.id))
            (form::hidden("n", &one.n.to_string()))
            (form::hidden("version", &p.version.to_string()))
            (part::button(&r.t(words), Weight::Plain))
        }
    };
    html! {
        @if let Some(words) = words { (form::post(&f.csrf, &act(v, "look"), "inline", inner(words))) }
        @if one.state == HungState::Open { a.btn href=(part::case_href(v.id)) { (r.t("media-close")) } }
    }
}
