//! The people: web pages, sign-in and everything a person sees of the house.
pub mod chart;
pub mod fhir;
pub mod look;
pub mod page;
pub mod serve;
pub mod text;

pub use page::kept::person_page;
pub use serve::{DeskSettings, DeskState, router};
