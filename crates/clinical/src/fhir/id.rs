//! Ids of resources. Conditional creates race on real servers; a PUT to an id that follows from what is written does not,
//! so the same thing written twice, or by eight writers at once, is one resource.

use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::object::Json;

/// The id of a resource: 1 to 64 of letters, digits, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// Reads an id; `None`: FHIR doesn't allow it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let is_id = (1..=64).contains(&text.len()) && text.bytes().all(is_allowed);
        is_id.then(|| Self(text.to_owned()))
    }

    /// As FHIR writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Json for Id {
    fn json(&self) -> Value {
        self.0.json()
    }
}

/// A space of names from which ids follow. Each installation has its own, so that two of them never write over each other
/// on a server that both use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Namespace(Uuid);

impl Namespace {
    /// The namespace of an installation, named by its URL.
    #[must_use]
    pub fn of(url: &str) -> Self {
        Self(derive(Uuid::from_u128(0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8), url))
    }

    /// The id of the resource of type `kind` that stands for `key`: the same for the same, always.
    #[must_use]
    pub fn id(self, kind: &str, key: &str) -> Id {
        derive(self.0, &format!("{kind}/{key}")).into()
    }
}

/// UUID version 5 (RFC 9562 §5.5). SHA-1 comes from ring, which is here anyway; collisions that somebody makes on purpose
/// gain nothing, as whoever could choose both keys writes both resources.
fn derive(namespace: Uuid, name: &str) -> Uuid {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY);
    digest.update(namespace.as_bytes());
    digest.update(name.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finish().as_ref()) {
        *to = *from;
    }
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_uuids_of_version_5() {
        // The example of RFC 9562, appendix A.4.
        let dns = Uuid::from_u128(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8);
        assert_eq!(derive(dns, "www.example.com").to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    #[test]
    fn the_same_key_has_the_same_id_and_another_installation_another() {
        let ours = Namespace::of("https://bedside.hospital.example");
        let theirs = Namespace::of("https://bedside.clinic.example");
        assert_eq!(ours.id("Communication", "p1"), ours.id("Communication", "p1"));
        assert_ne!(ours.id("Communication", "p1"), ours.id("Provenance", "p1"));
        assert_ne!(ours.id("Communication", "p1"), theirs.id("Communication", "p1"));
        assert_eq!(Id::parse(ours.id("Task", "").as_str()).as_ref(), Some(&ours.id("Task", "")));
    }

    #[test]
    fn only_ids_that_fhir_allows_are_read() {
        for text in ["a", "A-1.b", &"x".repeat(64)] {
            assert_eq!(Id::parse(text).map(|id| id.to_string()).as_deref(), Some(text));
        }
        for text in ["", "a/b", "a b", "ä", "a_b", "..%2f", &"x".repeat(65)] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }
}
