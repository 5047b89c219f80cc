//! Taking a published reply down. It is no speech, so no pause stops it.

use bedside_core::{
    channel::Receipt,
    code,
    id::{NoteId, OutboxId, PersonId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
};
use bedside_store::{
    cases::CaseRow,
    desk,
    outbox::{self, OutboxRow, OutboxState},
    random,
};

use super::{ActError, given, yes_no};
use crate::{
    Change, Road,
    audit::Audit,
    step::send::{Ready, thread_owner},
};

impl Road {
    /// Takes a reply off its platform, for a reason that is kept with the case, and looks whether it is gone. A process that
    /// dies between does no harm: taking down what is gone is done at once.
    ///
    /// # Errors
    /// The person may not, the reason is missing, the reply is not on its platform, the platform does not take it down, or
    /// it still stands there afterwards.
    pub async fn take_down(&self, by: PersonId, reply: OutboxId, reason: &str) -> Result<(), ActError> {
        let reason = given(reason, "reason_missing")?;
        let mut tx = self.store.begin_read().await?;
        let row = outbox::by_id(&mut tx, reply).await?.ok_or(ActError::Gone)?;
        let case = self.case_for(&mut tx, by, row.case, DeskAction::TakeDown).await?;
        if row.state != OutboxState::Confirmed {
            return Err(ActError::Changed("reply_not_out"));
        }
        let ready = self.load_reply(&mut tx, &row).await?;
        drop(tx);
        let receipt = self.store.open_receipt(&row).await?.ok_or(ActError::Gone)?;
        let is_verified = self.takes_down(&row, &receipt.0, ready).await?;
        self.note_taken_down(by, &row, &case, reason, is_verified).await
    }

    /// Has the platform take it down. Gives whether it was seen to be gone: without its text it can't be looked for.
    async fn takes_down(&self, row: &OutboxRow, receipt: &Receipt, ready: Option<Ready>) -> Result<bool, ActError> {
        let channel = self.channel(row.channel).ok_or(ActError::Changed("channel_not_connected"))?;
        if let Err(fault) = self.answer(channel.take_down(receipt)).await {
            tracing::error!(reply = %row.id, %fault, "a reply could not be taken down");
            return Err(ActError::Changed("not_taken_down"));
        }
        let Some(ready) = ready else { return Ok(false) };
        let reply = ready.reply(row, row.prepared_at.unwrap_or(row.created_at));
        match self.answer(channel.find(&reply)).await {
            Ok(None) => Ok(true),
            Ok(Some(_)) => Err(ActError::Changed("still_there")),
            Err(fault) => {
                tracing::warn!(reply = %row.id, %fault, "it can't be seen whether a reply is gone");
                Err(ActError::Changed("not_seen_gone"))
            }
        }
    }

    async fn note_taken_down(
        &self,
        by: PersonId,
        row: &OutboxRow,
        case: &CaseRow,
        reason: &str,
        is_verified: bool,
    ) -> Result<(), ActError> {
        let now = self.now();
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        let note = NoteId::new(now, &random()?);
        let mut tx = self.store.begin().await?;
        if !outbox::taken_down(&mut tx, row.id, now).await? {
            return Err(ActError::Changed("reply_not_out"));
        }
        desk::add_note(&mut tx, note, case.id, reason, &key, by, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::TakenDown, Actor::Person(by), Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).about(note).code(code!("verified"), yes_no(is_verified))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
        Ok(())
    }
}
