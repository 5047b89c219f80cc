//! What hospitals speak: bytes to values and back, without IO. Knows nothing of Bedside.

pub mod fhir;
pub mod mllp;
