//! The listener of a link: who may connect, how many at once, and what became of those that may not. A sender that is slow,
//! talks too long or talks something else loses its own connection and nobody else's.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bedside_core::emr::{LinkNews, TakeEmr};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{interval, timeout},
};

use super::{Config, line::Line};

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How often what happened on a link is told; in between it is counted, so that a flood costs no transactions.
const TELL: Duration = Duration::from_secs(1);
/// How long connections may finish the message they are in when everything stops.
const LAST: Duration = Duration::from_secs(10);

/// What a link's connections share.
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) take: Arc<dyn TakeEmr>,
    news: Mutex<HashMap<LinkNews, u32>>,
}

impl Shared {
    pub(super) fn note(&self, news: LinkNews) {
        let mut all = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(news).or_default();
        *count = count.saturating_add(1);
    }

    async fn tell(&self) {
        let news = std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner));
        if !news.is_empty() {
            self.take.tell_link(self.config.id, news.into_iter().collect()).await;
        }
    }
}

/// Takes messages of a link until everything stops; then no new connection is taken, and the messages in hand are
/// stored and answered.
pub async fn listen(
    config: Config,
    listener: TcpListener,
    take: Arc<dyn TakeEmr>,
    mut stopping: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(config.most_connections));
    let shared = Arc::new(Shared { config, take, news: Mutex::default() });
    let mut lines = JoinSet::new();
    let mut tick = interval(TELL);
    let lines_stop = stopping.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    let (shared, slots) = (Arc::clone(&shared), Arc::clone(&slots));
                    lines.spawn(connected(shared, slots, stream, from, lines_stop.clone()));
                }
                // No descriptors left: those that are open go on, and a little later there may be some again.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            _ = tick.tick() => shared.tell().await,
            Some(_) = lines.join_next() => {}
            () = stopped(&mut stopping) => break,
        }
    }
    let finished = timeout(LAST, async { while lines.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(link = %shared.config.slug, "connections were cut; their senders send again");
    }
    shared.tell().await;
}

/// Resolves when everything shall stop, also where nobody is left to say so.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _said = stopping.wait_for(|stop| *stop).await;
}

async fn connected(
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
    stream: TcpStream,
    from: SocketAddr,
    stopping: watch::Receiver<bool>,
) {
    if !(shared.config.allow)(from.ip().to_canonical()) {
        return shared.note(LinkNews::NotAllowed);
    }
    let Ok(_slot) = slots.try_acquire() else { return shared.note(LinkNews::TooMany) };
    // An acknowledgement is small and waited for: it must not wait for more to come.
    let _without = stream.set_nodelay(true);
    match &shared.config.tls {
        None => Line::new(Arc::clone(&shared), stream).run(stopping).await,
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Line::new(Arc::clone(&shared), stream).run(stopping).await,
            Ok(Err(_)) | Err(_) => shared.note(LinkNews::TlsRefused),
        },
    }
}
