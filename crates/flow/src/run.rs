//! The loops that keep the road moving: one for each kind of work, woken when there is some, stopped together.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bedside_core::{
    channel::Channel,
    filing::File,
    id::{ChannelId, PostId},
    time::Span,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{FlowError, Road, step::read::ReadOutcome};

/// Told `true` when everything shall stop.
pub type Stopping = watch::Receiver<bool>;

/// Fewer messages of the record than this are gathered before the next ones go into the index.
const FEW: usize = 32;
const GATHER: Duration = Duration::from_millis(15);
/// While messages come in, the index rests this many times as long as it worked, and never longer than that.
const REST: u32 = 9;
const LONGEST_REST: Duration = Duration::from_millis(300);

/// A kind of work with a loop of its own.
#[derive(Debug, Clone, Copy)]
enum Work {
    Assess,
    /// Replies on one connected channel.
    SendOn(ChannelId),
    /// Replies on channels that are not connected.
    SendOnOthers,
    /// Planned posts of the house's own.
    SendOwn,
    Wake,
    Sequence,
    Index,
    Record,
    Prune,
    Letters,
    Match,
    People,
    Alarms,
    Calls,
    Watch,
    Beat,
    Rules,
    /// How often rules took part, for pages: reading a month of decisions keeps no rules from coming into force.
    Fired,
    Replay,
    TakeBack,
    Keep,
}

impl Work {
    /// What there is one loop of, however many channels there are.
    const ONCE: [Self; 20] = [
        Self::Assess,
        Self::SendOnOthers,
        Self::SendOwn,
        Self::Wake,
        Self::Sequence,
        Self::Index,
        Self::Record,
        Self::Prune,
        Self::Letters,
        Self::Match,
        Self::People,
        Self::Alarms,
        Self::Calls,
        Self::Watch,
        Self::Beat,
        Self::Rules,
        Self::Fired,
        Self::Replay,
        Self::TakeBack,
        Self::Keep,
    ];

    /// Does the next of it. Gives how much was done.
    async fn next(self, road: &Arc<Road>) -> Result<usize, FlowError> {
        match self {
            Self::Assess => road.assess_next().await,
            Self::SendOn(channel) => road.send_on(channel).await,
            Self::SendOnOthers => road.send_on_others().await,
            Self::SendOwn => road.send_own_due().await,
            Self::Wake => road.wake_due().await,
            Self::Sequence => road.sequence_next().await,
            Self::Index => road.index_next().await,
            Self::Record => record(road).await,
            Self::Prune => {
                road.forget_charts().await?;
                road.prune_emr_next().await
            }
            Self::Letters => Ok(road.hold_letter_next().await? + road.letter_next().await?),
            Self::Match => road.match_links_next().await,
            Self::People => road.people_next().await,
            Self::Alarms => road.alarm_next().await,
            Self::Calls => road.call_on().await,
            Self::Watch => road.watch_itself().await,
            Self::Beat => road.beat().await.map(usize::from),
            Self::Rules => road.rules_next().await,
            Self::Fired => road.keep_fired().await.map(|()| 0),
            Self::Replay => road.replay_asked().await,
            Self::TakeBack => road.take_back_next().await,
            Self::Keep => road.retention_next().await,
        }
    }

    /// Waits until there may be more. Holds and due replies come by the clock too, so nobody sleeps for long.
    async fn wait(self, road: &Road) {
        let news = match self {
            Self::Assess => road.work.notified(),
            Self::SendOn(_) => road.mail.notified(),
            Self::SendOnOthers | Self::SendOwn => return sleep(Span::seconds(1)).await,
            Self::Wake => road.facts.notified(),
            Self::Sequence => return sleep(Span::millis(250)).await,
            Self::Record => road.record.notified(),
            Self::Letters => road.letters.notified(),
            Self::Alarms => road.alarms.raised.notified(),
            Self::Calls => road.alarms.calls.notified(),
            Self::Watch => return sleep(Span::seconds(15)).await,
            Self::Beat => return sleep(Span::seconds(5)).await,
            Self::Replay => road.replays.notified(),
            Self::Index | Self::Rules | Self::Fired | Self::TakeBack => return sleep(Span::seconds(1)).await,
            Self::Match | Self::People => return sleep(Span::seconds(10)).await,
            Self::Keep => return sleep(Span::minutes(1)).await,
            Self::Prune => return sleep(Span::hours(1)).await,
        };
        // Woken or not, there is a look at the store.
        drop(tokio::time::timeout(Duration::from_millis(500), news).await);
    }
}

impl Road {
    /// Runs every loop until told to stop; each finishes the step it is in.
    pub async fn run(self: Arc<Self>, stopping: Stopping) {
        let mut loops = JoinSet::new();
        for work in Work::ONCE {
            loops.spawn(repeat(work, Arc::clone(&self), stopping.clone()));
        }
        for channel in self.all_channels() {
            let send = Work::SendOn(channel.id());
            loops.spawn(repeat(send, Arc::clone(&self), stopping.clone()));
            loops.spawn(listen(Arc::clone(&self), Arc::clone(&channel), stopping.clone()));
            loops.spawn(look(Arc::clone(&self), Arc::clone(&channel), stopping.clone()));
            loops.spawn(pictures(Arc::clone(&self), channel, stopping.clone()));
        }
        for record in self.all_records() {
            loops.spawn(file(Arc::clone(&self), record, stopping.clone()));
        }
        while let Some(ended) = loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a loop of the road ended");
            }
        }
        self.sign_the_rest().await;
    }

    /// What the last steps logged is signed before the process ends.
    async fn sign_the_rest(&self) {
        loop {
            match self.sequence_next().await {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => {
                    return tracing::error!(%error, "the last log entries wait to be signed at the next start");
                }
            }
        }
    }
}

async fn repeat(work: Work, road: Arc<Road>, mut stopping: Stopping) {
    while !*stopping.borrow() {
        let is_idle = match work.next(&road).await {
            Ok(done) => done == 0,
            Err(error) => {
                tracing::error!(%error, ?work, "a step failed, trying again");
                sleep(Span::seconds(1)).await;
                false
            }
        };
        if is_idle {
            tokio::select! {
                () = work.wait(&road) => {}
                changed = stopping.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// Reads a channel: at once while there is more, else when the channel says so or the poll is due.
async fn listen(road: Arc<Road>, channel: Arc<dyn Channel>, mut stopping: Stopping) {
    let mut failures = 0;
    while !*stopping.borrow() {
        let wait = match road.read_channel(&channel, failures).await {
            Ok(ReadOutcome::Read { more: true, .. }) => {
                failures = 0;
                continue;
            }
            Ok(ReadOutcome::Read { more: false, .. }) => {
                failures = 0;
                None
            }
            Ok(ReadOutcome::Wait(span)) => {
                failures += 1;
                Some(span)
            }
            Err(error) => {
                tracing::error!(%error, channel = %channel.id(), "a channel's news could not be stored, reading again");
                failures += 1;
                Some(Span::seconds(2))
            }
        };
        let poll = road.settings.poll;
        tokio::select! {
            () = async { match wait { Some(span) => sleep(span).await, None => channel.wait(poll).await } } => {}
            changed = stopping.changed() => if changed.is_err() { return },
        }
    }
}

/// Brings documents into a system of the record, one after the other.
async fn file(road: Arc<Road>, to: Arc<dyn File>, mut stopping: Stopping) {
    while !*stopping.borrow() {
        let done = async { Ok::<_, FlowError>(road.make_filings_for(&to).await? + road.file_next(&to).await?) }.await;
        let pause = match done {
            Ok(0) => Span::millis(500),
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, link = %to.link(), "documents could not be filed, trying again");
                Span::seconds(2)
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = road.revoked.notified() => {}
            changed = stopping.changed() => if changed.is_err() { return },
        }
    }
}

/// Looks at posts of open cases upstream, a page at a time.
async fn look(road: Arc<Road>, channel: Arc<dyn Channel>, mut stopping: Stopping) {
    let mut after: Option<PostId> = None;
    while !*stopping.borrow() {
        tokio::select! {
            () = sleep(road.settings.look) => {}
            changed = stopping.changed() => if changed.is_err() { return },
        }
        match road.look_upstream(&channel, after).await {
            Ok(next) => after = next,
            Err(error) => tracing::error!(%error, channel = %channel.id(), "posts could not be looked at upstream"),
        }
    }
}

/// Fetches pictures of a channel's posts, beside everything else.
async fn pictures(road: Arc<Road>, channel: Arc<dyn Channel>, mut stopping: Stopping) {
    while !*stopping.borrow() {
        let pause = match road.fetch_media(&channel).await {
            Ok(0) => Span::seconds(1),
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, channel = %channel.id(), "pictures could not be fetched, trying again");
                Span::seconds(5)
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            changed = stopping.changed() => if changed.is_err() { return },
        }
    }
}

/// How long the index rests after it worked for `worked` on `done` messages while `came` others were stored.
fn rest(worked: Duration, done: usize, came: usize, is_pressed: bool) -> Duration {
    // Messages that come one by one are each committed by itself; gathered for a moment they cost the index, and those that
    // wait to be acknowledged, one transaction instead of many.
    let gather = if done < FEW { GATHER } else { Duration::ZERO };
    if came == 0 || is_pressed {
        return gather;
    }
    // Senders wait for each answer, and nobody for the index. One sender that sends as fast as it is answered is a storm as
    // well as many are. It catches up when the storm is over.
    (worked * REST).clamp(gather, LONGEST_REST)
}

/// Brings the next messages of the record into the index, and lets those that are just being stored go first.
async fn record(road: &Road) -> Result<usize, FlowError> {
    let (begun, before) = (Instant::now(), road.intake.taken());
    let was_pressed = road.intake.take_press();
    let done = road.apply_emr_next().await?;
    let came = road.intake.taken().saturating_sub(before);
    if was_pressed && done >= FEW {
        // What presses may lie behind what was just brought in.
        road.intake.press();
    }
    let rest = rest(begun.elapsed(), done, came, road.intake.is_pressed());
    tokio::time::sleep(rest.min(GATHER)).await;
    tokio::select! {
        () = tokio::time::sleep(rest.saturating_sub(GATHER)) => {}
        () = road.intake.pressed() => {}
    }
    Ok(done)
}

async fn sleep(span: Span) {
    tokio::time::sleep(Duration::from_micros(u64::try_from(span.as_micros()).unwrap_or(0))).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_makes_way_for_whoever_sends_and_hurries_for_a_death() {
        let (work, short) = (Duration::from_millis(10), Duration::from_micros(100));
        assert_eq!(rest(work, 0, 0, false), GATHER);
        assert_eq!(rest(work, 64, 0, false), Duration::ZERO, "nobody sends: on with what waits");
        assert_eq!(rest(work, 64, 40, false), work * REST);
        assert_eq!(rest(work, 12, 20, false), work * REST, "one busy sender is made way for as many are");
        assert_eq!(rest(short, 1, 1, false), GATHER);
        assert_eq!(rest(work * 100, 64, 40, false), LONGEST_REST);
        assert_eq!(rest(work, 64, 40, true), Duration::ZERO, "a death or a merge waits behind nobody");
    }
}
