//! Calls leave: each is leased, handed over, and settled. Who dies in between leaves a lease that ends, so that a call may
//! come twice and is never lost. A receiver that hangs holds up no other.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use bedside_core::{
    alarm::{AlarmKind, Way},
    channel::Fault,
    exchange::{Handing, Mailbox, Telling},
    id::LetterId,
    letter::Letter,
    time::{Span, Timestamp},
};
use bedside_store::{
    Tx,
    alarms::{self, AlarmRow, AlarmState, CallRow, CallState},
    cases, channels,
    jobs::backoff,
};
use tokio::task::JoinSet;

use super::{
    rota::Member,
    words::{self, Said},
};
use crate::{FlowError, Road};

/// Longer than a call may take, and short enough that a call is made again within a minute after its process died.
const LEASE: Span = Span::seconds(30);
/// How long a server may take with one call.
const WITHIN: Duration = Duration::from_secs(20);
/// Calls made at once.
const MOST: u32 = 32;
/// The longest until a call that was not taken is tried again.
const LONGEST_WAIT: Span = Span::seconds(15);

impl Road {
    /// Makes the calls whose turn it is, side by side, and waits for what becomes of them. Gives how many.
    ///
    /// # Errors
    /// The store refuses; the calls come back when their lease ends.
    pub async fn call_next(self: &Arc<Self>) -> Result<usize, FlowError> {
        let mut calls = self.begin_calls().await?;
        let made = calls.len();
        while calls.join_next().await.is_some() {}
        Ok(made)
    }

    /// Begins the calls whose turn it is and waits for none of them: a server that hangs holds up no other call.
    pub(crate) async fn call_on(self: &Arc<Self>) -> Result<usize, FlowError> {
        let mut calls = self.begin_calls().await?;
        let made = calls.len();
        calls.detach_all();
        Ok(made)
    }

    async fn begin_calls(self: &Arc<Self>) -> Result<JoinSet<()>, FlowError> {
        let now = self.now();
        let mut calls = JoinSet::new();
        let mut tx = self.store.begin_read().await?;
        if alarms::call_due(&mut tx, now, 1).await?.is_empty() {
            return Ok(calls);
        }
        drop(tx);
        let mut tx = self.store.begin().await?;
        let mut ours = Vec::new();
        for row in alarms::call_due(&mut tx, now, MOST).await? {
            if alarms::lease_call(&mut tx, row.id, &self.node, LEASE, now).await? {
                ours.push(CallRow { attempts: row.attempts + 1, ..row });
            }
        }
        tx.commit().await?;
        for row in ours {
            let road = Arc::clone(self);
            calls.spawn(async move {
                if let Err(error) = road.make_call(&row).await {
                    tracing::error!(call = %row.id, %error, "what became of a call could not be stored; it is made again");
                }
            });
        }
        Ok(calls)
    }

    async fn make_call(&self, row: &CallRow) -> Result<(), FlowError> {
        let mut tx = self.store.begin_read().await?;
        let Some(alarm) = alarms::by_id(&mut tx, row.alarm).await? else { return Ok(()) };
        let case = match alarm.case {
            Some(case) => cases::by_id(&mut tx, case).await?,
            None => None,
        };
        let channel = channel_name(&mut tx, &alarm).await?;
        drop(tx);
        if !row.is_over && alarm.state != AlarmState::Open {
            return self.settle(row, &alarm, (CallState::Dropped, "not_open")).await;
        }
        let settings = self.alarms.settings();
        let Some(member) = settings.member(alarm.site, &row.member) else {
            return self.settle(row, &alarm, (CallState::Dropped, "no_member")).await;
        };
        let house = self.house_of(alarm.site)?;
        let link = self.link_of(&alarm, &member.slug, row.created_at);
        let said = Said {
            house,
            alarm: &alarm,
            member,
            number: row.number,
            is_over: row.is_over,
            case: case.as_ref().map(|case| case.number),
            channel: &channel,
            link: &link,
            base: &settings.base,
        };
        let answer = tokio::time::timeout(WITHIN, self.hand_over(row, member, &said)).await;
        match answer.unwrap_or(Err(Fault::TimedOut)) {
            Ok(()) => self.settle(row, &alarm, (CallState::Sent, "")).await,
            // A name or password that the server does not take is the house's to mend: the call waits for it.
            Err(fault) if fault.is_passing() || matches!(fault, Fault::SignedOut { .. }) => {
                tracing::warn!(call = %row.id, %fault, "a call was not taken and is made again");
                self.settle(row, &alarm, (CallState::Waiting, "unreachable")).await
            }
            Err(fault) => {
                tracing::error!(call = %row.id, member = row.member, %fault, "a call can't be made: its address is refused");
                self.settle(row, &alarm, (CallState::Failed, "refused")).await
            }
        }
    }

    async fn hand_over(&self, row: &CallRow, member: &Member, said: &Said<'_>) -> Result<(), Fault> {
        let missing = |code: &str| Fault::Refused { status: 500, code: code.to_owned() };
        match row.way {
            Way::Mail => {
                let post = self.postman().ok_or_else(|| missing("no_mail"))?;
                let to = member.mail.clone().ok_or_else(|| missing("no_address"))?;
                let (subject, text) = words::letter(said);
                post.send(&Letter { id: LetterId::from_uuid(row.id.uuid()), to, subject, text }).await
            }
            Way::Hook => {
                let carrier = self.alarms.carrier.read().unwrap_or_else(PoisonError::into_inner).clone();
                let carrier = carrier.ok_or_else(|| missing("no_hook"))?;
                let hook = member.hook.clone().ok_or_else(|| missing("no_hook"))?;
                let telling = Telling {
                    to: Mailbox::Hook(hook),
                    handing: Handing::Post,
                    url: String::new(),
                    id: row.id.to_string(),
                    media_type: "application/json".to_owned(),
                    headers: Vec::new(),
                    body: words::hook(said).to_string().into_bytes(),
                };
                carrier.carry(&telling).await
            }
        }
    }

    async fn settle(&self, row: &CallRow, alarm: &AlarmRow, became: (CallState, &str)) -> Result<(), FlowError> {
        let now = self.now();
        let again = now.plus(backoff(row.attempts).min(LONGEST_WAIT));
        let mut tx = self.store.begin().await?;
        alarms::settle_call(&mut tx, row.id, became, again, now).await?;
        let (site, member, way) = (alarm.site, row.member.as_str(), row.way);
        match became {
            (CallState::Sent, _) => {
                alarms::note_delivered(&mut tx, site, member, way, now).await?;
                if way == Way::Mail {
                    alarms::mail_answered(&mut tx, now).await?;
                }
            }
            (CallState::Waiting, code) => {
                alarms::note_failing(&mut tx, site, member, way, code, now).await?;
                if way == Way::Mail {
                    alarms::mail_failed(&mut tx, "sending", now).await?;
                }
            }
            (CallState::Failed, code) => {
                alarms::note_failing(&mut tx, site, member, way, code, now).await?;
                self.pass_on_early(&mut tx, row, alarm, now).await?;
            }
            (CallState::Dropped, _) => {}
        }
        tx.commit().await?;
        if became.0 == CallState::Failed {
            self.alarms.raised.notify_one();
        }
        Ok(())
    }

    /// Nobody waits for a member whose every address was refused: the next one's turn comes at once.
    async fn pass_on_early(
        &self,
        tx: &mut Tx,
        row: &CallRow,
        alarm: &AlarmRow,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let calls = alarms::calls_of(tx, alarm.id).await?;
        let mut same = calls.iter().filter(|one| one.number == row.number && !one.is_over);
        let is_lost = same.all(|one| one.state == CallState::Failed);
        let Some(current) = alarms::by_id(tx, alarm.id).await? else { return Ok(()) };
        let settings = self.alarms.settings();
        let Some(rota) = settings.rota(alarm.site, &alarm.team) else { return Ok(()) };
        if is_lost && current.calls == row.number && !current.is_exhausted && current.kind != AlarmKind::Test {
            let after = AlarmRow { member_since: Some(now.minus(rota.pass_on)), next_at: now, ..current.clone() };
            alarms::step(tx, &current, &after).await?;
        }
        Ok(())
    }
}

/// The name of the channel that an alarm is about; empty: it is about none.
pub(super) async fn channel_name(tx: &mut Tx, alarm: &AlarmRow) -> Result<String, FlowError> {
    if alarm.kind != AlarmKind::Channel {
        return Ok(String::new());
    }
    let all = channels::all(tx).await?;
    Ok(all.into_iter().find(|row| row.id.to_string() == alarm.subject).map_or_else(String::new, |row| row.name))
}
