//! Log entries of what is done from the command line: it was nobody at the desk, and it is told all the same.

use anyhow::Result;
use bedside_core::{
    code,
    id::{EntryId, PersonId, SiteId},
    log::{Actor, Code, Entry, Kind},
    site::Role,
    time::Timestamp,
};
use bedside_flow::House;
use bedside_store::{Store, Tx, log, random};

/// Notes that a person got a role, in the transaction that gave it.
///
/// # Errors
/// The store refuses.
pub async fn role_granted(tx: &mut Tx, person: PersonId, site: SiteId, role: Role, now: Timestamp) -> Result<()> {
    let role = Code::new(role.as_str())?;
    let entry = entry(Kind::RoleGranted, site, now)?.about(person).code(code!("role"), role);
    add(tx, entry.code(code!("by"), code!("command_line")), now).await
}

/// Notes which rules decide from now on, one entry for each house.
///
/// # Errors
/// The store refuses.
pub async fn rules_loaded(store: &Store, houses: &[House], now: Timestamp) -> Result<()> {
    let mut tx = store.begin().await?;
    for house in houses {
        let version = Code::configured(house.rules().version())?;
        let entry = entry(Kind::RulesLoaded, house.site.id, now)?.code(code!("version"), version);
        add(&mut tx, entry, now).await?;
    }
    Ok(tx.commit().await?)
}

fn entry(kind: Kind, site: SiteId, now: Timestamp) -> Result<Entry> {
    Ok(Entry::new(EntryId::new(now, &random()?), kind, now, Actor::System).at_site(site))
}

async fn add(tx: &mut Tx, entry: Entry, now: Timestamp) -> Result<()> {
    let pending = log::PendingEntry { id: entry.id(), case: None, at: now, body: entry.encode()? };
    Ok(log::add(tx, vec![pending]).await?)
}
