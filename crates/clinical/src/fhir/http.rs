//! Headers of FHIR's REST: versions as ETags, preconditions, and Prefer.

use super::{
    build::{Issue, OperationOutcome},
    code::{IssueType, codes},
};

/// Media type of FHIR in JSON.
pub const FHIR_JSON: &str = "application/fhir+json";
/// Media type of a JSON Patch.
pub const JSON_PATCH: &str = "application/json-patch+json";

/// Why a request can't be done, with the HTTP status that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// What to send as the body.
    pub outcome: OperationOutcome,
}

impl From<OperationOutcome> for Problem {
    fn from(outcome: OperationOutcome) -> Self {
        Self { status: outcome.status(), outcome }
    }
}

/// A version as an ETag.
#[must_use]
pub fn etag(version: &str) -> String {
    format!("W/\"{version}\"")
}

/// The versions a header names. Quotes and `W/` may be missing, as some clients leave them out.
pub fn versions(header: &str) -> impl Iterator<Item = &str> {
    header.split(',').map(|tag| {
        let tag = tag.trim();
        tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"')
    })
}

/// Whether a change may be made to what is now at version `current` (`None`: there is nothing), given If-Match.
///
/// # Errors
/// 412: somebody else changed it, or it isn't there.
pub fn if_match(header: Option<&str>, current: Option<&str>) -> Result<(), Problem> {
    let Some(header) = header else { return Ok(()) };
    let is_current = |version: &str| match current {
        None => false,
        Some(current) => version == "*" || version == current,
    };
    if versions(header).any(is_current) {
        return Ok(());
    }
    let found = current.map_or_else(|| "there is none".to_owned(), |current| format!("it is {current}"));
    let issue = Issue::error(IssueType::Conflict, format!("the version is not the one of If-Match: {found}"));
    Err(Problem { status: 412, outcome: OperationOutcome::new(issue) })
}

/// Whether a reader has this version already (304), given If-None-Match.
#[must_use]
pub fn has_already(header: Option<&str>, current: &str) -> bool {
    header.is_some_and(|header| versions(header).any(|version| version == "*" || version == current))
}

codes! {
    /// What happens with parameters that nobody knows (Prefer: handling).
    Handling {
        Lenient => "lenient",
        Strict => "strict",
    }
}

codes! {
    /// What is answered to a write (Prefer: return).
    Return {
        Minimal => "minimal",
        Representation => "representation",
        OperationOutcome => "OperationOutcome",
    }
}

/// What a Prefer header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    /// Lenient unless it says otherwise.
    pub handling: Handling,
    /// The whole resource unless it says otherwise.
    pub answer: Return,
}

impl Prefer {
    /// Reads the header; what is unknown in it is passed over (RFC 7240 §2).
    #[must_use]
    pub fn parse(header: Option<&str>) -> Self {
        let mut prefer = Self { handling: Handling::Lenient, answer: Return::Representation };
        for part in header.unwrap_or_default().split([',', ';']) {
            let Some((name, value)) = part.split_once('=') else { continue };
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("handling") {
                prefer.handling = Handling::from_code(value).unwrap_or(prefer.handling);
            } else if name.trim().eq_ignore_ascii_case("return") {
                prefer.answer = Return::from_code(value).unwrap_or(prefer.answer);
            }
        }
        prefer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_the_current_version() {
        let status = |header, current| if_match(header, current).map_err(|problem| problem.status);
        assert_eq!(status(None, Some("3")), Ok(()));
        assert_eq!(status(Some("W/\"3\""), Some("3")), Ok(()));
        assert_eq!(status(Some("\"2\", W/\"3\""), Some("3")), Ok(()));
        assert_eq!(status(Some("3"), Some("3")), Ok(()));
        assert_eq!(status(Some("*"), Some("3")), Ok(()));
        assert_eq!(status(Some("W/\"2\""), Some("3")), Err(412));
        assert_eq!(status(Some("*"), None), Err(412));
        assert_eq!(status(Some(""), Some("3")), Err(412));
        assert!(has_already(Some(&etag("3")), "3") && !has_already(None, "3") && !has_already(Some("W/\"2\""), "3"));
    }

    #[test]
    fn preferences_are_read_and_unknown_ones_passed_over() {
        let prefer = Prefer::parse(Some("respond-async, Handling=\"strict\"; return=minimal, colour=red"));
        assert_eq!(prefer, Prefer { handling: Handling::Strict, answer: Return::Minimal });
        assert_eq!(Prefer::parse(None), Prefer { handling: Handling::Lenient, answer: Return::Representation });
    }
}
