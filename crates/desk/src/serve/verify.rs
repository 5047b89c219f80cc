//! The verification of the whole log, asked for at the desk: runs beside everything else, tells how far it is, keeps its
//! outcome until the next one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use bedside_core::{
    log::{Finding, Report},
    time::Timestamp,
};
use bedside_store::log;

use super::DeskState;
use crate::page::log::Seal;

/// How the last verification stands.
#[derive(Debug, Default)]
pub(super) struct Verification(Mutex<Stand>);

#[derive(Debug, Clone, Default)]
enum Stand {
    #[default]
    Never,
    Running {
        done: u64,
        of: u64,
    },
    Done {
        entries: u64,
        broken_at: Option<u64>,
        at: Timestamp,
        took_micros: i64,
    },
}

impl Verification {
    /// What a page says of it; `entries`: how many there are.
    pub(super) fn seal(&self, entries: u64, signed: Option<Timestamp>) -> Seal {
        match self.stand() {
            Stand::Never => Seal::Unchecked { entries: number(entries) },
            Stand::Running { done, of } => Seal::Checking { done: number(done), of: number(of) },
            Stand::Done { broken_at: Some(entry), .. } => {
                Seal::Broken { entry: number(entry), signed: signed.map(Timestamp::as_micros) }
            }
            Stand::Done { entries, broken_at: None, at, took_micros } => {
                Seal::Verified { entries: number(entries), at: at.as_micros(), took: took_micros }
            }
        }
    }

    fn stand(&self) -> Stand {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, stand: Stand) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stand;
    }

    /// Takes the turn; `false`: one is running.
    fn begin(&self, of: u64) -> bool {
        let mut stand = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = !matches!(*stand, Stand::Running { .. });
        if is_free {
            *stand = Stand::Running { done: 0, of };
        }
        is_free
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Begins a verification, unless one is running. Returns at once.
pub(super) async fn begin(state: &DeskState) -> Result<(), super::answer::Stop> {
    let signer = state.road.log_signer().await?;
    let mut tx = state.store.begin_read().await?;
    let of = log::newest_checkpoint(&mut tx).await?.map_or(0, |(size, ..)| size);
    if !state.verification.begin(of) {
        return Ok(());
    }
    let (key, verification, clock) =
        (signer.verifier_key().clone(), Arc::clone(&state.verification), Arc::clone(&state.clock));
    tokio::spawn(async move {
        let begun = Instant::now();
        let running = Arc::clone(&verification);
        let progress = move |done| running.set(Stand::Running { done, of });
        let outcome = log::verify_telling(tx, key, None, progress).await;
        let took_micros = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        match outcome {
            Ok(report) => {
                if !report.is_intact() {
                    tracing::error!(findings = report.findings.len(), "the log is not intact");
                }
                let broken_at = first_broken(&report);
                verification.set(Stand::Done { entries: report.entries, broken_at, at: clock.now(), took_micros });
            }
            Err(error) => {
                tracing::error!(%error, "the log could not be read to its end");
                verification.set(Stand::Never);
            }
        }
    });
    Ok(())
}

/// The first entry that is not as it was signed; the end of the log where the fault is not in an entry.
fn first_broken(report: &Report) -> Option<u64> {
    let places = report.findings.iter().map(|finding| match finding {
        Finding::EntryChanged { index }
        | Finding::EntryMoved { index, .. }
        | Finding::EntryMisfiled { index, .. }
        | Finding::EntryOutOfOrder { index } => *index,
        Finding::EntriesChanged { first, .. }
        | Finding::EntriesMissing { first, .. }
        | Finding::Undecided { first, .. } => *first,
        Finding::TileBeyondCheckpoint { shown, .. } => *shown,
        Finding::CutAgainstKept { present, .. } => *present,
        Finding::OlderThanKept { newest, .. } => *newest,
        Finding::HistoryRewritten { first, .. } => first.unwrap_or(0),
        Finding::RootDiffers { .. }
        | Finding::CheckpointBad { .. }
        | Finding::CheckpointMissing { .. }
        | Finding::KeptBad { .. }
        | Finding::TileDamaged { .. }
        | Finding::TileMisfiled { .. }
        | Finding::TileMissing { .. } => report.entries,
    });
    places.min()
}
