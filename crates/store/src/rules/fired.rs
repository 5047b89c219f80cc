//! Which rules took part in decisions, read in the order the decisions were made.

use bedside_core::{
    id::{DecisionId, SiteId},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{StoreError, Tx, db::statements, value::args};

/// The rules of one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredRow {
    /// The decision.
    pub decision: DecisionId,
    /// At which house.
    pub site: SiteId,
    /// When.
    pub at: Timestamp,
    /// The ids of the rules that made it.
    pub rules: Vec<String>,
}

#[derive(Deserialize)]
struct Body {
    because: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    rule: String,
}

statements! {
    // An id sorts by birth, so that no index by time is needed.
    BETWEEN = "SELECT d.id, c.site_id, d.at, d.body FROM decision d JOIN cases c ON c.id = d.case_id \
        WHERE d.id > $1 AND d.id < $2 ORDER BY d.id LIMIT $3";
}

/// Decisions born after one id and before another, the oldest first.
///
/// # Errors
/// The engine refuses, or a row is not ours.
pub async fn between(
    tx: &mut Tx,
    after: DecisionId,
    before: DecisionId,
    most: u32,
) -> Result<Vec<FiredRow>, StoreError> {
    let rows = tx.rows(BETWEEN, args![after, before, most]).await?;
    rows.iter()
        .map(|row| {
            let body: Body = row.json(3)?;
            let rules = body.because.into_iter().map(|one| one.rule).collect();
            Ok(FiredRow { decision: row.id(0)?, site: row.id(1)?, at: row.time(2)?, rules })
        })
        .collect()
}
