//! What the platform is asked before anything is said: does the post stand as it did, and is the reply there already.

use std::sync::Arc;

use bedside_core::{
    channel::{Channel, Fault},
    code,
    time::Span,
};
use bedside_store::{
    jobs,
    outbox::{self, OutboxRow, OutboxState},
    posts,
};

use super::{ReadBack, check::Stop};
use crate::{FlowError, Road};

/// So often a post is looked at that the platform does not show, then its reply comes back: some twenty minutes.
const MOST_LOOKS: i64 = 10;
/// So often a reply is looked for, then a person must look: some two hours.
const MOST_READ_BACKS: i64 = 20;

impl Road {
    /// Asks the platform whether the post is still there as it was; take stores what changed, the claim then sees it.
    /// `false`: the platform does not say, and the reply waits or comes back.
    pub(super) async fn is_looked_at(&self, channel: &Arc<dyn Channel>, row: &OutboxRow) -> Result<bool, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(post) = posts::by_id(&mut tx, row.post).await? else { return Ok(true) };
        drop(tx);
        let texts = self.store.open_posts(std::slice::from_ref(&post)).await?;
        // What is gone or erased here is the claim's to find.
        let Some((text, author)) = texts.into_iter().find_map(posts::Opened::text) else { return Ok(true) };
        match self.look_at(channel, &post, &text, &author).await? {
            Ok(()) => Ok(true),
            Err(fault) => self.not_looked_at(row, &fault).await.map(|()| false),
        }
    }

    async fn not_looked_at(&self, row: &OutboxRow, fault: &Fault) -> Result<(), FlowError> {
        tracing::warn!(reply = %row.id, %fault, attempts = row.attempts, "the post of a reply could not be looked at");
        let _well = self.channel_is_ill(row.channel, fault, row.attempts).await?;
        if !self.lease(row).await? {
            return Ok(());
        }
        let code = Stop::NotLookedAt.code();
        match fault {
            Fault::RateLimited { after } => self.put_off(row, row.state, "rate_limited", *after).await,
            Fault::SignedOut { .. } => self.put_off(row, row.state, "signed_out", Span::seconds(60)).await,
            Fault::Refused { .. } => self.settle_returned(row, code).await,
            Fault::Unreachable | Fault::TimedOut | Fault::Server { .. } | Fault::Malformed { .. } => {
                if row.attempts >= MOST_LOOKS {
                    return self.settle_returned(row, code).await;
                }
                self.try_later(row, code, jobs::backoff(row.attempts)).await
            }
        }
    }

    /// Looks whether a reply is on the platform already.
    pub(super) async fn read_back(
        &self,
        channel: &Arc<dyn Channel>,
        mut row: OutboxRow,
    ) -> Result<ReadBack, FlowError> {
        if !self.lease(&row).await? {
            return Ok(ReadBack::Unclear);
        }
        let mut tx = self.store.begin_read().await?;
        let ready = self.load_reply(&mut tx, &row).await?;
        drop(tx);
        let Some(ready) = ready else {
            let is_clear = row.state == OutboxState::Waiting;
            if is_clear {
                self.settle_returned(&row, Stop::Erased.code()).await?;
            } else {
                self.put_off(&row, OutboxState::Unsure, "text_erased", Span::hours(1)).await?;
            }
            return Ok(ReadBack::Unclear);
        };
        let now = self.now();
        let reply = ready.reply(&row, row.prepared_at.unwrap_or(now));
        match self.answer(channel.find(&reply)).await {
            Ok(Some(receipt)) => self.confirm(&row, &receipt).await.map(|()| ReadBack::Confirmed),
            // It was refused, after an attempt that was unclear, and that did not get there either.
            Ok(None) if row.state == OutboxState::Unsure && row.code == "refused" => {
                self.fail(&row, code!("refused")).await.map(|()| ReadBack::Unclear)
            }
            Ok(None) => {
                let mut tx = self.store.begin().await?;
                let held = (row.id, self.node.as_str());
                let is_ours = outbox::settle(&mut tx, held, OutboxState::Waiting, "", now, now).await?;
                tx.commit().await?;
                if !is_ours {
                    return Ok(ReadBack::Unclear);
                }
                (row.state, row.due_at) = (OutboxState::Waiting, now);
                Ok(ReadBack::NotThere(Box::new(row)))
            }
            Err(fault) => self.not_read_back(&row, &fault).await.map(|()| ReadBack::Unclear),
        }
    }

    /// That a platform does not say whether a reply is there says nothing of the reply: it is asked again, until a person
    /// has to look.
    async fn not_read_back(&self, row: &OutboxRow, fault: &Fault) -> Result<(), FlowError> {
        tracing::warn!(reply = %row.id, %fault, attempts = row.attempts, "a reply could not be looked for");
        let _well = self.channel_is_ill(row.channel, fault, row.attempts).await?;
        match fault {
            Fault::RateLimited { after } => self.put_off(row, row.state, &row.code, *after).await,
            Fault::SignedOut { .. } => self.put_off(row, row.state, "signed_out", Span::seconds(60)).await,
            Fault::Refused { .. }
            | Fault::Unreachable
            | Fault::TimedOut
            | Fault::Server { .. }
            | Fault::Malformed { .. } => {
                if row.attempts >= MOST_READ_BACKS {
                    return self.fail(row, code!("unsure")).await;
                }
                self.try_later(row, code!("unsure"), jobs::backoff(row.attempts)).await
            }
        }
    }
}
