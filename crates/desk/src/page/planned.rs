//! Posts of the house's own that are planned for a later time: what leaves when, what was kept back and why, and the form.

use maud::{Markup, html};

use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Lang, Reader, guard_kind, own_back};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// What is planned or was kept back, the next first.
    pub posts: Vec<Post>,
    /// What was said or withdrawn, the latest first.
    pub past: Vec<Past>,
    /// The form; `None`: the reader may not plan, or no account of the house can say anything of its own.
    pub form: Option<Form>,
}

/// How a planned post stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// A second person is asked.
    Asked,
    /// Approved for its time.
    Approved,
    /// It is being handed over, or is looked for.
    Leaving,
    /// Kept back: a person decides anew.
    Back,
}

/// A planned post.
#[derive(Clone, Debug)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// What the approver sees, as a commitment in hexadecimal.
    pub shown: String,
    /// The account's name, and the house where there are several.
    pub account: String,
    /// Its language.
    pub lang: String,
    /// What it says; empty: not for this reader.
    pub text: String,
    /// When it leaves.
    pub at: i64,
    /// How it stands.
    pub stands: Stands,
    /// Who wrote it.
    pub by: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// Why it was kept back, in a word.
    pub back: Option<String>,
    /// What would keep it back if its time were now, in a word, with the reasons of rules.
    pub meets: Option<(String, Vec<String>)>,
    /// What the guard warns of.
    pub warns: Vec<String>,
    /// The reader wrote it.
    pub own: bool,
    /// The reader may approve it.
    pub may_approve: bool,
    /// The reader may change it.
    pub may_change: bool,
    /// The reader may withdraw it.
    pub may_withdraw: bool,
}

/// One that is over.
#[derive(Clone, Debug)]
pub struct Past {
    /// The account's name.
    pub account: String,
    /// What it said.
    pub text: String,
    /// Its language.
    pub lang: String,
    /// When it was said or withdrawn.
    pub at: i64,
    /// Where it stands, where the platform has an address for it.
    pub url: Option<String>,
    /// It was said; else it was withdrawn.
    pub is_said: bool,
}

/// What stands in the form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The post that is changed; empty: a new one.
    pub id: String,
    /// Accounts to choose from: id, name.
    pub accounts: Vec<(String, String)>,
    /// The account chosen.
    pub account: String,
    /// The language chosen.
    pub lang: String,
    /// What was typed.
    pub text: String,
    /// When, as the browser's field has it.
    pub at: String,
    /// Nobody appears in it without a written permission.
    pub has_permission: bool,
    /// Kinds of findings with which the guard blocks it.
    pub found: Vec<String>,
    /// Why it was not kept.
    pub error: Option<String>,
}

/// The page. Posts `act` to `/planned`.
#[must_use]
pub fn planned(f: &Frame, v: &Planned) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { h1 { (r.t("planned-title")) } }
        div.body.narrow #planned data-live data-guarded {
            p.quiet { (r.t("planned-body")) }
            @if v.posts.is_empty() { div.nothing { (icon(Glyph::Hold)) h2 { (r.t("planned-none")) } } }
            @for post in &v.posts { (one(f, post)) }
            @match &v.form {
                Some(form) => (pen(f, form)),
                None => p.quiet { (r.t("planned-not-yours")) },
            }
            (past(r, &v.past))
        }
    };
    shell(f, Shell { title: &r.t("planned-title"), place: Place::Planned, case: None, inner })
}

fn one(f: &Frame, p: &Post) -> Markup {
    let r = &f.reader;
    let heading = format!("planned-{}", p.id);
    let class = if p.stands == Stands::Back { "is-now" } else { "is-hold" };
    html! {
        article.slip.(class) aria-labelledby=(heading) {
            div.verb {
                (icon(if p.stands == Stands::Back { Glyph::Now } else { Glyph::Hold }))
                h2 id=(heading) { (r.until(p.at)) ", " (p.account) }
            }
            div.stack {
                div.row { (tag(r, p)) span.chip { (p.lang.to_uppercase()) } }
                @if let Some(back) = &p.back { p { strong { (own_back(r, back)) } " " (r.t("planned-back-then")) } }
                p.draft lang=(p.lang) dir="auto" { (p.text) }
                small.quiet { (r.say("planned-by", &[("who", r.name(&p.by).into())])) @if let Some(who) = &p.approver { " " (r.say("planned-approved-by", &[("who", r.name(who).into())])) } }
                @if let Some((word, reasons)) = &p.meets {
                    p.small { (icon(Glyph::Forbid)) " " (r.t("planned-meets")) " " (own_back(r, word)) }
                    @for reason in reasons { p.small.quiet { (reason) } }
                }
                @if !p.warns.is_empty() { p.small { (r.t("planned-warns")) " " (p.warns.iter().map(|kind| guard_kind(r, kind)).collect::<Vec<_>>().join(", ")) } }
                @if p.stands == Stands::Asked && p.own { p.small { (r.t("planned-own")) } }
                (acts(f, p))
            }
        }
    }
}

fn tag(r: &Reader, p: &Post) -> Markup {
    match p.stands {
        Stands::Asked => part::tag(&r.t("planned-asked"), Glyph::Hold, Tone::Hold),
        Stands::Approved => part::tag(&r.t("planned-approved"), Glyph::Seal, Tone::Say),
        Stands::Leaving => part::tag(&r.t("planned-leaving"), Glyph::Say, Tone::Say),
        Stands::Back => part::tag(&r.t("planned-back"), Glyph::Now, Tone::Now),
    }
}

fn acts(f: &Frame, p: &Post) -> Markup {
    let r = &f.reader;
    let sent = html! { (form::hidden("post", &p.id)) (form::hidden("shown", &p.shown)) };
    html! {
        @if p.may_approve {
            (form::post(&f.csrf, "/planned", "stack", html! {
                (form::hidden("act", "approve")) (sent)
                @if !p.warns.is_empty() { label.choice.wide { input type="checkbox" name="confirm" value="yes"; span { (r.t("planned-confirm")) } } }
                div { (part::button(&r.t("planned-approve"), Weight::First)) }
            }))
        }
        @if p.may_change || p.may_withdraw {
            div.row {
                @if p.may_change { (part::link(&r.t("planned-change"), Weight::Plain, &format!("/planned?edit={}#pen", p.id))) }
                @if p.may_withdraw { (form::act(f, "/planned", html! { (form::hidden("act", "withdraw")) (sent) (part::button(&r.t("planned-withdraw"), Weight::Bare)) })) }
            }
        }
    }
}

fn pen(f: &Frame, v: &Form) -> Markup {
    let r = &f.reader;
    let langs = Lang::ALL.map(|one| (one.code().to_owned(), one.own_name().to_owned(), one.code() == v.lang));
    let accounts: Vec<_> = v.accounts.iter().map(|(id, name)| (id.clone(), name.clone(), *id == v.account)).collect();
    let title = r.t(if v.id.is_empty() { crate::text::key!("planned-new") } else { crate::text::key!("planned-edit") });
    html! {
        section.sheet.stack #pen aria-labelledby="pen-h" {
            h2 #pen-h { (title) }
            @if let Some(error) = &v.error { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (error) } }
            (form::post(&f.csrf, "/planned", "stack", html! {
                (form::hidden("act", "plan")) (form::hidden("post", &v.id))
                (form::choice(&r.t("planned-account"), "account", "account", &accounts))
                (form::choice(&r.t("planned-lang"), "lang", "lang", &langs))
                (Field::line(&r.t("planned-at"), "at", "at").kind(Kind::When).value(&v.at).hint(&r.t("planned-at-hint")).show())
                div.field.bad[!v.found.is_empty()] {
                    label for="text" { (r.t("planned-text")) }
                    span.hint #text-hint { (r.t("planned-text-hint")) }
                    @if !v.found.is_empty() {
                        span.err #text-error role="alert" {
                            (icon(Glyph::Forbid)) " " (r.t("planned-blocked")) " "
                            (v.found.iter().map(|kind| guard_kind(r, kind)).collect::<Vec<_>>().join(", "))
                        }
                    }
                    textarea.in #text name="text" rows="4" required aria-invalid=[(!v.found.is_empty()).then_some("true")] aria-describedby={ "text-hint" @if !v.found.is_empty() { " text-error" } } { (v.text) }
                }
                label.choice.wide { input type="checkbox" name="permission" value="yes" checked[v.has_permission]; span { (r.t("planned-permission")) } }
                div.row {
                    (part::button(&r.t("planned-ask"), Weight::First))
                    @if !v.id.is_empty() { (part::link(&r.t("cancel"), Weight::Bare, "/planned")) }
                }
            }))
        }
    }
}

fn past(r: &Reader, all: &[Past]) -> Markup {
    if all.is_empty() {
        return html! {};
    }
    html! {
        section.stack aria-labelledby="past-h" {
            h2 #past-h { (r.t("planned-past")) }
            ul.plain-list.sheet {
                @for p in all {
                    li {
                        strong { (r.t(if p.is_said { crate::text::key!("planned-said") } else { crate::text::key!("planned-withdrawn") })) }
                        " " (part::moment(r, p.at)) ", " (p.account)
                        @if let Some(url) = &p.url { " " a href=(url) rel="noreferrer" { (r.t("planned-look")) } }
                        br; span.small.quiet lang=(p.lang) dir="auto" { (p.text) }
                    }
                }
            }
        }
    }
}
