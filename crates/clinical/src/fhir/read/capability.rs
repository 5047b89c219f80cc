//! What a server says that it can do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{items, text, texts};
use crate::fhir::{
    code::Interaction,
    terms::{OAUTH_URIS, TOPIC_CANONICAL},
};

/// A CapabilityStatement, as far as it decides what we do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// 4.0.1 and the like.
    pub fhir_version: String,
    /// Name and version of the program.
    pub software: Option<(String, String)>,
    /// Media types it speaks.
    pub formats: BTreeSet<String>,
    /// Media types of patches it takes.
    pub patch_formats: BTreeSet<String>,
    /// CapabilityStatements it claims to fulfil.
    pub instantiates: BTreeSet<String>,
    /// Profiles of documents it takes at its base address.
    pub documents: BTreeSet<String>,
    /// What it has, by type.
    pub resources: BTreeMap<String, Support>,
    /// transaction, batch, search-system …
    pub system: BTreeSet<String>,
    /// Topics one can subscribe to.
    pub topics: BTreeSet<String>,
    /// How one gets in.
    pub security: Security,
    /// Types that are not to be written there, whatever the server can do. Set by whoever asks; a statement says nothing of it.
    pub withheld: BTreeSet<String>,
}

/// What can be done with a type of resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// The interactions.
    pub interactions: BTreeSet<Interaction>,
    /// Whether a PUT to an id that isn't there makes the resource.
    pub updates_create: bool,
    /// Whether If-None-Exist is kept, as it says.
    pub conditional_create: bool,
    /// Whether a PUT to a search is kept.
    pub conditional_update: bool,
    /// Whether it keeps versions and checks If-Match.
    pub versions: bool,
    /// Names of search parameters and their types.
    pub search_params: BTreeMap<String, String>,
    /// What may be asked to come along.
    pub includes: BTreeSet<String>,
    /// Profiles.
    pub profiles: BTreeSet<String>,
}

/// How one gets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// Codes of services: SMART-on-FHIR, OAuth, Basic …
    pub services: BTreeSet<String>,
    /// OAuth addresses by name: token, authorize, register …
    pub oauth: BTreeMap<String, String>,
}

impl Capabilities {
    /// Reads one. What is not there is not offered.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let owned = |name: &str| texts(value, name).map(str::to_owned).collect();
        let mut read = Self {
            fhir_version: text(value, "fhirVersion").unwrap_or_default().to_owned(),
            software: value.get("software").and_then(|software| {
                let version = text(software, "version").unwrap_or_default();
                Some((text(software, "name")?.to_owned(), version.to_owned()))
            }),
            formats: owned("format"),
            patch_formats: owned("patchFormat"),
            instantiates: owned("instantiates"),
            documents: items(value, "document")
                .filter(|document| text(document, "mode") == Some("consumer"))
                .filter_map(|document| text(document, "profile").map(str::to_owned))
                .collect(),
            ..Self::default()
        };
        for rest in items(value, "rest").filter(|rest| text(rest, "mode") != Some("client")) {
            read.add(rest);
        }
        read
    }

    fn add(&mut self, rest: &Value) {
        self.system.extend(items(rest, "interaction").filter_map(|one| text(one, "code").map(str::to_owned)));
        if let Some(security) = rest.get("security") {
            self.security.add(security);
        }
        self.topics.extend(topics(rest));
        for resource in items(rest, "resource") {
            self.topics.extend(topics(resource));
            if let Some(kind) = text(resource, "type") {
                self.resources.entry(kind.to_owned()).or_default().add(resource);
            }
        }
    }

    /// Whether something can be done with a type of resource.
    #[must_use]
    pub fn can(&self, kind: &str, interaction: Interaction) -> bool {
        self.resources.get(kind).is_some_and(|support| support.interactions.contains(&interaction))
    }

    /// Whether a resource of this type can be written: made, or put to an id of our choosing.
    #[must_use]
    pub fn can_write(&self, kind: &str) -> bool {
        let can = self.can(kind, Interaction::Create) || self.can_put(kind);
        can && !self.withheld.contains(kind)
    }

    /// Whether a resource of this type can be put to an id of our choosing: the way that is safe to repeat.
    #[must_use]
    pub fn can_put(&self, kind: &str) -> bool {
        self.can(kind, Interaction::Update) && self.resources.get(kind).is_some_and(|support| support.updates_create)
    }

    /// Whether a type can be searched by a parameter.
    #[must_use]
    pub fn can_search_by(&self, kind: &str, param: &str) -> bool {
        let knows = |support: &Support| support.search_params.contains_key(param);
        self.can(kind, Interaction::SearchType) && self.resources.get(kind).is_some_and(knows)
    }
}

fn topics(element: &Value) -> impl Iterator<Item = String> {
    items(element, "extension")
        .filter(|extension| text(extension, "url") == Some(TOPIC_CANONICAL))
        .filter_map(|extension| text(extension, "valueCanonical").or_else(|| text(extension, "valueUri")))
        .map(str::to_owned)
}

impl Support {
    fn add(&mut self, resource: &Value) {
        let is_true = |name: &str| resource.get(name).and_then(Value::as_bool).unwrap_or(false);
        let codes = items(resource, "interaction").filter_map(|one| text(one, "code"));
        self.interactions.extend(codes.filter_map(Interaction::from_code));
        self.updates_create |= is_true("updateCreate");
        self.conditional_create |= is_true("conditionalCreate");
        self.conditional_update |= is_true("conditionalUpdate");
        self.versions |= matches!(text(resource, "versioning"), Some("versioned" | "versioned-update"));
        for param in items(resource, "searchParam") {
            if let Some(name) = text(param, "name") {
                let kind = text(param, "type").unwrap_or_default();
                self.search_params.insert(name.to_owned(), kind.to_owned());
            }
        }
        self.includes.extend(texts(resource, "searchInclude").map(str::to_owned));
        self.profiles.extend(text(resource, "profile").map(str::to_owned));
        self.profiles.extend(texts(resource, "supportedProfile").map(str::to_owned));
    }
}

impl Security {
    fn add(&mut self, security: &Value) {
        let codings = items(security, "service").flat_map(|service| items(service, "coding"));
        self.services.extend(codings.filter_map(|coding| text(coding, "code").map(str::to_owned)));
        let addresses = items(security, "extension")
            .filter(|extension| text(extension, "url") == Some(OAUTH_URIS))
            .flat_map(|extension| items(extension, "extension"));
        for address in addresses {
            if let (Some(name), Some(url)) = (text(address, "url"), text(address, "valueUri")) {
                self.oauth.insert(name.to_owned(), url.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_statement_is_read_as_far_as_it_decides_something() {
        let read = Capabilities::read(&json!({
            "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
            "software": { "name": "KIS", "version": "7" },
            "format": ["application/fhir+json"],
            "patchFormat": ["application/json-patch+json"],
            "document": [{ "mode": "consumer", "profile": "https://gematik.de/fhir/isik/StructureDefinition/ISiKBerichtBundle" },
                { "mode": "producer", "profile": "x" }],
            "rest": [
                { "mode": "client", "resource": [{ "type": "Flag", "interaction": [{ "code": "create" }] }] },
                { "mode": "server",
                  "security": { "service": [{ "coding": [{ "code": "SMART-on-FHIR" }] }], "extension": [{
                      "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                      "extension": [{ "url": "token", "valueUri": "https://kis.example/token" }] }] },
                  "interaction": [{ "code": "transaction" }],
                  "resource": [{ "type": "Communication", "updateCreate": true, "versioning": "versioned",
                      "interaction": [{ "code": "read" }, { "code": "update" }, { "code": "search-type" }, { "code": "odd" }],
                      "searchParam": [{ "name": "identifier", "type": "token" }] }] },
            ],
        }));
        assert!(read.can_put("Communication") && read.can_write("Communication"));
        assert!(!read.can("Flag", Interaction::Create), "what it does as a client is nothing it offers");
        assert!(read.can_search_by("Communication", "identifier"));
        assert!(!read.can_search_by("Communication", "sent"));
        assert_eq!(read.security.oauth["token"], "https://kis.example/token");
        assert_eq!(read.documents.len(), 1);
        assert!(read.system.contains("transaction"));
        assert!(read.resources["Communication"].versions);
    }

    #[test]
    fn what_our_own_server_says_is_read_back() {
        use crate::fhir::{build::capability as ours, time::Instant};
        let statement = ours::CapabilityStatement {
            date: Instant::from_seconds(0),
            publisher: None,
            software: ("Bedside".to_owned(), "1".to_owned()),
            description: "x".to_owned(),
            url: "https://b.example/fhir".to_owned(),
            guides: Vec::new(),
            security: Some(ours::Security {
                token: "https://b.example/token".to_owned(),
                authorize: None,
                description: None,
            }),
            resources: vec![ours::Supported {
                kind: "Subscription",
                profiles: Vec::new(),
                interactions: vec![Interaction::Create, Interaction::SearchType],
                updates_create: false,
                searched_by: Vec::new(),
                includes: Vec::new(),
                documentation: None,
            }],
            system: Vec::new(),
            topics: vec!["https://b.example/topic/task".to_owned()],
        };
        let read = Capabilities::read(&statement.build());
        assert!(read.topics.contains("https://b.example/topic/task"));
        assert!(read.can_search_by("Subscription", "criteria"));
        assert_eq!(read.security.services.iter().collect::<Vec<_>>(), ["SMART-on-FHIR"]);
    }
}
