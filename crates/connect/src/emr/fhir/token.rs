//! Signing in: SMART backend services with a key of our own (private_key_jwt), a name with a password, or not at all.

use std::sync::Arc;

use bedside_clinical::fhir::{
    Instant,
    read::SmartConfiguration,
    smart::{ClientAssertion, SigningKey, TokenResponse, sign, token_request},
};
use bedside_core::time::{Span, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::Value;

use super::Trouble;
use crate::{
    Clock, Secret,
    http::{Http, Trust},
};

/// A token is fetched anew this long before it ends, so that it doesn't end on the way.
const MARGIN: Span = Span::seconds(30);
/// What is asked for where the configuration says nothing: what is written, and patients to be read.
const KINDS: [&str; 7] = ["Communication", "DocumentReference", "Binary", "Task", "Flag", "Consent", "Provenance"];

/// How Bedside signs in.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Not at all: on this machine or within a private network, or where the client certificate says enough.
    None,
    /// A name and a password (RFC 7617).
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// SMART backend services.
    Smart(Smart),
}

/// How Bedside signs in by SMART backend services.
#[derive(Debug, Clone)]
pub struct Smart {
    /// Who we are there.
    pub client_id: String,
    /// Our key; its public half is registered there.
    pub key: Arc<SigningKey>,
    /// What to ask for; `None`: what is needed, as the server writes scopes.
    pub scope: Option<String>,
    /// Where tokens are given out; `None`: where the server says, on its own host.
    pub token_url: Option<String>,
}

/// A token that holds.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub secret: Secret,
    ends_at: Timestamp,
}

impl Token {
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.ends_at.minus(MARGIN) > now
    }
}

/// Fetches a token.
pub(super) async fn fetch(smart: &Smart, http: &Http, trust: &Trust, clock: &Clock) -> Result<Token, Trouble> {
    let found = find(smart, http).await?;
    let now = (clock)();
    let random = SystemRandom::new();
    let claims = ClientAssertion {
        client_id: &smart.client_id,
        token_endpoint: &found.endpoint,
        id: &unused_id(&random)?,
        now: Instant::from_micros(now.as_micros()),
    };
    let assertion = sign(&claims.claims(), &smart.key, &random);
    let assertion = assertion.ok_or_else(|| sign_in("the key can't sign", false))?;
    let place = Http::trusting(&found.endpoint, trust, clock.clone()).map_err(|bad| sign_in(bad.to_string(), false))?;
    let answer = place.post(&[]).header("accept", "application/json").form(&token_request(&assertion, &found.scope));
    let answer = answer.send_closely().await.map_err(Trouble::NoAnswer)?;
    let body = answer.json::<Value>("token").unwrap_or_default();
    if !answer.is_success() {
        let said = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let why = format!("{} {} {}", answer.status(), said("error"), said("error_description"));
        let why: String = why.trim().chars().filter(|c| !c.is_control()).take(300).collect();
        return Err(sign_in(format!("{} gives no token: {why}", found.endpoint), answer.status() >= 500));
    }
    let token = TokenResponse::read(&body);
    let token = token.ok_or_else(|| sign_in(format!("{} answers without a bearer token", found.endpoint), false))?;
    let ends_at = now.plus(Span::seconds(token.expires_in_seconds));
    Ok(Token { secret: Secret::new(&token.access_token), ends_at })
}

struct Found {
    endpoint: String,
    scope: String,
}

/// Where tokens are given out and how scopes are written: the SMART configuration, else the CapabilityStatement.
async fn find(smart: &Smart, http: &Http) -> Result<Found, Trouble> {
    let configuration = configuration(http).await?;
    let scope = smart.scope.clone().unwrap_or_else(|| usual_scope(configuration.has_scopes_v2()));
    if let Some(endpoint) = &smart.token_url {
        return Ok(Found { endpoint: endpoint.clone(), scope });
    }
    let endpoint = match configuration.token_endpoint {
        Some(endpoint) => endpoint,
        None => super::client::statement(http, None).await?.security.oauth.remove("token").ok_or_else(|| {
            let why = "the server says nowhere where tokens are given out (neither .well-known/smart-configuration nor \
                       oauth-uris); if you know it, write token_url";
            sign_in(why, false)
        })?,
    };
    // A server that could send us elsewhere could have any host called from within the hospital's network.
    if !http.is_same_host(&endpoint) {
        let why = format!(
            "the server has its tokens given out at {endpoint}, another host; if that is right, write it as token_url"
        );
        return Err(sign_in(why, false));
    }
    Ok(Found { endpoint, scope })
}

/// What the server says about signing in; an empty one where it says nothing.
pub(super) async fn configuration(http: &Http) -> Result<SmartConfiguration, Trouble> {
    let asked = http.get(&[".well-known", "smart-configuration"]).header("accept", "application/json");
    let answer = asked.send_closely().await.map_err(Trouble::NoAnswer)?;
    let body = answer.json::<Value>("SMART configuration").ok().filter(|_| answer.is_success());
    Ok(body.as_ref().map(SmartConfiguration::read).unwrap_or_default())
}

fn usual_scope(is_v2: bool) -> String {
    let (read, write) = if is_v2 { ("rs", "crus") } else { ("read", "*") };
    let written = KINDS.iter().map(|kind| format!("system/{kind}.{write}"));
    let subscription = format!("system/Subscription.{}", if is_v2 { "cruds" } else { "*" });
    let all: Vec<String> =
        [format!("system/Patient.{read}")].into_iter().chain(written).chain([subscription]).collect();
    all.join(" ")
}

fn unused_id(random: &SystemRandom) -> Result<String, Trouble> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes).map_err(|_| sign_in("the system gives no randomness", true))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn sign_in(why: impl Into<String>, is_passing: bool) -> Trouble {
    Trouble::SignIn { why: why.into(), is_passing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_asked_for_than_is_used_in_either_way_of_writing_it() {
        use bedside_clinical::fhir::{
            code::Interaction,
            smart::{Context, Scopes},
        };
        for is_v2 in [true, false] {
            let scopes = Scopes::parse(&usual_scope(is_v2));
            let may = |kind, what| scopes.permits(Context::System, kind, what);
            assert!(may("Communication", Interaction::Update) && may("Patient", Interaction::SearchType));
            assert!(!may("Patient", Interaction::Update) && !may("Observation", Interaction::Read));
        }
    }
}
