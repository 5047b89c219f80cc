//! The links that bring documents into the record, for those who may see that: states and counts, nobody's name.

use std::collections::HashMap;

use axum::response::Response;
use bedside_core::{
    filing::id_end,
    id::{EmrLinkId, FilingId, PatientId},
    time::Span,
};
use bedside_store::{
    StoreError, Tx, cases,
    channels::Health,
    emr::{
        dead_letter::{self, Waiting},
        filing::{self, FilingRow, FilingState},
        link::{self, LinkRow},
        patient,
    },
    shown,
};

use super::{
    DeskState,
    answer::{Stop, page},
    eyes::Sight,
    frame::frame,
    session::Signed,
};
use crate::{
    page::{
        links::{Counted, LinkState},
        outgoing::{Document, OutLink, OutLinkPage, State as Shown, out_link},
    },
    text::{Reader, filing_act, filing_code, link_kind},
};

/// Documents on a page.
const SHOWN: u32 = 100;
/// A document is on its way within moments; longer, and somebody should look.
const BEHIND: Span = Span::minutes(5);

pub(super) async fn card(who: &Signed, tx: &mut Tx, row: &LinkRow, site: String) -> Result<OutLink, StoreError> {
    let today = link::counts(tx, row.id, 1, who.now).await?.into_iter().collect();
    let week = link::counts(tx, row.id, super::links::DAYS, who.now).await?.into_iter().collect();
    let waiting = dead_letter::waiting(tx, row.id).await?;
    let counts: Vec<(FilingState, i64)> = filing::counts(tx, row.id).await?;
    let of = |state| counts.iter().find(|(found, _)| *found == state).map_or(0, |(_, n)| *n);
    Ok(OutLink {
        slug: row.slug.clone(),
        name: row.name.clone(),
        site,
        speaks: link_kind(&who.reader, row.kind.as_str()),
        state: state_of(who, row, waiting),
        since: row.health_since.as_micros(),
        last: row.last_ok_at.map(|at| at.as_micros()),
        waiting: waiting.count,
        oldest: waiting.oldest.map(|at| at.as_micros()),
        held_back: waiting.held_back,
        dead: of(FilingState::Dead),
        filed: of(FilingState::Filed),
        rates: rates(&who.reader, &today, &week),
    })
}

fn state_of(who: &Signed, row: &LinkRow, waiting: Waiting) -> LinkState {
    let moves = waiting.count > waiting.held_back;
    let is_behind = moves && waiting.oldest.is_some_and(|oldest| who.now.since(oldest) > BEHIND);
    match row.health {
        Health::Stopped => LinkState::Stopped,
        Health::Slow | Health::RateLimited | Health::SignedOut => {
            LinkState::Trouble(filing_code(&who.reader, &row.health_code))
        }
        Health::New | Health::Live if is_behind => LinkState::Behind,
        Health::New => LinkState::Idle,
        Health::Live => LinkState::Live,
    }
}

fn rates(r: &Reader, today: &HashMap<String, i64>, week: &HashMap<String, i64>) -> Vec<Counted> {
    let of = |counts: &HashMap<String, i64>, name: &str| counts.get(name).copied().unwrap_or(0);
    let counted = |what: String, name: &str| Counted { what, today: of(today, name), week: of(week, name) };
    vec![
        counted(r.t("count-filed"), "filed"),
        counted(r.t("count-taken-back"), "taken_back"),
        counted(r.t("count-in-vain"), "in_vain"),
        counted(r.t("count-dead"), "dead"),
        counted(r.t("count-dropped"), "dropped"),
    ]
}

/// A link's newest documents, or those that were looked for.
pub(super) async fn show(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    row: LinkRow,
    asked: &HashMap<String, String>,
) -> Result<Response, Stop> {
    let frame = frame(state, who, tx).await?;
    let filter = asked.get("state").and_then(|code| Shown::from_code(code));
    let find: String = asked.get("find").map(|find| find.trim().chars().take(200).collect()).unwrap_or_default();
    let rows = if find.is_empty() {
        dead_letter::of_link(tx, row.id, filter.map(stored_state), SHOWN).await?
    } else {
        looked_for(tx, &row, &find).await?
    };
    let waiting = dead_letter::waiting(tx, row.id).await?;
    let documents = listed(who, tx, &rows).await?;
    let state = state_of(who, &row, waiting);
    let view = OutLinkPage { state, slug: row.slug, name: row.name, filter, find, documents, most: SHOWN };
    Ok(page(out_link(&frame, &view)))
}

/// By what the receiver knows it by (MSH-10), by the number of its case, or by our own of a document or of a patient.
async fn looked_for(tx: &mut Tx, link: &LinkRow, find: &str) -> Result<Vec<FilingRow>, StoreError> {
    let mut rows = Vec::new();
    if let Some(end) = id_end(find) {
        rows.extend(dead_letter::by_end(tx, link.id, &end, SHOWN).await?);
    }
    if let Ok(id) = find.parse::<FilingId>() {
        rows.extend(filing::by_id(tx, id).await?);
    }
    if let Some(number) = case_number(find)
        && let Some(case) = cases::by_number(tx, number).await?.filter(|case| case.site == link.site)
    {
        rows.extend(dead_letter::of_case(tx, case.id, SHOWN).await?);
    }
    if let Ok(id) = find.parse::<PatientId>() {
        rows.extend(of_patient(tx, id).await?);
    }
    rows.retain(|row| row.link == link.id);
    Ok(rows)
}

/// The number of a case as people type it: `F-2841`, `f2841` or `2841`.
pub(super) fn case_number(find: &str) -> Option<i64> {
    let digits = find.trim_start_matches(['F', 'f']).trim_start_matches('-');
    // Longer numbers are none of a case; a sender's message may well be called so.
    if digits.len() > 12 { None } else { digits.parse().ok().filter(|number| *number > 0) }
}

/// The documents for a patient under whatever number, on every link, newest first.
pub(super) async fn of_patient(tx: &mut Tx, id: PatientId) -> Result<Vec<FilingRow>, StoreError> {
    let Some(row) = patient::by_id(tx, id).await? else { return Ok(Vec::new()) };
    let survivor = patient::survivor(tx, row).await?;
    let family = patient::family(tx, survivor.id).await?;
    let mut rows = dead_letter::of_patients(tx, &family).await?;
    rows.truncate(SHOWN as usize);
    Ok(rows)
}

/// Documents as a list shows them.
pub(super) async fn listed(who: &Signed, tx: &mut Tx, rows: &[FilingRow]) -> Result<Vec<Document>, StoreError> {
    let slugs: HashMap<EmrLinkId, String> = link::all(tx).await?.into_iter().map(|link| (link.id, link.slug)).collect();
    let cases: Vec<_> = rows.iter().map(|row| row.case).collect();
    let numbers = shown::case_numbers(tx, &cases).await?;
    let line = |row: &FilingRow| Document {
        id: row.id.to_string(),
        link: slugs.get(&row.link).cloned().unwrap_or_default(),
        at: row.created_at.as_micros(),
        what: filing_act(&who.reader, row.act.as_str()),
        case: numbers.get(&row.case).map(|(number, site, _)| (*number, who.sight(*site) > Sight::Nothing)),
        state: shown_state(row.state),
        why: if row.code.is_empty() { String::new() } else { filing_code(&who.reader, &row.code) },
        attempts: row.attempts,
    };
    Ok(rows.iter().map(line).collect())
}

pub(super) const fn shown_state(state: FilingState) -> Shown {
    match state {
        FilingState::Waiting => Shown::Waiting,
        FilingState::Filed => Shown::Filed,
        FilingState::Dead => Shown::Dead,
        FilingState::Dropped => Shown::Dropped,
    }
}

const fn stored_state(state: Shown) -> FilingState {
    match state {
        Shown::Waiting => FilingState::Waiting,
        Shown::Filed => FilingState::Filed,
        Shown::Dead => FilingState::Dead,
        Shown::Dropped => FilingState::Dropped,
    }
}
