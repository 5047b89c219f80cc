//! Acts on rules: replay, put in force, take back, one step back, set aside. Each is one act of the road.

use axum::extract::{Path, State};
use bedside_core::time::Timestamp;
use bedside_flow::{ActError, rules::Order};
use bedside_store::rules::version::VersionRow;
use jiff::civil::DateTime;

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, see},
        form::{Fields, Posted},
        session::Signed,
    },
    at_house, list, undone, version,
};
use crate::page::rules::rules_href;

/// One step back.
pub(super) async fn back(State(state): State<DeskState>, Path(slug): Path<String>, posted: Posted) -> Answer {
    let (who, house) = at_house(posted.who, &slug)?;
    let done = state.road.step_rules_back(who.person.id, house.site.id, &posted.fields.line("reason")).await;
    match done {
        Ok(()) => Ok(see(&rules_href(&house.site.slug, "#standing"))),
        Err(error) => {
            let error = undone(&who.reader, error)?;
            list::answer(&state, &who, &house, "", Some(error)).await
        }
    }
}

/// Takes back what is ordered for later.
pub(super) async fn withdraw(State(state): State<DeskState>, Path(slug): Path<String>, posted: Posted) -> Answer {
    let (who, house) = at_house(posted.who, &slug)?;
    match state.road.withdraw_rules(who.person.id, house.site.id).await {
        Ok(()) => Ok(see(&rules_href(&house.site.slug, "#standing"))),
        Err(error) => {
            let error = undone(&who.reader, error)?;
            list::answer(&state, &who, &house, "", Some(error)).await
        }
    }
}

/// An act on one version; the last part of the address says which.
pub(super) async fn on_version(
    State(state): State<DeskState>,
    Path((slug, number, act)): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let (who, house) = at_house(posted.who, &slug)?;
    let row = version::found(&mut state.store.begin_read().await?, &house, &number).await?;
    let (done, part) = match act.as_str() {
        "replay" => (replay(&state, &who, &row, &posted.fields).await, "#replay"),
        "stop" => (stop(&state, &who, &posted.fields).await, "#replay"),
        "live" => (live(&state, &who, &row, &posted.fields).await, "#put-live"),
        "cases" => (state.road.try_policy_cases(who.person.id, &row).await.map(drop), "#own-cases"),
        "drop" => (state.road.drop_rules(who.person.id, row.id).await, ""),
        _ => return Err(Stop::NOT_FOUND),
    };
    match done {
        Ok(()) if act == "live" => Ok(see(&rules_href(&house.site.slug, "#standing"))),
        Ok(()) => Ok(see(&rules_href(&house.site.slug, &format!("/version/{}{part}", row.number)))),
        Err(error) => {
            let error = undone(&who.reader, error)?;
            version::answer(&state, &who, &house, &number, None, Some(error)).await
        }
    }
}

async fn replay(state: &DeskState, who: &Signed, row: &VersionRow, fields: &Fields) -> Result<(), ActError> {
    let days = fields.get("days").parse().map_err(|_| ActError::Invalid("days_out_of_range"))?;
    state.road.ask_replay(who.person.id, row.id, days).await.map(drop)
}

async fn stop(state: &DeskState, who: &Signed, fields: &Fields) -> Result<(), ActError> {
    let id = fields.get("replay").parse().map_err(|_| ActError::Gone)?;
    state.road.stop_replay(who.person.id, id).await
}

async fn live(state: &DeskState, who: &Signed, row: &VersionRow, fields: &Fields) -> Result<(), ActError> {
    let typed = fields.line("from");
    let from = if typed.is_empty() { None } else { Some(moment(who, &typed)?) };
    if from.is_some_and(|from| from <= who.now) {
        return Err(ActError::Invalid("time_is_past"));
    }
    let why = fields.line("reason");
    state.road.put_rules_in_force(who.person.id, Order { version: row.id, from, why: &why }).await
}

/// A local time as a browser's field gives it, on the clock of the house.
pub(in super::super) fn moment(who: &Signed, typed: &str) -> Result<Timestamp, ActError> {
    let local: DateTime = typed.parse().map_err(|_| ActError::Invalid("time_unclear"))?;
    let zoned = local.to_zoned(who.reader.zone.clone()).map_err(|_| ActError::Invalid("time_unclear"))?;
    Ok(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}
