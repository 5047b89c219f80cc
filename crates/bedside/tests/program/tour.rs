//! The sample hospital in a real browser: two people sign in by their links, a whole round works without script, and axe
//! finds nothing on any page, light and dark, German and English. BEDSIDE_SHOTS names a folder for pictures.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bedside_testkit::browser;
use bedside_testkit::peer::free_port;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The sample hospital, and the links that it prints.
pub(super) struct Demo {
    pub(super) address: String,
    pub(super) links: Vec<String>,
    pub(super) child: Child,
}

impl Demo {
    /// Starts it in a folder, and waits until it has told how its four people come in.
    pub(super) async fn start(folder: &Path, address: &str) -> Result<Self> {
        let printed = std::fs::File::create(folder.join("printed"))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        command.args(["demo", "--listen", address]).current_dir(folder).env_clear().env("HOME", folder);
        command.env("LC_ALL", "de_DE.UTF-8").stdout(Stdio::piped()).stderr(printed).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let mut links = Vec::new();
        while links.len() < 4 {
            let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await??;
            let line = line.context("the demo ended before it told the links")?;
            let is_link = |word: &&str| word.contains("/welcome?") || word.ends_with("/sign-in");
            links.extend(line.split_whitespace().find(is_link).map(str::to_owned));
        }
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { address: format!("http://{address}"), links, child })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_tour_of_the_desk() -> Result<()> {
    let begun = Instant::now();
    let folder = tempfile::TempDir::with_prefix("bedside-demo-")?;
    let demo = Demo::start(folder.path(), &format!("127.0.0.1:{}", free_port()?)).await?;
    let [mara, jonas, ..] = demo.links.as_slice() else { anyhow::bail!("{:?}", demo.links) };
    // At the gate nobody is signed in; the links are still good.
    let welcome = mara.strip_prefix(&demo.address).context("a link to elsewhere")?;
    browser::axe(&demo.address, &["/sign-in", "/tour", welcome])?;
    println!("gate: {:?}", begun.elapsed());
    let told = browser::round(&demo.address, mara, jonas)?;
    println!("round without script: {:?}", begun.elapsed());
    let cookie = format!("bedside={}", told.mara);
    let mut pages: Vec<String> = ["/inbox", "/inbox?q=now", "/inbox?q=waiting", "/inbox?q=silent", "/inbox?q=done"]
        .into_iter()
        .chain([
            "/tour",
            "/search",
            "/search?q=Besuchszeiten",
            "/log",
            "/pause",
            "/channels",
            "/people",
            "/me",
            "/keys",
        ])
        .chain(["/rules/mitte", "/rules/mitte/version/1", "/rules/mitte/write", "/rules/mitte/cases"])
        .map(str::to_owned)
        .collect();
    pages.extend(told.cases.iter().map(|number| format!("/case/{number}")));
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    for lang in ["de", "en"] {
        browser::speak(&demo.address, &cookie, lang)?;
        let words = [&pages[..], &["--cookie", &cookie, "--lang", lang]].concat();
        browser::axe(&demo.address, &words)?;
        println!("axe, {lang}: {:?}", begun.elapsed());
        if let Some(folder) = std::env::var_os("BEDSIDE_SHOTS") {
            browser::shots(&demo.address, Path::new(&folder), &[&words[..], &["--full"]].concat())?;
        }
    }
    Ok(())
}
