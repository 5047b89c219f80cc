//! TLS of a link, with client certificates: who has no certificate of the hospital's own authority does not get as far as
//! a message.

use std::sync::Arc;

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A server's certificate, key and, where client certificates are asked for, whose are believed.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// Certificates or key can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} can't be used: {why}")]
pub struct BadTls {
    what: &'static str,
    why: String,
}

fn bad(what: &'static str) -> impl Fn(&dyn std::fmt::Display) -> BadTls {
    move |why| BadTls { what, why: why.to_string() }
}

impl Tls {
    /// From PEM texts: the certificate chain, its private key, and the authority of client certificates; without the
    /// last no client certificate is asked for.
    ///
    /// # Errors
    /// One of them is no PEM, or they don't belong together.
    pub fn from_pem(chain: &[u8], key: &[u8], clients: Option<&[u8]>) -> Result<Self, BadTls> {
        let (no_chain, no_key, no_clients) =
            (bad("the certificate"), bad("the private key"), bad("the authority of client certificates"));
        let certificates = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
        let certificates = certificates.map_err(|error| no_chain(&error))?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| no_key(&error))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| no_chain(&error))?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for one in CertificateDer::pem_slice_iter(pem) {
                    let one = one.map_err(|error| no_clients(&error))?;
                    roots.add(one).map_err(|error| no_clients(&error))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(|error| no_clients(&error))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder.with_single_cert(certificates, key).map_err(|error| no_chain(&error))?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.0.accept(stream).await
    }
}
