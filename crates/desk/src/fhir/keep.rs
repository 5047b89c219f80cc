//! The loop that keeps what others may read up to date and tells them of it: in one process at a time, whoever leads.

use std::{collections::HashSet, sync::Arc, time::Duration};

use bedside_core::time::Span;
use bedside_flow::{FlowError, Stopping, Tick};
use bedside_store::exchange;
use tokio::{
    sync::broadcast::{Receiver, error::TryRecvError},
    task::JoinSet,
    time::Instant,
};

use super::{
    FhirState,
    project::{Pending, bring_up},
    tell,
};

/// How often all of it is looked at, whatever the road tells.
const ALL_AGAIN: Duration = Duration::from_secs(120);
/// How often this process says that it leads; well within what that holds.
const LEAD_AGAIN: Duration = Duration::from_secs(10);
/// The longest between two looks at what is due.
const LOOK: Duration = Duration::from_millis(500);
/// How long it is kept what was told to whom, for `$events`.
const KEPT: Span = Span::days(30);

impl FhirState {
    /// Keeps up until told to stop. Where nobody may come in and nobody is told, there is nothing to keep.
    pub async fn run(self, mut stopping: Stopping) {
        if self.settings.clients.is_empty() && self.settings.hooks.is_empty() {
            return;
        }
        let mut ticks = self.road.watch();
        let mut pending = Pending::all(&self);
        let mut at_work = AtWork::default();
        let (mut all_again, mut lead_again, mut leads) = (Instant::now() + ALL_AGAIN, Instant::now(), false);
        while !*stopping.borrow() {
            if Instant::now() >= lead_again {
                lead_again = Instant::now() + LEAD_AGAIN;
                leads = self.begin_to_lead(leads, &mut pending).await;
            }
            if Instant::now() >= all_again {
                all_again = Instant::now() + ALL_AGAIN;
                pending = Pending::all(&self);
                if leads && let Err(error) = self.road.sweep_deliveries(KEPT).await {
                    tracing::error!(%error, "what was told long ago could not be forgotten");
                }
            }
            hear(&mut ticks, &mut pending, &self);
            if leads && let Err(error) = self.round(&mut pending, &mut at_work).await {
                tracing::error!(%error, "what others may read could not be brought up to date, trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            tokio::select! {
                tick = ticks.recv() => match tick {
                    Ok(tick) => pending.add(tick, &self),
                    Err(_) => pending = Pending::all(&self),
                },
                Some(_) = at_work.tasks.join_next(), if !at_work.tasks.is_empty() => {}
                () = self.work.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                changed = stopping.changed() => if changed.is_err() { break },
            }
        }
        at_work.tasks.shutdown().await;
        if leads && let Err(error) = self.road.leave_exchange().await {
            tracing::warn!(%error, "another process learns only in half a minute that this one leads no more");
        }
    }

    async fn begin_to_lead(&self, led: bool, pending: &mut Pending) -> bool {
        let leads = match self.road.leads_exchange().await {
            Ok(leads) => leads,
            Err(error) => {
                tracing::error!(%error, "it is not known who keeps up what others may read");
                return false;
            }
        };
        if leads && !led {
            *pending = Pending::all(self);
            if let Err(error) = self.set_up_hooks().await {
                tracing::error!(%error, "webhooks could not be set up");
            }
        }
        leads
    }

    async fn set_up_hooks(&self) -> Result<(), FlowError> {
        for hook in &self.settings.hooks {
            self.road.set_hook(&hook.slug).await?;
        }
        Ok(())
    }

    /// Brings up to date what is pending, and has each target that something is due for told, each by itself: a slow one
    /// keeps no other waiting.
    async fn round(&self, pending: &mut Pending, at_work: &mut AtWork) -> Result<(), FlowError> {
        bring_up(self, pending).await?;
        self.line_up_all().await?;
        while at_work.tasks.try_join_next().is_some() {}
        for target in exchange::all_targets(&mut self.store.begin_read().await?).await? {
            let busy = Arc::clone(&at_work.busy);
            let id = target.id.clone();
            if !busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(id.clone()) {
                continue;
            }
            let state = self.clone();
            at_work.tasks.spawn(async move {
                if let Err(error) = tell::tell(&state, &target).await {
                    tracing::error!(%error, target = %target.id, "somebody could not be told, trying again");
                }
                busy.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id);
            });
        }
        Ok(())
    }

    async fn line_up_all(&self) -> Result<(), FlowError> {
        loop {
            let mut more = false;
            for target in exchange::all_targets(&mut self.store.begin_read().await?).await? {
                more |= tell::line_up(self, &target).await?;
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Looks at everything once and tells everybody what is due, as [`FhirState::run`] does all the time.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn keep_up(&self) -> Result<(), FlowError> {
        self.set_up_hooks().await?;
        bring_up(self, &mut Pending::all(self)).await?;
        self.line_up_all().await?;
        for target in exchange::all_targets(&mut self.store.begin_read().await?).await? {
            tell::tell(self, &target).await?;
        }
        Ok(())
    }
}

/// Whom somebody is telling something just now.
#[derive(Default)]
struct AtWork {
    tasks: JoinSet<()>,
    busy: Arc<std::sync::Mutex<HashSet<String>>>,
}

/// Hears everything the road has told meanwhile.
fn hear(ticks: &mut Receiver<Tick>, pending: &mut Pending, state: &FhirState) {
    loop {
        match ticks.try_recv() {
            Ok(tick) => pending.add(tick, state),
            Err(TryRecvError::Lagged(_)) => *pending = Pending::all(state),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return,
        }
    }
}
