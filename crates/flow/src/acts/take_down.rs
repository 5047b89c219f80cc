//! Taking a reply down that is on its platform, or may be. It is no speech, so no pause stops it. It is a privacy incident: the
//! clock of law for a breach starts with it, the reason is kept, and the case asks for a person until the reply is seen to be gone.

use bedside_core::{
    case::Rank,
    code,
    id::{NoteId, OutboxId, PersonId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    clocks, desk,
    jobs::{self, JobKind},
    outbox::{self, OutboxRow, OutboxState},
    random,
    takings::{self, NewTaking, TakingRow},
};

use super::{ActError, given};
use crate::{
    Change, FlowError, Road,
    audit::Audit,
    step::{
        mark::{Place, cap},
        send::thread_owner,
        settle::back_to_the_desk,
    },
};

/// The clock that a disclosure in public starts, in every pack's `clocks.toml`.
const BREACH: &str = "breach";

impl Road {
    /// Has a reply taken off its platform, for a reason that is kept, and tries it at once; what fails is tried again until it
    /// is seen to be gone. Asked for again it is tried again at once. Gives what became of it until now.
    ///
    /// # Errors
    /// The person may not, the reason is missing, or the reply is not and can't be on its platform.
    pub async fn take_down(&self, by: PersonId, reply: OutboxId, reason: &str) -> Result<TakingRow, ActError> {
        let reason = given(reason, "reason_missing")?;
        let mut tx = self.store.begin_read().await?;
        let row = outbox::by_id(&mut tx, reply).await?.ok_or(ActError::Gone)?;
        self.case_for(&mut tx, by, row.case, DeskAction::TakeDown).await?;
        drop(tx);
        let id = match row.state {
            OutboxState::Confirmed | OutboxState::Prepared | OutboxState::Unsure => {
                self.ask_take_down(by, &row, reason).await?
            }
            OutboxState::TakingDown => self.taking_of(reply).await?.id,
            OutboxState::Waiting
            | OutboxState::Undone
            | OutboxState::Returned
            | OutboxState::Failed
            | OutboxState::TakenDown => return Err(ActError::Changed("reply_not_out")),
        };
        self.take_off(id).await?;
        self.taking_of(reply).await
    }

    /// Tries a taking back that is not confirmed at once, instead of when it is due.
    ///
    /// # Errors
    /// The person may not, or it is not there.
    pub async fn try_take_down_again(&self, by: PersonId, id: NoteId) -> Result<(), ActError> {
        let mut tx = self.store.begin_read().await?;
        let taking = takings::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.case_for(&mut tx, by, taking.case, DeskAction::TakeDown).await?;
        drop(tx);
        self.take_off(id).await?;
        Ok(())
    }

    async fn taking_of(&self, reply: OutboxId) -> Result<TakingRow, ActError> {
        takings::of_reply(&mut self.store.begin_read().await?, reply).await?.ok_or(ActError::Gone)
    }

    /// Keeps that it is to be taken down, before anything is asked of the platform: what is kept is not lost.
    async fn ask_take_down(&self, by: PersonId, row: &OutboxRow, reason: &str) -> Result<NoteId, ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut case = self.case_to_change(&mut tx, by, row.case, DeskAction::TakeDown).await?;
        let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
        if !outbox::take_down(&mut tx, row.id, now).await? {
            return Err(ActError::Changed("reply_not_out"));
        }
        let mut audit = Audit::at(now);
        let clock = self.start_breach(&mut tx, &mut audit, &case, by, now).await?;
        let id = NoteId::new(now, &random()?);
        let new =
            NewTaking { id, site: row.site, case: row.case, reply: row.id, clock: clock.map(|(id, _)| id), by, reason };
        takings::ask(&mut tx, &new, &key, now).await?;
        desk::add_note(&mut tx, NoteId::new(now, &random()?), case.id, reason, &key, by, now).await?;
        audit.add(Kind::TakeDownAsked, Actor::Person(by), Some(row.site), Some(row.case), |entry| {
            entry.about(row.id).about(id)
        })?;
        case.wait.clock_rank = Some(case.wait.clock_rank.map_or(Rank::TASK, |rank| rank.min(Rank::TASK)));
        back_to_the_desk(&mut case, now);
        case.rank = case.rank.min(Rank::TASK);
        cases::update(&mut tx, &case).await?;
        if let Some((_, due)) = clock {
            let case = cases::by_id(&mut tx, row.case).await?.ok_or(ActError::Gone)?;
            cap(&mut tx, case, due, now).await?;
            jobs::add(&mut tx, JobKind::Redecide, std::iter::once(row.case.to_string()), jobs::LIVE, now).await?;
        }
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.facts.notify_one();
        self.tell(row.site, Some(row.case), Change::Changed);
        self.tell(row.site, None, Change::Outbox);
        Ok(id)
    }

    /// The clock of a breach that runs on the case from now on, or already does; `None`: the house has no such clock.
    async fn start_breach(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        case: &CaseRow,
        by: PersonId,
        now: Timestamp,
    ) -> Result<Option<(NoteId, Timestamp)>, ActError> {
        let place = Place::of(case);
        let all = clocks::of_case(tx, case.id).await?;
        let of_breach = |clock: &&clocks::ClockRow| clock.kind == BREACH;
        let is_over = |clock: &&clocks::ClockRow| clock.ended_at.is_some() && clock.post == place.post;
        match all.iter().filter(of_breach).find(is_over) {
            Some(over) if all.iter().filter(of_breach).all(|clock| clock.ended_at.is_some()) => {
                self.start_breach_again(tx, audit, case, over, by, now).await?;
            }
            _ => drop(self.start_clock(tx, audit, place, (BREACH, by.to_string()), Some(now), now).await?),
        }
        let all = clocks::of_case(tx, case.id).await?;
        let runs = all.into_iter().find(|clock| clock.kind == BREACH && clock.ended_at.is_none());
        Ok(runs.map(|clock| (clock.id, clock.due)))
    }

    /// A second reply about the same post is taken back after the first one's clock was ended. Why it was ended stays, as a note.
    async fn start_breach_again(
        &self,
        tx: &mut Tx,
        audit: &mut Audit,
        case: &CaseRow,
        over: &clocks::ClockRow,
        by: PersonId,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let house = self.house_of(case.site)?;
        let in_force = house.rules();
        let Some(kind) = in_force.clocks().get(BREACH) else { return Ok(()) };
        let due = house.due(kind, now);
        let near = due.minus(Span::micros(due.since(now).as_micros() / 4));
        if let (Some(ended_by), Some(at), Some(reason)) =
            (over.ended_by, over.ended_at, over.reason(&self.store).await?)
        {
            let key = self.store.keys().of(&thread_owner(case.thread), now).await?;
            desk::add_note(tx, NoteId::new(now, &random()?), case.id, &reason.0, &key, ended_by, at).await?;
        }
        clocks::reopen(tx, over, &by.to_string(), (now, due, near)).await?;
        audit.add(Kind::ClockStarted, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(over.id).time(code!("due"), due).code(code!("clock"), code!("breach"))
        })?;
        Ok(())
    }
}

/// How loud the clocks of a case are, and a reply of it that is not confirmed to be gone.
pub(crate) async fn loudness(tx: &mut Tx, case: &CaseRow) -> Result<Option<Rank>, FlowError> {
    let rank = |one: &clocks::ClockRow| match (one.late_told, one.near_told) {
        (Some(_), _) => Some(Rank::TASK),
        (None, Some(_)) => Some(Rank::PERSON),
        (None, None) => None,
    };
    let running = clocks::of_case(tx, case.id).await?;
    let of_clocks = running.iter().filter(|one| one.ended_at.is_none()).filter_map(rank).min();
    let of_taking = takings::is_unconfirmed(tx, case.id).await?.then_some(Rank::TASK);
    Ok(of_clocks.into_iter().chain(of_taking).min())
}
