//! Privacy incidents: answers that a person takes back, for those who may take one down.

use axum::extract::{Path, State};
use bedside_core::{channel::ChannelKind, id::NoteId, policy::desk::DeskAction, triage::Lang};
use bedside_store::{
    StoreError, Tx, cases, channels, clocks, drafts, outbox,
    takings::{self, Strangers, TakingRow, TakingState},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page, see},
    eyes::Sight,
    form::Posted,
    frame::{frame, names as people_names},
    names,
    refused::not_done,
    session::Signed,
};
use crate::{
    page::privacy::{Clock, Incident, State as Shown, Taking, incident as incident_page, privacy, privacy_href},
    text::{Reader, key, taking_code},
};

/// Incidents of a site on the list.
const SHOWN: u32 = 50;

/// Where the page of an incident is.
pub(super) fn href(id: NoteId) -> String {
    privacy_href(&id.to_string())
}

/// What can't be recalled on a kind of channel, however well it deletes.
pub(super) fn limits(r: &Reader, kind: Option<ChannelKind>) -> String {
    r.t(match kind {
        Some(ChannelKind::Bluesky) => key!("limits-bluesky"),
        Some(ChannelKind::Mastodon) => key!("limits-mastodon"),
        Some(ChannelKind::Door) => key!("limits-door"),
        Some(ChannelKind::Demo) => key!("limits-demo"),
        Some(ChannelKind::Webhook | ChannelKind::Import) | None => key!("limits-other"),
    })
}

/// How many are open at the sites of the page, for those who may take answers down.
pub(super) async fn open(tx: &mut Tx, who: &Signed) -> Result<u32, StoreError> {
    let mut all = 0;
    for house in who.scope().filter(|house| who.may(house.site.id, DeskAction::TakeDown).is_ok()) {
        all += takings::open(tx, house.site.id).await?;
    }
    Ok(all)
}

pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    let first = who.houses.first().ok_or(Stop::NOT_FOUND)?;
    if !who.may_anywhere(DeskAction::TakeDown) {
        who.may(first.site.id, DeskAction::TakeDown)?;
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(&state, &who, &mut tx).await?;
    let mut all = Vec::new();
    for house in who.scope().filter(|house| who.may(house.site.id, DeskAction::TakeDown).is_ok()) {
        for row in takings::of_site(&mut tx, house.site.id, SHOWN).await? {
            all.push(taking(&state, &who, &mut tx, &row).await?);
        }
    }
    // What is not confirmed stands first, then the newest.
    all.sort_by_key(|one| (!matches!(one.state, Shown::Asked { .. }), std::cmp::Reverse(one.at)));
    Ok(page(privacy(&frame, &all)))
}

pub(super) async fn one(State(state): State<DeskState>, Path(id): Path<String>, who: Signed) -> Answer {
    let id: NoteId = id.parse().map_err(|_| Stop::NOT_FOUND)?;
    let mut tx = state.store.begin_read().await?;
    let row = takings::by_id(&mut tx, id).await?.ok_or(Stop::NOT_FOUND)?;
    who.house(row.site).ok_or(Stop::NOT_FOUND)?;
    who.may(row.site, DeskAction::TakeDown)?;
    let frame = frame(&state, &who, &mut tx).await?;
    let is_read = who.sight(row.site) == Sight::Text;
    let reply = outbox::by_id(&mut tx, row.reply).await?.ok_or(Stop::NOT_FOUND)?;
    let draft = drafts::by_id(&mut tx, reply.draft).await?;
    let said = match draft.filter(|_| is_read) {
        Some(draft) => state.store.open_draft(&draft).await?.map(|text| (text.0.text, draft.lang)),
        None => None,
    };
    let receipt = state.store.open_receipt(&reply).await?;
    let view = Incident {
        taking: taking(&state, &who, &mut tx, &row).await?,
        reason: if is_read { row.reason(&state.store).await?.map(|reason| reason.0) } else { None },
        said,
        url: receipt.and_then(|receipt| receipt.0.url).filter(|url| names::is_web(url)),
        limits: limits(&who.reader, state.road.channel(reply.channel).map(|channel| channel.kind())),
        may_try: true,
        may_end: who.may(row.site, DeskAction::EndClock).is_ok(),
    };
    Ok(page(incident_page(&frame, &view)))
}

/// Has it tried now.
pub(super) async fn again(State(state): State<DeskState>, Path(id): Path<String>, posted: Posted) -> Answer {
    let id: NoteId = id.parse().map_err(|_| Stop::NOT_FOUND)?;
    let tried = state.road.try_take_down_again(posted.who.person.id, id).await;
    tried.map_err(|error| not_done(&posted.who.reader, None, error))?;
    Ok(see(&href(id)))
}

async fn taking(state: &DeskState, who: &Signed, tx: &mut Tx, row: &TakingRow) -> Result<Taking, Stop> {
    let r = &who.reader;
    let people = people_names(tx).await?;
    let case = cases::by_id(tx, row.case).await?.ok_or(Stop::NOT_FOUND)?;
    let channel = channels::all(tx).await?.into_iter().find(|channel| channel.id == case.channel);
    let clock = match row.clock {
        Some(id) => clocks::by_id(tx, id).await?,
        None => None,
    };
    let clock = match clock {
        Some(clock) => Some(clock_of(state, who, &clock, &people).await?),
        None => None,
    };
    let at = row.gone_at.unwrap_or(row.at).as_micros();
    Ok(Taking {
        id: row.id.to_string(),
        case: case.number,
        site: who.house(row.site).map(|house| house.site.name.clone()).unwrap_or_default(),
        channel: channel.map(|channel| channel.name).unwrap_or_default(),
        by: names::person(r, &people, row.by),
        at: row.at.as_micros(),
        state: match row.state {
            TakingState::Asked => Shown::Asked {
                why: if row.code.is_empty() { String::new() } else { taking_code(r, &row.code) },
                next: row.due_at.as_micros(),
            },
            TakingState::Gone => Shown::Gone { at, by_strangers: row.strangers == Strangers::SeeNothing },
            TakingState::Emptied => Shown::Emptied { at },
            TakingState::NeverOut => Shown::NeverOut { at },
        },
        clock,
    })
}

async fn clock_of(
    state: &DeskState,
    who: &Signed,
    row: &clocks::ClockRow,
    people: &std::collections::HashMap<bedside_core::id::PersonId, String>,
) -> Result<Clock, Stop> {
    let r = &who.reader;
    let in_force = state.road.house(row.site).map(|house| house.rules());
    let kind = in_force.as_ref().and_then(|rules| rules.clocks().get(&row.kind));
    let why = if who.sight(row.site) == Sight::Text { row.reason(&state.store).await? } else { None };
    let why = why.map_or_else(|| r.t("row-masked"), |why| why.0);
    let lang = Lang::from_tag(r.lang.code());
    Ok(Clock {
        id: row.id.to_string(),
        name: kind.map_or_else(|| row.kind.clone(), |kind| kind.name(lang).to_owned()),
        source: kind.map(|kind| kind.source.clone()).unwrap_or_default(),
        due: row.due.as_micros(),
        ended: row.ended_by.zip(row.ended_at).map(|(by, at)| (names::person(r, people, by), at.as_micros(), why)),
    })
}
