//! Writing the house's own rules: plain text fields, checked strictly when they are kept. What is refused stays in the fields.

use maud::{Markup, html};

use super::rules_href;
use crate::look::form::{self, Field};
use crate::look::part::{self, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Write {
    /// The site's slug.
    pub site: String,
    /// The version that is written on; 0: none.
    pub based_on: i64,
    /// The files.
    pub files: Vec<WrittenFile>,
    /// The name of a file to be added.
    pub new_name: String,
    /// What it is for, as typed.
    pub why: String,
    /// What is wrong with the rules.
    pub problems: Vec<Problem>,
    /// Why it was not kept, where the rules themselves are well.
    pub error: Option<String>,
}

/// A file as it is written.
#[derive(Clone, Debug, Default)]
pub struct WrittenFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether its name can be changed: it is new.
    pub is_new: bool,
}

/// Something wrong with a rule.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The rule's id.
    pub rule: Option<String>,
    /// What is wrong, as the rule language says it.
    pub what: String,
    /// What may help.
    pub help: Option<String>,
    /// The line as it stands there.
    pub text: String,
}

/// The page. Posts `based`, `why`, and for each file `name` and `text`, to `/rules/SITE/write`.
#[must_use]
pub fn write(f: &Frame, v: &Write) -> Markup {
    let r = &f.reader;
    let title = r.t("rules-write-title");
    let back = rules_href(&v.site, "");
    let inner = html! {
        div.top { a.btn.bare data-back href=(back) { (icon(Glyph::Back)) (r.t("nav-rules")) } h1 { (title) } }
        div.body.narrow {
            (problems(f, v))
            @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
            p { (r.t("rules-write-body")) }
            (form::post(&f.csrf, &rules_href(&v.site, "/write"), "stack", html! {
                (form::hidden("based", &v.based_on.to_string()))
                @for (n, file) in v.files.iter().enumerate() {
                    // One more file is the exception where there are some; what was typed stays open.
                    @if file.is_new && v.files.len() > 1 && file.text.is_empty() {
                        (form::unfold("new-file", &r.t("rules-file-new"), "bare", show_file(f, v, n, file)))
                    } @else { (show_file(f, v, n, file)) }
                }
                (Field::line(&r.t("rules-write-why"), "rules-why", "why").hint(&r.t("rules-reason-hint")).value(&v.why).show())
                div.row { (part::button(&r.t("rules-write-do"), Weight::First)) (part::link(&r.t("cancel"), Weight::Bare, &back)) }
                p.small.quiet { (r.t("rules-write-next")) }
            }))
            (help(f))
        }
    };
    shell(f, Shell { title: &title, place: Place::Rules, case: None, inner })
}

fn problems(f: &Frame, v: &Write) -> Markup {
    let r = &f.reader;
    if v.problems.is_empty() {
        return html! {};
    }
    html! {
        section.slip.is-now #problems role="alert" aria-labelledby="problems-h" {
            div.verb { (icon(Glyph::Now)) h2 #problems-h { (r.say("rules-problems", &[("count", i64::try_from(v.problems.len()).unwrap_or(i64::MAX).into())])) } }
            div.stack {
                p { (r.t("rules-problems-body")) }
                ul.plain-list {
                    @for one in &v.problems {
                        li {
                            p { a href={ "#" (file_id(v, &one.file)) } { strong { (r.say("rules-problem-at", &[("file", one.file.as_str().into()), ("line", i64::try_from(one.line).unwrap_or(0).into())])) } }
                                @if let Some(rule) = &one.rule { " " code { (rule) } } }
                            @if !one.text.trim().is_empty() { pre.code { (one.text) } }
                            p lang="en" { (one.what) }
                            @if let Some(help) = &one.help { p.is-hold lang="en" { (icon(Glyph::Find)) " " strong { (help) } } }
                        }
                    }
                }
            }
        }
    }
}

fn file_id(v: &Write, name: &str) -> String {
    let at = v.files.iter().position(|file| file.name == name);
    at.map_or_else(|| "rules-why".to_owned(), |n| format!("text-{n}"))
}

fn show_file(f: &Frame, v: &Write, n: usize, file: &WrittenFile) -> Markup {
    let r = &f.reader;
    let id = format!("text-{n}");
    let rows = file.text.lines().count().clamp(if file.is_new { 10 } else { 6 }, 32) + 1;
    let is_bad = v.problems.iter().any(|one| one.file == file.name);
    html! {
        section.stack aria-labelledby={ (id) "-h" } {
            h2 #{ (id) "-h" } { @if file.is_new { (r.t("rules-file")) } @else { code { (file.name) } } }
            @if file.is_new {
                (Field::line(&r.t("rules-file-name"), &format!("name-{n}"), "name").value(&file.name).hint(&r.t("rules-file-name-hint")).optional().show())
            } @else { (form::hidden("name", &file.name)) }
            div.field.bad[is_bad] {
                label.vh[!file.is_new] for=(id) { @if file.is_new { (r.t("rules-file-text")) } @else { (file.name) } }
                textarea.in.code #(id) name="text" rows=(rows) spellcheck="false" autocapitalize="off" autocomplete="off"
                    aria-invalid=[is_bad.then_some("true")] aria-describedby=[is_bad.then_some("problems-h")] { (maud::PreEscaped("\n")) (file.text) }
            }
        }
    }
}

fn help(f: &Frame) -> Markup {
    let r = &f.reader;
    form::unfold(
        "rules-help",
        &r.t("rules-help"),
        "bare",
        html! {
            p { (r.t("rules-help-body")) }
            pre.code { (EXAMPLE) }
            p.small.quiet { (r.t("rules-help-empty")) }
        },
    )
}

/// A rule as a house may have it.
pub const EXAMPLE: &str = "@id(\"house.open_day\")
@reason_de(\"Heute ist Tag der offenen Tür. Fragen beantworten wir vor Ort.\")
@reason_en(\"Today is open day. We answer questions on the spot.\")
@source(\"Decision of the board, 3 March\")
@hold(\"12h\") @hold_from(\"now\")
forbid (principal, action == Action::\"answer_public_generic\", resource)
when { context.topics.contains(Topic::\"admin_question\") && context.hours_since_post < 12 };
";
