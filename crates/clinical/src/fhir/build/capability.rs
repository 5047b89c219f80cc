//! What our own server says that it can do.

use serde_json::Value;

use crate::fhir::{
    code::{Interaction, codes},
    data::{Coding, Concept, Meta},
    object::{Json, Object},
    search::params::{self, Param},
    terms::{BACKPORT, OAUTH_URIS, TOPIC_CANONICAL},
    time::Instant,
};

/// A CapabilityStatement of a running server.
#[derive(Debug, Clone)]
pub struct CapabilityStatement {
    /// When what the server can do last changed.
    pub date: Instant,
    /// Who runs it.
    pub publisher: Option<String>,
    /// Name and version of the program.
    pub software: (String, String),
    /// What this installation is, in a sentence.
    pub description: String,
    /// Base address.
    pub url: String,
    /// Guides it follows, as canonical URLs.
    pub guides: Vec<String>,
    /// How one gets in.
    pub security: Option<Security>,
    /// What it has.
    pub resources: Vec<Supported>,
    /// What it does as a whole.
    pub system: Vec<SystemInteraction>,
    /// Topics one can subscribe to.
    pub topics: Vec<String>,
}

codes! {
    /// What a server does beyond single types (system-restful-interaction).
    SystemInteraction {
        Transaction => "transaction",
        Batch => "batch",
        SearchSystem => "search-system",
        HistorySystem => "history-system",
    }
}

/// OAuth as SMART on FHIR says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// Token address.
    pub token: String,
    /// Authorisation address, for apps that people use.
    pub authorize: Option<String>,
    /// In words.
    pub description: Option<String>,
}

/// A type of resource and what can be done with it.
#[derive(Debug, Clone)]
pub struct Supported {
    /// The type.
    pub kind: &'static str,
    /// Profiles that its resources follow.
    pub profiles: Vec<String>,
    /// What can be done.
    pub interactions: Vec<Interaction>,
    /// Whether a PUT to an id that isn't there makes the resource.
    pub updates_create: bool,
    /// Names of search parameters; all the type has if empty. Such as the table doesn't know are left out.
    pub searched_by: Vec<&'static str>,
    /// What may be asked to come along, e.g. `Task:focus`.
    pub includes: Vec<String>,
    /// What refers to it and may be asked to come along, e.g. `Provenance:target`.
    pub rev_includes: Vec<String>,
    /// In words.
    pub documentation: Option<String>,
}

impl CapabilityStatement {
    /// As JSON.
    #[must_use]
    pub fn build(&self) -> Value {
        let (name, version) = &self.software;
        let topics: Vec<Value> = self.topics.iter().map(topic).collect();
        let rest = Object::new()
            .put("mode", "server")
            .put("security", &self.security)
            .put("resource", self.resources.iter().map(|one| one.build(&topics)).collect::<Vec<_>>())
            .put("interaction", self.system.iter().map(|code| Object::new().put("code", *code)).collect::<Vec<_>>());
        Object::resource("CapabilityStatement", None, &Meta::default())
            .put("url", format!("{}/metadata", self.url))
            .put("name", name.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .put("title", name)
            .put("status", "active")
            .put("date", self.date)
            .put("publisher", &self.publisher)
            .put("kind", "instance")
            .put("software", Object::new().put("name", name).put("version", version))
            .put("implementation", Object::new().put("description", &self.description).put("url", &self.url))
            .put("fhirVersion", "4.0.1")
            .put("format", ["application/fhir+json", "json"])
            .put("implementationGuide", &self.guides)
            .put("rest", [rest])
            .done()
    }
}

fn topic(url: &String) -> Value {
    Object::new().put("url", TOPIC_CANONICAL).put("valueCanonical", url).done()
}

impl Supported {
    fn build(&self, topics: &[Value]) -> Value {
        let is_subscription = self.kind == "Subscription";
        let backport = (is_subscription && !topics.is_empty()).then(|| format!("{BACKPORT}/backport-subscription"));
        let profiles: Vec<&String> = self.profiles.iter().chain(&backport).collect();
        let can_search = self.interactions.contains(&Interaction::SearchType);
        let params: Vec<Value> = self.params().filter(|_| can_search).map(search_param).collect();
        let interactions: Vec<Object> = self.interactions.iter().map(|code| Object::new().put("code", *code)).collect();
        let has_versions = self.interactions.contains(&Interaction::Vread);
        Object::new()
            .put("extension", if is_subscription { topics } else { &[] })
            .put("type", self.kind)
            .put("supportedProfile", profiles)
            .put("documentation", &self.documentation)
            .put("interaction", interactions)
            .put("versioning", if has_versions { "versioned" } else { "versioned-update" })
            .put("readHistory", has_versions)
            .put("updateCreate", self.updates_create)
            .put("conditionalRead", "not-match")
            .put("searchInclude", &self.includes)
            .put("searchRevInclude", &self.rev_includes)
            .put("searchParam", params)
            .done()
    }

    fn params(&self) -> impl Iterator<Item = &'static Param> {
        let is_wanted = |param: &&Param| self.searched_by.is_empty() || self.searched_by.contains(&param.name);
        params::of(self.kind).unwrap_or_default().iter().chain(params::COMMON).filter(is_wanted)
    }
}

fn search_param(param: &Param) -> Value {
    Object::new()
        .put("name", param.name)
        .put("definition", format!("http://hl7.org/fhir/SearchParameter/{}", param.definition))
        .put("type", param.kind)
        .done()
}

impl Json for Security {
    fn json(&self) -> Value {
        let address = |name: &str, url: &String| Object::new().put("url", name).put("valueUri", url).done();
        let addresses: Vec<Value> = std::iter::once(address("token", &self.token))
            .chain(self.authorize.as_ref().map(|url| address("authorize", url)))
            .collect();
        let smart = Coding::fixed(
            "http://terminology.hl7.org/CodeSystem/restful-security-service",
            "SMART-on-FHIR",
            "SMART-on-FHIR",
        );
        Object::new()
            .put("extension", [Object::new().put("url", OAUTH_URIS).put("extension", addresses)])
            .put("service", [Concept::from(smart)])
            .put("description", &self.description)
            .done()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_statement_lists_what_is_done_and_no_more() {
        let statement = CapabilityStatement {
            date: Instant::from_seconds(0),
            publisher: None,
            software: ("Bedside".to_owned(), "0.1.0".to_owned()),
            description: "Bedside of the example hospital".to_owned(),
            url: "https://b.example/fhir".to_owned(),
            guides: Vec::new(),
            security: Some(Security {
                token: "https://b.example/token".to_owned(),
                authorize: None,
                description: None,
            }),
            resources: vec![Supported {
                kind: "Subscription",
                profiles: Vec::new(),
                interactions: vec![Interaction::Read, Interaction::SearchType],
                updates_create: false,
                searched_by: vec!["status", "_id", "colour"],
                includes: Vec::new(),
                rev_includes: Vec::new(),
                documentation: None,
            }],
            system: Vec::new(),
            topics: vec!["https://b.example/topic/task".to_owned()],
        };
        assert_eq!(
            statement.build(),
            json!({
                "resourceType": "CapabilityStatement",
                "url": "https://b.example/fhir/metadata",
                "name": "Bedside",
                "title": "Bedside",
                "status": "active",
                "date": "1970-01-01T00:00:00.000Z",
                "kind": "instance",
                "software": { "name": "Bedside", "version": "0.1.0" },
                "implementation": { "description": "Bedside of the example hospital", "url": "https://b.example/fhir" },
                "fhirVersion": "4.0.1",
                "format": ["application/fhir+json", "json"],
                "rest": [{
                    "mode": "server",
                    "security": {
                        "extension": [{
                            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                            "extension": [{ "url": "token", "valueUri": "https://b.example/token" }],
                        }],
                        "service": [{ "coding": [{
                            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                            "code": "SMART-on-FHIR", "display": "SMART-on-FHIR" }] }],
                    },
                    "resource": [{
                        "extension": [{ "url": TOPIC_CANONICAL, "valueCanonical": "https://b.example/topic/task" }],
                        "type": "Subscription",
                        "supportedProfile":
                            ["http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription"],
                        "interaction": [{ "code": "read" }, { "code": "search-type" }],
                        "versioning": "versioned-update",
                        "readHistory": false,
                        "updateCreate": false,
                        "conditionalRead": "not-match",
                        "searchParam": [
                            { "name": "status", "type": "token",
                              "definition": "http://hl7.org/fhir/SearchParameter/Subscription-status" },
                            { "name": "_id", "type": "token",
                              "definition": "http://hl7.org/fhir/SearchParameter/Resource-id" },
                        ],
                    }],
                }],
            })
        );
    }
}
