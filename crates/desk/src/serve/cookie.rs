//! The cookies: what they are called, how they are guarded. None holds anything but a random token or a choice of looks.

use axum::http::{HeaderMap, HeaderValue, header};

use super::DeskSettings;

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The session's token.
    Session,
    /// The token of forms before sign-in.
    Gate,
    /// The language chosen before sign-in.
    Lang,
    /// Light or dark, for the pages before sign-in.
    Theme,
    /// The site looked at.
    Site,
    /// The token of a visit at the private door.
    Door,
}

const YEAR_S: u32 = 31_536_000;

impl Cookie {
    /// Its name. `__Host-` makes browsers refuse one that another host or an unsafe page has set (RFC 6265bis §4.1.3.2).
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, true) => "__Host-bedside",
            (Cookie::Session, false) => "bedside",
            (Cookie::Gate, true) => "__Host-bedside_gate",
            (Cookie::Gate, false) => "bedside_gate",
            (Cookie::Door, true) => "__Host-bedside_door",
            (Cookie::Door, false) => "bedside_door",
            (Cookie::Lang, _) => "bedside_lang",
            (Cookie::Theme, _) => "bedside_theme",
            (Cookie::Site, _) => "bedside_site",
        }
    }

    /// Its value in a request.
    pub(super) fn read(self, headers: &HeaderMap, settings: &DeskSettings) -> Option<String> {
        let name = self.name(settings.secure_cookies);
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    }

    /// The header that sets it. Session, gate and door go when the browser closes; choices of looks stay a year.
    pub(super) fn set(self, value: &str, settings: &DeskSettings) -> Option<HeaderValue> {
        let age = match self {
            Cookie::Session | Cookie::Gate | Cookie::Door => String::new(),
            Cookie::Lang | Cookie::Theme | Cookie::Site => format!("; Max-Age={YEAR_S}"),
        };
        self.line(value, &age, settings)
    }

    /// The header that takes it away.
    pub(super) fn clear(self, settings: &DeskSettings) -> Option<HeaderValue> {
        self.line("", "; Max-Age=0", settings)
    }

    fn line(self, value: &str, age: &str, settings: &DeskSettings) -> Option<HeaderValue> {
        let secure = if settings.secure_cookies { "; Secure" } else { "" };
        let name = self.name(settings.secure_cookies);
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")).ok()
    }
}
