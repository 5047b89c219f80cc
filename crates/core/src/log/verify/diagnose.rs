//! Finds out who is wrong where entries and tiles differ: from the signed root down, each tile is trusted only if its
//! own root is the one that the trusted tile above holds.

use std::collections::BTreeMap;

use super::LogReader;
use super::report::{Finding, Findings};
use super::walk::{Differing, Walked};
use crate::log::checkpoint::Checkpoint;
use crate::log::edge::RightEdge;
use crate::log::hash::{Hash, perfect, root_of_rows};
use crate::log::tile::{LEVELS, TILE_WIDTH, TileId, hashes_of_tile};

/// A signed root, and what the entries give at its size.
#[derive(Debug)]
pub(super) struct Authority<'a> {
    size: u64,
    root: Hash,
    rebuilt: &'a RightEdge,
    rebuilt_root: Hash,
}

impl<'a> Authority<'a> {
    /// `None` if the entries don't reach that far.
    pub(super) fn new(checkpoint: &Checkpoint, walked: &'a Walked) -> Option<Self> {
        let rebuilt = walked.edges.get(&checkpoint.size())?;
        Some(Self { size: checkpoint.size(), root: *checkpoint.root(), rebuilt, rebuilt_root: rebuilt.root() })
    }

    /// Whether the entries give the signed root: then every one of them is as it was signed.
    pub(super) fn agrees(&self) -> bool {
        self.rebuilt_root == self.root
    }
}

/// An entry whose leaf hash is not the trusted one.
struct Changed {
    index: u64,
    trusted: Hash,
    found: Hash,
}

/// The search for the culprits.
pub(super) struct Diagnosis<'a, R> {
    reader: &'a mut R,
    walked: &'a Walked,
    judge: Option<&'a Authority<'a>>,
    /// The trusted hashes of the unfinished tiles by level, if the root could be made from them.
    rows: Option<Vec<Vec<Hash>>>,
    trusted: BTreeMap<TileId, Option<Vec<Hash>>>,
    changed: Vec<Changed>,
}

impl<'a, R: LogReader> Diagnosis<'a, R> {
    pub(super) const fn new(reader: &'a mut R, walked: &'a Walked, judge: Option<&'a Authority<'a>>) -> Self {
        Self { reader, walked, judge, rows: None, trusted: BTreeMap::new(), changed: Vec::new() }
    }

    /// Names each entry and tile that is not as signed.
    pub(super) fn run(mut self, findings: &mut Findings) -> Result<(), R::Error> {
        self.rows = self.trusted_rows()?;
        if let Some(judge) = self.judge
            && self.rows.is_none()
        {
            findings.add(Finding::RootDiffers { size: judge.size, signed: judge.root, found: judge.rebuilt_root });
        }
        let walked = self.walked;
        for (id, tile) in &walked.differing {
            self.judge_tile(*id, tile, findings)?;
        }
        findings.skip(walked.more_differing);
        let logged_at: BTreeMap<Hash, u64> = self.changed.iter().map(|entry| (entry.trusted, entry.index)).collect();
        for Changed { index, found, .. } in self.changed {
            findings.add(match logged_at.get(&found) {
                Some(&logged_at) => Finding::EntryMoved { index, logged_at },
                None => Finding::EntryChanged { index },
            });
        }
        Ok(())
    }

    /// Whether the judge's root can be made from stored tiles and entries: then it is the entries that are damaged.
    pub(super) fn explains(mut self) -> Result<bool, R::Error> {
        Ok(self.trusted_rows()?.is_some())
    }

    fn judge_tile(&mut self, id: TileId, tile: &Differing, findings: &mut Findings) -> Result<(), R::Error> {
        let trusted = self.trusted(id)?;
        let trusted = trusted.as_deref().unwrap_or_default();
        let stored = tile.stored.as_deref();
        if !tile.is_there {
            findings.add(Finding::TileMissing { tile: id });
        } else if stored.is_none_or(|stored| stored.iter().zip(trusted).any(|(stored, trusted)| stored != trusted)) {
            findings.add(Finding::TileDamaged { tile: id });
        }
        for (place, rebuilt) in tile.rebuilt.iter().enumerate() {
            let stored = stored.and_then(|stored| stored.get(place));
            match trusted.get(place) {
                Some(trusted) if trusted != rebuilt => self.entries_differ(id, place, *trusted, *rebuilt, findings),
                Some(_) => {}
                None if stored.is_some_and(|stored| stored != rebuilt) => self.undecided(id, place, findings),
                None => {}
            }
        }
        Ok(())
    }

    /// The entries under a place of a tile don't give the trusted hash.
    fn entries_differ(&mut self, id: TileId, place: usize, trusted: Hash, found: Hash, findings: &mut Findings) {
        let (first, last) = id.entries_under(place);
        match id.child(place) {
            None if self.walked.is_missing(first) => {}
            None => self.changed.push(Changed { index: first, trusted, found }),
            Some(child) if self.is_accounted_for(child) => {}
            // The tile below was changed together with the entries, so it can't say which of them it was.
            Some(_) => findings.add(Finding::EntriesChanged { first, last }),
        }
    }

    fn undecided(&self, id: TileId, place: usize, findings: &mut Findings) {
        let (first, last) = id.entries_under(place);
        if id.child(place).is_none_or(|child| !self.is_accounted_for(child)) {
            findings.add(Finding::Undecided { tile: id, first, last });
        }
    }

    /// Whether a differing child tile is reported (or counted) itself.
    fn is_accounted_for(&self, child: TileId) -> bool {
        self.walked.differing.contains_key(&child) || child.level == 0 && self.walked.more_differing > 0
    }

    /// The hashes of a tile as signed; `None` if neither the stored nor the rebuilt ones are proven.
    fn trusted(&mut self, id: TileId) -> Result<Option<Vec<Hash>>, R::Error> {
        let Some(judge) = self.judge else {
            return Ok(None);
        };
        if let Some(known) = self.trusted.get(&id) {
            return Ok(known.clone());
        }
        let hashes = if id == TileId::right_edge(id.level, judge.size) {
            self.rows.as_ref().and_then(|rows| rows.get(usize::from(id.level)).cloned())
        } else if id.width(judge.size) == TILE_WIDTH {
            self.proven_by_parent(id)?
        } else {
            None
        };
        self.trusted.insert(id, hashes.clone());
        Ok(hashes)
    }

    /// A full tile's hashes, if its root is what the trusted tile above says.
    fn proven_by_parent(&mut self, id: TileId) -> Result<Option<Vec<Hash>>, R::Error> {
        let (parent, place) = id.parent();
        if parent.level >= LEVELS {
            return Ok(None);
        }
        let Some(root) = self.trusted(parent)?.and_then(|hashes| hashes.get(place).copied()) else {
            return Ok(None);
        };
        let rebuilt = self.walked.differing.get(&id).map(|tile| tile.rebuilt.clone());
        let stored = self.stored(id, TILE_WIDTH)?;
        Ok([rebuilt, stored].into_iter().flatten().find(|hashes| perfect(hashes) == root))
    }

    /// The unfinished tiles as signed: for each level either the stored or the rebuilt one, so that they give the root.
    fn trusted_rows(&mut self) -> Result<Option<Vec<Vec<Hash>>>, R::Error> {
        let Some(judge) = self.judge else {
            return Ok(None);
        };
        let mut choices = Vec::new();
        for (level, rebuilt) in (0..LEVELS).zip(judge.rebuilt.rows()) {
            let stored = self.stored(TileId::right_edge(level, judge.size), rebuilt.len())?;
            choices.push((rebuilt.to_vec(), stored.unwrap_or_else(|| rebuilt.to_vec())));
        }
        for mask in 0_u32..1 << choices.len() {
            let rows = choices.iter().enumerate();
            let rows = rows.map(|(level, (rebuilt, stored))| if mask >> level & 1 == 0 { rebuilt } else { stored });
            if root_of_rows(rows.clone().map(Vec::as_slice)) == judge.root {
                return Ok(Some(rows.cloned().collect()));
            }
        }
        Ok(None)
    }

    /// The first `width` hashes of a stored tile.
    fn stored(&mut self, id: TileId, width: usize) -> Result<Option<Vec<Hash>>, R::Error> {
        let hashes = self.reader.tile(id)?.and_then(|bytes| hashes_of_tile(&bytes));
        Ok(hashes.and_then(|hashes| hashes.get(..width).map(<[Hash]>::to_vec)))
    }
}
