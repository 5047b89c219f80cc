//! OperationOutcome: what went wrong, for the other side's log and for the person who reads it.

use serde_json::Value;

use crate::fhir::{
    code::{IssueType, Severity},
    data::{Concept, Meta},
    object::{Json, Object},
};

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How bad.
    pub severity: Severity,
    /// What kind.
    pub code: IssueType,
    /// For people.
    pub details: Option<Concept>,
    /// For developers. Never a name, a text of a post or a token.
    pub diagnostics: Option<String>,
    /// Where, as FHIRPath (`Communication.subject`) or as `http.<parameter>`.
    pub expression: Vec<String>,
}

impl Issue {
    /// An error of this kind.
    #[must_use]
    pub fn error(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self::of(Severity::Error, code, diagnostics)
    }

    /// A warning of this kind.
    #[must_use]
    pub fn warning(code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self::of(Severity::Warning, code, diagnostics)
    }

    /// With where it is.
    #[must_use]
    pub fn at(mut self, expression: impl Into<String>) -> Self {
        self.expression.push(expression.into());
        self
    }

    fn of(severity: Severity, code: IssueType, diagnostics: impl Into<String>) -> Self {
        Self { severity, code, details: None, diagnostics: Some(diagnostics.into()), expression: Vec::new() }
    }
}

impl Json for Issue {
    fn json(&self) -> Value {
        Object::new()
            .put("severity", self.severity)
            .put("code", self.code)
            .put("details", &self.details)
            .put("diagnostics", &self.diagnostics)
            .put("expression", &self.expression)
            .done()
    }
}

/// The first issue, and all others: FHIR wants at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationOutcome {
    issues: Vec<Issue>,
}

impl OperationOutcome {
    /// Of one issue.
    #[must_use]
    pub fn new(first: Issue) -> Self {
        Self { issues: vec![first] }
    }

    /// Of several; `None`: there is none.
    #[must_use]
    pub fn of(issues: Vec<Issue>) -> Option<Self> {
        if issues.is_empty() { None } else { Some(Self { issues }) }
    }

    /// All went well.
    #[must_use]
    pub fn all_well() -> Self {
        Self::new(Issue::of(Severity::Information, IssueType::Informational, "All OK"))
    }

    /// What there is.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The HTTP status that fits the first issue.
    #[must_use]
    pub fn status(&self) -> u16 {
        let Some(first) = self.issues.first() else { return 500 };
        if matches!(first.severity, Severity::Information | Severity::Warning) {
            return 200;
        }
        match first.code {
            IssueType::Login | IssueType::Unknown | IssueType::Expired => 401,
            IssueType::Forbidden | IssueType::Security | IssueType::Suppressed => 403,
            IssueType::NotFound => 404,
            IssueType::Deleted => 410,
            IssueType::Conflict | IssueType::Duplicate | IssueType::LockError => 409,
            IssueType::MultipleMatches => 412,
            IssueType::TooLong | IssueType::TooCostly => 413,
            IssueType::BusinessRule | IssueType::Processing | IssueType::Invariant | IssueType::Required => 422,
            IssueType::Throttled => 429,
            IssueType::Exception | IssueType::NoStore | IssueType::Incomplete => 500,
            IssueType::Transient | IssueType::Timeout => 503,
            IssueType::Invalid
            | IssueType::Structure
            | IssueType::Value
            | IssueType::NotSupported
            | IssueType::CodeInvalid
            | IssueType::Extension
            | IssueType::Informational => 400,
        }
    }

    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        Object::resource("OperationOutcome", None, &Meta::default()).put("issue", &self.issues).done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_outcome_says_what_where_and_how_bad() {
        let outcome = OperationOutcome::new(
            Issue::error(IssueType::NotSupported, "unknown search parameter 'colour'").at("http.colour"),
        );
        assert_eq!(outcome.status(), 400);
        assert_eq!(
            outcome.build(),
            json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "not-supported",
                "diagnostics": "unknown search parameter 'colour'", "expression": ["http.colour"] }] })
        );
        assert_eq!(OperationOutcome::all_well().status(), 200);
        assert_eq!(OperationOutcome::of(Vec::new()), None);
    }
}
