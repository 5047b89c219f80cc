//! Tiles: the tree cut into pieces of 256 hashes (C2SP tlog-tiles). The tile at level L and index N holds the hashes
//! of the tree's nodes at height 8·L from number 256·N on. Each tile's own root is one hash of the tile above it.

use std::fmt;

use super::hash::{HASH_BYTES, Hash};

/// Hashes in a full tile.
pub const TILE_WIDTH: usize = 256;

/// Levels that a tree of 2^64 entries can have.
pub const LEVELS: u8 = 8;

/// Where a tile lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 holds the leaf hashes; below [`LEVELS`].
    pub level: u8,
    /// The number of the tile within its level.
    pub index: u64,
}

impl TileId {
    /// The tile at `level` and `index`.
    #[must_use]
    pub const fn new(level: u8, index: u64) -> Self {
        Self { level, index }
    }

    /// The path tlog-tiles gives it when it is `width` hashes wide: `tile/0/x001/234.p/5`.
    #[must_use]
    pub fn path(self, width: usize) -> String {
        let mut number = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            number = format!("x{:03}/{number}", rest % 1000);
            rest /= 1000;
        }
        let partial = if width < TILE_WIDTH { format!(".p/{width}") } else { String::new() };
        format!("tile/{}/{number}{partial}", self.level)
    }

    /// How many hashes it holds in a tree of `size` entries: 0 to 256.
    #[must_use]
    pub fn width(self, size: u64) -> usize {
        let nodes = nodes_at(size, self.level);
        let first = self.index.saturating_mul(TILE_WIDTH as u64);
        usize::try_from(nodes.saturating_sub(first)).map_or(TILE_WIDTH, |width| width.min(TILE_WIDTH))
    }

    /// The tile whose width still grows at `level` when the tree has `size` entries.
    #[must_use]
    pub fn right_edge(level: u8, size: u64) -> Self {
        Self { level, index: nodes_at(size, level) / TILE_WIDTH as u64 }
    }

    /// The tile that holds this tile's root once it is full, and the place in it.
    pub(super) const fn parent(self) -> (Self, usize) {
        let place = self.index % TILE_WIDTH as u64;
        (Self { level: self.level + 1, index: self.index / TILE_WIDTH as u64 }, place as usize)
    }

    /// The tile under place `place`; `None` at level 0, where entries are.
    pub(super) fn child(self, place: usize) -> Option<Self> {
        let index = self.index.checked_mul(TILE_WIDTH as u64)?.checked_add(place as u64)?;
        Some(Self { level: self.level.checked_sub(1)?, index })
    }

    /// The first and last entry under the hash at `place`.
    pub(super) fn entries_under(self, place: usize) -> (u64, u64) {
        let span = 1_u64.checked_shl(8 * u32::from(self.level)).unwrap_or(u64::MAX);
        let node = self.index.saturating_mul(TILE_WIDTH as u64).saturating_add(place as u64);
        let first = node.saturating_mul(span);
        (first, first.saturating_add(span - 1))
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level {} index {}", self.level, self.index)
    }
}

/// A tile to be written: 1 to 256 hashes. A wider tile replaces a narrower one at the same place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Where it lies.
    pub id: TileId,
    pub(super) hashes: Vec<Hash>,
}

impl Tile {
    /// How many hashes it holds.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.hashes.len()
    }

    /// Whether it will never change again.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.hashes.len() == TILE_WIDTH
    }

    /// Its hashes, one after another: 32 · width bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.as_bytes().iter().copied()).collect()
    }

    /// Its hashes.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    pub(super) fn is_stored_as(&self, bytes: &[u8]) -> bool {
        bytes.len() == self.hashes.len() * HASH_BYTES
            && bytes.chunks_exact(HASH_BYTES).zip(&self.hashes).all(|(stored, hash)| stored == hash.as_bytes())
    }
}

/// The hashes in a tile's bytes; `None` if they are no whole number of hashes from 1 to 256.
#[must_use]
pub fn hashes_of_tile(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
    if !rest.is_empty() || hashes.is_empty() || hashes.len() > TILE_WIDTH {
        return None;
    }
    Some(hashes.iter().copied().map(Hash).collect())
}

/// How many finished nodes there are at height 8·level in a tree of `size` entries.
fn nodes_at(size: u64, level: u8) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}
