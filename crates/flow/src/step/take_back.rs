//! Take back: has what a person takes down removed by its platform, and looks whether it is gone, signed in and as a stranger. It
//! goes on until that is seen, whatever fails meanwhile and whoever dies; no pause is asked here.

use bedside_core::{
    channel::{Channel, Fault, Receipt, Removal},
    code,
    id::NoteId,
    log::{Actor, Code, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    cases,
    drafts::{self, DraftState},
    outbox::{self, OutboxRow},
    takings::{self, Strangers, TakingRow, TakingState},
};

use super::{send::thread_owner, settle::Settle as _};
use crate::{Change, FlowError, Road, acts::loudness, audit::Audit};

/// Looked at in one round.
const MOST: u32 = 20;
/// How long one try may take before another process may think it was lost: three calls.
const LEASE: Span = Span::seconds(90);
/// What may have been handed over is looked for again for so long after it can last have been; then it never was.
const SHOWS_WITHIN: Span = Span::minutes(2);
/// The longest between two tries: somebody waits for this one.
const LONGEST_WAIT: Span = Span::minutes(5);

/// What one try brought.
enum Tried {
    /// It is over.
    Over(TakingState, Strangers),
    /// Not yet: why, and when to try again at the soonest.
    NotYet(Code, Span),
}

impl Road {
    /// Tries every taking back that is due. Gives how many are over by that.
    ///
    /// # Errors
    /// The store refuses; what was asked for waits.
    pub async fn take_back_next(&self) -> Result<usize, FlowError> {
        let due = takings::due(&mut self.store.begin_read().await?, self.now(), MOST).await?;
        let mut over = 0;
        for one in due {
            over += usize::from(self.take_off(one.id).await?);
        }
        Ok(over)
    }

    /// Tries one now; `false`: it is not over, or another process is at it.
    ///
    /// # Errors
    /// The store refuses.
    pub(crate) async fn take_off(&self, id: NoteId) -> Result<bool, FlowError> {
        let mut tx = self.store.begin().await?;
        if !takings::lease(&mut tx, id, &self.node, LEASE, self.now()).await? {
            return Ok(false);
        }
        let taking = takings::by_id(&mut tx, id).await?;
        tx.commit().await?;
        let Some(taking) = taking else { return Ok(false) };
        match self.try_take_back(&taking).await? {
            Tried::Over(state, strangers) => {
                self.note_gone(&taking, state, strangers).await?;
                Ok(true)
            }
            Tried::NotYet(code, at_least) => {
                self.not_gone(&taking, code, at_least).await?;
                Ok(false)
            }
        }
    }

    async fn try_take_back(&self, taking: &TakingRow) -> Result<Tried, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(row) = outbox::by_id(&mut tx, taking.reply).await? else {
            return Ok(Tried::NotYet(code!("unreadable"), LONGEST_WAIT));
        };
        drop(tx);
        let Some(channel) = self.channel(row.channel) else {
            return Ok(Tried::NotYet(code!("channel_not_connected"), Span::seconds(30)));
        };
        let receipt = match self.store.open_receipt(&row).await? {
            Some(receipt) => receipt.0,
            None => match self.look_for(&*channel, taking, &row).await? {
                Ok(receipt) => receipt,
                Err(tried) => return Ok(tried),
            },
        };
        Ok(self.removed(&*channel, &row, &receipt).await)
    }

    /// Where a reply stands of which nobody knows whether it left: a process that died in between left it so.
    async fn look_for(
        &self,
        channel: &dyn Channel,
        taking: &TakingRow,
        row: &OutboxRow,
    ) -> Result<Result<Receipt, Tried>, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let ready = self.load_reply(&mut tx, row).await?;
        let thread = cases::by_id(&mut tx, row.case).await?.map(|case| case.thread);
        let may_still_leave = outbox::is_in_hand(&mut tx, row.id, now).await?;
        drop(tx);
        let Some((ready, thread)) = ready.zip(thread) else {
            return Ok(Err(Tried::NotYet(code!("unreadable"), LONGEST_WAIT)));
        };
        let reply = ready.reply(row, row.prepared_at.unwrap_or(row.created_at));
        match self.answer(channel.find(&reply)).await {
            Ok(Some(receipt)) => {
                let key = self.store.keys().of(&thread_owner(thread), now).await?;
                let mut tx = self.store.begin().await?;
                outbox::confirm(&self.store, &mut tx, row, &key, &receipt, now).await?;
                tx.commit().await?;
                Ok(Ok(receipt))
            }
            // A server may show it only a while after it took it.
            Ok(None) if may_still_leave || now.since(taking.at) < SHOWS_WITHIN => {
                Ok(Err(Tried::NotYet(code!("not_found_yet"), Span::seconds(20))))
            }
            Ok(None) => Ok(Err(Tried::Over(TakingState::NeverOut, Strangers::Unknown))),
            Err(fault) => Ok(Err(self.failed_with(row, &fault).await)),
        }
    }

    async fn removed(&self, channel: &dyn Channel, row: &OutboxRow, receipt: &Receipt) -> Tried {
        let removal = match self.answer(channel.take_down(receipt)).await {
            Ok(removal) => removal,
            Err(fault) => return self.failed_with(row, &fault).await,
        };
        let seen = match self.answer(channel.sight(receipt)).await {
            Ok(seen) => seen,
            Err(fault) => {
                tracing::warn!(reply = %row.id, %fault, "it can't be seen whether a reply is gone");
                return Tried::NotYet(code!("not_seen_gone"), wait_of(&fault));
            }
        };
        if seen.by_us {
            return Tried::NotYet(code!("still_there"), Span::ZERO);
        }
        let strangers = match seen.by_strangers {
            Some(true) => return Tried::NotYet(code!("strangers_see_it"), Span::ZERO),
            Some(false) => Strangers::SeeNothing,
            None => Strangers::Unknown,
        };
        let state = match removal {
            Removal::Deleted => TakingState::Gone,
            Removal::Emptied => TakingState::Emptied,
        };
        Tried::Over(state, strangers)
    }

    async fn failed_with(&self, row: &OutboxRow, fault: &Fault) -> Tried {
        tracing::error!(reply = %row.id, %fault, "a reply could not be taken down, trying again");
        let code = match fault {
            Fault::Unreachable | Fault::TimedOut => code!("unreachable"),
            Fault::RateLimited { .. } => code!("rate_limited"),
            Fault::SignedOut { .. } => code!("signed_out"),
            Fault::Server { .. } | Fault::Malformed { .. } => code!("server_trouble"),
            Fault::Refused { code, .. } if code == "cannot_delete" => code!("cannot_delete"),
            Fault::Refused { .. } => code!("refused"),
        };
        Tried::NotYet(code, wait_of(fault))
    }

    async fn not_gone(&self, taking: &TakingRow, code: Code, at_least: Span) -> Result<(), FlowError> {
        let wait = backoff(taking.attempts).max(at_least).min(LONGEST_WAIT.max(at_least));
        let mut tx = self.store.begin().await?;
        takings::put_off(&mut tx, (taking.id, &self.node), code.as_str(), self.now().plus(wait)).await?;
        tx.commit().await?;
        self.tell(taking.site, Some(taking.case), Change::Changed);
        Ok(())
    }

    async fn note_gone(&self, taking: &TakingRow, state: TakingState, strangers: Strangers) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, taking.case).await? else { return Ok(()) };
        if !takings::done(&mut tx, taking.id, state, strangers, now).await? {
            return Ok(());
        }
        let word = match state {
            TakingState::NeverOut => "never_out",
            TakingState::Asked | TakingState::Gone | TakingState::Emptied => "taken_down",
        };
        outbox::taken_down(&mut tx, taking.reply, word, now).await?;
        self.settle_draft(&mut tx, taking, state, now).await?;
        case.wait.clock_rank = loudness(&mut tx, &case).await?;
        case.updated_at = now;
        case.place(now);
        cases::update(&mut tx, &case).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::TakenDown, Actor::System, Some(taking.site), Some(taking.case), |entry| {
            let how = match state {
                TakingState::Emptied => code!("emptied"),
                TakingState::NeverOut => code!("never_out"),
                TakingState::Asked | TakingState::Gone => code!("gone"),
            };
            let unseen = if strangers == Strangers::SeeNothing { code!("yes") } else { code!("unknown") };
            let entry = entry.about(taking.reply).about(taking.id).code(code!("how"), how);
            entry.code(code!("strangers_see_nothing"), unseen).number(code!("attempts"), taking.attempts + 1)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(taking.site, Some(taking.case), Change::Changed);
        self.tell(taking.site, None, Change::Outbox);
        Ok(())
    }

    /// The draft of a reply that a crash left unsettled: it was said, or nobody says it any more.
    async fn settle_draft(
        &self,
        tx: &mut bedside_store::Tx,
        taking: &TakingRow,
        state: TakingState,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let Some(row) = outbox::by_id(tx, taking.reply).await? else { return Ok(()) };
        let Some(mut draft) = drafts::by_id(tx, row.draft).await? else { return Ok(()) };
        if draft.state == DraftState::Approved {
            draft.state = if state == TakingState::NeverOut { DraftState::Withdrawn } else { DraftState::Sent };
            drafts::set_state(tx, &draft, now).await?;
        }
        Ok(())
    }
}

fn wait_of(fault: &Fault) -> Span {
    match fault {
        Fault::RateLimited { after } => *after,
        Fault::SignedOut { .. } => Span::seconds(60),
        Fault::Unreachable
        | Fault::TimedOut
        | Fault::Server { .. }
        | Fault::Malformed { .. }
        | Fault::Refused { .. } => Span::ZERO,
    }
}

/// How long until the next try: 2 s, 4 s, 8 s and so on.
fn backoff(attempts: i64) -> Span {
    bedside_store::jobs::backoff(attempts.saturating_add(1))
}
