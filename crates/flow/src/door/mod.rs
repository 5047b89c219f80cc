//! The private door: an account is proven by a code that it sends, then its owner talks with the desk in private, links the
//! account to a record, and consents to what may be done. A conversation is a thread on a channel of the house's own, so
//! that sorting, rules, guard, four eyes, pause and outbox hold for it as for any other.
//!
//! Absent on purpose: a look-up of patients while somebody waits for an answer. A claim is stored as it was typed, so that
//! the answer and its time are the same whoever it names; the patient index is asked when a member of staff settles it.

mod channel;
mod code;
mod consent;
mod letter;
mod link;
mod patient;
mod talk;
mod visit;
mod words;

use bedside_core::{
    channel::ChannelKind,
    id::{AuthorId, ChannelId, SiteId},
    time::Span,
};
use bedside_store::{
    Tx,
    channels::{self, ChannelRow, Health},
    random,
};
use std::{collections::HashMap, sync::Arc};

pub(crate) use self::{
    code::Told,
    link::{linked_facts, speaks_of_care},
};
pub use self::{
    consent::{Consents, WORDING, consents},
    link::{Claim, link_facts},
    talk::{Line, Message, Speaker, Talk},
    visit::{CODE_HOLDS, Guest, Knock, PASS_HOLDS, VISIT_HOLDS},
};
use crate::{FlowError, House, Road, acts::ActError};

/// The name under which a site's door lies in the store; no configured channel can have a colon in its name.
fn slug(site: &str) -> String {
    format!("door:{site}")
}

impl Road {
    /// Opens the door of every house: its channel is stored if it is new, and connected. To be called before
    /// [`Road::run`].
    ///
    /// # Errors
    /// The store refuses.
    pub async fn open_doors(&self) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut doors = HashMap::new();
        for house in self.houses.values() {
            let wanted = new_row(house, now)?;
            doors.insert(house.site.id, channels::put(&mut tx, &wanted, now).await?.id);
        }
        tx.commit().await?;
        for (site, id) in &doors {
            self.connect(Arc::new(channel::DoorChannel::new(*id, self.store.clone(), Arc::clone(&self.clock))));
            tracing::debug!(%site, channel = %id, "the private door is open");
        }
        self.set_doors(doors);
        Ok(())
    }

    /// Whether a channel is the private door, where only the person and the desk read.
    pub(crate) fn is_door(&self, channel: ChannelId) -> bool {
        self.channel(channel).is_some_and(|channel| channel.kind() == ChannelKind::Door)
    }

    /// The accounts of a site's channels from which somebody can send a code: people write there by themselves.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_channels(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<ChannelRow>, FlowError> {
        let mut all = channels::all(tx).await?;
        all.retain(|row| {
            let sends = match row.kind {
                ChannelKind::Bluesky | ChannelKind::Mastodon | ChannelKind::Webhook | ChannelKind::Demo => true,
                ChannelKind::Import | ChannelKind::Door => false,
            };
            row.site == site && sends && row.health != Health::Stopped
        });
        Ok(all)
    }

    fn door_of(&self, site: SiteId) -> Result<ChannelId, ActError> {
        self.door(site).ok_or(ActError::Gone)
    }
}

fn new_row(house: &House, now: bedside_core::time::Timestamp) -> Result<ChannelRow, FlowError> {
    use bedside_core::site::Jurisdiction;
    let name = match house.site.jurisdiction {
        Jurisdiction::De | Jurisdiction::At => "Private Tür",
        Jurisdiction::Us | Jurisdiction::Uk => "Private door",
    };
    Ok(ChannelRow {
        id: ChannelId::new(now, &random()?),
        site: house.site.id,
        slug: slug(&house.site.slug),
        kind: ChannelKind::Door,
        name: name.to_owned(),
        owner: String::new(),
        deputy: String::new(),
        cursor: None,
        health: Health::New,
        health_code: String::new(),
        health_since: now,
        last_ok_at: None,
        retry_at: None,
    })
}

/// The first post of a conversation, as the door's channel calls it; it has no text and is never stored.
fn root(author: AuthorId) -> String {
    format!("talk:{author}")
}

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 8_000;

/// How often a code may be sent wrong before a new one is needed.
const MOST_TRIES: i64 = 5;

/// How old a visit may become without coming in.
const UNPROVEN_HOLDS: Span = Span::hours(1);
