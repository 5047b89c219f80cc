//! Tests of the log: known answers of the standards, properties of the tree, and damage that must be named.

mod entry;
mod note;
mod tree;
mod verify;

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::{Checkpoint, Hash, LogReader, Report, RightEdge, Signer, TileId, VerifierKey, verify as verify_log};

pub(super) const ORIGIN: &str = "log.hospital.example/bedside";

pub(super) fn signer() -> Signer {
    Signer::from_seed(ORIGIN, &[7; 32]).unwrap()
}

pub(super) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A log in memory, laid out as the store lays it out.
#[derive(Clone, Default)]
pub(super) struct MemoryLog {
    pub entries: BTreeMap<u64, Vec<u8>>,
    pub tiles: BTreeMap<TileId, Vec<u8>>,
    pub checkpoint: Option<Vec<u8>>,
    pub pending: u64,
}

impl MemoryLog {
    /// A log that took `batches` one after another, with a checkpoint after each.
    pub fn of(batches: &[Vec<Vec<u8>>]) -> Self {
        let mut log = Self::default();
        for batch in batches {
            log.integrate(batch);
        }
        log
    }

    /// A log of `count` entries with short distinct bytes.
    pub fn sample(count: u64) -> Self {
        Self::of(&[entries(0, count)])
    }

    /// What the sequencer does: take up the edge, append, write tiles, sign.
    pub fn integrate(&mut self, batch: &[Vec<u8>]) {
        let mut edge = match &self.checkpoint {
            Some(note) => {
                let newest = Checkpoint::open(note, signer().verifier_key()).unwrap();
                RightEdge::resume(&newest, |id| Ok::<_, Infallible>(self.tiles.get(&id).cloned())).unwrap()
            }
            None => RightEdge::new(),
        };
        for (index, bytes) in (edge.size()..).zip(batch) {
            self.entries.insert(index, bytes.clone());
        }
        for tile in edge.append(batch.iter().map(|bytes| Hash::of_leaf(bytes))) {
            self.tiles.insert(tile.id, tile.bytes());
        }
        let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root()).unwrap();
        self.checkpoint = Some(checkpoint.sign(&signer()).unwrap().into_bytes());
    }

    pub fn verify(&mut self, kept: Option<&[u8]>) -> Report {
        let key: VerifierKey = signer().verifier_key().clone();
        let Ok(report) = verify_log(self, &key, kept);
        report
    }
}

/// Entries with the indexes `from..to`.
pub(super) fn entries(from: u64, to: u64) -> Vec<Vec<u8>> {
    (from..to).map(|index| format!("e{index}").into_bytes()).collect()
}

impl LogReader for MemoryLog {
    type Error = Infallible;

    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.checkpoint.clone())
    }

    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, Infallible> {
        Ok(self.entries.range(from..).take(max).map(|(index, bytes)| (*index, bytes.clone())).collect())
    }

    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.tiles.get(&id).cloned())
    }

    fn pending(&mut self) -> Result<u64, Infallible> {
        Ok(self.pending)
    }
}
