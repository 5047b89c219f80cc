//! One hospital with its Bedside: a folder with bedside.toml, the master key beside the data, and the program's processes.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bedside_testkit::peer::free_port;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::desk::Desk;

const PROGRAM: &str = env!("CARGO_BIN_EXE_bedside");

/// A hospital. Its processes end with the value.
pub struct House {
    folder: TempDir,
    address: String,
    serving: Option<Child>,
    private: Vec<String>,
    tls: Option<reqwest::Client>,
}

impl House {
    /// A hospital with these `[[channel]]` sections and a second to take a reply back. Nothing runs yet.
    pub async fn open(channels: &str) -> Result<Self> {
        let folder = TempDir::with_prefix("bedside-e2e-")?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let config = format!(
            r#"
[server]
listen = "{address}"
[data]
location = "data"
[keys]
master_key_file = "master.key"
[desk]
undo_window = "1s"
[[site]]
slug = "mitte"
name = "Klinikum Lindenhof Mitte"
group = "Lindenhof-Kliniken"
jurisdiction = "de"
page_owner = "private"
time_zone = "Europe/Berlin"
staffed = ["Mon-Sun 00:00-24:00"]
public_facts = ["030 555 0100"]
door = "https://lindenhof.example/nachricht"
{channels}"#
        );
        fs::write(folder.path().join("bedside.toml"), config)?;
        let house = Self { folder, address, serving: None, private: Vec::new(), tls: None };
        house.told(&["new-key", "master.key"]).await?;
        Ok(house)
    }

    /// A file beside the configuration, for a secret or for an import.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Where people reach it.
    pub fn url(&self) -> String {
        format!("http{}://{}", if self.tls.is_some() { "s" } else { "" }, self.address)
    }

    /// From now on it is reached under TLS, by clients that believe this authority alone.
    pub fn under_tls(&mut self, authority: &[u8]) -> Result<reqwest::Client> {
        let client = believing(authority)?;
        self.tls = Some(client.clone());
        Ok(client)
    }

    /// Its configuration.
    pub fn configuration(&self) -> Result<String> {
        Ok(fs::read_to_string(self.path("bedside.toml"))?)
    }

    /// Has another configuration from the next start on.
    pub fn configure(&self, text: &str) -> Result<()> {
        Ok(fs::write(self.path("bedside.toml"), text)?)
    }

    /// The path of a file beside the configuration.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Words that must stand neither in what the program prints nor in its data: each word of six letters and more.
    pub fn keep_private(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 6);
        self.private.extend(words.map(str::to_lowercase));
    }

    /// A secret that must stand nowhere, as a whole.
    pub fn keep_secret(&mut self, secret: &str) {
        self.private.push(secret.to_lowercase());
    }

    fn command(&self, words: &[&str]) -> Result<Command> {
        let log = OpenOptions::new().create(true).append(true).open(self.path("printed"))?;
        let mut command = Command::new(PROGRAM);
        command.args(words).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path());
        command.env("LC_ALL", "C.UTF-8").kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }

    /// Starts the program and waits until it is ready.
    pub async fn serve(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        // As talkative as an operator may make it: what is private must not be there either.
        let mut child = self.command(&["serve"])?.env("BEDSIDE_LOG", "debug").spawn()?;
        while !self.is_ready().await {
            if let Some(status) = child.try_wait()? {
                bail!("bedside ended with {status}:\n{}", self.printed()?);
            }
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("bedside is not ready after 30 s:\n{}", self.printed()?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.serving = Some(child);
        Ok(begun.elapsed())
    }

    async fn is_ready(&self) -> bool {
        if let Some(client) = &self.tls {
            let ready = client.get(format!("{}/ready", self.url())).send().await;
            return ready.is_ok_and(|answer| answer.status().is_success());
        }
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let Ok(mut stream) = TcpStream::connect(&self.address).await else { return false };
        let asked = format!("GET /ready HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        let mut answer = String::new();
        let read = async {
            stream.write_all(asked.as_bytes()).await?;
            stream.read_to_string(&mut answer).await
        };
        read.await.is_ok() && answer.starts_with("HTTP/1.1 200")
    }

    /// Ends the program with SIGKILL.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.serving.take().context("nothing runs")?;
        child.kill().await?;
        Ok(())
    }

    /// Ends the program as an operator would, and waits until it has.
    pub async fn stop(&mut self) -> Result<()> {
        let mut child = self.serving.take().context("nothing runs")?;
        let id = child.id().context("it has ended by itself")?.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        let status = tokio::time::timeout(Duration::from_secs(30), child.wait()).await.context("it does not end")??;
        if !status.success() {
            bail!("bedside ended with {status}:\n{}", self.printed()?);
        }
        Ok(())
    }

    /// Runs a command to its end; what it prints is kept with the rest.
    pub async fn run(&self, words: &[&str]) -> Result<Output> {
        self.run_with(words, &[]).await
    }

    /// Runs a command with further variables.
    pub async fn run_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Result<Output> {
        let mut command = self.command(words)?;
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output =
            tokio::time::timeout(Duration::from_secs(60), command.output()).await.context("it does not end")??;
        let mut printed = OpenOptions::new().create(true).append(true).open(self.path("printed"))?;
        std::io::Write::write_all(&mut printed, &[output.stdout.clone(), output.stderr.clone()].concat())?;
        Ok(output)
    }

    /// Runs a command that must succeed; its standard output.
    pub async fn told(&self, words: &[&str]) -> Result<String> {
        let output = self.run(words).await?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() {
            bail!("bedside {}: {said}{}", words.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(said)
    }

    /// Invites somebody and signs them in.
    pub async fn person(&mut self, login: &str, name: &str, roles: &[&str]) -> Result<Desk> {
        let mut words = vec!["invite", login, "--name", name];
        words.extend(roles.iter().flat_map(|role| ["--role", role]));
        let link = self.told(&words).await?;
        let desk = Desk::join(&link, name).await?;
        desk.secrets().iter().for_each(|secret| self.keep_secret(secret));
        self.keep_secret(super::desk::PASSWORD);
        Ok(desk)
    }

    /// Everything that every process printed.
    pub fn printed(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(self.path("printed"))?).into_owned())
    }

    /// Stops the program and looks behind it: the log verifies, nothing private was printed, nothing private lies readable
    /// in the data, and without the master key it does not start.
    pub async fn farewell(mut self) -> Result<()> {
        self.stop().await?;
        let verified = self.told(&["log", "verify"]).await?;
        let printed = self.printed()?.to_lowercase();
        for word in &self.private {
            if let Some(line) = printed.lines().find(|line| line.contains(word)) {
                bail!("{word:?} was printed: {line}");
            }
        }
        let files = self.data()?;
        assert!(files.iter().any(|file| file.ends_with("bedside.db")), "{files:?}");
        // What is no secret is found, so the search does search.
        let plain = files.iter().any(|file| fs::read(file).is_ok_and(|bytes| has(&bytes, b"Klinikum Lindenhof Mitte")));
        assert!(plain, "the house's own name is not in the data");
        for file in files {
            let bytes = fs::read(&file)?.to_ascii_lowercase();
            let found = self.private.iter().find(|word| has(&bytes, word.as_bytes()));
            if let Some(word) = found {
                bail!("{word:?} can be read in {}", file.display());
            }
        }
        fs::rename(self.path("master.key"), self.path("kept.key"))?;
        let refused = self.run(&["serve"]).await?;
        let why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && why.contains("master key"), "{why}");
        assert!(!verified.is_empty());
        Ok(())
    }

    /// Every file of the data.
    pub fn data(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut folders = vec![self.path("data")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        Ok(files)
    }
}

/// A client that believes this authority alone.
pub fn believing(authority: &[u8]) -> Result<reqwest::Client> {
    // An error says that somebody was faster.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let authority = reqwest::Certificate::from_pem(authority)?;
    Ok(reqwest::Client::builder().no_proxy().tls_certs_only([authority]).pool_max_idle_per_host(0).build()?)
}

/// Whether `part` stands in `bytes`.
pub fn has(bytes: &[u8], part: &[u8]) -> bool {
    let Some((first, _)) = part.split_first() else { return false };
    let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts.map(|(at, _)| &bytes[at..]).any(|rest| rest.starts_with(part))
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there)?;
        } else {
            std::io::copy(&mut File::open(entry.path())?, &mut File::create(there)?)?;
        }
    }
    Ok(())
}
