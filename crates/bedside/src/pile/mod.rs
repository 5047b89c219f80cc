//! `bedside scan`, `bedside triage` and `bedside guard`: JSON Lines in, JSON Lines out, for whoever has a pile of text. No
//! configuration, no data, no network. One row out for each row in, in their order; a row that can't be read gives its id
//! with an error, and a line on the standard error that names file and line.

mod guard;
mod people;
mod progress;
mod row;
mod run;
mod scan;
mod source;
mod triage;

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    cli::{PileArgs, ScanArgs},
    say::Tongue,
};

/// `bedside scan`
///
/// # Errors
/// The file or the list of people can't be read, or the output can't be written.
pub fn scan(args: &ScanArgs, lang: Option<Tongue>) -> Result<ExitCode> {
    let people = args.people.as_deref().map(people::read).transpose()?;
    let scan = scan::Scan::new(people, args.mask, row::lang_of(lang));
    run::run(&args.pile, |row| scan.row(row))
}

/// `bedside triage`
///
/// # Errors
/// The file can't be read, or the output can't be written.
pub fn triage(args: &PileArgs, lang: Option<Tongue>) -> Result<ExitCode> {
    let triage = triage::Sorting::new(row::lang_of(lang));
    run::run(args, |row| triage.row(row))
}

/// `bedside guard`
///
/// # Errors
/// The file can't be read, or the output can't be written.
pub fn guard(args: &PileArgs, lang: Option<Tongue>) -> Result<ExitCode> {
    let guard = guard::Drafts::new(row::lang_of(lang));
    run::run(args, |row| guard.row(row))
}
