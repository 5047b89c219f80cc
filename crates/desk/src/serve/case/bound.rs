//! What binds a case beside the rules: clocks, the hold's owner, strikes, an incident's statement.

use std::collections::HashMap;

use bedside_core::{
    case::Queue,
    id::PersonId,
    policy::{Speech, desk::DeskAction},
    triage::Lang,
};
use bedside_flow::is_near;
use bedside_store::{
    Tx,
    cases::CaseRow,
    clocks::{self, ClockRow},
    posts::PostRow,
    shown, strikes,
};

use super::super::{DeskState, answer::Stop, eyes::Sight, names, session::Signed};
use crate::{
    page::case::{Bound, Clock, Goal, Held},
    text::label,
};

/// Everything of it.
pub(super) async fn bound(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    (subject, strikes): (Option<&PostRow>, u32),
    people: &HashMap<PersonId, String>,
) -> Result<Bound, Stop> {
    let lang = lang(who);
    let may = |action| who.sight(case.site) >= Sight::Covered && who.may(case.site, action).is_ok();
    let house = state.road.house(case.site);
    let mut rows = clocks::of_case(tx, case.id).await?;
    rows.sort_by_key(|row| (row.ended_at.is_some(), row.due));
    let running: Vec<String> = rows.iter().filter(|row| row.ended_at.is_none()).map(|row| row.kind.clone()).collect();
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push(clock(state, who, row, people).await?);
    }
    let kinds = house.map_or_else(Vec::new, |house| {
        let in_force = house.rules();
        let free = in_force.clocks().all().filter(|kind| !running.contains(&kind.id));
        free.map(|kind| (kind.id.clone(), kind.name(lang).to_owned())).collect::<Vec<_>>()
    });
    let is_strike = match subject {
        Some(post) => strikes::is_strike(tx, post.id).await?,
        None => false,
    };
    Ok(Bound {
        clocks: all,
        kinds,
        may_start: may(DeskAction::StartClock) && case.queue != Queue::Done,
        may_end: may(DeskAction::EndClock),
        held: held(who, case, people),
        goal: goal(state, tx, case, who).await?,
        strikes,
        may_waive: is_strike && may(DeskAction::Decide),
        statements: match who.sight(case.site) {
            Sight::Text => {
                let all = state.road.approved_incident_texts(tx, case.site).await?.into_iter();
                all.map(|one| (one.row.lang, one.text)).collect()
            }
            _ => Vec::new(),
        },
    })
}

fn lang(who: &Signed) -> Lang {
    Lang::from_tag(who.reader.lang.code())
}

async fn clock(
    state: &DeskState,
    who: &Signed,
    row: &ClockRow,
    people: &HashMap<PersonId, String>,
) -> Result<Clock, Stop> {
    let r = &who.reader;
    let in_force = state.road.house(row.site).map(|house| house.rules());
    let kind = in_force.as_ref().and_then(|rules| rules.clocks().get(&row.kind));
    let started_by = match row.started_by.split_once(':') {
        Some(("label", word)) => label(r, word),
        Some((_, rule)) => rule.to_owned(),
        None => row.started_by.parse().map_or_else(|_| row.started_by.clone(), |id| names::person(r, people, id)),
    };
    let why = if who.sight(row.site) == Sight::Text { row.reason(&state.store).await? } else { None };
    let why = why.map_or_else(|| r.t("row-masked"), |why| why.0);
    Ok(Clock {
        id: row.id.to_string(),
        name: kind.map_or_else(|| row.kind.replace('_', " "), |kind| kind.name(lang(who)).to_owned()),
        source: kind.map(|kind| kind.source.clone()).unwrap_or_default(),
        started_by,
        from: row.from.as_micros(),
        due: row.due.as_micros(),
        is_near: row.near <= who.now,
        ended: row.ended_by.zip(row.ended_at).map(|(by, at)| (names::person(r, people, by), at.as_micros(), why)),
    })
}

fn held(who: &Signed, case: &CaseRow, people: &HashMap<PersonId, String>) -> Option<Held> {
    let (since, until) = (case.wait.held_since?, case.hold_until?);
    Some(Held {
        since: since.as_micros(),
        until: until.as_micros(),
        ends_soon: is_near(case, who.now),
        owner: case.wait.owner.map(|owner| names::person(&who.reader, people, owner)),
    })
}

/// The house's goal counts from the post, without the time that rules held the case.
async fn goal(state: &DeskState, tx: &mut Tx, case: &CaseRow, who: &Signed) -> Result<Option<Goal>, Stop> {
    let goal = state.road.house(case.site).and_then(|house| house.site.settings.answer_within);
    let Some(goal) = goal.filter(|_| case.queue != Queue::Done && !matches!(case.decision.speech, Speech::Silent))
    else {
        return Ok(None);
    };
    if shown::replies(tx, &[case.id])
        .await?
        .values()
        .any(|reply| reply.draft == bedside_store::drafts::DraftState::Sent)
    {
        return Ok(None);
    }
    let due = case.posted_at.plus(goal).plus(case.wait.rested(who.now));
    Ok(Some(Goal { due: due.as_micros(), rests: case.wait.rested_since.is_some() }))
}
