//! The nights: each house's run is done once, by whatever process begins it; one that did not end is taken up after an hour.

use bedside_core::{
    id::SiteId,
    time::{Span, Timestamp},
};

use crate::{StoreError, Tx, db::statements, value::args};

/// After so long without an end a run counts as broken off.
const BROKEN: Span = Span::hours(1);

statements! {
    BEGIN = "INSERT INTO retention_night (site_id, day, begun_at) VALUES ($1, $2, $3) ON CONFLICT (site_id, day) DO UPDATE \
        SET begun_at = excluded.begun_at WHERE retention_night.ended_at IS NULL AND retention_night.begun_at < $4";
    END = "UPDATE retention_night SET ended_at = $3 WHERE site_id = $1 AND day = $2";
    FORGET = "DELETE FROM retention_night WHERE site_id = $1 AND day < $2";
}

/// Begins the run of a house for a day (`2026-11-27`). `false`: it was done, or another process does it.
///
/// # Errors
/// The engine refuses.
pub async fn begin_night(tx: &mut Tx, site: SiteId, day: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.run(BEGIN, args![site, day, now, now.minus(BROKEN)]).await? > 0)
}

/// Ends it, and forgets earlier ones.
///
/// # Errors
/// The engine refuses.
pub async fn end_night(tx: &mut Tx, site: SiteId, day: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.run(END, args![site, day, now]).await?;
    tx.run(FORGET, args![site, day]).await.map(drop)
}
