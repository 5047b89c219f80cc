//! Bundles that we write: answers to searches, and changes that go to a server together.

use serde_json::Value;

use crate::fhir::{
    build::OperationOutcome,
    code::Verb,
    data::Meta,
    id::{Id, Namespace},
    object::{Json, Object},
    time::Instant,
};

/// A link of a Bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// self, next, previous, first, last.
    pub relation: &'static str,
    /// Absolute address.
    pub url: String,
}

impl Json for Link {
    fn json(&self) -> Value {
        Object::new().put("relation", self.relation).put("url", &self.url).done()
    }
}

/// A page of an answer to a search.
#[derive(Debug, Clone, Default)]
pub struct Searchset {
    /// The id of this answer.
    pub id: Option<Id>,
    /// When it was made.
    pub at: Option<Instant>,
    /// How many match in all pages; `None`: not counted.
    pub total: Option<u64>,
    /// self, and next if there is more.
    pub links: Vec<Link>,
    /// What matches.
    pub matches: Vec<Found>,
    /// What was asked to come along.
    pub included: Vec<Found>,
    /// What the one who asks should know, such as parameters that were not heeded.
    pub outcome: Option<OperationOutcome>,
}

/// A resource in an answer.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its absolute address.
    pub full_url: String,
    /// The resource.
    pub resource: Value,
}

impl Searchset {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let entry = |found: &Found, mode: &str| {
            Object::new()
                .put("fullUrl", &found.full_url)
                .put("resource", &found.resource)
                .put("search", Object::new().put("mode", mode))
                .done()
        };
        let outcome = self.outcome.as_ref().map(|outcome| {
            // An outcome has no address; the name follows from the page it goes with.
            let page = self.links.first().map_or("", |link| link.url.as_str());
            Object::new()
                .put("fullUrl", format!("urn:uuid:{}", Namespace::of(page).id("OperationOutcome", "search")))
                .put("resource", outcome.build())
                .put("search", Object::new().put("mode", "outcome"))
                .done()
        });
        let entries: Vec<Value> = self
            .matches
            .iter()
            .map(|found| entry(found, "match"))
            .chain(self.included.iter().map(|found| entry(found, "include")))
            .chain(outcome)
            .collect();
        Object::resource("Bundle", self.id.as_ref(), &Meta { last_updated: self.at, ..Meta::default() })
            .put("type", "searchset")
            .put("total", self.total)
            .put("link", &self.links)
            .put("entry", entries)
            .done()
    }
}

/// Changes that are made together.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// All or none (`transaction`), or each by itself (`batch`). Not every server keeps its word on the former.
    pub is_atomic: bool,
    /// What is to be done.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Change {
    /// How others in the same Bundle refer to it.
    pub full_url: Option<String>,
    /// What is written; none when it is deleted or read.
    pub resource: Option<Value>,
    /// How.
    pub verb: Verb,
    /// `Type` or `Type/id`.
    pub url: String,
    /// Only over this version.
    pub if_match: Option<String>,
    /// Only if nothing matches this query.
    pub if_none_exist: Option<String>,
}

impl Change {
    /// Writes a resource to its own id, which makes it if it isn't there: safe to repeat. `base` is the server's address,
    /// against which the resource's relative references are read. `None`: it has no type or no id.
    #[must_use]
    pub fn put(base: &str, resource: Value) -> Option<Self> {
        let kind = resource.get("resourceType").and_then(Value::as_str)?;
        let id = resource.get("id").and_then(Value::as_str).and_then(Id::parse)?;
        let url = format!("{kind}/{id}");
        let change = Self {
            full_url: Some(format!("{base}/{url}")),
            resource: Some(resource),
            verb: Verb::Put,
            url,
            if_match: None,
            if_none_exist: None,
        };
        Some(change)
    }

    /// Makes a resource whose id the server chooses. `full_url` is what others in the Bundle call it (`urn:uuid:…`).
    #[must_use]
    pub fn post(full_url: String, resource: Value) -> Option<Self> {
        let url = resource.get("resourceType").and_then(Value::as_str)?.to_owned();
        let change = Self {
            full_url: Some(full_url),
            resource: Some(resource),
            verb: Verb::Post,
            url,
            if_match: None,
            if_none_exist: None,
        };
        Some(change)
    }
}

impl Json for Change {
    fn json(&self) -> Value {
        let request = Object::new()
            .put("method", self.verb)
            .put("url", &self.url)
            .put("ifMatch", &self.if_match)
            .put("ifNoneExist", &self.if_none_exist);
        Object::new().put("fullUrl", &self.full_url).put("resource", &self.resource).put("request", request).done()
    }
}

impl Transaction {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        Object::resource("Bundle", None, &Meta::default())
            .put("type", if self.is_atomic { "transaction" } else { "batch" })
            .put("entry", &self.changes)
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::{build::Issue, code::IssueType};

    #[test]
    fn a_page_says_what_matched_what_came_along_and_where_the_next_is() {
        let page = Searchset {
            total: Some(7),
            links: vec![
                Link { relation: "self", url: "https://b.example/fhir/Task?_count=1".to_owned() },
                Link { relation: "next", url: "https://b.example/fhir/Task?_count=1&cursor=x".to_owned() },
            ],
            matches: vec![Found {
                full_url: "https://b.example/fhir/Task/t1".to_owned(),
                resource: json!({ "resourceType": "Task", "id": "t1" }),
            }],
            included: vec![Found {
                full_url: "https://b.example/fhir/Communication/c1".to_owned(),
                resource: json!({ "resourceType": "Communication", "id": "c1" }),
            }],
            outcome: Some(OperationOutcome::new(Issue::warning(IssueType::NotSupported, "colour is not heeded"))),
            ..Searchset::default()
        };
        assert_eq!(
            page.build(),
            json!({
                "resourceType": "Bundle",
                "type": "searchset",
                "total": 7,
                "link": [
                    { "relation": "self", "url": "https://b.example/fhir/Task?_count=1" },
                    { "relation": "next", "url": "https://b.example/fhir/Task?_count=1&cursor=x" },
                ],
                "entry": [
                    { "fullUrl": "https://b.example/fhir/Task/t1", "search": { "mode": "match" },
                      "resource": { "resourceType": "Task", "id": "t1" } },
                    { "fullUrl": "https://b.example/fhir/Communication/c1", "search": { "mode": "include" },
                      "resource": { "resourceType": "Communication", "id": "c1" } },
                    { "fullUrl": "urn:uuid:cd3bdf1c-8507-5be7-8506-1f702df9f51b", "search": { "mode": "outcome" },
                      "resource": { "resourceType": "OperationOutcome", "issue": [{ "severity": "warning",
                        "code": "not-supported", "diagnostics": "colour is not heeded" }] } },
                ],
            })
        );
        assert_eq!(
            Searchset { total: Some(0), ..Searchset::default() }.build(),
            json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 })
        );
    }

    #[test]
    fn changes_say_how_and_where() {
        let task = json!({ "resourceType": "Task", "id": "t1", "status": "draft" });
        let note = json!({ "resourceType": "Communication", "status": "completed" });
        let changes = Transaction {
            is_atomic: true,
            changes: vec![
                Change {
                    if_match: Some("W/\"2\"".to_owned()),
                    ..Change::put("https://kis.example/fhir", task.clone()).unwrap()
                },
                Change::post("urn:uuid:a".to_owned(), note.clone()).unwrap(),
            ],
        };
        assert_eq!(
            changes.build(),
            json!({
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [
                    { "fullUrl": "https://kis.example/fhir/Task/t1", "resource": task, "request": { "method": "PUT", "url": "Task/t1", "ifMatch": "W/\"2\"" } },
                    { "fullUrl": "urn:uuid:a", "resource": note,
                      "request": { "method": "POST", "url": "Communication" } },
                ],
            })
        );
        assert!(Change::put("", note).is_none(), "without an id nothing can be put");
    }
}
