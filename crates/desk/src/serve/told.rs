//! Whom else the house tells, for those who may see every link of the group: one subscriber may be told of several sites.

use bedside_core::policy::desk::DeskAction;
use bedside_store::{
    StoreError, Tx,
    exchange::{self, DeliveryState, TargetRow, TargetState},
    sites,
};

use super::session::Signed;
use crate::{
    page::{links::LinkState, told::Told},
    text::{Reader, told_code},
};

/// What is told to others; nothing to who may not see it.
pub(super) async fn all(who: &Signed, tx: &mut Tx) -> Result<Vec<Told>, StoreError> {
    let every = sites::all(tx).await?;
    if every.iter().any(|site| who.may(site.id, DeskAction::ReadLinks).is_err()) {
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    for row in exchange::all_targets(tx).await? {
        let counts = exchange::counts(tx, &row.id).await?;
        let of = |state| counts.iter().find(|(found, _)| *found == state).map_or(0, |(_, n)| *n);
        told.push(Told {
            id: row.id.replace(':', "-"),
            state: state_of(&who.reader, &row),
            name: row.client,
            is_hook: row.is_hook,
            failing: row.failing_since.map(|at| at.as_micros()),
            last: row.last_ok_at.map(|at| at.as_micros()),
            waiting: of(DeliveryState::Waiting),
            dead: of(DeliveryState::Dead),
            sent: of(DeliveryState::Sent),
            dropped: of(DeliveryState::Dropped),
        });
    }
    Ok(told)
}

fn state_of(r: &Reader, row: &TargetRow) -> LinkState {
    match row.state {
        TargetState::Requested => LinkState::Starting,
        TargetState::Active if row.last_ok_at.is_none() => LinkState::Idle,
        TargetState::Active => LinkState::Live,
        TargetState::Error => LinkState::Trouble(told_code(r, &row.code)),
        TargetState::Off => LinkState::Stopped,
    }
}
