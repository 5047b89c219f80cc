//! Reading what came in. The JSON stays whole, so that extensions survive a change; views give the parts that we act upon.
//! Nothing here fails on odd content: what can't be read is not there.

mod bundle;
pub mod capability;
mod consent;
mod outcome;
mod patient;
pub mod plan;
pub mod smart;
mod subscription;

use serde_json::Value;

use super::{
    id::Id,
    time::{Instant, Range},
};

pub use bundle::{Bundle, Entry};
pub use capability::Capabilities;
pub use consent::Consent;
pub use outcome::OperationOutcome;
pub use patient::{Contact, Deceased, Named, Patient, Target};
pub use plan::{Plan, degrade};
pub use smart::SmartConfiguration;
pub use subscription::{NotificationEvent, NotificationStatus, Subscription, SubscriptionFault};

/// A resource as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    value: Value,
}

/// What came is no FHIR resource in JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON, or nested too deeply.
    #[error("this is no JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// JSON, but no resource.
    #[error("this is no FHIR resource: resourceType is missing")]
    NoResource,
}

/// Reads any resource. A byte order mark before it is passed over.
///
/// # Errors
/// It is no JSON, or no resource. The error says where, and nothing of what stands there.
pub fn read_any(bytes: &[u8]) -> Result<Resource, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value = serde_json::from_slice::<Value>(bytes)
        .map_err(|error| Unreadable::NotJson { line: error.line(), column: error.column() })?;
    Resource::new(value)
}

/// A resource, seen as what it is.
#[derive(Debug)]
pub enum View<'a> {
    /// Several resources.
    Bundle(Bundle<'a>),
    /// What a server can do.
    CapabilityStatement(Box<Capabilities>),
    /// What a patient permits.
    Consent(Consent<'a>),
    /// What went wrong.
    OperationOutcome(OperationOutcome<'a>),
    /// A patient.
    Patient(Patient<'a>),
    /// Who wants to know of what.
    Subscription(Result<Subscription, SubscriptionFault>),
    /// Any other.
    Other(&'a Value),
}

impl Resource {
    /// A resource from JSON.
    ///
    /// # Errors
    /// It is none.
    pub fn new(value: Value) -> Result<Self, Unreadable> {
        let is_resource = text(&value, "resourceType").is_some_and(|kind| !kind.is_empty());
        if is_resource { Ok(Self { value }) } else { Err(Unreadable::NoResource) }
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &str {
        text(&self.value, "resourceType").unwrap_or_default()
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        text(&self.value, "id").and_then(Id::parse)
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.value.pointer("/meta/versionId").and_then(Value::as_str)
    }

    /// When it last changed.
    #[must_use]
    pub fn last_updated(&self) -> Option<Instant> {
        self.value.pointer("/meta/lastUpdated").and_then(Value::as_str).and_then(Instant::parse)
    }

    /// All of it.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// All of it, taken out.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// Seen as what it is.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        let value = &self.value;
        match self.kind() {
            "Bundle" => View::Bundle(Bundle::new(value)),
            "CapabilityStatement" => View::CapabilityStatement(Box::new(Capabilities::read(value))),
            "Consent" => View::Consent(Consent::new(value)),
            "OperationOutcome" => View::OperationOutcome(OperationOutcome::new(value)),
            "Patient" => View::Patient(Patient::new(value)),
            "Subscription" => View::Subscription(Subscription::read(value)),
            _ => View::Other(value),
        }
    }
}

/// The text of an element.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// The items of an element. A single one that isn't in a list is taken as one: some servers write it so.
pub(crate) fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    match value.get(name) {
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
    .iter()
}

/// The texts of an element.
pub(crate) fn texts<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    items(value, name).filter_map(Value::as_str)
}

/// Whether a period holds at `now`; without a period it always does. An end stands for all the time it names.
pub(crate) fn holds_at(period: Option<&Value>, now: Instant) -> bool {
    let range = |name: &str| period.and_then(|period| text(period, name)).map(Range::parse);
    let has_begun = match range("start") {
        None => true,
        Some(start) => start.is_some_and(|start| start.from <= now.as_micros()),
    };
    let has_ended = match range("end") {
        None => false,
        Some(end) => end.is_none_or(|end| end.until <= now.as_micros()),
    };
    has_begun && !has_ended
}

#[cfg(test)]
mod tests;
