//! Search.

pub mod params;
