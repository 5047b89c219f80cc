//! Who asks: the client behind a bearer token, what it may do now, and where it comes from.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use bedside_clinical::fhir::{
    code::{Interaction, IssueType},
    http::Handling,
    search::{Query, Rules, matches},
    smart::{Context, Scopes},
};
use bedside_core::{id::SiteId, time::Timestamp};
use bedside_store::exchange;
use serde_json::Value;

use super::{Client, FhirState, answer::Stop, around::Origin};
use crate::serve::token;

/// A client with a token that holds.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// Who.
    pub client: Client,
    /// What its token is good for, as far as the configuration still allows it.
    pub scopes: Scopes,
    /// Over which connection.
    pub origin: Origin,
    /// The time of the request.
    pub now: Timestamp,
}

impl FromRequestParts<FhirState> for Caller {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &FhirState) -> Result<Self, Stop> {
        let now = state.clock.now();
        let unknown = || Stop::of(IssueType::Login, "a bearer token from the token endpoint is needed");
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let secret = given
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, secret)| secret.trim())
            .ok_or_else(unknown)?;
        let mut tx = state.store.begin_read().await?;
        let found = exchange::token(&mut tx, &token::hash(secret), now).await?;
        drop(tx);
        let expired = || Stop::of(IssueType::Login, "the token is unknown or has expired");
        let (slug, scopes, _) = found.ok_or_else(expired)?;
        // A client that was taken out of the configuration is nobody, whatever token it holds.
        let client = state.client(&slug).ok_or_else(expired)?.clone();
        state.limits.take(&slug, 1.0, now).map_err(Stop::Wait)?;
        let origin = parts.extensions.get::<Origin>().cloned().ok_or_else(unknown)?;
        let scopes = Scopes::parse(&scopes).granted(&client.scopes);
        Ok(Self { client, scopes, origin, now })
    }
}

impl Caller {
    /// Whether it may see what belongs to a site.
    pub(super) fn sees(&self, site: SiteId) -> bool {
        self.client.sites.contains(&site)
    }

    /// That it may do this with a type of resource, with some of them at least.
    ///
    /// # Errors
    /// No scope of its token allows it.
    pub(super) fn may(&self, kind: &str, interaction: Interaction) -> Result<(), Stop> {
        let has_some = || self.scopes.restrictions(Context::System, kind, interaction).next().is_some();
        if self.scopes.permits(Context::System, kind, interaction) || has_some() {
            return Ok(());
        }
        Err(Stop::of(IssueType::Forbidden, format!("no scope of the token allows {interaction} on {kind}")))
    }

    /// Whether it may do this with this resource: a scope may be for those alone that a search finds.
    pub(super) fn covers(&self, kind: &str, resource: &Value, interaction: Interaction, base: &str) -> bool {
        covers(&self.scopes, kind, resource, interaction, base)
    }
}

/// Whether scopes allow this with a resource: one may be for those alone that a search finds.
pub(super) fn covers(scopes: &Scopes, kind: &str, resource: &Value, interaction: Interaction, base: &str) -> bool {
    let rules = Rules { base, handling: Handling::Strict, default_count: 1, most_count: 1 };
    let finds = |query: &str| Query::parse(kind, query, &rules).is_ok_and(|query| matches(resource, &query));
    scopes.permits(Context::System, kind, interaction)
        || scopes.restrictions(Context::System, kind, interaction).any(finds)
}
