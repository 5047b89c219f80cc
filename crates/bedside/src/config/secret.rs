//! What lies outside the configuration: secrets in files or variables, and the houses' own rules. Read only by the
//! commands that need them, so that an import works where a password can't be read.

use std::path::{Path, PathBuf};

use bedside_connect::{
    Clock, Secret,
    channel::{bluesky, check_hosts, mastodon, webhook},
    http::Http,
};
use bedside_core::channel::ChannelKind;

use super::{
    Channel, Config, Data, House, Problem, Problems, Way,
    section::{At, Told},
};

/// Rule files: name and text, in the order in which they are named.
pub type Texts = Vec<(String, String)>;

/// Where a secret is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretAt {
    source: From,
    pub(super) at: At,
    config: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum From {
    File(PathBuf),
    Env(String),
}

/// A channel account with its secret, ready to be connected.
#[derive(Debug, Clone)]
pub enum Account {
    /// AT Protocol.
    Bluesky(bluesky::Config),
    /// Mastodon client API.
    Mastodon(mastodon::Config),
    /// Signed deliveries.
    Webhook(Secret),
}

impl SecretAt {
    pub(super) fn file(file: PathBuf, at: At, config: &str) -> Self {
        Self { source: From::File(file), at, config: config.to_owned() }
    }

    pub(super) fn env(name: String, at: At, config: &str) -> Self {
        Self { source: From::Env(name), at, config: config.to_owned() }
    }

    /// Reads it. An empty secret is none.
    ///
    /// # Errors
    /// The file or variable is missing, unreadable or empty.
    pub fn read(&self) -> Result<Secret, Problem> {
        let (found, place) = match &self.source {
            From::File(file) => {
                (std::fs::read_to_string(file).map_err(|e| e.kind().to_string()), file.display().to_string())
            }
            From::Env(name) => (std::env::var(name).map_err(|e| e.to_string()), format!("the variable {name}")),
        };
        let problem = |what: String| self.problem(what);
        let text = found.map_err(|why| problem(format!("{place} can't be read: {why}")))?;
        let secret = Secret::new(&text);
        if secret.expose().is_empty() { Err(problem(format!("{place} is empty"))) } else { Ok(secret) }
    }

    pub(super) fn problem(&self, what: String) -> Problem {
        problem(&self.config, &self.at, what)
    }
}

pub(super) fn problem(file: &str, at: &At, what: String) -> Problem {
    Problem { file: file.to_owned(), line: at.line, key: at.key.clone(), what, help: None }
}

impl Data {
    /// The PostgreSQL address, where the data lies there.
    ///
    /// # Errors
    /// Its file or variable can't be read.
    pub fn postgres(&self) -> Result<Option<Secret>, Problems> {
        match self {
            Self::Folder(_) => Ok(None),
            Self::Postgres(at) => at.read().map(Some).map_err(|problem| Problems(vec![problem])),
        }
    }
}

impl Channel {
    /// What kind it is.
    #[must_use]
    pub const fn kind(&self) -> ChannelKind {
        match self.way {
            Way::Bluesky { .. } => ChannelKind::Bluesky,
            Way::Mastodon { .. } => ChannelKind::Mastodon,
            Way::Webhook { .. } => ChannelKind::Webhook,
        }
    }

    /// Reads the account's secret and checks the address it goes to.
    fn account(&self, config: &str, clock: &Clock) -> Result<Account, Problem> {
        let secret_of = |at: &SecretAt| at.read();
        match &self.way {
            Way::Bluesky { base_url, handle, app_password, media_hosts } => {
                check_address(config, base_url, clock)?;
                let media_hosts = checked_hosts(config, base_url, media_hosts, clock)?;
                let account = bluesky::Config::new(&base_url.value, handle, secret_of(app_password)?);
                Ok(Account::Bluesky(bluesky::Config { media_hosts, ..account }))
            }
            Way::Mastodon { base_url, token, media_hosts } => {
                check_address(config, base_url, clock)?;
                let media_hosts = checked_hosts(config, base_url, media_hosts, clock)?;
                let account = mastodon::Config::new(&base_url.value, secret_of(token)?);
                Ok(Account::Mastodon(mastodon::Config { media_hosts, ..account }))
            }
            Way::Webhook { secret } => {
                let found = secret_of(secret)?;
                webhook::sign(&found, "check", 0, b"").map_err(|bad| secret.problem(bad.to_string()))?;
                Ok(Account::Webhook(found))
            }
        }
    }
}

fn check_address(config: &str, base_url: &Told<String>, clock: &Clock) -> Result<(), Problem> {
    Http::new(&base_url.value, clock.clone()).map(drop).map_err(|bad| problem(config, &base_url.at, bad.to_string()))
}

/// The hosts that pictures may be fetched from, each one that can be.
fn checked_hosts(
    config: &str,
    base_url: &Told<String>,
    hosts: &[Told<String>],
    clock: &Clock,
) -> Result<Vec<String>, Problem> {
    let checked = |host: &Told<String>| {
        let bad = check_hosts(&base_url.value, std::slice::from_ref(&host.value), clock).err();
        bad.map_or_else(|| Ok(host.value.clone()), |bad| Err(problem(config, &host.at, bad.to_string())))
    };
    hosts.iter().map(checked).collect()
}

impl House {
    /// The house's own rules: file name and text, in the order in which they are named.
    ///
    /// # Errors
    /// A file can't be read.
    fn overlays(&self, config: &str) -> Result<Texts, Problem> {
        let read = |told: &Told<PathBuf>| {
            let text = std::fs::read_to_string(&told.value);
            let name = told.value.display().to_string();
            match text {
                Ok(text) => Ok((name, text)),
                Err(why) => Err(problem(config, &told.at, format!("{name} can't be read: {}", why.kind()))),
            }
        };
        self.overlays.iter().map(read).collect()
    }
}

impl Config {
    /// The name of the file, as it is said to people.
    pub fn name(&self) -> String {
        self.file.as_deref().unwrap_or(Path::new(super::FILE)).display().to_string()
    }

    /// Every channel account with its secret, in the order of the file.
    ///
    /// # Errors
    /// Every secret that can't be read and every address that can't be used.
    pub fn accounts(&self, clock: &Clock) -> Result<Vec<(&Channel, Account)>, Problems> {
        let name = self.name();
        all(self.channels.iter().map(|channel| Ok((channel, channel.account(&name, clock)?))))
    }

    /// The overlays of every house, in the order of the file.
    ///
    /// # Errors
    /// Every file that can't be read.
    pub fn overlays(&self) -> Result<Vec<(&House, Texts)>, Problems> {
        let name = self.name();
        all(self.sites.iter().map(|house| Ok((house, house.overlays(&name)?))))
    }
}

fn all<T>(found: impl Iterator<Item = Result<T, Problem>>) -> Result<Vec<T>, Problems> {
    let mut good = Vec::new();
    let mut problems = Vec::new();
    for one in found {
        match one {
            Ok(one) => good.push(one),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(good) } else { Err(Problems(problems)) }
}
