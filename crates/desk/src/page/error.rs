//! What a person sees when something is not there, not allowed, or broke: what happened, what is safe, what to do next.

use maud::{Markup, html};

use crate::look::part::{self, Weight};
use crate::look::{Frame, Gate, Glyph, Place, Shell, gate, icon, shell};
use crate::text::Reader;

/// What went wrong.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// 404: not there, or not for this person (never says which).
    NotFound,
    /// 403: refused, with the reason a person can read.
    Refused {
        /// Why, in the reader's language.
        reason: String,
    },
    /// 403: signed in, but with no role at any site.
    NoRole,
    /// 400: what was sent can't be understood.
    Unclear {
        /// What, in the reader's language.
        what: String,
    },
    /// 403: the form's token does not fit (the page was too old).
    Stale,
    /// 409: the case changed since it was shown.
    Changed {
        /// The case.
        case: i64,
        /// What changed, in the reader's language.
        what: String,
    },
    /// 429: too many tries.
    TooMany {
        /// When to try again.
        until: i64,
    },
    /// 500: our fault.
    Broken {
        /// The id that stands in the server's log too.
        trace: String,
    },
}

impl Trouble {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Trouble::NotFound => 404,
            Trouble::Refused { .. } | Trouble::NoRole | Trouble::Stale => 403,
            Trouble::Unclear { .. } => 400,
            Trouble::Changed { .. } => 409,
            Trouble::TooMany { .. } => 429,
            Trouble::Broken { .. } => 500,
        }
    }
}

/// The page for someone signed in.
#[must_use]
pub fn trouble(f: &Frame, v: &Trouble) -> Markup {
    let r = &f.reader;
    let (title, inner) = words(r, v);
    let inner = html! {
        div.body.narrow { section.sheet.stack.card.trouble.is-now[v.status() >= 500] aria-labelledby="trouble-h" {
            h1 #trouble-h { (icon(glyph(v))) " " (title) }
            (inner)
            div.row {
                @if let Trouble::Changed { case, .. } = v { (part::link(&r.t("case-changed-show"), Weight::First, &part::case_href(*case))) }
                @else if !matches!(v, Trouble::NoRole) { (part::link(&r.t("to-inbox"), Weight::First, "/inbox")) }
                @if matches!(v, Trouble::NoRole) { (crate::look::rail::sign_out(f)) }
            }
        } }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}

/// The page for someone not signed in.
#[must_use]
pub fn trouble_at_gate(g: &Gate, v: &Trouble) -> Markup {
    let r = &g.reader;
    let (title, inner) = words(r, v);
    gate(
        g,
        &title,
        html! {
            section.sheet.stack aria-labelledby="trouble-h" {
                h1 #trouble-h { (icon(glyph(v))) " " (title) }
                (inner)
                (part::link(&r.t("to-sign-in"), Weight::First, "/sign-in"))
            }
        },
    )
}

fn glyph(v: &Trouble) -> Glyph {
    match v {
        Trouble::NotFound => Glyph::Find,
        Trouble::Refused { .. } | Trouble::NoRole => Glyph::Forbid,
        Trouble::Unclear { .. } | Trouble::Broken { .. } => Glyph::Now,
        Trouble::Stale | Trouble::TooMany { .. } => Glyph::Clock,
        Trouble::Changed { .. } => Glyph::Pen,
    }
}

fn words(r: &Reader, v: &Trouble) -> (String, Markup) {
    match v {
        Trouble::NotFound => (r.t("error-404"), html! { p { (r.t("error-404-body")) } }),
        Trouble::Refused { reason } => (r.t("error-403"), html! { p { (reason) } p.quiet { (r.t("error-403-body")) } }),
        Trouble::NoRole => (r.t("error-no-role"), html! { p { (r.t("error-no-role-body")) } }),
        Trouble::Unclear { what } => (r.t("error-400"), html! { p { (what) } p.quiet { (r.t("error-400-body")) } }),
        Trouble::Stale => (r.t("error-stale"), html! { p { (r.t("error-stale-body")) } }),
        Trouble::Changed { what, .. } => (r.t("error-409"), html! { p { (what) } p.quiet { (r.t("error-409-body")) } }),
        Trouble::TooMany { until } => {
            (r.t("error-429"), html! { p { (r.say("error-429-body", &[("at", r.clock_s(*until).into())])) } })
        }
        Trouble::Broken { trace } => (
            r.t("error-500"),
            html! { p { (r.t("error-500-body")) } p.quiet { (r.t("error-500-trace")) " " code { (trace) } } },
        ),
    }
}
