//! What hospitals speak: bytes to values and back, without IO. Knows nothing of Bedside.

pub mod fhir;
pub mod hl7;
pub mod identifier;
pub mod mllp;
