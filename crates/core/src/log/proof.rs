//! Inclusion and consistency proofs (RFC 9162 §2.1.3, §2.1.4), made from tiles and checked without them.

use super::hash::{Hash, perfect};
use super::tile::{TILE_WIDTH, TileId, hashes_of_tile};

/// That an entry is in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry's index.
    pub index: u64,
    /// Entries in the tree.
    pub size: u64,
    /// The siblings on the way from the leaf to the root.
    pub hashes: Vec<Hash>,
}

/// That a tree begins with all the entries of an older one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Entries in the older tree.
    pub old_size: u64,
    /// Entries in the newer tree.
    pub size: u64,
    /// The nodes that make both roots.
    pub hashes: Vec<Hash>,
}

/// Why a proof can't be made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// The reader failed.
    #[error(transparent)]
    Read(E),
    /// The tree has no such entry or no such older size.
    #[error("{asked} is beyond the log's {size} entries")]
    Beyond {
        /// The index or size asked for.
        asked: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// A tile is missing or too short.
    #[error("the log's tile at {0} is missing or too short")]
    Tile(TileId),
}

impl InclusionProof {
    /// Makes the proof for the entry at `index` in the tree of `size` entries. The tiles are taken as they are:
    /// check the proof against a signed root before handing it out.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn make<E>(
        index: u64,
        size: u64,
        tile: impl FnMut(TileId) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, ProofError<E>> {
        if index >= size {
            return Err(ProofError::Beyond { asked: index, size });
        }
        let mut nodes = Nodes { tile, kept: None };
        let (mut low, mut high) = (0, size);
        let mut hashes = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                hashes.push(nodes.root(middle, high)?);
                high = middle;
            } else {
                hashes.push(nodes.root(low, middle)?);
                low = middle;
            }
        }
        hashes.reverse();
        Ok(Self { index, size, hashes })
    }

    /// Whether the entry with the leaf hash `leaf` is at the stated index in the tree with `root`.
    #[must_use]
    pub fn proves(&self, leaf: &Hash, root: &Hash) -> bool {
        if self.index >= self.size {
            return false;
        }
        let (mut node, mut last) = (self.index, self.size - 1);
        let mut hash = *leaf;
        for sibling in &self.hashes {
            if last == 0 {
                return false;
            }
            if node & 1 == 1 || node == last {
                hash = Hash::of_node(sibling, &hash);
                skip_lone_levels(&mut node, &mut last);
            } else {
                hash = Hash::of_node(&hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        last == 0 && hash == *root
    }
}

impl ConsistencyProof {
    /// Makes the proof that the tree of `size` entries begins with that of `old_size`.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn make<E>(
        old_size: u64,
        size: u64,
        tile: impl FnMut(TileId) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, ProofError<E>> {
        if old_size > size {
            return Err(ProofError::Beyond { asked: old_size, size });
        }
        let mut nodes = Nodes { tile, kept: None };
        let (mut low, mut high) = (0, size);
        let mut hashes = Vec::new();
        while old_size > 0 && old_size < high {
            let middle = low + split(high - low);
            if old_size <= middle {
                hashes.push(nodes.root(middle, high)?);
                high = middle;
            } else {
                hashes.push(nodes.root(low, middle)?);
                low = middle;
            }
        }
        // What is left is the last whole subtree of the old tree. The verifier knows it if it is the whole old tree.
        if old_size > 0 && low > 0 {
            hashes.push(nodes.root(low, high)?);
        }
        hashes.reverse();
        Ok(Self { old_size, size, hashes })
    }

    /// Whether the tree with `root` begins with the tree with `old_root`.
    #[must_use]
    pub fn proves(&self, old_root: &Hash, root: &Hash) -> bool {
        if self.old_size >= self.size || self.old_size == 0 {
            let same = self.old_size == self.size && old_root == root;
            let grown_from_nothing = self.old_size == 0 && self.size > 0 && *old_root == Hash::EMPTY_TREE;
            return self.hashes.is_empty() && (same || grown_from_nothing);
        }
        let mut rest = self.hashes.iter();
        let first = if self.old_size.is_power_of_two() { Some(old_root) } else { rest.next() };
        let Some(first) = first else { return false };
        let (mut node, mut last) = (self.old_size - 1, self.size - 1);
        let both_right = node.trailing_ones();
        (node, last) = (node >> both_right, last >> both_right);
        let (mut old, mut new) = (*first, *first);
        for hash in rest {
            if last == 0 {
                return false;
            }
            if node & 1 == 1 || node == last {
                old = Hash::of_node(hash, &old);
                new = Hash::of_node(hash, &new);
                skip_lone_levels(&mut node, &mut last);
            } else {
                new = Hash::of_node(&new, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        last == 0 && old == *old_root && new == *root
    }
}

/// A node on the right edge that has no sibling at a level is carried up unchanged.
const fn skip_lone_levels(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// The largest power of two below `entries` (at least 2): where RFC 6962 splits a tree.
const fn split(entries: u64) -> u64 {
    1 << (u64::BITS - 1 - (entries - 1).leading_zeros())
}

/// Reads hashes of nodes from tiles and keeps the last tile, since neighbours are asked for one after another.
struct Nodes<F> {
    tile: F,
    kept: Option<(TileId, Vec<Hash>)>,
}

impl<F, E> Nodes<F>
where
    F: FnMut(TileId) -> Result<Option<Vec<u8>>, E>,
{
    /// The root over the entries `low..high`, which RFC 6962 makes a subtree of.
    fn root(&mut self, low: u64, high: u64) -> Result<Hash, ProofError<E>> {
        let entries = high - low;
        if entries.is_power_of_two() {
            return self.node(entries.trailing_zeros(), low >> entries.trailing_zeros());
        }
        let middle = low + split(entries);
        let left = self.root(low, middle)?;
        let right = self.root(middle, high)?;
        Ok(Hash::of_node(&left, &right))
    }

    /// The node number `number` at `height` above the leaves.
    fn node(&mut self, height: u32, number: u64) -> Result<Hash, ProofError<E>> {
        let level = u8::try_from(height / 8).unwrap_or(u8::MAX);
        let first = number << (height % 8);
        let id = TileId::new(level, first / TILE_WIDTH as u64);
        let place = usize::try_from(first % TILE_WIDTH as u64).unwrap_or(TILE_WIDTH);
        let hashes = self.hashes(id)?.get(place..place + (1 << (height % 8)));
        hashes.map(perfect).ok_or(ProofError::Tile(id))
    }

    fn hashes(&mut self, id: TileId) -> Result<&[Hash], ProofError<E>> {
        let fresh = match self.kept.take() {
            Some(kept) if kept.0 == id => kept,
            Some(_) | None => {
                let bytes = (self.tile)(id).map_err(ProofError::Read)?.ok_or(ProofError::Tile(id))?;
                (id, hashes_of_tile(&bytes).ok_or(ProofError::Tile(id))?)
            }
        };
        Ok(&self.kept.insert(fresh).1)
    }
}
