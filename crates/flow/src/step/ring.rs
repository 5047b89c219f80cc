//! Ring: tells people of clocks of law that end soon or are late, and owners of holds that end soon. Never quiet by a hold: a
//! case whose clock rings lies in Now.

use bedside_core::{
    case::{Queue, Rank},
    code,
    id::{CaseId, PersonId, SiteId},
    log::{Actor, Code, Kind},
    policy::desk::{DeskAction, Seat},
    post::Standing,
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    cases::{self, CaseRow},
    channels,
    clocks::{self, ClockRow},
    people,
};

use super::settle::back_to_the_desk;
use crate::{Change, FlowError, Road, audit::Audit};

/// Looked at in one round.
const MOST: u32 = 100;
/// The longest that an owner is told before a hold ends; of a short one, its last quarter.
const HOLD_NOTICE: Span = Span::hours(4);
/// Who has not used the desk for longer is not on duty: a shift.
const SHIFT: Span = Span::hours(8);

/// As whom somebody is told of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum As {
    Owner,
    Deputy,
}

impl Road {
    /// Brings cases whose clock ends soon or is late before the desk. Gives how many clocks rang.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn ring_clocks(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let ringing = clocks::ringing(&mut tx, now, MOST).await?;
        drop(tx);
        let mut rang = 0;
        for clock in &ringing {
            match self.ring(clock, now).await {
                Ok(is_told) => rang += usize::from(is_told),
                Err(error) => tracing::error!(case = %clock.case, %error, "a clock of law could not be told of"),
            }
        }
        Ok(rang)
    }

    async fn ring(&self, clock: &ClockRow, now: Timestamp) -> Result<bool, FlowError> {
        let is_late = clock.due <= now;
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, clock.case).await? else { return Ok(false) };
        if !clocks::tell(&mut tx, clock.id, is_late, now).await? {
            return Ok(false);
        }
        let rank = if is_late { Rank::TASK } else { Rank::PERSON };
        case.wait.clock_rank = Some(case.wait.clock_rank.map_or(rank, |known| known.min(rank)));
        if case.standing == Standing::Live {
            back_to_the_desk(&mut case, now);
            case.rank = case.rank.min(rank);
        }
        cases::update(&mut tx, &case).await?;
        let mut audit = Audit::at(now);
        let kind = if is_late { Kind::ClockLate } else { Kind::ClockNear };
        audit.add(kind, Actor::System, Some(case.site), Some(case.id), |entry| {
            let entry = entry.about(clock.id).time(code!("due"), clock.due);
            Code::configured(&clock.kind).map_or(entry.clone(), |word| entry.code(code!("clock"), word))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        if is_late {
            tracing::error!(case = case.number, clock = clock.kind, "a period set by law or contract has passed");
        }
        self.tell(case.site, Some(case.id), if is_late { Change::Alarm } else { Change::Changed });
        Ok(true)
    }

    /// Tells the owners of holds that end soon; where the owner is not on duty, the deputy. Where nobody is, it is tried again
    /// until the hold ends. Gives how many were told.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn tell_hold_owners(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        let ending = cases::ending_holds(&mut tx, now, now.plus(HOLD_NOTICE), MOST).await?;
        drop(tx);
        let mut told = 0;
        for case in ending.iter().filter(|case| is_near(case, now)) {
            match self.tell_owner(case.id, now).await {
                Ok(is_told) => told += usize::from(is_told),
                Err(error) => tracing::error!(case = %case.id, %error, "nobody could be told that a hold ends"),
            }
        }
        Ok(told)
    }

    async fn tell_owner(&self, id: CaseId, now: Timestamp) -> Result<bool, FlowError> {
        // While nobody is on duty this is asked again and again; it keeps no writer waiting.
        let mut tx = self.store.begin_read().await?;
        let Some(case) = cases::by_id(&mut tx, id).await? else { return Ok(false) };
        if self.whose(&mut tx, &case, now).await?.is_none() {
            return Ok(false);
        }
        drop(tx);
        let mut tx = self.store.begin().await?;
        let Some(mut case) = cases::to_change(&mut tx, id).await? else { return Ok(false) };
        if case.wait.told_at.is_some() || !is_near(&case, now) {
            return Ok(false);
        }
        let Some((person, told_as)) = self.whose(&mut tx, &case, now).await? else { return Ok(false) };
        (case.wait.owner, case.wait.told_at) = (Some(person), Some(now));
        cases::update(&mut tx, &case).await?;
        let mail = self.put_hold_letter(&mut tx, &case, (person, told_as == As::Deputy), now).await?;
        let mut audit = Audit::at(now);
        let role = match told_as {
            As::Owner => code!("owner"),
            As::Deputy => code!("deputy"),
        };
        audit.add(Kind::HoldEndsSoon, Actor::System, Some(case.site), Some(id), |entry| {
            let entry = entry.about(person).code(code!("as"), role).code(code!("mail"), mail);
            case.hold_until.map_or(entry.clone(), |until| entry.time(code!("until"), until))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        tracing::info!(case = case.number, "a hold ends soon; whose it is was told");
        self.letters.notify_one();
        self.tell(case.site, Some(id), Change::Changed);
        Ok(true)
    }

    /// Whose hold it is: who has the case, else the channel's owner; if they are not on duty, the channel's deputy.
    async fn whose(&self, tx: &mut Tx, case: &CaseRow, now: Timestamp) -> Result<Option<(PersonId, As)>, FlowError> {
        let channel = channels::all(tx).await?.into_iter().find(|row| row.id == case.channel);
        let all = people::all(tx).await?;
        let named = |name: &str| {
            // As written in the configuration: "Jonas Weber, communications", or a login.
            let name = name.split(',').next().unwrap_or_default().trim();
            all.iter().find(|row| row.login.eq_ignore_ascii_case(name) || row.name == name).map(|row| row.id)
        };
        let owner = channel.as_ref().and_then(|row| named(&row.owner));
        let deputy = channel.as_ref().and_then(|row| named(&row.deputy));
        let owners = [case.assignee, case.alarm_taken_by, owner].into_iter().flatten().map(|one| (one, As::Owner));
        for (person, told_as) in owners.chain(deputy.map(|one| (one, As::Deputy))) {
            if self.is_on_duty(tx, person, case.site, now).await? {
                return Ok(Some((person, told_as)));
            }
        }
        Ok(None)
    }

    /// Whether a person is on duty at a site: not locked out, may hold cases there, and used the desk within a shift.
    pub(crate) async fn is_on_duty(
        &self,
        tx: &mut Tx,
        person: PersonId,
        site: SiteId,
        now: Timestamp,
    ) -> Result<bool, FlowError> {
        let Some(row) = people::by_id(tx, person).await? else { return Ok(false) };
        let roles = people::roles(tx, person).await?;
        let roles: Vec<_> = roles.into_iter().filter(|(of, _)| *of == site).map(|(_, role)| role).collect();
        let may = self.desk.may(&roles, DeskAction::Hold, Seat::default()).is_ok();
        Ok(row.disabled_at.is_none() && may && people::is_signed_in(tx, person, now.minus(SHIFT), now).await?)
    }
}

/// Whether a hold ends soon: within the last quarter of its time, at most some hours.
#[must_use]
pub fn is_near(case: &CaseRow, now: Timestamp) -> bool {
    let Some(until) = case.hold_until.filter(|until| *until > now && case.queue != Queue::Done) else { return false };
    let whole = until.since(case.wait.held_since.unwrap_or(now));
    let notice = Span::micros(whole.as_micros() / 4).min(HOLD_NOTICE);
    until.since(now) <= notice
}
