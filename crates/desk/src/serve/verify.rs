//! The verification of the whole log, asked for at the desk: runs on a thread of its own, tells how far it is, keeps its
//! outcome until the next one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use bedside_core::{
    log::{Finding, LogReader, Report, TileId, VerifierKey, verify},
    time::Timestamp,
};
use bedside_store::{StoreError, Tx, log};
use tokio::{runtime::Handle, task::spawn_blocking};

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
    let runtime = Handle::current();
    spawn_blocking(move || {
        let begun = Instant::now();
        let outcome = run(tx, &key, runtime, &verification, of);
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

fn run(tx: Tx, key: &VerifierKey, runtime: Handle, verification: &Verification, of: u64) -> Result<Report, StoreError> {
    verify(&mut Reader { tx, runtime, verification, of }, key, None)
}

/// The first entry that is not as it was signed; the end of the log where the fault is not in an entry.
fn first_broken(report: &Report) -> Option<u64> {
    let places = report.findings.iter().map(|finding| match finding {
        Finding::EntryChanged { index } | Finding::EntryMoved { index, .. } | Finding::EntryOutOfOrder { index } => {
            *index
        }
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
        | Finding::TileMissing { .. } => report.entries,
    });
    places.min()
}

/// Reads the log in one transaction, from a thread that may wait.
struct Reader<'a> {
    tx: Tx,
    runtime: Handle,
    verification: &'a Verification,
    of: u64,
}

impl LogReader for Reader<'_> {
    type Error = StoreError;

    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let newest = self.runtime.block_on(log::newest_checkpoint(&mut self.tx))?;
        Ok(newest.map(|(_, note, _)| note))
    }

    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.verification.set(Stand::Running { done: from, of: self.of });
        self.runtime.block_on(log::entries(&mut self.tx, from, u32::try_from(max).unwrap_or(u32::MAX)))
    }

    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        self.runtime.block_on(log::tile(&mut self.tx, id.level, id.index))
    }

    fn pending(&mut self) -> Result<u64, StoreError> {
        self.runtime.block_on(log::pending_count(&mut self.tx))
    }
}
