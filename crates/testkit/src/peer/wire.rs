//! A way to a real server on which answers get lost. It is our own, and only for what the real servers can't be made to
//! show: a request that was carried out and yet answered with 500, or an answer that breaks off. Everything else passes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use futures_util::TryStreamExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::http;

/// A reverse proxy on loopback before one server, gone with its value.
#[derive(Debug)]
pub struct Wire {
    base: String,
    line: Arc<Line>,
    task: JoinHandle<std::io::Result<()>>,
}

/// How an exchange goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The server carries the request out; the client gets this status and no body.
    AnsweredAfterAccepting(u16),
    /// The server carries the request out; the connection breaks before the whole answer has arrived.
    CutAfterAccepting,
    /// The request arrives late, and its answer later still.
    Slow {
        /// How long the request is on its way.
        there: Duration,
        /// How long the answer is.
        back: Duration,
    },
    /// The request never reaches the server; the client gets this instead.
    Instead {
        /// The HTTP status.
        status: u16,
        /// Further headers, for example Retry-After.
        headers: Vec<(&'static str, String)>,
        /// The body, as JSON or as what a broken server sends in its place.
        body: String,
    },
}

/// A request that came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `GET`, `POST` …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// What the server answered, or `None` if the request never reached it.
    pub status: Option<u16>,
}

#[derive(Debug)]
struct Line {
    server: String,
    http: reqwest::Client,
    rules: Mutex<Vec<Rule>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Debug)]
struct Rule {
    method: String,
    path: String,
    loss: Loss,
    left: u32,
}

impl Wire {
    /// Opens a way to the server at `base_url`.
    pub async fn to(base_url: &str) -> Result<Self> {
        let line = Arc::new(Line {
            server: base_url.trim_end_matches('/').to_owned(),
            http: http()?,
            rules: Mutex::default(),
            seen: Mutex::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port on loopback")?;
        let base = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(pass).with_state(line.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base, line, task })
    }

    /// The address to give to the client, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// The next `times` requests of this method whose path contains `path` go wrong. Earlier rules come first.
    pub fn lose(&self, method: &str, path: &str, loss: Loss, times: u32) {
        let rule = Rule { method: method.to_owned(), path: path.to_owned(), loss, left: times };
        lock(&self.line.rules).push(rule);
    }

    /// From now on everything passes.
    pub fn mend(&self) {
        lock(&self.line.rules).clear();
    }

    /// Every request that came by, in order.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.line.seen).clone()
    }

    /// How many requests of this method whose path contains `path` came by.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let seen = lock(&self.line.seen);
        seen.iter().filter(|one| one.method == method && one.path.contains(path)).count()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    fn loss(&self, method: &str, path: &str) -> Option<Loss> {
        let mut rules = lock(&self.rules);
        let rule = rules.iter_mut().find(|rule| rule.left > 0 && rule.method == method && path.contains(&rule.path))?;
        rule.left -= 1;
        Some(rule.loss.clone())
    }

    /// Hands the request on, without the headers that belong to one connection.
    async fn forward(&self, path: &str, request: Request) -> Result<reqwest::Response> {
        let (head, body) = request.into_parts();
        let mut headers = head.headers;
        headers.remove(header::HOST);
        headers.remove(header::CONNECTION);
        headers.remove(header::TRANSFER_ENCODING);
        let body = axum::body::to_bytes(body, 16 * 1024 * 1024).await?;
        let address = format!("{}{path}", self.server);
        Ok(self.http.request(head.method, address).headers(headers).body(body).send().await?)
    }
}

async fn pass(State(line): State<Arc<Line>>, request: Request) -> Response<Body> {
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let loss = line.loss(&method, &path);
    let note = |status| lock(&line.seen).push(Seen { method, path: path.clone(), status });
    if let Some(Loss::Instead { status, headers, body }) = loss {
        note(None);
        return made_up(status, &headers, body);
    }
    if let Some(Loss::Slow { there, .. }) = loss {
        tokio::time::sleep(there).await;
    }
    let answer = match line.forward(&path, request).await {
        Ok(answer) => answer,
        Err(error) => {
            note(None);
            return made_up(502, &[], format!("{error:#}"));
        }
    };
    note(Some(answer.status().as_u16()));
    match loss {
        Some(Loss::AnsweredAfterAccepting(status)) => made_up(status, &[], String::new()),
        Some(Loss::Slow { back, .. }) => {
            tokio::time::sleep(back).await;
            handed_back(answer, false)
        }
        cut => handed_back(answer, cut.is_some()),
    }
}

fn made_up(status: u16, headers: &[(&'static str, String)], body: String) -> Response<Body> {
    let mut answer = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        answer = answer.header(*name, value);
    }
    answer.body(Body::from(body)).unwrap_or_else(|_| refused())
}

/// The server's own answer, as it comes: a stream of events stays one.
fn handed_back(answer: reqwest::Response, cut: bool) -> Response<Body> {
    let mut head = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if name != header::TRANSFER_ENCODING && name != header::CONNECTION {
            head = head.header(name, value);
        }
    }
    let body = if cut {
        let broken = std::io::Error::other("the answer breaks off here");
        Body::from_stream(futures_util::stream::iter([Ok(Bytes::from_static(b"{")), Err(broken)]))
    } else {
        Body::from_stream(answer.bytes_stream().map_err(std::io::Error::other))
    };
    head.body(body).unwrap_or_else(|_| refused())
}

/// For a status or header that HTTP doesn't allow.
fn refused() -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::BAD_GATEWAY;
    answer
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
