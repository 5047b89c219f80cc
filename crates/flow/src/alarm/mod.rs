//! The alarm road: an alarm is a row that the transaction of a decision left; here it becomes calls to the members of a rota,
//! again and again, from one to the next, until a person says that they know. Neither pause nor anything else that stops
//! speech is asked on this road.

mod ack;
mod call;
mod incident;
mod plan;
mod rota;
mod state;
mod test;
mod watch;
mod words;

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicI64, Ordering},
};

use bedside_core::{alarm::Beat, exchange::Carry, id::SiteId, time::Timestamp};
use tokio::sync::Notify;

pub use self::{
    ack::{Acknowledged, AlarmLink, AlarmView, Standing},
    rota::{AlarmSettings, Member, Rota},
    state::{PathName, PathState},
};
use crate::Road;

/// What the alarm road holds beside the store.
pub(crate) struct Alarms {
    settings: RwLock<Arc<AlarmSettings>>,
    carrier: RwLock<Option<Arc<dyn Carry>>>,
    beat: RwLock<Option<Arc<dyn Beat>>>,
    /// An alarm was raised.
    pub(crate) raised: Notify,
    /// Calls wait to be handed over.
    pub(crate) calls: Notify,
    /// When this process began, so that a channel has time to be read before its silence counts.
    started: Timestamp,
    looked_at_mail: AtomicI64,
    beaten_at: AtomicI64,
}

impl Alarms {
    pub(crate) fn begin(now: Timestamp) -> Self {
        Self {
            settings: RwLock::default(),
            carrier: RwLock::default(),
            beat: RwLock::default(),
            raised: Notify::new(),
            calls: Notify::new(),
            started: now,
            looked_at_mail: AtomicI64::new(i64::MIN),
            beaten_at: AtomicI64::new(i64::MIN),
        }
    }

    pub(crate) fn settings(&self) -> Arc<AlarmSettings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether `every` has passed since `last`; if so, it is `now` from here on.
fn is_time(last: &AtomicI64, every: bedside_core::time::Span, now: Timestamp) -> bool {
    let before = last.load(Ordering::SeqCst);
    let is_due = before == i64::MIN || now.since(Timestamp::from_micros(before)) >= every;
    if is_due {
        last.store(now.as_micros(), Ordering::SeqCst);
    }
    is_due
}

impl Road {
    /// The name of a member of a house's rotas; `None`: there is nobody of that short name.
    #[must_use]
    pub fn alarm_member(&self, site: SiteId, slug: &str) -> Option<String> {
        self.alarms.settings().member(site, slug).map(|member| member.name.clone())
    }

    /// Sets who is called, and what carries webhooks to them. Mail goes over what carries letters.
    pub fn set_alarms(&self, settings: AlarmSettings, carrier: Arc<dyn Carry>) {
        *self.alarms.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        *self.alarms.carrier.write().unwrap_or_else(PoisonError::into_inner) = Some(carrier);
        self.alarms.raised.notify_one();
    }

    /// Sets what tells a watchdog outside that the program lives.
    pub fn set_heartbeat(&self, beat: Arc<dyn Beat>) {
        *self.alarms.beat.write().unwrap_or_else(PoisonError::into_inner) = Some(beat);
    }
}
