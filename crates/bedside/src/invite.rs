//! `bedside invite LOGIN`: a one-time link, for somebody new or somebody who has lost their password.

use anyhow::{Context as _, Result, bail};
use bedside_core::{
    id::{PersonId, SiteId},
    site::Role,
    time::Timestamp,
};
use bedside_desk::serve::make_invite;
use bedside_store::{
    Store, Tx,
    people::{self, PersonRow},
    random,
    sites::{self, Site},
};

use crate::{audit, cli::InviteArgs, say::Tongue};

/// Adds the person if they are new, gives the roles, and makes the link's path.
///
/// # Errors
/// Somebody new gets no role, a house is not there, or the store refuses.
pub async fn invite(store: &Store, args: &InviteArgs, tongue: Tongue, now: Timestamp) -> Result<String> {
    let login = args.login.trim().to_lowercase();
    let mut tx = store.begin().await?;
    let all = sites::all(&mut tx).await?;
    let places = places(&all, args.site.as_deref())?;
    let person = match people::by_login(&mut tx, &login).await? {
        Some(row) if row.disabled_at.is_some() => {
            bail!("{login} may not sign in; an admin can change that at the desk")
        }
        Some(row) => row.id,
        None if args.role.is_empty() => bail!("{login} is new: say what they do, e.g. --role desk --role approver"),
        None => add(&mut tx, &login, args.name.as_deref().unwrap_or_default(), tongue, now).await?,
    };
    grant(&mut tx, person, &places, &args.role, now).await?;
    tx.commit().await?;
    Ok(welcome_path(&make_invite(store, person, now).await?))
}

/// Adds a person without a password.
///
/// # Errors
/// The login is taken, or the store refuses.
pub async fn add(tx: &mut Tx, login: &str, name: &str, tongue: Tongue, now: Timestamp) -> Result<PersonId> {
    let person = PersonRow {
        id: PersonId::new(now, &random()?),
        login: login.to_owned(),
        name: name.to_owned(),
        password: None,
        lang: tongue.as_str().to_owned(),
        theme: "system".to_owned(),
        keys_on: true,
        softens: true,
        sounds: false,
        disabled_at: None,
    };
    people::add(tx, &person, now).await?;
    Ok(person.id)
}

/// Gives roles at houses, each with its entry in the log.
///
/// # Errors
/// The store refuses.
pub async fn grant(tx: &mut Tx, person: PersonId, places: &[SiteId], roles: &[Role], now: Timestamp) -> Result<()> {
    let known = people::roles(tx, person).await?;
    for site in places {
        for role in roles.iter().filter(|role| !known.contains(&(*site, **role))) {
            people::grant(tx, person, *site, *role).await?;
            audit::role_granted(tx, person, *site, *role, now).await?;
        }
    }
    Ok(())
}

/// Where a one-time link leads.
#[must_use]
pub fn welcome_path(token: &str) -> String {
    format!("/welcome?token={token}")
}

fn places(all: &[Site], slug: Option<&str>) -> Result<Vec<SiteId>> {
    let Some(slug) = slug else { return Ok(all.iter().map(|site| site.id).collect()) };
    let found = all.iter().find(|site| site.slug == slug);
    let known = || all.iter().map(|site| site.slug.as_str()).collect::<Vec<_>>().join(", ");
    Ok(vec![found.with_context(|| format!("there is no site '{slug}'; known are {}", known()))?.id])
}
