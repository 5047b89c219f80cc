//! The desk under TLS without a proxy: handshakes run beside each other, so that a slow one keeps nobody out, and a certificate
//! that is renewed on disk holds without a restart.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, RwLock},
    time::{Duration, SystemTime},
};

use axum::serve::Listener;
use bedside_connect::tls::Tls;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_rustls::server::TlsStream;

use crate::config::{Problem, TlsFiles};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// More handshakes than this at once wait in the system's queue.
const MOST_HANDSHAKES: usize = 256;
/// How often it is looked whether the certificate was renewed.
const LOOK: Duration = Duration::from_secs(10);

/// Connections whose handshake is done.
pub struct Door {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    at: SocketAddr,
    // Ends with the door.
    _work: JoinSet<()>,
}

impl Door {
    /// Under the certificate of these files.
    ///
    /// # Errors
    /// They can't be read or used, or the system doesn't tell where it listens.
    pub fn open(listener: TcpListener, files: TlsFiles) -> anyhow::Result<Self> {
        let (at, seen) = (listener.local_addr()?, stamps(&files));
        let tls = Arc::new(RwLock::new(files.read().map_err(|problem| crate::config::Problems(vec![problem]))?));
        let (done, ready) = mpsc::channel(MOST_HANDSHAKES);
        let mut work = JoinSet::new();
        work.spawn(renew(files, seen, Arc::clone(&tls)));
        work.spawn(shake(listener, tls, done));
        Ok(Self { ready, at, _work: work })
    }
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The work ends only with the door.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.at)
    }
}

async fn shake(
    mut listener: TcpListener,
    tls: Arc<RwLock<Tls>>,
    done: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let slots = Arc::new(Semaphore::new(MOST_HANDSHAKES));
    let mut shaking = JoinSet::new();
    loop {
        while shaking.try_join_next().is_some() {}
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let (stream, from) = Listener::accept(&mut listener).await;
        let (tls, done) = (tls.read().map(|tls| tls.clone()), done.clone());
        let Ok(tls) = tls else { return };
        shaking.spawn(async move {
            let _slot = slot;
            let _without = stream.set_nodelay(true);
            // Who speaks no TLS, or breaks off, is no matter of ours.
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
                let _closed = done.send((stream, from)).await;
            }
        });
    }
}

type Stamps = Vec<(PathBuf, Option<SystemTime>)>;

fn stamps(files: &TlsFiles) -> Stamps {
    let changed = |path: &std::path::Path| std::fs::metadata(path).and_then(|about| about.modified()).ok();
    files.paths().map(|path| (path.to_owned(), changed(path))).collect()
}

/// Takes a renewed certificate; one that can't be used is said and the old one stays.
async fn renew(files: TlsFiles, mut seen: Stamps, tls: Arc<RwLock<Tls>>) {
    let mut tick = interval(LOOK);
    loop {
        tick.tick().await;
        let now = stamps(&files);
        if now == seen {
            continue;
        }
        seen = now;
        match (files.read(), tls.write()) {
            (Ok(new), Ok(mut tls)) => {
                *tls = new;
                tracing::info!("the desk's certificate was renewed");
            }
            (Err(Problem { what, .. }), _) => {
                tracing::warn!(%what, "the desk's new certificate can't be used; the one before stays");
            }
            (_, Err(_)) => return,
        }
    }
}
