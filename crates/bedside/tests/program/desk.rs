//! A person at the desk: keeps cookies, follows redirects, fills in forms. What it is given is what a browser would show.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, redirect};

use super::html;

/// The password of everybody here.
pub const PASSWORD: &str = "sieben Zwerge hinter Bergen";

/// A page as it came.
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The HTML.
    pub html: String,
}

impl Page {
    /// What a person reads.
    pub fn words(&self) -> String {
        html::words(&self.html)
    }
}

/// Somebody signed in.
pub struct Desk {
    http: Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

impl Desk {
    /// Opens a one-time link and takes a name and a password.
    pub async fn join(link: &str, name: &str) -> Result<Self> {
        let _second = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(Duration::from_secs(30));
        let at = link.find("/welcome").context("the link leads to no welcome")?;
        let mut desk = Self { http: http.build()?, base: link[..at].to_owned(), cookies: BTreeMap::new() };
        let page = desk.get(&link[at..]).await?;
        let entered =
            desk.fill(&page, "/welcome", &[("name", name), ("password", PASSWORD), ("again", PASSWORD)]).await?;
        if !desk.cookies.contains_key("bedside") {
            bail!("{name} was not let in: {}", entered.words());
        }
        Ok(desk)
    }

    /// Somebody else, who is not signed in.
    pub fn stranger(&self) -> Self {
        Self { http: self.http.clone(), base: self.base.clone(), cookies: BTreeMap::new() }
    }

    /// Somebody who is not signed in, such as a guest of the private door.
    pub fn guest(base: &str) -> Result<Self> {
        let _second = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(Duration::from_secs(30));
        Ok(Self { http: http.build()?, base: base.to_owned(), cookies: BTreeMap::new() })
    }

    /// The values of the cookies, which nobody else may read anywhere.
    pub fn secrets(&self) -> Vec<String> {
        ["bedside", "bedside_gate"].iter().filter_map(|name| self.cookies.get(*name).cloned()).collect()
    }

    /// A page, wherever it leads.
    pub async fn get(&mut self, path: &str) -> Result<Page> {
        self.ask(Method::GET, path, &[]).await
    }

    /// Bytes that are no page.
    pub async fn bytes(&mut self, path: &str) -> Result<Vec<u8>> {
        let request = self.http.get(format!("{}{path}", self.base)).header(COOKIE, self.cookie_line());
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }

    /// Fills in the form of `page` that goes to `action`.
    pub async fn fill(&mut self, page: &Page, action: &str, values: &[(&str, &str)]) -> Result<Page> {
        self.fill_to(page, action, action, values).await
    }

    /// Fills in the form that goes to `action`, but sends it to another address, as a button of its own may.
    pub async fn fill_to(&mut self, page: &Page, action: &str, to: &str, values: &[(&str, &str)]) -> Result<Page> {
        let Some(mut fields) = html::form(&page.html, action) else {
            bail!("no form goes to {action} on a page that says: {}", page.words());
        };
        fields.retain(|(name, _)| values.iter().all(|(typed, _)| typed != name));
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.ask(Method::POST, to, &fields).await
    }

    async fn ask(&mut self, method: Method, path: &str, fields: &[(String, String)]) -> Result<Page> {
        let (mut method, mut path) = (method, path.to_owned());
        for _ in 0..5 {
            let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
            request = request.header(COOKIE, self.cookie_line()).header(ACCEPT_LANGUAGE, "en");
            if method == Method::POST {
                request = request.form(fields);
            }
            let answer = request.send().await?;
            for cookie in answer.headers().get_all(SET_COOKIE) {
                let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
                let (name, value) = pair.split_once('=').context("a cookie without a value")?;
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let status = answer.status().as_u16();
            match answer.headers().get(LOCATION) {
                Some(there) if status == 303 => {
                    path = there.to_str()?.split('#').next().unwrap_or_default().to_owned();
                    method = Method::GET;
                }
                _ => return Ok(Page { status, html: answer.text().await? }),
            }
        }
        bail!("{path} leads on and on")
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The number of the case whose row in the inbox holds `phrase`, as soon as it is there, and how long that took.
    pub async fn case_with(&mut self, phrase: &str, within: Duration) -> Result<(i64, Duration)> {
        let begun = Instant::now();
        loop {
            let page = self.get("/inbox").await?;
            if let Some((number, _)) = html::rows(&page.html).into_iter().find(|(_, words)| words.contains(phrase)) {
                return Ok((number, begun.elapsed()));
            }
            if begun.elapsed() > within {
                bail!("no case with {phrase:?} after {} s; the inbox says: {}", within.as_secs(), page.words());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A case's page.
    pub async fn case(&mut self, number: i64) -> Result<Page> {
        let page = self.get(&format!("/case/{number}")).await?;
        if page.status != 200 {
            bail!("case {number} answered {}: {}", page.status, page.words());
        }
        Ok(page)
    }

    /// Writes a reply and asks a second person; the page that comes back.
    pub async fn submit(&mut self, number: i64, text: &str) -> Result<Page> {
        let page = self.case(number).await?;
        let (check, submit) = (format!("/case/{number}/check"), format!("/case/{number}/submit"));
        self.fill_to(&page, &check, &submit, &[("text", text)]).await
    }

    /// Approves what somebody else wrote; the page that comes back.
    pub async fn approve(&mut self, number: i64) -> Result<Page> {
        let page = self.case(number).await?;
        // Hints of the guard are the approver's to answer for.
        let hints = page.html.contains("name=\"confirm\"");
        self.fill(&page, &format!("/case/{number}/approve"), if hints { &[("confirm", "yes")] } else { &[] }).await
    }

    /// The case's page once it shows that the reply is on the platform.
    pub async fn sent(&mut self, number: i64, within: Duration) -> Result<Page> {
        let begun = Instant::now();
        loop {
            let page = self.case(number).await?;
            if html::part(&page.html, "reply", "section").contains("/log?entry=") {
                return Ok(page);
            }
            if begun.elapsed() > within {
                bail!("case {number} is not sent after {} s: {}", within.as_secs(), page.words());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Two people and one reply, from draft to approval; asserts that it then leaves by itself.
pub async fn answer(writer: &mut Desk, second: &mut Desk, number: i64, text: &str) -> Result<()> {
    let asked = writer.submit(number, text).await?;
    if asked.status != 200 {
        bail!("case {number}: {} {}", asked.status, asked.words());
    }
    let approved = second.approve(number).await?;
    if approved.status != 200 {
        bail!("case {number}: {} {}", approved.status, approved.words());
    }
    Ok(())
}
