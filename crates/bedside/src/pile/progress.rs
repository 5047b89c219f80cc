//! How far a pile is: a bar, on a terminal alone, and not where the rows themselves go to that terminal.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{import::progress::grouped, say};

/// So many bad rows are told one by one; the rest is counted. Their errors all stand in the output.
const TOLD: u64 = 100;

/// Shows how far a pile is, and tells of bad rows.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    rows: u64,
    /// How many rows could not be read.
    pub rejected: u64,
}

impl Progress {
    /// For a source of so many bytes; `None`: nobody knows.
    #[must_use]
    pub fn new(size_bytes: Option<u64>) -> Self {
        let is_shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let bar = is_shown.then(|| {
            let bar = ProgressBar::with_draw_target(size_bytes, ProgressDrawTarget::stderr_with_hz(8));
            let words = match size_bytes {
                Some(_) => "{wide_bar} {percent:>3} %  {msg}  {eta} left",
                None => "{spinner} {msg}  {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(words) {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, rows: 0, rejected: 0 }
    }

    /// So many more rows are written; so many bytes are read.
    pub fn reached(&mut self, rows: usize, bytes: u64) {
        self.rows += rows as u64;
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
            bar.set_message(format!("{} rows", grouped(i64::try_from(self.rows).unwrap_or(i64::MAX))));
        }
    }

    /// A row can't be read.
    pub fn rejected(&mut self, text: &str) {
        self.rejected += 1;
        if self.rejected <= TOLD {
            self.line(text);
        }
    }

    /// Takes the bar away and counts what was not told.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.rejected > TOLD {
            say::note(&format!("… and {} rows more", self.rejected - TOLD));
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say::error(text)),
            None => say::error(text),
        }
    }
}
