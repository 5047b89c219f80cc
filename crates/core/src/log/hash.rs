//! SHA-256 and the two hashes of RFC 6962 §2.1 that every tree is made of. Leaves and nodes begin with different
//! bytes, so that no node can be passed off as an entry.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256};

/// Bytes in a hash.
pub const HASH_BYTES: usize = 32;

const LEAF: &[u8] = &[0];
const NODE: &[u8] = &[1];

/// A SHA-256 hash of a leaf or of a node of the tree. Written as base64, as checkpoints write it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub(super) [u8; HASH_BYTES]);

impl Hash {
    /// The root of a tree without entries: SHA-256 of nothing (RFC 6962 §2.1).
    pub const EMPTY_TREE: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
        0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
    ]);

    /// The hash an entry's bytes have as a leaf.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        sha256(&[LEAF, entry])
    }

    /// The hash of the node above `left` and `right`.
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        sha256(&[NODE, &left.0, &right.0])
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// Takes 32 bytes as a hash; `None` if there are more or fewer.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The text is not the base64 of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the base64 of a SHA-256 hash")]
pub struct BadHash;

impl FromStr for Hash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, BadHash> {
        let bytes = STANDARD.decode(text).map_err(|_| BadHash)?;
        Self::from_slice(&bytes).ok_or(BadHash)
    }
}

pub(super) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; HASH_BYTES];
    bytes.copy_from_slice(context.finish().as_ref());
    Hash(bytes)
}

/// The root over `hashes` as the leaves of a perfect subtree: their number must be a power of two.
pub(super) fn perfect(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::EMPTY_TREE,
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            Hash::of_node(&perfect(left), &perfect(right))
        }
    }
}

/// The root of the tree whose right edge is `rows`: the row of hashes in the unfinished tile of each level, lowest
/// level first. A row splits into perfect subtrees by the ones of its length; they are joined from the right.
pub(super) fn root_of_rows<'a>(rows: impl IntoIterator<Item = &'a [Hash]>) -> Hash {
    let mut root = None;
    for row in rows {
        let mut rest = row;
        while !rest.is_empty() {
            let width = 1_usize << rest.len().trailing_zeros();
            let (left, subtree) = rest.split_at(rest.len() - width);
            let subtree = perfect(subtree);
            root = Some(root.map_or(subtree, |right| Hash::of_node(&subtree, &right)));
            rest = left;
        }
    }
    root.unwrap_or(Hash::EMPTY_TREE)
}
