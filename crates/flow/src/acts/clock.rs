//! Acts on clocks of law and contract: a person starts one, or ends it with a reason. Nobody pauses one.

use bedside_core::{
    code,
    id::{CaseId, NoteId, PersonId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
    time::Timestamp,
};
use bedside_store::{
    cases, clocks,
    jobs::{self, JobKind},
    posts, takings,
};

use super::{ActError, given, loudness};
use crate::{
    Change, Road,
    audit::Audit,
    step::{
        mark::{Place, cap},
        send::thread_owner,
        settle::Settle as _,
    },
};

impl Road {
    /// Starts a clock on a case: from `since`, else from the post or from now, as its kind says. What is held for longer than it
    /// runs is decided anew.
    ///
    /// # Errors
    /// The person may not, the house has no such clock, one runs already, or the time lies ahead.
    pub async fn start_clock_by(
        &self,
        by: PersonId,
        id: CaseId,
        kind: &str,
        since: Option<Timestamp>,
    ) -> Result<(), ActError> {
        let now = self.now();
        if since.is_some_and(|at| at > now) {
            return Err(ActError::Invalid("time_is_ahead"));
        }
        let mut tx = self.store.begin().await?;
        let case = self.case_to_change(&mut tx, by, id, DeskAction::StartClock).await?;
        if self.house_of(case.site)?.rules().clocks().get(kind).is_none() {
            return Err(ActError::Invalid("no_such_clock"));
        }
        let mut audit = Audit::at(now);
        let place = Place::of(&case);
        let started = self.start_clock(&mut tx, &mut audit, place, (kind, by.to_string()), since, now).await?;
        let due = started.ok_or(ActError::Changed("clock_runs_already"))?;
        cap(&mut tx, case, due, now).await?;
        jobs::add(&mut tx, JobKind::Redecide, std::iter::once(id.to_string()), jobs::LIVE, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.tell(place.site, Some(id), Change::Changed);
        Ok(())
    }

    /// Ends a clock: what it was for is done, or it was started for nothing. The reason is kept.
    ///
    /// # Errors
    /// The person may not, the reason is missing, it has ended, or a reply of the case is not confirmed to be off its platform.
    pub async fn end_clock(&self, by: PersonId, clock: NoteId, reason: &str) -> Result<(), ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let mut tx = self.store.begin().await?;
        let row = clocks::by_id(&mut tx, clock).await?.ok_or(ActError::Gone)?;
        let mut case = self.case_to_change(&mut tx, by, row.case, DeskAction::EndClock).await?;
        if takings::is_unconfirmed(&mut tx, case.id).await? {
            return Err(ActError::Changed("taking_unconfirmed"));
        }
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        if !clocks::end(&mut tx, &row, by, reason, &key, now).await? {
            return Err(ActError::Changed("clock_ended"));
        }
        case.wait.clock_rank = loudness(&mut tx, &case).await?;
        case.place(now);
        case.updated_at = now;
        cases::update(&mut tx, &case).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::ClockEnded, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            let entry = entry.about(clock).time(code!("due"), row.due);
            let word = bedside_core::log::Code::configured(&row.kind);
            word.map_or(entry.clone(), |word| entry.code(code!("clock"), word))
        })?;
        // The hold it cut short may be longer now.
        jobs::add(&mut tx, JobKind::Redecide, std::iter::once(case.id.to_string()), jobs::LIVE, now).await?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.tell(case.site, Some(case.id), Change::Changed);
        Ok(())
    }

    /// Has the strike of the case's post count no more: it was sorted wrongly, or meant otherwise.
    ///
    /// # Errors
    /// The person may not, the reason is missing, or it does not count.
    pub async fn waive_strike(&self, by: PersonId, id: CaseId, reason: &str) -> Result<(), ActError> {
        let now = self.now();
        given(reason, "reason_missing")?;
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, id, DeskAction::Decide).await?;
        let post = posts::by_id(&mut tx, case.post).await?.ok_or(ActError::Gone)?;
        if !bedside_store::strikes::waive(&mut tx, post.id, by, now).await? {
            return Err(ActError::Changed("no_strike"));
        }
        let concerned = bedside_store::labels::concerned(
            &mut tx,
            case.site,
            bedside_core::label::LabelTarget::Author,
            &case.author.to_string(),
        )
        .await?;
        jobs::add(&mut tx, JobKind::Redecide, concerned.iter().map(ToString::to_string), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::StrikeWaived, Actor::Person(by), Some(case.site), Some(id), |entry| entry.about(post.id))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.note(by, id, reason).await
    }
}
