//! AT Protocol: one account on Bluesky or another PDS, signed in with an app password.
//! Reads `app.bsky.notification.listNotifications`, answers with records of its own making (`com.atproto.repo.putRecord`).

mod embeds;
mod facets;
mod news;
mod session;
mod tid;
mod voice;
mod wire;

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::ChannelId,
    media::{Media, NoPicture, Picture},
    time::Span,
};

use self::{news::News, session::Session};
use super::media::MediaHosts;
use crate::{
    Clock, Secret,
    http::{BadAddress, Http},
};

/// What an account needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the account lives: its PDS, e.g. `https://bsky.social`. Requests go to this host alone.
    pub base_url: String,
    /// The account's handle, DID or e-mail address.
    pub handle: String,
    /// An app password (Settings → App passwords), not the account's own.
    pub app_password: Secret,
    /// Hosts that serve pictures of accounts of other servers, such as `cdn.bsky.app`.
    pub media_hosts: Vec<String>,
    /// Where people look at posts.
    pub web_url: String,
    /// How often to read. There is no push that a firewall lets through.
    pub poll: Span,
    /// How far back late-filed posts are looked for.
    pub window: Span,
}

impl Config {
    /// An account with the usual settings: read each 3 s, look back 7 days, links to bsky.app.
    #[must_use]
    pub fn new(base_url: &str, handle: &str, app_password: Secret) -> Self {
        Self {
            base_url: base_url.to_owned(),
            handle: handle.trim_start_matches('@').to_owned(),
            app_password,
            media_hosts: Vec::new(),
            web_url: "https://bsky.app".to_owned(),
            poll: Span::seconds(3),
            window: Span::days(7),
        }
    }
}

/// One account on the AT Protocol.
pub struct Bluesky {
    id: ChannelId,
    session: Session,
    news: News,
    media: MediaHosts,
    web_url: String,
    poll: Span,
}

impl Bluesky {
    /// The account; nothing is sent before it is used.
    ///
    /// # Errors
    /// The base address cannot be a peer.
    pub fn new(id: ChannelId, config: &Config, clock: Clock) -> Result<Self, BadAddress> {
        let http = Http::new(&config.base_url, clock.clone())?;
        let media = MediaHosts::new(&config.base_url, &config.media_hosts, &clock)?;
        let web_url = config.web_url.trim_end_matches('/').to_owned();
        Ok(Self {
            id,
            session: Session::new(http, &config.handle, config.app_password.clone(), clock.clone()),
            news: News::new(clock, config.window, web_url.clone()),
            media,
            web_url,
            poll: config.poll,
        })
    }
}

impl Channel for Bluesky {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Bluesky
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        // app.bsky.feed.post: maxGraphemes 300.
        Box::pin(async { Ok(Limits { max: 300, unit: LengthUnit::Graphemes }) })
    }
    fn read<'a>(&'a self, cursor: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(self.news.read(&self.session, cursor))
    }
    fn wait(&self, at_most: Span) -> Promise<'_, ()> {
        Box::pin(super::pause(at_most.min(self.poll)))
    }
    fn says_own(&self) -> bool {
        true
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(self.put(reply))
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(self.get_own(reply))
    }
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(self.get_other(external_id))
    }
    fn picture<'a>(&'a self, media: &'a Media) -> Promise<'a, Result<Picture, NoPicture>> {
        Box::pin(self.blob(media))
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(async { self.delete(&receipt.external_id).await.map(|()| Removal::Deleted) })
    }
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(self.seen(&receipt.external_id))
    }
}

#[cfg(test)]
mod tests;
