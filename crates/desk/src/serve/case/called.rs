//! Whom a case's alarms have called so far, and who answered.

use bedside_core::id::PersonId;
use bedside_store::{
    StoreError, Tx,
    alarms::{self, AlarmRow, AlarmState},
    cases::CaseRow,
};
use std::collections::HashMap;

use super::super::{DeskState, names, session::Signed};
use crate::text::{key, role};

/// A sentence for each alarm that still says something, the newest first.
pub(super) async fn called(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
) -> Result<Vec<String>, StoreError> {
    let mut told = Vec::new();
    for row in alarms::of_case(tx, case.id).await? {
        let last = alarms::calls_of(tx, row.id).await?.into_iter().next().map(|call| (call.member, call.created_at));
        told.extend(sentence(state, who, &row, last, people));
    }
    Ok(told)
}

fn sentence(
    state: &DeskState,
    who: &Signed,
    row: &AlarmRow,
    last: Option<(String, bedside_core::time::Timestamp)>,
    people: &HashMap<PersonId, String>,
) -> Option<String> {
    let r = &who.reader;
    let team = role(r, &row.team);
    let name = |slug: &str| state.road.alarm_member(row.site, slug).unwrap_or_else(|| slug.to_owned());
    if let (Some(by), Some(at)) = (&row.acknowledged_by, row.acknowledged_at) {
        let by = row.acknowledged_person.map_or_else(|| name(by), |person| names::person(r, people, person));
        let said = [("team", team.into()), ("who", by.into()), ("at", r.moment(at.as_micros()).into())];
        return Some(r.say(key!("called-answered"), &said));
    }
    match (row.state, last) {
        (AlarmState::Open, Some((member, at))) => {
            let said = [
                ("team", team.into()),
                ("count", row.calls.into()),
                ("who", name(&member).into()),
                ("at", r.moment(at.as_micros()).into()),
            ];
            Some(r.say(key!("called-open"), &said))
        }
        (AlarmState::Open, None) => Some(r.say(key!("called-nobody"), &[("team", team.into())])),
        (AlarmState::Acknowledged | AlarmState::Ended, _) => None,
    }
}
