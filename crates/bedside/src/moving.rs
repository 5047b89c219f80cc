//! `bedside backup`, `restore` and `copy`: the same act in three directions, with what a person wants to be told of it.

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use bedside_core::time::Timestamp;
use bedside_store::{
    Location,
    log::{self, LogOnly},
    moving::{self, Moved, Places},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    cli::{BackupArgs, CopyArgs},
    config::Config,
    import::progress::grouped,
    keys::{self, Surroundings},
    log::{verify, vkey},
    place::Place,
    say,
};

/// How often a line is written where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);
/// What a backup says of itself, written when it is whole.
const LABEL: &str = "backup.json";

/// Brings data and data keys into two folders apart, while Bedside runs. Done again, it brings the backup up to date.
///
/// # Errors
/// The folders lie in each other or in the data, the data can't be read, or what arrived is not what left.
pub async fn backup(
    place: Place,
    config: &Config,
    around: &Surroundings,
    args: &BackupArgs,
    now: Timestamp,
) -> Result<String> {
    place.must_be_begun()?;
    apart(&args.folder, &args.keys, place.folder())?;
    for folder in [&args.folder, &args.keys] {
        keys::private_folder(folder)?;
    }
    let from = Places::of(&place.location());
    let store = place.open_begun(config, around, now).await?.store;
    let key = vkey(&store, now).await;
    store.close().await;
    let key = key?;
    let to = Places::apart(&args.folder, &args.keys);
    let label = args.folder.join(LABEL);
    if !is_ours(&label, &key.to_string())? && !moving::is_free(&to).await? {
        bail!("what lies in {} is no backup of this data; name another folder", args.folder.display());
    }
    if let Err(error) = std::fs::remove_file(&label)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error).with_context(|| label.display().to_string());
    }
    let moved = bring(&from, &to, now).await?;
    let only = LogOnly::open(&Location::Folder(args.folder.clone())).await?;
    let report = log::verify(only.begin_read().await?, key.clone(), None).await?;
    only.close().await;
    if !report.is_intact() {
        bail!("the backup is whole, but the log in it is not in order:\n{report}");
    }
    let tables: serde_json::Map<String, serde_json::Value> =
        moved.iter().map(|one| (one.table.clone(), one.rows.into())).collect();
    let version = env!("CARGO_PKG_VERSION");
    let text = serde_json::json!({ "at": now.to_rfc3339(), "bedside": version, "log": key.to_string(),
        "log_entries": report.entries, "rows": tables });
    std::fs::write(&label, format!("{text:#}\n")).with_context(|| label.display().to_string())?;
    Ok(format!(
        "{} Data in {}, data keys in {}. Keep them in two places, and the keys for a shorter time.",
        told(&moved, report.entries),
        args.folder.display(),
        args.keys.display()
    ))
}

/// Whether a label says that it stands on a backup of the same log.
fn is_ours(label: &Path, key: &str) -> Result<bool> {
    match std::fs::read(label) {
        Ok(text) => {
            let said: serde_json::Value = serde_json::from_slice(&text).with_context(|| label.display().to_string())?;
            let log = said.get("log").and_then(serde_json::Value::as_str).unwrap_or_default();
            Ok(public_half(log) == public_half(key))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| label.display().to_string()),
    }
}

/// What of a log's key stays the same when the log gets its name (`NAME+HASH+KEY`, C2SP signed-note).
fn public_half(key: &str) -> &str {
    key.rsplit('+').next().unwrap_or_default()
}

/// Brings a backup back to where the configuration says that the data lies.
///
/// # Errors
/// The backup is not whole, there is data already, the master key is another one, or the log does not verify.
pub async fn restore(
    place: Place,
    config: &Config,
    around: &Surroundings,
    args: &BackupArgs,
    now: Timestamp,
) -> Result<String> {
    let label = args.folder.join(LABEL);
    if !label.exists() {
        bail!("{} is missing: the backup did not end. `bedside backup` done again finishes it", label.display());
    }
    into(&Places::apart(&args.folder, &args.keys), place, config, around, now).await
}

/// Moves a group from one engine to the other.
///
/// # Errors
/// As [`restore`].
pub async fn copy(config: &Config, around: &Surroundings, args: &CopyArgs, now: Timestamp) -> Result<String> {
    let (from, to) = (named(&args.from)?, named(&args.to)?);
    from.must_be_begun()?;
    into(&Places::of(&from.location()), to, config, around, now).await
}

async fn into(from: &Places, place: Place, config: &Config, around: &Surroundings, now: Timestamp) -> Result<String> {
    let to = Places::of(&place.location());
    let name = place.name();
    if !moving::is_free(&to).await? {
        bail!(
            "there is data in {name} already; it is left as it is. Name an empty place, or move that data away first"
        );
    }
    // A key that fits nothing is found before anything is written.
    let (master, _) = keys::look(config, around, &place)?
        .context("no master key: name it with master_key_file or BEDSIDE_MASTER_KEY; it is not part of the data")?;
    if let Some(folder) = place.folder() {
        keys::private_folder(&folder.join("keys"))?;
    }
    let moved = bring(from, &to, now).await?;
    let store = bedside_store::Store::open(&place.location(), &master, now).await?;
    let report = verify(&store, None, now).await;
    store.close().await;
    let report = report?;
    if !report.is_intact() {
        bail!("everything arrived, but the log is not in order:\n{report}");
    }
    Ok(format!("{} It lies in {name}. The search index is built when Bedside starts.", told(&moved, report.entries)))
}

/// `sqlite:FOLDER` or an address of PostgreSQL.
fn named(text: &str) -> Result<Place> {
    if let Some(folder) = text.strip_prefix("sqlite:") {
        return Ok(Place::Folder(PathBuf::from(folder)));
    }
    if text.starts_with("postgres:") || text.starts_with("postgresql:") {
        return Ok(Place::Postgres(text.to_owned()));
    }
    bail!("'{text}' is no place: write sqlite:FOLDER, or postgres://USER@HOST/DATABASE (the password in PGPASSWORD)")
}

/// Two folders of which neither lies in the other, nor in the data.
fn apart(data: &Path, keys: &Path, live: Option<&Path>) -> Result<()> {
    let real = |path: &Path| -> Result<PathBuf> {
        keys::private_folder(path)?;
        path.canonicalize().with_context(|| path.display().to_string())
    };
    let (data, keys) = (real(data)?, real(keys)?);
    if data.starts_with(&keys) || keys.starts_with(&data) {
        bail!("the keys lie with the data: name two folders apart, or what was erased can be read from the backup");
    }
    if let Some(live) = live.and_then(|live| live.canonicalize().ok())
        && [&data, &keys].iter().any(|folder| folder.starts_with(&live))
    {
        bail!("a backup inside {} is lost with it: name folders elsewhere", live.display());
    }
    Ok(())
}

async fn bring(from: &Places, to: &Places, now: Timestamp) -> Result<Vec<Moved>> {
    let mut shown = Shown::new();
    let moved = moving::copy(from, to, now, &mut |moved| shown.tell(moved)).await;
    shown.end();
    Ok(moved?)
}

fn told(moved: &[Moved], entries: u64) -> String {
    let rows: u64 = moved.iter().map(|one| one.rows).sum();
    let written: u64 = moved.iter().map(|one| one.written).sum();
    let number = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    format!(
        "{} rows in {} tables compared, {} of them written; the log verifies, {} entries.",
        number(rows),
        moved.len(),
        number(written),
        number(entries)
    )
}

struct Shown {
    bar: Option<ProgressBar>,
    last: Instant,
}

impl Shown {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, last: Instant::now() }
    }

    fn tell(&mut self, moved: &Moved) {
        let text = format!("{}: {} rows, {} written", moved.table, moved.rows, moved.written);
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            bar.tick();
        } else if self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            say::note(&text);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
