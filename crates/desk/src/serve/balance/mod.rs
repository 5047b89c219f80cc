//! The balance at the desk: asks the store for figures and puts them into words. Who sees several houses sees them together; nobody
//! sees a text here, nor a figure of a person.

mod period;
mod tables;
mod view;

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::{policy::desk::DeskAction, time::Span};
use bedside_store::balance::{self, Alarms, Asked, Goals, Holds, Missed, Reason, Said, Tally, Waits};

use self::period::Period;
use super::{
    DeskState,
    answer::{Answer, Stop, page},
    eyes::House,
    frame::frame,
    session::Signed,
};
use crate::page::balance::balance as balance_page;

/// Silences that are shown one by one; the file has as many.
const MISSED: u32 = 200;

/// What was asked for, and the figures.
struct Figures {
    period: Period,
    asked: Asked,
    goals: Goals,
    decided: Vec<Tally>,
    said: Vec<Said>,
    by_site: Vec<(bedside_core::id::SiteId, Tally)>,
    total: Tally,
    reasons: Vec<Reason>,
    waits: Vec<Waits>,
    holds: Holds,
    missed: (i64, Vec<Missed>),
    alarms: Alarms,
    imported: i64,
}

/// The person, looking at the house that the address names.
fn looking(who: Signed, query: &HashMap<String, String>) -> Result<Signed, Stop> {
    if !who.may_anywhere(DeskAction::ReadBalance) {
        return Err(Stop::NOT_FOUND);
    }
    let named = query.get("site").map(String::as_str).filter(|slug| !slug.is_empty());
    let chosen = match named {
        Some("all") if who.houses.len() > 1 => None,
        Some(slug) => who.houses.iter().find(|house| house.site.slug == slug).map(|house| house.site.id).or(who.chosen),
        None => who.chosen,
    };
    let who = who.looking_at(chosen);
    Ok(match chosen {
        Some(site) => who.on_the_clock_of(site),
        None => who,
    })
}

/// The houses of the page whose figures the person may see.
fn houses(who: &Signed) -> Vec<&House> {
    who.scope().filter(|house| who.may(house.site.id, DeskAction::ReadBalance).is_ok()).collect()
}

/// The goals of the houses: what each means to keep (`answer_within`), else the usual ones; where they differ, the shortest.
fn goals(houses: &[&House]) -> Goals {
    let usual = Goals::default();
    let shortest = |usual: Span| {
        houses.iter().map(|house| house.site.settings.answer_within.unwrap_or(usual)).min().unwrap_or(usual)
    };
    Goals { answer: shortest(usual.answer), invite: shortest(usual.invite), acknowledge: shortest(usual.acknowledge) }
}

async fn figures(state: &DeskState, who: &Signed, query: &HashMap<String, String>) -> Result<Figures, Stop> {
    let word = |name: &str| query.get(name).map(String::as_str);
    let period = Period::read(word("from"), word("to"), word("by"), &who.reader.zone, who.now);
    let edges = period.moments();
    let houses = houses(who);
    let (Some(from), Some(to)) = (edges.first().copied(), edges.last().copied()) else { return Err(Stop::Unclear) };
    let asked = Asked { sites: houses.iter().map(|house| house.site.id).collect(), from, to };
    let goals = goals(&houses);
    let mut tx = state.store.begin_read().await?;
    let decided = balance::decided(&mut tx, &asked, &edges).await?;
    let by_site = balance::by_site(&mut tx, &asked).await?;
    let total = by_site.iter().fold(Tally::default(), |all, (_, one)| all.with(*one));
    Ok(Figures {
        said: balance::said(&mut tx, &asked, &edges).await?,
        reasons: balance::reasons(&mut tx, &asked).await?,
        waits: balance::waits(&mut tx, &asked, &goals).await?,
        holds: balance::holds(&mut tx, &asked).await?,
        missed: balance::missed(&mut tx, &asked, MISSED).await?,
        alarms: balance::alarms(&mut tx, &asked).await?,
        imported: balance::imported(&mut tx, &asked).await?,
        period,
        asked,
        goals,
        decided,
        by_site,
        total,
    })
}

/// The page.
pub(super) async fn show(
    State(state): State<DeskState>,
    Query(query): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let who = looking(who, &query)?;
    let figures = figures(&state, &who, &query).await?;
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let view = view::balance(&state, &who, &figures, query.contains_key("print"));
    Ok(page(balance_page(&frame, &view)))
}

/// A table as a file.
pub(super) async fn table(
    State(state): State<DeskState>,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let who = looking(who, &query)?;
    let figures = figures(&state, &who, &query).await?;
    let wanted = name.strip_suffix(".csv").ok_or(Stop::NOT_FOUND)?;
    let tables = tables::tables(&state, &who, &figures);
    let table = tables.into_iter().find(|table| table.name == wanted).ok_or(Stop::NOT_FOUND)?;
    let file = format!("{}-{}-{}.csv", table.name, figures.period.first, figures.period.last);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")).map_err(|_| Stop::Unclear)?,
        ),
    ];
    Ok::<Response, Stop>((headers, table.csv(&who.reader)).into_response())
}
