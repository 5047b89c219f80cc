//! A double of a server on loopback, for faults that the real peers can't be made to show (an answer cut off, a wrong
//! body, a token that expires now). What the real peers can show is tested against them, in `testkit`.

use std::sync::{Arc, Mutex};

use bedside_core::time::{Span, Timestamp};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::Clock;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET /path?query`
    pub line: String,
    /// The head, as sent.
    pub head: String,
    pub body: String,
}

/// What the double answers.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub status: u16,
    pub headers: String,
    pub body: String,
    /// Promise more bytes than come, then close.
    pub cut: bool,
}

pub(crate) fn canned(status: u16, body: &str) -> Canned {
    Canned { status, headers: "content-type: application/json\r\n".to_owned(), body: body.to_owned(), cut: false }
}

pub(crate) struct Double {
    pub base: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Double {
    /// Starts a server that answers each request with what `answer` says.
    pub async fn start(answer: impl Fn(&Request) -> Canned + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move {
                    if let Some(request) = read_request(&mut stream).await {
                        let canned = answer(&request);
                        kept.lock().unwrap().push(request);
                        write_answer(&mut stream, &canned).await;
                    }
                });
            }
        });
        Self { base, requests }
    }

    /// The request lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|request| request.line.clone()).collect()
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let n = stream.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse().unwrap())
            })
            .unwrap_or(0);
        if body.len() >= length {
            let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
            return Some(Request { line, head: head.to_owned(), body: body.to_owned() });
        }
    }
}

async fn write_answer(stream: &mut TcpStream, canned: &Canned) {
    let length = canned.body.len() + if canned.cut { 100 } else { 0 };
    let head = format!(
        "HTTP/1.1 {} x\r\n{}content-length: {length}\r\nconnection: close\r\n\r\n",
        canned.status, canned.headers
    );
    stream.write_all(head.as_bytes()).await.ok();
    stream.write_all(canned.body.as_bytes()).await.ok();
    stream.shutdown().await.ok();
}

/// A clock that stands until it is moved.
#[derive(Clone)]
pub(crate) struct WorldClock(Arc<Mutex<Timestamp>>);

impl WorldClock {
    pub fn at(rfc3339: &str) -> Self {
        Self(Arc::new(Mutex::new(Timestamp::parse_rfc3339(rfc3339).unwrap())))
    }
    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
    pub fn advance(&self, by: Span) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(by);
    }
    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Arc::new(move || this.now())
    }
}
