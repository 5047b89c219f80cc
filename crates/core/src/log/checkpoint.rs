//! Checkpoints (C2SP tlog-checkpoint): which log, how many entries, which root; signed as a note. Whoever keeps one
//! can later prove that nothing before it was changed.

use super::hash::Hash;
use super::note::{NoteError, Signer, VerifierKey, open_note};

/// The head of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why bytes are not accepted as a checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The signed text is no checkpoint.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// It is the checkpoint of another log.
    #[error("a checkpoint of the log {found}, not of {wanted}")]
    OtherOrigin {
        /// The origin it states.
        found: String,
        /// The origin asked for.
        wanted: String,
    },
    /// The note around it is malformed or not signed by the log's key.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The checkpoint of the log `origin` with `size` entries and `root`.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] if the origin is empty or longer than a line.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err(CheckpointError::Malformed("the origin is not one line of text"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads a checkpoint's text: origin, size, root, then lines that later versions may add.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`]. A number with a leading zero or a root in another spelling is refused, so that
    /// a text has one meaning and a meaning one text.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Malformed("no newline at the end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().unwrap_or_default();
        let size = lines.next().and_then(read_size).ok_or(CheckpointError::Malformed("the second line is no size"))?;
        let root = lines.next().and_then(|line| line.parse().ok());
        let root = root.ok_or(CheckpointError::Malformed("the third line is no root"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Malformed("an empty line"));
        }
        Ok(Self { extensions, ..Self::new(origin, size, root)? })
    }

    /// Reads a signed checkpoint of the log whose key is `key`; the log's origin is the key's name.
    ///
    /// # Errors
    /// [`CheckpointError`]: another log's, not signed by that key, a signature that doesn't fit, or malformed.
    pub fn open(note: &[u8], key: &VerifierKey) -> Result<Self, CheckpointError> {
        let opened = open_note(note, key);
        if let Err(NoteError::NotSignedBy { .. }) = &opened {
            // Another log's checkpoint is signed by another key as well; that it is another log's says more.
            let stated = super::note::unverified_text(note).map_err(CheckpointError::from).and_then(Self::parse);
            if let Ok(stated) = stated {
                stated.check_origin(key)?;
            }
        }
        let checkpoint = Self::parse(opened?)?;
        checkpoint.check_origin(key)?;
        Ok(checkpoint)
    }

    /// The text to be signed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The signed checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::OtherOrigin`] if the signer is not this log's.
    pub fn sign(&self, signer: &Signer) -> Result<String, CheckpointError> {
        self.check_origin(signer.verifier_key())?;
        Ok(signer.sign(&self.text())?)
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries it covers: those with an index below this.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over those entries.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    fn check_origin(&self, key: &VerifierKey) -> Result<(), CheckpointError> {
        if self.origin == key.name() {
            Ok(())
        } else {
            Err(CheckpointError::OtherOrigin { found: self.origin.clone(), wanted: key.name().to_owned() })
        }
    }
}

fn read_size(line: &str) -> Option<u64> {
    let size = line.parse::<u64>().ok()?;
    (size.to_string() == line).then_some(size)
}
