//! The log is proof: a flipped byte is found and named, and so is an end that was cut off, where a checkpoint was kept.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use bedside_testkit::peer::mastodon::{Mock, Visibility};

use super::desk::Desk;
use super::house::{House, copy, has};
use super::road::mastodon_house;

/// The log's entries as the desk exports them: each with its length before it, in two bytes.
async fn entries(desk: &mut Desk) -> Result<Vec<Vec<u8>>> {
    let checkpoint = String::from_utf8(desk.bytes("/log/checkpoint").await?)?;
    let size: usize = checkpoint.lines().nth(1).context("no checkpoint")?.parse()?;
    assert!(size < 256, "one bundle holds them all");
    let bundle = desk.bytes(&format!("/log/tile/entries/000.p/{size}")).await?;
    let mut rest = bundle.as_slice();
    let mut entries = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (entry, after) = after.split_at(usize::from(u16::from_be_bytes(*length)));
        entries.push(entry.to_vec());
        rest = after;
    }
    assert_eq!(entries.len(), size);
    Ok(entries)
}

/// Flips a bit in the middle of `part` wherever it stands in the database's files.
fn flip(house: &House, part: &[u8]) -> Result<()> {
    let mut found = 0;
    for file in house.data()? {
        if !file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("bedside.db")) {
            continue;
        }
        let mut bytes = fs::read(&file)?;
        let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(part)).collect();
        for at in &places {
            bytes[at + part.len() / 2] ^= 1;
        }
        found += places.len();
        fs::write(&file, bytes)?;
    }
    if found == 0 {
        bail!("the entry is not in the database");
    }
    Ok(())
}

async fn verify(house: &House, words: &[&str]) -> Result<(bool, String)> {
    let output = house.run(&[&["log", "verify"], words].concat()).await?;
    let said = String::from_utf8(output.stdout)? + &String::from_utf8(output.stderr)?;
    Ok((output.status.success(), said))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_log_is_proof() -> Result<()> {
    let mock = Mock::start(&["klinik", "petra"]).await?;
    let (klinik, petra) = (mock.account("klinik")?.clone(), mock.account("petra")?.clone());
    let (mut house, mut mara, _jonas) = mastodon_house(mock.base_url(), &klinik.token).await?;
    mock.mention(&petra, &klinik, "Wann hat die Cafeteria offen?", Visibility::Public).await?;
    mara.case_with("Cafeteria", Duration::from_secs(20)).await?;
    house.stop().await?;
    let (good, said) = verify(&house, &[]).await?;
    println!("{said}");
    assert!(good && said.contains("checkpoint"), "without a kept checkpoint it says what it can't know: {said}");
    let key = house.told(&["log", "vkey"]).await?;
    copy(&house.path("data"), &house.path("earlier"))?;

    house.serve().await?;
    mock.mention(&petra, &klinik, "Gibt es einen Bücherwagen?", Visibility::Public).await?;
    let (case, _) = mara.case_with("Bücherwagen", Duration::from_secs(20)).await?;
    let page = mara.case(case).await?;
    let noted = "Klinikseelsorge fragen";
    mara.fill(&page, &format!("/case/{case}/note"), &[("text", noted)]).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let logged = entries(&mut mara).await?;
    house.stop().await?;
    house.told(&["log", "checkpoint", "kept"]).await?;
    let (good, said) = verify(&house, &["--checkpoint", "kept"]).await?;
    assert!(good, "{said}");
    copy(&house.path("data"), &house.path("whole"))?;

    // A bit of an entry: named by its number, with and without the master key's help.
    for at in [0, logged.len() / 2, logged.len() - 1] {
        flip(&house, &logged[at])?;
        for words in [&[][..], &["--vkey", &key], &["--checkpoint", "kept"]] {
            let (good, said) = verify(&house, words).await?;
            assert!(!good && has(said.as_bytes(), format!("entry {at} ").as_bytes()), "entry {at}: {said}");
        }
        println!("{}", verify(&house, &[]).await?.1);
        fs::remove_dir_all(house.path("data"))?;
        copy(&house.path("whole"), &house.path("data"))?;
    }

    // The end cut off, as by restoring an old backup: by itself that log is sound, and the kept checkpoint tells.
    fs::remove_dir_all(house.path("data"))?;
    copy(&house.path("earlier"), &house.path("data"))?;
    assert!(verify(&house, &[]).await?.0);
    let (good, said) = verify(&house, &["--checkpoint", "kept"]).await?;
    println!("{said}");
    assert!(!good && said.contains(&logged.len().to_string()), "{said}");

    fs::remove_dir_all(house.path("data"))?;
    copy(&house.path("whole"), &house.path("data"))?;
    house.keep_private(noted);
    house.keep_private("Cafeteria Bücherwagen");
    house.serve().await?;
    house.farewell().await
}
