//! How far an import is: a bar on a terminal, a line now and then elsewhere.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::say;

/// How often a line is written where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// Shows how far an import is.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    bytes: u64,
    last_line: Instant,
}

impl Progress {
    /// For a file of so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(8));
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {msg}  {eta} left") {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, bytes, last_line: Instant::now() }
    }

    /// So many bytes are read, so many rows stored and rejected.
    pub fn reached(&mut self, bytes: u64, rows: i64, rejected: u64) {
        let text = format!("{} rows{}", grouped(rows), rejected_words(rejected));
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
            bar.set_message(text);
        } else if self.last_line.elapsed() >= PAUSE {
            self.last_line = Instant::now();
            say::note(&format!("{text}, {} %", percent(bytes, self.bytes)));
        }
    }

    /// Writes a line without breaking the bar.
    pub fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say::note(text)),
            None => say::note(text),
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(100)
}

fn rejected_words(count: u64) -> String {
    if count == 0 { String::new() } else { format!(", {count} rejected") }
}

/// A number with its thousands apart.
#[must_use]
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }
}
