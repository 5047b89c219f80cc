//! What forms send: fields, and the proof that the form was ours (the session's token, the browser's word for the origin).

use axum::{
    extract::{Form, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header},
};

use super::{DeskSettings, DeskState, answer::Stop, session::Signed, token};
use crate::page::error::Trouble;

/// The longest line a form may send where one line is asked for, in characters.
const LINE_CHARS: usize = 500;

/// The fields of a form, in the order sent.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form's body.
    pub(crate) async fn read(request: Request, state: &DeskState) -> Result<Self, Stop> {
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(_) => Err(Stop::Unclear),
        }
    }

    /// Fields that were read elsewhere.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The value as sent; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether there is such a field, empty or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// Every value sent under a name, in the order sent.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// One line: trimmed, without control characters, at most 500 characters.
    pub(crate) fn line(&self, name: &str) -> String {
        let one: String = self.get(name).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        one.trim().chars().take(LINE_CHARS).collect()
    }
}

/// A form sent by somebody signed in, checked to be ours.
pub(super) struct Posted {
    /// Who sent it.
    pub who: Signed,
    /// What it says.
    pub fields: Fields,
}

impl FromRequest<DeskState> for Posted {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &DeskState) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        check_origin(&parts.headers, &state.settings)?;
        let who = Signed::from_request_parts(&mut parts, state).await?;
        let fields = Fields::read(Request::from_parts(parts, body), state).await?;
        if token::same(fields.get("csrf"), &who.session.csrf) {
            Ok(Self { who, fields })
        } else {
            Err(Stop::Trouble(Trouble::Stale))
        }
    }
}

/// Refuses a form that the browser says another site sent. Our pages send no referrer, so that browsers write
/// `Origin: null` for our own forms too (Fetch §3.2); then the token decides alone.
pub(crate) fn check_origin(headers: &HeaderMap, settings: &DeskSettings) -> Result<(), Stop> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetch_site = text(header::HeaderName::from_static("sec-fetch-site"));
    let ours = match (fetch_site, text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, None | Some("null")) => true,
        (None, Some(origin)) => {
            let host = text(header::HOST).unwrap_or_default();
            origin == settings.public_url.trim_end_matches('/')
                || origin.split_once("://").is_some_and(|(_, named)| named == host)
        }
    };
    if ours { Ok(()) } else { Err(Stop::Trouble(Trouble::Stale)) }
}
