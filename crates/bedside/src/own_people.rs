//! The lists of the hospital's own people: their key beside the master key, their files beside the data, the staff from a
//! roster of each house. Neither belongs into a backup: both are made anew where they are missing.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use bedside_core::{
    people::{Builder, PeopleKey},
    time::Timestamp,
};
use bedside_flow::people::{PeopleAt, Roster};
use bedside_store::random;

use crate::{
    config::{Config, House},
    keys::{self, KeyFrom, Surroundings},
    place::Place,
    roster,
};

/// How the lists are kept, for data at `place` whose master key came from `master`.
///
/// # Errors
/// The key can't be read or made, or lies where the data lies.
pub fn kept(config: &Config, around: &Surroundings, place: &Place, master: &KeyFrom) -> Result<PeopleAt> {
    let files = config.sites.iter().filter_map(|site| Some((site.slug.clone(), site.staff.clone()?)));
    let roster = Box::new(Rosters(files.collect()));
    let folder = place.folder().map(|folder| folder.join("people"));
    let (key, folder) = match key_file(config, around, place, master) {
        Some(file) => (key_in(&file, place)?, folder),
        // A key that nobody keeps opens no file of an earlier start.
        None => (PeopleKey::new(&random::<32>()?), None),
    };
    Ok(PeopleAt { key, folder, roster })
}

/// `[people] key_file`, else a file beside the master key's; `None`: the master key has no file, and nobody named one.
fn key_file(config: &Config, around: &Surroundings, place: &Place, master: &KeyFrom) -> Option<PathBuf> {
    let beside = |master: &Path| master.with_extension("people-key");
    config.people_key_file.clone().or_else(|| match master {
        KeyFrom::File(file) | KeyFrom::Made(file) => Some(beside(file)),
        KeyFrom::Environment => keys::usual_file(around, place).ok().map(|file| beside(&file)),
    })
}

fn key_in(file: &Path, place: &Place) -> Result<PeopleKey> {
    keys::outside(file, place)?;
    let key = match keys::read(file)? {
        Some(key) => key,
        None => keys::make(file).context("the key of the lists of people; name another place: [people] key_file")?,
    };
    Ok(PeopleKey::new(&key.purpose("people")))
}

/// The rosters of all houses, by their short names.
struct Rosters(HashMap<String, PathBuf>);

impl Roster for Rosters {
    fn add(&self, site: &str, list: &mut Builder) -> Result<(), String> {
        let Some(file) = self.0.get(site) else { return Ok(()) };
        roster::read_file(file, list).map(drop).map_err(|error| format!("{error:#}"))
    }

    fn changed_at(&self, site: &str) -> Option<Timestamp> {
        let changed = std::fs::metadata(self.0.get(site)?).ok()?.modified().ok()?;
        let since = changed.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(Timestamp::from_micros(i64::try_from(since.as_micros()).ok()?))
    }
}

/// What a house says of itself in public: as configured, and the names of its spokespeople.
///
/// # Errors
/// The roster can't be read.
pub fn public_facts(house: &House) -> Result<Vec<String>> {
    let mut facts = house.settings.public_facts.clone();
    if let Some(file) = &house.staff {
        // Read for its spokespeople alone: nobody is on this list.
        let mut nobody = Builder::new(PeopleKey::new(&[0; 32]));
        let read = roster::read_file(file, &mut nobody).with_context(|| format!("the staff of {}", house.slug))?;
        facts.extend(read.spokespeople.into_iter().filter(|name| !house.settings.public_facts.contains(name)));
    }
    Ok(facts)
}
