//! `bedside scan`, `triage` and `guard` as a person with a pile of text runs them: rows in, rows out, in order, nothing lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where a fact does not hold"
)]

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
    command.env_clear().args(words);
    command
}

/// Runs with `input` on the standard input; gives the exit code, the rows, and what was said beside them.
fn run(words: &[&str], input: &[u8]) -> (i32, Vec<Value>, String) {
    let mut child = command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(to.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    read(output)
}

fn read(output: Output) -> (i32, Vec<Value>, String) {
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), rows, String::from_utf8(output.stderr).unwrap())
}

/// The part of a text that code points name.
fn slice(text: &str, span: &Value) -> String {
    let at = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
    text.chars().skip(at("start")).take(at("end") - at("start")).collect()
}

#[test]
fn a_scan_gives_places_in_code_points_and_ids_as_they_were() {
    let text = "😀 Grüße, ruft 0170 1234567 an";
    let rows = [json!({"id": "a", "text": text}), json!({"id": 7, "text": ""}), json!({"text": text, "lang": "de"})];
    let input: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let (code, out, said) = run(&["scan"], input.as_bytes());
    assert_eq!((code, said.as_str()), (0, ""));
    assert_eq!(out.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), [json!("a"), json!(7), Value::Null]);
    let spans = out[0]["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 1, "{out:?}");
    assert_eq!(slice(text, &spans[0]), "0170 1234567");
    assert_eq!(spans[0]["type"], "PHONE");
    assert!(spans[0]["score"].as_f64().unwrap() > 0.9 && spans[0]["why"].is_string());
    assert_eq!(out[1]["spans"], json!([]));

    let (code, out, _) = run(&["scan", "--mask", "-"], input.as_bytes());
    assert_eq!((code, &out[0]), (0, &json!({"id": "a", "text": "😀 Grüße, ruft [PHONE] an"})));
}

#[test]
fn the_own_people_are_found_and_leave_as_any_other_name_does() {
    let folder = tempfile::tempdir().unwrap();
    let list = |name: &str, rows: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, format!("given;family;number\n{rows}")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let with = list("with.csv", "Jürgen;Brandstätter;47110815\nBeate;Neumann;\n");
    let without = list("without.csv", "Jürgen;Brandstätter;47110815\n");
    let find = |people: &str, text: &str| {
        let (code, out, said) =
            run(&["scan", "--people", people, "--lang", "de"], json!({"id": 1, "text": text}).to_string().as_bytes());
        assert_eq!((code, said.as_str()), (0, ""));
        let spans = out[0]["spans"].as_array().unwrap().clone();
        spans
            .into_iter()
            .map(|span| (slice(text, &span), span["type"].clone(), span["score"].clone(), span["why"].clone()))
            .collect::<Vec<_>>()
    };
    for (text, name) in [
        ("gestern lag brandstaetter juergen neben mir", "brandstaetter juergen"),
        ("Die Nummer 4711 0815 stimmt nicht", "4711 0815"),
    ] {
        let found = find(&with, text);
        assert!(found.iter().any(|one| one.0 == name), "{text}: {found:?}");
    }
    // Whether somebody is listed or not, what is said of a name that many bear is the same (docs/adr/0007).
    for sentence in ["Ich habe * gesehen.", "gestern lag * neben mir", "War das *? Ja!", "*, sagt sie, ist nett"] {
        for name in ["Beate Neumann", "neumann beate"] {
            let text = sentence.replace('*', name);
            let found = find(&with, &text);
            assert!(found.iter().any(|one| one.0 == name), "{text}: {found:?}");
            assert_eq!(found, find(&without, &text), "{text}");
        }
    }
}

#[test]
fn bad_rows_are_told_with_file_and_line_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.jsonl");
    let mut rows = b"\xef\xbb\xbf{\"id\":1,\"text\":\"a\"}\r\n\r\n".to_vec();
    rows.extend(b"{\"id\":2,\"text\":5}\nno json, Anna Muster\n{\"id\":3,\"text\":\"\xff\"}\n");
    rows.extend(b"{\"id\":4,\"text\":\"half \\ud83d pair\"}\n   \n{\"id\":5,\"text\":\"\"}");
    std::fs::write(&file, &rows).unwrap();
    let (code, out, said) = read(command(&["triage", file.to_str().unwrap()]).output().unwrap());
    assert_eq!(code, 1);
    let seen: Vec<(Value, bool)> = out.iter().map(|row| (row["id"].clone(), row["error"].is_string())).collect();
    let expect = [(1, false), (2, true), (0, true), (0, true), (4, false), (5, false)];
    let expect: Vec<(Value, bool)> =
        expect.iter().map(|(id, bad)| (if *id > 0 { json!(id) } else { Value::Null }, *bad)).collect();
    assert_eq!(seen, expect);
    for line in [3, 4, 5] {
        assert!(said.contains(&format!("{}:{line}: ", file.display())), "{said}");
    }
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(!said.contains("Anna"), "what a text says is not for a terminal's log: {said}");
}

#[test]
fn triage_tells_topics_with_their_places() {
    let text = "My dad died in your hospital last night, what a terrible place.";
    let (code, out, _) = run(&["triage", "--lang", "en"], json!({"id": "x", "text": text}).to_string().as_bytes());
    let row = &out[0];
    assert_eq!((code, &row["lang"]), (0, &json!("en")));
    let topics = row["topics"].as_array().unwrap();
    let grief = topics.iter().find(|one| one["topic"] == "bereavement").expect("bereavement");
    assert!(grief["score"].as_f64().unwrap() > 0.5);
    assert!(grief["spans"].as_array().unwrap().iter().any(|span| slice(text, span).contains("died")), "{row}");
    for field in ["hostility", "speaker", "health_detail", "staff_named", "sure", "urgency"] {
        assert!(row.get(field).is_some(), "{field}: {row}");
    }
    let (code, out, said) = run(&["triage"], br#"{"id":1,"text":"x","at":"gestern"}"#);
    assert_eq!((code, out[0]["id"].clone()), (1, json!(1)));
    assert!(said.contains("<stdin>:1: at is no time"), "{said}");
}

#[test]
fn the_guard_gives_verdict_reason_and_a_repair() {
    let draft = "Thank you for your feedback. We are sorry your stay on Tuesday was not pleasant.";
    let row = json!({"id": "D1", "jurisdiction": "US", "lang": "en", "inbound_post": "Terrible.", "draft": draft, "expected": "block"});
    let (code, out, _) = run(&["guard"], format!("{row}\n").as_bytes());
    assert_eq!((code, &out[0]["verdict"]), (0, &json!("block")));
    let findings = out[0]["findings"].as_array().unwrap();
    let stay = findings.iter().find(|one| one["kind"] == "confirms_relationship").expect("confirms_relationship");
    assert!(slice(draft, stay).contains("your stay"), "{stay}");
    assert!(stay["reason"].as_str().unwrap().contains("patient"), "{stay}");
    let repair = &stay["suggestion"];
    assert!(repair["replace"].is_string() && slice(draft, repair).contains("your stay"), "{stay}");

    let german = json!({"id": 2, "jurisdiction": "de", "lang": "de", "draft": "Ihr Aufenthalt bei uns tut uns leid."});
    let (_, out, _) = run(&["guard"], german.to_string().as_bytes());
    assert_eq!(out[0]["verdict"], "block");
    assert!(out[0]["findings"][0]["reason"].as_str().unwrap().starts_with("Das "), "{out:?}");
    let (code, out, said) = run(&["guard"], br#"{"id":3,"draft":"Hello","jurisdiction":"FR"}"#);
    assert_eq!((code, out[0]["id"].clone()), (1, json!(3)));
    assert!(said.contains("jurisdiction is none of de, us, uk, at"), "{said}");
}

#[test]
fn many_rows_come_out_in_their_order_and_so_does_a_row_of_a_megabyte() {
    let mut input = String::new();
    for n in 0..20_000 {
        let text = if n % 5_000 == 2_500 { "Haus am See 0170 1234567. ".repeat(40_000) } else { format!("Zeile {n}") };
        let _ = writeln!(input, "{}", json!({"id": n, "text": text}));
    }
    let (code, out, said) = run(&["scan"], input.as_bytes());
    assert_eq!((code, said.as_str(), out.len()), (0, "", 20_000));
    assert!(out.iter().enumerate().all(|(n, row)| row["id"] == json!(n)));
    assert_eq!(out[2_500]["spans"].as_array().unwrap().iter().filter(|one| one["type"] == "PHONE").count(), 40_000);
}

#[test]
fn a_row_is_answered_before_the_next_is_written_and_a_closed_pipe_ends_it_quietly() {
    let mut child =
        command(&["scan"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    for n in 0..3 {
        writeln!(to, "{}", json!({"id": n, "text": "x"})).unwrap();
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["id"], json!(n));
    }
    drop(from);
    writeln!(to, "{}", json!({"id": 4, "text": "x"})).unwrap();
    // The standard input stays open: nobody waits for its end.
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    drop(to);
}

#[test]
fn what_is_not_there_is_said() {
    for words in [["scan", "gone.jsonl", "--mask"], ["scan", "--people", "gone.csv"]] {
        let (code, _, said) = read(command(&words).stdin(Stdio::null()).output().unwrap());
        assert!(code == 1 && said.contains("gone."), "{code} {said}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).to_str().unwrap();
    let (code, _, said) = read(command(&["guard", folder]).output().unwrap());
    assert!(code == 1 && said.contains("is a folder"), "{said}");
}
