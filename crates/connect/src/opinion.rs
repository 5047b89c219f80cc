//! The model that gives second opinions: an ONNX text classifier from files of the operator's, run in this process. Built
//! with the feature `onnx` alone; without it a configured model is refused at the start, never left out in silence.

#[cfg(feature = "onnx")]
mod onnx;
#[cfg(feature = "onnx")]
mod score;

use std::{path::PathBuf, sync::Arc, time::Duration};

use bedside_core::{log::Code, second::SecondOpinion, triage::Topic};

/// How a model's numbers become scores from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scores {
    /// Each by itself: a post may have several topics.
    #[default]
    Sigmoid,
    /// All together: one topic of several.
    Softmax,
    /// They are scores already.
    AsIs,
}

/// A model and how it is read.
#[derive(Debug, Clone)]
pub struct Config {
    /// What people and the log call it.
    pub name: Code,
    /// The ONNX file: from token ids to one number for each label.
    pub model: PathBuf,
    /// The tokenizer file (`tokenizer.json`).
    pub tokenizer: PathBuf,
    /// What each number speaks for, in the model's order; `None`: nothing that we know.
    pub labels: Vec<Option<Topic>>,
    /// How the numbers are read.
    pub scores: Scores,
    /// From which score on a topic is suggested.
    pub min_score: f32,
    /// How long it may take for one text.
    pub within: Duration,
}

/// What can't be used of a [`Config`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadModel {
    /// The program has no ONNX runtime in it.
    #[error("this program was built without ONNX models (cargo build --features onnx builds it with them)")]
    NotBuilt,
    /// A file can't be read.
    #[error("{file} can't be read: {why}")]
    Unreadable {
        /// Which.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The file is no ONNX model, or one that uses what the runtime can't do.
    #[error("{file} is no model that can be run: {why}")]
    NoModel {
        /// Which.
        file: String,
        /// What the runtime says.
        why: String,
    },
    /// The file is no tokenizer, or one of a kind that is not read.
    #[error("{file} is no tokenizer that can be read: {why}")]
    NoTokenizer {
        /// Which.
        file: String,
        /// What the reader says.
        why: String,
    },
    /// The model wants something else than a text's tokens.
    #[error("the model asks for '{0}'; one that reads texts asks for input_ids, attention_mask and token_type_ids")]
    Input(String),
    /// The model gives another number of values than there are labels.
    #[error(
        "the model gives {found} for a text, labels names {expected}: it must end in one number for each label (an encoder \
         alone is no classifier; docs/model-slot.md says how one becomes one)"
    )]
    Labels {
        /// How many labels there are.
        expected: usize,
        /// The shape of what it gives.
        found: String,
    },
}

/// Opens a model and has it read a short text, so that one that can't be used is found at the start.
///
/// # Errors
/// See [`BadModel`].
#[cfg(feature = "onnx")]
pub fn open(config: &Config) -> Result<Arc<dyn SecondOpinion>, BadModel> {
    Ok(Arc::new(onnx::Onnx::open(config)?))
}

/// Refuses: the program has no ONNX runtime in it.
///
/// # Errors
/// Always [`BadModel::NotBuilt`].
#[cfg(not(feature = "onnx"))]
pub fn open(_config: &Config) -> Result<Arc<dyn SecondOpinion>, BadModel> {
    Err(BadModel::NotBuilt)
}
