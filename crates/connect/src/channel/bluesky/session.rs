//! Being signed in: an app password gives two tokens, kept in memory only; the short one is renewed when the server says
//! it has run out, and the password is used again when the long one has.

use bedside_core::{channel::Fault, time::Span, time::Timestamp};
use tokio::sync::Mutex;

use super::wire::{ErrorBody, SessionBody};
use crate::{
    Clock, Secret,
    http::{Answer, Call, Http},
};

/// After a refused password: servers allow few sign-ins a day, and a person must act first anyway.
const REST_AFTER_REFUSAL: Span = Span::minutes(5);

/// A signed-in way to the PDS.
pub(super) struct Session {
    http: Http,
    handle: String,
    password: Secret,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tokens: Option<Tokens>,
    refused: Option<(Timestamp, Fault)>,
}

#[derive(Clone)]
struct Tokens {
    did: String,
    access: Secret,
    refresh: Secret,
}

impl Session {
    pub fn new(http: Http, handle: &str, password: Secret, clock: Clock) -> Self {
        Self { http, handle: handle.to_owned(), password, clock, state: Mutex::default() }
    }

    /// The way to the server without credentials.
    pub const fn stranger(&self) -> &Http {
        &self.http
    }

    /// Our own DID.
    pub async fn did(&self) -> Result<String, Fault> {
        Ok(self.tokens().await?.did)
    }

    /// Sends what `make` makes of the client and our DID, signed in; once more with fresh tokens if these had run out.
    /// The answer is whole, whatever its status, see [`check`].
    pub async fn send(&self, make: impl Fn(&Http, &str) -> Call + Send) -> Result<Answer, Fault> {
        let tokens = self.tokens().await?;
        let answer = make(&self.http, &tokens.did).bearer(&tokens.access).send().await?;
        if !is_stale(&answer) {
            return Ok(answer);
        }
        let fresh = self.renew(&tokens).await?;
        make(&self.http, &fresh.did).bearer(&fresh.access).send().await
    }

    async fn tokens(&self) -> Result<Tokens, Fault> {
        let mut state = self.state.lock().await;
        match &state.tokens {
            Some(tokens) => Ok(tokens.clone()),
            None => self.sign_in(&mut state).await,
        }
    }

    /// Tokens newer than `old`. Whoever comes second finds the work done.
    async fn renew(&self, old: &Tokens) -> Result<Tokens, Fault> {
        let mut state = self.state.lock().await;
        if let Some(current) = state.tokens.as_ref().filter(|current| current.access != old.access) {
            return Ok(current.clone());
        }
        let call = self.http.post(&["xrpc", "com.atproto.server.refreshSession"]).bearer(&old.refresh);
        let answer = call.send().await?;
        if answer.is_success() {
            let tokens = tokens_of(&answer)?;
            state.tokens = Some(tokens.clone());
            return Ok(tokens);
        }
        match fault(&answer) {
            Fault::SignedOut { .. } | Fault::Refused { .. } => {
                state.tokens = None;
                self.sign_in(&mut state).await
            }
            passing => Err(passing),
        }
    }

    async fn sign_in(&self, state: &mut State) -> Result<Tokens, Fault> {
        let now = (self.clock)();
        if let Some((at, fault)) = &state.refused
            && now.since(*at) < REST_AFTER_REFUSAL
        {
            return Err(fault.clone());
        }
        let body = serde_json::json!({"identifier": self.handle, "password": self.password.expose()});
        let answer = self.http.post(&["xrpc", "com.atproto.server.createSession"]).json(&body).send().await?;
        if answer.is_success() {
            let tokens = tokens_of(&answer)?;
            *state = State { tokens: Some(tokens.clone()), refused: None };
            return Ok(tokens);
        }
        let fault = match fault(&answer) {
            Fault::Refused { code, .. } => Fault::SignedOut { code },
            other => other,
        };
        if matches!(fault, Fault::SignedOut { .. }) {
            state.refused = Some((now, fault.clone()));
        }
        Err(fault)
    }
}

fn tokens_of(answer: &Answer) -> Result<Tokens, Fault> {
    let body: SessionBody = answer.json("session")?;
    Ok(Tokens { did: body.did, access: Secret::new(&body.access_jwt), refresh: Secret::new(&body.refresh_jwt) })
}

/// The XRPC error name, e.g. `ExpiredToken`.
pub(super) fn error_name(answer: &Answer) -> Option<String> {
    answer.json::<ErrorBody>("error").ok().map(|body| body.error)
}

fn is_stale(answer: &Answer) -> bool {
    let is_token_error = || matches!(error_name(answer).as_deref(), Some("ExpiredToken" | "InvalidToken"));
    answer.status() == 401 || (answer.status() == 400 && is_token_error())
}

/// The answer if it is a success.
pub(super) fn check(answer: Answer) -> Result<Answer, Fault> {
    if answer.is_success() { Ok(answer) } else { Err(fault(&answer)) }
}

/// The fault in an answer. What XRPC says with 400 about tokens and closed accounts means: signed out.
pub(super) fn fault(answer: &Answer) -> Fault {
    let name = error_name(answer);
    let is_about_us = matches!(
        name.as_deref(),
        Some("ExpiredToken" | "InvalidToken" | "AuthMissing" | "AccountTakedown" | "AccountDeactivated")
    );
    match answer.fault(name.as_deref()) {
        Fault::Refused { code, .. } if is_about_us => Fault::SignedOut { code },
        other => other,
    }
}
