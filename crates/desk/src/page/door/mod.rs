//! The private door's pages: how somebody comes in, what is said there, what they allow. They work without script and at
//! any width; every form sends the language it was shown in.

mod allow;
mod enter;
mod talk;

use maud::{Markup, html};

pub use allow::{Allowed, LinkState};
pub use enter::{CodeState, Knock, code, houses, knock, pass, pass_gone, speaks_for, undo, undone};
pub(crate) use talk::kilobytes;
pub use talk::{Line, Talk, talk};

use crate::look::door::{DoorFrame, door};
use crate::look::{Glyph, form, icon};

/// What went wrong at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorTrouble {
    /// Nothing is there.
    Nothing,
    /// What was sent can't be understood.
    Unclear,
    /// Our fault.
    Broken,
}

/// What somebody sees when something went wrong.
#[must_use]
pub fn trouble(f: &DoorFrame, v: DoorTrouble) -> Markup {
    let r = &f.reader;
    let (title, body) = match v {
        DoorTrouble::Nothing => (r.t("door-nothing"), r.t("door-nothing-body")),
        DoorTrouble::Unclear => (r.t("door-unclear"), r.t("door-unclear-body")),
        DoorTrouble::Broken => (r.t("door-broken"), r.t("door-broken-body")),
    };
    let inner = html! {
        div.stack { h1 { (title) } p { (body) } p { a href="/door" { (r.t("door-to-start")) } } }
    };
    door(f, &title, inner)
}

/// A form of the door.
fn form_to(f: &DoorFrame, act: &str, inner: Markup) -> Markup {
    form::post(
        &f.csrf,
        &format!("{}/{act}", f.path),
        "stack",
        html! { (form::hidden("lang", f.reader.lang.code())) (inner) },
    )
}

/// A line that tells what has just happened.
fn told(words: &str) -> Markup {
    html! { p.told role="status" { (icon(Glyph::Check)) " " (words) } }
}

/// A line that tells what is wrong.
fn wrong(words: &str) -> Markup {
    html! { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (words) } }
}
