//! The growing right edge of the tree: all that is needed to append, O(log n) tiles of at most 255 hashes.

use super::checkpoint::Checkpoint;
use super::hash::{Hash, perfect, root_of_rows};
use super::tile::{LEVELS, TILE_WIDTH, Tile, TileId, hashes_of_tile};

/// The unfinished tiles of a tree, one row of hashes per level, and its size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RightEdge {
    size: u64,
    rows: Vec<Vec<Hash>>,
}

/// Why a right edge can't be read back from the store.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError<E> {
    /// The reader failed.
    #[error(transparent)]
    Read(E),
    /// A tile that a tree of that size has is not there.
    #[error("the log's tile at {0} is missing")]
    TileMissing(TileId),
    /// A tile is too short, too long or no whole number of hashes.
    #[error("the log's tile at {0} has the wrong length")]
    TileBroken(TileId),
    /// The tiles don't give the root that was signed: the log is damaged and must not be extended.
    #[error("the log's tiles give the root {found}, but {signed} was signed for {size} entries")]
    OtherRoot {
        /// Entries the checkpoint covers.
        size: u64,
        /// The root in the checkpoint.
        signed: Hash,
        /// The root of the tiles.
        found: Hash,
    },
}

impl RightEdge {
    /// The edge of a log without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, rows: Vec::new() }
    }

    /// Reads the edge of the log that `newest` was signed for, from at most eight tiles, and makes sure that they give
    /// the signed root, so that nothing is ever appended to a damaged log.
    ///
    /// # Errors
    /// [`EdgeError`] if a tile can't be read or the root is another.
    pub fn resume<E>(
        newest: &Checkpoint,
        read: impl FnMut(TileId) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, EdgeError<E>> {
        let edge = Self::load(newest.size(), read)?;
        let found = edge.root();
        if found == *newest.root() {
            Ok(edge)
        } else {
            Err(EdgeError::OtherRoot { size: edge.size, signed: *newest.root(), found })
        }
    }

    /// Reads the edge of a tree of `size` entries without knowing its root. Tiles may be wider than needed.
    ///
    /// # Errors
    /// [`EdgeError`] if a tile can't be read.
    pub fn load<E>(
        size: u64,
        mut read: impl FnMut(TileId) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, EdgeError<E>> {
        let mut rows = Vec::new();
        for level in 0..level_count(size) {
            let id = TileId::right_edge(level, size);
            let width = id.width(size);
            let mut row = Vec::with_capacity(TILE_WIDTH);
            if width > 0 {
                let bytes = read(id).map_err(EdgeError::Read)?.ok_or(EdgeError::TileMissing(id))?;
                let hashes = hashes_of_tile(&bytes).ok_or(EdgeError::TileBroken(id))?;
                row.extend_from_slice(hashes.get(..width).ok_or(EdgeError::TileBroken(id))?);
            }
            rows.push(row);
        }
        Ok(Self { size, rows })
    }

    /// Entries in the tree; also the index that the next entry gets.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root (RFC 6962 §2.1). At most some hundred hashes of work.
    #[must_use]
    pub fn root(&self) -> Hash {
        root_of_rows(self.rows())
    }

    /// Appends leaf hashes in order. Gives the tiles to write: each tile that became full, and the unfinished tile of
    /// each level that grew. Their number is about `leaves / 256` plus one per level.
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<Tile> {
        let before = self.size;
        let mut tiles = Vec::new();
        for leaf in leaves {
            self.push(leaf, &mut |tile| tiles.push(tile));
        }
        let grown = self.tiles().into_iter().filter(|tile| tile.width() != tile.id.width(before));
        tiles.extend(grown);
        tiles
    }

    /// The unfinished tiles as they are now, lowest level first; a level whose tiles are all full has none.
    #[must_use]
    pub fn tiles(&self) -> Vec<Tile> {
        let rows = (0..LEVELS).zip(&self.rows).filter(|(_, row)| !row.is_empty());
        rows.map(|(level, row)| Tile { id: TileId::right_edge(level, self.size), hashes: row.clone() }).collect()
    }

    /// Appends one leaf; each tile that is now full goes to `full`, lower levels first.
    pub(super) fn push(&mut self, leaf: Hash, full: &mut impl FnMut(Tile)) {
        self.size += 1;
        let mut carried = leaf;
        for level in 0..LEVELS {
            if self.rows.len() == usize::from(level) {
                self.rows.push(Vec::with_capacity(TILE_WIDTH));
            }
            let Some(row) = self.rows.get_mut(usize::from(level)) else {
                return;
            };
            row.push(carried);
            if row.len() < TILE_WIDTH {
                return;
            }
            let hashes = std::mem::replace(row, Vec::with_capacity(TILE_WIDTH));
            carried = perfect(&hashes);
            // The edge of this level has just moved on by one tile.
            let index = TileId::right_edge(level, self.size).index.saturating_sub(1);
            full(Tile { id: TileId::new(level, index), hashes });
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[Hash]> {
        self.rows.iter().map(Vec::as_slice)
    }
}

/// Levels at which a tree of `size` entries has at least one hash.
fn level_count(size: u64) -> u8 {
    let bits = u64::BITS - size.leading_zeros();
    u8::try_from(bits.div_ceil(8)).unwrap_or(LEVELS)
}
