//! Every good row once, every bad one named, and an import that was stopped goes on.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use bedside_connect::row::Format;
use bedside_core::channel::ChannelKind;
use bedside_flow::{Settings, SystemClock};
use bedside_store::{Location, MasterKey, channels, jobs};

use super::*;
use crate::{
    config::Config,
    say::Tongue,
    settle::{self, Overlays},
};

struct World {
    folder: tempfile::TempDir,
    road: Road,
}

const TWO: &str = "[[site]]\nslug = \"mitte\"\nname = \"Haus Mitte\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n\
    [[site]]\nslug = \"nord\"\nname = \"Haus Nord\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\n";

impl World {
    async fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::parse("bedside.toml", config, Path::new("")).unwrap();
        let master = MasterKey::from_text(&MasterKey::generate_text().unwrap()).unwrap();
        let store = Store::open(&Location::Folder(folder.path().join("data")), &master, clock::now()).await.unwrap();
        let houses = settle::houses(&store, &config, &Overlays::new(), settle::Import::New, Tongue::En, clock::now())
            .await
            .unwrap();
        let road = Road::new(store, Arc::new(SystemClock), houses, Settings::default()).unwrap();
        Self { folder, road }
    }

    async fn new() -> Self {
        Self::with("").await
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn import(&self, args: &ImportArgs) -> Result<Outcome> {
        let (_going, stop) = watch::channel(false);
        import(&self.road, args, stop).await
    }

    async fn accounts(&self) -> Vec<(String, ChannelKind, String)> {
        let mut tx = self.road.store().begin_read().await.unwrap();
        let all = channels::all(&mut tx).await.unwrap();
        all.into_iter().map(|row| (row.slug, row.kind, row.name)).collect()
    }

    /// How many posts wait to be sorted.
    async fn waiting(&self) -> i64 {
        let waiting = jobs::waiting(&mut self.road.store().begin_read().await.unwrap()).await.unwrap();
        waiting.kinds.iter().map(|(_, count, _)| count).sum()
    }
}

fn args(file: &Path) -> ImportArgs {
    ImportArgs { file: file.to_owned(), channel: None, site: None, live: false, format: None }
}

fn row(id: u32, channel: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"channel\":\"{channel}\",\"author\":\"eva{}\",\"text\":\"Grüße {id}\",\"at\":\"2026-11-22T12:00:00Z\"{more}}}\n",
        id % 7
    )
}

fn rows(range: std::ops::Range<u32>) -> String {
    range.fold(String::new(), |mut text, id| {
        let _ = write!(text, "{}", row(id, if id % 3 == 0 { "reviews" } else { "Google Maps" }, ""));
        text
    })
}

fn outcome(skipped: i64, new: u64, known: u64, rejected: u64) -> Outcome {
    Outcome { skipped, new, known, rejected, is_whole: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_stored_once_on_an_account_for_its_channel() {
    let world = World::new().await;
    let file = world.file("posts.jsonl", &rows(0..5_000));
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(0, 5_000, 0, 0));
    let accounts = world.accounts().await;
    let expect = |slug: &str, name: &str| (slug.to_owned(), ChannelKind::Import, name.to_owned());
    assert_eq!(accounts, [expect("google-maps", "Google Maps"), expect("reviews", "reviews")]);
    assert_eq!(world.waiting().await, 5_000);
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(0, 0, 5_000, 0));
    let copy = world.file("another name.jsonl", &rows(4_990..5_010));
    assert_eq!(world.import(&args(&copy)).await.unwrap(), outcome(0, 10, 10, 0));
    assert!(!world.folder.path().join("posts.jsonl.rejected.jsonl").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_named_with_line_and_reason_and_the_rest_is_kept() {
    let world = World::new().await;
    let no_time = "{\"id\":\"3\",\"channel\":\"reviews\",\"author\":\"eva\",\"text\":\"Herr Krause, Zimmer 4\",\"at\":\"gestern\"}\n";
    let text = format!(
        "{}\n{no_time}[1]\n{}{}",
        row(1, "reviews", ""),
        row(2, "reviews", ""),
        row(4, "reviews", ",\"site\":\"süd\"")
    );
    let file = world.file("posts.jsonl", &text);
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(0, 2, 0, 3));
    let listed = std::fs::read_to_string(world.folder.path().join("posts.jsonl.rejected.jsonl")).unwrap();
    let listed: Vec<serde_json::Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named: Vec<_> = listed.iter().map(|one| (one["line"].as_u64().unwrap(), one["field"].as_str())).collect();
    assert_eq!(named, [(3, Some("at")), (4, None), (6, Some("site"))]);
    assert_eq!(listed[2]["reason"], "is no site here (known are house)");
    assert!(listed.iter().all(|one| !one.to_string().contains("Krause")), "the list holds no text of a post");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_stopped_goes_on_where_it_stood() {
    let world = World::new().await;
    let file = world.file("posts.jsonl", &rows(0..6_500));
    let source = Source::open(&file, None).unwrap();
    let run = run_name(&source, &args(&file));
    // The first run stores one chunk and is told to stop.
    let store = world.road.store();
    let all = sites::all(&mut store.begin_read().await.unwrap()).await.unwrap();
    let places = Places::new(store, all, None, None, clock::now()).await.unwrap();
    let mut loads = places.load_ahead(store.clone(), source.read_ahead(0).unwrap());
    let first = loads.recv().await.unwrap().unwrap();
    drop(loads);
    let rejected = Rejected::beside(&file, false);
    let outcome_of_first = Outcome { skipped: 0, new: 0, known: 0, rejected: 0, is_whole: false };
    let mut stopped = Import {
        road: &world.road,
        rejected,
        progress: Progress::new(0),
        run,
        standing: Standing::History,
        outcome: outcome_of_first,
    };
    stopped.take(first).await.unwrap();
    assert_eq!(stopped.outcome.new, 1_500);
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(1_500, 5_000, 0, 0));
    let (_gone, stop) = watch::channel(true);
    let told_at_once = import(&world.road, &args(&file), stop).await.unwrap();
    assert_eq!((told_at_once.known, told_at_once.is_whole), (0, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_to_the_house_they_name() {
    let world = World::with(TWO).await;
    let text = format!(
        "{}{}{}",
        row(1, "reviews", ",\"site\":\"nord\""),
        row(1, "reviews", ",\"site\":\"Haus Mitte\""),
        row(2, "reviews", "")
    );
    let file = world.file("posts.jsonl", &text);
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(0, 2, 0, 1));
    assert_eq!(
        world.import(&ImportArgs { site: Some("nord".to_owned()), ..args(&file) }).await.unwrap(),
        outcome(0, 1, 2, 0)
    );
    let slugs: Vec<_> = world.accounts().await.into_iter().map(|(slug, ..)| slug).collect();
    assert_eq!(slugs, ["reviews", "reviews-2"], "each site has an account of its own");
    let error = world.import(&ImportArgs { site: Some("süd".to_owned()), ..args(&file) }).await.unwrap_err();
    assert_eq!(error.to_string(), "--site: there is no site 'süd'; known are mitte, nord");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_can_take_every_row() {
    let world = World::with(TWO).await;
    let file = world.file("posts.txt", &format!("{}{}", row(1, "a", ",\"site\":\"nord\""), row(2, "b", "")));
    let jsonl = ImportArgs { format: Some(crate::cli::FileFormat::Jsonl), ..args(&file) };
    let error = world.import(&args(&file)).await.unwrap_err().to_string();
    assert!(error.ends_with("the name doesn't tell the format; say --format jsonl or --format csv"), "{error}");
    let archive = ImportArgs { channel: Some("archive".to_owned()), site: Some("mitte".to_owned()), ..jsonl };
    assert_eq!(world.import(&archive).await.unwrap(), outcome(0, 1, 0, 1));
    assert_eq!(world.accounts().await, [("archive".to_owned(), ChannelKind::Import, "archive".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_is_read_and_a_missing_column_ends_it() {
    let world = World::new().await;
    let file = world
        .file("posts.csv", "id;channel;author;text;at\n1;reviews;eva;\"Danke;\nalles gut\";2026-11-22T12:00:00Z\n");
    assert_eq!(Format::of_name("posts.csv"), Some(Format::Csv));
    assert_eq!(world.import(&args(&file)).await.unwrap(), outcome(0, 1, 0, 0));
    let bad = world.file("bad.csv", "id,channel,author,text\n");
    let error = world.import(&args(&bad)).await.unwrap_err().to_string();
    assert_eq!(error, "line 1: at is no column of the header");
}
