//! Send: claims a reply that is due, checks in the claim's transaction that everything still holds, hands it to the
//! connector, and settles what became of it. After an unclear answer or a crash it reads back before it tries again.

mod check;

use std::sync::Arc;

use bedside_core::{
    case::{Queue, Rank},
    channel::{Channel, Fault, Receipt, Reply},
    code,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
    triage::Lang,
};
use bedside_store::{
    cases,
    drafts::{self, DraftState},
    jobs,
    outbox::{self, OutboxRow, OutboxState},
    posts,
};

pub(crate) use self::check::{Stop, draft_of, is_permitted};
use crate::{Change, FlowError, Road, audit::Audit};

/// How long one attempt may take before another process may think it was lost: two calls of a connector at their limit.
const LEASE: Span = Span::seconds(45);
/// An unclear answer is read back after this, so that a slow server has it by then.
const SETTLING: Span = Span::seconds(3);
/// So often a post is looked at that the platform does not show, then its reply comes back: some twenty minutes.
const MOST_LOOKS: i64 = 10;
/// After so many unclear attempts a person must look.
const MOST_ATTEMPTS: i64 = 20;

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

/// A claimed reply, ready to be handed over.
struct Claimed {
    row: OutboxRow,
    reply: Reply,
}

impl Road {
    /// Sends what is due. Gives how many replies were settled.
    ///
    /// # Errors
    /// The store refuses; a claimed reply is read back when its lease ends.
    pub async fn send_due(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let due = outbox::due(&mut tx, now, 20).await?;
        drop(tx);
        let mut settled = 0;
        for row in due {
            settled += usize::from(self.send(row).await?);
        }
        Ok(settled)
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
            OutboxState::Waiting => {
                if !self.is_looked_at(&channel, &row).await? {
                    return Ok(false);
                }
                self.claim_and_publish(&channel, row).await
            }
            // Somebody died between handing over and settling, or the answer was unclear: first look.
            OutboxState::Prepared | OutboxState::Unsure => self.read_back(&channel, row).await,
            OutboxState::Confirmed | OutboxState::Undone | OutboxState::Returned | OutboxState::Failed => Ok(false),
        }
    }

    /// Asks the platform whether the post is still there as it was; take stores what changed, the claim then sees it.
    /// `false`: the platform does not say, and the reply waits or comes back.
    async fn is_looked_at(&self, channel: &Arc<dyn Channel>, row: &OutboxRow) -> Result<bool, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(post) = posts::by_id(&mut tx, row.post).await? else { return Ok(true) };
        drop(tx);
        let texts = self.store.open_posts(std::slice::from_ref(&post)).await?;
        // What is gone or erased here is the claim's to find.
        let Some((text, author)) = texts.into_iter().flatten().next() else { return Ok(true) };
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

    /// Takes a reply for this process; `false`: another was faster, or it was undone.
    async fn lease(&self, row: &OutboxRow) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let is_ours = outbox::lease(&mut tx, row, &self.node, LEASE, now).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// Puts a reply off and counts that, so that it comes before a person in the end.
    async fn try_later(&self, row: &OutboxRow, code: Code, wait: Span) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        outbox::put_off(&mut tx, row.id, code.as_str(), now.plus(wait), now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    async fn settle_returned(&self, row: &OutboxRow, code: Code) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.give_back(&mut tx, row, code, OutboxState::Returned, now).await?;
        tx.commit().await?;
        self.tell_settled(row);
        Ok(())
    }

    fn tell_settled(&self, row: &OutboxRow) {
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
    }

    async fn claim_and_publish(&self, channel: &Arc<dyn Channel>, row: OutboxRow) -> Result<bool, FlowError> {
        let Some(claimed) = self.claim(row).await? else { return Ok(false) };
        if !self.witness.goes_on(SendStep::Claimed) {
            return Ok(false);
        }
        let answer = channel.publish(&claimed.reply).await;
        if !self.witness.goes_on(SendStep::Answered) {
            return Ok(false);
        }
        match answer {
            Ok(receipt) => self.confirm(&claimed.row, &receipt).await?,
            Err(fault) => self.not_sent(&claimed.row, &fault).await?,
        }
        Ok(self.witness.goes_on(SendStep::Settled))
    }

    /// The claim: in one transaction leases the reply, checks that everything still holds under the facts of now, and
    /// notes that it is about to leave. `None`: it does not leave now.
    async fn claim(&self, mut row: OutboxRow) -> Result<Option<Claimed>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !outbox::lease(&mut tx, &row, &self.node, LEASE, now).await? {
            return Ok(None);
        }
        let ready = match self.check_claim(&mut tx, &row, now).await? {
            Ok(ready) => ready,
            Err(Stop::Paused) => {
                // It keeps its time: once the pause is over it is due.
                outbox::settle(&mut tx, row.id, row.state, "", row.due_at, now).await?;
                tx.commit().await?;
                return Ok(None);
            }
            Err(stop) => {
                self.give_back(&mut tx, &row, stop.code(), OutboxState::Returned, now).await?;
                tx.commit().await?;
                tracing::warn!(reply = %row.id, reason = stop.code().as_str(), "a reply goes back to the desk");
                self.tell(row.site, Some(row.case), Change::Changed);
                self.tell(row.site, None, Change::Outbox);
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

    async fn read_back(&self, channel: &Arc<dyn Channel>, mut row: OutboxRow) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if !outbox::lease(&mut tx, &row, &self.node, LEASE, now).await? {
            return Ok(false);
        }
        let ready = self.load_reply(&mut tx, &row).await?;
        tx.commit().await?;
        let Some(ready) = ready else {
            self.put_off(&row, OutboxState::Unsure, "text_erased", Span::hours(1)).await?;
            return Ok(false);
        };
        let reply = ready.reply(&row, row.prepared_at.unwrap_or(now));
        match channel.find(&reply).await {
            Ok(Some(receipt)) => {
                self.confirm(&row, &receipt).await?;
                Ok(true)
            }
            Ok(None) => {
                // It is not there: it may be sent again, if everything still holds.
                let mut tx = self.store.begin().await?;
                outbox::settle(&mut tx, row.id, OutboxState::Waiting, "", now, now).await?;
                tx.commit().await?;
                row.state = OutboxState::Waiting;
                self.claim_and_publish(channel, row).await
            }
            Err(fault) => {
                self.not_sent(&row, &fault).await?;
                Ok(false)
            }
        }
    }

    async fn confirm(&self, row: &OutboxRow, receipt: &Receipt) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::by_id(&mut tx, row.case).await? else { return Ok(()) };
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        outbox::confirm(&self.store, &mut tx, row, &key, receipt, now).await?;
        if let Some(mut draft) = drafts::by_id(&mut tx, row.draft).await? {
            draft.state = DraftState::Sent;
            drafts::set_state(&mut tx, &draft, now).await?;
        }
        // A newer post waits for its own answer, and an escalation for the person who closes it.
        if case.post == row.post && case.decision.escalation.is_none() {
            (case.queue, case.rank, case.hold_until) = (Queue::Done, Rank::REST, None);
        }
        case.returned_code = None;
        case.updated_at = now;
        cases::update(&mut tx, &case).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Sent, Actor::System, Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).about(row.draft).number(code!("attempts"), row.attempts)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    /// Settles a reply whose handing over brought no receipt.
    async fn not_sent(&self, row: &OutboxRow, fault: &Fault) -> Result<(), FlowError> {
        tracing::warn!(reply = %row.id, %fault, attempts = row.attempts, "a reply was not confirmed");
        let _well = self.channel_is_ill(row.channel, fault, row.attempts).await?;
        match fault {
            Fault::RateLimited { after } => self.put_off(row, state_after_refusal(row), "rate_limited", *after).await,
            Fault::SignedOut { .. } => {
                self.put_off(row, state_after_refusal(row), "signed_out", Span::seconds(60)).await
            }
            Fault::Refused { .. } => self.fail(row, code!("refused")).await,
            Fault::Unreachable | Fault::TimedOut | Fault::Server { .. } | Fault::Malformed { .. } => {
                if row.attempts >= MOST_ATTEMPTS {
                    return self.fail(row, code!("unsure")).await;
                }
                let wait = SETTLING.max(jobs::backoff(row.attempts.saturating_sub(1)));
                self.put_off(row, OutboxState::Unsure, "unsure", wait).await
            }
        }
    }

    async fn put_off(&self, row: &OutboxRow, state: OutboxState, code: &str, wait: Span) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        outbox::settle(&mut tx, row.id, state, code, now.plus(wait), now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    async fn fail(&self, row: &OutboxRow, code: Code) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.give_back(&mut tx, row, code, OutboxState::Failed, now).await?;
        tx.commit().await?;
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    /// Brings a reply back before people: the draft is open again, its approval gone, the case says why.
    pub(crate) async fn give_back(
        &self,
        tx: &mut bedside_store::Tx,
        row: &OutboxRow,
        code: Code,
        state: OutboxState,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        outbox::settle(tx, row.id, state, code.as_str(), now, now).await?;
        if let Some(mut draft) = drafts::by_id(tx, row.draft).await? {
            draft.state = DraftState::Open;
            (draft.cleared, draft.approved, draft.approver, draft.warned_by) = (None, None, None, None);
            drafts::set_state(tx, &draft, now).await?;
        }
        if let Some(mut case) = cases::by_id(tx, row.case).await? {
            case.returned_code = Some(code.as_str().to_owned());
            case.updated_at = now;
            if case.queue != Queue::Now {
                (case.queue, case.rank) = (Queue::Now, Rank::PERSON);
            }
            cases::update(tx, &case).await?;
        }
        let kind = if state == OutboxState::Failed { Kind::SendFailed } else { Kind::Returned };
        let mut audit = Audit::at(now);
        audit.add(kind, Actor::System, Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).about(row.draft).code(code!("reason"), code)
        })?;
        audit.write(tx).await
    }
}

/// A server that refused for now has not acted on this attempt; whether it acted on an earlier unclear one stays open.
const fn state_after_refusal(row: &OutboxRow) -> OutboxState {
    match row.state {
        OutboxState::Prepared | OutboxState::Unsure => OutboxState::Unsure,
        OutboxState::Waiting
        | OutboxState::Confirmed
        | OutboxState::Undone
        | OutboxState::Returned
        | OutboxState::Failed => OutboxState::Waiting,
    }
}

/// Whose key seals what belongs to a thread.
pub(crate) fn thread_owner(thread: bedside_core::id::ThreadId) -> String {
    format!("thread:{thread}")
}

/// The language a reply is written in, for the platform.
fn reply_lang(word: &str) -> Option<&'static str> {
    match Lang::from_tag(word) {
        Lang::De => Some("de"),
        Lang::En => Some("en"),
        Lang::Unknown => None,
    }
}
