//! Pictures of every page: starts the demo in a folder of its own, lets its posts come in, and has a browser go through all
//! that each of its people reaches, in German and English, light and dark, on a desk and on a phone.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

const USAGE: &str = "screenshots --out FOLDER [--program FILE] [--after SECONDS] [--width 1440,390]";

/// The longest a demo may take until it says where it is.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// What is asked for.
struct Asked {
    out: PathBuf,
    /// A program that is there already; else one is built.
    program: Option<PathBuf>,
    /// How long posts come in before the first picture.
    after: Duration,
    width: String,
}

/// Takes the pictures. True if every page answered.
pub fn screenshots(root: &Path, words: &[String]) -> Result<bool> {
    let asked = asked(words)?;
    let program = match &asked.program {
        Some(program) => std::path::absolute(program)?,
        None => crate::figures::build(root)?,
    };
    let out = std::path::absolute(&asked.out)?;
    std::fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
    let folder = std::env::temp_dir().join(format!("bedside-pictures-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut demo = Demo::start(&program, &folder)?;
    let links = demo.links(asked.after)?;
    let taken = pictures(root, &demo.address, &links, &out, &asked.width);
    drop(demo);
    std::fs::remove_dir_all(&folder)?;
    taken
}

fn asked(words: &[String]) -> Result<Asked> {
    let mut asked =
        Asked { out: PathBuf::new(), program: None, after: Duration::from_secs(60), width: "1440,390".to_owned() };
    for pair in words.chunks(2) {
        match pair {
            [word, value] if word == "--out" => asked.out = value.into(),
            [word, value] if word == "--program" => asked.program = Some(value.into()),
            [word, value] if word == "--after" => asked.after = Duration::from_secs(value.parse().context("--after")?),
            [word, value] if word == "--width" => asked.width.clone_from(value),
            _ => bail!("usage: cargo xtask {USAGE}"),
        }
    }
    ensure!(!asked.out.as_os_str().is_empty(), "say where the pictures go: cargo xtask {USAGE}");
    Ok(asked)
}

fn pictures(root: &Path, address: &str, links: &[String], out: &Path, width: &str) -> Result<bool> {
    let mut browser = Command::new(root.join("scripts/browser.sh"))
        .arg(root.join("crates/testkit/browser/pages.mjs"))
        .args([address, "--width", width, "--out"])
        .arg(out)
        .stdin(Stdio::piped())
        .spawn()
        .context("scripts/browser.sh")?;
    let mut told = browser.stdin.take().context("the browser takes no links")?;
    told.write_all(links.join("\n").as_bytes())?;
    // Its end is what the script waits for.
    drop(told);
    Ok(browser.wait()?.success())
}

/// A demo that runs as long as this is there.
struct Demo {
    process: Child,
    address: String,
}

impl Demo {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let process = Command::new(program)
            .args(["demo", "--lang", "de", "--listen", &free.to_string()])
            .current_dir(folder)
            .env("HOME", folder)
            .env_remove("BEDSIDE_CONFIG")
            .env_remove("BEDSIDE_DATA")
            .env_remove("BEDSIDE_MASTER_KEY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| program.display().to_string())?;
        Ok(Self { process, address: format!("http://{free}") })
    }

    /// The one-time links that the demo prints within this time after its first word, one for each of its people.
    fn links(&mut self, within: Duration) -> Result<Vec<String>> {
        let out = self.process.stdout.take().context("the demo says nothing")?;
        let (tell, told) = mpsc::channel();
        // Reads on to the end, so that the demo always has somebody to speak to.
        thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let first = told.recv_timeout(STARTS_WITHIN).context("the demo did not start")?;
        thread::sleep(within);
        let lines = std::iter::once(first).chain(told.try_iter());
        let links: Vec<String> = lines.filter_map(|line| link(&line, &self.address).map(str::to_owned)).collect();
        ensure!(!links.is_empty(), "the demo printed no link to sign in with");
        Ok(links)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Its data is thrown away right after.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The one-time link in a line of the demo.
fn link<'l>(line: &'l str, address: &str) -> Option<&'l str> {
    line.split_whitespace().find(|word| word.starts_with(address) && word.contains("/welcome?token="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_links_of_the_demo_are_read() {
        let address = "http://127.0.0.1:8080";
        let check = |line, expect| assert_eq!(link(line, address), expect);
        check(
            "  Mara Lindt, writes answers: http://127.0.0.1:8080/welcome?token=Lw",
            Some("http://127.0.0.1:8080/welcome?token=Lw"),
        );
        check("Lindenhof-Kliniken are up: http://127.0.0.1:8080 (a sample)", None);
        check("elsewhere: http://127.0.0.1:9/welcome?token=Lw", None);
    }

    #[test]
    fn without_a_folder_nothing_is_started() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(asked(&[]).is_err());
        assert!(asked(&words(&["--out"])).is_err());
        assert!(asked(&words(&["--out", "x", "--colour", "red"])).is_err());
        let good = asked(&words(&["--out", "x", "--after", "5"])).unwrap();
        assert_eq!((good.out, good.after), (PathBuf::from("x"), Duration::from_secs(5)));
    }
}
