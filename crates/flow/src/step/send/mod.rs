//! Send: claims a reply that is due, checks in the claim's transaction that everything still holds, hands it to the
//! connector, and settles what became of it. After an unclear answer or a crash it reads back before it tries again.

mod ask;
mod check;
mod settle;

use std::{sync::Arc, time::Duration};

use bedside_core::{
    channel::{Channel, Fault, Promise, Reply},
    code,
    id::ChannelId,
    log::{Actor, Kind},
    time::Span,
    triage::Lang,
};
use bedside_store::{
    desk,
    outbox::{self, OutboxRow, OutboxState},
};

pub(crate) use self::check::{Stop, draft_of, is_permitted};
use crate::{FlowError, Road, audit::Audit};

/// How long one attempt may take before another process may think it was lost. No call takes as long.
const LEASE: Span = Span::seconds(45);

/// A place in sending at which the process may die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStep {
    /// The reply is due; nothing is claimed yet.
    Due,
    /// Claimed and checked; nothing has left.
    Claimed,
    /// The server has answered; nothing of that is stored.
    Answered,
    /// What became of it is stored.
    Settled,
}

/// Is told of every step of sending. A test stops there, as a process that dies would.
pub trait Witness: Send + Sync {
    /// A step was reached; `false`: stop here and write nothing more.
    fn goes_on(&self, step: SendStep) -> bool;
}

/// Lets every step pass.
#[derive(Debug, Clone, Copy)]
pub struct NoWitness;

impl Witness for NoWitness {
    fn goes_on(&self, _: SendStep) -> bool {
        true
    }
}

/// What became of a reply that was looked for.
enum ReadBack {
    /// It is there, and that is stored.
    Confirmed,
    /// It is not there: it may be said, if everything still holds.
    NotThere(Box<OutboxRow>),
    /// The platform does not say; it is asked again later.
    Unclear,
}

/// A claimed reply, ready to be handed over.
struct Claimed {
    row: OutboxRow,
    reply: Reply,
}

impl Road {
    /// Sends what is due on every channel, one after the other. Gives how many replies were settled.
    ///
    /// # Errors
    /// The store refuses; a claimed reply is read back when its lease ends.
    pub async fn send_due(&self) -> Result<usize, FlowError> {
        let mut settled = 0;
        for channel in self.due_channels().await? {
            settled += self.send_on(channel).await?;
        }
        Ok(settled)
    }

    /// Sends what is due on one channel. Each has a loop of its own: a server that doesn't answer delays no answer on
    /// another.
    pub(crate) async fn send_on(&self, channel: ChannelId) -> Result<usize, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let due = outbox::due(&mut tx, channel, self.now(), 20).await?;
        drop(tx);
        let mut settled = 0;
        for row in due {
            settled += usize::from(self.send(row).await?);
        }
        Ok(settled)
    }

    /// Puts off what is due on channels that are not connected.
    pub(crate) async fn send_on_others(&self) -> Result<usize, FlowError> {
        let mut settled = 0;
        for channel in self.due_channels().await? {
            if self.channel(channel).is_none() {
                settled += self.send_on(channel).await?;
            }
        }
        Ok(settled)
    }

    async fn due_channels(&self) -> Result<Vec<ChannelId>, FlowError> {
        let mut tx = self.store.begin_read().await?;
        Ok(outbox::due_channels(&mut tx, self.now()).await?)
    }

    async fn send(&self, row: OutboxRow) -> Result<bool, FlowError> {
        if !self.witness.goes_on(SendStep::Due) {
            return Ok(false);
        }
        let Some(channel) = self.channel(row.channel) else {
            if self.lease(&row).await? {
                self.put_off(&row, row.state, "channel_not_connected", Span::seconds(30)).await?;
            }
            return Ok(false);
        };
        match row.state {
            OutboxState::Waiting | OutboxState::Prepared | OutboxState::Unsure => {}
            OutboxState::Confirmed
            | OutboxState::Undone
            | OutboxState::Returned
            | OutboxState::Failed
            | OutboxState::TakingDown
            | OutboxState::TakenDown => return Ok(false),
        }
        // What was ever handed over is looked for before it is said again, also after it was at the desk.
        let is_unclear = row.prepared_at.is_some();
        let row = if is_unclear {
            match self.read_back(&channel, row).await? {
                ReadBack::NotThere(row) => *row,
                ReadBack::Confirmed => return Ok(true),
                ReadBack::Unclear => return Ok(false),
            }
        } else {
            row
        };
        if !self.is_looked_at(&channel, &row).await? {
            return Ok(false);
        }
        self.claim_and_publish(&channel, row, is_unclear).await
    }

    /// Takes a reply for this process; `false`: another was faster, or it was undone.
    async fn lease(&self, row: &OutboxRow) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let is_ours = outbox::lease(&mut tx, row, &self.node, LEASE, now).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// `is_unclear`: an earlier attempt may have been heard although nothing of it is to be seen.
    async fn claim_and_publish(
        &self,
        channel: &Arc<dyn Channel>,
        row: OutboxRow,
        is_unclear: bool,
    ) -> Result<bool, FlowError> {
        // What is asked of the server once, its sign-in and its limits, is asked before the claim: between claim and handing
        // over nobody waits. What ails it shows in handing over.
        let _known = self.answer(channel.limits()).await;
        let Some(claimed) = self.claim(row).await? else { return Ok(false) };
        if !self.witness.goes_on(SendStep::Claimed) {
            return Ok(false);
        }
        // A pause that came since the claim either sees this reply as leaving and waits for it, or is seen here.
        if self.is_paused(&claimed.row).await? {
            self.keep(&claimed.row, is_unclear).await?;
            return Ok(false);
        }
        let answer = self.answer(channel.publish(&claimed.reply)).await;
        if !self.witness.goes_on(SendStep::Answered) {
            return Ok(false);
        }
        match answer {
            Ok(receipt) => self.confirm(&claimed.row, &receipt).await?,
            Err(fault) => self.not_sent(&claimed.row, &fault, is_unclear).await?,
        }
        Ok(self.witness.goes_on(SendStep::Settled))
    }

    async fn is_paused(&self, row: &OutboxRow) -> Result<bool, FlowError> {
        let mut tx = self.store.begin_read().await?;
        Ok(!desk::pauses(&mut tx, row.site).await?.is_empty())
    }

    /// What a platform answers, at the latest when its time is over: well before another process may take over.
    pub(crate) async fn answer<T>(&self, call: Promise<'_, Result<T, Fault>>) -> Result<T, Fault> {
        let within = Duration::from_micros(u64::try_from(self.settings.answer_within.as_micros()).unwrap_or(0));
        tokio::time::timeout(within, call).await.unwrap_or(Err(Fault::TimedOut))
    }

    /// The claim: in one transaction leases the reply, checks that everything still holds under the facts of now, and
    /// notes that it is about to leave. `None`: it does not leave now.
    async fn claim(&self, mut row: OutboxRow) -> Result<Option<Claimed>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        desk::at_the_brake(&mut tx).await?;
        if !outbox::lease(&mut tx, &row, &self.node, LEASE, now).await? {
            return Ok(None);
        }
        let ready = match self.check_claim(&mut tx, &row, now).await? {
            Ok(ready) => ready,
            Err(Stop::Paused) => {
                // It keeps its time: once the pause is over it is due.
                outbox::settle(&mut tx, (row.id, &self.node), row.state, "", row.due_at, now).await?;
                tx.commit().await?;
                return Ok(None);
            }
            Err(stop) => {
                self.give_back(&mut tx, &row, stop.code(), OutboxState::Returned, now).await?;
                tx.commit().await?;
                tracing::warn!(reply = %row.id, reason = stop.code().as_str(), "a reply goes back to the desk");
                self.tell_settled(&row);
                return Ok(None);
            }
        };
        let prepared_at = row.prepared_at.unwrap_or(now);
        outbox::set_prepared(&mut tx, row.id, prepared_at, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::SendStarted, Actor::System, Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).number(code!("attempt"), row.attempts + 1).committing(code!("text"), ready.commitment)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        row.prepared_at = Some(prepared_at);
        row.attempts += 1;
        Ok(Some(Claimed { reply: ready.reply(&row, prepared_at), row }))
    }
}

/// Whose key seals what belongs to a thread.
pub(crate) fn thread_owner(thread: bedside_core::id::ThreadId) -> String {
    format!("thread:{thread}")
}

/// The language a reply is written in, for the platform.
pub(crate) fn reply_lang(word: &str) -> Option<&'static str> {
    match Lang::from_tag(word) {
        Lang::De => Some("de"),
        Lang::En => Some("en"),
        Lang::Unknown => None,
    }
}
