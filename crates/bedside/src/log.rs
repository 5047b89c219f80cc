//! `bedside log`: verifying the audit log offline, and keeping checkpoints of it out of reach of whoever runs Bedside.

use std::path::Path;

use anyhow::{Context as _, Result};
use bedside_core::{
    log::{Checkpoint, Report, Signer, VerifierKey, unverified_text},
    time::Timestamp,
};
use bedside_store::{Store, Tx, log};

use crate::{place::Place, say};

/// The log's name where nothing has been signed yet.
const UNSIGNED: &str = "bedside";

/// Verifies the log of an opened store.
///
/// # Errors
/// The log or the kept checkpoint can't be read.
pub async fn verify(store: &Store, kept: Option<&Path>, now: Timestamp) -> Result<Report> {
    let kept = read_kept(kept)?;
    let mut tx = store.begin_read().await?;
    let key = vkey_of(store, &mut tx, now).await?;
    Ok(log::verify(tx, key, kept).await?)
}

/// Verifies the log with a public key alone: no master key and no key store are needed.
///
/// # Errors
/// As [`verify`], or the key is none.
pub async fn verify_with(place: &Place, vkey: &str, kept: Option<&Path>) -> Result<Report> {
    let key: VerifierKey = vkey.trim().parse().context("--vkey")?;
    let kept = read_kept(kept)?;
    place.must_be_begun()?;
    let only = log::LogOnly::open(&place.location()).await?;
    let report = log::verify(only.begin_read().await?, key, kept).await?;
    only.close().await;
    Ok(report)
}

fn read_kept(kept: Option<&Path>) -> Result<Option<Vec<u8>>> {
    kept.map(|file| std::fs::read(file).with_context(|| format!("the checkpoint {} can't be read", file.display())))
        .transpose()
}

/// The log's public key.
///
/// # Errors
/// The store can't be read.
pub async fn vkey(store: &Store, now: Timestamp) -> Result<VerifierKey> {
    let mut tx = store.begin_read().await?;
    vkey_of(store, &mut tx, now).await
}

async fn vkey_of(store: &Store, tx: &mut Tx, now: Timestamp) -> Result<VerifierKey> {
    let seed = store.log_seed(now).await?;
    // The name is part of what is signed: a changed one fits no signature.
    let name = match log::newest_checkpoint(tx).await? {
        Some((_, note, _)) => unverified_text(&note).ok().and_then(|text| text.lines().next().map(str::to_owned)),
        None => None,
    };
    let signer = Signer::from_seed(name.as_deref().unwrap_or(UNSIGNED), &seed)
        .or_else(|_| Signer::from_seed(UNSIGNED, &seed))?;
    Ok(signer.verifier_key().clone())
}

/// Writes the newest checkpoint into `file`, or to the standard output.
///
/// # Errors
/// Nothing has been signed yet, the checkpoint isn't this log's, or the file is there already.
pub async fn keep(store: &Store, file: Option<&Path>, now: Timestamp) -> Result<()> {
    let mut tx = store.begin_read().await?;
    let newest = log::newest_checkpoint(&mut tx).await?;
    let (_, note, at) =
        newest.context("nothing has been signed yet: the log is empty, or Bedside has not run since")?;
    let checkpoint = Checkpoint::open(&note, &vkey_of(store, &mut tx, now).await?)
        .context("the newest checkpoint is no good; `bedside log verify` says more")?;
    let Some(file) = file else {
        say::result(String::from_utf8_lossy(&note).trim_end_matches('\n'));
        return Ok(());
    };
    let write = || {
        let mut out = std::fs::File::create_new(file)?;
        std::io::Write::write_all(&mut out, &note)?;
        out.sync_all()
    };
    write().with_context(|| format!("{} can't be written", file.display()))?;
    say::note(&format!(
        "{} holds the checkpoint of {} entries, signed {}. Keep it where whoever runs Bedside can't change it.",
        file.display(),
        checkpoint.size(),
        at.to_rfc3339()
    ));
    Ok(())
}
