//! A house's own rules: their versions, from when which is in force, replays, and the cases that prove them.

pub mod fired;
pub mod kept;
pub mod replay;
pub mod term;
pub mod version;

use bedside_core::log::SALT_BYTES;

use crate::{StoreError, db::Row};

fn salt(row: &Row, column: usize) -> Result<[u8; SALT_BYTES], StoreError> {
    row.bytes(column)?.try_into().map_err(|_| StoreError::corrupt("a salt", ""))
}
