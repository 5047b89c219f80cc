//! `bedside.toml`: one file, read whole, every problem named with its line. Without a file there is one house and no
//! channel, and the data lies in ./data.

mod address;
mod alarm;
mod chart;
mod exchange;
mod fhir;
mod hl7;
mod hours;
mod mail;
mod problem;
mod read;
mod retention;
mod secret;
mod section;
mod slot;
mod tls;

#[cfg(test)]
mod tests;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use bedside_core::{
    policy::PageOwner,
    retention::{Periods, Retention},
    site::Jurisdiction,
    time::Span,
};
use bedside_desk::serve::Network;
use bedside_store::sites::SiteSettings;

pub use self::{
    alarm::Alarms,
    chart::ChartAt,
    exchange::{Exchange, FhirClient, HookOut},
    fhir::{Fhir, Poll},
    hl7::{Hl7In, Hl7Out},
    mail::Mail,
    problem::{Problem, Problems},
    secret::{Account, Texts},
    slot::{SecondOpinionAt, SuggestAt},
    tls::TlsFiles,
};
use self::{secret::SecretAt, section::Told};

/// The name the configuration is looked for under, in the current folder.
pub const FILE: &str = "bedside.toml";
/// Where the data lies unless something else is said.
pub const DATA: &str = "data";

/// The configuration, checked as far as that needs no secret and no other file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from; `None`: there is none.
    pub file: Option<PathBuf>,
    /// Where the desk listens.
    pub server: Server,
    /// Where the data lies.
    pub data: Data,
    /// `[keys] master_key_file`
    pub master_key_file: Option<PathBuf>,
    /// `[people] key_file`
    pub people_key_file: Option<PathBuf>,
    /// `[people] checks_per_hour`
    pub checks_per_hour: Option<u32>,
    /// How long a reply can still be taken back before it leaves.
    pub undo_window: Span,
    /// The houses; empty: none is configured.
    pub sites: Vec<House>,
    /// The channel accounts.
    pub channels: Vec<Channel>,
    /// The links on which the record's systems bring messages.
    pub hl7: Vec<Hl7In>,
    /// The links over which documents go into the record.
    pub hl7_out: Vec<Hl7Out>,
    /// The mail server; `None`: no letter is sent.
    pub mail: Option<Mail>,
    /// The links to the record's FHIR servers.
    pub fhir: Vec<Fhir>,
    /// The EMRs whose charts show conversations.
    pub charts: Vec<ChartAt>,
    /// The programs that may read over FHIR.
    pub fhir_clients: Vec<FhirClient>,
    /// The webhooks that are told.
    pub hooks_out: Vec<HookOut>,
    /// The model for second opinions; `None`: nobody is asked.
    pub second_opinion: Option<SecondOpinionAt>,
    /// The model that suggests drafts; `None`: none are offered.
    pub suggest: Option<SuggestAt>,
    /// Who is called when something can't wait, and how.
    pub alarms: Alarms,
    /// How long what is kept, at which house.
    pub retention: Retention,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where Prometheus may ask; `None`: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The address people use, if it is another than that.
    pub public_url: Option<String>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<Network>,
    /// A certificate of its own; `None`: plain HTTP, for this machine or behind a proxy.
    pub tls: Option<TlsFiles>,
}

/// `[data]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// SQLite in this folder.
    Folder(PathBuf),
    /// PostgreSQL; the address holds a password and so comes from a file or the environment.
    Postgres(SecretAt),
}

/// `[[site]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The group it belongs to.
    pub group: String,
    /// Whose law.
    pub jurisdiction: Jurisdiction,
    /// Public body or private.
    pub page_owner: PageOwner,
    /// IANA time zone.
    pub time_zone: String,
    /// Hours, public facts, private door.
    pub settings: SiteSettings,
    /// The roster of its staff.
    pub staff: Option<PathBuf>,
    /// The house's own rules, beside the packs.
    overlays: Vec<Told<PathBuf>>,
    /// Whether a change of those files goes live by itself at the next start.
    pub overlays_live: bool,
    /// What it keeps longer or shorter than the other houses.
    keeps: Periods,
}

/// `[[channel]]`
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its short name.
    pub slug: String,
    /// The slug of its site.
    pub site: String,
    /// The name people see.
    pub name: String,
    /// Who answers for the account.
    pub owner: String,
    /// Who stands in.
    pub deputy: String,
    /// How it is reached.
    way: Way,
}

/// How a channel account is reached; its secret is read only where it is used.
#[derive(Debug, Clone)]
enum Way {
    Bluesky { base_url: Told<String>, handle: String, app_password: SecretAt, media_hosts: Vec<Told<String>> },
    Mastodon { base_url: Told<String>, token: SecretAt, media_hosts: Vec<Told<String>> },
    Webhook { secret: SecretAt },
}

impl Config {
    /// Reads `file`; without one `bedside.toml` of the current folder, and without that the defaults.
    ///
    /// # Errors
    /// The file can't be read, or [`Problems`].
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let found = match file {
            Some(file) => Some(file.to_owned()),
            None => Some(PathBuf::from(FILE)).filter(|file| file.exists()),
        };
        let Some(file) = found else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        Ok(Self::parse(&file.display().to_string(), &text, folder)?)
    }

    /// Reads the text of a configuration. Relative paths in it start at `folder`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &str, text: &str, folder: &Path) -> Result<Self, Problems> {
        read::config(file, text, folder)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: None,
            server: Server::default(),
            data: Data::Folder(PathBuf::from(DATA)),
            master_key_file: None,
            people_key_file: None,
            checks_per_hour: None,
            undo_window: Span::seconds(60),
            sites: Vec::new(),
            channels: Vec::new(),
            hl7: Vec::new(),
            hl7_out: Vec::new(),
            mail: None,
            fhir: Vec::new(),
            charts: Vec::new(),
            fhir_clients: Vec::new(),
            hooks_out: Vec::new(),
            second_opinion: None,
            suggest: None,
            alarms: Alarms::default(),
            retention: Retention::default(),
        }
    }
}

impl Server {
    /// Whether others than this machine and trusted proxies may come without TLS.
    #[must_use]
    pub fn is_in_the_clear(&self) -> bool {
        self.tls.is_none() && !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty()
    }
}

impl Default for Server {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        Self { listen, metrics_listen: None, public_url: None, trusted_proxies: Vec::new(), tls: None }
    }
}
