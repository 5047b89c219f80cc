//! Rules of a folder: a whole set laid out as `policies` is (`common` and a folder per jurisdiction), or files that are added
//! to the rules there are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use bedside_core::{policy::Rules, site::Jurisdiction};

/// The rules of a folder, read once.
#[derive(Debug)]
pub struct Pack {
    is_whole: bool,
    /// Whose they are, file name, text. `None`: everybody's.
    files: Vec<(Option<Jurisdiction>, String, String)>,
}

impl Pack {
    /// Reads the rule files of a folder.
    ///
    /// # Errors
    /// It holds none, or one can't be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let common = folder.join("common");
        let is_whole = common.is_dir();
        let mut files = Vec::new();
        for path in files_of(if is_whole { &common } else { folder })? {
            files.push((None, path));
        }
        for jurisdiction in Jurisdiction::ALL.into_iter().filter(|_| is_whole) {
            files.extend(
                files_of(&folder.join(jurisdiction.as_str()))?.into_iter().map(|path| (Some(jurisdiction), path)),
            );
        }
        ensure!(
            !files.is_empty(),
            "{} holds no .cedar file: name a folder laid out as policies is, or one with rules to be added",
            folder.display()
        );
        let read = |(whose, path): (Option<Jurisdiction>, PathBuf)| {
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).with_context(|| name.clone())?;
            Ok((whose, name, text))
        };
        Ok(Self { is_whole, files: files.into_iter().map(read).collect::<Result<_>>()? })
    }

    /// The rules of a jurisdiction, with a site's own files (name and text).
    ///
    /// # Errors
    /// A rule is not as it must be: all problems are named with file and line.
    pub fn rules(&self, jurisdiction: Jurisdiction, own: &[(&str, &str)]) -> Result<Rules> {
        let meant = self.files.iter().filter(|(whose, ..)| whose.is_none_or(|whose| whose == jurisdiction));
        let read: Vec<(&str, &str)> = meant.map(|(_, name, text)| (name.as_str(), text.as_str())).collect();
        Ok(if self.is_whole {
            Rules::from_texts(&[&read, own].concat())?
        } else {
            Rules::load(jurisdiction, &[own, &read].concat())?
        })
    }
}

/// The rule files of a folder by name; none where there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "cedar") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
