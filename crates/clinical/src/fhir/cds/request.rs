//! What an EMR asks of a service.

use std::fmt;

use serde_json::Value;

use super::Service;
use crate::fhir::{id::Id, read::text};

/// A call of the hook `patient-view`.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Names this call; the same for all services called for one opening of a chart.
    pub hook_instance: String,
    /// Whose chart.
    pub patient: Id,
    /// Who opened it: `Practitioner/…` and the like.
    pub user: String,
    /// During which stay.
    pub encounter: Option<Id>,
    /// The EMR's FHIR server. Any host: check it before calling it.
    pub fhir_server: Option<String>,
    /// A token for that server.
    pub authorization: Option<Authorization>,
    prefetch: Value,
}

/// A token that an EMR lends for one call. Printing it shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The token.
    pub access_token: String,
    /// For how long, in seconds.
    pub expires_in_seconds: i64,
    /// What it is good for.
    pub scope: String,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why a call can't be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No JSON object.
    #[error("the body is no JSON object")]
    NotJson,
    /// Another hook than the service is for.
    #[error("hook is not the one this service is for")]
    Hook,
    /// `hookInstance` is missing.
    #[error("hookInstance is missing")]
    HookInstance,
    /// `context.patientId` or `context.userId` is missing or no id.
    #[error("context.patientId and context.userId must be given")]
    Context,
    /// What the service needs was not sent along and can't be had.
    #[error("the prefetch this service needs is missing")]
    Prefetch,
    /// Feedback that doesn't say which card, what was done and when.
    #[error("feedback must give card, outcome (accepted or overridden) and outcomeTimestamp")]
    Feedback,
}

impl Fault {
    /// HTTP status: 412 where the EMR couldn't give what is needed, 400 for all else.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Prefetch => 412,
            Self::NotJson | Self::Hook | Self::HookInstance | Self::Context | Self::Feedback => 400,
        }
    }
}

impl Request {
    /// Reads a call of `service`.
    ///
    /// # Errors
    /// It lacks what the standard asks for.
    pub fn read(body: &[u8], service: &Service) -> Result<Self, Fault> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Fault::NotJson)?;
        if !body.is_object() {
            return Err(Fault::NotJson);
        }
        if text(&body, "hook") != Some(service.hook) {
            return Err(Fault::Hook);
        }
        let instance = text(&body, "hookInstance").filter(|text| (1..=64).contains(&text.len()));
        let context = body.get("context").ok_or(Fault::Context)?;
        let user = text(context, "userId").filter(|user| is_user(user)).ok_or(Fault::Context)?;
        // Some EMRs send "Patient/1" where the standard wants "1".
        let patient = text(context, "patientId").map(|id| id.strip_prefix("Patient/").unwrap_or(id));
        Ok(Self {
            hook_instance: instance.ok_or(Fault::HookInstance)?.to_owned(),
            patient: patient.and_then(Id::parse).ok_or(Fault::Context)?,
            user: user.to_owned(),
            encounter: text(context, "encounterId").and_then(Id::parse),
            fhir_server: text(&body, "fhirServer").map(str::to_owned),
            authorization: body.get("fhirAuthorization").and_then(Authorization::read),
            prefetch: body.get("prefetch").cloned().unwrap_or_default(),
        })
    }

    /// What was sent along under `key`. `null` says that the EMR couldn't get it.
    ///
    /// # Errors
    /// It isn't there.
    pub fn prefetched(&self, key: &str) -> Result<&Value, Fault> {
        self.prefetch.get(key).filter(|value| value.is_object()).ok_or(Fault::Prefetch)
    }

    /// Whether `resource` is the patient of this chart. An EMR that sends another along has mixed two charts up, and then
    /// nothing may be shown.
    #[must_use]
    pub fn is_about(&self, resource: &Value) -> bool {
        text(resource, "resourceType") == Some("Patient") && text(resource, "id") == Some(self.patient.as_str())
    }
}

fn is_user(user: &str) -> bool {
    user.split_once('/').is_some_and(|(kind, id)| {
        ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson"].contains(&kind) && Id::parse(id).is_some()
    })
}

impl Authorization {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            access_token: text(value, "access_token")?.to_owned(),
            expires_in_seconds: value.get("expires_in").and_then(Value::as_i64)?,
            scope: text(value, "scope").unwrap_or_default().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn service() -> Service {
        Service {
            id: "s".to_owned(),
            hook: "patient-view",
            title: "t".to_owned(),
            description: "d".to_owned(),
            prefetch: Vec::new(),
            usage_requirements: None,
        }
    }

    fn call() -> Value {
        json!({
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "fhirServer": "https://kis.example/fhir",
            "fhirAuthorization": { "access_token": "s3cret", "token_type": "Bearer", "expires_in": 300,
                "scope": "patient/Patient.read", "subject": "bedside" },
            "context": { "userId": "Practitioner/n1", "patientId": "p1", "encounterId": "e1" },
            "prefetch": { "patient": { "resourceType": "Patient", "id": "p1" }, "none": null },
        })
    }

    fn read(call: &Value) -> Result<Request, Fault> {
        Request::read(call.to_string().as_bytes(), &service())
    }

    #[test]
    fn a_call_says_whose_chart_and_who_opened_it() {
        let request = read(&call()).unwrap();
        assert_eq!((request.patient.as_str(), request.user.as_str()), ("p1", "Practitioner/n1"));
        assert!(request.is_about(request.prefetched("patient").unwrap()));
        assert!(!request.is_about(&json!({ "resourceType": "Patient", "id": "p2" })));
        assert_eq!(request.prefetched("none").map_err(Fault::status), Err(412));
        assert_eq!(request.prefetched("other"), Err(Fault::Prefetch));
        assert!(!format!("{request:?}").contains("s3cret"));
    }

    #[test]
    fn what_lacks_is_named() {
        let check = |pointer: &str, value: Value, fault: Fault| {
            let mut changed = call();
            *changed.pointer_mut(pointer).unwrap() = value;
            assert_eq!(read(&changed), Err(fault), "{pointer}");
            assert_eq!(fault.status(), 400);
        };
        check("/hook", json!("order-sign"), Fault::Hook);
        check("/hookInstance", json!(""), Fault::HookInstance);
        check("/context/patientId", json!("../x"), Fault::Context);
        check("/context/userId", json!("n1"), Fault::Context);
        check("/context", json!(null), Fault::Context);
        assert_eq!(Request::read(b"[]", &service()), Err(Fault::NotJson));
        let mut prefixed = call();
        prefixed["context"]["patientId"] = json!("Patient/p1");
        assert_eq!(read(&prefixed).map(|request| request.patient), Ok(Id::parse("p1").unwrap()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Request::read(&bytes, &service());
        }
    }
}
