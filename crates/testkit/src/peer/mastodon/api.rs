//! What both servers are asked, as any client asks it.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// Someone who can sign in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name without `@` and without the server.
    pub name: String,
    /// The bearer token for the API.
    pub token: String,
}

/// Who can read a status. `Direct` is not confidential: both servers' admins read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone, in public timelines too.
    Public,
    /// Everyone, but not in public timelines.
    Unlisted,
    /// Followers and those mentioned.
    Private,
    /// Those mentioned.
    Direct,
}

impl Visibility {
    /// The word of the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }
}

/// A status as the server tells it.
#[derive(Clone, Debug)]
pub struct Status {
    /// An opaque string.
    pub id: String,
    /// HTML.
    pub content: String,
    /// The word of the API: public, unlisted, private, direct.
    pub visibility: String,
    /// The id of the status it answers.
    pub in_reply_to: Option<String>,
    /// All of it.
    pub json: Value,
}

/// A file for a status.
#[derive(Clone, Debug)]
pub struct Attached<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type.
    pub media_type: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
    /// What it shows, for those who can't see it.
    pub alt: &'a str,
}

/// A server's API with the accounts that were made at its start.
#[derive(Debug)]
pub struct Api {
    base: String,
    http: reqwest::Client,
    accounts: Vec<Account>,
}

impl Api {
    pub(super) fn new(base: String, http: reqwest::Client, accounts: Vec<Account>) -> Self {
        Self { base, http, accounts }
    }

    /// The server's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// An account that was named at the start.
    ///
    /// # Errors
    /// When it was not.
    pub fn account(&self, name: &str) -> Result<&Account> {
        let found = self.accounts.iter().find(|account| account.name == name);
        found.with_context(|| format!("{name} was not among the accounts at the start"))
    }

    /// Publishes a status; `reply_to` is a status's id.
    pub async fn post(
        &self,
        by: &Account,
        text: &str,
        visibility: Visibility,
        reply_to: Option<&str>,
    ) -> Result<Status> {
        let mut body = json!({"status": text, "visibility": visibility.word()});
        if let (Value::Object(fields), Some(id)) = (&mut body, reply_to) {
            fields.insert("in_reply_to_id".to_owned(), id.into());
        }
        let request = self.http.post(format!("{}/api/v1/statuses", self.base)).bearer_auth(&by.token).json(&body);
        status(super::super::json(request.send().await?).await?)
    }

    /// Publishes `@who text` in public, with a file.
    pub async fn mention_with(&self, by: &Account, who: &Account, text: &str, file: &Attached<'_>) -> Result<Status> {
        let id = self.upload(by, file).await?;
        let body = json!({"status": format!("@{} {text}", who.name), "visibility": "public", "media_ids": [id]});
        let request = self.http.post(format!("{}/api/v1/statuses", self.base)).bearer_auth(&by.token).json(&body);
        status(super::super::json(request.send().await?).await?)
    }

    /// Uploads a file (RFC 7578); gives its id.
    async fn upload(&self, by: &Account, file: &Attached<'_>) -> Result<String> {
        const EDGE: &str = "edge-of-a-part";
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n{}\r\n--{EDGE}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            file.alt, file.name, file.media_type
        );
        let body = [head.as_bytes(), file.bytes, format!("\r\n--{EDGE}--\r\n").as_bytes()].concat();
        let request = self.http.post(format!("{}/api/v2/media", self.base)).bearer_auth(&by.token);
        let request = request.header("content-type", format!("multipart/form-data; boundary={EDGE}")).body(body);
        let made = super::super::json(request.send().await?).await?;
        let id = made.get("id").and_then(Value::as_str).map(str::to_owned);
        id.with_context(|| format!("no file: {made}"))
    }

    /// Publishes `@who text`.
    pub async fn mention(&self, by: &Account, who: &Account, text: &str, visibility: Visibility) -> Result<Status> {
        self.post(by, &format!("@{} {text}", who.name), visibility, None).await
    }

    /// The account's newest 40 statuses, newest first.
    pub async fn statuses(&self, of: &Account) -> Result<Vec<Status>> {
        let me = self.get(of, "/api/v1/accounts/verify_credentials").await?;
        let id = me.get("id").and_then(Value::as_str).context("the account has no id")?;
        let listed = self.get(of, &format!("/api/v1/accounts/{id}/statuses?limit=40")).await?;
        list(listed)?.into_iter().map(status).collect()
    }

    /// The account's newest 40 notifications, newest first.
    pub async fn notifications(&self, of: &Account) -> Result<Vec<Value>> {
        list(self.get(of, "/api/v1/notifications?limit=40").await?)
    }

    /// Takes a status back.
    ///
    /// # Errors
    /// When the server doesn't know how; snac doesn't.
    pub async fn delete(&self, by: &Account, id: &str) -> Result<()> {
        let address = format!("{}/api/v1/statuses/{id}", self.base);
        let answer = self.http.delete(address).bearer_auth(&by.token).send().await?;
        if !answer.status().is_success() {
            bail!("the status was not deleted: {}", answer.status());
        }
        Ok(())
    }

    async fn get(&self, by: &Account, path: &str) -> Result<Value> {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&by.token);
        super::super::json(request.send().await?).await
    }
}

fn list(value: Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(entries) => Ok(entries),
        other => bail!("no list: {other}"),
    }
}

fn status(json: Value) -> Result<Status> {
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(Status {
        id: text("id").with_context(|| format!("no status: {json}"))?,
        content: text("content").unwrap_or_default(),
        visibility: text("visibility").unwrap_or_default(),
        in_reply_to: text("in_reply_to_id"),
        json,
    })
}
