//! Scripts: who says what, where and when. JSON Lines, one post each; the sample hospital's is built in.

use bedside_core::post::Visibility;
use serde::Deserialize;

/// The sample hospital group's posts. All people, places and events in it are invented.
const SAMPLE: &str = include_str!("posts.jsonl");

/// A script can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the script: {reason}")]
pub struct BadScript {
    line: usize,
    reason: String,
}

/// One post of the script, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The post's id, unique in the script.
    pub id: String,
    /// The name of the channel it appears on.
    pub channel: String,
    /// When, in seconds after the beginning.
    pub after_s: u32,
    /// The author's handle.
    pub handle: String,
    /// The name the author shows.
    pub name: Option<String>,
    /// What is said.
    pub text: String,
    /// BCP 47.
    pub lang: String,
    /// How long before it appears it was written.
    #[serde(default)]
    pub minutes_ago: u32,
    /// The post it answers.
    pub in_reply_to: Option<String>,
    /// The first post of the conversation.
    pub thread_root: Option<String>,
    /// Who may see it; everybody, if not said.
    pub visibility: Option<Visibility>,
    /// Whether the account is automated.
    #[serde(default)]
    pub is_bot: bool,
    /// Whether it speaks about the hospital and not to it.
    #[serde(default)]
    pub is_found: bool,
    /// How many pictures hang on it.
    #[serde(default)]
    pub media_count: u16,
    /// A later change by its author.
    pub edit: Option<Edit>,
    /// When its author deletes it, in seconds after the beginning.
    pub gone_after_s: Option<u32>,
}

/// A change of a post by its author.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// When, in seconds after the beginning.
    pub after_s: u32,
    /// What it says from then on.
    pub text: String,
}

/// Posts of one or several channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    scenes: Vec<Scene>,
}

impl Script {
    /// The sample hospital's script: some 80 posts in German and English over four minutes.
    ///
    /// # Errors
    /// Never in a program that was tested; the script is checked like any other.
    pub fn sample() -> Result<Self, BadScript> {
        Self::parse(SAMPLE)
    }

    /// Reads a script.
    ///
    /// # Errors
    /// A line is no scene; an id comes twice; a post is edited or deleted before it is there.
    pub fn parse(text: &str) -> Result<Self, BadScript> {
        let mut scenes: Vec<Scene> = Vec::new();
        for (line, row) in (1..).zip(text.lines()).filter(|(_, row)| !row.trim().is_empty()) {
            let bad = |reason: String| BadScript { line, reason };
            let scene: Scene = serde_json::from_str(row).map_err(|e| bad(e.to_string()))?;
            if scenes.iter().any(|other| other.id == scene.id) {
                return Err(bad(format!("id {} comes twice", scene.id)));
            }
            let edited_at = scene.edit.as_ref().map(|edit| edit.after_s);
            if edited_at.into_iter().chain(scene.gone_after_s).any(|later| later <= scene.after_s) {
                return Err(bad("is changed before it is there".to_owned()));
            }
            scenes.push(scene);
        }
        Ok(Self { scenes })
    }

    /// The names of the channels, each once, in the order they appear.
    #[must_use]
    pub fn channels(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for scene in &self.scenes {
            if !names.contains(&scene.channel.as_str()) {
                names.push(&scene.channel);
            }
        }
        names
    }

    /// All posts.
    #[must_use]
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }

    pub(super) fn part<'a>(&'a self, channel: &'a str) -> impl Iterator<Item = &'a Scene> {
        self.scenes.iter().filter(move |scene| scene.channel == channel)
    }
}
