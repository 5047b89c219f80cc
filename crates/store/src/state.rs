//! State: how much of everything there is, for whoever watches over the program. Counts alone: no id, no text, no person.

use bedside_core::time::Timestamp;

use crate::{
    StoreError,
    db::{Tx, statements},
    value::args,
};

statements! {
    CASES = "SELECT s.slug, c.queue, COUNT(*), COALESCE(SUM(CASE WHEN c.alarm_due_at IS NOT NULL AND c.alarm_taken_by IS NULL \
        THEN 1 ELSE 0 END), 0) FROM cases c JOIN site s ON s.id = c.site_id GROUP BY s.slug, c.queue ORDER BY s.slug, c.queue";
    REPLIES = "SELECT state, COUNT(*), MIN(due_at) FROM outbox GROUP BY state ORDER BY state";
    PAUSES = "SELECT COUNT(*) FROM pause WHERE resumed_at IS NULL";
    FILINGS = "SELECT state, COUNT(*) FROM filing GROUP BY state ORDER BY state";
}

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Site, queue, cases in it, and those of them whose alarm nobody has taken.
    pub cases: Vec<(String, String, i64, i64)>,
    /// State, replies in it, and when the earliest was due.
    pub replies: Vec<(String, i64, Timestamp)>,
    /// Pauses in force.
    pub pauses: i64,
    /// State, and documents for the record in it.
    pub filings: Vec<(String, i64)>,
}

/// Counts.
///
/// # Errors
/// The engine refuses.
pub async fn state(tx: &mut Tx) -> Result<State, StoreError> {
    let mut state = State::default();
    for row in tx.rows(CASES, args![]).await? {
        state.cases.push((row.text(0)?, row.text(1)?, row.int(2)?, row.int(3)?));
    }
    for row in tx.rows(REPLIES, args![]).await? {
        state.replies.push((row.text(0)?, row.int(1)?, row.time(2)?));
    }
    state.pauses = tx.row(PAUSES, args![]).await?.map_or(Ok(0), |row| row.int(0))?;
    for row in tx.rows(FILINGS, args![]).await? {
        state.filings.push((row.text(0)?, row.int(1)?));
    }
    Ok(state)
}
