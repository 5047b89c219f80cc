//! `.well-known/smart-configuration` (SMART App Launch 2.2, conformance).

use std::collections::BTreeSet;

use serde_json::Value;

use super::{text, texts};

/// What a server says about how apps and programs get in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SmartConfiguration {
    /// Who issues id tokens.
    pub issuer: Option<String>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// Where people sign in.
    pub authorization_endpoint: Option<String>,
    /// Where tokens are given out.
    pub token_endpoint: Option<String>,
    /// Where tokens are asked about.
    pub introspection_endpoint: Option<String>,
    /// authorization_code, client_credentials …
    pub grant_types: BTreeSet<String>,
    /// private_key_jwt, client_secret_basic …
    pub auth_methods: BTreeSet<String>,
    /// Algorithms it takes for private_key_jwt.
    pub signing_algorithms: BTreeSet<String>,
    /// Scopes it knows.
    pub scopes: BTreeSet<String>,
    /// launch-ehr, client-confidential-asymmetric, permission-v2 …
    pub capabilities: BTreeSet<String>,
    /// S256 …
    pub code_challenge_methods: BTreeSet<String>,
}

impl SmartConfiguration {
    /// Reads one. What is not there is not offered.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        let owned = |name: &str| text(value, name).map(str::to_owned);
        let set = |name: &str| texts(value, name).map(str::to_owned).collect();
        Self {
            issuer: owned("issuer"),
            jwks_uri: owned("jwks_uri"),
            authorization_endpoint: owned("authorization_endpoint"),
            token_endpoint: owned("token_endpoint"),
            introspection_endpoint: owned("introspection_endpoint"),
            grant_types: set("grant_types_supported"),
            auth_methods: set("token_endpoint_auth_methods_supported"),
            signing_algorithms: set("token_endpoint_auth_signing_alg_values_supported"),
            scopes: set("scopes_supported"),
            capabilities: set("capabilities"),
            code_challenge_methods: set("code_challenge_methods_supported"),
        }
    }

    /// Whether a program of ours can get in with a key of its own (backend services).
    #[must_use]
    pub fn has_backend_services(&self) -> bool {
        let says_so = self.capabilities.contains("client-confidential-asymmetric")
            || self.auth_methods.contains("private_key_jwt");
        self.token_endpoint.is_some() && says_so
    }

    /// Whether scopes are written as in version 2 (`system/Task.rs`).
    #[must_use]
    pub fn has_scopes_v2(&self) -> bool {
        self.capabilities.contains("permission-v2")
    }
}

/// Our own configuration as JSON. `jwks`: where our own keys are, if there are any that others need.
#[must_use]
pub fn configuration(base: &str, token: &str, jwks: Option<&str>, scopes: &[&str]) -> Value {
    let mut configuration = serde_json::json!({
        "issuer": base,
        "token_endpoint": token,
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES384", "RS384"],
        "scopes_supported": scopes,
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    });
    if let (Some(jwks), Some(fields)) = (jwks, configuration.as_object_mut()) {
        fields.insert("jwks_uri".to_owned(), jwks.into());
    }
    configuration
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_configuration_offers_backend_services() {
        let ours = configuration(
            "https://b.example/fhir",
            "https://b.example/token",
            Some("https://b.example/jwks"),
            &["system/Task.rs"],
        );
        let read = SmartConfiguration::read(&ours);
        assert!(read.has_backend_services() && read.has_scopes_v2());
        assert!(read.signing_algorithms.contains("ES384") && read.jwks_uri.is_some());
        let without = configuration("https://b.example/fhir", "https://b.example/token", None, &[]);
        assert_eq!(SmartConfiguration::read(&without).jwks_uri, None);
        assert_eq!(read.authorization_endpoint, None);
        assert!(!SmartConfiguration::read(&serde_json::json!({})).has_backend_services());
    }
}
