//! People and roles, for admins: who may do what at which site. No figure about anybody's work stands here or anywhere.

use maud::{Markup, html};

use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Tone, Weight};
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, role};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Everybody, by name.
    pub people: Vec<Person>,
    /// Sites that roles can be given at: (id, name).
    pub sites: Vec<(String, String)>,
    /// Role ids that can be given.
    pub roles: Vec<String>,
    /// A one-time link just made: shown once, never again.
    pub link: Option<NewLink>,
    /// What is wrong with what was sent.
    pub error: Option<PeopleError>,
    /// Kept from what was sent.
    pub name: String,
    /// Kept from what was sent.
    pub email: String,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id for forms.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail, which is the user name.
    pub email: String,
    /// Their roles.
    pub roles: Vec<RoleAt>,
    /// Their link is still open until then; `None`: they have a password.
    pub invited_until: Option<i64>,
    /// Locked out by an admin.
    pub locked: bool,
    /// It is the reader.
    pub me: bool,
}

/// A role at a site.
#[derive(Clone, Debug)]
pub struct RoleAt {
    /// Role id ("desk").
    pub role: String,
    /// Site id.
    pub site: String,
    /// Site name; for the whole group, that word.
    pub site_name: String,
}

/// A one-time link.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// Whom it is for.
    pub name: String,
    /// The whole address.
    pub url: String,
    /// When it ends.
    pub until: i64,
}

/// What is wrong with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeopleError {
    /// The name is empty.
    Name,
    /// Not an e-mail address.
    Email,
    /// Somebody has that e-mail already.
    Taken,
    /// The last admin can't lose that role.
    LastAdmin,
}

/// The page. Posts to `/people` with `act` = `add` (`name`, `email`, `site`, `role`), `give` or `withdraw` (`person`, `site`, `role`),
/// `link` (`person`), `lock` or `unlock` (`person`).
#[must_use]
pub fn people(f: &Frame, v: &People) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-people");
    let inner = html! {
        div.top { h1 { (title) } span.quiet { (r.t("people-motto")) } }
        div.body {
            @if let Some(link) = &v.link { (new_link(r, link)) }
            @if v.error == Some(PeopleError::LastAdmin) { p.told.is-now role="alert" { (icon(Glyph::Now)) " " (r.t("people-error-last-admin")) } }
            div.two {
                section aria-labelledby="list-h" { h2.vh #list-h { (r.t("people-list")) } ul.sheet.plain-list { @for p in &v.people { (person(f, v, p)) } } }
                (add(f, v))
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::People, case: None, inner })
}

fn new_link(r: &Reader, link: &NewLink) -> Markup {
    html! {
        section.sheet.stack.card.is-say aria-labelledby="link-h" {
            h2 #link-h { (r.say("people-link-title", &[("who", r.name(&link.name).into())])) }
            div.row {
                label.vh for="link" { (r.t("people-link")) }
                input.in.grow.mono #link readonly value=(link.url);
                button.btn.js type="button" data-copy="link" { (r.t("copy")) }
            }
            p { (r.say("people-link-body", &[("at", r.until(link.until).into())])) }
        }
    }
}

fn person(f: &Frame, v: &People, p: &Person) -> Markup {
    let r = &f.reader;
    html! {
        li.person {
            div.row {
                (part::who_beside(&p.name)) strong { (p.name) } span.quiet { (p.email) }
                @if p.me { (part::tag(&r.t("people-you"), Glyph::Check, Tone::Plain)) }
                @if p.locked { (part::tag(&r.t("people-locked"), Glyph::Forbid, Tone::Now)) }
                @if let Some(at) = p.invited_until { (part::tag(&r.say("people-invited", &[("at", r.until(at).into())]), Glyph::Clock, Tone::Hold)) }
            }
            @if p.roles.is_empty() { p.small.quiet { (r.t("people-no-role")) } }
            @else { ul.row { @for at in &p.roles { li { span.chip { (role(r, &at.role)) ", " (at.site_name) } } } } }
            (change(f, v, p))
        }
    }
}

fn change(f: &Frame, v: &People, p: &Person) -> Markup {
    let r = &f.reader;
    let ids = |verb: &str| html! { (form::hidden("act", verb)) (form::hidden("person", &p.id)) };
    html! {
        details.act {
            summary.btn.bare { (r.t("people-change")) span.vh { " " (p.name) } }
            div.act-body.stack {
                (form::post(&f.csrf, "/people", "row", html! {
                    (ids("give")) (role_fields(r, v, &p.id)) (part::button(&r.t("people-give"), Weight::Plain))
                }))
                @for at in &p.roles {
                    (form::act(f, "/people", html! {
                        (ids("withdraw")) (form::hidden("role", &at.role)) (form::hidden("site", &at.site))
                        (part::button(&r.say("people-withdraw", &[("role", role(r, &at.role).into()), ("site", (&at.site_name).into())]), Weight::Bare))
                    }))
                }
                div.row {
                    (form::act(f, "/people", html! { (ids("link")) (part::button(&r.t("people-new-link"), Weight::Plain)) }))
                    @if !p.me {
                        @if p.locked { (form::act(f, "/people", html! { (ids("unlock")) (part::button(&r.t("people-unlock"), Weight::Plain)) })) }
                        @else { (form::act(f, "/people", html! { (ids("lock")) (part::button(&r.t("people-lock"), Weight::Warn)) })) }
                    }
                }
            }
        }
    }
}

fn role_fields(r: &Reader, v: &People, id: &str) -> Markup {
    let roles: Vec<_> = v.roles.iter().map(|x| (x.clone(), role(r, x), false)).collect();
    let sites: Vec<_> = v.sites.iter().map(|(id, name)| (id.clone(), name.clone(), false)).collect();
    html! {
        (form::choice(&r.t("people-role"), &format!("role-{id}"), "role", &roles))
        (form::choice(&r.t("site-word"), &format!("site-{id}"), "site", &sites))
    }
}

fn add(f: &Frame, v: &People) -> Markup {
    let r = &f.reader;
    let name = (v.error == Some(PeopleError::Name)).then(|| r.t("welcome-error-name"));
    let email = match v.error {
        Some(PeopleError::Email) => Some(r.t("welcome-error-email")),
        Some(PeopleError::Taken) => Some(r.t("people-error-taken")),
        _ => None,
    };
    html! {
        section.sheet.stack aria-labelledby="add-h" {
            h2 #add-h { (r.t("people-add")) }
            (form::post(&f.csrf, "/people", "stack", html! {
                (form::hidden("act", "add"))
                (Field::line(&r.t("name"), "add-name", "name").value(&v.name).error(name.as_deref()).show())
                (Field::line(&r.t("email"), "add-email", "email").kind(Kind::Line).value(&v.email).error(email.as_deref()).show())
                (role_fields(r, v, "add"))
                (part::button(&r.t("people-add-do"), Weight::First))
            }))
            p.small.quiet { (r.t("people-add-body")) }
        }
    }
}
