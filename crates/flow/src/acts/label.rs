//! Acts on labels. A label is a fact: setting or removing one decides the cases it concerns anew.

use bedside_core::{
    id::{CaseId, LabelId, PersonId},
    label::{LabelKind, LabelTarget},
    log::{Actor, Kind},
    policy::desk::{DeskAction, Seat},
    time::Timestamp,
};
use bedside_store::{
    Tx,
    jobs::{self, JobKind},
    labels::{self, NewLabel},
    random,
};

use super::{ActError, ahead, given};
use crate::{
    Change, Road,
    audit::Audit,
    step::{
        mark::{Place, cap, with_words},
        send::thread_owner,
    },
};

/// A label somebody wants to set.
#[derive(Debug, Clone, Copy)]
pub struct LabelOrder<'a> {
    /// What it hangs on.
    pub target: LabelTarget,
    /// What it says.
    pub kind: LabelKind,
    /// Why.
    pub reason: &'a str,
    /// Until when; `None`: until removed.
    pub expires_at: Option<Timestamp>,
}

impl Road {
    /// Sets a label from a case.
    ///
    /// # Errors
    /// The person may not (some labels have legal weight), the reason is missing, or the time is past.
    pub async fn label(&self, by: PersonId, id: CaseId, order: LabelOrder<'_>) -> Result<LabelId, ActError> {
        let now = self.now();
        let reason = given(order.reason, "reason_missing")?;
        let expires_at = order.expires_at.map(|at| ahead(at, now)).transpose()?;
        let mut tx = self.store.begin().await?;
        let case = self.case_to_change(&mut tx, by, id, DeskAction::Label).await?;
        self.may(&mut tx, by, case.site, weight(order.kind, DeskAction::Label), Seat::default()).await?;
        let target_id = match order.target {
            LabelTarget::Author => case.author.to_string(),
            LabelTarget::Thread => case.thread.to_string(),
            LabelTarget::Site => case.site.to_string(),
        };
        let label = NewLabel {
            id: LabelId::new(now, &random()?),
            site: case.site,
            target: order.target,
            target_id,
            case: Some(id),
            kind: order.kind,
            reason,
            set_by: by.to_string(),
            expires_at,
        };
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        labels::set(&mut tx, &label, &key, now).await?;
        self.wake_concerned(&mut tx, &label, now).await?;
        let mut audit = Audit::at(now);
        let due = self.start_by_label(&mut tx, &mut audit, Place::of(&case), order.kind, now).await?;
        let (site, case_id) = (case.site, case.id);
        if let Some(due) = due {
            cap(&mut tx, case, due, now).await?;
        }
        audit.add(Kind::LabelSet, Actor::Person(by), Some(site), Some(case_id), |entry| {
            with_words(entry.about(label.id), order.kind, order.target)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.tell(site, Some(case_id), Change::Changed);
        Ok(label.id)
    }

    async fn wake_concerned(&self, tx: &mut Tx, label: &NewLabel<'_>, now: Timestamp) -> Result<(), ActError> {
        let concerned = labels::concerned(tx, label.site, label.target, &label.target_id).await?;
        Ok(jobs::add(tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?)
    }

    /// Removes a label.
    ///
    /// # Errors
    /// The person may not, or it is gone.
    pub async fn unlabel(&self, by: PersonId, id: LabelId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let label = labels::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, label.site, weight(label.kind, DeskAction::Unlabel), Seat::default()).await?;
        if !labels::remove(&mut tx, id, &by.to_string(), now).await? {
            return Err(ActError::Changed("label_gone"));
        }
        let concerned = labels::concerned(&mut tx, label.site, label.target, &label.target_id).await?;
        jobs::add(&mut tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::LabelRemoved, Actor::Person(by), Some(label.site), label.case, |entry| entry.about(id))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.tell(label.site, label.case, Change::Changed);
        Ok(())
    }
}

/// Labels on which law hangs are for those who answer for it.
const fn weight(kind: LabelKind, usual: DeskAction) -> DeskAction {
    // Whoever sits at the desk at night confirms a danger (safety flag); the record shows their name.
    if kind.has_legal_weight() { DeskAction::LegalLabel } else { usual }
}
