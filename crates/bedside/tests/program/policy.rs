//! `bedside policy …` as somebody who writes rules uses it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

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
    let rule = "@id(\"house.mute\")\n@reason_de(\"Probe.\")\n@reason_en(\"A try.\")\n@source(\"House rule\")\n\
                forbid (principal, action in Action::\"speech\", resource) when { context.topics.contains(Topic::\"praise\") };\n";
    std::fs::write(pack.join("mute.cedar"), rule).unwrap();
    let run = test(&[file, "--json", "--pack", pack.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(1));
    let told = json(&run);
    assert_eq!((&told["harms"], &told["wrong"][0]["got"]), (&1.into(), &"stay_silent".into()), "{told}");
    assert!(told["wrong"][0]["because"].as_array().unwrap().contains(&"house.mute".into()), "{told}");

    std::fs::write(pack.join("mute.cedar"), rule.replace("praise", "prays")).unwrap();
    let run = test(&[file, "--pack", pack.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!run.status.success() && said.contains("mute.cedar") && said.contains("prays"), "{said}");
}
