//! Whom a peer is believed to be, who we are to it, and why there is no answer: a hospital's servers have certificates of the
//! hospital's own authority, and some ask for ours.

use std::error::Error;

use bedside_core::channel::Fault;
use reqwest::{Certificate, ClientBuilder, Identity};

use super::fault_of;

/// Authorities of the house's own, and our certificate.
#[derive(Clone, Default)]
pub struct Trust {
    authorities: Vec<Certificate>,
    identity: Option<Identity>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let authorities = self.authorities.len();
        f.debug_struct("Trust").field("authorities", &authorities).field("identity", &self.identity.is_some()).finish()
    }
}

/// A certificate or key that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTrust {
    /// No certificate in it.
    #[error("holds no certificate (PEM, \"BEGIN CERTIFICATE\")")]
    Authority,
    /// Certificate or key are missing or don't belong together.
    #[error("certificate and key can't be used together (PEM, the key as \"BEGIN PRIVATE KEY\" without a password)")]
    Identity,
}

impl Trust {
    /// With authorities in PEM that are believed beside those of the machine.
    ///
    /// # Errors
    /// There is none in it.
    pub fn with_authority(mut self, pem: &[u8]) -> Result<Self, BadTrust> {
        let found = Certificate::from_pem_bundle(pem).map_err(|_| BadTrust::Authority)?;
        if found.is_empty() {
            return Err(BadTrust::Authority);
        }
        self.authorities.extend(found);
        Ok(self)
    }

    /// With a certificate chain and key of ours in PEM, for servers that ask for one.
    ///
    /// # Errors
    /// They can't be read or don't belong together.
    pub fn with_identity(mut self, chain: &[u8], key: &[u8]) -> Result<Self, BadTrust> {
        super::use_ring();
        let identity = Identity::from_pem(&[chain, b"\n", key].concat()).map_err(|_| BadTrust::Identity)?;
        // Whether they belong together is seen only when a client is made of them.
        let tried = reqwest::Client::builder().tls_certs_only([]).identity(identity.clone()).build();
        tried.map_err(|_| BadTrust::Identity)?;
        self.identity = Some(identity);
        Ok(self)
    }

    /// Whether a certificate of ours is shown.
    #[must_use]
    pub const fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder =
            if self.authorities.is_empty() { builder } else { builder.tls_certs_merge(self.authorities.clone()) };
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer {
    /// As everybody is told.
    pub fault: Fault,
    /// Whether no connection came about, so that the server can't have acted.
    pub is_unsent: bool,
    /// What is wrong with the server's certificate or ours, where that is it. In the words of the TLS library.
    pub tls: Option<String>,
}

impl NoAnswer {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let tls = tls_of(error);
        Self { fault: fault_of(error), is_unsent: error.is_connect() || error.is_builder(), tls }
    }

    pub(super) const fn broken(fault: Fault) -> Self {
        Self { fault, is_unsent: false, tls: None }
    }
}

/// What the TLS library says, wherever it stands among the causes.
fn tls_of(error: &reqwest::Error) -> Option<String> {
    let mut at: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = at {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Some(tls.to_string());
        }
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Some(tls.to_string());
        }
        // An io::Error shows the causes of what it wraps, and not that itself.
        at = inner.map_or_else(|| cause.source(), |inner| Some(inner as &(dyn Error + 'static)));
    }
    None
}
