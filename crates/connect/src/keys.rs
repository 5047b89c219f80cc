//! Fetches public keys of others (JWKS) from configured addresses.

use std::collections::HashMap;

use bedside_core::{
    channel::{Fault, Promise},
    fetch::FetchKeys,
};

use crate::{
    Clock,
    http::{BadAddress, Http},
};

/// The addresses that may be asked for keys, each with its client.
#[derive(Default)]
pub struct KeyFetcher {
    peers: HashMap<String, Http>,
}

impl KeyFetcher {
    /// A fetcher for these addresses and no others.
    ///
    /// # Errors
    /// One of them is no address, or is plain http to a public host.
    pub fn new<'a>(urls: impl IntoIterator<Item = &'a str>, clock: &Clock) -> Result<Self, BadAddress> {
        let peers = urls.into_iter().map(|url| Ok((url.to_owned(), Http::new(url, clock.clone())?)));
        Ok(Self { peers: peers.collect::<Result<_, BadAddress>>()? })
    }
}

impl FetchKeys for KeyFetcher {
    fn keys<'a>(&'a self, url: &'a str) -> Promise<'a, Result<Vec<u8>, Fault>> {
        Box::pin(async move {
            let Some(http) = self.peers.get(url) else {
                return Err(Fault::Refused { status: 403, code: "address_not_configured".to_owned() });
            };
            let answer = http.get(&[]).header("accept", "application/json").send().await?;
            if !answer.is_success() {
                return Err(answer.fault(None));
            }
            Ok(answer.body().to_vec())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bedside_core::time::Timestamp;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn keys_come_from_configured_addresses_alone() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0_u8; 1024];
            let n = stream.read(&mut request).await.unwrap();
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"keys\":[]}";
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(request.get(..n).unwrap()).lines().next().unwrap().to_owned()
        });
        let clock: Clock = Arc::new(|| Timestamp::from_micros(0));
        let url = format!("{base}/auth/jwks.json");
        let fetcher = KeyFetcher::new([url.as_str()], &clock).unwrap();
        let stray = fetcher.keys(&format!("{base}/other")).await.unwrap_err();
        assert!(matches!(stray, Fault::Refused { status: 403, .. }), "{stray}");
        assert_eq!(fetcher.keys(&url).await.unwrap(), b"{\"keys\":[]}");
        assert_eq!(asked.await.unwrap(), "GET /auth/jwks.json HTTP/1.1");
        assert!(KeyFetcher::new(["http://example.org/jwks"], &clock).is_err(), "plain http leads out of the house");
    }
}
