//! The hospital's systems. Hands what they say to a port of core and never sees the database.

pub mod app;
pub mod fhir;
pub mod hl7v2;
