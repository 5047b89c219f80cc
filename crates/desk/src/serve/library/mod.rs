//! The library of statements at the desk: the list, one of them, the form that writes one, and the acts.

mod acts;
mod edit;
mod view;

use axum::extract::{Path, State};
use bedside_core::{
    policy::desk::{DeskAction, Refusal},
    statement::{Statement, StatementState, TOLD_BEFORE},
};
use bedside_store::{
    StoreError, Tx,
    library::{self, Sealed, StatementRow},
};

pub(super) use self::{
    acts::{act, acted},
    edit::{fresh, save_new},
};
use super::{
    DeskState,
    answer::{Answer, Stop, page},
    frame::frame,
    session::Signed,
};
use crate::page::library as pages;

/// A version with what it says.
#[derive(Clone)]
struct Opened {
    row: StatementRow,
    sealed: Sealed,
}

impl Opened {
    const fn statement(&self) -> &Statement {
        &self.sealed.statement
    }
}

/// Whether the person may see a statement: they have a role at a house that it is for.
fn may_see(who: &Signed, statement: &Statement) -> bool {
    who.houses
        .iter()
        .any(|house| statement.is_for(house.site.id) && who.may(house.site.id, DeskAction::ReadStatements).is_ok())
}

/// Whether the person may do this to a statement: at every house that it is for. Houses where they have no role count.
fn may(state: &DeskState, who: &Signed, statement: &Statement, action: DeskAction, own: bool) -> Result<(), Refusal> {
    let houses = state.road.houses();
    let covered =
        houses.iter().filter(|house| statement.is_for(house.site.id) && statement.is_under(house.site.jurisdiction));
    for house in covered {
        who.permits().may(who.roles(house.site.id), action, own)?;
    }
    Ok(())
}

async fn open(state: &DeskState, rows: Vec<StatementRow>) -> Result<Vec<Opened>, Stop> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(sealed) = state.store.open_statement(&row).await? {
            all.push(Opened { row, sealed: sealed.0 });
        }
    }
    Ok(all)
}

/// Every version of a statement that the person may see.
async fn found(state: &DeskState, who: &Signed, tx: &mut Tx, number: &str) -> Result<Vec<Opened>, Stop> {
    let number: i64 = number.parse().map_err(|_| Stop::NOT_FOUND)?;
    let mut versions = open(state, library::by_number(tx, number).await?).await?;
    versions.retain(|one| may_see(who, one.statement()));
    if versions.is_empty() { Err(Stop::NOT_FOUND) } else { Ok(versions) }
}

/// The version in writing or asked for, else the newest.
fn at_hand(versions: &[Opened]) -> Option<&Opened> {
    let in_work =
        versions.iter().rev().find(|one| matches!(one.row.state, StatementState::Open | StatementState::Asked));
    in_work.or_else(|| versions.last())
}

/// What asks for this person: how many statements they may approve, and those of their own that end soon or have ended, as number,
/// title and when.
pub(super) async fn due(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
) -> Result<(usize, Vec<(i64, String, i64)>), StoreError> {
    let (mut to_approve, mut ending) = (0, Vec::new());
    for row in library::due(tx, who.person.id, who.now.plus(TOLD_BEFORE)).await? {
        let Some(sealed) = state.store.open_statement(&row).await? else { continue };
        let statement = sealed.0.statement;
        if row.state == StatementState::Approved {
            ending.push((row.number, statement.title, view::last_moment(&row)));
        } else if may(state, who, &statement, DeskAction::ApproveStatement, false).is_ok() {
            to_approve += 1;
        }
    }
    Ok((to_approve, ending))
}

/// The list.
pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    if !who.may_anywhere(DeskAction::ReadStatements) {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let mut all = open(&state, library::current(&mut tx).await?).await?;
    all.retain(|one| may_see(&who, one.statement()));
    Ok(page(pages::library(&frame, &view::list(&state, &who, &all))))
}

/// One statement.
pub(super) async fn one(State(state): State<DeskState>, Path(number): Path<String>, who: Signed) -> Answer {
    let mut tx = state.store.begin_read().await?;
    let versions = found(&state, &who, &mut tx, &number).await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let view = view::one(&state, &who, &mut tx, &versions, None).await?;
    Ok(page(pages::one(&frame, &view)))
}
