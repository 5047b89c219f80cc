//! Search (FHIR R4, §3.1.1): query strings become typed queries, and small sets are searched, sorted and paged by them.

mod cursor;
mod matches;
pub mod params;
mod query;
mod value;

pub use cursor::{Cursor, Key};
pub use matches::{Page, included, matches, page, subset};
pub use query::{Filter, Include, Query, RevInclude, Rules, Sort, Summary, Test, Total};
pub use value::{Prefix, System, TextMatch, Wanted, fold};
