//! What surrounds every request: an id, a line in the log without addresses or text, security headers, and pages instead
//! of bare errors.

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::{
    DeskState,
    answer::{Marked, Stop, page_with},
    cookie::Cookie,
    door,
    frame::frame,
    gate::AtGate,
    session, token,
};
use crate::{
    chart,
    look::CONTENT_SECURITY_POLICY,
    page::error::{Trouble, trouble, trouble_at_gate},
    text::Reader,
};

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()";

/// The layer around every route.
pub(super) async fn outer(State(state): State<DeskState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let trace = bedside_store::random::<8>().map(|bytes| token::hex(&bytes)).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let (parts, body) = request.into_parts();
    // Neither address nor query: both may name a person.
    let span = tracing::info_span!("request", id = %trace, method = %parts.method, route);
    let work = async {
        let answered = AssertUnwindSafe(next.run(Request::from_parts(parts.clone(), body))).catch_unwind().await;
        let response = answered.unwrap_or_else(|_| broken());
        let response = explained(&state, parts, response, &trace).await;
        let ms = began.elapsed().as_millis();
        if response.status().is_server_error() {
            tracing::warn!(status = response.status().as_u16(), ms, "answered");
        } else {
            tracing::debug!(status = response.status().as_u16(), ms, "answered");
        }
        response
    };
    with_headers(work.instrument(span).await, &trace, state.settings.secure_cookies)
}

fn broken() -> Response {
    tracing::error!("a request panicked");
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Marked::Broken);
    response
}

/// A page in place of a bare error, where somebody would see it.
async fn explained(state: &DeskState, parts: Parts, response: Response, trace: &str) -> Response {
    let status = response.status();
    let marked = match (response.extensions().get::<Marked>(), status) {
        (Some(marked), _) => marked.clone(),
        (None, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) if is_bare(&response) => {
            Marked::Trouble(Trouble::NotFound)
        }
        (None, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE)
            if is_bare(&response) =>
        {
            Marked::Unclear
        }
        _ => return response,
    };
    let for_script = ["/live/", "/events", "/cds-services"].iter().any(|path| parts.uri.path().starts_with(path));
    if for_script {
        return status.into_response();
    }
    if parts.uri.path() == "/door" || parts.uri.path().starts_with("/door/") {
        // No cookie and no sign-in: whoever stands there is no member of staff.
        let page = door::trouble_page(state, &parts, status, &marked);
        return page.unwrap_or_else(|_| status.into_response());
    }
    if parts.uri.path() == "/chart" || parts.uri.path().starts_with("/chart/") {
        return chart::trouble_page(state, &parts, status, &marked);
    }
    let page = page_of(state, parts, &marked, status, trace).await;
    page.unwrap_or_else(|stop| {
        if let Stop::Store(error) = stop {
            tracing::error!(%error, "no page could be made of the error");
        }
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// Whether an answer is an extractor's or the router's own: no page, no data.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

async fn page_of(
    state: &DeskState,
    mut parts: Parts,
    marked: &Marked,
    status: StatusCode,
    trace: &str,
) -> Result<Response, Stop> {
    let secret = Cookie::Session.read(&parts.headers, &state.settings);
    let chosen = Cookie::Site.read(&parts.headers, &state.settings);
    let signed = match secret {
        Some(secret) => session::of_token(state, &secret, chosen.as_deref()).await?,
        None => None,
    };
    if let Some(who) = signed {
        let mut tx = state.store.begin_read().await?;
        let frame = frame(state, &who, &mut tx).await?;
        return Ok(page_with(status, trouble(&frame, &words(marked, &who.reader, trace))));
    }
    let at = AtGate::from_request_parts(&mut parts, state).await?;
    let markup = trouble_at_gate(&at.gate, &words(marked, &at.gate.reader, trace));
    Ok(at.page(status, markup))
}

fn words(marked: &Marked, r: &Reader, trace: &str) -> Trouble {
    match marked {
        Marked::Unclear => Trouble::Unclear { what: r.t("error-400-form") },
        Marked::Refused(refusal) => Trouble::Refused {
            reason: match r.lang {
                crate::text::Lang::De => refusal.reason_de.clone(),
                crate::text::Lang::En => refusal.reason_en.clone(),
            },
        },
        Marked::Trouble(Trouble::Broken { .. }) | Marked::Broken => Trouble::Broken { trace: trace.to_owned() },
        Marked::Trouble(trouble) => trouble.clone(),
    }
}

fn with_headers(mut response: Response, trace: &str, secure: bool) -> Response {
    let framed = response.extensions().get::<chart::Framed>().filter(|framed| !framed.0.is_empty()).cloned();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(chart::Framed(origins)) = framed {
        // These pages alone, and within the pages of the configured EMR alone.
        let ours = format!("frame-ancestors {}", origins.join(" "));
        let policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", &ours);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            headers.remove(header::X_FRAME_OPTIONS);
        }
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Ok(trace) = HeaderValue::from_str(trace) {
        headers.insert(HeaderName::from_static("x-request-id"), trace);
    }
    response
}
