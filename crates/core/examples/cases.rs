//! Runs policy cases through sorting and rules and prints right and harm per family.
//! `cargo run -p bedside-core --example cases -- --data DIR`: every `.jsonl` of DIR that holds cases.
#![allow(clippy::print_stdout, reason = "a command's result goes to standard output")]

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use bedside_core::{
    policy::{Rules, cases},
    site::Jurisdiction,
    time::Timestamp,
    triage::{Lang, Triage, TriageInput},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [flag, folder] = arguments.as_slice() else { return Err("usage: cases --data DIR".into()) };
    if flag != "--data" {
        return Err(format!("unknown option {flag}; usage: cases --data DIR").into());
    }
    let cases = read(Path::new(folder))?;
    let mut rules = BTreeMap::new();
    for jurisdiction in Jurisdiction::ALL {
        rules.insert(jurisdiction.as_str(), Rules::load(jurisdiction, &[])?);
    }
    let triage = Triage::new();
    let sorting =
        |_: &cases::Case, text: &str, at: Timestamp| triage.read(&TriageInput { text, lang_hint: Lang::Unknown, at });
    show(&cases::score(&cases, &sorting, &|jurisdiction| rules.get(jurisdiction.as_str())));
    Ok(())
}

/// Files whose lines have no `acceptable_actions` (drafts, for example) hold other things and are left out.
fn read(folder: &Path) -> Result<Vec<cases::Case>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "jsonl") {
            let text = fs::read_to_string(&path)?;
            if text.lines().next().is_some_and(|line| line.contains("\"acceptable_actions\"")) {
                found.extend(cases::read(&text).map_err(|bad| format!("{}: {bad}", path.display()))?);
            }
        }
    }
    Ok(found)
}

fn show(score: &cases::Score) {
    println!("{:<18} {:>5} {:>5} {:>5}", "family", "cases", "right", "harms");
    for (family, tally) in &score.by_family {
        println!("{family:<18} {:>5} {:>5} {:>5}", tally.cases, tally.right, tally.harms);
    }
    println!("{:<18} {:>5} {:>5} {:>5}", "all", score.cases, score.right, score.harms);
    for wrong in &score.wrong {
        let mark = if wrong.harm { "HARM " } else { "wrong" };
        println!(
            "{mark} {} got {} {:?}, right {:?}, by {:?}",
            wrong.id, wrong.got, wrong.parts, wrong.acceptable, wrong.because
        );
    }
}
