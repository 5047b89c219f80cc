//! The conversation, and below it what the house may do.

use maud::{Markup, html};

use super::{Allowed, allow, form_to, told, wrong};
use crate::look::door::{DoorFrame, door};
use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Weight};
use crate::look::{Glyph, icon};
use crate::text::speaks_for;

/// The conversation as the page shows it.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// What was said, the oldest first.
    pub lines: Vec<Line>,
    /// For whom they write: a word of `speaks_for`.
    pub speaks_for: String,
    /// What they typed before, kept.
    pub text: String,
    /// What has just happened, in the reader's language.
    pub told: Option<String>,
    /// What is wrong, in the reader's language.
    pub error: Option<String>,
    /// What they allow.
    pub allowed: Allowed,
}

/// One thing that was said.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whether the house said it.
    pub ours: bool,
    /// When.
    pub at: i64,
    /// What; `None`: it was erased.
    pub text: Option<String>,
    /// Its language, where known.
    pub lang: Option<String>,
    /// The file that came with it: kind and size in bytes.
    pub file: Option<(String, i64)>,
}

/// The page of who has come in.
#[must_use]
pub fn talk(f: &DoorFrame, v: &Talk) -> Markup {
    let r = &f.reader;
    let inner = html! {
        h1 { (r.t("door-talk-title")) }
        @if let Some(words) = &v.told { (told(words)) }
        @if let Some(words) = &v.error { (wrong(words)) }
        section.stack #talk aria-label=(r.t("door-talk-title")) {
            @if v.lines.is_empty() { p.hint { (r.t("door-talk-none")) } }
            @else { ol.talk { @for one in &v.lines { (line(f, one)) } } }
            (write(f, v))
            p.hint {
                (r.say("door-talk-for", &[("for", speaks_for(r, &v.speaks_for).into())])) " "
                a href={ (f.path) "?for=ask&lang=" (r.lang.code()) } { (r.t("door-for-change")) }
            }
        }
        (allow::allow(f, &v.allowed, v.speaks_for == "myself"))
        section.stack aria-label=(r.t("door-leave")) {
            (form_to(f, "leave", part::button(&r.t("door-leave"), Weight::Plain)))
            p.hint { (r.t("door-leave-hint")) }
        }
    };
    door(f, &r.t("door-talk-title"), inner)
}

fn line(f: &DoorFrame, one: &Line) -> Markup {
    let r = &f.reader;
    html! {
        li.post.ours[one.ours] {
            p.by {
                b { @if one.ours { (f.site) } @else { (r.t("door-you")) } }
                (part::moment(r, one.at))
            }
            @match &one.text {
                Some(text) => p.voice dir="auto" lang=(one.lang.as_deref().unwrap_or("und")) { (text) },
                None => p.voice.masked { (r.t("erased")) },
            }
            @if let Some((kind, size)) = &one.file {
                p { span.chip { (icon(Glyph::Label)) (r.say("door-file-line", &[("kind", kind.to_uppercase().into()), ("size", kilobytes(*size).into())])) } }
            }
        }
    }
}

/// Bytes as whole kilobytes, at least one.
pub(crate) fn kilobytes(bytes: i64) -> i64 {
    (bytes / 1000).max(1)
}

fn write(f: &DoorFrame, v: &Talk) -> Markup {
    let r = &f.reader;
    let rows = if v.lines.is_empty() { "6" } else { "4" };
    html! {
        form.stack method="post" action={ (f.path) "/write" } enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(f.csrf);
            (form::hidden("lang", r.lang.code()))
            @if v.lines.is_empty() {
                (Field::line(&r.t("door-name"), "name", "name").kind(Kind::Name).hint(&r.t("door-name-hint")).optional().show())
            }
            div.field {
                label for="text" { (r.t("door-text")) }
                span.hint #text-hint { (r.t("door-text-hint")) }
                textarea.in #text name="text" rows=(rows) maxlength="8000" aria-describedby="text-hint" { (v.text) }
            }
            div.field {
                label for="file" { (r.t("door-file")) }
                span.hint #file-hint { (r.t("door-file-hint")) }
                input.in #file name="file" type="file" accept="application/pdf,image/jpeg,image/png,image/webp" aria-describedby="file-hint";
            }
            (part::button(&r.t("door-send"), Weight::First))
        }
    }
}
