//! The Mastodon client API, as Mastodon and a dozen other servers speak it, some of them only in part.
//! Reads notifications, answers with statuses, and trusts no server's promise about doing a thing once.

mod html;
mod instance;
mod news;
mod stream;
mod voice;
mod wire;

use bedside_core::{
    channel::{Channel, ChannelKind, Fault, Haul, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint},
    id::ChannelId,
    media::{Media, NoPicture, Picture},
    time::Span,
};
use tokio::sync::OnceCell;

use self::{instance::Instance, news::News, stream::Stream};
use super::media::MediaHosts;
use crate::{
    Clock, Secret,
    http::{Answer, BadAddress, Call, Http},
};

/// What an account needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// The account's server, e.g. `https://social.example.org`. Requests go to this host alone.
    pub base_url: String,
    /// An access token with the scopes `read:accounts read:notifications read:statuses write:statuses`.
    pub token: Secret,
    /// Other hosts that the server keeps its pictures on, such as `files.example.org`.
    pub media_hosts: Vec<String>,
    /// How often to read where the server has no stream.
    pub poll: Span,
    /// How far back to look when the channel is connected.
    pub window: Span,
}

impl Config {
    /// An account with the usual settings: read each 3 s where there is no stream, look back 7 days at first.
    #[must_use]
    pub fn new(base_url: &str, token: Secret) -> Self {
        Self {
            base_url: base_url.to_owned(),
            token,
            media_hosts: Vec::new(),
            poll: Span::seconds(3),
            window: Span::days(7),
        }
    }
}

/// One account on a server that speaks the Mastodon client API.
pub struct Mastodon {
    id: ChannelId,
    way: Way,
    instance: Instance,
    news: News,
    stream: Stream,
    media: MediaHosts,
    poll: Span,
}

impl Mastodon {
    /// The account; nothing is sent before it is used.
    ///
    /// # Errors
    /// The base address cannot be a peer.
    pub fn new(id: ChannelId, config: &Config, clock: Clock) -> Result<Self, BadAddress> {
        let http = Http::new(&config.base_url, clock.clone())?;
        Ok(Self {
            id,
            way: Way { http, token: config.token.clone(), own_id: OnceCell::new() },
            instance: Instance::new(clock.clone()),
            media: MediaHosts::new(&config.base_url, &config.media_hosts, &clock)?,
            news: News::new(clock.clone(), config.window),
            stream: Stream::new(clock),
            poll: config.poll,
        })
    }
}

impl Channel for Mastodon {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Mastodon
    }
    fn as_sent(&self, text: &str, to_handle: &str) -> String {
        voice::addressed(text, to_handle)
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        Box::pin(self.instance.limits(&self.way))
    }
    fn read<'a>(&'a self, cursor: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async move {
            let mut haul = self.news.read(&self.way, cursor).await?;
            haul.news.extend(self.stream.take_heard(&self.way).await?);
            Ok(haul)
        })
    }
    fn wait(&self, at_most: Span) -> Promise<'_, ()> {
        Box::pin(self.stream.wait(&self.way, at_most, self.poll))
    }
    fn says_own(&self) -> bool {
        true
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(self.post(reply))
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(self.find_own(reply))
    }
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(self.get_status(external_id))
    }
    fn picture<'a>(&'a self, media: &'a Media) -> Promise<'a, Result<Picture, NoPicture>> {
        Box::pin(async move {
            let address = media.remote.as_deref().ok_or(NoPicture::Elsewhere)?;
            self.media.picture(address).await
        })
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(self.delete(&receipt.external_id))
    }
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(self.seen(&receipt.external_id))
    }
}

/// The way to the server, signed in, and who we are there.
struct Way {
    http: Http,
    token: Secret,
    own_id: OnceCell<String>,
}

impl Way {
    fn get(&self, segments: &[&str]) -> Call {
        self.http.get(segments).bearer(&self.token)
    }

    /// Our own account's id on the server.
    async fn own_id(&self) -> Result<&str, Fault> {
        let ask = || async {
            let answer = self.get(&["api", "v1", "accounts", "verify_credentials"]).send().await?;
            let body: wire::Account = check(answer)?.json("our own account")?;
            Ok(body.id)
        };
        self.own_id.get_or_try_init(ask).await.map(String::as_str)
    }
}

/// The answer if it is a success. Mastodon's errors are sentences; only the status is kept.
fn check(answer: Answer) -> Result<Answer, Fault> {
    if answer.is_success() { Ok(answer) } else { Err(answer.fault(None)) }
}

#[cfg(test)]
mod tests;
