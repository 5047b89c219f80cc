//! "This is wrong": what a person says of something that was found in a post, or that should have been.

use maud::{Markup, html};

use crate::look::form::{self, Field};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Mark {
    /// The case's number.
    pub case: i64,
    /// The post's id.
    pub post: String,
    /// What was found, in the word of forms; `None`: something is missing.
    pub found: Option<String>,
    /// The same for people.
    pub name: String,
    /// Where, in characters.
    pub span: Option<(u32, u32)>,
    /// The words there.
    pub quote: String,
    /// The whole text.
    pub text: String,
    /// Its language.
    pub lang: Option<String>,
    /// What would be right, or what is missing: value and words.
    pub choices: Vec<(String, String)>,
    /// Something is missing; else something was found wrongly.
    pub is_missing: bool,
    /// Why it was not kept.
    pub error: Option<String>,
}

/// The page. Posts `post`, `found`, `start`, `end`, `right`, `comment`, or for something missing `missing` = `1`, `what`, `words`.
#[must_use]
pub fn mark(f: &Frame, v: &Mark) -> Markup {
    let r = &f.reader;
    let title = if v.is_missing { r.t("mark-missing-title") } else { r.t("mark-wrong-title") };
    let case = part::case_href(v.case);
    let inner = html! {
        div.top {
            a.btn.bare data-back href=(case) { (icon(Glyph::Back)) (part::case_no(v.case)) }
            h1 { (title) }
        }
        div.body.narrow {
            section.sheet.stack aria-label=(title) {
                @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
                @if !v.is_missing {
                    p { (r.say("mark-found", &[("what", v.name.as_str().into())])) @if !v.quote.is_empty() { ": " (r.quote(&v.quote)) } }
                }
                @if v.quote.is_empty() { p.voice #mark-text dir="auto" lang=[v.lang.as_deref()] { (v.text) } }
                (form::post(&f.csrf, &format!("{case}/mark"), "stack", fields(f, v)))
                p.small.quiet { (r.t("mark-what-for")) }
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}

fn fields(f: &Frame, v: &Mark) -> Markup {
    let r = &f.reader;
    let options = |first: Option<String>| -> Vec<(String, String, bool)> {
        let all = v.choices.iter().map(|(value, words)| (value.clone(), words.clone(), false));
        first.map(|words| (String::new(), words, true)).into_iter().chain(all).collect()
    };
    html! {
        (form::hidden("post", &v.post))
        @if v.is_missing {
            (form::hidden("missing", "1"))
            (form::choice(&r.t("mark-what"), "mark-what", "what", &options(Some(r.t("mark-choose")))))
            (Field::line(&r.t("mark-words"), "mark-words", "words").hint(&r.t("mark-words-hint")).optional().show())
        } @else {
            (form::hidden("found", v.found.as_deref().unwrap_or_default()))
            @if let Some((start, end)) = v.span { (form::hidden("start", &start.to_string())) (form::hidden("end", &end.to_string())) }
            @if !v.choices.is_empty() { (form::choice(&r.t("mark-right"), "mark-right", "right", &options(Some(r.t("mark-right-none"))))) }
        }
        (Field::line(&r.t("mark-comment"), "mark-comment", "comment").optional().show())
        div.row {
            (part::button(&r.t("mark-do"), Weight::First))
            (part::link(&r.t("mark-back"), Weight::Bare, &part::case_href(v.case)))
        }
    }
}
