//! TLS with certificates of the house's own: of the desk, and of links, where who has no certificate of the hospital's
//! authority does not get as far as a message.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server::TlsStream};

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
        let (certificates, key) = identity(chain, key, &no_chain, &no_key)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| no_chain(&error))?;
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let roots = roots(pem, &no_clients)?;
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .build()
                    .map_err(|error| no_clients(&error))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder.with_single_cert(certificates, key).map_err(|error| no_chain(&error))?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// The handshake of a connection; the caller sets its time-out.
    ///
    /// # Errors
    /// The other side wants no TLS that we speak, or shows no certificate that is believed.
    pub async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.0.accept(stream).await
    }
}

/// Whose certificates of receivers are believed, and the certificate that is shown to one who asks.
#[derive(Clone)]
pub struct ClientTls(TlsConnector);

impl std::fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientTls")
    }
}

impl ClientTls {
    /// From PEM texts: the authority of the receiver's certificate, and the certificate chain of one's own with its private
    /// key. No other authority is believed.
    ///
    /// # Errors
    /// One of them is no PEM, or they don't belong together.
    pub fn from_pem(authority: &[u8], own: Option<(&[u8], &[u8])>) -> Result<Self, BadTls> {
        let (no_chain, no_key) = (bad("the certificate"), bad("the private key"));
        let no_authority = bad("the authority of the receiver's certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| no_authority(&error))?
            .with_root_certificates(roots(authority, &no_authority)?);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => {
                let (certificates, key) = identity(chain, key, &no_chain, &no_key)?;
                builder.with_client_auth_cert(certificates, key).map_err(|error| no_chain(&error))?
            }
        };
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// `host`: the name or address that the receiver's certificate must be for.
    pub(crate) async fn connect(&self, host: &str, stream: TcpStream) -> std::io::Result<client::TlsStream<TcpStream>> {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(std::io::Error::other)?;
        self.0.connect(name, stream).await
    }
}

type Say<'a> = &'a dyn Fn(&dyn std::fmt::Display) -> BadTls;

fn identity(
    chain: &[u8],
    key: &[u8],
    no_chain: Say<'_>,
    no_key: Say<'_>,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), BadTls> {
    let certificates = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| no_chain(&error))?;
    Ok((certificates, PrivateKeyDer::from_pem_slice(key).map_err(|error| no_key(&error))?))
}

fn roots(pem: &[u8], no_authority: Say<'_>) -> Result<RootCertStore, BadTls> {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_slice_iter(pem) {
        roots.add(one.map_err(|error| no_authority(&error))?).map_err(|error| no_authority(&error))?;
    }
    if roots.is_empty() { Err(no_authority(&"no certificate is in it")) } else { Ok(roots) }
}
