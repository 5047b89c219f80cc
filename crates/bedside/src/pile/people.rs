//! The list of people for one run, from a file, under a key that is thrown away afterwards.

use std::path::Path;

use anyhow::{Context as _, Result};
use bedside_core::people::{Builder, People, PeopleKey};

use crate::{roster, say};

/// Reads `--people`.
///
/// # Errors
/// As [`roster::read_file`]; or the system gives no randomness.
pub fn read(file: &Path) -> Result<People> {
    let key = bedside_store::random::<32>().context("a key for the list of people")?;
    let mut list = Builder::new(PeopleKey::new(&key));
    let read = roster::read_file(file, &mut list)?;
    if read.unfound > 0 {
        say::note(&format!(
            "{}: {} of {} rows can't be found in texts: they have neither given and family name nor a number of five signs",
            file.display(),
            read.unfound,
            read.unfound + read.persons
        ));
    }
    Ok(list.finish())
}
