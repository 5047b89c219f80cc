//! A browser without script: keeps cookies, sends the token of the page it saw last, follows nothing by itself.

use std::collections::HashMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use tower::ServiceExt as _;

#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: HashMap<String, String>,
    /// The token of the last page that had one.
    pub csrf: String,
    /// Headers sent with every request.
    pub headers: Vec<(&'static str, String)>,
    /// The address it comes from, if the server is told.
    pub address: Option<std::net::Ipv4Addr>,
}

pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self { router, cookies: HashMap::new(), csrf: String::new(), headers: Vec::new(), address: None }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let all: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_bare(path, &all).await
    }

    /// Sends exactly these fields.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", coded(name), coded(value))).collect();
        self.send(Method::POST, path, Body::from(pairs.join("&"))).await
    }

    /// Sends a form with a file, as browsers do.
    pub async fn post_file(&mut self, path: &str, fields: &[(&str, &str)], (name, bytes): (&str, &[u8])) -> Page {
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()) {
            let head = format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let head = format!("--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b0undary--\r\n");
        self.send_as(Method::POST, path, Body::from(body), "multipart/form-data; boundary=b0undary").await
    }

    /// Sends a body of JSON, as programs do.
    pub async fn post_json(&mut self, path: &str, body: &str) -> Page {
        self.send_as(Method::POST, path, Body::from(body.to_owned()), "application/json").await
    }

    /// Asks what a browser asks before it calls another origin.
    pub async fn options(&mut self, path: &str) -> Page {
        self.send(Method::OPTIONS, path, Body::empty()).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        assert_eq!(page.status, 303, "{path}: {}", page.text());
        self.get(&page.location()).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Body) -> Page {
        self.send_as(method, path, body, "application/x-www-form-urlencoded").await
    }

    async fn send_as(&mut self, method: Method, path: &str, body: Body, kind: &str) -> Page {
        let path = path.split('#').next().unwrap();
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, "desk.example");
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, all.join("; "));
        }
        let mut request = request.body(body).unwrap();
        if let Some(address) = self.address {
            let peer = std::net::SocketAddr::from((address, 4711));
            request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        }
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if stream { Vec::new() } else { to_bytes(body, 1 << 22).await.unwrap().to_vec() };
        let page = Page {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        if let Some(csrf) = page.value("csrf") {
            self.csrf = csrf;
        }
        page
    }
}

impl Page {
    pub fn location(&self) -> String {
        self.header("location")
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// The value of the first field of this name.
    pub fn value(&self, name: &str) -> Option<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let at = self.body.find(&mark)? + mark.len();
        let rest = &self.body[at..];
        Some(rest[..rest.find('"')?].replace("&amp;", "&").replace("&quot;", "\""))
    }

    /// The form of the first button or form that leads to `action`, as the fields it would send.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let mark = format!("action=\"{action}\"");
        let at = self.body.find(&mark).unwrap_or_else(|| panic!("no form leads to {action}:\n{}", self.text()));
        let end = self.body[at..].find("</form>").map_or(self.body.len(), |end| at + end);
        let form = &self.body[at..end];
        let hidden = form.split("<input type=\"hidden\"").skip(1);
        hidden
            .filter_map(|input| {
                let of = |name: &str| {
                    let mark = format!("{name}=\"");
                    let rest = &input[input.find(&mark)? + mark.len()..];
                    Some(rest[..rest.find('"')?].to_owned())
                };
                Some((of("name")?, of("value").unwrap_or_default()))
            })
            .collect()
    }

    /// What a person reads: without tags, spaces folded.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut depth = 0;
        for c in self.body.chars() {
            match c {
                '<' => depth += 1,
                '>' if depth > 0 => {
                    depth -= 1;
                    out.push(' ');
                }
                c if depth == 0 => out.push(c),
                _ => {}
            }
        }
        let plain = out.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn says(&self, words: &str) {
        assert!(self.text().contains(words), "the page does not say {words:?}:\n{}", self.text());
    }

    #[track_caller]
    pub fn is_silent_about(&self, words: &str) {
        assert!(!self.body.contains(words), "the page says {words:?}:\n{}", self.text());
    }
}

fn coded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
        out
    })
}
