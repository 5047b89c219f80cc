//! Brings what is configured into the store: houses and channel accounts. Nothing that is stored is ever taken away; what
//! is no longer configured stands still.

use std::{collections::HashMap, path::Path};

use anyhow::{Result, bail};
use bedside_core::{
    channel::ChannelKind,
    id::{ChannelId, EmrLinkId, SiteId},
    policy::{OwnFile, OwnRules, PageOwner},
    site::Jurisdiction,
    time::Timestamp,
};
use bedside_flow::{
    House,
    rules::{Files, RulesRead, open_house, stands_in_store},
};
use bedside_store::{
    Store, Tx,
    channels::{self, ChannelRow, Health},
    emr::link::{self, LinkKind, LinkRow},
    random,
    sites::{self, Site, SiteSettings},
};
use jiff::tz::TimeZone;

use crate::{
    config::{self, Config, Texts},
    own_people,
    say::Tongue,
};

/// The short name of the house that is made where none is configured.
const FIRST_SITE: &str = "house";

/// What the configuration says of a site's own rules.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Its files, name and text.
    pub texts: Texts,
    /// Whether they go live by themselves when they change.
    pub is_live: bool,
}

/// Each site's own rule files, by its slug.
pub type Overlays = HashMap<String, Overlay>;

/// Reads the overlays of every configured house.
///
/// # Errors
/// A file can't be read.
pub fn overlays(config: &Config) -> Result<Overlays> {
    let of =
        |(house, texts): (&config::House, Texts)| (house.slug.clone(), Overlay { texts, is_live: house.overlays_live });
    Ok(config.overlays()?.into_iter().map(of).collect())
}

/// Whether what the overlay files say is kept where it is new, or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    /// Kept: a new version, in force only if it is the first one or the configuration says so.
    New,
    /// Only looked at: by commands beside a serving Bedside.
    Nothing,
}

/// Stores the configured houses and gives every house there is, with the rules in force.
///
/// # Errors
/// The store refuses, or rules are not as they must be.
pub async fn houses(
    store: &Store,
    config: &Config,
    overlays: &Overlays,
    import: Import,
    tongue: Tongue,
    now: Timestamp,
) -> Result<Vec<House>> {
    let mut tx = store.begin().await?;
    let known = sites::all(&mut tx).await?;
    let id_of = |slug: &str| known.iter().find(|site| site.slug == slug).map(|site| site.id);
    let mut wanted = Vec::new();
    for house in &config.sites {
        wanted.push(Site {
            id: id_of(&house.slug).map_or_else(|| new_site_id(now), Ok)?,
            slug: house.slug.clone(),
            name: house.name.clone(),
            group: house.group.clone(),
            jurisdiction: house.jurisdiction,
            page_owner: house.page_owner,
            time_zone: house.time_zone.clone(),
            settings: SiteSettings { public_facts: own_people::public_facts(house)?, ..house.settings.clone() },
        });
    }
    if wanted.is_empty() && known.is_empty() {
        wanted.push(first_site(tongue, now)?);
    }
    for site in wanted.iter().filter(|site| !known.contains(site)) {
        sites::put(&mut tx, site, now).await?;
    }
    let all = sites::all(&mut tx).await?;
    tx.commit().await?;
    for site in all.iter().filter(|site| !config.sites.is_empty() && wanted.iter().all(|one| one.id != site.id)) {
        tracing::warn!(site = %site.slug, "a site that is stored is no longer configured; it goes on as it was");
    }
    let houses = open(store, all, overlays, import, now).await?;
    houses.iter().for_each(|house| tell_of_ended(house, now));
    Ok(houses)
}

/// Rules that settled warnings and have ended: those warnings need a second person again, and the file can be tidied.
fn tell_of_ended(house: &House, now: Timestamp) {
    let (today, rules) = (house.today(now), house.rules());
    for rule in rules.settlements().all().filter(|rule| today.is_some_and(|today| rule.until < today)) {
        tracing::warn!(site = %house.site.slug, rule = %rule.id, until = %rule.until, "a rule that settled a warning has ended; the warning needs a second person again");
    }
}

async fn open(
    store: &Store,
    all: Vec<Site>,
    overlays: &Overlays,
    import: Import,
    now: Timestamp,
) -> Result<Vec<House>> {
    let mut houses = Vec::with_capacity(all.len());
    let nothing = Overlay::default();
    for site in all {
        let overlay = overlays.get(&site.slug).unwrap_or(&nothing);
        let texts: Vec<(&str, &str)> =
            overlay.texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        // A file that is not as it must be is refused with the name it is configured under; what is in force stays.
        RulesRead::of(site.jurisdiction, &texts)?;
        let own = own(overlay)?;
        let files = Files { own: &own, are_live: overlay.is_live };
        houses.push(match import {
            Import::New => open_house(store, site, Some(files), now).await?,
            Import::Nothing if stands_in_store(store, &site, now).await? => open_house(store, site, None, now).await?,
            Import::Nothing => House::open(site, &texts)?,
        });
    }
    Ok(houses)
}

/// The files under their own names, without the folders they lie in.
///
/// # Errors
/// Two files have one name, or a name is none.
pub fn own(overlay: &Overlay) -> Result<OwnRules> {
    let file = |(name, text): &(String, String)| {
        let short = Path::new(name).file_name().map_or(name.clone(), |name| name.to_string_lossy().into_owned());
        OwnFile { name: short, text: text.clone() }
    };
    Ok(OwnRules::of(overlay.texts.iter().map(file))?)
}

fn new_site_id(now: Timestamp) -> Result<SiteId> {
    Ok(SiteId::new(now, &random()?))
}

/// The one house where nobody has configured any.
fn first_site(tongue: Tongue, now: Timestamp) -> Result<Site> {
    let name = tongue.pick("Haus", "House").to_owned();
    let time_zone =
        TimeZone::system().iana_name().filter(|name| name.contains('/')).unwrap_or("Europe/Berlin").to_owned();
    Ok(Site {
        id: new_site_id(now)?,
        slug: FIRST_SITE.to_owned(),
        group: name.clone(),
        name,
        jurisdiction: law_of(&time_zone),
        page_owner: PageOwner::Private,
        time_zone,
        settings: SiteSettings::default(),
    })
}

/// Whose law a machine most likely stands under; the operator's guide says how to set it.
fn law_of(time_zone: &str) -> Jurisdiction {
    match time_zone {
        "Europe/Vienna" => Jurisdiction::At,
        "Europe/London" | "Europe/Belfast" => Jurisdiction::Uk,
        zone if zone.starts_with("America/") || zone.starts_with("US/") => Jurisdiction::Us,
        _ => Jurisdiction::De,
    }
}

/// Stores the configured channel accounts, and stills those that are stored but no longer configured. Gives the id of
/// each configured one by its slug.
///
/// # Errors
/// The store refuses, or a slug belongs to an account of another kind or house.
pub async fn accounts(store: &Store, config: &Config, now: Timestamp) -> Result<HashMap<String, ChannelId>> {
    let mut tx = store.begin().await?;
    let sites: HashMap<String, SiteId> =
        sites::all(&mut tx).await?.into_iter().map(|site| (site.slug, site.id)).collect();
    let mut ids = HashMap::new();
    for channel in &config.channels {
        let Some(site) = sites.get(&channel.site) else { bail!("channel {}: no site {}", channel.slug, channel.site) };
        ids.insert(channel.slug.clone(), account(&mut tx, channel, *site, now).await?);
    }
    for row in channels::all(&mut tx).await? {
        let is_ours = matches!(row.kind, ChannelKind::Bluesky | ChannelKind::Mastodon | ChannelKind::Webhook);
        if is_ours && !ids.contains_key(&row.slug) && row.health != Health::Stopped {
            channels::set_health(&mut tx, row.id, Health::Stopped, "not_configured", now, None).await?;
        }
    }
    tx.commit().await?;
    Ok(ids)
}

async fn account(tx: &mut Tx, channel: &config::Channel, site: SiteId, now: Timestamp) -> Result<ChannelId> {
    let stored = channels::by_slug(tx, &channel.slug).await?;
    if let Some(row) = &stored
        && (row.kind != channel.kind() || row.site != site)
    {
        bail!(
            "channel {0}: that short name belongs to an account of kind {1} already, with its posts. Choose another slug for \
             the new account",
            channel.slug,
            row.kind
        );
    }
    let wanted = new_row(channel.kind(), &channel.slug, &channel.name, site, now)?;
    let wanted = ChannelRow { owner: channel.owner.clone(), deputy: channel.deputy.clone(), ..wanted };
    let row = channels::put(tx, &wanted, now).await?;
    if row.health == Health::Stopped {
        channels::set_health(tx, row.id, Health::New, "", now, None).await?;
    }
    Ok(row.id)
}

/// Stores the configured links to the record's systems, and stills those that are stored but no longer configured. Gives
/// the id of each configured one by its slug.
///
/// # Errors
/// The store refuses, or a slug belongs to a link of another kind or house.
pub async fn links(store: &Store, config: &Config, now: Timestamp) -> Result<HashMap<String, EmrLinkId>> {
    let mut tx = store.begin().await?;
    let sites: HashMap<String, SiteId> =
        sites::all(&mut tx).await?.into_iter().map(|site| (site.slug, site.id)).collect();
    let stored = link::all(&mut tx).await?;
    let mut ids = HashMap::new();
    let incoming = config.hl7.iter().map(|one| (&one.slug, &one.site, &one.name, LinkKind::Hl7In, one.keep_days));
    let outgoing = config.hl7_out.iter().map(|one| (&one.slug, &one.site, &one.name, LinkKind::Hl7Out, 0));
    let servers = config.fhir.iter().map(|one| (&one.slug, &one.site, &one.name, LinkKind::Fhir, one.keep_days));
    for (slug, site, name, kind, keep_days) in incoming.chain(outgoing).chain(servers) {
        let Some(site) = sites.get(site) else { bail!("link {slug}: no site {site}") };
        let known = stored.iter().find(|row| row.slug == *slug);
        if known.is_some_and(|row| row.kind != kind || row.site != *site) {
            bail!("link {slug}: that short name belongs to a link of another kind or site already. Choose another");
        }
        let wanted = LinkRow {
            id: EmrLinkId::new(now, &random()?),
            site: *site,
            slug: slug.clone(),
            kind,
            name: name.clone(),
            keep_days,
            health: Health::New,
            health_code: String::new(),
            health_since: now,
            last_ok_at: None,
        };
        let row = link::put(&mut tx, &wanted, now).await?;
        if row.health == Health::Stopped {
            link::set_health(&mut tx, row.id, Health::New, "", now).await?;
        }
        ids.insert(slug.clone(), row.id);
    }
    for row in stored.iter().filter(|row| !ids.contains_key(&row.slug) && row.health != Health::Stopped) {
        link::set_health(&mut tx, row.id, Health::Stopped, "not_configured", now).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// A channel account that has done nothing yet; nobody answers for it yet either.
///
/// # Errors
/// The system gives no randomness.
pub fn new_row(kind: ChannelKind, slug: &str, name: &str, site: SiteId, now: Timestamp) -> Result<ChannelRow> {
    Ok(ChannelRow {
        id: ChannelId::new(now, &random()?),
        site,
        slug: slug.to_owned(),
        kind,
        name: name.to_owned(),
        owner: String::new(),
        deputy: String::new(),
        cursor: None,
        health: Health::New,
        health_code: String::new(),
        health_since: now,
        last_ok_at: None,
        retry_at: None,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use bedside_store::{Location, MasterKey};

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);
    const TWO: &str = "[[site]]\nslug = \"mitte\"\nname = \"Mitte\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n\
        [[site]]\nslug = \"nord\"\nname = \"Nord\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n";

    fn config(text: &str) -> Config {
        Config::parse("bedside.toml", text, Path::new("")).unwrap()
    }

    fn hook(slug: &str, site: &str) -> String {
        format!(
            "[[channel]]\nslug = \"{slug}\"\nkind = \"webhook\"\nsite = \"{site}\"\nowner = \"O\"\ndeputy = \"D\"\nsecret_env = \"S\"\n"
        )
    }

    async fn store(folder: &Path) -> Store {
        let master = MasterKey::from_text(&MasterKey::generate_text().unwrap()).unwrap();
        Store::open(&Location::Folder(folder.to_owned()), &master, NOW).await.unwrap()
    }

    async fn slugs(store: &Store, config: &Config) -> Vec<(String, String)> {
        let houses = houses(store, config, &Overlays::new(), Import::New, Tongue::De, NOW).await.unwrap();
        houses.into_iter().map(|house| (house.site.slug, house.site.name)).collect()
    }

    #[tokio::test]
    async fn without_configuration_there_is_one_house_and_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let first = slugs(&store, &Config::default()).await;
        assert_eq!(first, [("house".to_owned(), "Haus".to_owned())]);
        assert_eq!(slugs(&store, &Config::default()).await, first);
        let renamed = config(&TWO.replace("Mitte", "Lindenhof Mitte"));
        assert_eq!(slugs(&store, &config(TWO)).await.len(), 3);
        assert!(slugs(&store, &renamed).await.contains(&("mitte".to_owned(), "Lindenhof Mitte".to_owned())));
    }

    #[tokio::test]
    async fn an_account_keeps_its_id_stands_still_when_it_is_not_configured_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let (with, without) = (config(&format!("{TWO}{}", hook("crm", "nord"))), config(TWO));
        slugs(&store, &with).await;
        let first = accounts(&store, &with, NOW).await.unwrap();
        assert!(accounts(&store, &without, NOW).await.unwrap().is_empty());
        let health =
            async || channels::by_slug(&mut store.begin_read().await.unwrap(), "crm").await.unwrap().unwrap().health;
        assert_eq!(health().await, Health::Stopped);
        assert_eq!(accounts(&store, &with, NOW).await.unwrap(), first);
        assert_eq!(health().await, Health::New);
        let moved = config(&format!("{TWO}{}", hook("crm", "mitte")));
        assert!(accounts(&store, &moved, NOW).await.unwrap_err().to_string().contains("Choose another slug"));
    }
}
