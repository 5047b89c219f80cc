//! The brake: pause stops speech to the public and to patients, at once, over every path. It never stops alarms to
//! staff, take-downs or revocations.

use std::time::Duration;

use bedside_core::{
    code,
    id::{NoteId, OutboxId, PersonId, SiteId},
    log::{Actor, Kind},
    policy::desk::{DeskAction, Seat},
    time::Timestamp,
};
use bedside_store::{
    desk,
    jobs::{self, JobKind},
    outbox, own_posts, random,
};

use super::{ActError, given, yes_no};
use crate::{Change, Road, audit::Audit};

/// How far a pause reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseScope {
    /// One site.
    Site(SiteId),
    /// The whole group, asked for from a site where the person may pause.
    Group(SiteId),
}

/// A reply that would leave if sending went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WouldLeave {
    /// The reply.
    pub reply: OutboxId,
    /// When it was due.
    pub due_at: Timestamp,
}

/// A pause that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paused {
    /// Its id.
    pub id: NoteId,
    /// Replies that had been handed to their platform before and have no answer yet: they may be heard all the same.
    pub leaving: Vec<OutboxId>,
}

/// How often it is looked whether what was leaving has left.
const LOOK_EVERY: Duration = Duration::from_millis(25);

impl Road {
    /// Stops sending. When it returns, nothing is handed over any more; what was being handed over at that moment is waited
    /// for, and named if that takes too long.
    ///
    /// # Errors
    /// The person may not, or gives no reason.
    pub async fn pause(&self, by: PersonId, scope: PauseScope, reason: &str) -> Result<Paused, ActError> {
        let now = self.now();
        let reason = given(reason, "reason_missing")?;
        let (asked_at, site) = match scope {
            PauseScope::Site(site) => (site, Some(site)),
            PauseScope::Group(site) => (site, None),
        };
        let key = self.store.keys().of(&format!("site:{asked_at}"), now).await?;
        let mut tx = self.store.begin().await?;
        desk::at_the_brake(&mut tx).await?;
        self.may(&mut tx, by, asked_at, DeskAction::Pause, Seat::default()).await?;
        let id = NoteId::new(now, &random()?);
        desk::pause(&mut tx, id, site, reason, &key, by, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Paused, Actor::Person(by), Some(asked_at), None, |entry| {
            entry.about(id).code(code!("group"), yes_no(site.is_none()))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.tell_all(Change::Pause);
        Ok(Paused { id, leaving: self.still_leaving(site).await? })
    }

    /// Waits until nothing leaves any more, at most as long as is set; gives what still does.
    pub(super) async fn still_leaving(&self, site: Option<SiteId>) -> Result<Vec<OutboxId>, ActError> {
        let patience = Duration::from_micros(u64::try_from(self.settings.pause_waits.as_micros()).unwrap_or(0));
        let begun = tokio::time::Instant::now();
        loop {
            let mut tx = self.store.begin_read().await?;
            let mut leaving = outbox::leaving_now(&mut tx, site, self.now()).await?;
            let own = own_posts::leaving_now(&mut tx, site, self.now()).await?;
            leaving.extend(own.into_iter().map(|id| OutboxId::from_uuid(id.uuid())));
            drop(tx);
            if leaving.is_empty() || begun.elapsed() >= patience {
                return Ok(leaving);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Lets sending go on. Open cases that were decided meanwhile are decided anew.
    ///
    /// # Errors
    /// The person may not, or it goes on already.
    pub async fn resume(&self, by: PersonId, at: SiteId, pause: NoteId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, at, DeskAction::Resume, Seat::default()).await?;
        let known = desk::pauses(&mut tx, at).await?.into_iter().find(|row| row.id == pause);
        let ended = known.ok_or(ActError::Changed("not_paused"))?;
        if !desk::resume(&mut tx, pause, by, now).await? {
            return Err(ActError::Changed("not_paused"));
        }
        // What was decided while nothing could be said was left to persons for that reason alone.
        let decided = desk::decided_since(&mut tx, ended.site, ended.at).await?;
        jobs::add(&mut tx, JobKind::Redecide, decided.iter().map(ToString::to_string), jobs::LIVE, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::Resumed, Actor::Person(by), Some(at), None, |entry| entry.about(pause))?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        self.mail.notify_waiters();
        self.facts.notify_one();
        self.tell_all(Change::Pause);
        Ok(())
    }

    /// What would leave a site if sending went on now, the longest due first.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn would_leave(&self, site: SiteId) -> Result<Vec<WouldLeave>, ActError> {
        let mut tx = self.store.begin_read().await?;
        let leaving = outbox::leaving(&mut tx, site).await?;
        Ok(leaving.into_iter().map(|row| WouldLeave { reply: row.id, due_at: row.due_at }).collect())
    }

    pub(super) fn tell_all(&self, change: Change) {
        for site in self.houses.keys() {
            self.tell(*site, None, change);
        }
    }
}
