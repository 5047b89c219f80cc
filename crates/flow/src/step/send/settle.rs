//! What becomes of a reply: confirmed, put off, given back, failed. Each is one transaction with its log entry.

use bedside_core::{
    case::{Queue, Rank},
    channel::{Fault, Receipt},
    code,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    cases,
    drafts::{self, DraftState},
    jobs,
    outbox::{self, OutboxRow, OutboxState},
    takings,
};

use super::thread_owner;
use crate::{Change, FlowError, Road, audit::Audit, step::assess::hear_passed_over};

/// An unclear answer is read back after this, so that a slow server has it by then.
const SETTLING: Span = Span::seconds(3);
/// After so many unclear attempts a person must look.
const MOST_ATTEMPTS: i64 = 20;

impl Road {
    pub(super) async fn confirm(&self, row: &OutboxRow, receipt: &Receipt) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, row.case).await? else { return Ok(()) };
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        outbox::confirm(&self.store, &mut tx, row, &key, receipt, now).await?;
        if let Some(mut draft) = drafts::by_id(&mut tx, row.draft).await? {
            draft.state = DraftState::Sent;
            drafts::set_state(&mut tx, &draft, now).await?;
        }
        // What a person takes down meanwhile is no answer.
        let is_taken_down = takings::is_unconfirmed(&mut tx, case.id).await?;
        // A newer post waits for its own answer, and an escalation or a clock of law for the person who closes it.
        let is_over = case.decision.escalation.is_none() && case.wait.clock_due_at.is_none();
        if case.post == row.post && is_over && !is_taken_down {
            (case.queue, case.rank, case.hold_until) = (Queue::Done, Rank::REST, None);
            hear_passed_over(&mut tx, &case, now).await?;
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
        self.tell_settled(row);
        Ok(())
    }

    /// Settles a reply whose handing over brought no receipt. A refusal says nothing of an earlier attempt that was unclear
    /// (`is_unclear`): that one is looked for again first.
    pub(super) async fn not_sent(&self, row: &OutboxRow, fault: &Fault, is_unclear: bool) -> Result<(), FlowError> {
        tracing::warn!(reply = %row.id, %fault, attempts = row.attempts, "a reply was not confirmed");
        let _well = self.channel_is_ill(row.channel, fault, row.attempts).await?;
        let refused = if is_unclear { OutboxState::Unsure } else { OutboxState::Waiting };
        match fault {
            Fault::RateLimited { after } => self.put_off(row, refused, "rate_limited", *after).await,
            Fault::SignedOut { .. } => self.put_off(row, refused, "signed_out", Span::seconds(60)).await,
            Fault::Refused { .. } if is_unclear => self.put_off(row, OutboxState::Unsure, "refused", SETTLING).await,
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

    pub(super) async fn put_off(
        &self,
        row: &OutboxRow,
        state: OutboxState,
        code: &str,
        wait: Span,
    ) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        outbox::settle(&mut tx, (row.id, &self.node), state, code, now.plus(wait), now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    /// Keeps a claimed reply back that was not handed over; it keeps its time.
    pub(super) async fn keep(&self, row: &OutboxRow, is_unclear: bool) -> Result<(), FlowError> {
        let now = self.now();
        let state = if is_unclear { OutboxState::Unsure } else { OutboxState::Waiting };
        let mut tx = self.store.begin().await?;
        outbox::settle(&mut tx, (row.id, &self.node), state, "", row.due_at, now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    pub(super) async fn fail(&self, row: &OutboxRow, code: Code) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.give_back(&mut tx, row, code, OutboxState::Failed, now).await?;
        tx.commit().await?;
        self.tell_settled(row);
        Ok(())
    }

    /// Brings a reply back before people: the draft is open again, its approval gone, the case says why.
    pub(super) async fn give_back(
        &self,
        tx: &mut bedside_store::Tx,
        row: &OutboxRow,
        code: Code,
        state: OutboxState,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        if !outbox::settle(tx, (row.id, &self.node), state, code.as_str(), now, now).await? {
            return Ok(());
        }
        if let Some(mut draft) = drafts::by_id(tx, row.draft).await? {
            draft.state = DraftState::Open;
            (draft.cleared, draft.approved, draft.approver, draft.warned_by) = (None, None, None, None);
            drafts::set_state(tx, &draft, now).await?;
        }
        if let Some(mut case) = cases::to_change(tx, row.case).await? {
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

    /// Puts a reply off and counts that, so that it comes before a person in the end.
    pub(super) async fn try_later(&self, row: &OutboxRow, code: Code, wait: Span) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        outbox::put_off(&mut tx, (row.id, &self.node), code.as_str(), now.plus(wait), now).await?;
        tx.commit().await?;
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }

    pub(super) async fn settle_returned(&self, row: &OutboxRow, code: Code) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.give_back(&mut tx, row, code, OutboxState::Returned, now).await?;
        tx.commit().await?;
        self.tell_settled(row);
        Ok(())
    }

    pub(super) fn tell_settled(&self, row: &OutboxRow) {
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
    }
}
