//! The log's page: entries of the sites whose log the person may read, the newest checkpoint, the verification.

use std::collections::HashMap;

use axum::extract::{Query, State};
use bedside_core::{
    id::{CaseId, SiteId},
    policy::desk::DeskAction,
};
use bedside_store::{
    StoreError, Tx, cases,
    log::{self, PendingEntry},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see},
    entry::{Context, Placed},
    form::Posted,
    frame::{frame, names},
    search::case_number,
    session::Signed,
    verify,
};
use crate::{
    look::rail::encoded,
    page::log::{Checkpoint, Entry, Log, log as log_page},
};

/// Entries on a page.
const SHOWN: usize = 60;
/// Entries looked at for one page, when a filter or other sites hide most of them.
const LOOKED_AT: u64 = 4_000;
const BATCH: u32 = 500;

/// The sites whose log the person may read; refused where there is none.
pub(super) fn readable(who: &Signed) -> Result<Vec<SiteId>, Stop> {
    let may = |site: SiteId| who.may(site, DeskAction::ReadLog);
    let sites: Vec<SiteId> = who.houses.iter().map(|house| house.site.id).filter(|site| may(*site).is_ok()).collect();
    match (sites.is_empty(), who.houses.first()) {
        (false, _) => Ok(sites),
        (true, Some(house)) => may(house.site.id).map(|()| sites).map_err(Stop::from),
        (true, None) => Err(Stop::NOT_FOUND),
    }
}

pub(super) async fn show(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let sites = readable(&who)?;
    let number = |name: &str| asked.get(name).and_then(|n| n.parse::<u64>().ok());
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let names = names(&mut tx).await?;
    let newest = log::newest_checkpoint(&mut tx).await?;
    let size = newest.as_ref().map_or(0, |(size, ..)| *size);
    let filter = asked.get("find").map(|find| find.chars().take(100).collect::<String>()).unwrap_or_default();
    let picked = number("entry").filter(|entry| *entry < size);
    let wanted = Wanted::of(&mut tx, &who, sites, &filter, asked.get("case").map(String::as_str)).await?;
    let before = picked.map_or_else(|| number("before").unwrap_or(u64::MAX), |entry| entry.saturating_add(6));
    let listed = listed(&who, &names, &mut tx, &wanted, before.min(size), before >= size, picked).await?;
    let seal = state.verification.seal(size, newest.as_ref().map(|(.., at)| *at));
    let view = Log {
        seal,
        older: listed.next.map(|next| href(&filter, asked.get("case"), Some(next))),
        newer: (before < size).then(|| href(&filter, asked.get("case"), None)),
        entries: listed.lines,
        filter,
        checkpoint: newest
            .map(|(_, note, at)| Checkpoint { text: String::from_utf8_lossy(&note).into_owned(), at: at.as_micros() }),
        download: Some("/log/checkpoint".to_owned()),
    };
    Ok(page(log_page(&frame, &view)))
}

fn href(filter: &str, case: Option<&String>, before: Option<u64>) -> String {
    let mut query = Vec::new();
    if !filter.is_empty() {
        query.push(format!("find={}", encoded(filter)));
    }
    query.extend(case.map(|case| format!("case={}", encoded(case))));
    query.extend(before.map(|before| format!("before={before}")));
    if query.is_empty() { "/log".to_owned() } else { format!("/log?{}", query.join("&")) }
}

/// Which entries are asked for.
struct Wanted {
    sites: Vec<SiteId>,
    case: Option<Option<CaseId>>,
    words: Vec<String>,
}

impl Wanted {
    async fn of(
        tx: &mut Tx,
        who: &Signed,
        sites: Vec<SiteId>,
        filter: &str,
        case: Option<&str>,
    ) -> Result<Self, StoreError> {
        let asked = case.unwrap_or(filter);
        let number = case_number(asked).filter(|_| case.is_some() || filter.trim_start().starts_with(['F', 'f']));
        let found = match number {
            // A case of a site that is not theirs is as unknown as one that is not there.
            Some(number) => {
                Some(cases::by_number(tx, number).await?.filter(|case| who.house(case.site).is_some()).map(|c| c.id))
            }
            None => None,
        };
        let words = filter.split_whitespace().map(str::to_lowercase).filter(|_| found.is_none()).collect();
        Ok(Self { sites, case: found, words })
    }

    fn has_site(&self, placed: &Placed) -> bool {
        placed.entry.site().is_none_or(|site| self.sites.contains(&site))
    }

    fn fits(&self, placed: &Placed, line: &Entry) -> bool {
        let of_case = self.case.is_none_or(|case| case.is_some() && placed.case() == case);
        let rules = placed.entry.rules().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let text = format!("{} {} {rules}", line.what, line.by).to_lowercase();
        of_case && self.words.iter().all(|word| text.contains(word))
    }
}

struct Listed {
    lines: Vec<Entry>,
    next: Option<u64>,
}

/// Entries before a place, the newest first; with those that wait for their place, if the list begins at the end.
async fn listed(
    who: &Signed,
    names: &HashMap<bedside_core::id::PersonId, String>,
    tx: &mut Tx,
    wanted: &Wanted,
    before: u64,
    with_pending: bool,
    picked: Option<u64>,
) -> Result<Listed, StoreError> {
    let mut lines = Vec::new();
    if with_pending {
        let mut waiting: Vec<Placed> = log::pending(tx, BATCH).await?.iter().filter_map(read_pending).collect();
        waiting.reverse();
        lines.extend(fitting(who, names, tx, wanted, &waiting, picked).await?.into_iter().map(|(_, line)| line));
    }
    let (mut at, end) = (before, before.saturating_sub(LOOKED_AT));
    while lines.len() < SHOWN && at > end {
        let batch = log::last(tx, at, BATCH).await?;
        let Some((oldest, _)) = batch.last() else { break };
        at = *oldest;
        let placed: Vec<Placed> = batch.iter().filter_map(|(leaf, body)| Placed::read(Some(*leaf), body)).collect();
        for (leaf, line) in fitting(who, names, tx, wanted, &placed, picked).await? {
            if lines.len() == SHOWN {
                break;
            }
            lines.push(line);
            at = leaf.unwrap_or(at);
        }
        if lines.len() < SHOWN {
            at = *oldest;
        }
    }
    Ok(Listed { lines, next: Some(at).filter(|at| *at > 0) })
}

fn read_pending(pending: &PendingEntry) -> Option<Placed> {
    Placed::read(None, &pending.body)
}

async fn fitting(
    who: &Signed,
    names: &HashMap<bedside_core::id::PersonId, String>,
    tx: &mut Tx,
    wanted: &Wanted,
    placed: &[Placed],
    picked: Option<u64>,
) -> Result<Vec<(Option<u64>, Entry)>, StoreError> {
    let context = Context::of(who, names, tx, placed).await?;
    let seen = placed.iter().filter(|one| wanted.has_site(one)).map(|one| (one, context.line(one, picked)));
    Ok(seen.filter(|(one, line)| wanted.fits(one, line)).map(|(one, line)| (one.leaf, line)).collect())
}

/// Begins a verification.
pub(super) async fn check(State(state): State<DeskState>, posted: Posted) -> Answer {
    readable(&posted.who)?;
    verify::begin(&state).await?;
    Ok(see("/log#seal"))
}
