//! `bedside demo`: a sample hospital group whose channels play a script for a few minutes, with two people to sign in as,
//! in a folder of its own. Nothing leaves the machine: its channels know no network.

mod statements;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use bedside_connect::channel::demo::{Demo, Script};
use bedside_core::{
    channel::ChannelKind,
    id::{PersonId, SiteId},
    site::Role,
    time::Timestamp,
};
use bedside_desk::{DeskState, serve::make_invite};
use bedside_flow::{House, Road, Settings, SystemClock};
use bedside_store::{
    Store,
    channels::{self, ChannelRow},
    people,
};

use crate::{
    cli::{Common, DemoArgs},
    clock,
    config::{Config, Server},
    invite, keys,
    keys::Surroundings,
    place::Place,
    record,
    say::{self, Tongue},
    serve::{self, Entry},
    settle::{self, Overlays},
};

/// Where the demo lives unless something else is said.
const FOLDER: &str = "data-demo";
/// What tells the demo's folder from one with real data in it.
const MARK: &str = "demo";
/// The files and folders that a store makes.
const STORED: [&str; 4] = ["bedside.db", "search.db", "keys", MARK];
/// The sample hospital.
const HOSPITAL: &str = include_str!("demo.toml");

/// The accounts that the script plays on: short name, name, house.
const ACCOUNTS: [(&str, &str, &str); 3] =
    [("bluesky", "Bluesky", "mitte"), ("mastodon", "Mastodon", "mitte"), ("reviews", "Bewertungsportal", "nord")];

/// Who can sign in: login, name, roles. Two people, so that one can approve what the other writes.
const PEOPLE: [(&str, &str, &[Role]); 2] = [
    ("mara@lindenhof.example", "Mara Lindt", &[Role::Desk, Role::Admin]),
    ("jonas@lindenhof.example", "Jonas Weber", &[Role::Approver]),
];

/// Plays the sample hospital until a signal says stop.
///
/// # Errors
/// The folder holds something else, or the data or the address can't be used.
pub async fn demo(args: &DemoArgs, common: &Common, around: &Surroundings, tongue: Tongue) -> Result<()> {
    let folder = common.data.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let config = Config::parse("demo.toml", HOSPITAL, Path::new(""))?;
    let server = Server { listen: args.listen, ..config.server.clone() };
    let entry = Entry::open(&server).await.context("--listen names another address")?;
    prepare(&folder, args.keep)?;
    let opened = Place::Folder(folder.clone()).open(&config, around, clock::now()).await?;
    let store = opened.store;
    let houses = settle::houses(&store, &config, &Overlays::new(), settle::Import::New, tongue, clock::now()).await?;
    let accounts = accounts(&store, &houses, clock::now()).await?;
    let settings = Settings {
        undo: config.undo_window,
        log_origin: serve::log_origin(&store, &config).await?,
        ..Settings::default()
    };
    let (who, links) = people(&store, &houses, tongue, clock::now()).await?;
    let road = Arc::new(Road::new(store.clone(), Arc::new(SystemClock), houses, settings)?);
    let script = Script::sample()?;
    for row in &accounts {
        road.connect(Arc::new(Demo::new(row.id, &script, &row.slug, clock::system())));
    }
    road.open_doors().await?;
    let [writer, approver] = who;
    statements::fill(&road, writer, approver, clock::now()).await?;
    let address = serve::address(&server, &entry)?;
    let settings = serve::desk_settings(&server, &address)?;
    let desk = DeskState::new(Arc::clone(&road), Arc::new(SystemClock), settings);
    greet(&address, &links, &folder, tongue);
    serve::run(road, record::Links::default(), None, bedside_desk::router(desk), entry).await;
    store.close().await;
    Ok(())
}

/// Empties the demo's own folder, unless it is kept. Any other folder is left alone.
fn prepare(folder: &Path, keep: bool) -> Result<()> {
    let mark = folder.join(MARK);
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !mark.exists() {
        bail!("{} is not a demo's folder and is left alone; --data names another", folder.display());
    }
    if !keep && !is_empty {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if STORED.iter().any(|stored| name == *stored || name.starts_with(&format!("{stored}-"))) {
                let gone = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
                gone.with_context(|| path.display().to_string())?;
            }
        }
    }
    keys::private_folder(folder)?;
    std::fs::write(&mark, "This folder belongs to `bedside demo`, which empties it at each start.\n")
        .with_context(|| mark.display().to_string())
}

async fn accounts(store: &Store, houses: &[House], now: Timestamp) -> Result<Vec<ChannelRow>> {
    let mut tx = store.begin().await?;
    let mut rows = Vec::new();
    for (slug, name, house) in ACCOUNTS {
        let site = houses.iter().find(|one| one.site.slug == house).map(|one| one.site.id);
        let site = site.with_context(|| format!("no house {house}"))?;
        let [(_, owner, _), (_, deputy, _)] = PEOPLE;
        let row = settle::new_row(ChannelKind::Demo, slug, name, site, now)?;
        rows.push(
            channels::put(&mut tx, &ChannelRow { owner: owner.to_owned(), deputy: deputy.to_owned(), ..row }, now)
                .await?,
        );
    }
    tx.commit().await?;
    Ok(rows)
}

/// Adds the two people and makes a one-time link for each. Who has a password already (`--keep`) gets none.
async fn people(
    store: &Store,
    houses: &[House],
    tongue: Tongue,
    now: Timestamp,
) -> Result<([PersonId; 2], Vec<(&'static str, Option<String>)>)> {
    let sites: Vec<SiteId> = houses.iter().map(|house| house.site.id).collect();
    let (mut ids, mut links) = (Vec::new(), Vec::new());
    for (login, name, roles) in PEOPLE {
        let mut tx = store.begin().await?;
        let known = people::by_login(&mut tx, login).await?;
        let id = match &known {
            Some(row) => row.id,
            None => invite::add(&mut tx, login, name, tongue, now).await?,
        };
        invite::grant(&mut tx, id, &sites, roles, now).await?;
        tx.commit().await?;
        let link = match known.and_then(|row| row.password) {
            Some(_) => None,
            None => Some(invite::welcome_path(&make_invite(store, id, now).await?)),
        };
        ids.push(id);
        links.push((name, link));
    }
    let ids: [PersonId; 2] = ids.try_into().ok().context("two people")?;
    Ok((ids, links))
}

fn greet(address: &str, links: &[(&str, Option<String>)], folder: &Path, tongue: Tongue) {
    say::result(&match tongue {
        Tongue::De => format!("Die Lindenhof-Kliniken sind da: {address} (Beispiel; nichts verlässt diesen Rechner)"),
        Tongue::En => format!("Lindenhof-Kliniken are up: {address} (a sample; nothing leaves this machine)"),
    });
    for (name, link) in links {
        let does = tongue.pick(
            if *name == "Mara Lindt" { "schreibt Antworten" } else { "gibt sie frei" },
            if *name == "Mara Lindt" { "writes answers" } else { "approves them" },
        );
        match link {
            Some(path) => say::result(&format!("  {name}, {does}: {address}{path}")),
            None => say::result(&format!("  {name}, {does}: {address}/sign-in")),
        }
    }
    say::result(&match tongue {
        Tongue::De => format!(
            "Öffnen Sie die beiden Links in zwei verschiedenen Browsern oder Profilen. Rund 80 Beiträge kommen in den nächsten \
             Minuten.\nDie Daten liegen in {}; der nächste Start beginnt von vorn (--keep behält sie). Ende mit Strg-C.",
            folder.display()
        ),
        Tongue::En => format!(
            "Open the two links in two different browsers or profiles. Some 80 posts come in over the next minutes.\nThe data \
             is in {}; the next start begins anew (--keep keeps it). Ctrl-C ends it.",
            folder.display()
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_the_demos_own_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d");
        prepare(&path, false).unwrap();
        std::fs::write(path.join("bedside.db-wal"), "x").unwrap();
        std::fs::write(path.join("notes.txt"), "mine").unwrap();
        prepare(&path, true).unwrap();
        assert!(path.join("bedside.db-wal").exists());
        prepare(&path, false).unwrap();
        assert!(!path.join("bedside.db-wal").exists() && path.join("notes.txt").exists());
        let real = folder.path().join("data");
        std::fs::create_dir(&real).unwrap();
        std::fs::write(real.join("bedside.db"), "x").unwrap();
        assert!(prepare(&real, false).unwrap_err().to_string().contains("is left alone"));
        assert!(real.join("bedside.db").exists());
    }

    #[test]
    fn the_sample_hospital_has_an_account_for_every_channel_of_the_script() {
        let config = Config::parse("demo.toml", HOSPITAL, Path::new("")).unwrap();
        let played = Script::sample().unwrap();
        for channel in played.channels() {
            let (_, _, house) = ACCOUNTS.iter().find(|(slug, ..)| *slug == channel).expect("an account");
            assert!(config.sites.iter().any(|site| site.slug == *house), "{house}");
        }
    }
}
