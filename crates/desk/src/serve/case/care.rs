//! What the care team wrote from the chart, on the case's page, and what people do with a suggestion.

use std::collections::HashMap;

use bedside_core::id::{NoteId, PersonId};
use bedside_flow::ActError;
use bedside_store::{
    StoreError, Tx,
    cases::CaseRow,
    chart::{self, CareKind, CareRow, CareState},
};

use super::{
    super::{DeskState, answer::Stop, eyes::Sight, form::Fields, names, refused::not_done, session::Signed},
    reply::form,
};
use crate::{
    page::case::{Care, Suggestion},
    text::Reader,
};

pub(super) async fn care(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    case: &CaseRow,
    people: &HashMap<PersonId, String>,
) -> Result<Vec<Care>, StoreError> {
    if who.sight(case.site) != Sight::Text {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for row in chart::care_of(tx, case.id).await? {
        let text = row.text(&state.store).await?;
        all.push(Care {
            id: row.id.to_string(),
            by: text.as_ref().map_or_else(|| who.reader.t("someone"), |text| text.0.user.name.clone()),
            at: row.at.as_micros(),
            text: text.map_or_else(|| who.reader.t("erased"), |text| text.0.text),
            suggestion: (row.kind == CareKind::Suggestion).then(|| suggestion(&who.reader, &row, people)),
        });
    }
    Ok(all)
}

fn suggestion(r: &Reader, row: &CareRow, people: &HashMap<PersonId, String>) -> Suggestion {
    let (by, at) = row
        .settled
        .map_or_else(|| (String::new(), row.at.as_micros()), |(by, at)| (names::person(r, people, by), at.as_micros()));
    match row.state {
        CareState::Open => Suggestion::Open { warned: row.verdict == "warn" },
        CareState::Taken => Suggestion::Taken { by, at },
        CareState::SetAside => Suggestion::SetAside { by, at },
    }
}

/// Takes a suggestion over as this person's draft, in the form a reply to this case would begin with.
pub(super) async fn take(state: &DeskState, who: &Signed, case: &CaseRow, fields: &Fields) -> Result<(), Stop> {
    let explained = {
        let mut tx = state.store.begin_read().await?;
        state.road.explain(&mut tx, case).await?
    };
    let permitted = explained.map(|explained| explained.permitted).unwrap_or_default();
    let form = names::speech_form(form(case, None, &permitted));
    let taken = state.road.take_suggestion(who.person.id, case.id, id(fields)?, form).await;
    taken.map(drop).map_err(|error| failed(who, case, error))
}

/// Sets a suggestion aside.
pub(super) async fn set_aside(state: &DeskState, who: &Signed, case: &CaseRow, fields: &Fields) -> Result<(), Stop> {
    let set = state.road.set_suggestion_aside(who.person.id, case.id, id(fields)?).await;
    set.map_err(|error| failed(who, case, error))
}

fn id(fields: &Fields) -> Result<NoteId, Stop> {
    fields.get("suggestion").parse().map_err(|_| Stop::Unclear)
}

fn failed(who: &Signed, case: &CaseRow, error: ActError) -> Stop {
    not_done(&who.reader, Some(case.number), error)
}
