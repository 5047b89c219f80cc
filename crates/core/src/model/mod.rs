//! What the trained linear models share: hashed word and character n-grams, and tables of small weights with a header.
//! Training and use read texts by the same code here, so that a weight means the same on both sides.

mod grams;
mod table;

pub(crate) use grams::each_word;
pub(crate) use table::Sum;
pub use table::{LANES, Table, TableParts};
