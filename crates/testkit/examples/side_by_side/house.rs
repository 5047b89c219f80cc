//! One Bedside with a link, its program and its data in a folder of its own.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use bedside_testkit::peer::free_port;
use serde_json::Value;
use tempfile::TempDir;

use super::caller::{ADT, Told};

/// What SQLite's own binding commits, one row of a message's size at a time.
const RAW: &str = r#"
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1] + "/raw.db", isolation_level=None)
db.execute("PRAGMA journal_mode=WAL"); db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)")
row = (b"x" * 891,)
for _ in range(200): db.execute("INSERT INTO message (raw) VALUES (?)", row)
took, begun = [], time.perf_counter()
while time.perf_counter() - begun < 3:
    one = time.perf_counter(); db.execute("INSERT INTO message (raw) VALUES (?)", row)
    took.append(time.perf_counter() - one)
whole = time.perf_counter() - begun
print(whole, *sorted(took))
"#;

pub fn raw_commits() -> Result<Told> {
    let folder = TempDir::with_prefix("bedside-raw-")?;
    let told = Command::new("python3").args(["-c", RAW]).arg(folder.path()).output()?;
    ensure!(told.status.success(), "python3: {}", String::from_utf8_lossy(&told.stderr));
    let said = String::from_utf8_lossy(&told.stdout);
    let mut seconds = said.split_whitespace().map(|word| word.parse::<f64>().map(Duration::from_secs_f64));
    let whole = seconds.next().context("it told nothing")??;
    Ok(Told { whole, times: seconds.collect::<Result<_, _>>()? })
}

/// Messages that are read in all their views in a second.
pub fn parse_rate() -> Result<f64> {
    use bedside_clinical::hl7::{Content, Message, Reading};
    let begun = Instant::now();
    let mut read = 0;
    while begun.elapsed() < Duration::from_secs(2) {
        for _ in 0..100 {
            let message = Message::parse(std::hint::black_box(ADT), &Reading::default())?;
            std::hint::black_box(Content::read(&message));
            read += 1;
        }
    }
    Ok(f64::from(read) / begun.elapsed().as_secs_f64())
}

pub struct House {
    folder: TempDir,
    program: String,
    address: String,
    port: u16,
}

/// A running program; it ends with the value.
pub struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _asked = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ended = self.0.wait();
    }
}

impl Served {
    /// The most memory that was resident at once.
    pub fn most_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1000.0)
    }
}

impl Served {
    /// The processor time it has used, in seconds (proc(5): utime and stime, in hundredths).
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
        Ok((ticks(11) + ticks(12)) / 100.0)
    }
}

impl House {
    pub fn open(program: &str) -> Result<Self> {
        let folder = TempDir::with_prefix("bedside-side-by-side-")?;
        let (address, port) = (format!("127.0.0.1:{}", free_port()?), free_port()?);
        let config = format!(
            "[server]\nlisten = \"{address}\"\n[data]\nlocation = \"data\"\n[keys]\nmaster_key_file = \"master.key\"\n\
             [[site]]\nslug = \"mitte\"\nname = \"Mitte\"\ngroup = \"Lindenhof\"\njurisdiction = \"de\"\n\
             page_owner = \"private\"\ntime_zone = \"Europe/Berlin\"\nstaffed = [\"Mon-Sun 00:00-24:00\"]\n\
             [[hl7]]\nslug = \"kis\"\nsite = \"mitte\"\nlisten = \"127.0.0.1:{port}\"\ncharset = \"8859/15\"\n"
        );
        fs::write(folder.path().join("bedside.toml"), config)?;
        let program = fs::canonicalize(program)?.to_string_lossy().into_owned();
        let house = Self { folder, program, address, port };
        house.told(&["new-key", "master.key"])?;
        Ok(house)
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.folder.path()).args(words).env("XDG_CONFIG_HOME", self.folder.path());
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn told(&self, words: &[&str]) -> Result<String> {
        let told = self.command(words).output()?;
        ensure!(told.status.success(), "bedside {} failed", words.join(" "));
        Ok(String::from_utf8_lossy(&told.stdout).into_owned())
    }

    pub fn serve(&self) -> Result<Served> {
        let served = Served(self.command(&["serve"]).stdout(Stdio::null()).spawn()?);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if self.ready().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
                return Ok(served);
            }
            thread::sleep(Duration::from_millis(10));
        }
        bail!("bedside is not ready after 30 s")
    }

    fn ready(&self) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET /ready HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// Waits until every message is in the patient index; how long that took, in seconds.
    pub fn settle(&self) -> Result<f64> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(300) {
            let answer = self.ready()?;
            let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let told: Value = serde_json::from_str(body).context("/ready tells no JSON")?;
            if told.get("messages_waiting").and_then(Value::as_i64) == Some(0) {
                return Ok(begun.elapsed().as_secs_f64());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("messages wait for the patient index after five minutes")
    }

    /// What a call tells while the data is copied, again and again, as a backup of files does.
    pub fn while_copying(&self, call: impl FnOnce() -> Result<Told>) -> Result<Told> {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let copying = scope.spawn(|| {
                let to = self.folder.path().join("copy");
                while !is_over.load(Ordering::Relaxed) {
                    copy(&self.folder.path().join("data"), &to)?;
                    fs::remove_dir_all(&to)?;
                }
                Ok::<_, anyhow::Error>(())
            });
            let told = call();
            is_over.store(true, Ordering::Relaxed);
            copying.join().ok().context("the copy panicked")??;
            told
        })
    }

    /// What a call tells while posts are imported by another process.
    pub fn while_importing(&self, call: impl FnOnce() -> Result<Told>) -> Result<Told> {
        let mut posts = String::new();
        for n in 0..200_000 {
            posts.push_str(&format!(
                "{{\"id\":\"p{n}\",\"channel\":\"archive\",\"author\":\"a{}\",\"text\":\"Guten Tag, wo kann ich bei Ihnen parken, Frage {n}?\",\"at\":\"2026-11-0{}T10:00:00Z\"}}\n",
                n % 5_000,
                n % 9 + 1
            ));
        }
        fs::write(self.folder.path().join("posts.jsonl"), posts)?;
        let mut import = self.command(&["import", "posts.jsonl"]).stdout(Stdio::null()).spawn()?;
        thread::sleep(Duration::from_millis(500));
        let told = call();
        let was_over = import.try_wait()?;
        if let Some(status) = was_over {
            ensure!(status.success(), "the import failed");
            println!("  (the import was over before the last message)");
        } else {
            import.kill()?;
        }
        import.wait()?;
        told
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there)?;
        } else if let Err(error) = fs::copy(entry.path(), &there) {
            // A journal that was just emptied is no longer there.
            ensure!(error.kind() == std::io::ErrorKind::NotFound, "{}: {error}", entry.path().display());
        }
    }
    Ok(())
}
