//! The inbox: the queues of the sites looked at, in one list or one by one.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::HeaderValue,
};
use bedside_core::{policy::desk::DeskAction, time::Timestamp};
use bedside_store::{
    StoreError, Tx,
    cases::{self, CaseRow},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see, with_cookie},
    cookie::Cookie,
    eyes::Sight,
    frame::frame,
    names,
    rows::rows,
    session::Signed,
};
use crate::{
    look::{Counts, Frame, Queue, rail::inbox_href},
    page::{
        error::Trouble,
        inbox::{Inbox, Row, Section, inbox},
    },
};

/// Rows of a section when all queues stand in one list, and of a queue by itself.
const IN_ALL: u32 = 25;
const ALONE: u32 = 50;
/// "Show more" doubles as far as this.
const MOST: u32 = 800;

/// The front door: the inbox, or for who sees no cases the page that is theirs.
pub(super) async fn front(who: Signed) -> Answer {
    if who.houses.iter().any(|house| house.sight > Sight::Nothing) {
        return Ok(see("/inbox"));
    }
    if who.may_anywhere(DeskAction::ManagePeople) {
        return Ok(see("/people"));
    }
    if who.may_anywhere(DeskAction::ReadLog) {
        return Ok(see("/log"));
    }
    Err(Stop::Trouble(Trouble::NoRole))
}

/// The inbox of `?site=` (empty: all of theirs) and `?q=`; both may be left out.
pub(super) async fn show(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    if who.houses.is_empty() {
        return Err(Stop::Trouble(Trouble::NoRole));
    }
    let (who, cookie) = match asked.get("site") {
        Some(slug) => choose(&state, who, slug)?,
        None => (who, None),
    };
    let queue = asked.get("q").and_then(|code| Queue::from_code(code));
    let most = asked.get("most").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let view = view(&state, &who, &mut tx, &frame, queue, most).await?;
    Ok(with_cookie(page(inbox(&frame, &view)), cookie))
}

/// The same person looking at another site; the choice is kept in a cookie. A site that is not theirs is not there.
fn choose(state: &DeskState, who: Signed, slug: &str) -> Result<(Signed, Option<HeaderValue>), Stop> {
    if who.houses.len() < 2 {
        return Ok((who, None));
    }
    let house =
        who.houses.iter().find(|house| house.site.slug == slug).map(|house| (house.site.id, house.site.slug.clone()));
    let (chosen, kept) = match house {
        Some((site, slug)) => (Some(site), Cookie::Site.set(&slug, &state.settings)),
        None if slug.is_empty() => (None, Cookie::Site.clear(&state.settings)),
        None => return Err(Stop::NOT_FOUND),
    };
    Ok((who.looking_at(chosen), kept))
}

async fn view(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    frame: &Frame,
    queue: Option<Queue>,
    most: u32,
) -> Result<Inbox, StoreError> {
    let shown: &[Queue] = match &queue {
        Some(queue) => std::slice::from_ref(queue),
        None => &[Queue::Now, Queue::Waiting, Queue::Silent],
    };
    let limit = most.clamp(if queue.is_some() { ALONE } else { IN_ALL }, MOST);
    let mut parts: Vec<(Queue, Vec<CaseRow>)> = Vec::with_capacity(shown.len());
    for queue in shown {
        parts.push((*queue, list(tx, who, *queue, limit).await?));
    }
    let next_wake = match parts.iter().find(|(queue, _)| *queue == Queue::Waiting) {
        Some((_, waiting)) => waiting.first().and_then(|case| case.hold_until),
        None => list(tx, who, Queue::Waiting, 1).await?.first().and_then(|case| case.hold_until),
    };
    let cases: Vec<CaseRow> = parts.iter().flat_map(|(_, cases)| cases.iter().cloned()).collect();
    let mut made = rows(state, who, tx, &cases).await?.into_iter();
    let sections = parts
        .iter()
        .map(|(queue, cases)| section(who, frame, *queue, made.by_ref().take(cases.len()).collect(), next_wake, limit))
        .collect();
    Ok(Inbox { queue, sections, next_wake: next_wake.map(Timestamp::as_micros), open: None })
}

/// A queue of all sites looked at, in the order of each queue, at most `limit` cases.
async fn list(tx: &mut Tx, who: &Signed, queue: Queue, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
    let mut all = Vec::new();
    let mut sites = 0;
    for house in who.seen() {
        // Whoever sees crisis cases alone has few of them, and they may lie behind many others.
        let most = if house.crisis_only { MOST } else { limit };
        let found = cases::list(tx, house.site.id, names::stored_queue(queue), most).await?;
        all.extend(found.into_iter().filter(|case| house.sees(case)));
        sites += 1;
    }
    if sites > 1 {
        match queue {
            Queue::Waiting => all.sort_by_key(|case| (case.hold_until, std::cmp::Reverse(case.posted_at))),
            Queue::Now | Queue::Silent | Queue::Done => {
                all.sort_by_key(|case| (case.rank, std::cmp::Reverse(case.posted_at)))
            }
        }
    }
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

fn section(who: &Signed, frame: &Frame, queue: Queue, rows: Vec<Row>, next: Option<Timestamp>, limit: u32) -> Section {
    let total = total(&frame.counts, queue, &rows);
    let is_cut = u32::try_from(rows.len()).is_ok_and(|n| n >= limit && n < total);
    let more = is_cut.then(|| {
        let site = who.chosen.and_then(|site| who.house(site)).map(|house| house.site.slug.as_str());
        let next = limit.max(ALONE).saturating_mul(2).min(MOST);
        format!("{}&most={next}", inbox_href(site, Some(queue)))
    });
    Section {
        queue,
        total,
        rows,
        next_wake: next.filter(|_| queue == Queue::Waiting).map(Timestamp::as_micros),
        more: more.filter(|_| limit < MOST),
    }
}

fn total(counts: &Counts, queue: Queue, rows: &[Row]) -> u32 {
    counts.of(queue).max(u32::try_from(rows.len()).unwrap_or(0))
}
