//! Rows that can't be read: the first are shown, all are listed in a file with line, field and reason. The list holds no
//! text of a post: the imported file does, and one copy of that is enough.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use bedside_connect::row::RowError;

/// How many are shown.
const SHOWN: u64 = 20;

/// The list of rejected rows; its file is made with the first of them.
#[derive(Debug)]
pub struct Rejected {
    path: PathBuf,
    file: Option<File>,
    /// Whether an earlier, interrupted run may have begun the list.
    goes_on: bool,
    count: u64,
}

impl Rejected {
    /// The list beside `imported`. An import that goes on adds to it, one that begins starts it anew.
    #[must_use]
    pub fn beside(imported: &Path, goes_on: bool) -> Self {
        let mut name = imported.as_os_str().to_owned();
        name.push(".rejected.jsonl");
        Self { path: PathBuf::from(name), file: None, goes_on, count: 0 }
    }

    /// Notes a row. Gives what to show of it, for the first ones.
    ///
    /// # Errors
    /// The list can't be written.
    pub fn note(&mut self, error: &RowError) -> Result<Option<String>> {
        let line = serde_json::json!({ "line": error.line, "field": error.field, "reason": error.reason });
        let path = &self.path;
        let failed = || format!("the list of rejected rows {} can't be written", path.display());
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut options = OpenOptions::new();
                options.create(true).write(true).append(self.goes_on).truncate(!self.goes_on);
                self.file.insert(options.open(path).with_context(failed)?)
            }
        };
        writeln!(file, "{line}").with_context(failed)?;
        self.count += 1;
        Ok(match self.count {
            n if n <= SHOWN => Some(error.to_string()),
            n if n == SHOWN + 1 => Some(format!("… and more; every rejected row is listed in {}", path.display())),
            _ => None,
        })
    }

    /// How many there were in this run.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Where they are listed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
