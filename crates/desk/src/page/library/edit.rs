//! The form that writes a statement. What was typed comes back with what the guard says of it.

use maud::{Markup, html};

use super::one::{Found, findings};
use super::{Kind, statement_href, statement_no, tick};
use crate::look::part::{self, Tone};
use crate::look::{Frame, Glyph, Place, Shell, form, icon, shell};
use crate::page::case::ReplyForm;
use crate::text::{Reader, key};

/// What the form shows.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The statement that is changed; `None`: a new one.
    pub number: Option<i64>,
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// What it is for.
    pub kind: Kind,
    /// How it is said.
    pub form: ReplyForm,
    /// Its language: `de` or `en`.
    pub lang: String,
    /// Topics: id, word, chosen.
    pub topics: Vec<Choice>,
    /// Laws.
    pub laws: Vec<Choice>,
    /// Houses.
    pub sites: Vec<Choice>,
    /// The last day on which it may be taken (ISO 8601).
    pub expires: String,
    /// What the houses fill in by themselves: how a placeholder names it, and what it says at the first house.
    pub own: Vec<(String, Option<String>)>,
    /// What the guard says; `None`: it was not asked.
    pub found: Option<Vec<Found>>,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// There is an approved version, which goes on being used.
    pub goes_on: bool,
}

/// A value that can be ticked.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value in the form.
    pub value: String,
    /// Its words.
    pub words: String,
    /// It is ticked.
    pub is_on: bool,
}

/// The page.
#[must_use]
pub fn edit(f: &Frame, v: &Edit) -> Markup {
    let r = &f.reader;
    let title = if v.number.is_some() { r.t("statement-edit") } else { r.t("statement-new") };
    let back = v.number.map_or_else(|| "/statements".to_owned(), statement_href);
    let action = v.number.map_or_else(|| "/statements/new".to_owned(), |n| format!("{}/edit", statement_href(n)));
    let inner = html! {
        div.top {
            a.btn.bare href=(back) { (icon(Glyph::Back)) (v.number.map_or_else(|| r.t("nav-statements"), statement_no)) }
            h1 { (title) }
        }
        div.body.narrow {
            @if v.goes_on { p.told { (r.t("statement-goes-on")) } }
            (form::post(&f.csrf, &action, "stack", html! {
                (words(r, v))
                @if let Some(wrong) = &v.wrong { p.told.is-now role="alert" { (wrong) } }
                (guard(r, v))
                (meant(r, v))
                (ends(r, v))
                div.row {
                    button.btn.first type="submit" name="do" value="save" { (r.t("statement-save")) }
                    button.btn type="submit" name="do" value="check" { (r.t("statement-check")) }
                }
                p.small.quiet { (r.t("statement-save-then")) }
            }))
        }
    };
    shell(f, Shell { title: &title, place: Place::Statements, case: None, inner })
}

fn words(r: &Reader, v: &Edit) -> Markup {
    let kinds: Vec<(String, String, bool)> =
        Kind::ALL.map(|kind| (kind.code().to_owned(), kind.word(r), kind == v.kind)).to_vec();
    let langs = [("de", key!("statement-lang-de")), ("en", key!("statement-lang-en"))];
    let langs: Vec<(String, String, bool)> =
        langs.map(|(code, key)| (code.to_owned(), r.t(key), code == v.lang)).to_vec();
    html! {
        section.sheet.stack {
            (form::Field::line(&r.t("statement-title"), "title", "title").value(&v.title).hint(&r.t("statement-title-hint")).show())
            div.field {
                label for="text" { (r.t("statement-text")) }
                span.hint #text-hint { (r.t("statement-text-hint")) }
                textarea.in #text name="text" rows="7" lang=(v.lang) spellcheck="true" required aria-describedby="text-hint own-facts" { "\n" (v.text) }
            }
            details #own-facts {
                summary { (r.t("statement-own-facts")) }
                dl.pairs { @for (name, value) in &v.own {
                    dt { code { "{" (name) "}" } } dd { @match value { Some(value) => (value), None => span.quiet { (r.t("statement-own-none")) } } }
                } }
            }
            div.row.fields {
                (form::choice(&r.t("statement-kind"), "kind", "kind", &kinds))
                (form::choice(&r.t("statement-lang"), "lang", "lang", &langs))
            }
            (said_how(r, v))
        }
    }
}

fn said_how(r: &Reader, v: &Edit) -> Markup {
    let forms = [ReplyForm::Public, ReplyForm::Invite, ReplyForm::Acknowledge];
    html! {
        fieldset.stack {
            legend { (r.t("statement-form")) }
            div.choices { @for one in forms {
                label.choice { input type="radio" name="form" value=(one.code()) checked[one == v.form]; (super::form_word(r, one)) }
            } }
        }
    }
}

fn guard(r: &Reader, v: &Edit) -> Markup {
    let Some(found) = &v.found else { return html! {} };
    let blocks = found.iter().filter(|one| one.blocks).count() as i64;
    html! {
        section.stack #guard aria-label=(r.t("statement-guard")) {
            div.row {
                @if found.is_empty() { (part::tag(&r.t("statement-guard-clear"), Glyph::Check, Tone::Say)) }
                @if blocks > 0 { (part::tag(&r.say("guard-blocks", &[("count", blocks.into())]), Glyph::Forbid, Tone::Now)) }
                @if found.len() as i64 > blocks { (part::tag(&r.say("guard-hints", &[("count", (found.len() as i64 - blocks).into())]), Glyph::Now, Tone::Hold)) }
            }
            @if !found.is_empty() { (findings(r, found)) }
            @if blocks > 0 { p.small.quiet { (r.t("statement-blocked-kept")) } }
        }
    }
}

fn meant(r: &Reader, v: &Edit) -> Markup {
    html! {
        section.sheet.stack {
            (ticks(&r.t("statement-topics"), &r.t("statement-topics-hint"), "topic", &v.topics))
            @if v.sites.len() > 1 { (ticks(&r.t("statement-sites"), &r.t("statement-sites-hint"), "site", &v.sites)) }
            (ticks(&r.t("statement-laws"), &r.t("statement-laws-hint"), "law", &v.laws))
        }
    }
}

fn ticks(title: &str, hint: &str, name: &str, all: &[Choice]) -> Markup {
    html! {
        fieldset.stack {
            legend { (title) } span.small.quiet { (hint) }
            div.choices { @for one in all { (tick(name, &one.value, &one.words, one.is_on)) } }
        }
    }
}

fn ends(r: &Reader, v: &Edit) -> Markup {
    html! {
        section.sheet.stack {
            div.field {
                label for="expires" { (r.t("statement-expires")) }
                span.hint #expires-hint { (r.t("statement-expires-hint")) }
                input.in.short #expires type="date" name="expires" value=(v.expires) required aria-describedby="expires-hint";
            }
        }
    }
}
