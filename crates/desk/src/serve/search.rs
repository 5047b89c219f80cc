//! Search: by the words of posts, or by the number of a case. Finds nothing at sites whose texts the person may not search.

use std::collections::HashMap;

use axum::extract::{Query, State};
use bedside_core::{
    id::{CaseId, SiteId, ThreadId},
    policy::desk::DeskAction,
};
use bedside_store::{
    StoreError, Tx,
    cases::{self, CaseRow},
    posts::{self, index_building},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page},
    frame::frame,
    rows::rows,
    session::Signed,
};
use crate::{
    look::rail::encoded,
    page::{
        error::Trouble,
        search::{Search, search},
    },
};

/// Cases shown at first; "show more" doubles as far as [`MOST`].
const FIRST: u32 = 60;
const MOST: u32 = 480;
/// Posts looked at per site for each case shown: several may belong to one case.
const POSTS_PER_CASE: u32 = 3;
/// Words looked for; more would make one search cost a thousand.
const WORDS: usize = 12;

pub(super) async fn show(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    if who.houses.is_empty() {
        return Err(Stop::Trouble(Trouble::NoRole));
    }
    let query: String = asked.get("q").map(|q| q.chars().take(200).collect()).unwrap_or_default();
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let most = asked.get("most").and_then(|n| n.parse().ok()).unwrap_or(FIRST).clamp(FIRST, MOST);
    let (found, is_cut) = found(&state, &who, &mut tx, &query, most).await?;
    let total = u32::try_from(found.len()).ok().filter(|_| !is_cut);
    let more = format!("/search?q={}&most={}", encoded(&query), most.saturating_mul(2));
    let more = Some(more).filter(|_| is_cut && most < MOST);
    let rows = rows(&state, &who, &mut tx, &found).await?;
    let building = index_building(&mut tx).await?;
    Ok(page(search(&frame, &Search { query, rows, total, more, building })))
}

/// The newest `most` cases that fit, and whether there are more.
async fn found(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    query: &str,
    most: u32,
) -> Result<(Vec<CaseRow>, bool), StoreError> {
    let mut all: Vec<CaseRow> = Vec::new();
    let limit = most.saturating_mul(POSTS_PER_CASE);
    let mut is_cut = false;
    if let Some(number) = case_number(query) {
        let case = cases::by_number(tx, number).await?;
        all.extend(case.filter(|case| who.sees(case)));
    }
    let words: Vec<&str> = query.split_whitespace().take(WORDS).collect();
    let query = words.join(" ");
    let sites: Vec<SiteId> = who.scope().map(|house| house.site.id).collect();
    for site in sites {
        if query.is_empty() || who.may(site, DeskAction::Search).is_err() {
            continue;
        }
        let posts = state.store.search().find(site, &query, limit).await?;
        is_cut |= u32::try_from(posts.len()).is_ok_and(|n| n >= limit);
        let threads: Vec<ThreadId> = distinct(posts::rows(tx, &posts).await?.iter().map(|post| post.thread));
        let cases = cases::by_threads(tx, &threads).await?;
        // The index is asked per site, yet a row decides by its own site.
        all.extend(cases.into_iter().filter(|case| case.site == site));
    }
    let mut seen: Vec<CaseId> = Vec::new();
    all.retain(|case| {
        !seen.contains(&case.id) && {
            seen.push(case.id);
            true
        }
    });
    all.sort_by_key(|case| std::cmp::Reverse(case.posted_at));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    is_cut |= all.len() > most;
    all.truncate(most);
    Ok((all, is_cut))
}

fn distinct(threads: impl Iterator<Item = ThreadId>) -> Vec<ThreadId> {
    let mut all: Vec<ThreadId> = threads.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// "F-2841", "f2841" or "2841".
pub(super) fn case_number(query: &str) -> Option<i64> {
    let bare = query.trim();
    let bare = bare.strip_prefix(['F', 'f']).map_or(bare, |rest| rest.strip_prefix('-').unwrap_or(rest));
    bare.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::case_number;

    #[test]
    fn a_case_number_is_read_as_people_write_it() {
        for (query, number) in [
            ("F-2841", Some(2841)),
            (" f2841 ", Some(2841)),
            ("2841", Some(2841)),
            ("F-", None),
            ("Fieber", None),
            ("-3", None),
        ] {
            assert_eq!(case_number(query), number, "{query}");
        }
    }
}
