//! A network of real AT Protocol servers: PDS and PLC directory, and if wanted the AppView that indexes mentions.
//! Everything after the start goes over XRPC, as any client's words do.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::Command;

use super::{Server, folder, free_port, http, installed, loopback, node, pinned};
use crate::db;

/// What a network consists of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// With the AppView, which needs PostgreSQL and Redis and about 5 s to start. Without it notifications answer 502.
    pub appview: bool,
    /// The PDS counts requests and answers 429 with Retry-After.
    pub rate_limits: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { appview: true, rate_limits: false }
    }
}

/// A running network.
#[derive(Debug)]
pub struct Network {
    pds: String,
    control: String,
    http: reqwest::Client,
    // Dropped in this order: the servers before what they stand on.
    _servers: Server,
    _redis: Option<Server>,
    _database: Option<db::Postgres>,
}

/// A person or a hospital on the PDS.
#[derive(Clone, Debug)]
pub struct Account {
    /// For example `klinik.test`.
    pub handle: String,
    /// The lasting id, `did:plc:…`.
    pub did: String,
    /// What the account signs in with.
    pub password: String,
    access: String,
}

/// A record's address and the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// `at://did/collection/key`.
    pub uri: String,
    /// The content's hash.
    pub cid: String,
}

/// A post that stands on the server.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Where it is.
    pub at: Ref,
    /// The post that began its thread; itself if it did.
    pub root: Ref,
    /// The post it answers, if it answers one.
    pub parent: Option<Ref>,
    /// What it says; empty if the record has no text.
    pub text: String,
}

/// A post to be written.
#[derive(Clone, Debug)]
pub struct Words {
    text: String,
    reply: Option<Value>,
    root: Option<Ref>,
    facets: Vec<Value>,
    embed: Option<Value>,
    created_at: Option<String>,
}

impl Words {
    /// A post of its own.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), reply: None, root: None, facets: Vec::new(), embed: None, created_at: None }
    }

    /// In answer to another post.
    pub fn in_reply_to(mut self, parent: &Posted) -> Self {
        let place = |at: &Ref| json!({"uri": at.uri, "cid": at.cid});
        self.reply = Some(json!({"root": place(&parent.root), "parent": place(&parent.at)}));
        self.root = Some(parent.root.clone());
        self
    }

    /// With `@handle ` before the text, as a mention that the AppView tells the account of.
    pub fn mentioning(mut self, who: &Account) -> Self {
        let mention = format!("@{}", who.handle);
        // Facets count bytes of UTF-8, and this one stands at the front.
        self.facets = vec![json!({
            "index": {"byteStart": 0, "byteEnd": mention.len()},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": who.did}],
        })];
        self.text = format!("{mention} {}", self.text);
        self
    }

    /// With a picture that was uploaded, and what it shows.
    pub fn with_picture(mut self, blob: &Value, alt: &str) -> Self {
        self.embed = Some(json!({"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": alt}]}));
        self
    }

    /// With another time of writing than now, in RFC 3339; servers believe it.
    pub fn written_at(mut self, time: impl Into<String>) -> Self {
        self.created_at = Some(time.into());
        self
    }

    fn record(&self) -> Value {
        let created_at = self.created_at.clone().unwrap_or_else(|| jiff::Timestamp::now().to_string());
        let mut record = json!({"$type": "app.bsky.feed.post", "text": self.text, "createdAt": created_at});
        if let Value::Object(fields) = &mut record {
            fields.extend(self.reply.clone().map(|reply| ("reply".to_owned(), reply)));
            fields.extend(self.embed.clone().map(|embed| ("embed".to_owned(), embed)));
            if !self.facets.is_empty() {
                fields.insert("facets".to_owned(), Value::Array(self.facets.clone()));
            }
        }
        record
    }
}

impl Network {
    /// Starts a network and waits until it answers.
    ///
    /// # Errors
    /// When something is not installed or did not start; the message names it.
    pub async fn start(plan: Plan) -> Result<Self> {
        let version = pinned(include_str!("../../peers/bluesky/package.json"), "@atproto/dev-env")?;
        let modules = installed(&format!("bluesky-{version}"))?;
        let home = folder("bluesky")?;
        let ready = home.path().join("ready.json");
        let database = if plan.appview { Some(db::postgres()?) } else { None };
        let redis = if plan.appview { Some(redis().await?) } else { None };
        let options = json!({
            "modules": modules,
            "ready": ready,
            "appview": plan.appview,
            "rateLimits": plan.rate_limits,
            "postgres": database.as_ref().map(db::Postgres::url),
            "redis": redis.as_ref().map(|(_, address)| address),
        });
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let mut command = Command::new(node()?);
        command.arg("--require").arg(loopback());
        command.arg(scripts.join("bluesky.mjs")).arg(options.to_string());
        let mut servers = Server::start("the Bluesky network", command, home)?;
        let places = servers.ready(Duration::from_secs(120), async || std::fs::read_to_string(&ready).ok()).await?;
        let places: Value = serde_json::from_str(&places)?;
        Ok(Self {
            pds: string(&places, "pds")?,
            control: string(&places, "control")?,
            http: http()?,
            _servers: servers,
            _redis: redis.map(|(server, _)| server),
            _database: database,
        })
    }

    /// The PDS's address, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.pds
    }

    /// Makes an account; `handle` ends in `.test`.
    pub async fn create_account(&self, handle: &str, password: &str) -> Result<Account> {
        let email = format!("{}@example.org", handle.replace('.', "-"));
        let body = json!({"handle": handle, "email": email, "password": password});
        let made = self.call("com.atproto.server.createAccount", None, &body).await?;
        Ok(Account {
            handle: handle.to_owned(),
            did: string(&made, "did")?,
            password: password.to_owned(),
            access: string(&made, "accessJwt")?,
        })
    }

    /// Publishes a post.
    pub async fn post(&self, by: &Account, words: &Words) -> Result<Posted> {
        let body = json!({"repo": by.did, "collection": "app.bsky.feed.post", "record": words.record()});
        let made = self.call("com.atproto.repo.createRecord", Some(by), &body).await?;
        let at = place(&made)?;
        let root = words.root.clone().unwrap_or_else(|| at.clone());
        let parent = words.reply.as_ref().and_then(|reply| reply.get("parent")).map(place).transpose()?;
        Ok(Posted { at, root, parent, text: words.text.clone() })
    }

    /// Uploads a picture; gives the blob that a post names.
    pub async fn upload(&self, by: &Account, bytes: &[u8], media_type: &'static str) -> Result<Value> {
        let request = self.http.post(format!("{}/xrpc/com.atproto.repo.uploadBlob", self.pds));
        let request = signed(request.header("content-type", media_type).body(bytes.to_vec()), Some(by));
        let made = super::json(request.send().await?).await?;
        made.get("blob").cloned().with_context(|| format!("no blob: {made}"))
    }

    /// An account's newest 100 posts and replies as they stand in its repository, newest first.
    pub async fn posts(&self, of: &Account) -> Result<Vec<Posted>> {
        let query = [("repo", of.did.as_str()), ("collection", "app.bsky.feed.post"), ("limit", "100")];
        let listed = self.get("com.atproto.repo.listRecords", None, &query).await?;
        let records = listed.get("records").and_then(Value::as_array).context("listRecords gave no records")?;
        records.iter().map(posted).collect()
    }

    /// Takes a post back; nothing of it is left to be read.
    pub async fn delete(&self, by: &Account, post: &Posted) -> Result<()> {
        let key = post.at.uri.rsplit('/').next().unwrap_or_default();
        let body = json!({"repo": by.did, "collection": "app.bsky.feed.post", "rkey": key});
        self.call("com.atproto.repo.deleteRecord", Some(by), &body).await.map(drop)
    }

    /// The account's newest 100 notifications as the AppView tells them.
    ///
    /// # Errors
    /// 502 while the AppView is stopped or not part of the plan.
    pub async fn notifications(&self, of: &Account) -> Result<Vec<Value>> {
        let answer = self.get("app.bsky.notification.listNotifications", Some(of), &[("limit", "100")]).await?;
        let listed = answer.get("notifications").and_then(Value::as_array);
        listed.cloned().context("listNotifications gave no notifications")
    }

    /// Cuts the PDS off from its AppView: notifications and threads answer 502, posting goes on.
    pub async fn stop_appview(&self) -> Result<()> {
        self.control("appview/stop").await
    }

    /// Mends the way to the AppView; what was posted meanwhile is there.
    pub async fn start_appview(&self) -> Result<()> {
        self.control("appview/start").await
    }

    async fn control(&self, what: &str) -> Result<()> {
        let answer = self.http.post(format!("{}/{what}", self.control)).send().await?;
        answer.error_for_status().context("this network has no AppView").map(drop)
    }

    async fn call(&self, method: &str, by: Option<&Account>, body: &Value) -> Result<Value> {
        let request = self.http.post(format!("{}/xrpc/{method}", self.pds)).json(body);
        super::json(signed(request, by).send().await?).await
    }

    async fn get(&self, method: &str, by: Option<&Account>, query: &[(&str, &str)]) -> Result<Value> {
        let request = self.http.get(format!("{}/xrpc/{method}", self.pds)).query(query);
        super::json(signed(request, by).send().await?).await
    }
}

fn signed(request: reqwest::RequestBuilder, by: Option<&Account>) -> reqwest::RequestBuilder {
    match by {
        Some(account) => request.bearer_auth(&account.access),
        None => request,
    }
}

/// A Redis that keeps nothing, with its `host:port`.
async fn redis() -> Result<(Server, String)> {
    let port = free_port()?;
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
    let mut server = Server::start("redis-server", command, folder("redis")?)?;
    let probe = async || TcpStream::connect(("127.0.0.1", port)).await.ok();
    server.ready(Duration::from_secs(20), probe).await?;
    Ok((server, format!("127.0.0.1:{port}")))
}

fn posted(record: &Value) -> Result<Posted> {
    let at = place(record)?;
    let value = record.get("value").unwrap_or(&Value::Null);
    let root = value.pointer("/reply/root").map(place).transpose()?;
    let parent = value.pointer("/reply/parent").map(place).transpose()?;
    let text = value.get("text").and_then(Value::as_str).unwrap_or_default();
    Ok(Posted { parent, root: root.unwrap_or_else(|| at.clone()), at, text: text.to_owned() })
}

fn place(value: &Value) -> Result<Ref> {
    Ok(Ref { uri: string(value, "uri")?, cid: string(value, "cid")? })
}

fn string(value: &Value, key: &str) -> Result<String> {
    let text = value.get(key).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {key} in {value}"))?.to_owned())
}
