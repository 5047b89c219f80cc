//! A certificate of the house's own and its key, for the desk and for links that listen.

use std::path::{Path, PathBuf};

use bedside_connect::tls::Tls;

use super::{
    Problem,
    section::{Section, Told},
};

/// Where a certificate, its key and perhaps the authority of client certificates lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    certificate: Told<PathBuf>,
    key: Told<PathBuf>,
    clients: Option<Told<PathBuf>>,
    config: String,
}

impl TlsFiles {
    /// `tls_cert_file` and `tls_key_file`.
    pub(super) fn of(section: &mut Section<'_>, folder: &Path) -> Option<Self> {
        Self::with(section, folder, None)
    }

    /// The same, perhaps with `tls_client_ca_file`.
    pub(super) fn asking_clients(section: &mut Section<'_>, folder: &Path) -> Option<Self> {
        let clients = file(section, folder, "tls_client_ca_file");
        Self::with(section, folder, clients)
    }

    fn with(section: &mut Section<'_>, folder: &Path, clients: Option<Told<PathBuf>>) -> Option<Self> {
        let page = section.page();
        match (file(section, folder, "tls_cert_file"), file(section, folder, "tls_key_file")) {
            (Some(certificate), Some(key)) => Some(Self { certificate, key, clients, config: page.file.to_owned() }),
            (None, None) => {
                if let Some(told) = clients {
                    page.problem(&told.at, "needs tls_cert_file and tls_key_file beside it");
                }
                None
            }
            (Some(told), None) | (None, Some(told)) => {
                page.problem(&told.at, "tls_cert_file and tls_key_file belong together; one of them is missing");
                None
            }
        }
    }

    /// Whether client certificates are asked for.
    #[must_use]
    pub const fn asks_clients(&self) -> bool {
        self.clients.is_some()
    }

    /// The files, to see whether one of them is new.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.certificate), Some(&self.key), self.clients.as_ref()].into_iter().flatten().map(|told| &*told.value)
    }

    /// Reads them.
    ///
    /// # Errors
    /// One can't be read, is no PEM, or they don't belong together.
    pub fn read(&self) -> Result<Tls, Problem> {
        let read = |told: &Told<PathBuf>| read_file(&self.config, told);
        let (chain, key) = (read(&self.certificate)?, read(&self.key)?);
        let clients = self.clients.as_ref().map(read).transpose()?;
        let tls = Tls::from_pem(&chain, &key, clients.as_deref());
        tls.map_err(|bad| problem(&self.config, &self.certificate, bad.to_string()))
    }
}

fn file(section: &mut Section<'_>, folder: &Path, key: &'static str) -> Option<Told<PathBuf>> {
    section.text(key).map(|told: Told<String>| told.map(|file| folder.join(file)))
}

pub(super) fn read_file(config: &str, told: &Told<PathBuf>) -> Result<Vec<u8>, Problem> {
    std::fs::read(&told.value)
        .map_err(|why| problem(config, told, format!("{} can't be read: {}", told.value.display(), why.kind())))
}

pub(super) fn problem(config: &str, told: &Told<PathBuf>, what: String) -> Problem {
    Problem { file: config.to_owned(), line: told.at.line, key: told.at.key.clone(), what, help: None }
}
