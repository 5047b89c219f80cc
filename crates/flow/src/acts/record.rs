//! What people do with messages of the record: have one brought into the patient index again, look at one.

use bedside_core::{
    id::{EmrMessageId, PersonId},
    log::{Actor, Kind},
    policy::desk::{DeskAction, Seat},
};
use bedside_store::{
    Phi, Tx,
    emr::{
        link::{self, LinkRow},
        message::{self, MessageRow, MessageState},
    },
};

use super::ActError;
use crate::{Road, audit::Audit};

/// The name under which a day counts messages that were brought in again.
const AGAIN: &str = "again";

impl Road {
    /// Has a message brought into the patient index once more, after whatever stood in its way is gone.
    ///
    /// # Errors
    /// The person may not, it was refused, or it waits already.
    pub async fn bring_again(&self, by: PersonId, id: EmrMessageId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let (row, link) = self.message_for(&mut tx, by, id, DeskAction::ReplayMessage).await?;
        if row.state == MessageState::Refused {
            return Err(ActError::Changed("message_refused"));
        }
        if !message::again(&mut tx, id).await? {
            return Err(ActError::Changed("message_waits"));
        }
        link::count(&mut tx, [(link.id, AGAIN, 1)].into_iter(), now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::EmrAgain, Actor::Person(by), Some(link.site), None, |entry| entry.about(link.id).about(id))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.record.notify_one();
        Ok(())
    }

    /// What a message holds, as far as it was kept. Logged before it is shown.
    ///
    /// # Errors
    /// The person may not, or the message's key was erased.
    pub async fn look_into(&self, by: PersonId, id: EmrMessageId) -> Result<Phi<Vec<u8>>, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let (row, link) = self.message_for(&mut tx, by, id, DeskAction::ReadMessage).await?;
        let raw = self.store.open_raw(&row).await?.ok_or(ActError::Changed("message_erased"))?;
        let mut audit = Audit::at(now);
        audit.add(Kind::EmrShown, Actor::Person(by), Some(link.site), None, |entry| entry.about(link.id).about(id))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(raw)
    }

    /// The message with its link, for somebody who may do this to it.
    async fn message_for(
        &self,
        tx: &mut Tx,
        by: PersonId,
        id: EmrMessageId,
        action: DeskAction,
    ) -> Result<(MessageRow, LinkRow), ActError> {
        let row = message::by_id(tx, id).await?.ok_or(ActError::Gone)?;
        let link = link::by_id(tx, row.link).await?.ok_or(ActError::Gone)?;
        self.may(tx, by, link.site, action, Seat::default()).await?;
        Ok((row, link))
    }
}
