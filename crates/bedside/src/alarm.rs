//! Wires the rotas to the road. `bedside alarm test`: sends a test alarm to every member, and says what became of each.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use bedside_connect::{Carrier, Heartbeat};
use bedside_core::{alarm::AlarmKind, id::SiteId};
use bedside_flow::Road;
use bedside_store::{
    Store,
    alarms::{self, CallRow, CallState},
};

use crate::{
    clock,
    config::{Config, Mail, Problems},
    say::Tongue,
    serve,
};

/// How long a test by hand waits for servers that are slow.
const WAIT: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// What carries webhooks to people, and what tells the watchdog outside. Reads their secrets.
///
/// # Errors
/// Every secret that can't be read and every address that can't be used.
pub fn ways(config: &Config) -> Result<(Carrier, Option<Arc<Heartbeat>>), Problems> {
    let clock = clock::system();
    let carrier = config.alarm_carrier(&clock)?;
    let heart = config.heartbeat(&clock).map_err(|problem| Problems(vec![problem]))?;
    Ok((carrier, heart))
}

/// Tells the road who is called.
pub fn connect(road: &Road, config: &Config, address: &str, carrier: Carrier) {
    let sites: HashMap<String, SiteId> =
        road.houses().into_iter().map(|house| (house.site.slug.clone(), house.site.id)).collect();
    road.set_alarms(config.alarms.settings(&sites, address), Arc::new(carrier));
}

/// Sends a test alarm to every member of the rotas of one house or of all, and waits until each was handed over or not.
/// It works beside a running Bedside and without one.
///
/// # Errors
/// There is no such house, nobody is in a rota, or a call was not taken.
pub async fn test(store: &Store, config: &Config, site: Option<&str>, tongue: Tongue) -> Result<String> {
    let road = Arc::new(serve::quiet_road(store, config, tongue, clock::now()).await?);
    let (carrier, _) = ways(config)?;
    let server = &config.server;
    let address = server.public_url.clone().unwrap_or_else(|| format!("http://{}", server.listen));
    connect(&road, config, &address, carrier);
    if let Some(mail) = &config.mail {
        road.connect_post(Arc::new(Mail::smtp(mail).map_err(|problem| Problems(vec![problem]))?));
    }
    let mut sites = Vec::new();
    for house in road.houses().into_iter().filter(|house| site.is_none_or(|slug| slug == house.site.slug)) {
        if road.test_alarms(house.site.id).await? > 0 {
            sites.push((house.site.id, house.site.slug.clone()));
        }
    }
    match (sites.is_empty(), site) {
        (true, Some(slug)) => bail!("nobody is in a rota of '{slug}': add [[rota]] sections to the configuration"),
        (true, None) => bail!("nobody is in a rota: add [[rota]] sections to the configuration"),
        (false, _) => {}
    }
    let begun = Instant::now();
    loop {
        road.alarm_next().await?;
        road.call_next().await?;
        let calls = calls(store, &sites).await?;
        let is_done = !calls.is_empty() && calls.iter().all(|(_, call)| call.state != CallState::Waiting);
        if is_done || begun.elapsed() > WAIT {
            return told(&calls);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn calls(store: &Store, sites: &[(SiteId, String)]) -> Result<Vec<(String, CallRow)>> {
    let mut tx = store.begin_read().await?;
    let mut all = Vec::new();
    for row in alarms::alive(&mut tx, AlarmKind::Test).await? {
        let Some((_, slug)) = sites.iter().find(|(id, _)| *id == row.site) else { continue };
        all.extend(alarms::calls_of(&mut tx, row.id).await?.into_iter().map(|call| (slug.clone(), call)));
    }
    Ok(all)
}

fn told(calls: &[(String, CallRow)]) -> Result<String> {
    let mut text = String::new();
    let mut is_well = true;
    for (site, call) in calls {
        let (way, member) = (call.way.as_str(), &call.member);
        let became = match call.state {
            CallState::Sent => "handed over; it is proven when they press the button behind its link",
            CallState::Waiting => "NOT taken so far; it is tried again while Bedside runs",
            CallState::Failed => "REFUSED: the address is wrong or not set up",
            CallState::Dropped => "dropped for a later test",
        };
        is_well &= call.state == CallState::Sent;
        writeln!(text, "{site} {member} by {way}: {became}")?;
    }
    let text = text.trim_end().to_owned();
    if is_well { Ok(text) } else { bail!("{text}") }
}
