//! Certificates for tests, made by the program that hospitals make theirs with: authorities, and what each has signed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

/// The names under which the tests' servers are reached.
pub const LOOPBACK: &str = "IP:127.0.0.1,DNS:localhost";

const NEW_KEY: [&str; 6] = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/// A folder of PEM files: `NAME.pem` is a certificate, `NAME.key` its key.
#[derive(Clone, Debug)]
pub struct Papers(PathBuf);

impl Papers {
    /// Those in this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// The path of a file.
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    /// A file as it stands.
    pub fn read(&self, file: &str) -> Result<Vec<u8>> {
        fs::read(self.path(file)).with_context(|| file.to_owned())
    }

    /// Makes an authority.
    pub async fn authority(&self, name: &str) -> Result<()> {
        let (key, certificate, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN={name}"));
        let words = ["-x509", "-days", "2", "-subj", &subject, "-keyout", &key, "-out", &certificate];
        self.openssl(&[&NEW_KEY[..], &words].concat()).await
    }

    /// Has an authority sign a certificate for these names, such as [`LOOPBACK`].
    pub async fn signed(&self, name: &str, authority: &str, names: &str) -> Result<()> {
        let file = |end: &str| format!("{name}.{end}");
        let (key, request, certificate, extensions) = (file("key"), file("csr"), file("pem"), file("ext"));
        fs::write(self.path(&extensions), format!("subjectAltName={names}\n"))?;
        let words = ["-subj", &format!("/CN={name}"), "-keyout", &key, "-out", &request];
        self.openssl(&[&NEW_KEY[..], &words].concat()).await?;
        let (by, by_key) = (format!("{authority}.pem"), format!("{authority}.key"));
        let words = ["x509", "-req", "-days", "2", "-CAcreateserial", "-in", &request, "-CA", &by, "-CAkey", &by_key];
        self.openssl(&[&words[..], &["-extfile", &extensions, "-out", &certificate]].concat()).await
    }

    async fn openssl(&self, words: &[&str]) -> Result<()> {
        let mut command = Command::new("openssl");
        let told = command.args(words).current_dir(&self.0).stdin(Stdio::null()).output().await?;
        ensure!(told.status.success(), "openssl {}: {}", words.join(" "), String::from_utf8_lossy(&told.stderr));
        Ok(())
    }
}
