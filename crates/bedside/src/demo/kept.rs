//! How far the demo's story has come, in a file of the demo's own folder, so that a demo that is started again goes on where it
//! stood. All of it is invented; the passes in it open doors of the demo alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use bedside_core::time::Timestamp;
use bedside_desk::serve::Places;
use serde::{Deserialize, Serialize};

/// The file's name.
pub const FILE: &str = "story.json";

/// What is remembered.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Story {
    /// Acts that were done, by their names.
    pub done: BTreeSet<String>,
    /// Messages of the record that were taken, from the script's beginning.
    pub messages: usize,
    /// The secrets of invitations, by the account that was invited.
    pub passes: BTreeMap<String, String>,
    /// What the house said in private, by account: text and time in microseconds.
    pub heard: BTreeMap<String, Vec<(String, i64)>>,
    linked: Option<i64>,
    death: Option<i64>,
    rules: Option<i64>,
    alarmed: bool,
    merged: bool,
}

/// The story, kept in its file at every change.
#[derive(Debug)]
pub struct Kept {
    file: PathBuf,
    story: Mutex<Story>,
}

impl Kept {
    /// Reads what is kept in a demo's folder; nothing: the story begins.
    ///
    /// # Errors
    /// The file is there and can't be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE);
        let story = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| file.display().to_string())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Story::default(),
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        };
        Ok(Self { file, story: Mutex::new(story) })
    }

    /// A copy of what is remembered.
    pub fn story(&self) -> Story {
        self.story.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether an act was done.
    pub fn is_done(&self, act: &str) -> bool {
        self.story.lock().unwrap_or_else(PoisonError::into_inner).done.contains(act)
    }

    /// Changes what is remembered, and writes it down.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn change(&self, change: impl FnOnce(&mut Story)) -> Result<()> {
        let mut story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut story);
        let beside = self.file.with_extension("json.new");
        std::fs::write(&beside, serde_json::to_vec(&*story)?)?;
        std::fs::rename(&beside, &self.file).with_context(|| self.file.display().to_string())
    }

    /// Notes an act as done.
    ///
    /// # Errors
    /// As with every change.
    pub fn done(&self, act: &str) -> Result<()> {
        self.change(|story| {
            story.done.insert(act.to_owned());
        })
    }

    /// What the house said to an account in private, the newest first.
    pub fn heard(&self, handle: &str) -> Vec<(String, Timestamp)> {
        let story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = story.heard.get(handle).into_iter().flatten().rev();
        heard.map(|(text, at)| (text.clone(), Timestamp::from_micros(*at))).collect()
    }
}

impl Story {
    /// What of it the tour shows.
    pub fn places(&self) -> Places {
        Places {
            linked: self.linked,
            death: self.death,
            rules: self.rules,
            invited: self.heard.contains_key(super::story::PETRA.handle),
            alarmed: self.alarmed,
            merged: self.merged,
        }
    }

    /// Keeps what the tour shows.
    pub fn set_places(&mut self, places: &Places) {
        (self.linked, self.death, self.rules) = (places.linked, places.death, places.rules);
        (self.alarmed, self.merged) = (places.alarmed, places.merged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_goes_on_where_it_stood() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::read(folder.path()).unwrap();
        assert!(!kept.is_done("death"));
        kept.done("death").unwrap();
        kept.change(|story| story.set_places(&Places { linked: Some(7), merged: true, ..Places::default() })).unwrap();
        let lines = vec![("first".to_owned(), 1), ("second".to_owned(), 2)];
        kept.change(|story| drop(story.heard.insert(super::super::story::PETRA.handle.to_owned(), lines))).unwrap();
        let again = Kept::read(folder.path()).unwrap();
        let expected = Places { linked: Some(7), merged: true, invited: true, ..Places::default() };
        assert!(again.is_done("death"));
        assert_eq!(again.story().places(), expected);
        let heard = again.heard(super::super::story::PETRA.handle);
        assert_eq!(
            heard,
            [("second".to_owned(), Timestamp::from_micros(2)), ("first".to_owned(), Timestamp::from_micros(1))]
        );
    }

    #[test]
    fn a_story_that_cant_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(format!("{:#}", Kept::read(folder.path()).unwrap_err()).contains(FILE));
    }
}
