//! Resources as they are given out: what is kept of them, with version and time.

use bedside_clinical::fhir::Instant;
use bedside_core::time::Timestamp;
use bedside_store::{Store, StoreError, exchange::ResourceRow};
use serde_json::{Value, json};

/// A resource with the row it comes from.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    /// What is kept of it.
    pub row: ResourceRow,
    /// What it says, with version and time.
    pub value: Value,
}

/// Opens a resource; `None`: it was taken away, or a key was erased.
pub(super) async fn open(store: &Store, row: ResourceRow) -> Result<Option<Opened>, StoreError> {
    let Some(content) = store.open_resource(&row).await? else { return Ok(None) };
    // What lies there was written by us; were it damaged, opening would have failed.
    let Ok(mut value) = serde_json::from_slice::<Value>(&content.0) else { return Ok(None) };
    stamp(&mut value, row.version, row.at);
    Ok(Some(Opened { row, value }))
}

/// Writes version and time into a resource.
pub(super) fn stamp(value: &mut Value, version: i64, at: Timestamp) {
    let Some(fields) = value.as_object_mut() else { return };
    let meta = fields.entry("meta").or_insert_with(|| json!({}));
    if let Some(meta) = meta.as_object_mut() {
        meta.insert("versionId".to_owned(), version.to_string().into());
        meta.insert("lastUpdated".to_owned(), instant(at).to_string().into());
    }
}

/// A time as FHIR has it.
pub(super) const fn instant(at: Timestamp) -> Instant {
    Instant::from_micros(at.as_micros())
}
