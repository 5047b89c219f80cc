//! The one HTTP client: every request goes to the configured host and nowhere else, ends in time, reads a bounded answer
//! and fails as a [`Fault`] that holds neither text nor token. Redirects are not followed: a redirected POST would become
//! a GET and lose a reply, and a redirected GET would carry the token elsewhere.

mod house;
mod patience;
mod trust;

use std::{
    net::IpAddr,
    sync::{Arc, Once},
    time::Duration,
};

use bedside_core::{channel::Fault, time::Span};
use reqwest::{
    Client, ClientBuilder, Method, RequestBuilder, Response, StatusCode, Url,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    redirect,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Clock, Secret};

pub use trust::{BadTrust, NoAnswer, Trust};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// Shorter than servers keep an idle connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// A stream may stay open this long; whoever reads it decides when silence means it is dead.
const STREAM_TIMEOUT: Duration = Duration::from_secs(24 * 3600);
/// The most an answer may weigh. A page of 100 notifications weighs about 0.3 MB.
const MAX_BODY_BYTES: usize = 8 << 20;
/// What is said of an answer that weighs more.
pub(crate) const TOO_LONG: &str = "answer too long";
/// The longest line of a stream: one event with a status in it.
const MAX_LINE_BYTES: usize = 1 << 20;
/// What we call ourselves.
const USER_AGENT: &str = concat!("Bedside/", env!("CARGO_PKG_VERSION"));

/// An address that cannot be a peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It does not read as `https://host[:port][/path]`.
    #[error("'{0}' is no address (expected e.g. https://social.example.org)")]
    NotAnAddress(String),
    /// It is http and leads out of the house: the account's token would be readable on the way.
    #[error("'{0}' needs https: plain http is only for this machine and private networks")]
    NotPrivate(String),
    /// It is an address on the internet where only the house's own network may be reached.
    #[error("'{0}' leads out of the house: only this machine and private networks are reached here")]
    NotInTheHouse(String),
    /// It is no host name, with a port perhaps.
    #[error("'{0}' is no host (expected e.g. files.example.org)")]
    NotAHost(String),
    /// It is an address of this machine or of a private network, where only the internet may be reached.
    #[error("'{0}' is in a private network: that is reached only where the channel's own base_url is in one")]
    NotOutside(String),
    /// The machine trusts no certificate authority, so https cannot work.
    #[error("no https: this machine has no certificate authorities (Debian: apt install ca-certificates)")]
    NoTrust,
}

/// A peer: one host that was configured, and the way there.
#[derive(Clone)]
pub struct Http {
    client: Client,
    base: Url,
    clock: Clock,
}

impl Http {
    /// A client for `base_url` (scheme, host, perhaps port and path). Private and loopback addresses are reached because
    /// they were configured, never because a server named them.
    ///
    /// # Errors
    /// The address is none, is plain http to a public host, or https is not possible on this machine.
    pub fn new(base_url: &str, clock: Clock) -> Result<Self, BadAddress> {
        Self::trusting(base_url, &Trust::default(), clock)
    }

    /// As [`Http::new`], with an authority of the house's own and perhaps a certificate of ours.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn trusting(base_url: &str, trust: &Trust, clock: Clock) -> Result<Self, BadAddress> {
        Self::build(parse_base(base_url)?, trust, clock, |builder| builder)
    }

    /// As [`Http::trusting`], for a server that must be in the house's own network: an address out on the internet is refused,
    /// a name that leads to one is not reached, and no proxy is asked.
    ///
    /// # Errors
    /// As [`Http::new`], or the address lies outside.
    pub fn in_the_house(base_url: &str, trust: &Trust, clock: Clock) -> Result<Self, BadAddress> {
        let base = parse_base(base_url)?;
        let literal = base.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>());
        if let Some(Ok(ip)) = literal
            && !house::is_near(ip)
        {
            return Err(BadAddress::NotInTheHouse(base_url.to_owned()));
        }
        Self::build(base, trust, clock, |builder| builder.no_proxy().dns_resolver(Arc::new(house::InTheHouse)))
    }

    /// A client for all of the host of `base_url`, whatever its path.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn at_root_of(base_url: &str, clock: Clock) -> Result<Self, BadAddress> {
        let mut root = parse_base(base_url)?;
        root.set_path("/");
        Self::build(root, &Trust::default(), clock, |builder| builder)
    }

    /// A client for another host beside the one of `base_url`, by https: one out on the internet, and a name that leads into a
    /// private network is not reached. Where `base_url` is of such a network itself, hosts there are reached as it is.
    ///
    /// # Errors
    /// It is no host, or is a private one.
    pub fn beside(base_url: &str, host: &str, clock: Clock) -> Result<Self, BadAddress> {
        let base = parse_base(base_url)?;
        let is_near = base.host_str().is_some_and(is_private);
        let bad = || BadAddress::NotAHost(host.to_owned());
        let scheme = if is_near { base.scheme() } else { "https" };
        let url = parse_base(&format!("{scheme}://{host}")).map_err(|_| bad())?;
        // What the host was followed by would lead to one of its places.
        let is_whole = url.path() == "/" && !host.is_empty() && !host.contains(['/', '\\', '@', '?', '#', ' ']);
        let name = url.host_str().filter(|_| is_whole).ok_or_else(bad)?;
        if is_near {
            return Self::build(url, &Trust::default(), clock, |builder| builder);
        }
        let literal = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if is_private(name) || literal.is_ok_and(|ip| !house::is_outside(ip)) {
            return Err(BadAddress::NotOutside(host.to_owned()));
        }
        Self::build(url, &Trust::default(), clock, |builder| builder.dns_resolver(Arc::new(house::Outside)))
    }

    fn build(
        base: Url,
        trust: &Trust,
        clock: Clock,
        more: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BadAddress> {
        use_ring();
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .referer(false);
        let builder = if base.scheme() == "https" {
            trust.apply(builder.https_only(true))
        } else {
            // In the house: no proxy, no trust store to load, and a new connection each time: small servers close theirs after
            // an answer without saying so, and a POST on a closed connection is a POST that may or may not have happened.
            builder.no_proxy().tls_certs_only([]).pool_max_idle_per_host(0)
        };
        let client = more(builder).build().map_err(|_| BadAddress::NoTrust)?;
        Ok(Self { client, base, clock })
    }

    /// A request to the path made of `segments`, each of them escaped, so that an id from a server cannot leave its place.
    #[must_use]
    pub fn call(&self, method: Method, segments: &[&str]) -> Call {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Call { request: self.client.request(method, url), clock: self.clock.clone(), most: MAX_BODY_BYTES }
    }

    /// The address below which everything is asked, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Whether an address leads to the same host as this peer's.
    #[must_use]
    pub fn is_same_host(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|url| url.origin() == self.base.origin())
    }

    /// A request to an address that somebody gave, such as the next page of a list or where to tell of news; `None`: it
    /// doesn't lie at this peer's address or below it.
    #[must_use]
    pub fn at(&self, method: Method, address: &str) -> Option<Call> {
        if address.is_empty() {
            return None;
        }
        let url = self.base.join(address).ok()?;
        let rest = url.path().strip_prefix(self.base.path().trim_end_matches('/'))?;
        let is_below = rest.is_empty() || rest.starts_with('/');
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (url.origin() == self.base.origin() && is_plain && is_below).then(|| Call {
            request: self.client.request(method, url),
            clock: self.clock.clone(),
            most: MAX_BODY_BYTES,
        })
    }

    /// A GET request.
    #[must_use]
    pub fn get(&self, segments: &[&str]) -> Call {
        self.call(Method::GET, segments)
    }

    /// A POST request.
    #[must_use]
    pub fn post(&self, segments: &[&str]) -> Call {
        self.call(Method::POST, segments)
    }
}

fn parse_base(text: &str) -> Result<Url, BadAddress> {
    let bad = || BadAddress::NotAnAddress(text.to_owned());
    let url = Url::parse(text).map_err(|_| bad())?;
    let host = url.host_str().ok_or_else(bad)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_bare = url.query().is_none() && url.fragment().is_none();
    if !is_plain || !is_bare {
        return Err(bad());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_private(host) => Ok(url),
        "http" => Err(BadAddress::NotPrivate(text.to_owned())),
        _ => Err(bad()),
    }
}

fn is_private(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost") || bare.ends_with(".internal"),
    }
}

/// Makes ring the process's cryptography; whoever comes first wins, and everybody here comes with ring.
pub(crate) fn use_ring() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("cryptography was chosen already");
        }
    });
}

/// A request being made.
pub struct Call {
    request: RequestBuilder,
    clock: Clock,
    /// The most its answer may weigh, in bytes.
    most: usize,
}

impl Call {
    /// Lets the answer take another time than usual, such as for a server that thinks.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { request: self.request.timeout(time), ..self }
    }

    /// Lets the answer weigh up to another number of bytes than usual.
    #[must_use]
    pub fn at_most(self, bytes: usize) -> Self {
        Self { most: bytes, ..self }
    }

    /// Adds query parameters.
    #[must_use]
    pub fn query(self, pairs: &[(&str, &str)]) -> Self {
        Self { request: self.request.query(pairs), ..self }
    }

    /// Adds the token; it is marked sensitive, so that no debug output shows it.
    #[must_use]
    pub fn bearer(self, token: &Secret) -> Self {
        Self { request: self.request.bearer_auth(token.expose()), ..self }
    }

    /// Adds a name and a password (RFC 7617).
    #[must_use]
    pub fn basic(self, user: &str, password: &Secret) -> Self {
        Self { request: self.request.basic_auth(user, Some(password.expose())), ..self }
    }

    /// Adds a header of ours.
    #[must_use]
    pub fn header(self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => Self { request: self.request.header(HeaderName::from_static(name), value), ..self },
            Err(_) => self,
        }
    }

    /// Adds a header that somebody gave us for this call; it is marked sensitive, as it may be a secret. One that can be
    /// none is left out.
    #[must_use]
    pub fn given_header(self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                Self { request: self.request.header(name, value), ..self }
            }
            _ => self,
        }
    }

    /// Sets the body as JSON.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        Self { request: self.request.json(body), ..self }
    }

    /// Sets the body as a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        Self { request: self.request.form(fields), ..self }
    }

    /// Sets the body as it is; its media type is a header's matter.
    #[must_use]
    pub fn bytes(self, bytes: Vec<u8>) -> Self {
        Self { request: self.request.body(bytes), ..self }
    }

    /// Sets the body as it is, with its media type.
    #[must_use]
    pub fn body(self, bytes: Vec<u8>, media_type: &'static str) -> Self {
        Self { request: self.request.header(header::CONTENT_TYPE, media_type).body(bytes), ..self }
    }

    /// Sends the request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// No connection, no answer in time, or an answer beyond all measure.
    pub async fn send(self) -> Result<Answer, Fault> {
        self.send_closely().await.map_err(|none| none.fault)
    }

    /// As [`Call::send`], telling more of why there is no answer.
    ///
    /// # Errors
    /// As [`Call::send`].
    pub async fn send_closely(self) -> Result<Answer, NoAnswer> {
        let mut response = self.request.send().await.map_err(|e| NoAnswer::of(&e))?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| NoAnswer::of(&e))? {
            if body.len() + chunk.len() > self.most {
                return Err(NoAnswer::broken(malformed(TOO_LONG)));
            }
            body.extend_from_slice(&chunk);
        }
        let patience = patience::asked(response.headers(), (self.clock)());
        Ok(Answer { status: response.status(), headers: response.headers().clone(), body, patience })
    }

    /// Sends the request and keeps the answer open as lines of text, for server-sent events.
    ///
    /// # Errors
    /// As [`Call::send`]; also when the answer is no event stream.
    pub async fn stream(self) -> Result<Lines, Fault> {
        let request = self.request.timeout(STREAM_TIMEOUT).header(header::ACCEPT, "text/event-stream");
        let response = request.send().await.map_err(|e| fault_of(&e))?;
        let status = response.status();
        let is_stream = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        if status.is_success() && is_stream {
            return Ok(Lines { response, buffer: Vec::new() });
        }
        let patience = patience::asked(response.headers(), (self.clock)());
        Err(fault_of_status(status, patience, Some(if status.is_success() { "no_stream" } else { "" })))
    }
}

/// A whole answer.
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    patience: Span,
}

impl Answer {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether the server did what was asked (2xx).
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// How long the server asks us to wait; a minute where it doesn't say.
    #[must_use]
    pub const fn patience(&self) -> Span {
        self.patience
    }

    /// Whether there is no body.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// A header, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, taken out.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The answer as a fault with the platform's error `code`, of which only a word without personal data is kept.
    #[must_use]
    pub fn fault(&self, code: Option<&str>) -> Fault {
        fault_of_status(self.status, self.patience, code)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// It is not what was expected; `what` names it in our words, the body itself is not repeated.
    pub fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|_| malformed(what))
    }
}

/// The lines of an open answer.
pub struct Lines {
    response: Response,
    buffer: Vec<u8>,
}

impl Lines {
    /// The next line without its end; `None` when the server has closed. May be dropped and called again without loss.
    ///
    /// # Errors
    /// The connection broke, or a line is beyond all measure.
    pub async fn next(&mut self) -> Result<Option<String>, Fault> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(end + 1);
                let line = std::mem::replace(&mut self.buffer, rest);
                return Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()));
            }
            if self.buffer.len() > MAX_LINE_BYTES {
                return Err(malformed("line of the stream too long"));
            }
            match self.response.chunk().await.map_err(|e| fault_of(&e))? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }
}

/// A fault for an answer that is not what the protocol says.
#[must_use]
pub fn malformed(what: &str) -> Fault {
    Fault::Malformed { what: what.to_owned() }
}

fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        Fault::TimedOut
    } else if error.is_builder() {
        malformed("our own request")
    } else {
        Fault::Unreachable
    }
}

fn fault_of_status(status: StatusCode, patience: Span, code: Option<&str>) -> Fault {
    let code = code.map(short_code).filter(|code| !code.is_empty()).unwrap_or_else(|| word_of(status));
    match status.as_u16() {
        401 => Fault::SignedOut { code },
        408 => Fault::TimedOut,
        429 => Fault::RateLimited { after: patience },
        // Also 503 with Retry-After: the server may have acted, so it must be read back and not merely waited for.
        status @ 500.. => Fault::Server { status },
        status => Fault::Refused { status, code },
    }
}

/// A platform's error code reduced to what cannot carry personal data: one word, at most 40 characters.
fn short_code(code: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if code.len() <= 40 && code.chars().all(is_word) { code.to_owned() } else { String::new() }
}

fn word_of(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or("refused");
    reason.to_ascii_lowercase().replace(' ', "_")
}

#[cfg(test)]
mod tests;
