//! Prune: deletes messages of the record whose time is over, and the day's key with them, so that no backup can show them.

use bedside_core::{
    code,
    log::{Actor, Kind},
    time::{Span, Timestamp},
};
use bedside_store::emr::{
    link::{self, LinkRow},
    message,
};

use crate::{FlowError, Road, audit::Audit};

/// Deleted in one transaction, so that it stays short.
const MOST: u32 = 200;
/// Days before the last kept one whose keys are erased too: a process that stood still for a while catches up.
const CATCH_UP_DAYS: i64 = 30;

impl Road {
    /// Deletes the next messages whose time is over. Gives how many.
    ///
    /// # Errors
    /// The store refuses; what was not deleted is deleted next time.
    pub async fn prune_emr_next(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let links = link::all(&mut self.store.begin_read().await?).await?;
        let mut deleted = 0;
        for link in &links {
            deleted += self.prune_link(link, now).await?;
        }
        Ok(deleted)
    }

    async fn prune_link(&self, link: &LinkRow, now: Timestamp) -> Result<usize, FlowError> {
        let before = now.minus(Span::days(i64::from(link.keep_days)));
        let mut tx = self.store.begin().await?;
        let deleted = message::prune(&mut tx, link.id, before, MOST).await?;
        if deleted == 0 {
            return Ok(0);
        }
        let mut audit = Audit::at(now);
        audit.add(Kind::EmrPruned, Actor::System, Some(link.site), None, |entry| {
            entry.about(link.id).number(code!("messages"), i64::try_from(deleted).unwrap_or(i64::MAX))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        if deleted < u64::from(MOST) {
            // Nothing is left of these days: their keys go.
            for days in 1..=CATCH_UP_DAYS {
                self.store.keys().erase(&message::key_owner(link.id, before.minus(Span::days(days)))).await?;
            }
        }
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
