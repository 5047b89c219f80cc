//! What surrounds every request under `/fhir`: an id, a line in the log without addresses, queries or text, the formats
//! that are offered, and an OperationOutcome in place of every bare error.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::code::IssueType;
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::{FhirState, answer, answer::Stop};
use crate::serve::{address, token};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Who asks over which connection, as the audit trail names it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The id of the request, the client's own if it gave one.
    pub request: String,
    /// Its address in the network.
    pub address: String,
    /// The name under which failed tries from there are counted.
    pub counted: Option<String>,
}

/// The layer around every route.
pub(super) async fn around(State(state): State<FhirState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>().map_or("/fhir (none)", MatchedPath::as_str).to_owned();
    let origin = origin(&state, &parts);
    let span = tracing::info_span!("fhir", id = %origin.request, method = %parts.method, route);
    let id = origin.request.clone();
    let refused = unacceptable(&parts);
    parts.extensions.insert(origin);
    let work = async {
        let response = match refused {
            Some(stop) => stop.into_response(),
            None => {
                AssertUnwindSafe(next.run(Request::from_parts(parts, body))).catch_unwind().await.unwrap_or_else(|_| {
                    tracing::error!("a FHIR request panicked");
                    answer::broken()
                })
            }
        };
        let response = explained(response);
        let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
        tracing::debug!(status, ms, "answered");
        response
    };
    with_headers(work.instrument(span).await, &id, &state)
}

fn origin(state: &FhirState, parts: &Parts) -> Origin {
    let given = parts.headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_plain =
        |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let fresh = || bedside_store::random::<8>().map(|bytes| token::hex(&bytes)).unwrap_or_default();
    let from = address::of(parts, &state.settings.trusted_proxies);
    Origin {
        request: given.filter(is_plain).map_or_else(fresh, str::to_owned),
        address: from.map(|address| address.to_string()).unwrap_or_default(),
        counted: from.map(address::counted),
    }
}

/// Whether an answer is wanted in a format that there is not (R4, http.html#mime-type). `_format` goes before the header.
fn unacceptable(parts: &Parts) -> Option<Stop> {
    let format = parts.uri.query().into_iter().flat_map(|query| query.split('&'));
    let format = format.filter_map(|pair| pair.strip_prefix("_format=")).next_back();
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let is_fine = match (format, accept) {
        (Some(format), _) => {
            is_json(&format.replace("%2F", "/").replace("%2f", "/").replace("%2B", "+").replace("%2b", "+"))
        }
        (None, Some(accept)) => accept.split(',').any(is_json),
        (None, None) => true,
    };
    (!is_fine).then(|| Stop::with(406, IssueType::NotSupported, "only application/fhir+json of FHIR 4.0 is offered"))
}

fn is_json(wanted: &str) -> bool {
    let mut parts = wanted.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    // A plus that nobody escaped comes as a blank.
    let kind = kind.replace(' ', "+");
    let is_json =
        ["json", "*/*", "application/*", "application/json", "application/fhir+json", "text/json"].contains(&&*kind);
    let is_refused = |part: &str| match part.split_once('=') {
        Some((name, version)) if name.trim().eq_ignore_ascii_case("fhirversion") => {
            !["4.0", "4.0.1"].contains(&version.trim().trim_matches('"'))
        }
        Some((name, weight)) if name.trim().eq_ignore_ascii_case("q") => weight.trim().parse() == Ok(0.0),
        _ => false,
    };
    is_json && !parts.any(is_refused)
}

/// An outcome in place of a bare error, such as the router's own.
fn explained(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    if !is_bare || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let what = match status {
        StatusCode::METHOD_NOT_ALLOWED => "this can't be done here; the CapabilityStatement says what can",
        StatusCode::PAYLOAD_TOO_LARGE => "the request is too long",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "the request has another media type than is taken here",
        status if status.is_server_error() => "Bedside could not do this; its log says why",
        _ => "the request can't be read",
    };
    let mut explained = answer::json(status, &answer::outcome_of(status, what).build());
    if let Some(allow) = response.headers().get(header::ALLOW) {
        explained.headers_mut().insert(header::ALLOW, allow.clone());
    }
    explained
}

fn with_headers(mut response: Response, id: &str, state: &FhirState) -> Response {
    let is_unknown = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    );
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if state.settings.public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if is_unknown {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Bedside\""));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_this_version_is_offered_and_nothing_else() {
        for wanted in [
            "*/*",
            "application/fhir+json",
            "application/fhir+json; fhirVersion=4.0",
            "json",
            " application/json;q=0.9",
        ] {
            assert!(is_json(wanted), "{wanted}");
        }
        for wanted in ["application/fhir+xml", "text/html", "application/fhir+json; fhirVersion=5.0", "*/*;q=0", ""] {
            assert!(!is_json(wanted), "{wanted}");
        }
    }
}
