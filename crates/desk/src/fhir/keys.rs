//! Public keys of clients: kept for a while, and fetched anew when a token was signed with a key that is not among them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bedside_clinical::fhir::smart::Jwks;
use bedside_core::{
    fetch::FetchKeys,
    time::{Span, Timestamp},
};

use super::{Client, ClientKeys};

/// How long a set of keys is believed without looking again.
const HOLDS: Span = Span::minutes(10);
/// The shortest between two looks at the same address, whoever makes us look.
const NOT_AGAIN_WITHIN: Span = Span::seconds(30);

/// The sets that were fetched.
pub(super) struct KeyRing {
    fetch: Arc<dyn FetchKeys>,
    kept: Mutex<HashMap<String, Kept>>,
}

#[derive(Clone)]
struct Kept {
    set: Option<Arc<Jwks>>,
    at: Timestamp,
}

impl KeyRing {
    pub(super) fn new(fetch: Arc<dyn FetchKeys>) -> Self {
        Self { fetch, kept: Mutex::default() }
    }

    /// The keys of a client; with `anew` those of now, if nobody looked just before. `None`: they can't be had.
    pub(super) async fn of(&self, client: &Client, anew: bool, now: Timestamp) -> Option<Arc<Jwks>> {
        let address = match &client.keys {
            ClientKeys::Set(set) => return Some(Arc::new(set.clone())),
            ClientKeys::At(address) => address,
        };
        let known = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned();
        let holds = if anew { NOT_AGAIN_WITHIN } else { HOLDS };
        if let Some(known) = &known
            && now.since(known.at) < if known.set.is_some() { holds } else { NOT_AGAIN_WITHIN }
        {
            return known.set.clone();
        }
        let fetched = match self.fetch.keys(address).await {
            Ok(bytes) => Jwks::read(&bytes).ok().map(Arc::new),
            Err(fault) => {
                tracing::warn!(client = %client.slug, %fault, "a client's keys can't be fetched");
                None
            }
        };
        // Keys of before are better than none while their address is silent.
        let set = fetched.or_else(|| known.and_then(|known| known.set));
        let kept = Kept { set: set.clone(), at: now };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(address.clone(), kept);
        set
    }
}
