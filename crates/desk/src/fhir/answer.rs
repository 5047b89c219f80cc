//! Answers: resources with their version, and an OperationOutcome for everything that is not as asked.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bedside_clinical::fhir::{
    build::{Issue, OperationOutcome},
    code::IssueType,
    http::{FHIR_JSON, Problem},
};
use bedside_core::time::Timestamp;
use bedside_flow::FlowError;
use bedside_store::StoreError;
use serde_json::Value;

/// Why a request is not done.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something about the request.
    Problem(Box<Problem>),
    /// Too much was asked; come again after so many seconds.
    Wait(i64),
    /// The store failed us.
    Broken(FlowError),
}

impl Stop {
    /// With the status that fits the kind of issue. `what` is for developers: never a name, a text or a token.
    pub(super) fn of(code: IssueType, what: impl Into<String>) -> Self {
        OperationOutcome::new(Issue::error(code, what)).into()
    }

    /// With a status of its own.
    pub(super) fn with(status: u16, code: IssueType, what: impl Into<String>) -> Self {
        Self::Problem(Box::new(Problem { status, outcome: OperationOutcome::new(Issue::error(code, what)) }))
    }

    /// There is no such thing, or it is not this client's to know.
    pub(super) fn not_found() -> Self {
        Self::of(IssueType::NotFound, "there is no such resource")
    }
}

impl From<OperationOutcome> for Stop {
    fn from(outcome: OperationOutcome) -> Self {
        Self::Problem(Box::new(Problem::from(outcome)))
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<FlowError> for Stop {
    fn from(error: FlowError) -> Self {
        Self::Broken(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => {
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                json(status, &problem.outcome.build())
            }
            Self::Wait(seconds) => {
                let what = "too many requests, come again later";
                let mut response =
                    json(StatusCode::TOO_MANY_REQUESTS, &outcome_of(StatusCode::TOO_MANY_REQUESTS, what).build());
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
                response
            }
            Self::Broken(error) => {
                tracing::error!(%error, "a FHIR request failed");
                broken()
            }
        }
    }
}

/// What stands for an error of ours.
pub(super) fn broken() -> Response {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    json(status, &outcome_of(status, "Bedside could not do this; its log says why").build())
}

/// An outcome for a bare status.
pub(super) fn outcome_of(status: StatusCode, what: &str) -> OperationOutcome {
    let code = match status.as_u16() {
        401 => IssueType::Login,
        403 => IssueType::Forbidden,
        404 => IssueType::NotFound,
        405 | 406 | 415 => IssueType::NotSupported,
        409 | 412 => IssueType::Conflict,
        410 => IssueType::Deleted,
        413 => IssueType::TooLong,
        429 => IssueType::Throttled,
        500.. => IssueType::Exception,
        _ => IssueType::Invalid,
    };
    OperationOutcome::new(Issue::error(code, what))
}

/// FHIR's JSON.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    typed(status, FHIR_JSON, body)
}

/// JSON of another kind.
pub(super) fn typed(status: StatusCode, media_type: &'static str, body: &Value) -> Response {
    let mut response = (status, Body::from(body.to_string())).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// A resource at a version.
pub(super) fn versioned(status: StatusCode, body: &Value, version: i64, at: Timestamp) -> Response {
    with_version(json(status, body), version, at)
}

/// With the headers that name a version (FHIR R4, http.html#versions).
pub(super) fn with_version(mut response: Response, version: i64, at: Timestamp) -> Response {
    let etag = bedside_clinical::fhir::http::etag(&version.to_string());
    put(&mut response, header::ETAG, &etag);
    put(&mut response, header::LAST_MODIFIED, &http_date(at));
    response
}

/// Sets a header, if the value can be one.
pub(super) fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A time as HTTP writes it (RFC 9110 §5.6.7).
fn http_date(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// No such route.
pub(super) async fn nothing_here() -> Stop {
    Stop::of(IssueType::NotFound, "there is nothing at this address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_http_does() {
        // The example of RFC 9110 §5.6.7.
        let at = Timestamp::parse_rfc3339("1994-11-06T08:49:37Z").unwrap();
        assert_eq!(http_date(at), "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn each_status_has_an_outcome_that_fits() {
        for (status, code) in [(404, "not-found"), (405, "not-supported"), (413, "too-long"), (503, "exception")] {
            let outcome = outcome_of(StatusCode::from_u16(status).unwrap(), "x").build();
            assert_eq!(outcome["issue"][0]["code"], code, "{status}");
        }
    }
}
