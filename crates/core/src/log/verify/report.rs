//! What a verification found and what it can't know, as data. The English here is for logs and the command line;
//! pages have words of their own.

use std::fmt;

use crate::log::checkpoint::{Checkpoint, CheckpointError};
use crate::log::hash::Hash;
use crate::log::tile::TileId;

/// Findings listed; further ones are counted.
const LISTED: usize = 200;

/// One thing that is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The newest checkpoint is not a checkpoint of this log that its key signed.
    CheckpointBad {
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// There are integrated entries but no checkpoint.
    CheckpointMissing {
        /// One above the highest index.
        entries: u64,
    },
    /// Neither entries nor tiles give the signed root, and nothing tells which of them changed.
    RootDiffers {
        /// Entries the checkpoint covers.
        size: u64,
        /// The root in it.
        signed: Hash,
        /// The root of the entries as they are.
        found: Hash,
    },
    /// The bytes of an entry were changed.
    EntryChanged {
        /// Its index.
        index: u64,
    },
    /// At an index lies an entry that was logged at another.
    EntryMoved {
        /// Where it lies.
        index: u64,
        /// Where it was logged.
        logged_at: u64,
    },
    /// At least one of these entries was changed, and their tile with it, so that it can't be said which.
    EntriesChanged {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// Entries that the log's own checkpoint covers are not there.
    EntriesMissing {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// The reader gave an entry after one with the same or a higher index.
    EntryOutOfOrder {
        /// Its index.
        index: u64,
    },
    /// An entry is as it was signed, but what the store keeps beside it says otherwise.
    EntryMisfiled {
        /// Its index.
        index: u64,
        /// What is wrong: `id`, `case` or `at`.
        field: &'static str,
    },
    /// A tile is filed with another width than it has.
    TileMisfiled {
        /// Where it lies.
        tile: TileId,
    },
    /// A tile's bytes were changed; the entries under it are judged by themselves.
    TileDamaged {
        /// Where it lies.
        tile: TileId,
    },
    /// A tile is not there.
    TileMissing {
        /// Where it should lie.
        tile: TileId,
    },
    /// A tile knows of more entries than the newest checkpoint: entries and checkpoints were cut off, or a tile added.
    TileBeyondCheckpoint {
        /// Where it lies.
        tile: TileId,
        /// The size of log it speaks of, at least.
        reaches: u64,
        /// Entries the checkpoint covers or, without a valid one, that are there.
        shown: u64,
    },
    /// Entries and a tile differ, and no signed root says which is right.
    Undecided {
        /// The tile.
        tile: TileId,
        /// The first entry in doubt.
        first: u64,
        /// The last entry in doubt.
        last: u64,
    },
    /// The kept checkpoint can't be used: malformed, of another log, or not signed by this log's key.
    KeptBad {
        /// What is wrong with it.
        error: CheckpointError,
    },
    /// Entries that the kept checkpoint covers are not there.
    CutAgainstKept {
        /// Entries the kept checkpoint covers.
        kept: u64,
        /// One above the highest index in the log.
        present: u64,
    },
    /// The log's newest checkpoint is older than the kept one.
    OlderThanKept {
        /// Entries the kept checkpoint covers.
        kept: u64,
        /// Entries the newest checkpoint covers.
        newest: u64,
    },
    /// The entries that the kept checkpoint covers no longer give its root.
    HistoryRewritten {
        /// Entries the kept checkpoint covers.
        kept: u64,
        /// The first entry that differs, where old tiles still tell.
        first: Option<u64>,
        /// Whether the log's newest checkpoint is signed over the changed entries: then it was the holder of the key.
        signed: bool,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CheckpointBad { error } => {
                write!(f, "the log's newest checkpoint is no good: {error}")
            }
            Self::CheckpointMissing { entries } => {
                write!(f, "there are {entries} entries but no signed checkpoint")
            }
            Self::RootDiffers { size, signed, found } => {
                write!(f, "the checkpoint signs the root {signed} for {size} entries, but they give {found}")
            }
            Self::EntryChanged { index } => write!(f, "entry {index} was changed"),
            Self::EntryMoved { index, logged_at } => {
                write!(f, "entries were reordered: at {index} lies what was logged at {logged_at}")
            }
            Self::EntriesChanged { first, last } => {
                write!(f, "one or more of the entries {first} to {last} were changed, and their tiles with them")
            }
            Self::EntriesMissing { first, last } if first == last => {
                write!(f, "entry {first} is missing")
            }
            Self::EntriesMissing { first, last } => {
                write!(f, "the entries {first} to {last} are missing")
            }
            Self::EntryOutOfOrder { index } => {
                write!(f, "entry {index} is there twice or out of order")
            }
            Self::EntryMisfiled { index, field } => {
                write!(f, "entry {index} is filed wrong: its {field} beside the entry is not the one in it")
            }
            Self::TileMisfiled { tile } => write!(f, "the tile at {tile} is filed with a wrong width"),
            Self::TileDamaged { tile } => write!(f, "the tile at {tile} was changed"),
            Self::TileMissing { tile } => write!(f, "the tile at {tile} is missing"),
            Self::TileBeyondCheckpoint { tile, reaches, shown } => {
                write!(f, "the tile at {tile} knows of {reaches} entries, but the log shows {shown}")
            }
            Self::Undecided { tile, first, last } if first == last => {
                write!(f, "entry {first} or the tile at {tile} was changed")
            }
            Self::Undecided { tile, first, last } => {
                write!(f, "the entries {first} to {last} or the tile at {tile} were changed")
            }
            Self::KeptBad { error } => write!(f, "the kept checkpoint can't be used: {error}"),
            Self::CutAgainstKept { kept, present } => write!(
                f,
                "the kept checkpoint covers {kept} entries, the log has {present}: entries {present} to {} are missing",
                kept.saturating_sub(1)
            ),
            Self::OlderThanKept { kept, newest } => {
                write!(
                    f,
                    "the kept checkpoint covers {kept} entries, the log's newest only {newest}: later ones are gone"
                )
            }
            Self::HistoryRewritten { kept, first, signed } => {
                write!(f, "the entries 0 to {} no longer give the kept root", kept.saturating_sub(1))?;
                if let Some(first) = first {
                    write!(f, "; the first that differs is {first}")?;
                }
                if *signed {
                    write!(f, "; whoever holds the log's key has signed the changed history")?;
                }
                Ok(())
            }
        }
    }
}

/// Something that this verification can't prove, whatever it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// No usable checkpoint was kept: whoever holds the log's key could have rewritten the log, or cut it, and signed
    /// anew.
    NoKeptCheckpoint,
    /// The same, for the entries after the kept checkpoint.
    AfterKept {
        /// The first entry the kept checkpoint doesn't cover.
        first: u64,
    },
    /// Entries that no checkpoint covers yet could still be changed by whoever can write to the database.
    NotYetSigned {
        /// How many.
        count: u64,
    },
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeptCheckpoint => f.write_str(
                "without a checkpoint kept elsewhere: that the holder of the log's key did not rewrite or cut it",
            ),
            Self::AfterKept { first } => {
                write!(f, "that the holder of the log's key did not rewrite or cut it from entry {first} on")
            }
            Self::NotYetSigned { count } => write!(f, "{count} entries not yet signed"),
        }
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's name.
    pub origin: String,
    /// The log's newest checkpoint, if it is valid.
    pub newest: Option<Checkpoint>,
    /// The kept checkpoint, if one was handed in and is valid.
    pub kept: Option<Checkpoint>,
    /// Integrated entries that are there.
    pub entries: u64,
    /// Entries that no checkpoint covers yet. That is no fault.
    pub pending: u64,
    /// What is wrong, at most 200; empty if nothing is.
    pub findings: Vec<Finding>,
    /// How many further faults there are.
    pub more_findings: u64,
    /// What can't be proven.
    pub unproven: Vec<Unproven>,
}

impl Report {
    /// Whether nothing is wrong: all entries that were signed are there, unchanged and in order.
    #[must_use]
    pub const fn is_intact(&self) -> bool {
        self.findings.is_empty() && self.more_findings == 0
    }

    pub(super) fn new(
        origin: &str,
        newest: Option<&Checkpoint>,
        kept: Option<&Checkpoint>,
        findings: Findings,
    ) -> Self {
        Self {
            origin: origin.to_owned(),
            newest: newest.cloned(),
            kept: kept.cloned(),
            entries: 0,
            pending: 0,
            findings: findings.listed,
            more_findings: findings.more,
            unproven: Vec::new(),
        }
    }

    pub(super) fn say_what_is_unproven(&mut self) {
        let signed = self.newest.as_ref().map_or(0, Checkpoint::size);
        match &self.kept {
            None => self.unproven.push(Unproven::NoKeptCheckpoint),
            Some(kept) if kept.size() < signed => self.unproven.push(Unproven::AfterKept { first: kept.size() }),
            Some(_) => {}
        }
        if self.pending > 0 {
            self.unproven.push(Unproven::NotYetSigned { count: self.pending });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "log {}: {} entries, {} not yet signed", self.origin, self.entries, self.pending)?;
        if let Some(newest) = &self.newest {
            writeln!(f, "newest checkpoint: {} entries, root {}", newest.size(), newest.root())?;
        }
        if let Some(kept) = &self.kept {
            writeln!(f, "kept checkpoint: {} entries, root {}", kept.size(), kept.root())?;
        }
        for finding in &self.findings {
            writeln!(f, "WRONG: {finding}")?;
        }
        if self.more_findings > 0 {
            writeln!(f, "WRONG: {} further faults", self.more_findings)?;
        }
        for unproven in &self.unproven {
            writeln!(f, "not proven: {unproven}")?;
        }
        f.write_str(if self.is_intact() { "the log is intact" } else { "the log is NOT intact" })
    }
}

/// Findings while they are collected.
#[derive(Debug, Default)]
pub(super) struct Findings {
    listed: Vec<Finding>,
    more: u64,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        if self.listed.len() < LISTED {
            self.listed.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// Adds that something is filed wrong, unless it is itself known to be wrong.
    pub(super) fn add_unless_named(&mut self, finding: Finding) {
        let is_named = match &finding {
            Finding::EntryMisfiled { index, .. } => self.listed.iter().any(|one| {
                matches!(one, Finding::EntryChanged { index: at } | Finding::EntryMoved { index: at, .. } if at == index)
            }),
            Finding::TileMisfiled { tile } => {
                self.listed.iter().any(|one| matches!(one, Finding::TileDamaged { tile: at } if at == tile))
            }
            _ => false,
        };
        if !is_named {
            self.add(finding);
        }
    }

    /// Counts faults that were not looked into.
    pub(super) const fn skip(&mut self, count: u64) {
        self.more += count;
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }
}
