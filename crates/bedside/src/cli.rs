//! The command line: `bedside COMMAND`, with `serve` where none is named.

use std::path::PathBuf;

use bedside_connect::row::Format;
use bedside_core::{site::Role, time::Span};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::say::Tongue;

/// Bedside hooks social media into a hospital: one inbox, written rules, four eyes, and a log that proves it.
#[derive(Debug, Parser)]
#[command(name = "bedside", version, about, max_term_width = 100)]
pub struct Cli {
    /// What every command may be told.
    #[command(flatten)]
    pub common: Common,
    /// What to do; `serve` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration; without it bedside.toml of the current folder, if there is one
    #[arg(long, global = true, value_name = "FILE", env = "BEDSIDE_CONFIG")]
    pub config: Option<PathBuf>,
    /// The folder of the data, instead of the configured one
    #[arg(long, global = true, value_name = "FOLDER", env = "BEDSIDE_DATA")]
    pub data: Option<PathBuf>,
    /// The language of messages, of the first house's name, and of rows that name none; otherwise as the system's
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<Tongue>,
}

/// What `bedside` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the desk, read the channels and send what is approved
    Serve,
    /// Show a sample hospital at work, with a tour; nothing leaves this machine
    Demo(DemoArgs),
    /// Read posts from a JSON Lines or CSV file, as history
    Import(ImportArgs),
    /// Check the configuration, its secrets and the houses' rules, and change nothing
    CheckConfig,
    /// Write a new master key into a file that only you can read
    NewKey {
        /// Where to write it; the file must not be there yet
        file: PathBuf,
    },
    /// Verify the audit log, or keep a checkpoint of it
    #[command(subcommand)]
    Log(LogCommand),
    /// Bring data and data keys into two folders, while Bedside runs; done again, it brings them up to date
    Backup(BackupArgs),
    /// Bring a backup back to where the configuration says that the data lies
    Restore(BackupArgs),
    /// Move a whole group from SQLite to PostgreSQL or back, and compare what arrived
    Copy(CopyArgs),
    /// Make a one-time link with which a person signs in or sets a new password
    Invite(InviteArgs),
    /// Take out what has had its time, as every night does by itself
    Retention(RetentionArgs),
    /// What is kept of somebody who writes: hand it out, or erase it
    #[command(subcommand)]
    Person(PersonCommand),
    /// The search index
    #[command(subcommand)]
    Search(SearchCommand),
    /// Write what people at the desk said was found wrongly, as labelled rows for training; the log says so
    Examples(ExamplesArgs),
    /// The rules
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// HL7 v2 messages
    #[command(subcommand)]
    Hl7(Hl7Command),
    /// The people who are called when something can't wait
    #[command(subcommand)]
    Alarm(AlarmCommand),
    /// FHIR servers of the record
    #[command(subcommand)]
    Fhir(FhirCommand),
    /// Find what identifies a person in texts: JSON Lines with id and text in, places out; see docs/reading.md
    Scan(ScanArgs),
    /// Sort posts: JSON Lines with id and text in, topics, hostility and speaker out; see docs/reading.md
    Triage(PileArgs),
    /// Check drafts: JSON Lines with id, draft and jurisdiction in, verdict and findings out; see docs/reading.md
    Guard(PileArgs),
}

/// What `bedside scan`, `triage` and `guard` read. `--lang` is also the language of rows that name none.
#[derive(Debug, Clone, Args)]
pub struct PileArgs {
    /// JSON Lines, one row on each line; the standard input where nothing or - is said
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `bedside scan`
#[derive(Debug, Clone, Args)]
pub struct ScanArgs {
    /// What to read.
    #[command(flatten)]
    pub pile: PileArgs,
    /// Write the text with `[NAME]`, `[PHONE]` … in place of what is found, instead of the places
    #[arg(long)]
    pub mask: bool,
    /// Also find these people: CSV with a header and the columns given, family and number; see docs/reading.md
    #[arg(long, value_name = "CSV")]
    pub people: Option<PathBuf>,
}

/// `bedside demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Begin anew, instead of going on where the last demo stood
    #[arg(long)]
    pub anew: bool,
    /// Where the demo listens, on this machine alone; its record system and phones are on the port after that
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
}

/// `bedside import`
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// JSON Lines (.jsonl) or CSV (.csv) with id, channel, author, text, at; see docs/operating.md
    pub file: PathBuf,
    /// Put every row on this channel account, whatever channel the row names
    #[arg(long, value_name = "SLUG")]
    pub channel: Option<String>,
    /// The house of rows that name none
    #[arg(long, value_name = "SLUG")]
    pub site: Option<String>,
    /// Treat the posts as happening now: they may wake people and lead to replies
    #[arg(long)]
    pub live: bool,
    /// The format, where the file's name doesn't tell
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
}

/// The formats of `bedside import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// One JSON object per line
    Jsonl,
    /// CSV with a header line
    Csv,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Jsonl => Self::JsonLines,
            FileFormat::Csv => Self::Csv,
        }
    }
}

/// `bedside examples`
#[derive(Debug, Args)]
pub struct ExamplesArgs {
    /// The JSON Lines file to write; one that is there already is left alone
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Only what was said at this house
    #[arg(long, value_name = "SLUG")]
    pub site: Option<String>,
}

/// `bedside backup` and `bedside restore`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The folder of the data
    pub folder: PathBuf,
    /// The folder of the data keys, in another place: whoever has both and the master key can read what was erased
    #[arg(long, value_name = "FOLDER")]
    pub keys: PathBuf,
}

/// `bedside copy`
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// sqlite:FOLDER or postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// The other one; it must be empty, or hold what an earlier copy left unfinished
    #[arg(long, value_name = "PLACE")]
    pub to: String,
}

/// `bedside log …`
#[derive(Debug, Subcommand)]
pub enum LogCommand {
    /// Check every entry against the signed tree; with a kept checkpoint also against what was signed then
    Verify {
        /// A checkpoint that `bedside log checkpoint` wrote and that was kept elsewhere
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The log's public key, instead of the one in the key store; then no master key is needed
        #[arg(long, value_name = "KEY")]
        vkey: Option<String>,
    },
    /// Write the newest signed checkpoint, to be kept where whoever runs Bedside can't change it
    Checkpoint {
        /// Where to write it; to the standard output where nothing is said
        file: Option<PathBuf>,
    },
    /// Print the log's public key, for those who verify
    Vkey,
}

/// `bedside invite`
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// What the person types to sign in, an e-mail address
    pub login: String,
    /// The name others see; for a new person
    #[arg(long)]
    pub name: Option<String>,
    /// A role to give, as often as needed: desk, approver, privacy, admin, auditor, on_call
    #[arg(long, value_parser = role)]
    pub role: Vec<Role>,
    /// The house of the roles; every house where nothing is said
    #[arg(long, value_name = "SLUG")]
    pub site: Option<String>,
}

fn role(word: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    Role::from_word(word).ok_or_else(|| format!("no role '{word}'; known are {}", known()))
}

/// `bedside retention`
#[derive(Debug, Args)]
pub struct RetentionArgs {
    /// Say for each house and class what would go, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// One house; every house where nothing is said
    #[arg(long, value_name = "SLUG")]
    pub site: Option<String>,
    /// One JSON object instead of a table
    #[arg(long)]
    pub json: bool,
}

/// `bedside person …`
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Write everything that is kept of somebody, as JSON and as a page to read (GDPR Art. 15, 20)
    Export {
        /// Who is meant.
        #[command(flatten)]
        who: WhoArgs,
        /// The folder that the two files go into; it must not hold them yet
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        out: PathBuf,
    },
    /// Erase somebody: their texts and data keys go, so that old backups of the data can't be read either (GDPR Art. 17)
    Erase {
        /// Who is meant.
        #[command(flatten)]
        who: WhoArgs,
        /// Don't ask for the handle to be typed once more
        #[arg(long)]
        yes: bool,
    },
}

/// Whom `bedside person` is about.
#[derive(Debug, Args)]
pub struct WhoArgs {
    /// The handle, with or without @, or the id of the author
    pub handle: String,
    /// The channel on which they write; needed where several have the same handle
    #[arg(long, value_name = "SLUG")]
    pub channel: Option<String>,
}

/// `bedside search …`
#[derive(Debug, Subcommand)]
pub enum SearchCommand {
    /// Build the index anew from the posts
    Rebuild,
}

/// `bedside alarm …`
#[derive(Debug, Subcommand)]
pub enum AlarmCommand {
    /// Send a test alarm to every member of the rotas and say what became of each; works while Bedside runs
    Test {
        /// The house; every house where nothing is said
        #[arg(long, value_name = "SLUG")]
        site: Option<String>,
    },
}

/// `bedside hl7 …`
#[derive(Debug, Subcommand)]
pub enum Hl7Command {
    /// Read messages from files and say what is wrong with each, what Bedside would do and what it would answer
    Check {
        /// Files with one message or several, in batches or not
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Read and answer as this link of the configuration does
        #[arg(long, value_name = "SLUG")]
        link: Option<String>,
        /// One JSON object per message instead of lines for people
        #[arg(long)]
        json: bool,
    },
    /// Show for each link what is kept of it and what became of it; works while Bedside runs
    Status {
        /// One JSON object per link instead of lines for people
        #[arg(long)]
        json: bool,
    },
    /// Send the messages of a file over MLLP, one after the other, each after the answer to the one before
    Send {
        /// A file with one message or several
        file: PathBuf,
        /// The receiver
        #[arg(long, value_name = "HOST:PORT")]
        to: String,
        /// How long the receiver may take to answer
        #[arg(long, value_name = "SECONDS", default_value_t = 30)]
        patience: u64,
        /// Send over TLS, to a receiver whose certificate this authority has signed (PEM)
        #[arg(long, value_name = "FILE")]
        tls_ca: Option<PathBuf>,
        /// The certificate to show to a receiver that asks for one (PEM)
        #[arg(long, value_name = "FILE", requires = "tls_ca", requires = "key")]
        cert: Option<PathBuf>,
        /// Its private key (PEM)
        #[arg(long, value_name = "FILE", requires = "cert")]
        key: Option<PathBuf>,
    },
}

/// `bedside fhir …`
#[derive(Debug, Subcommand)]
pub enum FhirCommand {
    /// Show what a FHIR server can and what Bedside will therefore do; writes nothing there
    Probe(Box<ProbeArgs>),
    /// Print the public key of a link (JWKS), to be registered with the server's operator
    Jwks {
        /// The `[[fhir]]` link
        #[arg(long, value_name = "SLUG")]
        link: String,
    },
}

/// `bedside fhir probe`
#[derive(Debug, Args)]
pub struct ProbeArgs {
    /// The server's FHIR address, e.g. `https://kis.example.org/fhir`
    #[arg(required_unless_present = "link", conflicts_with = "link")]
    pub url: Option<String>,
    /// Ask the server of this `[[fhir]]` link, signed in as the link is
    #[arg(long, value_name = "SLUG")]
    pub link: Option<String>,
    /// Sign in with this name and the password in --password-file
    #[arg(long, value_name = "NAME", requires = "password_file", conflicts_with_all = ["link", "client_id"])]
    pub user: Option<String>,
    /// The file that holds the password
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// Sign in by SMART backend services under this id, with the key in --key-file
    #[arg(long, value_name = "ID", requires = "key_file", conflicts_with = "link")]
    pub client_id: Option<String>,
    /// The file that holds the private key (PEM or JWK)
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub key_file: Option<PathBuf>,
    /// The scopes to ask for, instead of those that are needed
    #[arg(long, requires = "client_id")]
    pub scope: Option<String>,
    /// Where tokens are given out, where that is another host
    #[arg(long, value_name = "URL", requires = "client_id")]
    pub token_url: Option<String>,
    /// An authority (PEM) to be believed beside those of this machine
    #[arg(long, value_name = "FILE", conflicts_with = "link")]
    pub ca_file: Option<PathBuf>,
    /// A certificate of ours to be shown (PEM)
    #[arg(long, value_name = "FILE", requires = "client_key_file", conflicts_with = "link")]
    pub client_cert_file: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "client_cert_file")]
    pub client_key_file: Option<PathBuf>,
}

/// `bedside policy …`
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Say why a post was decided as it was: the facts, the rules, and those that came close
    Explain {
        /// The id of the post or of its case, as the desk's address bar shows it
        id: String,
    },
    /// Decide the cases of a file with sorting and rules as they run; needs no data and changes nothing
    Test {
        /// Cases, one JSON object per line (docs/policy.md); `-` for the standard input
        file: PathBuf,
        /// One JSON object instead of a table
        #[arg(long)]
        json: bool,
        /// Other rules: a folder laid out as `policies` is, or one whose files are added to ours
        #[arg(long, value_name = "FOLDER")]
        pack: Option<PathBuf>,
    },
    /// Decide stored posts again under other rules and show what would be decided otherwise; changes nothing
    Replay(ReplayArgs),
}

/// `bedside policy replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The other rules: a folder laid out as `policies` is, or one whose files are added to those in force
    #[arg(long, value_name = "FOLDER")]
    pub policy: PathBuf,
    /// How far back: 90d, 12h
    #[arg(long, value_name = "SPAN", default_value = "90d")]
    pub since: Span,
    /// Write every change to this file, one JSON object per line; a replay that was stopped goes on there
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON object instead of tables
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["bedside"]).unwrap().command.is_none());
        let invite = Cli::try_parse_from(["bedside", "invite", "eva@example.org", "--role", "desk", "--role", "chief"]);
        assert!(invite.unwrap_err().to_string().contains("known are desk, approver, privacy, admin, auditor, on_call"));
    }
}
