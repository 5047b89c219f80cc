//! Incident mode: the page and its acts. Each act is one transaction of the road.

use axum::{extract::State, http::StatusCode};
use bedside_core::{
    id::{NoteId, PersonId, SiteId},
    incident::Stage,
    policy::{IncidentKind, desk::DeskAction},
};
use bedside_flow::{ActError, PauseScope, acts::NewIncidentText};
use bedside_store::{
    Tx,
    incidents::{self, IncidentRow},
    library,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page_with, see},
    eyes::House,
    form::{Fields, Posted},
    frame::{frame, names},
    names as words,
    refused::not_done,
    session::Signed,
};
use crate::{
    look::IncidentLine,
    page::{
        error::Trouble,
        incident::{Blocked, Choice, Incident, Past, Running, Statement, incident},
    },
};

const PAST: u32 = 10;

/// What is shown again because it could not be done.
#[derive(Debug, Default)]
struct Again {
    reason_missing: bool,
    /// The incident, and what was typed for it.
    blocked: Option<(NoteId, Blocked)>,
}

pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    answer(&state, &who, StatusCode::OK, Again::default()).await
}

async fn answer(state: &DeskState, who: &Signed, status: StatusCode, again: Again) -> Answer {
    if who.houses.is_empty() {
        return Err(Stop::Trouble(Trouble::NoRole));
    }
    if reads(who).next().is_none() {
        return Err(Stop::NOT_FOUND);
    }
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let view = view(state, who, &mut tx, again).await?;
    Ok(page_with(status, incident(&frame, &view)))
}

async fn view(state: &DeskState, who: &Signed, tx: &mut Tx, again: Again) -> Result<Incident, Stop> {
    let may = |site: SiteId| who.may(site, DeskAction::Incident).is_ok();
    let sites: Vec<_> = who.scope().filter(|house| may(house.site.id)).collect();
    let may_group =
        who.houses.len() == who.all_sites && who.all_sites > 1 && who.houses.iter().all(|house| may(house.site.id));
    Ok(Incident {
        on: running(state, who, tx, &again).await?,
        past: past(state, who, tx).await?,
        sites: sites.iter().map(|house| (house.site.slug.clone(), house.site.name.clone())).collect(),
        may_group,
        kinds: IncidentKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect(),
        stages: Stage::ALL.iter().map(|stage| stage.as_str().to_owned()).collect(),
        reason_missing: again.reason_missing,
    })
}

async fn running(state: &DeskState, who: &Signed, tx: &mut Tx, again: &Again) -> Result<Vec<Running>, Stop> {
    let names = names(tx).await?;
    let person = |id| words::person(&who.reader, &names, id);
    let mut all: Vec<Running> = Vec::new();
    for house in reads(who) {
        for row in incidents::open(tx, house.site.id).await? {
            if all.iter().any(|known| known.id == row.id.to_string()) {
                continue;
            }
            let site = house.site.id;
            let may_write = who.may(site, DeskAction::Draft).is_ok();
            let statements = statements(state, who, tx, (site, row.id), &person).await?;
            let offers = if may_write { offers(state, tx, site, &row).await? } else { Vec::new() };
            let blocked = again.blocked.as_ref().filter(|(id, _)| *id == row.id).map(|(_, typed)| typed.clone());
            all.push(Running {
                id: row.id.to_string(),
                at: house.site.slug.clone(),
                site: row.site.map(|_| house.site.name.clone()),
                kind: row.kind.as_str().to_owned(),
                stage: row.stage.as_str().to_owned(),
                by: person(row.begun_by),
                since: row.begun_at.as_micros(),
                reason: row.reason(&state.store).await?.map(|reason| reason.0).unwrap_or_default(),
                statements,
                offers,
                blocked,
                may_switch: who.may(site, DeskAction::Incident).is_ok(),
                may_write,
            });
        }
    }
    Ok(all)
}

async fn statements(
    state: &DeskState,
    who: &Signed,
    tx: &mut Tx,
    (site, incident): (SiteId, NoteId),
    person: &impl Fn(PersonId) -> String,
) -> Result<Vec<Statement>, Stop> {
    let mut all = Vec::new();
    for shown in state.road.incident_texts_shown(tx, site, incident).await? {
        let own = shown.row.written_by == who.person.id;
        let from = match shown.row.from {
            Some((id, version)) => library::version(tx, id, version).await?.map(|row| row.number),
            None => None,
        };
        all.push(Statement {
            id: shown.row.id.to_string(),
            lang: shown.row.lang,
            text: shown.text,
            by: person(shown.row.written_by),
            at: shown.row.written_at.as_micros(),
            approved: shown.row.approved_by.zip(shown.row.approved_at).map(|(by, at)| (person(by), at.as_micros())),
            may_approve: shown.row.approved_at.is_none() && who.may_approve(site, own).is_ok(),
            own,
            from,
        });
    }
    Ok(all)
}

/// The statements of the library that may be chosen; those that wait or stand already are offered no more.
async fn offers(state: &DeskState, tx: &mut Tx, site: SiteId, row: &IncidentRow) -> Result<Vec<Choice>, Stop> {
    let there: Vec<_> = incidents::statements(tx, row.id).await?.into_iter().filter_map(|one| one.from).collect();
    let all = state.road.incident_choices(tx, site, row).await?.into_iter();
    Ok(all
        .filter(|one| !there.contains(&one.version()))
        .map(|one| Choice {
            id: one.row.id.to_string(),
            number: one.row.number,
            title: one.statement.title.clone(),
            lang: one.statement.lang.as_str().to_owned(),
            text: one.text,
        })
        .collect())
}

async fn past(state: &DeskState, who: &Signed, tx: &mut Tx) -> Result<Vec<Past>, Stop> {
    let names = names(tx).await?;
    let mut rows = Vec::new();
    for house in reads(who) {
        rows.extend(incidents::past(tx, house.site.id, PAST).await?);
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.begun_at), row.id));
    rows.dedup_by_key(|row| row.id);
    let mut past = Vec::new();
    for row in rows.iter().take(PAST as usize) {
        past.push(Past {
            kind: row.kind.as_str().to_owned(),
            by: words::person(&who.reader, &names, row.begun_by),
            from: row.begun_at.as_micros(),
            to: row.ended_at.unwrap_or(row.begun_at).as_micros(),
            reason: row.reason(&state.store).await?.map(|reason| reason.0).unwrap_or_default(),
            end_reason: row.end_reason(&state.store).await?.map(|reason| reason.0).unwrap_or_default(),
        });
    }
    Ok(past)
}

/// The sites of the page where the person reads what the house says; who is on call there sees that an incident runs, no more.
fn reads(who: &Signed) -> impl Iterator<Item = &House> {
    who.scope().filter(|house| who.may(house.site.id, DeskAction::ReadStatements).is_ok())
}

/// The incidents that are on at the sites of the page, for the band on every page.
pub(super) async fn lines(who: &Signed, tx: &mut Tx) -> Result<Vec<IncidentLine>, bedside_store::StoreError> {
    let mut all: Vec<(NoteId, IncidentLine)> = Vec::new();
    for house in who.scope() {
        for row in incidents::open(tx, house.site.id).await? {
            if all.iter().all(|(known, _)| *known != row.id) {
                let site = row.site.filter(|_| who.houses.len() > 1).map(|_| house.site.name.clone());
                let line = IncidentLine {
                    kind: row.kind.as_str().to_owned(),
                    stage: row.stage.as_str().to_owned(),
                    site,
                    since: row.begun_at.as_micros(),
                    has_statement: incidents::is_approved(tx, row.id).await?,
                    opens: who.may(house.site.id, DeskAction::ReadStatements).is_ok(),
                };
                all.push((row.id, line));
            }
        }
    }
    Ok(all.into_iter().map(|(_, line)| line).collect())
}

pub(super) async fn post(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    match fields.get("act") {
        "begin" if fields.line("reason").is_empty() => {
            let again = Again { reason_missing: true, ..Again::default() };
            return answer(&state, &who, StatusCode::UNPROCESSABLE_ENTITY, again).await;
        }
        "begin" => begin(&state, &who, &fields).await?,
        "write" => {
            if let Some(again) = write(&state, &who, &fields).await? {
                return answer(&state, &who, StatusCode::UNPROCESSABLE_ENTITY, again).await;
            }
        }
        "choose" => choose(&state, &who, &fields).await?,
        act => switch(&state, &who, &fields, act).await?,
    }
    Ok(see("/incident"))
}

async fn begin(state: &DeskState, who: &Signed, fields: &Fields) -> Result<(), Stop> {
    let kind = IncidentKind::from_word(fields.get("kind")).ok_or(Stop::Unclear)?;
    let scope = match fields.get("where") {
        "*" => {
            // Who is to speak for the whole group may switch at each of its sites.
            let is_all = who.houses.len() == who.all_sites;
            for house in &who.houses {
                who.may(house.site.id, DeskAction::Incident)?;
            }
            let first = who.houses.first().filter(|_| is_all).ok_or(Stop::Unclear)?;
            PauseScope::Group(first.site.id)
        }
        slug => PauseScope::Site(site(who, slug)?),
    };
    let begun = state.road.begin_incident(who.person.id, scope, kind, &fields.line("reason")).await;
    begun.map(drop).map_err(|error| not_done(&who.reader, None, error))
}

async fn write(state: &DeskState, who: &Signed, fields: &Fields) -> Result<Option<Again>, Stop> {
    let (at, id) = (site(who, fields.get("at"))?, id(fields, "incident")?);
    let text = fields.get("text").replace("\r\n", "\n");
    let lang = fields.get("lang").to_owned();
    let new = NewIncidentText { lang: &lang, text: &text };
    match state.road.write_incident_text(who.person.id, at, id, new).await {
        Ok(_) => Ok(None),
        Err(ActError::Blocked(check)) => {
            let mut found: Vec<String> = check.findings.iter().map(|one| one.kind.as_str().to_owned()).collect();
            found.sort_unstable();
            found.dedup();
            Ok(Some(Again { blocked: Some((id, Blocked { lang, text, found })), ..Again::default() }))
        }
        Err(error) => Err(not_done(&who.reader, None, error)),
    }
}

/// Chooses a statement of the library; what the guard finds in it for this incident is told on a page of its own.
async fn choose(state: &DeskState, who: &Signed, fields: &Fields) -> Result<(), Stop> {
    let (at, id) = (site(who, fields.get("at"))?, id(fields, "incident")?);
    let statement = fields.get("library").parse().map_err(|_| Stop::Unclear)?;
    let chosen = state.road.choose_incident_text(who.person.id, at, id, statement).await;
    chosen.map(drop).map_err(|error| not_done(&who.reader, None, error))
}

async fn switch(state: &DeskState, who: &Signed, fields: &Fields, act: &str) -> Result<(), Stop> {
    let (by, at) = (who.person.id, site(who, fields.get("at"))?);
    let road = &state.road;
    let done = match act {
        "stage" => {
            let stage = Stage::from_word(fields.get("stage")).ok_or(Stop::Unclear)?;
            road.set_incident_stage(by, at, id(fields, "incident")?, stage).await
        }
        "end" => road.end_incident(by, at, id(fields, "incident")?, &fields.line("reason")).await,
        "approve" => road.approve_incident_text(by, at, id(fields, "statement")?, fields.get("confirm") == "yes").await,
        "withdraw" => road.withdraw_incident_text(by, at, id(fields, "statement")?).await,
        _ => return Err(Stop::Unclear),
    };
    done.map_err(|error| not_done(&who.reader, None, error))
}

fn site(who: &Signed, slug: &str) -> Result<SiteId, Stop> {
    let house = who.houses.iter().find(|house| house.site.slug == slug);
    house.map(|house| house.site.id).ok_or(Stop::NOT_FOUND)
}

fn id(fields: &Fields, name: &str) -> Result<NoteId, Stop> {
    fields.get(name).parse().map_err(|_| Stop::Unclear)
}
