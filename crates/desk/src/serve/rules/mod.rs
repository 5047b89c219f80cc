//! The rules of a house at the desk: seen by everybody with a role there, written, replayed and put in force by those who may.

mod act;
mod cases;
mod list;
mod version;
mod write;

pub(super) use self::act::moment;
use axum::{
    Router,
    extract::State,
    response::IntoResponse as _,
    routing::{get, post},
};
use bedside_core::{
    id::PersonId,
    policy::desk::{DeskAction, Seat},
    site::Role,
};
use bedside_flow::ActError;

use super::{
    DeskState,
    answer::{Answer, Stop, see},
    eyes::House,
    session::Signed,
};
use crate::{
    page::rules::rules_href,
    text::{Reader, undone_code},
};

/// The routes below `/rules`.
pub(super) fn routes() -> Router<DeskState> {
    Router::new()
        .route("/rules", get(front))
        .route("/rules/{site}", get(list::show))
        .route("/rules/{site}/write", get(write::show).post(write::post))
        .route("/rules/{site}/cases", get(cases::show).post(cases::export))
        .route("/rules/{site}/cases/drop", post(cases::put_aside))
        .route("/rules/{site}/back", get(list::lead_back).post(act::back))
        .route("/rules/{site}/withdraw", get(list::lead_back).post(act::withdraw))
        .route("/rules/{site}/version/{number}", get(version::show))
        .route("/rules/{site}/version/{number}/{act}", get(version::lead_back).post(act::on_version))
}

/// To the rules of the house that is looked at, or of the first one.
async fn front(State(_): State<DeskState>, who: Signed) -> Answer {
    let house = readable(&who).next().ok_or(Stop::NOT_FOUND)?;
    Ok(see(&rules_href(&house.site.slug, "")).into_response())
}

/// The houses whose rules the person may see, the one that is looked at first.
fn readable(who: &Signed) -> impl Iterator<Item = &House> {
    let may = |house: &&House| who.may(house.site.id, DeskAction::ReadRules).is_ok();
    let chosen = who.scope().filter(may);
    chosen
        .chain(who.houses.iter().filter(move |house| may(house) && who.chosen.is_some_and(|one| one != house.site.id)))
}

/// The house with this slug, for somebody on its clock who may see its rules; else nothing is there.
fn at_house(who: Signed, slug: &str) -> Result<(Signed, House), Stop> {
    let house = who.houses.iter().find(|house| house.site.slug == slug).cloned().ok_or(Stop::NOT_FOUND)?;
    who.may(house.site.id, DeskAction::ReadRules)?;
    Ok((who.on_the_clock_of(house.site.id), house))
}

/// The houses to choose from: slug and name.
fn choices(who: &Signed) -> Vec<(String, String)> {
    let all = who.houses.iter().filter(|house| who.may(house.site.id, DeskAction::ReadRules).is_ok());
    all.map(|house| (house.site.slug.clone(), house.site.name.clone())).collect()
}

/// Whether somebody may put in force what these people wrote; the refusal says why not.
fn may_put_in_force(
    state: &DeskState,
    who: &Signed,
    roles: &[Role],
    writers: &[PersonId],
) -> Result<(), bedside_core::policy::desk::Refusal> {
    let seat = Seat { own_draft: writers.contains(&who.person.id) };
    state.road.permissions().may(roles, DeskAction::PutRulesInForce, seat)
}

/// Why an act on rules was not done, in words to be shown beside the form; anything else stops the request.
fn undone(r: &Reader, error: ActError) -> Result<String, Stop> {
    match error {
        ActError::Invalid(word) | ActError::Changed(word) => Ok(undone_code(r, word)),
        ActError::Blocked(_) => Ok(undone_code(r, "guard_blocks")),
        other @ (ActError::Refused(_) | ActError::Gone | ActError::Flow(_)) => Err(other.into()),
    }
}
