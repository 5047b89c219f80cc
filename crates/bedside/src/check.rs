//! `bedside check-config`: everything that can be checked without changing or sending anything.

use std::collections::HashMap;

use anyhow::{Result, bail};
use bedside_core::id::{EmrLinkId, SiteId};
use bedside_flow::rules::RulesRead;

use crate::{
    cli::Common,
    clock,
    config::{Config, Problem, Problems},
    keys::{self, Surroundings},
    place::Place,
    say, settle,
};

/// Checks the configuration, its secrets, the houses' rules and the master key, and says what it amounts to.
///
/// # Errors
/// Everything that is wrong: with the file itself, or else with all that it names.
pub fn check(common: &Common, around: &Surroundings) -> Result<()> {
    let config = Config::load(common.config.as_deref())?;
    let mut problems = Vec::new();
    let accounts = kept(config.accounts(&clock::system()).map_err(Into::into), &mut problems).unwrap_or_default();
    kept(links(&config).map_err(Into::into), &mut problems);
    kept(
        config
            .server
            .tls
            .as_ref()
            .map_or(Ok(()), |files| files.read().map(drop))
            .map_err(|problem| Problems(vec![problem]).into()),
        &mut problems,
    );
    if let Some(mail) = &config.mail {
        kept(mail.smtp().map_err(|problem| Problems(vec![problem]).into()), &mut problems);
    }
    if let Some(model) = &config.second_opinion {
        kept(model.open().map_err(|problem| Problems(vec![problem]).into()), &mut problems);
    }
    if let Some(model) = &config.suggest {
        kept(model.open(&clock::system()).map_err(|problem| Problems(vec![problem]).into()), &mut problems);
    }
    kept(charts(&config).map_err(Into::into), &mut problems);
    kept(config.exchange(&HashMap::new(), &clock::system()).map(drop).map_err(Into::into), &mut problems);
    kept(config.alarm_carrier(&clock::system()).map(drop).map_err(Into::into), &mut problems);
    kept(config.heartbeat(&clock::system()).map(drop).map_err(|problem| Problems(vec![problem]).into()), &mut problems);
    kept(rules(&config), &mut problems);
    let place = kept(Place::of(&config, common), &mut problems);
    if let Some(place) = &place {
        kept(keys::look(&config, around, place).map(drop), &mut problems);
    }
    let Some(place) = place.filter(|_| problems.is_empty()) else { bail!("{}", problems.join("\n")) };
    match &config.file {
        Some(file) => say::result(&format!("{}: good", file.display())),
        None => say::result("there is no bedside.toml: everything is as it is by itself"),
    }
    let tls = if config.server.tls.is_some() { " with a certificate of its own" } else { "" };
    say::result(&format!("listens on {}{tls}{}", config.server.listen, url(&config)));
    if config.server.is_in_the_clear() {
        say::result(
            "warning: passwords and texts would cross the network in the clear; add tls_cert_file and tls_key_file, or listen on \
             127.0.0.1 behind a proxy",
        );
    }
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
    for chart in &config.charts {
        say::result(&format!("chart {}: {} of {}, for {}", chart.slug, chart.shows(), chart.name, chart.site));
    }
    for link in &config.hl7_out {
        let only = config.fhir.iter().find(|fhir| fhir.hl7.as_ref() == Some(&link.slug));
        let only = only.map_or(String::new(), |fhir| format!(", only where {} can't take a document", fhir.slug));
        say::result(&format!("link {}: HL7 v2 out, for {}{only}", link.slug, link.site));
    }
    for link in &config.fhir {
        say::result(&format!("link {}: {}, for {}", link.slug, link.told(), link.site));
    }
    for client in &config.fhir_clients {
        let (slug, sites, scopes) = (&client.slug, client.sites.join(", "), client.scopes());
        say::result(&format!("FHIR client {slug}: {scopes}, for {sites}"));
    }
    for hook in &config.hooks_out {
        say::result(&format!("webhook {}: for {}", hook.slug, hook.site));
    }
    for told in [config.second_opinion.as_ref().map(|at| at.told()), config.suggest.as_ref().map(|at| at.told())] {
        told.iter().for_each(|told| say::result(told));
    }
    match &config.mail {
        Some(mail) => say::result(&format!("letters to patients over {}", mail.host)),
        None => say::result("no mail server is set up: nobody is told when a record is linked"),
    }
    alarms(&config)
}

/// Who is called when something can't wait, and where nobody is.
fn alarms(config: &Config) -> Result<()> {
    config.alarms.told().for_each(|told| say::result(&told));
    for (site, overlays) in config.overlays()? {
        let texts: Vec<(&str, &str)> = overlays.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let read = RulesRead::of(site.jurisdiction, &texts)?;
        let nobody = config.alarms.uncovered(&site.slug, read.rules());
        if !nobody.is_empty() {
            let (slug, teams) = (&site.slug, nobody.join(", "));
            say::result(&format!(
                "warning: site {slug}: nobody is called for {teams}; add a [[rota]], or one with team = \"default\""
            ));
        }
    }
    if config.alarms.told().next().is_some() {
        if config.server.public_url.is_none() {
            let listen = config.server.listen;
            say::result(&format!(
                "warning: links of alarms begin with http://{listen}, which a phone may not reach; set [server] public_url"
            ));
        }
        if !config.alarms.is_tested() {
            say::result("warning: no daily test alarm is set up ([alarm] test_at); `bedside alarm test` tests by hand");
        }
        if !config.alarms.beats() {
            say::result("warning: no [heartbeat] is set up: nobody outside notices if Bedside itself stops");
        }
    }
    Ok(())
}

fn url(config: &Config) -> String {
    config.server.public_url.as_ref().map_or(String::new(), |url| format!(", people use {url}"))
}

/// Reads the certificates, keys and passwords of every link.
fn links(config: &Config) -> Result<(), Problems> {
    // No link is made: the id is thrown away.
    let id = EmrLinkId::new(clock::now(), &[0; 10]);
    let mut problems: Vec<Problem> =
        config.hl7.iter().filter_map(|link| link.listener(id, clock::system()).err()).collect();
    problems.extend(config.hl7_out.iter().filter_map(|link| link.sender(id, clock::system()).err()));
    problems.extend(config.fhir.iter().filter_map(|link| link.client(clock::system()).err()));
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// Reads the secrets of every chart's app and checks its addresses.
fn charts(config: &Config) -> Result<(), Problems> {
    // No chart is served: the id is thrown away.
    let id = SiteId::new(clock::now(), &[0; 10]);
    let problems: Vec<Problem> =
        config.charts.iter().filter_map(|chart| chart.open(id, &clock::system()).err()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

/// Loads the rules of every house with its overlays.
fn rules(config: &Config) -> Result<()> {
    let mut problems = Vec::new();
    for (house, overlays) in config.overlays()? {
        let texts: Vec<(&str, &str)> = overlays.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        match RulesRead::of(house.jurisdiction, &texts) {
            Ok(read) => {
                let unknown = config.alarms.unknown_teams(&config.name(), &house.slug, read.rules());
                problems.extend(unknown.iter().map(ToString::to_string));
            }
            Err(error) => problems.push(error.to_string()),
        }
        if let Err(error) = settle::own(&settle::Overlay { texts: overlays.clone(), is_live: false }) {
            problems.push(format!("site {}: {error}", house.slug));
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// What was found to be good; what is wrong is told with all the rest.
fn kept<T>(found: Result<T>, problems: &mut Vec<String>) -> Option<T> {
    found.map_err(|error| problems.push(format!("{error:#}"))).ok()
}
