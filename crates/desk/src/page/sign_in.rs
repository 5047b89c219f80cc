//! Sign-in with a password.

use maud::{Markup, html};

use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Weight};
use crate::look::{Gate, Glyph, gate, icon};

/// What the sign-in page shows.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// The e-mail typed before, kept.
    pub email: String,
    /// Where to go afterwards: a path of our own; the handler checks it.
    pub next: Option<String>,
    /// How the last try went.
    pub state: SignInState,
    /// Whether there is a tour that says whom a visitor can be: in the demo.
    pub tour: bool,
}

/// How the last try went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignInState {
    /// No try yet.
    #[default]
    Fresh,
    /// E-mail or password is wrong; never says which.
    Wrong,
    /// Too many tries; again after this time.
    Locked {
        /// Microseconds UTC.
        until: i64,
    },
    /// The session ended by itself.
    Expired,
    /// Just signed out.
    SignedOut,
}

/// The sign-in page. Posts `email`, `password`, `next` to `/sign-in`.
#[must_use]
pub fn sign_in(g: &Gate, v: &SignIn) -> Markup {
    let r = &g.reader;
    let wrong = r.t("sign-in-wrong");
    let inner = html! {
        @if v.tour { p.told { (r.t("tour-at-gate")) " " a href="/tour" { (r.t("tour-title")) } "." } }
        (form::post(&g.csrf, "/sign-in", "sheet", html! {
            h1 { (r.t("sign-in")) }
            (told(g, v.state))
            @if let Some(next) = &v.next { (form::hidden("next", next)) }
            (Field::line(&r.t("email"), "email", "email").kind(Kind::Email).value(&v.email).show())
            (Field::line(&r.t("password"), "password", "password").kind(Kind::Password)
                .error((v.state == SignInState::Wrong).then_some(wrong.as_str())).show())
            (part::button(&r.t("sign-in"), Weight::First))
            p.small.quiet { (r.t("sign-in-session")) }
        }))
        p.small.quiet { (r.t("sign-in-help")) }
    };
    gate(g, &r.t("sign-in"), inner)
}

fn told(g: &Gate, state: SignInState) -> Markup {
    let r = &g.reader;
    match state {
        SignInState::Fresh | SignInState::Wrong => html! {},
        SignInState::Locked { until } => html! {
            p.told.is-now role="alert" { (icon(Glyph::Clock)) " " (r.say("sign-in-locked", &[("at", r.clock(until).into())])) }
        },
        SignInState::Expired => html! { p.told role="status" { (r.t("sign-in-expired")) } },
        SignInState::SignedOut => html! { p.told role="status" { (icon(Glyph::Check)) " " (r.t("sign-in-out")) } },
    }
}
