//! Requests before sign-in: language, theme and the token of the forms come from cookies, not from a session.

use std::collections::HashMap;

use axum::{
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use bedside_core::time::Timestamp;
use bedside_store::sites;
use maud::Markup;

use super::{
    DeskState, address,
    answer::{Stop, page_with, with_cookie},
    cookie::Cookie,
    form::{Fields, check_origin},
    token,
};
use crate::{
    look::{Gate, Theme},
    page::error::Trouble,
    text::{Lang, Reader},
};

/// A request before sign-in.
pub(super) struct AtGate {
    /// What its page shows around its own matter.
    pub gate: Gate,
    /// The query's values.
    pub query: HashMap<String, String>,
    /// The headers.
    pub headers: HeaderMap,
    /// Where it comes from, as failed tries are counted.
    pub address: Option<String>,
    /// The time of the request.
    pub now: Timestamp,
    cookies: Vec<Option<HeaderValue>>,
}

impl FromRequestParts<DeskState> for AtGate {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &DeskState) -> Result<Self, Stop> {
        let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri).map_or_else(|_| HashMap::new(), |q| q.0);
        let settings = &state.settings;
        let mut cookies = Vec::new();
        let asked = query.get("lang").and_then(|code| Lang::from_code(code));
        let kept = Cookie::Lang.read(&parts.headers, settings).and_then(|code| Lang::from_code(&code));
        let accept =
            parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lang = asked.or(kept).unwrap_or_else(|| Lang::from_accept(accept));
        if let Some(lang) = asked {
            cookies.push(Cookie::Lang.set(lang.code(), settings));
        }
        let csrf = match Cookie::Gate.read(&parts.headers, settings).filter(|token| token.len() == 43) {
            Some(csrf) => csrf,
            None => {
                let csrf = token::fresh()?;
                cookies.push(Cookie::Gate.set(&csrf, settings));
                csrf
            }
        };
        let now = state.clock.now();
        let all = sites::all(&mut state.store.begin_read().await?).await?;
        let gate = Gate {
            reader: Reader::new(lang, now.as_micros(), settings.zone.clone()),
            theme: Theme::from_code(&Cookie::Theme.read(&parts.headers, settings).unwrap_or_default()),
            csrf,
            group: all.first().map(|site| site.group.clone()).unwrap_or_default(),
            path: parts.uri.path().to_owned(),
            keep: String::new(),
        };
        let address = address::of(parts, &settings.trusted_proxies).map(address::counted);
        Ok(Self { gate, query, headers: parts.headers.clone(), address, now, cookies })
    }
}

impl AtGate {
    /// A value of the query; empty if there is none.
    pub(super) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The page, with the cookies that this request begins.
    pub(super) fn page(self, status: StatusCode, markup: Markup) -> Response {
        self.cookies.into_iter().fold(page_with(status, markup), with_cookie)
    }
}

/// A form sent before sign-in, checked against the cookie that its page set.
pub(super) struct GatePosted {
    /// The request around it.
    pub at: AtGate,
    /// What it says.
    pub fields: Fields,
}

impl FromRequest<DeskState> for GatePosted {
    type Rejection = Stop;

    async fn from_request(request: Request, state: &DeskState) -> Result<Self, Stop> {
        let (mut parts, body) = request.into_parts();
        check_origin(&parts.headers, &state.settings)?;
        let at = AtGate::from_request_parts(&mut parts, state).await?;
        let fields = Fields::read(Request::from_parts(parts, body), state).await?;
        // Without the cookie the token is a fresh one that no form can know.
        if token::same(fields.get("csrf"), &at.gate.csrf) {
            Ok(Self { at, fields })
        } else {
            Err(Stop::Trouble(Trouble::Stale))
        }
    }
}
