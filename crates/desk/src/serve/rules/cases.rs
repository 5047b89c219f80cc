//! The house's own cases: run, taken out, set aside.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use bedside_core::policy::desk::DeskAction;
use bedside_flow::rules::{CaseRun, NotRight};
use bedside_store::{rules::version, shown};

use super::{
    super::{
        DeskState,
        answer::{Answer, Stop, page, see},
        eyes::{House, Sight},
        form::Posted,
        frame::{frame, names},
        names as words,
        preview::covered,
        refused::not_done,
        session::Signed,
    },
    at_house,
};
use crate::page::rules::{CaseLine, Run, RunCases, cases as cases_page, rules_href};

/// Cases on the page.
const LINES: usize = 500;

pub(super) async fn show(
    State(state): State<DeskState>,
    Path(slug): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let (who, house) = at_house(who, &slug)?;
    who.may(house.site.id, DeskAction::RunPolicyCases)?;
    let mut tx = state.store.begin_read().await?;
    let under = match asked.get("version").and_then(|number| number.parse().ok()) {
        Some(number) => Some(version::by_number(&mut tx, house.site.id, number).await?.ok_or(Stop::NOT_FOUND)?),
        None => None,
    };
    let frame = frame(&state, &who, &mut tx).await?;
    drop(tx);
    let run = state.road.run_policy_cases(who.person.id, house.site.id, under.as_ref().map(|row| row.id)).await;
    let run = run.map_err(|error| not_done(&who.reader, None, error))?;
    let view = RunCases {
        site: house.site.slug.clone(),
        version: under.map(|row| row.number),
        run: counted(&run),
        lines: lines(&state, &who, &house, &run).await?,
        may_export: who.may(house.site.id, DeskAction::ExportPolicyCases).is_ok(),
        may_drop: who.may(house.site.id, DeskAction::MarkWrong).is_ok(),
    };
    Ok(page(cases_page(&frame, &view)))
}

fn counted(run: &CaseRun) -> Run {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Run { cases: count(run.cases), right: count(run.right), harms: count(run.harms), erased: count(run.erased) }
}

async fn lines(state: &DeskState, who: &Signed, house: &House, run: &CaseRun) -> Result<Vec<CaseLine>, Stop> {
    let rows = run.rows.get(..LINES.min(run.rows.len())).unwrap_or_default();
    let mut tx = state.store.begin_read().await?;
    let people = names(&mut tx).await?;
    let numbers = shown::case_numbers(&mut tx, &rows.iter().map(|row| row.case).collect::<Vec<_>>()).await?;
    drop(tx);
    let sees = who.sight(house.site.id) > Sight::Nothing;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let said = run.whys.get(&row.id);
        let wrong: Option<&NotRight> = run.wrong.iter().find(|one| one.id == row.id);
        let reads = who.sight(house.site.id) == Sight::Text;
        let shown = |why: &str| if reads { why.to_owned() } else { covered(why) };
        let why = said.map(|why| shown(&why.0)).unwrap_or_default();
        all.push(CaseLine {
            id: row.id.to_string(),
            case: numbers.get(&row.case).map(|(number, ..)| *number).filter(|_| sees),
            by: words::person(&who.reader, &people, row.by),
            at: row.at.as_micros(),
            why,
            was: row.was.clone(),
            now: wrong.map(|one| one.parts.clone()),
            harm: wrong.is_some_and(|one| one.harm),
            acceptable: row.acceptable.clone(),
            forbidden: row.forbidden.clone(),
            because: wrong.map(|one| one.because.clone()).unwrap_or_default(),
            erased: said.is_none(),
        });
    }
    // What harms first, then what is wrong, then what is right.
    all.sort_by_key(|line| (!line.harm, line.now.is_none()));
    Ok(all)
}

/// The cases, as lines that `bedside policy test` reads.
pub(super) async fn export(State(state): State<DeskState>, Path(slug): Path<String>, posted: Posted) -> Answer {
    let (who, house) = at_house(posted.who, &slug)?;
    who.may(house.site.id, DeskAction::ExportPolicyCases)?;
    let exported = state.road.export_policy_cases(who.person.id, house.site.id).await;
    let (lines, _) = exported.map_err(|error| not_done(&who.reader, None, error))?;
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let day: String = who.now.to_rfc3339().chars().take(10).collect();
    let name = format!("attachment; filename=\"cases-{}-{day}.jsonl\"", house.site.slug);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(|_| Stop::Unclear)?),
    ];
    Ok::<Response, Stop>((headers, body).into_response())
}

/// Sets one aside.
pub(super) async fn put_aside(State(state): State<DeskState>, Path(slug): Path<String>, posted: Posted) -> Answer {
    let (who, house) = at_house(posted.who, &slug)?;
    let id = posted.fields.get("case").parse().map_err(|_| Stop::Unclear)?;
    let done = state.road.drop_policy_case(who.person.id, id).await;
    done.map_err(|error| not_done(&who.reader, None, error))?;
    Ok(see(&rules_href(&house.site.slug, "/cases")))
}
