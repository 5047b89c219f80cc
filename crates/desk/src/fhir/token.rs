//! The token endpoint: SMART backend services (SMART App Launch 2.2; RFC 6749 §4.4, RFC 7523). A client shows an assertion
//! signed with its key, each of which counts once, and gets a token that holds for five minutes.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Extension, State, rejection::FormRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bedside_clinical::fhir::{
    smart::{ASSERTION_TYPE, Claims, Context, OAuthError, Rejected, Scopes, Token, token_answer, verify_assertion},
    time::Instant,
};
use bedside_core::{
    code,
    log::Code,
    time::{Span, Timestamp},
};

use super::{Client, FhirState, answer, answer::Stop, around::Origin, limit::SIGN_IN};
use crate::serve::{lockout::ClientTry, token};

/// How long a token holds: SMART recommends five minutes as the most.
const HOLDS: Span = Span::minutes(5);
const JSON: &str = "application/json";

/// Why no token is given.
enum Denied {
    OAuth(OAuthError, String),
    Stop(Stop),
}

impl<E: Into<Stop>> From<E> for Denied {
    fn from(error: E) -> Self {
        Self::Stop(error.into())
    }
}

/// `POST /fhir/token`
pub(super) async fn post(
    State(state): State<FhirState>,
    Extension(origin): Extension<Origin>,
    form: Result<Form<HashMap<String, String>>, FormRejection>,
) -> Response {
    let asked = match form {
        Ok(Form(fields)) => grant(&state, &origin, &fields).await,
        Err(_) => Err(oauth(OAuthError::InvalidRequest, "the request is no form, or repeats a field")),
    };
    let mut response = match asked {
        Ok(body) => answer::typed(StatusCode::OK, JSON, &body),
        Err(Denied::OAuth(error, why)) => {
            let (status, body) = error.answer(&why);
            answer::typed(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), JSON, &body)
        }
        Err(Denied::Stop(stop)) => stop.into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

fn oauth(error: OAuthError, why: &str) -> Denied {
    Denied::OAuth(error, why.to_owned())
}

async fn grant(
    state: &FhirState,
    origin: &Origin,
    fields: &HashMap<String, String>,
) -> Result<serde_json::Value, Denied> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("grant_type") != "client_credentials" {
        return Err(oauth(OAuthError::UnsupportedGrantType, "grant_type must be client_credentials"));
    }
    if field("client_assertion_type") != ASSERTION_TYPE {
        return Err(oauth(OAuthError::InvalidRequest, "client_assertion_type must be the one for JWT bearers"));
    }
    let now = state.clock.now();
    let assertion = field("client_assertion");
    let id = Token::parse(assertion).ok().and_then(|token| token.unverified_issuer().map(str::to_owned));
    let tried = ClientTry::new(&state.store, id.as_deref().unwrap_or_default(), origin.counted.as_deref());
    if let Some(until) = tried.begin(&state.store, now).await? {
        return Err(Denied::Stop(Stop::Wait(until.since(now).as_seconds() + 1)));
    }
    let client = id.and_then(|id| state.settings.clients.iter().find(|client| client.client_id == id));
    let Some(client) = client else {
        return Err(refused(state, None, code!("unknown"), "the client is not known here").await?);
    };
    state.limits.take(&client.slug, SIGN_IN, now).map_err(Stop::Wait)?;
    let claims = match verified(state, client, assertion, now).await {
        Ok(claims) => claims,
        Err(rejected) => {
            return Err(refused(state, Some(client), code!("assertion"), &rejected.to_string()).await?);
        }
    };
    let given = scopes(client, field("scope"))?;
    let secret = token::fresh()?;
    let jti = token::hash(claims.id.as_deref().unwrap_or_default());
    // The leeway of the check is added: until then the same assertion would still be believed.
    let ends = Timestamp::from_micros(claims.expires.as_micros()).plus(Span::minutes(2));
    let kept = (token::hash(&secret), given.to_string(), now.plus(HOLDS));
    if !state.road.admit_client(&client.slug, (&jti, ends), (&kept.0, &kept.1, kept.2)).await? {
        return Err(refused(state, Some(client), code!("replay"), "the assertion was used before").await?);
    }
    tried.forgive(&state.store).await?;
    Ok(token_answer(&secret, HOLDS.as_seconds(), &kept.1))
}

/// Notes the refusal; nobody is told more than that the client is not believed and why its assertion is not.
async fn refused(state: &FhirState, client: Option<&Client>, why: Code, words: &str) -> Result<Denied, Denied> {
    state.road.refuse_client(client.map(|client| client.slug.as_str()), why).await?;
    Ok(oauth(OAuthError::InvalidClient, words))
}

async fn verified(state: &FhirState, client: &Client, assertion: &str, now: Timestamp) -> Result<Claims, Rejected> {
    let endpoint = state.token_endpoint();
    let at = Instant::from_micros(now.as_micros());
    let mut anew = false;
    loop {
        let keys = state.keys.of(client, anew, now).await.ok_or(Rejected::UnknownKey)?;
        match verify_assertion(assertion, &keys, &client.client_id, &endpoint, at) {
            // Perhaps it has a new key.
            Err(Rejected::UnknownKey | Rejected::Signature) if !anew => anew = true,
            outcome => return outcome,
        }
    }
}

/// What of the scopes that are asked for is given.
fn scopes(client: &Client, asked: &str) -> Result<Scopes, Denied> {
    let asked = Scopes::parse(asked);
    let given = asked.granted(&client.scopes);
    let is_of_use = given.resources().iter().any(|scope| scope.context == Context::System);
    if is_of_use { Ok(given) } else { Err(oauth(OAuthError::InvalidScope, "none of these scopes is this client's")) }
}
