//! Watching ourselves: a channel or the mail server that has been silent for too long is an alarm of its own, once, and ends
//! by itself; a watchdog outside is told that the program lives.

use std::sync::PoisonError;

use bedside_core::{
    alarm::{AlarmKind, OPERATORS},
    channel::ChannelKind,
    code,
    id::SiteId,
    log::{Actor, Kind},
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    alarms::{self, AlarmRow, CallState, NewAlarm, NewCall},
    cases,
    channels::{self, ChannelRow, Health},
};

use super::{is_time, plan::kind_code};
use crate::{FlowError, Road, audit::Audit};

/// How often the mail server is asked whether it would take a letter.
const LOOK_AT_MAIL: Span = Span::minutes(1);
/// After this long a letter that was refused no longer speaks against a server that answers.
const REFUSAL_COUNTS: Span = Span::minutes(30);

impl Road {
    /// Looks at channels and mail server, and at whether a daily test is due. Gives how many alarms were raised or ended.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn watch_itself(&self) -> Result<usize, FlowError> {
        let now = self.now();
        let changed = self.watch_channels(now).await? + self.watch_mail(now).await?;
        Ok(changed + self.raise_lost(now).await? + self.test_daily(now).await?)
    }

    /// Raises the alarms of cases that somebody must take and for which nobody is called: their house was away for a while.
    async fn raise_lost(&self, now: Timestamp) -> Result<usize, FlowError> {
        let mut raised = 0;
        for site in self.houses.keys() {
            let mut tx = self.store.begin_read().await?;
            let lost = alarms::lost(&mut tx, *site).await?;
            drop(tx);
            for case in lost {
                let mut tx = self.store.begin().await?;
                let Some(case) = cases::to_change(&mut tx, case).await? else { continue };
                if alarms::raise_again(&mut tx, &case, now).await? {
                    note(&mut tx, Kind::AlarmRaised, *site, AlarmKind::Case, now).await?;
                    tx.commit().await?;
                    raised += 1;
                }
            }
        }
        if raised > 0 {
            self.alarms.raised.notify_one();
        }
        Ok(raised)
    }

    async fn watch_channels(&self, now: Timestamp) -> Result<usize, FlowError> {
        let silent_after = self.alarms.settings().silent_after;
        let mut tx = self.store.begin_read().await?;
        let known = alarms::alive(&mut tx, AlarmKind::Channel).await?;
        let all = channels::all(&mut tx).await?;
        drop(tx);
        let mut changed = 0;
        // A channel that is set up no longer can't be heard of again.
        let is_read = |alarm: &&AlarmRow| alarm.subject.parse().is_ok_and(|id| self.channel(id).is_some());
        for alarm in known.iter().filter(|alarm| !is_read(alarm)) {
            changed += self.end_own(alarm, now).await?;
        }
        for row in all.iter().filter(|row| self.channel(row.id).is_some()) {
            let subject = row.id.to_string();
            let open = known.iter().find(|alarm| alarm.subject == subject);
            match (self.is_silent(row, silent_after, now), open) {
                (true, None) => changed += self.raise_own(row.site, AlarmKind::Channel, &subject, now).await?,
                (false, Some(alarm)) => changed += self.end_own(alarm, now).await?,
                (true, Some(_)) | (false, None) => {}
            }
        }
        Ok(changed)
    }

    /// Whether a channel that is read by us has not been heard of for too long. One that others deliver to may be silent
    /// because nobody writes.
    fn is_silent(&self, row: &ChannelRow, after: Span, now: Timestamp) -> bool {
        let is_read = matches!(row.kind, ChannelKind::Bluesky | ChannelKind::Mastodon);
        let heard = row.last_ok_at.map_or(self.alarms.started, |at| at.max(self.alarms.started));
        is_read && row.health != Health::Stopped && now.since(heard) >= after
    }

    async fn watch_mail(&self, now: Timestamp) -> Result<usize, FlowError> {
        let Some(post) = self.postman() else { return self.end_mail(now).await };
        if is_time(&self.alarms.looked_at_mail, LOOK_AT_MAIL, now) {
            let answer = self.answer(post.reach()).await;
            let mut tx = self.store.begin().await?;
            let server = alarms::mail_server(&mut tx).await?;
            let is_refusing =
                server.code == "sending" && server.failed_at.is_some_and(|at| now.since(at) < REFUSAL_COUNTS);
            match answer {
                // A server that greets but refuses letters is not well.
                Ok(()) if is_refusing => {}
                Ok(()) => alarms::mail_answered(&mut tx, now).await?,
                Err(fault) => {
                    tracing::warn!(%fault, "the mail server does not answer");
                    alarms::mail_failed(&mut tx, "looking", now).await?;
                }
            }
            tx.commit().await?;
        }
        let mut tx = self.store.begin_read().await?;
        let server = alarms::mail_server(&mut tx).await?;
        let known = alarms::alive(&mut tx, AlarmKind::Mail).await?;
        drop(tx);
        let after = self.alarms.settings().silent_after;
        let is_down = server.failing_since.is_some_and(|since| now.since(since) >= after);
        match (is_down, known.first()) {
            (true, None) => match self.operators() {
                Some(site) => self.raise_own(site, AlarmKind::Mail, "", now).await,
                None => Ok(0),
            },
            (false, Some(alarm)) if server.failing_since.is_none() => self.end_own(alarm, now).await,
            _ => Ok(0),
        }
    }

    /// Without a mail server in the configuration there is none whose silence matters.
    async fn end_mail(&self, now: Timestamp) -> Result<usize, FlowError> {
        let mut tx = self.store.begin_read().await?;
        let known = alarms::alive(&mut tx, AlarmKind::Mail).await?;
        drop(tx);
        let mut ended = 0;
        for alarm in &known {
            ended += self.end_own(alarm, now).await?;
        }
        Ok(ended)
    }

    /// The house whose operators hear of what belongs to no house: the first that has a rota.
    fn operators(&self) -> Option<SiteId> {
        let settings = self.alarms.settings();
        let houses = self.houses().into_iter().map(|house| house.site.id);
        let mut all: Vec<SiteId> = houses.collect();
        all.sort_by_key(|site| settings.rota(*site, OPERATORS).is_none());
        all.into_iter().next()
    }

    async fn raise_own(
        &self,
        site: SiteId,
        kind: AlarmKind,
        subject: &str,
        now: Timestamp,
    ) -> Result<usize, FlowError> {
        let mut tx = self.store.begin().await?;
        let new = NewAlarm { site, kind, subject, case: None, team: OPERATORS, due_at: None };
        if !alarms::raise(&mut tx, &new, now).await? {
            return Ok(0);
        }
        note(&mut tx, Kind::AlarmRaised, site, kind, now).await?;
        tx.commit().await?;
        tracing::error!(
            kind = kind.as_str(),
            "something of Bedside itself has been silent for too long: an alarm calls"
        );
        self.alarms.raised.notify_one();
        Ok(1)
    }

    /// The trouble has passed, or there is nothing any more that could be troubled.
    pub(super) async fn end_own(&self, alarm: &AlarmRow, now: Timestamp) -> Result<usize, FlowError> {
        let mut tx = self.store.begin().await?;
        if !over(&mut tx, alarm, now).await? {
            return Ok(0);
        }
        tx.commit().await?;
        tracing::info!(kind = alarm.kind.as_str(), "an alarm is over");
        self.alarms.calls.notify_one();
        Ok(1)
    }

    /// Tells the watchdog outside that the program lives, if it is time and the store answers. Gives whether it was told.
    ///
    /// # Errors
    /// The store can't be read: then the watchdog is told nothing, and notices.
    pub async fn beat(&self) -> Result<bool, FlowError> {
        let beat = self.alarms.beat.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(beat) = beat else { return Ok(false) };
        if !is_time(&self.alarms.beaten_at, self.alarms.settings().beat_every, self.now()) {
            return Ok(false);
        }
        let mut tx = self.store.begin_read().await?;
        alarms::open(&mut tx).await?;
        drop(tx);
        match self.answer(beat.beat()).await {
            Ok(()) => Ok(true),
            Err(fault) => {
                tracing::warn!(%fault, "the watchdog outside could not be told that Bedside lives");
                Ok(false)
            }
        }
    }
}

/// Ends an alarm; whoever was called is told, once. `false`: it was over.
pub(super) async fn over(tx: &mut Tx, alarm: &AlarmRow, now: Timestamp) -> Result<bool, FlowError> {
    if !alarms::end(tx, alarm.id, now).await? {
        return Ok(false);
    }
    let mut told = Vec::new();
    for call in alarms::calls_of(tx, alarm.id).await? {
        let key = (call.member.clone(), call.way);
        if call.state == CallState::Sent && !told.contains(&key) {
            told.push(key);
        }
    }
    alarms::drop_calls(tx, alarm.id, "over", now).await?;
    for (member, way) in &told {
        let over = NewCall { alarm: alarm.id, member, way: *way, number: alarm.calls, is_over: true };
        alarms::add_call(tx, &over, now).await?;
    }
    note(tx, Kind::AlarmOver, alarm.site, alarm.kind, now).await?;
    Ok(true)
}

pub(super) async fn note(
    tx: &mut Tx,
    what: Kind,
    site: SiteId,
    kind: AlarmKind,
    now: Timestamp,
) -> Result<(), FlowError> {
    let mut audit = Audit::at(now);
    audit.add(what, Actor::System, Some(site), None, |entry| entry.code(code!("kind"), kind_code(kind)))?;
    audit.write(tx).await
}
