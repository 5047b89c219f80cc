//! A password, token or key that can be used but not printed.

use std::fmt;

use serde::Deserialize;

/// A secret of the configuration. Prints as `▒▒`, is not serialised, and is read only where it is used.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret; white space around it (a file's last newline) is not part of it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The secret itself. Never hand the result to a log, an error or a store.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("▒▒")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("▒▒")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("hunter2-hunter2\n");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "▒▒ ▒▒ Some(▒▒)");
        assert_eq!(secret.expose(), "hunter2-hunter2");
    }
}
