//! The audit log's maths: an append-only Merkle tree (RFC 6962) in tiles (C2SP tlog-tiles) with signed checkpoints
//! (tlog-checkpoint, signed-note), so that an outsider can verify what happened without trusting the hospital's
//! database. It holds no text, knows no clock and makes no randomness; the store keeps the bytes.

mod checkpoint;
mod code;
mod commitment;
mod edge;
mod entry;
mod hash;
mod kind;
mod note;
mod proof;
mod subject;
mod tile;
pub mod verify;

#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use code::{BadCode, CODE_BYTES, Code, RULE_ID_BYTES, RuleId};
pub use commitment::{Commitment, SALT_BYTES};
pub use edge::{EdgeError, RightEdge};
pub use entry::{ENTRY_BYTES, Entry, EntryError, NUMBER_MAX};
pub use hash::{BadHash, HASH_BYTES, Hash};
pub use kind::{Kind, UnknownWord};
pub use note::{NoteError, SEED_BYTES, Signer, VerifierKey, open_note, unverified_text};
pub use proof::{ConsistencyProof, InclusionProof, ProofError};
pub use subject::{Actor, BadSubject, Subject};
pub use tile::{LEVELS, TILE_WIDTH, Tile, TileId, hashes_of_tile};
pub use verify::{Finding, LogReader, Report, Unproven, verify};
