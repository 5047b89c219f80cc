//! Planned posts of the house's own: the page and its acts. Each act is one transaction of the road.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
};
use bedside_core::{
    guard::{Check, Severity},
    id::{ChannelId, OwnPostId, SiteId},
    policy::desk::DeskAction,
};
use bedside_flow::{ActError, acts::Planned as Plan};
use bedside_store::{
    Tx, channels,
    own_posts::{self, OwnPostRow, OwnPostState},
};

use super::{
    DeskState,
    answer::{Answer, Stop, page_with, see},
    eyes::Sight,
    form::{Fields, Posted},
    frame::{frame, names},
    names as words,
    refused::not_done,
    rules::moment,
    session::Signed,
    token,
};
use crate::{
    page::planned::{Form, Past, Planned, Post, Stands, planned},
    text::undone_code,
};

/// Posts that are over, on the page.
const PAST: u32 = 10;

pub(super) async fn show(
    State(state): State<DeskState>,
    Query(asked): Query<HashMap<String, String>>,
    who: Signed,
) -> Answer {
    let edit = asked.get("edit").and_then(|id| id.parse::<OwnPostId>().ok());
    let form = match edit {
        Some(id) => Some(form_of(&state, &who, id).await?),
        None => None,
    };
    answer(&state, &who, StatusCode::OK, form).await
}

/// Whether the person has to do with planned posts at a house: they write, or approve.
fn sees(who: &Signed, site: SiteId) -> bool {
    let may = |action| who.may(site, action).is_ok();
    who.sight(site) == Sight::Text && (may(DeskAction::Draft) || may(DeskAction::Approve))
}

async fn answer(state: &DeskState, who: &Signed, status: StatusCode, typed: Option<Form>) -> Answer {
    if !who.houses.iter().any(|house| sees(who, house.site.id)) {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let accounts = accounts(who, &mut tx).await?;
    let (mut posts, mut past) = (Vec::new(), Vec::new());
    for house in who.scope().filter(|house| sees(who, house.site.id)) {
        for row in own_posts::planned(&mut tx, house.site.id).await? {
            posts.push(post(state, who, &mut tx, &row, &accounts).await?);
        }
        for row in own_posts::recent(&mut tx, house.site.id, PAST).await? {
            past.push(over(state, &row, &accounts).await?);
        }
    }
    posts.sort_by_key(|post| post.at);
    past.sort_by_key(|one| std::cmp::Reverse(one.at));
    let form = typed.unwrap_or_else(|| Form { lang: who.reader.lang.code().to_owned(), ..Form::default() });
    let may_write = |site: SiteId| who.may(site, DeskAction::Draft).is_ok();
    let voices: Vec<ChannelId> = accounts.iter().filter(|(_, (site, _))| may_write(*site)).map(|(id, _)| *id).collect();
    let mut choices: Vec<(String, String)> = state
        .road
        .own_voices(&voices)
        .into_iter()
        .filter_map(|id| Some((id.to_string(), accounts.get(&id)?.1.clone())))
        .collect();
    choices.sort_by(|one, other| one.1.cmp(&other.1));
    let form = (!choices.is_empty()).then_some(Form { accounts: choices, ..form });
    Ok(page_with(status, planned(&frame, &Planned { posts, past, form })))
}

/// The accounts of the houses of the page, by id: whose, and as people name them.
async fn accounts(who: &Signed, tx: &mut Tx) -> Result<HashMap<ChannelId, (SiteId, String)>, Stop> {
    let several = who.houses.len() > 1;
    let all = channels::all(tx).await?.into_iter();
    Ok(all
        .filter_map(|row| {
            let house = who.scope().find(|house| house.site.id == row.site)?;
            let name = if several { format!("{} ({})", row.name, house.site.name) } else { row.name };
            Some((row.id, (row.site, name)))
        })
        .collect())
}

async fn post(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    row: &OwnPostRow,
    accounts: &HashMap<ChannelId, (SiteId, String)>,
) -> Result<Post, Stop> {
    let people = names(tx).await?;
    let person = |id| words::person(&who.reader, &people, id);
    let text = state.store.open_own_post(row).await?.map(|text| text.0.text).unwrap_or_default();
    let stands = match row.state {
        OwnPostState::Asked => Stands::Asked,
        OwnPostState::Approved => Stands::Approved,
        OwnPostState::Prepared | OwnPostState::Unsure => Stands::Leaving,
        OwnPostState::Back | OwnPostState::Said | OwnPostState::Withdrawn => Stands::Back,
    };
    let own = row.author == who.person.id;
    let meets = match stands {
        Stands::Asked | Stands::Approved => state.road.own_post_meets(tx, row, who.lang()).await?,
        Stands::Leaving | Stands::Back => None,
    };
    let is_at_rest = stands != Stands::Leaving && who.may(row.site, DeskAction::Draft).is_ok();
    Ok(Post {
        id: row.id.to_string(),
        shown: token::hex(&row.commitment),
        account: accounts.get(&row.channel).map(|(_, name)| name.clone()).unwrap_or_default(),
        lang: row.lang.clone(),
        at: row.planned_at.as_micros(),
        stands,
        by: person(row.author),
        approver: row.approver.map(person),
        back: (stands == Stands::Back).then(|| row.code.clone()),
        meets: meets.map(|(code, reasons)| (code.as_str().to_owned(), reasons)),
        warns: kinds(&state.road.own_post_check(row.site, &row.lang, &text)?, Severity::Warn),
        own,
        may_approve: stands == Stands::Asked && who.may_approve(row.site, own).is_ok(),
        // One that may have been heard is changed no more.
        may_change: is_at_rest && row.prepared_at.is_none(),
        may_withdraw: is_at_rest,
        text,
    })
}

async fn over(
    state: &DeskState,
    row: &OwnPostRow,
    accounts: &HashMap<ChannelId, (SiteId, String)>,
) -> Result<Past, Stop> {
    Ok(Past {
        account: accounts.get(&row.channel).map(|(_, name)| name.clone()).unwrap_or_default(),
        text: state.store.open_own_post(row).await?.map(|text| text.0.text).unwrap_or_default(),
        lang: row.lang.clone(),
        at: row.updated_at.as_micros(),
        url: state.store.open_own_receipt(row).await?.and_then(|receipt| receipt.0.url),
        is_said: row.state == OwnPostState::Said,
    })
}

/// What stands in the form for a post that is to be changed.
async fn form_of(state: &DeskState, who: &Signed, id: OwnPostId) -> Result<Form, Stop> {
    let row = found(state, who, id).await?;
    let text = state.store.open_own_post(&row).await?.map(|text| text.0.text).unwrap_or_default();
    let local = jiff::Timestamp::from_microsecond(row.planned_at.as_micros()).map_err(|_| Stop::Unclear)?;
    let at = local.to_zoned(who.reader.zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
    Ok(Form {
        id: id.to_string(),
        account: row.channel.to_string(),
        lang: row.lang,
        text,
        at,
        has_permission: row.has_permission,
        ..Form::default()
    })
}

/// A planned post of a house where the person has to do with them.
async fn found(state: &DeskState, who: &Signed, id: OwnPostId) -> Result<OwnPostRow, Stop> {
    let row = own_posts::by_id(&mut state.store.begin_read().await?, id).await?;
    row.filter(|row| sees(who, row.site)).ok_or(Stop::NOT_FOUND)
}

pub(super) async fn post_act(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    let by = who.person.id;
    if fields.get("act") == "plan" {
        return plan(&state, &who, &fields).await;
    }
    let id = fields.get("post").parse().map_err(|_| Stop::Unclear)?;
    found(&state, &who, id).await?;
    let done = match fields.get("act") {
        "approve" => {
            let shown = bytes(fields.get("shown")).ok_or(Stop::Unclear)?;
            state.road.approve_own_post(by, id, &shown, fields.get("confirm") == "yes").await
        }
        "withdraw" => state.road.withdraw_own_post(by, id).await,
        _ => return Err(Stop::Unclear),
    };
    done.map_err(|error| not_done(&who.reader, None, error))?;
    Ok(see("/planned"))
}

async fn plan(state: &DeskState, who: &Signed, fields: &Fields) -> Answer {
    let typed = Form {
        id: fields.get("post").to_owned(),
        account: fields.get("account").to_owned(),
        lang: fields.get("lang").to_owned(),
        text: fields.get("text").replace("\r\n", "\n"),
        at: fields.line("at"),
        has_permission: fields.get("permission") == "yes",
        ..Form::default()
    };
    match planned_by(state, who, &typed).await {
        Ok(()) => Ok(see("/planned")),
        Err(ActError::Blocked(check)) => {
            let found = kinds(&check, Severity::Block);
            answer(state, who, StatusCode::UNPROCESSABLE_ENTITY, Some(Form { found, ..typed })).await
        }
        Err(ActError::Invalid(word) | ActError::Changed(word)) => {
            let error = Some(undone_code(&who.reader, word));
            answer(state, who, StatusCode::UNPROCESSABLE_ENTITY, Some(Form { error, ..typed })).await
        }
        Err(error) => Err(not_done(&who.reader, None, error)),
    }
}

async fn planned_by(state: &DeskState, who: &Signed, typed: &Form) -> Result<(), ActError> {
    let channel: ChannelId = typed.account.parse().map_err(|_| ActError::Invalid("no_own_voice"))?;
    let mut tx = state.store.begin_read().await?;
    let row = channels::all(&mut tx).await?.into_iter().find(|row| row.id == channel);
    drop(tx);
    let site = row.map(|row| row.site).ok_or(ActError::Invalid("no_own_voice"))?;
    let id = match typed.id.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| ActError::Gone)?),
    };
    let at = moment(who, &typed.at)?;
    let plan = Plan { channel, lang: &typed.lang, text: &typed.text, at, has_permission: typed.has_permission };
    state.road.plan_own_post(who.person.id, site, id, plan).await.map(drop)
}

fn kinds(check: &Check, weight: Severity) -> Vec<String> {
    let found = check.findings.iter().filter(|one| one.severity == weight && one.settled.is_none());
    let mut kinds: Vec<String> = found.map(|one| one.kind.as_str().to_owned()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect::<Option<Vec<u8>>>()?;
    let pairs = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte: u8, digit| (byte << 4) | digit));
    Some(pairs.collect())
}
