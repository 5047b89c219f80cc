//! One FHIR server: asks, signs in and again when its token is no longer believed, and remembers for a day what the server
//! says that it can do.

use std::sync::Arc;

use bedside_clinical::fhir::{
    Id,
    http::FHIR_JSON,
    read::{Bundle, Capabilities, Plan, SmartConfiguration, degrade},
};
use bedside_core::time::{Span, Timestamp};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::{
    Trouble,
    token::{self, Auth, Token},
    trouble::Refusal,
};
use crate::{
    Clock,
    http::{Answer, BadAddress, Call, Http, Trust},
};

/// How long what a server says of itself is believed.
const A_DAY: Span = Span::days(1);
/// A search is followed over at most so many pages.
const MOST_PAGES: usize = 100;

/// A server with the way in.
pub struct Client {
    http: Http,
    trust: Trust,
    clock: Clock,
    auth: Auth,
    /// Types that are not written there whatever the server can do; empty: none.
    withheld: Vec<String>,
    token: Mutex<Option<Token>>,
    known: Mutex<Option<Known>>,
    turn: Mutex<()>,
}

/// What a server can, and what is done because of it.
#[derive(Debug, Clone)]
pub struct Server {
    /// What it says.
    pub can: Arc<Capabilities>,
    /// What is done.
    pub plan: Arc<Plan>,
}

#[derive(Clone)]
struct Known {
    server: Server,
    read_at: Timestamp,
}

/// What a server answered, having done what was asked.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// The body; `None`: there is none.
    pub value: Option<Value>,
    /// `Type/id` of what was made, where the server says so.
    pub location: Option<String>,
}

impl Client {
    /// A client; it connects when it is first asked something.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn new(base_url: &str, auth: Auth, trust: Trust, clock: Clock) -> Result<Self, BadAddress> {
        let http = Http::trusting(base_url, &trust, clock.clone())?;
        let (token, known, turn) = (Mutex::default(), Mutex::default(), Mutex::default());
        Ok(Self { http, trust, clock, auth, withheld: Vec::new(), token, known, turn })
    }

    /// With types that are not written there, whatever the server can do.
    #[must_use]
    pub fn withholding(mut self, types: Vec<String>) -> Self {
        self.withheld = types;
        self
    }

    /// The server's address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        self.http.base()
    }

    /// Held by who searches first and creates then: one at a time.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// What the server can, and what is done because of it; read again once a day and after faults.
    ///
    /// # Errors
    /// It does not say, or is no FHIR server.
    pub async fn server(&self) -> Result<Server, Trouble> {
        let now = (self.clock)();
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.read_at.plus(A_DAY) > now) {
            return Ok(known.server.clone());
        }
        let mut can = match statement(&self.http, self.password()).await {
            // Some show it only to who has signed in.
            Err(trouble) if matches!(trouble.status(), Some(401 | 403)) && matches!(self.auth, Auth::Smart(_)) => {
                let done = self.ask(|http| http.get(&["metadata"])).await?;
                capabilities(done.value)?
            }
            other => other?,
        };
        can.withheld = self.withheld.iter().cloned().collect();
        let server = Server { plan: Arc::new(degrade(&can)), can: Arc::new(can) };
        *known = Some(Known { server: server.clone(), read_at: now });
        Ok(server)
    }

    /// Has the server asked again what it can, the next time that matters: it may have changed.
    pub(super) async fn forget(&self) {
        *self.known.lock().await = None;
    }

    /// What the server says about signing in; nothing where it says nothing.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn smart_configuration(&self) -> Result<SmartConfiguration, Trouble> {
        token::configuration(&self.http).await
    }

    /// Looks for a patient whom nobody can be: shows whether we are let in, and nobody.
    ///
    /// # Errors
    /// We are not.
    pub async fn look(&self) -> Result<(), Trouble> {
        let nobody = format!("urn:bedside:nobody|{}", self.http.base().len());
        self.search("Patient", &[("identifier", &nobody), ("_count", "1"), ("_summary", "count")]).await.map(drop)
    }

    /// Asks, signed in; where the server no longer believes the token, once more with a new one.
    pub(super) async fn ask(&self, make: impl Fn(&Http) -> Call) -> Result<Done, Trouble> {
        let mut answer = self.send(make(&self.http)).await?;
        if answer.status() == 401 && matches!(self.auth, Auth::Smart(_)) {
            *self.token.lock().await = None;
            answer = self.send(make(&self.http)).await?;
        }
        done(&answer)
    }

    async fn send(&self, call: Call) -> Result<Answer, Trouble> {
        let call = call.header("accept", FHIR_JSON);
        let call = match &self.auth {
            Auth::None => call,
            Auth::Basic { user, password } => call.basic(user, password),
            Auth::Smart(smart) => {
                let mut token = self.token.lock().await;
                let kept = token.take().filter(|token| token.holds_at((self.clock)()));
                let fresh = match kept {
                    Some(kept) => kept,
                    None => token::fetch(smart, &self.http, &self.trust, &self.clock).await?,
                };
                call.bearer(&token.insert(fresh).secret)
            }
        };
        call.send_closely().await.map_err(Trouble::NoAnswer)
    }

    /// Whether an address that the server named leads to another host.
    pub(super) fn is_elsewhere(&self, address: &str) -> bool {
        self.http.at(reqwest::Method::GET, address).is_none()
    }

    /// Everything that a search finds, over all its pages.
    pub(super) async fn search(&self, kind: &str, query: &[(&str, &str)]) -> Result<Vec<Value>, Trouble> {
        let mut page = self.ask(|http| http.get(&[kind]).query(query)).await?.value.unwrap_or_default();
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let bundle = Bundle::new(&page);
            if bundle.kind() != Some("searchset") {
                return Err(Trouble::unexpected(&format!("searching {kind}"), &page));
            }
            let is_kind = |one: &&Value| one.get("resourceType").and_then(Value::as_str) == Some(kind);
            found.extend(bundle.matches().filter(is_kind).cloned());
            let Some(next) = bundle.next().map(str::to_owned) else { return Ok(found) };
            // Behind a proxy some servers name a host that only they know.
            if self.http.at(reqwest::Method::GET, &next).is_none() {
                return Err(Trouble::not_fhir("its next page lies on another host"));
            }
            let follow = |http: &Http| http.at(reqwest::Method::GET, &next).unwrap_or_else(|| http.get(&[kind]));
            page = self.ask(follow).await?.value.unwrap_or_default();
        }
        Ok(found)
    }

    /// The resource with this id; `None`: there is none, or it is gone.
    pub(super) async fn read(&self, kind: &str, id: &str) -> Result<Option<Done>, Trouble> {
        match self.ask(|http| http.get(&[kind, id])).await {
            Ok(done) => Ok(Some(done)),
            Err(trouble) if matches!(trouble.status(), Some(404 | 410)) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    fn password(&self) -> Option<(&str, &crate::Secret)> {
        match &self.auth {
            Auth::Basic { user, password } => Some((user, password)),
            Auth::None | Auth::Smart(_) => None,
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.http.base()).finish_non_exhaustive()
    }
}

/// Reads the CapabilityStatement, which is open to everybody on most servers.
pub(super) async fn statement(http: &Http, password: Option<(&str, &crate::Secret)>) -> Result<Capabilities, Trouble> {
    let call = http.get(&["metadata"]).header("accept", FHIR_JSON);
    let call = match password {
        Some((user, password)) => call.basic(user, password),
        None => call,
    };
    let answer = call.send_closely().await.map_err(Trouble::NoAnswer)?;
    capabilities(done(&answer)?.value)
}

fn capabilities(value: Option<Value>) -> Result<Capabilities, Trouble> {
    let value = value.ok_or_else(|| Trouble::not_fhir("an empty answer to /metadata"))?;
    if value.get("resourceType").and_then(Value::as_str) != Some("CapabilityStatement") {
        return Err(Trouble::unexpected("asking for /metadata", &value));
    }
    Ok(Capabilities::read(&value))
}

fn done(answer: &Answer) -> Result<Done, Trouble> {
    if !answer.is_success() {
        let is_moved = matches!(answer.status(), 300..=399);
        let to = answer.header("location").filter(|_| is_moved);
        return match to {
            // Never followed: whoever answers could send the token elsewhere.
            Some(to) => {
                Err(Trouble::not_fhir(format!("it sends us on to {}", to.chars().take(200).collect::<String>())))
            }
            None => Err(Trouble::Refused(Refusal::of(answer))),
        };
    }
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let value = match answer.is_empty() {
        true => None,
        false if kind.contains("json") => {
            let value = answer.json::<Value>("a FHIR resource");
            Some(value.map_err(|_| Trouble::not_fhir("what says that it is JSON and is none"))?)
        }
        false => {
            let kind: String = kind.split(';').next().unwrap_or_default().chars().take(60).collect();
            return Err(Trouble::not_fhir(if kind.is_empty() { "no content type".to_owned() } else { kind }));
        }
    };
    Ok(Done { value, location: answer.header("location").and_then(local) })
}

/// `Type/id` of an address such as `https://kis.example/fhir/Task/1/_history/1`.
fn local(location: &str) -> Option<String> {
    let path = location.split("/_history/").next()?.trim_end_matches('/');
    let mut parts = path.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let is_kind =
        kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_kind && Id::parse(id).is_some()).then(|| format!("{kind}/{id}"))
}

#[cfg(test)]
mod tests;
