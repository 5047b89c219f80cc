//! Poll: how far the changed patients of a server were read. One process at a time asks.

use bedside_core::{
    channel::{NotTaken, Promise},
    emr::{PollEmr, PollTurn},
    id::EmrLinkId,
    time::{Span, Timestamp},
};
use bedside_store::{channels::Health, desk, emr::link};

use crate::{FlowError, Road};

/// A turn outlives its last use by this much: who dies must not keep others from asking for long.
const TURN: Span = Span::minutes(3);

impl PollEmr for Road {
    fn poll_turn(&self, link: EmrLinkId) -> Promise<'_, Result<PollTurn, NotTaken>> {
        Box::pin(async move { self.turn(link).await.map_err(|error| NotTaken(error.to_string())) })
    }

    fn polled(&self, link: EmrLinkId, until: Result<Timestamp, &'static str>) -> Promise<'_, Result<(), NotTaken>> {
        Box::pin(async move { self.note_polled(link, until).await.map_err(|error| NotTaken(error.to_string())) })
    }
}

impl Road {
    async fn turn(&self, link: EmrLinkId) -> Result<PollTurn, FlowError> {
        let mut tx = self.store.begin().await?;
        if !desk::lease(&mut tx, &format!("poll:{link}"), &self.node, TURN, self.now()).await? {
            return Ok(PollTurn::Others);
        }
        let until = link::polled(&mut tx, link).await?;
        tx.commit().await?;
        Ok(until.map_or(PollTurn::First, PollTurn::Since))
    }

    async fn note_polled(&self, link: EmrLinkId, until: Result<Timestamp, &'static str>) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        match until {
            Ok(until) => {
                link::set_polled(&mut tx, link, until).await?;
                link::set_ok(&mut tx, link, now).await?;
            }
            Err(code) => {
                let health = if code == "signed_out" { Health::SignedOut } else { Health::Slow };
                link::set_health(&mut tx, link, health, code, now).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}
