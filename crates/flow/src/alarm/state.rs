//! How the ways to people stand: whom nobody could reach, and which way was not proven for a week.

use bedside_core::{
    alarm::Way,
    time::{Span, Timestamp},
};
use bedside_store::{
    StoreError, Tx,
    alarms::{self, PathRow},
};

use crate::{House, Road};

/// A way that was not proven for so long is not believed in.
const PROVEN_FOR: Span = Span::days(7);
/// So long a way may fail before it is said.
const FAILING_FOR: Span = Span::minutes(10);

/// The way to one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathName {
    /// The member's name.
    pub name: String,
    /// How.
    pub way: Way,
    /// When it was last proven; `None`: never.
    pub proven_at: Option<Timestamp>,
}

/// How the ways to a house's people stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathState {
    /// Whether there is a rota at all.
    pub has_rota: bool,
    /// Teams that alarms call and that have no rota.
    pub without_rota: Vec<String>,
    /// Ways that no call has gone over for a week.
    pub unproven: Vec<PathName>,
    /// Ways over which calls fail.
    pub failing: Vec<PathName>,
}

impl PathState {
    /// Whether everybody who must be reached can be.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        self.has_rota && self.without_rota.is_empty() && self.unproven.is_empty() && self.failing.is_empty()
    }
}

impl Road {
    /// How the ways to a house's people stand now.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn alarm_paths(&self, tx: &mut Tx, house: &House) -> Result<PathState, StoreError> {
        let now = self.now();
        let settings = self.alarms.settings();
        let members = settings.members(house.site.id);
        let known = alarms::paths(tx, house.site.id).await?;
        let mut state = PathState {
            has_rota: !members.is_empty(),
            without_rota: self.teams_without_rota(house),
            ..PathState::default()
        };
        for (_, member) in members {
            for way in member.ways() {
                let row = known.iter().find(|row| row.member == member.slug && row.way == way);
                let path = PathName { name: member.name.clone(), way, proven_at: row.and_then(proven) };
                let fails = row.and_then(|row| row.failing_since).is_some_and(|since| now.since(since) >= FAILING_FOR);
                if path.proven_at.is_none_or(|at| now.since(at) > PROVEN_FOR) {
                    state.unproven.push(path);
                } else if fails {
                    state.failing.push(path);
                }
            }
        }
        Ok(state)
    }
}

fn proven(row: &PathRow) -> Option<Timestamp> {
    row.delivered_at.max(row.acknowledged_at)
}
