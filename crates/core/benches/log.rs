//! The log's figures: appending and verifying 100,000 entries of a usual size.

#![expect(clippy::expect_used, reason = "a benchmark of invalid input measures nothing")]

use std::collections::HashMap;
use std::convert::Infallible;

use bedside_core::code;
use bedside_core::id::{CaseId, EntryId, OutboxId};
use bedside_core::log::{
    Actor, Checkpoint, Commitment, Entry, Hash, Kind, LogReader, RightEdge, Signer, TileId, verify,
};
use bedside_core::time::Timestamp;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const ENTRIES: u64 = 100_000;
const ORIGIN: &str = "log.hospital.example/bedside";

fn main() {
    divan::main();
}

fn entry(number: u64) -> Entry {
    let at = Timestamp::from_micros(1_795_351_633_000_000 + i64::try_from(number).unwrap_or(0) * 1000);
    let mut seed = [0; 10];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    Entry::new(EntryId::new(at, &seed), Kind::Sent, at, Actor::System)
        .about(CaseId::new(at, &seed))
        .about(OutboxId::new(at, &seed))
        .number(code!("attempt"), 1)
        .committing(code!("text"), Commitment::new(&[7; 32], "draft.text", "We read your message."))
}

fn encoded() -> Vec<Vec<u8>> {
    (0..ENTRIES).map(|number| entry(number).encode().expect("a valid entry")).collect()
}

/// A log in memory, so that the figures are those of the maths alone.
struct MemoryLog {
    entries: Vec<Vec<u8>>,
    tiles: HashMap<TileId, Vec<u8>>,
    checkpoint: String,
}

impl MemoryLog {
    fn new(signer: &Signer) -> Self {
        let entries = encoded();
        let mut edge = RightEdge::new();
        let tiles = edge.append(entries.iter().map(|bytes| Hash::of_leaf(bytes)));
        let tiles = tiles.into_iter().map(|tile| (tile.id, tile.bytes())).collect();
        let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root()).expect("a valid checkpoint");
        Self { entries, tiles, checkpoint: checkpoint.sign(signer).expect("a valid text") }
    }
}

impl LogReader for MemoryLog {
    type Error = Infallible;

    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(Some(self.checkpoint.clone().into_bytes()))
    }

    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, Infallible> {
        let from_index = usize::try_from(from).unwrap_or(usize::MAX);
        Ok((from..).zip(self.entries.iter().skip(from_index).take(max).cloned()).collect())
    }

    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.tiles.get(&id).cloned())
    }

    fn pending(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }
}

#[divan::bench]
fn encode_an_entry(bencher: Bencher) {
    let entry = entry(1);
    bencher.bench(|| black_box(&entry).encode());
}

#[divan::bench]
fn decode_an_entry(bencher: Bencher) {
    let bytes = entry(1).encode().expect("a valid entry");
    bencher.bench(|| Entry::decode(black_box(&bytes)));
}

#[divan::bench]
fn hash_and_append_100k_at_once(bencher: Bencher) {
    let entries = encoded();
    bencher.counter(ItemsCount::new(ENTRIES)).bench(|| {
        let mut edge = RightEdge::new();
        let tiles = edge.append(entries.iter().map(|bytes| Hash::of_leaf(bytes)));
        (tiles, edge.root())
    });
}

#[divan::bench]
fn append_100k_in_seconds_of_50_with_signed_checkpoints(bencher: Bencher) {
    let signer = Signer::from_seed(ORIGIN, &[7; 32]).expect("a valid name");
    let entries = encoded();
    bencher.counter(ItemsCount::new(ENTRIES)).bench(|| {
        let mut edge = RightEdge::new();
        for batch in entries.chunks(50) {
            black_box(edge.append(batch.iter().map(|bytes| Hash::of_leaf(bytes))));
            let checkpoint = Checkpoint::new(ORIGIN, edge.size(), edge.root()).expect("a valid checkpoint");
            black_box(checkpoint.sign(&signer)).expect("a valid text");
        }
        edge
    });
}

#[divan::bench]
fn verify_100k(bencher: Bencher) {
    let signer = Signer::from_seed(ORIGIN, &[7; 32]).expect("a valid name");
    let mut log = MemoryLog::new(&signer);
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| {
        let Ok(report) = verify(&mut log, signer.verifier_key(), None);
        assert!(report.is_intact());
        report
    });
}
