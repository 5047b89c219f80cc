//! `bedside import FILE`: rows are read ahead, then sorted by channel account, while others are sealed and stored, each once. A position is
//! stored with the rows, so that an import that was stopped goes on; one that came to its end starts over and finds
//! everything known.

mod places;
pub mod progress;
mod rejected;
mod source;

#[cfg(test)]
mod tests;

use std::time::Instant;

use anyhow::Result;
use bedside_core::{post::Standing, time::Timestamp};
use bedside_flow::{ImportMark, Road};
use bedside_store::{Store, desk, sites};
use tokio::sync::{mpsc, watch};

use self::{
    places::{Load, Places},
    progress::{Progress, grouped},
    rejected::Rejected,
    source::Source,
};
use crate::{cli::ImportArgs, clock, say};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Rows that an earlier run had stored and that were passed over.
    pub skipped: i64,
    /// Posts stored for the first time.
    pub new: u64,
    /// Posts that were known.
    pub known: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Whether it came to the end of the file.
    pub is_whole: bool,
}

/// Imports a file over an opened road.
///
/// # Errors
/// The file can't be read, the command line names what is not there, or the store refuses. What was stored before stays.
pub async fn import(road: &Road, args: &ImportArgs, stop: watch::Receiver<bool>) -> Result<Outcome> {
    let source = Source::open(&args.file, args.format.map(Into::into))?;
    let store = road.store();
    let all = sites::all(&mut store.begin_read().await?).await?;
    let places = Places::new(store, all, args.site.as_deref(), args.channel.as_deref(), clock::now()).await?;
    let run = run_name(&source, args);
    let position = desk::import_position(&mut store.begin_read().await?, &run).await?;
    let progress = Progress::new(source.bytes);
    if position > 0 {
        progress
            .line(&format!("an earlier import of this file stored {} rows; going on from there", grouped(position)));
    }
    let standing = if args.live { Standing::Live } else { Standing::History };
    let rejected = Rejected::beside(&args.file, position > 0);
    let begun = Instant::now();
    let loads = places.load_ahead(store.clone(), source.read_ahead(position)?);
    let outcome = Outcome { skipped: position, new: 0, known: 0, rejected: 0, is_whole: false };
    let mut import = Import { road, rejected, progress, run, standing, outcome };
    let end = import.all(loads, stop).await;
    import.progress.end();
    end?;
    sequence(road).await;
    import.say(begun);
    Ok(import.outcome)
}

/// The name under which the position is kept: the same for the same file put in the same place.
fn run_name(source: &Source, args: &ImportArgs) -> String {
    let place = |name: &Option<String>| name.clone().unwrap_or_default();
    format!(
        "{} {} {} {}",
        source.fingerprint,
        place(&args.channel),
        place(&args.site),
        if args.live { "live" } else { "" }
    )
}

/// Gives the import's log entries their place in the tree at once, so that they are signed even if Bedside never runs
/// again. Where it runs, its own sequencer does so.
async fn sequence(road: &Road) {
    loop {
        match road.sequence_next().await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return tracing::warn!(%error, "the log entries wait until Bedside runs"),
        }
    }
}

struct Import<'a> {
    road: &'a Road,
    rejected: Rejected,
    progress: Progress,
    run: String,
    standing: Standing,
    outcome: Outcome,
}

impl Import<'_> {
    async fn all(&mut self, mut loads: mpsc::Receiver<Result<Load>>, mut stop: watch::Receiver<bool>) -> Result<()> {
        while !*stop.borrow() {
            let load = tokio::select! {
                load = loads.recv() => load,
                Ok(()) = stop.changed() => continue,
            };
            let Some(load) = load else {
                self.outcome.is_whole = true;
                return self.forget_position().await;
            };
            self.take(load?).await?;
        }
        Ok(())
    }

    /// Stores a chunk, account by account. The position moves with the last of them: everything before it is stored then.
    async fn take(&mut self, load: Load) -> Result<()> {
        for error in &load.bad {
            if let Some(text) = self.rejected.note(error)? {
                self.progress.line(&text);
            }
        }
        self.outcome.rejected = self.rejected.count();
        let last = load.batches.len().saturating_sub(1);
        for (n, (channel, news)) in load.batches.iter().enumerate() {
            let mark = ImportMark { run: &self.run, position: if n == last { load.end } else { load.first } };
            let taken = self.road.take_import(*channel, self.standing, news, mark).await?;
            self.outcome.new += u64::from(taken.new);
            self.outcome.known += u64::from(taken.known);
        }
        self.progress.reached(load.bytes, load.end, self.outcome.rejected);
        Ok(())
    }

    /// A whole import leaves no position: run again, every row is looked at again.
    async fn forget_position(&self) -> Result<()> {
        forget(self.road.store(), &self.run, clock::now()).await
    }

    fn say(&self, begun: Instant) {
        let Outcome { new, known, rejected, is_whole, .. } = self.outcome;
        let seconds = begun.elapsed().as_secs_f64();
        let count = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
        // A rate of posts, shown to one: what it loses beyond 2^52 nobody sees.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a figure for people")]
        let rate = ((new + known) as f64 / seconds.max(0.001)) as i64;
        say::result(&format!(
            "{} new, {} known, {} rejected, in {seconds:.1} s ({} posts/s)",
            count(new),
            count(known),
            count(rejected),
            grouped(rate)
        ));
        if rejected > 0 {
            say::note(&format!(
                "Rejected rows are listed in {}. Mend them and import the file again.",
                self.rejected.path().display()
            ));
        }
        if !is_whole {
            say::note("Stopped before the end of the file. The same command goes on from here.");
        }
        if new > 0 {
            say::note(match self.standing {
                Standing::History => {
                    "The posts are sorted when Bedside runs (bedside serve). As history they alarm nobody and lead to no reply by themselves."
                }
                Standing::Live => {
                    "The posts are sorted when Bedside runs (bedside serve), as if they had just been written."
                }
            });
        }
    }
}

async fn forget(store: &Store, run: &str, now: Timestamp) -> Result<()> {
    let mut tx = store.begin().await?;
    desk::set_import_position(&mut tx, run, 0, now).await?;
    Ok(tx.commit().await?)
}
