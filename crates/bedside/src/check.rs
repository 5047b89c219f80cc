//! `bedside check-config`: everything that can be checked without changing or sending anything.

use anyhow::{Result, bail};
use bedside_core::{id::EmrLinkId, policy::Rules};

use crate::{
    cli::Common,
    clock,
    config::{Config, Data, Problem, Problems},
    keys::{Surroundings, VARIABLE},
    place::Place,
    say,
};

/// Checks the configuration, its secrets and the houses' rules, and says what it amounts to.
///
/// # Errors
/// The first group of problems found: the file's, then the secrets', then the rules'.
pub fn check(common: &Common, around: &Surroundings) -> Result<()> {
    let config = Config::load(common.config.as_deref())?;
    let place = Place::of(&config, common)?;
    let accounts = config.accounts(&clock::system())?;
    links(&config)?;
    rules(&config)?;
    key(&config, around)?;
    match &config.file {
        Some(file) => say::result(&format!("{}: good", file.display())),
        None => say::result("there is no bedside.toml: everything is as it is by itself"),
    }
    say::result(&format!("listens on {}{}", config.server.listen, url(&config)));
    say::result(&format!("data in {}", place.name()));
    for site in &config.sites {
        let hours = if site.settings.staffed.is_empty() { ", no staffed hours are set up" } else { "" };
        let (law, zone) = (site.jurisdiction.as_str(), &site.time_zone);
        say::result(&format!("site {}: {}, law of {law}, {zone}{hours}", site.slug, site.name));
    }
    if config.sites.is_empty() {
        say::result("no site is set up: one is made");
    }
    for (channel, _) in &accounts {
        say::result(&format!("channel {}: {}, for {}", channel.slug, channel.kind(), channel.site));
    }
    for link in &config.hl7 {
        say::result(&format!("link {}: HL7 v2 in, on {}, for {}", link.slug, link.listen, link.site));
    }
    say::result("no alarm path exists in this version: nobody is alarmed by Bedside");
    Ok(())
}

fn url(config: &Config) -> String {
    config.server.public_url.as_ref().map_or(String::new(), |url| format!(", people use {url}"))
}

/// Reads the certificates of every link.
fn links(config: &Config) -> Result<(), Problems> {
    // No link is made: the id is thrown away.
    let id = EmrLinkId::new(clock::now(), &[0; 10]);
    let problems: Vec<Problem> =
        config.hl7.iter().filter_map(|link| link.listener(id, clock::system()).err()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// Loads the rules of every house with its overlays.
fn rules(config: &Config) -> Result<()> {
    let mut problems = Vec::new();
    for (house, overlays) in config.overlays()? {
        let texts: Vec<(&str, &str)> = overlays.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        if let Err(error) = Rules::load(house.jurisdiction, &texts) {
            problems.push(error.to_string());
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// A key that is named must be there. One that isn't named may still be made at the first start.
fn key(config: &Config, around: &Surroundings) -> Result<()> {
    let Some(file) = &config.master_key_file else {
        if matches!(config.data, Data::Postgres(_)) && around.master_key.is_none() {
            bail!("for data in PostgreSQL say where the master key is: {VARIABLE}, or [keys] master_key_file");
        }
        return Ok(());
    };
    if around.master_key.is_none() && !file.exists() {
        bail!("there is no master key at {0}: make one with `bedside new-key {0}`", file.display());
    }
    Ok(())
}
