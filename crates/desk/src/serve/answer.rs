//! Answers: pages, redirects, and what stops a request. A [`Stop`] becomes a page in `outer`, which knows who asks.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bedside_core::policy::desk::Refusal;
use bedside_store::StoreError;
use maud::Markup;

use crate::{look::rail::encoded, page::error::Trouble};

/// What a handler gives.
pub(crate) type Answer = Result<Response, Stop>;

/// Why a request is not carried out.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Nobody is signed in.
    SignIn {
        /// Where to go on afterwards.
        next: Option<String>,
        /// There was a session, but it is over.
        expired: bool,
    },
    /// What was sent can't be understood.
    Unclear,
    /// The rules of the desk refuse it.
    Refused(Refusal),
    /// Anything a page says in words already.
    Trouble(Trouble),
    /// The store failed.
    Store(StoreError),
    /// The road failed elsewhere, in its own words.
    Road(String),
}

/// The trouble of a response, for the layer that makes a page of it.
#[derive(Clone, Debug)]
pub(crate) enum Marked {
    /// Not understood; the page has the words.
    Unclear,
    /// Refused, in both languages.
    Refused(Refusal),
    /// As it says.
    Trouble(Trouble),
    /// Our fault.
    Broken,
}

impl Stop {
    /// Nothing here, or nothing for this person: never says which.
    pub(crate) const NOT_FOUND: Self = Self::Trouble(Trouble::NotFound);
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let (status, marked) = match self {
            Self::SignIn { next, expired } => return to_sign_in(next.as_deref(), expired),
            Self::Unclear => (StatusCode::BAD_REQUEST, Marked::Unclear),
            Self::Refused(refusal) => (StatusCode::FORBIDDEN, Marked::Refused(refusal)),
            Self::Trouble(trouble) => {
                let status = StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, Marked::Trouble(trouble))
            }
            Self::Store(error) => {
                tracing::error!(%error, "the store failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Marked::Broken)
            }
            Self::Road(error) => {
                tracing::error!(error, "the road failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Marked::Broken)
            }
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(marked);
        response
    }
}

fn to_sign_in(next: Option<&str>, expired: bool) -> Response {
    let mut query = Vec::new();
    if let Some(next) = next {
        query.push(format!("next={}", encoded(next)));
    }
    if expired {
        query.push("state=expired".to_owned());
    }
    let mark = if query.is_empty() { "" } else { "?" };
    see(&format!("/sign-in{mark}{}", query.join("&")))
}

/// A page.
pub(crate) fn page(markup: Markup) -> Response {
    page_with(StatusCode::OK, markup)
}

/// A page with another status than 200.
pub(crate) fn page_with(status: StatusCode, markup: Markup) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}

/// "See there": the answer to every act, so that reloading repeats nothing (RFC 9110 §15.4.4).
pub(crate) fn see(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(_) => Stop::Unclear.into_response(),
    }
}

/// The same answer with a cookie set.
pub(crate) fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of our own to go on to, or `/`: never another host (`//evil`, `/\evil`), never a header of its own.
pub(crate) fn safe_next(next: &str) -> &str {
    let mut chars = next.chars();
    let ours = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    if ours && next.is_ascii() && !next.chars().any(|c| c.is_control() || c == '\\') { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn sign_in_leads_to_no_other_host() {
        for (next, goes) in [
            ("/case/7?x=1#reply", "/case/7?x=1#reply"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(safe_next(next), goes, "{next}");
        }
    }
}
