//! The door as a channel: what is published there is stored for the person, once per row of the outbox.

use std::{sync::Arc, time::Duration};

use bedside_core::{
    channel::{
        Channel, ChannelKind, Fault, Haul, LengthUnit, Limits, Promise, Receipt, Removal, Reply, Sighting, Standpoint,
    },
    id::{ChannelId, OutboxId},
    time::Span,
};
use bedside_store::{Store, StoreError, door, posts};

use super::LONGEST_MESSAGE;
use crate::{Clock, step::send::thread_owner};

/// The private door of one site.
pub(super) struct DoorChannel {
    id: ChannelId,
    store: Store,
    clock: Arc<dyn Clock>,
}

impl DoorChannel {
    pub(super) fn new(id: ChannelId, store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { id, store, clock }
    }

    async fn say(&self, reply: &Reply) -> Result<Receipt, Fault> {
        let mut tx = self.store.begin_read().await.map_err(failed)?;
        let thread = match posts::known(&self.store, &mut tx, self.id, &reply.to).await.map_err(failed)? {
            Some(known) => posts::by_id(&mut tx, known.id).await.map_err(failed)?.map(|row| row.thread),
            None => None,
        };
        drop(tx);
        let thread = thread.ok_or_else(|| Fault::Refused { status: 404, code: "no_conversation".to_owned() })?;
        let now = self.clock.now();
        let key = self.store.keys().of(&thread_owner(thread), now).await.map_err(failed)?;
        let mut tx = self.store.begin().await.map_err(failed)?;
        let words = (reply.text.as_str(), reply.lang.unwrap_or("und"));
        door::say(&mut tx, reply.outbox, (self.id, thread), words, &key, now).await.map_err(failed)?;
        let said = door::said_once(&mut tx, self.id, reply.outbox).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        // One that was taken down stays down.
        said.map(|said| receipt(&said)).ok_or_else(|| Fault::Refused { status: 410, code: "taken_down".to_owned() })
    }

    async fn stands(&self, external_id: &str) -> Result<Standpoint, Fault> {
        let mut tx = self.store.begin_read().await.map_err(failed)?;
        let known = posts::known(&self.store, &mut tx, self.id, external_id).await.map_err(failed)?;
        let Some(known) = known.filter(|known| !known.is_deleted) else { return Ok(Standpoint::Gone) };
        let Some(row) = posts::by_id(&mut tx, known.id).await.map_err(failed)? else { return Ok(Standpoint::Gone) };
        drop(tx);
        let opened = self.store.open_posts(std::slice::from_ref(&row)).await.map_err(failed)?;
        let text = opened.into_iter().find_map(posts::Opened::text).map(|(text, _)| text.0.text);
        Ok(text.map_or(Standpoint::Gone, Standpoint::there))
    }
}

/// The store is ours: if it fails, whether it had acted is found out by looking.
fn failed(error: StoreError) -> Fault {
    tracing::error!(%error, "the private door could not reach the store");
    Fault::Unreachable
}

fn receipt(said: &door::SaidRow) -> Receipt {
    Receipt { external_id: said.outbox.to_string(), url: None, at: said.at }
}

impl Channel for DoorChannel {
    fn id(&self) -> ChannelId {
        self.id
    }
    fn kind(&self) -> ChannelKind {
        ChannelKind::Door
    }
    fn limits(&self) -> Promise<'_, Result<Limits, Fault>> {
        let max = u32::try_from(LONGEST_MESSAGE).unwrap_or(u32::MAX);
        Box::pin(async move { Ok(Limits { max, unit: LengthUnit::Graphemes }) })
    }
    /// Messages are handed in by the door's pages; reading brings nothing.
    fn read<'a>(&'a self, _: Option<&'a str>) -> Promise<'a, Result<Haul, Fault>> {
        Box::pin(async { Ok(Haul::default()) })
    }
    fn wait(&self, at_most: Span) -> Promise<'_, ()> {
        let span = Duration::from_micros(u64::try_from(at_most.as_micros()).unwrap_or(0));
        Box::pin(tokio::time::sleep(span))
    }
    fn publish<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Receipt, Fault>> {
        Box::pin(self.say(reply))
    }
    fn find<'a>(&'a self, reply: &'a Reply) -> Promise<'a, Result<Option<Receipt>, Fault>> {
        Box::pin(async move {
            let mut tx = self.store.begin_read().await.map_err(failed)?;
            let said = door::said_once(&mut tx, self.id, reply.outbox).await.map_err(failed)?;
            Ok(said.as_ref().map(receipt))
        })
    }
    fn look<'a>(&'a self, external_id: &'a str) -> Promise<'a, Result<Standpoint, Fault>> {
        Box::pin(self.stands(external_id))
    }
    fn take_down<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Removal, Fault>> {
        Box::pin(async move {
            let Ok(outbox) = receipt.external_id.parse::<OutboxId>() else { return Ok(Removal::Deleted) };
            let mut tx = self.store.begin().await.map_err(failed)?;
            door::unsay(&mut tx, self.id, outbox, self.clock.now()).await.map_err(failed)?;
            tx.commit().await.map_err(failed)?;
            Ok(Removal::Deleted)
        })
    }
    /// Strangers see nothing of a private conversation at any time.
    fn sight<'a>(&'a self, receipt: &'a Receipt) -> Promise<'a, Result<Sighting, Fault>> {
        Box::pin(async move {
            let Ok(outbox) = receipt.external_id.parse::<OutboxId>() else {
                return Ok(Sighting { by_us: false, by_strangers: Some(false) });
            };
            let mut tx = self.store.begin_read().await.map_err(failed)?;
            let said = door::said_once(&mut tx, self.id, outbox).await.map_err(failed)?;
            Ok(Sighting { by_us: said.is_some(), by_strangers: Some(false) })
        })
    }
}
