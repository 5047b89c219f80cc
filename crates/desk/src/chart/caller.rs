//! Who calls for cards: a token that a configured EMR has signed, for this very address, once (CDS Hooks 2.0 §5.1).

use std::sync::{Arc, PoisonError};

use axum::http::{HeaderMap, header};
use bedside_clinical::fhir::{
    cds::{Client, client, verify_call},
    smart::{Claims, Jwks, Rejected, Token},
    time::Instant,
};
use bedside_core::time::{Span, Timestamp};
use bedside_flow::FlowError;

use super::{Cds, Chart, Charts};
use crate::serve::DeskState;

/// So long keys are believed without being fetched again.
const KEYS_HOLD: Span = Span::minutes(10);
/// A token with an unknown key has them fetched again, at most so often.
const KEYS_REST: Span = Span::seconds(30);

/// Why a call is not answered.
#[derive(Debug)]
pub(super) enum Denied {
    /// It isn't believed; the word is the class of the reason.
    Unbelieved(&'static str),
    /// The EMR's keys can't be had now.
    NoKeys,
    /// Our fault.
    Broken(FlowError),
}

impl From<Rejected> for Denied {
    fn from(why: Rejected) -> Self {
        Self::Unbelieved(match why {
            Rejected::Malformed => "malformed",
            Rejected::Algorithm => "algorithm",
            Rejected::Critical => "critical_extension",
            Rejected::UnknownKey => "unknown_key",
            Rejected::Signature => "signature",
            Rejected::Expired => "expired",
            Rejected::NotYet => "not_yet_valid",
            Rejected::TooLong => "valid_too_long",
            Rejected::Issuer => "issuer",
            Rejected::KeyAddress => "key_address",
            Rejected::Subject => "subject",
            Rejected::Audience => "audience",
            Rejected::NoId => "no_id",
        })
    }
}

/// The charts of the EMR that makes a call of one of `addresses`. The token counts once.
pub(super) async fn caller<'a>(
    state: &'a DeskState,
    headers: &HeaderMap,
    addresses: &[String],
) -> Result<Vec<&'a Chart>, Denied> {
    let token = bearer(headers).ok_or(Denied::Unbelieved("no_token"))?;
    let token = Token::parse(token)?;
    let allowed = allowed(&state.charts);
    let client = picked(&token, &allowed)?;
    let charts: Vec<&Chart> = state.charts.of_issuer(&client.issuer).map(|(chart, _)| chart).collect();
    let claims = verified(state, &token, client, addresses).await?;
    let id = claims.id.as_deref().unwrap_or_default();
    let until = Timestamp::from_micros(claims.expires.as_micros()).plus(Span::minutes(2));
    match state.road.first_call(&client.issuer, id, until).await {
        Ok(true) => Ok(charts),
        Ok(false) => Err(Denied::Unbelieved("replayed")),
        Err(error) => Err(Denied::Broken(error)),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let line = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn allowed(charts: &Charts) -> Vec<Client> {
    let all = charts.all.iter().filter_map(|chart| chart.cds.as_ref());
    let of = |cds: &Cds| -> Vec<Client> {
        cds.keys.iter().map(|jku| Client { issuer: cds.issuer.clone(), jku: jku.clone() }).collect()
    };
    all.flat_map(of).collect()
}

/// Which of those that may call it says it is from. An EMR may have several addresses for its keys: the token's own counts if
/// it is among them.
fn picked<'a>(token: &Token<'_>, allowed: &'a [Client]) -> Result<&'a Client, Rejected> {
    let issuer = token.unverified_issuer();
    let named = allowed.iter().find(|one| Some(one.issuer.as_str()) == issuer && Some(one.jku.as_str()) == token.jku());
    named.map_or_else(|| client(token, allowed), Ok)
}

async fn verified(
    state: &DeskState,
    token: &Token<'_>,
    client: &Client,
    addresses: &[String],
) -> Result<Claims, Denied> {
    let now = state.clock.now();
    let mut last = Rejected::Audience;
    for fresh in [false, true] {
        let keys = state.charts.keys(client, fresh, now).await?;
        for address in addresses {
            match verify_call(token, client, &keys, address, Instant::from_micros(now.as_micros())) {
                Ok(claims) => return Ok(claims),
                Err(why) => last = why,
            }
            if last != Rejected::Audience {
                break;
            }
        }
        // The EMR may have changed its keys since they were fetched.
        if !matches!(last, Rejected::UnknownKey | Rejected::Signature) {
            break;
        }
    }
    Err(last.into())
}

impl Charts {
    /// The charts whose EMR calls under this name.
    fn of_issuer(&self, issuer: &str) -> impl Iterator<Item = (&Chart, &Cds)> {
        self.all.iter().filter_map(move |chart| {
            let cds = chart.cds.as_ref().filter(|cds| cds.issuer == issuer)?;
            Some((chart, cds))
        })
    }

    async fn keys(&self, client: &Client, fresh: bool, now: Timestamp) -> Result<Arc<Jwks>, Denied> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&client.jku).cloned();
        let hold = if fresh { KEYS_REST } else { KEYS_HOLD };
        if let Some((since, keys)) = kept
            && now.since(since) < hold
        {
            return Ok(keys);
        }
        let (_, cds) = self.of_issuer(&client.issuer).next().ok_or(Denied::NoKeys)?;
        let bytes = cds.fetch.keys(&client.jku).await.map_err(|fault| {
            tracing::warn!(%fault, "the keys of an EMR can't be fetched");
            Denied::NoKeys
        })?;
        let keys = Arc::new(Jwks::read(&bytes).map_err(|_| Denied::NoKeys)?);
        let entry = (now, Arc::clone(&keys));
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(client.jku.clone(), entry);
        Ok(keys)
    }
}
