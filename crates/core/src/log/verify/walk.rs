//! One pass over all entries: hashes them, builds the tree anew and sets each tile beside the stored one.

use std::collections::BTreeMap;

use super::LogReader;
use crate::log::checkpoint::Checkpoint;
use crate::log::edge::RightEdge;
use crate::log::hash::Hash;
use crate::log::tile::{LEVELS, TILE_WIDTH, Tile, TileId, hashes_of_tile};

/// Entries read at a time.
const BATCH: usize = 1024;

/// Differing tiles of level 0 whose hashes are remembered, and gaps that are; a megabyte at most. Later ones are
/// counted.
const REMEMBERED: usize = 64;

/// A tile that is stored otherwise than the entries give it.
#[derive(Debug)]
pub(super) struct Differing {
    /// As stored; `None` if it is missing or has a wrong length.
    pub stored: Option<Vec<Hash>>,
    /// Whether anything is stored there at all.
    pub is_there: bool,
    /// As the entries give it.
    pub rebuilt: Vec<Hash>,
}

/// What the walk saw.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Entries that are there.
    pub present: u64,
    /// One above the highest index seen.
    pub end: u64,
    /// Entries that are there but that the newest checkpoint doesn't cover.
    pub unsigned: u64,
    /// How many entries the tiles were compared for.
    pub target: u64,
    /// First and last index of each gap.
    pub missing: Vec<(u64, u64)>,
    pub more_missing: u64,
    pub out_of_order: Vec<u64>,
    pub differing: BTreeMap<TileId, Differing>,
    /// Differing tiles of level 0 that were not remembered.
    pub more_differing: u64,
    /// Stored tiles that hold more than the checkpoint covers, with the size of tree they speak of.
    pub overhangs: Vec<(TileId, u64)>,
    /// The rebuilt tree at the checkpoints' sizes.
    pub edges: BTreeMap<u64, RightEdge>,
}

impl Walked {
    /// Whether the entry at `index` is in a gap.
    pub(super) fn is_missing(&self, index: u64) -> bool {
        self.missing.iter().any(|(first, last)| (*first..=*last).contains(&index))
    }

    /// The first entry below `size` whose stored leaf hash is another than its bytes give.
    pub(super) fn first_difference(&self, size: u64) -> Option<u64> {
        let leaves = self.differing.iter().filter(|(id, _)| id.level == 0);
        leaves
            .filter_map(|(id, tile)| {
                let stored = tile.stored.as_ref()?;
                let place = stored.iter().zip(&tile.rebuilt).position(|(stored, rebuilt)| stored != rebuilt)?;
                Some(id.entries_under(place).0)
            })
            .find(|index| *index < size)
    }
}

/// The pass itself.
pub(super) struct Walk<'a, R> {
    reader: &'a mut R,
    /// Entries the newest checkpoint covers; `None` without a valid one: then as many as there are.
    signed: Option<u64>,
    /// Hash no further than this.
    limit: u64,
    marks: Vec<u64>,
    edge: RightEdge,
    seen: Walked,
    /// The stored leaf hashes of the tile that a gap lies in.
    gap_tile: Option<(TileId, Vec<Hash>)>,
}

impl<'a, R: LogReader> Walk<'a, R> {
    pub(super) fn new(reader: &'a mut R, newest: Option<&Checkpoint>, kept: Option<&Checkpoint>) -> Self {
        let marks: Vec<u64> = newest.into_iter().chain(kept).map(Checkpoint::size).collect();
        let signed = newest.map(Checkpoint::size);
        let limit = if signed.is_some() { marks.iter().copied().max().unwrap_or(0) } else { u64::MAX };
        let edge = RightEdge::new();
        Self { reader, signed, limit, marks, edge, seen: Walked::default(), gap_tile: None }
    }

    pub(super) fn run(mut self) -> Result<Walked, R::Error> {
        self.mark()?;
        loop {
            let next = self.seen.end;
            let batch = self.reader.entries(next, BATCH)?;
            for (index, bytes) in &batch {
                self.entry(*index, bytes)?;
            }
            if self.seen.end == next {
                break;
            }
        }
        if let Some(signed) = self.signed {
            self.gap(self.edge.size(), signed)?;
        } else {
            self.compare_edge()?;
        }
        Ok(self.seen)
    }

    fn entry(&mut self, index: u64, bytes: &[u8]) -> Result<(), R::Error> {
        if index < self.seen.end {
            if self.seen.out_of_order.len() < REMEMBERED {
                self.seen.out_of_order.push(index);
            }
            return Ok(());
        }
        self.seen.present += 1;
        if self.signed.is_some_and(|signed| index >= signed) {
            self.seen.unsigned += 1;
        }
        self.gap(self.seen.end, index)?;
        self.seen.end = index.saturating_add(1);
        if self.edge.size() == index { self.leaf(Hash::of_leaf(bytes)) } else { Ok(()) }
    }

    /// Notes that the entries `from..to` are missing. The stored tiles stand in for them, so that the rest of the log
    /// can still be proven.
    fn gap(&mut self, from: u64, to: u64) -> Result<(), R::Error> {
        // Nobody says how many entries there ought to be beyond the checkpoint, nor without one.
        let to = to.min(self.signed.unwrap_or(to));
        if from >= to {
            return Ok(());
        }
        if self.seen.missing.len() < REMEMBERED {
            self.seen.missing.push((from, to - 1));
        } else {
            self.seen.more_missing += 1;
        }
        if self.signed.is_none() {
            self.limit = self.limit.min(from);
        }
        while self.edge.size() < to.min(self.limit) {
            let leaf = self.stored_leaf(self.edge.size())?;
            self.leaf(leaf)?;
        }
        Ok(())
    }

    fn stored_leaf(&mut self, index: u64) -> Result<Hash, R::Error> {
        let width = TILE_WIDTH as u64;
        let id = TileId::new(0, index / width);
        if self.gap_tile.as_ref().is_none_or(|(kept, _)| *kept != id) {
            let hashes = self.reader.tile(id)?.and_then(|bytes| hashes_of_tile(&bytes)).unwrap_or_default();
            self.gap_tile = Some((id, hashes));
        }
        let place = usize::try_from(index % width).unwrap_or(TILE_WIDTH);
        let stored = self.gap_tile.as_ref().and_then(|(_, hashes)| hashes.get(place).copied());
        Ok(stored.unwrap_or(Hash::EMPTY_TREE))
    }

    fn leaf(&mut self, leaf: Hash) -> Result<(), R::Error> {
        if self.edge.size() >= self.limit {
            return Ok(());
        }
        let mut full = Vec::new();
        self.edge.push(leaf, &mut |tile| full.push(tile));
        if self.signed.is_none_or(|signed| self.edge.size() <= signed) {
            for tile in full {
                self.compare(tile, false)?;
            }
        }
        self.mark()
    }

    /// Keeps the rebuilt tree where a checkpoint speaks of it.
    fn mark(&mut self) -> Result<(), R::Error> {
        let size = self.edge.size();
        if self.marks.contains(&size) {
            self.seen.edges.insert(size, self.edge.clone());
        }
        if self.signed == Some(size) { self.compare_edge() } else { Ok(()) }
    }

    /// Compares the unfinished tiles, and looks whether any tile reaches further than it should.
    fn compare_edge(&mut self) -> Result<(), R::Error> {
        self.seen.target = self.edge.size();
        for tile in self.edge.tiles() {
            self.compare(tile, true)?;
        }
        for level in 0..LEVELS {
            let id = TileId::right_edge(level, self.edge.size());
            let width = id.width(self.edge.size());
            let Some(hashes) = self.reader.tile(id)?.and_then(|bytes| hashes_of_tile(&bytes)) else {
                continue;
            };
            if hashes.len() > width {
                let reaches = id.entries_under(hashes.len() - 1).1.saturating_add(1);
                self.seen.overhangs.push((id, reaches));
            }
        }
        Ok(())
    }

    fn compare(&mut self, rebuilt: Tile, may_be_wider: bool) -> Result<(), R::Error> {
        let bytes = self.reader.tile(rebuilt.id)?;
        if bytes.as_ref().is_some_and(|bytes| rebuilt.is_stored_as(bytes)) {
            return Ok(());
        }
        let id = rebuilt.id;
        let is_there = bytes.is_some();
        let stored = bytes.and_then(|bytes| hashes_of_tile(&bytes)).and_then(|mut hashes| {
            let fits = hashes.len() == rebuilt.width() || may_be_wider && hashes.len() > rebuilt.width();
            hashes.truncate(rebuilt.width());
            fits.then_some(hashes)
        });
        if stored.as_ref() == Some(&rebuilt.hashes) {
            return Ok(());
        }
        let remembered = self.seen.differing.keys().filter(|id| id.level == 0).count();
        if id.level == 0 && remembered >= REMEMBERED && !may_be_wider {
            self.seen.more_differing += 1;
        } else {
            self.seen.differing.insert(id, Differing { stored, is_there, rebuilt: rebuilt.hashes });
        }
        Ok(())
    }
}
