//! A backup is taken while Bedside serves and imports, is brought back elsewhere, and moves on to PostgreSQL: everything arrives,
//! the log verifies, and nobody's data is written over.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use bedside_testkit::db;

use super::house::House;

const POSTS: usize = 1500;

/// The rows of each table that a backup counts.
fn rows(label: &std::path::Path) -> Result<BTreeMap<String, u64>> {
    let label: serde_json::Value = serde_json::from_slice(&fs::read(label)?)?;
    Ok(serde_json::from_value(label["rows"].clone())?)
}

async fn refused(house: &House, words: &[&str]) -> Result<String> {
    let output = house.run(words).await?;
    anyhow::ensure!(!output.status.success(), "{words:?} was done");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_backup_under_load_comes_back_and_moves_on() -> Result<()> {
    let mut house = House::open("").await?;
    let row = |n: usize| {
        format!(
            "{{\"id\":\"b{n}\",\"channel\":\"alt\",\"author\":\"a{}\",\"text\":\"Frage {n}\",\"at\":\"2026-01-02T03:04:05Z\"}}\n",
            n % 200
        )
    };
    house.write("posts.jsonl", &(0..POSTS).map(row).collect::<String>())?;
    house.write("more.jsonl", &(POSTS..POSTS + 20).map(row).collect::<String>())?;
    house.serve().await?;
    let name = |folder: &str| house.path(folder).display().to_string();
    let (data, keys) = (name("backup-data"), name("backup-keys"));
    let backup = ["backup", data.as_str(), "--keys", keys.as_str()];

    let (imported, during) = tokio::join!(house.told(&["import", "posts.jsonl"]), house.told(&backup));
    imported?;
    println!("while importing: {}", during?);
    println!("afterwards: {}", house.told(&backup).await?);
    house.told(&["import", "more.jsonl"]).await?;
    let again = house.told(&backup).await?;
    println!("brought up to date: {again}");
    assert_eq!(rows(&house.path("backup-data/backup.json"))?.get("post").copied(), Some(POSTS as u64 + 20));

    let inside = name("data/inside");
    assert!(refused(&house, &["backup", &inside, "--keys", &keys]).await?.contains("is lost with it"));
    assert!(
        refused(&house, &["backup", &data, "--keys", &name("backup-data/keys")]).await?.contains("two folders apart")
    );
    let mut other = House::open("").await?;
    other.serve().await?;
    assert!(refused(&other, &backup).await?.contains("is no backup of this data"), "another group's is left alone");
    let restore = ["restore", data.as_str(), "--keys", keys.as_str()];
    assert!(refused(&house, &restore).await?.contains("there is data"));

    let restored = name("restored");
    println!("restored: {}", house.told(&[&["--data", &restored], &restore[..]].concat()).await?);
    assert!(refused(&house, &[&["--data", &restored], &restore[..]].concat()).await?.contains("there is data"));
    house.told(&["--data", &restored, "log", "verify"]).await?;

    let server = db::postgres()?;
    let postgres = server.url();
    let to = ["copy", "--from", &format!("sqlite:{restored}"), "--to", postgres].map(str::to_owned);
    println!("moved: {}", house.told(&to.each_ref().map(String::as_str)).await?);
    let config = house.configuration()?;
    house.write("postgres.url", postgres)?;
    house.configure(&config.replace("location = \"data\"", "postgres_url_file = \"postgres.url\""))?;
    house.told(&["log", "verify"]).await?;
    house.told(&["backup", &name("moved-data"), "--keys", &name("moved-keys")]).await?;
    assert_eq!(rows(&house.path("moved-data/backup.json"))?, rows(&house.path("backup-data/backup.json"))?);
    house.configure(&config)?;
    house.farewell().await
}
