//! One-time links: how a person comes to a password of their own.

use bedside_core::{
    id::PersonId,
    log::{Actor, Kind},
    site::Role,
    time::{Span, Timestamp},
};
use bedside_flow::{FlowError, note_person, store_role};
use bedside_store::{
    Store, StoreError, Tx,
    people::{self, PersonRow},
    random, shown, sites,
};

use super::token;

/// How long a one-time link holds.
pub const LINK_HOLDS: Span = Span::hours(72);

/// The login of the first admin until they choose their own.
pub(super) const FIRST_LOGIN: &str = "admin";

/// What the first person may do: set the house up, and see it at work. They can give either up on the page of people.
const FIRST_ROLES: [Role; 2] = [Role::Admin, Role::Approver];

/// Makes a one-time link for a person; earlier ones end. Gives its token: the link is `/welcome?token=TOKEN`, shown once
/// and stored nowhere.
///
/// # Errors
/// The store can't be written, or the system gives no randomness.
pub async fn make_invite(store: &Store, person: PersonId, now: Timestamp) -> Result<String, FlowError> {
    let mut tx = store.begin().await?;
    let token = invite(&mut tx, Actor::System, person, now).await?;
    tx.commit().await?;
    Ok(token)
}

/// Makes a link in the caller's transaction and notes who did.
pub(super) async fn invite(tx: &mut Tx, by: Actor, person: PersonId, now: Timestamp) -> Result<String, FlowError> {
    let secret = token::fresh()?;
    people::invite(tx, &token::hash(&secret), person, now.plus(LINK_HOLDS), now).await?;
    note_person(tx, Kind::LinkMade, by, person, now).await?;
    Ok(secret)
}

/// The link for the very first person, as long as nobody has ever set a password: its path, to be put behind the public
/// address. Each call makes a new link and ends the one before. `None`: somebody has a password, so people are added at
/// the desk.
///
/// # Errors
/// The store can't be written, or the system gives no randomness.
pub async fn first_admin_link(store: &Store, now: Timestamp) -> Result<Option<String>, FlowError> {
    let mut tx = store.begin().await?;
    if shown::any_password(&mut tx).await? {
        return Ok(None);
    }
    let person = match people::by_login(&mut tx, FIRST_LOGIN).await? {
        Some(person) => person.id,
        None => first_person(&mut tx, now).await?,
    };
    let known = people::roles(&mut tx, person).await?;
    for site in sites::all(&mut tx).await? {
        for role in FIRST_ROLES.into_iter().filter(|role| !known.contains(&(site.id, *role))) {
            store_role(&mut tx, Actor::System, person, (site.id, role), true, now).await?;
        }
    }
    let token = invite(&mut tx, Actor::System, person, now).await?;
    tx.commit().await?;
    Ok(Some(path(&token)))
}

async fn first_person(tx: &mut Tx, now: Timestamp) -> Result<PersonId, StoreError> {
    let person = new_person(FIRST_LOGIN, "", "de", now)?;
    people::add(tx, &person, now).await?;
    Ok(person.id)
}

/// A person who has no password yet.
pub(super) fn new_person(login: &str, name: &str, lang: &str, now: Timestamp) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: PersonId::new(now, &random()?),
        login: login.to_owned(),
        name: name.to_owned(),
        password: None,
        lang: lang.to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    })
}

/// The path of a one-time link.
pub(super) fn path(token: &str) -> String {
    format!("/welcome?token={token}")
}
