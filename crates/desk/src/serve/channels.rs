//! Channel health: what each account brings, and what is wrong.

use axum::extract::State;
use bedside_core::{id::ChannelId, policy::desk::DeskAction, time::Span};
use bedside_store::{
    StoreError, Tx,
    channels::{self, ChannelRow, Health},
    shown,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see},
    form::Posted,
    frame::{channel_state, frame},
    names::{self, speaks},
    session::Signed,
};
use crate::{
    page::{
        channels::{Account, Channels, channels as channels_page},
        error::Trouble,
    },
    text::trouble_code,
};

pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    if who.houses.is_empty() {
        return Err(Stop::Trouble(Trouble::NoRole));
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let accounts = accounts(&who, &mut tx).await?;
    Ok(page(channels_page(&frame, &Channels { accounts })))
}

async fn accounts(who: &Signed, tx: &mut Tx) -> Result<Vec<Account>, StoreError> {
    let since = who.now.minus(Span::hours(24));
    let taken = shown::taken_since(tx, since).await?;
    let sent = shown::sent_since(tx, since).await?;
    let mut accounts = Vec::new();
    for row in channels::all(tx).await? {
        let Some(house) = who.scope().find(|house| house.site.id == row.site) else {
            continue;
        };
        let (taken, newest) = match taken.get(&row.id) {
            Some((taken, newest)) => (*taken, Some(*newest)),
            None => (0, shown::newest_post(tx, row.id).await?),
        };
        accounts.push(Account {
            id: row.id.to_string(),
            channel: names::channel(&who.reader, &row),
            handle: row.slug.clone(),
            site: house.site.name.clone(),
            owner: Some(row.owner.clone()).filter(|owner| !owner.is_empty()),
            deputy: Some(row.deputy.clone()).filter(|deputy| !deputy.is_empty()),
            state: channel_state(&row, who.now),
            trouble: trouble(who, &row),
            next: row.retry_at.filter(|at| *at > who.now).map(|at| at.as_micros()),
            last_post: newest.map(|at| at.as_micros()),
            taken_24h: taken,
            sent_24h: sent.get(&row.id).copied().unwrap_or(0),
            speaks: speaks(row.kind),
            may_look: who.may(row.site, DeskAction::ManageChannels).is_ok(),
        });
    }
    Ok(accounts)
}

fn trouble(who: &Signed, row: &ChannelRow) -> Option<String> {
    let is_ill = !matches!(row.health, Health::Live | Health::New);
    Some(&row.health_code).filter(|code| is_ill && !code.is_empty()).map(|code| trouble_code(&who.reader, code))
}

/// Asks a channel to be read now, by whoever sets channels up.
pub(super) async fn post(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    let id: ChannelId = fields.get("channel").parse().map_err(|_| Stop::Unclear)?;
    let row = channels::all(&mut state.store.begin_read().await?).await?.into_iter().find(|row| row.id == id);
    let row = row.filter(|row| who.house(row.site).is_some()).ok_or(Stop::NOT_FOUND)?;
    who.may(row.site, DeskAction::ManageChannels)?;
    if let Some(channel) = state.road.channel(id) {
        // A failure is written to the channel's health by the road itself; the page shows it.
        if let Err(error) = state.road.read_channel(&channel, 0).await {
            tracing::warn!(channel = %row.slug, %error, "asked to read now, and could not");
        }
    }
    Ok(see(&format!("/channels#ch-{id}")))
}
