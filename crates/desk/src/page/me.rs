//! The reader's own page: language, theme, keys, sessions, password, sign out.

use maud::{Markup, html};

use crate::look::form::{self, Field, Kind};
use crate::look::part::{self, Tone, Weight};
use crate::look::rail::sign_out;
use crate::look::{Frame, Glyph, Place, Shell, Theme, shell};
use crate::text::{Lang, Reader, role};

/// What the page shows; language, theme, keys and name stand in the frame.
#[derive(Clone, Debug, Default)]
pub struct Me {
    /// The reader's e-mail.
    pub email: String,
    /// The reader's roles: (role id, site name).
    pub roles: Vec<(String, String)>,
    /// Where the reader is signed in, newest first.
    pub sessions: Vec<Session>,
    /// The settings were just saved.
    pub saved: bool,
    /// How changing the password went.
    pub password: PasswordState,
}

/// A place where the reader is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Id for ending it.
    pub id: String,
    /// What is known of the browser ("Firefox, Linux").
    pub browser: String,
    /// When it was last used.
    pub seen: i64,
    /// It is this one.
    pub this: bool,
}

/// How changing the password went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordState {
    /// Not tried.
    #[default]
    Fresh,
    /// The old one is wrong.
    Wrong,
    /// The new one is shorter than 12 characters.
    Short,
    /// The new one is commonly known.
    Common,
    /// Changed.
    Changed,
}

/// The page. Posts to `/me` with `act` = `settings` (`lang`, `theme`, and `keys`, `softens`, `sounds` = `on`), `password` (`old`, `password`), `end` (`session`).
#[must_use]
pub fn me(f: &Frame, v: &Me) -> Markup {
    let r = &f.reader;
    let inner = html! {
        div.top { h1 { (f.me) } span.quiet { (v.email) } span.push { (sign_out(f)) } }
        div.body.narrow {
            (roles(r, v))
            (settings(f, v))
            (sessions(f, v))
            (password(f, v))
        }
    };
    shell(f, Shell { title: &f.me, place: Place::Me, case: None, inner })
}

fn roles(r: &Reader, v: &Me) -> Markup {
    html! {
        section.stack aria-labelledby="roles-h" {
            h2 #roles-h { (r.t("me-roles")) }
            @if v.roles.is_empty() { p { (r.t("people-no-role")) } }
            @else { ul.row { @for (id, site) in &v.roles { li { span.chip { (role(r, id)) ", " (site) } } } } }
        }
    }
}

fn settings(f: &Frame, v: &Me) -> Markup {
    let r = &f.reader;
    let langs: Vec<_> = Lang::ALL.map(|l| (l.code().to_owned(), l.own_name().to_owned(), l == r.lang)).to_vec();
    let themes =
        [(Theme::System, r.t("theme-system")), (Theme::Light, r.t("theme-light")), (Theme::Dark, r.t("theme-dark"))]
            .map(|(theme, words)| (theme.code().to_owned(), words, theme == f.theme));
    html! {
        section.sheet.stack aria-labelledby="settings-h" {
            h2 #settings-h { (r.t("me-settings")) }
            @if v.saved { p.told role="status" { (r.t("saved")) } }
            (form::post(&f.csrf, "/me", "stack", html! {
                (form::hidden("act", "settings"))
                (form::choice(&r.t("me-lang"), "lang", "lang", &langs))
                (form::choice(&r.t("me-theme"), "theme", "theme", &themes))
                label.choice.wide { input type="checkbox" name="keys" value="on" checked[f.keys]; span { (r.t("me-keys")) " " a href="/keys" { (r.t("me-keys-which")) } } }
                label.choice.wide { input type="checkbox" name="softens" value="on" checked[f.softens]; span { (r.t("me-softens")) br; span.small.quiet { (r.t("me-softens-body")) } } }
                label.choice.wide { input type="checkbox" name="sounds" value="on" checked[f.sounds]; span { (r.t("me-sounds")) br; span.small.quiet { (r.t("me-sounds-body")) } } }
                div.row {
                    (part::button(&r.t("save"), Weight::First))
                    button.btn.bare.live-only type="button" data-sound { (r.t("me-sounds-try")) }
                }
            }))
        }
    }
}

fn sessions(f: &Frame, v: &Me) -> Markup {
    let r = &f.reader;
    html! {
        section.stack aria-labelledby="sessions-h" {
            h2 #sessions-h { (r.t("me-sessions")) }
            ul.sheet.plain-list { @for s in &v.sessions {
                li.row {
                    span { (s.browser) br; span.small.quiet { (r.say("me-session-seen", &[("at", r.moment(s.seen).into())])) } }
                    span.push {
                        @if s.this { (part::tag(&r.t("me-session-this"), Glyph::Check, Tone::Say)) }
                        @else {
                            (form::act(f, "/me", html! {
                                (form::hidden("act", "end")) (form::hidden("session", &s.id))
                                button.btn type="submit" { (r.t("me-session-end")) span.vh { " " (s.browser) } }
                            }))
                        }
                    }
                }
            } }
        }
    }
}

fn password(f: &Frame, v: &Me) -> Markup {
    let r = &f.reader;
    let old = (v.password == PasswordState::Wrong).then(|| r.t("password-old-wrong"));
    let new = match v.password {
        PasswordState::Short => Some(r.t("welcome-error-short")),
        PasswordState::Common => Some(r.t("welcome-error-common")),
        PasswordState::Fresh | PasswordState::Wrong | PasswordState::Changed => None,
    };
    html! {
        section.sheet.stack aria-labelledby="password-h" {
            h2 #password-h { (r.t("me-password")) }
            @if v.password == PasswordState::Changed { p.told role="status" { (r.t("password-changed")) } }
            (form::post(&f.csrf, "/me", "stack", html! {
                (form::hidden("act", "password"))
                (Field::line(&r.t("password-old"), "old", "old").kind(Kind::Password).error(old.as_deref()).show())
                (Field::line(&r.t("password-new"), "password", "password").kind(Kind::NewPassword).hint(&r.t("password-hint")).error(new.as_deref()).show())
                div { (part::button(&r.t("password-do"), Weight::Plain)) }
            }))
        }
    }
}
