//! The configured overlay files: the first version is what they say; later they are a proposal, unless the configuration lets
//! them go live by themselves.

use bedside_core::{
    code,
    id::{RulesTermId, RulesVersionId},
    log::{Actor, Kind},
    policy::OwnRules,
    time::Timestamp,
};
use bedside_store::{
    Store, Tx, random,
    rules::{
        term::{self, TermRow, Way},
        version::{self, VersionRow},
    },
    sites::Site,
};

use super::{
    follow::{in_force, way},
    read::{OWN_UNREADABLE, ReadLately},
};
use crate::{FlowError, House, audit::Audit};

/// What the configuration says of a house's own rules.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The files.
    pub own: &'a OwnRules,
    /// Whether they go live by themselves when they change.
    pub are_live: bool,
}

/// A house with the rules that are in force there. `files`: what is configured, to be imported where it is new; `None`: only
/// look.
///
/// # Errors
/// The store refuses, the packs can't be read, or the time zone is unknown.
pub async fn open_house(
    store: &Store,
    site: Site,
    files: Option<Files<'_>>,
    now: Timestamp,
) -> Result<House, FlowError> {
    if let Some(files) = files {
        let mut tx = store.begin().await?;
        term::alone(&mut tx, site.id).await?;
        import(&mut tx, &site, files, now).await?;
        tx.commit().await?;
    }
    let mut tx = store.begin_read().await?;
    let Some(term) = term::in_force(&mut tx, site.id, now).await? else {
        let own = files.map(|files| files.own.texts()).unwrap_or_default();
        return House::open(site, &own);
    };
    let version = version::by_id(&mut tx, term.version).await?;
    drop(tx);
    let version = version.ok_or_else(|| FlowError::NoSite(site.slug.clone()))?;
    let in_force = in_force(&ReadLately::default(), site.jurisdiction, &version, &term)?;
    let is_unreadable = in_force.is_unreadable();
    let house = House::with(site, in_force)?;
    if is_unreadable && files.is_some() {
        note_unreadable(store, &house, &version, now).await?;
    }
    Ok(house)
}

/// Whether the store says which rules of its own a house has; then the configured files are a proposal.
///
/// # Errors
/// The store refuses.
pub async fn stands_in_store(store: &Store, site: &Site, now: Timestamp) -> Result<bool, FlowError> {
    Ok(term::in_force(&mut store.begin_read().await?, site.id, now).await?.is_some())
}

async fn import(tx: &mut Tx, site: &Site, files: Files<'_>, now: Timestamp) -> Result<(), FlowError> {
    let standing = term::in_force(tx, site.id, now).await?;
    let hash = files.own.hash();
    let last = version::newest_of_files(tx, site.id).await?;
    if standing.is_some() && last.is_some_and(|last| last.hash == hash) {
        return Ok(());
    }
    let known = match &standing {
        Some(standing) => version::by_id(tx, standing.version).await?,
        None => None,
    };
    // What somebody copied from the desk into the files is in force already.
    if known.as_ref().is_some_and(|known| known.hash == hash) {
        return Ok(());
    }
    let mut version = VersionRow {
        id: RulesVersionId::new(now, &random()?),
        site: site.id,
        number: 0,
        files: files.own.clone(),
        hash,
        based_on: known.map(|known| known.id),
        by: None,
        why: String::new(),
        salt: random()?,
        at: now,
        dropped_at: None,
    };
    version.number = version::add(tx, &version).await?;
    let mut audit = Audit::at(now);
    audit.add(Kind::RulesWritten, Actor::System, Some(site.id), None, |entry| {
        let entry = entry.about(version.id).number(code!("number"), version.number);
        entry.code(code!("by"), code!("configuration")).committing(code!("text"), version.commitment())
    })?;
    if standing.is_none() || files.are_live {
        let way = if standing.is_none() { Way::First } else { Way::Files };
        go_live(tx, &version, way, &mut audit, now).await?;
    } else {
        tracing::warn!(site = %site.slug, version = version.number,
            "the rule files have changed and are not in force: replay them at the desk, and a second person puts them in force");
    }
    audit.write(tx).await
}

async fn go_live(
    tx: &mut Tx,
    version: &VersionRow,
    by: Way,
    audit: &mut Audit,
    now: Timestamp,
) -> Result<(), FlowError> {
    let term = TermRow {
        id: RulesTermId::new(now, &random()?),
        site: version.site,
        version: version.id,
        way: by,
        why: String::new(),
        salt: random()?,
        by: None,
        set_at: now,
        from: now,
        replay: None,
        // A first version changes nothing about what was decided; a later one is noticed by the road, which then decides anew.
        reached_at: (by == Way::First).then_some(now),
        withdrawn_at: None,
        withdrawn_by: None,
    };
    term::add(tx, &term).await?;
    audit.add(Kind::RulesOrdered, Actor::System, Some(version.site), None, |entry| {
        entry
            .about(version.id)
            .number(code!("number"), version.number)
            .code(code!("way"), way(&term))
            .time(code!("from"), now)
    })
}

async fn note_unreadable(store: &Store, house: &House, version: &VersionRow, now: Timestamp) -> Result<(), FlowError> {
    tracing::error!(site = %house.site.slug, version = version.number, rule = OWN_UNREADABLE, "nothing is said at this house");
    let mut tx = store.begin().await?;
    let mut audit = Audit::at(now);
    audit.add(Kind::RulesUnreadable, Actor::System, Some(house.site.id), None, |entry| {
        entry.about(version.id).number(code!("number"), version.number)
    })?;
    audit.write(&mut tx).await?;
    Ok(tx.commit().await?)
}
