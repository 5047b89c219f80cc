//! A house's own rules as they are written: a few named files, kept together as one version. What they say is checked by
//! [`super::Rules::load`]; here is only what makes one text the same as another.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::packs;
use crate::{crisis, site::Jurisdiction};

/// The most files a house may have.
const MOST_FILES: usize = 12;
/// The longest file, in bytes. Ten times all packs together.
const LONGEST: usize = 200_000;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFile {
    /// Its name, such as `house.cedar`; what ends with `.toml` settles warnings of the guard.
    pub name: String,
    /// What is written in it.
    pub text: String,
}

/// The files of one house, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnRules(Vec<OwnFile>);

/// Files that can't be kept together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFiles {
    /// A name is none.
    #[error("'{0}' is no file name: letters a-z, digits, - _ and . with .cedar or .toml at the end, at most 60")]
    Name(String),
    /// Two files have one name.
    #[error("there are two files named {0}")]
    Twice(String),
    /// There are too many.
    #[error("a house has at most {MOST_FILES} files")]
    Many,
    /// One is too long.
    #[error("{0} is longer than {LONGEST} bytes")]
    Long(String),
}

impl OwnRules {
    /// Puts files together; those without a word are left out, line ends become `\n`.
    ///
    /// # Errors
    /// A name is none or stands twice, a file is too long, or there are too many.
    pub fn of(files: impl IntoIterator<Item = OwnFile>) -> Result<Self, BadFiles> {
        let mut all: Vec<OwnFile> = Vec::new();
        for OwnFile { name, text } in files {
            // Browsers send line ends as CR LF (HTML, form submission); a file of the configuration has its own.
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            if text.trim().is_empty() {
                continue;
            }
            if !is_name(&name) {
                return Err(BadFiles::Name(name));
            }
            if text.len() > LONGEST {
                return Err(BadFiles::Long(name));
            }
            all.push(OwnFile { name, text: format!("{}\n", text.trim_end()) });
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        if let Some(twice) = all.windows(2).find_map(|two| match two {
            [one, other] if one.name == other.name => Some(one.name.clone()),
            _ => None,
        }) {
            return Err(BadFiles::Twice(twice));
        }
        if all.len() > MOST_FILES { Err(BadFiles::Many) } else { Ok(Self(all)) }
    }

    /// The files, by name.
    #[must_use]
    pub fn files(&self) -> &[OwnFile] {
        &self.0
    }

    /// Names and texts, as rules are read.
    #[must_use]
    pub fn texts(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect()
    }

    /// The SHA-256 of names and texts, in hexadecimal: the same for the same files, whoever wrote them.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        for part in self.0.iter().flat_map(|file| [&file.name, &file.text]) {
            digest.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        hex(digest)
    }
}

/// Fingerprint of what the Cedar text alone does not tell of: the house's own files of every kind, and the clocks and crisis data that
/// come with the program. The first 16 digits of a SHA-256; the order of the files does not matter.
#[must_use]
pub fn fingerprint(jurisdiction: Jurisdiction, own: &[(&str, &str)]) -> String {
    let mut own = own.to_vec();
    own.sort_unstable();
    let shipped = [packs::clocks(jurisdiction), ("crisis", crisis::TEXT)];
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for part in shipped.iter().chain(&own).flat_map(|(name, text)| [name, text]) {
        digest.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex(digest).chars().take(16).collect()
}

fn hex(digest: ring::digest::Context) -> String {
    digest.finish().as_ref().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let ends = name.ends_with(".cedar") || name.ends_with(".toml");
    ends && name.len() <= 60 && name.chars().all(plain) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> OwnFile {
        OwnFile { name: name.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn the_same_files_are_the_same_version_whatever_the_browser_does_to_line_ends() {
        let one = OwnRules::of([file("b.cedar", "x\r\ny\r\n\r\n"), file("a.toml", "z")]).unwrap();
        let other = OwnRules::of([file("a.toml", "z\n"), file("b.cedar", "x\ny"), file("c.cedar", " \n")]).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.hash(), other.hash());
        assert_eq!(one.hash().len(), 64);
        assert_ne!(one.hash(), OwnRules::of([file("b.cedar", "x\ny")]).unwrap().hash());
        assert_eq!(one.texts(), [("a.toml", "z\n"), ("b.cedar", "x\ny\n")]);
    }

    #[test]
    fn a_clock_or_a_settlement_makes_another_fingerprint_and_the_order_of_files_does_not() {
        let of = |own: &[(&str, &str)]| fingerprint(Jurisdiction::De, own);
        let (a, b) = (("a.clocks.toml", "x"), ("b.toml", "y"));
        assert_eq!(of(&[a, b]), of(&[b, a]));
        assert_eq!(of(&[a]).len(), 16);
        for other in [&[][..], &[b], &[("a.clocks.toml", "z")], &[("c.clocks.toml", "x")]] {
            assert_ne!(of(&[a]), of(other), "{other:?}");
        }
        assert_ne!(of(&[]), fingerprint(Jurisdiction::Uk, &[]), "the clocks of another law");
    }

    #[test]
    fn names_that_lead_elsewhere_or_stand_twice_are_refused() {
        for name in ["../a.cedar", "a/b.cedar", ".cedar", "a.txt", "", "ä.cedar"] {
            assert_eq!(OwnRules::of([file(name, "x")]), Err(BadFiles::Name(name.to_owned())));
        }
        let twice = OwnRules::of([file("a.cedar", "x"), file("a.cedar", "y")]);
        assert_eq!(twice, Err(BadFiles::Twice("a.cedar".to_owned())));
        let many = (0..13).map(|n| file(&format!("{n}.cedar"), "x"));
        assert_eq!(OwnRules::of(many), Err(BadFiles::Many));
    }
}
