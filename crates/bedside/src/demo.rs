//! `bedside demo`: a sample hospital group at work, with everything around it that it needs, in a folder of its own. Posts,
//! messages of the record, alarms and a chart go through the real program; nothing leaves the machine.

mod emr;
mod kept;
mod outside;
mod people;
mod statements;
mod story;
mod traffic;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bedside_connect::{
    Secret,
    channel::demo::{Demo, Script},
};
use bedside_core::{channel::ChannelKind, id::SiteId, time::Timestamp};
use bedside_desk::{DeskState, serve::Tour};
use bedside_flow::{House, Road, Settings, SystemClock};
use bedside_store::{
    Store,
    channels::{self, ChannelRow},
    random,
};
use tokio::net::TcpListener;

use self::{
    kept::Kept,
    outside::Outside,
    people::{JONAS, Known, MARA},
    story::Story,
};
use crate::{
    alarm,
    cli::{Common, DemoArgs},
    clock,
    config::{Config, Server},
    keys,
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
/// What alarms are signed with, as demo.toml names it.
const SECRET: &str = "alarm.secret";
/// The files and folders that a demo makes.
const STORED: [&str; 6] = ["bedside.db", "search.db", "keys", MARK, kept::FILE, SECRET];
/// The sample hospital.
const HOSPITAL: &str = include_str!("demo.toml");
/// Where the surroundings are, as demo.toml says it.
const OUTSIDE: &str = "127.0.0.1:8081";

/// The accounts that the script plays on: short name, name, house.
const ACCOUNTS: [(&str, &str, &str); 3] =
    [("bluesky", "Bluesky", "mitte"), ("mastodon", "Mastodon", "mitte"), ("reviews", "Bewertungsportal", "nord")];
/// The account that the people of the story write on, and its house.
const STAGE: (&str, &str) = ("mastodon", "mitte");

/// Plays the sample hospital until a signal says stop.
///
/// # Errors
/// The folder holds something else, or the data or an address can't be used.
pub async fn demo(args: &DemoArgs, common: &Common, around: &Surroundings, tongue: Tongue) -> Result<()> {
    if !args.listen.ip().is_loopback() {
        bail!("the demo listens on this machine alone: whoever takes its tour may be anybody; --listen 127.0.0.1:8080");
    }
    let folder = common.data.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let server = Server { listen: args.listen, ..Config::parse("demo.toml", HOSPITAL, Path::new(""))?.server };
    let entry = Entry::open(&server).await.context("--listen names another address")?;
    let outside = beside(args.listen).await?;
    prepare(&folder, args.anew)?;
    let secret = secret(&folder)?;
    let (address, outside_at) = (serve::address(&server, &entry)?, outside.local_addr()?);
    let config = Config::parse("demo.toml", &HOSPITAL.replace(OUTSIDE, &outside_at.to_string()), &folder)?;
    let opened = Place::Folder(folder.clone()).open(&config, around, clock::now()).await?;
    let store = opened.store;
    let (road, channel, people) = road(&store, &config, &address, tongue).await?;
    let links = record::links(&road, &config).await?;
    let kept = Arc::new(Kept::read(&folder)?);
    let tour = Arc::new(tour(&people, &outside_at, &kept));
    let story = Story {
        channel,
        site: house(&road, STAGE.1)?,
        mara: id_of(&people, MARA.name)?,
        jonas: id_of(&people, JONAS.name)?,
        link: links.addresses().first().copied().context("no link")?,
        address: address.clone(),
        tour: Arc::clone(&tour),
        kept,
        line: tokio::sync::Mutex::default(),
        road: Arc::clone(&road),
    };
    statements::fill(&road, story.mara, story.jonas, clock::now()).await?;
    let desk = DeskState::new(Arc::clone(&road), Arc::new(SystemClock), serve::desk_settings(&server, &address)?);
    let desk = desk.with_charts(serve::charts(&road, &config)?).with_tour(tour);
    tell(story, outside, secret)?;
    prove_ways(&road).await?;
    greet(&address, &people, &folder, tongue);
    serve::run(road, links, None, bedside_desk::router(desk), entry).await;
    store.close().await;
    Ok(())
}

/// The road of the sample hospital with its channels, rotas and doors; the channel of the story; the people.
async fn road(
    store: &Store,
    config: &Config,
    address: &str,
    tongue: Tongue,
) -> Result<(Arc<Road>, Arc<Demo>, Vec<Known>)> {
    let houses = settle::houses(store, config, &Overlays::new(), settle::Import::New, tongue, clock::now()).await?;
    let accounts = accounts(store, &houses, clock::now()).await?;
    let people = people::people(store, &houses, tongue, clock::now()).await?;
    let settings = Settings {
        undo: config.undo_window,
        log_origin: serve::log_origin(store, config).await?,
        door_base: address.to_owned(),
        retention: config.retention.clone(),
        ..Settings::default()
    };
    let road = Arc::new(Road::new(store.clone(), Arc::new(SystemClock), houses, settings)?);
    let stage = connect(&road, &accounts)?;
    let (carrier, _) = alarm::ways(config)?;
    alarm::connect(&road, config, address, carrier);
    road.open_doors().await?;
    Ok((road, stage, people))
}

/// Starts the story and what surrounds the house. Both end with the process: nobody waits for a stand-in.
fn tell(story: Story, listener: TcpListener, secret: Secret) -> Result<()> {
    let surroundings = Outside {
        emr: emr::Emr::new(&format!("http://{}", listener.local_addr()?), &story.address)?,
        desk: story.address.clone(),
        zone: story.road.house(story.site).context("no house")?.zone().clone(),
        secret,
        tour: Arc::clone(&story.tour),
        kept: Arc::clone(&story.kept),
        alarms: Mutex::default(),
    };
    tokio::spawn(async move { axum::serve(listener, outside::router(Arc::new(surroundings))).await });
    tokio::spawn(Arc::new(story).tell());
    Ok(())
}

/// The surroundings' address: the port after the desk's where that is free, so that a demo that is started again is where it was.
async fn beside(desk: SocketAddr) -> Result<TcpListener> {
    let next = SocketAddr::from((Ipv4Addr::LOCALHOST, desk.port().checked_add(1).unwrap_or(0)));
    match TcpListener::bind(next).await {
        Ok(listener) => Ok(listener),
        Err(_) => {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port is free for the demo's surroundings")
        }
    }
}

/// The key that alarms are signed with, made at the first start.
fn secret(folder: &Path) -> Result<Secret> {
    let file = folder.join(SECRET);
    if !file.exists() {
        std::fs::write(&file, format!("whsec_{}\n", STANDARD.encode(random::<32>()?)))
            .with_context(|| file.display().to_string())?;
    }
    Ok(Secret::new(&std::fs::read_to_string(&file).with_context(|| file.display().to_string())?))
}

/// Connects the channels. Gives the one on which the story's people write.
fn connect(road: &Road, accounts: &[ChannelRow]) -> Result<Arc<Demo>> {
    let script = Script::sample()?;
    let mut stage = None;
    for row in accounts {
        let channel = Arc::new(Demo::new(row.id, &script, &row.slug, clock::system()));
        if row.slug == STAGE.0 {
            stage = Some(Arc::clone(&channel));
        }
        road.connect(channel);
    }
    stage.context("no account for the story")
}

fn house(road: &Road, slug: &str) -> Result<SiteId> {
    let found = road.houses().into_iter().find(|house| house.site.slug == slug).map(|house| house.site.id);
    found.with_context(|| format!("no house {slug}"))
}

fn id_of(people: &[Known], name: &str) -> Result<bedside_core::id::PersonId> {
    people.iter().find(|one| one.name == name).map(|one| one.id).with_context(|| format!("nobody is {name}"))
}

fn tour(people: &[Known], outside: &SocketAddr, kept: &Kept) -> Tour {
    let claim = (traffic::PETRA.number.to_owned(), traffic::PETRA.born.to_owned());
    Tour::new(people.iter().map(Known::guide).collect(), format!("http://{outside}"), claim, kept.story().places())
}

/// Sends a test alarm to whoever is on call, so that no page says that nobody was ever reached.
async fn prove_ways(road: &Road) -> Result<()> {
    for house in road.houses() {
        road.test_alarms(house.site.id).await?;
    }
    Ok(())
}

/// Empties the demo's own folder if it is to begin anew. Any other folder is left alone.
fn prepare(folder: &Path, anew: bool) -> Result<()> {
    let mark = folder.join(MARK);
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !mark.exists() {
        bail!("{} is not a demo's folder and is left alone; --data names another", folder.display());
    }
    if anew && !is_empty {
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
    std::fs::write(&mark, "This folder belongs to `bedside demo`, which empties it when it is to begin anew.\n")
        .with_context(|| mark.display().to_string())
}

async fn accounts(store: &Store, houses: &[House], now: Timestamp) -> Result<Vec<ChannelRow>> {
    let mut tx = store.begin().await?;
    let mut rows = Vec::new();
    for (slug, name, house) in ACCOUNTS {
        let site = houses.iter().find(|one| one.site.slug == house).map(|one| one.site.id);
        let site = site.with_context(|| format!("no house {house}"))?;
        let row = settle::new_row(ChannelKind::Demo, slug, name, site, now)?;
        let row = ChannelRow { owner: MARA.name.to_owned(), deputy: JONAS.name.to_owned(), ..row };
        rows.push(channels::put(&mut tx, &row, now).await?);
    }
    tx.commit().await?;
    Ok(rows)
}

fn greet(address: &str, people: &[Known], folder: &Path, tongue: Tongue) {
    say::result(&match tongue {
        Tongue::De => format!(
            "Die Lindenhof-Kliniken sind da (erfunden; nichts verlässt diesen Rechner).\nRundgang: {address}/tour"
        ),
        Tongue::En => {
            format!("Lindenhof-Kliniken are up (invented; nothing leaves this machine).\nTour: {address}/tour")
        }
    });
    for one in people {
        let path = one.link.as_deref().unwrap_or("/sign-in");
        say::result(&format!("  {} ({}): {address}{path}", one.name, one.does(tongue)));
    }
    say::result(&match tongue {
        Tongue::De => format!(
            "Rund 90 Beiträge und die Nachrichten der Akte kommen in den ersten Minuten. Daten in {}; der nächste Start geht \
             weiter, --anew beginnt von vorn. Ende mit Strg-C.",
            folder.display()
        ),
        Tongue::En => format!(
            "Some 90 posts and the record's messages come in over the first minutes. Data in {}; the next start goes on, --anew \
             begins anew. Ctrl-C ends it.",
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
        prepare(&path, true).unwrap();
        std::fs::write(path.join("bedside.db-wal"), "x").unwrap();
        std::fs::write(path.join("notes.txt"), "mine").unwrap();
        prepare(&path, false).unwrap();
        assert!(path.join("bedside.db-wal").exists());
        prepare(&path, true).unwrap();
        assert!(!path.join("bedside.db-wal").exists() && path.join("notes.txt").exists());
        let real = folder.path().join("data");
        std::fs::create_dir(&real).unwrap();
        std::fs::write(real.join("bedside.db"), "x").unwrap();
        assert!(prepare(&real, true).unwrap_err().to_string().contains("is left alone"));
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
