//! Bundles: pages of a search, answers to a transaction, notifications.

use serde_json::Value;

use super::{NotificationStatus, items, text};

/// A Bundle.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a>(&'a Value);

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry<'a> {
    /// The resource's absolute address.
    pub full_url: Option<&'a str>,
    /// The resource.
    pub resource: Option<&'a Value>,
    /// match, include or outcome.
    pub mode: Option<&'a str>,
    /// HTTP status of what was asked.
    pub status: Option<u16>,
    /// Where the resource now is.
    pub location: Option<&'a str>,
    /// Its version as an ETag.
    pub etag: Option<&'a str>,
}

impl<'a> Bundle<'a> {
    /// Sees `value` as a Bundle.
    #[must_use]
    pub const fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// searchset, transaction-response, history …
    #[must_use]
    pub fn kind(&self) -> Option<&'a str> {
        text(self.0, "type")
    }

    /// How many match in all pages, if the server counted.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.0.get("total").and_then(Value::as_u64)
    }

    /// Where the next page is. It is what the server says: check that it is the same server before a token is sent there.
    #[must_use]
    pub fn next(&self) -> Option<&'a str> {
        items(self.0, "link").find(|link| text(link, "relation") == Some("next")).and_then(|link| text(link, "url"))
    }

    /// All entries, in their order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        items(self.0, "entry").map(Entry::new)
    }

    /// The resources that match, without what came along and what the server remarks.
    pub fn matches(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let is_match = |entry: &Entry<'_>| !matches!(entry.mode, Some("include" | "outcome"));
        self.entries().filter(is_match).filter_map(|entry| entry.resource)
    }

    /// The status a notification of a topic-based subscription begins with.
    #[must_use]
    pub fn notification(&self) -> Option<NotificationStatus<'a>> {
        self.entries().next()?.resource.and_then(NotificationStatus::read)
    }
}

impl<'a> Entry<'a> {
    fn new(entry: &'a Value) -> Self {
        let response = entry.get("response");
        let of_response = |name: &str| response.and_then(|response| text(response, name));
        Self {
            full_url: text(entry, "fullUrl"),
            resource: entry.get("resource"),
            mode: entry.get("search").and_then(|search| text(search, "mode")),
            // "201" or "201 Created".
            status: of_response("status").and_then(|status| status.get(..3)).and_then(|status| status.parse().ok()),
            location: of_response("location"),
            etag: of_response("etag"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_tells_matches_from_what_came_along() {
        let page = json!({
            "resourceType": "Bundle", "type": "searchset", "total": 3,
            "link": [{ "relation": "self", "url": "a" }, { "relation": "next", "url": "b" }],
            "entry": [
                { "resource": { "resourceType": "Patient", "id": "1" }, "search": { "mode": "match" } },
                { "resource": { "resourceType": "Patient", "id": "2" } },
                { "resource": { "resourceType": "Organization" }, "search": { "mode": "include" } },
                { "resource": { "resourceType": "OperationOutcome" }, "search": { "mode": "outcome" } },
            ],
        });
        let bundle = Bundle::new(&page);
        assert_eq!((bundle.kind(), bundle.total(), bundle.next()), (Some("searchset"), Some(3), Some("b")));
        let ids: Vec<Option<&str>> = bundle.matches().map(|resource| text(resource, "id")).collect();
        assert_eq!(ids, [Some("1"), Some("2")]);
    }

    #[test]
    fn an_answer_to_a_transaction_says_what_became_of_each() {
        let answer = json!({ "entry": [{ "response": { "status": "201 Created", "location": "Task/t1/_history/1",
            "etag": "W/\"1\"" } }, { "response": { "status": "ü" } }] });
        let entries: Vec<Entry<'_>> = Bundle::new(&answer).entries().collect();
        assert_eq!(entries[0].status, Some(201));
        assert_eq!((entries[0].location, entries[0].etag), (Some("Task/t1/_history/1"), Some("W/\"1\"")));
        assert_eq!(entries[1].status, None);
        assert_eq!(Bundle::new(&answer).next(), None);
    }
}
