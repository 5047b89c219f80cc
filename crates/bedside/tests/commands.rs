//! The commands as a person runs them: exit codes, what it says, what it refuses, and what it leaves on the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where a fact does not hold"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::JoinHandle,
};

/// Words that must never stand readable on the disk or in a log line.
const TEXT: &str = "Zimmer vierzehn";
const HANDLE: &str = "lisbeth-krause.example";

struct World(tempfile::TempDir);

impl World {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        command
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("BEDSIDE_LOG", "debug")
            .args(words);
        command
    }

    /// Runs to the end; gives the exit code and everything said.
    fn run(&self, words: &[&str]) -> (i32, String) {
        said(self.command(words).output().unwrap())
    }
}

fn said(output: Output) -> (i32, String) {
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

fn row(id: u32, at: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"channel\":\"reviews\",\"author\":\"{HANDLE}\",\"text\":\"{TEXT}, Nummer {id}\",\"at\":\"{at}\"}}\n"
    )
}

fn rows() -> String {
    (0..30).map(|id| row(id, "2026-11-22T12:00:00Z")).collect()
}

/// A running server, killed if a test ends early.
struct Server {
    child: Child,
    address: String,
    /// Its log lines, read as they come: a full pipe would stop it.
    lines: Option<JoinHandle<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Most have ended by themselves by now.
        let _ended = self.child.kill();
    }
}

impl Server {
    /// Starts `serve` on a free port and waits until it says where it is.
    fn start(world: &World) -> Self {
        world.file("bedside.toml", "[server]\nlisten = \"127.0.0.1:0\"\n");
        let mut child =
            world.command(&["serve", "--lang", "en"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let lines = std::thread::spawn(move || {
            let mut lines = String::new();
            stderr.read_to_string(&mut lines).unwrap();
            lines
        });
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("Bedside is running: http://").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, address, lines: Some(lines) }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to stop; gives the exit code and its log lines.
    fn stop(mut self) -> (i32, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let lines = self.lines.take().unwrap().join().unwrap();
        (self.child.wait().unwrap().code().unwrap(), lines)
    }
}

/// Whether any file below `folder` holds `words` as they are.
fn holds(folder: &Path, words: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, words);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(words.len()).any(|part| part == words.as_bytes())
    })
}

#[test]
fn a_server_starts_without_configuration_sorts_what_was_imported_and_stops_when_asked() {
    let world = World::new();
    world.file("posts.jsonl", &format!("{}{}", rows(), row(99, "gestern")));
    let (code, text) = world.run(&["import", "posts.jsonl"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("30 new, 0 known, 1 rejected"), "{text}");
    assert!(text.contains("line 31: at is no RFC 3339 time"), "{text}");
    assert!(text.contains("the master key was made and lies in"), "{text}");

    let server = Server::start(&world);
    assert!(server.get("/live").starts_with("HTTP/1.1 200"));
    while !server.get("/ready").contains("\"jobs_waiting\":0") {
        std::thread::yield_now();
    }
    assert!(server.get("/inbox").starts_with("HTTP/1.1 303"), "nobody is signed in");
    // An import beside the running server.
    world.file("more.jsonl", &format!("{}{}", row(1, "2026-11-22T12:00:00Z"), row(31, "2026-11-22T12:00:00Z")));
    let (code, imported) = world.run(&["import", "more.jsonl"]);
    assert_eq!(code, 0, "{imported}");
    assert!(imported.contains("1 new, 1 known, 0 rejected"), "{imported}");
    let (code, lines) = server.stop();
    assert_eq!(code, 0, "{lines}");
    assert!(lines.contains("stopping"), "{lines}");
    assert!(!world.path("data/bedside.db-wal").exists(), "the data was closed in order");

    for words in [TEXT, HANDLE] {
        assert!(!holds(&world.path("data"), words), "{words} stands readable in the data");
        assert!(![&text, &imported, &lines].iter().any(|said| said.contains(words)), "{words} stands in a log line");
    }
    let (code, text) = world.run(&["policy", "explain", "1", "--lang", "en"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Facts as they are now") && !text.contains(TEXT), "{text}");
}

#[test]
fn the_log_verifies_also_without_the_key_and_a_kept_checkpoint_is_written_once() {
    let world = World::new();
    world.file("posts.jsonl", &rows());
    assert_eq!(world.run(&["import", "posts.jsonl"]).0, 0);
    let (code, text) = world.run(&["log", "verify"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("the log is intact") && text.contains("not proven: without a checkpoint"), "{text}");
    assert_eq!(world.run(&["log", "checkpoint", "kept.note"]).0, 0);
    assert_eq!(world.run(&["log", "checkpoint", "kept.note"]).0, 1, "a kept checkpoint is never overwritten");
    let key = said(world.command(&["log", "vkey"]).env("BEDSIDE_LOG", "error").output().unwrap()).1;
    std::fs::remove_dir_all(world.path("data/keys")).unwrap();
    std::fs::remove_dir_all(world.path(".config")).unwrap();
    let (code, text) = world.run(&["log", "verify", "--vkey", key.trim(), "--checkpoint", "kept.note"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("the log is intact"), "{text}");
    world.file(
        "other.note",
        "example.org/other\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— example.org/other AAAAAAAA\n",
    );
    let (code, text) = world.run(&["log", "verify", "--vkey", key.trim(), "--checkpoint", "other.note"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("WRONG: the kept checkpoint can't be used"), "{text}");
}

#[test]
fn data_is_never_opened_with_another_key_or_none() {
    let world = World::new();
    world.file("posts.jsonl", &rows());
    assert_eq!(world.run(&["import", "posts.jsonl"]).0, 0);
    let (code, text) = world.run(&["new-key", "new.key"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(world.run(&["new-key", "new.key"]).0, 1, "a key is never overwritten");
    world.file("bedside.toml", "[keys]\nmaster_key_file = \"new.key\"\n");
    let (code, text) = world.run(&["search", "rebuild"]);
    assert!(code == 1 && text.contains("wrong master key"), "{text}");
    // An address of its own: the usual one may be taken by a Bedside that runs beside the tests.
    world.file("bedside.toml", "[server]\nlisten = \"127.0.0.1:0\"\n");
    std::fs::remove_dir_all(world.path(".config")).unwrap();
    for words in [&["serve"][..], &["import", "posts.jsonl"], &["log", "verify"], &["invite", "eva"]] {
        let (code, text) = world.run(words);
        assert!(code == 1 && text.contains("holds data, but its master key is not here"), "{words:?}: {text}");
    }
}

#[test]
fn a_wrong_configuration_starts_nothing_and_is_named() {
    let world = World::new();
    world.file("bedside.toml", "[server]\nlisen = \"127.0.0.1:0\"\n");
    for words in [&["check-config"][..], &["serve"]] {
        let (code, text) = world.run(words);
        assert_eq!(code, 1);
        assert!(text.contains("bedside.toml:2: [server] lisen: unknown key (did you mean listen?)"), "{text}");
    }
    assert!(!world.path("data").exists());
    let house = "[[site]]\nslug = \"m\"\nname = \"M\"\njurisdiction = \"de\"\ntime_zone = \"Europe/Berlin\"\noverlays = [\"own.cedar\"]\n";
    world.file("bedside.toml", house);
    world.file("own.cedar", "permit (principal, action, resource);");
    let (code, text) = world.run(&["check-config"]);
    assert!(code == 1 && text.contains("own.cedar:1"), "{text}");
    let more = format!(
        "[keys]\nmaster_key_file = \"lost.key\"\n{house}[[channel]]\nslug = \"crm\"\nkind = \"webhook\"\nowner = \"O\"\n\
         deputy = \"D\"\nsecret_file = \"lost.secret\"\n"
    );
    world.file("bedside.toml", &more);
    let (code, text) = world.run(&["check-config"]);
    assert_eq!(code, 1);
    for what in ["lost.secret can't be read", "own.cedar:1", "there is no master key at lost.key"] {
        assert!(text.contains(what), "all at once, also {what}: {text}");
    }
    world.file("lost.key", "no key");
    let (code, text) = world.run(&["check-config"]);
    assert!(code == 1 && text.contains("lost.key") && !text.contains("there is no master key"), "{text}");
    world.file("bedside.toml", &house.replace("overlays = [\"own.cedar\"]\n", ""));
    let (code, text) = world.run(&["check-config"]);
    assert!(code == 0 && text.contains("site m: M, law of de, Europe/Berlin, no staffed hours are set up"), "{text}");
}

#[test]
fn somebody_new_is_invited_with_a_role() {
    let world = World::new();
    world.file("posts.jsonl", &rows());
    assert_eq!(world.run(&["import", "posts.jsonl"]).0, 0);
    let (code, text) = world.run(&["invite", "Eva@example.org"]);
    assert!(code == 1 && text.contains("say what they do"), "{text}");
    let (code, text) = world.run(&["invite", "Eva@example.org", "--role", "desk", "--site", "nord"]);
    assert!(code == 1 && text.contains("there is no site 'nord'; known are house"), "{text}");
    let (code, text) = world.run(&["invite", "Eva@example.org", "--role", "desk"]);
    assert!(code == 0 && text.contains("http://127.0.0.1:8080/welcome?token="), "{text}");
    assert_eq!(world.run(&["invite", "eva@example.org"]).0, 0, "a new link for somebody known needs no role");
}

#[test]
fn postgresql_needs_a_named_key_and_then_works_alike() {
    let database = bedside_testkit::db::postgres().unwrap();
    let world = World::new();
    world.file("posts.jsonl", &rows());
    world.file("database.url", database.url());
    world.file("bedside.toml", "[data]\npostgres_url_file = \"database.url\"\n");
    for words in [&["check-config"][..], &["import", "posts.jsonl"]] {
        let (code, text) = world.run(words);
        assert!(code == 1 && text.contains("for data in PostgreSQL say where the master key is"), "{text}");
        assert!(!text.contains(database.url()), "the address may hold a password");
    }
    assert_eq!(world.run(&["new-key", "master.key"]).0, 0);
    world.file(
        "bedside.toml",
        "[data]\npostgres_url_file = \"database.url\"\n[keys]\nmaster_key_file = \"master.key\"\n",
    );
    let (code, text) = world.run(&["import", "posts.jsonl"]);
    assert!(code == 0 && text.contains("30 new, 0 known, 0 rejected"), "{text}");
    let (code, text) = world.run(&["import", "posts.jsonl"]);
    assert!(code == 0 && text.contains("0 new, 30 known, 0 rejected"), "{text}");
    let (code, text) = world.run(&["log", "verify"]);
    assert!(code == 0 && text.contains("the log is intact"), "{text}");
    assert!(![TEXT, HANDLE].iter().any(|words| text.contains(words)));
    assert!(!world.path("data").exists());
}
