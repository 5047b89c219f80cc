//! People and roles. An admin of a house gives and takes roles there, and makes links or locks out only people who have
//! roles at no house but their own: else the admin of one house could take over an account of another.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response};
use bedside_core::{
    id::{PersonId, SiteId},
    log::{Actor, Kind},
    policy::desk::DeskAction,
    site::Role,
};
use bedside_flow::{ActError, note_person, store_role};
use bedside_store::{
    StoreError, Tx,
    people::{self, PersonRow},
    shown,
};

use super::{
    DeskState,
    answer::{Answer, Stop, page_with, see},
    form::{Fields, Posted},
    frame::frame,
    invite::{self, LINK_HOLDS},
    session::Signed,
    sign_in::login,
    welcome::is_email,
};
use crate::page::people::{NewLink, People, PeopleError, Person, RoleAt, people as people_page};

pub(super) async fn show(State(state): State<DeskState>, who: Signed) -> Answer {
    answer(&state, &who, StatusCode::OK, Told::default()).await
}

/// What the page says beside the list.
#[derive(Default)]
struct Told {
    link: Option<NewLink>,
    error: Option<PeopleError>,
    name: String,
    email: String,
}

impl Told {
    fn wrong(error: PeopleError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

/// Everybody's roles.
type Roles = Vec<(PersonId, SiteId, Role)>;

async fn answer(state: &DeskState, who: &Signed, status: StatusCode, told: Told) -> Result<Response, Stop> {
    let own = own_sites(who)?;
    let mut tx = state.store.begin_read().await?;
    let frame = frame(state, who, &mut tx).await?;
    let roles = people::all_roles(&mut tx).await?;
    let invited: HashMap<PersonId, _> = shown::open_invites(&mut tx, who.now).await?;
    // Who works at other houses alone is none of this admin's business, nor is that they exist.
    let is_ours = |person: PersonId| {
        let mut theirs = roles.iter().filter(|(of, ..)| *of == person).map(|(_, site, _)| site).peekable();
        theirs.peek().is_none() || theirs.any(|site| own.contains(site))
    };
    let listed = people::all(&mut tx).await?.into_iter().filter(|row| is_ours(row.id));
    let persons = listed.map(|row| Person {
        id: row.id.to_string(),
        roles: roles_at(who, &own, &roles, row.id),
        invited_until: invited.get(&row.id).map(|at| at.as_micros()),
        locked: row.disabled_at.is_some(),
        me: row.id == who.person.id,
        name: if row.name.is_empty() { row.login.clone() } else { row.name },
        email: row.login,
    });
    let view = People {
        people: persons.collect(),
        sites: own
            .iter()
            .filter_map(|site| who.house(*site))
            .map(|h| (h.site.slug.clone(), h.site.name.clone()))
            .collect(),
        roles: Role::ALL.map(|role| role.as_str().to_owned()).to_vec(),
        link: told.link,
        error: told.error,
        name: told.name,
        email: told.email,
    };
    Ok(page_with(status, people_page(&frame, &view)))
}

/// The sites at which the person sets up people; refused where there is none.
fn own_sites(who: &Signed) -> Result<Vec<SiteId>, Stop> {
    let may = |site: SiteId| who.may(site, DeskAction::ManagePeople);
    let own: Vec<SiteId> = who.houses.iter().map(|house| house.site.id).filter(|site| may(*site).is_ok()).collect();
    match (own.is_empty(), who.houses.first()) {
        (false, _) => Ok(own),
        (true, Some(house)) => may(house.site.id).map(|()| own).map_err(Stop::from),
        (true, None) => Err(Stop::NOT_FOUND),
    }
}

fn roles_at(who: &Signed, own: &[SiteId], roles: &Roles, person: PersonId) -> Vec<RoleAt> {
    let theirs = roles.iter().filter(|(of, site, _)| *of == person && own.contains(site));
    theirs
        .filter_map(|(_, site, role)| {
            let house = who.house(*site)?;
            let (site, site_name) = (house.site.slug.clone(), house.site.name.clone());
            Some(RoleAt { role: role.as_str().to_owned(), site, site_name })
        })
        .collect()
}

pub(super) async fn post(State(state): State<DeskState>, posted: Posted) -> Answer {
    let Posted { who, fields } = posted;
    let own = own_sites(&who)?;
    match fields.get("act") {
        "add" => add(&state, &who, &own, &fields).await,
        "give" => set_role(&state, &who, &own, &fields, true).await,
        "withdraw" => set_role(&state, &who, &own, &fields, false).await,
        "link" => link(&state, &who, &own, &fields).await,
        "lock" => lock(&state, &who, &own, &fields, true).await,
        "unlock" => lock(&state, &who, &own, &fields, false).await,
        _ => Err(Stop::Unclear),
    }
}

/// The site and role that a form names, among those this admin sets up.
fn place(who: &Signed, own: &[SiteId], fields: &Fields) -> Result<(SiteId, Role), Stop> {
    let house = who.houses.iter().find(|house| house.site.slug == fields.get("site"));
    let site = house.map(|house| house.site.id).filter(|site| own.contains(site)).ok_or(Stop::NOT_FOUND)?;
    Ok((site, Role::from_word(fields.get("role")).ok_or(Stop::Unclear)?))
}

async fn person(tx: &mut Tx, fields: &Fields) -> Result<PersonRow, Stop> {
    let id = fields.get("person").parse().map_err(|_| Stop::Unclear)?;
    people::by_id(tx, id).await?.ok_or(Stop::NOT_FOUND)
}

async fn add(state: &DeskState, who: &Signed, own: &[SiteId], fields: &Fields) -> Answer {
    let (name, email) = (fields.line("name"), login(&fields.line("email")));
    let (site, role) = place(who, own, fields)?;
    let mut tx = state.store.begin().await?;
    let error = if name.is_empty() {
        Some(PeopleError::Name)
    } else if !is_email(&email) {
        Some(PeopleError::Email)
    } else if people::by_login(&mut tx, &email).await?.is_some() {
        Some(PeopleError::Taken)
    } else {
        None
    };
    if error.is_some() {
        return answer(state, who, StatusCode::UNPROCESSABLE_ENTITY, Told { link: None, error, name, email }).await;
    }
    let new = invite::new_person(&email, &name, &who.person.lang, who.now)?;
    people::add(&mut tx, &new, who.now).await?;
    let by = Actor::Person(who.person.id);
    store_role(&mut tx, by.clone(), new.id, (site, role), true, who.now).await?;
    let token = invite::invite(&mut tx, by, new.id, who.now).await?;
    tx.commit().await?;
    let link = new_link(state, who, &new, &token);
    answer(state, who, StatusCode::CREATED, Told { link: Some(link), ..Told::default() }).await
}

fn new_link(state: &DeskState, who: &Signed, person: &PersonRow, token: &str) -> NewLink {
    let url = format!("{}{}", state.settings.public_url.trim_end_matches('/'), invite::path(token));
    NewLink { name: person.name.clone(), url, until: who.now.plus(LINK_HOLDS).as_micros() }
}

async fn set_role(state: &DeskState, who: &Signed, own: &[SiteId], fields: &Fields, granted: bool) -> Answer {
    let (site, role) = place(who, own, fields)?;
    let mut tx = state.store.begin_read().await?;
    let row = person(&mut tx, fields).await?;
    if !granted && role == Role::Admin && is_last_admin(&mut tx, row.id, &[site]).await? {
        drop(tx);
        return answer(state, who, StatusCode::CONFLICT, Told::wrong(PeopleError::LastAdmin)).await;
    }
    drop(tx);
    state
        .road
        .set_role(who.person.id, row.id, site, role, granted)
        .await
        .map_err(|error: ActError| Stop::from(error))?;
    Ok(see("/people"))
}

/// Whether nobody else who can sign in sets up people at one of these sites. Who was invited and has chosen no password
/// yet may never come.
async fn is_last_admin(tx: &mut Tx, person: PersonId, sites: &[SiteId]) -> Result<bool, StoreError> {
    let can_sign_in = |row: &PersonRow| row.disabled_at.is_none() && row.password.is_some();
    let able: Vec<PersonId> = people::all(tx).await?.into_iter().filter(can_sign_in).map(|row| row.id).collect();
    let roles = people::all_roles(tx).await?;
    let is_admin = |of: PersonId, at: SiteId| roles.contains(&(of, at, Role::Admin));
    let mut theirs = sites.iter().filter(|site| is_admin(person, **site));
    Ok(theirs.any(|site| !able.iter().any(|other| *other != person && is_admin(*other, *site))))
}

/// Refuses to touch the account of somebody who has a role where this admin sets up nobody.
async fn only_own(tx: &mut Tx, who: &Signed, own: &[SiteId], person: PersonId) -> Result<Vec<SiteId>, Stop> {
    let theirs: Vec<SiteId> = people::roles(tx, person).await?.into_iter().map(|(site, _)| site).collect();
    match theirs.iter().find(|site| !own.contains(site)) {
        None => Ok(theirs),
        Some(foreign) => {
            who.may(*foreign, DeskAction::ManagePeople)?;
            Err(Stop::NOT_FOUND)
        }
    }
}

async fn link(state: &DeskState, who: &Signed, own: &[SiteId], fields: &Fields) -> Answer {
    let mut tx = state.store.begin().await?;
    let row = person(&mut tx, fields).await?;
    only_own(&mut tx, who, own, row.id).await?;
    let token = invite::invite(&mut tx, Actor::Person(who.person.id), row.id, who.now).await?;
    tx.commit().await?;
    let link = new_link(state, who, &row, &token);
    answer(state, who, StatusCode::CREATED, Told { link: Some(link), ..Told::default() }).await
}

async fn lock(state: &DeskState, who: &Signed, own: &[SiteId], fields: &Fields, locked: bool) -> Answer {
    let mut tx = state.store.begin().await?;
    let row = person(&mut tx, fields).await?;
    let theirs = only_own(&mut tx, who, own, row.id).await?;
    if row.id == who.person.id {
        return Err(Stop::Unclear);
    }
    if locked && is_last_admin(&mut tx, row.id, &theirs).await? {
        drop(tx);
        return answer(state, who, StatusCode::CONFLICT, Told::wrong(PeopleError::LastAdmin)).await;
    }
    people::set_locked(&mut tx, row.id, locked.then_some(who.now)).await?;
    let kind = if locked { Kind::PersonLocked } else { Kind::PersonUnlocked };
    note_person(&mut tx, kind, Actor::Person(who.person.id), row.id, who.now).await?;
    if locked {
        people::close_sessions(&mut tx, row.id).await?;
    }
    tx.commit().await?;
    Ok(see("/people"))
}
