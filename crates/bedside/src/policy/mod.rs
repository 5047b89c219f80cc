//! `bedside policy …`: why a post was decided so, whether rules decide cases right, and what other rules would have changed.

pub mod explain;
mod pack;
pub mod replay;
pub mod test;

pub use pack::Pack;
