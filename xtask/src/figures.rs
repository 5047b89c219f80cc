//! The figures that users feel, measured on the release build with SQLite: import, sorting, start, memory, inbox.
//! A script, not a test: a busy machine gives other numbers.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

const ADDRESS: &str = "127.0.0.1:18473";
const TEXTS: [(&str, &str); 8] = [
    ("de", "Guten Tag, wo kann ich bei Ihnen parken und was kostet das am Wochenende?"),
    ("en", "Thank you to everybody on the maternity ward, you were wonderful to us both."),
    ("de", "Vier Stunden in der Notaufnahme gewartet, niemand hat uns etwas gesagt. Unmöglich!"),
    ("en", "What are your visiting hours on Sundays, and can I bring my two children?"),
    ("de", "Ich suche einen Ausbildungsplatz in der Pflege, an wen kann ich mich wenden?"),
    ("en", "Is it true that two operations were cancelled today because of the power cut?"),
    ("de", "Danke an das Team der Geburtsstation, ihr wart großartig."),
    ("en", "My appointment was moved for the third time and nobody picks up the phone."),
];

/// Measures `program`, or a release build made for it, with `posts` posts and prints a table.
pub fn figures(root: &Path, posts: usize, program: Option<&str>) -> Result<bool> {
    let program = match program {
        Some(path) => PathBuf::from(path),
        None => build(root)?,
    };
    let bench = Bench::new(program)?;
    bench.write_posts(posts)?;
    let mut table = String::new();
    bench.import(posts, &mut table)?;
    bench.sort(posts, &mut table)?;
    bench.start_and_inbox(posts, &mut table)?;
    println!("\n{table}");
    Ok(true)
}

/// A release build of the program.
pub fn build(root: &Path) -> Result<PathBuf> {
    let built = Command::new("cargo").current_dir(root).args(["build", "--release", "-p", "bedside"]).status()?;
    ensure!(built.success(), "the release build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/bedside"))
}

struct Bench {
    folder: PathBuf,
    program: PathBuf,
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What can't be removed lies in the system's folder for such things.
        let _kept = fs::remove_dir_all(&self.folder);
    }
}

impl Bench {
    fn new(program: PathBuf) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("bedside-figures-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("bedside.toml"), format!("[server]\nlisten = \"{ADDRESS}\"\n"))?;
        Ok(Self { folder, program })
    }

    fn bedside(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env("XDG_CONFIG_HOME", self.folder.join("config")).args(words);
        command
    }

    fn write_posts(&self, posts: usize) -> Result<()> {
        let mut text = String::new();
        for (n, (lang, words)) in (0..posts).zip(TEXTS.iter().cycle()) {
            let (minute, second) = ((n / 60) % 60, n % 60);
            writeln!(
                text,
                r#"{{"id":"p{n}","channel":"archive","author":"author{}","text":"{words} ({n})","lang":"{lang}","at":"2026-03-{:02}T{:02}:{minute:02}:{second:02}Z"}}"#,
                n / 3,
                1 + n % 28,
                n % 24,
            )?;
        }
        Ok(fs::write(self.folder.join("posts.jsonl"), text)?)
    }

    fn import(&self, posts: usize, table: &mut String) -> Result<()> {
        for what in ["import until durable", "import again, nothing new"] {
            let begun = Instant::now();
            let mut child =
                self.bedside(&["import", "posts.jsonl"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn()?;
            let peak = watch_memory(&mut child)?;
            let took = begun.elapsed();
            let rate = posts as f64 / took.as_secs_f64();
            writeln!(table, "{what:<34}{:>9.1} s {rate:>9.0} posts/s {peak:>6.1} MB peak", took.as_secs_f64())?;
        }
        Ok(())
    }

    fn sort(&self, posts: usize, table: &mut String) -> Result<()> {
        let server = self.serve()?;
        let begun = Instant::now();
        let mut peak = 0_f64;
        loop {
            peak = peak.max(resident_mb(server.0.id()));
            let ready = get("/ready", "")?.1;
            if ready.contains("\"jobs_waiting\":0") {
                break;
            }
            ensure!(begun.elapsed() < Duration::from_secs(600), "jobs still wait after ten minutes: {ready}");
            thread::sleep(Duration::from_millis(100));
        }
        let took = begun.elapsed();
        let rate = posts as f64 / took.as_secs_f64();
        writeln!(
            table,
            "{:<34}{:>9.1} s {rate:>9.0} posts/s {peak:>6.1} MB peak",
            "sort and decide, server running",
            took.as_secs_f64()
        )?;
        thread::sleep(Duration::from_secs(15));
        writeln!(table, "{:<34}{:>38.1} MB", "resident 15 s later", resident_mb(server.0.id()))?;
        Ok(())
    }

    fn start_and_inbox(&self, posts: usize, table: &mut String) -> Result<()> {
        for _ in 0..3 {
            let begun = Instant::now();
            let server = self.serve()?;
            let took = begun.elapsed().as_secs_f64() * 1000.0;
            writeln!(table, "{:<34}{took:>9.0} ms", format!("start to /ready, {posts} posts"))?;
            drop(server);
        }
        let server = self.serve()?;
        let cookie = self.sign_in()?;
        for path in ["/inbox?q=now", "/inbox?q=done"] {
            let (status, page) = get(path, &cookie)?;
            ensure!(status == 200, "{path} answers {status}");
            let mut times = Vec::new();
            for _ in 0..300 {
                let begun = Instant::now();
                get(path, &cookie)?;
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or(f64::NAN);
            writeln!(
                table,
                "{:<34}{:>9.1} ms p50 {:>6.1} ms p99 {:>6.1} kB",
                format!("GET {path}, with the way there"),
                at(50),
                at(99),
                page.len() as f64 / 1000.0
            )?;
        }
        writeln!(table, "{:<34}{:>38.1} MB", "resident after that", resident_mb(server.0.id()))?;
        Ok(())
    }

    fn serve(&self) -> Result<Server> {
        let server = Server(self.bedside(&["serve"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn()?);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if get("/ready", "").is_ok_and(|(status, _)| status == 200) {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(5));
        }
        bail!("the server was not ready within 30 s")
    }

    /// Signs in with a one-time link, as a person would; gives the cookie.
    fn sign_in(&self) -> Result<String> {
        let said = self.bedside(&["invite", "figures@example.org", "--role", "approver"]).output()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        let token = said.split("token=").nth(1).context("no one-time link was printed")?;
        let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        let link = format!("GET /welcome?token={token} HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\n\r\n");
        let page = request(&link)?;
        let before = cookies(&page);
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = csrf.context("the page behind the one-time link has no form")?;
        let form = format!(
            "csrf={csrf}&token={token}&name=Figures&email=figures%40example.org&password=a-long-enough-password&again=a-long-enough-password"
        );
        let answer = request(&format!(
            "POST /welcome HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\nCookie: {before}\r\nOrigin: http://{ADDRESS}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))?;
        let cookie = cookies(&answer);
        ensure!(!cookie.is_empty(), "signing in gave no cookie: {}", answer.lines().next().unwrap_or_default());
        Ok(cookie)
    }
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _asked = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ended = self.0.wait();
    }
}

fn watch_memory(child: &mut Child) -> Result<f64> {
    let mut peak = 0_f64;
    loop {
        peak = peak.max(resident_mb(child.id()));
        match child.try_wait()? {
            Some(status) => {
                ensure!(status.success(), "bedside ended with {status}");
                return Ok(peak);
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn resident_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1000.0
}

fn get(path: &str, cookie: &str) -> Result<(u16, String)> {
    let answer =
        request(&format!("GET {path} HTTP/1.1\r\nHost: {ADDRESS}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"))?;
    let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no HTTP answer")?;
    Ok((status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()))
}

fn request(text: &str) -> Result<String> {
    let mut stream = TcpStream::connect(ADDRESS)?;
    stream.write_all(text.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn cookies(answer: &str) -> String {
    let set = answer.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or_default().to_owned())
    });
    set.collect::<Vec<_>>().join("; ")
}
