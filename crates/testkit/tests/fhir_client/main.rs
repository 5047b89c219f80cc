//! Bedside as a client of real FHIR servers: a strict one (sekmet-fhir) and a lenient one (Medplum's router). From a visitor
//! at the door to what stands in the record, and from the record to the patient index.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a test stops where a fact does not hold; the harness is another test's"
)]

#[path = "../../../flow/tests/road/house.rs"]
mod house;
#[path = "../../../flow/tests/road/platform.rs"]
mod platform;
mod server;
mod story;
mod told;
mod writing;
