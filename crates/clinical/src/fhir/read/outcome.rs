//! What a server says went wrong.

use std::fmt;

use serde_json::Value;

use super::{items, text, texts};
use crate::fhir::code::{IssueType, Severity};

/// An OperationOutcome.
#[derive(Debug, Clone, Copy)]
pub struct OperationOutcome<'a>(&'a Value);

impl<'a> OperationOutcome<'a> {
    /// Sees `value` as an OperationOutcome.
    #[must_use]
    pub const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// Severity, code and where of each issue. The words a server adds are left out: they may quote what was sent.
    pub fn issues(&self) -> impl Iterator<Item = (Option<Severity>, Option<IssueType>, Option<&'a str>)> + use<'a> {
        items(self.0, "issue").map(|issue| {
            let severity = text(issue, "severity").and_then(Severity::from_code);
            let place = texts(issue, "expression").chain(texts(issue, "location")).next();
            (severity, text(issue, "code").and_then(IssueType::from_code), place)
        })
    }

    /// Whether something failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.issues().any(|(severity, _, _)| matches!(severity, Some(Severity::Error | Severity::Fatal)))
    }

    /// The words a server adds, for a person who may see what was sent. Never for a log.
    pub fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        items(self.0, "issue").flat_map(|issue| {
            let details = issue.get("details").and_then(|details| text(details, "text"));
            details.into_iter().chain(text(issue, "diagnostics"))
        })
    }
}

/// For a log: codes and places alone.
impl fmt::Display for OperationOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (severity, code, place)) in self.issues().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            let severity = severity.map_or("?", Severity::code);
            write!(f, "{gap}{severity} {}", code.map_or("?", IssueType::code))?;
            if let Some(place) = place.filter(|place| is_path(place)) {
                write!(f, " at {place}")?;
            }
        }
        Ok(())
    }
}

/// A path of element names, and nothing a server could have quoted from what was sent.
fn is_path(place: &str) -> bool {
    place.len() <= 120 && place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".[]/:_-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_log_line_has_codes_and_places_and_no_words() {
        let value = json!({ "issue": [
            { "severity": "error", "code": "invalid", "diagnostics": "Maria Müller is no id", "expression": ["Task.for"] },
            { "severity": "warning", "code": "odd", "details": { "text": "hm" }, "location": ["name 'Maria Müller'"] },
        ] });
        let outcome = OperationOutcome::new(&value);
        assert_eq!(outcome.to_string(), "error invalid at Task.for; warning ?");
        assert!(outcome.is_failure());
        assert_eq!(outcome.words().collect::<Vec<_>>(), ["Maria Müller is no id", "hm"]);
    }
}
