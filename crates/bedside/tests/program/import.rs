//! Files of posts: bad rows are named with line and reason, good ones kept, and a second run adds nothing.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::desk::Desk;
use super::house::House;
use super::html;

const BAD_TIME: &str =
    r#"{"id":"p-bad","channel":"archiv","author":"wilma","text":"Zeitloses Grummeln","at":"gestern"}"#;
const CSV: &str = "id,channel,author,text,at\n\
    c1,umfrage,\"Ottokar, Sen.\",\"Sehr gutes Essen, \"\"fast wie daheim\"\"\",2026-03-01T10:00:00+01:00\n\
    c2,umfrage,Notburga,,2026-03-01T11:00:00+01:00\n\
    c3,umfrage,Notburga,Freundliches Personal,2026-03-01T12:00:00+01:00\n";

/// 300 good rows, and three bad ones on lines 2, 4 and 6.
fn rows() -> String {
    let mut text = String::new();
    for n in 0..300 {
        let _ = writeln!(
            text,
            r#"{{"id":"p{n}","channel":"archiv","author":"wilma{}","text":"Beobachtung {n}: Kreuzgang frisch gestrichen","at":"2026-02-03T08:{:02}:00Z"}}"#,
            n % 7,
            n % 60
        );
        match n {
            0 => text.push_str("das ist kein JSON\n"),
            1 => text.push_str(&format!("{BAD_TIME}\n")),
            2 => text.push_str(
                "{\"id\":\"p-none\",\"channel\":\"archiv\",\"author\":\"wilma\",\"at\":\"2026-02-03T08:00:00Z\"}\n",
            ),
            _ => {}
        }
    }
    text
}

/// The case that a search finds, as soon as the index has it.
async fn found(desk: &mut Desk, query: &str, phrase: &str) -> Result<i64> {
    let begun = Instant::now();
    loop {
        let page = desk.get(&format!("/search?q={query}")).await?;
        if let Some((number, _)) = html::rows(&page.html).into_iter().find(|(_, words)| words.contains(phrase)) {
            return Ok(number);
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("{query} is not found: {}", page.words());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_import() -> Result<()> {
    let mut house = House::open("").await?;
    house.keep_private("Zeitloses Grummeln Beobachtung Kreuzgang gestrichen Freundliches Notburga Ottokar");
    house.write("rows.jsonl", &rows())?;
    house.write("survey.csv", CSV)?;
    let first = house.run(&["import", "rows.jsonl"]).await?;
    let (said, noted) = (String::from_utf8(first.stdout)?, String::from_utf8(first.stderr)?);
    println!("{said}{noted}");
    assert_eq!(first.status.code(), Some(2), "rejected rows make another exit code");
    assert!(said.contains("300 new, 0 known, 3 rejected"), "{said}");
    for line in ["line 2: is no JSON object", "line 4: at ", "line 6: text "] {
        assert!(noted.contains(line), "{line}: {noted}");
    }
    let listed = std::fs::read_to_string(house.path("rows.jsonl.rejected.jsonl"))?;
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(!listed.contains("Grummeln"), "{listed}");

    let again = house.run(&["import", "rows.jsonl"]).await?;
    let said = String::from_utf8(again.stdout)?;
    assert!(said.contains("0 new, 300 known, 3 rejected"), "{said}");

    let csv = house.run(&["import", "survey.csv"]).await?;
    let (said, noted) = (String::from_utf8(csv.stdout)?, String::from_utf8(csv.stderr)?);
    assert!(said.contains("2 new, 0 known, 1 rejected") && noted.contains("line 3: text "), "{said}{noted}");

    // The desk shows them as history: decided, searchable, and nothing of it leaves or alarms.
    house.serve().await?;
    let mut mara = house.person("mara@lindenhof.example", "Mara Lindt", &["desk"]).await?;
    let case = found(&mut mara, "daheim", "fast wie daheim").await?;
    let page = mara.case(case).await?;
    assert!(page.words().contains("Ottokar, Sen."), "{}", page.words());
    found(&mut mara, "freundliches+personal", "Freundliches Personal").await?;
    let open = mara.get("/inbox").await?;
    assert!(html::rows(&open.html).is_empty(), "history wants nothing of anybody: {}", open.words());
    house.farewell().await
}
