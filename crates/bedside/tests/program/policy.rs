//! `bedside policy …` as somebody who writes rules uses it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

const MUTE: &str = "@id(\"house.mute\")\n@reason_de(\"Probe.\")\n@reason_en(\"A try.\")\n@source(\"House rule\")\n\
    forbid (principal, action in Action::\"speech\", resource) when { context.topics.contains(Topic::\"praise\") };\n";

fn test(words: &[&str]) -> Output {
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.current_dir(nowhere.path()).args(["policy", "test"]).args(words).output().unwrap()
}

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn cases_are_decided_by_the_rules_that_run_and_by_others() {
    let (own, ours) = (policies().join("cases/own.jsonl"), policies());
    let (own, ours) = (own.to_str().unwrap(), ours.to_str().unwrap());
    let run = test(&[own, "--json"]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let told = json(&run);
    assert!(told["cases"].as_u64().unwrap() > 60 && told["cases"] == told["right"] && told["harms"] == 0, "{told}");
    assert_eq!(json(&test(&[own, "--json", "--pack", ours])), told, "the folder of the packs is the packs");
    let table = test(&[own]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("family"));
}

#[test]
fn a_case_that_harms_fails_the_run_and_names_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let case = r#"{"id":"H1","family":"thanks","post":"Vielen Dank an das ganze Team!","context":{"jurisdiction":"DE"},
        "acceptable_actions":["acknowledge_only"],"forbidden_actions":["stay_silent"]}"#;
    let file = folder.path().join("cases.jsonl");
    std::fs::write(&file, case.replace('\n', " ")).unwrap();
    let file = file.to_str().unwrap();
    assert!(test(&[file]).status.success());

    let pack = folder.path().join("ours");
    std::fs::create_dir(&pack).unwrap();
    std::fs::write(pack.join("mute.cedar"), MUTE).unwrap();
    let run = test(&[file, "--json", "--pack", pack.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(1));
    let told = json(&run);
    assert_eq!((&told["harms"], &told["wrong"][0]["got"]), (&1.into(), &"stay_silent".into()), "{told}");
    assert!(told["wrong"][0]["because"].as_array().unwrap().contains(&"house.mute".into()), "{told}");

    std::fs::write(pack.join("mute.cedar"), MUTE.replace("praise", "prays")).unwrap();
    let run = test(&[file, "--pack", pack.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!run.status.success() && said.contains("mute.cedar") && said.contains("prays"), "{said}");
}

/// Praise and questions in turn, of a day ago.
fn history(posts: usize) -> String {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
    let row = |n: usize| {
        let text = if n.is_multiple_of(3) {
            "Vielen Dank an das ganze Team, ihr seid großartig!"
        } else {
            "Wann ist Besuchszeit?"
        };
        serde_json::json!({"id": format!("p{n}"), "channel": "archiv", "author": format!("a{n}"), "text": text, "at": at.to_string()})
    };
    (0..posts).map(|n| format!("{}\n", row(n))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_is_decided_again_under_other_rules_and_goes_on_where_it_stopped() -> anyhow::Result<()> {
    let mut house = super::house::House::open("").await?;
    house.write("rows.jsonl", &history(1200))?;
    assert!(house.run(&["import", "rows.jsonl"]).await?.status.success());
    std::fs::create_dir(house.path("ours"))?;
    house.write("ours/mute.cedar", MUTE)?;
    house.serve().await?;
    let replay = ["policy", "replay", "--policy", "ours", "--json"];
    let begun = std::time::Instant::now();
    let told: Value = loop {
        let told: Value = serde_json::from_str(&house.told(&replay).await?)?;
        if told["left_out"] == 0 {
            break told;
        }
        assert!(begun.elapsed().as_secs() < 60, "{told}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    };
    assert_eq!((&told["posts"], &told["changed"]), (&1200.into(), &400.into()), "{told}");
    let (before, after) = (&told["rules"]["house.mute"][0], &told["rules"]["house.mute"][1]);
    assert_eq!((before, after), (&0.into(), &400.into()), "{told}");
    let one = &told["changes"][0];
    assert_eq!((&one["before"][0], &one["after"][0]), (&"acknowledge_only".into(), &"stay_silent".into()), "{one}");
    assert_eq!(one["rules_after"][0], "house.mute");

    // Nothing of it is in the data: the same again with the rules in force changes nothing.
    let whole = policies();
    let same = ["policy", "replay", "--policy", whole.to_str().unwrap(), "--json"];
    let same: Value = serde_json::from_str(&house.told(&same).await?)?;
    assert_eq!((&same["posts"], &same["changed"]), (&1200.into(), &0.into()), "{same}");

    // Stopped in the middle of a line, it goes on after the last stretch that is certain, and ends as it did.
    let kept = [&replay[..], &["--out", "replay.jsonl"]].concat();
    house.told(&kept).await?;
    let text = std::fs::read_to_string(house.path("replay.jsonl"))?;
    let first = text.lines().take_while(|line| !line.contains("\"stretch\"")).map(|line| line.len() + 1).sum::<usize>();
    let cut = text[first..].find('\n').unwrap() + first + 40;
    std::fs::write(house.path("replay.jsonl"), &text[..cut])?;
    let again: Value = serde_json::from_str(&house.told(&kept).await?)?;
    assert_eq!((&again["posts"], &again["changed"]), (&1200.into(), &400.into()));
    assert_eq!(std::fs::read_to_string(house.path("replay.jsonl"))?, text);
    house.write("ours/mute.cedar", &MUTE.replace("praise", "complaint"))?;
    let other = house.run(&kept).await?;
    assert!(!other.status.success() && String::from_utf8_lossy(&other.stderr).contains("other rules"));
    house.farewell().await
}
