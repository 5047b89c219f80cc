//! The landing page of a one-time link. Looking at it spends nothing; the POST does, so that a preview by a mail program or
//! a messenger can't use the link up.

use maud::{Markup, html};

use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Weight};
use crate::look::{Gate, gate};

/// What the landing page shows.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// The link's token, posted back as `token`.
    pub token: String,
    /// What the link is for.
    pub purpose: Purpose,
    /// The name typed or known.
    pub name: String,
    /// The e-mail typed or known; fixed if an admin set it.
    pub email: String,
    /// Whether the e-mail may be typed (first admin) or is set.
    pub email_fixed: bool,
    /// What is wrong with what was sent, if anything.
    pub error: Option<WelcomeError>,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The very first person: becomes admin.
    FirstAdmin,
    /// A person added by an admin.
    Join,
    /// A new password.
    Reset,
    /// The link is spent, expired or unknown; never says which.
    Spent,
}

/// What is wrong with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WelcomeError {
    /// The name is empty.
    Name,
    /// Not an e-mail address.
    Email,
    /// The password is shorter than 12 characters.
    Short,
    /// Password and repetition differ.
    Differ,
    /// The password is among the commonly known ones.
    Common,
}

/// The landing page. Posts `token`, `name`, `email`, `password`, `again` to `/welcome`.
#[must_use]
pub fn welcome(g: &Gate, v: &Welcome) -> Markup {
    let r = &g.reader;
    let title = match v.purpose {
        Purpose::FirstAdmin => r.t("welcome-first-title"),
        Purpose::Join => r.t("welcome-join-title"),
        Purpose::Reset => r.t("welcome-reset-title"),
        Purpose::Spent => r.t("welcome-spent-title"),
    };
    let inner = match v.purpose {
        Purpose::Spent => html! {
            div.sheet { h1 { (title) } p { (r.t("welcome-spent-body")) } (part::link(&r.t("to-sign-in"), Weight::First, "/sign-in")) }
        },
        _ => form::post(&g.csrf, "/welcome", "sheet", fields(g, v, &title)),
    };
    gate(g, &title, inner)
}

fn fields(g: &Gate, v: &Welcome, title: &str) -> Markup {
    let r = &g.reader;
    let says = |e: WelcomeError, words: String| (v.error == Some(e)).then_some(words);
    let name = says(WelcomeError::Name, r.t("welcome-error-name"));
    let email = says(WelcomeError::Email, r.t("welcome-error-email"));
    let password = says(WelcomeError::Short, r.t("welcome-error-short"))
        .or_else(|| says(WelcomeError::Common, r.t("welcome-error-common")));
    let again = says(WelcomeError::Differ, r.t("welcome-error-differ"));
    html! {
        h1 { (title) }
        p { (match v.purpose {
            Purpose::FirstAdmin => r.t("welcome-first-body"),
            Purpose::Join => r.t("welcome-join-body"),
            Purpose::Reset | Purpose::Spent => r.t("welcome-reset-body"),
        }) }
        (form::hidden("token", &v.token))
        @if v.purpose != Purpose::Reset {
            (Field::line(&r.t("your-name"), "name", "name").kind(Kind::Name).value(&v.name).hint(&r.t("your-name-hint")).error(name.as_deref()).show())
        }
        @if v.email_fixed {
            // The browser's password store needs the user name in the form.
            p { span.quiet { (r.t("email")) } br; strong { (v.email) } }
            input.vh type="text" name="email" autocomplete="username" value=(v.email) readonly tabindex="-1" aria-label=(r.t("email"));
        } @else {
            (Field::line(&r.t("email"), "email", "email").kind(Kind::Email).value(&v.email).error(email.as_deref()).show())
        }
        (Field::line(&r.t("password-new"), "password", "password").kind(Kind::NewPassword).hint(&r.t("password-hint")).error(password.as_deref()).show())
        (Field::line(&r.t("password-again"), "again", "again").kind(Kind::NewPassword).error(again.as_deref()).show())
        (part::button(&r.t("welcome-do"), Weight::First))
    }
}
