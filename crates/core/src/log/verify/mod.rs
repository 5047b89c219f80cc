//! Verifies a whole log offline: every entry against the tiles, the tiles against the signed checkpoint, and all of
//! it against a checkpoint that somebody kept elsewhere. Reads in batches; memory does not grow with the entries.

mod diagnose;
mod report;
mod walk;

pub use report::{Finding, Report, Unproven};

use self::diagnose::{Authority, Diagnosis};
use self::report::Findings;
use self::walk::{Walk, Walked};
use super::checkpoint::Checkpoint;
use super::note::VerifierKey;
use super::tile::TileId;

/// Where a log is read from. All reads of one verification must see the same state of it (one read transaction):
/// a log that grows meanwhile would look damaged.
pub trait LogReader {
    /// Why reading failed.
    type Error;

    /// The signed note of the largest checkpoint; `None` if there is none.
    ///
    /// # Errors
    /// When reading failed.
    fn newest_checkpoint(&mut self) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Up to `max` integrated entries, index and bytes, in order of their index, from the first index at or above
    /// `from`. Empty only if there is none.
    ///
    /// # Errors
    /// When reading failed.
    fn entries(&mut self, from: u64, max: usize) -> Result<Vec<(u64, Vec<u8>)>, Self::Error>;

    /// The bytes of a tile as stored; `None` if there is none.
    ///
    /// # Errors
    /// When reading failed.
    fn tile(&mut self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error>;

    /// What the store keeps beside the bytes that were read and that says otherwise than they do: an entry's id, case or
    /// time, a tile's width. No checkpoint covers it, and pages find entries by it. Asked once, at the end.
    ///
    /// # Errors
    /// When reading failed.
    fn misfiled(&mut self) -> Result<Vec<Finding>, Self::Error> {
        Ok(Vec::new())
    }

    /// How many entries wait to be integrated.
    ///
    /// # Errors
    /// When reading failed.
    fn pending(&mut self) -> Result<u64, Self::Error>;
}

/// Verifies the log that `reader` gives, signed by `key`, against the checkpoint `kept`, a signed note that was
/// stored out of reach of whoever runs the log. One pass over the entries, then a few tiles if something is wrong.
///
/// # Errors
/// Only when reading fails; what is wrong with the log is in the report.
pub fn verify<R: LogReader>(reader: &mut R, key: &VerifierKey, kept: Option<&[u8]>) -> Result<Report, R::Error> {
    let pending = reader.pending()?;
    let mut findings = Findings::default();
    let newest = match reader.newest_checkpoint()?.map(|note| Checkpoint::open(&note, key)) {
        Some(Ok(newest)) => Some(newest),
        Some(Err(error)) => {
            findings.add(Finding::CheckpointBad { error });
            None
        }
        None => None,
    };
    let without_checkpoint = newest.is_none() && findings.is_empty();
    let held = kept.map(|note| Checkpoint::open(note, key));
    let kept = held.as_ref().and_then(|opened| opened.as_ref().ok());
    let walked = Walk::new(reader, newest.as_ref(), kept).run()?;
    if without_checkpoint && walked.end > 0 {
        findings.add(Finding::CheckpointMissing { entries: walked.end });
    }
    compare(reader, newest.as_ref(), kept, &walked, &mut findings)?;
    for finding in reader.misfiled()? {
        findings.add_unless_named(finding);
    }
    if let Some(Err(error)) = &held {
        findings.add(Finding::KeptBad { error: error.clone() });
    }
    let mut report = Report::new(key.name(), newest.as_ref(), kept, findings);
    report.entries = walked.present;
    report.pending = pending + walked.unsigned;
    report.say_what_is_unproven();
    Ok(report)
}

/// Looks at what the walk saw with the eyes of the log's own checkpoint, then of the kept one.
fn compare<R: LogReader>(
    reader: &mut R,
    newest: Option<&Checkpoint>,
    kept: Option<&Checkpoint>,
    walked: &Walked,
    findings: &mut Findings,
) -> Result<(), R::Error> {
    for &(first, last) in &walked.missing {
        findings.add(Finding::EntriesMissing { first, last });
    }
    findings.skip(walked.more_missing);
    for &index in &walked.out_of_order {
        findings.add(Finding::EntryOutOfOrder { index });
    }
    for overhang in &walked.overhangs {
        findings.add(Finding::TileBeyondCheckpoint { tile: overhang.0, reaches: overhang.1, shown: walked.target });
    }
    let signed = newest.and_then(|newest| Authority::new(newest, walked));
    let held = kept.and_then(|kept| Authority::new(kept, walked));
    let judge = signed.as_ref().or(held.as_ref());
    Diagnosis::new(reader, walked, judge).run(findings)?;
    let Some(kept) = kept else { return Ok(()) };
    if kept.size() > walked.end {
        findings.add(Finding::CutAgainstKept { kept: kept.size(), present: walked.end });
    } else if let Some(newest) = newest
        && kept.size() > newest.size()
    {
        findings.add(Finding::OlderThanKept { kept: kept.size(), newest: newest.size() });
    }
    if let Some(held) = held
        && !held.agrees()
    {
        let signed = signed.is_some_and(|signed| signed.agrees());
        // Damage that the diagnosis has named explains the difference, unless the signed entries are all in order.
        if signed || !Diagnosis::new(reader, walked, Some(&held)).explains()? {
            let first = if signed { walked.first_difference(kept.size()) } else { None };
            findings.add(Finding::HistoryRewritten { kept: kept.size(), first, signed });
        }
    }
    Ok(())
}
