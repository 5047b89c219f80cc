//! Pause and resume.

use axum::{extract::State, http::StatusCode};
use bedside_core::policy::desk::DeskAction;
use bedside_flow::acts::PauseScope;
use bedside_store::{
    StoreError, Tx, channels, drafts,
    outbox::{self, OutboxRow},
    posts, shown,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page_with, see},
    eyes::Sight,
    form::Posted,
    frame::{frame, names, pauses},
    names as words,
    refused::not_done,
    rows::first_lines,
    session::Signed,
};
use crate::page::{
    error::Trouble,
    pause::{DueReply, PastPause, Pause, pause},
};

const PAST: u32 = 10;

pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    answer(&state, &who, StatusCode::OK, false).await
}

async fn answer(state: &DeskState, who: &Signed, status: StatusCode, reason_missing: bool) -> Answer {
    if who.houses.is_empty() {
        return Err(Stop::Trouble(Trouble::NoRole));
    }
    let mut tx = state.store.begin_read().await?;
    let mut frame = frame(state, who, &mut tx).await?;
    // Here the button acts: who may pause but not resume reads that, instead of being refused afterwards.
    if matches!(frame.sending, crate::look::Sending::Paused { .. }) {
        frame.may_pause = who.scope().any(|house| who.may(house.site.id, DeskAction::Resume).is_ok());
    }
    let view = Pause { due: due(state, who, &mut tx).await?, past: past(state, who, &mut tx).await?, reason_missing };
    Ok(page_with(status, pause(&frame, &view)))
}

async fn due(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Vec<DueReply>, StoreError> {
    let mut rows: Vec<OutboxRow> = Vec::new();
    for house in who.seen() {
        rows.extend(outbox::leaving(tx, house.site.id).await?);
    }
    rows.sort_by_key(|row| row.due_at);
    let channels = channels::all(tx).await?;
    let numbers = shown::case_numbers(tx, &rows.iter().map(|row| row.case).collect::<Vec<_>>()).await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some((case, ..)) = numbers.get(&row.case) else { continue };
        let (to, text) = said(state, who, tx, row).await?;
        due.push(DueReply {
            case: *case,
            to,
            channel: channels
                .iter()
                .find(|one| one.id == row.channel)
                .map(|one| words::channel(&who.reader, one))
                .unwrap_or_default(),
            text,
            at: row.due_at.as_micros(),
        });
    }
    Ok(due)
}

/// Whom a reply answers and how it begins, as far as the person may see it.
async fn said(state: &DeskState, who: &Signed, tx: &mut Tx, row: &OutboxRow) -> Result<(String, String), StoreError> {
    let r = &who.reader;
    let Some(post) = posts::by_id(tx, row.post).await? else {
        return Ok((r.t("someone"), String::new()));
    };
    if who.sight(row.site) != Sight::Text {
        return Ok((words::masked_name(r, post.author), r.t("row-masked")));
    }
    let opened = state.store.open_posts(std::slice::from_ref(&post)).await?.into_iter().find_map(posts::Opened::text);
    let to = opened.map_or_else(|| r.t("someone"), |(_, author)| words::handle(&author.0));
    let draft = drafts::by_id(tx, row.draft).await?;
    let text = match draft {
        Some(draft) => state.store.open_draft(&draft).await?,
        None => None,
    };
    Ok((to, text.map(|text| first_lines(&text.0.text)).unwrap_or_default()))
}

async fn past(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Vec<PastPause>, StoreError> {
    let names = names(tx).await?;
    let mut rows = Vec::new();
    for house in who.scope() {
        rows.extend(shown::past_pauses(tx, house.site.id, PAST).await?);
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.from), row.id()));
    rows.dedup_by_key(|row| row.id());
    let mut past = Vec::new();
    for row in rows.iter().take(PAST as usize) {
        let reason = row.reason(&state.store).await?;
        past.push(PastPause {
            by: words::person(&who.reader, &names, row.by),
            from: row.from.as_micros(),
            to: row.to.as_micros(),
            reason: reason.map(|reason| reason.0).unwrap_or_default(),
        });
    }
    Ok(past)
}

pub(super) async fn post(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    match fields.get("act") {
        "pause" => {
            let reason = fields.line("reason");
            if reason.is_empty() {
                return answer(&state, &who, StatusCode::UNPROCESSABLE_ENTITY, true).await;
            }
            stop(&state, &who, &reason).await?;
        }
        "resume" => go_on(&state, &who).await?,
        _ => return Err(Stop::Unclear),
    }
    Ok(see("/pause"))
}

/// Pauses the site looked at; who looks at all sites of the group pauses the group, else each of theirs.
async fn stop(state: &DeskState, who: &Signed, reason: &str) -> Result<(), Stop> {
    let may: Vec<_> =
        who.scope().map(|house| house.site.id).filter(|site| who.may(*site, DeskAction::Pause).is_ok()).collect();
    let Some(first) = may.first().copied() else {
        let site = who.scope().next().map(|house| house.site.id).ok_or(Stop::NOT_FOUND)?;
        return who.may(site, DeskAction::Pause).map_err(Stop::from);
    };
    let whole_group = who.chosen.is_none() && may.len() == who.all_sites && may.len() > 1;
    if whole_group {
        state
            .road
            .pause(who.person.id, PauseScope::Group(first), reason)
            .await
            .map_err(|e| not_done(&who.reader, None, e))?;
        return Ok(());
    }
    for site in may {
        state
            .road
            .pause(who.person.id, PauseScope::Site(site), reason)
            .await
            .map_err(|e| not_done(&who.reader, None, e))?;
    }
    Ok(())
}

async fn go_on(state: &DeskState, who: &Signed) -> Result<(), Stop> {
    let all = pauses(who, &mut state.store.begin_read().await?).await?;
    let (mine, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(site, _)| who.may(*site, DeskAction::Resume).is_ok());
    if let (true, Some((site, _))) = (mine.is_empty(), others.first()) {
        return who.may(*site, DeskAction::Resume).map_err(Stop::from);
    }
    for (site, pause) in mine {
        state.road.resume(who.person.id, site, pause.id).await.map_err(|e| not_done(&who.reader, None, e))?;
    }
    Ok(())
}
