//! Read: asks a channel for news and hands it to take. The cursor moves only behind what is committed.

use std::sync::Arc;

use bedside_core::{
    channel::{Channel, Fault, Take as _},
    id::ChannelId,
    time::Span,
};
use bedside_store::{channels, channels::Health, jobs};

use crate::{Change, FlowError, Road};

/// How old the note may be that a channel answers.
const NOTED_EVERY: Span = Span::seconds(10);

/// What one read of a channel did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOutcome {
    /// It brought this many new posts; `more` says whether to read again at once.
    Read {
        /// New posts.
        new: u32,
        /// Whether there is more.
        more: bool,
    },
    /// It is not well; try again after this time.
    Wait(Span),
}

impl Road {
    /// Reads a channel once.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn read_channel(&self, channel: &Arc<dyn Channel>, failures: i64) -> Result<ReadOutcome, FlowError> {
        let id = channel.id();
        let mut tx = self.store.begin_read().await?;
        let cursor = channels::cursor(&mut tx, id).await?;
        drop(tx);
        match channel.read(cursor.as_deref()).await {
            Ok(haul) => {
                let taken = self.take(id, haul.standing, &haul.news, haul.cursor.as_deref()).await;
                let taken = taken.map_err(|error| FlowError::Log(error.to_string()))?;
                self.channel_is_well(id).await?;
                Ok(ReadOutcome::Read { new: taken.new, more: haul.more })
            }
            Err(fault) => self.channel_is_ill(id, &fault, failures).await,
        }
    }

    /// Notes that a channel answers: at once where it did not, else now and then, since every note is a write.
    async fn channel_is_well(&self, id: ChannelId) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let row = channels::all(&mut tx).await?.into_iter().find(|row| row.id == id);
        drop(tx);
        let Some(row) = row else { return Ok(()) };
        let is_noted = row.last_ok_at.is_some_and(|at| now.since(at) < NOTED_EVERY);
        if row.health == Health::Live && is_noted {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        channels::set_ok(&mut tx, id, now).await?;
        tx.commit().await?;
        if row.health != Health::Live {
            self.tell(row.site, None, Change::Channel);
        }
        Ok(())
    }

    pub(crate) async fn channel_is_ill(
        &self,
        id: ChannelId,
        fault: &Fault,
        failures: i64,
    ) -> Result<ReadOutcome, FlowError> {
        let now = self.now();
        let (health, code, wait) = match fault {
            Fault::RateLimited { after } => (Health::RateLimited, "rate_limited", *after),
            Fault::SignedOut { .. } => (Health::SignedOut, "signed_out", Span::seconds(60)),
            Fault::Unreachable => (Health::Slow, "unreachable", jobs::backoff(failures)),
            Fault::TimedOut => (Health::Slow, "timed_out", jobs::backoff(failures)),
            Fault::Server { .. } => (Health::Slow, "server_error", jobs::backoff(failures)),
            Fault::Malformed { .. } => (Health::Slow, "malformed", jobs::backoff(failures)),
            Fault::Refused { .. } => (Health::Slow, "refused", jobs::backoff(failures)),
        };
        tracing::warn!(channel = %id, code, %fault, "a channel does not answer well");
        let mut tx = self.store.begin().await?;
        let row = channels::all(&mut tx).await?.into_iter().find(|row| row.id == id);
        channels::set_health(&mut tx, id, health, code, now, Some(now.plus(wait))).await?;
        tx.commit().await?;
        if let Some(row) = row {
            self.tell(row.site, None, Change::Channel);
        }
        Ok(ReadOutcome::Wait(wait))
    }
}
