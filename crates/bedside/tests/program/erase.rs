//! Somebody is erased while Bedside serves: neither the data nor yesterday's backup with the key store of today shows their text,
//! handle or name; the log verifies in both, and no row is missing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::house::House;

const TEXT: &str = "Zimmer 4711: Meine Narbenhernie wurde im Oktober operiert.";
const HANDLE: &str = "anja.bergermann";
const NAME: &str = "Anja Bergermann-Quitzow";

fn row(id: &str, channel: &str, author: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "channel": channel, "author": author, "author_name": if author == HANDLE { NAME } else { "Olga Nett" },
        "text": text, "at": "2026-01-02T03:04:05Z" })
    .to_string()
        + "\n"
}

/// The rows of each table that a backup counts.
fn rows(label: &Path) -> Result<BTreeMap<String, u64>> {
    let label: serde_json::Value = serde_json::from_slice(&fs::read(label)?)?;
    Ok(serde_json::from_value(label["rows"].clone())?)
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files(&path, all)? } else { all.push(path) }
    }
    Ok(())
}

/// None of these words stands in any file of a folder, in whatever case.
fn nowhere(folder: &Path, words: &[&str]) -> Result<usize> {
    let mut all = Vec::new();
    files(folder, &mut all)?;
    for file in &all {
        let text = String::from_utf8_lossy(&fs::read(file)?).to_lowercase();
        for word in words {
            anyhow::ensure!(!text.contains(&word.to_lowercase()), "{word} stands in {}", file.display());
        }
    }
    Ok(all.len())
}

async fn refused(house: &House, words: &[&str]) -> Result<String> {
    let output = house.run(words).await?;
    anyhow::ensure!(!output.status.success(), "{words:?} was done");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_is_in_no_backup_that_the_keys_of_today_open() -> Result<()> {
    let mut house = House::open("").await?;
    let posts = [
        row("1", "alt", HANDLE, TEXT),
        row("2", "alt", "olga.nett", "Wo kann ich bei Ihnen parken?"),
        row("3", "neu", HANDLE, "Danke an die Station."),
    ];
    house.write("posts.jsonl", &posts.concat())?;
    house.told(&["import", "posts.jsonl"]).await?;
    house.serve().await?;
    let name = |folder: &str| house.path(folder).display().to_string();
    let due = house.told(&["retention", "--dry-run", "--json"]).await?;
    let due: serde_json::Value = serde_json::from_str(&due)?;
    assert!(due["dry_run"] == true && due["classes"].as_array().is_some_and(|all| all.len() == 9), "{due}");
    let (data, old_keys) = (name("yesterday"), name("keys-yesterday"));
    sorted(&house).await?;
    house.told(&["backup", &data, "--keys", &old_keys]).await?;

    let several = refused(&house, &["person", "erase", HANDLE, "--yes"]).await?;
    assert!(several.contains("several accounts") && several.contains("alt") && several.contains("neu"), "{several}");
    let asked = refused(&house, &["person", "erase", &format!("@{HANDLE}"), "--channel", "alt"]).await?;
    assert!(asked.contains("nothing was erased"), "{asked}");
    let out = name("handed-out");
    house.told(&["person", "export", HANDLE, "--channel", "alt", "--out", &out]).await?;
    let mut handed = Vec::new();
    files(Path::new(&out), &mut handed)?;
    assert_eq!(handed.len(), 2);
    for file in &handed {
        let text = fs::read_to_string(file)?;
        assert!(text.contains("Narbenhernie") && text.contains(NAME) && !text.contains("olga"), "{}", file.display());
        fs::remove_file(file)?;
    }

    let erased = house.told(&["person", "erase", &HANDLE.to_uppercase(), "--channel", "alt", "--yes"]).await?;
    println!("{erased}");
    assert!(erased.contains("1 posts") && erased.contains("Stayed"), "{erased}");
    house.told(&["log", "verify"]).await?;
    let nobody = refused(&house, &["person", "export", HANDLE, "--channel", "alt"]).await?;
    assert!(nobody.contains("nobody with that handle"), "{nobody}");
    let (today, new_keys) = (name("today"), name("keys-today"));
    house.told(&["backup", &today, "--keys", &new_keys]).await?;
    let (before, after) = (rows(&house.path("yesterday/backup.json"))?, rows(&house.path("today/backup.json"))?);
    for table in ["post", "author", "thread", "cases", "decision", "channel"] {
        assert_eq!(before.get(table), after.get(table), "{table}");
    }

    // Yesterday's data with the keys of today: the log and all rows are there, the person is not.
    let restored = name("restored");
    house.told(&["--data", &restored, "restore", &data, "--keys", &new_keys]).await?;
    house.told(&["--data", &restored, "log", "verify"]).await?;
    let gone = refused(&house, &["--data", &restored, "person", "export", HANDLE, "--channel", "alt"]).await?;
    assert!(gone.contains("nobody with that handle"), "{gone}");
    house.told(&["--data", &restored, "search", "rebuild"]).await?;
    house.told(&["--data", &restored, "person", "export", "olga.nett", "--out", &name("olga")]).await?;
    let again = [name("again"), name("keys-again")];
    house.told(&["--data", &restored, "backup", &again[0], "--keys", &again[1]]).await?;
    let counted = rows(&house.path("again/backup.json"))?;
    for table in ["post", "author", "thread", "cases", "decision", "note", "draft", "outbox"] {
        assert_eq!(counted.get(table), before.get(table), "{table}");
    }
    let words = [TEXT, "Narbenhernie", HANDLE, NAME, "Quitzow"];
    let mut looked = 0;
    for folder in ["data", "restored", "yesterday", "today", "again"] {
        looked += nowhere(&house.path(folder), &words).with_context(|| folder.to_owned())?;
    }
    assert!(looked >= 10, "{looked} files");

    // The proof can fail: with the keys of yesterday the same backup still shows them.
    let kept = name("kept");
    house.told(&["--data", &kept, "restore", &data, "--keys", &old_keys]).await?;
    house.told(&["--data", &kept, "person", "export", HANDLE, "--channel", "alt", "--out", &name("shown")]).await?;
    house.farewell().await
}

/// Waits until the server has sorted what was imported: then a decision stands in what is handed out.
async fn sorted(house: &House) -> Result<()> {
    let begun = std::time::Instant::now();
    for n in 0.. {
        let out = house.path(&format!("wait-{n}"));
        house.told(&["person", "export", "olga.nett", "--out", &out.display().to_string()]).await?;
        let mut all = Vec::new();
        files(&out, &mut all)?;
        if all.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains("\"speech\""))) {
            return Ok(());
        }
        anyhow::ensure!(begun.elapsed().as_secs() < 30, "the posts are not sorted after 30 s");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    Ok(())
}
