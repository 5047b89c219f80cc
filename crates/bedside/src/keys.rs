//! The master key: from the environment or a file outside the data folder. Made at the very first start, never afterwards:
//! a new key for old data would open nothing.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use bedside_store::MasterKey;

use crate::{config::Config, place::Place};

/// The variable that may hold the key itself.
pub const VARIABLE: &str = "BEDSIDE_MASTER_KEY";

/// What the process's environment says, handed in so that tests need not change it.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `BEDSIDE_MASTER_KEY`
    pub master_key: Option<String>,
    /// `XDG_CONFIG_HOME`, otherwise `HOME/.config`.
    pub config_home: Option<PathBuf>,
}

impl Surroundings {
    /// As the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        Self {
            master_key: std::env::var(VARIABLE).ok().filter(|text| !text.trim().is_empty()),
            config_home: folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config"))),
        }
    }
}

/// Where the key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFrom {
    /// The environment.
    Environment,
    /// A file.
    File(PathBuf),
    /// A file made just now.
    Made(PathBuf),
}

/// Finds the master key for the data at `place`; makes one if there is neither key nor data.
///
/// # Errors
/// There is data but no key, the file can't be read or is none, or it lies inside the data folder.
pub fn find(config: &Config, around: &Surroundings, place: &Place) -> Result<(MasterKey, KeyFrom)> {
    if let Some(found) = look(config, around, place)? {
        return Ok(found);
    }
    let file = usual_file(around, place)?;
    Ok((make(&file)?, KeyFrom::Made(file)))
}

/// The master key for the data at `place`; `None`: there is neither key nor data, so one may be made. Changes nothing.
///
/// # Errors
/// As [`find`].
pub fn look(config: &Config, around: &Surroundings, place: &Place) -> Result<Option<(MasterKey, KeyFrom)>> {
    if let Some(text) = &around.master_key {
        let key = MasterKey::from_text(text).with_context(|| format!("the variable {VARIABLE}"))?;
        return Ok(Some((key, KeyFrom::Environment)));
    }
    if let Some(file) = &config.master_key_file {
        outside(file, place)?;
        let found = read(file)?.with_context(|| {
            format!(
                "there is no master key at {0}: make one with `bedside new-key {0}`, or restore it from its backup",
                file.display()
            )
        })?;
        return Ok(Some((found, KeyFrom::File(file.clone()))));
    }
    let file = usual_file(around, place)?;
    outside(&file, place)?;
    match read(&file)? {
        Some(key) => Ok(Some((key, KeyFrom::File(file)))),
        None if place.is_begun() => bail!(
            "{} holds data, but its master key is not here: neither in {VARIABLE} nor at {}.\n\
             Without the key that the data was sealed with no text can be read. Restore the key from its backup and name it: \
             {VARIABLE}, or master_key_file in bedside.toml. (If the data folder was moved, its key still has the old \
             folder's name.)",
            place.name(),
            file.display()
        ),
        None => Ok(None),
    }
}

/// Where the key lies if nobody says otherwise: a file named after the data folder, in the user's configuration.
///
/// # Errors
/// The data lies in PostgreSQL, or there is no home folder.
pub fn usual_file(around: &Surroundings, place: &Place) -> Result<PathBuf> {
    let say_so = || format!("say where the master key is: {VARIABLE}, or master_key_file in bedside.toml");
    let Place::Folder(folder) = place else {
        bail!("for data in PostgreSQL {} (`bedside new-key FILE` makes one)", say_so());
    };
    let home = around.config_home.as_ref().with_context(|| format!("there is no home folder; {}", say_so()))?;
    let path = std::path::absolute(folder).with_context(|| folder.display().to_string())?;
    let parts = path.components().filter_map(|part| match part {
        std::path::Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    let name = parts.collect::<Vec<_>>().join("-");
    Ok(home.join("bedside").join(format!("{name}.key")))
}

/// Refuses a key that lies where the data lies: it would be in every backup of the data.
///
/// # Errors
/// It does, or the place can't be looked at.
pub fn outside(file: &Path, place: &Place) -> Result<()> {
    let Place::Folder(folder) = place else { return Ok(()) };
    if real(file)?.starts_with(real(folder)?) {
        bail!(
            "the master key {} lies inside the data folder {}: whoever has a backup of the data would have the key too.\n\
             Move it out and name its new place: master_key_file in bedside.toml",
            file.display(),
            folder.display()
        );
    }
    Ok(())
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| path.display().to_string())?;
    let mut there = path.as_path();
    loop {
        if let Ok(real) = there.canonicalize() {
            return Ok(real.join(path.strip_prefix(there).unwrap_or(Path::new(""))));
        }
        match there.parent() {
            Some(parent) => there = parent,
            None => return Ok(path),
        }
    }
}

/// The key in a file; `None`: there is no file.
///
/// # Errors
/// It can't be read, or holds something else.
pub fn read(file: &Path) -> Result<Option<MasterKey>> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            warn_if_open(file);
            MasterKey::from_text(&text).map(Some).with_context(|| file.display().to_string())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the master key {} can't be read", file.display())),
    }
}

#[cfg(unix)]
fn warn_if_open(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if std::fs::metadata(file).is_ok_and(|data| data.permissions().mode() & 0o077 != 0) {
        crate::say::note(&format!("warning: others on this machine can read {0} (chmod 600 {0})", file.display()));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_file: &Path) {}

/// Writes a new key into `file`, readable by its owner alone, durable when this returns.
///
/// # Errors
/// The file is there already, or can't be written.
pub fn make(file: &Path) -> Result<MasterKey> {
    let text = MasterKey::generate_text()?;
    let key = MasterKey::from_text(&text)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder(folder)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || {
        let mut out = options.open(file)?;
        writeln!(out, "{text}")?;
        out.sync_all()?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().with_context(|| format!("the master key {} can't be written", file.display()))?;
    Ok(key)
}

/// Makes a folder that only its owner can look into; one that is there stays as it is.
///
/// # Errors
/// It can't be made.
pub fn private_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("the folder {} can't be made", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        folder: tempfile::TempDir,
        around: Surroundings,
    }

    impl World {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let config_home = Some(folder.path().join("config"));
            Self { folder, around: Surroundings { master_key: None, config_home } }
        }

        fn place(&self) -> Place {
            Place::Folder(self.folder.path().join("data"))
        }

        fn begin(&self) {
            std::fs::create_dir_all(self.folder.path().join("data/keys")).unwrap();
            std::fs::write(self.folder.path().join("data/bedside.db"), "x").unwrap();
        }

        fn find(&self, config: &Config) -> Result<(MasterKey, KeyFrom)> {
            find(config, &self.around, &self.place())
        }
    }

    #[test]
    fn the_first_start_makes_a_key_and_the_second_finds_it() {
        let world = World::new();
        let (made, from) = world.find(&Config::default()).unwrap();
        let KeyFrom::Made(file) = from else { panic!("made") };
        assert!(file.starts_with(world.folder.path().join("config/bedside")), "{}", file.display());
        assert!(file.to_string_lossy().ends_with("-data.key"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        world.begin();
        let (found, from) = world.find(&Config::default()).unwrap();
        assert_eq!((found.id(), from), (made.id(), KeyFrom::File(file)));
    }

    #[test]
    fn data_without_its_key_is_refused() {
        let world = World::new();
        world.begin();
        let error = world.find(&Config::default()).unwrap_err().to_string();
        assert!(error.contains("holds data, but its master key is not here"), "{error}");
        let named = Config { master_key_file: Some(world.folder.path().join("gone.key")), ..Config::default() };
        let error = world.find(&named).unwrap_err().to_string();
        assert!(error.contains("there is no master key at"), "{error}");
    }

    #[test]
    fn a_key_inside_the_data_folder_is_refused_also_behind_a_link() {
        let world = World::new();
        world.begin();
        let inside = world.folder.path().join("data/keys/master.key");
        make(&inside).unwrap();
        let check = |file: PathBuf| {
            let config = Config { master_key_file: Some(file), ..Config::default() };
            world.find(&config).unwrap_err().to_string()
        };
        assert!(check(inside.clone()).contains("lies inside the data folder"));
        #[cfg(unix)]
        {
            let link = world.folder.path().join("link");
            std::os::unix::fs::symlink(world.folder.path().join("data"), &link).unwrap();
            assert!(check(link.join("keys/master.key")).contains("lies inside the data folder"));
        }
    }

    #[test]
    fn what_is_no_key_is_refused_and_the_environment_goes_first() {
        let mut world = World::new();
        let file = world.folder.path().join("k");
        std::fs::write(&file, "not a key").unwrap();
        let config = Config { master_key_file: Some(file.clone()), ..Config::default() };
        assert!(format!("{:#}", world.find(&config).unwrap_err()).contains("no master key: expected 32 bytes"));
        assert!(make(&file).is_err(), "a file that is there is never overwritten");
        let text = MasterKey::generate_text().unwrap();
        world.around.master_key = Some(text.clone());
        let (key, from) = world.find(&config).unwrap();
        assert_eq!((key.id(), from), (MasterKey::from_text(&text).unwrap().id(), KeyFrom::Environment));
    }

    #[test]
    fn postgresql_never_gets_a_key_by_itself() {
        let world = World::new();
        let place = Place::Postgres("postgres://db.example/bedside".to_owned());
        let error = find(&Config::default(), &world.around, &place).unwrap_err().to_string();
        assert!(error.contains("for data in PostgreSQL say where the master key is"), "{error}");
    }
}
